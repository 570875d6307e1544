//! One line of own words → tokens.

use super::lexicon::{Class, Classes, Lexicon, UNKNOWN};
use super::token::{Kind, Token};
use super::vote_token;

/// Cuts `line`, the line with index `number`, into tokens.
pub(super) fn tokens<'a>(line: &'a str, number: usize, into: &mut Vec<Token<'a>>) {
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        if c == ' ' {
            at += 1;
            continue;
        }
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        at = token(line, at, c, number, into).max(at + c.len_utf8());
    }
}

/// Reads the token at `at`, whose first character is `c`; gives the byte behind it.
fn token<'a>(line: &'a str, at: usize, c: char, number: usize, into: &mut Vec<Token<'a>>) -> usize {
    if c.is_ascii_alphabetic() {
        return word(line, at, number, into);
    }
    let mut push = |kind: Kind, end: usize| {
        into.push(Token {
            kind,
            text: &line[at..end],
            word: UNKNOWN,
            classes: Classes::default(),
            possessive: false,
            line: number,
            start: at,
        });
        end
    };
    if let Some((kind, end)) = ballot_box(line, at) {
        return push(kind, end);
    }
    if let Some((vote, end)) = vote_token::read(line, at) {
        return push(Kind::Vote(vote), end);
    }
    if let Some((kind, end)) = sign(line, at) {
        return push(kind, end);
    }
    if c.is_alphanumeric() || c == '_' && line[at + 1..].starts_with(|c: char| c.is_alphanumeric()) {
        let start = if c == '_' { at + 1 } else { at };
        return word(line, start, number, into);
    }
    let mark = match c {
        '“' | '”' | '„' | '«' | '»' | '`' | '"' | '‘' | '’' | '\'' => '"',
        '–' | '—' | '-' | '−' => '-',
        '_' | '*' | '~' | '#' | '|' => '*',
        '，' | '、' => ',',
        '。' | '．' => '.',
        // A full stop inside something ("lib.<name>") ends no sentence.
        '.' if !line[at + 1..]
            .starts_with(|c: char| c.is_whitespace() || "\"')]*_!?.+-”’\u{a0}".contains(c))
            && at + 1 < line.len() =>
        {
            '·'
        }
        '！' => '!',
        '？' | '¿' => '?',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        '¡' => '*',
        '{' | '}' => '[',
        _ if u32::from(c) > 0x2190 && !c.is_alphanumeric() => '☺',
        _ => c,
    };
    push(Kind::Mark(mark), at + c.len_utf8())
}

/// `[x]`, `[ ]`, `[_]`, `( )`, `☑`, `[+1]`: a box stands at the beginning of a word.
fn ballot_box(line: &str, at: usize) -> Option<(Kind, usize)> {
    let apart = line[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "*_\"'-".contains(c));
    let rest = &line[at..];
    let first = rest.chars().next()?;
    match first {
        '☐' | '⬜' | '◻' => return Some((Kind::Box { ticked: false }, at + first.len_utf8())),
        '☑' | '☒' | '✅' | '✓' | '✔' => {
            return Some((Kind::Box { ticked: true }, at + first.len_utf8()));
        }
        '[' | '(' if apart => {}
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

/// Signs of several characters: smileys, thumbs, arrows, ellipses.
fn sign(line: &str, at: usize) -> Option<(Kind, usize)> {
    const SMILEYS: [&str; 16] = [
        ":-)", ":)", ";-)", ";)", ":-D", ":D", ":-P", ":P", ":-p", ":p", ":-/", ":-(", ":(", "=)", "8-)",
        "^^",
    ];
    let rest = &line[at..];
    let signs: [(&str, Kind); 11] = [
        ("->", Kind::Mark('→')),
        ("-->", Kind::Mark('→')),
        ("=>", Kind::Mark('→')),
        ("==>", Kind::Mark('→')),
        ("→", Kind::Mark('→')),
        ("➡", Kind::Mark('→')),
        ("...", Kind::Mark('…')),
        ("👍", Kind::Thumb { up: true }),
        ("👎", Kind::Thumb { up: false }),
        (":+1:", Kind::Thumb { up: true }),
        (":-1:", Kind::Thumb { up: false }),
    ];
    if let Some(smiley) = SMILEYS.iter().find(|smiley| rest.starts_with(**smiley)) {
        return Some((Kind::Mark('☺'), at + smiley.len()));
    }
    let (text, kind) = signs.iter().find(|(text, _)| rest.starts_with(text))?;
    Some((*kind, at + text.len()))
}

/// A word or a number, with what belongs inside it: dots, dashes, apostrophes, a whole URL.
fn word<'a>(line: &'a str, at: usize, number: usize, into: &mut Vec<Token<'a>>) -> usize {
    let plain = line.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let rest = &line[at..];
    let mut end = plain;
    let mut chars = rest[plain..].char_indices().map(|(index, c)| (plain + index, c)).peekable();
    let mut wide = (plain > 0).then_some(false);
    while let Some((index, c)) = chars.next() {
        let script = is_unspaced(c);
        // Text in a script without spaces is cut into single characters, so that `同意+1` is three tokens.
        if wide.is_some_and(|wide| wide != script) || script && index > 0 {
            break;
        }
        wide = Some(script);
        let inner = matches!(
            c,
            '.' | '-' | '\'' | '’' | '_' | '/' | '@' | ':' | '&' | '+' | '=' | '%' | '#' | '<' | '\\'
        );
        let joined =
            inner && c != ':' && c != '/' && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric())
                || matches!(c, ':' | '/')
                    && rest[index + c.len_utf8()..].starts_with(|c: char| c.is_alphanumeric() || c == '/');
        if !c.is_alphanumeric() && !joined && !is_mark_of_letter(c) {
            break;
        }
        end = index + c.len_utf8();
    }
    let text = &rest[..end];
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        into.push(Token {
            kind: Kind::Number,
            text,
            word: UNKNOWN,
            classes: Classes::default(),
            possessive: false,
            line: number,
            start: at,
        });
    } else {
        words(text, number, at, into);
    }
    at + end
}

