//! Counts and lists of voters, line by line.
//!
//! A line names votes ("+1 (binding): Ann, Bob", "3 binding +1s and no other votes", "Ann: +1 (binding)"), or is a heading for the lines
//! below it, or continues the list under one.

use super::clause::{Clause, Walk, ahead_is_vote, rest_is_filler};
use super::line::{is_signed, joined, row_of_votes};
use super::names::{Name, Where, names};
use super::token::{Token, has_box, tokens};
use super::vocabulary::Class;
use super::{Group, MOST_LINES, MOST_NAMES};
use crate::ballot::{Claim, Vote};

/// The groups of voters in a mail's own lines. `author` is who announces: their name at the end is their signature.
pub(super) fn groups<'l>(lines: impl Iterator<Item = &'l str>, author: &str) -> Vec<Group> {
    let lines = joined(lines.take(MOST_LINES));
    let last = lines.iter().rposition(|line| !line.trim().is_empty()).unwrap_or(0);
    let mut count = Count::default();
    let mut heads: Option<Vec<Vote>> = None;
    for (at, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            count.blank();
            continue;
        }
        if has_box(line) {
            count.open = None;
            continue;
        }
        let tokens = tokens(line);
        if let Some(heads) = heads.take()
            && count.row_of_numbers(&heads, &tokens)
        {
            continue;
        }
        heads = row_of_votes(&tokens);
        if heads.is_none() {
            count.line(&tokens, at == last && is_signed(line, author));
        }
    }
    count.finish()
}

/// What has been counted up to some line.
#[derive(Default)]
struct Count {
    groups: Vec<Group>,
    /// The group that the next lines may list.
    open: Option<usize>,
    /// The vote that was named last.
    vote: Option<Vote>,
    blanks: u32,
    names: usize,
    /// Whether the names of the open list say themselves whether they bind.
    each_claims: bool,
}

impl Count {
    fn blank(&mut self) {
        self.blanks += 1;
        if self.blanks > 1 && self.open.is_some_and(|open| !self.groups[open].names.is_empty()) {
            self.open = None;
        }
    }

    fn line(&mut self, tokens: &[Token], signed: bool) {
        let after_blank = std::mem::take(&mut self.blanks) > 0;
        if signed && after_blank
            || tokens.is_empty()
            || tokens.iter().all(|token| matches!(token, Token::Dash | Token::Colon))
        {
            return;
        }
        if self.voter_then_vote(tokens) || self.vote_then_voters(tokens) {
            return;
        }
        let clause = Clause::of(tokens, self.vote.is_some());
        if clause.names_votes {
            self.heading(tokens, &clause);
        } else if let Some(open) = self.open {
            self.listed(open, tokens);
        }
    }

    /// "Ann Smith: +1 (binding)", "| Ann | +1 | binding |".
    fn voter_then_vote(&mut self, tokens: &[Token]) -> bool {
        let begin = tokens.iter().position(|token| *token != Token::Bar).unwrap_or(0);
        let tokens = &tokens[begin..];
        let mut votes = tokens.iter().enumerate().filter_map(|(at, token)| match token {
            Token::Vote(vote) => Some((at, *vote)),
            _ => None,
        });
        let (Some((at, vote)), None) = (votes.next(), votes.next()) else { return false };
        let (found, length) = names(&tokens[..at], Where::Line);
        let [name] = found.as_slice() else { return false };
        let between = &tokens[length..at];
        let plain = |token: &Token| {
            matches!(
                token,
                Token::Colon
                    | Token::Dash
                    | Token::Bar
                    | Token::Binding(_)
                    | Token::Open
                    | Token::Close
                    | Token::Comma
            )
        };
        let small = name.text.starts_with(char::is_lowercase);
        let parted = between.iter().any(|token| matches!(token, Token::Colon | Token::Bar));
        if !between.iter().all(plain) || small && !parted || name.text.split(' ').count() > 4 {
            return false;
        }
        let claims = between.iter().chain(&tokens[at + 1..]).find_map(binding);
        // "Ann: +1 binding votes: 3" is no voter.
        if tokens[at + 1..].iter().any(|token| matches!(token, Token::Number { .. } | Token::Colon)) {
            return false;
        }
        let group = self.group(vote, name.binding.or(claims));
        self.name(group, name.text.clone());
        self.open = None;
        true
    }

