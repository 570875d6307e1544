//! What one step has read and decided so far, so that it need not do that again.
//!
//! Where several instants of a proposal fall due at once it is decided at each of them. No mail comes meanwhile, and nobody else
//! writes to the store. Nothing of it outlasts the step.

use crate::ballot::Reading;
use crate::decision::Decision;
use crate::mail::Post;
use std::collections::HashMap;

/// How many octets are kept, about.
const ROOM: usize = 32 << 20;
/// How many a post takes beside its words, and a decision for each of its posts.
const OF_A_POST: usize = 2_000;

/// A proposal as the step has left it: open still, and due again within it.
#[derive(Debug)]
pub(super) struct Left {
    pub decision: Decision,
    /// Its thread with its readings, where nothing that the step may do to other proposals changes it.
    pub thread: Option<(Vec<Post>, Vec<Reading>)>,
    /// How much room it takes, by [`SoFar::room_for`].
    pub room: usize,
}

/// What one step has read and decided so far.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    /// By list and number.
    left: HashMap<(String, u32), Left>,
    room: usize,
}

impl SoFar {
    /// Takes a proposal out again.
    pub fn take(&mut self, list: &str, number: u32) -> Option<Left> {
        let left = self.left.remove(&(list.to_owned(), number))?;
        self.room -= left.room;
        Some(left)
    }

    /// How much room a proposal takes, where there is that much.
    pub fn room_for(&self, decision: &Decision, thread: &[Post]) -> Option<usize> {
        let words = |post: &Post| post.words.lines.iter().map(|line| line.text.len()).sum::<usize>();
        let of_thread = thread.iter().map(|post| words(post) + OF_A_POST).sum::<usize>();
        let room = of_thread + (decision.posts.len() + 1) * OF_A_POST;
        (self.room + room <= ROOM).then_some(room)
    }

    /// Keeps a proposal.
    pub fn keep(&mut self, left: Left) {
        self.room += left.room;
        let Decision { call, .. } = &left.decision;
        self.left.insert((call.list.clone(), call.number), left);
    }

    /// Forgets everything: the step is over.
    pub fn forget(&mut self) {
        *self = SoFar::default();
    }
}
