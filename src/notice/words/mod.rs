//! What the engine has to say that does not depend on a notice: why a decision is as it is, what became of a post, why a command was not
//! followed. Every such sentence stands in the file of its language, once; the templates hold the rest.

mod dutch;
mod english;

pub(super) use dutch::Dutch;
pub(super) use english::English;

use super::moment::{self, Calendar};
use super::quoting::{clean, cut, name, name_of};
use super::{Language, Voice};
use crate::ballot::{Command, HeldWhy, Reading};
use crate::decision::{
    Calendar as Counting, Decision, Difference, Electorate, HeaderFault, JudgedPost, PostWhy, Refusal, Rule,
    Share, Span, State, Status, Why,
};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};

/// How many people are named before "and 4 others".
const NAMED: usize = 3;

/// What has to be said in every language. A clause has no capital letter and no full stop.
pub trait Sentences: Sync {
    /// Names of days, months and units.
    fn calendar(&self) -> &'static Calendar;
    /// A small number as a word, a larger one in digits.
    fn number(&self, count: u32) -> String;
    /// The words that join names and stand in for them.
    fn joints(&self) -> &'static Joints;
    /// Why a decision is as it is, in a clause.
    fn why(&self, why: &Why, decision: Option<&Decision>) -> String;
    /// The outcome as the first line of a result says it behind "Proposal 7".
    fn outcome(&self, state: &State) -> &'static str;
    /// An outcome that a person announced, by its word in the record.
    fn announced(&self, outcome: &str) -> Option<&'static str>;
    /// What a rule asks for, in a clause.
    fn rule(&self, rule: &Rule) -> String;
    /// Whose votes bind, as the subject of a sentence.
    fn electorate(&self, electorate: &Electorate) -> String;
    /// A share, as in "needs +1 from …".
    fn share(&self, share: Share) -> String;
    /// A span of working time.
    fn working(&self, count: i64, is_days: bool) -> String;
    /// Why a line is not counted as it stands, in a clause that follows "because".
    fn held(&self, why: HeldWhy) -> &'static str;
    /// The same, said to the whole list.
    fn unclear(&self, why: HeldWhy) -> &'static str;
    /// What became of a post and why, in a clause.
    fn post(&self, why: &PostWhy, post: &JudgedPost, decision: &Decision) -> String;
    /// What became of a post where nothing says why.
    fn status(&self, status: Status) -> Option<&'static str>;
    /// What stands in the column of votes for a reading that is none.
    fn no_vote(&self, reading: &Reading) -> &'static str;
    /// Why a command was not followed, in a clause; and what can be done instead, in sentences.
    fn refusal(&self, refused: &Refusing<'_>) -> (String, String);
    /// Why a pseudo-header was not followed, in a clause; and what can be done instead, in sentences.
    fn header(&self, fault: &HeaderFault, rule: &Rule) -> (String, String);
    /// How an announced tally differs from the one counted, in a clause whose subject is the announcement.
    fn difference(&self, difference: &Difference) -> String;
    /// What the digest says of the time that an open proposal has left.
    fn deadline(&self, deadline: Deadline, at: &str, left: &str) -> String;
    /// The votes that bind, counted.
    fn tally(&self, plus: u32, zero: u32, minus: u32) -> String;
    /// Of whom no vote has come.
    fn no_vote_yet(&self, names: &str) -> String;
    /// That the time was over at an instant.
    fn overdue(&self, at: &str) -> String;
    /// What somebody wrote, quoted.
    fn wrote(&self, who: &str, line: &str) -> String;
    /// That a notice to the list, or else to one person, came back, or else was never taken by the mail server; a sentence.
    fn undelivered(&self, to_list: bool, bounced: bool) -> &'static str;
    /// What a digest is called where an entry is about one.
    fn a_digest(&self) -> &'static str;
    /// What stands for so many entries of a section that are left out, and where they are found.
    fn left_out(&self, more: usize) -> (String, &'static str);
    /// Behind a subject in the digest: who proposed it, in brackets.
    fn by(&self, who: &str) -> String;
    /// The digest's subject.
    fn headline(&self, from: &str, to: &str, decided: usize, open: usize) -> String;
    /// The subject of a test mail with that code.
    fn probe(&self, code: &str) -> String;
    /// What surfaced mail would have changed: the published outcome and reason, and those that it would have had.
    fn corrected(&self, published: (&str, &str), again: (&str, &str)) -> String;
    /// What a person announced, and what was counted.
    fn differing(&self, who: &str, announced: Option<&str>, outcome: &str, differences: usize) -> String;
}

/// Words that join names and stand in for them.
pub struct Joints {
    /// "and".
    pub and: &'static str,
    /// "or".
    pub or: &'static str,
    /// "others", behind their number.
    pub others: &'static str,
    /// Whoever it may be.
    pub somebody: &'static str,
    /// Somebody whose mail has no name.
    pub nameless: &'static str,
    /// Goes before a name that might pass for something else at the beginning of a line.
    pub called: &'static str,
    /// In place of an empty subject.
    pub no_subject: &'static str,
}

/// A command that was not followed, with what a sentence about it needs.
pub struct Refusing<'a> {
    /// Why.
    pub why: &'a Refusal,
    /// Which command, where it is one.
    pub command: Option<&'a Command>,
    /// The proposal.
    pub decision: &'a Decision,
    /// In whose zone and language.
    pub voice: &'a Voice,
}

/// What happens at an open proposal's next instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// It closes.
    Closes,
    /// It is open at least until then.
    AtLeast,
    /// It waits for an answer until then.
    Waits,
}

