//! HTML text as numbered lines, with what the markup says of them: quoted, signed, pasted.
//!
//! No tree is built: open elements stand on a stack, so that nesting costs nothing but memory and nothing can overflow.

use super::element::Stands::{Block, Inline, Paragraph, Part};
use super::element::{ELEMENTS, Element, LONGEST_NAME, lower};
use super::marks::Marks;
use super::markup::{Attributes, Token, Tokens, push_text};
use super::sheet::Sheet;
use super::style::{Colour, is_lost_on};
use super::text::{MOST_BLANK, MOST_LINES};
use super::{Region, TextLine};
use std::borrow::Cow;

/// How much text of one HTML part is read, in octets; markup does not count.
const MOST_TEXT: usize = 2 << 20;

/// The lines of `html`, the markup's quotes, signatures and attributions already marked.
pub(super) fn lines(html: &str) -> Vec<TextLine<'static>> {
    let mut page = Page::default();
    Tokens::styles(html).for_each(|(css, media)| page.sheet.read(css, media));
    page.doubtful = page.sheet.unsure;
    for token in Tokens::of(html) {
        if page.read >= MOST_TEXT {
            break;
        }
        match token {
            Token::Text(text) => page.text(text),
            Token::Start(name, attributes) => page.start(name, attributes),
            Token::End(name) => page.end(name),
            Token::Style(..) => {}
        }
    }
    page.finish();
    release(&mut page.lines);
    page.lines
}

/// Gives a signature back, in doubt, where it is all there is: some programs let people write inside the signature's element. So
/// with what only a line on its left sets off.
fn release(lines: &mut [TextLine<'_>]) {
    if lines.iter().any(TextLine::is_open) {
        return;
    }
    let loose = |line: &&mut TextLine<'_>| {
        line.region == Some(Region::Signature) || (line.region == Some(Region::Quote) && !line.certain)
    };
    for line in lines.iter_mut().filter(loose) {
        line.region = None;
        line.certain = false;
    }
}

/// What an element does to the text in it.
#[derive(Debug, Clone, Copy, Default)]
struct Effect {
    region: Option<Region>,
    /// Not to be seen at all; by `visibility`, or for its size, which elements inside may undo.
    hidden: bool,
    invisible: bool,
    tiny: bool,
    colour: Option<Colour>,
    /// As in [`Style`].
    background: Option<Option<Colour>>,
    /// Taken back by the author.
    struck: bool,
    kept_spaces: bool,
    doubtful: bool,
}

impl Effect {
    fn is_seen(&self) -> bool {
        !self.hidden && !self.invisible && !self.tiny
    }

    fn is_read(&self) -> bool {
        self.is_seen() && !self.struck
    }

    /// Written in the colour of what it stands on.
    fn is_lost(&self) -> bool {
        const PAPER: Colour = [255; 3];
        let background = self.background.unwrap_or(Some(PAPER));
        self.colour.zip(background).is_some_and(|(colour, background)| is_lost_on(colour, background))
    }
}

#[derive(Default)]
struct Page {
    sheet: Sheet,
    /// Whether what is written now may be hidden or struck out by what cannot be told.
    doubtful: bool,
    lines: Vec<TextLine<'static>>,
    /// How many lines are written, and how many of the last ones are blank.
    number: u32,
    blank_run: usize,
    line: String,
    line_filled: bool,
    /// What the line being written is part of.
    line_effect: Effect,
    opens_forward: bool,
    gap: bool,
    read: usize,
    stack: Vec<(Element, Effect)>,
    /// How many of each element are open.
    open: Open,
}

/// How many of each element.
struct Open([u32; ELEMENTS.len()]);

impl Default for Open {
    fn default() -> Self {
        Open([0; ELEMENTS.len()])
    }
}

impl Page {
    fn effect(&self) -> Effect {
        self.stack.last().map_or(Effect::default(), |&(_, effect)| effect)
    }

