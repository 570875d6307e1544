//! The call: what is fixed when a proposal opens.

use super::{Rule, Span};
use crate::mail::{Address, Author, MessageId};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A proposal as it opened. Append-only: nothing in it ever changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The list's short name.
    pub list: String,
    /// The proposal's number on that list, from 1, in the order in which the list received the roots.
    pub number: u32,
    /// The post that proposes.
    pub root: MessageId,
    /// Its subject, with tags, without list prefix and reply marks.
    pub subject: String,
    /// Who proposes.
    pub proposer: Author,
    /// The kind that the list's tags name.
    pub kind: String,
    /// The rule's parameters as they were.
    pub rule: Rule,
    /// When the list received the root, UTC.
    pub opened_at: DateTime<Utc>,
    /// Whether its notices are mailed.
    pub mode: Mode,
    /// SHA-256, in hexadecimal, of the root's own words.
    pub text_sha256: String,
    /// The rule that `Proposal: substantial` raises it to, with the name of its kind; `None` where the list has none that is stricter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_to: Option<Box<(String, Rule)>>,
    /// The proposal that was blocked and raised to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_from: Option<RaisedFrom>,
    /// Whom a membership proposal is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nominee: Option<Nominee>,
    /// Pseudo-headers that could not be followed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfollowed: Vec<Unfollowed>,
    /// The list's zone, in which business days are counted that somebody asks for where the rule counts hours.
    #[serde(default)]
    pub zone: Tz,
}

/// A blocked proposal that a voter raised to a stricter rule after its close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedFrom {
    /// Its number.
    pub number: u32,
    /// The post that opened it: its thread goes on as this proposal's.
    pub root: MessageId,
    /// The post that holds the text it had in the end.
    pub text_in: MessageId,
}

/// Whom a membership proposal is about (`Nominee: Name <address>`, `Role: apprentice`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nominee {
    /// The name as it is written.
    pub name: String,
    /// The address, where it is written.
    pub address: Option<Address>,
    /// The role, where it is written.
    pub role: Option<String>,
}

/// A pseudo-header that could not be followed; the rule's own value is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfollowed {
    /// The line as it is written.
    pub line: String,
    /// Why.
    pub why: HeaderFault,
}

/// Why a pseudo-header cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum HeaderFault {
    /// Its value cannot be understood.
    NotUnderstood,
    /// It asks for less than the rule's minimum window.
    TooShort {
        /// The minimum.
        least: Span,
    },
    /// It asks for more than the rule's last instant.
    TooLong {
        /// The most.
        most: Span,
    },
    /// It would lower the kind, or there is no such kind.
    Kind,
    /// `Closes:` and `Open-For:` both stand there, or one of them twice.
    Twice,
}

/// Whether a list's notices are mailed (fixed for each proposal when it opens).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Written to a folder, for the administrator to see.
    Shadow,
    /// Mailed.
    Live,
    /// Recorded only: the proposal is older than the engine's first run.
    Recorded,
}

/// What a list decides by, as far as a decision needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRules {
    /// The list's short name.
    pub name: String,
    /// Subject tag (compared without regard to case) → kind.
    pub tags: Vec<(String, String)>,
    /// Kind → rule.
    pub kinds: Vec<(String, Rule)>,
    /// How the list speaks.
    pub dialect: crate::ballot::Dialect,
    /// Mode of new proposals.
    pub mode: Mode,
    /// The list's zone, in which a day ends that a proposal names.
    pub zone: Tz,
}
