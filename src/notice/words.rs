//! What the engine has to say, in English words: why a decision is as it is, what became of a post, what a rule asks for.
//!
//! Every sentence that does not depend on a notice stands here, once; the templates hold the rest. Another language gets a file beside this one.

use super::moment;
use super::quoting::{name, name_of, quoted_line};
use crate::ballot::{HeldWhy, Reading};
use crate::decision::{Approval, Decision, Electorate, JudgedPost, Minus, PostWhy, Rule, State, Status, Why};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};

/// How many people are named before "and 4 others".
const NAMED: usize = 3;

/// `1 vote`, `3 votes`.
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A small number as a word, a larger one in digits.
fn number(count: u32) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    usize::try_from(count)
        .ok()
        .and_then(|index| WORDS.get(index))
        .map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// Why a decision is as it is, in a clause without a full stop: `3 binding +1, no objection`. With the decision at hand people are called
/// by the names they write under, else by what `why` holds.
pub fn why_in_words(why: &Why, decision: Option<&Decision>) -> String {
    match why {
        Why::AwaitingSilence => "no objection stands so far".to_owned(),
        Why::AwaitingVotes { missing } => format!("{} binding +1 missing so far", number(*missing)),
        Why::AwaitingWindow { plus } => {
            format!("{plus} binding +1, enough to pass when the minimum time is over")
        }
        Why::Blocked { by } => format!("blocked while the objection of {} stands", people(by, decision)),
        Why::AwaitingMailbox => "its time is over; the list's mail has not been read that far yet".to_owned(),
        Why::AwaitingAnswer { of } => format!("waiting for an answer of {}", people(of, decision)),
        Why::AwaitingMember => "waiting for the +1 of somebody on the roster".to_owned(),
        Why::NobodyObjected { window, plus: 0 } => format!("nobody objected in {}", moment::span(*window)),
        Why::NobodyObjected { window, plus } => {
            format!("nobody objected in {}, {plus} +1 besides", moment::span(*window))
        }
        Why::Approved { plus, minus: 0 } => format!("{plus} binding +1, no objection"),
        Why::Approved { plus, minus } => format!("{plus} binding +1, {minus} binding -1"),
        Why::Short { plus, needed } => {
            format!("{} binding +1 short ({plus} of {needed})", number(needed.saturating_sub(*plus)))
        }
        Why::Outvoted { plus, minus } => {
            format!("{plus} binding +1 and {minus} binding -1, where more +1 than -1 are needed")
        }
        Why::Objection { by, line } => format!("{} objected ({})", people(by, decision), quoted_line(line)),
        Why::UnansweredObjection { by, line } => format!(
            "what {} wrote ({}) may be an objection, and the question about it was not answered",
            people(by, decision),
            quoted_line(line)
        ),
        Why::Veto { by, line } => format!("{} vetoed it ({})", people(by, decision), quoted_line(line)),
        Why::NeverOpened => "nobody on the roster supported a stranger's proposal".to_owned(),
        Why::TakenBack => "taken back by its proposer".to_owned(),
        Why::Replaced => "another proposal replaces it".to_owned(),
        Why::AwaitingQuorum { missing } => format!("{} votes missing for a quorum so far", number(*missing)),
        Why::AwaitingLinger { plus, .. } => format!("{plus} binding +1, enough to pass if that stays so"),
        Why::NoQuorum { votes, needed } => format!("no quorum: {votes} of {needed} votes"),
        Why::ShareShort { plus, needed, share } => format!("{plus} binding +1, where {share} takes {needed}"),
        Why::Tied { votes } => format!("a tie, {votes} binding +1 and as many -1"),
        Why::ChairDecided { votes, chair, passed } => {
            let how = if *passed { "for" } else { "against" };
            let who = person(chair, decision);
            format!("a tie, {votes} binding +1 and as many -1, and {who}, who chairs, voted {how} it")
        }
        Why::VetoOverridden { plus, needed, by } => {
            format!("{plus} binding +1 of the {needed} that override the veto of {}", people(by, decision))
        }
        Why::ClosedByHand { plus, needed } => {
            format!("closed by its proposer with {plus} of {needed} binding +1")
        }
    }
}

