//! What stands behind a vote token in its sentence: a claim, "from me", what it is on, a condition.

use super::lexicon::Class;
use super::phrase::{Match, Meaning};
use super::reading::Claim;
use super::sentence::{End, Sentence, Text};
use super::token::{Kind, Token};
use super::vote_token::{Form, VoteToken};

/// How far a condition may stand behind the vote it limits, in tokens.
const CONDITION_REACH: usize = 14;

/// What follows a vote token.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Complement {
    /// What it claims, beside the token or in brackets later in the sentence.
    pub(super) claim: Option<Claim>,
    /// The token behind vote and claim: what is quoted as written ends here.
    pub(super) written_to: usize,
    /// "from me", "for us", "here".
    pub(super) from_me: bool,
    /// "+1 from Ann".
    pub(super) from_another: bool,
    /// "+1 on behalf of".
    pub(super) on_behalf: bool,
    /// "+1 if …".
    pub(super) condition: bool,
    /// "+1 to what Ann said".
    pub(super) agreement: bool,
    /// "+1 is", "+1s", "+1 votes", "+1 or": the token is talked about.
    pub(super) noun: bool,
    /// "+1 = approve".
    pub(super) legend: bool,
    /// "+1, 0, -1" and "+1 650 555 0100".
    pub(super) listed: bool,
    /// "+1?"
    pub(super) asked: bool,
    /// Nothing follows in the sentence, or only a plain pointer: "+1", "+1 on that".
    pub(super) bare: bool,
    /// Nothing at all follows but a claim, a comma or a dash: an odd form may stand so.
    pub(super) alone: bool,
}

/// Reads what stands behind the vote token at `at`.
pub(super) fn complement(text: &Text, sentence: &Sentence, at: usize, found: &[Match]) -> Complement {
    let tokens = &text.tokens[..sentence.to];
    let mut it = Complement { written_to: at + 1, ..Complement::default() };
    let mut next = at + 1;
    while let Some((claim, end)) = claim_at(tokens, next) {
        it.claim = it.claim.or(Some(claim));
        (it.written_to, next) = (end, end);
    }
    if it.claim.is_none() {
        it.claim = claim_before(tokens, sentence.from, at).or_else(|| bracketed_claim(tokens, next));
    }
    while tokens
        .get(next)
        .is_some_and(|token| token.is_mark('*') || token.is_mark('"') || token.is(Class::Adverb))
    {
        next += 1;
    }
    let behind = tokens.get(next);
    let after = tokens.get(next + 1);
    it.alone = behind.is_none_or(|token| matches!(token.kind, Kind::Mark(',' | '-' | ')' | ':' | ';')));
    it.bare = is_bare(tokens, next);
    it.asked = sentence.end == End::Asked && !tokens[next.min(tokens.len())..].iter().any(parts_clauses);
    read_origin(&mut it, tokens, next);
    it.noun = behind.is_some_and(|token| token.is(Class::NounUse) && !token.is(Class::Condition))
        || behind.is_some_and(|token| token.is(Class::Report) && !token.is(Class::Praise))
        || behind.is_some_and(|token| token.text.eq_ignore_ascii_case("vote"))
            && after.is_some_and(|token| token.is(Class::NounUse))
        || behind.is_some_and(|token| token.is_mark('"')) && after.is_some_and(|token| token.text == "s");
    it.legend = behind.is_some_and(|token| token.is_mark('='));
    it.listed = is_listed(tokens, at, next);
    it.condition = has_condition(tokens, next, found);
    it.agreement = found.iter().any(|m| m.meaning == Meaning::Agreement && (m.from..m.to).contains(&at))
        || agrees_with_a_person(tokens, next);
    it
}

