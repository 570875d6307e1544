//! How everybody stands at an instant: the vote of each voter that stands, its reason, and what is still in doubt.

use super::heard::{Doubt, Heard, Says, in_order};
use super::voters::Voters;
use super::{Approval, Call, Minus, Roster, RosterHistory, Rule};
use crate::ballot::{Cast, Claim, Reading, Vote};
use crate::mail::Post;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A proposal's thread, ready to be decided.
pub(super) struct Thread<'a> {
    pub call: &'a Call,
    pub history: &'a RosterHistory,
    /// In the order of (receive instant, Message-ID).
    pub posts: Vec<Heard<'a>>,
}

impl<'a> Thread<'a> {
    /// Puts the posts in order and tells, by the roster as it was at each, what their authors are.
    pub fn new(call: &'a Call, history: &'a RosterHistory, read: &'a [(&'a Post, Reading)]) -> Self {
        let mut posts = in_order(call, read);
        let mut next = 0;
        while let Some(at) = posts.get(next).map(|post| post.at) {
            let roster = history.at(at);
            let voters = Voters::of_thread(call, roster, &posts);
            while let Some(post) =
                posts.get_mut(next).filter(|post| same_version(history.at(post.at), roster))
            {
                if let Some(person) = voters.of_post[next].and_then(|person| voters.people.get(person)) {
                    post.by_proposer = person.is_proposer;
                    post.by_member = person.member.is_some_and(|member| member.holds_any(&[], post.at));
                }
                next += 1;
            }
        }
        Thread { call, history, posts }
    }
}

/// Whether both are the same version of the roster.
fn same_version(a: Option<&Roster>, b: Option<&Roster>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// How one person stands. Posts are named by their place in the thread.
#[derive(Default, Clone)]
pub(super) struct Stand {
    /// The vote that stands.
    pub vote: Option<usize>,
    /// What they last said of their vote being binding.
    pub claim: Option<Claim>,
    /// Their first post that can be the reason of a -1.
    pub reason: Option<usize>,
    /// Their posts that wait for an answer of theirs.
    pub open: Vec<usize>,
    /// What those may turn out to be, together.
    pub doubt: Option<Doubt>,
}

/// What became of something said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stands as said.
    Stands,
    /// That later post of the same person takes its place or answers it.
    Answered(usize),
    /// That later post of the same person takes it back.
    TakenBack(usize),
    /// It takes that earlier vote back.
    TakesBack(usize),
}

/// Votes that bind, counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Votes {
    pub plus: u32,
    pub minus: u32,
}

impl Votes {
    /// Whether these approve under `rule`.
    pub fn approve(self, rule: &Rule) -> bool {
        match rule.approval {
            Approval::Silence => true,
            Approval::Votes { min_plus, majority, .. } => {
                self.plus >= min_plus && (!majority || self.plus > self.minus)
            }
        }
    }

    fn add(&mut self, vote: Option<Vote>) {
        match vote {
            Some(Vote::Plus) => self.plus += 1,
            Some(Vote::Minus) => self.minus += 1,
            Some(Vote::Zero) | None => {}
        }
    }

    fn take(&mut self, vote: Option<Vote>) {
        match vote {
            Some(Vote::Plus) => self.plus -= 1,
            Some(Vote::Minus) => self.minus -= 1,
            Some(Vote::Zero) | None => {}
        }
    }
}

/// What one person adds to the binding votes.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    now: Option<Vote>,
    worst: Option<Vote>,
    best: Option<Vote>,
    /// When a -1 was received whose reason may still come.
    bare_since: Option<DateTime<Utc>>,
}

/// How everybody stands at an instant. Taking in a post costs the same however many there are.
pub(super) struct Standing<'t, 'a> {
    pub thread: &'t Thread<'a>,
    pub voters: Voters<'a>,
    /// The instant at which votes bind.
    pub at: DateTime<Utc>,
    pub stands: Vec<Stand>,
    pub fates: Vec<Fate>,
    /// Binding votes as they stand; a -1 that lacks the reason the rule asks for is not among them.
    pub now: Votes,
    /// The same if every doubt turns out against the proposal.
    pub worst: Votes,
    /// The same if every doubt turns out for it.
    pub best: Votes,
    /// Binding -1 that lack their reason and may still get it: receive instant and person.
    pub bare: BTreeSet<(DateTime<Utc>, usize)>,
    roster: Option<&'a Roster>,
    taken_in: usize,
}

