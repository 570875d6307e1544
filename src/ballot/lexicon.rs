//! The words a list speaks: classes of words and the phrases built from them, as data (`words/*.txt`).
//!
//! Every word of the files gets a number, and every number the classes it belongs to, so that reading a token costs one
//! look-up and testing its class one bit.

use super::candidates::{Candidates, MOST_PHRASES};
use super::contraction::DRAWN_TOGETHER;
use super::pattern::Patterns;
use super::phrase::{Meaning, Phrase};
use super::spellings::Spellings;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The languages read, in the order of their files.
const FILES: [&str; 13] = [
    include_str!("words/grammar.txt"),
    include_str!("words/en.txt"),
    include_str!("words/en-objections.txt"),
    include_str!("words/en-changes.txt"),
    include_str!("words/en-requests.txt"),
    include_str!("words/nl.txt"),
    include_str!("words/nl-objections.txt"),
    include_str!("words/de.txt"),
    include_str!("words/de-objections.txt"),
    include_str!("words/fr.txt"),
    include_str!("words/fr-objections.txt"),
    include_str!("words/es.txt"),
    include_str!("words/es-objections.txt"),
];

/// A word's number; [`UNKNOWN`] for words that no file names.
pub(super) type WordId = u16;

/// The number of every word that no file names.
pub(super) const UNKNOWN: WordId = 0;

/// What a word can be. A word may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Words that never stand for `_` in a phrase: pronouns, prepositions, conjunctions, negations.
    Stop,
    /// Words that cannot end a sentence: "the", "of", "from".
    Dangling,
    /// Words that may stand before a vote that opens a sentence: "so", "still", "huge".
    Opener,
    /// Words of approval and of checks done: "great", "looks", "tested".
    Praise,
    /// Words that make the vote before or behind them somebody else's or a count: "said", "his", "votes".
    Report,
    /// Words of asking for a vote: "need", "looking".
    Want,
    /// "not", "no", "never", "without".
    Negation,
    /// Words that open a condition: "if", "once", "provided".
    Condition,
    /// Words that make a following "if" a plain clause: "check", "see", "whether".
    Inquiry,
    /// Words that end the reach of a condition: "because", "but", "I".
    ClauseStop,
    /// "a", "the", "another".
    Article,
    /// A number in words.
    Numeral,
    /// "very", "still", "hereby".
    Adverb,
    /// "big", "huge", "enthusiastic".
    Adjective,
    /// "me", "myself", "mine", "here".
    Me,
    /// "my", "our".
    My,
    /// Claims to be binding: "binding", "pmc", "committer".
    Binding,
    /// Claims not to be: "nonbinding".
    NonBinding,
    /// Words that make what is before them a noun in talk about voting: "is", "means", "or".
    NounUse,
    /// Labels that a vote may stand behind: "vote:", "PS:", "summary:".
    Label,
    /// What a ballot's legend says: "approve", "abstain", "reject".
    Legend,
    /// Things a person said: "suggestion", "point", "comment".
    Remark,
    /// Greetings: "hi", "dear", "hallo".
    Greeting,
    /// What a mail closes with: "regards", "cheers", "groetjes".
    Closing,
    /// Verbs that open a command to others: "fix", "remove".
    Imperative,
    /// "why", "what", "would", "do": a sentence that begins so asks.
    Asking,
    /// Abbreviations whose full stop ends no sentence: "e.g", "etc".
    Abbreviation,
    /// Words that begin what leads to a vote behind a colon: "sorry for the delay: +1".
    Preamble,
    /// What makes a scope a plain pointer: "this", "it", "that".
    Pointer,
    /// Time zones that a difference follows: "UTC +1".
    Zone,
    /// Verbs of what a number or a vote does: "disables", "wins"; behind a vote they make it their subject.
    Finite,
    /// Words that what they govern follows, on the next line too: "voted", "says", "three".
    Governing,
    /// Words that tell of somebody's words: "commented", "forwarding", "quote".
    Speech,
    /// What a program printed or returned: "errno", "returns", "output".
    Output,
}

