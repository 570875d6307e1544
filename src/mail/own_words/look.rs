//! What a line looks like at a glance: most rules can pass it by without reading it again.

/// The first visible octet of a line, and what kinds of octet are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    lead: u8,
    holds: u8,
}

/// A colon.
pub(super) const COLON: u8 = 1;
/// A digit, `@` or `<`: a date or an address, perhaps.
pub(super) const DATE_OR_ADDRESS: u8 = 2;
/// `>`.
pub(super) const CLOSING: u8 = 4;
/// An octet beyond ASCII.
pub(super) const BEYOND_ASCII: u8 = 8;
/// A letter beyond ASCII, perhaps: something besides Latin-1's signs and the dashes, quotation marks and spaces of General Punctuation.
/// A line without one has none in lower case either.
pub(super) const WIDE: u8 = 16;
/// What begins a character that may not be seen.
pub(super) const UNSEEN: u8 = 32;
/// What begins General Punctuation among others.
const PUNCTUATION: u8 = 64;

/// What each octet is.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        kinds[octet] = match octet as u8 {
            b':' => COLON,
            b'0'..=b'9' | b'@' | b'<' => DATE_OR_ADDRESS,
            b'>' => CLOSING,
            0xc2 => BEYOND_ASCII | UNSEEN,
            0xe2 => BEYOND_ASCII | UNSEEN | PUNCTUATION,
            0xd8 | 0xef => BEYOND_ASCII | UNSEEN | WIDE,
            0xc3.. => BEYOND_ASCII | WIDE,
            0x80.. => BEYOND_ASCII,
            _ => 0,
        };
        octet += 1;
    }
    kinds
};

impl Look {
    pub(super) fn of(text: &str) -> Self {
        let space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
        let lead = match text.bytes().find(|b| !space(b)) {
            None => 0,
            // A line of NUL octets is not a blank one.
            Some(0x80..) => text.trim_start().bytes().next().map_or(0, |octet| octet.max(1)),
            Some(octet) => octet.max(1),
        };
        Look { lead, holds: kinds(text.as_bytes()) }
    }

    /// The first octet that is no white space; 0 on a blank line.
    pub(super) fn lead(self) -> u8 {
        self.lead
    }

    pub(super) fn is_blank(self) -> bool {
        self.lead == 0
    }

    /// Whether the line holds one of `kinds`.
    pub(super) fn holds(self, kinds: u8) -> bool {
        self.holds & kinds != 0
    }

    /// Takes what stands behind it on the same line.
    pub(super) fn join(&mut self, behind: Look) {
        if self.is_blank() {
            self.lead = behind.lead;
        }
        self.holds |= behind.holds;
    }
}

/// How many octets are looked at at once.
const AT_ONCE: usize = 16;

/// The kinds of octet that stand in `text`.
fn kinds(text: &[u8]) -> u8 {
    let of = |octets: &[u8]| octets.iter().fold(0, |seen, &octet| seen | KINDS[usize::from(octet)]);
    let Some(last) = text.last_chunk::<AT_ONCE>() else { return wide(text, of(text)) };
    let mut seen = [0; AT_ONCE];
    for chunk in text.as_chunks::<AT_ONCE>().0.iter().chain([last]) {
        let octets = *chunk;
        for at in 0..AT_ONCE {
            seen[at] |= ascii_kind(octets[at]);
        }
    }
    let seen = seen.iter().fold(0, |all, seen| all | seen);
    if seen & BEYOND_ASCII == 0 { seen } else { wide(text, of(text)) }
}

/// What an octet of ASCII is, without a look at a table.
const fn ascii_kind(octet: u8) -> u8 {
    let date = (octet.wrapping_sub(b'0') < 10) as u8 | (octet == b'@') as u8 | (octet == b'<') as u8;
    ((octet == b':') as u8 * COLON)
        | (date * DATE_OR_ADDRESS)
        | ((octet == b'>') as u8 * CLOSING)
        | ((octet >> 7) * BEYOND_ASCII)
}

/// `seen` in `text`, and whether what begins as General Punctuation does is something else.
fn wide(text: &[u8], seen: u8) -> u8 {
    let other = |at: usize| text.get(at + 1) != Some(&0x80);
    let is_wide = seen & PUNCTUATION != 0 && memchr::memchr_iter(0xe2, text).any(other);
    (seen & !PUNCTUATION) | if is_wide { WIDE } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_is_told_alike_on_short_lines_and_long_ones() {
        for octet in 0..0x80_u8 {
            let short = String::from(char::from(octet));
            let long = format!("{short}{}", "x".repeat(2 * AT_ONCE + 3));
            assert_eq!(kinds(short.as_bytes()), KINDS[usize::from(octet)], "{octet}");
            assert_eq!(kinds(long.as_bytes()), KINDS[usize::from(octet)], "{octet}");
        }
    }

    #[test]
    fn a_glance_tells_the_first_octet_and_the_kinds() {
        for (text, lead, kinds) in [
            ("", 0, 0),
            (" \t\r\u{a0}", 0, BEYOND_ASCII | UNSEEN),
            ("\0", 1, 0),
            ("\u{a0}\0a", 1, BEYOND_ASCII | UNSEEN),
            ("  > a", b'>', CLOSING),
            ("\u{a0}> a", b'>', CLOSING | BEYOND_ASCII | UNSEEN),
            ("a \u{201c}b\u{201d}, and more words", b'a', BEYOND_ASCII | UNSEEN),
            ("\u{212a} and more words than that", 0xe2, BEYOND_ASCII | UNSEEN | WIDE),
            ("caf\u{e9}", b'c', BEYOND_ASCII | WIDE),
            ("a: 1", b'a', COLON | DATE_OR_ADDRESS),
            ("<a@b>", b'<', DATE_OR_ADDRESS | CLOSING),
        ] {
            assert_eq!(Look::of(text), Look { lead, holds: kinds }, "{text:?}");
        }
    }
}
