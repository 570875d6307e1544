//! The call: what is fixed when a proposal opens.

use super::Rule;
use crate::mail::{Author, MessageId};
use chrono::{DateTime, Utc};
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
}
