//! The author's own words, cut into sentences.
//!
//! A sentence ends with a full stop, a mark of exclamation or question, a smiley, a paragraph, a quotation, a list item, and at a
//! line end that the author meant: one where the next word would still have fitted, or before a vote that has the line to itself.

use super::lexer::{self, is_abbreviation};
use super::lexicon::Class;
use super::patch::Patch;
use super::token::{Kind, Token};
use super::vote_token::Form;
use crate::mail::{Line, OwnWords, Region};

/// How many lines of one mail are read; people say what they vote well before.
pub(super) const MOST_LINES: usize = 5_000;
/// How many bytes of one mail are read.
const MOST_BYTES: usize = 200_000;
/// How many bytes of text there usually are to a token.
const USUAL_WORD: usize = 5;
/// A line with the next line's first word that is no longer than this was broken on purpose.
const SHORT_LINE: usize = 52;
/// How many tokens a sentence may have: what follows is read as another. Bounds the work on text without a full stop.
const MOST_TOKENS: usize = 240;

/// The own words as tokens and sentences.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// The lines read.
    pub(super) lines: Vec<Row<'a>>,
    /// All tokens, in order.
    pub(super) tokens: Vec<Token<'a>>,
    /// All sentences, in order, none empty.
    pub(super) sentences: Vec<Sentence>,
    /// What is among all tokens.
    pub(super) holds: Holds,
    /// How many quotations the mail holds.
    pub(super) quotes: u32,
    /// The places between quotations that hold own words, by the quotations above them, each with its number of words.
    pub(super) places: Vec<(u32, usize)>,
}

/// One line and what is known of its surroundings.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The line itself.
    pub(super) line: &'a Line,
    /// Its tokens.
    pub(super) tokens: std::ops::Range<usize>,
    /// How many quotations stand above it.
    pub(super) quotes_above: u32,
    /// Whether the quotation above it ends in a ballot.
    pub(super) under_ballot: bool,
    /// What is among its tokens.
    pub(super) holds: Holds,
    /// Whether a blank line, a quotation or the beginning of the mail stands above it.
    pub(super) begins_paragraph: bool,
}

/// What is among tokens, so that most of them are passed over without a look.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Holds {
    /// Vote tokens that stand apart.
    pub(super) votes: bool,
    /// Ballot boxes, empty, ticked or filled.
    pub(super) boxes: bool,
    /// Thumbs.
    pub(super) thumbs: bool,
}

impl Holds {
    /// Takes a token in.
    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Vote(_) => self.votes = true,
            Kind::Box { .. } | Kind::Filled(_) => self.boxes = true,
            Kind::Thumb { .. } => self.thumbs = true,
            Kind::Word | Kind::Number | Kind::Mark(_) => {}
        }
    }

    fn add_all(&mut self, other: Holds) {
        self.votes |= other.votes;
        self.boxes |= other.boxes;
        self.thumbs |= other.thumbs;
    }
}

/// One sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sentence {
    /// Its first token.
    pub(super) from: usize,
    /// The token behind its last, its closing mark not counted.
    pub(super) to: usize,
    /// How it ends.
    pub(super) end: End,
    /// The sentence that leads it in with a colon at its line's end.
    pub(super) led_in_by: Option<usize>,
}

/// How a sentence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With a full stop, an exclamation mark, an ellipsis, a smiley.
    Said,
    /// With a question mark.
    Asked,
    /// With a colon at the end of the line.
    Colon,
    /// With its line.
    Line,
}

impl<'a> Text<'a> {
    /// Cuts own words into sentences.
    pub(super) fn new(words: &'a OwnWords) -> Self {
        let length = words.lines.iter().map(|line| line.text.len()).sum::<usize>().min(MOST_BYTES);
        let mut text = Text {
            lines: Vec::with_capacity(words.lines.len().min(MOST_LINES)),
            tokens: Vec::with_capacity(length / USUAL_WORD),
            sentences: Vec::with_capacity(words.lines.len().min(MOST_LINES)),
            holds: Holds::default(),
            quotes: 0,
            places: Vec::new(),
        };
        text.read_lines(words);
        text.cut();
        text
    }

    /// The tokens of a sentence.
    pub(super) fn of(&self, sentence: &Sentence) -> &[Token<'a>] {
        &self.tokens[sentence.from..sentence.to]
    }

