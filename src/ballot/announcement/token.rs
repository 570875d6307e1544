//! One line of somebody's count, taken apart.

use super::folded;
use super::vocabulary::{Class, Known, known};
use crate::ballot::Vote;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `+1`, `-1's`, `±0`.
    Vote(Vote),
    /// `3`, or a number in words; `written` tells "no" from "0".
    Number { value: u32, in_words: bool },
    /// What is said of votes being binding.
    Binding(bool),
    /// A word.
    Word { text: &'t str, known: Known },
    /// An address.
    Address(&'t str),
    /// `,` or `;`.
    Comma,
    /// `:` or `=`.
    Colon,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// A dash that stands apart, or `→`.
    Dash,
    /// `|` or a tab.
    Bar,
    /// `x`, `×` behind or before a number.
    Times,
    /// The end of a sentence.
    Stop,
    /// Anything else: a version, a link.
    Other,
}

impl Token<'_> {
    /// Whether it is a word of that class.
    pub fn is(&self, class: Class) -> bool {
        matches!(self, Token::Word { known, .. } if known.is(class))
    }

    /// Whether it joins names or counts.
    pub fn joins(&self) -> bool {
        *self == Token::Comma || self.is(Class::And)
    }
}

/// Whether a line is a ballot paper's: it has an empty or ticked box.
pub(super) fn has_box(line: &str) -> bool {
    ["[ ]", "[]", "[x]", "[X]", "[_]", "( )"].iter().any(|drawn| line.contains(drawn))
}

/// Takes a line apart; a bullet in front is left out.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = without_bullet(line);
    while let Some(letter) = rest.chars().next() {
        let (token, length) = one(rest, letter, tokens.last());
        if let Some(token) = token {
            push(&mut tokens, token);
        }
        rest = &rest[length..];
    }
    tokens
}

/// Adds a token; "non" and "binding" become one.
fn push<'t>(tokens: &mut Vec<Token<'t>>, token: Token<'t>) {
    if token == Token::Binding(true)
        && (tokens.last().is_some_and(|last| last.is(Class::Non))
            || matches!(tokens.last(), Some(Token::Number { value: 0, in_words: true })) && tokens.len() > 1)
    {
        tokens.pop();
        tokens.push(Token::Binding(false));
    } else {
        tokens.push(token);
    }
}

/// The token that begins `rest`, and its length in octets.
fn one<'t>(rest: &'t str, letter: char, before: Option<&Token>) -> (Option<Token<'t>>, usize) {
    if let Some((token, length)) = vote(rest, letter) {
        return (Some(token), length);
    }
    let length = letter.len_utf8();
    let sign = match letter {
        ',' | ';' => Token::Comma,
        ':' | '=' => Token::Colon,
        '(' | '[' => Token::Open,
        ')' | ']' => Token::Close,
        '|' | '\t' => Token::Bar,
        '×' => Token::Times,
        '-' | '–' | '—' | '→' => Token::Dash,
        '.' | '!' | '?' => Token::Stop,
        '&' | '/' => Token::Comma,
        letter if letter.is_alphanumeric() => return word(rest, before),
        _ => return (None, length),
    };
    (Some(sign), length)
}

/// A vote with its sign: `+1`, `+1s`, `-1's`; not `+0.5`, `+1.2`, `+31 6 …`.
fn vote<'t>(rest: &str, letter: char) -> Option<(Token<'t>, usize)> {
    let plus = matches!(letter, '+' | '＋');
    let minus = matches!(letter, '-' | '−' | '–');
    if !plus && !minus && letter != '±' {
        return None;
    }
    let behind = &rest[letter.len_utf8()..];
    let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let value: u32 = behind[..digits].parse().ok().filter(|value| *value <= 1000)?;
    let tail = &behind[digits..];
    let plural = ["'s", "’s", "s"]
        .into_iter()
        .find(|end| tail.strip_prefix(end).is_some_and(|after| !after.starts_with(char::is_alphanumeric)));
    let tail_length = plural.map_or(0, str::len);
    let after = &tail[tail_length..];
    let fraction =
        after.strip_prefix(['.', ',']).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
    if fraction || after.starts_with(char::is_alphanumeric) {
        return Some((Token::Other, letter.len_utf8() + digits));
    }
    let vote = match value {
        0 => Vote::Zero,
        _ if plus => Vote::Plus,
        _ => Vote::Minus,
    };
    Some((Token::Vote(vote), letter.len_utf8() + digits + tail_length))
}

/// A word, number, address, version or link.
fn word<'t>(rest: &'t str, before: Option<&Token>) -> (Option<Token<'t>>, usize) {
    let inside = |c: char| {
        c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.' | '_' | '@' | '\u{300}'..='\u{36f}')
    };
    let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    if rest[end..].starts_with("://") {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        return (Some(Token::Other), end);
    }
    let mut text = rest[..end].trim_end_matches(['\'', '’', '-', '_']);
    // A full stop ends a sentence, except behind an initial.
    let initial = text
        .strip_suffix('.')
        .is_some_and(|head| head.chars().count() == 1 && head.chars().all(char::is_uppercase));
    if !initial {
        text = text.trim_end_matches('.');
    }
    let length = text.len().max(1);
    if text.contains('@') {
        return (Some(Token::Address(text)), length);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return (Some(number(text, before)), length);
    }
    let folded = folded(text.trim_end_matches("'s").trim_end_matches("’s"));
    if matches!(folded.as_str(), "x") && (matches!(before, Some(Token::Number { .. } | Token::Vote(_)))) {
        return (Some(Token::Times), length);
    }
    let known = known(&folded);
    let capital = text.starts_with(char::is_uppercase);
    let token = if known.is(Class::NonBinding) {
        Token::Binding(false)
    } else if known.is(Class::Binding) {
        Token::Binding(true)
    } else if let Some(value) = known.number.filter(|_| {
        !capital || before.is_none() || matches!(before, Some(Token::Stop | Token::Colon | Token::Comma))
    }) {
        Token::Number { value, in_words: true }
    } else {
        Token::Word { text, known }
    };
    (Some(token), length)
}

fn number<'t>(text: &str, before: Option<&Token>) -> Token<'t> {
    let plain = text.trim_end_matches(['x', 'X']);
    let zeroes = plain.trim_end_matches("'s").trim_end_matches("’s").trim_end_matches('s');
    if zeroes == "0" && zeroes.len() < plain.len() {
        return Token::Vote(Vote::Zero);
    }
    // "no 0 or -1 votes": what there was none of is no number.
    if plain == "0" && matches!(before, Some(Token::Number { value: 0, in_words: true })) {
        return Token::Vote(Vote::Zero);
    }
    match plain.parse() {
        Ok(value) if value <= 100_000 => Token::Number { value, in_words: false },
        _ => Token::Other,
    }
}

/// The line without the mark of a list item: `*`, `-`, `•`, `1.`, `a)`.
fn without_bullet(line: &str) -> &str {
    let line = line.trim_start_matches([' ', '\u{a0}', '>']).trim_end();
    for bullet in ["* ", "- ", "• ", "· ", "– ", "— ", "o ", "+ ", "*", "•"] {
        if let Some(rest) = line.strip_prefix(bullet) {
            return rest.trim_start();
        }
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..=2).contains(&digits)
        && let Some(rest) = line[digits..].strip_prefix(['.', ')'])
        && rest.starts_with(' ')
    {
        return rest.trim_start();
    }
    line
}
