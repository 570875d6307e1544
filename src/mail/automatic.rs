//! Automatic mail (RFC 3834): never a vote, never answered.

use serde::{Deserialize, Serialize};

/// Why a post counts as automatic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Automatic {
    /// `Auto-Submitted` with a value other than `no` (RFC 3834 §5).
    AutoSubmitted,
    /// A delivery status or disposition notification (RFC 3464, RFC 8098), or a null reverse-path.
    Bounce,
    /// A vacation responder that says so by another header or by its subject.
    Vacation,
    /// A machine's sender: `X-Auto-Response-Suppress`, `mailer-daemon@`, `no-reply` of a bot and the like.
    Bot,
    /// A notice of this engine.
    OwnNotice,
    /// A digest of the list (`multipart/digest`, RFC 2046 §5.1.5, or Mailman's "Today's Topics:").
    Digest,
}

impl Automatic {
    /// One line for the record.
    pub fn as_str(&self) -> &'static str {
        match self {
            Automatic::AutoSubmitted => "Auto-Submitted says that no person sent it",
            Automatic::Bounce => "a bounce or delivery report",
            Automatic::Vacation => "a vacation responder",
            Automatic::Bot => "sent by a program",
            Automatic::OwnNotice => "one of plusone's own notices",
            Automatic::Digest => "a digest of the list",
        }
    }
}