/// Letters of scripts that write no spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF)
}

fn is_mark_of_letter(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F)
}

/// Pushes the words that a written word stands for: "I'm" is "I am", "don't" is "do not".
fn words<'a>(text: &'a str, line: usize, start: usize, into: &mut Vec<Token<'a>>) {
    let mut possessive = false;
    let mut push = |part: &str, possessive: bool| {
        let (word, classes) = Lexicon::get().look_up(part);
        into.push(Token { kind: Kind::Word, text, word, classes, possessive, line, start });
    };
    let mut buffer = [0; LONGEST_WORD];
    if let Some(lower) = lowered(text, &mut buffer) {
        let (stem, more) = contraction(lower, &mut possessive);
        push(stem, possessive);
        more.iter().for_each(|part| push(part, possessive));
    } else {
        let lower = text.to_lowercase().replace('’', "'");
        let (stem, more) = contraction(&lower, &mut possessive);
        push(stem, possessive);
        more.iter().for_each(|part| push(part, possessive));
    }
}

/// Words up to this length, in bytes, are put in lower case without an allocation.
const LONGEST_WORD: usize = 32;

/// A short ASCII word in lower case.
fn lowered<'b>(text: &str, buffer: &'b mut [u8; LONGEST_WORD]) -> Option<&'b str> {
    let buffer = buffer.get_mut(..text.len()).filter(|_| text.is_ascii())?;
    buffer.copy_from_slice(text.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).ok()
}

/// The words that a word in lower case is drawn together from; whether it ends as a possessive goes to `possessive`.
fn contraction<'w>(lower: &'w str, possessive: &mut bool) -> (&'w str, &'static [&'static str]) {
    let Some((stem, ending)) = lower.rsplit_once('\'') else {
        return match lower {
            "lets" => ("let", &["us"]),
            "wont" => ("will", &["not"]),
            "cant" | "cannot" => ("can", &["not"]),
            "dont" => ("do", &["not"]),
            "doesnt" => ("does", &["not"]),
            "im" => ("i", &["am"]),
            "ive" => ("i", &["have"]),
            word => (word, &[]),
        };
    };
    match (stem, ending) {
        ("let", "s") => ("let", &["us"]),
        ("won", "t") => ("will", &["not"]),
        ("can", "t") => ("can", &["not"]),
        ("shan", "t") => ("shall", &["not"]),
        ("it" | "that" | "here" | "there" | "what" | "he" | "she" | "this" | "who" | "where", "s") => {
            (stem, &["is"])
        }
        (_, "m") => (stem, &["am"]),
        (_, "re") => (stem, &["are"]),
        (_, "ve") => (stem, &["have"]),
        (_, "ll") => (stem, &["will"]),
        (_, "d") => (stem, &["would"]),
        (stem, "t") if stem.ends_with('n') && stem.len() > 2 => (&stem[..stem.len() - 1], &["not"]),
        (_, "s") => {
            *possessive = true;
            (stem, &[])
        }
        _ => (lower, &[]),
    }
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