/// A claim that begins at `at`: "binding", "(PMC)", "- non-binding", "[binding]". Gives the token behind it.
fn claim_at(tokens: &[Token], at: usize) -> Option<(Claim, usize)> {
    let mut position = at;
    while tokens
        .get(position)
        .is_some_and(|token| matches!(token.kind, Kind::Mark(',' | '-' | '*' | '[' | '/' | ':')))
    {
        position += 1;
    }
    // "My +1 is binding"
    if tokens.get(position).is_some_and(|token| token.text == "is")
        && tokens.get(position + 1).is_some_and(is_claim)
    {
        position += 1;
    }
    let first = tokens.get(position)?;
    if first.is_mark('(') {
        let close = (position..tokens.len().min(position + 9))
            .find(|i| tokens[*i].is_mark(')'))
            .unwrap_or(tokens.len());
        return claim_in(&tokens[position + 1..close]).map(|claim| (claim, (close + 1).min(tokens.len())));
    }
    let (claim, end) = claim_words(tokens, position)?;
    let closed = tokens.get(end).is_some_and(|token| token.is_mark(']') || token.is_mark('*'));
    Some((claim, end + usize::from(closed)))
}

/// Claim words in the open: only the words "binding" and its kin, not "PMC", which may begin anything.
fn claim_words(tokens: &[Token], at: usize) -> Option<(Claim, usize)> {
    let token = tokens.get(at)?;
    let bare = |token: &Token| {
        token.text.to_lowercase().contains("bind") || token.text.to_lowercase().contains("bing")
    };
    if token.is(Class::NonBinding) && bare(token) {
        return Some((Claim::NonBinding, at + 1));
    }
    if token.is(Class::Binding) && bare(token) {
        return Some((Claim::Binding, at + 1));
    }
    let negates = token.is(Class::Negation) || matches!(token.text.to_lowercase().as_str(), "non" | "none");
    let dash = usize::from(tokens.get(at + 1).is_some_and(|token| token.is_mark('-')));
    let next = tokens.get(at + 1 + dash)?;
    (negates && next.is(Class::Binding) && bare(next)).then_some((Claim::NonBinding, at + 2 + dash))
}

/// The claim that a bracket holds.
fn claim_in(inside: &[Token]) -> Option<Claim> {
    if inside.is_empty() || inside.len() > 8 {
        return None;
    }
    let claims = |class: Class| inside.iter().any(|token| token.is(class));
    let negated = inside.iter().any(|token| {
        token.is(Class::Negation) || matches!(token.text.to_lowercase().as_str(), "non" | "none" | "un")
    });
    if claims(Class::NonBinding) || negated && claims(Class::Binding) {
        return Some(Claim::NonBinding);
    }
    claims(Class::Binding).then_some(Claim::Binding)
}

/// "a non-binding +1", "binding +1".
fn claim_before(tokens: &[Token], from: usize, at: usize) -> Option<Claim> {
    let before = &tokens[from..at];
    // "My vote (binding): +1"
    if let [label @ .., close, colon] = before
        && colon.is_mark(':')
        && close.is_mark(')')
        && let Some(open) = label.iter().rposition(|token| token.is_mark('('))
    {
        return claim_in(&label[open + 1..]);
    }
    let last = before.iter().rposition(|token| {
        !token.is(Class::Adjective) && !token.is_mark('(') && !token.is_mark(')') || is_claim(token)
    })?;
    let token = &before[last];
    if token.is(Class::NonBinding) {
        return Some(Claim::NonBinding);
    }
    if !token.is(Class::Binding) || !is_claim(token) {
        return None;
    }
    let negated = last > 0 && {
        let word = &before[last - 1];
        word.is(Class::Negation) || word.text.eq_ignore_ascii_case("non")
    };
    Some(if negated { Claim::NonBinding } else { Claim::Binding })
}

fn is_claim(token: &Token) -> bool {
    token.is(Class::NonBinding) || token.is(Class::Binding)
}

/// A claim in brackets later in the sentence: "+1 to release it (binding)".
fn bracketed_claim(tokens: &[Token], from: usize) -> Option<Claim> {
    let mut position = from;
    while position < tokens.len() {
        if tokens[position].vote().is_some() {
            return None;
        }
        if tokens[position].is_mark('(') {
            let close = (position..tokens.len().min(position + 9)).find(|i| tokens[*i].is_mark(')'));
            if let Some(claim) = close.and_then(|close| claim_in(&tokens[position + 1..close])) {
                return Some(claim);
            }
        }
        position += 1;
    }
    None
}

