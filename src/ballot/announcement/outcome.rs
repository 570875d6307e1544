//! The outcome that a mail says.

use super::folded;
use super::vocabulary::{Class, Known, known};
use crate::mail::Post;
use serde::{Deserialize, Serialize};

/// How many words a negation reaches.
const REACH: usize = 3;

/// What a person says came of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Accepted.
    Passed,
    /// Not accepted.
    Failed,
    /// Taken back.
    Cancelled,
}

impl Outcome {
    /// The record's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Cancelled => "cancelled",
        }
    }
}

/// What a post says of the outcome: in its subject, else in the first sentence of its own about a vote, else in the first that names an
/// outcome at all. `proposal` is the proposal's own name, whose words announce nothing.
pub(super) fn outcome(post: &Post, proposal: &str) -> Option<Outcome> {
    let proposal = folded(proposal);
    let tagged = post.subject.tags.iter().find_map(|tag| said(&folded(tag)).map(|said| said.outcome));
    tagged.or_else(|| {
        let subject = without(&folded(&post.subject.base), &proposal);
        said(&subject).map(|said| said.outcome).or_else(|| in_words(post, &proposal).map(|said| said.outcome))
    })
}

/// What a post's own words say: the first sentence about a vote, else the first that names an outcome at all. `proposal` is folded.
fn in_words(post: &Post, proposal: &str) -> Option<Said> {
    let mut first = None;
    for sentence in sentences(post) {
        match said(&without(&folded(&sentence), proposal)) {
            Some(said) if said.about_a_vote => return Some(said),
            said => first = first.or(said),
        }
    }
    first
}

/// Whether a post's own words say an outcome; `of_a_vote` asks that the sentence speaks of a vote.
pub(super) fn is_said_in_words(post: &Post, of_a_vote: bool) -> bool {
    in_words(post, "").is_some_and(|said| said.about_a_vote || !of_a_vote)
}

/// Whether a post says that something is cancelled, and does not deny it.
pub fn says_cancelled(post: &Post) -> bool {
    sentences(post)
        .any(|sentence| said(&folded(&sentence)).is_some_and(|said| said.outcome == Outcome::Cancelled))
}

/// Whether a post says of a cancellation that it is none.
pub(in crate::ballot) fn denies_cancelling(post: &Post) -> bool {
    sentences(post).any(|sentence| {
        let sentence = folded(&sentence);
        let words = words(&sentence);
        let cancels = words.iter().position(|(_, known)| known.is(Class::Cancelled));
        cancels.is_some_and(|at| is_negated(&words, at))
    })
}

fn without(text: &str, proposal: &str) -> String {
    if proposal.is_empty() { text.to_owned() } else { text.replace(proposal, " ") }
}

/// The sentences of a post's own words: a line's end ends none, a blank line, a full stop or an item of a list does.
fn sentences(post: &Post) -> impl Iterator<Item = String> + '_ {
    let lines = post.words.lines.iter().map(|line| line.text.trim());
    let mut text = String::new();
    for line in lines.take(super::MOST_LINES) {
        let breaks = line.is_empty() || line.starts_with(['*', '-', '•', '+', '|']);
        text.push_str(if breaks { "\n" } else { " " });
        text.push_str(line);
        if line.is_empty() || line.ends_with(':') {
            text.push('\n');
        }
    }
    let mut sentences = Vec::new();
    let mut begin = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let space_follows = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(letter, '\n' | ';') || matches!(letter, '.' | '!' | '?') && space_follows {
            let end = at + letter.len_utf8();
            sentences.push(text[begin..end].to_owned());
            begin = end;
        }
    }
    sentences.push(text[begin..].to_owned());
    sentences.into_iter()
}

fn words(sentence: &str) -> Vec<(&str, Known)> {
    let words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    words
        .map(|word| word.trim_matches(['\'', '-']))
        .filter(|word| !word.is_empty())
        .map(|word| (word, known(word)))
        .collect()
}

/// What one sentence says.
struct Said {
    outcome: Outcome,
    about_a_vote: bool,
}

/// The outcome that a folded sentence says: not asked, not hoped for, not said of a test or a build.
fn said(sentence: &str) -> Option<Said> {
    if sentence.trim_end().ends_with('?') {
        return None;
    }
    let words = words(sentence);
    let about_a_vote = words.iter().any(|(_, known)| known.is(Class::Vote));
    for (at, (_, word)) in words.iter().enumerate() {
        if word.is(Class::Condition) {
            return None;
        }
        let negated = is_negated(&words, at);
        let outcome = if word.is(Class::Cancelled) {
            Some(Outcome::Cancelled).filter(|_| !negated)
        } else if word.is(Class::Failed) {
            Some(Outcome::Failed).filter(|_| !negated)
        } else if word.is(Class::Passed) {
            Some(if negated { Outcome::Failed } else { Outcome::Passed })
        } else {
            None
        };
        let Some(outcome) = outcome else { continue };
        let near = |class| words[at.saturating_sub(REACH)..at].iter().any(|(_, word)| word.is(class));
        let open = outcome != Outcome::Cancelled && near(Class::Open);
        let behind = words.iter().skip(at + 1).take(REACH);
        let of_a_test = near(Class::Besides) || behind.clone().any(|(_, word)| word.is(Class::Besides));
        if !open && (about_a_vote || !of_a_test) {
            return Some(Said { outcome, about_a_vote });
        }
    }
    None
}

fn is_negated(words: &[(&str, Known)], at: usize) -> bool {
    let before = at.saturating_sub(REACH)..at;
    before.clone().any(|place| {
        let (word, known) = words[place];
        let verb = words.get(place + 1).is_some_and(|(_, next)| next.is(Class::NegatedVerb));
        known.is(Class::Negation) || word.ends_with("n't") || word == "no" && verb
    })
}
