//! Votes that nobody's name stands to: their place in the sentence speaks for them.

use super::lexicon::Class;
use super::phrase::Meaning;
use super::reading::Vote;
use super::rule::Rule;
use super::standing::{Finding, Judge, Standing};
use super::token::{Kind, Token};
use super::vote_token::Form;
use super::word_end::is_unspaced;

/// Words of programs and their numbers: a -1 behind them is no vote.
const TECHNICAL: [&str; 31] = [
    "return",
    "returns",
    "returned",
    "returning",
    "code",
    "codes",
    "exit",
    "exits",
    "value",
    "values",
    "status",
    "output",
    "prints",
    "printed",
    "default",
    "defaults",
    "errno",
    "offset",
    "index",
    "timeout",
    "limit",
    "unlimited",
    "infinite",
    "set",
    "sets",
    "shows",
    "function",
    "variable",
    "parameter",
    "number",
    "error",
];

/// What opens a sentence and says nothing on the question.
fn plain(token: &Token) -> bool {
    token.is(Class::Opener) || token.is(Class::Adverb) || token.is_dress()
}

impl Judge<'_, '_> {
    /// The rules for a token that nobody's name stands to: its place in the sentence speaks for it.
    pub(super) fn stands_as_a_vote(&self, before: Option<&Finding>) -> Option<(Rule, bool)> {
        let fits = match self.token.form {
            Form::Plain => true,
            Form::Odd => {
                let it = &self.complement;
                self.start == self.at && (it.alone || it.claim.is_some() || it.bare)
            }
            Form::Unlikely => false,
            Form::Unsigned => self.zero_stands(),
        };
        if !fits || self.complement.from_another {
            return None;
        }
        if let Some(before) = before.filter(|before| before.standing != Standing::Mentioned)
            && self.coordinated_with(before)
        {
            return Some((Rule::Coordinated, before.first_person));
        }
        if self.phrase(Meaning::Tentative).is_some() {
            return Some((Rule::Tentative, true));
        }
        self.place()
    }

    fn place(&self) -> Option<(Rule, bool)> {
        let tokens = &self.text.tokens;
        let lead = &tokens[self.opening..self.start];
        let claims = |token: &Token| token.is(Class::Binding) || token.is(Class::NonBinding);
        if lead
            .iter()
            .all(|token| plain(token) || claims(token) || matches!(token.kind, Kind::Mark(',' | '-')))
        {
            return Some((Rule::OpeningToken, false));
        }
        let last = lead.iter().rfind(|token| !token.is_dress())?;
        let words: Vec<&Token> = lead.iter().filter(|token| token.is_word()).collect();
        if last.is_mark(':') {
            return self.behind_a_colon(lead, &words);
        }
        let comes_last = matches!(
            last.text.to_lowercase().as_str(),
            "so" | "therefore" | "hence" | "thus" | "dus" | "daher" | "deshalb" | "donc"
        );
        let greets = |word: &&Token| word.is(Class::Greeting) || plain(word) || word.looks_like_a_name();
        if last.is_mark(',')
            && words.len() <= 5
            && words.first().is_some_and(|word| word.is(Class::Greeting))
            && words.iter().all(greets)
        {
            return Some((Rule::AfterGreeting, false));
        }
        let but = matches!(last.text, "but" | "aber" | "maar" | "mais" | "pero");
        if but && !words.first().is_some_and(|word| word.is(Class::Asking)) && self.closes_its_clause(lead) {
            return Some((Rule::AfterClause, false));
        }
        if self.reported(lead)
            || last.is(Class::Dangling) && !comes_last && !matches!(last.text, "but" | "and")
        {
            return None;
        }
        if comes_last {
            return Some((Rule::Conclusion, false));
        }
        let praise = |word: &&Token| {
            word.is(Class::Praise)
                || word.is(Class::Article)
                || plain(word)
                || word.is(Class::Pointer)
                || word.is(Class::Me)
                || word.looks_like_a_name()
        };
        let parted = !last.is_word() || self.token.vote == Vote::Plus;
        if parted
            && words.iter().all(praise)
            && words.iter().any(|word| word.is(Class::Praise) || word.is(Class::Greeting))
        {
            return Some((Rule::AfterPraise, false));
        }
        self.behind_a_clause(lead, &words)
    }

