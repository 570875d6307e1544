//! Tokens that open a sentence and yet cast nothing: the number or the vote is what the sentence is about.

use super::lexicon::Class;
use super::phrase::Meaning;
use super::reading::{HeldWhy, Vote};
use super::rule::Rule;
use super::sentence::{End, Text};
use super::standing::{Judge, Ruling, Standing};
use super::token::{Kind, Token};

/// How many words may stand between a vote and the verb whose subject it is: "-1 for the timeout means".
const SUBJECT_REACH: usize = 7;

/// What C calls its errors, as they are seen in mail.
const ERRORS: [&str; 24] = [
    "EPERM",
    "ENOENT",
    "ESRCH",
    "EINTR",
    "EIO",
    "ENXIO",
    "E2BIG",
    "EBADF",
    "ECHILD",
    "EAGAIN",
    "ENOMEM",
    "EACCES",
    "EFAULT",
    "EBUSY",
    "EEXIST",
    "ENODEV",
    "ENOTDIR",
    "EISDIR",
    "EINVAL",
    "ENOSPC",
    "EPIPE",
    "ERANGE",
    "ENOSYS",
    "ETIMEDOUT",
];

impl Judge<'_, '_> {
    /// A token that is the subject of its sentence, or a value that a program gave.
    pub(super) fn is_the_topic(&self) -> Option<Ruling> {
        let mentioned = |rule| Some((Standing::Mentioned, rule, false));
        let unclear = Some((Standing::Held(HeldWhy::Uncertain), Rule::UnclearForm, false));
        if self.doubted() {
            return mentioned(Rule::Question);
        }
        let sentence = &self.text.tokens[self.opening..self.sentence.to];
        if self.token.vote != Vote::Plus
            && sentence.iter().any(|token| token.text.starts_with('E') && ERRORS.contains(&token.text))
        {
            return mentioned(Rule::TalkOfVotes);
        }
        if self.start != self.opening {
            return None;
        }
        if self.printed() {
            return mentioned(Rule::InPassing);
        }
        if self.below_a_changed_line() {
            return unclear;
        }
        if self.phrase(Meaning::FirstPerson).is_some() {
            return None;
        }
        match self.verb()? || self.complement.from_another {
            true => mentioned(Rule::TalkOfVotes),
            false => unclear,
        }
    }

    /// Whether a verb has the token for its subject, and whether that is certain: "-1 tells", "-1 for a typo seems harsh".
    fn verb(&self) -> Option<bool> {
        let it = &self.complement;
        let rest = &self.text.tokens[it.written_to.min(self.sentence.to)..self.sentence.to];
        let from = rest.iter().position(|token| !token.is_dress() && !token.is(Class::Adverb))?;
        let (first, second) = (&rest[from], rest.get(from + 1));
        if it.claim.is_some() {
            return None;
        }
        let praises = self.token.vote == Vote::Plus
            && (first.is(Class::Praise)
                || matches!(first.text, "feels" | "makes")
                    && second.is_some_and(|token| token.is(Class::Praise) || token.text == "sense"));
        if first.is(Class::Finite) && !praises {
            return Some(false);
        }
        if third_person(first) && second.is_some_and(|token| matches!(token.text, "the" | "a" | "an" | "to"))
        {
            return Some(false);
        }
        let preposition = first.text.to_lowercase();
        let noun = second.is_some_and(|token| !token.is(Class::Me) && !is_verb(token));
        let begins = match preposition.as_str() {
            "for" | "in" | "without" | "from" | "on" | "with" | "by" => {
                second.is_some_and(|token| !matches!(token.text, "this" | "that" | "it" | "what"))
            }
            "as" => second.is_some_and(|token| matches!(token.text, "a" | "an")),
            "to" => {
                second.is_some_and(|token| matches!(token.text, "a" | "an" | "the" | "both" | "all" | "any"))
            }
            _ => false,
        };
        if !begins || !noun {
            return None;
        }
        let clause = rest[from + 2..].iter().take(SUBJECT_REACH).take_while(|token| {
            let parts =
                matches!(token.kind, Kind::Mark(',' | ';' | ':' | '-' | '(' | '→')) || token.vote().is_some();
            let subordinates = token.is(Class::ClauseStop)
                || token.is(Class::Condition)
                || matches!(
                    token.text,
                    "that" | "which" | "who" | "and" | "or" | "as" | "it" | "this" | "what" | "to"
                );
            !parts && !subordinates
        });
        let verb = clause.into_iter().find(|token| is_verb(token))?;
        Some(matches!(verb.text.trim_end_matches("n't"), "means" | "counts" | "does"))
    }

