//! What the templates of the mails in a thread are given: each struct holds every variable of one template.

use super::owed::is_open;
use super::quoting::{name_of, quoted_line, subject};
use super::words::{electorate_in_words, held_in_words, reason_deadline};
use super::{Voice, moment};
use crate::decision::{Asked, Awaited, Decision, Electorate, Minus, Objection, Question, State};
use minijinja::{Value, context};

/// How much of the hash of the text is shown, in hexadecimal digits.
const SHOWN_HASH: usize = 16;

/// What every mail about a proposal may use.
#[derive(Debug, Clone, Default)]
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
}

impl Frame {
    pub(super) fn of(decision: &Decision, voice: &Voice) -> Self {
        let call = &decision.call;
        Frame {
            number: call.number,
            subject: subject(&call.subject),
            proposer: name_of(&call.proposer),
            kind: super::quoting::name(&call.kind),
            rule: super::quoting::name(&call.rule.name),
            list: voice.list_name.clone(),
            list_address: voice.list_address.to_string(),
            silence: call.rule.is_silence(),
            minus: minus(call.rule.minus),
            reason_required: call.rule.reason_required,
            held_grace: moment::span(call.rule.held_grace),
            closes: moment::in_both_zones(decision.closes_at, voice.zone),
        }
    }

    pub(super) fn values(self) -> Value {
        context! {
            number => self.number, subject => self.subject, proposer => self.proposer, kind => self.kind,
            rule => self.rule, list => self.list, list_address => self.list_address, silence => self.silence,
            minus => self.minus, reason_required => self.reason_required, held_grace => self.held_grace, closes => self.closes,
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

/// `opened.txt`.
#[derive(Debug, Clone, Default)]
pub(super) struct Opened {
    pub frame: Frame,
    pub revision: u32,
    pub min_plus: u32,
    pub majority: bool,
    /// An approval rule's last instant, where `closes` is not yet it.
    pub latest: Option<String>,
    /// Whether a roster says whose votes bind.
    pub roster: bool,
    pub electorate: String,
    pub text_hash: String,
}

impl Opened {
    pub(super) fn of(decision: &Decision, voice: &Voice) -> Self {
        let rule = &decision.call.rule;
        let last = decision.call.opened_at.checked_add_signed(rule.max_window.delta());
        let last = last.filter(|last| !rule.is_silence() && *last > decision.closes_at);
        let hash = super::draft::token(&decision.call.text_sha256);
        Opened {
            frame: Frame::of(decision, voice),
            revision: decision.revision,
            min_plus: rule.min_plus(),
            majority: matches!(rule.approval, crate::decision::Approval::Votes { majority: true, .. }),
            latest: last.map(|last| moment::in_both_zones(last, voice.zone)),
            roster: matches!(rule.electorate, Electorate::Roster { .. }),
            electorate: electorate_in_words(&rule.electorate),
            text_hash: hash.get(..SHOWN_HASH).unwrap_or(&hash).to_owned(),
        }
    }

    pub(super) fn values(self) -> Value {
        context! {
            revision => self.revision, min_plus => self.min_plus, majority => self.majority, latest => self.latest,
            roster => self.roster, electorate => self.electorate,
            text_hash => self.text_hash, ..self.frame.values()
        }
    }
}

/// `question.txt`.
#[derive(Debug, Clone, Default)]
pub(super) struct Asking {
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
        let (about, because) = match question.about {
            Asked::Reason => ("reason", ""),
            Asked::Objection => ("objection", ""),
            Asked::Held(why) => ("held", held_in_words(why)),
        };
        let until = match (question.about, &decision.state) {
            (_, State::Waiting { awaited: Awaited::Held, until: Some(until) }) => *until,
            (Asked::Reason, _) => reason_deadline(decision, question.since),
            _ => decision.closes_at,
        };
        let waits = question.about != Asked::Reason && decision.state == State::Open;
        Asking {
            frame: Frame::of(decision, voice),
            name: name_of(&question.of.author),
            line: quoted_line(&question.line),
            sent: moment::in_both_zones(question.since, voice.zone),
            about,
            because: because.to_owned(),
            until: moment::in_both_zones(until, voice.zone),
            grace: waits.then(|| moment::span(decision.call.rule.held_grace)),
        }
    }

    pub(super) fn values(self) -> Value {
        context! {
            name => self.name, line => self.line, sent => self.sent, about => self.about, because => self.because,
            until => self.until, grace => self.grace, ..self.frame.values()
        }
    }
}

/// `objected.txt`.
#[derive(Debug, Clone, Default)]
pub(super) struct Objecting {
    pub frame: Frame,
    pub name: String,
    pub line: String,
    pub when: String,
    /// Whether the objection is made in words, without a -1.
    pub in_words: bool,
    /// Whether its author is still asked what the words mean.
    pub asked: bool,
}

impl Objecting {
    pub(super) fn of(objection: &Objection, decision: &Decision, voice: &Voice) -> Self {
        let asked = |question: &&Question| question.post == objection.post && is_open(question);
        Objecting {
            frame: Frame::of(decision, voice),
            name: name_of(&objection.by.author),
            line: quoted_line(&objection.line),
            when: moment::in_both_zones(objection.at, voice.zone),
            in_words: objection.vote.is_none(),
            asked: decision.questions.iter().any(|question| asked(&question)),
        }
    }

    pub(super) fn values(self) -> Value {
        context! {
            name => self.name, line => self.line, when => self.when, in_words => self.in_words, asked => self.asked,
            ..self.frame.values()
        }
    }
}