    fn text(&mut self, raw: &str) {
        let effect = self.effect();
        if !effect.is_seen() {
            return;
        }
        if effect.struck {
            if effect.kept_spaces && raw.contains('\n') {
                self.break_line();
            } else if effect.kept_spaces {
                self.line.push(' ');
            }
            self.gap = true;
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
        let filled = self.line_filled;
        if filled && self.line_effect.region != effect.region {
            self.new_line();
        }
        if !filled || self.line.is_empty() {
            self.line_effect = effect;
        }
        self.line_effect.doubtful |= self.doubtful || effect.doubtful || effect.is_lost();
        self.line_filled |= !text.trim().is_empty();
        self.line.push_str(text);
    }

    /// Ends the line being written, also an empty one.
    fn new_line(&mut self) {
        if self.lines.len() >= MOST_LINES {
            self.line.push(' ');
            self.line_effect.doubtful = true;
            return;
        }
        self.number = self.number.saturating_add(1);
        self.line_filled = false;
        let text = std::mem::take(&mut self.line);
        let effect = std::mem::take(&mut self.line_effect);
        let text = if effect.kept_spaces { text } else { text.trim_end().to_owned() };
        let mut line = TextLine::new(self.number, Cow::Owned(text));
        if !line.blank {
            line.region = effect.region;
            line.certain = !effect.doubtful;
            line.opens_forward = std::mem::take(&mut self.opens_forward);
        }
        self.gap = false;
        self.blank_run = if line.blank { self.blank_run + 1 } else { 0 };
        if self.blank_run <= MOST_BLANK {
            self.lines.push(line);
        }
    }

    /// Ends the last line.
    fn finish(&mut self) {
        if !self.line.is_empty() {
            let spare = self.lines.len().saturating_sub(MOST_LINES - 1);
            let above = self.lines.split_off(self.lines.len() - spare);
            self.new_line();
            let last = self.lines.pop();
            self.lines.extend(above.into_iter().chain(last));
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
        let mut buffer = [0; LONGEST_NAME];
        let name = lower(written, &mut buffer).unwrap_or_default();
        match name {
            "br" => return self.new_line_unless_hidden(),
            "hr" => {
                self.break_line();
                self.opens_forward |= Marks::of(attributes).opens_forward;
                return;
            }
            "img" => return self.image(attributes),
            _ => {}
        }
        let Some(element) = Element::of(name) else { return };
        let mut marks = self.marks(written, attributes);
        if element.is_other() {
            if self.open.0[element.0] == 0 && marks.says_nothing() {
                return;
            }
            // Nobody can tell which of them an end tag ends.
            marks.doubtful |= std::mem::take(&mut marks.style.hidden);
        } else if !element.is_unshown() && self.stack.last().is_some_and(|(open, _)| open.name() == "head") {
            self.close_last();
        }
        marks.style.hidden |= element.is_unshown();
        match element.stands() {
            Part => self.close_part(element),
            Block | Paragraph => {
                if self.stack.last().is_some_and(|(open, _)| open.stands() == Paragraph) {
                    self.close_last();
                }
            }
            Inline => {}
        }
        match (element.stands(), element.name()) {
            (Block, _) | (_, "li" | "tr" | "dd") => self.break_line(),
            (Paragraph, _) => self.blank_line(),
            (Part, _) => self.gap = true,
            (Inline, _) => {}
        }
        let effect = self.entered(element.name(), &marks);
        if self.stack.len() < MOST_OPEN {
            self.stack.push((element, effect));
            self.open.0[element.0] += 1;
        } else {
            self.doubtful = true;
        }
        if element.name() == "li" && effect.is_seen() {
            self.write("* ", effect);
        }
    }

    /// A row, a cell or an item ends where the next one of the same table or list begins.
    fn close_part(&mut self, element: Element) {
        const NEAR: usize = 32;
        if self.open.0[element.0] == 0 {
            return;
        }
        for (open, _) in self.stack.iter().rev().take(NEAR) {
            match open.name() {
                "table" | "ul" | "ol" | "dl" => return,
                _ if *open == element => return self.close(element),
                _ => {}
            }
        }
    }

    /// What an element's attributes and the rules of the mail's styles say of it.
    fn marks(&self, name: &str, attributes: Attributes<'_>) -> Marks {
        let mut marks = Marks::of(attributes);
        if let Some(ruled) = self.sheet.of(name, attributes) {
            marks.doubtful |= ruled.beneath(&mut marks.style);
        }
        marks
    }

    fn entered(&mut self, name: &str, marks: &Marks) -> Effect {
        let outer = self.effect();
        self.opens_forward |= marks.opens_forward && outer.region.is_none();
        let style = marks.style;
        let is_quote = name == "blockquote";
        let indents = is_quote && style.only_indents;
        // What is only barred is given back where nothing else is written.
        let barred = style.barred && matches!(name, "div" | "p" | "blockquote" | "section");
        let quotes = (is_quote && !indents) || marks.region == Some(Region::Quote) || barred;
        let region = if quotes { Some(Region::Quote) } else { outer.region.or(marks.region) };
        Effect {
            region,
            hidden: outer.hidden || style.hidden,
            invisible: style.invisible.unwrap_or(outer.invisible),
            tiny: style.tiny.unwrap_or(outer.tiny),
            colour: style.colour.or(outer.colour),
            background: style.background.or(outer.background),
            struck: outer.struck || style.struck || matches!(name, "s" | "strike" | "del"),
            kept_spaces: outer.kept_spaces || style.kept_spaces || name == "pre",
            doubtful: outer.doubtful || marks.doubtful || indents || (barred && !is_quote),
        }
    }

    fn end(&mut self, written: &str) {
        let mut buffer = [0; LONGEST_NAME];
        let Some(element) = Element::of(lower(written, &mut buffer).unwrap_or_default()) else { return };
        match (element.stands(), element.name()) {
            (Block, _) | (_, "li" | "tr" | "dd") => self.break_line(),
            (Paragraph, _) => self.blank_line(),
            _ => {}
        }
        self.close(element);
    }

    fn close_last(&mut self) {
        if let Some((inner, _)) = self.stack.pop() {
            self.open.0[inner.0] -= 1;
        }
    }

    /// Closes the innermost `element` and what is open in it; nothing if none is open.
    fn close(&mut self, element: Element) {
        if self.open.0[element.0] == 0 {
            return;
        }
        let mut goes_on = false;
        while let Some((inner, effect)) = self.stack.pop() {
            self.open.0[inner.0] -= 1;
            if inner == element {
                break;
            }
            goes_on |= inner.is_reopened() && !effect.is_read();
        }
        self.doubtful |= goes_on && self.effect().is_read();
    }

    fn new_line_unless_hidden(&mut self) {
        if self.effect().is_seen() {
            self.new_line();
        }
    }

    /// Pictures of emoji stand for text.
    fn image(&mut self, attributes: Attributes<'_>) {
        const LONGEST: usize = 16;
        let marks = self.marks("img", attributes);
        let effect = self.entered("img", &marks);
        let alt =
            attributes.each().find(|(name, _)| name.eq_ignore_ascii_case("alt")).map(|(_, value)| value);
        if let Some(alt) = alt.filter(|alt| effect.is_read() && !alt.is_ascii() && alt.len() <= LONGEST) {
            self.write_spaced(alt, effect);
        }
    }
}

/// How many elements are kept open; deeper ones have no effect of their own.
const MOST_OPEN: usize = 100_000;
