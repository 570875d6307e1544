//! Forwarded and original-message blocks: a mail pasted below, with a marker, its header fields, or both.

use super::habits::{self, rows};
use super::look::{BEYOND_ASCII, COLON};
use super::pasted_head::{columns_end, head_end};
use super::phrase::{Phrases, Words, plain_lower};
use super::quote::{Pasted, pasted_under};
use super::text::{fill, next_filled};
use super::{Region, TextLine};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The mail replied to.
    Original,
    /// A mail passed on.
    Forwarded,
}

/// A block's head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Its first line: the marker or the first header field.
    pub(super) start: usize,
    /// The line after its head.
    body: usize,
    kind: Kind,
    /// The HTML said that a block begins here.
    known: bool,
}

/// The table of markers, by kind.
struct Markers {
    /// Between dashes: `-----Original Message-----`.
    original: Phrases,
    forwarded: Phrases,
    /// Without dashes, as Apple Mail writes them; each ends with a colon.
    bare: HashSet<&'static str>,
    /// What closes a forwarded mail: mutt, Gnus, RFC 934.
    end: Phrases,
    /// What says that the answers stand inside the block, in the words above it.
    inline: Words,
}

static MARKERS: LazyLock<Markers> = LazyLock::new(|| {
    let of =
        |kind: &'static str| rows(habits::MARKERS).filter(move |row| row.kind == kind).map(|row| row.phrase);
    Markers {
        original: Phrases::of(of("original")),
        forwarded: Phrases::of(of("forwarded")),
        bare: of("bare").collect(),
        end: Phrases::of(of("end")),
        inline: Words::of(of("inline")),
    }
});

