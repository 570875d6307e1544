//! Votes that stand below somebody else's name: "Ann wrote:", "From the bylaws:", a chat log.

use super::lexicon::Class;
use super::reading::HeldWhy;
use super::roll;
use super::rule::Rule;
use super::sentence::Text;
use super::standing::{Finding, Judge, Standing};
use super::token::{Kind, Token};

impl Judge<'_, '_> {
    /// "He wrote:", "So that it is counted:", "As Ann put it:": what follows the colon is not the sender's.
    pub(super) fn passes_on(&self, lead: usize) -> bool {
        let lead = &self.text.sentences[lead];
        if self.text.row(lead.from).quotes_above != self.text.row(self.at).quotes_above {
            return false; // what the colon led to was quoted
        }
        let words: Vec<&Token> = self.text.of(lead).iter().filter(|token| token.is_word()).collect();
        let Some(first) = words.first() else { return false };
        if words.iter().any(|token| token.is(Class::My)) {
            return false;
        }
        let first_person = matches!(first.text, "I" | "i" | "We" | "we");
        // "I checked the following:" leads to what its author found.
        let found = first_person && words.get(1).is_some_and(|word| word.is(Class::Inquiry));
        let report = |token: &&&Token| token.is(Class::Report) && !(found && token.text == "following");
        if words.iter().any(|token| report(&token)) {
            return true;
        }
        tells_of_another(&words, first_person)
    }
}

/// "On the tracker, Ann commented", "Ann's mail did not arrive, here it is", "From the bylaws".
fn tells_of_another(words: &[&Token], first_person: bool) -> bool {
    let [first, rest @ ..] = words else { return false };
    if first.is(Class::Greeting) {
        return false;
    }
    let said = |token: &Token| {
        matches!(
            token.text.to_lowercase().as_str(),
            "vote"
                | "mail"
                | "email"
                | "message"
                | "reply"
                | "answer"
                | "comment"
                | "opinion"
                | "position"
                | "words"
        )
    };
    let names_his =
        words.windows(2).any(|pair| pair[0].possessive && pair[0].looks_like_a_name() && said(pair[1]));
    if names_his {
        return true;
    }
    let speech = |token: &&Token| token.is(Class::Speech);
    let hands_on = |token: &&Token| {
        let word = token.text.to_lowercase();
        ["forward", "quot", "past", "relay", "copy"].iter().any(|stem| word.starts_with(stem))
    };
    if !words.iter().any(&speech) || first_person && !words.iter().any(hands_on) {
        return false;
    }
    let other = |token: &&Token| {
        token.looks_like_a_name()
            || matches!(token.text, "he" | "she" | "they" | "somebody" | "someone")
            || token.text.len() > 1 && token.is(Class::Speech) && token.text.starts_with(char::is_uppercase)
    };
    rest.iter().any(&other)
        || other(first) && (words.len() <= 4 || rest.first().is_some_and(speech))
        || matches!(first.text, "From" | "from" | "Per" | "per")
}

/// Votes below lines of names, one after the other: a chat log, or the roll of a meeting. They are asked about.
pub(super) fn spoken_by_others(text: &Text, votes: &mut [Finding]) {
    let below: Vec<(usize, bool)> = votes
        .iter()
        .enumerate()
        .filter(|(_, vote)| vote.rule == Rule::OpeningToken && vote.standing == Standing::Casts)
        .filter_map(|(number, vote)| speaker_above(text, vote.at).map(|label| (number, label)))
        .collect();
    if below.len() > 1 || below.iter().any(|(_, label)| *label) {
        for (number, _) in below {
            let vote = &mut votes[number];
            (vote.standing, vote.rule) = (Standing::Held(HeldWhy::Uncertain), Rule::UnclearForm);
        }
    }
}

/// Whether the line directly above a vote that begins its line names somebody, and whether as a label: "Ann Example:".
fn speaker_above(text: &Text, at: usize) -> Option<bool> {
    let row = text.tokens[at].line;
    if text.lines[row].begins_paragraph || text.lines[row].tokens.start != at {
        return None;
    }
    let above = &text.lines[row.checked_sub(1)?];
    let tokens = &text.tokens[above.tokens.clone()];
    let colon = tokens.last().is_some_and(|token| token.is_mark(':'));
    let clock = |token: &Token| {
        token.kind == Kind::Number || token.is_mark(':') || matches!(token.text, "AM" | "PM" | "am" | "pm")
    };
    let end = tokens.iter().position(clock).unwrap_or(tokens.len());
    let named = roll::names(&tokens[..end])?;
    let plain = !tokens.iter().any(|token| token.is_mark(','));
    (plain && tokens[end..].iter().all(clock) && (1..=3).contains(&named)).then_some(colon && named > 1)
}
