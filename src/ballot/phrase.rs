//! Phrases: short patterns of words, word classes and vote tokens, matched against a sentence in linear time.
//!
//! A pattern is a line of items: `word`, alternatives `one|two`, a class `@class`, `_` (any word of content), `VOTE`
//! (a vote token), a punctuation mark, `$` (no further word follows in the clause). `?` behind an item makes it optional,
//! `*` lets it repeat (at most [`MOST_REPEATS`] times), `^` before the first anchors it at the opening of a sentence.

use super::candidates::{
    Buckets, Candidate, Candidates, MARK_BUCKET, OTHER_BUCKET, UNKNOWN_BUCKET, VOTE_BUCKET, bucket,
    word_bucket,
};
use super::lexicon::{Class, Lexicon, WordId};
use super::token::{Kind, Token};
use std::collections::HashMap;

/// How often a `*` item may repeat: bounds the work that a mail of nothing but adverbs can cause.
const MOST_REPEATS: usize = 3;

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
    pub(super) meaning: Meaning,
    anchored: bool,
    items: Vec<Item>,
    /// The items that may be left out, one bit each.
    optional: u64,
    /// The items that stand for the end of the words.
    ends: u64,
}

#[derive(Debug, Default)]
struct Item {
    words: Vec<WordId>,
    /// The buckets of the tokens it takes.
    buckets: Buckets,
    marks: Vec<char>,
    vote: bool,
    any: bool,
    end: bool,
    optional: bool,
    repeats: bool,
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
    /// Reads a pattern; `named` are the classes by name.
    pub(super) fn parse(
        meaning: Meaning,
        pattern: &str,
        intern: &mut dyn FnMut(&str) -> WordId,
        named: &HashMap<&str, Vec<WordId>>,
    ) -> Result<Self, String> {
        let (anchored, pattern) = match pattern.strip_prefix("^ ") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let mut items = Vec::new();
        for part in pattern.split_whitespace() {
            items.push(Item::parse(part, intern, named)?);
        }
        // A run of `MOST_REPEATS` states stands for each `*`, so that the state set stays a plain bit set.
        let items: Vec<Item> = items.into_iter().flat_map(Item::unrolled).collect();
        let first = items.first().ok_or("empty")?;
        if first.optional || first.any || first.end || !first.marks.is_empty() {
            return Err("must begin with a word or VOTE".to_owned());
        }
        if items.len() >= 63 {
            return Err("too long".to_owned());
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
        self.items.iter().any(|item| {
            !item.optional
                && item.vote
                && !item.end
                && !item.any
                && item.words.is_empty()
                && item.marks.is_empty()
        })
    }

    /// The phrase as one to be tried, under its number.
    pub(super) fn candidate(&self, number: usize) -> Candidate {
        let mut second = Buckets::default();
        let mut rest = self.items[1..].iter();
        loop {
            let Some(item) = rest.next() else {
                second.add(0..=u8::MAX); // the first word is all that it needs
                break;
            };
            second.add_all(&item.buckets);
            if item.end {
                second.add(OTHER_BUCKET..=VOTE_BUCKET); // whatever is no word
            }
            if !item.optional {
                break;
            }
        }
        Candidate { second, number, anchored: self.anchored }
    }

    /// The words its first item may be.
    pub(super) fn first_words(&self) -> &[WordId] {
        &self.items[0].words
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

    /// The token behind the longest match of the phrase from `from` on within `tokens[..to]`, where its first item takes `from`.
    fn match_at(&self, tokens: &[Token], from: usize, to: usize) -> Option<usize> {
        let matched = 1u64 << self.items.len();
        let mut states = 2u64;
        let mut end = None;
        for position in from + 1..=to {
            let next = tokens[..to].get(position);
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
    fn parse(
        part: &str,
        intern: &mut dyn FnMut(&str) -> WordId,
        named: &HashMap<&str, Vec<WordId>>,
    ) -> Result<Self, String> {
        let mut item = Item::default();
        let mut body = part;
        if body.len() > 1 {
            if let Some(rest) = body.strip_suffix('?') {
                (item.optional, body) = (true, rest);
            } else if let Some(rest) = body.strip_suffix('*') {
                (item.optional, item.repeats, body) = (true, true, rest);
            }
        }
        for word in body.split('|') {
            match word {
                "VOTE" => item.vote = true,
                "_" => item.any = true,
                "$" => item.end = true,
                "," | ":" | "(" | ")" | "-" | "=" | ";" | "→" => item.marks.extend(word.chars()),
                _ => match word.strip_prefix('@') {
                    Some(class) => item.words.extend(named.get(class).ok_or(format!("no class {class}"))?),
                    None => item.words.push(intern(word)),
                },
            }
        }
        item.words.sort_unstable();
        if item.any {
            item.buckets.add(UNKNOWN_BUCKET..=OTHER_BUCKET - 1);
        }
        item.words.iter().map(|word| word_bucket(*word)).for_each(|bucket| item.buckets.add(bucket..=bucket));
        if item.vote {
            item.buckets.add(VOTE_BUCKET..=VOTE_BUCKET);
        }
        if !item.marks.is_empty() {
            item.buckets.add(MARK_BUCKET..=MARK_BUCKET);
        }
        Ok(item)
    }

    fn unrolled(self) -> Vec<Item> {
        let times = if self.repeats { MOST_REPEATS } else { 1 };
        let copy = || Item {
            words: self.words.clone(),
            buckets: self.buckets,
            marks: self.marks.clone(),
            repeats: false,
            ..Item {
                vote: self.vote,
                any: self.any,
                end: self.end,
                optional: self.optional,
                ..Item::default()
            }
        };
        (0..times).map(|_| copy()).collect()
    }

    fn takes(&self, token: &Token) -> bool {
        match token.kind {
            Kind::Word => {
                self.words.binary_search(&token.word).is_ok()
                    || self.any && !token.is(Class::Stop) && !token.is(Class::Negation)
            }
            Kind::Vote(_) => self.vote,
            Kind::Mark(mark) => self.marks.contains(&mark),
            _ => false,
        }
    }
}

/// Every phrase in `tokens[from..to]`, which is one sentence, opening at `opening`.
pub(super) fn matches(tokens: &[Token], from: usize, to: usize, opening: usize) -> Vec<Match> {
    let lexicon = Lexicon::get();
    let mut found = Vec::new();
    let last_vote = (from..to).rev().find(|at| tokens[*at].vote().is_some());
    for position in from..to {
        let token = &tokens[position];
        let next = bucket(tokens[..to].get(position + 1));
        let mut attempt = |candidates: &Candidates| {
            for candidate in candidates.followed_by(next) {
                if candidate.anchored && position > opening {
                    continue;
                }
                let phrase = lexicon.phrase(candidate.number);
                if let Some(end) = phrase.match_at(tokens, position, to) {
                    found.push(Match { meaning: phrase.meaning, from: position, to: end });
                }
            }
        };
        match token.kind {
            Kind::Word => {
                lexicon.plain_beginning_with(token.word).into_iter().for_each(&mut attempt);
                if last_vote.is_some_and(|vote| vote > position) {
                    lexicon.voting_beginning_with(token.word).into_iter().for_each(&mut attempt);
                }
            }
            Kind::Vote(_) => attempt(lexicon.beginning_with_vote()),
            _ => {}
        }
    }
    found
}
