//! Roll calls: votes beside the names of those who cast them, and the values of a vote beside what they mean.

use super::lexicon::Class;
use super::paper::{Mark, Paper, is_claim, leading_vote};
use super::reading::Vote;
use super::sentence::Text;
use super::token::{Kind, Token};
use std::collections::BTreeSet;

/// Marks the votes of roll calls that no other paper holds.
pub(super) fn calls(text: &Text, paper: &mut Paper) {
    let mut filled = Vec::new();
    let mut named = 0;
    let mut led = Vec::new();
    // A vote alone on its line is the author's, unless it stands beside others that are counted.
    let mut alone = Vec::new();
    let mut counted = false;
    for row in 0..text.lines.len() {
        let range = text.lines[row].tokens.clone();
        let tokens = &text.tokens[range.clone()];
        if paper.rows.contains(&row) {
            if let [Token { kind: Kind::Filled(_), .. }, rest @ ..] = tokens {
                named += usize::from(names(rest).is_some_and(|names| names > 0));
                filled.push(range.start);
            }
            continue;
        }
        if !text.lines[row].holds.votes {
            continue;
        }
        let Some(vote) = tokens.iter().position(|token| token.vote().is_some()) else { continue };
        if is_legend(tokens) {
            let votes = range.clone().filter(|at| text.tokens[*at].vote().is_some());
            paper.marks.extend(votes.map(|at| (at, Mark::Legend)));
            paper.rows.insert(row);
            continue;
        }
        // "Ann Example .... +1"
        let leader = tokens[..vote].iter().any(|token| token.is_mark('…'));
        if leader && vote + 1 == tokens.len() && names(&tokens[..vote]).is_some_and(|names| names > 0) {
            led.push(range.start + vote);
        }
        if let Some(mark) = call(text, row, vote) {
            paper.marks.insert(range.start + vote, mark);
            paper.rows.insert(row);
            counted |= mark == Mark::Count;
        } else if tokens[vote + 1..].iter().all(is_claim) {
            alone.push(range.start + vote);
        }
    }
    if counted {
        paper.marks.extend(alone.into_iter().map(|at| (at, Mark::Unclear)));
    }
    for (votes, mark, several) in [(filled, Mark::Unclear, named > 1), (led, Mark::Count, true)] {
        if votes.len() > 1 && several {
            paper.marks.extend(votes.into_iter().map(|at| (at, mark)));
        }
    }
}

/// What the names on the line of a vote, or on the lines below it, make of it.
fn call(text: &Text, row: usize, vote: usize) -> Option<Mark> {
    let tokens = &text.tokens[text.lines[row].tokens.clone()];
    let value = tokens[vote].vote()?.vote;
    let rest: Vec<&Token> = tokens[vote + 1..].iter().skip_while(|token| is_claim(token)).collect();
    let below = Below::of(text, row);
    if tokens[..vote].iter().all(|token| is_claim(token) || token.is_mark('*')) && vote > 0 {
        // "Binding +1:" and names below it
        let heads = rest.first().is_some_and(|token| token.is_mark(':')) && rest.len() == 1;
        return (heads && below.names > 0).then_some(Mark::Count);
    }
    if leading_vote(tokens) != Some(vote) {
        return None;
    }
    let above = text.lines[..row].iter().rev().take(3).find(|row| !row.tokens.is_empty());
    let above = above.map(|row| &text.tokens[row.tokens.clone()]).unwrap_or_default();
    let own = above.iter().any(|token| token.is(Class::My) || token.text == "I");
    if rest.iter().all(|token| !token.is_word() && token.kind != Kind::Number) {
        let led = above.last().is_some_and(|token| token.is_mark(':')) && !own;
        let colon = rest.first().is_some_and(|token| token.is_mark(':'));
        return (below.items > 1 || below.names > 1 && (led || colon)).then_some(Mark::Count);
    }
    let named = tokens[vote + 1..].split_first().is_some_and(|(first, _)| !first.is_mark(','));
    let rest = &tokens[vote + 1..];
    let rest = &rest[rest.iter().take_while(|token| is_claim(token)).count()..];
    let votes =
        above.len() <= 4 && above.iter().any(|token| matches!(token.text, "votes" | "Votes" | "VOTES"));
    let found = names(rest).unwrap_or(0);
    if votes && found > 0 {
        return Some(Mark::Count);
    }
    let listed = rest.iter().any(|token| token.is_mark(',') || matches!(token.text, "and" | "&"));
    // "+1 (Ann, by phone)"
    let by = rest.first().is_some_and(Token::looks_like_a_name)
        && rest
            .iter()
            .skip(1)
            .find(|token| token.is_word())
            .is_some_and(|token| matches!(token.text, "by" | "via"))
        && tokens[vote + 1].is_mark('(');
    (value == Vote::Plus && named && (found > 1 && listed || by)).then_some(Mark::Unclear)
}

/// Names on the lines directly below a line.
struct Below {
    /// Lines of names alone.
    names: usize,
    /// Those of them that are items of a list.
    items: usize,
}

impl Below {
    fn of(text: &Text, row: usize) -> Self {
        let mut below = Below { names: 0, items: 0 };
        for row in &text.lines[row + 1..] {
            let tokens = &text.tokens[row.tokens.clone()];
            if row.begins_paragraph || names(tokens).is_none_or(|names| names == 0) {
                break;
            }
            below.names += 1;
            let item = matches!(tokens[0].kind, Kind::Mark('-' | '*' | '•')) && tokens.len() > 1;
            below.items += usize::from(item);
        }
        below
    }
}

/// How many words of names there are, where nothing but names stands.
pub(super) fn names(tokens: &[Token]) -> Option<usize> {
    let mut found = 0;
    for token in tokens {
        match token.kind {
            Kind::Word if token.looks_like_a_name() => found += 1,
            Kind::Word if matches!(token.text, "and" | "und" | "et" | "en" | "y") => {}
            Kind::Mark(',' | '-' | '*' | '→' | '(' | ')' | '…' | '.' | '&' | '•') => {}
            _ => return None,
        }
    }
    Some(found)
}

/// "+1 yes / -1 no", "+1 for yes, 0 for don't care, -1 for no": each value with its meaning.
fn is_legend(tokens: &[Token]) -> bool {
    let mut values = BTreeSet::new();
    let mut parts = tokens.split(|token| token.vote().is_some());
    let lead = parts.next().unwrap_or_default();
    let meanings = parts.all(|part| {
        let words: Vec<&Token> = part.iter().filter(|token| token.is_word()).collect();
        let words = match words.as_slice() {
            [first, rest @ ..] if matches!(first.text, "for" | "is" | "means") => rest,
            all => all,
        };
        words.len() <= 3
            && words.first().is_some_and(|word| {
                (word.is(Class::Legend) || word.text == "don't")
                    && !matches!(
                        word.text,
                        "release" | "ship" | "publish" | "object" | "adopt" | "happy" | "veto"
                    )
            })
    });
    values.extend(tokens.iter().filter_map(|token| token.vote()).map(|vote| vote.vote));
    meanings && values.len() > 1 && !lead.iter().any(|token| matches!(token.text, "I" | "i"))
}
