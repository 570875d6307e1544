//! How each vote token stands: does it cast, is it held, or is it only mentioned. One rule decides each, and names itself.

use super::complement::{Complement, complement};
use super::lexicon::{Class, Classes};
use super::mood::{self, Mood};
use super::paper::{Mark, Paper};
use super::phrase::{self, Match, Meaning};
use super::reading::{HeldWhy, Vote};
use super::rule::Rule;
use super::sentence::{Sentence, Text};
use super::token::{Kind, Token};
use super::vote_token::{Form, VoteToken};

/// How a vote token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It casts.
    Casts,
    /// It casts and supersedes what else the author said.
    Changes,
    /// It may cast.
    Held(HeldWhy),
    /// It is mentioned, counted, explained, passed on.
    Mentioned,
}

/// What was found of one vote token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding {
    /// Which token.
    pub(super) at: usize,
    /// The vote it would be.
    pub(super) token: VoteToken,
    /// Its sentence.
    pub(super) sentence: usize,
    /// How it stands.
    pub(super) standing: Standing,
    /// The rule that said so.
    pub(super) rule: Rule,
    /// Whether it is said in the first person: only then it casts in the proposal itself.
    pub(super) first_person: bool,
    /// Where the words of the vote begin: "A very huge +1".
    pub(super) phrase_from: usize,
    /// What stands behind it.
    pub(super) complement: Complement,
}

/// Judges one vote token.
pub(super) struct Judge<'t, 'a> {
    pub(super) text: &'t Text<'a>,
    pub(super) sentence: &'t Sentence,
    pub(super) found: &'t [Match],
    /// The classes of the sentence's words: what it lacks is not looked for before each of its votes.
    pub(super) classes: Classes,
    pub(super) at: usize,
    pub(super) token: VoteToken,
    pub(super) complement: Complement,
    /// First token of the vote's own words: articles and adjectives before the token.
    pub(super) start: usize,
    /// First token of the sentence that is no bullet and no dress.
    pub(super) opening: usize,
}

pub(super) type Ruling = (Standing, Rule, bool);

/// The findings of one sentence, and the phrases in it.
pub(super) fn findings(text: &Text, number: usize, paper: &Paper) -> (Vec<Finding>, Vec<Match>) {
    let sentence = &text.sentences[number];
    let opening = opening(text, sentence);
    let found = phrase::matches(&text.tokens, sentence.from, sentence.to, opening);
    let mut findings: Vec<Finding> = Vec::new();
    if !text.holds.votes && !text.holds.boxes {
        return (findings, found);
    }
    let classes = Classes::of_all(text.of(sentence).iter().map(|token| token.classes));
    for at in sentence.from..sentence.to {
        let token = match text.tokens[at].kind {
            Kind::Vote(token) | Kind::Filled(token) => token,
            _ => continue,
        };
        let start = phrase_start(text, opening, at);
        let complement = complement(text, sentence, at, &found);
        let judge = Judge { text, sentence, found: &found, classes, at, token, complement, start, opening };
        let (standing, rule, first_person) = match paper.marks.get(&at) {
            Some(Mark::Ticked) => (Standing::Casts, Rule::TickedBox, false),
            Some(Mark::Unticked) => (Standing::Mentioned, Rule::UntickedBox, false),
            Some(Mark::Legend) => (Standing::Mentioned, Rule::BallotLegend, false),
            Some(Mark::Count) => match judge.rule(findings.last()) {
                ruling @ (_, Rule::PassedOn, _) => ruling,
                _ => (Standing::Mentioned, Rule::CountOfVotes, false),
            },
            Some(Mark::Unclear) => match judge.rule(findings.last()) {
                (Standing::Casts, ..) | (_, Rule::InPassing, _) => {
                    (Standing::Held(HeldWhy::Uncertain), Rule::UnclearForm, false)
                }
                ruling => ruling,
            },
            None => judge.rule(findings.last()),
        };
        findings.push(Finding {
            at,
            token,
            sentence: number,
            standing,
            rule,
            first_person,
            phrase_from: start,
            complement,
        });
    }
    (findings, found)
}

