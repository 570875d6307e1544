//! How everybody stands at an instant: the vote of each voter that stands, its reason, and what is still in doubt.

use super::heard::{Doubt, Says};
use super::thread::{Thread, nominated, same_version};
use super::voters::Voters;
use super::votes::{Finding, Stop, Votes};
use super::{Roster, Rule};
use crate::ballot::{Cast, Claim, Reading, Vote};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

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
    /// That later post of the proposer changed the text it was said of.
    Void(usize),
}

/// How everybody stands at an instant. Taking in a post costs the same however many there are.
pub(super) struct Standing<'t, 'a> {
    pub thread: &'t Thread<'a>,
    /// The rule in force.
    pub rule: &'a Rule,
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
    /// Those alone of which nothing is in doubt.
    pub sure: Votes,
    /// -1 that lack their reason and may still get it: receive instant and person.
    pub bare: BTreeSet<(DateTime<Utc>, usize)>,
    /// How many of them would be vetoes by their author's role.
    pub bare_vetoes: u32,
    /// How many may cast a binding vote; 0 where nobody knows.
    pub electorate: u32,
    /// How many hold the role that vetoes, and how many of them have said all they have to say.
    pub holders: (u32, u32),
    /// Votes of chairs who may break a tie, by their post.
    pub chairs: BTreeMap<usize, Vote>,
    /// What a chair's open posts may turn out to be, by person.
    pub chair_doubts: BTreeMap<usize, Doubt>,
    /// The posts that made everything before them void, ascending.
    voids: Vec<usize>,
    roster: Option<&'a Roster>,
    taken_in: usize,
}

impl<'t, 'a> Standing<'t, 'a> {
    /// Before any post is heard, at `instant`, under `rule`.
    pub fn new(thread: &'t Thread<'a>, rule: &'a Rule, voids: Vec<usize>, instant: DateTime<Utc>) -> Self {
        let roster = thread.history.at(instant);
        let voters = thread.voters(rule, roster);
        let mut standing = Standing {
            stands: vec![Stand::default(); voters.people.len()],
            fates: vec![Fate::Stands; thread.posts.len()],
            thread,
            rule,
            voters,
            at: instant,
            now: Votes::default(),
            worst: Votes::default(),
            best: Votes::default(),
            sure: Votes::default(),
            bare: BTreeSet::new(),
            bare_vetoes: 0,
            electorate: 0,
            holders: (0, 0),
            chairs: BTreeMap::new(),
            chair_doubts: BTreeMap::new(),
            voids,
            roster,
            taken_in: 0,
        };
        standing.measure();
        standing
    }

    /// Goes on to a later instant. `roster_changed` says that somebody's role began or ended, or a new roster was taken up, then.
    pub fn reach(&mut self, instant: DateTime<Utc>, roster_changed: bool) {
        self.at = instant;
        if roster_changed {
            if same_version(self.thread.history.at(instant), self.roster) {
                self.recount();
            } else {
                self.begin_anew(self.rule);
            }
        }
        let grace = self.rule.reason_grace.delta();
        while let Some((since, person)) =
            self.bare.first().copied().filter(|(since, _)| *since + grace <= instant)
        {
            self.bare.remove(&(since, person));
            let veto =
                self.stands[person].vote.is_some_and(|post| self.holds(post, self.rule.veto_holder.as_ref()));
            self.bare_vetoes -= u32::from(veto);
        }
    }

    /// From here on another rule is in force; what was said stands.
    pub fn take_up(&mut self, rule: &'a Rule) {
        self.begin_anew(rule);
    }

    /// What was said so far, by the roster as it is now and by `rule`.
    fn begin_anew(&mut self, rule: &'a Rule) {
        let (voids, taken_in) = (std::mem::take(&mut self.voids), self.taken_in);
        *self = Self::new(self.thread, rule, voids, self.at);
        for index in 0..taken_in {
            self.take_in(index);
        }
    }

    /// Takes in the next post that was received up to `instant`: its place in the thread.
    pub fn hear_next(&mut self, instant: DateTime<Utc>) -> Option<usize> {
        let index = self.taken_in;
        self.thread.posts.get(index).filter(|post| post.at <= instant)?;
        self.take_in(index);
        Some(index)
    }

    /// When the next post was received that is not taken in.
    pub fn next_post_at(&self) -> Option<DateTime<Utc>> {
        self.thread.posts.get(self.taken_in).map(|post| post.at)
    }

    /// Takes in all that was received up to `instant`.
    pub fn hear_until(mut self, instant: DateTime<Utc>) -> Self {
        while self.hear_next(instant).is_some() {}
        self
    }

    fn take_in(&mut self, index: usize) {
        self.taken_in = index + 1;
        let Some(speaker) = self.voters.of_post[index] else { return };
        self.count(speaker.person, false);
        let post = &self.thread.posts[index];
        let stand = &mut self.stands[speaker.person];
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
        self.count(speaker.person, true);
        if self.voids.binary_search(&index).is_ok() {
            self.make_void(index);
        }
    }

