//! A notice: one mail that the engine owes somebody, before it is put into words.

use crate::mail::{Address, MessageId};
use serde::{Deserialize, Serialize};

/// What is to be said, to whom, about which post. Two notices with the same key are the same notice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// Its kind.
    pub kind: Kind,
    /// To whom.
    pub to: Recipient,
    /// The proposal's revision it speaks of.
    pub revision: u32,
    /// The post it is about: the one in question, or the objection.
    pub post: Option<MessageId>,
    /// Tells notices of one kind and post apart (a second objection after a first was withdrawn).
    pub ordinal: u32,
}

/// The kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A proposal is open, and how to vote on it.
    Opened,
    /// A question to an author.
    Question,
    /// Somebody objects, and what the proposer can do.
    Objected,
    /// It will soon close, or give up, and would not pass as it stands.
    Reminder,
    /// Its window was extended; or, without a post, that the close is put off for an answer.
    Extended,
    /// Its text was changed.
    Amended,
    /// It was raised to a stricter rule.
    Raised,
    /// Its proposer took it back.
    Withdrawn,
    /// An answer to `Proposal: status`.
    Status,
    /// A person announced another result than the rule gives.
    Differs,
    /// The outcome.
    Result,
    /// A trial period has ended.
    FollowUp,
    /// On-time mail surfaced after the result.
    Correction,
    /// The list's digest.
    Digest,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 14] = [
        Kind::Opened,
        Kind::Question,
        Kind::Objected,
        Kind::Reminder,
        Kind::Extended,
        Kind::Amended,
        Kind::Raised,
        Kind::Withdrawn,
        Kind::Status,
        Kind::Differs,
        Kind::Result,
        Kind::FollowUp,
        Kind::Correction,
        Kind::Digest,
    ];

    /// The word for it in headers, file names and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Opened => "opened",
            Kind::Question => "question",
            Kind::Objected => "objected",
            Kind::Reminder => "reminder",
            Kind::Extended => "extended",
            Kind::Amended => "amended",
            Kind::Raised => "raised",
            Kind::Withdrawn => "withdrawn",
            Kind::Status => "status",
            Kind::Differs => "differs",
            Kind::FollowUp => "follow-up",
            Kind::Result => "result",
            Kind::Correction => "correction",
            Kind::Digest => "digest",
        }
    }
}

/// To whom a notice goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to", content = "address")]
pub enum Recipient {
    /// The list.
    List,
    /// One author.
    Author(Address),
}
