//! How far along its turns a proposal is, by what has been read of the mailbox.

use super::course::Course;
use super::questions::awaited_names;
use super::standing::Standing;
use super::thread::Thread;
use super::verdict::{Phase, Turn, names};
use super::votes::Finding;
use super::window::Window;
use super::{Awaited, Span, State, Why};
use chrono::{DateTime, Utc};

/// Where a proposal is as of `read_through`.
pub(super) struct Progress<'c, 'a> {
    pub course: &'c Course<'a>,
    /// From when until when it is open; where nobody opened it, would have been.
    pub window: Window,
    pub read_through: DateTime<Utc>,
    pub settle: Span,
}

impl Progress<'_, '_> {
    /// The turns that it takes, the last of which closes it.
    pub fn turns(&self) -> &[Turn] {
        &self.course.turns
    }

    /// The turn it is in by the clock, whether or not the mailbox has been read far enough to be sure.
    fn turn(&self) -> Option<usize> {
        self.turns().iter().rposition(|turn| turn.at <= self.read_through)
    }

    /// What waits for a member does so from the first, even where its own mail lies beyond what has been read through.
    fn phase(&self) -> &Phase {
        let unopened = |turn: &&Turn| matches!(turn.phase, Phase::Unopened { .. });
        match self.turn() {
            Some(turn) => &self.turns()[turn].phase,
            None => self.turns().first().filter(unopened).map_or(&Phase::Open, |turn| &turn.phase),
        }
    }

    /// The instant from which on it is in this phase: of several waits in a row, the first.
    fn since(&self) -> Option<DateTime<Utc>> {
        let turns = self.turns();
        let mut first = self.turn()?;
        let waits = |turn: &Turn| matches!(turn.phase, Phase::Graced { .. });
        while first > 0 && waits(&turns[first]) && waits(&turns[first - 1]) {
            first -= 1;
        }
        Some(turns[first].at)
    }

    /// Whether the mailbox has been read far enough past the turn.
    fn is_settled(&self) -> bool {
        self.since().is_none_or(|since| since + self.settle.delta() <= self.read_through)
    }

    /// The instant at which it closes if nothing more is received.
    pub fn foreseen_close(&self) -> DateTime<Utc> {
        self.turns().last().map_or(self.read_through, |turn| turn.at)
    }

    /// Whether its close is over by the clock.
    pub fn is_past_close(&self) -> bool {
        matches!(self.phase(), Phase::Closed(_))
    }

    /// Whether it is decided.
    pub fn is_closed(&self) -> bool {
        self.is_past_close() && self.is_settled()
    }

    /// The state, and why it is so.
    pub fn state(&self, standing: &Standing) -> (State, Why) {
        let waiting = |awaited, until| State::Waiting { awaited, until: Some(until) };
        match self.phase() {
            Phase::Open => (State::Open, self.why_open(standing)),
            Phase::Lingering { until } => match self.why_open(standing) {
                Why::AwaitingWindow { plus } => (State::Open, Why::AwaitingLinger { plus, until: *until }),
                why => (State::Open, why),
            },
            Phase::Unopened { until } => (waiting(Awaited::Approval, *until), Why::AwaitingMember),
            _ if !self.is_settled() => {
                let until = self.since().unwrap_or(self.read_through) + self.settle.delta();
                (waiting(Awaited::Mailbox, until), Why::AwaitingMailbox)
            }
            Phase::Graced { until } => {
                (waiting(Awaited::Held, *until), Why::AwaitingAnswer { of: awaited_names(standing) })
            }
            Phase::Closed(close) => (close.state.clone(), close.why.clone()),
        }
    }

    fn why_open(&self, standing: &Standing) -> Why {
        let rule = standing.rule;
        let mut blocking: Vec<usize> = match standing.is_blocked() {
            true => standing.stopping().into_iter().map(|(post, _)| post).collect(),
            false => Vec::new(),
        };
        if rule.is_silence() {
            blocking.extend(super::silence::may_be_objections(standing));
        }
        if !blocking.is_empty() {
            blocking.sort_unstable();
            return Why::Blocked { by: names(&standing.voters_of(&blocking)) };
        }
        let votes = standing.now;
        let lead = if rule.is_majority() { (votes.minus + 1).saturating_sub(votes.plus) } else { 0 };
        match standing.finding() {
            Finding::Approved if rule.is_silence() => Why::AwaitingSilence,
            Finding::Approved => Why::AwaitingWindow { plus: votes.plus },
            Finding::NoQuorum { votes, needed } => Why::AwaitingQuorum { missing: needed - votes },
            Finding::Short { needed } | Finding::ShareShort { needed, .. } => {
                Why::AwaitingVotes { missing: lead.max(needed.saturating_sub(votes.plus)) }
            }
            Finding::Tied | Finding::Outvoted => Why::AwaitingVotes { missing: lead },
        }
    }

    /// When the window closes as things stand.
    pub fn closes_at(&self) -> DateTime<Utc> {
        match self.phase() {
            Phase::Unopened { until } => *until,
            Phase::Lingering { until } => *until,
            Phase::Graced { until } if self.is_settled() => *until,
            Phase::Graced { .. } | Phase::Closed(_) => self.since().unwrap_or(self.read_through),
            Phase::Open if self.window.minimum <= self.read_through => self.window.last,
            Phase::Open => self.window.minimum,
        }
    }

    /// The next instant at which time alone may change the decision.
    pub fn next_due(&self, thread: &Thread) -> Option<DateTime<Utc>> {
        if self.is_closed() {
            return None;
        }
        let turns = self.turns().iter().flat_map(|turn| [turn.at, turn.at + self.settle.delta()]);
        let minimum = self.course.window.map(|window| window.minimum);
        let close = self.foreseen_close();
        let roster = thread.roster_changes(self.course.rule, self.read_through);
        let due = turns.chain(minimum).chain(roster.first().copied().filter(|at| *at <= close));
        due.filter(|at| *at > self.read_through).min()
    }
}
