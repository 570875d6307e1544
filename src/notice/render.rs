//! A notice → its mail.

use super::draft::{Draft, Letter, RenderError, token};
use super::outcome::{Correcting, Differs, Ended, Resulting};
use super::owed::{REFUSED, asks_for_status, day, first_objecting_post};
use super::said::{Asking, Objecting, Opened, Refuses, Turned};
use super::standing::Standing;
use super::templates::value;
use super::{Kind, Notice, Recipient, Templates, Voice, quoting};
use crate::decision::{Decision, HumanResult, Objection, Question, Refused};
use crate::mail::{Address, MessageId, Post};
use chrono::{DateTime, Utc};
use minijinja::Value;

/// A record that is longer, in octets, is not attached: a server that takes no mail of ten megabytes would refuse the result for good.
const LONGEST_RECORD: usize = 500_000;

/// What a notice is about.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The decision that owes it; for a correction the published one.
    pub decision: &'a Decision,
    /// For a correction: the decision as it would be with the mail that surfaced.
    pub again: Option<&'a Decision>,
    /// The post that opened the proposal.
    pub root: &'a Post,
    /// The post that the notice is about, where it is at hand.
    pub post: Option<&'a Post>,
    /// The record to attach to a result, as JSON.
    pub record: Option<&'a str>,
}

/// Puts a notice into words and headers, `now` going into `Date`. The same arguments give the same bytes.
///
/// # Errors
/// Where the notice does not fit the decision (an objection that no longer stands, a question that is not asked), an address cannot be
/// mailed to, or the record is no JSON object with a `sha256`.
pub fn render(
    notice: &Notice,
    matter: &Matter<'_>,
    voice: &Voice,
    templates: &Templates,
    now: DateTime<Utc>,
) -> Result<Draft, RenderError> {
    let decision = matter.decision;
    let record = match matter.record {
        Some(json) if notice.kind == Kind::Result => {
            Some((attachment_name(decision), json, sha256_of(json)?))
        }
        _ => None,
    };
    let fits = |json: &str| json.len() <= LONGEST_RECORD;
    let described =
        record.as_ref().map(|(name, json, sha256)| (fits(json).then(|| name.clone()), sha256.clone()));
    let letter = Letter {
        message_id: voice.message_id(notice, decision.call.number)?,
        to: addressee(notice, decision),
        subject: subject(notice.kind, decision),
        in_reply_to: Some(answered(notice, matter)),
        references: references(notice, matter),
        replied: matches!(notice.kind, Kind::Question | Kind::Status | Kind::Differs),
        mark: mark(notice.kind, voice, decision.call.number, notice.revision),
        body: templates.rendered(
            voice.language,
            template(notice),
            values(notice, matter, voice, described)?,
        )?,
        record: record.filter(|(_, json, _)| fits(json)).map(|(name, json, _)| (name, json)),
        now,
    };
    letter.drafted(voice)
}

/// The stem of its template's file name.
fn template(notice: &Notice) -> &'static str {
    if notice.kind == Kind::Question && notice.ordinal == REFUSED { "refused" } else { notice.kind.as_str() }
}

/// What its template is given.
fn values(
    notice: &Notice,
    matter: &Matter<'_>,
    voice: &Voice,
    record: Option<(Option<String>, String)>,
) -> Result<Value, RenderError> {
    let decision = matter.decision;
    let post = notice.post.as_ref();
    Ok(match notice.kind {
        Kind::Opened => value(Opened::of(decision, voice)),
        Kind::Question if notice.ordinal == REFUSED => {
            value(Refuses::of(refused(notice, decision)?, decision, voice))
        }
        Kind::Question => value(Asking::of(question(notice, decision)?, decision, voice)),
        Kind::Objected => value(Objecting::of(objection(notice, decision)?, decision, voice)),
        Kind::Reminder | Kind::Status => value(Standing::of(notice.ordinal, decision, voice)),
        Kind::Extended | Kind::Amended | Kind::Raised => value(Turned::of(post, decision, voice)),
        Kind::Withdrawn | Kind::FollowUp => value(Ended::of(decision, voice)),
        Kind::Result => value(Resulting::of(decision, voice, record)),
        Kind::Differs => value(Differs::of(announcement(notice, decision)?, decision, voice)),
        Kind::Correction => {
            let again = matter.again.ok_or(RenderError::Kind(Kind::Correction))?;
            value(Correcting::of(decision, again, voice))
        }
        Kind::Digest => return Err(RenderError::Kind(Kind::Digest)),
    })
}

