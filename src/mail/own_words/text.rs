//! Decoded text as numbered lines.

use super::{Region, TextLine};
use memchr::memchr_iter;
use std::borrow::Cow;

/// The lines of `text` with their numbers from 1; LF, CRLF and the last one without an end.
pub(super) fn split(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut ends = memchr_iter(b'\n', text.as_bytes());
    let mut at = 0;
    (1u32..).zip(std::iter::from_fn(move || {
        let end = ends.next();
        let line =
            text.get(at..end.unwrap_or(text.len())).filter(|line| end.is_some() || !line.is_empty())?;
        at += line.len() + 1;
        Some(if end.is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line })
    }))
}

/// How many of the blank lines in a row are kept: nothing tells more of them apart.
pub(super) const MOST_BLANK: usize = 3;

/// How many lines of a text are told apart. What stands below is one line more, in doubt: nobody writes so much, and whoever pastes it
/// does not vote there.
pub(super) const MOST_LINES: usize = 50_000;

/// Fixed text, line by line.
pub(super) fn lines(text: &str) -> Vec<TextLine<'_>> {
    let mut out: Vec<TextLine<'_>> =
        Vec::with_capacity(memchr_iter(b'\n', text.as_bytes()).take(MOST_LINES).count() + 1);
    let mut blank = 0;
    for (number, line) in split(text) {
        if out.len() >= MOST_LINES {
            out.push(rest(text, number, line));
            break;
        }
        let line = TextLine::new(number, Cow::Borrowed(line));
        blank = if line.blank { blank + 1 } else { 0 };
        if blank <= MOST_BLANK {
            out.push(line);
        }
    }
    out
}

/// What stands from the line `first`, which is `number`, to the end of `text`, as one line.
fn rest<'t>(text: &'t str, number: u32, first: &'t str) -> TextLine<'t> {
    let from = first.as_ptr() as usize - text.as_ptr() as usize;
    let rest = &text[from..];
    let more = memchr_iter(b'\n', rest.trim_end().as_bytes()).count();
    let mut line = TextLine::new(number, Cow::Owned(on_one_line(rest)));
    line.last = number.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    line.certain = false;
    line
}

/// `text` with spaces for its line ends.
fn on_one_line(text: &str) -> String {
    let octets = text.bytes().map(|octet| if matches!(octet, b'\r' | b'\n') { b' ' } else { octet });
    // One ASCII octet for another leaves UTF-8 as it is.
    String::from_utf8(octets.collect()).unwrap_or_default()
}

/// Where the line at or after `from` that is not blank stands.
pub(super) fn next_filled(lines: &[TextLine<'_>], from: usize) -> Option<usize> {
    (from..lines.len()).find(|&at| !lines[at].blank)
}

/// Marks what is not yet marked in `range`, blank lines too.
pub(super) fn fill(lines: &mut [TextLine<'_>], range: std::ops::Range<usize>, region: Region) {
    for line in &mut lines[range] {
        line.region.get_or_insert(region);
    }
}
