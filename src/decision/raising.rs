//! Raising a proposal to a stricter rule: while it is open, or anew after it was blocked.

use super::{Approval, Call, Decision, Electorate, ListRules, RaisedFrom, RosterHistory, Rule, State};
use crate::ballot::{Command, Reading, reading};
use crate::mail::Post;
use chrono::{DateTime, TimeDelta, Utc};

/// How long after a close as blocked a proposal can be raised.
pub const RAISABLE_FOR: TimeDelta = TimeDelta::days(7);

/// The kind that every list may name for it.
const SUBSTANTIAL: &str = "substantial";

impl Rule {
    /// Whether it asks for more than another: for approval where that takes silence, else for more +1.
    pub(super) fn is_stricter_than(&self, other: &Rule) -> bool {
        match (&self.approval, &other.approval) {
            (Approval::Silence, _) => false,
            (Approval::Votes { .. }, Approval::Silence) => true,
            (Approval::Votes { .. }, Approval::Votes { .. }) => self.min_plus() > other.min_plus(),
        }
    }
}

/// What `Proposal: substantial` raises a proposal to: the kind of that name, else the list's first that is stricter.
pub(super) fn stricter_kind(call: &Call, list: &ListRules) -> Option<(String, Rule)> {
    let stricter = |(name, rule): &&(String, Rule)| *name != call.kind && rule.is_stricter_than(&call.rule);
    let named = list.kinds.iter().filter(|(name, _)| name == SUBSTANTIAL);
    named.chain(&list.kinds).find(stricter).cloned()
}

/// Whether a proposal that was blocked at `closed_at` can be raised at `at`, `rule` being the one it was decided by.
pub(super) fn may_raise(call: &Call, rule: &Rule, closed_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    let raised_to = call.raised_to.as_deref();
    let stricter = raised_to.is_some_and(|(_, raised)| raised.is_stricter_than(rule));
    stricter && rule.permissions.raise && at > closed_at && at - closed_at <= RAISABLE_FOR
}

/// The proposal that a post opens by raising another, which was blocked at its close; its number is 0 until the store gives it one.
///
/// The post says `Proposal: substantial`, was received within [`RAISABLE_FOR`] of the close, and is by somebody whose vote bound then. The
/// new proposal has the old one's text and subject, the stricter rule and a window of its own; what was said before is no part of it.
pub fn open_raised(
    raise_post: &Post,
    published: &Decision,
    roster: &RosterHistory,
    list: &ListRules,
) -> Option<Call> {
    let State::Objected { at: closed_at, .. } = published.state else { return None };
    let (call, rule, at) = (&published.call, &published.rule, raise_post.received.at);
    let raises =
        matches!(reading(raise_post, &list.dialect), Reading::Command { command: Command::Substantial, .. });
    if !raises || !raise_post.provenance.through_list || raise_post.automatic.is_some() {
        return None;
    }
    if !may_raise(call, rule, closed_at, at) || !binds(raise_post, call, rule, roster) {
        return None;
    }
    let (kind, raised) = call.raised_to.as_deref()?.clone();
    let text = published.revisions.last();
    let text_in = text.map_or(&call.root, |text| &text.post).clone();
    Some(Call {
        list: call.list.clone(),
        number: 0,
        root: raise_post.message_id.clone(),
        subject: call.subject.clone(),
        proposer: raise_post.author.clone(),
        kind,
        rule: raised,
        opened_at: at,
        mode: list.mode,
        text_sha256: text.map_or(&call.text_sha256, |text| &text.text_sha256).clone(),
        raised_to: None,
        raised_from: Some(RaisedFrom { number: call.number, root: call.root.clone(), text_in }),
        nominee: call.nominee.clone(),
        unfollowed: Vec::new(),
    })
}

/// Whether a vote of the post's author would bind when it was received.
fn binds(post: &Post, call: &Call, rule: &Rule, history: &RosterHistory) -> bool {
    let Some(address) = post.author.address.as_ref() else { return false };
    let roster = history.at(post.received.at);
    let member = roster.and_then(|roster| roster.member(address));
    if super::thread::is_nominee(call, roster, &post.author) {
        return false;
    }
    match &rule.electorate {
        Electorate::Roster { roles } => {
            member.is_some_and(|member| member.holds_any(roles, post.received.at))
        }
        Electorate::Seats { seats } => {
            member.zip(roster).is_some_and(|(member, roster)| roster.seat_of(member, seats).is_some())
        }
        Electorate::Everyone | Electorate::Claimed => true,
    }
}
