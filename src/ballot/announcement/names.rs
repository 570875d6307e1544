//! Names of people in a row.

use super::token::Token;
use super::vocabulary::Class;

/// The most words that a name has.
const MOST_WORDS: usize = 5;

/// The longest remark in brackets behind a name, in tokens.
const LONGEST_REMARK: usize = 40;

/// A name as it is written, and what is said beside it of the vote being binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub text: String,
    pub binding: Option<bool>,
}

/// Whether names are looked for in running text, or on a line that holds nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// Behind a colon or "from": names begin with a capital; what follows them ends them.
    Running,
    /// A line of a list: a name may be written small, and remarks may follow it.
    Line,
}

/// The names that begin `tokens`, and how many tokens they take.
pub(super) fn names(tokens: &[Token], place: Where) -> (Vec<Name>, usize) {
    let mut names = Vec::new();
    let mut at = 0;
    loop {
        let mut from = at;
        while from > 0 && tokens.get(from).is_some_and(Token::joins) {
            from += 1;
        }
        let small = place == Where::Line || is_listed(&tokens[from..], at > 0);
        let Some((name, length)) = name(&tokens[from..], small) else { break };
        names.push(name);
        at = from + length;
        if !tokens.get(at).is_some_and(Token::joins) {
            break;
        }
    }
    (names, at)
}

/// Whether a single word stands among others with commas between.
fn is_listed(tokens: &[Token], after_another: bool) -> bool {
    match tokens.get(1) {
        None | Some(Token::Close) => after_another,
        next => next == Some(&Token::Comma),
    }
}

/// The name that begins `tokens`: words, an address or both, and a remark in brackets.
fn name(tokens: &[Token], small: bool) -> Option<(Name, usize)> {
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut address = None;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Word { text, known } if words.len() < MOST_WORDS => {
                let particle = known.is(Class::Particle) && !words.is_empty();
                let capital = !text.starts_with(char::is_lowercase);
                let alone = small && words.is_empty() && !known.is(Class::Filler);
                if words.is_empty() && known.is(Class::NoName) || known.is(Class::And) && !capital {
                    break;
                }
                if !capital && !particle && !alone {
                    break;
                }
                words.push(text);
                at += 1;
                if !capital && alone {
                    break;
                }
            }
            Token::Address(text) if address.is_none() => {
                address = Some(*text);
                at += 1;
            }
            _ => break,
        }
    }
    while words.len() > 1 && words.last().is_some_and(|last| last.starts_with(char::is_lowercase)) {
        words.pop();
        at -= 1;
    }
    let text = if words.is_empty() { address?.to_owned() } else { words.join(" ") };
    let mut binding = None;
    while tokens.get(at) == Some(&Token::Open) {
        let inside = &tokens[at + 1..];
        let inside = &inside[..inside.len().min(LONGEST_REMARK)];
        let length = inside.iter().position(|token| *token == Token::Close).unwrap_or(inside.len());
        binding = binding.or(inside[..length].iter().find_map(|token| match token {
            Token::Binding(binding) => Some(*binding),
            _ => None,
        }));
        at = (at + length + 2).min(tokens.len());
    }
    if let Some(Token::Binding(said)) = tokens.get(at)
        && !matches!(tokens.get(at + 1), Some(Token::Colon))
    {
        binding = Some(*said);
        at += 1;
    }
    Some((Name { text, binding }, at))
}
