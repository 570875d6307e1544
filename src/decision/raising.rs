//! Raising a proposal to a stricter rule: while it is open, or anew after it was blocked.

use super::{
    Approval, Call, Decision, Electorate, ListRules, Minus, RaisedFrom, RosterHistory, Rule, Share, State,
};
use crate::ballot::{Command, Reading, reading};
use crate::mail::Post;
use chrono::{DateTime, TimeDelta, Utc};

/// How long after a close as blocked a proposal can be raised.
pub const RAISABLE_FOR: TimeDelta = TimeDelta::days(7);

/// The kind that every list may name for it.
const SUBSTANTIAL: &str = "substantial";

impl Rule {
    /// Whether it asks for more than another, and gives up nothing of it: for approval where that takes silence, else for more +1; of the
    /// same voters or a part of them, and without taking a veto from whoever holds it.
    pub(super) fn is_stricter_than(&self, other: &Rule) -> bool {
        let keeps = self.electorate.is_part_of(&other.electorate)
            && (other.veto_holder.is_none() || self.veto_holder == other.veto_holder);
        keeps
            && match (&self.approval, &other.approval) {
                (Approval::Silence, _) => false,
                (Approval::Votes { .. }, Approval::Silence) => true,
                (Approval::Votes { .. }, Approval::Votes { .. }) => {
                    self.min_plus() > other.min_plus() && self.asks_for_no_less_than(other)
                }
            }
    }

    /// Of two rules that ask for votes: whether whatever else the other asks for is asked for here too.
    fn asks_for_no_less_than(&self, other: &Rule) -> bool {
        let stops = |rule: &Rule| match rule.minus {
            Minus::Count => 0,
            Minus::Block => 1,
            Minus::Veto => 2,
        };
        let at_least = |asked: Option<Share>, other: Option<Share>| {
            other.is_none_or(|other| asked.is_some_and(|asked| asked.is_no_less_than(other)))
        };
        // Where one -1 stops it, there is always a majority.
        (self.is_majority() || !other.is_majority() || self.minus != Minus::Count)
            && at_least(self.share(), other.share())
            && at_least(self.quorum, other.quorum)
            && stops(self) >= stops(other)
            && (self.veto_override.is_none() || self.veto_override == other.veto_override)
            && (self.window >= other.window || self.calendar != other.calendar)
    }
}

impl Electorate {
    /// Whether nobody votes by it who does not by the other.
    fn is_part_of(&self, other: &Electorate) -> bool {
        let among = |some: &[String], all: &[String]| {
            all.is_empty() || !some.is_empty() && some.iter().all(|one| all.contains(one))
        };
        match (self, other) {
            (_, Electorate::Everyone | Electorate::Claimed) => true,
            (Electorate::Roster { roles }, Electorate::Roster { roles: others }) => among(roles, others),
            (Electorate::Seats { seats }, Electorate::Seats { seats: others }) => among(seats, others),
            (Electorate::Seats { .. }, Electorate::Roster { roles }) => roles.is_empty(),
            _ => false,
        }
    }
}

/// What `Proposal: substantial` raises a proposal of that kind and rule to: the kind of that name, else the list's first that is stricter.
pub(crate) fn stricter_kind<'l>(kind: &str, rule: &Rule, list: &'l ListRules) -> Option<&'l (String, Rule)> {
    let stricter = |(name, other): &&(String, Rule)| name != kind && other.is_stricter_than(rule);
    let named = list.kinds.iter().filter(|(name, _)| name == SUBSTANTIAL);
    named.chain(&list.kinds).find(stricter)
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
        zone: call.zone,
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
