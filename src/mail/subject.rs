//! Subjects: the base subject (RFC 5256 §2.1) and the tags in front of it.

use super::reply_mark::{self, Mark};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The longest subject that is kept, in characters.
const LONGEST: usize = 998;
/// The most tags that are kept.
const MOST_TAGS: usize = 20;

/// A subject, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// Decoded (RFC 2047), unfolded, controls removed, cut at 998 characters.
    pub text: String,
    /// The base subject: reply and forward marks, list prefixes and tags taken off.
    pub base: String,
    /// The bracketed tags before the base subject without their brackets, as written, in order; list prefixes (a bracket that is
    /// the list's own name) left out. `[VOTE][RESULT] x` has two.
    pub tags: Vec<String>,
    /// Whether a reply mark (`Re:`, `AW:`, `SV:`, `Antw:`, `回复：` …) stands before the tags.
    pub reply: bool,
    /// Whether a forward mark (`Fwd:`, `WG:`, `TR:` …) stands there.
    pub forward: bool,
}

impl Subject {
    /// Takes a decoded subject apart. A bracket that equals one of `prefixes`, white space, dashes, case and a number at its
    /// end left out of account, is the list's and no tag.
    pub fn read(text: &str, prefixes: &[String]) -> Self {
        let text = cut(text, LONGEST).trim();
        let mut subject = Subject { text: text.to_owned(), ..Subject::default() };
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            if let Some((mark, behind)) = reply_mark::read(rest, subject.tags.is_empty()) {
                subject.take_mark(mark);
                rest = behind;
            } else if let Some((inner, behind)) = bracket(rest) {
                if let Some((Mark::Forward, inner)) = reply_mark::read(inner, subject.tags.is_empty()) {
                    // RFC 5256 subj-fwd: the whole of the old subject stands inside the bracket
                    subject.take_mark(Mark::Forward);
                    rest = if behind.trim().is_empty() { inner } else { behind };
                    continue;
                }
                if !is_prefix(inner, prefixes) && !inner.is_empty() && subject.tags.len() < MOST_TAGS {
                    subject.tags.push(inner.to_owned());
                }
                rest = behind.trim_start().trim_start_matches([':', '-', '–', '—']);
            } else {
                break;
            }
        }
        subject.base = without_tail(rest).to_owned();
        subject
    }

    /// Whether the first tag is `tag`, whatever its case.
    pub fn begins_with_tag(&self, tag: &str) -> bool {
        self.tags.first().is_some_and(|first| first.to_lowercase() == tag.to_lowercase())
    }

    /// Whether both have the same base subject and it says anything, case left out of account.
    pub fn same_base(&self, other: &Subject) -> bool {
        !self.base.is_empty() && self.base.to_lowercase() == other.base.to_lowercase()
    }

    fn take_mark(&mut self, mark: Mark) {
        match mark {
            // Behind a tag it is part of an older subject: `[RESULT] Re: [VOTE] x`.
            _ if !self.tags.is_empty() => {}
            Mark::Reply => self.reply = true,
            Mark::Forward => self.forward = true,
        }
    }
}

/// The list's prefix as the subjects of an archive show it, for archives whose mail does not name its list: the bracket
/// that stands first on more than half of at least 20 subjects, unless it is a word of voting.
#[derive(Debug, Clone, Default)]
pub struct SharedPrefix {
    counts: HashMap<String, usize>,
    subjects: usize,
}

impl SharedPrefix {
    /// How many brackets are told apart; one that half of the subjects bear is among the first.
    const MOST: usize = 1_000;

    /// Takes in the bracket that stands first on one more subject, if any does.
    pub fn note(&mut self, first: Option<&str>) {
        self.subjects += 1;
        let Some(key) = first.map(key) else { return };
        if self.counts.len() < Self::MOST || self.counts.contains_key(&key) {
            *self.counts.entry(key).or_default() += 1;
        }
    }

    /// The prefix by the subjects so far, as brackets are compared.
    pub fn prefix(&self) -> Option<&str> {
        let (prefix, count) = self.counts.iter().max_by_key(|(_, count)| **count)?;
        let shared = self.subjects >= 20 && count * 2 > self.subjects;
        (shared && !is_word_of_voting(prefix)).then_some(prefix)
    }
}

/// Words that are tags even where the list has the same name.
fn is_word_of_voting(key: &str) -> bool {
    const WORDS: [&str; 7] = ["vote", "proposal", "result", "cancel", "canceled", "cancelled", "discuss"];
    WORDS.contains(&key)
}

/// A bracket as it is compared: lower case, without white space, dashes and underscores.
fn key(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a bracket is the list's own; also numbered, as in `[infra 1234]` or `[infra:1234]`.
fn is_prefix(inner: &str, prefixes: &[String]) -> bool {
    if prefixes.is_empty() {
        return false;
    }
    let inner = key(inner);
    let bare = inner.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches([':', '#']);
    !is_word_of_voting(&inner)
        && prefixes
            .iter()
            .map(|prefix| key(prefix))
            .any(|prefix| !prefix.is_empty() && (prefix == inner || prefix == bare))
}

/// The bracket at the start of `text`: what stands inside, trimmed, and what follows. Brackets inside are its own.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('[')?;
    let mut depth = 0_usize;
    for (at, c) in inside.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => return Some((inside[..at].trim(), &inside[at + 1..])),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The subject without what is said behind it: `(fwd)` (RFC 5256 subj-trailer) and `(was: an older subject)`.
fn without_tail(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        if !text.ends_with([')', ']']) {
            return text;
        }
        let lower = text.to_ascii_lowercase();
        let cut = match lower.strip_suffix("(fwd)") {
            Some(head) => head.len(),
            None => match lower.rfind("(was").or_else(|| lower.rfind("[was")) {
                Some(at) if at > 0 && lower[at + 4..].starts_with([':', ' ']) => at,
                _ => return text,
            },
        };
        text = text[..cut].trim_end();
    }
}

