//! Where a record and what an archive gives differ.

use super::{PostEntry, Published, PublishedPost, Record};
use crate::mail::MessageId;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// One thing that the record says and the archive does not bear out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discrepancy {
    /// What kind: `record-hash`, `post-missing`, `post-unrecorded`, `own-words`, …; else the record's key.
    pub code: String,
    /// The post, where it is about one.
    pub post: Option<MessageId>,
    /// What the record says.
    pub recorded: Value,
    /// What the archive gives.
    pub recomputed: Value,
    /// In an English sentence without its full stop.
    pub why: String,
}

/// What cannot be compared, and is said to be so elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unchecked {
    /// Who the electorate was: there is no roster to tell.
    pub electorate: bool,
    /// Sentences and keys that only the same version of plusone writes alike.
    pub other_engine: bool,
}

/// Keys of the whole that are not compared: of the archive's own numbering, or compared apart.
const APART: [&str; 6] = ["schema", "engine", "list", "number", "posts", "sha256"];
/// Keys of a post that are not compared: its instants have been compared before, and what follows depends on how a copy came.
const OF_THE_COPY: [&str; 3] = ["instant_from", "line_number", "message_id"];

/// Everything in which a record differs from the one that the archive gives.
pub fn discrepancies(published: &Published, recomputed: &Record, unchecked: Unchecked) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let ours = serde_json::to_value(recomputed).unwrap_or_default();
    let empty = Map::new();
    let (theirs, ours) = (published.whole.as_object().unwrap_or(&empty), ours.as_object().unwrap_or(&empty));
    for (key, recorded, recomputed) in differing(theirs, ours, &APART, unchecked) {
        if key == "electorate_sha256" && unchecked.electorate {
            continue;
        }
        found.push(Discrepancy {
            why: of_the_whole(&key, &recorded, &recomputed),
            code: key,
            post: None,
            recorded,
            recomputed,
        });
    }
    found.extend(of_posts(published, recomputed, unchecked));
    found
}

/// The keys in which two objects differ, with both values.
fn differing(
    theirs: &Map<String, Value>,
    ours: &Map<String, Value>,
    apart: &[&str],
    unchecked: Unchecked,
) -> Vec<(String, Value, Value)> {
    let keys: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let differs = |key: &&String| {
        let both = theirs.contains_key(*key) && ours.contains_key(*key);
        let of_engine = unchecked.other_engine && (*key == "why" || !both);
        !apart.contains(&key.as_str()) && !of_engine && !same(theirs.get(*key), ours.get(*key))
    };
    let of = |object: &Map<String, Value>, key: &String| object.get(key).cloned().unwrap_or_default();
    keys.into_iter().filter(differs).map(|key| (key.clone(), of(theirs, key), of(ours, key))).collect()
}

/// Whether two values are the same; who wrote something is, whichever header names them.
fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    fn plain(value: Option<&Value>) -> Option<Value> {
        let mut value = value?.clone();
        without_evidence(&mut value);
        Some(value)
    }
    a == b || plain(a) == plain(b)
}

fn without_evidence(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove("evidence");
            object.values_mut().for_each(without_evidence);
        }
        Value::Array(values) => values.iter_mut().for_each(without_evidence),
        _ => {}
    }
}

fn of_posts(published: &Published, recomputed: &Record, unchecked: Unchecked) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let mut ours = HashMap::<&MessageId, VecDeque<&PostEntry>>::new();
    for post in &recomputed.posts {
        ours.entry(&post.message_id).or_default().push_back(post);
    }
    let theirs = published.whole.get("posts").and_then(Value::as_array);
    for (whole, post) in theirs.into_iter().flatten().zip(&published.posts) {
        // A post that the archive lacks has been told of where it was looked for.
        let Some(entry) = ours.get_mut(&post.message_id).and_then(VecDeque::pop_front) else { continue };
        let entry = serde_json::to_value(entry).unwrap_or_default();
        let (Some(theirs), Some(ours)) = (whole.as_object(), entry.as_object()) else { continue };
        for (key, recorded, recomputed) in differing(theirs, ours, &OF_THE_COPY, unchecked) {
            let code = key.trim_end_matches("_sha256").replace('_', "-");
            let line = ours.get("line").and_then(Value::as_str);
            let why = of_a_post(post, &key, &recorded, &recomputed, line);
            found.push(Discrepancy { code, post: Some(post.message_id.clone()), recorded, recomputed, why });
        }
    }
    for post in ours.into_values().flatten() {
        found.push(unrecorded(post));
    }
    found.sort_by(|a, b| a.post.cmp(&b.post));
    found
}