/// The outcome as the first line of a result says it behind "Proposal 7".
pub fn outcome(state: &State) -> &'static str {
    match state {
        State::Open => "is open",
        State::Waiting { .. } => "is waiting",
        State::Passed { .. } => "PASSED",
        State::Failed { .. } => "FAILED",
        State::Objected { .. } => "was BLOCKED",
        State::Vetoed { .. } => "was VETOED",
        State::Withdrawn { .. } => "was WITHDRAWN",
        State::Superseded { .. } => "was REPLACED",
    }
}

/// What a rule asks for, in a clause: `3 binding +1, no standing objection, open for at least 72 hours`.
pub fn rule_in_words(rule: &Rule) -> String {
    let window = moment::span(rule.window);
    let unless = match (rule.minus, rule.reason_required) {
        (Minus::Veto, true) => "no binding -1 with a reason",
        (Minus::Veto, false) => "no binding -1",
        (Minus::Block, true) => "no standing -1 with a reason",
        (Minus::Block, false) => "no standing -1",
        (Minus::Count, _) => "",
    };
    match rule.approval {
        Approval::Silence => format!("passes unless somebody objects within {window}"),
        Approval::Votes { min_plus, majority, .. } => {
            let more = if majority { "more +1 than -1" } else { "" };
            let parts = [
                &format!("{min_plus} binding +1 or more"),
                more,
                unless,
                &format!("open for at least {window}"),
            ];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Whose votes bind, as the subject of a sentence.
pub fn electorate_in_words(electorate: &Electorate) -> String {
    match electorate {
        Electorate::Roster { roles } if roles.is_empty() => "the people on the list's roster".to_owned(),
        Electorate::Roster { roles } => {
            format!(
                "the people on the list's roster with the role {}",
                joined(&roles.iter().map(|role| name(role)).collect::<Vec<_>>(), "or")
            )
        }
        Electorate::Seats { seats } if seats.is_empty() => "the seats on the list's roster".to_owned(),
        Electorate::Seats { seats } => {
            format!("the seats {}", joined(&seats.iter().map(|seat| name(seat)).collect::<Vec<_>>(), "and"))
        }
        Electorate::Everyone => "everybody who writes to the list".to_owned(),
        Electorate::Claimed => "everybody who does not call their vote non-binding".to_owned(),
    }
}

/// Why a line is not counted as it stands, in a clause that follows "because".
pub fn held_in_words(why: HeldWhy) -> &'static str {
    match why {
        HeldWhy::Condition => "it depends on a condition that nobody else can check off, or is not cast yet",
        HeldWhy::Several => "it gives several votes on one question",
        HeldWhy::Agreement => "it may be a vote, or agreement with what somebody else wrote",
        HeldWhy::InWords => "it says so in words, and only a vote in figures is counted",
        HeldWhy::Uncertain => "it may be somebody else's words that your mail repeats, or no vote at all",
        HeldWhy::DigestReply => "it answers a digest, so it does not say which mail it is about",
        HeldWhy::UnknownAuthor => "the mail does not say with certainty who wrote it",
    }
}

/// What became of a post and why, in a clause; `None` where there is nothing to say of it.
pub fn post_in_words(post: &JudgedPost, decision: &Decision) -> Option<String> {
    let Some(why) = &post.why else { return status_in_words(post.status).map(str::to_owned) };
    Some(match why {
        PostWhy::NotElectorate => "not among those whose votes bind".to_owned(),
        PostWhy::ClaimsNonBinding => "says that it is non-binding".to_owned(),
        PostWhy::TakenAsBinding => "taken as binding: no claim was made and there is no roster".to_owned(),
        PostWhy::ReplacedBy(id) => format!("replaced by their later mail{}", of(id, decision)),
        PostWhy::WithdrawnBy(id) => format!("taken back by their later mail{}", of(id, decision)),
        PostWhy::AfterClose(close) => {
            format!("came {} after the close", moment::length(post.received.at.signed_duration_since(*close)))
        }
        PostWhy::NoReason => "a -1 needs a reason here, and none came in time".to_owned(),
        PostWhy::ReasonIn(id) => format!("the reason is in their mail{}", of(id, decision)),
        PostWhy::Held(why) => format!("not clear: {}", unclear(*why)),
        PostWhy::AnsweredBy(id) => format!("made clear by their later mail{}", of(id, decision)),
        PostWhy::TakesBack(id) => format!("takes back their mail{}", of(id, decision)),
        PostWhy::Cancels => "takes the proposal back".to_owned(),
        PostWhy::NotThroughList => "did not come through the list".to_owned(),
        PostWhy::Automatic(_) => "automatic mail".to_owned(),
        PostWhy::NotProposer => "only the proposer may do that".to_owned(),
        PostWhy::ProposerDoesNotCount => "the proposer's own vote does not count under this rule".to_owned(),
        PostWhy::DuplicateId => "another mail with this Message-ID came first".to_owned(),
        PostWhy::Refused(_) => "a command that was not followed".to_owned(),
        PostWhy::Followed => "a command that was followed".to_owned(),
        PostWhy::VoidBy(id) => format!("void: the text was changed by the mail{}", of(id, decision)),
        PostWhy::Nominee => "whom the proposal is about casts no vote".to_owned(),
        PostWhy::SeatVotedAgain(id) => format!("replaced by the same seat's later mail{}", of(id, decision)),
        PostWhy::UnknownAuthor => "the mail does not say with certainty who wrote it".to_owned(),
        PostWhy::StrangersObjection => "not on the roster: it held up the close, and is on record".to_owned(),
    })
}

fn status_in_words(status: Status) -> Option<&'static str> {
    match status {
        Status::Counted | Status::Advisory | Status::Ignored => None,
        Status::Superseded => Some("replaced by a later mail"),
        Status::Late => Some("came after the close"),
        Status::Unexplained => Some("a -1 needs a reason here, and none came in time"),
        Status::Unverified => Some("it could not be verified who wrote it"),
        Status::Held => Some("not clear, and the question was not answered"),
    }
}

/// The same as [`held_in_words`], said to the whole list.
fn unclear(why: HeldWhy) -> &'static str {
    match why {
        HeldWhy::Condition => "it depends on a condition, or is not cast yet",
        HeldWhy::Several => "it gives several votes on one question",
        HeldWhy::Agreement => "it may be a vote or agreement with a remark",
        HeldWhy::InWords => "it speaks in words, not in figures",
        HeldWhy::Uncertain => "it may be somebody else's words, or no vote",
        HeldWhy::DigestReply => "it answers a digest",
        HeldWhy::UnknownAuthor => "the author cannot be told",
    }
}

