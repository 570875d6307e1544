//! The record's reasons in English. Mails are worded by their templates; this is the one form that stays the same everywhere.

use crate::ballot::HeldWhy;
use crate::decision::{Decision, Electorate, PostWhy, Why};
use serde_json::{Map, Value};

/// The longest piece of a quoted line, in characters.
const LONGEST_QUOTE: usize = 60;

/// Why a decision is as it is, in one sentence without its full stop.
pub fn sentence(decision: &Decision) -> String {
    let mut text = reason(decision);
    let judged = !matches!(decision.why, Why::TakenBack | Why::Replaced | Why::NeverOpened);
    if judged && decision.call.rule.electorate == Electorate::Claimed {
        text.push_str("; without a roster every claim of \"(binding)\" is taken at its word and an unclaimed vote as binding");
    }
    text
}

/// The same without the remark on how claims are taken where there is no roster.
pub fn reason(decision: &Decision) -> String {
    let by = |names: &[String]| list(names);
    match &decision.why {
        Why::AwaitingSilence => "passes if nobody objects".to_owned(),
        Why::AwaitingVotes { missing } => format!("{} binding +1 short so far", number(*missing)),
        Why::AwaitingWindow { plus } => format!("{plus} binding +1, the minimum window is still running"),
        Why::Blocked { by: names } => format!("does not pass while {} objects", by(names)),
        Why::AwaitingMailbox => "the window is over; the mailbox has not been read that far yet".to_owned(),
        Why::AwaitingAnswer { of } if of.is_empty() => {
            "the close was postponed; nothing is awaited any more".to_owned()
        }
        Why::AwaitingAnswer { of } => format!("the close waits for an answer of {}", by(of)),
        Why::AwaitingMember => "waits for the +1 of somebody on the roster".to_owned(),
        Why::NobodyObjected { window, plus } => {
            let besides = if *plus == 0 { String::new() } else { format!(", {plus} binding +1") };
            let who = if decision.objections.is_empty() {
                "nobody objected"
            } else {
                "nobody who may object did so"
            };
            format!("{who} for {window}{besides}")
        }
        Why::Approved { plus, minus: 0 } if decision.objections.is_empty() => {
            format!("{plus} binding +1, no objection")
        }
        Why::Approved { plus, minus: 0 } => format!("{plus} binding +1, no objection that stops it"),
        Why::Approved { plus, minus } => format!("{plus} binding +1, {minus} binding -1"),
        Why::Short { plus, needed } => format!("{} binding +1 short", number(needed.saturating_sub(*plus))),
        Why::Outvoted { plus, minus } => format!("{plus} binding +1 against {minus} binding -1"),
        Why::Objection { by: names, line } => format!("blocked by {}: {}", by(names), quote(line)),
        Why::UnansweredObjection { by: names, line } => {
            format!("what may be an objection of {} stands unanswered: {}", by(names), quote(line))
        }
        Why::Veto { by: names, line } => format!("vetoed by {}: {}", by(names), quote(line)),
        Why::NeverOpened => "nobody on the roster supported a stranger's proposal".to_owned(),
        Why::TakenBack => "its proposer took it back".to_owned(),
        Why::Replaced => "another proposal replaces it".to_owned(),
        Why::AwaitingQuorum { missing } => format!("{} votes short of a quorum so far", number(*missing)),
        Why::AwaitingLinger { plus, until } => {
            let until = until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            format!("{plus} binding +1, passes if it is still approved at {until}")
        }
        Why::NoQuorum { votes, needed } => format!("no quorum: {votes} of {needed} votes"),
        Why::ShareShort { plus, needed, share } => {
            format!("{plus} of the {needed} binding +1 that make {share}")
        }
        Why::Tied { votes } => format!("a tie: {votes} binding +1 and as many -1"),
        Why::ChairDecided { votes, chair, passed } => {
            let how = if *passed { "for" } else { "against" };
            format!("a tie: {votes} binding +1 and as many -1; {chair}, who chairs, voted {how} it")
        }
        Why::VetoOverridden { plus, needed, by: names } => {
            format!("the veto of {} is overridden: {plus} binding +1 of the {needed} it takes", by(names))
        }
        Why::ClosedByHand { plus, needed } => {
            format!("closed by its proposer with {plus} of {needed} binding +1")
        }
    }
}

