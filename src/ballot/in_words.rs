//! Objection and support in words, without a vote token: who says it, of what, and whether it is meant.

use super::conclusion::Findings;
use super::lexicon::Class;
use super::phrase::{Match, Meaning};
use super::reading::{Dialect, Vote, WordMeaning};
use super::rule::Rule;
use super::sentence::{End, Sentence, Text};
use super::token::{Kind, Token};
use std::collections::HashSet;

/// Support in words.
pub(super) struct InWords {
    /// The vote it may be.
    pub(super) vote: Vote,
    /// Where it begins.
    pub(super) at: usize,
    /// Whether the list counts these words as a vote.
    pub(super) counts: bool,
    /// The words.
    pub(super) written: String,
}

/// How an author speaks against the proposal, and at which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// In so many words.
    Said(usize),
    /// In a case that is only thought of: "I'd object if".
    Supposed(usize),
    /// By a "no" that is all the post says.
    Refused(usize),
}

/// What authors call themselves: "j" is what an apostrophe leaves of "j'ai".
const SPEAKER: [&str; 10] = ["i", "we", "ik", "wij", "ich", "wir", "je", "j", "nous", "yo"];

/// What else opens an objection of the author's own, where a language leaves the pronoun out.
const OWN_OPENING: [&str; 7] = ["on", "me", "no", "estoy", "estamos", "tengo", "voto"];

/// How the author objects, if at all: silence is consent, so words against a proposal must not pass for silence.
pub(super) fn against(text: &Text, findings: &Findings) -> Option<Against> {
    let conceded = concession(text, findings);
    let mut supposed = None;
    let passed_on: HashSet<usize> =
        findings.votes.iter().filter(|vote| vote.rule == Rule::PassedOn).map(|vote| vote.sentence).collect();
    for (number, (sentence, found)) in text.sentences.iter().zip(&findings.phrases).enumerate() {
        if findings.paper.rows.contains(&text.tokens[sentence.from].line) || passed_on.contains(&number) {
            continue;
        }
        let stands = |m: &&Match| objects(m, sentence) && conceded.is_none_or(|at| at <= m.from);
        for objection in found.iter().filter(stands) {
            match said_as(text, sentence, found, objection) {
                Said::Asserted => return Some(Against::Said(objection.from)),
                Said::Supposed => supposed = supposed.or(Some(Against::Supposed(objection.from))),
                Said::NotMeant => {}
            }
        }
    }
    let thumb = thumb(text, false);
    thumb.map(Against::Said).or(supposed).or_else(|| refusal(text, findings).map(Against::Refused))
}

/// The first thumb up, or down.
fn thumb(text: &Text, up: bool) -> Option<usize> {
    if !text.holds.thumbs {
        return None;
    }
    text.tokens.iter().position(|token| token.kind == Kind::Thumb { up })
}

/// Words that object whatever their sentence is about.
const OUTRIGHT: [&str; 14] = [
    "object", "oppose", "opposed", "against", "veto", "vetoed", "nack", "nak", "reject", "block", "dagegen",
    "tegen", "contre", "contra",
];

/// Where the author, in the same place between quotations as the vote at `vote`, asks that the thing be not done or objects outright.
/// What is only disliked goes with a vote for.
pub(super) fn contradiction(text: &Text, findings: &Findings, vote: usize) -> Option<usize> {
    let conceded = concession(text, findings);
    let place = text.row(vote).quotes_above;
    let stands = |sentence: &Sentence, m: &Match| {
        let row = text.row(m.from);
        let outright = |token: &Token| OUTRIGHT.contains(&token.text.to_lowercase().as_str());
        objects(m, sentence)
            && row.line.certain
            && row.quotes_above == place
            && !findings.paper.rows.contains(&text.tokens[sentence.from].line)
            && conceded.is_none_or(|at| at <= m.from)
            && (m.meaning == Meaning::Plea || text.tokens[m.from..m.to].iter().any(outright))
    };
    text.sentences.iter().zip(&findings.phrases).find_map(|(sentence, found)| {
        let said = |m: &&Match| stands(sentence, m) && said_as(text, sentence, found, m) == Said::Asserted;
        found.iter().find(said).map(|m| m.from)
    })
}

