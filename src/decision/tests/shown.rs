//! What a case may expect of a decision, by its key.

use super::start;
use crate::decision::{Count, Decision, Difference, JudgedPost, Refused, State, Voter, Why};
use chrono::{DateTime, TimeDelta, Utc};

/// What a case may name of a decision.
pub(super) fn shown(decision: &Decision, key: &str) -> String {
    let after = |at: DateTime<Utc>| short(at - start());
    let names =
        |voters: &[Voter]| voters.iter().map(|voter| voter.author.name.clone()).collect::<Vec<_>>().join(",");
    let counts = |count: Count| format!("{}/{}/{}", count.plus, count.zero, count.minus);
    let code = |value: serde_json::Value| value["code"].as_str().unwrap_or_default().to_owned();
    let option = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    match key {
        "state" => decision.state.outcome().to_owned(),
        "closed" => option(decision.state.closed_at().map(after)),
        "closes" => after(decision.closes_at),
        "due" => option(decision.next_due.map(after)),
        "for" | "until" => match &decision.state {
            State::Waiting { awaited, until } if key == "for" => {
                let awaited = serde_json::to_value(awaited).unwrap();
                format!("{}:{}", awaited.as_str().unwrap(), option(until.map(after)))
            }
            State::Waiting { until, .. } => option(until.map(after)),
            _ => "-".to_owned(),
        },
        "by" => match &decision.state {
            State::Objected { by, .. } | State::Vetoed { by, .. } => names(by),
            _ => "-".to_owned(),
        },
        "why" => code(serde_json::to_value(&decision.why).unwrap()),
        "of" => match &decision.why {
            Why::AwaitingAnswer { of } => of.join(","),
            Why::Blocked { by } => by.join(","),
            _ => "-".to_owned(),
        },
        "missing" => match &decision.why {
            Why::AwaitingVotes { missing } => missing.to_string(),
            _ => "-".to_owned(),
        },
        // The arguments of the reason, in the order of their names.
        "args" => {
            let value = serde_json::to_value(&decision.why).unwrap();
            let args = value.as_object().unwrap().iter().filter(|(key, _)| *key != "code");
            let mut args: Vec<String> =
                args.map(|(key, value)| format!("{key}:{}", argument(value))).collect();
            args.sort_unstable();
            args.join(",")
        }
        "minimum" => after(decision.minimum_ends_at),
        "ends" => after(decision.ends_at),
        "revision" => decision.revision.to_string(),
        "rule" => decision.rule.name.clone(),
        "refused" => {
            let refused = decision.refused.iter();
            let word = |refused: &Refused| {
                format!(
                    "{}:{}",
                    refused.of.author.name,
                    refusal(&serde_json::to_value(&refused.why).unwrap())
                )
            };
            refused.map(word).collect::<Vec<_>>().join(",")
        }
        "seats" => {
            let seats = decision.posts.iter().skip(1).map(|post| option(post.seat.clone()));
            seats.collect::<Vec<_>>().join(",")
        }
        "tally" => counts(decision.tally.binding),
        "advisory" => counts(decision.tally.advisory),
        "electorate" => option(decision.electorate_size.map(|size| size.to_string())),
        "asked" => {
            let asked = decision.questions.iter().filter(|question| question.matters);
            asked.map(|question| question.of.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "listed" => {
            let listed = decision.questions.iter().filter(|question| !question.matters);
            listed.map(|question| question.of.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "objections" => {
            let standing = decision.objections.iter();
            standing.map(|objection| objection.by.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "events" => {
            decision.events.iter().map(|happening| happening.event.clone()).collect::<Vec<_>>().join(",")
        }
        "differs" => {
            let human = decision.human_result.iter().flat_map(|result| &result.differences);
            let word = |difference: &Difference| {
                let value = serde_json::to_value(difference).unwrap();
                let of = ["name", "vote"].iter().find_map(|key| value[key].as_str()).unwrap_or_default();
                format!("{}:{of}", value["code"].as_str().unwrap())
            };
            human.map(word).collect::<Vec<_>>().join(",")
        }
        "human" => option(decision.human_result.as_ref().and_then(|result| result.outcome.clone())),
        // The root is left out.
        "posts" => {
            let word =
                |post: &JudgedPost| serde_json::to_value(post.status).unwrap().as_str().unwrap().to_owned();
            decision.posts.iter().skip(1).map(word).collect::<Vec<_>>().join(",")
        }
        "whys" => {
            let word = |post: &JudgedPost| {
                option(post.why.as_ref().map(|why| code(serde_json::to_value(why).unwrap())))
            };
            decision.posts.iter().skip(1).map(word).collect::<Vec<_>>().join(",")
        }
        _ => panic!("a case cannot expect {key}"),
    }
}

/// An argument of a reason: instants as the time since the root, lists with a `+` between, spaces as `_`.
fn argument(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => short(at - start()),
            Err(_) => text.replace(' ', "_"),
        },
        serde_json::Value::Array(values) => values.iter().map(argument).collect::<Vec<_>>().join("+"),
        value => value.to_string(),
    }
}

/// A refusal with its argument: `too-often:3`.
fn refusal(value: &serde_json::Value) -> String {
    let word = value["refusal"].as_str().unwrap_or_default().to_owned();
    let argument = ["until", "most", "fault", "least"].iter().filter_map(|key| value.get(key)).map(argument);
    std::iter::once(word).chain(argument).collect::<Vec<_>>().join(":")
}

fn short(span: TimeDelta) -> String {
    match (span.num_minutes() / 60, span.num_minutes() % 60, span.num_seconds() % 60) {
        (hours, 0, 0) => format!("{hours}h"),
        (hours, 0, seconds) => format!("{hours}h{seconds}s"),
        (hours, minutes, 0) => format!("{hours}h{minutes}m"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}