/// The value of `X-Plusone-Notice`: kind, list, number and revision. For people and filters; it proves nothing.
pub(super) fn mark(kind: Kind, voice: &Voice, number: u32, revision: u32) -> String {
    format!("{} {} {number} {revision}", kind.as_str(), token(&voice.list_name))
}

fn subject(kind: Kind, decision: &Decision) -> String {
    let mark = if kind == Kind::Result { "[RESULT]" } else { "Re:" };
    format!("{mark} {}", quoting::header(&decision.call.subject))
}

fn addressee<'a>(notice: &'a Notice, decision: &'a Decision) -> Option<(&'a str, &'a Address)> {
    let Recipient::Author(address) = &notice.to else { return None };
    let asked = decision.questions.iter().map(|question| (&question.post, &question.of));
    let refused = decision.refused.iter().map(|refused| (&refused.post, &refused.of));
    let whom = asked.chain(refused).find(|(post, _)| Some(*post) == notice.post.as_ref());
    Some((whom.map_or("", |(_, whom)| whom.author.name.as_str()), address))
}

/// In-Reply-To: what answers somebody's post answers that post, everything else the root.
fn answered<'a>(notice: &'a Notice, matter: &Matter<'a>) -> &'a MessageId {
    let (decision, root) = (matter.decision, &matter.root.message_id);
    match notice.kind {
        Kind::Question | Kind::Differs => {
            matter.post.map(|post| &post.message_id).or(notice.post.as_ref()).unwrap_or(root)
        }
        Kind::Status => {
            let that_day = |post: &&crate::decision::JudgedPost| {
                asks_for_status(post) && day(post.received.at) == notice.ordinal
            };
            decision.posts.iter().find(that_day).map_or(root, |post| &post.message_id)
        }
        _ => root,
    }
}

/// References (RFC 5322 §3.6.4): what the root refers to, the root, and the post that is answered.
fn references<'a>(notice: &'a Notice, matter: &Matter<'a>) -> Vec<&'a MessageId> {
    let root = matter.root;
    let chain = root.parents.iter().rev().chain([&root.message_id, answered(notice, matter)]);
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

fn refused<'a>(notice: &Notice, decision: &'a Decision) -> Result<&'a Refused, RenderError> {
    let found = decision.refused.iter().find(|refused| Some(&refused.post) == notice.post.as_ref());
    found.ok_or_else(|| no_post(notice))
}

fn announcement<'a>(notice: &Notice, decision: &'a Decision) -> Result<&'a HumanResult, RenderError> {
    let found = decision.human_result.as_ref();
    found.filter(|human| Some(&human.message_id) == notice.post.as_ref()).ok_or_else(|| no_post(notice))
}

fn no_post(notice: &Notice) -> RenderError {
    RenderError::NoPost(notice.post.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string))
}

fn attachment_name(decision: &Decision) -> String {
    format!("plusone-{}-{}.json", token(&decision.call.list), decision.call.number)
}

/// The record's own hash, which is over the canonical form of the rest of it.
fn sha256_of(json: &str) -> Result<String, RenderError> {
    #[derive(serde::Deserialize)]
    struct Hashed {
        sha256: Option<String>,
    }
    let record: Hashed =
        serde_json::from_str(json).map_err(|error| RenderError::Record(error.to_string()))?;
    let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    record.sha256.filter(is_hash).ok_or_else(|| RenderError::Record("it holds no sha256".to_owned()))
}
