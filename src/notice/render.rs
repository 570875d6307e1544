//! A notice → its mail.

use super::draft::{Draft, Letter, RenderError, token};
use super::outcome::Resulting;
use super::owed::first_objecting_post;
use super::said::{Asking, Objecting, Opened};
use super::{Kind, Notice, Recipient, Templates, Voice, quoting};
use crate::decision::{Decision, Objection, Question};
use crate::mail::{Address, MessageId, Post};
use chrono::{DateTime, Utc};
use minijinja::Value;

/// Puts a notice into words and headers. The same arguments give the same bytes.
///
/// `root` is the post that opened the proposal, `about` the one that the notice is about, `record_json` the record to attach to a
/// result, `now` what goes into `Date`.
///
/// # Errors
/// Where the notice does not fit the decision (an objection that no longer stands, a question that is not asked), an address cannot be
/// mailed to, or the record is no JSON object with a `sha256`.
#[allow(clippy::too_many_arguments)] // Each is one thing that a mail is made of, and they come from eight places.
pub fn render(
    notice: &Notice,
    decision: &Decision,
    root: &Post,
    about: Option<&Post>,
    voice: &Voice,
    templates: &Templates,
    record_json: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Draft, RenderError> {
    let record = match record_json {
        Some(json) if notice.kind == Kind::Result => {
            Some((attachment_name(decision), json, sha256_of(json)?))
        }
        _ => None,
    };
    let described = record.as_ref().map(|(name, _, sha256)| (name.clone(), sha256.clone()));
    let values = match notice.kind {
        Kind::Opened => Opened::of(decision, voice).values(),
        Kind::Question => Asking::of(question(notice, decision)?, decision, voice).values(),
        Kind::Objected => Objecting::of(objection(notice, decision)?, decision, voice).values(),
        Kind::Result => Resulting::of(decision, voice, described).values(),
        kind => return Err(RenderError::Kind(kind)),
    };
    let letter = Letter {
        message_id: voice.message_id(notice, decision.call.number)?,
        to: addressee(notice, decision),
        subject: subject(notice.kind, decision),
        in_reply_to: Some(answered(notice, root, about)),
        references: references(notice, root, about),
        replied: notice.kind == Kind::Question,
        mark: mark(notice.kind, voice, decision.call.number, notice.revision),
        body: templates.rendered(&voice.language, notice.kind.as_str(), values)?,
        record: record.map(|(name, json, _)| (name, json)),
        now,
    };
    letter.drafted(voice)
}

/// The value of `X-Plusone-Notice`: kind, list, number and revision. For people and filters; it proves nothing.
pub(super) fn mark(kind: Kind, voice: &Voice, number: u32, revision: u32) -> String {
    format!("{} {} {number} {revision}", kind.as_str(), token(&voice.list_name))
}

/// Renders what a template says, for those who have the values at hand.
pub(super) fn text(
    templates: &Templates,
    voice: &Voice,
    kind: Kind,
    values: Value,
) -> Result<String, RenderError> {
    templates.rendered(&voice.language, kind.as_str(), values)
}

fn subject(kind: Kind, decision: &Decision) -> String {
    let mark = if kind == Kind::Result { "[RESULT]" } else { "Re:" };
    format!("{mark} {}", quoting::header(&decision.call.subject))
}

fn addressee<'a>(notice: &'a Notice, decision: &'a Decision) -> Option<(&'a str, &'a Address)> {
    let Recipient::Author(address) = &notice.to else { return None };
    let name = decision.questions.iter().find(|question| Some(&question.post) == notice.post.as_ref());
    Some((name.map_or("", |question| question.of.author.name.as_str()), address))
}

/// In-Reply-To: a question answers the post in question, everything else the root.
fn answered<'a>(notice: &'a Notice, root: &'a Post, about: Option<&'a Post>) -> &'a MessageId {
    let post = about.map(|post| &post.message_id).or(notice.post.as_ref());
    post.filter(|_| notice.kind == Kind::Question).unwrap_or(&root.message_id)
}

/// References (RFC 5322 §3.6.4): what the root refers to, the root, and for a question the post.
fn references<'a>(notice: &'a Notice, root: &'a Post, about: Option<&'a Post>) -> Vec<&'a MessageId> {
    let chain = root.parents.iter().rev().chain([&root.message_id, answered(notice, root, about)]);
    let mut references: Vec<&MessageId> = Vec::new();
    for id in chain {
        if !references.contains(&id) {
            references.push(id);
        }
    }
    references
}

fn question<'a>(notice: &Notice, decision: &'a Decision) -> Result<&'a Question, RenderError> {
    let found = decision.questions.iter().find(|question| Some(&question.post) == notice.post.as_ref());
    found.ok_or_else(|| no_post(notice))
}

fn objection<'a>(notice: &Notice, decision: &'a Decision) -> Result<&'a Objection, RenderError> {
    let first =
        |objection: &&Objection| Some(first_objecting_post(decision, objection)) == notice.post.as_ref();
    decision.objections.iter().find(first).ok_or_else(|| no_post(notice))
}

fn no_post(notice: &Notice) -> RenderError {
    RenderError::NoPost(notice.post.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string))
}

fn attachment_name(decision: &Decision) -> String {
    format!("plusone-{}-{}.json", token(&decision.call.list), decision.call.number)
}

/// The record's own hash, which is over the canonical form of the rest of it.
fn sha256_of(json: &str) -> Result<String, RenderError> {
    let record: serde_json::Value =
        serde_json::from_str(json).map_err(|error| RenderError::Record(error.to_string()))?;
    let hash = record.get("sha256").and_then(serde_json::Value::as_str);
    let hash = hash.filter(|hash| hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()));
    hash.map(str::to_owned).ok_or_else(|| RenderError::Record("it holds no sha256".to_owned()))
}
