//! How far along its turns a proposal is, by what has been read of the mailbox.

use super::approval::roster_changes;
use super::questions::awaited_names;
use super::standing::{Standing, Thread};
use super::verdict::{Phase, Turn, names};
use super::{Approval, Awaited, Span, State, Why};
use chrono::{DateTime, Utc};

/// Where a proposal is as of `read_through`.
pub(super) struct Progress<'t> {
    /// Its turns, the last of which closes it.
    pub turns: &'t [Turn],
    /// When its window begins; `None` where nobody opened it.
    pub begins: Option<DateTime<Utc>>,
    pub read_through: DateTime<Utc>,
    pub settle: Span,
}

impl Progress<'_> {
    /// The turn it is in by the clock, whether or not the mailbox has been read far enough to be sure.
    fn turn(&self) -> Option<usize> {
        self.turns.iter().rposition(|turn| turn.at <= self.read_through)
    }

    fn phase(&self) -> &Phase {
        self.turn().map_or(&Phase::Open, |turn| &self.turns[turn].phase)
    }

    /// The instant from which on it is in this phase: of several waits in a row, the first.
    fn since(&self) -> Option<DateTime<Utc>> {
        let mut first = self.turn()?;
        let waits = |turn: &Turn| matches!(turn.phase, Phase::Graced { .. });
        while first > 0 && waits(&self.turns[first]) && waits(&self.turns[first - 1]) {
            first -= 1;
        }
        Some(self.turns[first].at)
    }

    /// Whether the mailbox has been read far enough past the turn.
    fn is_settled(&self) -> bool {
        self.since().is_none_or(|since| since + self.settle.delta() <= self.read_through)
    }

    /// The instant at which it closes if nothing more is received.
    pub fn foreseen_close(&self) -> DateTime<Utc> {
        self.turns.last().map_or(self.read_through, |turn| turn.at)
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
        let rule = &standing.thread.call.rule;
        let mut blocking = if standing.is_blocked() { standing.minus_posts() } else { Vec::new() };
        if rule.is_silence() {
            blocking.extend(super::silence::may_be_objections(standing));
        }
        if !blocking.is_empty() {
            blocking.sort_unstable();
            return Why::Blocked { by: names(&standing.voters_of(&blocking)) };
        }
        let votes = standing.now;
        match rule.approval {
            Approval::Silence => Why::AwaitingSilence,
            Approval::Votes { .. } if votes.approve(rule) => Why::AwaitingWindow { plus: votes.plus },
            Approval::Votes { min_plus, majority, .. } => {
                let lead = if majority { votes.minus + 1 } else { 0 };
                Why::AwaitingVotes { missing: min_plus.max(lead).saturating_sub(votes.plus) }
            }
        }
    }

    /// When the window closes as things stand.
    pub fn closes_at(&self, thread: &Thread) -> DateTime<Utc> {
        let rule = &thread.call.rule;
        match self.phase() {
            Phase::Unopened { until } => *until,
            Phase::Graced { until } if self.is_settled() => *until,
            Phase::Graced { .. } | Phase::Closed(_) => self.since().unwrap_or(self.read_through),
            Phase::Open => {
                let begins = self.begins.unwrap_or(thread.call.opened_at);
                let window = begins + rule.window.delta();
                let over = !rule.is_silence() && window <= self.read_through;
                if over { (begins + rule.max_window.delta()).max(window) } else { window }
            }
        }
    }

    /// The next instant at which time alone may change the decision.
    pub fn next_due(&self, thread: &Thread) -> Option<DateTime<Utc>> {
        if self.is_closed() {
            return None;
        }
        let turns = self.turns.iter().flat_map(|turn| [turn.at, turn.at + self.settle.delta()]);
        let window = self.begins.map(|begins| begins + thread.call.rule.window.delta());
        let roster = roster_changes(thread, self.read_through, self.foreseen_close());
        let due = turns.chain(window).chain(roster.first().copied());
        due.filter(|at| *at > self.read_through).min()
    }
}
