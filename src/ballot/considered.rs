//! Why a post is read as it is: everything in it that was looked at, with the rule that decided on it.

use super::conclusion::{self, Findings};
use super::phrase::Match;
use super::reading::{Command, Dialect, Place, Reading};
use super::rule::Rule;
use super::sentence::Text;
use super::standing::{Finding, Standing};
use super::token::Kind;
use super::{Role, command, in_words, looked_at};
use crate::mail::OwnWords;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Something in own words that was looked at, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    /// Its line in the decoded text, from 1.
    pub line_number: u32,
    /// Where it begins in that line, in characters, from 1.
    pub column: usize,
    /// How many characters of that line it takes.
    pub length: usize,
    /// As it is written, as far as it stands on that line.
    pub token: String,
    /// What it is.
    pub what: What,
    /// The rule that decided; [`super::rules`] says what each rule sees.
    pub rule: &'static str,
    /// Whether it says something on the question: a vote cast, an objection, a withdrawal, a command; or support that is asked about.
    pub accepted: bool,
    /// Whether the post's reading was made from it.
    pub made_reading: bool,
}

/// What something in own words is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A vote token: `+1`.
    Vote,
    /// A ballot box: `[x]`.
    Box,
    /// A thumb: 👍.
    Thumb,
    /// Words: "LGTM", "I object".
    Words,
    /// A command: "Proposal: withdraw".
    Command,
}

/// Everything in own words that was looked at, in order, with the rule that accepted or refused it, and which of it made the reading
/// that [`super::read`] gives; in a reply, a command comes before every vote.
pub fn explain(words: &OwnWords, role: Role, dialect: &Dialect) -> Vec<Considered> {
    let (text, findings) = looked_at(words);
    let command = if role == Role::Reply { command::command(words) } else { None };
    let reading = conclusion::conclude(&text, &findings, role, dialect);
    considered(&text, &findings, role, dialect, command.as_ref(), &reading)
}

/// The same of words that are cut, found and read already.
pub(super) fn considered(
    text: &Text,
    findings: &Findings,
    role: Role,
    dialect: &Dialect,
    command: Option<&(Command, Place)>,
    reading: &Reading,
) -> Vec<Considered> {
    let mut looked_at = Vec::new();
    looked_at.extend(findings.votes.iter().map(|finding| vote(text, finding, role)));
    looked_at.extend(boxes(text, findings));
    if role == Role::Reply {
        looked_at.extend(thumbs(text));
        looked_at.extend(phrases(text, findings, dialect));
        let listed = listed(text, findings, dialect);
        looked_at.extend(listed.filter(|it| !looked_at.iter().any(|other| other.at == it.at)));
    }
    let looked_at = in_order(looked_at);
    let place = match command {
        Some((_, place)) => Some(place),
        None => place_of(reading),
    };
    let mut considered: Vec<Considered> = looked_at.iter().map(|it| it.considered(text)).collect();
    considered.extend(command.map(|(_, place)| commanded(place)));
    considered.sort_by_key(|it| (it.line_number, it.column));
    mark(&mut considered, place);
    for idle in considered.iter_mut().filter(|it| it.rule == Rule::RefusalInWords.name() && !it.made_reading)
    {
        idle.rule = Rule::ObjectionNotMeant.name();
    }
    considered
}

/// What was looked at, by its tokens.
struct LookedAt {
    at: usize,
    to: usize,
    what: What,
    rule: Rule,
    accepted: bool,
}

impl LookedAt {
    fn considered(&self, text: &Text) -> Considered {
        let (first, row) = (&text.tokens[self.at], text.row(self.at));
        let on_line = text.tokens[self.at..self.to].iter().rfind(|token| token.line == first.line);
        let end = on_line.map_or(first.start, |token| token.start + token.text.len());
        let token = row.line.text.get(first.start..end).unwrap_or(first.text);
        Considered {
            line_number: row.line.number,
            column: row.line.text.get(..first.start).unwrap_or_default().chars().count() + 1,
            length: token.chars().count(),
            token: token.to_owned(),
            what: self.what,
            rule: self.rule.name(),
            accepted: self.accepted,
            made_reading: false,
        }
    }
}

fn vote(text: &Text, finding: &Finding, role: Role) -> LookedAt {
    let casts = matches!(finding.standing, Standing::Casts | Standing::Changes);
    let may = role == Role::Reply || finding.first_person;
    let what = if matches!(text.tokens[finding.at].kind, Kind::Filled(_)) { What::Box } else { What::Vote };
    let rule =
        if finding.standing != Standing::Mentioned && !may { Rule::NotFirstPerson } else { finding.rule };
    LookedAt { at: finding.at, to: finding.at + 1, what, rule, accepted: casts && may }
}

