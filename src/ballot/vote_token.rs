//! Vote tokens: `+1`, `-1`, `+0.5`, `++1`, `±0`, wherever they stand apart from other text.

use super::reading::Vote;

/// A number with a sign that can be a vote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct VoteToken {
    /// Which vote it would be.
    pub(super) vote: Vote,
    /// For a fraction, its value.
    pub(super) strength: Option<f64>,
    /// How it is written.
    pub(super) form: Form,
}

/// How far a token is from the plain `+1`; the odder, the more must speak for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A sign and a number up to two, or a fraction.
    Plain,
    /// A larger number, or white space behind the sign: many other things look so.
    Odd,
    /// A number below zero that nobody votes with for emphasis: errors and differences are written so ("-22", "-110").
    Unlikely,
    /// A zero without a sign.
    Unsigned,
}

/// Signs, ASCII and Unicode: U+2212 minus, dashes, full width, superscript, subscript, emoji.
fn sign(c: char) -> Option<char> {
    match c {
        '+' | '＋' | '﹢' | '⁺' | '₊' | '➕' => Some('+'),
        '-' | '−' | '–' | '—' | '－' | '﹣' | '⁻' | '₋' | '➖' | '‑' | '\u{2010}' | '\u{2012}' => {
            Some('-')
        }
        '±' => Some('±'),
        _ => None,
    }
}

/// The zeros of the scripts whose digits follow them in order: ASCII, Arabic-Indic, Persian, N'Ko, the scripts of India, Thai, Lao,
/// Tibetan, Myanmar, Khmer, Mongolian, subscripts, full width.
const ZEROS: [char; 22] = [
    '0', '٠', '۰', '߀', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '༠', '၀', '០', '᠐', '₀', '０',
    '⁰',
];

/// The ASCII digit that a character stands for.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        _ if c.is_ascii() => None,
        '¹' | '①' | '➀' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        _ => ZEROS.iter().find_map(|zero| {
            let value = u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10)?;
            char::from_digit(value, 10)
        }),
    }
}

/// Reads the vote token that begins at byte `at` of `line`; gives it and the byte behind it.
pub(super) fn read(line: &str, at: usize) -> Option<(VoteToken, usize)> {
    if !may_begin_at(line, at) {
        return None;
    }
    let rest = &line[at..];
    let (sign, signed) = signs(rest)?;
    if signed == 0 && line[..at].ends_with(['.', ':', ',', ';', '!', '|', '#', '~', '→', '>']) {
        return None;
    }
    let blank = |c: &char| c.is_whitespace() && *c != '\t';
    let spaces = rest[signed..].chars().take_while(blank).count();
    let long_dash = rest.starts_with('—');
    if spaces > 2 || spaces > 0 && (sign == '?' || signed == 0 || long_dash) {
        return None;
    }
    let digits_at = rest.len() - rest[signed..].trim_start_matches(|c: char| blank(&c)).len();
    let (digits, end) = number(&rest[digits_at..])?;
    let end = digits_at + end;
    let shortcode = line[..at].ends_with(':') && rest[end..].starts_with(':');
    if shortcode || !may_end_at(&rest[end..]) {
        return None;
    }
    let token = judge(sign, &digits, spaces > 0 || long_dash)?;
    Some((token, at + end))
}

/// The run of signs at the start of `text`: which one they amount to (`?` for none, `±` for either) and their length in bytes.
fn signs(text: &str) -> Option<(char, usize)> {
    let mut found: Vec<char> = Vec::new();
    let mut length = 0;
    for c in text.chars().take(6) {
        match sign(c) {
            Some(s) => found.push(s),
            None if c == '/' && found.len() == 1 => {}
            None => break,
        }
        length += c.len_utf8();
    }
    let both = found.contains(&'+') && found.contains(&'-') || found.contains(&'±');
    let slashed = text[..length].contains('/');
    match found.as_slice() {
        [] => Some(('?', 0)),
        [_, _] if both && (slashed || length <= 4) => Some(('±', length)),
        ['±'] => Some(('±', length)),
        [first, ..] if !both && !slashed && found.len() <= 4 => Some((*first, length)),
        _ => None,
    }
}

