//! Whether a vote comes with reasons: own words beyond the vote, its claim, greeting and name. Never whether they are good.

use super::conclusion::Findings;
use super::lexicon::Class;
use super::reading::Vote;
use super::rule::Rule;
use super::sentence::Text;
use super::standing::Finding;
use super::token::{Kind, Token};

/// How many words at the end of a mail may be its author's name.
const NAME_WORDS: usize = 4;

/// What the post that casts `vote` says besides: the first token of it.
pub(super) fn reason(text: &Text, findings: &Findings, vote: &Finding) -> Option<usize> {
    let tail = text.sentences.len();
    let says = |number: &usize| {
        let number = *number;
        let sentence = &text.sentences[number];
        let tokens = text.of(sentence);
        let on_paper = findings.paper.rows.contains(&tokens[0].line);
        if number == vote.sentence {
            return if on_paper { reason_on_paper(tokens) } else { around_the_vote(text, vote) };
        }
        let certain = text.row(sentence.from).line.certain;
        !on_paper
            && certain
            && says_something(tokens)
            && !(number + 3 > tail && is_name(tokens, number > vote.sentence))
    };
    let number = (0..tail).find(says)?;
    let sentence = &text.sentences[number];
    let behind_vote = vote.complement.written_to.min(sentence.to.saturating_sub(1));
    Some(if number == vote.sentence { behind_vote } else { sentence.from })
}

/// Whether a ballot line goes on to a reason of the author's own: "-1 because the build is broken", not "-1 because …".
fn reason_on_paper(tokens: &[Token]) -> bool {
    let because = |token: &Token| {
        token.is_mark(':')
            || matches!(token.text.to_lowercase().as_str(), "because" | "since" | "omdat" | "weil")
    };
    let Some(at) = tokens.iter().position(because) else { return false };
    tokens[at + 1..].iter().filter(|token| token.is_word()).count() > 1
}

/// Whether words are more than greeting, thanks and closing.
fn says_something(tokens: &[Token]) -> bool {
    let words: Vec<&Token> =
        tokens.iter().filter(|token| token.is_word() || token.kind == Kind::Number).collect();
    let greets = words.first().is_some_and(|word| word.is(Class::Greeting)) && words.len() <= 6;
    let closes = words.first().is_some_and(|word| word.is(Class::Closing)) && words.len() <= 4;
    // "Dear" opens a mail, and is a reason elsewhere: "too dear".
    let opens = words.iter().take_while(|word| word.is(Class::Greeting) || word.is(Class::Opener)).count();
    let empty = |word: &Token| word.is(Class::Opener) || word.is(Class::Closing) || word.is(Class::Stop);
    !greets && !closes && words[opens..].iter().any(|word| !empty(word))
}

/// Whether a sentence behind the vote is a name: few words, all of them capitalised.
fn is_name(tokens: &[Token], behind: bool) -> bool {
    let words = tokens.iter().filter(|token| token.is_word());
    let capital = |word: &Token| word.text.chars().next().is_some_and(char::is_uppercase);
    let short = |word: &Token| word.text.chars().count() <= 3;
    behind
        && words.clone().count() <= NAME_WORDS
        && tokens.iter().all(|token| token.kind != Kind::Number)
        && (words.clone().all(capital) || words.clone().count() == 1 && words.clone().all(short))
}

/// Whether the sentence of the vote holds more than the vote: what leads to it, or a reason behind it.
fn around_the_vote(text: &Text, vote: &Finding) -> bool {
    let sentence = &text.sentences[vote.sentence];
    let lead = &text.tokens[sentence.from..vote.phrase_from.max(sentence.from)];
    let led = !vote.first_person
        && says_something(lead)
        && !matches!(vote.rule, Rule::AfterGreeting | Rule::AfterPraise | Rule::Labelled)
        || vote.first_person
            && lead.iter().any(|token| token.is_mark(',') || token.is_mark(';'))
            && says_something(lead);
    led || gives_reason(&text.tokens[vote.complement.written_to.min(sentence.to)..sentence.to], vote)
}

/// Whether what follows the vote goes beyond its scope ("on removing it") and its origin ("from me").
fn gives_reason(rest: &[Token], vote: &Finding) -> bool {
    let Some(first) = rest.iter().position(|token| !token.is_dress() && !token.is(Class::Adverb)) else {
        return false;
    };
    let rest = &rest[first..];
    if signs(rest) {
        return false;
    }
    let by_me = rest.get(1).is_some_and(|token| token.is(Class::Me));
    if by_me {
        return says_something(&rest[2..]);
    }
    let scope = match rest[0].text.to_lowercase().as_str() {
        "on" | "to" | "from" | "with" | "by" | "here" | "op" | "auf" | "von" | "van" | "de" | "pour" => true,
        // "-1 for breaking the API" says why; "+1 for removing it" says what.
        "for" | "für" | "voor" | "por" => {
            vote.token.vote != Vote::Minus
                || rest.get(1).is_some_and(|token| token.is(Class::Pointer) || token.is(Class::Article))
        }
        _ => false,
    };
    if !scope {
        return says_something(rest);
    }
    let parted = rest.iter().position(|token| {
        matches!(token.kind, Kind::Mark(',' | ';' | '-' | ':'))
            || token.is(Class::ClauseStop)
            || token.is(Class::Condition)
            || matches!(token.text.to_lowercase().as_str(), "due" | "as" | "after" | "and" | "until")
    });
    parted.is_some_and(|at| says_something(&rest[at..]))
}

/// "-1, Ann", "-1 -- Ann Smith": a name behind the vote signs it. Capitals alone are no name: "-1, GPL".
fn signs(rest: &[Token]) -> bool {
    let name = |token: &&Token| token.looks_like_a_name() && token.text.chars().any(char::is_lowercase);
    let mut words =
        rest.iter().filter(|token| !matches!(token.kind, Kind::Mark(',' | '-')) && !token.is_dress());
    let count = words.clone().count();
    (1..=NAME_WORDS).contains(&count) && words.all(|token| name(&token))
}