impl<'t, 'a> Standing<'t, 'a> {
    /// How they stand at `instant`, by the posts received up to then.
    pub fn at(thread: &'t Thread<'a>, instant: DateTime<Utc>) -> Self {
        Self::bound_at(thread, instant, instant)
    }

    /// How they stand by the posts received up to `heard_until`, votes binding as of `instant`.
    pub fn bound_at(thread: &'t Thread<'a>, instant: DateTime<Utc>, heard_until: DateTime<Utc>) -> Self {
        let roster = thread.history.at(instant);
        let voters = Voters::of_thread(thread.call, roster, &thread.posts);
        let mut standing = Standing {
            stands: vec![Stand::default(); voters.people.len()],
            fates: vec![Fate::Stands; thread.posts.len()],
            thread,
            voters,
            at: instant,
            now: Votes::default(),
            worst: Votes::default(),
            best: Votes::default(),
            bare: BTreeSet::new(),
            roster,
            taken_in: 0,
        };
        standing.hear_until(heard_until);
        standing
    }

    /// Goes on to a later instant. `roster_changed` says that somebody's role began or ended, or a new roster was taken up, then.
    pub fn advance(&mut self, instant: DateTime<Utc>, roster_changed: bool) {
        if roster_changed {
            let roster = self.thread.history.at(instant);
            if !same_version(roster, self.roster) {
                *self = Self::at(self.thread, instant);
                return;
            }
            self.at = instant;
            self.recount();
        }
        self.at = instant;
        self.hear_until(instant);
        let grace = self.thread.call.rule.reason_grace.delta();
        while self.bare.first().is_some_and(|(since, _)| *since + grace <= instant) {
            self.bare.pop_first();
        }
    }

    fn hear_until(&mut self, instant: DateTime<Utc>) {
        while self.thread.posts.get(self.taken_in).is_some_and(|post| post.at <= instant) {
            self.take_in(self.taken_in);
            self.taken_in += 1;
        }
    }

    fn take_in(&mut self, index: usize) {
        let Some(person) = self.voters.of_post[index] else { return };
        self.count(person, false);
        let post = &self.thread.posts[index];
        let stand = &mut self.stands[person];
        if stand.reason.is_none() && post.gives_reason() {
            stand.reason = Some(index);
        }
        match post.says() {
            Says::Vote(cast) => {
                stand.claim = cast.claim.or(stand.claim);
                for earlier in stand.open.drain(..).chain(stand.vote) {
                    self.fates[earlier] = Fate::Answered(index);
                }
                stand.vote = Some(index);
                stand.doubt = None;
            }
            Says::TakesBack => {
                for answered in stand.open.drain(..) {
                    self.fates[answered] = Fate::Answered(index);
                }
                let posts = &self.thread.posts;
                let against =
                    |vote: usize| matches!(posts[vote].says(), Says::Vote(cast) if cast.vote == Vote::Minus);
                let all = !post.reading.withdraws_only_an_objection();
                if let Some(vote) = stand.vote.take_if(|vote| all || against(*vote)) {
                    self.fates[vote] = Fate::TakenBack(index);
                    self.fates[index] = Fate::TakesBack(vote);
                }
                stand.doubt = None;
            }
            Says::Doubt(doubt) => {
                stand.open.push(index);
                stand.doubt = Some(stand.doubt.map_or(doubt, |before| before.and(doubt)));
            }
            Says::Nothing => {}
        }
        self.count(person, true);
    }

