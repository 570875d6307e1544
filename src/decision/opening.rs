//! Which post opens a proposal, and when its window begins.

use super::heard::{Heard, Says};
use super::standing::Thread;
use super::verdict::{Phase, Turn};
use super::{Call, Electorate, ListRules, State, Why};
use crate::ballot::{Event, Vote, event_called};
use crate::mail::{Post, Subject, message_id::hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The proposal that a post opens, if it does; its number is 0 until the store gives it one.
///
/// A post opens one when its first tag is one of the list's, and it is no reply, or bears the tag without `Re:` where the post it
/// replies to (`parent` is that post's subject) does not: a `[VOTE]` made by replying to its `[PROPOSAL]`.
pub fn open(root: &Post, parent: Option<&Subject>, list: &ListRules) -> Option<Call> {
    if root.automatic.is_some() || !root.provenance.through_list || root.subject.reply || root.subject.forward
    {
        return None;
    }
    let tag = root.subject.tags.first()?;
    if matches!(event_called(&root.subject), Some(Event::Result | Event::Cancel)) {
        return None;
    }
    let has_another_tag = |parent: &Subject| !parent.tags.first().is_some_and(|other| same_tag(other, tag));
    if !root.parents.is_empty() && !parent.is_some_and(has_another_tag) {
        return None;
    }
    let (_, kind) = list.tags.iter().find(|(name, _)| same_tag(name, tag))?;
    let (_, rule) = list.kinds.iter().find(|(name, _)| name == kind)?;
    Some(Call {
        list: list.name.clone(),
        number: 0,
        root: root.message_id.clone(),
        subject: subject_with_tags(&root.subject),
        proposer: root.author.clone(),
        kind: kind.clone(),
        rule: rule.at_opening(root.received.at),
        opened_at: root.received.at,
        mode: list.mode,
        text_sha256: hex(&Sha256::digest(root.words.text())),
        raised_to: None,
        raised_from: None,
        nominee: None,
        unfollowed: Vec::new(),
    })
}

fn same_tag(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn subject_with_tags(subject: &Subject) -> String {
    let tags = subject.tags.iter().map(|tag| format!("[{tag}]"));
    tags.chain([subject.base.clone()]).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The turns up to the instant at which the window begins, and that instant; `None` where it never does.
///
/// A stranger's proposal begins with the first +1 of somebody on the roster, and fails where none comes.
pub(super) fn beginning(thread: &Thread) -> (Vec<Turn>, Option<DateTime<Utc>>) {
    let call = thread.call;
    let opened = call.opened_at;
    let directory = thread.history.at(opened);
    let proposer = call.proposer.address.as_ref();
    let member = proposer.and_then(|address| directory.and_then(|roster| roster.member(address)));
    let anyone_may = !matches!(call.rule.electorate, Electorate::Roster { .. });
    if anyone_may || member.is_some_and(|member| member.holds_any(&[], opened)) {
        return (Vec::new(), Some(opened));
    }
    let until = opened + call.rule.max_window.delta();
    let unopened = Turn::new(opened, Phase::Unopened { until });
    let approves = |heard: &&Heard| {
        let plus = matches!(heard.says(), Says::Vote(cast) if cast.vote == Vote::Plus);
        plus && heard.by_member && heard.at >= opened && heard.at <= until
    };
    match thread.posts.iter().find(approves) {
        Some(heard) => (vec![unopened, Turn::new(heard.at, Phase::Open)], Some(heard.at)),
        None => {
            let failed = Turn::close(until, (State::Failed { at: until }, Why::NeverOpened));
            (vec![unopened, failed], None)
        }
    }
}
