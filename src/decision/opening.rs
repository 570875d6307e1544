//! Which post opens a proposal.

use super::{Call, ListRules, pseudo_headers, raising};
use crate::ballot::{Event, event_called, headers};
use crate::mail::{Post, Subject, message_id::hex};
use sha2::{Digest, Sha256};

/// The proposal that a post opens, if it does; its number is 0 until the store gives it one.
///
/// A post opens one when its first tag is one of the list's, and it is no reply, or bears the tag without `Re:` where the post it
/// replies to (`parent` is that post's subject) does not: a `[VOTE]` made by replying to its `[PROPOSAL]`.
pub fn open(root: &Post, parent: Option<&Subject>, list: &ListRules) -> Option<Call> {
    let (tag, kind) = proposing(root, list)?;
    let has_another_tag = |parent: &Subject| !parent.tags.first().is_some_and(|other| same_tag(other, tag));
    if !root.parents.is_empty() && !parent.is_some_and(has_another_tag) {
        return None;
    }
    let (_, rule) = list.kinds.iter().find(|(name, _)| name == kind)?;
    let mut call = Call {
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
        zone: list.zone,
    };
    pseudo_headers::apply(&mut call, &headers(&root.words), list);
    call.raised_to = raising::stricter_kind(&call.kind, &call.rule, list).cloned().map(Box::new);
    Some(call)
}

/// Whether a post opens a proposal as far as it tells by itself, whatever it replies to.
pub fn may_open(root: &Post, list: &ListRules) -> bool {
    proposing(root, list).is_some()
}

/// The tag that would open a proposal if nothing unknown stood in brackets before it, and what stands there: `[Other] [VOTE] x`. Most
/// likely the list has got another prefix than the configuration knows.
pub fn hidden_tag<'a>(root: &'a Post, list: &ListRules) -> Option<(&'a str, &'a str)> {
    let [first, rest @ ..] = root.subject.tags.as_slice() else { return None };
    let known = |tag: &String| list.tags.iter().any(|(name, _)| same_tag(name, tag));
    if known(first) || event_called(&root.subject).is_some() {
        return None;
    }
    let tag = rest.iter().find(|tag| known(tag))?;
    let unhidden = Subject { tags: vec![tag.clone()], ..root.subject.clone() };
    let opens = root.parents.is_empty() && may_open(&Post { subject: unhidden, ..root.clone() }, list);
    opens.then_some((first, tag))
}

/// The tag by which a post may open a proposal, and the kind that the list has for it.
fn proposing<'a>(root: &'a Post, list: &'a ListRules) -> Option<(&'a String, &'a String)> {
    if root.automatic.is_some() || !root.provenance.through_list || root.subject.reply || root.subject.forward
    {
        return None;
    }
    let tag = root.subject.tags.first()?;
    if matches!(event_called(&root.subject), Some(Event::Result | Event::Cancel)) {
        return None;
    }
    let (_, kind) = list.tags.iter().find(|(name, _)| same_tag(name, tag))?;
    Some((tag, kind))
}

fn same_tag(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn subject_with_tags(subject: &Subject) -> String {
    let tags = subject.tags.iter().map(|tag| format!("[{tag}]"));
    tags.chain([subject.base.clone()]).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
