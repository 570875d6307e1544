//! When the list received a post.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What the source of a message knows of its arrival, beside the message itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// IMAP INTERNALDATE (RFC 9051 §2.3.3).
    pub internal_date: Option<DateTime<Utc>>,
    /// The instant in the mbox `From_` line (RFC 4155); UTC where it names no zone.
    pub from_line: Option<DateTime<Utc>>,
    /// Whether the message comes from an archive: only there may the author's `Date:` stand in for a receive instant.
    pub archive: bool,
}

/// The instant at which the list received a post, and where that is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Instant {
    /// UTC.
    pub at: DateTime<Utc>,
    /// Which evidence it comes from.
    pub source: InstantSource,
}

/// Where a receive instant was read, best evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstantSource {
    /// The `Received` line that the list's own host wrote (RFC 5321 §4.4).
    Received,
    /// IMAP INTERNALDATE.
    InternalDate,
    /// The mbox `From_` line.
    FromLine,
    /// The author's `Date:` header; archives only.
    Date,
    /// Nothing told; the Unix epoch stands in and the post is listed as a problem.
    Unknown,
}

impl InstantSource {
    /// The word the record uses.
    pub fn as_str(self) -> &'static str {
        match self {
            InstantSource::Received => "received",
            InstantSource::InternalDate => "internal-date",
            InstantSource::FromLine => "from-line",
            InstantSource::Date => "date",
            InstantSource::Unknown => "unknown",
        }
    }
}