/// Why a decision is as it is, in a clause without a full stop: `3 binding +1, no objection`. With the decision at hand people are called
/// by the names they write under, else by what `why` holds.
pub fn why_in_words(why: &Why, decision: Option<&Decision>, language: Language) -> String {
    language.says().why(why, decision)
}

/// What a rule asks for, in a clause: `3 binding +1, no standing objection, open for at least 72 hours`.
pub fn rule_in_words(rule: &Rule, language: Language) -> String {
    language.says().rule(rule)
}

/// The outcome as the first line of a result says it behind "Proposal 7": `PASSED`.
pub fn outcome(state: &State, language: Language) -> &'static str {
    language.says().outcome(state)
}

/// The outcome by itself: `PASSED`, `open`.
pub(super) fn outcome_alone(state: &State, language: Language) -> &'static str {
    let outcome = language.says().outcome(state);
    outcome.rsplit(' ').next().unwrap_or(outcome)
}

/// A span of a rule that its calendar counts: `72 hours`, or `3 working days`.
pub fn window_in_words(span: Span, rule: &Rule, language: Language) -> String {
    let seconds = span.delta().num_seconds();
    match rule.calendar {
        Counting::Business(_) if seconds % 86_400 == 0 => language.says().working(seconds / 86_400, true),
        Counting::Business(_) if seconds % 3600 == 0 => language.says().working(seconds / 3600, false),
        _ => moment::span(span, language),
    }
}

/// What became of a post and why, in a clause; `None` where there is nothing to say of it.
pub(super) fn post_in_words(post: &JudgedPost, decision: &Decision, language: Language) -> Option<String> {
    match &post.why {
        Some(why) => Some(language.says().post(why, post, decision)),
        None => language.says().status(post.status).map(str::to_owned),
    }
}

/// How a reading stands in the table of votes: the vote with what the author wrote of its strength, or what it is instead.
pub(super) fn vote_in_words(reading: &Reading, language: Language) -> String {
    match reading {
        Reading::Cast(cast) if cast.strength.is_some() => {
            format!("{} ({})", cast.vote, cut(&clean(&cast.written), 8))
        }
        Reading::Cast(cast) => cast.vote.to_string(),
        other => language.says().no_vote(other).to_owned(),
    }
}

/// When the post was received, short, where the decision knows it.
fn instant_of(id: &MessageId, decision: &Decision, language: Language) -> Option<String> {
    let post = decision.posts.iter().find(|post| post.message_id == *id)?;
    Some(moment::short(post.received.at, language).trim_start().to_owned())
}

/// How long after the close a post came.
fn late_by(post: &JudgedPost, close: DateTime<Utc>, language: Language) -> String {
    moment::length(post.received.at.signed_duration_since(close), language)
}

/// Names in a sentence; `by` holds roster ids, addresses or names.
pub(super) fn people(by: &[String], decision: Option<&Decision>, language: Language) -> String {
    joined(&by.iter().map(|who| person(who, decision, language)).collect::<Vec<_>>(), Joint::And, language)
}

pub(super) fn person(who: &str, decision: Option<&Decision>, language: Language) -> String {
    let wrote = |post: &&JudgedPost| {
        post.member.as_deref() == Some(who)
            || post.author.address.as_ref().is_some_and(|address| address.as_str() == who)
    };
    let post = decision.and_then(|decision| decision.posts.iter().find(wrote));
    post.map_or_else(|| name(who, language), |post| name_of(&post.author, language))
}

/// How names are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
}

pub(super) fn joined(names: &[String], joint: Joint, language: Language) -> String {
    let joints = language.says().joints();
    let joint = if joint == Joint::And { joints.and } else { joints.or };
    match names {
        [] => joints.somebody.to_owned(),
        [one] => one.clone(),
        [some @ .., last] if names.len() <= NAMED => format!("{} {joint} {last}", some.join(", ")),
        _ => {
            let some = names.get(..NAMED - 1).unwrap_or_default();
            format!("{} {joint} {} {}", some.join(", "), names.len() + 1 - NAMED, joints.others)
        }
    }
}

/// Role or seat names, cleaned, each named.
fn named(names: &[String], joint: Joint, language: Language) -> String {
    joined(&names.iter().map(|one| name(one, language)).collect::<Vec<_>>(), joint, language)
}

/// Whether somebody objects, even if without effect.
fn is_objected_to(decision: Option<&Decision>) -> bool {
    decision.is_some_and(|decision| !decision.objections.is_empty())
}

/// The window of silence in words: by the decision's own calendar where it is at hand.
fn silence(window: Span, decision: Option<&Decision>, language: Language) -> String {
    decision.map_or_else(
        || moment::span(window, language),
        |decision| window_in_words(window, &decision.rule, language),
    )
}

/// The instant after which a missing reason makes a -1 void: the later of the close and the grace after the -1.
pub(super) fn reason_deadline(decision: &Decision, since: DateTime<Utc>) -> DateTime<Utc> {
    let grace = since.checked_add_signed(decision.rule.reason_grace.delta());
    grace.map_or(decision.closes_at, |grace| grace.max(decision.closes_at))
}

#[cfg(test)]
mod tests;