fn boxes<'t>(text: &'t Text, findings: &'t Findings) -> impl Iterator<Item = LookedAt> + 't {
    let paper = &findings.paper;
    let tokens = if text.holds.boxes { text.tokens.as_slice() } else { &[] };
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        let Kind::Box { ticked } = token.kind else { return None };
        let beside_words = paper.ticked_words.contains(&text.row(at).tokens.start);
        let rule = match ticked {
            _ if !ticked => Rule::UntickedBox,
            _ if beside_words => Rule::TickedWords,
            _ if paper.rows.contains(&token.line) => Rule::TickedBox,
            _ => Rule::BoxAlone,
        };
        let accepted = matches!(rule, Rule::TickedWords | Rule::TickedBox);
        Some(LookedAt { at, to: at + 1, what: What::Box, rule, accepted })
    })
}

fn thumbs<'t>(text: &'t Text) -> impl Iterator<Item = LookedAt> + 't {
    let tokens = if text.holds.thumbs { text.tokens.as_slice() } else { &[] };
    tokens.iter().enumerate().filter_map(|(at, token)| {
        let Kind::Thumb { up } = token.kind else { return None };
        let rule = if up { Rule::SupportInWords } else { Rule::ObjectionInWords };
        Some(LookedAt { at, to: at + 1, what: What::Thumb, rule, accepted: true })
    })
}

/// Words that object, support or take back.
fn phrases(text: &Text, findings: &Findings, dialect: &Dialect) -> Vec<LookedAt> {
    let words =
        |m: &Match, rule, accepted| LookedAt { at: m.from, to: m.to, what: What::Words, rule, accepted };
    let mut told = Vec::new();
    for (number, found) in findings.phrases.iter().enumerate() {
        let ruling = |m: &Match| {
            let (rule, accepted) = in_words::ruling(text, findings, number, m, dialect)?;
            Some(words(m, rule, accepted))
        };
        told.extend(found.iter().filter_map(ruling));
    }
    told.extend(
        conclusion::taken_back(text, findings)
            .map(|(m, rule)| words(m, rule, rule != Rule::WithdrawalNotMeant)),
    );
    told
}

/// In the order of the text; of words that lie inside others with the same rule only the longer stretch is told.
fn in_order(mut looked_at: Vec<LookedAt>) -> Vec<LookedAt> {
    looked_at.sort_by_key(|it| (it.at, Reverse(it.to)));
    let mut told_to: HashMap<Rule, usize> = HashMap::new();
    looked_at.retain(|it| {
        let told = it.what == What::Words && told_to.get(&it.rule).is_some_and(|to| *to >= it.to);
        if it.what == What::Words && !told {
            told_to.insert(it.rule, it.to);
        }
        !told
    });
    looked_at
}

/// The words by which a list's own table makes a post a vote or a question.
fn listed(text: &Text, findings: &Findings, dialect: &Dialect) -> Option<LookedAt> {
    let found = in_words::support(text, findings, dialect)?;
    let to = found.at + found.written.split_whitespace().count().max(1);
    let rule = if found.counts { Rule::ListWords } else { Rule::SupportInWords };
    Some(LookedAt { at: found.at, to, what: What::Words, rule, accepted: true })
}

fn commanded(place: &Place) -> Considered {
    Considered {
        line_number: place.line_number,
        column: 1,
        length: place.line.chars().count(),
        token: place.line.clone(),
        what: What::Command,
        rule: Rule::CommandLine.name(),
        accepted: true,
        made_reading: false,
    }
}

fn place_of(reading: &Reading) -> Option<&Place> {
    match reading {
        Reading::Cast(cast) => Some(&cast.place),
        Reading::Held(held) => Some(&held.place),
        Reading::Withdraw(place) | Reading::Objects(place) | Reading::Command { place, .. } => Some(place),
        Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => None,
    }
}

/// Marks what the reading was made from: what its rule decided on its line, and for votes that contradict each other all of them.
fn mark(considered: &mut [Considered], place: Option<&Place>) {
    let Some(place) = place else { return };
    if place.rule == Rule::SeveralVotes.name() {
        considered.iter_mut().filter(|it| it.accepted).for_each(|it| it.made_reading = true);
        return;
    }
    let made = |it: &&mut Considered| it.line_number == place.line_number && it.rule == place.rule;
    let mut found: Vec<&mut Considered> = considered.iter_mut().filter(made).collect();
    // Beside a ticked box stands the vote that it ticks.
    let ticks = place.rule == Rule::TickedBox.name();
    let vote = found.iter().position(|it| ticks && it.what == What::Vote).unwrap_or(0);
    if let Some(made) = found.get_mut(vote) {
        (made.made_reading, made.accepted) =
            (true, made.accepted || made.rule == Rule::RefusalInWords.name());
    }
}
