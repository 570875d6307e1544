//! What kind of line stands in a count, and which of its words name votes.

use super::token::Token;
use super::vocabulary::Class;
use crate::ballot::Vote;

/// Whether nothing of weight follows the first token.
pub(super) fn rest_is_filler(rest: &[Token]) -> bool {
    rest.iter().skip(1).all(|token| {
        token.is(Class::Filler) || token.is(Class::Vote) || matches!(token, Token::Stop | Token::Close)
    })
}

/// Whether a vote is named soon after.
pub(super) fn ahead_is_vote(clause: &Clause, tokens: &[Token], at: usize) -> bool {
    let near = tokens.iter().enumerate().skip(at).take(3);
    near.take_while(|(_, token)| !matches!(token, Token::Comma | Token::Colon))
        .any(|(at, token)| clause.vote(tokens, at, token).is_some())
}

/// What kind of line it is.
pub(super) struct Clause {
    /// Whether it names votes at all.
    pub names_votes: bool,
    /// Whether it goes on about the vote that was named before.
    pub continues: bool,
    /// Whether there is nothing on it but votes, claims and numbers.
    pub nothing_else: bool,
}

impl Clause {
    pub fn of(tokens: &[Token], vote_before: bool) -> Self {
        let mut clause = Clause { names_votes: false, continues: false, nothing_else: true };
        let named = tokens.iter().enumerate().any(|(at, token)| clause.vote(tokens, at, token).is_some());
        let head = |token: &&Token| {
            !token.is(Class::Filler) && !matches!(token, Token::Number { .. } | Token::Open | Token::Bar)
        };
        let binding_heads = matches!(tokens.iter().find(head), Some(Token::Binding(_)));
        let plain = |token: &Token| {
            token.is(Class::Filler)
                || token.is(Class::Vote)
                || token.joins()
                || matches!(
                    token,
                    Token::Binding(_)
                        | Token::Number { .. }
                        | Token::Open
                        | Token::Close
                        | Token::Stop
                        | Token::Bar
                )
        };
        let colon = tokens.iter().position(|token| *token == Token::Colon);
        let ends = tokens[..colon.unwrap_or(tokens.len())].iter().all(plain);
        let counted = tokens.windows(2).any(|pair| matches!(pair, [Token::Number { .. }, Token::Binding(_)]));
        let by_claim = binding_heads && ends || counted;
        clause.names_votes = named || by_claim;
        clause.continues = !named && by_claim && vote_before;
        clause.nothing_else = tokens.iter().enumerate().all(|(at, token)| {
            clause.vote(tokens, at, token).is_some()
                || token.is(Class::Filler)
                || token.is(Class::Vote)
                || !matches!(token, Token::Word { .. } | Token::Address(_) | Token::Other)
        });
        clause
    }

    /// The vote that a token names; in words only beside a number or before a colon.
    pub fn vote(&self, tokens: &[Token], at: usize, token: &Token) -> Option<Vote> {
        match token {
            Token::Vote(vote) => Some(*vote),
            Token::Number { value: 0, in_words: false } if at == 0 => {
                let heads = match tokens.get(1) {
                    Some(Token::Colon) => true,
                    Some(word) if word.is(Class::Vote) => tokens.get(2) == Some(&Token::Colon),
                    Some(Token::Open | Token::Binding(_)) => {
                        !tokens.iter().any(|token| matches!(token, Token::Vote(_)))
                    }
                    _ => false,
                };
                heads.then_some(Vote::Zero)
            }
            // "No: 2" beside "Yes: 3".
            Token::Number { value: 0, in_words: true } => {
                let begins = at == 0 || tokens.get(at - 1) == Some(&Token::Comma);
                (begins && tokens.get(at + 1) == Some(&Token::Colon)).then_some(Vote::Minus)
            }
            Token::Word { known, .. } => {
                let vote = known.vote()?;
                let colon = tokens.get(at + 1) == Some(&Token::Colon);
                let begin = at.saturating_sub(4);
                let counted = tokens[begin..at]
                    .iter()
                    .rev()
                    .take_while(|token| !matches!(token, Token::Comma | Token::Stop))
                    .any(|token| matches!(token, Token::Number { .. }));
                (colon && at < 3
                    || counted && !known.is(Class::Condition) && !known.is(Class::Beside)
                    || colon && tokens.get(at.wrapping_sub(1)) == Some(&Token::Comma))
                .then_some(vote)
            }
            _ => None,
        }
    }
}

/// Where a line has come to.
#[derive(Default)]
pub(super) struct Walk {
    pub vote: Option<Vote>,
    pub group: Option<usize>,
    pub pending: Option<u32>,
    pub binding: Option<bool>,
}
