//! When votes approve: the window is a minimum, and after it the proposal closes as soon as it is approved or blocked.

use super::course::Course;
use super::standing::Standing;
use super::verdict::Phase;
use super::votes::{Finding, Votes};
use super::window::Window;
use super::{Objectors, Tie};
use crate::ballot::Vote;
use chrono::{DateTime, Utc};

/// Where a proposal under an approval rule is at the instant of `standing`.
pub(super) fn phase(course: &mut Course, window: Window, standing: &Standing) -> Phase {
    let (at, rule) = (standing.at, standing.rule);
    let approved = standing.is_approved();
    course.approved_since = if approved { course.approved_since.or(Some(at)) } else { None };
    let lingers_until =
        course.approved_since.map(|since| since + rule.linger.delta()).filter(|_| !rule.linger.is_zero());
    let early = window.may_be_decided_from(rule).is_some_and(|from| from <= at);
    if early && standing.is_decided() {
        return standing.verdict(at, false).into();
    }
    if at < window.minimum {
        return match lingers_until {
            Some(until) if until > window.minimum => Phase::Lingering { until },
            _ => Phase::Open,
        };
    }
    let over = at >= course.last_instant(window);
    let blocked = standing.is_blocked();
    if blocked && !standing.may_be_overridden() {
        return standing.verdict(at, false).into();
    }
    if !approved && !over {
        return Phase::Open;
    }
    if let Some(until) = lingers_until.filter(|until| *until > at) {
        return Phase::Lingering { until };
    }
    let passes = passes(standing, standing.now, standing.chairs.values().next_back().copied());
    let reason = if passes { reason_awaited(course, window, standing) } else { None };
    let answer = answer_awaited(course, window, standing, passes);
    match reason.max(answer) {
        Some(until) => Phase::Graced { until },
        None => standing.verdict(at, course.closed_by.is_some()).into(),
    }
}

/// Whether votes pass it, a chair's vote breaking a tie.
fn passes(standing: &Standing, votes: Votes, chair: Option<Vote>) -> bool {
    let rule = standing.rule;
    let found = match rule.finding(votes, standing.electorate) {
        Finding::Approved => true,
        Finding::Tied => rule.tie == Tie::Chair && chair == Some(Vote::Plus),
        _ => false,
    };
    found && !rule.is_stopped(votes, standing.electorate)
}

/// Until when the reason of a -1 may come that would stop it. A -1 after the last instant is not waited for.
fn reason_awaited(course: &Course, window: Window, standing: &Standing) -> Option<DateTime<Utc>> {
    let rule = standing.rule;
    let last = course.last_instant(window);
    let (since, _) = standing.bare.range(..=(last, usize::MAX)).next_back()?;
    let mut with = standing.now;
    with.minus += u32::try_from(standing.bare.len()).unwrap_or(u32::MAX);
    let chair = standing.chairs.values().next_back().copied();
    let matters = rule.lets_one_block() || standing.bare_vetoes > 0 || !passes(standing, with, chair);
    matters.then(|| *since + rule.reason_grace.delta()).filter(|until| *until > standing.at)
}

/// Until when answers are awaited that would turn the outcome: once a proposal.
fn answer_awaited(
    course: &mut Course,
    window: Window,
    standing: &Standing,
    passes_now: bool,
) -> Option<DateTime<Utc>> {
    let chair = standing.chairs.values().next_back().copied();
    let doubts = standing.chair_doubts.values();
    let matters = if passes_now {
        let worst = doubts.filter_map(|doubt| doubt.worst).chain(chair).min();
        !passes(standing, standing.worst, worst)
    } else {
        let best = doubts.filter_map(|doubt| doubt.best).chain(chair).max();
        passes(standing, standing.best, best)
    };
    if !matters {
        return None;
    }
    let from = standing.at.min(course.last_instant(window));
    let until = *course.held_until.get_or_insert(from + standing.rule.held_grace.delta());
    Some(until).filter(|until| *until > standing.at)
}

impl Standing<'_, '_> {
    /// Whether nothing stops it but vetoes, and votes may override them.
    fn may_be_overridden(&self) -> bool {
        self.rule.veto_override.is_some() && self.now.blocks == 0
    }

    /// Whether no vote that is missing can change the outcome. Where something is in doubt, its author's vote is missing; a block is never
    /// decided before its time, since whoever made it may take it back.
    fn is_decided(&self) -> bool {
        let (rule, sure) = (self.rule, self.sure);
        if self.electorate == 0 || self.is_blocked() {
            return false;
        }
        let missing = self.electorate.saturating_sub(sure.cast());
        let all_said = missing == 0 && self.holders.0 == self.holders.1;
        let nobody_else = !rule.lets_one_block() || rule.who_may_object == Objectors::Electorate;
        let unstoppable = !rule.lets_one_block() && rule.veto_holder.is_none() || all_said && nobody_else;
        let finding = |votes| rule.finding(votes, self.electorate);
        let against = finding(Votes { minus: sure.minus + missing, ..sure });
        let quorum = rule.quorum.is_none_or(|share| share.is_reached(sure.cast(), self.electorate));
        if against == Finding::Approved && quorum && unstoppable {
            return true;
        }
        match finding(Votes { plus: sure.plus + missing, ..sure }) {
            Finding::Approved => false,
            Finding::Tied if rule.tie == Tie::Chair => {
                all_said && !self.chairs.is_empty() && self.chair_doubts.is_empty()
            }
            _ => true,
        }
    }
}