/// The first token of a sentence that says something: bullets, list numbers and dress skipped.
fn opening(text: &Text, sentence: &Sentence) -> usize {
    let mut at = sentence.from;
    while at + 1 < sentence.to {
        let token = &text.tokens[at];
        let mark = token.is_dress() || matches!(token.kind, Kind::Mark('-' | ',' | '.' | '→' | ';' | ':'));
        let number = token.kind == Kind::Number
            && matches!(text.tokens[at + 1].kind, Kind::Mark('.' | ')'))
            && text.row(at).tokens.start == at;
        if !mark && !number {
            break;
        }
        at += 1;
    }
    at
}

/// Walks back from the token over its articles, adjectives and dress.
fn phrase_start(text: &Text, opening: usize, at: usize) -> usize {
    let own = |token: &Token| {
        token.is(Class::Article)
            || token.is(Class::Adjective)
            || token.is_dress() && !token.is_mark('☺') && !token.is_mark(')')
    };
    let mut start = at;
    while start > opening && own(&text.tokens[start - 1]) {
        start -= 1;
    }
    start
}

impl Judge<'_, '_> {
    /// Asks the rules in their order; `before` is the vote token before this one in the sentence.
    fn rule(&self, before: Option<&Finding>) -> Ruling {
        if let Some(ruling) = self.spoken_of() {
            return ruling;
        }
        let cast = self.said_in_the_first_person().or_else(|| self.stands_as_a_vote(before));
        let Some((rule, first_person)) = cast else {
            if self.complement.from_another {
                return (Standing::Mentioned, Rule::OthersVote, false);
            }
            if self.phrase(Meaning::Agreement).is_some_and(|m| m.from == self.opening && m.from < self.at) {
                return (Standing::Held(HeldWhy::Agreement), Rule::Agreement, false);
            }
            return match self.may_be_an_item() || self.follows_unspaced_words() || self.follows_a_finding() {
                true => (Standing::Held(HeldWhy::Uncertain), Rule::UnclearForm, false),
                false => (Standing::Mentioned, Rule::InPassing, false),
            };
        };
        self.limited(rule, first_person, before)
    }

    /// The rules that see a token which is not cast here, whatever its place; and changes, which say two.
    fn spoken_of(&self) -> Option<Ruling> {
        let mentioned = |rule| Some((Standing::Mentioned, rule, false));
        if let Some(change) = self.phrase(Meaning::Changed) {
            if self.last_vote_of(change) != self.at {
                return mentioned(Rule::ChangedFrom);
            }
            return match self.complement {
                _ if mood::mood(self.text, self.sentence, change) == Mood::Denied => mentioned(Rule::NotCast),
                _ if mood::mood(self.text, self.sentence, change) == Mood::Open => {
                    Some((Standing::Held(HeldWhy::Condition), Rule::Tentative, true))
                }
                Complement { asked: true, .. } => mentioned(Rule::Question),
                Complement { condition: true, .. } => {
                    Some((Standing::Held(HeldWhy::Condition), Rule::Condition, true))
                }
                _ if self.conditional_lead().is_some() => {
                    Some((Standing::Held(HeldWhy::Condition), Rule::Condition, true))
                }
                _ => Some((Standing::Changes, Rule::ChangedVote, true)),
            };
        }
        if self.phrase(Meaning::Withdrawn).is_some() {
            return mentioned(Rule::WithdrawnVote);
        }
        if self.phrase(Meaning::NotCast).is_some() {
            return mentioned(Rule::NotCast);
        }
        if self.complement.legend {
            return mentioned(Rule::BallotLegend);
        }
        if !self.complement.from_me && self.is_one_of_a_number() {
            return mentioned(Rule::CountOfVotes);
        }
        if self.complement.listed {
            if self.phrase(Meaning::Tentative).is_some() {
                return Some((Standing::Held(HeldWhy::Several), Rule::BetweenVotes, true));
            }
            return mentioned(Rule::ListOfNumbers);
        }
        if self.complement.noun && self.phrase(Meaning::FirstPerson).is_none() {
            return mentioned(Rule::TalkOfVotes);
        }
        if self.complement.asked || self.asks() {
            return mentioned(Rule::Question);
        }
        self.is_the_topic()
    }