/// The code of a reason and its arguments.
pub(super) fn code(why: &Why) -> (String, Map<String, Value>) {
    let mut args = match serde_json::to_value(why) {
        Ok(Value::Object(args)) => args,
        _ => Map::new(),
    };
    let code =
        args.shift_remove("code").and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
    if matches!(why, Why::Approved { minus: 0, .. }) {
        args.shift_remove("minus");
    }
    (code, args)
}

/// Why a post has its status, in one sentence without its full stop.
pub fn post_sentence(why: &PostWhy) -> String {
    match why {
        PostWhy::NotElectorate => "not on the roster, or without the role, at the close".to_owned(),
        PostWhy::ClaimsNonBinding => "says of itself that it does not bind".to_owned(),
        PostWhy::TakenAsBinding => "no claim made: taken as binding, there being no roster".to_owned(),
        PostWhy::ReplacedBy(id) => format!("replaced by {id}"),
        PostWhy::WithdrawnBy(id) => format!("taken back by {id}"),
        PostWhy::AfterClose(at) => {
            format!("received after the close at {}", at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        }
        PostWhy::NoReason => "a -1 without its reason".to_owned(),
        PostWhy::ReasonIn(id) => format!("its reason stands in {id}"),
        PostWhy::Held(why) => held_sentence(*why).to_owned(),
        PostWhy::AnsweredBy(id) => format!("answered by {id}"),
        PostWhy::TakesBack(id) => format!("takes {id} back"),
        PostWhy::Cancels => "takes the proposal back".to_owned(),
        PostWhy::NotThroughList => "did not come through the list".to_owned(),
        PostWhy::Automatic(why) => why.clone(),
        PostWhy::NotProposer => "only the proposer may take the proposal back".to_owned(),
        PostWhy::ProposerDoesNotCount => "the rule does not count the proposer's own vote".to_owned(),
        PostWhy::DuplicateId => "another message under a Message-ID that was used before".to_owned(),
        PostWhy::Repeated => "the same mail as one before, under another Message-ID".to_owned(),
        PostWhy::Refused(_) => "a command that is not followed".to_owned(),
        PostWhy::Followed => "a command that was followed".to_owned(),
        PostWhy::VoidBy(id) => format!("void: {id} changed the text that was voted on"),
        PostWhy::Nominee => "whom the proposal is about casts no vote".to_owned(),
        PostWhy::SeatVotedAgain(id) => format!("replaced by {id} of the same seat"),
        PostWhy::UnknownAuthor => "its author cannot be told".to_owned(),
        PostWhy::StrangersObjection => "an objection of somebody who may not block".to_owned(),
    }
}

/// Why a reading is held, in one sentence without its full stop.
pub fn held_sentence(why: HeldWhy) -> &'static str {
    match why {
        HeldWhy::Condition => "a vote under a condition that nobody else can check off, or not yet cast",
        HeldWhy::Several => "several votes on one question",
        HeldWhy::Agreement => "agreement with a remark, which may or may not be a vote",
        HeldWhy::InWords => "an answer in words, without a vote",
        HeldWhy::Uncertain => "what may be somebody else's words, or no vote",
        HeldWhy::DigestReply => "a vote in reply to a digest",
        HeldWhy::UnknownAuthor => "a vote whose author cannot be told",
    }
}

fn number(count: u32) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = usize::try_from(count).ok().and_then(|count| WORDS.get(count));
    word.map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

fn list(names: &[String]) -> String {
    match names {
        [] => "somebody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn quote(line: &str) -> String {
    let cut: String = line.chars().take(LONGEST_QUOTE).collect();
    let rest = if cut.len() < line.len() { "…" } else { "" };
    format!("\"{cut}{rest}\"")
}
