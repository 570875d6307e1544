//! Deciding again: load the thread, decide, queue what the outbox lacks.

use super::so_far::Left;
use super::{Engine, EngineError, Told};
use crate::ballot::Reading;
use crate::config::ListConfig;
use crate::decision::{Call, Decision, Horizon, Mode, State, decide_read, open_raised, readings};
use crate::failpoint::fail_point;
use crate::mail::{Automatic, Post};
use crate::notice::{self, Kind, Notice};
use crate::store::{Due, next_due};
use chrono::{DateTime, Utc};

/// A proposal, ready to be decided again.
struct Loaded {
    call: Call,
    /// How it stood last, and whether that is its published result.
    before: Option<Decision>,
    published: bool,
    posts: Vec<Post>,
    readings: Vec<Reading>,
    /// Whether nothing that is decided changes its thread.
    lasts: bool,
}

impl Engine {
    /// Decides one proposal from what is stored, as of `read_through`, and queues what there is to say. Gives when it falls due next, and
    /// the same of a proposal that was opened by it. What falls due up to `until` is decided within the same step.
    pub(super) fn decide_again(
        &mut self,
        list: &str,
        number: u32,
        read_through: DateTime<Utc>,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, EngineError> {
        let Some(at) = self.lists.iter().position(|known| known.rules.name == list) else {
            return Ok(Vec::new());
        };
        let Some(Loaded { call, before, published, posts, readings, lasts }) = self.load(at, number)? else {
            return Ok(Vec::new());
        };
        if let Some(published) = before.as_ref().filter(|_| published) {
            return self.review(at, published, &posts, read_through, now);
        }
        let rosters = self.store.rosters(list)?;
        let read: Vec<(&Post, Reading)> = posts.iter().zip(readings.iter().cloned()).collect();
        let dialect = &self.lists[at].rules.dialect.clone();
        let decided = |told_at| {
            let horizon = Horizon { read_through, told_at };
            Decision { dialect: dialect.clone(), ..decide_read(&call, &rosters, &read, horizon) }
        };
        let told_at = self.told_at(&call, now)?;
        let mut after = decided(told_at);
        let own = |post: &Post| post.automatic == Some(Automatic::OwnNotice);
        if before.is_none() && told_at.is_some() && posts.iter().any(own) {
            // What the list had already, before an older copy of the database was put back, shows once it is queued.
            let announced = |notice: &Notice| matches!(notice.kind, Kind::Opened | Kind::Amended);
            for notice in notice::notices(None, &after).iter().filter(|notice| announced(notice)) {
                self.queue(at, notice, (&after, None), &posts, now)?;
            }
            let told_before = self.told_at(&call, now)?;
            if told_before < told_at {
                after = decided(told_before);
            }
        }
        let is_closed = after.state.closed_at().is_some();
        let next_due = next_due(&after);
        // What is decided again before anybody can see it need not be written.
        let again = before.is_some() && next_due.is_some_and(|next| read_through < next && next <= until);
        let room = self.so_far.room_for(&after, &posts).filter(|_| again && !is_closed);
        if room.is_none() {
            self.store.save_decision(&after, is_closed, now)?;
            fail_point!("decision saved");
        }
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
        if let Some(room) = room {
            self.so_far.keep(Left { decision: after, thread: lasts.then_some((posts, readings)), room });
        }
        Ok(due)
    }

    /// When the list was told of a proposal, UTC. What is not mailed tells nobody, and is decided as if it had.
    fn told_at(&self, call: &Call, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, EngineError> {
        Ok(match call.mode {
            Mode::Live => Some(self.store.told_at(&call.list, call.number, now)?),
            Mode::Shadow | Mode::Recorded => None,
        })
    }

    /// A proposal as this step has left it, where it was decided in it before; else as it is stored.
    fn load(&mut self, at: usize, number: u32) -> Result<Option<Loaded>, EngineError> {
        let list = &self.lists[at];
        let name = &list.rules.name;
        if let Some(left) = self.so_far.take(name, number) {
            let call = left.decision.call.clone();
            let (posts, readings, lasts) = match left.thread {
                Some((posts, readings)) => (posts, readings, true),
                None => self.read_thread(list, &call)?,
            };
            let before = Some(left.decision);
            return Ok(Some(Loaded { call, before, published: false, posts, readings, lasts }));
        }
        let Some(call) = self.store.call(name, number)? else { return Ok(None) };
        let stored = self.store.decision(name, number)?;
        let (posts, readings, lasts) = self.read_thread(list, &call)?;
        let published = stored.as_ref().is_some_and(|stored| stored.published);
        let before = stored.map(|stored| stored.decision);
        Ok(Some(Loaded { call, before, published, posts, readings, lasts }))
    }

    fn read_thread(
        &self,
        list: &ListConfig,
        call: &Call,
    ) -> Result<(Vec<Post>, Vec<Reading>, bool), EngineError> {
        let (posts, lasts) = self.thread_of(list, call)?;
        let readings = readings(call, &posts, &list.rules.dialect);
        Ok((posts, readings, lasts))
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
        self.decide_again(list, number, read_through, read_through, now)
    }
}
