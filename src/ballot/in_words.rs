//! Objection and support in words, without a vote token.

use super::conclusion::Findings;
use super::lexicon::Class;
use super::phrase::{Match, Meaning};
use super::reading::{Dialect, Vote, WordMeaning};
use super::sentence::{End, Text};
use super::token::{Kind, Token};

/// Support in words.
pub(super) struct InWords {
    /// The vote it may be.
    pub(super) vote: Vote,
    /// Where it begins.
    pub(super) at: usize,
    /// Whether the list counts these words as a vote.
    pub(super) counts: bool,
    /// The words.
    pub(super) written: String,
}

/// Where the author objects, if anywhere: silence is consent, so words against a proposal must not pass for silence.
pub(super) fn objection(text: &Text, findings: &Findings) -> Option<usize> {
    let thumb = text.tokens.iter().position(|token| token.kind == Kind::Thumb { up: false });
    for (number, found) in findings.phrases.iter().enumerate() {
        let sentence = &text.sentences[number];
        if sentence.end == End::Asked || findings.paper.rows.contains(&text.tokens[sentence.from].line) {
            continue;
        }
        for objection in found.iter().filter(|m| m.meaning == Meaning::Objection) {
            let covered = found
                .iter()
                .any(|m| m.meaning == Meaning::NoObjection && m.from < objection.to && objection.from < m.to);
            let lead = &text.tokens[sentence.from..objection.from];
            if !covered && !supposed(lead) {
                return Some(objection.from);
            }
        }
    }
    thumb
}

/// Whether words before an objection make it a case that is thought of, denied or somebody else's.
fn supposed(lead: &[Token]) -> bool {
    let clause = lead
        .iter()
        .rposition(|token| matches!(token.kind, Kind::Mark(',' | ';' | ':' | '-')))
        .map_or(lead, |at| &lead[at..]);
    clause.iter().any(|token| token.is(Class::Condition) || token.text.eq_ignore_ascii_case("whether"))
}

/// Where the author supports in so many words, and what the list takes them for.
pub(super) fn support(text: &Text, findings: &Findings, dialect: &Dialect) -> Option<InWords> {
    if let Some(found) = listed_words(text, dialect) {
        return found;
    }
    for (number, phrases) in findings.phrases.iter().enumerate() {
        let sentence = &text.sentences[number];
        if sentence.end == End::Asked {
            continue;
        }
        let whole = |m: &&Match| {
            let lead = &text.tokens[sentence.from..m.from];
            m.meaning == Meaning::Support
                && !lead.iter().any(|token| token.is(Class::Negation) || token.is(Class::Condition))
        };
        if let Some(found) = phrases.iter().find(whole) {
            return meaning(text, dialect, found.from, found.to, Vote::Plus);
        }
    }
    if let Some(at) = text.tokens.iter().position(|token| token.kind == Kind::Thumb { up: true }) {
        return meaning(text, dialect, at, at + 1, Vote::Plus);
    }
    let ticked = *findings.paper.ticked_words.first()?;
    let against = |token: &Token| {
        matches!(token.text.to_lowercase().as_str(), "no" | "against" | "reject" | "disapprove" | "oppose")
    };
    let abstains = |token: &Token| token.text.to_lowercase().starts_with("abst");
    let words = &text.tokens[text.row(ticked).tokens.clone()];
    let vote = match words {
        _ if words.iter().any(abstains) => Vote::Zero,
        _ if words.iter().any(against) => Vote::Minus,
        _ => Vote::Plus,
    };
    Some(InWords { vote, at: ticked, counts: false, written: String::new() })
}

/// Support found at `from..to`, by what the list's `words` table says of it; `None` where it says "nothing".
fn meaning(text: &Text, dialect: &Dialect, from: usize, to: usize, vote: Vote) -> Option<InWords> {
    let written = text.tokens[from..to].iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
    let said = written.to_lowercase();
    let entry = dialect.words.iter().find(|(word, _)| said == *word || said.starts_with(word.as_str()));
    match entry.map(|(_, meaning)| *meaning) {
        Some(WordMeaning::Nothing) => None,
        Some(WordMeaning::Plus) => Some(InWords { vote, at: from, counts: true, written }),
        Some(WordMeaning::Held) | None => Some(InWords { vote, at: from, counts: false, written }),
    }
}

/// Words of the list's own table that open a sentence.
fn listed_words(text: &Text, dialect: &Dialect) -> Option<Option<InWords>> {
    for (phrase, _) in &dialect.words {
        let wanted: Vec<&str> = phrase.split_whitespace().collect();
        for sentence in text.sentences.iter().filter(|sentence| sentence.end != End::Asked) {
            let tokens = text.of(sentence);
            let first = tokens.iter().position(|token| !token.is_dress()).unwrap_or(0);
            let opens = tokens.len() - first >= wanted.len()
                && !wanted.is_empty()
                && wanted
                    .iter()
                    .zip(&tokens[first..])
                    .all(|(word, token)| token.text.to_lowercase() == *word);
            if opens {
                let from = sentence.from + first;
                return Some(meaning(text, dialect, from, from + wanted.len(), Vote::Plus));
            }
        }
    }
    None
}
