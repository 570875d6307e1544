//! What a subject is about, and whether a reworded one is about the same.

use super::announcement::folded;
use super::announcement::vocabulary::{Class, known};
use super::event::{head, tail};
use crate::mail::Subject;
use std::collections::BTreeSet;

/// The most words of a subject that are compared.
const MOST_WORDS: usize = 60;

/// What a subject is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The subject without what it calls its mail, folded: of "Results of the vote on X" and "[VOTE] X (RESULT)" it is x.
    pub text: String,
    /// Words that tell it from others.
    words: BTreeSet<String>,
    /// Versions and other numbers: they decide.
    versions: BTreeSet<String>,
    /// Which attempt it is: "RC2", "take 3".
    rounds: BTreeSet<String>,
}

impl Topic {
    /// What a subject is about; what the subject that it replaces ("(was: [VOTE] Y)") is about comes second.
    pub fn all(subject: &Subject) -> Vec<Topic> {
        let base = subject.base.trim();
        let topic = Subject::read(head(base).map_or(base, |(_, behind)| behind), &[]).base;
        let topic = topic.as_str();
        let topic = tail(topic, true).map_or(topic, |(_, before)| before);
        let was = replaced(&subject.text).map(|was| Subject::read(was, &[]).base);
        let topics = std::iter::once(topic).chain(was.as_deref()).map(Topic::of);
        topics.filter(|topic| !topic.text.is_empty()).collect()
    }

    fn of(text: &str) -> Topic {
        let folded = folded(text);
        let dress = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '"' | '\'' | '.' | '!');
        let text = folded.trim_matches(dress).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut topic =
            Topic { text, words: BTreeSet::new(), versions: BTreeSet::new(), rounds: BTreeSet::new() };
        let parts =
            topic.text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '+' | '\''));
        let parts: Vec<String> =
            parts.map(|part| part.trim_matches(['.', '-', '_', '\'']).to_owned()).collect();
        let mut round_follows = false;
        for part in parts.into_iter().filter(|part| !part.is_empty()).take(MOST_WORDS) {
            round_follows = topic.take(part, round_follows);
        }
        topic
    }

    /// Takes a word in, and says whether a number behind it is an attempt's.
    fn take(&mut self, part: String, of_a_round: bool) -> bool {
        let known = known(&part);
        if known.is(Class::Round) {
            return true;
        }
        if let Some(number) = known.number.filter(|_| of_a_round) {
            self.rounds.insert(number.to_string());
            return false;
        }
        if !part.contains(|c: char| c.is_ascii_digit()) {
            let tells = ![Class::Vote, Class::Beside, Class::Generic, Class::Passed, Class::Result]
                .iter()
                .any(|class| known.is(*class));
            if tells {
                self.words.insert(part);
            }
            return false;
        }
        let (version, round) = match part.rsplit_once("rc") {
            Some((version, round)) if round.trim_matches(['-', '.']).bytes().all(|b| b.is_ascii_digit()) => {
                (version.trim_end_matches(['-', '.', '_']), round.trim_matches(['-', '.']))
            }
            _ if of_a_round => ("", part.as_str()),
            _ => (part.as_str(), ""),
        };
        if !round.is_empty() {
            self.rounds.insert(round.to_owned());
        }
        if !version.is_empty() {
            let plain =
                version.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            self.versions.insert(plain.unwrap_or(version).to_owned());
        }
        false
    }

    /// Whether this, of an announcement, is a proposal's topic in other words: one has all the words of the other, at least two or one
    /// beside a version; every version that it names is the proposal's and the other way round, except that an announcement may
    /// leave them out; so with the attempt.
    pub fn rewords(&self, proposal: &Topic) -> bool {
        let shared = self.words.intersection(&proposal.words).count();
        let contained = shared == self.words.len() || shared == proposal.words.len();
        let versions = self.versions.is_empty() || self.versions == proposal.versions;
        let rounds = self.rounds.is_empty() || self.rounds == proposal.rounds;
        let enough = shared > 1 || shared == 1 && !self.versions.is_empty();
        contained && enough && versions && rounds
    }

    /// Whether both are about the same, as another attempt at it perhaps.
    pub fn is_round_of(&self, other: &Topic) -> bool {
        self.text == other.text || self.words == other.words && self.versions == other.versions
    }

    /// Whether a text in which this subject stands word for word is certain to speak of it: one word alone stands anywhere.
    pub fn is_telling(&self) -> bool {
        self.words.len() + self.versions.len() > 1
    }
}

/// The subject behind "(was: …)".
fn replaced(text: &str) -> Option<&str> {
    let inside = text.trim_end().strip_suffix([')', ']'])?;
    let lower = inside.to_ascii_lowercase();
    let at = lower.rfind("(was").or_else(|| lower.rfind("[was"))?;
    Some(inside[at + 4..].trim_start_matches([':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(subject: &str) -> Topic {
        Topic::all(&Subject::read(subject, &[])).remove(0)
    }

    #[test]
    fn what_a_subject_calls_its_mail_is_no_topic() {
        let check = |subject: &str, expect: &[&str]| {
            let topics = Topic::all(&Subject::read(subject, &[]));
            assert_eq!(
                topics.iter().map(|topic| topic.text.as_str()).collect::<Vec<_>>(),
                expect,
                "{subject}"
            );
        };
        check("[RESULT][VOTE] Move the builds", &["move the builds"]);
        check("[VOTE] Move the builds [RESULT]", &["move the builds"]);
        check("[VOTE] Move the builds (cancelled)", &["move the builds"]);
        check("RESULT: Move the builds", &["move the builds"]);
        check("RESULT: [VOTE] Move the builds", &["move the builds"]);
        check("Result of the vote on move the builds", &["move the builds"]);
        check(
            "[RESULT] Builds are moving (was: [VOTE] Move the builds)",
            &["builds are moving", "move the builds"],
        );
        check("[RESULT]", &[]);
    }

    #[test]
    fn a_reworded_subject_keeps_the_words_and_the_version() {
        let check = |announced: &str, proposal: &str, expect: bool| {
            assert_eq!(topic(announced).rewords(&topic(proposal)), expect, "{announced} | {proposal}");
        };
        check("[RESULT] Foo Plugin 1.2.3", "[VOTE] Release Foo Plugin version 1.2.3", true);
        check("[RESULT] Release of Foo 1.2.3 has passed", "[VOTE] Release Foo 1.2.3", true);
        check("[RESULT] Foo Plugin 1.2.4", "[VOTE] Release Foo Plugin 1.2.3", false);
        check("[RESULT] Foo Plugin 1.2", "[VOTE] Release Foo Plugin 1.2.3", false);
        check("[RESULT] Foo PDF Plugin 1.4", "[VOTE] Release Foo Site Plugin 1.4", false);
        check("[RESULT] Foo Plugin 1.2.3", "[VOTE] Release Foo Plugin 1.2.3 (take 2)", true);
        check("[RESULT] Foo Plugin 1.2.3 RC2", "[VOTE] Release Foo Plugin 1.2.3 (take 2)", true);
        check("[RESULT] Foo Plugin 1.2.3-rc1", "[VOTE] Release Foo Plugin 1.2.3 RC2", false);
        check("[RESULT] Foo Plugin v1.2.3", "[VOTE] Release Foo Plugin 1.2.3", true);
        check("[RESULT] moving builds to the cluster", "[VOTE] Moving builds", true);
        check("[RESULT] Adopt the new logo", "[VOTE] Adopt the new name", false);
        check("[RESULT] Logo", "[VOTE] Adopt the new logo", false);
    }
}
