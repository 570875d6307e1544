//! The elements of HTML that matter to how a text is read.

/// An element that matters to how its text is read, by its place in [`ELEMENTS`]. What opens and closes at other places is of no
/// account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(pub(super) usize);

/// How an element stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// On lines of its own.
    Block,
    /// The same, with a blank line above and below.
    Paragraph,
    Inline,
    /// A row, a cell, an item of a list: ends where the next one begins.
    Part,
}

use Stands::{Block, Inline, Paragraph, Part};

/// The elements that are kept open, each with how it stands.
pub(super) const ELEMENTS: [(&str, Stands); 85] = [
    ("div", Block),
    ("span", Inline),
    ("p", Paragraph),
    ("blockquote", Block),
    ("a", Inline),
    ("b", Inline),
    ("font", Inline),
    ("td", Part),
    ("tr", Part),
    ("li", Part),
    ("table", Block),
    ("pre", Block),
    ("i", Inline),
    ("strong", Inline),
    ("em", Inline),
    ("u", Inline),
    ("s", Inline),
    ("strike", Inline),
    ("del", Inline),
    ("center", Block),
    ("th", Part),
    ("h1", Paragraph),
    ("h2", Paragraph),
    ("h3", Paragraph),
    ("h4", Paragraph),
    ("h5", Paragraph),
    ("h6", Paragraph),
    ("small", Inline),
    ("big", Inline),
    ("code", Inline),
    ("tt", Inline),
    ("sup", Inline),
    ("sub", Inline),
    ("ins", Inline),
    ("mark", Inline),
    ("label", Inline),
    ("cite", Inline),
    ("ul", Block),
    ("ol", Block),
    ("body", Block),
    ("section", Block),
    ("article", Block),
    ("header", Block),
    ("footer", Block),
    ("main", Block),
    ("aside", Block),
    ("address", Block),
    ("fieldset", Block),
    ("details", Block),
    ("template", Inline),
    ("noscript", Inline),
    ("select", Inline),
    ("option", Inline),
    ("optgroup", Inline),
    ("datalist", Inline),
    ("head", Block),
    ("audio", Inline),
    ("video", Inline),
    ("canvas", Inline),
    ("html", Block),
    ("dl", Block),
    ("dd", Part),
    ("tbody", Part),
    ("caption", Block),
    ("q", Inline),
    ("abbr", Inline),
    ("acronym", Inline),
    ("dfn", Inline),
    ("var", Inline),
    ("kbd", Inline),
    ("samp", Inline),
    ("time", Inline),
    ("data", Inline),
    ("bdi", Inline),
    ("bdo", Inline),
    ("nobr", Inline),
    ("nav", Block),
    ("figure", Block),
    ("figcaption", Block),
    ("form", Block),
    ("legend", Block),
    ("summary", Block),
    ("button", Inline),
    ("hgroup", Block),
    ("", Inline),
];

/// What stands for every element that is not listed.
const OTHER: Element = Element(ELEMENTS.len() - 1);

/// Elements that hold nothing, and are never closed.
const VOID: [&str; 18] = [
    "br", "img", "hr", "meta", "link", "wbr", "col", "input", "area", "base", "basefont", "bgsound", "embed",
    "frame", "keygen", "param", "source", "track",
];

/// Elements whose content a reader of mail is not shown as text.
const UNSHOWN: [&str; 10] =
    ["template", "noscript", "select", "option", "optgroup", "datalist", "head", "audio", "video", "canvas"];

/// Elements that browsers open again behind the end of what they stood in, until they are closed themselves.
const REOPENED: [&str; 13] =
    ["b", "font", "i", "strong", "em", "u", "s", "strike", "small", "big", "code", "tt", "nobr"];

impl Element {
    /// The element called `name`; `None` where it holds nothing. Ends that may be left out are shared: a `dt` ends where a `dd` begins.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = match name {
            "dt" => "dd",
            "thead" | "tfoot" => "tbody",
            _ => name,
        };
        let known = ELEMENTS.iter().position(|(known, _)| *known == name).map(Element);
        known.or_else(|| (!VOID.contains(&name)).then_some(OTHER))
    }

    pub(super) fn is_other(self) -> bool {
        self == OTHER
    }

    pub(super) fn is_unshown(self) -> bool {
        UNSHOWN.contains(&self.name())
    }

    pub(super) fn is_reopened(self) -> bool {
        REOPENED.contains(&self.name())
    }

    pub(super) fn name(self) -> &'static str {
        ELEMENTS[self.0].0
    }

    pub(super) fn stands(self) -> Stands {
        ELEMENTS[self.0].1
    }
}

/// An element's name in lower case, where it is short enough to be a known one.
pub(super) fn lower<'b>(name: &str, buffer: &'b mut [u8; LONGEST_NAME]) -> Option<&'b str> {
    let buffer = buffer.get_mut(..name.len())?;
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).ok()
}

pub(super) const LONGEST_NAME: usize = 16;