/// The number at the start of `text` in ASCII digits and its length in bytes. A full stop counts only before a digit.
fn number(text: &str) -> Option<(String, usize)> {
    let mut digits = String::new();
    let mut length = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let digit = match c {
            _ if digit(c).is_some() => digit(c).unwrap_or(c),
            '∞' if digits.is_empty() => '9',
            '.' | ',' if digits.len() == 1 && rest.peek().is_some_and(char::is_ascii_digit) => '.',
            _ => break,
        };
        if digit == '.' && c == ',' {
            // "+0,5" is a fraction where the comma is decimal; "-1,5" is a hunk header or a list.
            if digits != "0" || rest.peek() == Some(&'0') {
                return None;
            }
        }
        digits.push(digit);
        length += c.len_utf8();
        if digits.len() > 12 {
            return None;
        }
    }
    // A digit on a key cap, or drawn as an emoji: "+1️⃣".
    let cap = text[length..].trim_start_matches(['\u{FE0F}', '\u{FE0E}', '\u{20E3}']);
    length = text.len() - cap.len();
    (!digits.is_empty()).then_some((digits, length))
}

/// Whether what stands before byte `at` lets a token begin there: nothing, white space, or a mark that opens or dresses text.
fn may_begin_at(line: &str, at: usize) -> bool {
    let before = &line[..at];
    let Some(last) = before.chars().next_back() else { return true };
    match last {
        // `]+1` is a ticked or empty box; anything else behind a closing bracket is arithmetic.
        ']' => before.ends_with("x]") || before.ends_with("X]") || before.ends_with(" ]"),
        '"' | '\'' | '`' | '*' | '_' | '(' | '[' | '“' | '„' | '«' | '‘' | ':' | ',' | '.' | '!' | '…'
        | ';' | '~' | '|' | '#' | '→' => !before.ends_with("::") && !digit_before(before, last),
        // "->+1" is an arrow; "<+1" and "=>1" are code.
        '>' => before.ends_with("->"),
        '–' | '—' => true,
        _ => last.is_whitespace() || is_wide(last),
    }
}

fn digit_before(before: &str, last: char) -> bool {
    matches!(last, ',' | '.' | ':' | '*')
        && before[..before.len() - 1].ends_with(|c: char| c.is_ascii_digit())
}

/// Letters of scripts that write no spaces between words, and full-width marks.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0x1F000..=0x1FAFF)
}

/// Whether what follows lets a token end: nothing, white space, a mark that closes or parts.
fn may_end_at(after: &str) -> bool {
    let mut rest = after.chars();
    let Some(first) = rest.next() else { return true };
    let second = rest.next();
    let digit = second.is_some_and(|c| c.is_ascii_digit());
    match first {
        '.' | ',' | ':' => !digit,
        // "+1-binding" is a vote, "-1-2" and "+1-click" are not.
        '-' => after[1..].starts_with("binding") || after[1..].starts_with("non") || after.starts_with("--"),
        '/' => after[1..].starts_with("binding") || after[1..].starts_with("non"),
        '^' => digit,
        // "+1(binding)", not "+1(650)".
        '(' => second.is_some_and(char::is_alphabetic),
        '\'' | '’' => !second.is_some_and(char::is_alphanumeric),
        '!' | '?' | ';' | ')' | ']' | '"' | '`' | '*' | '_' | '”' | '“' | '»' | '…' | '=' | '~' | '|'
        | '—' | '–' | '→' | '<' => !(first == '*' && digit),
        _ => first.is_whitespace() || is_wide(first),
    }
}

