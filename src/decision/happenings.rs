//! What happened to a proposal, in order.

use super::heard::Says;
use super::progress::Progress;
use super::thread::Thread;
use super::verdict::Phase;
use super::{Happening, State};
use crate::ballot::{Reading, Vote};
use chrono::{DateTime, Utc};

/// What happened up to the close, as far as it is settled.
pub(super) fn happenings(thread: &Thread, progress: &Progress, close: DateTime<Utc>) -> Vec<Happening> {
    let call = thread.call;
    let mut events = Vec::new();
    let mut add = |at, event: &str, post| events.push(Happening { at, event: event.to_owned(), post });
    let opened = if progress.course.opened == Some(call.opened_at) { "opened" } else { "proposed" };
    add(call.opened_at, opened, Some(call.root.clone()));
    for heard in thread.posts.iter().filter(|heard| heard.at <= close) {
        let event = match heard.says() {
            Says::Vote(cast) if cast.vote == Vote::Minus && progress.course.rule.lets_one_block() => {
                "objected"
            }
            Says::Vote(_) => "voted",
            Says::TakesBack => "took-back",
            Says::Doubt(_) if matches!(heard.reading, Reading::Objects(_)) => "objected",
            Says::Doubt(_) => "held",
            Says::Nothing => continue,
        };
        add(heard.at, event, Some(heard.post.message_id.clone()));
    }
    for deed in &progress.course.deeds {
        let post = deed.post.map(|post| thread.posts[post].post.message_id.clone());
        add(deed.at, deed.event, post);
    }
    let mut waited = false;
    for turn in progress.turns() {
        if turn.at + progress.settle.delta() > progress.read_through {
            break;
        }
        match &turn.phase {
            Phase::Unopened { .. } => {}
            Phase::Open if Some(turn.at) == progress.course.opened => add(turn.at, "opened", None),
            Phase::Open | Phase::Lingering { .. } if waited => add(turn.at, "resumed", None),
            Phase::Open | Phase::Lingering { .. } => {}
            Phase::Graced { .. } => add(turn.at, "graced", None),
            Phase::Closed(close) => match &close.state {
                State::Withdrawn { post, .. } => add(turn.at, "withdrawn", Some(post.clone())),
                _ => add(turn.at, "closed", None),
            },
        }
        waited = matches!(turn.phase, Phase::Graced { .. });
    }
    events.sort_by_key(|event| event.at);
    events
}
