//! What the templates of the mails about an open proposal are given: each struct holds every variable of one template.

use super::owed::is_open;
use super::quoting::{name, name_of, quoted_line, subject};
use super::rule_words::rule_sentences;
use super::words::{Refusing, reason_deadline};
use super::{Language, Voice, moment};
use crate::ballot::Reading;
use crate::decision::{
    Asked, Awaited, Decision, Electorate, Minus, Nominee, Objection, Objectors, Question, Refusal, Refused,
    State,
};
use serde::Serialize;

/// How much of the hash of the text is shown, in hexadecimal digits.
const SHOWN_HASH: usize = 16;

/// What every mail about a proposal may use.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Frame {
    pub number: u32,
    pub subject: String,
    pub proposer: String,
    pub kind: String,
    pub rule: String,
    pub list: String,
    pub list_address: String,
    pub silence: bool,
    /// `veto`, `block` or `count`.
    pub minus: &'static str,
    pub reason_required: bool,
    /// How long a close waits for answers.
    pub held_grace: String,
    pub closes: String,
    /// An approval rule's last instant, where `closes` is not yet it.
    pub latest: Option<String>,
    /// Questions that wait for an answer, each as who wrote what.
    pub questions: Vec<String>,
}

impl Frame {
    pub(super) fn of(decision: &Decision, voice: &Voice) -> Self {
        let (call, rule, language) = (&decision.call, &decision.rule, voice.language);
        let raised =
            call.raised_to.as_deref().filter(|(_, stricter)| stricter == rule && *stricter != call.rule);
        let kind = raised.map_or(&call.kind, |(kind, _)| kind);
        let last = Some(decision.ends_at).filter(|last| !rule.is_silence() && *last > decision.closes_at);
        let asked = decision.questions.iter().filter(|question| is_open(question));
        let says = language.says();
        Frame {
            number: call.number,
            subject: subject(&call.subject, language),
            proposer: name_of(&call.proposer, language),
            kind: name(kind, language),
            rule: name(&rule.name, language),
            list: voice.list_name.clone(),
            list_address: voice.list_address.to_string(),
            silence: rule.is_silence(),
            minus: minus(rule.minus),
            reason_required: rule.reason_required,
            held_grace: moment::span(rule.held_grace, language),
            closes: moment::in_both_zones(decision.closes_at, voice.zone, language),
            latest: last.map(|last| moment::in_both_zones(last, voice.zone, language)),
            questions: asked
                .map(|asked| says.wrote(&name_of(&asked.of.author, language), &quoted_line(&asked.line)))
                .collect(),
        }
    }
}

fn minus(minus: Minus) -> &'static str {
    match minus {
        Minus::Veto => "veto",
        Minus::Block => "block",
        Minus::Count => "count",
    }
}

/// The hash of a text as far as it is shown.
pub(super) fn shown_hash(sha256: &str) -> String {
    let hash = super::draft::token(sha256);
    hash.get(..SHOWN_HASH).unwrap_or(&hash).to_owned()
}

/// A line at the head of a proposal that was not followed.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct NotFollowed {
    pub line: String,
    pub why: String,
    pub instead: String,
}

/// `opened.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Opened {
    #[serde(flatten)]
    pub frame: Frame,
    pub rule_sentences: Vec<String>,
    /// The number of the blocked proposal that it takes up.
    pub raised_from: Option<u32>,
    /// Whom a membership proposal is about, and the role.
    pub nominee: Option<String>,
    /// Whether they cast no vote on it.
    pub nominee_silent: bool,
    pub role: Option<String>,
    pub unfollowed: Vec<NotFollowed>,
    /// Whether an objection of somebody who may not stop it holds up the close.
    pub strangers_delay: bool,
    pub may_withdraw: bool,
    /// Whether it should name whom it is about and does not.
    pub no_nominee: bool,
    pub text_hash: String,
}