/// Where the last objection that is asserted begins: it outweighs what is taken back before it.
pub(super) fn last_objection(text: &Text, findings: &Findings) -> Option<usize> {
    findings.phrases.iter().enumerate().rev().find_map(|(number, found)| {
        let sentence = &text.sentences[number];
        let objections = found.iter().filter(|m| objects(m, sentence));
        objections.filter(|m| said_as(text, sentence, found, m) == Said::Asserted).map(|m| m.from).max()
    })
}

/// Where the author last lets the proposal pass in spite of what stands before: "I don't like it, but I won't block it".
fn concession(text: &Text, findings: &Findings) -> Option<usize> {
    let said =
        text.sentences.iter().zip(&findings.phrases).filter(|(sentence, _)| sentence.end != End::Asked);
    said.flat_map(|(_, found)| found).filter(|m| m.meaning == Meaning::Conceded).map(|m| m.from).max()
}

fn objects(m: &Match, sentence: &Sentence) -> bool {
    m.meaning == Meaning::Plea || m.meaning == Meaning::Objection && sentence.end != End::Asked
}

/// How an objection is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Asserted,
    /// Under a condition.
    Supposed,
    /// Denied, somebody else's, or inside a condition.
    NotMeant,
}

fn said_as(text: &Text, sentence: &Sentence, found: &[Match], objection: &Match) -> Said {
    let undone = |m: &Match| {
        matches!(m.meaning, Meaning::NoObjection | Meaning::Settled | Meaning::Withdrawn)
            && m.from < objection.to
            && objection.from < m.to
            && !denied(text, sentence, m)
    };
    if found.iter().any(undone) || is_quoted(text, sentence, objection) {
        return Said::NotMeant;
    }
    let lead = &text.tokens[sentence.from..objection.from];
    // "Ann: I object" may be Ann's, in what was said elsewhere.
    if matches!(lead, [name, colon] if name.looks_like_a_name() && colon.is_mark(':')) {
        return Said::Supposed;
    }
    let clause = sentence.from + lead.iter().rposition(parts_clauses).map_or(0, |at| at + 1);
    if found.iter().any(|m| {
        m.meaning == Meaning::Reported
            && m.from < objection.from
            && clause <= m.to
            && is_anothers(text, sentence, m)
    }) {
        return Said::NotMeant;
    }
    let condition = |at: usize| {
        text.tokens[at].is(Class::Condition)
            && !found.iter().any(|m| m.meaning == Meaning::IdleCondition && m.from == at)
    };
    let whether = |at: usize| text.tokens[at].text.eq_ignore_ascii_case("whether");
    let unless = |at: usize| UNLESS.contains(&text.tokens[at].text.to_lowercase().as_str());
    if let Some(at) = (clause..objection.from).rev().find(|at| condition(*at) || whether(*at)) {
        let behind_its_clause = at + 1 < objection.from && opens_in_first_person(text, objection);
        return match behind_its_clause && !whether(at) {
            true if unless(at) => Said::Asserted,
            true => Said::Supposed,
            false => Said::NotMeant,
        };
    }
    let opening = (sentence.from..clause).find(|at| text.tokens[*at].is_word());
    let would = text.tokens[objection.from..objection.to].iter().any(is_would);
    let limited = would && (objection.from..sentence.to).any(|at| condition(at) && !unless(at));
    match limited || opening.is_some_and(|at| condition(at) && !unless(at)) {
        true => Said::Supposed,
        false => Said::Asserted,
    }
}

fn opens_in_first_person(text: &Text, objection: &Match) -> bool {
    let first = before_apostrophe(&text.tokens[objection.from]);
    SPEAKER.contains(&first.as_str()) || OWN_OPENING.contains(&first.as_str())
}

/// Conditions that leave an objection standing until they come true.
const UNLESS: [&str; 8] = ["unless", "until", "tenzij", "totdat", "bis", "solange", "sauf", "once"];

