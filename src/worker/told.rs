//! What the engine did, told as it happens: for the log, and for the demo's screen.

use super::log::Brief;
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
        /// The list, where it is known.
        list: Option<String>,
        /// The Message-ID of the mail that it is about.
        message_id: Option<String>,
        /// Its kind.
        code: String,
        /// More.
        detail: String,
    },
    /// Any of these, as far as the log says it.
    Brief(Brief),
}

/// What a step has done so far.
#[derive(Debug, Default)]
pub(super) struct Doings {
    told: Vec<Told>,
    /// Only what the log says is kept: a step may decide any number of proposals, and their decisions are long.
    pub brief: bool,
}

impl Doings {
    /// Adds one.
    pub fn push(&mut self, told: Told) {
        self.told.push(if self.brief { Told::Brief(told.into()) } else { told });
    }

    /// Takes them all out.
    pub fn take(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }
}
