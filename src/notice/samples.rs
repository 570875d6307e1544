//! Samples that every template is tried with: one that has everything and one that has nothing optional.

use super::digest::{Entry, Summary};
use super::outcome::{Resulting, Row, Table};
use super::said::{Asking, Frame, Objecting, Opened};
use minijinja::Value;

/// The samples for a template, by the stem of its file name.
pub(super) fn of(stem: &str) -> Vec<Value> {
    match stem {
        "opened" => frames().into_iter().flat_map(opened).collect(),
        "question" => frames().into_iter().flat_map(questions).collect(),
        "objected" => frames().into_iter().flat_map(objected).collect(),
        "result" => frames().into_iter().flat_map(results).collect(),
        "digest" => digests(),
        _ => Vec::new(),
    }
}

/// A silence rule and an approval rule, with each thing that a -1 can do.
fn frames() -> Vec<Frame> {
    let frame = |(silence, minus): (bool, &'static str)| Frame {
        number: 7,
        subject: "[VOTE] A sample".to_owned(),
        silence,
        minus,
        reason_required: silence,
        ..Frame::default()
    };
    [(true, "block"), (true, "veto"), (false, "block"), (false, "veto"), (false, "count")].map(frame).into()
}

fn opened(frame: Frame) -> Vec<Value> {
    let bare = Opened { frame, revision: 1, ..Opened::default() };
    let some = || Some("some".to_owned());
    let full = Opened { revision: 2, majority: true, latest: some(), roster: true, ..bare.clone() };
    vec![bare.values(), full.values()]
}

fn questions(frame: Frame) -> Vec<Value> {
    let about = |about: &'static str| Asking { frame: frame.clone(), about, ..Asking::default() };
    let kinds = ["reason", "objection", "held"];
    let waits = |asking: Asking| Asking { grace: Some("some".to_owned()), ..asking };
    kinds.iter().flat_map(|kind| [about(kind).values(), waits(about(kind)).values()]).collect()
}

fn objected(frame: Frame) -> Vec<Value> {
    let bare = Objecting { frame, ..Objecting::default() };
    let words = Objecting { in_words: true, ..bare.clone() };
    let asked = Objecting { asked: true, ..words.clone() };
    vec![bare.values(), words.values(), asked.values()]
}

fn results(frame: Frame) -> Vec<Value> {
    let some = || Some("some".to_owned());
    let table = || Table {
        rows: vec![Row::default(), Row { line: some(), note: some(), ..Row::default() }],
        more: 2,
    };
    let states = ["passed", "failed", "objected", "vetoed", "withdrawn", "superseded"];
    let sample = |state: &&'static str| {
        let bare = Resulting { frame: frame.clone(), state, ..Resulting::default() };
        let full = Resulting {
            votes: table(),
            advisory: table(),
            uncounted: table(),
            automatic: 1,
            elsewhere: 1,
            announced: some().zip(some()),
            attachment: some(),
            sha256: some(),
            archive: some(),
            ..bare.clone()
        };
        [bare.values(), full.values()]
    };
    states.iter().flat_map(sample).collect()
}

fn digests() -> Vec<Value> {
    let entries = || vec![Entry { number: 7, ..Entry::default() }];
    let full = Summary {
        decided: entries(),
        open: entries(),
        waiting: entries(),
        overdue: entries(),
        problems: 3,
        archive: Some("some".to_owned()),
        ..Summary::default()
    };
    vec![Summary::default().values(), full.values()]
}