impl Opened {
    pub(super) fn of(decision: &Decision, voice: &Voice) -> Self {
        let (call, rule, language) = (&decision.call, &decision.rule, voice.language);
        let unfollowed = call.unfollowed.iter().map(|one| {
            let (why, instead) = language.says().header(&one.why, rule);
            NotFollowed { line: quoted_line(&one.line), why, instead }
        });
        let nominee = call.nominee.as_ref();
        Opened {
            frame: Frame::of(decision, voice),
            rule_sentences: rule_sentences(rule, language),
            raised_from: call.raised_from.as_ref().map(|blocked| blocked.number),
            nominee: nominee.map(|nominee| nominated(nominee, language)),
            nominee_silent: nominee.is_some() && !rule.permissions.nominee_votes,
            role: nominee.and_then(|nominee| nominee.role.as_deref()).map(|role| name(role, language)),
            unfollowed: unfollowed.collect(),
            strangers_delay: rule.is_silence()
                && has_roster(&rule.electorate)
                && rule.who_may_object == Objectors::Electorate
                && !rule.held_grace.is_zero(),
            may_withdraw: rule.permissions.withdraw,
            no_nominee: rule.on_pass.is_some() && nominee.is_none(),
            text_hash: shown_hash(&call.text_sha256),
        }
    }
}

/// Whom a proposal is about, and what stands before the `@` of the address: that, not the name, tells who casts no vote, and whoever
/// proposes writes both.
fn nominated(nominee: &Nominee, language: Language) -> String {
    let named = name(&nominee.name, language);
    let mailbox = nominee.address.as_ref().map(|address| name(address.local_part(), language));
    match mailbox.filter(|mailbox| *mailbox != named) {
        Some(mailbox) => format!("{named} ({mailbox})"),
        None => named,
    }
}

fn has_roster(electorate: &Electorate) -> bool {
    matches!(electorate, Electorate::Roster { .. } | Electorate::Seats { .. })
}

/// `question.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Asking {
    #[serde(flatten)]
    pub frame: Frame,
    pub name: String,
    pub line: String,
    pub sent: String,
    /// `reason`, `objection` or `held`.
    pub about: &'static str,
    /// For `held`, why it is not counted as it stands, as a clause.
    pub because: String,
    /// Until when an answer changes something.
    pub until: String,
    /// How long the close waits, where it is still to come.
    pub grace: Option<String>,
}

impl Asking {
    pub(super) fn of(question: &Question, decision: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        let (about, because) = match question.about {
            Asked::Reason => ("reason", ""),
            Asked::Objection => ("objection", ""),
            Asked::Held(why) => ("held", language.says().held(why)),
        };
        let until = match (question.about, &decision.state) {
            (_, State::Waiting { awaited: Awaited::Held, until: Some(until) }) => *until,
            (Asked::Reason, _) => reason_deadline(decision, question.since),
            _ => decision.closes_at,
        };
        let grace = decision.rule.held_grace;
        let waits = question.about != Asked::Reason && decision.state == State::Open && !grace.is_zero();
        Asking {
            frame: Frame::of(decision, voice),
            name: name_of(&question.of.author, language),
            line: quoted_line(&question.line),
            sent: moment::in_both_zones(question.since, voice.zone, language),
            about,
            because: because.to_owned(),
            until: moment::in_both_zones(until, voice.zone, language),
            grace: waits.then(|| moment::span(grace, language)),
        }
    }
}

/// `refused.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Refuses {
    #[serde(flatten)]
    pub frame: Frame,
    pub name: String,
    pub line: String,
    pub sent: String,
    /// Whether the line is a pseudo-header, not a command.
    pub header: bool,
    /// Why, as a clause.
    pub because: String,
    /// What can be done instead, in sentences.
    pub instead: String,
}

impl Refuses {
    pub(super) fn of(refused: &Refused, decision: &Decision, voice: &Voice) -> Self {
        let post = decision.posts.iter().find(|post| post.message_id == refused.post);
        let command = match post.map(|post| &post.reading) {
            Some(Reading::Command { command, .. }) => Some(command),
            _ => None,
        };
        let refusing = Refusing { why: &refused.why, command, decision, voice };
        let (because, instead) = voice.language.says().refusal(&refusing);
        Refuses {
            frame: Frame::of(decision, voice),
            name: name_of(&refused.of.author, voice.language),
            line: quoted_line(&refused.line),
            sent: moment::in_both_zones(refused.at, voice.zone, voice.language),
            header: matches!(refused.why, Refusal::Header(_)),
            because,
            instead,
        }
    }
}

