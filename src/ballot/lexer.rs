//! One line of own words → tokens.

use super::contraction::contraction;
use super::lexicon::{Class, Classes, Lexicon, UNKNOWN, WordId};
use super::spellings::LONGEST_WORD;
use super::token::{Kind, Token};
use super::vote_token;
use super::word_end::{end_in_ascii, wide_word};

/// Cuts `line`, the line with index `number`, into tokens.
pub(super) fn tokens<'a>(line: &'a str, number: usize, into: &mut Vec<Token<'a>>) {
    let mut cutter = Cutter { line, number, lexicon: Lexicon::get(), into };
    let mut at = 0;
    while let Some(first) = line.as_bytes().get(at) {
        at = match begins(*first) {
            BLANK => at + 1,
            WORD => cutter.word(at),
            MARK => cutter.push(Kind::Mark(plain_mark(char::from(*first))), at, at + 1),
            _ => cutter.token(at),
        };
    }
}

/// White space.
const BLANK: u8 = 0;
/// A letter or a digit that nothing but a word or a number begins with.
const WORD: u8 = 1;
/// Punctuation that stands for itself.
const MARK: u8 = 2;
/// May begin a ballot box.
const BOX: u8 = 4;
/// May begin a vote token.
const VOTE: u8 = 8;
/// May begin a sign of several characters.
const SIGN: u8 = 16;
/// An underscore: a mark, or the dress of a word.
const UNDERSCORE: u8 = 32;
/// Anything outside ASCII.
const WIDE: u8 = BOX | VOTE | SIGN;

/// What a first byte may begin.
const fn begins(first: u8) -> u8 {
    const TABLE: [u8; 256] = {
        let mut table = [WIDE; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte as usize] = match byte {
                b'\t'..=b'\r' | b' ' => BLANK,
                b'0' => VOTE | WORD,
                b'8' => SIGN | WORD,
                b'[' | b'(' => BOX,
                b'+' => VOTE,
                b'-' => VOTE | SIGN,
                b':' | b';' | b'=' | b'^' | b'.' => SIGN,
                b'_' => UNDERSCORE,
                _ if byte.is_ascii_alphanumeric() => WORD,
                _ => MARK,
            };
            byte += 1;
        }
        table
    };
    TABLE[first as usize]
}

/// Cuts one line.
struct Cutter<'t, 'a> {
    line: &'a str,
    number: usize,
    lexicon: &'static Lexicon,
    into: &'t mut Vec<Token<'a>>,
}

