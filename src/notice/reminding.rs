//! Reminders, and when time alone makes a notice owed.

use super::owed::{follow_up_at, to_list};
use super::{Kind, Notice};
use crate::decision::{Decision, Mode, State, Why};
use chrono::{DateTime, TimeDelta, Utc};

/// So long before an end the list is reminded of it.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// The ordinal of a reminder that the minimum window ends, under a silence rule the window.
const MINIMUM: u32 = 0;
/// The ordinal of a reminder of the last instant.
pub(super) const LAST: u32 = 1;

/// The reminders that are owed: 24 hours before the minimum window ends, and once more before the last instant, where the proposal would
/// not pass as it stands.
pub(super) fn reminders(decision: &Decision) -> Option<Notice> {
    if decision.state != State::Open || would_pass(&decision.why) {
        return None;
    }
    let now = decision.read_through;
    let due = ends(decision).into_iter().find(|(end, _)| *end - AHEAD <= now && now < *end);
    let (end, ordinal) = due?;
    if is_news(decision, end - AHEAD) {
        return None;
    }
    let raised = decision.events.iter().rev().find(|happened| happened.event == "raised");
    let post = raised.and_then(|happened| happened.post.clone());
    Some(Notice { ordinal, ..to_list(decision, Kind::Reminder, post) })
}

/// Whether all that stops it are objections made since `then`: the list has just been told of them.
fn is_news(decision: &Decision, then: DateTime<Utc>) -> bool {
    let mut objections = decision.objections.iter().filter(|objection| objection.blocks).peekable();
    matches!(decision.why, Why::Blocked { .. })
        && objections.peek().is_some()
        && objections.all(|objection| objection.at > then)
}

/// The next instant (UTC) after what has been read at which time alone makes a notice owed: a reminder, or the end of a trial period.
pub fn next_notice(decision: &Decision) -> Option<DateTime<Utc>> {
    if decision.call.mode == Mode::Recorded {
        return None;
    }
    let reminders = ends(decision).into_iter().map(|(end, _)| end - AHEAD);
    let reminders = reminders.filter(|_| decision.state == State::Open);
    reminders.chain(follow_up_at(decision)).filter(|at| *at > decision.read_through).min()
}

/// The ends that people are reminded of, with the ordinal of each reminder. Where there is less than a day between the beginning and
/// the reminder, or between one end and the other, people need none.
fn ends(decision: &Decision) -> Vec<(DateTime<Utc>, u32)> {
    let begun = begun_at(decision);
    let (minimum, last) = (decision.minimum_ends_at, decision.ends_at);
    let mut ends = Vec::new();
    if minimum - AHEAD - AHEAD >= begun {
        ends.push((minimum, MINIMUM));
    }
    if !decision.rule.is_silence() && last - AHEAD >= minimum {
        ends.push((last, LAST));
    }
    ends
}

/// When the window began, UTC: at the opening, or anew since.
fn begun_at(decision: &Decision) -> DateTime<Utc> {
    let anew =
        decision.events.iter().filter(|happened| happened.event == "raised").map(|happened| happened.at);
    let texts = decision.revisions.iter().map(|text| text.at);
    anew.chain(texts).fold(decision.call.opened_at, DateTime::max)
}

/// Whether an open proposal passes if nothing changes.
pub(super) fn would_pass(why: &Why) -> bool {
    matches!(why, Why::AwaitingSilence | Why::AwaitingWindow { .. } | Why::AwaitingLinger { .. })
}
