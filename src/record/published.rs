//! A record read back: what is needed of it to check it.

use super::{RuleParameters, canonical_sha256};
use crate::ballot::{Dialect, Vote, WordMeaning};
use crate::decision::{Happening, RaisedFrom, Rule, Status, Tally};
use crate::mail::{Address, InstantSource, MessageId};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the form that can be read.
const SCHEMA: u64 = 1;

/// A record as somebody hands it over: nothing in it is believed.
#[derive(Debug, Clone, Deserialize)]
pub struct Published {
    /// The version of plusone that says it made it.
    pub engine: String,
    /// The list's short name.
    pub list: String,
    /// The proposal's number on it.
    pub number: u32,
    /// The post that proposes.
    pub root: MessageId,
    /// Its subject with tags.
    pub subject: String,
    /// Who proposes.
    pub proposer: PublishedAuthor,
    /// The kind.
    pub kind: String,
    /// The rule's name.
    pub rule: String,
    rule_parameters: Value,
    #[serde(default)]
    raised_to: Option<PublishedRaise>,
    /// The blocked proposal that was raised to it.
    #[serde(default)]
    pub raised_from: Option<RaisedFrom>,
    /// The list's zone, where it is told.
    #[serde(default)]
    pub zone: Option<Tz>,
    /// What words alone mean on the list.
    #[serde(default)]
    words: BTreeMap<String, WordMeaning>,
    /// SHA-256 of who the electorate was.
    pub electorate_sha256: String,
    /// How many it had.
    #[serde(default)]
    pub electorate_size: Option<usize>,
    /// SHA-256 of the root's own words.
    pub text_sha256: String,
    /// When it opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// When its window closed, UTC.
    pub closes_at: DateTime<Utc>,
    /// When it closed, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// How.
    pub outcome: String,
    /// Why, as a code.
    pub why_code: String,
    /// The votes that stand.
    pub tally: Tally,
    /// The posts.
    pub posts: Vec<PublishedPost>,
    /// What happened.
    pub events: Vec<Happening>,
    /// What it says its own SHA-256 is.
    pub sha256: String,
    /// All of it.
    #[serde(skip)]
    pub whole: Value,
}

/// The stricter rule that it could be raised to.
#[derive(Debug, Clone, Deserialize)]
struct PublishedRaise {
    kind: String,
    rule: String,
    rule_parameters: Value,
}

/// One post of it.
#[derive(Debug, Clone, Deserialize)]
pub struct PublishedPost {
    /// Which.
    pub message_id: MessageId,
    /// Whose.
    pub author: PublishedAuthor,
    /// When the list received it, UTC.
    pub received_at: DateTime<Utc>,
    /// Which evidence that comes from.
    pub instant_from: InstantSource,
    /// SHA-256 of its own words.
    pub own_words_sha256: String,
    /// How it was read.
    pub reading: String,
    /// The vote it cast.
    pub vote: Option<Vote>,
    /// The line it was read from.
    pub line: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Whether it binds.
    pub binding: bool,
    /// Why.
    pub why: Option<String>,
}

/// Somebody as a record names them.
#[derive(Debug, Clone, Deserialize)]
pub struct PublishedAuthor {
    /// The display-name.
    pub name: String,
    /// The id on the roster.
    pub member: Option<String>,
    /// The address, which a published record does not hold.
    #[serde(default)]
    pub address: Option<Address>,
}

/// Why something is no record that can be checked.
#[derive(Debug, thiserror::Error)]
pub enum PublishedError {
    /// No JSON.
    #[error("it is not JSON: {0}")]
    NotJson(serde_json::Error),
    /// No record, or not a whole one.
    #[error("it is JSON, and no whole record of plusone's: {0}")]
    NotARecord(serde_json::Error),
    /// A later form.
    #[error(
        "it is of schema {0}; this plusone reads schema {SCHEMA}: check it with the version that made it"
    )]
    Schema(Value),
    /// A rule that is no rule.
    #[error("its rule_parameters are none that this plusone knows: {0}")]
    Rule(String),
}

impl Published {
    /// Reads a record.
    ///
    /// # Errors
    /// It is no JSON, no record, or of a form that is not known.
    pub fn read(json: &[u8]) -> Result<Self, PublishedError> {
        let whole: Value = serde_json::from_slice(json).map_err(PublishedError::NotJson)?;
        match whole.get("schema") {
            Some(schema) if schema.as_u64() != Some(SCHEMA) => {
                return Err(PublishedError::Schema(schema.clone()));
            }
            _ => {}
        }
        let mut read: Published =
            serde_json::from_value(whole.clone()).map_err(PublishedError::NotARecord)?;
        read.whole = whole;
        Ok(read)
    }

    /// Whether some JSON looks like a record, whole or not.
    pub fn is_one(json: &[u8]) -> bool {
        let value: Option<Value> = serde_json::from_slice(json).ok();
        let has = |key: &str| value.as_ref().is_some_and(|value| value.get(key).is_some());
        has("schema") && has("root") && has("posts")
    }

    /// The SHA-256 that it has: of its RFC 8785 form without `sha256`.
    pub fn digest(&self) -> String {
        let mut whole = self.whole.clone();
        if let Value::Object(object) = &mut whole {
            object.shift_remove("sha256");
        }
        canonical_sha256(&whole)
    }

    /// The rule that it says it was decided by.
    ///
    /// # Errors
    /// Its parameters are none that are known, or not all of them.
    pub fn rule(&self) -> Result<Rule, PublishedError> {
        rule_of(&self.rule, &self.rule_parameters)
    }

    /// The stricter rule that it could be raised to, with the name of its kind.
    ///
    /// # Errors
    /// Its parameters are none that are known, or not all of them.
    pub fn raised_to(&self) -> Result<Option<(String, Rule)>, PublishedError> {
        let Some(raise) = &self.raised_to else { return Ok(None) };
        Ok(Some((raise.kind.clone(), rule_of(&raise.rule, &raise.rule_parameters)?)))
    }

    /// How its list speaks.
    pub fn dialect(&self) -> Dialect {
        Dialect { words: self.words.iter().map(|(word, meaning)| (word.clone(), *meaning)).collect() }
    }

    /// Whether it is as it is mailed: without addresses.
    pub fn is_published(&self) -> bool {
        let proposer = self.whole.get("proposer");
        proposer.is_none_or(|proposer| proposer.get("address").is_none())
    }

    /// When it says the list heard that it is open, UTC.
    pub fn told_at(&self) -> Option<DateTime<Utc>> {
        self.events.iter().find(|event| event.event == "told").map(|event| event.at)
    }
}

/// The rule of that name with the parameters of a record. A parameter that is not known would not be kept to.
fn rule_of(name: &str, parameters: &Value) -> Result<Rule, PublishedError> {
    let wrong = |error: serde_json::Error| PublishedError::Rule(error.to_string());
    let rule = serde_json::from_value::<RuleParameters>(parameters.clone()).map_err(wrong)?.rule(name);
    let known = serde_json::to_value(RuleParameters::of(&rule)).map_err(wrong)?;
    let keys = parameters.as_object().into_iter().flatten().map(|(key, _)| key);
    match keys.into_iter().find(|key| known.get(key.as_str()).is_none()) {
        Some(key) => Err(PublishedError::Rule(format!("unknown parameter {key:?}"))),
        None => Ok(rule),
    }
}