    fn said_in_the_first_person(&self) -> Option<(Rule, bool)> {
        if let Some(phrase) = self.phrase(Meaning::FirstPerson) {
            let odd = self.token.form == Form::Unsigned && !self.complement.alone && !self.complement.bare;
            if self.last_vote_of(phrase) == self.at && !odd && !self.names_another(phrase) {
                return Some((Rule::FirstPerson, true));
            }
        }
        let signed = self.token.form != Form::Unsigned || self.at == self.opening;
        if self.complement.from_me && signed && !self.governed() {
            return Some((Rule::FirstPerson, true));
        }
        None
    }

    /// "That is a +1 from Ann": the words fit the author's own vote as well, but name somebody else's.
    fn names_another(&self, phrase: &Match) -> bool {
        let own = |token: &Token| {
            token.is(Class::My) || token.is(Class::Me) || matches!(token.text, "I" | "i" | "we" | "We")
        };
        self.complement.from_another && !self.text.tokens[phrase.from..phrase.to].iter().any(own)
    }

    /// Whether what stands before the vote makes it somebody else's, asked for, or an alternative.
    pub(super) fn reported(&self, lead: &[Token]) -> bool {
        let mut words = lead.iter().filter(|token| token.is_word());
        // "Can't wait, +1" asks nothing.
        let asks = self.classes.has(Class::Asking)
            && words.next().is_some_and(|word| word.is(Class::Asking))
            && !words.next().is_some_and(|word| word.is(Class::Negation));
        // "Can't wait, +1": what is wanted before a comma is something else.
        let clause = || lead.iter().rposition(|token| token.is_mark(',')).map_or(lead, |at| &lead[at..]);
        asks || self.classes.has(Class::Report) && lead.iter().any(|token| token.is(Class::Report))
            || self.classes.has(Class::Want) && clause().iter().any(|token| token.is(Class::Want))
            || lead.last().is_some_and(|token| token.text == "or")
    }

    /// A vote that casts by its place may still be limited: a condition, a remark agreed with, another's name, quotes around it.
    fn limited(&self, rule: Rule, first_person: bool, before: Option<&Finding>) -> Ruling {
        let it = &self.complement;
        if let Some(lead) = self.sentence.led_in_by
            && self.start == self.opening
            && self.passes_on(lead)
        {
            return (Standing::Mentioned, Rule::PassedOn, false);
        }
        if it.on_behalf {
            return (Standing::Held(HeldWhy::UnknownAuthor), Rule::OnBehalf, first_person);
        }
        if rule == Rule::Tentative || self.phrase(Meaning::Tentative).is_some() {
            return (Standing::Held(HeldWhy::Condition), Rule::Tentative, first_person);
        }
        if self.phrase(Meaning::FirstPerson).is_some_and(|m| {
            mood::only_wished(self.text, self.sentence, m) || mood::put_off(self.text, self.sentence, m.to)
        }) {
            return (Standing::Held(HeldWhy::Condition), Rule::Tentative, first_person);
        }
        if rule == Rule::Coordinated
            && let Some(Finding { standing: Standing::Held(why), rule, .. }) = before
        {
            return (Standing::Held(*why), *rule, first_person);
        }
        if self.conditional_lead().is_some_and(|unless| !unless || self.token.vote != Vote::Minus) {
            return (Standing::Held(HeldWhy::Condition), Rule::Condition, first_person);
        }
        if it.condition && self.token.vote != Vote::Minus {
            return (Standing::Held(HeldWhy::Condition), Rule::Condition, first_person);
        }
        if it.agreement {
            return (Standing::Held(HeldWhy::Agreement), Rule::Agreement, first_person);
        }
        if !first_person
            && it.bare
            && it.claim.is_none()
            && rule != Rule::AfterClause
            && self.answers_a_passage()
        {
            return (Standing::Held(HeldWhy::Agreement), Rule::BetweenQuotes, false);
        }
        (Standing::Casts, rule, first_person)
    }

