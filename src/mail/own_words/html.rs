//! HTML text as numbered lines, with what the markup says of them: quoted, signed, pasted.
//!
//! No tree is built: open elements stand on a stack, so that nesting costs nothing but memory and nothing can overflow.

use super::markup::{Attributes, Token, Tokens, push_text};
use super::text::MOST_BLANK;
use super::{Region, TextLine};
use std::borrow::Cow;

/// How much text of one HTML part is read, in octets; markup does not count.
const MOST_TEXT: usize = 2 << 20;

/// The lines of `html`, the markup's quotes, signatures and attributions already marked.
pub(super) fn lines(html: &str) -> Vec<TextLine<'static>> {
    let mut page = Page::default();
    for token in Tokens::of(html) {
        if page.read >= MOST_TEXT {
            break;
        }
        match token {
            Token::Text(text) => page.text(text),
            Token::Start(name, attributes) => page.start(name, attributes),
            Token::End(name) => page.end(name),
        }
    }
    page.break_line();
    release(&mut page.lines);
    page.lines
}

/// Gives a signature back, in doubt, where it is all there is: some programs let people write inside the signature's element.
fn release(lines: &mut [TextLine<'_>]) {
    if lines.iter().any(TextLine::is_open) {
        return;
    }
    for line in lines.iter_mut().filter(|line| line.region == Some(Region::Signature)) {
        line.region = None;
        line.certain = false;
    }
}

/// An element that matters to how its text is read. What opens and closes at other places is of no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Blockquote,
    Div,
    Span,
    P,
    Pre,
    Table,
    Struck,
    Font,
    Section,
}

const ELEMENTS: usize = 9;

impl Element {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "blockquote" => Element::Blockquote,
            "div" | "center" => Element::Div,
            "span" => Element::Span,
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Element::P,
            "pre" => Element::Pre,
            "table" => Element::Table,
            "s" | "strike" | "del" => Element::Struck,
            "font" => Element::Font,
            "section" | "article" | "header" | "footer" | "main" | "aside" | "address" | "fieldset" => {
                Element::Section
            }
            _ => return None,
        })
    }

    fn is_block(self) -> bool {
        !matches!(self, Element::Span | Element::Struck | Element::Font)
    }
}

/// What an element does to the text in it.
#[derive(Debug, Clone, Copy, Default)]
struct Effect {
    region: Option<Region>,
    hidden: bool,
    struck: bool,
    kept_spaces: bool,
    doubtful: bool,
}

#[derive(Default)]
struct Page {
    lines: Vec<TextLine<'static>>,
    /// How many lines are written, and how many of the last ones are blank.
    number: u32,
    blank_run: usize,
    line: String,
    /// What the line being written is part of.
    line_effect: Effect,
    opens_forward: bool,
    gap: bool,
    read: usize,
    stack: Vec<(Element, Effect)>,
    /// How many of each element are open.
    open: [u32; ELEMENTS],
}

impl Page {
    fn effect(&self) -> Effect {
        self.stack.last().map_or(Effect::default(), |&(_, effect)| effect)
    }

