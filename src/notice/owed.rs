//! What a decision owes to whom.

use super::reminding::reminders;
use super::{Kind, Notice, Recipient};
use crate::ballot::{Command, Reading, Vote};
use crate::decision::{
    Awaited, Decision, Difference, Electorate, HumanResult, JudgedPost, Mode, Objection, PostWhy, Question,
    Refusal, Refused, State, Status, Voter, Why,
};
use crate::mail::{Address, MessageId};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use std::collections::HashMap;

/// What tells the answer to a refused command from a question about the same post.
pub(super) const REFUSED: u32 = 1;

/// How often one voter's objection to a proposal is announced: whoever steps back and objects again and again is counted all the same, and
/// named in the result.
const ANNOUNCED_TIMES: usize = 3;

/// How often one voter is asked by mail about one proposal: a program that answers every question with another -1 is not asked for ever.
const ASKED_TIMES: usize = 3;

/// A refused command is answered, and a request for the status, only while it is so fresh.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(7);
const STATUS_WITHIN: TimeDelta = TimeDelta::days(1);

/// Every notice that is owed for the decision as it stands now, whether or not it was queued before: who calls drops those that
/// the outbox already has. Derived from `after` alone, so that a lost event heals itself; `before` is there for kinds that
/// speak of a change and is not needed by any of these.
///
/// While the proposal is open, or waits for an answer:
/// - `opened`, to the list, once; for a text that was amended `amended` in its place, once a revision;
/// - `raised` and `extended`, to the list, each time; `extended` also where the close is put off, once, for an answer;
/// - `reminder`, to the list, when its time is nearly over and it would not pass as it stands;
/// - `objected`, to the list, for every standing objection that blocks and has its reason, or is made in words;
/// - `status`, to the list, where somebody asked, once a day (UTC);
/// - `question`, to the author, for every unanswered question that matters, of somebody who may be asked.
///
/// Once it is closed:
/// - `withdrawn` where its proposer took it back, else `result`, to the list; neither where the proposer has announced the same
///   outcome, nor where a stranger's proposal was never taken up;
/// - `differs`, to the list, where the proposer announced something else than was counted;
/// - `follow-up`, to the list, when its trial period is over.
///
/// At any time but before it is opened: `question`, to the author, for every command or pseudo-header that was not followed.
///
/// A proposal that is only recorded ([`Mode::Recorded`]) owes nobody anything. What surfaced after a result is owed by
/// [`super::correction()`].
pub fn notices(_before: Option<&Decision>, after: &Decision) -> Vec<Notice> {
    if after.call.mode == Mode::Recorded {
        return Vec::new();
    }
    let mut owed = Vec::new();
    match &after.state {
        State::Waiting { awaited: Awaited::Approval | Awaited::Mailbox, .. } => return owed,
        State::Open | State::Waiting { awaited: Awaited::Held, .. } => {
            owed.push(announcement(after));
            owed.extend(happened(after, "raised", Kind::Raised));
            owed.extend(happened(after, "extended", Kind::Extended));
            owed.extend(postponed(after));
            owed.extend(reminders(after));
            owed.extend(questions(after));
            owed.extend(objections(after));
            owed.extend(status(after));
        }
        closed => {
            let outcome =
                if matches!(closed, State::Withdrawn { .. }) { Kind::Withdrawn } else { Kind::Result };
            owed.extend(result_is_owed(after).then(|| to_list(after, outcome, None)));
            owed.extend(differs(after));
            owed.extend(follow_up(after));
        }
    }
    owed.extend(refusals(after));
    owed
}

pub(super) fn to_list(decision: &Decision, kind: Kind, post: Option<MessageId>) -> Notice {
    Notice { kind, to: Recipient::List, revision: decision.revision, post, ordinal: 0 }
}

/// To the list, about something that happened at that instant: a later text does not make it another notice.
fn to_list_of(decision: &Decision, at: DateTime<Utc>, kind: Kind, post: &MessageId) -> Notice {
    Notice { revision: revision_at(decision, at), ..to_list(decision, kind, Some(post.clone())) }
}

/// The revision that was in force at that instant.
fn revision_at(decision: &Decision, at: DateTime<Utc>) -> u32 {
    let until_then = decision.revisions.iter().filter(|text| text.at <= at).count().max(1);
    u32::try_from(until_then).unwrap_or(u32::MAX)
}

/// That it is open, or that its text was changed: one mail tells of both.
fn announcement(decision: &Decision) -> Notice {
    if decision.revision <= 1 {
        return to_list(decision, Kind::Opened, None);
    }
    let text = decision.revisions.last().filter(|text| text.post != decision.call.root);
    to_list(decision, Kind::Amended, text.map(|text| text.post.clone()))
}