    /// "-1 because of what exactly?", "-1 ... really?"
    fn doubted(&self) -> bool {
        let asking = |token: &Token| {
            token.is(Class::Asking)
                || matches!(token.text.to_lowercase().as_str(), "really" | "seriously" | "huh")
        };
        let words = |tokens: &[Token]| tokens.iter().filter(|token| token.is_word()).count();
        let behind = &self.text.tokens[self.at + 1..self.sentence.to];
        if self.sentence.end == End::Asked {
            let last = behind.iter().filter(|token| token.is_word()).rev().take(2);
            return behind.first().is_some_and(Token::is_word)
                && !behind.iter().any(|token| matches!(token.kind, Kind::Mark(',' | ';' | '-' | ':')))
                && last.into_iter().any(asking);
        }
        let next = self.text.sentences.partition_point(|sentence| sentence.from < self.sentence.to);
        let Some(next) = self.text.sentences.get(next) else { return false };
        let asked = self.text.of(next);
        self.text.tokens.get(self.sentence.to).is_some_and(|token| token.is_mark('…'))
            && words(behind) == 0
            && next.end == End::Asked
            && self.text.tokens[next.from].line == self.text.tokens[self.at].line
            && words(asked) <= 2
            && asked.iter().any(asking)
    }

    /// "errno", "The output is:", "I get" and below it the number alone in its line: a program gave it.
    fn printed(&self) -> bool {
        let row = self.text.tokens[self.at].line;
        let here = self.text.lines[row].tokens.clone();
        let alone = self.text.tokens[here].iter().filter(|token| !token.is_dress()).take(2).count() == 1;
        if self.token.vote == Vote::Plus || !alone || self.complement.claim.is_some() {
            return false;
        }
        let Some(above) = above(self.text, row) else { return false };
        let words: Vec<&Token> = above.iter().filter(|token| token.is_word()).collect();
        let open =
            above.last().is_some_and(|token| token.is_word() || token.is_mark(':') || token.is_dress());
        let [.., last] = words.as_slice() else { return false };
        let before = words.len().checked_sub(2).map(|at| words[at]);
        let code = matches!(last.text.to_lowercase().as_str(), "code" | "status" | "value")
            && before.is_some_and(|word| {
                matches!(word.text.to_lowercase().as_str(), "exit" | "return" | "error" | "result" | "the")
            });
        let is = matches!(last.text, "is" | "was") && before.is_some_and(|word| word.is(Class::Output));
        open && !words.iter().any(|word| word.is(Class::My)) && (last.is(Class::Output) || code || is)
    }

    /// "-\ttimeout = 1", "+timeout = 0;" and directly below it the token: the end of a patch, perhaps.
    fn below_a_changed_line(&self) -> bool {
        let row = self.text.tokens[self.at].line;
        if self.text.lines[row].tokens.start != self.at {
            return false;
        }
        let above = row.checked_sub(1).and_then(|row| self.text.lines.get(row));
        above.is_some_and(|above| {
            let mut line = above.line.text.chars();
            let changed = matches!(line.next(), Some('+' | '-'));
            let tab = line.clone().next() == Some('\t');
            let code = |c: char| matches!(c, ';' | '=' | '{' | '}');
            changed && (tab || line.any(code))
        })
    }
}

/// The tokens of the line above `row` that says something, where no quotation parts them.
fn above<'t, 'a>(text: &'t Text<'a>, row: usize) -> Option<&'t [Token<'a>]> {
    let quotes = text.lines[row].quotes_above;
    let above = text.lines[..row].iter().rev().take(3).find(|row| !row.tokens.is_empty())?;
    (above.quotes_above == quotes).then(|| &text.tokens[above.tokens.clone()])
}

fn is_verb(token: &Token) -> bool {
    token.is(Class::Finite)
        || matches!(
            token.text.trim_end_matches("n't"),
            "is" | "are"
                | "was"
                | "were"
                | "would"
                | "means"
                | "counts"
                | "should"
                | "must"
                | "does"
                | "needs"
                | "has"
        )
}

/// A word that no file names and that ends as verbs do: "disables".
fn third_person(token: &Token) -> bool {
    token.is_word()
        && token.classes == super::lexicon::Classes::default()
        && token.text.len() > 3
        && token.text.bytes().all(|b| b.is_ascii_lowercase())
        && token.text.ends_with('s')
        && !token.text.ends_with("ss")
        && !matches!(
            token.text,
            "breaks"
                | "fails"
                | "lacks"
                | "misses"
                | "violates"
                | "contains"
                | "introduces"
                | "removes"
                | "adds"
                | "crashes"
                | "leaks"
                | "ignores"
                | "fixes"
                | "solves"
                | "helps"
                | "improves"
                | "resolves"
                | "addresses"
                | "simplifies"
                | "compiles"
                | "installs"
                | "verifies"
                | "matches"
                | "reduces"
                | "saves"
                | "covers"
        )
}
