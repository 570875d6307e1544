//! What a line is made of: words, vote tokens, ballot boxes, marks.

use super::lexicon::{Class, Classes, WordId};
use super::vote_token::VoteToken;

/// One token of a line.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// As it is written.
    pub(super) text: &'a str,
    /// For a word, its number in the lexicon ("don't" is two words).
    pub(super) word: WordId,
    /// For a word, its classes.
    pub(super) classes: Classes,
    /// Whether it bears a possessive ending: "Ann's".
    pub(super) possessive: bool,
    /// Index of its line.
    pub(super) line: usize,
    /// Where it begins in the line, in bytes.
    pub(super) start: usize,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A word, also with dots, dashes and digits inside: "lib.name", "JDK21".
    Word,
    /// Digits: "21", "3.0".
    Number,
    /// A vote token that stands apart.
    Vote(VoteToken),
    /// A ballot box, ticked or not.
    Box {
        /// Whether it is ticked.
        ticked: bool,
    },
    /// A ballot box that holds the vote itself: `[+1]`.
    Filled(VoteToken),
    /// Punctuation and other marks; an arrow is `→`, a smiley `☺`, a dash `-`, an ellipsis `…`.
    Mark(char),
    /// A thumb.
    Thumb {
        /// Up or down.
        up: bool,
    },
}

impl Token<'_> {
    /// Whether it is a word.
    pub(super) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    /// Whether it is a word of `class`.
    pub(super) fn is(&self, class: Class) -> bool {
        self.classes.has(class)
    }

    /// Whether it is this mark.
    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// The vote token it is, if any; boxes not counted.
    pub(super) fn vote(&self) -> Option<VoteToken> {
        match self.kind {
            Kind::Vote(vote) => Some(vote),
            _ => None,
        }
    }

    /// Whether it begins with a capital and is no word of any class: what a name looks like.
    pub(super) fn looks_like_a_name(&self) -> bool {
        self.is_word()
            && self.classes == Classes::default()
            && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it only opens or closes a stretch of text, or dresses it: quotes, brackets, asterisks.
    pub(super) fn is_dress(&self) -> bool {
        matches!(self.kind, Kind::Mark('"' | '*' | '(' | ')' | '[' | ']' | '<' | '☺'))
    }
}