const CLASSES: [(&str, Class); 34] = [
    ("stop", Class::Stop),
    ("dangling", Class::Dangling),
    ("opener", Class::Opener),
    ("praise", Class::Praise),
    ("report", Class::Report),
    ("want", Class::Want),
    ("negation", Class::Negation),
    ("condition", Class::Condition),
    ("inquiry", Class::Inquiry),
    ("clause-stop", Class::ClauseStop),
    ("article", Class::Article),
    ("numeral", Class::Numeral),
    ("adverb", Class::Adverb),
    ("adjective", Class::Adjective),
    ("me", Class::Me),
    ("my", Class::My),
    ("binding", Class::Binding),
    ("non-binding", Class::NonBinding),
    ("noun-use", Class::NounUse),
    ("label", Class::Label),
    ("legend", Class::Legend),
    ("remark", Class::Remark),
    ("greeting", Class::Greeting),
    ("closing", Class::Closing),
    ("imperative", Class::Imperative),
    ("asking", Class::Asking),
    ("abbreviation", Class::Abbreviation),
    ("preamble", Class::Preamble),
    ("pointer", Class::Pointer),
    ("zone", Class::Zone),
    ("finite", Class::Finite),
    ("governing", Class::Governing),
    ("speech", Class::Speech),
    ("output", Class::Output),
];

/// A set of classes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Classes(u64);

impl Classes {
    /// Whether `class` is among them.
    pub(super) fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u64) != 0
    }

    /// The classes that are in any of these sets.
    pub(super) fn of_all(sets: impl Iterator<Item = Classes>) -> Self {
        Classes(sets.fold(0, |all, set| all | set.0))
    }
}

/// All words and phrases.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    spellings: Spellings,
    /// While the files are read, the words with accents as they are typed without.
    accented: Vec<(String, WordId)>,
    classes: Vec<Classes>,
    /// What the words with the lowest numbers are drawn together from.
    parts: Vec<(WordId, WordId)>,
    /// The phrases by their numbers, in the order of the files.
    phrases: Vec<Phrase>,
    candidates: Candidates,
    /// How often the files name each word: in the long run, how common it is.
    commonness: Vec<u32>,
    /// Lines of the files that could not be read. A test holds this empty.
    pub(super) faults: Vec<String>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(&FILES));

