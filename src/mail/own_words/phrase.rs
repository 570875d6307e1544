//! Fixed phrases with gaps, as mail programs write them, and the text they are compared with.

use super::look::{Look, WIDE};
use memchr::memchr2_iter;
use memchr::memmem::Finder;

/// A phrase in lower case, in which `*` stands for anything, also nothing.
pub(super) struct Phrase {
    text: &'static str,
    /// What stands before the first gap, and behind the last; none where there is no gap.
    ends: Option<(&'static str, &'static str)>,
    between: Vec<Finder<'static>>,
    /// Whether it holds a wide letter, which a text must have to fit.
    is_wide: bool,
}

impl Phrase {
    pub(super) fn of(text: &'static str) -> Self {
        let ends = text.split_once('*').map(|(first, rest)| (first, rest.rsplit('*').next().unwrap_or(rest)));
        let gaps = text.bytes().filter(|octet| *octet == b'*').count();
        let between = text.split('*').take(gaps).skip(1).filter(|part| !part.is_empty());
        Phrase {
            text,
            ends,
            between: between.map(Finder::new).collect(),
            is_wide: Look::of(text).holds(WIDE),
        }
    }

    /// What it begins with before any gap.
    fn head(&self) -> &'static str {
        self.ends.map_or(self.text, |(first, _)| first)
    }

    /// Its place among [`Phrases`].
    fn group(&self) -> usize {
        self.head().bytes().next().map_or(ANYTHING, |octet| usize::from(octet).min(BEYOND))
    }

    /// Whether `line`, which has no wide letter, may begin with it in plain lower case: white space may be any.
    fn opens(&self, line: &str) -> bool {
        let is_space = |octet: &u8| matches!(octet, b' ' | b'\t'..=b'\r');
        let mut rest = line.as_bytes();
        for octet in self.head().bytes() {
            let Some((first, behind)) = rest.split_first() else { return false };
            if *first >= 0x80 {
                return true;
            }
            if octet == b' ' && is_space(first) {
                rest = &behind[behind.iter().take_while(|octet| is_space(octet)).count()..];
            } else if first.to_ascii_lowercase() == octet {
                rest = behind;
            } else {
                return false;
            }
        }
        true
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
    /// In the order of their groups: by the ASCII octet they begin with, then those that begin beyond ASCII, then with a gap.
    phrases: Vec<Phrase>,
    /// Where each group begins, and behind the last one where it ends.
    groups: [usize; ANYTHING + 2],
    /// How a line without a wide letter must begin.
    openings: Openings,
}

/// The group of the phrases that begin beyond ASCII, and of those that begin with a gap.
const BEYOND: usize = 0x80;
const ANYTHING: usize = 0x81;

impl Phrases {
    pub(super) fn of(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut phrases: Vec<Phrase> = phrases.map(Phrase::of).collect();
        phrases.sort_by_key(Phrase::group);
        let groups = std::array::from_fn(|group| phrases.partition_point(|phrase| phrase.group() < group));
        let openings = Openings::of(phrases.iter().filter(|phrase| !phrase.is_wide));
        Phrases { phrases, groups, openings }
    }

    /// Those that may fit what begins as `line` does.
    fn near(&self, line: &str) -> impl Iterator<Item = &Phrase> {
        let lead = line.as_bytes().first().copied().unwrap_or_default().to_ascii_lowercase();
        let group = usize::from(lead).min(BEYOND);
        let of = |group: usize| &self.phrases[self.groups[group]..self.groups[group + 1]];
        of(group).iter().chain(of(ANYTHING))
    }

    /// Whether one of them may fit `line`, which is not blank at its start: a look at its first octets. `look`: of the whole line.
    pub(super) fn may_fit(&self, line: &str, look: Look) -> bool {
        self.may_open(line, look) && self.near(line).any(|phrase| begins_alike(phrase.text, line))
    }

    /// Whether one of them may fit `line` by how it begins in plain lower case.
    fn may_open(&self, line: &str, look: Look) -> bool {
        let opens = |phrase: &Phrase| !phrase.is_wide && phrase.opens(line);
        look.holds(WIDE) || (self.openings.hold(line) && self.near(line).any(opens))
    }

