//! What a decision owes to whom.

use super::{Kind, Notice, Recipient};
use crate::ballot::{Reading, Vote};
use crate::decision::{
    Awaited, Decision, Electorate, HumanResult, JudgedPost, Mode, Objection, Question, State, Voter, Why,
};
use crate::mail::MessageId;

/// Every notice that is owed for the decision as it stands now, whether or not it was queued before: who calls drops those that
/// the outbox already has. Derived from `after` alone, so that a lost event heals itself; `before` is there for kinds that
/// speak of a change and is not needed by any of these.
///
/// - `opened`, to the list, while the proposal is open, once a revision;
/// - `question`, to the author, for every unanswered question that matters, of somebody who may be asked;
/// - `objected`, to the list, for every standing objection that blocks and has its reason, or is made in words;
/// - `result`, to the list, once closed; not where the proposer has announced the same outcome, nor where a stranger's proposal was
///   never taken up.
///
/// A proposal that is only recorded ([`Mode::Recorded`]) owes nobody anything.
pub fn notices(_before: Option<&Decision>, after: &Decision) -> Vec<Notice> {
    if after.call.mode == Mode::Recorded {
        return Vec::new();
    }
    match &after.state {
        State::Waiting { awaited: Awaited::Approval, .. } => Vec::new(),
        State::Waiting { awaited: Awaited::Mailbox, .. } => Vec::new(),
        State::Open | State::Waiting { awaited: Awaited::Held, .. } => {
            let mut owed = vec![to_list(after, Kind::Opened, None)];
            owed.extend(questions(after));
            owed.extend(objections(after));
            owed
        }
        _ if result_is_owed(after) => vec![to_list(after, Kind::Result, None)],
        _ => Vec::new(),
    }
}

fn to_list(decision: &Decision, kind: Kind, post: Option<MessageId>) -> Notice {
    Notice { kind, to: Recipient::List, revision: decision.revision, post, ordinal: 0 }
}

fn questions(decision: &Decision) -> impl Iterator<Item = Notice> + '_ {
    let open =
        decision.questions.iter().filter(|question| is_open(question) && may_be_asked(question, decision));
    open.filter_map(|question| {
        let address = question.of.author.address.clone()?;
        Some(Notice {
            kind: Kind::Question,
            to: Recipient::Author(address),
            revision: decision.revision,
            post: Some(question.post.clone()),
            ordinal: 0,
        })
    })
}

/// Whether a question waits for an answer that could change the outcome.
pub(super) fn is_open(question: &Question) -> bool {
    question.matters && question.answered_by.is_none()
}

/// Where there is a roster, only its members are asked: anybody else's address may be forged.
fn may_be_asked(question: &Question, decision: &Decision) -> bool {
    question.of.member.is_some() || !matches!(decision.call.rule.electorate, Electorate::Roster { .. })
}

fn objections(decision: &Decision) -> impl Iterator<Item = Notice> + '_ {
    let mut announced = Vec::new();
    decision.objections.iter().filter(|objection| is_announced(objection)).filter_map(move |objection| {
        let first = first_objecting_post(decision, objection);
        if announced.contains(&first) {
            return None;
        }
        announced.push(first);
        Some(to_list(decision, Kind::Objected, Some(first.clone())))
    })
}

/// An unexplained -1 is asked about, not announced: it may yet turn out to be void.
fn is_announced(objection: &Objection) -> bool {
    objection.blocks && (objection.explained || objection.vote.is_none())
}

/// The post with which this voter began to object, without having stepped back since: an objection that is repeated or explained
/// in a later mail is one objection and is announced once.
pub(super) fn first_objecting_post<'a>(decision: &'a Decision, objection: &'a Objection) -> &'a MessageId {
    let upto = decision.posts.iter().position(|post| post.message_id == objection.post);
    let earlier = upto.and_then(|index| decision.posts.get(..index)).unwrap_or(&[]);
    let mut first = &objection.post;
    for post in earlier.iter().rev().filter(|post| wrote(&objection.by, post)) {
        match &post.reading {
            Reading::Objects(_) => first = &post.message_id,
            Reading::Cast(cast) if cast.vote == Vote::Minus => first = &post.message_id,
            Reading::Cast(_) | Reading::Withdraw(_) => break,
            _ => {}
        }
    }
    first
}

fn wrote(voter: &Voter, post: &JudgedPost) -> bool {
    match (&voter.member, &post.member) {
        (Some(id), other) => other.as_ref() == Some(id),
        (None, _) => match (&voter.author.address, &post.author.address) {
            (Some(one), Some(other)) => one.same_as(other),
            _ => false,
        },
    }
}

/// The engine keeps quiet where the proposer has said the same, and where nothing was ever opened.
fn result_is_owed(decision: &Decision) -> bool {
    let said = decision
        .human_result
        .as_ref()
        .is_some_and(|human| human.by_proposer && agrees(human, &decision.state));
    !said && decision.why != Why::AwaitingMember
}

/// Whether the outcome that a person announced is the one that `state` holds.
pub(super) fn agrees(human: &HumanResult, state: &State) -> bool {
    match state {
        State::Passed { .. } => human.outcome.as_deref() == Some("passed"),
        State::Failed { .. } | State::Objected { .. } | State::Vetoed { .. } => {
            human.outcome.as_deref() == Some("failed")
        }
        State::Withdrawn { .. } => human.outcome.as_deref() == Some("cancelled"),
        State::Open | State::Waiting { .. } | State::Superseded { .. } => false,
    }
}
