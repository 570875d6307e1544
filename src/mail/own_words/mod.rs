//! The author's own words: a message's text with everything that somebody or something else wrote taken away.
//!
//! The text is split into lines (`part`, `text`, `flowed`, `html`); then each file below marks what it knows: quotes, armour,
//! attributions, footers, signatures, pasted mails. What stays unmarked is the author's own. Every step reads the lines once.

mod alternative;
mod armour;
mod attribution;
mod ballot_line;
mod cms;
mod element;
mod fence;
mod flowed;
mod footer;
mod forward;
mod habits;
mod html;
mod look;
mod marked_line;
mod marks;
mod markup;
mod part;
mod pasted_head;
mod phrase;
mod quote;
mod sheet;
mod signature;
mod style;
mod text;

pub use marked_line::MarkedLine;

use super::field::is_invisible;
use super::guard;
use look::{Look, UNSEEN};
use mail_parser::Message;
use marked_line::parted;
use part::Form;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How a `format=flowed` text is to be joined (RFC 3676 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flowed {
    /// `DelSp=yes`: the space before a soft line break goes with it.
    pub del_sp: bool,
}

/// The text of a message, each line either the author's own or removed as something named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnWords {
    /// The author's own lines in order; blank ones between them are kept.
    pub lines: Vec<Line>,
    /// What was removed, in order, without overlap.
    pub removed: Vec<Removed>,
    /// The last lines of the quotations whose last words are a ballot's ("[ ] +1 approve"): what stands below answers the ballot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<u32>,
}

/// One line of the author's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the decoded text, from 1.
    pub number: u32,
    /// The text without its line end; format=flowed lines are joined (RFC 3676) and numbered by their first.
    pub text: String,
    /// Whether it is the author's own beyond doubt. A vote found only on an uncertain line is held.
    pub certain: bool,
}

/// Lines that are not the author's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// First and last line, from 1, inclusive.
    pub lines: (u32, u32),
    /// As what they were removed.
    #[serde(rename = "as")]
    pub region: Region,
}

/// What a removed region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Somebody else's words, quoted.
    Quote,
    /// The line that says whose words follow ("On … wrote:").
    Attribution,
    /// The signature behind `-- ` (RFC 3676 §4.3), "Sent from my …".
    Signature,
    /// A forwarded or original-message block.
    Forward,
    /// What a list or a company appended.
    Footer,
    /// PGP armour.
    Armour,
}

impl Region {
    /// Its name in lower case, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Region::Quote => "quote",
            Region::Attribution => "attribution",
            Region::Signature => "signature",
            Region::Forward => "forward",
            Region::Footer => "footer",
            Region::Armour => "armour",
        }
    }
}

/// The author's own words of a message.
///
/// Read is the first text that has content: of alternatives the plain one, else HTML with what its markup quotes marked. Text
/// behind an attachment is read too, in doubt. Attachments, and mails inside the mail, are somebody else's.
pub fn own_words(message: &Message<'_>) -> OwnWords {
    words_and_text(message, false).0
}

/// How many signed mails inside one another are opened.
const MOST_SIGNED: u8 = 3;

/// The author's own words of a message, and where `keep` asks for it the whole text they were taken from, each line with its mark.
pub(super) fn words_and_text(message: &Message<'_>, keep: bool) -> (OwnWords, Vec<MarkedLine>) {
    within(message, keep, MOST_SIGNED)
}

fn within(message: &Message<'_>, keep: bool, signed: u8) -> (OwnWords, Vec<MarkedLine>) {
    let mut chosen = part::choose(message);
    let inner = chosen.signed.take().filter(|_| signed > 0);
    let inner = inner.and_then(|mail| guard::parse(&mail, |inner| within(inner, keep, signed - 1)).ok());
    match inner {
        Some(((words, mut text), _)) => {
            let (below, below_text) = of_chosen(message, chosen, keep);
            let last = words.last_number();
            text.extend(below_text.into_iter().map(|line| line.lower_by(last)));
            (words.above(below), text)
        }
        None => of_chosen(message, chosen, keep),
    }
}

