//! What a post says on the question: the closed set of readings.

use super::rule::Rule;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a post is read. Every reading but [`Reading::Nothing`] and [`Reading::Automatic`] names the line it was read from and the rule that read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "reading")]
pub enum Reading {
    /// A vote.
    Cast(Cast),
    /// The author takes an earlier vote back.
    Withdraw(Place),
    /// An objection in words, without a vote token.
    Objects(Place),
    /// Might be a vote; the author is asked.
    Held(Held),
    /// `Proposal: withdraw` and the like.
    Command {
        /// What it asks for.
        command: Command,
        /// Where it stands.
        place: Place,
    },
    /// Nobody wrote it (RFC 3834); never read further.
    Automatic {
        /// Why it is automatic, in one line.
        why: String,
    },
    /// A `[RESULT]` or `[CANCEL]` mail of the thread; casts nothing.
    Event(Event),
    /// Nothing on the question.
    Nothing,
}

impl Reading {
    /// Whether it takes back only what the author said against the proposal: a +1 given before stands.
    pub fn withdraws_only_an_objection(&self) -> bool {
        matches!(self, Reading::Withdraw(place) if place.rule == Rule::WithdrawnObjection.name())
    }
}

/// A vote as it was cast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// Its value.
    pub vote: Vote,
    /// As the author wrote it: `+1`, `++1`, `-0.9`, with its claim: `+1 (binding)`.
    pub written: String,
    /// For a fraction, its value: `+0.9` is a 0 of strength 0.9. Indicative only.
    pub strength: Option<f64>,
    /// What the author says of it being binding. Recorded; the roster decides.
    pub claim: Option<Claim>,
    /// Whether the post has words beyond the vote, its claim, greeting and name.
    pub explained: bool,
    /// Of a -1 whose reason does not stand on its own line: the first line of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Something that might be a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Why it is not counted as it stands.
    pub why: HeldWhy,
    /// The votes it may be; empty where it may also be none.
    pub candidates: Vec<Vote>,
    /// Where it stands.
    pub place: Place,
}

/// Why a reading is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldWhy {
    /// "+1 if …": a condition that nobody else can check off.
    Condition,
    /// Several values on one question.
    Several,
    /// "+1 to what Bob said", or a bare +1 between quotes: agreement with a remark may or may not be a vote.
    Agreement,
    /// "LGTM", "works for me", a thumb, a reaction: support without a vote.
    InWords,
    /// A vote on a line that may be somebody else's, or in a form that may be no vote.
    Uncertain,
    /// A vote that replies to a digest.
    DigestReply,
    /// A vote by an author who cannot be told.
    UnknownAuthor,
}

/// Where a reading was read, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The line, white space at its ends taken off, cut at 2,000 characters.
    pub line: String,
    /// Its number in the decoded text, from 1.
    pub line_number: u32,
    /// The rule's name, e.g. `opening-token`, `first-person`, `ticked-box`, `changed-vote`.
    pub rule: String,
}

/// How many characters of a line are kept: a decision is not to grow by the megabytes that somebody writes on one line.
const LONGEST_LINE: usize = 2_000;

/// A line as it is kept.
pub(super) fn kept(line: &str) -> String {
    line.trim().chars().take(LONGEST_LINE).collect()
}

/// A vote's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Vote {
    /// Against.
    #[serde(rename = "-1")]
    Minus,
    /// Abstains.
    #[serde(rename = "0")]
    Zero,
    /// For.
    #[serde(rename = "+1")]
    Plus,
}

impl Vote {
    /// `+1`, `0` or `-1`.
    pub fn as_str(self) -> &'static str {
        match self {
            Vote::Plus => "+1",
            Vote::Zero => "0",
            Vote::Minus => "-1",
        }
    }
}

impl fmt::Display for Vote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an author says of a vote being binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// "(binding)", "(PMC)", "(IPMC)", "(committer)".
    Binding,
    /// "(non-binding)".
    NonBinding,
}

/// A mail that runs the vote instead of taking part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// `[RESULT]`: somebody announces an outcome.
    Result,
    /// `[CANCEL]`, `[CANCELED]`, `[CANCELLED]`, `[WITHDRAWN]`.
    Cancel,
    /// `[DISCUSS]`: talk about the vote.
    Discuss,
}

/// A command in the author's own words: a line `Proposal: …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command", content = "argument")]
pub enum Command {
    /// Take the proposal back.
    Withdraw,
    /// The text is amended by this post.
    Amend,
    /// A longer window, as written ("48h").
    Extend(String),
    /// Close now (an approval rule, after the minimum).
    Close,
    /// Make it a three-vote proposal.
    Substantial,
    /// Say how it stands.
    Status,
    /// Not understood, as written.
    Unknown(String),
}

/// What words alone mean on a list (`words = { "lgtm" = "held" }`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WordMeaning {
    /// A vote for.
    #[serde(rename = "+1")]
    Plus,
    /// Asked about.
    #[serde(rename = "held")]
    Held,
    /// No vote.
    #[serde(rename = "nothing")]
    Nothing,
}

/// How a list speaks: what is configured of reading its mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dialect {
    /// What words alone mean, keyed in lower case; where a word is missing, support in words is held.
    pub words: Vec<(String, WordMeaning)>,
}
