//! Which phrases are worth trying at a word. Most words begin many phrases, and few of those can be complete in their sentence: every
//! phrase has a key, the rarest of the words that it cannot do without, and is tried only before its key; and only where its second
//! item may take the token that follows.

use super::lexicon::{UNKNOWN, WordId};
use super::phrase::Phrase;

/// How many phrases the word files may hold.
pub(super) const MOST_PHRASES: usize = 64 * BLOCKS;

const BLOCKS: usize = 32;

/// A set of phrases by their numbers, one bit each.
type Set = [u64; BLOCKS];

/// Phrases by the words that they begin with and those that they need.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// The phrases that may begin with each word; those that may begin with a vote token stand under [`UNKNOWN`].
    begin: ByWord,
    /// The phrases whose key each word is.
    need: ByWord,
    /// The phrases without a key.
    keyless: Set,
    /// The phrases that a vote token must be in.
    voting: Set,
    /// For each bucket the phrases that go on with a token of it.
    follow: Vec<Set>,
}

impl Candidates {
    /// All `phrases`; `commonness` says of each word how common it is.
    pub(super) fn of(phrases: &[Phrase], commonness: &[u32]) -> Self {
        let mut candidates = Candidates { follow: vec![[0; BLOCKS]; 256], ..Candidates::default() };
        let (mut begin, mut need) = (Vec::new(), Vec::new());
        for (number, phrase) in phrases.iter().enumerate().take(MOST_PHRASES) {
            let (block, bit) = (number / 64, 1 << (number % 64));
            let vote = phrase.begins_with_vote().then_some(UNKNOWN);
            begin.extend(phrase.first_words().iter().copied().chain(vote).map(|word| (word, number)));
            match phrase.key(commonness) {
                Some(key) => need.extend(key.iter().map(|word| (*word, number))),
                None => candidates.keyless[block] |= bit,
            }
            if phrase.needs_vote() {
                candidates.voting[block] |= bit;
            }
            phrase.second().each(|bucket| candidates.follow[usize::from(bucket)][block] |= bit);
        }
        candidates.begin = ByWord::of(&begin, commonness.len());
        candidates.need = ByWord::of(&need, commonness.len());
        candidates
    }

    /// At the end of a sentence.
    pub(super) fn at_the_end(&self) -> Open<'_> {
        Open { candidates: self, keyed: self.keyless }
    }
}

/// The phrases that may be complete in what follows a place in a sentence, from its end backwards.
pub(super) struct Open<'c> {
    candidates: &'c Candidates,
    /// Those whose key stands there, or that have none.
    keyed: Set,
}

impl Open<'_> {
    /// Goes back over a word.
    pub(super) fn pass(&mut self, word: WordId) {
        for (block, phrases) in self.candidates.need.of_word(word) {
            self.keyed[usize::from(*block) % BLOCKS] |= phrases;
        }
    }

    /// Those that may begin with this word, or for [`UNKNOWN`] with a vote token, before a token of bucket `next`.
    pub(super) fn beginning_with(&self, word: WordId, next: u8) -> impl Iterator<Item = Block> {
        let Candidates { begin, voting, follow, .. } = self.candidates;
        let follow = &follow[usize::from(next)];
        begin.of_word(word).iter().filter_map(move |(block, phrases)| {
            let block = usize::from(*block) % BLOCKS;
            let keyed = phrases & self.keyed[block];
            let phrases = if keyed == 0 { 0 } else { keyed & follow[block] };
            (phrases != 0).then(|| Block { first: 64 * block, phrases, voting: voting[block] })
        })
    }
}

/// Up to 64 phrases that follow each other in the word files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// The number of the first.
    first: usize,
    /// The phrases.
    phrases: u64,
    /// Which of them a vote token must be in.
    voting: u64,
}

impl Block {
    /// Those that a vote token must be in, or the others.
    pub(super) fn only(self, voting: bool) -> Self {
        let sort = if voting { self.voting } else { !self.voting };
        Block { phrases: self.phrases & sort, ..self }
    }

    /// The phrases' numbers, in their order.
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.phrases;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(self.first + bit)
        })
    }
}

/// A set of phrases for each word.
#[derive(Debug, Default)]
struct ByWord {
    /// Where the blocks of each word begin, and where the last word's end.
    starts: Vec<u32>,
    /// The blocks that are not empty, with their places.
    blocks: Vec<(u8, u64)>,
}

impl ByWord {
    /// The sets of words up to `words`; of each word the numbers come in order.
    fn of(pairs: &[(WordId, usize)], words: usize) -> Self {
        let mut ends = vec![0; words + 1];
        pairs.iter().for_each(|(word, _)| ends[usize::from(*word) + 1] += 1);
        for word in 1..=words {
            ends[word] += ends[word - 1];
        }
        let mut numbers = vec![0; pairs.len()];
        for (word, number) in pairs {
            let end = &mut ends[usize::from(*word)];
            numbers[*end] = *number;
            *end += 1;
        }
        let mut sets = ByWord::default();
        let mut from = 0;
        for to in &ends[..words] {
            let start = sets.blocks.len();
            sets.starts.push(start as u32);
            for number in &numbers[from..*to] {
                let (block, bit) = ((number / 64) as u8, 1 << (number % 64));
                match sets.blocks[start..].last_mut() {
                    Some((last, phrases)) if *last == block => *phrases |= bit,
                    _ => sets.blocks.push((block, bit)),
                }
            }
            from = *to;
        }
        sets.starts.push(sets.blocks.len() as u32);
        sets
    }

    fn of_word(&self, word: WordId) -> &[(u8, u64)] {
        let word = usize::from(word);
        let Some([start, end]) = self.starts.get(word..).and_then(<[u32]>::first_chunk) else { return &[] };
        self.blocks.get(*start as usize..*end as usize).unwrap_or_default()
    }
}
