//! Ballot papers: boxes, the legend of a ballot, the lines of somebody's count.

use super::lexicon::Class;
use super::reading::Vote;
use super::roll;
use super::sentence::{Row, Text};
use super::token::{Kind, Token};
use super::vote_token::VoteToken;
use std::collections::{BTreeSet, HashMap};

/// How many lines may part two lines of one legend or count.
const GAP: usize = 3;

/// How far behind a vote an arrow may point at it, in tokens.
const POINTER_REACH: usize = 6;

/// What a line of a ballot paper says of its vote tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// In or beside a ticked box.
    Ticked,
    /// Beside an empty box.
    Unticked,
    /// It explains what a vote means.
    Legend,
    /// It says how others voted.
    Count,
    /// It may be somebody's count, or a legend, or a vote.
    Unclear,
}

/// What the ballot papers in a text say.
#[derive(Debug, Default)]
pub(super) struct Paper {
    /// By vote token.
    pub(super) marks: HashMap<usize, Mark>,
    /// Rows that belong to a ballot paper: nobody's reasons.
    pub(super) rows: BTreeSet<usize>,
    /// Ticked boxes beside words only: "[x] Approve".
    pub(super) ticked_words: Vec<usize>,
}

/// Finds the ballot papers in a text.
pub(super) fn papers(text: &Text) -> Paper {
    let mut paper = Paper::default();
    if !text.holds.votes && !text.holds.boxes {
        return paper;
    }
    let mut group: Vec<usize> = Vec::new();
    for (number, row) in text.lines.iter().enumerate() {
        if row.holds.boxes {
            boxes(text, number, row, &mut paper);
            continue;
        }
        if !row.holds.votes {
            continue;
        }
        let tokens = &text.tokens[row.tokens.clone()];
        let Some(first) = leading_vote(tokens) else { continue };
        if group
            .last()
            .is_some_and(|last| number - last > GAP || row.quotes_above > text.lines[*last].quotes_above)
        {
            close_group(text, &group, &mut paper);
            group.clear();
        }
        if first < tokens.len() {
            group.push(number);
        }
    }
    close_group(text, &group, &mut paper);
    roll::calls(text, &mut paper);
    paper
}

/// The votes and boxes of one line.
fn boxes(text: &Text, number: usize, row: &Row, paper: &mut Paper) {
    let range = row.tokens.clone();
    let mut state = None;
    let mut answered = false;
    let lead = range.clone().find(|i| !text.tokens[*i].is_dress() && !text.tokens[*i].is_mark('-'));
    let boxes_first = lead.is_some_and(|i| matches!(text.tokens[i].kind, Kind::Box { .. }));
    for position in range.clone() {
        match text.tokens[position].kind {
            Kind::Box { ticked } => state = Some(ticked),
            Kind::Filled(_) if lead == Some(position) => {
                paper.marks.insert(position, Mark::Ticked);
                answered = true;
            }
            Kind::Vote(_) => {
                // "+1 [x]" puts the box behind; "[x] +1" before.
                let behind =
                    text.tokens[position + 1..range.end].iter().take(4).find_map(|token| match token.kind {
                        Kind::Box { ticked } => Some(ticked),
                        _ => None,
                    });
                let before = state.take();
                if let Some(ticked) = if boxes_first { before } else { behind } {
                    // "[ ] +1 <- this one"
                    let pointed = text.tokens[position + 1..range.end]
                        .windows(2)
                        .take(POINTER_REACH)
                        .any(|pair| pair[0].is_mark('<') && matches!(pair[1].kind, Kind::Mark('-' | '=')));
                    let mark = match ticked {
                        true => Mark::Ticked,
                        false if pointed => Mark::Unclear,
                        false => Mark::Unticked,
                    };
                    paper.marks.insert(position, mark);
                    answered = true;
                }
            }
            _ => {}
        }
    }
    if answered {
        paper.rows.insert(number);
    } else if state == Some(true) && lead.is_some_and(|i| text.tokens[i].kind == Kind::Box { ticked: true }) {
        let words = &text.tokens[range.clone()];
        if words.iter().filter(|token| token.is_word()).take(2).any(|token| token.is(Class::Legend)) {
            paper.ticked_words.push(range.start);
            paper.rows.insert(number);
        }
    }
}

/// The index of the vote token that begins a line, bullets and dress skipped.
pub(super) fn leading_vote(tokens: &[Token]) -> Option<usize> {
    let first = tokens.iter().position(|token| !token.is_dress() && !token.is_mark('-'))?;
    tokens[first].vote().is_some().then_some(first)
}

/// Lines that begin with a vote, close together: a legend, a count, or neither.
fn close_group(text: &Text, group: &[usize], paper: &mut Paper) {
    let lines: Vec<Entry> = group.iter().filter_map(|row| Entry::read(text, *row)).collect();
    let values = lines.iter().map(|line| line.vote.vote).collect::<BTreeSet<_>>().len();
    let several = lines.len() > 1;
    let count = lines.iter().all(|line| line.names > 0) && several || lines.iter().any(Entry::counts_alone);
    let legend = values > 1
        && (lines.iter().all(|line| line.colon)
            || lines.iter().all(|line| line.legend || line.colon) && !count);
    let mark = if count {
        Mark::Count
    } else if legend {
        Mark::Legend
    } else {
        return;
    };
    for line in lines {
        paper.marks.insert(line.at, mark);
        paper.rows.insert(line.row);
    }
}

/// One line that begins with a vote.
struct Entry {
    row: usize,
    at: usize,
    vote: VoteToken,
    /// Whether it is an item of a list.
    item: bool,
    /// Whether a colon or an equals sign follows the vote.
    colon: bool,
    /// How many names follow, where nothing but names does.
    names: usize,
    /// Whether commas or "and" part them.
    listed: bool,
    /// Whether what follows is how ballots are worded.
    legend: bool,
}

impl Entry {
    /// Whether the line is a count by itself: names behind a colon. "-1: Broken Build" is a reason, so a vote against, which
    /// nobody may lose, needs names that are listed.
    fn counts_alone(&self) -> bool {
        (self.colon || self.item) && self.names > 1 && (self.listed || self.vote.vote == Vote::Plus)
    }

    fn read(text: &Text, row: usize) -> Option<Self> {
        let range = text.lines[row].tokens.clone();
        let tokens = &text.tokens[range.clone()];
        let first = leading_vote(tokens)?;
        let vote = tokens[first].vote()?;
        let rest: Vec<&Token> = tokens[first + 1..].iter().filter(|token| !is_claim(token)).collect();
        let colon = rest.first().is_some_and(|token| token.is_mark(':') || token.is_mark('='));
        let words: Vec<&&Token> = rest.iter().filter(|token| token.is_word()).collect();
        let linking =
            |token: &Token| matches!(token.text.to_lowercase().as_str(), "and" | "und" | "et" | "en" | "y");
        let named = !words.is_empty() && words.iter().all(|word| word.looks_like_a_name() || linking(word));
        let legend = words.iter().take(3).any(|word| word.is(Class::Legend)) || words.is_empty() && colon;
        let listed = rest.iter().any(|token| token.is_mark(',') || linking(token));
        let item = first > 0 && (tokens[0].is_mark('*') || tokens[0].is_mark('-'));
        Some(Entry {
            item,
            row,
            at: range.start + first,
            vote,
            colon,
            names: if named { words.len() } else { 0 },
            listed,
            legend,
        })
    }
}

pub(super) fn is_claim(token: &Token) -> bool {
    token.is(Class::Binding) || token.is(Class::NonBinding) || token.is_mark('(') || token.is_mark(')')
}
