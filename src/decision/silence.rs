//! When silence is consent: the window is the whole of it, and it passes unless somebody objects.

use super::course::Course;
use super::heard::Says;
use super::standing::Standing;
use super::verdict::Phase;
use super::window::Window;
use super::{State, Why};
use crate::ballot::Vote;
use chrono::{DateTime, Utc};

/// Where a proposal under a silence rule is at the instant of `standing`.
///
/// Grace moves the close once, for everybody: what may be an objection at the close is waited for, and whatever is received until
/// the moved close counts.
pub(super) fn phase(course: &mut Course, window: Window, standing: &Standing) -> Phase {
    let at = standing.at;
    if at < window.last {
        return Phase::Open;
    }
    match course.held_until {
        Some(until) if until > at => Phase::Graced { until },
        Some(_) => verdict(standing).into(),
        None => match grace(standing) {
            Some(until) => {
                course.held_until = Some(until);
                Phase::Graced { until }
            }
            None => verdict(standing).into(),
        },
    }
}

/// Until when the close waits; `None` where nothing that is open could change the outcome.
fn grace(standing: &Standing) -> Option<DateTime<Utc>> {
    if standing.is_blocked() {
        return None;
    }
    let rule = standing.rule;
    let reasons = standing.bare.last().map(|(since, _)| *since + rule.reason_grace.delta());
    let open = !may_be_objections(standing).is_empty() || !strangers_objections(standing).is_empty();
    let answers = open.then(|| standing.at + rule.held_grace.delta());
    reasons.max(answers).filter(|until| *until > standing.at)
}

fn verdict(standing: &Standing) -> (State, Why) {
    // A -1 of the last hours, whose reason may still come, is no silence either.
    let late = standing.bare.iter().filter_map(|(_, person)| standing.stands[*person].vote);
    let mut open: Vec<usize> = may_be_objections(standing).into_iter().chain(late).collect();
    if open.is_empty() || standing.is_blocked() {
        return standing.verdict(standing.at, false);
    }
    open.sort_unstable();
    open.dedup();
    standing.unanswered(standing.at, &open)
}

/// Unanswered posts of people who may object that are, or may be, objections.
pub(super) fn may_be_objections(standing: &Standing) -> Vec<usize> {
    standing.posts_of(|standing, person| {
        first_doubted(standing, person).filter(|post| standing.has_effect(*post))
    })
}

/// Objections and -1 of people who may not object, unanswered: they postpone a silent close once.
pub(super) fn strangers_objections(standing: &Standing) -> Vec<usize> {
    standing.posts_of(|standing, person| {
        let against = standing.vote(person).is_some_and(|cast| cast.vote == Vote::Minus);
        let minus = standing.stands[person].vote.filter(|_| against);
        minus.or_else(|| first_doubted(standing, person)).filter(|post| !standing.has_effect(*post))
    })
}

/// The first unanswered post of a person that may be an objection.
fn first_doubted(standing: &Standing, person: usize) -> Option<usize> {
    let may_object = |post: &&usize| matches!(standing.thread.posts[**post].says(), Says::Doubt(doubt) if doubt.may_object());
    standing.stands[person].open.iter().find(may_object).copied()
}
