//! The turns a proposal takes, and how it ends.

use super::standing::Standing;
use super::votes::{Finding, Stop};
use super::{Approval, State, Tie, Voter, Why};
use crate::ballot::{Reading, Vote};
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
    /// Votes count; it is approved, and closes if it stays so.
    Lingering { until: DateTime<Utc> },
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
}

impl From<(State, Why)> for Phase {
    fn from((state, why): (State, Why)) -> Self {
        Phase::Closed(Close { state, why })
    }
}

impl Standing<'_, '_> {
    /// The author of a post of the thread.
    pub fn voter(&self, index: usize) -> Voter {
        let speaker = self.voters.of_post[index];
        let member = speaker.and_then(|speaker| speaker.member);
        let seat = speaker.and_then(|speaker| self.voters.people[speaker.person].seat);
        Voter {
            author: self.thread.posts[index].post.author.clone(),
            member: member.map(|member| member.id.clone()),
            seat: seat.map(|seat| seat.id.clone()),
        }
    }

    /// The authors of these posts, each once.
    pub fn voters_of(&self, posts: &[usize]) -> Vec<Voter> {
        let mut seen = std::collections::HashSet::new();
        let new = posts.iter().filter(|post| seen.insert(self.person(**post)));
        new.map(|post| self.voter(*post)).collect()
    }

    fn first_line(&self, posts: &[usize]) -> String {
        posts.first().map(|post| self.objection_line(*post)).unwrap_or_default()
    }

    /// What a post has against the proposal, in one line; of a -1 whose reason stands in another post, what that one has.
    pub fn objection_line(&self, index: usize) -> String {
        let heard = &self.thread.posts[index];
        let elsewhere = match heard.reading {
            Reading::Cast(cast) if !cast.explained => {
                self.person(index).and_then(|person| self.stands[person].reason)
            }
            _ => None,
        };
        let reason = elsewhere.map(|post| self.thread.posts[post].objection_line());
        reason.filter(|line| !line.is_empty()).unwrap_or_else(|| heard.objection_line())
    }

    /// How it ends at its last instant, with nothing more to wait for: at the proposer's word or because the time is over.
    pub fn verdict(&self, at: DateTime<Utc>, by_hand: bool) -> (State, Why) {
        if self.is_blocked() {
            return self.stopped(at);
        }
        match self.finding() {
            Finding::Approved => self.passed(at),
            Finding::Tied if self.rule.tie == Tie::Chair => self.tied(at),
            finding => (State::Failed { at }, self.why_short(finding, by_hand)),
        }
    }

    /// Blocked or vetoed by the -1 that stand; a veto is the stronger word.
    fn stopped(&self, at: DateTime<Utc>) -> (State, Why) {
        let stopping = self.stopping();
        let vetoed = !self.rule.overrides(self.now, self.electorate)
            && stopping.iter().any(|(_, stop)| *stop == Stop::Veto);
        let which = if vetoed { Stop::Veto } else { Stop::Block };
        let posts = posts_that(&stopping, which);
        let voters = self.voters_of(&posts);
        let (by, line) = (names(&voters), self.first_line(&posts));
        match which {
            Stop::Veto => (State::Vetoed { at, by: voters }, Why::Veto { by, line }),
            Stop::Block => (State::Objected { at, by: voters }, Why::Objection { by, line }),
        }
    }

    /// Silence rule: these posts may be objections, and nobody has said that they are not.
    pub fn unanswered(&self, at: DateTime<Utc>, posts: &[usize]) -> (State, Why) {
        let voters = self.voters_of(posts);
        let (by, line) = (names(&voters), self.first_line(posts));
        (State::Objected { at, by: voters }, Why::UnansweredObjection { by, line })
    }

    /// Accepted.
    fn passed(&self, at: DateTime<Utc>) -> (State, Why) {
        let (plus, minus) = (self.now.plus, self.now.minus);
        let overridden = self.rule.veto_override.filter(|_| self.now.vetoes > 0);
        let why = match (overridden, self.rule.approval) {
            (Some(share), _) => {
                let whole = match share.of {
                    super::Whole::Roster => self.electorate,
                    super::Whole::Cast => self.now.cast(),
                };
                let vetoes = posts_that(&self.stopping(), Stop::Veto);
                let by = names(&self.voters_of(&vetoes));
                Why::VetoOverridden { plus, needed: share.least(whole), by }
            }
            (None, Approval::Silence) => Why::NobodyObjected { window: self.rule.window, plus },
            (None, Approval::Votes { .. }) => Why::Approved { plus, minus },
        };
        (State::Passed { at }, why)
    }

    /// As many for it as against it: the last vote of a chair decides.
    fn tied(&self, at: DateTime<Utc>) -> (State, Why) {
        let votes = self.now.plus;
        let Some((post, vote)) = self.chairs.last_key_value() else {
            return (State::Failed { at }, Why::Tied { votes });
        };
        let (passed, chair) = (*vote == Vote::Plus, self.voter(*post).author.name);
        let state = if passed { State::Passed { at } } else { State::Failed { at } };
        (state, Why::ChairDecided { votes, chair, passed })
    }

    fn why_short(&self, finding: Finding, by_hand: bool) -> Why {
        let (plus, minus) = (self.now.plus, self.now.minus);
        match finding {
            Finding::Short { needed } if by_hand => Why::ClosedByHand { plus, needed },
            Finding::Short { needed } => Why::Short { plus, needed },
            Finding::NoQuorum { votes, needed } => Why::NoQuorum { votes, needed },
            Finding::ShareShort { needed, share } => Why::ShareShort { plus, needed, share },
            Finding::Tied | Finding::Outvoted | Finding::Approved if by_hand => {
                Why::ClosedByHand { plus, needed: minus + 1 }
            }
            Finding::Tied | Finding::Outvoted | Finding::Approved => Why::Outvoted { plus, minus },
        }
    }
}

fn posts_that(stopping: &[(usize, Stop)], which: Stop) -> Vec<usize> {
    stopping.iter().filter(|(_, stop)| *stop == which).map(|(post, _)| *post).collect()
}

/// The names of these voters, in order.
pub(super) fn names(voters: &[Voter]) -> Vec<String> {
    voters.iter().map(|voter| voter.author.name.clone()).collect()
}
