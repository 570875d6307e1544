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
mod command;
mod complement;
mod conclusion;
mod event;
mod explanation;
mod in_words;
mod lexer;
mod lexicon;
mod occasion;
mod paper;
mod phrase;
mod position;
mod reading;
mod sentence;
mod standing;
mod token;
mod topic;
mod vote_token;

#[cfg(test)]
mod tests;

pub use announcement::{Announcement, Group, Outcome, announcement, folded, says_cancelled};
pub use event::event_called;
pub use occasion::reading;
pub use reading::{Cast, Claim, Command, Dialect, Event, Held, HeldWhy, Place, Reading, Vote, WordMeaning};
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

/// A vote token that was looked at, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// Its line in the decoded text, from 1.
    pub line_number: u32,
    /// The token as it is written.
    pub token: String,
    /// The rule that decided.
    pub rule: &'static str,
    /// Whether it casts.
    pub accepted: bool,
}

/// Reads own words: the vote, withdrawal, objection or support in them.
///
/// Linear in the length of the words, of which the first 5,000 lines or 200,000 bytes are read.
pub fn read(words: &OwnWords, role: Role, dialect: &Dialect) -> Reading {
    let text = sentence::Text::new(words);
    conclusion::conclude(&text, &conclusion::Findings::of(&text), role, dialect)
}

/// Every vote token in own words with the rule that accepted or refused it, in order.
pub fn explain(words: &OwnWords, role: Role) -> Vec<Considered> {
    let text = sentence::Text::new(words);
    let findings = conclusion::Findings::of(&text);
    let considered = |finding: &standing::Finding| {
        let casts = matches!(finding.standing, standing::Standing::Casts | standing::Standing::Changes);
        let may = role == Role::Reply || finding.first_person;
        Considered {
            line_number: text.row(finding.at).line.number,
            token: text.tokens[finding.at].text.to_owned(),
            rule: if casts && !may { "not-first-person" } else { finding.rule },
            accepted: casts && may,
        }
    };
    findings.votes.iter().map(considered).collect()
}