    /// Whatever was said before that post, which is the last taken in, was said of another text.
    pub fn void_before(&mut self, index: usize) {
        self.voids.push(index);
        self.make_void(index);
    }

    fn make_void(&mut self, index: usize) {
        for stand in &mut self.stands {
            for said in stand.open.drain(..).chain(stand.vote.take()) {
                self.fates[said] = Fate::Void(index);
            }
            stand.doubt = None;
        }
        self.recount();
    }

    /// The posts that made everything before them void.
    pub fn voids(&self) -> Vec<usize> {
        self.voids.clone()
    }

    /// Adds what a person contributes to the sums, or takes it away.
    fn count(&mut self, person: usize, add: bool) {
        let addition = self.addition(person);
        let sums = [
            (&mut self.now, addition.now),
            (&mut self.worst, addition.worst),
            (&mut self.best, addition.best),
            (&mut self.sure, addition.sure),
        ];
        for (sum, part) in sums {
            if add {
                sum.add(part);
            } else {
                sum.take(part);
            }
        }
        let (holder, veto) = (u32::from(addition.sure_holder), addition.bare.is_some_and(|(_, veto)| veto));
        if add {
            self.holders.1 += holder;
            self.bare_vetoes += u32::from(veto);
            self.bare.extend(addition.bare.map(|(since, _)| (since, person)));
            self.chairs.extend(addition.chair);
            self.chair_doubts.extend(addition.chair_doubt.map(|doubt| (person, doubt)));
        } else {
            self.holders.1 -= holder;
            self.bare_vetoes -= u32::from(veto);
            if let Some((since, _)) = addition.bare {
                self.bare.remove(&(since, person));
            }
            if let Some((post, _)) = addition.chair {
                self.chairs.remove(&post);
            }
            self.chair_doubts.remove(&person);
        }
    }

    fn recount(&mut self) {
        (self.now, self.worst, self.best, self.sure) = Default::default();
        self.bare.clear();
        self.bare_vetoes = 0;
        self.chairs.clear();
        self.chair_doubts.clear();
        self.measure();
        for person in 0..self.stands.len() {
            self.count(person, true);
        }
    }

    /// How many there are, by the roster as it is.
    fn measure(&mut self) {
        let nominee = nominated(self.thread.call, self.roster);
        let size = self.rule.electorate.size(self.roster, nominee, self.at);
        self.electorate = size.map_or(0, |size| u32::try_from(size).unwrap_or(u32::MAX));
        let role = self.rule.veto_holder.as_ref().map(std::slice::from_ref);
        let members = self.roster.iter().flat_map(|roster| &roster.members);
        let holders = members.filter(|member| role.is_some_and(|role| member.holds_any(role, self.at)));
        self.holders = (u32::try_from(holders.count()).unwrap_or(u32::MAX), 0);
    }

    /// Whose vote a post's is.
    pub fn person(&self, post: usize) -> Option<usize> {
        self.voters.of_post[post].map(|speaker| speaker.person)
    }

    /// The vote of a person that stands.
    pub fn vote(&self, person: usize) -> Option<&'a Cast> {
        match self.thread.posts[self.stands[person].vote?].reading {
            Reading::Cast(cast) => Some(cast),
            _ => None,
        }
    }

    /// What the votes that stand add up to.
    pub fn finding(&self) -> Finding {
        self.rule.finding(self.now, self.electorate)
    }

    /// Whether a -1, explained where it has to be, stops the proposal and is not overridden.
    pub fn is_blocked(&self) -> bool {
        self.rule.is_stopped(self.now, self.electorate)
    }

    /// Whether the votes that stand approve, no chair being asked.
    pub fn is_approved(&self) -> bool {
        self.finding() == Finding::Approved && !self.is_blocked()
    }

    /// The posts whose -1 stop the proposal, in the order in which they were received, each with what it does.
    pub fn stopping(&self) -> Vec<(usize, Stop)> {
        let mut stopping: Vec<(usize, Stop)> = (0..self.stands.len())
            .filter(|person| !self.is_bare(*person))
            .filter(|person| self.vote(*person).is_some_and(|cast| cast.vote == Vote::Minus))
            .filter_map(|person| self.stands[person].vote)
            .filter_map(|post| Some((post, self.stop_of(post)?)))
            .collect();
        stopping.sort_unstable_by_key(|(post, _)| *post);
        stopping
    }

    /// The posts `pick` names, in the order in which they were received.
    pub fn posts_of(&self, pick: impl Fn(&Self, usize) -> Option<usize>) -> Vec<usize> {
        let mut posts: Vec<usize> = (0..self.stands.len()).filter_map(|person| pick(self, person)).collect();
        posts.sort_unstable();
        posts
    }
}
