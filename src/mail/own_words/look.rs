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

/// What each octet is.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        kinds[octet] = match octet as u8 {
            b':' => COLON,
            b'0'..=b'9' | b'@' | b'<' => DATE_OR_ADDRESS,
            b'>' => CLOSING,
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
        Look { lead, holds: text.bytes().fold(0, |seen, octet| seen | KINDS[usize::from(octet)]) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_tells_the_first_octet_and_the_kinds() {
        for (text, lead, kinds) in [
            ("", 0, 0),
            (" \t\r\u{a0}", 0, BEYOND_ASCII),
            ("\0", 1, 0),
            ("\u{a0}\0a", 1, BEYOND_ASCII),
            ("  > a", b'>', CLOSING),
            ("\u{a0}> a", b'>', CLOSING | BEYOND_ASCII),
            ("a: 1", b'a', COLON | DATE_OR_ADDRESS),
            ("<a@b>", b'<', DATE_OR_ADDRESS | CLOSING),
        ] {
            assert_eq!(Look::of(text), Look { lead, holds: kinds }, "{text:?}");
        }
    }
}
