//! What happened to a proposal, in order, and what a person announced of it.

use super::heard::{Heard, Says};
use super::progress::Progress;
use super::standing::{Standing, Thread};
use super::verdict::Phase;
use super::{Happening, HumanResult, State};
use crate::ballot::{Event, Reading, Vote};
use chrono::{DateTime, Utc};

/// What happened up to the close, as far as it is settled.
pub(super) fn happenings(thread: &Thread, progress: &Progress, close: DateTime<Utc>) -> Vec<Happening> {
    let call = thread.call;
    let mut events = Vec::new();
    let mut add = |at, event: &str, post| events.push(Happening { at, event: event.to_owned(), post });
    let opened = if progress.begins == Some(call.opened_at) { "opened" } else { "proposed" };
    add(call.opened_at, opened, Some(call.root.clone()));
    for heard in thread.posts.iter().filter(|heard| heard.at <= close) {
        let event = match heard.says() {
            Says::Vote(cast) if cast.vote == Vote::Minus && call.rule.lets_one_block() => "objected",
            Says::Vote(_) => "voted",
            Says::TakesBack => "took-back",
            Says::Doubt(_) if matches!(heard.reading, Reading::Objects(_)) => "objected",
            Says::Doubt(_) => "held",
            Says::Nothing => continue,
        };
        add(heard.at, event, Some(heard.post.message_id.clone()));
    }
    for turn in progress.turns {
        if turn.at + progress.settle.delta() > progress.read_through {
            break;
        }
        match &turn.phase {
            Phase::Unopened { .. } => {}
            Phase::Open if Some(turn.at) == progress.begins => add(turn.at, "opened", None),
            Phase::Open => add(turn.at, "resumed", None),
            Phase::Graced { .. } => add(turn.at, "graced", None),
            Phase::Closed(close) => match &close.state {
                State::Withdrawn { post, .. } => add(turn.at, "withdrawn", Some(post.clone())),
                _ => add(turn.at, "closed", None),
            },
        }
    }
    events.sort_by_key(|event| event.at);
    events
}

/// The outcome that a person announced: the last announcement of the proposer's, else the last of anybody's. It changes nothing.
pub(super) fn human_result(standing: &Standing) -> Option<HumanResult> {
    let thread = standing.thread;
    let announces = |heard: &Heard| {
        let result = matches!(heard.reading, Reading::Event(Event::Result))
            || (heard.by_proposer && matches!(heard.reading, Reading::Event(Event::Cancel)));
        result && heard.unheard.is_none() && !heard.is_root
    };
    let last = |by_proposer: bool| {
        thread.posts.iter().rposition(|heard| announces(heard) && (heard.by_proposer || !by_proposer))
    };
    let index = last(true).or_else(|| last(false))?;
    let heard = &thread.posts[index];
    Some(HumanResult {
        message_id: heard.post.message_id.clone(),
        by: standing.voter(index),
        at: heard.at,
        outcome: announced(heard, thread).map(str::to_owned),
        by_proposer: heard.by_proposer,
    })
}

/// The outcome that a mail announces: in its subject or in the first of its own lines that says one, the proposal's own name left out.
fn announced(heard: &Heard, thread: &Thread) -> Option<&'static str> {
    if matches!(heard.reading, Reading::Event(Event::Cancel)) {
        return Some("cancelled");
    }
    let root = thread.posts.iter().find(|post| post.is_root);
    let name = root.map(|root| root.post.subject.base.to_lowercase()).filter(|name| !name.is_empty());
    let said = |line: &str| {
        let line = line.to_lowercase();
        outcome_word(&name.as_ref().map_or_else(|| line.clone(), |name| line.replace(name.as_str(), " ")))
    };
    let subject = &heard.post.subject;
    let lines = heard.post.words.lines.iter().map(|line| line.text.as_str());
    subject.tags.iter().map(String::as_str).chain([subject.base.as_str()]).chain(lines).find_map(said)
}

/// The outcome that a line in lower case says.
fn outcome_word(line: &str) -> Option<&'static str> {
    const PASSED: [&str; 9] =
        ["passed", "passes", "pass", "approved", "accepted", "successful", "succeeded", "carried", "carries"];
    const FAILED: [&str; 9] =
        ["failed", "fails", "fail", "rejected", "vetoed", "unsuccessful", "defeated", "declined", "objected"];
    const CANCELLED: [&str; 5] = ["cancelled", "canceled", "cancel", "withdrawn", "aborted"];
    const NEGATIONS: [&str; 8] =
        ["not", "didn't", "doesn't", "hasn't", "isn't", "didn’t", "doesn’t", "hasn’t"];
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    let mut since_negation = usize::MAX;
    for word in words.filter(|word| !word.is_empty()) {
        since_negation = since_negation.saturating_add(1);
        if NEGATIONS.contains(&word) {
            since_negation = 0;
        } else if CANCELLED.contains(&word) {
            return Some("cancelled");
        } else if FAILED.contains(&word) {
            return Some("failed");
        } else if PASSED.contains(&word) {
            return Some(if since_negation <= 3 { "failed" } else { "passed" });
        }
    }
    None
}
