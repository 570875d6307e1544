//! Phrases: short patterns of words, word classes and vote tokens, matched against a sentence in linear time.

use super::buckets::{Buckets, OTHER_BUCKET, VOTE_BUCKET, bucket};
use super::candidates::Block;
use super::lexicon::{Class, Lexicon, UNKNOWN, WordId};
use super::token::{Kind, Token};
use std::sync::Arc;

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// This vote, said in the first person.
    FirstPerson,
    /// A vote said of a case that is not so, or not yet.
    Tentative,
    /// A vote that was not cast.
    NotCast,
    /// The author's vote becomes another.
    Changed,
    /// The author takes an earlier vote back.
    Withdrawn,
    /// Agreement with what somebody said.
    Agreement,
    /// A condition of several words: "as soon as".
    Condition,
    /// A condition in form only: "if you ask me".
    IdleCondition,
    /// Support in words, in so many words.
    Support,
    /// A thing said against the proposal.
    Objection,
    /// An objection put as a request, which a question mark does not undo: "can we hold off?"
    Plea,
    /// "No", which is an answer to the proposal where a post says nothing else.
    Refusal,
    /// What only looks like an objection.
    NoObjection,
    /// What follows is somebody else's, or supposed: "she thinks".
    Reported,
    /// An objection notwithstanding, the author lets the proposal pass: "but I won't block it".
    Conceded,
    /// What stood against the proposal does so no longer.
    Settled,
}

impl Meaning {
    /// The meaning that a word file calls by this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "first-person" => Meaning::FirstPerson,
            "tentative" => Meaning::Tentative,
            "not-cast" => Meaning::NotCast,
            "changed-vote" => Meaning::Changed,
            "withdrawn" => Meaning::Withdrawn,
            "agreement" => Meaning::Agreement,
            "condition" => Meaning::Condition,
            "idle-condition" => Meaning::IdleCondition,
            "support" => Meaning::Support,
            "objection" => Meaning::Objection,
            "plea" => Meaning::Plea,
            "refusal" => Meaning::Refusal,
            "no-objection" => Meaning::NoObjection,
            "reported" => Meaning::Reported,
            "conceded" => Meaning::Conceded,
            "settled" => Meaning::Settled,
            _ => return None,
        })
    }
}

/// One pattern of a word file.
#[derive(Debug)]
pub(super) struct Phrase {
    /// What it says.
    meaning: Meaning,
    /// Whether it stands only at the opening of a sentence.
    anchored: bool,
    items: Vec<Item>,
    /// The items that may be left out, one bit each.
    optional: u64,
    /// The items that stand for the end of the words.
    ends: u64,
}

/// What one token of a phrase may be.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// Any of these words, in order.
    pub(super) words: Arc<[WordId]>,
    /// The buckets of the tokens it takes.
    pub(super) buckets: Buckets,
    /// Any of these marks, as bits by their places in [`MARKS`].
    pub(super) marks: u8,
    /// A vote token.
    pub(super) vote: bool,
    /// Any word of content.
    pub(super) any: bool,
    /// The end of the words.
    pub(super) end: bool,
    /// Nothing at all.
    pub(super) optional: bool,
}

/// The marks that phrases may hold.
const MARKS: [char; 8] = [',', ':', '(', ')', '-', '=', ';', '→'];

/// The bit of a mark; none where no phrase may hold it.
pub(super) fn mark_bit(mark: char) -> u8 {
    MARKS.iter().position(|known| *known == mark).map_or(0, |place| 1 << place)
}

/// Where a phrase stands in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    /// What it says.
    pub(super) meaning: Meaning,
    /// Its first token.
    pub(super) from: usize,
    /// The token behind its last.
    pub(super) to: usize,
}