fn is_would(token: &Token) -> bool {
    const WOULD: [&str; 8] = ["would", "zou", "zouden", "würde", "wuerde", "wäre", "serais", "estaría"];
    let said = token.text.to_lowercase();
    WOULD.contains(&said.as_str()) || said.ends_with("'d") || said.ends_with("’d")
}

fn parts_clauses(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(',' | ';' | ':' | '-' | '('))
        || matches!(token.text, "but" | "aber" | "maar" | "mais" | "pero")
}

/// Whether a phrase is denied in its own clause: "I will not withdraw my objection".
pub(super) fn denied(text: &Text, sentence: &Sentence, m: &Match) -> bool {
    let takes_back = matches!(m.meaning, Meaning::Settled | Meaning::Withdrawn);
    let lead = text.tokens[sentence.from..m.from].iter().rev().take_while(|token| !parts_clauses(token));
    takes_back && lead.take(5).any(|token| token.is(Class::Negation))
}

/// A word in lower case up to its apostrophe: "I'd" is "i".
fn before_apostrophe(token: &Token) -> String {
    token.text.chars().take_while(|c| !matches!(c, '\'' | '’')).flat_map(char::to_lowercase).collect()
}

/// Whether `m` makes what follows it in the clause somebody else's: "she thinks", but not "as she said" nor "I think she said".
fn is_anothers(text: &Text, sentence: &Sentence, m: &Match) -> bool {
    let own = |token: &&Token| {
        let said = before_apostrophe(token);
        SPEAKER.contains(&said.as_str())
            || matches!(said.as_str(), "as" | "like" | "wie" | "zoals" | "comme" | "como")
    };
    let mut clause =
        text.tokens[sentence.from..=m.from].iter().rev().take_while(|token| !parts_clauses(token));
    !clause.any(|token| own(&token))
}

/// Whether quotation marks stand around the words: somebody's words, spoken of.
fn is_quoted(text: &Text, sentence: &Sentence, objection: &Match) -> bool {
    let marks = |tokens: &[Token]| tokens.iter().filter(|token| token.is_mark('"')).count();
    let lead = &text.tokens[sentence.from..objection.from];
    let behind = &text.tokens[objection.to..sentence.to];
    marks(lead) % 2 == 1 && marks(behind) > 0 && !lead.iter().any(|token| token.is(Class::My))
}

/// A "no" that is all the post says, greeting and name aside.
fn refusal(text: &Text, findings: &Findings) -> Option<usize> {
    let mut refused = None;
    for (number, found) in findings.phrases.iter().enumerate() {
        let sentence = &text.sentences[number];
        let refusal = found.iter().find(|m| m.meaning == Meaning::Refusal && sentence.end != End::Asked);
        let covered = |at: usize| refusal.is_some_and(|m| (m.from..m.to).contains(&at));
        let last_name = number + 1 == text.sentences.len() && sentence.to == sentence.from + 1 && number > 0;
        let idle = |at: usize| {
            let token = &text.tokens[at];
            let dressed = matches!(token.kind, Kind::Mark(_));
            let address = token.is(Class::Greeting) || token.is(Class::Closing) || token.looks_like_a_name();
            covered(at) || dressed || address || last_name && token.is_word()
        };
        if !(sentence.from..sentence.to).all(idle) {
            return None;
        }
        refused = refused.or(refusal.map(|m| m.from));
    }
    refused
}

/// Where the author supports in so many words, and what the list takes them for.
pub(super) fn support(text: &Text, findings: &Findings, dialect: &Dialect) -> Option<InWords> {
    if let Some(found) = listed_words(text, dialect) {
        return found;
    }
    for (number, phrases) in findings.phrases.iter().enumerate() {
        let sentence = &text.sentences[number];
        if let Some(found) = phrases.iter().find(|m| supports(text, sentence, m)) {
            return meaning(text, dialect, found.from, found.to, Vote::Plus);
        }
    }
    if let Some(at) = thumb(text, true) {
        return meaning(text, dialect, at, at + 1, Vote::Plus);
    }
    let ticked = *findings.paper.ticked_words.first()?;
    let against = |token: &Token| {
        matches!(token.text.to_lowercase().as_str(), "no" | "against" | "reject" | "disapprove" | "oppose")
    };
    let abstains = |token: &Token| token.text.to_lowercase().starts_with("abst");
    let words = &text.tokens[text.row(ticked).tokens.clone()];
    let vote = match words {
        _ if words.iter().any(abstains) => Vote::Zero,
        _ if words.iter().any(against) => Vote::Minus,
        _ => Vote::Plus,
    };
    Some(InWords { vote, at: ticked, counts: false, written: String::new() })
}