/// What of a message is encrypted and with what, so that it cannot be read; in words.
pub(super) fn encryption(message: &Message<'_>) -> Option<&'static str> {
    part::encryption(message)
}

fn of_chosen(message: &Message<'_>, chosen: part::Chosen<'_>, keep: bool) -> (OwnWords, Vec<MarkedLine>) {
    let Some(main) = chosen.main else {
        return (OwnWords::default(), Vec::new());
    };
    let forwards = message.subject().is_some_and(passes_on);
    let later: Vec<TextLine<'_>> =
        chosen.later.iter().flat_map(|part| written(part.form, part.text)).collect();
    let lines = marked(written(main.form, main.text), later.clone(), forwards);
    let (mut words, mut text) = parted(lines, keep);
    let read_html = || words.in_doubt() > 0 || alternative::holds_certain_vote(&words);
    if let Some(html) = chosen.html.filter(|_| read_html()) {
        let lines = marked(written(html.form, html.text), later, forwards);
        let (marked, html_text) = parted(lines, true);
        if words.in_doubt() > 0 && marked.in_doubt() < words.in_doubt() && !marked.is_empty() {
            return (marked, if keep { html_text } else { Vec::new() });
        }
        alternative::doubt_unlike(&mut words, &html_text);
        marked_line::doubt_with(&mut text, &words);
    }
    (words, text)
}

/// The author's own words of a plain text, decoded; `flowed` where its type says `format=flowed`.
pub fn own_words_of_text(text: &str, flowed: Option<Flowed>) -> OwnWords {
    part_lines(marked(written(Form::Plain(flowed), text), Vec::new(), false))
}

/// The author's own words of an HTML text, decoded. Lines are numbered as the text reads without its markup.
pub fn own_words_of_html(html: &str) -> OwnWords {
    part_lines(marked(written(Form::Html, html), Vec::new(), false))
}

/// A line as it is seen: byte order marks, soft hyphens, zero-width spaces and direction marks, which stand before a sign or a `>`
/// wherever people write from right to left, say nothing. The joiners that scripts and emoji need stay.
fn visible(text: Cow<'_, str>) -> (Cow<'_, str>, Look) {
    let hidden = |c: char| c == '\u{ad}' || is_invisible(c);
    let look = Look::of(&text);
    if !look.holds(UNSEEN) || !text.contains(hidden) {
        return (text, look);
    }
    let text = text.replace(hidden, "");
    let look = Look::of(&text);
    (Cow::Owned(text), look)
}

/// One line of the text, and what is known of it so far.
#[derive(Debug, Clone)]
struct TextLine<'a> {
    /// Its first and last number in the decoded text.
    first: u32,
    last: u32,
    text: Cow<'a, str>,
    look: Look,
    blank: bool,
    /// As what it is removed.
    region: Option<Region>,
    certain: bool,
    /// The markup says that a pasted mail begins here.
    opens_forward: bool,
}

impl<'a> TextLine<'a> {
    fn new(number: u32, text: Cow<'a, str>) -> Self {
        let (text, look) = visible(text);
        TextLine {
            first: number,
            last: number,
            text,
            look,
            blank: look.is_blank(),
            region: None,
            certain: true,
            opens_forward: false,
        }
    }

    /// Takes `text`, the next line of the decoded text, onto this one.
    fn join(&mut self, text: &str) {
        let (text, look) = visible(Cow::Borrowed(text));
        self.text.to_mut().push_str(&text);
        self.look.join(look);
        self.blank = self.look.is_blank();
        self.last += 1;
    }

    /// Whether it has words that nothing has claimed.
    fn is_open(&self) -> bool {
        !self.blank && self.region.is_none()
    }
}

fn written(form: Form, text: &str) -> Vec<TextLine<'_>> {
    match form {
        Form::Plain(None) => text::lines(text),
        Form::Plain(Some(flowed)) => flowed::lines(text, flowed),
        Form::Html => html::lines(text),
    }
}

/// Marks the lines and parts them. `later`: what stands behind the text in parts of its own.
fn marked<'a>(mut lines: Vec<TextLine<'a>>, later: Vec<TextLine<'a>>, forwards: bool) -> Vec<TextLine<'a>> {
    mark(&mut lines, forwards);
    if !later.is_empty() {
        let above = lines.last().map_or(0, |line| line.last);
        let mut later = later;
        for (line, number) in later.iter_mut().zip(1u32..) {
            (line.first, line.last) = (above.saturating_add(number), above.saturating_add(number));
        }
        mark(&mut later, true);
        later.iter_mut().for_each(|line| line.certain = false);
        lines.append(&mut later);
    }
    lines
}