    /// "+1 Ann Smith (binding)", "+1 (binding) - Ann, Bob".
    fn vote_then_voters(&mut self, tokens: &[Token]) -> bool {
        let begin = tokens.iter().position(|token| *token != Token::Bar).unwrap_or(0);
        let Some(Token::Vote(vote)) = tokens.get(begin) else { return false };
        let mut at = begin + 1;
        let mut claimed = None;
        while let Some(token) = tokens.get(at) {
            match token {
                Token::Binding(binding) => claimed = Some(*binding),
                Token::Open | Token::Close | Token::Dash | Token::Bar | Token::Comma => {}
                _ => break,
            }
            at += 1;
        }
        let (found, length) = names(&tokens[at..], Where::Running);
        let rest = &tokens[at + length..];
        let dress = |token: &Token| matches!(token, Token::Bar | Token::Stop | Token::Close);
        if found.is_empty() || !rest.iter().all(dress) {
            return false;
        }
        self.add(*vote, claimed, found);
        self.vote = Some(*vote);
        self.open = None;
        true
    }

    /// A line that names votes, with what it says of them.
    fn heading(&mut self, tokens: &[Token], clause: &Clause) {
        let mut at = 0;
        let mut walk = Walk { vote: self.vote.filter(|_| clause.continues), ..Walk::default() };
        self.open = None;
        self.each_claims = false;
        while let Some(token) = tokens.get(at) {
            at += 1;
            if let Some(vote) = clause.vote(tokens, at - 1, token) {
                self.vote_named(&mut walk, vote);
                continue;
            }
            match token {
                Token::Number { value, .. } => self.number(&mut walk, *value, &tokens[at - 1..]),
                Token::Binding(binding) => self.binding(&mut walk, *binding, &tokens[at..]),
                Token::Colon | Token::Open | Token::Dash
                    if walk.group.is_some() || walk.binding.is_some() =>
                {
                    let (found, length) = names(&tokens[at..], Where::Running);
                    if !found.is_empty() && tokens.get(at + length) != Some(&Token::Colon) {
                        let group = self.current(&mut walk);
                        self.add_to(group, found);
                        at += length;
                    }
                }
                Token::Word { known, .. } if known.is(Class::From) && walk.group.is_some() => {
                    let (found, length) = names(&tokens[at..], Where::Running);
                    if let Some(group) = walk.group {
                        self.add_to(group, found);
                        at += length;
                    }
                }
                Token::Stop => walk.pending = None,
                Token::Word { known, .. } if known.is(Class::Other) && walk.pending == Some(0) => {
                    self.no_others();
                    walk.pending = None;
                }
                token => {
                    let counted = walk.pending.is_some() && walk.binding.is_some();
                    if counted && token.is(Class::Vote) && !ahead_is_vote(clause, tokens, at) {
                        self.current(&mut walk);
                    }
                }
            }
        }
        if walk.group.is_none() && walk.binding.is_some() {
            self.current(&mut walk);
        }
        self.vote = walk.vote.or(self.vote);
        let heads = tokens.last() == Some(&Token::Colon) || clause.nothing_else;
        let empty =
            |group: &usize| self.groups[*group].names.is_empty() || tokens.last() == Some(&Token::Colon);
        self.open = walk.group.filter(|group| heads && empty(group));
    }

    fn number(&mut self, walk: &mut Walk, value: u32, rest: &[Token]) {
        let named = match rest.get(1) {
            Some(Token::Colon) if value == 0 => {
                // ", 0: 2": the vote 0, not the number.
                walk.pending = None;
                let group = self.group(Vote::Zero, None);
                (walk.vote, walk.group) = (Some(Vote::Zero), Some(group));
                return;
            }
            Some(Token::Vote(_) | Token::Binding(_) | Token::Times) => true,
            Some(token) => {
                token.is(Class::Filler)
                    || token.is(Class::Vote)
                    || token.is(Class::Other)
                    || matches!(token, Token::Word { known, .. } if known.vote().is_some())
            }
            None => false,
        };
        match walk.group {
            Some(group) if self.groups[group].count.is_none() && (!named || rest_is_filler(rest)) => {
                self.groups[group].count = Some(value);
            }
            _ => walk.pending = Some(value),
        }
    }

    fn binding(&mut self, walk: &mut Walk, binding: bool, rest: &[Token]) {
        let ends = |token: &&Token| {
            use Token::{Close, Colon, Comma, Number, Open, Stop};
            !matches!(token, Comma | Colon | Open | Close | Stop | Number { .. })
        };
        let names_vote = |token: &Token| match token {
            Token::Vote(_) => true,
            Token::Word { known, .. } => known.vote().is_some(),
            _ => false,
        };
        let vote_follows = rest.iter().take(4).take_while(ends).any(names_vote);
        match walk.group {
            _ if vote_follows => walk.binding = Some(binding),
            Some(group)
                if walk.pending.is_none()
                    && self.groups[group].claim.is_none()
                    && self.groups[group].names.is_empty() =>
            {
                let Group { vote, count, .. } = self.groups[group];
                self.undo(group);
                let group = self.group(vote, Some(binding));
                self.groups[group].count = self.groups[group].count.or(count);
                walk.group = Some(group);
            }
            _ => {
                walk.binding = Some(binding);
                self.current(walk);
            }
        }
    }