    /// What leads to a vote behind a colon: a label, or a report that ends in praise.
    fn behind_a_colon(&self, lead: &[Token], words: &[&Token]) -> Option<(Rule, bool)> {
        let labels = words.iter().all(|word| {
            word.is(Class::Label)
                || word.text.len() == 1
                || word.is(Class::My)
                || word.is(Class::Me)
                || word.is(Class::Article)
                || plain(word)
        });
        let own = words.iter().any(|word| word.is(Class::My) || word.is(Class::Me));
        let leads = words.first().is_some_and(|word| word.is(Class::Preamble)) && !self.reported(lead);
        if labels && words.len() <= 6 || leads && self.token.form == Form::Plain {
            return Some((Rule::Labelled, own));
        }
        // "Ran the tests on two machines, all good: +1"
        let clause = lead.iter().rposition(|token| token.is_mark(',')).map_or(0, |comma| comma + 1);
        let mut last_words = lead[clause..].iter().filter(|token| token.is_word()).peekable();
        let praised = last_words.peek().is_some()
            && last_words.all(|word| {
                word.is(Class::Praise)
                    || plain(word)
                    || word.is(Class::Pointer)
                    || word.text.starts_with("I'")
                    || word.text == "I"
            });
        (praised && !self.reported(lead)).then_some((Rule::AfterPraise, false))
    }

    /// "Late to the party, but +1"
    fn behind_a_clause(&self, lead: &[Token], words: &[&Token]) -> Option<(Rule, bool)> {
        let behind = lead
            .iter()
            .rev()
            .take_while(|token| token.is(Class::Opener) || token.is(Class::Adverb) || token.is_dress());
        let lead = &lead[..lead.len() - behind.count()];
        if !lead.last().is_some_and(|token| matches!(token.kind, Kind::Mark(',' | ';'))) {
            return None;
        }
        let greeting = words.first().is_some_and(|word| word.is(Class::Greeting) || word.looks_like_a_name());
        let only_words = lead[..lead.len() - 1]
            .iter()
            .all(|token| token.is_word() || token.is_dress() || token.is_mark(','));
        if greeting && only_words && words.len() <= 5 {
            return Some((Rule::AfterGreeting, false));
        }
        self.closes_its_clause(lead).then_some((Rule::AfterClause, false))
    }

    /// "The build is green on all platforms, +1": the vote is all that follows the comma.
    fn closes_its_clause(&self, lead: &[Token]) -> bool {
        let it = &self.complement;
        let near = lead.iter().rev().take(5);
        let numbers = near
            .clone()
            .any(|token| token.kind == Kind::Number && token.text.len() < 3 || token.vote().is_some());
        let scoped = self.text.tokens[..self.sentence.to]
            .get(it.written_to)
            .is_some_and(|token| matches!(token.text, "for" | "on" | "to"));
        // "…, -1 on error" is how functions are described; "…, but -1 on the name" is said of a proposal.
        let scoped = scoped && (self.token.vote == Vote::Plus || self.text.tokens[self.start - 1].is_word());
        !numbers && (it.alone || it.claim.is_some() || it.bare || scoped)
    }

    /// "… on the wiki and +0 on the forum": the second of two votes of one sentence.
    fn coordinated_with(&self, before: &Finding) -> bool {
        let between = &self.text.tokens[before.complement.written_to.min(self.start)..self.start];
        let Some(last) = between.iter().rfind(|token| !token.is_dress()) else { return false };
        // "A: +1, B: -1"
        let labelled = last.is_mark(':')
            && between.first().is_some_and(|first| matches!(first.kind, Kind::Mark(',' | ';' | '/')))
            && between.len() <= 5;
        labelled
            || matches!(last.kind, Kind::Mark(',' | ';' | '-'))
            || matches!(last.text, "and" | "but" | "und" | "en" | "et" | "y" | "aber" | "maar")
    }

