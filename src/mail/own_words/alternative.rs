//! The same text twice, plain and as HTML: a vote that is not the author's own in both is in doubt. Programs that make the plain
//! text of the HTML leave its marks of quotation away.

use super::marked_line::MarkedLine;
use super::phrase::{holds_vote, votes};
use super::{OwnWords, Region};
use std::collections::HashSet;

/// Whether a line of the author's own holds a vote that is not yet in doubt.
pub(super) fn holds_certain_vote(words: &OwnWords) -> bool {
    words.lines.iter().any(|line| line.certain && holds_vote(&line.text))
}

/// Puts in doubt the lines with a vote that stands nowhere in the HTML, or only where somebody else is quoted. An HTML text without
/// words says nothing.
pub(super) fn doubt_unlike(words: &mut OwnWords, html: &[MarkedLine]) {
    let quoted = |line: &&MarkedLine| matches!(line.region, Some(Region::Quote | Region::Forward));
    if html.iter().all(|line| line.text.trim().is_empty()) {
        return;
    }
    let own: HashSet<(char, char)> =
        html.iter().filter(|line| !quoted(line)).flat_map(|line| votes(&line.text)).collect();
    for line in words.lines.iter_mut().filter(|line| line.certain) {
        line.certain = votes(&line.text).all(|vote| own.contains(&vote));
    }
}