    /// Adds what a person contributes to the sums, or takes it away.
    fn count(&mut self, person: usize, add: bool) {
        let share = self.share(person);
        let sums = [(&mut self.now, share.now), (&mut self.worst, share.worst), (&mut self.best, share.best)];
        for (sum, vote) in sums {
            if add {
                sum.add(vote);
            } else {
                sum.take(vote);
            }
        }
        if let Some(since) = share.bare_since {
            if add {
                self.bare.insert((since, person));
            } else {
                self.bare.remove(&(since, person));
            }
        }
    }

    fn recount(&mut self) {
        (self.now, self.worst, self.best) = Default::default();
        self.bare.clear();
        for person in 0..self.stands.len() {
            self.count(person, true);
        }
    }

    fn share(&self, person: usize) -> Share {
        if !self.binds(person) {
            return Share::default();
        }
        let rule = &self.thread.call.rule;
        let standing = self.vote(person).filter(|_| self.counts(person)).map(|cast| cast.vote);
        let bare = self.is_bare(person);
        let now = standing.filter(|_| !bare);
        let doubt = self.stands[person].doubt.unwrap_or_default();
        let since = self.stands[person].vote.map(|vote| self.thread.posts[vote].at);
        Share {
            now,
            worst: doubt.worst.filter(|worst| favour(Some(*worst)) < favour(now)).or(now),
            best: doubt.best.filter(|best| favour(Some(*best)) > favour(now)).or(now),
            bare_since: since.filter(|since| bare && *since + rule.reason_grace.delta() > self.at),
        }
    }

    /// Whether a vote or objection of that person has effect.
    pub fn binds(&self, person: usize) -> bool {
        self.voters.binds(person, self.stands[person].claim, self.at)
    }

    /// The vote of a person that stands.
    pub fn vote(&self, person: usize) -> Option<&'a Cast> {
        match self.thread.posts[self.stands[person].vote?].reading {
            Reading::Cast(cast) => Some(cast),
            _ => None,
        }
    }

    /// Whether the rule counts the vote that stands: where the proposer's does not count, a -1 of the proposer's is heard all the same.
    pub fn counts(&self, person: usize) -> bool {
        self.thread.call.rule.proposer_counts
            || !self.voters.people[person].is_proposer
            || self.vote(person).is_some_and(|cast| cast.vote == Vote::Minus)
    }

    /// Whether the vote that stands is a -1 without the reason that the rule asks for.
    pub fn is_bare(&self, person: usize) -> bool {
        self.thread.call.rule.reason_required
            && self.stands[person].reason.is_none()
            && self.vote(person).is_some_and(|cast| cast.vote == Vote::Minus)
    }

    /// Whether a binding -1, explained where it has to be, stands against the proposal and the rule lets one do so.
    pub fn is_blocked(&self) -> bool {
        self.now.minus > 0 && self.thread.call.rule.lets_one_block()
    }

    /// The posts whose -1 count, in the order in which they were received.
    pub fn minus_posts(&self) -> Vec<usize> {
        self.posts_of(|standing, person| {
            let against = standing.binds(person)
                && !standing.is_bare(person)
                && standing.vote(person).is_some_and(|cast| cast.vote == Vote::Minus);
            standing.stands[person].vote.filter(|_| against)
        })
    }

    /// The posts `pick` names, in the order in which they were received.
    pub fn posts_of(&self, pick: impl Fn(&Self, usize) -> Option<usize>) -> Vec<usize> {
        let mut posts: Vec<usize> = (0..self.stands.len()).filter_map(|person| pick(self, person)).collect();
        posts.sort_unstable();
        posts
    }
}

/// How much a vote, or none, is in favour: an abstention and no vote are the same.
pub(super) fn favour(vote: Option<Vote>) -> u8 {
    match vote {
        Some(Vote::Minus) => 0,
        Some(Vote::Zero) | None => 1,
        Some(Vote::Plus) => 2,
    }
}

impl Rule {
    /// Whether a single -1 can stop a proposal. Silence that somebody breaks is no consent, whatever else the rule says.
    pub(super) fn lets_one_block(&self) -> bool {
        self.minus != Minus::Count || self.is_silence()
    }
}
