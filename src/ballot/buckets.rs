//! Which tokens an item of a phrase may take, told at a glance: tokens fall into buckets, and a set of those is four numbers.

use super::lexicon::{UNKNOWN, WordId};
use super::token::{Kind, Token};

/// A set of buckets of tokens: which ones an item may take, told at a glance. Words share [`WORD_BUCKETS`] of them, and those that
/// no file names have one to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Buckets([u64; 4]);

/// Words that no file names.
pub(super) const UNKNOWN_BUCKET: u8 = 0;
const WORD_BUCKETS: u16 = 252;
/// Numbers, boxes, thumbs, and the end of the sentence.
pub(super) const OTHER_BUCKET: u8 = 253;
/// Punctuation.
pub(super) const MARK_BUCKET: u8 = 254;
/// Vote tokens.
pub(super) const VOTE_BUCKET: u8 = 255;

impl Buckets {
    /// Whether `bucket` is among them.
    pub(super) fn has(&self, bucket: u8) -> bool {
        self.0[usize::from(bucket / 64)] & (1 << (bucket % 64)) != 0
    }

    /// Adds a run of buckets.
    pub(super) fn add(&mut self, buckets: std::ops::RangeInclusive<u8>) {
        for bucket in buckets {
            self.0[usize::from(bucket / 64)] |= 1 << (bucket % 64);
        }
    }

    /// Does something for each of them.
    pub(super) fn each(&self, mut done: impl FnMut(u8)) {
        for (place, mut left) in self.0.into_iter().enumerate() {
            while left != 0 {
                done((64 * place) as u8 + left.trailing_zeros() as u8);
                left &= left - 1;
            }
        }
    }

    /// Adds the buckets of another set.
    pub(super) fn add_all(&mut self, other: &Buckets) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }
}

/// The bucket of a word.
pub(super) fn word_bucket(word: WordId) -> u8 {
    if word == UNKNOWN { UNKNOWN_BUCKET } else { 1 + (word % WORD_BUCKETS) as u8 }
}

/// The bucket of a token; without one, of the end of a sentence.
pub(super) fn bucket(token: Option<&Token>) -> u8 {
    match token {
        Some(Token { kind: Kind::Word, word, .. }) => word_bucket(*word),
        Some(Token { kind: Kind::Vote(_), .. }) => VOTE_BUCKET,
        Some(Token { kind: Kind::Mark(_), .. }) => MARK_BUCKET,
        _ => OTHER_BUCKET,
    }
}
