//! Conditions in front of a vote: "If the build is green, +1", "fix it and I'm +1".

use super::lexicon::Class;
use super::phrase::Meaning;
use super::standing::Judge;
use super::token::Token;

impl Judge<'_, '_> {
    /// A condition in front of the vote: "If the build is green, +1", "fix it and I'm +1". Tells whether it is an "unless".
    pub(super) fn conditional_lead(&self) -> Option<bool> {
        let lead = &self.text.tokens[self.opening..self.start];
        let speaks_of_one =
            self.classes.has(Class::Condition) || self.found.iter().any(|m| m.meaning == Meaning::Condition);
        if speaks_of_one && let Some(unless) = self.condition_in(lead) {
            return Some(unless);
        }
        if !self.classes.has(Class::Imperative) {
            return None;
        }
        let told = lead.iter().find(|token| token.is_word() && !token.is(Class::Label))?;
        let joined =
            lead.iter().any(|token| matches!(token.text, "and" | "then" | "und" | "en" | "et" | "y"));
        (told.is(Class::Imperative) && joined).then_some(false)
    }

    /// The first condition in the last clause of what leads to the vote: whether it is an "unless".
    fn condition_in(&self, lead: &[Token]) -> Option<bool> {
        let from = lead
            .iter()
            .rposition(|token| token.is_mark(';') || matches!(token.text, "so" | "therefore" | "but"))
            .map_or(0, |i| i + 1);
        let clause = &lead[from..];
        let begins = |meaning: Meaning, at: usize| {
            self.found.iter().any(|m| m.meaning == meaning && m.from == self.opening + from + at)
        };
        let when = |token: &Token| {
            matches!(token.text.to_lowercase().as_str(), "when" | "quand" | "cuando" | "als" | "si")
        };
        let opens = |(at, token): &(usize, &Token)| {
            let inquiry = || *at > 0 && clause[at - 1].is(Class::Inquiry);
            let word = || !inquiry() && !begins(Meaning::IdleCondition, *at) && (*at == 0 || !when(token));
            begins(Meaning::Condition, *at) || token.is(Class::Condition) && word()
        };
        let (_, condition) = clause.iter().enumerate().find(opens)?;
        Some(matches!(condition.text.to_lowercase().as_str(), "unless" | "until" | "tenzij" | "sauf"))
    }
}
