//! What the engine did, told as it happens: for the log, and for the demo's screen.

use crate::decision::{Call, Decision};
use crate::mail::Post;
use crate::notice::{Kind, Recipient};
use std::sync::Arc;

/// One thing the engine did.
#[derive(Debug, Clone)]
pub enum Told {
    /// A list mail was stored and read.
    Stored(Arc<Post>),
    /// A proposal was opened.
    Opened(Box<Call>),
    /// A proposal was decided, for the first time or again.
    Decided(Arc<Decision>),
    /// A notice was queued.
    Queued {
        /// The list.
        list: String,
        /// The proposal, 0 for a digest.
        number: u32,
        /// Which.
        kind: Kind,
        /// To whom.
        to: Recipient,
        /// The whole mail.
        raw: Vec<u8>,
        /// Whether it goes to the shadow folder alone.
        shadow: bool,
    },
    /// The engine's own mail came back from the list.
    Confirmed(String),
    /// Something could not be read or was not acted on.
    Problem {
        /// Its kind.
        code: String,
        /// More.
        detail: String,
    },
}