fn happened<'a>(
    decision: &'a Decision,
    event: &'static str,
    kind: Kind,
) -> impl Iterator<Item = Notice> + 'a {
    let posts = decision.events.iter().filter(move |happened| happened.event == event);
    posts.filter_map(move |happened| Some(to_list_of(decision, happened.at, kind, happened.post.as_ref()?)))
}

/// That the close waits for an answer, once.
fn postponed(decision: &Decision) -> Option<Notice> {
    let waits = matches!(decision.state, State::Waiting { awaited: Awaited::Held, until: Some(_) });
    waits.then(|| to_list(decision, Kind::Extended, None))
}

/// The last request for the status, answered once a day whoever asks and however often the text changes.
fn status(decision: &Decision) -> Option<Notice> {
    let asked = decision.posts.iter().rev().find(|post| asks_for_status(post))?;
    let at = asked.received.at;
    let fresh = decision.read_through.signed_duration_since(at) <= STATUS_WITHIN;
    fresh.then(|| Notice { ordinal: day(at), revision: 1, ..to_list(decision, Kind::Status, None) })
}

/// Whether a post asks how it stands, and may.
pub(super) fn asks_for_status(post: &JudgedPost) -> bool {
    matches!(post.reading, Reading::Command { command: Command::Status, .. })
        && post.why == Some(PostWhy::Followed)
}

/// The day (UTC) as a number, which a notice's ordinal can hold.
pub(super) fn day(at: DateTime<Utc>) -> u32 {
    u32::try_from(at.num_days_from_ce()).unwrap_or(0)
}

fn refusals(decision: &Decision) -> impl Iterator<Item = Notice> + '_ {
    let fresh = |refused: &&Refused| {
        decision.read_through.signed_duration_since(refused.at) <= ANSWERED_WITHIN
            && is_asked(&refused.of, decision)
            && !is_told_at_opening(refused, decision)
    };
    decision.refused.iter().filter(fresh).filter_map(|refused| {
        let to = Recipient::Author(refused.of.author.address.clone()?);
        let post = Some(refused.post.clone());
        let revision = revision_at(decision, refused.at);
        Some(Notice { kind: Kind::Question, to, revision, post, ordinal: REFUSED })
    })
}

/// `opened` names the lines at the head of the proposal that were not followed; that is their one answer.
fn is_told_at_opening(refused: &Refused, decision: &Decision) -> bool {
    matches!(refused.why, Refusal::Header(_))
        && refused.post == decision.call.root
        && decision.call.unfollowed.iter().any(|line| line.line == refused.line)
}

/// One reply to the announcement of the proposer's that says something else than was counted.
fn differs(decision: &Decision) -> Option<Notice> {
    let human = decision.human_result.as_ref().filter(|human| human.by_proposer)?;
    let never_opened = matches!(decision.why, Why::AwaitingMember | Why::NeverOpened);
    let differs = !never_opened && is_different(human, &decision.state);
    differs.then(|| to_list(decision, Kind::Differs, Some(human.message_id.clone())))
}

/// Whether an announcement says something else than the decision holds. That a name may mean two people is no difference.
pub(super) fn is_different(human: &HumanResult, state: &State) -> bool {
    let real = |difference: &Difference| !matches!(difference, Difference::Ambiguous { .. });
    human.outcome.is_some() && !agrees(human, state) || human.differences.iter().any(real)
}

/// The trial period of what passed, once the list has been read to its end.
fn follow_up(decision: &Decision) -> Option<Notice> {
    (follow_up_at(decision)? <= decision.read_through).then(|| to_list(decision, Kind::FollowUp, None))
}

/// When a trial period ends, UTC.
pub(super) fn follow_up_at(decision: &Decision) -> Option<DateTime<Utc>> {
    let State::Passed { at } = decision.state else { return None };
    at.checked_add_signed(decision.rule.follow_up?.delta())
}

/// The correction that is owed where mail that the list had received in time has surfaced since the result was published: `again` is the
/// decision as it would be with it. Nothing else that `again` says is owed.
pub fn correction(published: &Decision, again: &Decision) -> Option<Notice> {
    let surfaced = surfaced(published, again).len();
    if published.call.mode == Mode::Recorded || surfaced == 0 {
        return None;
    }
    let ordinal = u32::try_from(surfaced).unwrap_or(u32::MAX);
    Some(Notice { ordinal, ..to_list(published, Kind::Correction, None) })
}