    fn text(&mut self, raw: &str) {
        let effect = self.effect();
        if effect.hidden {
            return;
        }
        let mut text = String::new();
        push_text(&mut text, raw);
        self.read += text.len();
        if effect.kept_spaces {
            for (nth, line) in text.split('\n').enumerate() {
                if nth > 0 {
                    self.new_line();
                }
                self.write(line.trim_end_matches('\r'), effect);
            }
            return;
        }
        for word in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let bare = word.trim_ascii();
            if !bare.is_empty() {
                self.write_spaced(bare, effect);
            }
            self.gap |= bare.len() < word.len();
        }
    }

    fn write_spaced(&mut self, word: &str, effect: Effect) {
        let gap = std::mem::take(&mut self.gap) && !self.line.is_empty();
        if word.contains('\u{a0}') {
            let word = word.replace('\u{a0}', " ");
            self.write(&if gap { format!(" {word}") } else { word }, effect);
        } else {
            if gap {
                self.line.push(' ');
            }
            self.write(word, effect);
        }
    }

    fn write(&mut self, text: &str, effect: Effect) {
        let filled = !self.line.trim().is_empty();
        if filled && self.line_effect.region != effect.region {
            self.new_line();
        }
        if !filled || self.line.is_empty() {
            self.line_effect = effect;
        }
        self.line_effect.struck |= effect.struck;
        self.line_effect.doubtful |= effect.doubtful;
        self.line.push_str(text);
    }

    /// Ends the line being written, also an empty one.
    fn new_line(&mut self) {
        self.number = self.number.saturating_add(1);
        let text = std::mem::take(&mut self.line);
        let effect = std::mem::take(&mut self.line_effect);
        let text = if effect.kept_spaces { text } else { text.trim_end().to_owned() };
        let mut line = TextLine::new(self.number, Cow::Owned(text));
        if !line.blank {
            line.region = effect.region;
            line.certain = !effect.struck && !effect.doubtful;
            line.opens_forward = std::mem::take(&mut self.opens_forward);
        }
        self.gap = false;
        self.blank_run = if line.blank { self.blank_run + 1 } else { 0 };
        if self.blank_run <= MOST_BLANK {
            self.lines.push(line);
        }
    }

    /// Ends the line being written if there is something on it.
    fn break_line(&mut self) {
        if self.line.is_empty() {
            self.gap = false;
        } else {
            self.new_line();
        }
    }

    fn blank_line(&mut self) {
        self.break_line();
        if self.lines.last().is_some_and(|line| !line.blank) {
            self.new_line();
        }
    }

    fn start(&mut self, written: &str, attributes: Attributes<'_>) {
        let name = written.to_ascii_lowercase();
        match name.as_str() {
            "br" => return self.new_line_unless_hidden(),
            "hr" => {
                self.break_line();
                self.opens_forward |= Marks::of(attributes).opens_forward;
                return;
            }
            "tr" | "dt" | "dd" | "dl" | "ul" | "ol" | "caption" | "body" => return self.break_line(),
            "td" | "th" => {
                self.gap = true;
                return;
            }
            "li" => {
                self.break_line();
                let effect = self.effect();
                if !effect.hidden {
                    self.write("* ", effect);
                }
                return;
            }
            "img" => return self.image(attributes),
            _ => {}
        }
        let Some(element) = Element::of(&name) else { return };
        if element.is_block() {
            if let Some(&(Element::P, _)) = self.stack.last() {
                self.close(Element::P);
            }
            if element == Element::P { self.blank_line() } else { self.break_line() }
        }
        let effect = self.entered(element, attributes);
        if self.stack.len() < MOST_OPEN {
            self.stack.push((element, effect));
            self.open[element as usize] += 1;
        }
    }

    fn entered(&mut self, element: Element, attributes: Attributes<'_>) -> Effect {
        let outer = self.effect();
        let marks = Marks::of(attributes);
        self.opens_forward |= marks.opens_forward && outer.region.is_none();
        let indents = element == Element::Blockquote && marks.only_indents;
        let quotes = (element == Element::Blockquote && !indents) || marks.region == Some(Region::Quote);
        let region = if quotes { Some(Region::Quote) } else { outer.region.or(marks.region) };
        Effect {
            region,
            hidden: outer.hidden || marks.hidden,
            struck: outer.struck || marks.struck || element == Element::Struck,
            kept_spaces: outer.kept_spaces || marks.kept_spaces || element == Element::Pre,
            doubtful: outer.doubtful || indents,
        }
    }

    fn end(&mut self, written: &str) {
        let name = written.to_ascii_lowercase();
        match name.as_str() {
            "tr" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "body" | "html" => return self.break_line(),
            _ => {}
        }
        let Some(element) = Element::of(&name) else { return };
        if element.is_block() {
            if element == Element::P { self.blank_line() } else { self.break_line() }
        }
        self.close(element);
    }

    /// Closes the innermost `element` and what is open in it; nothing if none is open.
    fn close(&mut self, element: Element) {
        if self.open[element as usize] == 0 {
            return;
        }
        while let Some((inner, _)) = self.stack.pop() {
            self.open[inner as usize] -= 1;
            if inner == element {
                break;
            }
        }
    }

    fn new_line_unless_hidden(&mut self) {
        if !self.effect().hidden {
            self.new_line();
        }
    }

    /// Pictures of emoji stand for text.
    fn image(&mut self, attributes: Attributes<'_>) {
        const LONGEST: usize = 16;
        let effect = self.effect();
        let alt =
            attributes.each().find(|(name, _)| name.eq_ignore_ascii_case("alt")).map(|(_, value)| value);
        if let Some(alt) = alt.filter(|alt| !effect.hidden && !alt.is_ascii() && alt.len() <= LONGEST) {
            self.write_spaced(alt, effect);
        }
    }
}

