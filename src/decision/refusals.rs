//! What became of what people asked for by a line `Proposal: …`, and what is refused.

use super::course::Course;
use super::heard::{Act, Heard};
use super::raising::may_raise;
use super::standing::Standing;
use super::verdict::Phase;
use super::{PostWhy, Refusal, Refused, State, Voter};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Every act of a thread that is known, by the place of its post: followed, or why not.
pub(super) struct Acts {
    followed: BTreeSet<usize>,
    refusals: BTreeMap<usize, Refusal>,
}

/// The acts of a proposal that closes at `close`. After it every command is refused, but for the one that opens a blocked proposal anew.
pub(super) fn acts(standing: &Standing, course: &Course, close: DateTime<Utc>) -> Acts {
    let (mut followed, mut refusals) = (course.followed.clone(), course.refusals.clone());
    let thread = standing.thread;
    let state = course.turns.last().and_then(|turn| match &turn.phase {
        Phase::Closed(close) => Some(&close.state),
        _ => None,
    });
    let mut raised = false;
    for (index, heard) in thread.posts.iter().enumerate() {
        let Some(act) = heard.act().filter(|_| !followed.contains(&index) && !refusals.contains_key(&index))
        else {
            continue;
        };
        let raises = !raised
            && act == Act::Raise
            && matches!(state, Some(State::Objected { at, .. }) if may_raise(thread.call, course.rule, *at, heard.at))
            && !heard.by_nominee
            && thread.bound_then(index, &course.rule.electorate, None);
        raised |= raises;
        if raises || act == Act::Status {
            followed.insert(index);
        } else if heard.at >= close {
            refusals.insert(index, Refusal::Closed);
        }
    }
    Acts { followed, refusals }
}

impl Acts {
    /// Why a post that does something has no other effect.
    pub fn why(&self, heard: &Heard, index: usize, close: DateTime<Utc>) -> Option<PostWhy> {
        let command = heard.commands();
        match self.refusals.get(&index) {
            Some(Refusal::NotProposer) if !command => Some(PostWhy::NotProposer),
            Some(Refusal::Closed) if !command => Some(PostWhy::AfterClose(close)),
            Some(refusal) => Some(PostWhy::Refused(refusal.clone())),
            None if heard.cancels() => Some(PostWhy::Cancels),
            None => self.followed.contains(&index).then_some(PostWhy::Followed),
        }
    }
}

/// What is refused: pseudo-headers of the root, and commands, in the order in which they were received.
pub(super) fn refused(standing: &Standing, acts: &Acts) -> Vec<Refused> {
    let call = standing.thread.call;
    let root = standing.thread.posts.iter().position(|heard| heard.is_root && heard.unheard.is_none());
    let of = root.map_or_else(
        || Voter { author: call.proposer.clone(), member: None, seat: None },
        |root| standing.voter(root),
    );
    let headers = call.unfollowed.iter().map(|unfollowed| Refused {
        post: call.root.clone(),
        of: of.clone(),
        line: unfollowed.line.clone(),
        why: Refusal::Header(unfollowed.why.clone()),
        at: call.opened_at,
    });
    let commands = acts.refusals.iter().filter(|(index, _)| standing.thread.posts[**index].commands());
    let commands = commands.map(|(index, why)| {
        let heard = &standing.thread.posts[*index];
        Refused {
            post: heard.post.message_id.clone(),
            of: standing.voter(*index),
            line: heard.line().to_owned(),
            why: why.clone(),
            at: heard.at,
        }
    });
    headers.chain(commands).collect()
}
