//! When votes approve: the window is a minimum, and after it the proposal closes as soon as it is approved or blocked.

use super::standing::{Standing, Thread};
use super::verdict::{Close, Phase, Turn};
use super::{Electorate, Rule};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The turns of a proposal under an approval rule that opens at `begins`, by the posts known.
pub(super) fn turns(thread: &Thread, begins: DateTime<Utc>) -> Vec<Turn> {
    let rule = &thread.call.rule;
    let minimum = begins + rule.window.delta();
    let last = (begins + rule.max_window.delta()).max(minimum);
    let end = last + rule.reason_grace.delta().max(rule.held_grace.delta());
    let roster_changes = roster_changes(thread, minimum, end);
    let mut instants = instants(thread, minimum, last, end, &roster_changes);
    let mut course = Course { rule, last, held_until: None };
    let mut standing = Standing::at(thread, minimum);
    let mut turns: Vec<Turn> = Vec::new();
    while let Some(at) = instants.pop_first() {
        standing.advance(at, roster_changes.contains(&at));
        let phase = course.phase(&standing);
        if let Phase::Graced { until } = phase {
            instants.insert(until);
        }
        let before = turns.last().map_or(&Phase::Open, |turn| &turn.phase);
        let closed = matches!(phase, Phase::Closed(_));
        if *before != phase {
            turns.push(Turn::new(at, phase));
        }
        if closed {
            break;
        }
    }
    turns
}

/// The instants at which something may change: the minimum, every post after it, every end of a reason's grace, every change of the
/// roster, the last.
fn instants(
    thread: &Thread,
    minimum: DateTime<Utc>,
    last: DateTime<Utc>,
    end: DateTime<Utc>,
    roster_changes: &BTreeSet<DateTime<Utc>>,
) -> BTreeSet<DateTime<Utc>> {
    let grace = thread.call.rule.reason_grace.delta();
    let posts = thread.posts.iter().filter(|post| post.at + grace > minimum && post.at <= end);
    let mut instants: BTreeSet<DateTime<Utc>> =
        posts.flat_map(|post| [post.at, post.at + grace]).filter(|at| *at > minimum && *at <= end).collect();
    instants.extend(roster_changes);
    instants.extend([minimum, last]);
    instants
}

/// When, after `from` and up to `until`, a role on the roster begins or ends or a new roster is taken up.
pub(super) fn roster_changes(
    thread: &Thread,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> BTreeSet<DateTime<Utc>> {
    let mut changes = BTreeSet::new();
    for (since, roster) in &thread.history.versions {
        changes.insert(*since);
        if matches!(thread.call.rule.electorate, Electorate::Roster { .. }) {
            let spans = roster.members.iter().flat_map(|member| &member.roles);
            changes.extend(spans.flat_map(|span| [span.since, span.until]).flatten());
        }
    }
    changes.retain(|at| *at > from && *at <= until);
    changes
}

/// What is remembered from one instant to the next.
struct Course<'r> {
    rule: &'r Rule,
    last: DateTime<Utc>,
    /// The end of the one wait for answers.
    held_until: Option<DateTime<Utc>>,
}

impl Course<'_> {
    /// Where the proposal is at the instant of `standing`, which is the minimum or later.
    fn phase(&mut self, standing: &Standing) -> Phase {
        let at = standing.at;
        let close = |(state, why)| Phase::Closed(Close { state, why });
        if standing.is_blocked() {
            return close(standing.stopped(at));
        }
        let approved = standing.now.approve(self.rule);
        if !approved && at < self.last {
            return Phase::Open;
        }
        let reason = if approved { self.reason_awaited(standing) } else { None };
        let answer = self.answer_awaited(standing, approved);
        match reason.max(answer) {
            Some(until) => Phase::Graced { until },
            None if approved => close(standing.passed(at)),
            None => close(standing.failed(at)),
        }
    }

    /// Until when the reason of a -1 may come that would stop it. A -1 after the last instant is not waited for.
    fn reason_awaited(&self, standing: &Standing) -> Option<DateTime<Utc>> {
        let (since, _) = standing.bare.range(..=(self.last, usize::MAX)).next_back()?;
        let mut with = standing.now;
        with.minus += u32::try_from(standing.bare.len()).unwrap_or(u32::MAX);
        let matters = self.rule.lets_one_block() || !with.approve(self.rule);
        matters.then(|| *since + self.rule.reason_grace.delta()).filter(|until| *until > standing.at)
    }

    /// Until when answers are awaited that would turn the outcome: once a proposal.
    fn answer_awaited(&mut self, standing: &Standing, approved: bool) -> Option<DateTime<Utc>> {
        let matters = if approved {
            let stopped = standing.worst.minus > 0 && self.rule.lets_one_block();
            stopped || !standing.worst.approve(self.rule)
        } else {
            standing.best.approve(self.rule)
        };
        if !matters {
            return None;
        }
        let from = standing.at.min(self.last);
        let until = *self.held_until.get_or_insert(from + self.rule.held_grace.delta());
        Some(until).filter(|until| *until > standing.at)
    }
}
