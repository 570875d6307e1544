//! What lists, archives, scanners and companies append.

use super::habits::{self, rows};
use super::look::{COLON, Look};
use super::phrase::{Phrases, Words, plain_lower};
use super::text::{fill, next_filled};
use super::{Region, TextLine};
use std::sync::LazyLock;

/// What the table of footers holds, by kind.
struct Footers {
    /// Words that only a list's footer has near its rule.
    list: Words,
    /// Words that a footer has below a rule with which people underline headings too.
    leaving: Words,
    /// Lines that begin a footer by themselves.
    openings: Phrases,
    /// How a legal notice begins, and what it goes on to say.
    notices: Phrases,
    notice_words: Words,
}

static FOOTERS: LazyLock<Footers> = LazyLock::new(|| {
    let of =
        |kind: &'static str| rows(habits::FOOTERS).filter(move |row| row.kind == kind).map(|row| row.phrase);
    Footers {
        list: Words::of(of("list")),
        leaving: Words::of(of("leaving")),
        openings: Phrases::of(of("opening")),
        notices: Phrases::of(of("notice")),
        notice_words: Words::of(of("notice-word")),
    }
});

/// How far below its rule a footer shows that it is one, in lines.
const NEAR: usize = 4;

/// Marks what pipermail puts in place of attachments. Texts behind them are kept, in doubt: they were attached.
pub(super) fn mark_scrubbed(lines: &mut [TextLine<'_>]) {
    let (mut below, mut within) = (false, false);
    for line in lines.iter_mut() {
        let opens = line.is_open()
            && line.look.lead() == b'-'
            && line.text.trim_end() == "-------------- next part --------------";
        below |= opens;
        within = opens || (within && !line.blank && is_scrubbing(&line.text));
        if within {
            line.region.get_or_insert(Region::Footer);
        } else if below {
            line.certain = false;
        }
    }
}

fn is_scrubbing(text: &str) -> bool {
    const FIELDS: &[&str] = &["name:", "type:", "size:", "desc:", "url:", "url :"];
    text.trim_end().ends_with(" attachment was scrubbed...")
        || FIELDS
            .iter()
            .any(|field| text.get(..field.len()).is_some_and(|start| start.eq_ignore_ascii_case(field)))
}

/// Marks footers and legal notices. What follows a footer and is none is kept, in doubt.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    let mut at = 0;
    let mut below_footer = false;
    let mut told = Told::default();
    while at < lines.len() {
        if !lines[at].is_open() {
            below_footer &= lines[at].blank || lines[at].region == Some(Region::Footer);
            at += 1;
            continue;
        }
        let opens = at == 0 || !lines[at - 1].is_open();
        if let Some(end) = footer_at(lines, at, opens, &mut told) {
            fill(lines, at..end, Region::Footer);
            below_footer = true;
            at = end;
            continue;
        }
        if below_footer {
            lines[at].certain = false;
        }
        at += 1;
    }
}

/// The line after a footer that begins at `at`. `opens`: a paragraph begins there.
fn footer_at(lines: &[TextLine<'_>], at: usize, opens: bool, told: &mut Told) -> Option<usize> {
    let TextLine { look, ref text, .. } = lines[at];
    if !opens && !look.holds(COLON) && !may_be_rule(look) {
        return None;
    }
    let text = text.trim();
    if text == "--" && google_below(lines, at) {
        return Some(paragraph_end(lines, at + 1));
    }
    if may_be_rule(look) && is_rule(text) {
        let below = next_filled(&lines[..lines.len().min(at + NEAR)], at + 1)?;
        let mut near = (below..lines.len()).take(NEAR).take_while(|&here| lines[here].is_open());
        return near
            .any(|here| told.tells(look.lead() == b'_', here, &lines[here].text))
            .then(|| paragraph_end(lines, below));
    }
    let short = || text.len() <= LONGEST_OPENING && (opens || is_command(text));
    if FOOTERS.openings.may_fit(text, look) && short() && begins(text, look, &FOOTERS.openings) {
        return Some(paragraph_end(lines, at));
    }
    if opens && begins(text, look, &FOOTERS.notices) {
        let end = paragraph_end(lines, at);
        let telling = lines[at..end]
            .iter()
            .take(NOTICE_LINES)
            .any(|line| FOOTERS.notice_words.stand_in(&line.text, NOTICE_OCTETS));
        return telling.then_some(end);
    }
    None
}

const LONGEST_OPENING: usize = 300;
const NOTICE_LINES: usize = 12;
const NOTICE_OCTETS: usize = 2000;
const WORDS_OCTETS: usize = 400;

/// Which of the lines last looked at hold a footer's words: rules may stand close to one another.
#[derive(Default)]
struct Told {
    /// By whose words they are, and the line's number: the line and the answer.
    lines: [[Option<(usize, bool)>; 2 * NEAR]; 2],
}

impl Told {
    /// Whether line `at` holds words that only a list's footer has (`list`), or those below other rules.
    fn tells(&mut self, list: bool, at: usize, text: &str) -> bool {
        let place = &mut self.lines[usize::from(list)][at % (2 * NEAR)];
        if let Some((_, tells)) = place.filter(|(line, _)| *line == at) {
            return tells;
        }
        let words = if list { &FOOTERS.list } else { &FOOTERS.leaving };
        let tells = words.stand_in(text, WORDS_OCTETS);
        *place = Some((at, tells));
        tells
    }
}

/// Whether the line begins as rules do, signature separators among them.
fn may_be_rule(look: Look) -> bool {
    matches!(look.lead(), b'_' | b'-' | b'=' | b'*' | b'#' | b'~')
}

/// A line of underscores, dashes or the like.
fn is_rule(text: &str) -> bool {
    const SHORTEST: usize = 10;
    text.len() >= SHORTEST && text.bytes().all(|b| matches!(b, b'_' | b'-' | b'=' | b'*' | b'#' | b'~'))
}

/// Google Groups and vger put their footer behind a signature separator.
fn google_below(lines: &[TextLine<'_>], at: usize) -> bool {
    lines.get(at + 1).is_some_and(|below| {
        below.is_open()
            && below.text.len() <= LONGEST_OPENING
            && begins(below.text.trim(), below.look, &FOOTERS.openings)
    })
}

/// ezmlm's two lines stand together, whatever is above them.
fn is_command(text: &str) -> bool {
    text.contains(':') && text.contains('@')
}

fn begins(text: &str, look: Look, phrases: &Phrases) -> bool {
    const SHORTEST_PHRASE: usize = 6;
    const LONGEST_PHRASE: usize = 100;
    text.len() >= SHORTEST_PHRASE
        && phrases.may_fit(text, look)
        && phrases.fit(&plain_lower(&text[..text.floor_char_boundary(LONGEST_PHRASE)]))
}

fn paragraph_end(lines: &[TextLine<'_>], from: usize) -> usize {
    (from..lines.len()).find(|&at| !lines[at].is_open()).unwrap_or(lines.len())
}
