//! A proposal's thread, ready to be decided.

use super::heard::{Heard, in_order};
use super::voters::{Addresses, Directory, Voters};
use super::{Call, Electorate, Member, Roster, RosterHistory, Rule};
use crate::ballot::{Claim, Reading};
use crate::mail::{Author, Post};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A proposal's thread, ready to be decided.
pub(super) struct Thread<'a> {
    pub call: &'a Call,
    pub history: &'a RosterHistory,
    /// In the order of (receive instant, Message-ID).
    pub posts: Vec<Heard<'a>>,
    addresses: Addresses,
    /// By the roster as it was when the proposal opened.
    directory: Directory<'a>,
}

impl<'a> Thread<'a> {
    /// Puts the posts in order and tells, by the roster as it was at each, what their authors are.
    pub fn new(call: &'a Call, history: &'a RosterHistory, read: &'a [(&'a Post, Reading)]) -> Self {
        let posts = in_order(call, read);
        let addresses = Addresses::of(call, &posts);
        let directory = Directory::new(history.at(call.opened_at), &addresses);
        let mut thread = Thread { call, history, posts, addresses, directory };
        let mut next = 0;
        while let Some(at) = thread.posts.get(next).map(|post| post.at) {
            let roster = history.at(at);
            let voters = thread.voters(&call.rule, roster);
            while let Some(post) =
                thread.posts.get_mut(next).filter(|post| same_version(history.at(post.at), roster))
            {
                if let Some(speaker) = voters.of_post[next] {
                    post.by_proposer = speaker.is_proposer;
                    post.member = speaker.member;
                    post.by_nominee = is_nominee(call, roster, &post.post.author);
                }
                next += 1;
            }
        }
        thread
    }

    /// Who speaks in it, by that version of the roster.
    pub fn voters(&self, rule: &Rule, roster: Option<&'a Roster>) -> Voters<'a> {
        let of = |directory: &Directory<'a>| {
            Voters::of_thread(self.call, &rule.electorate, &self.addresses, directory, &self.posts)
        };
        match same_version(roster, self.directory.roster) {
            true => of(&self.directory),
            false => of(&Directory::new(roster, &self.addresses)),
        }
    }

    /// Whether a post's vote binds by the roster as it was when the list received it; `claim` is the last its author made.
    pub fn bound_then(&self, post: usize, electorate: &Electorate, claim: Option<Claim>) -> bool {
        let Some(heard) = self.posts.get(post).filter(|heard| heard.post.author.address.is_some()) else {
            return false;
        };
        match electorate {
            Electorate::Roster { roles } => {
                heard.member.is_some_and(|member| member.holds_any(roles, heard.at))
            }
            Electorate::Seats { seats } => heard.member.is_some_and(|member| {
                self.history.at(heard.at).is_some_and(|roster| roster.seat_of(member, seats).is_some())
            }),
            Electorate::Everyone => true,
            Electorate::Claimed => claim != Some(Claim::NonBinding),
        }
    }

    /// When, after `from`, a role on the roster that `rule` asks for begins or ends, or a new roster is taken up.
    pub fn roster_changes(&self, rule: &Rule, from: DateTime<Utc>) -> BTreeSet<DateTime<Utc>> {
        let by_role = matches!(rule.electorate, Electorate::Roster { .. })
            || rule.chair.is_some()
            || rule.veto_holder.is_some()
            || rule.who_may_object != super::Objectors::Electorate;
        let mut changes = BTreeSet::new();
        for (since, roster) in &self.history.versions {
            changes.insert(*since);
            if by_role {
                let spans = roster.members.iter().flat_map(|member| &member.roles);
                changes.extend(spans.flat_map(|span| [span.since, span.until]).flatten());
            }
        }
        changes.split_off(&from).into_iter().filter(|at| *at > from).collect()
    }
}

/// Whether both are the same version of the roster.
pub(super) fn same_version(a: Option<&Roster>, b: Option<&Roster>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whom the proposal is about, where they are on the roster and may not vote on it. A name alone names them where no address is written.
pub(super) fn nominated<'r>(call: &Call, roster: Option<&'r Roster>) -> Option<&'r Member> {
    let nominee = call.nominee.as_ref().filter(|_| !call.rule.permissions.nominee_votes)?;
    match &nominee.address {
        Some(address) => roster?.member(address),
        None => roster?.members.iter().find(|member| member.name.trim() == nominee.name.trim()),
    }
}

/// Whether somebody is whom the proposal is about, under any of their addresses, and may not vote on it.
pub(super) fn is_nominee(call: &Call, roster: Option<&Roster>, author: &Author) -> bool {
    let Some(nominee) = call.nominee.as_ref().filter(|_| !call.rule.permissions.nominee_votes) else {
        return false;
    };
    let named = match (&nominee.address, &author.address) {
        (Some(theirs), Some(address)) => theirs.same_as(address),
        (Some(_), None) => false,
        (None, _) => !nominee.name.trim().is_empty() && nominee.name.trim() == author.name.trim(),
    };
    let address = author.address.as_ref();
    named
        || nominated(call, roster)
            .zip(address)
            .is_some_and(|(member, address)| address.is_among(&member.addresses))
}