/// `objected.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Objecting {
    #[serde(flatten)]
    pub frame: Frame,
    pub name: String,
    pub line: String,
    pub when: String,
    /// Whether it is a veto, and how many +1 override it, where that can be.
    pub veto: bool,
    pub override_by: Option<String>,
    /// Whether the objection is made in words, without a -1.
    pub in_words: bool,
    /// Whether its author is still asked what the words mean.
    pub asked: bool,
    /// The kind that a voter can raise it to, where the list has one that is stricter.
    pub raised_to: Option<String>,
    pub may_amend: bool,
    pub may_withdraw: bool,
}

impl Objecting {
    pub(super) fn of(objection: &Objection, decision: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        let asked = |question: &&Question| question.post == objection.post && is_open(question);
        let mut frame = Frame::of(decision, voice);
        let others: Vec<&Question> = decision.questions.iter().filter(|one| is_open(one)).collect();
        // The objection itself is quoted above.
        let mut at = others.iter().map(|one| one.post == objection.post);
        frame.questions.retain(|_| at.next() != Some(true));
        let permissions = &decision.rule.permissions;
        let stricter =
            decision.call.raised_to.as_ref().filter(|_| permissions.raise && decision.rule.is_silence());
        let changed = u32::try_from(decision.revisions.len().saturating_sub(1)).unwrap_or(u32::MAX);
        Objecting {
            frame,
            name: name_of(&objection.by.author, language),
            line: quoted_line(&objection.line),
            when: moment::in_both_zones(objection.at, voice.zone, language),
            veto: objection.vetoes,
            override_by: decision.rule.veto_override.map(|share| language.says().share(share)),
            in_words: objection.vote.is_none(),
            asked: decision.questions.iter().any(|question| asked(&question)),
            raised_to: stricter.map(|kind| name(&kind.0, language)),
            may_amend: changed < permissions.amendments,
            may_withdraw: permissions.withdraw,
        }
    }
}

/// `extended.txt`, `raised.txt` and `amended.txt`: somebody did something to the proposal.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Turned {
    #[serde(flatten)]
    pub frame: Frame,
    /// Who did it.
    pub by: String,
    pub when: String,
    /// The line that did it, quoted.
    pub line: Option<String>,
    pub revision: u32,
    pub text_hash: String,
    pub rule_sentences: Vec<String>,
    /// Whether the votes cast before stand.
    pub votes_stand: bool,
    /// How many votes and objections became void.
    pub void: usize,
    /// The votes that stand, counted in words.
    pub tally: String,
    /// Whether no post did it: the close waits for an answer, and why.
    pub waits: bool,
    pub why: String,
}

impl Turned {
    /// What the post did; without one, that the close waits, or which text stands.
    pub(super) fn of(post: Option<&crate::mail::MessageId>, decision: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        let post = post.and_then(|id| decision.posts.iter().find(|one| one.message_id == *id));
        let text = decision.revisions.last();
        let at = post.map(|post| post.received.at).or(text.map(|text| text.at));
        let hash = text.map_or(&decision.call.text_sha256, |text| &text.text_sha256);
        let count = decision.tally.binding;
        Turned {
            frame: Frame::of(decision, voice),
            by: name_of(post.map_or(&decision.call.proposer, |post| &post.author), language),
            when: moment::in_both_zones(at.unwrap_or(decision.call.opened_at), voice.zone, language),
            line: post.and_then(|post| super::outcome::line_of(&post.reading)).map(quoted_line),
            revision: decision.revision,
            text_hash: shown_hash(hash),
            rule_sentences: rule_sentences(&decision.rule, language),
            votes_stand: decision.rule.on_amend == crate::decision::OnAmend::Keep,
            void: decision.posts.iter().filter(|post| is_void(post)).count(),
            tally: language.says().tally(count.plus, count.zero, count.minus),
            waits: matches!(decision.state, State::Waiting { awaited: Awaited::Held, .. }) && post.is_none(),
            why: language.says().why(&decision.why, Some(decision)),
        }
    }
}

fn is_void(post: &crate::decision::JudgedPost) -> bool {
    matches!(post.why, Some(crate::decision::PostWhy::VoidBy(_)))
}
