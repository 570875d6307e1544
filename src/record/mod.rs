//! The published form of a decision: the JSON that every output shares. Keys are stable; new ones may be added.

mod announced;
mod canonical;
mod comparison;
mod discrepancy;
mod entry;
mod published;
mod rule_parameters;
mod words;

pub use announced::{AnnouncedVoterEntry, AnnouncedVotesEntry, DifferenceEntry, HumanEntry};
pub use comparison::{Agreement, Comparison};
pub use discrepancy::{Discrepancy, Unchecked, discrepancies, missing};
pub use entry::{AuthorEntry, PostEntry, ReadEntry, ReadingEntry, RemovedEntry, read_entry};
pub use published::{Published, PublishedAuthor, PublishedError, PublishedPost};
pub use rule_parameters::{Acts, ApprovalWord, CalendarWord, CloseWord, RuleParameters};
pub use words::{held_sentence, post_sentence, reason, sentence};

use crate::ballot::{Command, Reading, WordMeaning};
use crate::decision::{Decision, Electorate, Happening, RaisedFrom, Roster, State, Tally, Voter};
use crate::mail::{MessageId, message_id::hex};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A decision as it is published: one JSON object a proposal, its keys in this order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The version of this form.
    pub schema: u32,
    /// The version of plusone that decided.
    pub engine: String,
    /// The list's short name.
    pub list: String,
    /// The proposal's number on it.
    pub number: u32,
    /// 1, and one more for every amendment.
    pub revision: u32,
    /// The post that proposes.
    pub root: MessageId,
    /// Its subject with tags.
    pub subject: String,
    /// Who proposes.
    pub proposer: AuthorEntry,
    /// The kind the tag names.
    pub kind: String,
    /// The rule's name.
    pub rule: String,
    /// The rule's parameters.
    pub rule_parameters: RuleParameters,
    /// The stricter rule that `Proposal: substantial` raises it to, where somebody asked for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_to: Option<RaisedTo>,
    /// The blocked proposal that was raised to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_from: Option<RaisedFrom>,
    /// The list's zone, where somebody asked for more time and it is not UTC: business days are counted in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Tz>,
    /// SHA-256 of who the electorate was: the rule's electorate and the sorted ids of its members at the close (RFC 8785 form).
    pub electorate_sha256: String,
    /// How many the electorate had then, where a roster says so.
    pub electorate_size: Option<usize>,
    /// What words alone mean on the list (`+1`, `held`, `nothing`), by which its mail was read.
    pub words: BTreeMap<String, WordMeaning>,
    /// SHA-256 of the root's own words.
    pub text_sha256: String,
    /// When the list received the root, UTC.
    pub opened_at: DateTime<Utc>,
    /// When the window closes, as things stand, UTC.
    pub closes_at: DateTime<Utc>,
    /// When it closed, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// `open`, `waiting`, `passed`, `failed`, `vetoed`, `objected`, `withdrawn`, `superseded`.
    pub outcome: &'static str,
    /// Why, as a code.
    pub why_code: String,
    /// The code's arguments.
    pub why_args: Map<String, Value>,
    /// Why, in an English sentence.
    pub why: String,
    /// The votes that stand.
    pub tally: Tally,
    /// Every post, in the order of (receive instant, Message-ID).
    pub posts: Vec<PostEntry>,
    /// What happened, in order.
    pub events: Vec<Happening>,
    /// What a person announced.
    pub human_result: Option<HumanEntry>,
    /// SHA-256 of the RFC 8785 form of this object without this key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

/// The stricter rule that a proposal can be raised to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaisedTo {
    /// The kind.
    pub kind: String,
    /// The rule's name.
    pub rule: String,
    /// Its parameters.
    pub rule_parameters: RuleParameters,
}

