//! What the templates of `reminder` and `status` are given: how an open proposal stands, and who has not voted.

use super::owed::{is_announced, is_open, wrote};
use super::quoting::{name, name_of, quoted_line};
use super::said::Frame;
use super::{Language, Voice, moment};
use crate::decision::{Decision, JudgedPost, Objection, Why};
use serde::Serialize;

/// Those who have not voted, for a list that opted in.
pub(super) fn missing_names(decision: &Decision, voice: &Voice) -> Option<String> {
    // Under a silence rule nobody need vote.
    let shown = voice.names_missing && !decision.rule.is_silence() && !decision.not_voted.is_empty();
    shown.then(|| {
        let names: Vec<String> = decision.not_voted.iter().map(|one| name(one, voice.language)).collect();
        all_joined(&names, voice.language)
    })
}

/// The most names that are listed in a row.
const LISTED: usize = 30;

fn all_joined(names: &[String], language: Language) -> String {
    let joints = language.says().joints();
    match names {
        [some @ .., last] if !some.is_empty() && names.len() <= LISTED => {
            format!("{} {} {last}", some.join(", "), joints.and)
        }
        _ if names.len() <= LISTED => names.concat(),
        _ => {
            let some = names.get(..LISTED).unwrap_or_default();
            format!("{} {} {} {}", some.join(", "), joints.and, names.len() - LISTED, joints.others)
        }
    }
}

/// `reminder.txt` and `status.txt`: how it stands.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Standing {
    #[serde(flatten)]
    pub frame: Frame,
    /// How it stands, behind "Proposal 7".
    pub outcome: &'static str,
    pub why: String,
    /// Whether this is the reminder of the last instant.
    pub last: bool,
    pub blocked: bool,
    /// Whether one of the standing objections is a veto.
    pub vetoed: bool,
    pub tally: String,
    /// Standing objections, each as who wrote what.
    pub objections: Vec<String>,
    /// Who has not voted, where the list wants names.
    pub missing: Option<String>,
    /// Up to when the list's mail has been read.
    pub as_of: String,
}

impl Standing {
    pub(super) fn of(ordinal: u32, decision: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        let says = language.says();
        let count = decision.tally.binding;
        // What reads as an objection and is still asked about stands among the questions.
        let is_asked = |one: &Objection| {
            decision.questions.iter().any(|question| question.post == one.post && is_open(question))
        };
        let stands = |one: &&Objection| is_announced(one, decision) && !(one.vote.is_none() && is_asked(one));
        let blocks = decision.objections.iter().filter(stands);
        // Somebody who objects twice is named once, with the last line.
        let mut objections: Vec<&Objection> = Vec::new();
        for one in blocks {
            let same = |post: &JudgedPost| post.message_id == one.post;
            let post = decision.posts.iter().find(|post| same(post));
            objections.retain(|other| !post.is_some_and(|post| wrote(&other.by, post)));
            objections.push(one);
        }
        Standing {
            frame: Frame::of(decision, voice),
            outcome: says.outcome(&decision.state),
            why: says.why(&decision.why, Some(decision)),
            last: ordinal == super::reminding::LAST,
            blocked: matches!(decision.why, Why::Blocked { .. }),
            vetoed: objections.iter().any(|one| one.vetoes),
            tally: says.tally(count.plus, count.zero, count.minus),
            objections: objections
                .into_iter()
                .map(|one| says.wrote(&name_of(&one.by.author, language), &quoted_line(&one.line)))
                .collect(),
            missing: missing_names(decision, voice),
            as_of: moment::in_both_zones(decision.read_through, voice.zone, language),
        }
    }
}
