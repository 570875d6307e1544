//! The words of results and cancellations, read from `words/events.txt`.

use crate::ballot::Vote;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A set of classes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ballot) struct Classes(u64);

/// What a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::ballot) enum Class {
    Result,
    Cancel,
    Discuss,
    Vote,
    Beside,
    Passed,
    Failed,
    Cancelled,
    Negation,
    NegatedVerb,
    Condition,
    Open,
    Besides,
    Binding,
    NonBinding,
    Non,
    Plus,
    Minus,
    Zero,
    From,
    And,
    Other,
    Particle,
    Filler,
    NoName,
    Generic,
    Round,
    Number,
}

/// The name of each class but the numbers', as the file has it.
const NAMES: [(&str, Class); 27] = [
    ("result", Class::Result),
    ("cancel", Class::Cancel),
    ("discuss", Class::Discuss),
    ("vote", Class::Vote),
    ("beside", Class::Beside),
    ("passed", Class::Passed),
    ("failed", Class::Failed),
    ("cancelled", Class::Cancelled),
    ("negation", Class::Negation),
    ("negated-verb", Class::NegatedVerb),
    ("condition", Class::Condition),
    ("open", Class::Open),
    ("besides", Class::Besides),
    ("binding", Class::Binding),
    ("non-binding", Class::NonBinding),
    ("non", Class::Non),
    ("plus", Class::Plus),
    ("minus", Class::Minus),
    ("zero", Class::Zero),
    ("from", Class::From),
    ("and", Class::And),
    ("other", Class::Other),
    ("particle", Class::Particle),
    ("filler", Class::Filler),
    ("no-name", Class::NoName),
    ("generic", Class::Generic),
    ("round", Class::Round),
];

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ballot) struct Known {
    classes: Classes,
    /// The number that it spells.
    pub number: Option<u32>,
}

impl Known {
    /// Whether the word is of that class.
    pub fn is(self, class: Class) -> bool {
        self.classes.0 & (1 << class as u8) != 0
    }

    /// The vote that the word stands for.
    pub fn vote(self) -> Option<Vote> {
        let votes = [(Class::Plus, Vote::Plus), (Class::Minus, Vote::Minus), (Class::Zero, Vote::Zero)];
        votes.into_iter().find(|(class, _)| self.is(*class)).map(|(_, vote)| vote)
    }
}

/// What is known of a word, folded.
pub(in crate::ballot) fn known(word: &str) -> Known {
    static WORDS: OnceLock<HashMap<&'static str, Known>> = OnceLock::new();
    WORDS.get_or_init(read).get(word).copied().unwrap_or_default()
}

fn read() -> HashMap<&'static str, Known> {
    let mut words: HashMap<&'static str, Known> = HashMap::new();
    for line in include_str!("../words/events.txt").lines() {
        let Some((head, listed)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else { continue };
        let class = head.split(' ').next().unwrap_or_default();
        let number = class.strip_prefix("number-").and_then(|number| number.parse().ok());
        let class = NAMES.iter().find(|(name, _)| *name == class).map(|(_, class)| *class);
        for word in listed.split(' ') {
            let known = words.entry(word).or_default();
            known.number = known.number.or(number);
            let class = class.unwrap_or(Class::Number);
            known.classes.0 |= 1 << class as u8;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_known_classes_and_folded_words() {
        for line in include_str!("../words/events.txt").lines().filter(|line| !line.starts_with('#')) {
            let Some((head, listed)) = line.split_once(": ") else {
                assert!(line.is_empty(), "{line:?}");
                continue;
            };
            let (class, language) = head.split_once(' ').unwrap();
            let number = class.strip_prefix("number-").is_some_and(|n| n.parse::<u32>().is_ok());
            assert!(number || NAMES.iter().any(|(name, _)| *name == class), "{class}");
            assert!(["en", "de", "nl", "fr", "es"].contains(&language), "{language}");
            for word in listed.split(' ') {
                assert_eq!(word, super::super::folded(word), "{head}");
            }
        }
    }

    #[test]
    fn a_word_may_be_several_things() {
        assert!(known("cancelled").is(Class::Cancel) && known("cancelled").is(Class::Cancelled));
        assert_eq!(known("against").vote(), Some(Vote::Minus));
        assert_eq!(known("three").number, Some(3));
        assert_eq!(known("xyzzy"), Known::default());
    }
}