    /// Whether one of them fits `plain`, which is in plain lower case.
    pub(super) fn fit(&self, plain: &str) -> bool {
        self.near(plain).any(|phrase| phrase.fits(plain))
    }
}

/// The first two octets of phrases, five bits of each: capitals are as small letters.
struct Openings([u32; 32]);

impl Openings {
    fn of<'p>(phrases: impl Iterator<Item = &'p Phrase>) -> Self {
        let mut rows = [0; 32];
        for phrase in phrases {
            let low = |octet: &u8| usize::from(octet & 31);
            match phrase.head().as_bytes() {
                // White space may be written otherwise.
                [first, second, ..] if second.is_ascii_graphic() => rows[low(first)] |= 1 << low(second),
                [first, ..] => rows[low(first)] = u32::MAX,
                [] => rows = [u32::MAX; 32],
            }
        }
        Openings(rows)
    }

    /// Whether a phrase may begin as `line` does.
    fn hold(&self, line: &str) -> bool {
        match line.as_bytes() {
            [first @ 0..0x80, second @ 0..0x80, ..] => {
                self.0[usize::from(first & 31)] & (1 << (second & 31)) != 0
            }
            _ => true,
        }
    }
}

/// Words looked for anywhere in a text, by their first octet.
pub(super) struct Words {
    /// In the order of their first octets.
    words: Vec<&'static [u8]>,
    /// By octet, where those begin and end that begin with it; a capital is as its small letter.
    by_octet: [(u16, u16); 256],
}

impl Words {
    pub(super) fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut words: Vec<&[u8]> = words.map(str::as_bytes).collect();
        words.sort_by_key(|word| word.first());
        let up_to = |octet: u8| words.partition_point(|word| word.first() < Some(&octet));
        let places = |octet: u8| {
            let begins = words.iter().filter(|word| word.first() == Some(&octet)).count();
            (up_to(octet) as u16, (up_to(octet) + begins) as u16)
        };
        let by_octet = std::array::from_fn(|octet| places((octet as u8).to_ascii_lowercase()));
        Words { words, by_octet }
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
        bytes.iter().enumerate().any(|(at, &octet)| {
            let (first, last) = self.by_octet[usize::from(octet)];
            let stands = |word: &&[u8]| {
                bytes.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word))
            };
            first < last && self.words[usize::from(first)..usize::from(last)].iter().any(stands)
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
    memchr2_iter(b'0', b'1', text.as_bytes()).filter_map(|at| vote_at(text, at))
}

/// The vote whose digit stands at `at`.
fn vote_at(text: &str, at: usize) -> Option<(char, char)> {
    let mut before = text[..at].chars();
    let sign = match before.next_back()? {
        '+' | '\u{ff0b}' => '+',
        '-' | '\u{2212}' | '\u{2013}' => '-',
        '±' => '±',
        _ => return None,
    };
    let opens = before
        .next_back()
        .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '*' | '_' | '"' | '\'' | ',' | ':'));
    let mut after = text[at..].chars();
    let digit = after.next()?;
    let ends = after.next().is_none_or(|next| !next.is_alphanumeric() && next != ':' && next != '-');
    (opens && ends).then_some((sign, digit))
}

#[cfg(test)]
mod tests {
    use super::super::habits::{self, rows};
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
    fn a_look_at_the_beginning_passes_by_nothing_that_fits() {
        for (table, kinds) in [
            (habits::DEVICES, &["line"][..]),
            (habits::FOOTERS, &["opening", "notice"]),
            (habits::FENCES, &["both", "open", "close"]),
        ] {
            let texts = || rows(table).filter(|row| kinds.contains(&row.kind)).map(|row| row.phrase);
            let phrases = Phrases::of(texts());
            for phrase in texts() {
                let text = phrase.replace('*', "x");
                for text in [
                    text.to_uppercase(),
                    text.replace(' ', "\t  "),
                    text.replace(' ', "\u{a0}"),
                    text.replace(' ', " \u{200c}"),
                    format!("{text}__"),
                    text,
                ] {
                    if phrases.fit(&plain_lower(&text)) {
                        assert!(phrases.may_open(&text, Look::of(&text)), "{text:?}");
                    }
                }
            }
            let other = "quite another line, \u{201c}of course\u{201d}";
            assert!(!phrases.may_fit(other, Look::of(other)));
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