/// A post that the archive has and the record leaves out.
fn unrecorded(post: &PostEntry) -> Discrepancy {
    let name = &post.author.name;
    let said = match (post.vote(), post.line()) {
        (Some(vote), Some(line)) => format!("it votes {vote}: \"{line}\""),
        (_, Some(line)) => format!("it is read as {}: \"{line}\"", post.reading()),
        _ => format!("it is read as {}", post.reading()),
    };
    Discrepancy {
        code: "post-unrecorded".to_owned(),
        post: Some(post.message_id.clone()),
        recorded: Value::Null,
        recomputed: serde_json::to_value(post).unwrap_or_default(),
        why: format!(
            "the archive has a mail of {name}'s in this thread, received in time at {}, which the record leaves out; {said}",
            instant(post.received_at)
        ),
    }
}

/// A post that the record has and the archive lacks.
pub fn missing(post: &PublishedPost, why: &str) -> Discrepancy {
    let told = match post.vote {
        Some(vote) => format!("whose {vote} the record has as {}", post.status.as_str()),
        None => format!("which the record has as {}", post.status.as_str()),
    };
    Discrepancy {
        code: "post-missing".to_owned(),
        post: Some(post.message_id.clone()),
        recorded: Value::String(post.own_words_sha256.clone()),
        recomputed: Value::Null,
        why: format!("the mail of {}, {told}, {why}", post.author.name),
    }
}

fn of_the_whole(key: &str, recorded: &Value, recomputed: &Value) -> String {
    let what = match key {
        "text_sha256" => return "the text that was voted on is another: the root's own words have another sha256 in the archive".into(),
        "electorate_sha256" => return "the electorate is another: by this roster other members, or another rule of who may vote".into(),
        "electorate_size" => "the size of the electorate",
        "outcome" => "the outcome",
        "why_code" => "the reason of the outcome",
        "why_args" => "what the reason says",
        "why" => "the reason in words",
        "closes_at" => "the end of the window",
        "closed_at" => "the close",
        "opened_at" => "the opening",
        "tally" => return format!("the tally is {} by the record and {} by the archive", tally(recorded), tally(recomputed)),
        "proposer" => "the proposer",
        "rule" => "the rule",
        "rule_parameters" => "the rule's parameters",
        "subject" => "the subject",
        "kind" => "the kind",
        "revision" => "the revision",
        "events" => return format!("what happened is another: {}", first_event(recorded, recomputed)),
        "human_result" => return "what a person announced is another".into(),
        key => return format!("{key} is {} by the record and {} by the archive", shown(recorded), shown(recomputed)),
    };
    format!("{what} is {} by the record and {} by the archive", shown(recorded), shown(recomputed))
}

fn of_a_post(
    post: &PublishedPost,
    key: &str,
    recorded: &Value,
    recomputed: &Value,
    line: Option<&str>,
) -> String {
    let name = &post.author.name;
    match key {
        "own_words_sha256" => {
            let lines = match (post.line.as_deref(), line) {
                (Some(recorded), Some(now)) if recorded == now => {
                    format!("; the line it was read from, \"{now}\", is the same")
                }
                (recorded, now) => {
                    let line =
                        |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("\"{line}\""));
                    format!("; it was read from {}, the archive has {}", line(recorded), line(now))
                }
            };
            format!("{name}'s own words are not the ones that were recorded (another sha256){lines}")
        }
        "author" => format!(
            "its author is {} by the record and {} by the archive",
            author(recorded),
            author(recomputed)
        ),
        "received_at" => format!(
            "it was received at {} by the record and at {} by the archive",
            shown(recorded),
            shown(recomputed)
        ),
        key => {
            let what = key.replace('_', " ");
            format!(
                "{name}'s {what} is {} by the record and {} by the archive",
                shown(recorded),
                shown(recomputed)
            )
        }
    }
}

fn author(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match text("member") {
        Some(member) => format!("{} (member {member})", text("name").unwrap_or("nobody")),
        None => format!("{} (no member)", text("name").unwrap_or("nobody")),
    }
}

fn tally(value: &Value) -> String {
    let of = |whose: &str, vote: &str| {
        value.get(whose).and_then(|count| count.get(vote)).map_or(0, |n| n.as_u64().unwrap_or(0))
    };
    let count = |whose: &str| {
        format!("{} +1, {} 0, {} -1 {whose}", of(whose, "plus"), of(whose, "zero"), of(whose, "minus"))
    };
    format!("{}, {}", count("binding"), count("advisory"))
}

fn first_event(recorded: &Value, recomputed: &Value) -> String {
    let of = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (theirs, ours) = (of(recorded), of(recomputed));
    let at = theirs.iter().zip(&ours).take_while(|(a, b)| a == b).count();
    let told = |event: Option<&Value>| {
        let text = |key: &str| Some(event?.get(key)?.as_str()?.to_owned());
        match (text("event"), text("at")) {
            (Some(event), Some(at)) => format!("{event} at {at}"),
            _ => "nothing more".to_owned(),
        }
    };
    format!("the record goes on with {}, the archive with {}", told(theirs.get(at)), told(ours.get(at)))
}

/// A value for people: text as it is, all else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        value => value.to_string(),
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
