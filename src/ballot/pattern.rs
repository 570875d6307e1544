//! Patterns of the word files → phrases.
//!
//! A pattern is a line of items: `word`, alternatives `one|two`, a class `@class`, `_` (any word of content), `VOTE`
//! (a vote token), a punctuation mark, `$` (no further word follows in the clause). `?` behind an item makes it optional,
//! `*` lets it repeat (at most [`MOST_REPEATS`] times), `^` before the first anchors it at the opening of a sentence.

use super::buckets::{MARK_BUCKET, OTHER_BUCKET, UNKNOWN_BUCKET, VOTE_BUCKET, word_bucket};
use super::lexicon::WordId;
use super::phrase::{Item, Meaning, Phrase, mark_bit};
use std::collections::HashMap;

/// How often a `*` item may repeat: bounds the work that a mail of nothing but adverbs can cause.
const MOST_REPEATS: usize = 3;

/// How many items of different wording there usually are.
const USUAL_ITEMS: usize = 3_000;

/// Reads patterns.
pub(super) struct Patterns<'f> {
    /// The words of each class.
    classes: HashMap<&'f str, Vec<WordId>>,
    /// Items read before, by their wording without `?` and `*`: most stand in many patterns, which share their words.
    known: HashMap<&'f str, Item>,
}

impl<'f> Patterns<'f> {
    /// Patterns that may name these classes.
    pub(super) fn new(classes: HashMap<&'f str, Vec<WordId>>) -> Self {
        Patterns { classes, known: HashMap::with_capacity(USUAL_ITEMS) }
    }

    /// Reads a pattern; `intern` gives a word its number.
    ///
    /// # Errors
    /// Says in words what is wrong with the pattern.
    pub(super) fn phrase(
        &mut self,
        meaning: Meaning,
        pattern: &'f str,
        intern: &mut dyn FnMut(&str) -> WordId,
    ) -> Result<Phrase, String> {
        let (anchored, pattern) = match pattern.strip_prefix("^ ") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let mut items = Vec::new();
        for part in pattern.split_ascii_whitespace() {
            // A run of `MOST_REPEATS` states stands for each `*`, so that the state set stays a plain bit set.
            let (wording, optional, times) = match (part.strip_suffix('?'), part.strip_suffix('*')) {
                (Some(wording), _) if !wording.is_empty() => (wording, true, 1),
                (_, Some(wording)) if !wording.is_empty() => (wording, true, MOST_REPEATS),
                _ => (part, false, 1),
            };
            let item = Item { optional, ..self.item(wording, intern)? };
            items.extend(std::iter::repeat_n(item, times));
        }
        Ok(Phrase::new(meaning, anchored, items)?)
    }

    fn item(&mut self, wording: &'f str, intern: &mut dyn FnMut(&str) -> WordId) -> Result<Item, String> {
        if let Some(item) = self.known.get(wording) {
            return Ok(item.clone());
        }
        let mut item = Item::default();
        let mut words = Vec::new();
        for word in wording.split('|') {
            match word {
                "VOTE" => item.vote = true,
                "_" => item.any = true,
                "$" => item.end = true,
                "," | ":" | "(" | ")" | "-" | "=" | ";" | "→" => {
                    item.marks |= word.chars().map(mark_bit).sum::<u8>();
                }
                _ => match word.strip_prefix('@') {
                    Some(class) => {
                        words.extend(self.classes.get(class).ok_or_else(|| format!("no class {class}"))?)
                    }
                    None => words.push(intern(word)),
                },
            }
        }
        words.sort_unstable();
        words.dedup();
        if item.any {
            item.buckets.add(UNKNOWN_BUCKET..=OTHER_BUCKET - 1);
        }
        words.iter().map(|word| word_bucket(*word)).for_each(|bucket| item.buckets.add(bucket..=bucket));
        if item.vote {
            item.buckets.add(VOTE_BUCKET..=VOTE_BUCKET);
        }
        if item.marks != 0 {
            item.buckets.add(MARK_BUCKET..=MARK_BUCKET);
        }
        item.words = words.into();
        self.known.insert(wording, item.clone());
        Ok(item)
    }
}