/// How many elements are kept open; deeper ones have no effect of their own.
const MOST_OPEN: usize = 100_000;

/// What an element's attributes say of it.
#[derive(Debug, Default)]
struct Marks {
    region: Option<Region>,
    opens_forward: bool,
    only_indents: bool,
    hidden: bool,
    struck: bool,
    kept_spaces: bool,
}

/// Classes and ids by which mail programs name parts of a mail: Gmail, Thunderbird, Yahoo, Proton, Zimbra, Roundcube, Outlook.
const NAMED: &[(&str, Region)] = &[
    ("gmail_attr", Region::Attribution),
    ("moz-cite-prefix", Region::Attribution),
    ("reply-intro", Region::Attribution),
    ("gmail_signature", Region::Signature),
    ("moz-signature", Region::Signature),
    ("protonmail_signature_block", Region::Signature),
    ("signature", Region::Signature),
    ("ms-outlook-mobile-signature", Region::Signature),
    ("yahoo_quoted", Region::Quote),
    ("zmail_extra", Region::Quote),
    ("tutanota_quote", Region::Quote),
    ("moz-forward-container", Region::Forward),
    ("moz-email-headers-table", Region::Forward),
];

/// Ids below which a mail program pastes the original.
const FORWARD_IDS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "zwchr",
    "stopspelling",
    "outlookmessageheader",
    "mail-editor-reference-message-container",
];

impl Marks {
    fn of(attributes: Attributes<'_>) -> Self {
        let mut marks = Marks::default();
        for (name, value) in attributes.each() {
            if name.eq_ignore_ascii_case("class")
                || name.eq_ignore_ascii_case("id")
                || name.eq_ignore_ascii_case("name")
            {
                marks.name(value);
            } else if name.eq_ignore_ascii_case("style") {
                marks.style(value);
            } else if name.eq_ignore_ascii_case("hidden") {
                marks.hidden = true;
            } else if name.eq_ignore_ascii_case("data-marker") && value == "__DIVIDER__" {
                marks.opens_forward = true;
            }
        }
        marks
    }

    /// Outlook on the web puts `x_` before names in what it quotes.
    fn name(&mut self, value: &str) {
        const MOST_NAMES: usize = 16;
        for name in value.split_ascii_whitespace().take(MOST_NAMES) {
            let name = name.to_ascii_lowercase();
            let name = name.strip_prefix("x_").unwrap_or(&name);
            let named = NAMED.iter().find(|(known, _)| *known == name).map(|&(_, region)| region);
            let yahoo = name.starts_with("yahoo_quoted").then_some(Region::Quote);
            let grey = (name == "quote").then_some(Region::Quote);
            self.region = self.region.or(named).or(yahoo).or(grey);
            self.opens_forward |= FORWARD_IDS.contains(&name);
        }
    }

    /// Outlook draws a line above the original; Gmail's indentation is a quote element without a border.
    fn style(&mut self, value: &str) {
        const LONGEST: usize = 1000;
        if value.len() > LONGEST {
            return;
        }
        let style: String =
            value.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        self.hidden |= style.contains("display:none");
        self.struck |= style.contains("line-through");
        self.kept_spaces |= style.contains("white-space:pre") && !style.contains("white-space:pre-line");
        self.only_indents |=
            style.contains("border:none") || style.contains("border:medium") || style.contains("border:0");
        let bordered = [
            "border-top:solid#e1e1e1",
            "border-top:solid#b5c4df",
            "border-top:1ptsolid#e1e1e1",
            "border-top:1ptsolid#b5c4df",
            "border-top:1ptsolidrgb(225,225,225)",
            "border-top:1ptsolidrgb(181,196,223)",
        ];
        self.opens_forward |= bordered.iter().any(|border| style.contains(border));
    }
}