/// ` of 3 Nov 09:10:00`, where the decision knows the post.
fn of(id: &MessageId, decision: &Decision) -> String {
    let post = decision.posts.iter().find(|post| post.message_id == *id);
    post.map_or_else(String::new, |post| format!(" of {}", moment::short(post.received.at).trim_start()))
}

/// Names in a sentence; `by` holds roster ids, addresses or names.
pub fn people(by: &[String], decision: Option<&Decision>) -> String {
    joined(&by.iter().map(|who| person(who, decision)).collect::<Vec<_>>(), "and")
}

fn person(who: &str, decision: Option<&Decision>) -> String {
    let wrote = |post: &&JudgedPost| {
        post.member.as_deref() == Some(who)
            || post.author.address.as_ref().is_some_and(|address| address.as_str() == who)
    };
    let post = decision.and_then(|decision| decision.posts.iter().find(wrote));
    post.map_or_else(|| name(who), |post| name_of(&post.author))
}

fn joined(names: &[String], and: &str) -> String {
    match names {
        [] => "somebody".to_owned(),
        [one] => one.clone(),
        [some @ .., last] if names.len() <= NAMED => format!("{} {and} {last}", some.join(", ")),
        _ => {
            let some = names.get(..NAMED - 1).unwrap_or_default();
            format!("{} {and} {} others", some.join(", "), names.len() + 1 - NAMED)
        }
    }
}

