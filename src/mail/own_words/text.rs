//! Decoded text as numbered lines.

use super::{Region, TextLine};
use std::borrow::Cow;

/// The lines of `text` with their numbers from 1; LF, CRLF and the last one without an end.
pub(super) fn split(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}

/// Fixed text, line by line.
pub(super) fn lines(text: &str) -> Vec<TextLine<'_>> {
    split(text).map(|(number, line)| TextLine::new(number, Cow::Borrowed(line))).collect()
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
