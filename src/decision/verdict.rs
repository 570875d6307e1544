//! The turns a proposal takes, and how it ends.

use super::standing::Standing;
use super::{Approval, Minus, State, Voter, Why};
use chrono::{DateTime, Utc};

/// From an instant on, a proposal is in another phase.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    pub at: DateTime<Utc>,
    pub phase: Phase,
}

/// Where a proposal is on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    /// A stranger proposes; a member's +1 is awaited.
    Unopened { until: DateTime<Utc> },
    /// Votes count.
    Open,
    /// It would close, but waits for an answer or a reason.
    Graced { until: DateTime<Utc> },
    /// It is closed.
    Closed(Close),
}

/// How a proposal ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Close {
    pub state: State,
    pub why: Why,
}

impl Turn {
    pub fn new(at: DateTime<Utc>, phase: Phase) -> Self {
        Turn { at, phase }
    }

    pub fn close(at: DateTime<Utc>, (state, why): (State, Why)) -> Self {
        Turn { at, phase: Phase::Closed(Close { state, why }) }
    }
}

impl Standing<'_, '_> {
    /// The author of a post of the thread.
    pub fn voter(&self, index: usize) -> Voter {
        let member = self.voters.of_post[index].and_then(|person| self.voters.people[person].member);
        Voter {
            author: self.thread.posts[index].post.author.clone(),
            member: member.map(|member| member.id.clone()),
            seat: None,
        }
    }

    /// The authors of these posts, each once.
    pub fn voters_of(&self, posts: &[usize]) -> Vec<Voter> {
        let mut seen = std::collections::HashSet::new();
        let new = posts.iter().filter(|post| seen.insert(self.voters.of_post[**post]));
        new.map(|post| self.voter(*post)).collect()
    }

    fn first_line(&self, posts: &[usize]) -> String {
        posts.first().map_or("", |post| self.thread.posts[*post].line()).to_owned()
    }

    /// Blocked or vetoed by the -1 that stand.
    pub fn stopped(&self, at: DateTime<Utc>) -> (State, Why) {
        let posts = self.minus_posts();
        let voters = self.voters_of(&posts);
        let (by, line) = (names(&voters), self.first_line(&posts));
        match self.thread.call.rule.minus {
            Minus::Veto => (State::Vetoed { at, by: voters }, Why::Veto { by, line }),
            Minus::Block | Minus::Count => (State::Objected { at, by: voters }, Why::Objection { by, line }),
        }
    }

    /// Silence rule: these posts may be objections, and nobody has said that they are not.
    pub fn unanswered(&self, at: DateTime<Utc>, posts: &[usize]) -> (State, Why) {
        let voters = self.voters_of(posts);
        let (by, line) = (names(&voters), self.first_line(posts));
        (State::Objected { at, by: voters }, Why::UnansweredObjection { by, line })
    }

    /// Accepted.
    pub fn passed(&self, at: DateTime<Utc>) -> (State, Why) {
        let (plus, minus) = (self.now.plus, self.now.minus);
        let why = match self.thread.call.rule.approval {
            Approval::Silence => Why::NobodyObjected { window: self.thread.call.rule.window, plus },
            Approval::Votes { .. } => Why::Approved { plus, minus },
        };
        (State::Passed { at }, why)
    }

    /// Given up at the last instant.
    pub fn failed(&self, at: DateTime<Utc>) -> (State, Why) {
        let (plus, minus, needed) = (self.now.plus, self.now.minus, self.thread.call.rule.min_plus());
        let why = if plus < needed { Why::Short { plus, needed } } else { Why::Outvoted { plus, minus } };
        (State::Failed { at }, why)
    }
}

/// The names of these voters, in order.
pub(super) fn names(voters: &[Voter]) -> Vec<String> {
    voters.iter().map(|voter| voter.author.name.clone()).collect()
}
