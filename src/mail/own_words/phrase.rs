//! Fixed phrases with gaps, as mail programs write them, and the text they are compared with.

use memchr::memmem::Finder;

/// A phrase in lower case, in which `*` stands for anything, also nothing.
pub(super) struct Phrase {
    text: &'static str,
    /// What stands before the first gap, and behind the last; none where there is no gap.
    ends: Option<(&'static str, &'static str)>,
    between: Vec<Finder<'static>>,
}

impl Phrase {
    pub(super) fn of(text: &'static str) -> Self {
        let ends = text.split_once('*').map(|(first, rest)| (first, rest.rsplit('*').next().unwrap_or(rest)));
        let gaps = text.split('*').count();
        let between = text.split('*').take(gaps - 1).skip(1).filter(|part| !part.is_empty());
        Phrase { text, ends, between: between.map(Finder::new).collect() }
    }

    /// The phrase as it is written.
    pub(super) fn text(&self) -> &'static str {
        self.text
    }

    /// Whether `plain`, which is in plain lower case, fits.
    pub(super) fn fits(&self, plain: &str) -> bool {
        let Some((first, last)) = self.ends else { return plain == self.text };
        let rest = plain.as_bytes().strip_prefix(first.as_bytes());
        let Some(mut rest) = rest.and_then(|rest| rest.strip_suffix(last.as_bytes())) else { return false };
        for part in &self.between {
            let Some(at) = part.find(rest) else { return false };
            rest = &rest[at + part.needle().len()..];
        }
        true
    }
}

/// Phrases that a line is compared with, by the first octet that such a line has.
pub(super) struct Phrases {
    phrases: Vec<Phrase>,
    /// Their places by octet.
    by_octet: Vec<Vec<usize>>,
}

impl Phrases {
    pub(super) fn of(phrases: impl Iterator<Item = &'static str>) -> Self {
        let phrases: Vec<Phrase> = phrases.map(Phrase::of).collect();
        let mut by_octet = vec![Vec::new(); 256];
        for (at, phrase) in phrases.iter().enumerate() {
            match phrase.text.as_bytes().first() {
                Some(octet) if octet.is_ascii() && *octet != b'*' => {
                    by_octet[usize::from(*octet)].push(at);
                    if octet.is_ascii_alphabetic() {
                        by_octet[usize::from(octet.to_ascii_uppercase())].push(at);
                    }
                }
                // A letter beyond ASCII, whose capital begins otherwise.
                Some(0x80..) => by_octet[0x80..].iter_mut().for_each(|all| all.push(at)),
                _ => by_octet.iter_mut().for_each(|all| all.push(at)),
            }
        }
        Phrases { phrases, by_octet }
    }

    /// Those that may fit what begins as `line` does.
    fn near(&self, line: &str) -> impl Iterator<Item = &Phrase> {
        let lead = line.as_bytes().first().copied().unwrap_or_default();
        self.by_octet[usize::from(lead)].iter().map(|&at| &self.phrases[at])
    }

    /// Whether one of them may fit `line`, which is not blank at its start: a look at the first octets.
    pub(super) fn may_fit(&self, line: &str) -> bool {
        self.near(line).any(|phrase| begins_alike(phrase.text, line))
    }

    /// Whether one of them fits `plain`, which is in plain lower case.
    pub(super) fn fit(&self, plain: &str) -> bool {
        self.near(plain).any(|phrase| phrase.fits(plain))
    }
}

/// Words looked for anywhere in a text, by their first octet.
pub(super) struct Words {
    by_octet: Vec<Vec<&'static [u8]>>,
}

impl Words {
    pub(super) fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut by_octet = vec![Vec::new(); 256];
        for word in words {
            by_octet[usize::from(word.as_bytes().first().copied().unwrap_or_default())].push(word.as_bytes());
        }
        Words { by_octet }
    }

    /// Whether one of them stands in the first `near` octets of `text`, whatever the case.
    pub(super) fn stand_in(&self, text: &str, near: usize) -> bool {
        let text = &text[..text.floor_char_boundary(near)];
        let lower;
        let text = if text.is_ascii() {
            text
        } else {
            lower = text.to_lowercase();
            &lower
        };
        let bytes = text.as_bytes();
        bytes.iter().enumerate().any(|(at, octet)| {
            let words = &self.by_octet[usize::from(octet.to_ascii_lowercase())];
            let stands = |word: &&[u8]| {
                bytes.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word))
            };
            words.iter().any(stands)
        })
    }
}