/// The posts that the list had received before the close, that say something, and that the published decision does not know.
pub fn surfaced<'a>(published: &Decision, again: &'a Decision) -> Vec<&'a JudgedPost> {
    let Some(closed_at) = published.state.closed_at() else { return Vec::new() };
    let known = |post: &JudgedPost| published.posts.iter().any(|one| one.message_id == post.message_id);
    let speaks = |post: &JudgedPost| {
        !matches!(post.reading, Reading::Nothing | Reading::Automatic { .. } | Reading::Event(_))
            && !matches!(
                post.why,
                Some(
                    PostWhy::NotThroughList
                        | PostWhy::DuplicateId
                        | PostWhy::Repeated
                        | PostWhy::Automatic(_)
                )
            )
            && post.status != Status::Late
    };
    let new = |post: &&JudgedPost| post.received.at <= closed_at && speaks(post) && !known(post);
    again.posts.iter().filter(new).collect()
}

/// What is asked of one voter for the fourth time is not mailed: it stands with the open questions in what the list is told.
fn questions(decision: &Decision) -> impl Iterator<Item = Notice> + '_ {
    let mut raised: HashMap<&str, usize> = HashMap::new();
    let open = decision.questions.iter().filter(move |question| {
        let times = raised.entry(name_of(&question.of)).or_default();
        *times += 1;
        *times <= ASKED_TIMES && is_open(question) && is_asked(&question.of, decision)
    });
    open.filter_map(|question| {
        let address = question.of.author.address.clone()?;
        Some(Notice {
            kind: Kind::Question,
            to: Recipient::Author(address),
            revision: revision_at(decision, question.since),
            post: Some(question.post.clone()),
            ordinal: 0,
        })
    })
}

/// What tells a voter from others.
fn name_of(voter: &Voter) -> &str {
    let address = voter.author.address.as_ref().map(Address::as_str);
    voter.member.as_deref().or(address).unwrap_or_default()
}

/// Whether a question waits for an answer that could change the outcome.
pub(super) fn is_open(question: &Question) -> bool {
    question.matters && question.answered_by.is_none()
}

/// Where there is a roster, only its members are asked: anybody else's address may be forged.
fn is_asked(whom: &Voter, decision: &Decision) -> bool {
    let has_roster = matches!(decision.rule.electorate, Electorate::Roster { .. } | Electorate::Seats { .. });
    whom.member.is_some() || !has_roster
}

fn objections(decision: &Decision) -> impl Iterator<Item = Notice> + '_ {
    let mut announced = Vec::new();
    let is_due = |objection: &&Objection| is_announced(objection, decision);
    decision.objections.iter().filter(is_due).filter_map(move |objection| {
        let begun = objecting_since(decision, objection);
        let first = begun.post;
        if announced.contains(&first) || begun.stepped_back >= ANNOUNCED_TIMES {
            return None;
        }
        announced.push(first);
        Some(to_list_of(decision, begun.at, Kind::Objected, first))
    })
}

/// Where the rule asks for reasons, an unexplained -1 is asked about, not announced: it may yet turn out to be void.
pub(super) fn is_announced(objection: &Objection, decision: &Decision) -> bool {
    let is_whole = objection.explained || objection.vote.is_none() || !decision.rule.reason_required;
    objection.blocks && is_whole
}

/// With which post a voter began to object, and how often they had stepped back from an objection before.
struct Begun<'a> {
    post: &'a MessageId,
    at: DateTime<Utc>,
    stepped_back: usize,
}

/// The post with which this voter began to object, without having stepped back since: an objection that is repeated or explained
/// in a later mail is one objection and is announced once.
pub(super) fn first_objecting_post<'a>(decision: &'a Decision, objection: &'a Objection) -> &'a MessageId {
    objecting_since(decision, objection).post
}

fn objecting_since<'a>(decision: &'a Decision, objection: &'a Objection) -> Begun<'a> {
    let upto = decision.posts.iter().position(|post| post.message_id == objection.post);
    let earlier = upto.and_then(|index| decision.posts.get(..index)).unwrap_or(&[]);
    let mut begun = Begun { post: &objection.post, at: objection.at, stepped_back: 0 };
    let mut since_then = true;
    for post in earlier.iter().rev().filter(|post| wrote(&objection.by, post)) {
        let objects = match &post.reading {
            Reading::Objects(_) => true,
            Reading::Cast(cast) => cast.vote == Vote::Minus,
            Reading::Withdraw(_) => false,
            _ => continue,
        };
        match (objects, since_then) {
            (true, true) => (begun.post, begun.at) = (&post.message_id, post.received.at),
            (true, false) => begun.stepped_back += 1,
            (false, _) => since_then = false,
        }
    }
    begun
}

pub(super) fn wrote(voter: &Voter, post: &JudgedPost) -> bool {
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
    !said && !matches!(decision.why, Why::AwaitingMember | Why::NeverOpened)
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