impl<'a> Cutter<'_, 'a> {
    /// Adds a token that is no word, and gives its end.
    fn push(&mut self, kind: Kind, start: usize, end: usize) -> usize {
        self.into.push(Token {
            kind,
            text: &self.line[start..end],
            word: UNKNOWN,
            classes: Classes::default(),
            possessive: false,
            line: self.number,
            start,
        });
        end
    }

    /// Reads the token at `at`, whatever it is; gives the byte behind it.
    fn token(&mut self, at: usize) -> usize {
        let line = self.line;
        let Some(c) = line[at..].chars().next() else { return line.len() };
        if c.is_whitespace() {
            return at + c.len_utf8();
        }
        let begins = begins(line.as_bytes()[at]);
        let may = |what: u8| begins & what != 0;
        if may(BOX)
            && let Some((kind, end)) = ballot_box(line, at)
        {
            return self.push(kind, at, end);
        }
        if may(VOTE)
            && let Some((vote, end)) = vote_token::read(line, at)
        {
            return self.push(Kind::Vote(vote), at, end);
        }
        if may(SIGN)
            && let Some((kind, end)) = sign(line, at)
        {
            return self.push(kind, at, end);
        }
        if c == '_' && line[at + 1..].starts_with(|c: char| c.is_alphanumeric()) {
            return self.word(at + 1);
        }
        if c.is_alphanumeric() {
            return self.word(at);
        }
        let inside_something = || {
            let behind = &line[at + 1..];
            !behind.is_empty()
                && !behind.starts_with(|c: char| c.is_whitespace() || "\"')]*_!?.+-”’\u{a0}".contains(c))
        };
        // A full stop inside something ("lib.<name>") ends no sentence.
        let mark = if c == '.' && inside_something() { '·' } else { plain_mark(c) };
        self.push(Kind::Mark(mark), at, at + c.len_utf8())
    }

    /// A word or a number, with what belongs inside it: dots, dashes, apostrophes, a whole URL.
    fn word(&mut self, at: usize) -> usize {
        let line = self.line;
        let Some((end, apostrophe)) = end_in_ascii(line.as_bytes(), at) else {
            let end = at + wide_word(&line[at..]);
            return self.word_to(at, end, true);
        };
        self.word_to(at, end, apostrophe)
    }

    /// Adds what stands at `at..end`; `drawn` where an apostrophe may be in it.
    fn word_to(&mut self, at: usize, end: usize, drawn: bool) -> usize {
        let text = &self.line[at..end];
        if text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            return self.push(Kind::Number, at, end);
        }
        if drawn {
            self.drawn_together(text, at);
            return end;
        }
        let word = self.lexicon.number_of(text);
        match self.lexicon.parts(word) {
            None => self.push_word(text, at, word, false),
            Some((first, second)) => {
                self.push_word(text, at, first, false);
                self.push_word(text, at, second, false);
            }
        }
        end
    }

    fn push_word(&mut self, text: &'a str, start: usize, word: WordId, possessive: bool) {
        let classes = self.lexicon.classes(word);
        self.into.push(Token { kind: Kind::Word, text, word, classes, possessive, line: self.number, start });
    }

    /// Pushes the words that a word with an apostrophe or with letters outside ASCII stands for: "I'm" is "I am", "don't" is
    /// "do not".
    fn drawn_together(&mut self, text: &'a str, at: usize) {
        let mut buffer = [0; LONGEST_WORD];
        let long;
        let lower = match lowered(text, &mut buffer) {
            Some(lower) => lower,
            None => {
                long = text.to_lowercase().replace('’', "'");
                long.as_str()
            }
        };
        let (stem, second, possessive) = contraction(lower);
        let word = self.lexicon.number_of(stem);
        if let (false, Some((first, second))) = (lower.contains('\''), self.lexicon.parts(word)) {
            self.push_word(text, at, first, false);
            self.push_word(text, at, second, false);
            return;
        }
        self.push_word(text, at, word, possessive);
        if let Some(second) = second {
            self.push_word(text, at, self.lexicon.number_of(second), possessive);
        }
    }
}

/// The mark that punctuation stands for.
fn plain_mark(c: char) -> char {
    match c {
        '“' | '”' | '„' | '«' | '»' | '`' | '"' | '‘' | '’' | '\'' => '"',
        '–' | '—' | '-' | '−' => '-',
        '_' | '*' | '~' | '#' | '|' => '*',
        '，' | '、' => ',',
        '。' | '．' => '.',
        '！' => '!',
        '？' | '¿' => '?',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        '¡' => '*',
        '{' | '}' => '[',
        _ if u32::from(c) > 0x2190 && !c.is_alphanumeric() => '☺',
        _ => c,
    }
}

/// `[x]`, `[ ]`, `[_]`, `( )`, `☑`, `[+1]`: a box stands at the beginning of a word.
fn ballot_box(line: &str, at: usize) -> Option<(Kind, usize)> {
    let apart = || line[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "*_\"'-".contains(c));
    let rest = &line[at..];
    let first = rest.chars().next()?;
    match first {
        '☐' | '⬜' | '◻' => return Some((Kind::Box { ticked: false }, at + first.len_utf8())),
        '☑' | '☒' | '✅' | '✓' | '✔' => {
            return Some((Kind::Box { ticked: true }, at + first.len_utf8()));
        }
        '[' | '(' if apart() => {}
        _ => return None,
    }
    let close = if first == '[' { ']' } else { ')' };
    let end = rest.char_indices().take(12).find(|(_, c)| *c == close)?.0;
    let (inside, behind) = (&rest[1..end], at + end + 1);
    let content = inside.trim();
    if content.chars().all(|c| matches!(c, '_' | ' ' | '.' | '\u{a0}')) {
        return Some((Kind::Box { ticked: false }, behind));
    }
    if matches!(content, "x" | "X" | "*" | "✓" | "✔" | "√" | "✗" | "х" | "Х" | "xx" | "XX" | "xxx" | "XXX")
        || first == '[' && content == "+"
        || first == '[' && matches!(content, "y" | "Y" | "v" | "V")
    {
        return Some((Kind::Box { ticked: true }, behind));
    }
    if first == '[' {
        let (vote, length) = vote_token::read(content, 0)?;
        // `[0]` is a footnote mark or an index far more often than a vote.
        let unsigned = vote.form == vote_token::Form::Unsigned;
        // "[+1] 415 555 0100" is a telephone number.
        let number = line[behind..].trim_start().bytes().take_while(u8::is_ascii_digit).count() > 1;
        if content[length..].trim().is_empty() && !unsigned && !number {
            return Some((Kind::Filled(vote), behind));
        }
    }
    None
}

