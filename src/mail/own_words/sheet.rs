//! What the rules of a mail's `<style>` elements say of an element's text: whether it can be seen, and how it is set off.
//!
//! Read are rules for one name (`p`, `.note`, `#top`, `*`). What hides by a longer selector, or only under a condition, hides perhaps:
//! what bears the name is in doubt. No cascade is computed: where rules disagree, that is doubt as well.

use super::markup::Attributes;
use super::style::{Colour, Style};
use memchr::{memchr3, memmem};
use std::borrow::Cow;
use std::collections::HashMap;

/// How many octets of styles are read in one mail, how many selectors kept, and how deep blocks stand in one another.
const MOST_TEXT: usize = 256 << 10;
const MOST_SELECTORS: usize = 2000;
const MOST_NESTED: usize = 16;

/// What the rules say of an element, all of them that fit it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ruled {
    /// Whether it is hidden, invisible, tiny, as in [`Style`]; `None` where nothing is said.
    sight: [Option<bool>; 3],
    struck: bool,
    colour: Option<Colour>,
    background: Option<Option<Colour>>,
    doubtful: bool,
}

/// The rules of a mail, by what they are for: `p`, `.note`, `#top`, in lower case, as mail is mostly shown in quirks mode.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, Ruled>,
    /// What could not be read hides something, perhaps anything.
    pub(super) unsure: bool,
    read: usize,
}

/// Under what condition a block's rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Always,
    Perhaps,
    Never,
}

impl Ruled {
    fn of(style: &Style) -> Self {
        Ruled {
            sight: sight(style),
            struck: style.struck,
            colour: style.colour,
            background: style.background,
            doubtful: false,
        }
    }

    fn hides(&self) -> bool {
        self.struck || self.sight.contains(&Some(true))
    }

    /// Takes what another rule says, of which nobody knows whether it outweighs this one.
    fn join(&mut self, other: Ruled) {
        for (own, other) in self.sight.iter_mut().zip(other.sight) {
            self.doubtful |= own.zip(other).is_some_and(|(own, other)| own != other);
            *own = other.or(*own).map(|hides| hides && *own != Some(false));
        }
        self.struck |= other.struck;
        self.colour = other.colour.or(self.colour);
        self.background = other.background.or(self.background);
        self.doubtful |= other.doubtful;
    }

    /// Takes what a rule for a kind of element says, which this one outweighs.
    fn over(mut self, lower: Ruled) -> Self {
        self.doubtful |= lower.doubtful;
        for (own, lower) in self.sight.iter_mut().zip(lower.sight) {
            self.doubtful |= (*own, lower) == (Some(false), Some(true));
            *own = own.or(lower);
        }
        self.struck |= lower.struck;
        self.colour = self.colour.or(lower.colour);
        self.background = self.background.or(lower.background);
        self
    }

    /// Adds to `style`, the element's own, what the rules say; whether the element is in doubt.
    pub(super) fn beneath(self, style: &mut Style) -> bool {
        let all = Ruled::of(style).over(self);
        let [hidden, invisible, tiny] = all.sight;
        style.hidden = hidden == Some(true);
        (style.invisible, style.tiny) = (invisible, tiny);
        (style.struck, style.colour, style.background) = (all.struck, all.colour, all.background);
        all.doubtful
    }
}

fn sight(style: &Style) -> [Option<bool>; 3] {
    let hidden = if style.hidden { Some(true) } else { style.displayed.then_some(false) };
    [hidden, style.invisible, style.tiny]
}