/// Whether a phrase of support is meant: neither asked, nor denied, nor under a condition.
fn supports(text: &Text, sentence: &Sentence, m: &Match) -> bool {
    let lead = &text.tokens[sentence.from..m.from];
    m.meaning == Meaning::Support
        && sentence.end != End::Asked
        && !lead.iter().any(|token| token.is(Class::Negation) || token.is(Class::Condition))
}

/// Support found at `from..to`, by what the list's `words` table says of it; `None` where it says "nothing".
fn meaning(text: &Text, dialect: &Dialect, from: usize, to: usize, vote: Vote) -> Option<InWords> {
    let written = text.tokens[from..to].iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
    let said = written.to_lowercase();
    let entry = dialect.words.iter().find(|(word, _)| said == *word || said.starts_with(word.as_str()));
    match entry.map(|(_, meaning)| *meaning) {
        Some(WordMeaning::Nothing) => None,
        Some(WordMeaning::Plus) => Some(InWords { vote, at: from, counts: true, written }),
        Some(WordMeaning::Held) | None => Some(InWords { vote, at: from, counts: false, written }),
    }
}

/// Words of the list's own table that open a sentence.
fn listed_words(text: &Text, dialect: &Dialect) -> Option<Option<InWords>> {
    for (phrase, _) in &dialect.words {
        let wanted: Vec<&str> = phrase.split_whitespace().collect();
        for sentence in text.sentences.iter().filter(|sentence| sentence.end != End::Asked) {
            let tokens = text.of(sentence);
            let first = tokens.iter().position(|token| !token.is_dress()).unwrap_or(0);
            let opens = tokens.len() - first >= wanted.len()
                && !wanted.is_empty()
                && wanted
                    .iter()
                    .zip(&tokens[first..])
                    .all(|(word, token)| token.text.to_lowercase() == *word);
            if opens {
                let from = sentence.from + first;
                return Some(meaning(text, dialect, from, from + wanted.len(), Vote::Plus));
            }
        }
    }
    None
}

/// What became of words that object or support: the rule that decided, and whether it lets them speak. `None` for other phrases.
pub(super) fn ruling(
    text: &Text,
    findings: &Findings,
    number: usize,
    m: &Match,
    dialect: &Dialect,
) -> Option<(Rule, bool)> {
    let sentence = &text.sentences[number];
    let on_paper = findings.paper.rows.contains(&text.tokens[sentence.from].line);
    Some(match m.meaning {
        Meaning::Objection | Meaning::Plea if on_paper || !objects(m, sentence) => {
            (Rule::ObjectionNotMeant, false)
        }
        Meaning::Objection | Meaning::Plea => match said_as(text, sentence, &findings.phrases[number], m) {
            Said::Asserted => (Rule::ObjectionInWords, true),
            Said::Supposed => (Rule::ObjectionSupposed, true),
            Said::NotMeant => (Rule::ObjectionNotMeant, false),
        },
        Meaning::Refusal => (Rule::RefusalInWords, false),
        Meaning::Support if !supports(text, sentence, m) => (Rule::SupportNotMeant, false),
        Meaning::Support => match meaning(text, dialect, m.from, m.to, Vote::Plus) {
            Some(InWords { counts: true, .. }) => (Rule::ListWords, true),
            Some(_) => (Rule::SupportInWords, true),
            None => (Rule::SupportNotMeant, false),
        },
        _ => return None,
    })
}
