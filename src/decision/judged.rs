//! What became of each post.

use super::heard::{Heard, Says};
use super::refusals::Acts;
use super::standing::{Fate, Standing};
use super::{Electorate, Refusal, Why};
use crate::ballot::{Cast, Claim, Event, HeldWhy, Reading, Vote};
use crate::mail::{Author, Instant, MessageId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One post and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedPost {
    /// Which.
    pub message_id: MessageId,
    /// Whose.
    pub author: Author,
    /// The author's id on the roster.
    pub member: Option<String>,
    /// The id of the seat that they vote for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// When the list received it.
    pub received: Instant,
    /// SHA-256, in hexadecimal, of its own words.
    pub own_words_sha256: String,
    /// The list's permalink.
    pub archived_at: Option<String>,
    /// How it is read.
    pub reading: Reading,
    /// What became of it.
    pub status: Status,
    /// Whether its vote binds.
    pub binding: bool,
    /// Why it has that status, where that needs saying.
    pub why: Option<PostWhy>,
}

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Its vote counts and binds.
    Counted,
    /// A vote that does not bind.
    Advisory,
    /// Replaced or taken back by a later post of the same voter.
    Superseded,
    /// Received after the close.
    Late,
    /// A -1 without the reason that the rule asks for.
    Unexplained,
    /// Its author could not be verified as this list asks.
    Unverified,
    /// Not counted until its author says what it means.
    Held,
    /// No vote that could be counted: an act (its `why` says which), or nothing on the question.
    Ignored,
}

impl Status {
    /// The word the record uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Counted => "counted",
            Status::Advisory => "advisory",
            Status::Superseded => "superseded",
            Status::Late => "late",
            Status::Unexplained => "unexplained",
            Status::Unverified => "unverified",
            Status::Held => "held",
            Status::Ignored => "ignored",
        }
    }
}

/// Why a post has its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "code", content = "detail")]
pub enum PostWhy {
    /// Not on the roster, or without the role, at the close.
    NotElectorate,
    /// Says "non-binding" of themselves.
    ClaimsNonBinding,
    /// No claim was made, and without a roster an unclaimed vote is taken as binding.
    TakenAsBinding,
    /// Replaced by that later post.
    ReplacedBy(MessageId),
    /// Taken back by that later post.
    WithdrawnBy(MessageId),
    /// Received after the close at that instant, UTC.
    AfterClose(DateTime<Utc>),
    /// A -1 whose reason has not come.
    NoReason,
    /// Its reason stands in that other post.
    ReasonIn(MessageId),
    /// Held, and why.
    Held(HeldWhy),
    /// Answered by that later post of the same author.
    AnsweredBy(MessageId),
    /// It takes that earlier vote of its author back.
    TakesBack(MessageId),
    /// It takes the whole proposal back.
    Cancels,
    /// Did not come through the list.
    NotThroughList,
    /// Automatic mail, and why.
    Automatic(String),
    /// Only the proposer may do that.
    NotProposer,
    /// The rule does not count the proposer's own vote.
    ProposerDoesNotCount,
    /// Another message of the same author under a Message-ID that was used before.
    DuplicateId,
    /// The same mail of the same author came before under another Message-ID.
    Repeated,
    /// A command that is not followed, and why.
    Refused(Refusal),
    /// A command that was followed.
    Followed,
    /// Void: that later post changed the text voted on.
    VoidBy(MessageId),
    /// Whom the proposal is about casts nothing.
    Nominee,
    /// Replaced by a later vote of the same seat.
    SeatVotedAgain(MessageId),
    /// The author cannot be told.
    UnknownAuthor,
    /// An objection of somebody who may not block: it postponed the close once.
    StrangersObjection,
}

/// Every post of the thread with what became of it, the close being at `close` and the proposal as it is because of `why`.
pub(super) fn posts(standing: &Standing, close: DateTime<Utc>, why: &Why, acts: &Acts) -> Vec<JudgedPost> {
    let decided_by_words = matches!(why, Why::UnansweredObjection { .. });
    let judged = standing.thread.posts.iter().enumerate().map(|(index, heard)| {
        let (status, why) = match judge(standing, close, acts, index) {
            // An objection in words that stopped the proposal has counted.
            (Status::Held, None) if decided_by_words => (Status::Counted, None),
            judged => judged,
        };
        let voter = standing.voter(index);
        JudgedPost {
            message_id: heard.post.message_id.clone(),
            author: heard.post.author.clone(),
            member: voter.member,
            seat: voter.seat,
            received: heard.post.received,
            own_words_sha256: heard.words_sha256.clone(),
            archived_at: heard.post.provenance.archived_at.clone(),
            reading: heard.reading.clone(),
            status,
            binding: match status {
                Status::Counted => true,
                Status::Unexplained => standing.has_effect(index),
                _ => false,
            },
            why,
        }
    });
    judged.collect()
}

