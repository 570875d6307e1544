//! The lines of a count: which go on, which are a signature, which head a table.

use super::token::{Token, tokens};
use crate::ballot::Vote;

/// A line so long that the next one may be its continuation, in characters.
const FULL_LINE: usize = 55;

/// Lines, those that go on on the next one joined with it.
pub(super) fn joined<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut length = 0;
    for line in lines {
        let trimmed = line.trim();
        let goes_on = joined.last().is_some_and(|last| {
            let open = last.ends_with(',') || last.ends_with(" and") || last.ends_with(" &");
            let indented = line.starts_with(' ') || line.starts_with('\t');
            !last.is_empty() && (open || length >= FULL_LINE && !indented && !last.ends_with([':', '.', ')']))
        });
        let begins = trimmed.is_empty()
            || trimmed.starts_with(['+', '-', '*', '•', '|', '–', '−', '±'])
            || trimmed.starts_with("0:");
        let wanted = trimmed.starts_with(['+', '-', '−'])
            && length >= FULL_LINE
            && joined.last().is_some_and(|last| awaits_vote(last));
        match joined.last_mut() {
            Some(last) if goes_on && (!begins || wanted) => {
                last.push(' ');
                last.push_str(trimmed);
            }
            _ => joined.push(line.trim_end().to_owned()),
        }
        length = trimmed.chars().count();
    }
    joined
}

/// Whether a line ends where only the votes can follow that it counts: "… and one non-binding".
fn awaits_vote(line: &str) -> bool {
    let end = line.rsplitn(4, ' ').take(3).map(str::len).sum::<usize>() + 2;
    let end = line.get(line.len().saturating_sub(end)..).unwrap_or(line);
    matches!(tokens(end).last(), Some(Token::Number { .. } | Token::Binding(_)))
}

/// Whether a line is its author's name alone, whole or the first.
pub(super) fn is_signed(line: &str, author: &str) -> bool {
    let line = super::folded(line.trim().trim_start_matches(['-', '~', ' ']));
    let author = super::folded(author);
    !line.is_empty() && (line == author || author.split(' ').next() == Some(line.as_str()))
}

/// `+1 | 0 | -1`: the head of a table of numbers.
pub(super) fn row_of_votes(tokens: &[Token]) -> Option<Vec<Vote>> {
    let votes: Vec<Vote> = tokens
        .iter()
        .filter(|token| **token != Token::Bar)
        .map(|token| match token {
            Token::Vote(vote) => Some(*vote),
            Token::Number { value: 0, in_words: false } => Some(Vote::Zero),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (votes.len() > 1 && tokens.iter().any(|token| matches!(token, Token::Vote(_)))).then_some(votes)
}
