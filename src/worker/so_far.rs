//! What one step has read and written so far, so that it need not read that again.
//!
//! Where several instants of a proposal fall due at once it is decided at each of them. No mail comes meanwhile, and nobody else
//! writes to the store. Nothing of it outlasts the step.

use crate::decision::Decision;
use crate::mail::Post;
use std::collections::HashMap;

/// The raw octets of the mails that are kept as they were read: 16 MiB.
const MOST_OCTETS: usize = 16 << 20;
/// How many decisions are kept.
const MOST_DECISIONS: usize = 1_000;

/// What one step has read and written so far.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    /// By the store's id; a stored message is read as mail of its own list alone.
    mails: HashMap<i64, Post>,
    octets: usize,
    /// Open proposals as the step has stored them, by list and number.
    decisions: HashMap<(String, u32), Decision>,
}

impl SoFar {
    /// A stored message as it was read.
    pub fn mail(&self, id: i64) -> Option<&Post> {
        self.mails.get(&id)
    }

    /// Keeps a message, of which the store has so many octets, as it was read, while there is room.
    pub fn keep_mail(&mut self, id: i64, octets: usize, post: &Post) {
        if self.octets + octets <= MOST_OCTETS && !self.mails.contains_key(&id) {
            self.octets += octets;
            self.mails.insert(id, post.clone());
        }
    }

    /// Takes out the decision that the step stored last of an open proposal.
    pub fn take_decision(&mut self, list: &str, number: u32) -> Option<Decision> {
        self.decisions.remove(&(list.to_owned(), number))
    }

    /// Keeps the decision that was stored of an open proposal, while there is room.
    pub fn keep_decision(&mut self, decision: Decision) {
        if self.decisions.len() < MOST_DECISIONS {
            let Decision { call, .. } = &decision;
            self.decisions.insert((call.list.clone(), call.number), decision);
        }
    }

    /// Forgets everything: the step is over.
    pub fn forget(&mut self) {
        *self = SoFar::default();
    }
}
