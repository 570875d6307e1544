//! What a person announces: the outcome, the counts, and who voted what by their count.
//!
//! ```text
//! Post → outcome   what its subject and sentences say came of the proposal
//!      → tally     lines of token → groups of voters with counts and names
//! ```
//!
//! The words are data (`words/events.txt`). An announcement decides nothing: it is recorded and compared.

mod clause;
mod folded;
mod line;
mod names;
mod outcome;
mod tally;
mod token;
pub(super) mod vocabulary;

pub use folded::folded;
pub use outcome::Outcome;
pub(super) use outcome::denies_cancelling;
pub use outcome::says_cancelled;

use super::{Claim, Vote};
use crate::mail::Post;
use serde::{Deserialize, Serialize};

/// How many lines of a mail are read.
const MOST_LINES: usize = 2_000;
/// How many names are kept.
const MOST_NAMES: usize = 500;

/// What a mail announces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Announcement {
    /// What came of the proposal, where the mail says so.
    pub outcome: Option<Outcome>,
    /// Who voted what by its count: +1 first, binding before non-binding before what it says nothing of.
    pub votes: Vec<Group>,
}

/// Voters that an announcement counts together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Their vote.
    pub vote: Vote,
    /// What it says of their votes being binding.
    pub claim: Option<Claim>,
    /// How many it says there are.
    pub count: Option<u32>,
    /// Those it names, as it writes them, in its order.
    pub names: Vec<String>,
}

impl Group {
    /// How many voters it counts: the number that it says, else the names that it lists.
    pub fn voters(&self) -> u32 {
        self.count.unwrap_or_else(|| u32::try_from(self.names.len()).unwrap_or(u32::MAX))
    }
}

/// Reads what a post announces of the proposal of that name (its base subject; may be empty). Linear in the length of its own words, of
/// which the first 2,000 lines are read.
pub fn announcement(post: &Post, proposal: &str) -> Announcement {
    let lines = post.words.lines.iter().map(|line| line.text.as_str());
    Announcement { outcome: outcome::outcome(post, proposal), votes: tally::groups(lines, &post.author.name) }
}

/// Whether a post's own words announce something, whatever its subject says: an outcome (`of_a_vote`: in a sentence about a vote), or a
/// count of several.
pub(super) fn announces(post: &Post, of_a_vote: bool) -> bool {
    let counted = |votes: &[Group]| votes.iter().map(|group| group.voters().max(1)).sum::<u32>() > 1;
    outcome::is_said_in_words(post, of_a_vote) || counted(&announcement(post, "").votes)
}

#[cfg(test)]
mod tests {
    use super::tally::groups;
    use std::time::Duration;

    /// Four times as much may cost some eight times as much on a busy machine, not sixteen.
    #[test]
    fn hostile_counts_cost_linear_time() {
        for unit in ["A (", "+1: A (A:", "1 votes ", "no +1, ", "+1 x ", "Ann, ", "(", ":", "binding 3 "] {
            let cost = |repeats: usize| {
                let line = format!("+1 {}", unit.repeat(repeats));
                let watch = crate::clock::Stopwatch::start();
                groups(line.lines(), "Ann");
                watch.elapsed()
            };
            let (once, more) = (cost(5_000), cost(20_000));
            assert!(
                more < once * 10 + Duration::from_millis(60),
                "{unit:?}: {once:?}, four times as much {more:?}"
            );
        }
    }
}
