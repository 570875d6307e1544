//! Decoded text as numbered lines.

use super::{Region, TextLine};
use std::borrow::Cow;

/// The lines of `text` with their numbers from 1; LF, CRLF and the last one without an end.
pub(super) fn split(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}

/// How many of the blank lines in a row are kept: nothing tells more of them apart.
pub(super) const MOST_BLANK: usize = 3;

/// Fixed text, line by line.
pub(super) fn lines(text: &str) -> Vec<TextLine<'_>> {
    let mut out: Vec<TextLine<'_>> = Vec::new();
    let mut blank = 0;
    for (number, line) in split(text) {
        let line = TextLine::new(number, Cow::Borrowed(line));
        blank = if line.blank { blank + 1 } else { 0 };
        if blank <= MOST_BLANK {
            out.push(line);
        }
    }
    out
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