fn parts_clauses(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(',' | ';' | '-' | ':')) || token.is(Class::ClauseStop)
}

/// Whose vote it is said to be.
fn read_origin(it: &mut Complement, tokens: &[Token], mut next: usize) {
    if tokens.get(next).is_some_and(|token| token.is_mark(',') || token.is_mark('-')) {
        next += 1;
    }
    while tokens
        .get(next)
        .is_some_and(|token| token.is(Class::Adverb) || token.text.eq_ignore_ascii_case("vote"))
    {
        next += 1;
    }
    let lower = |at: usize| tokens.get(at).map(|token| token.text.to_lowercase()).unwrap_or_default();
    if lower(next) == "on" && matches!(lower(next + 1).as_str(), "behalf") {
        it.on_behalf = true;
        return;
    }
    if lower(next) == "here" || lower(next) == "imo" || lower(next) == "imho" {
        it.from_me = true;
        return;
    }
    let preposition = lower(next);
    let from = matches!(preposition.as_str(), "from" | "by" | "von" | "van" | "de" | "of");
    let other = matches!(preposition.as_str(), "for" | "on" | "in" | "für" | "voor" | "pour" | "por" | "at");
    if !from && !other {
        return;
    }
    let whose = tokens.get(next + 1);
    if whose.is_some_and(|token| token.is(Class::Me)) {
        it.from_me = true;
    } else if whose.is_some_and(|token| token.is(Class::My)) {
        let thing = lower(next + 2);
        it.from_me = from
            || [
                "side", "part", "end", "book", "point", "opinion", "account", "view", "behalf", "seite",
                "kant", "côté", "parte",
            ]
            .contains(&thing.as_str());
    } else if from && preposition != "de" && preposition != "of" {
        // "from a happy user" is how a guest speaks of himself; "from Ann", "from the others" is somebody else.
        let self_styled = matches!(lower(next + 1).as_str(), "a" | "an" | "one" | "yet" | "this");
        it.from_me = self_styled;
        it.from_another = !self_styled;
    }
}

/// A list of values ("+1, 0, -1", "+1 or -1"), or a telephone number ("+1 650 555").
fn is_listed(tokens: &[Token], at: usize, next: usize) -> bool {
    let Some(behind) = tokens.get(next) else { return false };
    let number = |token: Option<&Token>| {
        token.is_some_and(|token| {
            token.kind == Kind::Number && token.text.bytes().filter(u8::is_ascii_digit).count() >= 3
        })
    };
    if next == at + 1 && (number(Some(behind)) || behind.is_mark('(') && number(tokens.get(at + 2))) {
        return true;
    }
    // "(+1) 415 555 0100", "+44 20 7946 0958"
    let closed = usize::from(matches!(behind.kind, Kind::Mark(')' | ']')));
    let numbers = tokens.iter().skip(at + 1 + closed).take_while(|token| {
        token.kind == Kind::Number || matches!(token.kind, Kind::Mark('(' | ')' | '-' | '.' | '/'))
    });
    if numbers.map(|token| token.text.bytes().filter(u8::is_ascii_digit).count()).sum::<usize>() > 4 {
        return true;
    }
    // "+1 (3)", "+1 (unanimous)": how many there are.
    if behind.is_mark('(')
        && tokens.get(next + 1).is_some_and(|token| {
            let number = token.kind == Kind::Number || token.text == "0";
            number && tokens.get(next + 2).is_some_and(|token| token.is_mark(')'))
                || token.text.to_lowercase().starts_with("unanim")
        })
    {
        return true;
    }
    // "+1: 3", "+1 x 3": how many there are.
    let skipped = next + usize::from(behind.is_mark(':') || matches!(behind.text, "x" | "/"));
    if tokens.get(skipped).is_some_and(|token| token.kind == Kind::Number)
        && tokens.get(skipped + 1).is_none_or(|token| !token.is_word())
    {
        return true;
    }
    let separator = match behind.kind {
        Kind::Mark(',' | '/' | ';') => 1,
        Kind::Word if ["or", "and", "oder", "of", "ou", "o"].contains(&behind.text) => 1,
        Kind::Vote(_) => 0,
        _ => return false,
    };
    let skip = separator
        + usize::from(
            tokens.get(next + 1).is_some_and(|token| ["or", "and", "oder", "of"].contains(&token.text)),
        );
    let Some(value) = tokens.get(next + skip) else { return false };
    let same = |vote: VoteToken| {
        tokens[at].vote().is_some_and(|this| this.vote == vote.vote && this.strength == vote.strength)
    };
    if value.vote().is_some_and(same) && behind.text != "or" {
        return false; // "+1, +1, +1!"
    }
    // "-1 and 0 are both fine"
    let spoken_of = tokens.get(next + skip + 1).is_some_and(|token| token.is(Class::NounUse));
    value.vote().is_some() && (behind.text != "and" || spoken_of)
        || value.vote().is_some_and(|vote| vote.form != Form::Unsigned)
}

