//! The author's own words → a [`Reading`]: is there a vote in them, and which.
//!
//! ```text
//! OwnWords → sentences of tokens → how each vote token stands → one Reading
//!            sentence, lexer        standing, position, complement, paper   conclusion
//! ```
//!
//! The grammar accepts: a token casts only where a rule says that it does, and every rule has a name that the reading gives. What
//! words mean is data in `words/*.txt`, read by [`lexicon`] and matched by [`phrase`].

mod announcement;
mod buckets;
mod candidates;
mod command;
mod complement;
mod conclusion;
mod condition;
mod considered;
mod contraction;
mod event;
mod explanation;
mod headers;
mod in_words;
mod lexer;
mod lexicon;
mod mention;
mod mood;
mod occasion;
mod paper;
mod passed_on;
mod patch;
mod pattern;
mod phrase;
mod position;
mod reading;
mod roll;
mod rule;
mod sentence;
mod spellings;
mod standing;
mod token;
mod topic;
mod vote_token;
mod word_end;

#[cfg(test)]
mod tests;

pub use announcement::{Announcement, Group, Outcome, announcement, folded, says_cancelled};
pub use considered::{Considered, What, explain};
pub use event::{event_called, may_be_event};
pub use headers::{Keyword, PseudoHeader, headers};
pub use occasion::{reading, reading_explained};
pub use reading::{Cast, Claim, Command, Dialect, Event, Held, HeldWhy, Place, Reading, Vote, WordMeaning};
pub use rule::{meaning_of, rules};
pub use topic::Topic;

use crate::mail::OwnWords;

/// Whether a post opened the thread or answers in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The proposal itself: only a vote in the first person casts ("Here is my +1").
    Root,
    /// Any other post.
    Reply,
}

/// Reads own words: the vote, withdrawal, objection or support in them.
///
/// Linear in the length of the words, of which the first 5,000 lines or 200,000 bytes are read.
pub fn read(words: &OwnWords, role: Role, dialect: &Dialect) -> Reading {
    let (text, findings) = looked_at(words);
    conclusion::conclude(&text, &findings, role, dialect)
}

/// Own words cut into sentences, and what was found in them.
fn looked_at(words: &OwnWords) -> (sentence::Text<'_>, conclusion::Findings) {
    let text = sentence::Text::new(words);
    let findings = conclusion::Findings::of(&text);
    (text, findings)
}