impl Lexicon {
    /// The lexicon of this build.
    pub(super) fn get() -> &'static Lexicon {
        &LEXICON
    }

    /// Reads word files. Classes first, since phrases name them.
    fn read(files: &[&str]) -> Self {
        let mut lexicon =
            Lexicon { classes: vec![Classes::default()], commonness: vec![0], ..Lexicon::default() };
        let (classes, phrases): (Vec<_>, Vec<_>) = files
            .iter()
            .flat_map(|file| file.lines())
            .filter_map(entry)
            .partition(|(key, _)| key.starts_with("class "));
        DRAWN_TOGETHER.iter().for_each(|(drawn, ..)| _ = lexicon.intern(drawn));
        let mut named: HashMap<&str, Vec<WordId>> = HashMap::new();
        for (key, value) in classes {
            let name = key.trim_start_matches("class ");
            let class = CLASSES.iter().find(|(known, _)| *known == name);
            if class.is_none() && !name.starts_with('@') {
                lexicon.faults.push(format!("class {name}: no such class"));
            }
            let bit = class.map_or(0, |(_, class)| 1 << *class as u64);
            let ids = named.entry(name.trim_start_matches('@')).or_default();
            for word in value.split_ascii_whitespace() {
                let id = lexicon.intern(word);
                lexicon.classes[usize::from(id)].0 |= bit;
                ids.push(id);
            }
        }
        let mut patterns = Patterns::new(named);
        for (key, value) in phrases {
            let Some(meaning) = Meaning::named(key) else {
                lexicon.faults.push(format!("{key}: no such meaning"));
                continue;
            };
            match patterns.phrase(meaning, value, &mut |word| lexicon.intern(word)) {
                Ok(phrase) => lexicon.phrases.push(phrase),
                Err(why) => lexicon.faults.push(format!("{key}: {value}: {why}")),
            }
        }
        lexicon.admit_plain_spellings();
        lexicon.parts = DRAWN_TOGETHER.map(|(_, a, b)| (lexicon.number_of(a), lexicon.number_of(b))).to_vec();
        lexicon.candidates = Candidates::of(&lexicon.phrases, &lexicon.commonness);
        if lexicon.phrases.len() > MOST_PHRASES {
            lexicon.faults.push(format!("more than {MOST_PHRASES} phrases"));
        }
        lexicon
    }

    /// Lets words be written without their accents, and umlauts as two letters ("aendere"), where that is no other word of the files.
    fn admit_plain_spellings(&mut self) {
        let mut accented = std::mem::take(&mut self.accented);
        accented.sort_unstable();
        for (word, id) in accented {
            if self.spellings.get(word.as_bytes()).is_none() {
                self.spell(&word, id);
            }
        }
    }

    fn intern(&mut self, word: &str) -> WordId {
        if let Some(id) = self.spellings.get(word.as_bytes()) {
            self.commonness[usize::from(id)] += 1;
            return id;
        }
        let id = WordId::try_from(self.classes.len()).unwrap_or(UNKNOWN);
        self.classes.push(Classes::default());
        self.commonness.push(1);
        self.spell(word, id);
        if !word.is_ascii() {
            self.accented.push((plain_spelling(word), id));
        }
        id
    }

    fn spell(&mut self, word: &str, id: WordId) {
        if !self.spellings.insert(word, id) {
            self.faults.push(format!("{word}: too long, or a word too many"));
        }
    }

    /// The number of a word in lower case; ASCII letters may be capitals.
    pub(super) fn number_of(&self, word: &str) -> WordId {
        self.spellings.get(word.as_bytes()).unwrap_or(UNKNOWN)
    }

    /// The classes that a word belongs to.
    pub(super) fn classes(&self, word: WordId) -> Classes {
        self.classes.get(usize::from(word)).copied().unwrap_or_default()
    }

    /// The two words that a word is drawn together from: "cannot".
    pub(super) fn parts(&self, word: WordId) -> Option<(WordId, WordId)> {
        self.parts.get(usize::from(word).checked_sub(1)?).copied()
    }

    /// Which phrases are worth trying.
    pub(super) fn candidates(&self) -> &Candidates {
        &self.candidates
    }

    /// A phrase by its number.
    pub(super) fn phrase(&self, number: usize) -> &Phrase {
        &self.phrases[number]
    }
}

/// A word as it is typed on a keyboard without its accents.
fn plain_spelling(word: &str) -> String {
    const PLAIN: [(&str, &str); 11] = [
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("áàâ", "a"),
        ("éèêë", "e"),
        ("íìîï", "i"),
        ("óòô", "o"),
        ("úùû", "u"),
        ("ñ", "n"),
        ("ç", "c"),
    ];
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        match PLAIN.iter().find(|(letters, _)| letters.contains(letter)) {
            Some((_, typed)) => plain.push_str(typed),
            None => plain.push(letter),
        }
    }
    plain
}

/// One line of a word file: `key: value`; blank lines and `#` comments are none.
fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (key, value) = line.split_once(": ")?;
    Some((key.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_word_files_is_understood() {
        assert_eq!(Lexicon::get().faults, Vec::<String>::new());
        for line in FILES.iter().flat_map(|file| file.lines()) {
            let line = line.trim();
            assert!(
                line.is_empty() || line.starts_with('#') || entry(line).is_some(),
                "not `key: value`: {line}"
            );
        }
        assert!(Lexicon::get().classes.len() < usize::from(WordId::MAX), "more words than numbers");
    }

    #[test]
    fn a_mistake_in_a_word_file_is_named() {
        let lexicon = Lexicon::read(&["class nonsense: a b\nobjection: @nowhere object\nsomething: else"]);
        assert_eq!(lexicon.faults.len(), 3, "{:?}", lexicon.faults);
    }
}
