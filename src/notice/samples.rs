//! Samples that every template is tried with: one that has everything and one that has nothing optional.

use super::digest::{Entry, Summary};
use super::outcome::{Correcting, Differs, Ended, Resulting, Row, Table};
use super::probe::Probing;
use super::said::{Asking, Frame, NotFollowed, Objecting, Opened, Refuses, Turned};
use super::standing::Standing;
use super::templates::value;
use minijinja::Value;
use serde::Serialize;

/// The samples for a template, by the stem of its file name.
pub(super) fn of(stem: &str) -> Vec<Value> {
    let of_frame: fn(Frame) -> Vec<Value> = match stem {
        "opened" => opened,
        "question" => questions,
        "refused" => refused,
        "objected" => objected,
        "reminder" | "status" => standing,
        "extended" | "amended" | "raised" => turned,
        "withdrawn" | "follow-up" => ended,
        "differs" => differs,
        "correction" => corrections,
        "result" => results,
        "digest" => return digests(),
        "probe" => return values([Probing::default()]),
        _ => return Vec::new(),
    };
    frames().into_iter().flat_map(of_frame).collect()
}

/// The names of a sample's variables, which are those of every sample of its template.
pub(super) fn variables(sample: &Value) -> Vec<String> {
    sample.try_iter().map(|keys| keys.map(|key| key.to_string()).collect()).unwrap_or_default()
}

fn values(samples: impl IntoIterator<Item = impl Serialize>) -> Vec<Value> {
    samples.into_iter().map(value).collect()
}

fn some() -> Option<String> {
    Some("some".to_owned())
}

fn several() -> Vec<String> {
    vec!["one".to_owned(), "another".to_owned()]
}

/// A silence rule and an approval rule, with each thing that a -1 can do, bare and with everything.
fn frames() -> Vec<Frame> {
    let frame = |(silence, minus): (bool, &'static str)| {
        let bare = Frame { number: 7, silence, minus, reason_required: silence, ..Frame::default() };
        let full = Frame { latest: some(), questions: several(), ..bare.clone() };
        [bare, full]
    };
    let kinds = [(true, "block"), (true, "veto"), (false, "block"), (false, "veto"), (false, "count")];
    kinds.into_iter().flat_map(frame).collect()
}

fn opened(frame: Frame) -> Vec<Value> {
    let bare = Opened { frame, ..Opened::default() };
    let full = Opened {
        rule_sentences: several(),
        raised_from: Some(3),
        nominee: some(),
        nominee_silent: true,
        role: some(),
        no_nominee: true,
        unfollowed: vec![NotFollowed::default()],
        strangers_delay: true,
        may_withdraw: true,
        ..bare.clone()
    };
    values([bare, full])
}

fn questions(frame: Frame) -> Vec<Value> {
    let about = |about: &'static str| {
        let bare = Asking { frame: frame.clone(), about, ..Asking::default() };
        let waits = Asking { grace: some(), ..bare.clone() };
        [bare, waits]
    };
    values(["reason", "objection", "held"].into_iter().flat_map(about))
}

fn refused(frame: Frame) -> Vec<Value> {
    values([false, true].map(|header| Refuses { frame: frame.clone(), header, ..Refuses::default() }))
}

fn objected(frame: Frame) -> Vec<Value> {
    let bare = Objecting { frame, ..Objecting::default() };
    let words = Objecting { in_words: true, raised_to: some(), ..bare.clone() };
    let asked = Objecting { asked: true, may_amend: true, may_withdraw: true, ..words.clone() };
    let veto = Objecting { veto: true, ..bare.clone() };
    let overridden = Objecting { override_by: some(), ..veto.clone() };
    values([bare, words, asked, veto, overridden])
}

fn standing(frame: Frame) -> Vec<Value> {
    let bare = Standing { frame, ..Standing::default() };
    let full = Standing { last: true, objections: several(), missing: some(), ..bare.clone() };
    let blocked = Standing { blocked: true, ..full.clone() };
    let vetoed = Standing { vetoed: true, ..blocked.clone() };
    let asked = Standing { objections: Vec::new(), ..blocked.clone() };
    values([bare, full, blocked, vetoed, asked])
}

fn turned(frame: Frame) -> Vec<Value> {
    let bare = Turned { frame, ..Turned::default() };
    let full = Turned { line: some(), rule_sentences: several(), void: 2, ..bare.clone() };
    let kept = Turned { votes_stand: true, ..full.clone() };
    let waits = Turned { waits: true, ..full.clone() };
    values([bare, full, kept, waits])
}

fn ended(frame: Frame) -> Vec<Value> {
    let bare = Ended { frame, ..Ended::default() };
    let full = Ended { line: some(), trial: some(), nominee: some(), role: some(), ..bare.clone() };
    values([bare, full])
}

fn differs(frame: Frame) -> Vec<Value> {
    let bare = Differs { frame, ..Differs::default() };
    let full = Differs { announced: some(), differences: several(), more: 3, ..bare.clone() };
    values([bare, full])
}

fn table() -> Table {
    Table { rows: vec![Row::default(), Row { line: some(), note: some(), ..Row::default() }], more: 2 }
}

fn corrections(frame: Frame) -> Vec<Value> {
    let bare = Correcting { frame, ..Correcting::default() };
    let full = Correcting { same: true, surfaced: table(), ..bare.clone() };
    values([bare, full])
}

fn results(frame: Frame) -> Vec<Value> {
    let sample = |state: &'static str| {
        let bare = Resulting { frame: frame.clone(), state, ..Resulting::default() };
        let full = Resulting {
            votes: table(),
            advisory: table(),
            uncounted: table(),
            done: table(),
            text_from: some(),
            no_nominee: true,
            automatic: 1,
            elsewhere: 1,
            announcer: some(),
            announced: some(),
            trial_ends: some(),
            nominee: some(),
            role: some(),
            raised_to: some(),
            raise_until: some(),
            attachment: some(),
            sha256: some(),
            archive: some(),
            ..bare.clone()
        };
        [bare, full]
    };
    values(["passed", "failed", "objected", "vetoed", "withdrawn", "superseded"].into_iter().flat_map(sample))
}

fn digests() -> Vec<Value> {
    let entries = || {
        vec![
            Entry { number: 7, ..Entry::default() },
            Entry { by: " (by some)".to_owned(), ..Entry::default() },
        ]
    };
    let full = Summary {
        decided: entries(),
        open: entries(),
        waiting: entries(),
        strangers: entries(),
        overdue: entries(),
        corrected: entries(),
        differing: entries(),
        undelivered: entries(),
        problems: 3,
        archive: some(),
        ..Summary::default()
    };
    values([Summary::default(), full])
}