/// Signs of several characters, by their first byte: smileys, thumbs, arrows, ellipses.
const fn signs_from(first: u8) -> &'static [(&'static str, Kind)] {
    const SMILE: Kind = Kind::Mark('☺');
    const ARROW: Kind = Kind::Mark('→');
    match first {
        b'.' => &[("...", Kind::Mark('…'))],
        b'-' => &[("->", ARROW), ("-->", ARROW)],
        b'=' => &[("=)", SMILE), ("=>", ARROW), ("==>", ARROW)],
        b';' => &[(";-)", SMILE), (";)", SMILE)],
        b'8' => &[("8-)", SMILE)],
        b'^' => &[("^^", SMILE)],
        b':' => &[
            (":-)", SMILE),
            (":)", SMILE),
            (":-D", SMILE),
            (":D", SMILE),
            (":-P", SMILE),
            (":P", SMILE),
            (":-p", SMILE),
            (":p", SMILE),
            (":-/", SMILE),
            (":-(", SMILE),
            (":(", SMILE),
            (":+1:", Kind::Thumb { up: true }),
            (":-1:", Kind::Thumb { up: false }),
        ],
        _ => {
            &[("→", ARROW), ("➡", ARROW), ("👍", Kind::Thumb { up: true }), ("👎", Kind::Thumb { up: false })]
        }
    }
}

fn sign(line: &str, at: usize) -> Option<(Kind, usize)> {
    let rest = &line.as_bytes()[at..];
    let (text, kind) =
        signs_from(*rest.first()?).iter().find(|(text, _)| rest.starts_with(text.as_bytes()))?;
    Some((*kind, at + text.len()))
}

/// A short ASCII word in lower case.
fn lowered<'b>(text: &str, buffer: &'b mut [u8; LONGEST_WORD]) -> Option<&'b str> {
    let buffer = buffer.get_mut(..text.len()).filter(|_| text.is_ascii())?;
    buffer.copy_from_slice(text.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).ok()
}

/// Whether the token is an abbreviation whose full stop ends no sentence.
pub(super) fn is_abbreviation(token: &Token) -> bool {
    token.is(Class::Abbreviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(line: &str) -> String {
        let mut into = Vec::new();
        tokens(line, 0, &mut into);
        let short = |token: &Token| match token.kind {
            Kind::Word => 'w',
            Kind::Number => 'n',
            Kind::Vote(_) => 'V',
            Kind::Box { ticked: true } => 'X',
            Kind::Box { ticked: false } => 'O',
            Kind::Filled(_) => 'F',
            Kind::Mark(mark) => mark,
            Kind::Thumb { .. } => 'T',
        };
        into.iter().map(short).collect()
    }

    #[test]
    fn a_line_is_cut_into_words_votes_boxes_and_marks() {
        let check = |line: &str, expect: &str| assert_eq!(kinds(line), expect, "{line}");
        check("+1 (binding)", "V(w)");
        check("[X] +1 approve", "XVw");
        check("[ ] +1 / [_] 0 / ( ) -1", "OV*OV*OV".replace('*', "/").as_str());
        check("[+1] Release it", "Fww");
        check("+1[x]", "+n[w]"); // an index, not a box
        check("I'm +1; we've seen it", "wwV;wwww");
        check("-1 -> +1", "V→V");
        check("can mind :-) +1", "ww☺V");
        check(":+1: 👍", "TT");
        check("see https://example.org/a-1+1 now", "www");
        check("同意+1。", "wwV.");
        check("Nice!+1", "w!V");
        check("foo() returns -1;", "w()wV;");
        check("…and +1...", "…wV…");
    }
}
