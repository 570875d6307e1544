//! The course of a proposal: instant by instant, what is in force, and which turn it takes.

use super::heard::Says;
use super::standing::Standing;
use super::thread::Thread;
use super::verdict::{Phase, Turn};
use super::window::Window;
use super::{Electorate, Refusal, Rule, State, Why, approval, silence};
use crate::ballot::Vote;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// How long after the opening people may be told of it, and the silence still have been theirs.
const TOLD_WITHIN: TimeDelta = TimeDelta::hours(12);

/// What is remembered from one instant to the next, and in the end all that happened, by the posts known.
pub(super) struct Course<'a> {
    /// The rule in force.
    pub rule: &'a Rule,
    /// When votes count; `None` while a stranger's proposal waits for a member.
    pub window: Option<Window>,
    /// When it opened.
    pub opened: Option<DateTime<Utc>>,
    /// The end of the one wait for answers.
    pub held_until: Option<DateTime<Utc>>,
    /// Since when it has been approved without a break.
    pub approved_since: Option<DateTime<Utc>>,
    /// When its proposer closed it.
    pub closed_by: Option<DateTime<Utc>>,
    /// How often it was extended.
    pub extensions: u32,
    /// The posts that amended it, by place in the thread.
    pub amended_by: Vec<usize>,
    /// What was done to it.
    pub deeds: Vec<Deed>,
    /// Acts that were not followed, by post.
    pub refusals: BTreeMap<usize, Refusal>,
    /// Acts that were.
    pub followed: BTreeSet<usize>,
    /// The turns it takes, the last of which closes it.
    pub turns: Vec<Turn>,
    /// The posts that made what was said before them void.
    pub voids: Vec<usize>,
    timers: BTreeSet<DateTime<Utc>>,
    told_at: Option<DateTime<Utc>>,
}

/// Something done to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deed {
    pub at: DateTime<Utc>,
    /// In the record's word.
    pub event: &'static str,
    /// The post that did it.
    pub post: Option<usize>,
}