impl Phrase {
    /// A phrase of these items.
    pub(super) fn new(meaning: Meaning, anchored: bool, items: Vec<Item>) -> Result<Self, &'static str> {
        let first = items.first().ok_or("empty")?;
        if first.optional || first.any || first.end || first.marks != 0 {
            return Err("must begin with a word or VOTE");
        }
        if items.len() >= 63 {
            return Err("too long");
        }
        let bits = |is: fn(&Item) -> bool| {
            items
                .iter()
                .enumerate()
                .filter(|(_, item)| is(item))
                .fold(0, |bits, (number, _)| bits | 1 << number)
        };
        let (optional, ends) = (bits(|item| item.optional), bits(|item| item.end));
        Ok(Phrase { meaning, anchored, items, optional, ends })
    }

    /// Whether its first item is a vote token.
    pub(super) fn begins_with_vote(&self) -> bool {
        self.items[0].vote
    }

    /// Whether it holds a vote token wherever it stands.
    pub(super) fn needs_vote(&self) -> bool {
        let vote =
            |item: &Item| item.vote && !item.end && !item.any && item.words.is_empty() && item.marks == 0;
        self.items.iter().any(|item| !item.optional && vote(item))
    }

    /// The words its first item may be.
    pub(super) fn first_words(&self) -> &[WordId] {
        &self.items[0].words
    }

    /// The buckets of the tokens that may follow its first.
    pub(super) fn second(&self) -> Buckets {
        let mut second = Buckets::default();
        for item in &self.items[1..] {
            second.add_all(&item.buckets);
            if item.end {
                second.add(OTHER_BUCKET..=VOTE_BUCKET); // whatever is no word
            }
            if !item.optional {
                return second;
            }
        }
        second.add(0..=u8::MAX); // the first is all that it needs
        second
    }

    /// The words of which one must follow its first, wherever it stands: of several such items the least common.
    pub(super) fn key(&self, commonness: &[u32]) -> Option<&[WordId]> {
        let words = |item: &&Item| !(item.optional || item.any || item.end || item.vote || item.marks != 0);
        let common = |item: &&Item| item.words.iter().map(|word| commonness[usize::from(*word)]).sum::<u32>();
        self.items[1..].iter().filter(words).min_by_key(common).map(|item| &*item.words)
    }

    /// The states reachable without a token; `next` is the token ahead. The bit behind the last item means "matched".
    fn closure(&self, mut states: u64, next: Option<&Token>) -> u64 {
        let free =
            if next.is_none_or(|token| !token.is_word()) { self.optional | self.ends } else { self.optional };
        loop {
            let more = states | ((states & free) << 1);
            if more == states {
                return states;
            }
            states = more;
        }
    }

    fn step(&self, states: u64, token: &Token) -> u64 {
        let bucket = bucket(Some(token));
        let mut left = states;
        let mut next = 0;
        while left != 0 {
            let number = left.trailing_zeros();
            left &= left - 1;
            let taken = self
                .items
                .get(number as usize)
                .is_some_and(|item| item.buckets.has(bucket) && item.takes(token));
            next |= u64::from(taken) << (number + 1);
        }
        next
    }

    /// The token behind the longest match of the phrase from `from` on in `tokens`, where its first item takes `from`.
    fn match_at(&self, tokens: &[Token], from: usize) -> Option<usize> {
        let matched = 1u64 << self.items.len();
        let mut states = 2u64;
        let mut end = None;
        for position in from + 1..=tokens.len() {
            let next = tokens.get(position);
            states = self.closure(states, next);
            if states & matched != 0 {
                end = Some(position);
            }
            let Some(token) = next else { break };
            states = self.step(states, token);
            if states == 0 {
                break;
            }
        }
        end
    }
}

impl Item {
    fn takes(&self, token: &Token) -> bool {
        match token.kind {
            Kind::Word => {
                self.words.binary_search(&token.word).is_ok()
                    || self.any && !token.is(Class::Stop) && !token.is(Class::Negation)
            }
            Kind::Vote(_) => self.vote,
            Kind::Mark(mark) => self.marks & mark_bit(mark) != 0,
            _ => false,
        }
    }
}

/// Looks for phrases in one sentence.
struct Search<'t, 'a> {
    /// The text up to the sentence's end.
    tokens: &'t [Token<'a>],
    /// Where the sentence opens.
    opening: usize,
    found: Vec<Match>,
}

impl Search<'_, '_> {
    /// Tries phrases that may begin at `position`.
    fn at(&mut self, position: usize, block: Block) {
        for phrase in block.numbers().map(|number| Lexicon::get().phrase(number)) {
            if phrase.anchored && position > self.opening {
                continue;
            }
            if let Some(to) = phrase.match_at(self.tokens, position) {
                self.found.push(Match { meaning: phrase.meaning, from: position, to });
            }
        }
    }
}

/// Every phrase in `tokens[from..to]`, which is one sentence, opening at `opening`.
pub(super) fn matches(tokens: &[Token], from: usize, to: usize, opening: usize) -> Vec<Match> {
    let tokens = &tokens[..to];
    let mut search = Search { tokens, opening, found: Vec::new() };
    let mut open = Lexicon::get().candidates().at_the_end();
    let mut vote_follows = false;
    let mut next = bucket(None);
    for position in (from..to).rev() {
        let token = &tokens[position];
        match token.kind {
            Kind::Word if token.word != UNKNOWN => {
                let beginning = || open.beginning_with(token.word, next);
                beginning().for_each(|block| search.at(position, block.only(false)));
                if vote_follows {
                    beginning().for_each(|block| search.at(position, block.only(true)));
                }
                open.pass(token.word);
            }
            Kind::Vote(_) => {
                open.beginning_with(UNKNOWN, next).for_each(|block| search.at(position, block));
                vote_follows = true;
            }
            _ => {}
        }
        next = bucket(Some(token));
    }
    search.found.sort_by_key(|m| m.from);
    search.found
}
