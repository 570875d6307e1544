//! What somebody asked for and did not get, and why.

use super::{HeaderFault, Span, Voter};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A command, or a pseudo-header, that was not followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The post.
    pub post: MessageId,
    /// Its author.
    pub of: Voter,
    /// The line.
    pub line: String,
    /// Why.
    pub why: Refusal,
    /// When the post was received, UTC.
    pub at: DateTime<Utc>,
}

/// Why a command is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "refusal")]
pub enum Refusal {
    /// Only the proposer may.
    NotProposer,
    /// Only the proposer or the chair may.
    NotChair,
    /// Only those whose votes bind may.
    NotElectorate,
    /// The list does not allow it.
    NotAllowed,
    /// The proposal is closed; a new one can change what was decided.
    Closed,
    /// The minimum window is still running, until that instant (UTC).
    TooEarly {
        /// When it ends.
        until: DateTime<Utc>,
    },
    /// It has been done as often as it may.
    TooOften {
        /// How often it may be done.
        most: u32,
    },
    /// More than one window at a time.
    TooLong {
        /// The window.
        most: Span,
    },
    /// Only an approval rule can be closed by hand; silence takes its time.
    Silence,
    /// There is no stricter kind to raise it to, or it is that already.
    NothingStricter,
    /// An amended text must be in the mail.
    NoText,
    /// It is no command.
    Unknown,
    /// A pseudo-header.
    Header(HeaderFault),
}