/// The first block that begins in the text, if any.
pub(super) fn find(lines: &[TextLine<'_>]) -> Option<Block> {
    (0..lines.len()).find_map(|at| block_at(lines, at))
}

fn block_at(lines: &[TextLine<'_>], at: usize) -> Option<Block> {
    let line = &lines[at];
    if line.blank || !matches!(line.region, None | Some(Region::Attribution)) {
        return None;
    }
    let block = |kind, body| Some(Block { start: at, body, kind, known: line.opens_forward });
    // An attribution between dashes with marked quotes below opens no block.
    let attributes = || {
        line.region.is_some()
            && next_filled(lines, at + 1).is_some_and(|next| lines[next].region == Some(Region::Quote))
    };
    let marked = if line.may_be_marker() && !attributes() { marker(&line.text) } else { None };
    if let Some(kind) = marked {
        let head = next_filled(lines, at + 1).and_then(|next| head_end(lines, next));
        return block(kind, head.unwrap_or(at + 1));
    }
    if matches!(line.look.lead(), b'_' | b'-') && is_rule(&line.text) {
        let below = next_filled(lines, at + 1).filter(|&below| below - at <= 3);
        return below.and_then(|below| head_end(lines, below)).and_then(|body| block(Kind::Original, body));
    }
    match head_end(lines, at).or_else(|| columns_end(lines, at)) {
        Some(body) => block(Kind::Original, body),
        None if line.opens_forward => block(Kind::Original, at),
        None => None,
    }
}

/// What kind of block the line opens as a marker.
fn marker(text: &str) -> Option<Kind> {
    const LONGEST: usize = 160;
    let bare = text.trim();
    if bare.len() > LONGEST {
        return None;
    }
    if pasted_under(bare) == Some(Pasted::Unmarked) {
        return Some(Kind::Original);
    }
    if let Some(inside) = between_dashes(bare) {
        let inside = plain_lower(inside);
        return match () {
            () if MARKERS.original.fit(&inside) => Some(Kind::Original),
            () if MARKERS.forwarded.fit(&inside) => Some(Kind::Forwarded),
            () => None,
        };
    }
    let named = bare.strip_suffix([':', '：'])?;
    if named.len() < SHORTEST_BARE || named.contains(':') {
        return None;
    }
    MARKERS.bare.contains(plain_lower(named).trim_end()).then_some(Kind::Forwarded)
}

impl TextLine<'_> {
    /// Whether it begins with a dash or GroupWise's marks, or ends with a colon.
    fn may_be_marker(&self) -> bool {
        let dash = matches!(self.look.lead(), b'-' | b'_' | b'=' | b'>' | 0xe2);
        dash || self.look.holds(COLON | BEYOND_ASCII) && self.text.trim_end().ends_with([':', '：'])
    }
}

/// The shortest marker without dashes, in octets.
const SHORTEST_BARE: usize = 15;

fn is_end_marker(line: &TextLine<'_>) -> bool {
    let inside = if line.is_open() { between_dashes(line.text.trim()) } else { None };
    inside.is_some_and(|inside| MARKERS.end.fit(&plain_lower(inside)))
}

/// The words in a line that begins with dashes and has more of them behind; one phone goes on with the header fields there.
fn between_dashes(text: &str) -> Option<&str> {
    let dash = |c: char| matches!(c, '-' | '_' | '=' | '\u{2010}'..='\u{2015}');
    if !text.starts_with(dash) {
        return None;
    }
    let words = text.trim_start_matches(dash);
    let leading = text[..text.len() - words.len()].chars().count();
    if leading < 2 {
        return None;
    }
    let end = words.char_indices().zip(words.chars().skip(1)).find(|((_, c), next)| dash(*c) && dash(*next));
    let inside = words[..end?.0.0].trim();
    (!inside.is_empty()).then_some(inside)
}

fn is_rule(text: &str) -> bool {
    let bare = text.trim();
    bare.len() >= 5 && (bare.bytes().all(|b| b == b'_') || bare.bytes().all(|b| b == b'-'))
}

/// Settles what of the text at and below the first block is whose.
///
/// Words of one's own above a block mean that it was answered from the top: all of it is somebody else's. Where nothing stands
/// above, the answer may stand in it or below it: doubt. Where the block is quoted by `>` below its head, that tells them apart.
/// `forwards`: the subject says that the mail passes another on.
pub(super) fn settle(lines: &mut [TextLine<'_>], first: Option<Block>, forwards: bool) {
    let Some(first) = first else { return };
    let ends: Vec<usize> = (first.start..lines.len()).filter(|&at| is_end_marker(&lines[at])).collect();
    let mut ends = ends.into_iter().peekable();
    let mut above = Above::Nothing;
    let (mut read_to, mut doubted) = (0, false);
    let mut block = Some(first);
    while let Some(Block { start, body, kind, known }) = block {
        above = answer_above(above, &lines[read_to..start]);
        fill(lines, start..body, Region::Forward);
        while ends.next_if(|&end| end < body).is_some() {}
        read_to = match ends.next() {
            Some(end) => {
                fill(lines, body..end + 1, Region::Forward);
                end + 1
            }
            None => {
                let passed_on = forwards || kind == Kind::Forwarded;
                match (quoted_by_marks(lines, body).filter(|_| !known), &above) {
                    (Some(Marks::Attributed), _) => {}
                    (Some(Marks::Bare), Above::Nothing) if !passed_on => {}
                    _ if doubted => {}
                    (None, Above::Nothing) if passed_on => {
                        return fill(lines, body..lines.len(), Region::Forward);
                    }
                    (None, Above::Words) => return fill(lines, body..lines.len(), Region::Forward),
                    _ => {
                        doubt(&mut lines[body..]);
                        doubted = true;
                    }
                }
                body
            }
        };
        block = (read_to.max(start + 1)..lines.len()).find_map(|at| block_at(lines, at));
    }
}

/// How the text below a block's head is set off from the answers.
enum Marks {
    /// By `>` on its lines.
    Bare,
    /// The same, under an attribution line.
    Attributed,
}

fn quoted_by_marks(lines: &[TextLine<'_>], body: usize) -> Option<Marks> {
    let mut next = next_filled(lines, body)?;
    let mut marks = Marks::Bare;
    while lines[next].region == Some(Region::Attribution) {
        marks = Marks::Attributed;
        next = next_filled(lines, next + 1)?;
    }
    (lines[next].region == Some(Region::Quote)).then_some(marks)
}

fn doubt(lines: &mut [TextLine<'_>]) {
    for line in lines {
        line.certain = false;
    }
}

/// What of the author's own stands above a block.
enum Above {
    /// Nothing, or a greeting.
    Nothing,
    /// Words that send the reader into the block.
    SaysInline,
    Words,
}

fn answer_above(before: Above, lines: &[TextLine<'_>]) -> Above {
    let mut found = before;
    const MOST_LINES_READ: usize = 40;
    for line in lines.iter().filter(|line| line.is_open()).take(MOST_LINES_READ) {
        if matches!(found, Above::SaysInline) {
            break;
        }
        let greeting = line.text.trim_end().ends_with(',') && line.text.split_whitespace().nth(3).is_none();
        if greeting {
            continue;
        }
        let inline = line.text.len() <= 200 && MARKERS.inline.stand_in(&line.text, 200);
        found = if inline { Above::SaysInline } else { Above::Words };
    }
    found
}