/// What sign and digits amount to.
fn judge(sign: char, digits: &str, spaced: bool) -> Option<VoteToken> {
    let value: f64 = digits.parse().ok()?;
    let whole = !digits.contains('.');
    if whole && digits.len() > 1 && digits.starts_with('0') {
        return None; // a time zone or a padded number
    }
    let zero = value == 0.0;
    let vote = match sign {
        _ if zero => Vote::Zero,
        '+' if value < 1.0 => Vote::Zero,
        '-' if value < 1.0 => Vote::Zero,
        '+' => Vote::Plus,
        '-' => Vote::Minus,
        _ => return None,
    };
    let strength = (!zero && value < 1.0).then_some(if sign == '-' { -value } else { value });
    if whole && digits.len() > 4 && !is_emphatic(digits) {
        return None; // a telephone number
    }
    let form = match sign {
        '-' if whole && value > 10.0 && !is_emphatic(digits) => Form::Unlikely,
        '?' if whole => Form::Unsigned,
        '?' => return None,
        _ if spaced || value > 2.0 => Form::Odd,
        _ => Form::Plain,
    };
    Some(VoteToken { vote, strength, form })
}

/// "1000", "5000000", "99999": a digit and zeros, or one digit again and again.
fn is_emphatic(digits: &str) -> bool {
    let mut rest = digits.chars();
    let first = rest.next();
    rest.clone().all(|c| c == '0') || rest.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(line: &str) -> Option<VoteToken> {
        (0..line.len())
            .filter(|at| line.is_char_boundary(*at))
            .find_map(|at| read(line, at))
            .map(|(token, _)| token)
    }

    #[test]
    fn signs_and_numbers_make_a_vote() {
        let check = |line: &str, vote: Vote, strength: Option<f64>| {
            let token = first(line);
            assert_eq!(token.map(|token| token.vote), Some(vote), "{line}");
            assert_eq!(token.and_then(|token| token.strength), strength, "{line}");
        };
        for plus in [
            "+1",
            "++1",
            "+2",
            "+1000",
            "+1!!",
            "+1.",
            "＋1",
            "+ 1",
            "*+1*",
            "_+1_",
            "**+1**",
            "\"+1\"",
            "(+1)",
            "+1.0",
            "+１",
            "+∞",
            "+1️⃣",
            "+\u{2009}1",
            "+\u{202f}1",
            "⁺¹",
            "+¹",
            "+١",
            "+१",
            "+۱",
            "➕1",
            "➕1️⃣",
            "+①",
        ] {
            check(plus, Vote::Plus, None);
        }
        for minus in [
            "-1", "−1", "–1", "－1", "--1", "-2", "-1000", "- 1", "`-1`", "-1:", "—1", "-1️⃣", "⁻¹", "-१",
            "➖1",
        ] {
            check(minus, Vote::Minus, None);
        }
        for zero in ["+0", "-0", "0", "±0", "+/-0", "+-0", "-+0", "-/+0", "−0", "+0.0"] {
            check(zero, Vote::Zero, None);
        }
        check("+0.9", Vote::Zero, Some(0.9));
        check("-0.5", Vote::Zero, Some(-0.5));
        check("+0,5", Vote::Zero, Some(0.5));
        check("+1.5", Vote::Plus, None);
    }

    #[test]
    fn a_number_inside_something_else_is_none() {
        for line in [
            "+0100",
            "-0800",
            "+1.2.3",
            "1.0-1",
            "foo+1",
            "x-1",
            "HEAD~+1x",
            "@@ -1,5 +1,12 @@",
            "@@ -0,0 +1,56 @@",
            "-1-2020",
            "2020-01-01",
            "+1%",
            "+1ms",
            "+1st",
            "a[i+1]",
            "f(x)-1",
            "n-1)",
            "=+1",
            "==-1",
            "UTF+1",
            "+1/-1",
            "+1+1",
            "10:00:00+1000",
            "3.0.0-alpha-1",
            "0.5",
            "0-1",
            "1",
            "10",
            "+16505550100",
            "+442079460000",
            "-12345",
            "+1s",
            "+1'd",
            "-1ed",
            ":+1:",
            "5*-1",
        ] {
            let token = first(line).filter(|token| token.form != Form::Unsigned);
            assert_eq!(token, None, "{line}");
        }
    }
}