fn mark(lines: &mut [TextLine<'_>], forwards: bool) {
    quote::mark(lines);
    armour::mark(lines);
    fence::mark(lines);
    footer::mark_scrubbed(lines);
    attribution::mark(lines);
    let block = forward::find(lines);
    footer::mark(lines);
    signature::mark(lines, block.map(|block| block.start));
    forward::settle(lines, block, forwards);
    attribution::doubt_unmarked(lines);
}

/// Own lines to one side, removed ones to the other. Blank lines between removed ones go with them.
fn part_lines(mut lines: Vec<TextLine<'_>>) -> OwnWords {
    let mut words = OwnWords::default();
    let keep = |words: &mut OwnWords, lines: &mut [TextLine<'_>]| {
        let line = |line: &mut TextLine<'_>| Line {
            number: line.first,
            text: std::mem::take(&mut line.text).into_owned(),
            certain: line.certain,
        };
        words.lines.extend(lines.iter_mut().map(line));
    };
    let mut above = None;
    // The blank lines that are nobody's yet begin at `blanks`; no own line stands at or below `below_own`.
    let (mut blanks, mut below_own) = (0, 0);
    for at in 0..lines.len() {
        let line = &lines[at];
        // What ends in blank lines ends above them; a quoted one bears its mark.
        let region = line.region.filter(|region| !line.blank || *region == Region::Quote);
        let (first, last, blank) = (line.first, line.last, line.blank);
        match (region, above, words.removed.last_mut()) {
            (None, ..) if blank => continue,
            (None, ..) => {
                if is_under_ballot(&lines[below_own..at]) {
                    words.ballots.extend(words.removed.last().map(|quote| quote.lines.1));
                }
                keep(&mut words, &mut lines[blanks..=at]);
                below_own = at + 1;
            }
            (Some(region), Some(region_above), Some(removed)) if region == region_above => {
                removed.lines.1 = last;
            }
            (Some(region), Some(_), Some(removed)) => {
                removed.lines.1 = first - 1;
                words.removed.push(Removed { lines: (first, last), region });
            }
            (Some(region), ..) => {
                keep(&mut words, &mut lines[blanks..at]);
                words.removed.push(Removed { lines: (first, last), region });
            }
        }
        above = region;
        blanks = at + 1;
    }
    keep(&mut words, &mut lines[blanks..]);
    words
}

/// Whether the last quoted line among `lines` that says anything is a ballot's.
fn is_under_ballot(lines: &[TextLine<'_>]) -> bool {
    let mut quoted = lines.iter().rev().filter(|line| line.region == Some(Region::Quote));
    quoted
        .find(|line| ballot_line::has_words(&line.text))
        .is_some_and(|line| ballot_line::is_ballot(&line.text))
}

/// Whether the subject says that the mail passes another on (`Fwd:`, `WG:`, `TR:` and the like).
fn passes_on(subject: &str) -> bool {
    const PREFIXES: &[&str] =
        &["fw", "fwd", "wg", "tr", "doorst", "rv", "enc", "i", "vs", "vb", "fs", "vl", "pd", "转发", "轉寄"];
    let name = subject.split([':', '：']).next().unwrap_or_default().trim();
    name.len() < subject.trim().len() && PREFIXES.iter().any(|prefix| name.eq_ignore_ascii_case(prefix))
}

impl OwnWords {
    /// The own lines joined by line feeds, white space at the ends taken off: what `own_words_sha256` is over.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.trim_end()).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The number of its last line.
    fn last_number(&self) -> u32 {
        let own = self.lines.iter().map(|line| line.number);
        own.chain(self.removed.iter().map(|part| part.lines.1)).max().unwrap_or(0)
    }

    /// The same with `below` under it, of which nothing is certain.
    fn above(mut self, below: OwnWords) -> Self {
        let last = self.last_number();
        let down = |number: u32| last.saturating_add(number);
        self.lines.extend(below.lines.into_iter().map(|line| Line {
            number: down(line.number),
            certain: false,
            ..line
        }));
        let lower = |part: Removed| Removed { lines: (down(part.lines.0), down(part.lines.1)), ..part };
        self.removed.extend(below.removed.into_iter().map(lower));
        self
    }

    /// Whether the author wrote nothing at all.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.text.trim().is_empty())
    }

    /// How many lines may be somebody else's.
    fn in_doubt(&self) -> usize {
        self.lines.iter().filter(|line| !line.certain && !line.text.trim().is_empty()).count()
    }

    /// Whether quoted text stands somewhere above line `number`.
    pub fn quoted_above(&self, number: u32) -> bool {
        self.removed.iter().any(|part| part.region == Region::Quote && part.lines.1 < number)
    }

    /// Whether quoted text stands somewhere below line `number`.
    pub fn quoted_below(&self, number: u32) -> bool {
        self.removed.iter().any(|part| part.region == Region::Quote && part.lines.0 > number)
    }

    /// The author's own words as if the whole text were theirs: every line certain, nothing removed.
    pub fn plain(text: &str) -> Self {
        let lines = text.lines().zip(1u32..).map(|(text, number)| Line {
            number,
            text: text.to_owned(),
            certain: true,
        });
        OwnWords { lines: lines.collect(), ..OwnWords::default() }
    }
}

#[cfg(test)]
mod tests;