fn judge(standing: &Standing, close: DateTime<Utc>, acts: &Acts, index: usize) -> (Status, Option<PostWhy>) {
    let heard = &standing.thread.posts[index];
    let Some(person) = standing.person(index) else {
        return (Status::Ignored, heard.unheard.clone());
    };
    if heard.act().is_some() {
        return (Status::Ignored, acts.why(heard, index, close));
    }
    if heard.at > close {
        return late(heard, close);
    }
    let id = |index: usize| message_id(standing, index);
    match (heard.says(), standing.fates[index]) {
        (Says::Vote(_) | Says::Doubt(_), Fate::Void(by)) => {
            (Status::Superseded, Some(PostWhy::VoidBy(id(by))))
        }
        (Says::Vote(_), Fate::Answered(by)) => (Status::Superseded, Some(replaced(standing, index, by))),
        (Says::Vote(_), Fate::TakenBack(by)) => (Status::Superseded, Some(PostWhy::WithdrawnBy(id(by)))),
        (Says::Vote(cast), _) => vote_that_stands(standing, person, index, cast),
        (Says::TakesBack, Fate::TakesBack(vote)) => (Status::Ignored, Some(PostWhy::TakesBack(id(vote)))),
        (Says::Doubt(_), Fate::Answered(by)) => (Status::Superseded, Some(PostWhy::AnsweredBy(id(by)))),
        (Says::Doubt(_), _) => (Status::Held, why_held(standing, index, heard)),
        (Says::TakesBack | Says::Nothing, _) => (Status::Ignored, why_ignored(heard)),
    }
}

/// Replaced by a later vote: of the same author, or of another who votes for the same seat.
fn replaced(standing: &Standing, index: usize, by: usize) -> PostWhy {
    let author = |index: usize| standing.voter(index).member;
    match author(index) == author(by) {
        true => PostWhy::ReplacedBy(message_id(standing, by)),
        false => PostWhy::SeatVotedAgain(message_id(standing, by)),
    }
}

/// What came after the close: a vote is listed as late, nothing else has effect.
fn late(heard: &Heard, close: DateTime<Utc>) -> (Status, Option<PostWhy>) {
    let too_late = Some(PostWhy::AfterClose(close));
    match heard.reading {
        Reading::Cast(_) => (Status::Late, too_late),
        Reading::Nothing | Reading::Event(Event::Result | Event::Discuss) => (Status::Ignored, None),
        _ => (Status::Ignored, too_late),
    }
}

fn vote_that_stands(
    standing: &Standing,
    person: usize,
    index: usize,
    cast: &Cast,
) -> (Status, Option<PostWhy>) {
    let rule = standing.rule;
    let stops = cast.vote == Vote::Minus && standing.stop_of(index).is_some();
    if !standing.binds(index) && !stops {
        let claims = rule.electorate == Electorate::Claimed;
        let why = if claims { PostWhy::ClaimsNonBinding } else { PostWhy::NotElectorate };
        return (Status::Advisory, Some(why));
    }
    if !standing.counts(person) {
        return (Status::Advisory, Some(PostWhy::ProposerDoesNotCount));
    }
    if standing.is_bare(person) {
        return (Status::Unexplained, Some(PostWhy::NoReason));
    }
    let reason = standing.stands[person].reason;
    let elsewhere = reason.filter(|post| *post != index && !cast.explained);
    let why = match elsewhere {
        Some(post) if cast.vote == Vote::Minus && rule.reason_required => {
            Some(PostWhy::ReasonIn(message_id(standing, post)))
        }
        _ if rule.electorate == Electorate::Claimed
            && standing.stands[person].claim != Some(Claim::Binding) =>
        {
            Some(PostWhy::TakenAsBinding)
        }
        _ => None,
    };
    (Status::Counted, why)
}

fn message_id(standing: &Standing, index: usize) -> MessageId {
    standing.thread.posts[index].post.message_id.clone()
}

fn why_held(standing: &Standing, index: usize, heard: &Heard) -> Option<PostWhy> {
    if heard.post.author.address.is_none() {
        return Some(PostWhy::UnknownAuthor);
    }
    match heard.reading {
        Reading::Objects(_) if !standing.has_effect(index) => Some(PostWhy::StrangersObjection),
        Reading::Held(held) => Some(PostWhy::Held(held.why)),
        _ => None,
    }
}

fn why_ignored(heard: &Heard) -> Option<PostWhy> {
    match heard.reading {
        Reading::Cast(_) | Reading::Objects(_) | Reading::Held(_) | Reading::Withdraw(_)
            if heard.by_nominee =>
        {
            Some(PostWhy::Nominee)
        }
        _ => None,
    }
}
