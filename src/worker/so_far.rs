//! What one step has read and decided so far, so that it need not do that again.
//!
//! Where several instants of a proposal fall due at once it is decided at each of them. No mail comes meanwhile, and nobody else
//! writes to the store. Nothing of it outlasts the step.

use crate::ballot::Reading;
use crate::decision::{Call, Decision};
use crate::mail::Post;
use crate::notice::Notice;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};

/// How many octets are kept, about.
const ROOM: usize = 32 << 20;
/// How many a post takes beside its words, and a decision for each of its posts.
const OF_A_POST: usize = 2_000;

/// A proposal as the step has left it: open still, and due again within it.
#[derive(Debug)]
pub(super) struct Left {
    pub call: Call,
    pub standing: Standing,
    /// Its thread with its readings, where nothing that the step may do to other proposals changes it.
    pub thread: Option<(Vec<Post>, Vec<Reading>)>,
    /// How much room it takes, by [`SoFar::room_for`].
    pub room: usize,
}

/// How a proposal stands in a step that has decided it.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// When the list was told of it; `None` where that is to be asked again, for a notice was queued since that tells it.
    pub told_at: Option<Option<DateTime<Utc>>>,
    /// The notices that it owed, each of which has been handed to the outbox.
    pub owed: Vec<Notice>,
    /// How it will stand at the next instants at which it falls due.
    pub foreseen: Foreseen,
}

/// Decisions as of instants to come, made together from one reading of the thread.
#[derive(Debug, Default)]
pub(super) struct Foreseen {
    /// When they take the list to have been told of the proposal.
    pub told_at: Option<DateTime<Utc>>,
    /// In the order of their instants.
    pub decisions: VecDeque<Decision>,
}

impl Foreseen {
    /// At most so many are made together: of more instants than these a role's begin or end is one each.
    pub const MOST: usize = 6;

    /// Takes out the decision as of an instant, where it is the next and was made by the same.
    pub fn take(&mut self, read_through: DateTime<Utc>, told_at: Option<DateTime<Utc>>) -> Option<Decision> {
        let next = self.decisions.pop_front()?;
        (next.read_through == read_through && self.told_at == told_at).then_some(next)
    }
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

    /// How much room a proposal with so many decisions takes, where there is that much.
    pub fn room_for(&self, thread: &[Post], decisions: usize) -> Option<usize> {
        let room = room(thread, decisions);
        (self.room + room <= ROOM).then_some(room)
    }

    /// Whether there is room to foresee how a proposal will stand. Half of it is left for those that are kept as they stand.
    pub fn may_foresee(&self, thread: &[Post]) -> bool {
        self.room + room(thread, Foreseen::MOST) <= ROOM / 2
    }

    /// Keeps a proposal.
    pub fn keep(&mut self, left: Left) {
        self.room += left.room;
        let call = &left.call;
        self.left.insert((call.list.clone(), call.number), left);
    }

    /// Forgets everything: the step is over.
    pub fn forget(&mut self) {
        *self = SoFar::default();
    }
}

fn room(thread: &[Post], decisions: usize) -> usize {
    let words = |post: &Post| post.words.lines.iter().map(|line| line.text.len()).sum::<usize>();
    let of_thread = thread.iter().map(|post| words(post) + OF_A_POST).sum::<usize>();
    of_thread + decisions * (thread.len() + 1) * OF_A_POST
}
