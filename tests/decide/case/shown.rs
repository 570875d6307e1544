//! What a case may name of a decision, in its words.

use super::{DateTime, Utc};
use chrono::TimeDelta;
use plusone::decision::{Count, Decision, Difference, Refused, State, Voter, Why};
use plusone::mail::MessageId;
use serde_json::Value;

/// What stands behind a key.
pub fn shown(decision: &Decision, key: &str) -> String {
    let start = decision.call.opened_at;
    at(decision, key, start)
        .or_else(|| state(decision, key, start))
        .or_else(|| people(decision, key, start))
        .or_else(|| said(decision, key))
        .or_else(|| posts(decision, key))
        .unwrap_or_else(|| panic!("a case cannot expect {key}"))
}

fn json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn option(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

fn names<'a>(voters: impl IntoIterator<Item = &'a Voter>) -> String {
    joined(voters.into_iter().map(|voter| voter.author.name.clone()))
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(",")
}

/// Instants.
fn at(decision: &Decision, key: &str, start: DateTime<Utc>) -> Option<String> {
    let after = |at: DateTime<Utc>| short(at - start);
    Some(match key {
        "closed" => option(decision.state.closed_at().map(after)),
        "closes" => after(decision.closes_at),
        "due" => option(decision.next_due.map(after)),
        "minimum" => after(decision.minimum_ends_at),
        "ends" => after(decision.ends_at),
        "for" => match &decision.state {
            State::Waiting { awaited, until } => {
                format!("{}:{}", word(&json(awaited)), option(until.map(after)))
            }
            _ => "-".to_owned(),
        },
        _ => return None,
    })
}

/// The state and what it follows from.
fn state(decision: &Decision, key: &str, start: DateTime<Utc>) -> Option<String> {
    let counts = |count: Count| format!("{}/{}/{}", count.plus, count.zero, count.minus);
    Some(match key {
        "state" => decision.state.outcome().to_owned(),
        "why" => word(&json(&decision.why)["code"]),
        "missing" => match &decision.why {
            Why::AwaitingVotes { missing } => missing.to_string(),
            _ => "-".to_owned(),
        },
        "args" => {
            let why = json(&decision.why);
            let args = why.as_object().into_iter().flatten().filter(|(key, _)| *key != "code");
            let mut args: Vec<String> =
                args.map(|(key, value)| format!("{key}:{}", argument(value, start))).collect();
            args.sort_unstable();
            args.join(",")
        }
        "not_voted" => decision.not_voted.join(","),
        "revision" => decision.revision.to_string(),
        "rule" => decision.rule.name.clone(),
        "tally" => counts(decision.tally.binding),
        "advisory" => counts(decision.tally.advisory),
        "electorate" => option(decision.electorate_size.map(|size| size.to_string())),
        "events" => joined(decision.events.iter().map(|happening| happening.event.clone())),
        "human" => option(decision.human_result.as_ref().and_then(|result| result.outcome.clone())),
        "differs" => {
            let human = decision.human_result.iter().flat_map(|result| &result.differences);
            joined(human.map(|difference: &Difference| {
                let value = json(difference);
                let of = ["name", "vote"].iter().find_map(|key| value[key].as_str()).unwrap_or_default();
                format!("{}:{of}", word(&value["code"]))
            }))
        }
        _ => return None,
    })
}

/// Who does what, is asked what, or is refused.
fn people(decision: &Decision, key: &str, start: DateTime<Utc>) -> Option<String> {
    let questions = |matters| decision.questions.iter().filter(move |question| question.matters == matters);
    Some(match key {
        "by" => match &decision.state {
            State::Objected { by, .. } | State::Vetoed { by, .. } => names(by),
            _ => "-".to_owned(),
        },
        "of" => match &decision.why {
            Why::AwaitingAnswer { of } => of.join(","),
            Why::Blocked { by } => by.join(","),
            _ => "-".to_owned(),
        },
        "asked" => names(questions(true).map(|question| &question.of)),
        "listed" => names(questions(false).map(|question| &question.of)),
        "objections" => names(decision.objections.iter().map(|objection| &objection.by)),
        "refused" => joined(decision.refused.iter().map(|refused: &Refused| {
            format!("{}:{}", refused.of.author.name, refusal(&json(&refused.why), start))
        })),
        _ => return None,
    })
}

/// What is asked, what is objected and what is voted on, each with what belongs to it.
fn said(decision: &Decision, key: &str) -> Option<String> {
    Some(match key {
        "questions" => joined(decision.questions.iter().map(|question| {
            let about = json(question.about);
            let why = about["why"].as_str().map(|why| format!("-{why}")).unwrap_or_default();
            let answer = question.answered_by.as_ref().map(|post| format!(">{}", local(post)));
            let about = format!("{}{why}", word(&about["about"]));
            format!("{}:{about}{}", question.of.author.name, answer.unwrap_or_default())
        })),
        "standing" => joined(decision.objections.iter().map(|objection| {
            let what = objection.vote.map_or("words", |vote| vote.as_str());
            let explained = if objection.explained { "explained" } else { "bare" };
            let blocks = if objection.blocks { "blocks" } else { "advises" };
            format!("{}:{what}:{explained}:{blocks}", objection.by.author.name)
        })),
        "texts" => joined(decision.revisions.iter().map(|revision| local(&revision.post))),
        _ => return None,
    })
}

/// The place of a post among the posts: `root`, `1`, `2` …
fn local(post: &MessageId) -> String {
    let id = post.as_str().trim_matches(['<', '>']);
    id.split('@').next().unwrap_or_default().to_owned()
}

/// A word a post, in their order, without the root.
fn posts(decision: &Decision, key: &str) -> Option<String> {
    let posts = || decision.posts.iter().filter(|post| post.message_id != decision.call.root);
    Some(match key {
        "posts" => joined(posts().map(|post| post.status.as_str().to_owned())),
        "whys" => joined(posts().map(|post| option(post.why.as_ref().map(|why| word(&json(why)["code"]))))),
        "binding" => joined(posts().map(|post| if post.binding { "yes" } else { "no" }.to_owned())),
        "members" => joined(posts().map(|post| option(post.member.clone()))),
        "seats" => joined(posts().map(|post| option(post.seat.clone()))),
        _ => return None,
    })
}

/// An argument of a reason: instants as the time since the root, lists with a `+` between, spaces as `_`.
fn argument(value: &Value, start: DateTime<Utc>) -> String {
    match value {
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => short(at - start),
            Err(_) => text.replace(' ', "_"),
        },
        Value::Array(values) => {
            values.iter().map(|value| argument(value, start)).collect::<Vec<_>>().join("+")
        }
        value => value.to_string(),
    }
}

/// A refusal with its argument: `too-often:3`.
fn refusal(value: &Value, start: DateTime<Utc>) -> String {
    let arguments = ["until", "most", "fault", "least"].iter().filter_map(|key| value.get(key));
    let arguments = arguments.map(|value| argument(value, start));
    std::iter::once(word(&value["refusal"])).chain(arguments).collect::<Vec<_>>().join(":")
}

fn short(span: TimeDelta) -> String {
    match (span.num_minutes() / 60, span.num_minutes() % 60, span.num_seconds() % 60) {
        (hours, 0, 0) => format!("{hours}h"),
        (hours, 0, seconds) => format!("{hours}h{seconds}s"),
        (hours, minutes, 0) => format!("{hours}h{minutes}m"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}