    /// The row that a token stands on.
    pub(super) fn row(&self, token: usize) -> &Row<'a> {
        &self.lines[self.tokens[token].line]
    }

    fn read_lines(&mut self, words: &'a OwnWords) {
        let quotes = words.removed.iter().filter(|part| part.region == Region::Quote).count();
        self.quotes = u32::try_from(quotes).unwrap_or(u32::MAX);
        let mut bytes = 0;
        let mut blank = true;
        let mut patch = Patch::before(&words.lines);
        let mut quotes_above = 0;
        let mut under_ballot = false;
        let mut quotes = words.removed.iter().filter(|part| part.region == Region::Quote).peekable();
        for line in words.lines.iter().take(MOST_LINES) {
            let said = clipped(&line.text, MOST_BYTES - bytes);
            bytes += said.len();
            if said.len() < line.text.len() && said.is_empty() {
                break;
            }
            while let Some(quote) = quotes.next_if(|part| part.lines.0 < line.number) {
                quotes_above += 1;
                under_ballot = words.ballots.contains(&quote.lines.1);
                blank = true;
            }
            let code = patch.holds(&line.text);
            let from = self.tokens.len();
            if !code {
                lexer::tokens(said, self.lines.len(), &mut self.tokens);
            }
            let (mut said, mut holds) = (0, Holds::default());
            for token in &self.tokens[from..] {
                said += usize::from(token.is_word());
                holds.add(token.kind);
            }
            self.holds.add_all(holds);
            if self.tokens.len() > from {
                match self.places.last_mut() {
                    Some((above, words)) if *above == quotes_above => *words += said,
                    _ => self.places.push((quotes_above, said)),
                }
            }
            self.lines.push(Row {
                line,
                tokens: from..self.tokens.len(),
                quotes_above,
                under_ballot,
                holds,
                begins_paragraph: blank,
            });
            blank = self.tokens.len() == from; // patches and code part paragraphs too
        }
    }

    fn cut(&mut self) {
        let mut from = 0;
        let mut lead = None;
        for row in 0..self.lines.len() {
            let range = self.lines[row].tokens.clone();
            if range.is_empty() {
                continue;
            }
            if from < range.start && self.breaks_before(row) {
                lead = self.close(from, range.start, End::Line, lead);
                from = range.start;
            }
            for position in range.clone() {
                if position - from >= MOST_TOKENS {
                    lead = self.close(from, position, End::Line, lead);
                    from = position;
                }
                let end = match self.tokens[position].kind {
                    Kind::Mark('!' | '…' | '☺') => End::Said,
                    Kind::Mark('?') => End::Asked,
                    Kind::Mark('.') if position == 0 || !is_abbreviation(&self.tokens[position - 1]) => {
                        End::Said
                    }
                    Kind::Mark(':') if position + 1 == range.end => End::Colon,
                    _ => continue,
                };
                if from == position {
                    // "?!" and "!!!": the run belongs to the sentence before it.
                    if let (End::Asked, Some(last)) = (end, self.sentences.last_mut()) {
                        last.end = End::Asked;
                    }
                } else {
                    lead = self.close(from, position, end, lead);
                }
                from = position + 1;
            }
        }
        self.close(from, self.tokens.len(), End::Line, lead);
    }

    /// Adds a sentence; gives its number where it leads in what follows.
    fn close(&mut self, from: usize, to: usize, end: End, led_in_by: Option<usize>) -> Option<usize> {
        if from >= to {
            return led_in_by;
        }
        self.sentences.push(Sentence { from, to, end, led_in_by });
        if end == End::Colon {
            return Some(self.sentences.len() - 1);
        }
        // "Here is his mail:", "Hi all,", and then the mail.
        let greets = to - from <= 4 && self.tokens[from].is(Class::Greeting);
        led_in_by.filter(|_| greets)
    }

    /// Whether the line end before `row` ends a sentence.
    fn breaks_before(&self, row: usize) -> bool {
        let here = &self.lines[row];
        if here.begins_paragraph || is_item(&here.line.text) || row == 0 {
            return true;
        }
        let above = &self.lines[row - 1];
        if self.is_claim(here) && self.vote_alone(above) {
            return false;
        }
        let first_word = here.line.text.trim_start().split(' ').next().map_or(0, |word| word.chars().count());
        if above.line.text.trim_end().chars().count() + 1 + first_word <= SHORT_LINE {
            return !self.dangles(above);
        }
        self.vote_alone(here) && !self.dangles(above)
    }

    fn dangles(&self, row: &Row) -> bool {
        let tokens = &self.tokens[row.tokens.clone()];
        let Some(last) = tokens.last() else { return false };
        // "Bob voted", "it takes three"; not "Two", and not "My vote", which heads what follows.
        let words = tokens.iter().filter(|token| token.is_word());
        let said = words.clone().any(|token| !token.is(Class::Governing) && !token.is(Class::Label));
        let second =
            last.text == "second" && tokens.iter().rev().nth(1).is_some_and(|token| token.is(Class::Article));
        last.is(Class::Dangling)
            || last.is_mark('→')
            || last.is(Class::Zone)
            || second
            || last.is(Class::Governing)
                && (said || tokens[0].text == "I" || words.count() == 1 && last.is(Class::Negation))
    }

    /// Whether a line holds nothing but a claim in brackets.
    fn is_claim(&self, row: &Row) -> bool {
        let tokens = &self.tokens[row.tokens.clone()];
        let claims = |token: &Token| token.is(Class::Binding) || token.is(Class::NonBinding);
        tokens.len() <= 8
            && tokens.iter().any(claims)
            && tokens.first().is_some_and(|token| token.is_mark('('))
            && tokens.last().is_some_and(|token| token.is_mark(')'))
    }

    /// Whether a line holds nothing but a vote and its claim.
    fn vote_alone(&self, row: &Row) -> bool {
        let tokens = &self.tokens[row.tokens.clone()];
        let votes =
            tokens.iter().filter(|token| token.vote().is_some_and(|vote| vote.form == Form::Plain)).count();
        votes == 1
            && tokens.iter().all(|token| match token.kind {
                Kind::Word => token.is(Class::Binding) || token.is(Class::NonBinding),
                Kind::Number | Kind::Box { .. } | Kind::Filled(_) => false,
                _ => true,
            })
    }
}

