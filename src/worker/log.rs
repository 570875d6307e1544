//! What the engine did, as far as the log says it.
//!
//! `error` is for what a person is needed for, `warn` for what was put off or not taken as it came, `info` for what was decided and mailed,
//! `debug` for every mail. Nothing above `debug` holds an address or a text of anybody's mail.

use super::Told;
use super::sending::Delivered;
use crate::decision::Mode;
use crate::store::OutboxEntry;
use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{debug, error, info, warn};

/// One thing the engine did, in few words.
#[derive(Debug, Clone)]
pub enum Brief {
    /// A list mail was stored and read.
    Stored {
        /// Its Message-ID.
        message_id: String,
    },
    /// A proposal was opened.
    Opened {
        /// The list.
        list: String,
        /// Its number.
        number: u32,
        /// The Message-ID of its root.
        message_id: String,
        /// Whether it is mailed.
        mode: &'static str,
    },
    /// A proposal was decided.
    Decided {
        /// The list.
        list: String,
        /// Its number.
        number: u32,
        /// How often its text was amended.
        revision: u32,
        /// How it stands.
        outcome: &'static str,
    },
    /// A notice was queued.
    Queued {
        /// The list.
        list: String,
        /// The proposal, 0 for a digest.
        number: u32,
        /// Which notice.
        kind: &'static str,
        /// Whether it goes to the shadow folder alone.
        shadow: bool,
    },
    /// The engine's own mail came back from the list.
    Confirmed {
        /// Its Message-ID.
        message_id: String,
    },
    /// Something could not be read or was not acted on.
    Problem {
        /// The list, where it is known.
        list: Option<String>,
        /// The Message-ID of the mail that it is about.
        message_id: Option<String>,
        /// Its kind.
        code: String,
        /// More.
        detail: String,
    },
}

impl From<Told> for Brief {
    fn from(told: Told) -> Self {
        match told {
            Told::Stored(post) => Brief::Stored { message_id: post.message_id.to_string() },
            Told::Opened(call) => Brief::Opened {
                number: call.number,
                message_id: call.root.to_string(),
                mode: match call.mode {
                    Mode::Live => "live",
                    Mode::Shadow => "shadow",
                    Mode::Recorded => "recorded",
                },
                list: call.list,
            },
            Told::Decided(after) => Brief::Decided {
                list: after.call.list.clone(),
                number: after.call.number,
                revision: after.revision,
                outcome: after.state.outcome(),
            },
            Told::Queued { list, number, kind, shadow, .. } => {
                Brief::Queued { list, number, kind: kind.as_str(), shadow }
            }
            Told::Confirmed(message_id) => Brief::Confirmed { message_id },
            Told::Problem { list, message_id, code, detail } => {
                Brief::Problem { list, message_id, code, detail }
            }
            Told::Brief(brief) => brief,
        }
    }
}

impl Brief {
    fn log(self) {
        match self {
            Brief::Stored { message_id } => debug!(message_id, "stored"),
            Brief::Opened { list, number, message_id, mode } => {
                info!(list, number, message_id, mode, "opened");
            }
            Brief::Decided { list, number, revision, outcome } => {
                info!(list, number, revision, outcome, "decided");
            }
            Brief::Queued { list, number, kind, shadow } => info!(list, number, kind, shadow, "queued"),
            Brief::Confirmed { message_id } => debug!(message_id, "confirmed"),
            Brief::Problem { list, message_id, code, detail } => match code.as_str() {
                // A mailbox may serve many lists that are none of the engine's.
                "no-list" => debug!(list, message_id, code, detail, "problem"),
                // Its detail quotes a subject.
                "unknown-prefix" => warn!(list, message_id, code, "problem"),
                _ => warn!(list, message_id, code, detail, "problem"),
            },
        }
    }
}

/// Logs what the engine did.
pub(super) fn log_told(told: Vec<Told>) {
    for one in told {
        Brief::from(one).log();
    }
}

/// An instant as every field `at` has it (RFC 3339), whatever else the line is written as.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Logs what became of a mail.
pub(super) fn log_delivered(entry: &OutboxEntry, delivered: &Delivered) {
    let OutboxEntry { list, number, kind, message_id, .. } = entry;
    match delivered {
        Delivered::Sent => info!(list, number, kind, message_id, "sent"),
        Delivered::Later(at, error) => {
            warn!(list, number, kind, message_id, at = instant(*at), error, "not sent; it is tried again");
        }
        Delivered::Refused(error) => {
            error!(list, number, kind, message_id, error, "not sent and given up");
        }
        Delivered::Dropped => info!(list, number, kind, message_id, "not sent: it is of no use any more"),
        Delivered::Capped(at) => {
            warn!(list, number, kind, message_id, at = instant(*at), "over the cap; it waits");
        }
    }
}
