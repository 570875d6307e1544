//! Whether the author says that his vote changes or is taken back, or only that it might be, should be, will not be.
//!
//! A veto that stands must not flip by words about flipping it, so a change counts only where it is asserted: what is denied is
//! nothing, and what is wished for, asked for or put off is asked about.

use super::lexicon::Class;
use super::phrase::Match;
use super::sentence::{Sentence, Text};
use super::token::{Kind, Token};

/// How a change is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// It is done.
    Asserted,
    /// It may come: "I might change my vote".
    Open,
    /// It is refused, or only named: "before changing my vote".
    Denied,
}

/// What refuses or only names the deed, beside the words of negation.
const DENYING: [&str; 21] = [
    "nothing",
    "nobody",
    "none",
    "refuse",
    "refusing",
    "refused",
    "decline",
    "declining",
    "hesitate",
    "unlikely",
    "unwilling",
    "unable",
    "early",
    "premature",
    "instead",
    "before",
    "whether",
    "why",
    "how",
    "avant",
    "bevor",
];

/// What leaves the deed open.
const OPEN: [&str; 51] = [
    "might",
    "may",
    "could",
    "should",
    "shall",
    "ought",
    "consider",
    "considering",
    "considered",
    "thinking",
    "think",
    "thought",
    "tempted",
    "willing",
    "inclined",
    "prepared",
    "ready",
    "perhaps",
    "maybe",
    "probably",
    "possibly",
    "hope",
    "hoping",
    "plan",
    "planning",
    "intend",
    "intending",
    "about",
    "soon",
    "eventually",
    "doubt",
    "wonder",
    "was",
    "were",
    "been",
    "zou",
    "zouden",
    "würde",
    "könnte",
    "pourrais",
    "podría",
    "overweeg",
    "erwäge",
    "vielleicht",
    "misschien",
    "able",
    "supposed",
    "can",
    "will-not",
    "later",
    "tomorrow",
];

/// What, before "to", makes the deed the author's own and now.
const RESOLVED: [&str; 24] = [
    "like",
    "love",
    "want",
    "have",
    "need",
    "got",
    "going",
    "happy",
    "glad",
    "pleased",
    "wish",
    "decided",
    "forced",
    "compelled",
    "obliged",
    "must",
    "sorry",
    "afraid",
    "choice",
    "option",
    "alternative",
    "delighted",
    "proud",
    "time",
];

/// What, before "me to", is somebody's wish, not the author's deed.
const ASKED: [&str; 20] = [
    "ask", "asks", "asked", "asking", "want", "wants", "wanted", "tell", "tells", "told", "urge", "urges",
    "urged", "beg", "begged", "expect", "expects", "expected", "needs", "advised",
];

/// What, before "me to", brought the author to it.
const MOVED: [&str; 14] = [
    "convinced",
    "convinces",
    "persuaded",
    "persuades",
    "leads",
    "led",
    "causes",
    "caused",
    "prompted",
    "prompts",
    "allows",
    "allowed",
    "brought",
    "motivated",
];

/// Words of time that put a deed off.
const LATER: [&str; 10] = [
    "tomorrow",
    "later",
    "soon",
    "tonight",
    "next",
    "shortly",
    "afterwards",
    "eventually",
    "morgen",
    "demain",
];

/// How the change or withdrawal `m` is said.
pub(super) fn mood(text: &Text, sentence: &Sentence, m: &Match) -> Mood {
    let verb = verb(text, m);
    let clause = clause(text, sentence, m);
    let said = said(&text.tokens[clause..verb]);
    let has = |list: &[&str]| said.iter().any(|word| list.contains(&word.as_str()));
    let no_choice = said.windows(2).any(|pair| pair[1] == "but" && RESOLVED.contains(&pair[0].as_str()));
    let denied = negated(&text.tokens[clause..verb]) && !no_choice;
    let named = said.last().is_some_and(|last| last == "to")
        && said.first().is_some_and(|first| matches!(first.as_str(), "what" | "all" | "everything" | "only"));
    if denied || named || has(&DENYING) {
        return Mood::Denied;
    }
    let now = has(&["now", "finally", "therefore", "gladly", "happily"]);
    let open = |word: &String| OPEN.contains(&word.as_str()) && !(now && word == "can");
    let would = |pair: &[String]| is_would(&pair[0]) && !wishes(&pair[1]) && pair[1] != "be";
    let lone_would = said.windows(2).any(would) || said.last().is_some_and(|word| is_would(word));
    // "As I am considering it is pushing me": what is said of another verb leaves this one alone.
    let finite = said.iter().rposition(|word| word == "is").map_or(0, |at| at + 1);
    if said[finite..].iter().any(open) || lone_would || interrupted(text, sentence, m, clause, &said) {
        return Mood::Open;
    }
    let wished = said.iter().any(|word| wishes(word));
    if wished && but_behind(text, sentence, m.to) || put_off(text, sentence, m.to) {
        return Mood::Open;
    }
    purpose(&said, no_choice)
}

/// The words of a stretch in lower case, a contraction once.
fn said(tokens: &[Token]) -> Vec<String> {
    let mut words: Vec<&Token> = tokens.iter().filter(|token| token.is_word()).collect();
    words.dedup_by_key(|token| (token.line, token.start));
    words.into_iter().map(lower).collect()
}