/// The beginning of `text` in at most `most` bytes.
fn clipped(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a line is an item of a list: "* x", "- x", "1. x", "a) x".
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let mut words = line.splitn(2, ' ');
    let (Some(first), Some(rest)) = (words.next(), words.next()) else { return false };
    if rest.trim().is_empty() {
        return false;
    }
    matches!(first, "*" | "-" | "•" | "o" | "–")
        || first.len() <= 4
            && first.strip_suffix(['.', ')']).is_some_and(|number| {
                number.chars().all(|c| c.is_ascii_digit()) && !number.is_empty()
                    || number.len() == 1 && number.chars().all(char::is_alphabetic) && first.ends_with(')')
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let words = OwnWords::plain(text);
        let text = Text::new(&words);
        let said = |sentence: &Sentence| {
            text.of(sentence).iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
        };
        text.sentences.iter().map(said).collect()
    }

    #[test]
    fn sentences_end_where_the_author_meant() {
        let check = |text: &str, expect: &[&str]| assert_eq!(sentences(text), expect, "{text}");
        check("Nope. None here. +1 for it.", &["Nope", "None here", "+1 for it"]);
        check("Hi all,\n+1\nThanks", &["Hi all ,", "+1", "Thanks"]);
        check(
            "I would like to give this rather long and well made proposal a\n+1 from me",
            &["I would like to give this rather long and well made proposal a +1 from me"],
        );
        check(
            "I checked the signatures and the hashes and everything was fine\n+1 (binding)",
            &["I checked the signatures and the hashes and everything was fine", "+1 ( binding )"],
        );
        check("Nobody can mind :-) +1", &["Nobody can mind", "+1"]);
        check("- one\n- two, e.g. three", &["- one", "- two , e.g . three"]);
        check("Really?! +1", &["Really", "+1"]);
    }

    #[test]
    fn a_patch_says_nothing() {
        assert_eq!(sentences("@@ -1,1 +1,2 @@\n one\n+1\nafter"), ["after"]);
        assert_eq!(sentences("@@ -0,0 +1 @@\n+1\n+1 (binding)"), ["+1 ( binding )"]);
        assert_eq!(sentences("```\n+1\n```\n-1"), ["-1"]);
    }
}
