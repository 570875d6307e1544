//! Which phrases may begin with a word, told by the token behind it at a glance: most words begin many phrases, and few of them go on
//! as the sentence does.

use super::lexicon::{UNKNOWN, WordId};
use super::token::{Kind, Token};

/// A phrase that may begin at a token, with what must follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The buckets of tokens that may follow its first word; a phrase that none of them follows is not tried.
    pub(super) second: Buckets,
    /// The phrase's number.
    pub(super) number: usize,
    /// Whether it stands only at the opening of a sentence.
    pub(super) anchored: bool,
}

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

/// The phrases that may begin with one word, in the order of their files.
#[derive(Debug, Clone, Default)]
pub(super) struct Candidates {
    all: Vec<Candidate>,
    /// For each 64 of them and each bucket, which ones a token of that bucket may follow, one bit each.
    following: Vec<[u64; 256]>,
}

impl Candidates {
    /// Adds a phrase.
    pub(super) fn push(&mut self, candidate: Candidate) {
        let bit = self.all.len() % 64;
        if bit == 0 {
            self.following.push([0; 256]);
        }
        if let Some(last) = self.following.last_mut() {
            let taken = (0..=u8::MAX).filter(|bucket| candidate.second.has(*bucket));
            taken.for_each(|bucket| last[usize::from(bucket)] |= 1 << bit);
        }
        self.all.push(candidate);
    }

    /// The phrases that go on with a token of `bucket`.
    pub(super) fn followed_by(&self, bucket: u8) -> impl Iterator<Item = &Candidate> {
        self.following.iter().zip(self.all.chunks(64)).flat_map(move |(buckets, phrases)| {
            let mut left = buckets[usize::from(bucket)];
            std::iter::from_fn(move || {
                let phrase = phrases.get(left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(phrase)
            })
        })
    }
}