/// Whether a stretch denies: "not", but not "no longer" and "no objections".
fn negated(tokens: &[Token]) -> bool {
    const IDLE: [&str; 11] = [
        "longer",
        "more",
        "further",
        "objection",
        "objections",
        "concerns",
        "doubt",
        "problem",
        "problems",
        "issues",
        "issue",
    ];
    let denies = |at: usize| {
        let idle = |next: &Token| IDLE.contains(&lower(next).as_str());
        tokens[at].is(Class::Negation) && !tokens.get(at + 1).is_some_and(idle)
    };
    (0..tokens.len()).any(denies)
}

/// Whether "to" stands before the verb, and what it makes of it: "I have to", "he asked me to", "in order to".
fn purpose(said: &[String], no_choice: bool) -> Mood {
    if no_choice || said.last().is_none_or(|word| word != "to") {
        return Mood::Asserted;
    }
    let back = |steps: usize| said.len().checked_sub(steps).map_or("", |at| said[at].as_str());
    match back(2) {
        "me" | "us" if MOVED.contains(&back(3)) => Mood::Asserted,
        "me" | "us" if ASKED.contains(&back(3)) => Mood::Denied,
        "order" => Mood::Denied,
        word if RESOLVED.contains(&word) && !(is_would(back(4)) && back(3) == "be") => Mood::Asserted,
        _ => Mood::Open,
    }
}

/// Whether a wish to vote is outweighed in its sentence: "I'd love to give my +1, but the build fails".
pub(super) fn only_wished(text: &Text, sentence: &Sentence, m: &Match) -> bool {
    let wished = text.tokens[m.from..m.to].iter().any(|token| wishes(&lower(token)));
    wished && but_behind(text, sentence, m.to)
}

/// Whether a word of time behind `at` puts the deed off: "tomorrow".
pub(super) fn put_off(text: &Text, sentence: &Sentence, at: usize) -> bool {
    let next = text.tokens[at.min(sentence.to)..sentence.to].first();
    next.is_some_and(|token| LATER.contains(&lower(token).as_str()))
}

fn but_behind(text: &Text, sentence: &Sentence, at: usize) -> bool {
    let behind = &text.tokens[at.min(sentence.to)..sentence.to];
    let but = |token: &Token| {
        matches!(token.text, "but" | "however" | "though" | "aber" | "maar" | "mais" | "pero")
    };
    let Some(but) = behind.iter().position(but) else { return false };
    behind.get(but + 1).is_none_or(|token| token.text != "please")
}

/// "I won't, for now, change my vote": the verb has its subject and its denial before a comma.
fn interrupted(text: &Text, sentence: &Sentence, m: &Match, clause: usize, said: &[String]) -> bool {
    let bare = |word: &str| !word.ends_with("ing") && !word.ends_with("ed");
    let begins = &text.tokens[m.from];
    said.is_empty()
        && clause > sentence.from
        && begins.is_word()
        && !begins.is(Class::My)
        && !is_speaker(begins)
        && bare(&lower(begins))
        && text.tokens[clause - 1].is_mark(',')
        && text.tokens[sentence.from..clause].iter().any(|token| token.is(Class::Negation))
}

/// The verb of the deed within `m`: the first word that is no subject and no auxiliary.
fn verb(text: &Text, m: &Match) -> usize {
    const LEADING: [&str; 11] =
        ["hereby", "will", "do", "have", "had", "am", "are", "would", "want", "like", "to"];
    let leads = |token: &Token| {
        token.is_word()
            && (is_speaker(token) || token.is(Class::Adverb) || LEADING.contains(&lower(token).as_str()))
    };
    (m.from..m.to).find(|at| !leads(&text.tokens[*at])).unwrap_or(m.from)
}

/// Where the clause of `m` begins: behind a comma, or a word that concludes or joins a clause with its own subject.
fn clause(text: &Text, sentence: &Sentence, m: &Match) -> usize {
    let parts = |at: usize| {
        let token = &text.tokens[at];
        let next = &text.tokens[at + 1];
        match token.text.to_ascii_lowercase().as_str() {
            "so" | "therefore" | "hence" | "thus" | "because" | "since" | "daher" | "deshalb" | "dus"
            | "donc" => true,
            "but" => !next.text.eq_ignore_ascii_case("to"),
            "and" | "und" | "en" | "et" | "y" => is_speaker(next) || lower(next).ends_with("ing"),
            _ => matches!(token.kind, Kind::Mark(',' | ';' | ':' | '-' | '(' | '→')),
        }
    };
    (sentence.from..m.from).rev().find(|at| parts(*at)).map_or(sentence.from, |at| at + 1)
}

fn wishes(word: &str) -> bool {
    matches!(word, "like" | "love" | "want" | "wish" | "happy" | "glad")
}

fn is_would(word: &str) -> bool {
    word == "would" || word.ends_with("'d") || word.ends_with("’d")
}

fn is_speaker(token: &Token) -> bool {
    let said = token.text.split(['\'', '’']).next().unwrap_or_default();
    matches!(said, "I" | "i" | "We" | "we" | "Ich" | "ich" | "ik" | "Ik" | "je" | "Je" | "wir" | "Wir")
}

fn lower(token: &Token) -> String {
    token.text.to_lowercase()
}