    /// Whether the vote answers one passage of a mail rather than the mail: own words stand elsewhere between or below quotations, or
    /// the vote has its place between two of them to itself, the upper one no ballot. Below all quotations it must besides have its place
    /// to itself or point at what stands above ("+1 on that").
    fn answers_a_passage(&self) -> bool {
        let row = self.text.row(self.at);
        if row.quotes_above == 0 {
            return false;
        }
        let places = &self.text.places;
        let inline = places.iter().any(|(above, _)| *above > 0 && *above != row.quotes_above);
        let words = self.text.of(self.sentence).iter().filter(|token| token.is_word()).count();
        let alone = places.iter().any(|(above, said)| *above == row.quotes_above && *said <= words + 2);
        if self.text.quotes > row.quotes_above {
            return !row.under_ballot && (inline || alone);
        }
        inline && (alone || !self.complement.alone)
    }

    pub(super) fn phrase(&self, meaning: Meaning) -> Option<&Match> {
        self.found.iter().find(|m| m.meaning == meaning && (m.from..m.to).contains(&self.at))
    }

    fn last_vote_of(&self, phrase: &Match) -> usize {
        (phrase.from..phrase.to).rev().find(|i| self.text.tokens[*i].vote().is_some()).unwrap_or(phrase.from)
    }

    /// Whether a word before "a +1 from me" makes it wished for, refused or compared.
    fn governed(&self) -> bool {
        let before = &self.text.tokens[self.opening..self.start];
        let mut words = before.iter().rev().filter(|token| !token.is_dress());
        let Some(last) = words.next() else { return false };
        let second = words.next();
        let verb =
            |token: &Token| matches!(token.text, "would" | "could" | "might" | "was" | "were" | "been");
        last.is(Class::Negation)
            || last.is(Class::Want)
            || last.is(Class::Zone)
            || last.kind == Kind::Number
            || last.is_word()
                && matches!(
                    last.text,
                    "for" | "of" | "as" | "to" | "than" | "or" | "was" | "were" | "been" | "had"
                )
            || second.is_some_and(|token| token.is(Class::Negation) && last.is_word())
            || second.is_some_and(verb) && last.is_word()
    }

    /// "It passed with 3 binding +1", "two binding +1 are missing". A number in words may end the line before; one in digits there is the end of
    /// something else: "Tested on Java 17", and below it "binding +1".
    fn is_one_of_a_number(&self) -> bool {
        let claims = |token: &Token| token.is(Class::Binding) || token.is(Class::NonBinding);
        let before = &self.text.tokens[..self.at];
        let behind = before.iter().rev().take_while(|token| claims(token)).count();
        let from = self.at - behind;
        let Some(number) = before[..from].last().filter(|_| behind > 0) else { return false };
        let here = from > self.sentence.from;
        let runs_on = number.line + 1 >= self.text.tokens[from].line;
        here && number.kind == Kind::Number || (here || runs_on) && number.is(Class::Numeral)
    }

    /// Whether the sentence before the vote begins as a question and ends as one.
    fn asks(&self) -> bool {
        if self.sentence.end != super::sentence::End::Asked {
            return false;
        }
        let first = self.text.tokens[self.opening..self.start].iter().find(|token| token.is_word());
        first.is_some_and(|word| word.is(Class::Asking))
    }
}