/// How a reading stands in the table of votes: the vote with what the author wrote of its strength, or what it is instead.
pub fn vote_in_words(reading: &Reading) -> String {
    match reading {
        Reading::Cast(cast) if cast.strength.is_some() => {
            format!("{} ({})", cast.vote, super::quoting::cut(&super::quoting::clean(&cast.written), 8))
        }
        Reading::Cast(cast) => cast.vote.to_string(),
        Reading::Objects(_) => "objects".to_owned(),
        Reading::Withdraw(_) => "takes back".to_owned(),
        Reading::Held(_) => "?".to_owned(),
        Reading::Command { .. } => "command".to_owned(),
        Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => "-".to_owned(),
    }
}

/// The instant after which a missing reason makes a -1 void: the later of the close and the grace after the -1.
pub fn reason_deadline(decision: &Decision, since: DateTime<Utc>) -> DateTime<Utc> {
    let grace = since.checked_add_signed(decision.call.rule.reason_grace.delta());
    grace.map_or(decision.closes_at, |grace| grace.max(decision.closes_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Span;

    #[test]
    fn every_reason_is_a_clause_of_its_own() {
        let by = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let check = |why: Why, expect: &str| assert_eq!(why_in_words(&why, None), expect);
        check(Why::AwaitingSilence, "no objection stands so far");
        check(Why::AwaitingVotes { missing: 1 }, "one binding +1 missing so far");
        check(Why::AwaitingVotes { missing: 12 }, "12 binding +1 missing so far");
        check(Why::Approved { plus: 3, minus: 0 }, "3 binding +1, no objection");
        check(Why::Approved { plus: 5, minus: 2 }, "5 binding +1, 2 binding -1");
        check(Why::Short { plus: 2, needed: 3 }, "one binding +1 short (2 of 3)");
        check(Why::NobodyObjected { window: Span::hours(72), plus: 0 }, "nobody objected in 72 hours");
        check(
            Why::NobodyObjected { window: Span::days(7), plus: 2 },
            "nobody objected in 7 days, 2 +1 besides",
        );
        check(
            Why::Blocked { by: by(&["bob", "carol"]) },
            "blocked while the objection of bob and carol stands",
        );
        check(
            Why::Veto { by: by(&["a", "b", "c", "d"]), line: "-1: no".into() },
            "a, b and 2 others vetoed it (\"-1: no\")",
        );
        check(
            Why::Objection { by: by(&["bob@example.org"]), line: "-1: no".into() },
            "bob objected (\"-1: no\")",
        );
    }

    #[test]
    fn a_rule_is_said_in_one_clause() {
        let check = |profile: &str, expect: &str| {
            assert_eq!(Rule::profile(profile).map(|rule| rule_in_words(&rule)).as_deref(), Some(expect));
        };
        check("ovirt-minor", "passes unless somebody objects within 72 hours");
        check(
            "ovirt-substantial",
            "3 binding +1 or more, no standing -1 with a reason, open for at least 72 hours",
        );
        check("apache-majority", "3 binding +1 or more, more +1 than -1, open for at least 72 hours");
        check(
            "apache-consensus",
            "3 binding +1 or more, no binding -1 with a reason, open for at least 72 hours",
        );
    }
}