/// A condition in the reach of the vote.
fn has_condition(tokens: &[Token], from: usize, found: &[Match]) -> bool {
    let meant = |meaning: Meaning, at: usize| found.iter().any(|m| m.meaning == meaning && m.from == at);
    let opens = |at: usize| {
        let token = &tokens[at];
        let inquiry = at > 0 && tokens[at - 1].is(Class::Inquiry);
        meant(Meaning::Condition, at)
            || token.is(Class::Condition) && !inquiry && !meant(Meaning::IdleCondition, at)
    };
    let links = |token: &Token| {
        matches!(
            token.text,
            "but" | "only" | "and" | "aber" | "maar" | "mais" | "pero" | "alleen" | "nur" | "solo"
        )
    };
    let mut after_comma = false;
    for position in from..tokens.len().min(from + CONDITION_REACH) {
        let token = &tokens[position];
        if opens(position) {
            return true;
        }
        if links(token) {
            // "but only if", "and only once": nothing may stand between.
            let next = (position + 1..tokens.len())
                .find(|at| !links(&tokens[*at]) && !tokens[*at].is(Class::Adverb));
            return next.is_some_and(opens);
        }
        match token.kind {
            Kind::Mark(',' | '-' | '(') => after_comma = true,
            Kind::Mark(';' | ':' | '→') | Kind::Vote(_) => return false,
            _ if token.is(Class::ClauseStop) || token.is(Class::Condition) || after_comma => return false,
            _ => {}
        }
    }
    false
}

/// Nothing but a plain pointer behind the vote: "+1", "+1 on that".
fn is_bare(tokens: &[Token], next: usize) -> bool {
    let rest = tokens.get(next..).unwrap_or_default();
    rest.iter().all(|token| match token.kind {
        Kind::Word => {
            token.is(Class::Pointer)
                || matches!(token.text, "to" | "on" | "for" | "with")
                || token.is(Class::Adverb)
        }
        Kind::Mark(_) | Kind::Thumb { .. } => true,
        _ => false,
    })
}

/// "+1 to Ann's idea", "+1 to Ann."
fn agrees_with_a_person(tokens: &[Token], next: usize) -> bool {
    let Some(preposition) = tokens.get(next) else { return false };
    if !matches!(preposition.text.to_lowercase().as_str(), "to" | "with" | "on" | "for") {
        return false;
    }
    let rest = &tokens[next + 1..];
    for (count, token) in rest.iter().take(5).enumerate() {
        if token.possessive && (token.looks_like_a_name() || token.is(Class::Stop)) {
            return true;
        }
        if !token.looks_like_a_name() {
            // A name that ends its clause: agreement with a person, where it is not a candidate ("+1 for Ann").
            let ends = !token.is_word() && token.kind != Kind::Number;
            return count > 0 && ends && matches!(preposition.text, "to" | "with");
        }
    }
    !rest.is_empty() && rest.len() < 5 && matches!(preposition.text, "to" | "with")
}