/// Whether `line` may fit `phrase`: it is long enough, and its first octets are the same but for the case, as far as they are ASCII.
fn begins_alike(phrase: &str, line: &str) -> bool {
    const NEAR: usize = 6;
    let pairs = phrase.bytes().zip(line.bytes()).take(NEAR);
    let mut pairs = pairs.take_while(|(p, l)| *p != b'*' && p.is_ascii() && l.is_ascii());
    line.len() + 1 >= phrase.len().min(NEAR) && pairs.all(|(p, l)| p == l.to_ascii_lowercase())
}

/// `text` in lower case with each run of white space as one space, without the marks that turn the direction of
/// writing (U+200E and its kin, which Gmail puts around names) and without `*` or `_` of boldface at its ends.
/// A wide colon becomes a plain one.
pub(super) fn plain_lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        for word in text.trim_matches(is_dressing).split_ascii_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        out.make_ascii_lowercase();
        return out;
    }
    let mut gap = false;
    for c in text.trim_matches(is_dressing).chars() {
        if c.is_whitespace() {
            gap = true;
        } else if !is_direction(c) {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else if c == '：' {
                out.push(':');
            } else {
                out.extend(c.to_lowercase());
            }
        }
    }
    out
}

fn is_dressing(c: char) -> bool {
    c.is_whitespace() || is_direction(c) || c == '*' || c == '_'
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether something in `text` stands apart and looks like a vote. What looks like one is never taken away as a mail
/// program's phrase.
pub(super) fn holds_vote(text: &str) -> bool {
    votes(text).next().is_some()
}

/// What stands apart in `text` and looks like a vote: its sign, `+`, `-` or `±`, and its digit.
pub(super) fn votes(text: &str) -> impl Iterator<Item = (char, char)> {
    let mut before = ' ';
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        while let Some(c) = rest.next() {
            let opens =
                before.is_whitespace() || matches!(before, '(' | '[' | '*' | '_' | '"' | '\'' | ',' | ':');
            before = c;
            let sign = match c {
                '+' | '\u{ff0b}' => '+',
                '-' | '\u{2212}' | '\u{2013}' => '-',
                '±' => '±',
                _ => continue,
            };
            let mut after = rest.clone();
            let digit = after.next().filter(|digit| opens && matches!(digit, '0' | '1'));
            let ends = after.next().is_none_or(|next| !next.is_alphanumeric() && next != ':' && next != '-');
            if let Some(digit) = digit.filter(|_| ends) {
                return Some((sign, digit));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_take_anything() {
        for (pattern, text, fit) in [
            ("on * wrote:", "on monday ann wrote:", true),
            ("on * wrote:", "on wrote:", false),
            ("on * wrote:", "and on monday ann wrote:", false),
            ("* wrote:", "ann wrote:", true),
            ("am * schrieb *:", "am 1.1.2018 schrieb ann:", true),
            ("am * schrieb *:", "am 1.1.2018 sagte ann:", false),
            ("sent from my *", "sent from my phone", true),
            ("exactly", "exactly", true),
            ("exactly", "exactly so", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(Phrase::of(pattern).fits(text), fit, "{pattern} / {text}");
        }
    }

    #[test]
    fn text_is_made_plain() {
        assert_eq!(plain_lower("  *On\tMonday,\u{a0}\u{202a}Ann\u{202c}  WROTE:* "), "on monday, ann wrote:");
    }

    #[test]
    fn votes_stand_apart() {
        for (text, vote) in [
            ("On balance +1 from me", true),
            ("(-1)", true),
            ("+1", true),
            ("10:00:00 +0100", false),
            ("GMT+1", false),
            ("2018-01-01", false),
            ("+1-650", false),
        ] {
            assert_eq!(holds_vote(text), vote, "{text}");
        }
    }
}
