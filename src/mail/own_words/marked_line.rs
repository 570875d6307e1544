//! The whole text of a mail with each line marked: for showing what was read as what.

use super::{OwnWords, Region, TextLine, part_lines};
use serde::{Deserialize, Serialize};

/// A line of the decoded text, and as what it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkedLine {
    /// Its first and last number in the decoded text, from 1: several lines where format=flowed joins them.
    pub lines: (u32, u32),
    /// As what it was removed; `None` where it is the author's own.
    #[serde(rename = "as")]
    pub region: Option<Region>,
    /// Whether it is the author's own beyond doubt, where it is.
    pub certain: bool,
    /// The text without its line end.
    pub text: String,
}

impl MarkedLine {
    fn of(line: &TextLine<'_>) -> Self {
        let text = line.text.clone().into_owned();
        MarkedLine { lines: (line.first, line.last), region: line.region, certain: line.certain, text }
    }

    /// The same line under a text that ends at line `last`, where nothing is certain.
    pub(super) fn lower_by(self, last: u32) -> Self {
        let down = |number: u32| last.saturating_add(number);
        MarkedLine { lines: (down(self.lines.0), down(self.lines.1)), certain: false, ..self }
    }
}

/// The own words among marked lines; where `keep` asks for it, all of the lines besides.
pub(super) fn parted(lines: Vec<TextLine<'_>>, keep: bool) -> (OwnWords, Vec<MarkedLine>) {
    let mut text: Vec<MarkedLine> = lines.iter().filter(|_| keep).map(MarkedLine::of).collect();
    let words = part_lines(lines);
    // Blank lines go with what stands on both sides of them, whatever they were marked as at first.
    let mut removed = words.removed.iter().peekable();
    for line in text.iter_mut().filter(|line| line.text.trim().is_empty()) {
        while removed.next_if(|part| part.lines.1 < line.lines.0).is_some() {}
        line.region = removed.peek().filter(|part| part.lines.0 <= line.lines.0).map(|part| part.region);
    }
    (words, text)
}

/// Puts in doubt the lines that are so among `words`.
pub(super) fn doubt_with(text: &mut [MarkedLine], words: &OwnWords) {
    let mut own = words.lines.iter().peekable();
    for line in text.iter_mut() {
        while own.next_if(|own| own.number < line.lines.0).is_some() {}
        line.certain &= own.peek().is_none_or(|own| own.number > line.lines.0 || own.certain);
    }
}