/// The record of a decision. `roster` is the version in force at its close. A published record names members by their ids and everybody
/// else by name alone: no address.
pub fn record(decision: &Decision, roster: Option<&Roster>, published: bool) -> Record {
    let call = &decision.call;
    let at = decision.state.closed_at().unwrap_or(decision.read_through);
    let member = |address| roster.and_then(|roster| roster.member(address)).map(|member| member.id.clone());
    let proposer = Voter {
        author: call.proposer.clone(),
        member: call.proposer.address.as_ref().and_then(member),
        seat: None,
    };
    let (why_code, why_args) = words::code(&decision.why);
    let human = decision.human_result.as_ref().map(|result| HumanEntry::of(result, published));
    let mut record = Record {
        schema: 1,
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        list: call.list.clone(),
        number: call.number,
        revision: decision.revision,
        root: call.root.clone(),
        subject: call.subject.clone(),
        proposer: AuthorEntry::of(&proposer, published),
        kind: call.kind.clone(),
        rule: call.rule.name.clone(),
        rule_parameters: RuleParameters::of(&call.rule),
        raised_to: raised_to(decision),
        raised_from: call.raised_from.clone(),
        zone: zone(decision),
        electorate_sha256: electorate_sha256(&call.rule.electorate, roster, at),
        electorate_size: decision.electorate_size,
        words: decision.dialect.words.iter().cloned().collect(),
        text_sha256: call.text_sha256.clone(),
        opened_at: call.opened_at,
        closes_at: decision.closes_at,
        closed_at: decision.state.closed_at(),
        outcome: State::outcome(&decision.state),
        why_code,
        why_args,
        why: sentence(decision),
        tally: decision.tally,
        posts: decision.posts.iter().map(|post| PostEntry::of(post, published)).collect(),
        events: decision.events.clone(),
        human_result: human,
        sha256: String::new(),
    };
    record.sha256 = record.digest();
    record
}

/// The list's zone, where a post may ask for business days of it.
fn zone(decision: &Decision) -> Option<Tz> {
    let asks = |reading: &Reading| matches!(reading, Reading::Command { command: Command::Extend(_), .. });
    let zone = decision.call.zone;
    (zone != Tz::UTC && decision.posts.iter().any(|post| asks(&post.reading))).then_some(zone)
}

/// The stricter rule, where a post asks for it: without it that post cannot be judged again.
fn raised_to(decision: &Decision) -> Option<RaisedTo> {
    let asks = |reading: &Reading| matches!(reading, Reading::Command { command: Command::Substantial, .. });
    let (kind, rule) = decision.call.raised_to.as_deref()?;
    decision.posts.iter().any(|post| asks(&post.reading)).then(|| RaisedTo {
        kind: kind.clone(),
        rule: rule.name.clone(),
        rule_parameters: RuleParameters::of(rule),
    })
}

impl Record {
    /// The record as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256, in hexadecimal, of the RFC 8785 form of the record, which has no `sha256` yet.
    fn digest(&self) -> String {
        canonical_sha256(self)
    }
}

/// SHA-256, in hexadecimal, of the RFC 8785 form of what is JSON.
pub fn canonical_sha256(value: &impl Serialize) -> String {
    hex(&Sha256::digest(canonical::canonical(value)))
}

/// Who may cast a binding vote.
#[derive(Serialize)]
struct Voting<'a> {
    electorate: &'a Electorate,
    /// Sorted ids.
    members: Option<Vec<&'a str>>,
}

fn electorate_sha256(electorate: &Electorate, roster: Option<&Roster>, at: DateTime<Utc>) -> String {
    let members = match (electorate, roster) {
        (Electorate::Roster { roles }, Some(roster)) => {
            let holding = roster.members.iter().filter(|member| member.holds_any(roles, at));
            let mut ids: Vec<&str> = holding.map(|member| member.id.as_str()).collect();
            ids.sort_unstable();
            Some(ids)
        }
        _ => None,
    };
    canonical_sha256(&Voting { electorate, members })
}

#[cfg(test)]
mod tests;
