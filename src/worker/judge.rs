//! Deciding again: load the thread, decide, queue what the outbox lacks.

use super::{Engine, EngineError, Told};
use crate::decision::{Decision, Horizon, Mode, State, decide, open_raised};
use crate::mail::Post;
use crate::notice;
use crate::store::Due;
use chrono::{DateTime, Utc};

impl Engine {
    /// Decides one proposal from what is stored, as of `read_through`, and queues what there is to say. Gives when it falls due next, and
    /// the same of a proposal that was opened by it.
    pub(super) fn decide_again(
        &mut self,
        list: &str,
        number: u32,
        read_through: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, EngineError> {
        let Some(at) = self.lists.iter().position(|known| known.rules.name == list) else {
            return Ok(Vec::new());
        };
        // As this step has left it, where it was decided in it before; else as it is stored.
        let (call, before) = match self.so_far.get_mut().take_decision(list, number) {
            Some(before) => (before.call.clone(), Some((before, false))),
            None => {
                let Some(call) = self.store.call(list, number)? else { return Ok(Vec::new()) };
                let before = self.store.decision(list, number)?;
                (call, before.map(|before| (before.decision, before.published)))
            }
        };
        let posts = self.thread_of(&self.lists[at], &call)?;
        let before = match before {
            Some((published, true)) => return self.review(at, &published, &posts, read_through, now),
            before => before.map(|(open, _)| open),
        };
        let rosters = self.store.rosters(list)?;
        let horizon = Horizon { read_through, told_at: self.store.told_at(list, number)? };
        let after = decide(&call, &rosters, &posts, &self.lists[at].rules.dialect, horizon);
        let is_closed = after.state.closed_at().is_some();
        let next_due = self.store.save_decision(&after, is_closed, now)?;
        if is_closed {
            self.store.drop_what_was_for_the_open(list, number)?;
        }
        let notices = notice::notices(before.as_ref(), &after);
        self.told.push(Told::Decided { before: before.map(Box::new), after: Box::new(after.clone()) });
        if call.mode != Mode::Recorded {
            for notice in notices {
                self.queue(at, &notice, (&after, None), &posts, now)?;
            }
        }
        let mut due = self.raise_where_asked(at, &after, &posts, read_through, now)?;
        due.extend(next_due.map(|at| Due { at, list: list.to_owned(), number }));
        if !is_closed {
            self.so_far.get_mut().keep_decision(after);
        }
        Ok(due)
    }

    /// Opens the proposal that a blocked one is raised to, where somebody who may has asked for it since its close.
    pub(super) fn raise_where_asked(
        &mut self,
        at: usize,
        published: &Decision,
        posts: &[Post],
        read_through: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, EngineError> {
        let (list, number) = (published.call.list.as_str(), published.call.number);
        if !matches!(published.state, State::Objected { .. })
            || self.store.raised_from(list, number)?.is_some()
        {
            return Ok(Vec::new());
        }
        let rosters = self.store.rosters(list)?;
        let rules = &self.lists[at].rules;
        let raised =
            posts.iter().find_map(|post| Some((open_raised(post, published, &rosters, rules)?, post)));
        let Some((mut call, post)) = raised else { return Ok(Vec::new()) };
        if post.received.at.timestamp() < self.begun_at.timestamp() {
            call.mode = Mode::Recorded;
        }
        let (call, new) = self.store.open_call(call, &post.subject.base)?;
        if !new {
            return Ok(Vec::new());
        }
        let number = call.number;
        self.told.push(Told::Opened(Box::new(call)));
        self.decide_again(list, number, read_through, now)
    }
}