    fn vote_named(&mut self, walk: &mut Walk, vote: Vote) {
        let group = self.group(vote, walk.binding.take());
        if let Some(count) = walk.pending {
            self.groups[group].count = self.groups[group].count.or(Some(count));
            // "no 0 or -1": there were none of either.
            walk.pending = Some(0).filter(|_| count == 0);
        }
        (walk.vote, walk.group) = (Some(vote), Some(group));
    }

    /// The group that what follows belongs to, by what has been said so far.
    fn current(&mut self, walk: &mut Walk) -> usize {
        if let (Some(group), None) = (walk.group, walk.binding) {
            return group;
        }
        let vote = walk.vote.or(self.vote).unwrap_or(Vote::Plus);
        let group = self.group(vote, walk.binding.take());
        if let Some(count) = walk.pending.take() {
            self.groups[group].count = self.groups[group].count.or(Some(count));
        }
        walk.group = Some(group);
        group
    }

    /// A line of a list under a heading.
    fn listed(&mut self, open: usize, tokens: &[Token]) {
        if let [Token::Number { value: 0, .. }] = tokens {
            self.groups[open].count = Some(0);
            return;
        }
        let (found, length) = names(tokens, Where::Line);
        let rest = &tokens[length..];
        let remark =
            matches!(rest.first(), None | Some(Token::Dash | Token::Stop | Token::Bar | Token::Colon));
        if found.is_empty() || !remark {
            self.open = None;
            return;
        }
        // Where some say of themselves that they bind, the heading says it of nobody else.
        self.each_claims |= found.iter().any(|name| name.binding.is_some());
        let Group { vote, claim, .. } = self.groups[open];
        if self.each_claims && claim.is_some() && found.iter().all(|name| name.binding.is_none()) {
            self.add(vote, None, found);
        } else {
            self.add_to(open, found);
        }
    }

    /// A row of numbers under a row of votes.
    fn row_of_numbers(&mut self, heads: &[Vote], tokens: &[Token]) -> bool {
        let cells = tokens.iter().filter(|token| **token != Token::Bar);
        let numbers: Option<Vec<u32>> = cells
            .map(|token| match token {
                Token::Number { value, .. } => Some(*value),
                _ => None,
            })
            .collect();
        let Some(numbers) = numbers.filter(|numbers| numbers.len() == heads.len()) else { return false };
        for (vote, number) in heads.iter().zip(numbers) {
            let group = self.group(*vote, None);
            self.groups[group].count = Some(number);
        }
        true
    }

    /// "and no other votes": of what has not been named there was none.
    fn no_others(&mut self) {
        for vote in [Vote::Plus, Vote::Zero, Vote::Minus] {
            if self.groups.iter().all(|group| group.vote != vote) {
                let group = self.group(vote, None);
                self.groups[group].count = Some(0);
            }
        }
    }

    fn add(&mut self, vote: Vote, binding: Option<bool>, found: Vec<Name>) {
        let group = self.group(vote, binding);
        self.add_to(group, found);
    }

    /// Adds names to a group, those with a claim of their own to theirs.
    fn add_to(&mut self, group: usize, found: Vec<Name>) {
        let Group { vote, claim, .. } = self.groups[group];
        for name in found {
            let own = name.binding.map(claim_of).filter(|own| Some(*own) != claim);
            let group = match own {
                Some(_) => self.group(vote, name.binding),
                None => group,
            };
            self.name(group, name.text);
        }
    }

    fn name(&mut self, group: usize, name: String) {
        let group = &mut self.groups[group];
        if self.names < MOST_NAMES && !group.names.contains(&name) {
            self.names += 1;
            group.names.push(name);
        }
    }

    fn group(&mut self, vote: Vote, binding: Option<bool>) -> usize {
        let claim = binding.map(claim_of);
        let known = self.groups.iter().position(|group| group.vote == vote && group.claim == claim);
        known.unwrap_or_else(|| {
            self.groups.push(Group { vote, claim, count: None, names: Vec::new() });
            self.groups.len() - 1
        })
    }

    /// Takes back what a group got by mistake: its count belongs to a part of it.
    fn undo(&mut self, group: usize) {
        self.groups[group].count = None;
    }

    fn finish(mut self) -> Vec<Group> {
        self.groups.retain(|group| group.count.is_some() || !group.names.is_empty());
        self.groups
            .sort_by_key(|group| (std::cmp::Reverse(group.vote), group.claim.map_or(2, |claim| claim as u8)));
        self.groups
    }
}

fn claim_of(binding: bool) -> Claim {
    if binding { Claim::Binding } else { Claim::NonBinding }
}

fn binding(token: &Token) -> Option<bool> {
    match token {
        Token::Binding(binding) => Some(*binding),
        _ => None,
    }
}