/// The first `most` characters of a text.
fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_taken_apart() {
        let check = |text: &str, tags: &[&str], base: &str, marks: &str| {
            let subject =
                Subject::read(text, &["Infra".into(), "users@httpd".into(), "Twisted Python".into()]);
            let got = [(subject.reply, 'r'), (subject.forward, 'f')];
            let got: String = got.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
            assert_eq!(
                (subject.tags, subject.base.as_str(), got.as_str()),
                (tags.iter().map(ToString::to_string).collect(), base, marks),
                "{text:?}"
            );
        };
        check("[VOTE] Move CI", &["VOTE"], "Move CI", "");
        check("Re: [VOTE] Move CI", &["VOTE"], "Move CI", "r");
        check("[VOTE] [RESULT] x", &["VOTE", "RESULT"], "x", "");
        check("[RESULT][VOTE] x", &["RESULT", "VOTE"], "x", "");
        check("Re: [Infra] [PROPOSAL] x", &["PROPOSAL"], "x", "r");
        check("[Infra] Re: [VOTE] x", &["VOTE"], "x", "r");
        check("[infra] AW: Re: SV: [infra] [VOTE] x", &["VOTE"], "x", "r");
        check("[infra 17] [VOTE] x", &["VOTE"], "x", "");
        check("[users@httpd] Re: x", &[], "x", "r");
        check("[Twisted-Python] x", &[], "x", "");
        check("[VOTE] Re: x", &["VOTE"], "x", "");
        check("[RESULT] Re: [VOTE] x", &["RESULT", "VOTE"], "x", "");
        check("[VOTE CANCELED] x", &["VOTE CANCELED"], "x", "");
        check("[VOTE][CANCEL] x", &["VOTE", "CANCEL"], "x", "");
        check("[VOTE] [CANCELLED]", &["VOTE", "CANCELLED"], "", "");
        check("Re: [VOTE] x (was: [PROPOSAL] y)", &["VOTE"], "x", "r");
        check("Re: x (Was: Re: y)", &[], "x", "r");
        check("x (take 2)", &[], "x (take 2)", "");
        check("x (was)", &[], "x (was)", "");
        check("PROPOSAL: deprecate x", &[], "PROPOSAL: deprecate x", "");
        check("VOTE: x", &[], "VOTE: x", "");
        check("Fwd: [VOTE] x", &["VOTE"], "x", "f");
        check("[Fwd: Re: [VOTE] x]", &["VOTE"], "x", "rf");
        check("Re: [VOTE] x (fwd)", &["VOTE"], "x", "r");
        check("[VOTE]: x", &["VOTE"], "x", "");
        check("[VOTE] - x", &["VOTE"], "x", "");
        check("[ VOTE ] x", &["VOTE"], "x", "");
        check("[PATCH v2 1/3] a: b", &["PATCH v2 1/3"], "a: b", "");
        check("[VOTE [binding]] x", &["VOTE [binding]"], "x", "");
        check("[VOTE x", &[], "[VOTE x", "");
        check("x [VOTE]", &[], "x [VOTE]", "");
        check("[] x", &[], "x", "");
        check("回复：[VOTE] x", &["VOTE"], "x", "r");
        check("Re[2]: RE: Antw: x", &[], "x", "r");
        check("R: x", &[], "x", "r");
        check("[VOTE] R: a language", &["VOTE"], "R: a language", "");
        check("", &[], "", "");
        check("Re:", &[], "", "r");
    }

    #[test]
    fn a_list_called_vote_does_not_swallow_the_tag() {
        assert_eq!(Subject::read("[VOTE] x", &["vote".into()]).tags, ["VOTE"]);
    }

    #[test]
    fn a_subject_is_cut_at_998_characters() {
        let subject = Subject::read(&"é".repeat(1_000_000), &[]);
        assert_eq!(subject.text.chars().count(), 998);
        assert_eq!(Subject::read(&"[x]".repeat(1_000_000), &[]).tags.len(), MOST_TAGS);
        assert!(Subject::read(&"Re: ".repeat(1_000_000), &[]).reply);
        assert_eq!(Subject::read(&format!("x{}", "(was: y)".repeat(100)), &[]).base, "x");
    }

    #[test]
    fn an_archive_shows_its_prefix() {
        let check = |tagged: usize, tag: &str, expect: Option<&str>| {
            let mut shared = SharedPrefix::default();
            (0..30).for_each(|n| shared.note((n < tagged).then_some(tag)));
            assert_eq!(shared.prefix(), expect, "{tagged} with {tag}");
        };
        check(20, "Some List", Some("somelist"));
        check(15, "Some List", None);
        check(30, "VOTE", None);
    }

    #[test]
    fn an_empty_base_matches_nothing() {
        let empty = Subject::read("[VOTE]", &[]);
        assert!(!empty.same_base(&empty.clone()));
        assert!(Subject::read("Re: [VOTE] Move it", &[]).same_base(&Subject::read("[VOTE] move it", &[])));
    }
}