impl<'a> Course<'a> {
    /// Follows a proposal through its thread until it closes.
    pub fn of(thread: &Thread<'a>, told_at: Option<DateTime<Utc>>) -> Course<'a> {
        let opened_at = thread.call.opened_at;
        let mut course = Course { told_at, ..Course::before(&thread.call.rule) };
        let mut standing = Standing::new(thread, course.rule, Vec::new(), opened_at);
        course.timers.insert(opened_at);
        course.timers.extend(told_at.filter(|told| *told > opened_at));
        let mut roster_changes = thread.roster_changes(course.rule, opened_at);
        if opens_at_once(thread) {
            course.open(opened_at);
        } else {
            course.timers.insert(Window::new(course.rule, opened_at).given_up(course.rule));
        }
        loop {
            let timer = course.timers.first().copied();
            let change = roster_changes.first().copied();
            let Some(next) = [timer, change, standing.next_post_at()].into_iter().flatten().min() else {
                break;
            };
            let at = next.max(opened_at);
            course.timers.remove(&next);
            standing.reach(at, roster_changes.remove(&next));
            let before = course.rule;
            let phase = course.step(&mut standing, at);
            if !std::ptr::eq(before, course.rule) {
                roster_changes = thread.roster_changes(course.rule, at);
                let grace = course.rule.reason_grace.delta();
                course.timers.extend(standing.bare.iter().map(|(since, _)| *since + grace));
            }
            if course.turn(at, phase) {
                break;
            }
        }
        course.voids = standing.voids();
        course
    }

    fn before(rule: &'a Rule) -> Self {
        Course {
            rule,
            window: None,
            opened: None,
            held_until: None,
            approved_since: None,
            closed_by: None,
            extensions: 0,
            amended_by: Vec::new(),
            deeds: Vec::new(),
            refusals: BTreeMap::new(),
            followed: BTreeSet::new(),
            turns: Vec::new(),
            voids: Vec::new(),
            timers: BTreeSet::new(),
            told_at: None,
        }
    }

    fn open(&mut self, at: DateTime<Utc>) {
        self.opened = Some(at);
        self.begin(at);
    }

    /// The window begins, for the first time or anew; then it ends no earlier than people were told before.
    pub fn begin(&mut self, at: DateTime<Utc>) {
        (self.held_until, self.approved_since, self.closed_by) = (None, None, None);
        let anew = Window::new(self.rule, at);
        self.set_window(self.window.map_or(anew, |before| anew.no_earlier_than(before)));
    }

    pub fn set_window(&mut self, window: Window) {
        self.timers.extend([window.minimum, window.last]);
        self.timers.extend(window.may_be_decided_from(self.rule));
        self.window = Some(window);
    }

    /// Takes in what was received at an instant, and does what it asks for: the phase from then on.
    fn step(&mut self, standing: &mut Standing<'_, 'a>, at: DateTime<Utc>) -> Phase {
        let mut closed = None;
        while let Some(index) = standing.hear_next(at) {
            let heard = &standing.thread.posts[index];
            let says = heard.says();
            if matches!(&says, Says::Vote(cast) if cast.vote == Vote::Minus) {
                let reason_until = heard.at + self.rule.reason_grace.delta();
                self.timers.extend(Some(reason_until).filter(|until| *until > at));
            }
            if closed.is_some() {
                continue;
            }
            let plus = matches!(&says, Says::Vote(cast) if cast.vote == Vote::Plus);
            if self.window.is_none() && plus && heard.by_member() {
                self.open(at);
            }
            closed = self.act(standing, index, at);
        }
        if self.told_at == Some(at) {
            self.told(at);
        }
        closed.unwrap_or_else(|| self.phase(standing))
    }

    /// People learn of it now. Silence that nobody could break before was none.
    fn told(&mut self, at: DateTime<Utc>) {
        let begun = self.window.is_none_or(|window| window.begins == at);
        if begun || !self.is_told_late() || !self.rule.is_silence() {
            return;
        }
        self.begin(at);
        self.deeds.push(Deed { at, event: "told", post: None });
    }

    fn is_told_late(&self) -> bool {
        self.told_at.zip(self.opened).is_some_and(|(told, opened)| told > opened + TOLD_WITHIN)
    }

    /// Whether people are told late, and not at that instant yet: then silence closes nothing.
    fn is_untold(&self, at: DateTime<Utc>) -> bool {
        self.told_at.is_some_and(|told| told > at) && self.is_told_late()
    }

    fn phase(&mut self, standing: &Standing) -> Phase {
        match self.window {
            Some(_) if self.rule.is_silence() && self.is_untold(standing.at) => Phase::Open,
            None => {
                let opened_at = standing.thread.call.opened_at;
                let until = Window::new(self.rule, opened_at).given_up(self.rule);
                match standing.at < until {
                    true => Phase::Unopened { until },
                    false => (State::Failed { at: standing.at }, Why::NeverOpened).into(),
                }
            }
            Some(window) if self.rule.is_silence() => silence::phase(self, window, standing),
            Some(window) => approval::phase(self, window, standing),
        }
    }

    /// Takes that turn, if it is one; whether it is the last.
    fn turn(&mut self, at: DateTime<Utc>, phase: Phase) -> bool {
        if let Phase::Graced { until } | Phase::Lingering { until } | Phase::Unopened { until } = phase {
            self.timers.insert(until);
        }
        let closed = matches!(phase, Phase::Closed(_));
        let before = self.turns.last().map_or(&Phase::Open, |turn| &turn.phase);
        if *before != phase {
            self.turns.push(Turn::new(at, phase));
        }
        closed
    }

    /// The last instant of a window, which its proposer can bring forward.
    pub fn last_instant(&self, window: Window) -> DateTime<Utc> {
        self.closed_by.map_or(window.last, |at| at.min(window.last))
    }

    /// The last instant at which it is still open as things stand, answers awaited not counted.
    pub fn ends_at(&self, window: Window) -> DateTime<Utc> {
        let lingers = self.turns.iter().rev().find_map(|turn| match turn.phase {
            Phase::Lingering { until } => Some(until),
            _ => None,
        });
        lingers.filter(|_| !self.rule.is_silence()).map_or(window.last, |until| until.max(window.last))
    }
}

/// Whether whoever proposes may do so without a member's +1.
fn opens_at_once(thread: &Thread) -> bool {
    let call = thread.call;
    let anyone_may = call.rule.permissions.strangers_propose
        || call.raised_from.is_some()
        || matches!(call.rule.electorate, Electorate::Everyone | Electorate::Claimed);
    let directory = thread.history.at(call.opened_at);
    let proposer = call.proposer.address.as_ref();
    let member = proposer.and_then(|address| directory.and_then(|roster| roster.member(address)));
    anyone_may || member.is_some_and(|member| member.holds_any(&[], call.opened_at))
}