    /// Whether nothing but greetings stands before the vote: a lone `0` further down is a number.
    fn opens_the_mail(&self) -> bool {
        let mut before =
            self.text.tokens[..self.start].iter().filter(|token| !matches!(token.kind, Kind::Mark(_)));
        let polite = |token: &Token| {
            token.is(Class::Greeting)
                || token.looks_like_a_name()
                || token.is(Class::Label)
                || token.is(Class::My)
        };
        self.start <= 8 && before.all(polite)
    }

    /// "- 1 no": a vote with words behind it, or an item of a list; no list where no line beside it begins so.
    pub(super) fn may_be_an_item(&self) -> bool {
        let begins = |row: usize, with: &dyn Fn(char) -> bool| {
            let row = self.text.lines.get(row);
            row.is_some_and(|row| row.line.text.trim_start().starts_with(with))
        };
        let token = &self.text.tokens[self.at];
        let row = token.line;
        let item = |c: char| matches!(c, '-' | '+' | '*' | '•' | '–');
        let digits = token.text.trim_start_matches(|c: char| !c.is_numeric());
        let unlikely =
            self.token.form == Form::Unlikely && self.start == self.opening && self.complement.alone;
        unlikely
            || self.token.form == Form::Odd
                && matches!(digits, "1" | "0")
                && self.at == self.opening
                && self.text.lines[row].tokens.start == self.at
                && !begins(row + 1, &item)
                && !(row > 0 && begins(row - 1, &item))
                && self.text.tokens[self.at + 1..self.sentence.to].first().is_some_and(|next| next.is_word())
    }

    /// "The KEYS file is missing: -1", "It fails to build (-1)": words of the author's that may lead to a vote, or to a number.
    pub(super) fn follows_a_finding(&self) -> bool {
        let tokens = &self.text.tokens;
        let lead = &tokens[self.opening..self.start];
        let dressed = &tokens[self.opening..self.at];
        let parted =
            dressed.last().is_some_and(|token| matches!(token.kind, Kind::Mark(':' | '-' | '→' | '(')));
        let words: Vec<&Token> = lead.iter().filter(|token| token.is_word()).collect();
        let technical = |token: &&Token| TECHNICAL.contains(&token.text.to_lowercase().as_str());
        let code =
            |token: &Token| token.kind == Kind::Number || matches!(token.kind, Kind::Mark('[' | '=' | '/'));
        self.token.form == Form::Plain
            && parted
            && (self.complement.alone || self.complement.bare)
            && words.len() > 1
            && !words.iter().all(|word| word.looks_like_a_name() || word.is(Class::Stop))
            && !words.iter().any(technical)
            && !lead.iter().any(code)
            && !lead.iter().any(|token| token.is(Class::Report))
            && !words[0].is(Class::Asking)
    }

    /// "同意+1": words in a script without spaces, which the word files do not know, and then the vote.
    pub(super) fn follows_unspaced_words(&self) -> bool {
        let lead = &self.text.tokens[self.opening..self.start];
        let unspaced =
            |token: &Token| token.text.starts_with(is_unspaced) || !token.is_word() && !token.text.is_ascii();
        self.token.form == Form::Plain
            && self.complement.bare
            && !lead.is_empty()
            && lead.iter().all(unspaced)
    }

    /// Whether an unsigned zero stands as the vote: with a claim, or opening the mail with nothing else, or words in brackets, behind it.
    fn zero_stands(&self) -> bool {
        let next = &self.text.tokens[self.complement.written_to.min(self.sentence.to)..self.sentence.to];
        let parted =
            next.first().is_some_and(|token| matches!(token.kind, Kind::Mark('(' | ',' | '-' | ':')))
                && next.get(1).is_some_and(Token::is_word);
        self.complement.claim.is_some() || self.opens_the_mail() && (self.complement.bare || parted)
    }
}