impl Sheet {
    /// Reads one `<style>` element; `media`: its attribute.
    pub(super) fn read(&mut self, css: &str, media: &str) {
        let room = MOST_TEXT.saturating_sub(self.read);
        self.unsure |= css.len() > room;
        let css = without_comments(&css[..css.floor_char_boundary(room)]);
        self.read += css.len();
        let bytes = css.as_bytes();
        let mut open: Vec<(&str, When)> = Vec::new();
        let (mut at, mut from) = (0, 0);
        let outermost = when_media(media);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' | b'\'' => at = string_end(bytes, at),
                b'\\' => at += 1,
                b';' if open.last().is_none_or(|(prelude, _)| prelude.starts_with('@')) => from = at + 1,
                b'{' => {
                    if open.len() == MOST_NESTED {
                        self.unsure = true;
                        return;
                    }
                    let written = css.get(from..at).unwrap_or_default();
                    let prelude = prelude(written);
                    // Declarations of a block around this one.
                    self.unsure |= written.contains(';') && Ruled::of(&Style::read(written)).hides();
                    let outer = open.last().map_or(outermost, |&(outer, when)| when.max(inside(outer)));
                    open.push((prelude, outer));
                    from = at + 1;
                }
                b'}' => {
                    if let Some((prelude, when)) = open.pop() {
                        self.rule(prelude, css.get(from..at).unwrap_or_default(), when);
                    }
                    from = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        // A block that is not ended ends with the element.
        if let Some((prelude, when)) = open.pop() {
            self.rule(prelude, css.get(from..).unwrap_or_default(), when);
        }
    }

    fn rule(&mut self, prelude: &str, declarations: &str, when: When) {
        if prelude.starts_with('@') || when == When::Never {
            return;
        }
        let ruled = Ruled::of(&Style::read(declarations));
        if ruled == Ruled::default() {
            return;
        }
        for selector in prelude.split(',').map(str::trim) {
            let simple = simple(selector);
            let certain = simple.is_some() && when == When::Always;
            if certain || ruled.hides() {
                let doubt = Ruled { doubtful: true, ..Ruled::default() };
                self.keep(
                    simple.map(Cow::Borrowed).or_else(|| named(selector)),
                    if certain { ruled } else { doubt },
                    selector,
                );
            }
        }
    }

    fn keep(&mut self, name: Option<Cow<'_, str>>, ruled: Ruled, selector: &str) {
        // What a rule puts before or behind an element's text, or marks in it, is not its text.
        if selector.contains("::") || selector.ends_with(":after") || selector.ends_with(":before") {
            return;
        }
        let Some(name) = name.map(|name| name.to_ascii_lowercase()) else {
            self.unsure |= !selector.is_empty();
            return;
        };
        let full = self.rules.len() >= MOST_SELECTORS;
        match self.rules.get_mut(&name) {
            Some(known) => known.join(ruled),
            None if full => self.unsure |= ruled.hides() || ruled.doubtful,
            None => drop(self.rules.insert(name, ruled)),
        }
    }

    /// What the rules say of an element; `None` without rules.
    pub(super) fn of(&self, element: &str, attributes: Attributes<'_>) -> Option<Ruled> {
        if self.rules.is_empty() {
            return None;
        }
        let mut all = Ruled::default();
        let mut key = String::new();
        let mut find = |mark: &str, name: &str| {
            key.clear();
            key.push_str(mark);
            key.push_str(name);
            key.make_ascii_lowercase();
            self.rules.get(&key).copied()
        };
        for (name, value) in attributes.each() {
            let mark = match name.len() {
                5 if name.eq_ignore_ascii_case("class") => ".",
                2 if name.eq_ignore_ascii_case("id") => "#",
                _ => continue,
            };
            value
                .split_ascii_whitespace()
                .filter_map(|name| find(mark, name))
                .for_each(|ruled| all.join(ruled));
        }
        let mut lower = find("", "*").unwrap_or_default();
        lower.join(find("", element).unwrap_or_default());
        Some(all.over(lower))
    }
}

/// `css` with blanks for its comments.
fn without_comments(css: &str) -> Cow<'_, str> {
    if memmem::find(css.as_bytes(), b"/*").is_none() {
        return Cow::Borrowed(css);
    }
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        bare.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    bare.push_str(rest);
    Cow::Owned(bare)
}

/// The last octet of the string that opens at `at`; strings end with their line.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(found) = memchr3(bytes[at], b'\\', b'\n', bytes.get(end..).unwrap_or_default()) {
        end += found;
        if bytes[end] != b'\\' {
            return end;
        }
        end += 2;
    }
    bytes.len()
}

/// What stands before a block: behind the declarations above it, and without the marks of an HTML comment.
fn prelude(written: &str) -> &str {
    let written = written.rsplit(';').next().unwrap_or_default().trim();
    let bare = written.trim_start_matches("<!--").trim_start().trim_start_matches("-->");
    bare.trim()
}

/// When the rules in a block hold.
fn inside(prelude: &str) -> When {
    let mut words = prelude.splitn(2, |c: char| c.is_ascii_whitespace() || c == '(');
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        "@media" => when_media(words.next().unwrap_or_default()),
        name if name.ends_with("keyframes") || name == "@font-face" || name == "@page" => When::Never,
        _ => When::Perhaps,
    }
}

