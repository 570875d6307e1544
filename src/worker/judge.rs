//! Deciding again: load the thread, decide, queue what the outbox lacks.

use super::so_far::{Foreseen, Left, Standing};
use super::{Engine, EngineError, Told};
use crate::ballot::Reading;
use crate::config::ListConfig;
use crate::decision::{Call, Decision, Horizon, Mode, Proceeding, State, open_raised, readings};
use crate::failpoint::fail_point;
use crate::mail::{Automatic, Post};
use crate::notice::{self, Kind, Notice};
use crate::store::{Due, next_due};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A proposal, ready to be decided again.
struct Loaded {
    call: Call,
    /// How it was last left.
    stood: Stood,
    posts: Vec<Post>,
    readings: Vec<Reading>,
    /// Whether nothing that is decided changes its thread.
    lasts: bool,
}

/// How a proposal was last left.
enum Stood {
    /// It was never decided.
    New,
    /// Decided before this step, and open then.
    Open,
    /// So, in this step.
    SoFar(Standing),
    /// Its result is published.
    Published(Box<Decision>),
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
        let Some(mut loaded) = self.load(at, number)? else { return Ok(Vec::new()) };
        let mut standing = match &mut loaded.stood {
            Stood::Published(published) => {
                return self.review(at, published, &loaded.posts, read_through, now);
            }
            Stood::SoFar(standing) => std::mem::take(standing),
            Stood::New | Stood::Open => Standing::default(),
        };
        let told_at = match standing.told_at {
            Some(told_at) => told_at,
            None => self.told_at(&loaded.call, now)?,
        };
        let horizon = Horizon { read_through, told_at };
        let (mut after, mut foreseen) = match standing.foreseen.take(read_through, told_at) {
            Some(after) => (after, standing.foreseen),
            None => self.decided(at, &loaded, horizon, until)?,
        };
        let own = |post: &Post| post.automatic == Some(Automatic::OwnNotice);
        if matches!(loaded.stood, Stood::New) && told_at.is_some() && loaded.posts.iter().any(own) {
            // What the list had already, before an older copy of the database was put back, shows once it is queued.
            for notice in notice::notices(None, &after).iter().filter(|notice| announces(notice)) {
                self.queue(at, notice, (&after, None), &loaded.posts, now)?;
            }
            let told_before = self.told_at(&loaded.call, now)?;
            if told_before < told_at {
                let horizon = Horizon { told_at: told_before, ..horizon };
                (after, foreseen) = self.decided(at, &loaded, horizon, until)?;
            }
        }
        let standing = Standing { told_at: Some(told_at), foreseen, ..standing };
        self.settle(at, loaded, (Arc::new(after), standing), until, now)
    }

    /// Takes up a decision: keeps it, and queues what there is to say. Gives what [`Engine::decide_again`] does.
    fn settle(
        &mut self,
        at: usize,
        loaded: Loaded,
        (after, mut standing): (Arc<Decision>, Standing),
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, EngineError> {
        let Loaded { call, stood, posts, readings, lasts } = loaded;
        let (list, number) = (call.list.as_str(), call.number);
        let is_closed = after.state.closed_at().is_some();
        // What is decided again before anybody can see it need not be written.
        let again = !matches!(stood, Stood::New) && due_within(&after, until).is_some();
        let room = self.so_far.room_for(&posts, standing.foreseen.decisions.len()).filter(|_| again);
        if room.is_none() {
            self.store.save_decision(&after, is_closed, now)?;
            fail_point!("decision saved");
        }
        if is_closed {
            self.store.drop_what_was_for_the_open(list, number)?;
        }
        self.told.push(Told::Decided(Arc::clone(&after)));
        if call.mode != Mode::Recorded {
            let owed = notice::notices(None, &after);
            for notice in owed.iter().filter(|notice| !standing.owed.contains(notice)) {
                if self.queue(at, notice, (&after, None), &posts, now)? && announces(notice) {
                    standing.told_at = None;
                }
            }
            standing.owed = owed;
        }
        let mut due = self.raise_where_asked(at, &after, &posts, after.read_through, now)?;
        due.extend(next_due(&after).map(|at| Due { at, list: list.to_owned(), number }));
        if let Some(room) = room {
            let thread = lasts.then_some((posts, readings));
            self.so_far.keep(Left { call, standing, thread, room });
        }
        Ok(due)
    }

    /// Decides a proposal; where that can be done now, also as of the instants up to `until` at which it falls due again.
    fn decided(
        &self,
        at: usize,
        loaded: &Loaded,
        horizon: Horizon,
        until: DateTime<Utc>,
    ) -> Result<(Decision, Foreseen), EngineError> {
        let Loaded { call, posts, readings, .. } = loaded;
        let rosters = self.store.rosters(&call.list)?;
        let read: Vec<(&Post, Reading)> = posts.iter().zip(readings.iter().cloned()).collect();
        let proceeding = Proceeding::new(call, &rosters, &read, horizon.told_at);
        let dialect = &self.lists[at].rules.dialect;
        let as_of = |instant| Decision { dialect: dialect.clone(), ..proceeding.as_of(instant) };
        let first = as_of(horizon.read_through);
        let mut foreseen = Foreseen { told_at: horizon.told_at, ..Foreseen::default() };
        let mut next = due_within(&first, until);
        if matches!(loaded.stood, Stood::New) || !loaded.lasts || !self.so_far.may_foresee(posts) {
            next = None;
        }
        while let Some(instant) = next.filter(|_| foreseen.decisions.len() < Foreseen::MOST) {
            let decision = as_of(instant);
            next = due_within(&decision, until);
            foreseen.decisions.push_back(decision);
        }
        Ok((first, foreseen))
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
            let Left { call, standing, thread, .. } = left;
            let (posts, readings, lasts) = match thread {
                Some((posts, readings)) => (posts, readings, true),
                None => self.read_thread(list, &call)?,
            };
            return Ok(Some(Loaded { call, stood: Stood::SoFar(standing), posts, readings, lasts }));
        }
        let Some(call) = self.store.call(name, number)? else { return Ok(None) };
        let stood = match self.store.is_published(name, number)? {
            None => Stood::New,
            Some(false) => Stood::Open,
            // It stands as it is: only what comes after it is looked at.
            Some(true) => match self.store.decision(name, number)? {
                Some(stored) => Stood::Published(Box::new(stored.decision)),
                None => Stood::New,
            },
        };
        let (posts, readings, lasts) = self.read_thread(list, &call)?;
        Ok(Some(Loaded { call, stood, posts, readings, lasts }))
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

/// When an open proposal falls due again, UTC, where that is by `until`.
fn due_within(decision: &Decision, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let next = next_due(decision).filter(|_| decision.state.closed_at().is_none())?;
    (decision.read_through < next && next <= until).then_some(next)
}

/// Whether a notice tells the list that a proposal is open.
fn announces(notice: &Notice) -> bool {
    matches!(notice.kind, Kind::Opened | Kind::Amended)
}