/// Nobody knows how wide the reader's window is, but mail is read on a screen (Media Queries 4 §2.3).
fn when_media(media: &str) -> When {
    match media.trim().to_ascii_lowercase().as_str() {
        "" | "all" | "screen" | "screen, all" | "all, screen" => When::Always,
        "print" | "speech" => When::Never,
        _ => When::Perhaps,
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

/// A selector that is one name and nothing else.
fn simple(selector: &str) -> Option<&str> {
    let name = selector.strip_prefix(['.', '#']).unwrap_or(selector);
    (selector == "*" || (!name.is_empty() && name.chars().all(is_name))).then_some(selector)
}

/// The last class or id that a longer selector names; without one, the last kind of element.
fn named(selector: &str) -> Option<Cow<'_, str>> {
    if let Some(at) = selector.rfind("[class").or_else(|| selector.rfind("[id")) {
        let (name, value) = selector[at..].split([']', ' ']).next()?.split_once('=')?;
        let mark = match name.trim_end_matches('~') {
            "[class" => '.',
            "[id" => '#',
            _ => return None,
        };
        let value = value.trim_matches(['"', '\'']);
        return (!value.is_empty() && value.chars().all(is_name))
            .then(|| Cow::Owned(format!("{mark}{value}")));
    }
    if selector.contains('\\') || selector.contains(":not") {
        return None;
    }
    let (mut last, mut kind) = (None, None);
    let mut rest = selector;
    while let Some(start) = rest.find(|c: char| is_name(c) || matches!(c, '.' | '#' | ':' | '[' | '(')) {
        let first = rest.as_bytes()[start];
        let from = if matches!(first, b'.' | b'#' | b':') { start + 1 } else { start };
        let end = match first {
            b'[' | b'(' => rest[from..].find([']', ')']).map(|len| from + len),
            _ => rest[from..].find(|c| !is_name(c)).map(|len| from + len),
        };
        let end = end.unwrap_or(rest.len());
        match first {
            b':' | b'[' | b'(' => {}
            b'.' | b'#' => last = rest.get(start..end),
            _ => kind = rest.get(start..end),
        }
        rest = &rest[end..];
    }
    last.or(kind).map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the rules of `css` say of the names it has them for.
    fn said(css: &str) -> String {
        let mut sheet = Sheet::default();
        sheet.read(css, "");
        let mut said: Vec<String> = sheet
            .rules
            .iter()
            .map(|(name, ruled)| match (ruled.doubtful, ruled.hides()) {
                (true, _) => format!("{name}?"),
                (_, hides) => format!("{name}{}", if hides { "!" } else { "" }),
            })
            .collect();
        said.sort();
        if sheet.unsure {
            said.push("all?".to_owned());
        }
        said.join(" ")
    }

    #[test]
    fn rules() {
        for (css, expect) in [
            (".a{display:none}", ".a!"),
            (".A , #B,p { visibility : hidden }", "#b! .a! p!"),
            ("<!-- .a{display:none} -->", ".a!"),
            ("/* .b{display:none} */.a{display:/* */none}", ".a!"),
            ("@import 'x;{'; .a{opacity:0", ".a!"),
            (".a{content:\"}\";display:none}", ".a!"),
            (".a{margin:0}", ""),
            (".a{display:none}.a{display:block}", ".a?"),
            (".a{display:none}.a{font-size:2em}", ".a!"),
            ("@media screen{.a{display:none}}.b{font-size:0}", ".a! .b!"),
            ("@media (max-width:9px){.a{display:none}.c{color:red}}", ".a?"),
            ("@media print{.a{display:none}}", ""),
            ("@keyframes x{from{opacity:0}}", ""),
            ("@font-face{font-size:0}", ""),
            (".a{color:red;.b{display:none}}", ".b?"),
            (".a{display:none;.b{color:red}}", "all?"),
            ("p.a{display:none}", ".a?"),
            (".a p{display:none}", ".a?"),
            ("div > p:first-child{display:none}", "p?"),
            ("tr:nth-child(odd){display:none}", "tr?"),
            ("a[x=b].c{display:none}", ".c?"),
            ("[class~=a]{display:none}", ".a?"),
            ("[class*=a]{display:none}", "all?"),
            (":not(.a){display:none}", "all?"),
            ("\\70{display:none}", "all?"),
            (".a:after,p::before{visibility:hidden}", ""),
            ("p.a{color:red}", ""),
        ] {
            assert_eq!(said(css), expect, "{css}");
        }
    }

    #[test]
    fn more_than_anybody_writes_is_doubt() {
        assert!(said(&".a{margin:0}".repeat(MOST_TEXT / 10)).ends_with("all?"));
        assert!(said(&"a{".repeat(MOST_NESTED + 1)).ends_with("all?"));
        let many: String = (0..=MOST_SELECTORS).map(|nth| format!("#x{nth}{{display:none}}")).collect();
        assert!(said(&many).ends_with("all?"));
        let many: String = (0..=MOST_SELECTORS).map(|nth| format!("#x{nth}{{color:red}}")).collect();
        assert!(!said(&many).ends_with("all?"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(css in "[a-c.#:;{}@\"'()\\[\\]=\\\\é/*<!-]{0,60}") {
            said(&css);
        }
    }
}
