//! Shares of an electorate or of the votes cast: `1/3 of roster`, `more than 1/2 of votes cast`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A share that has to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share {
    numerator: u32,
    denominator: u32,
    /// Whether the share itself is too little.
    more_than: bool,
    /// Of what.
    pub of: Whole,
}

/// What a share is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Those whose votes could bind: members with the role, or seats.
    Roster,
    /// The binding votes that stand, abstentions among them.
    Cast,
}

impl Share {
    /// Whether `part` reaches the share of `whole`; nothing is a share of nothing.
    pub fn is_reached(self, part: u32, whole: u32) -> bool {
        let (part, asked) =
            (u64::from(part) * u64::from(self.denominator), u64::from(self.numerator) * u64::from(whole));
        whole > 0 && if self.more_than { part > asked } else { part >= asked }
    }

    /// The least part of `whole` that reaches the share.
    pub fn least(self, whole: u32) -> u32 {
        let asked = u64::from(self.numerator) * u64::from(whole);
        let denominator = u64::from(self.denominator);
        let least = if self.more_than { asked / denominator + 1 } else { asked.div_ceil(denominator) };
        u32::try_from(least).unwrap_or(u32::MAX)
    }

    /// Whether whatever reaches this share reaches the other too.
    pub(super) fn is_no_less_than(self, other: Share) -> bool {
        let (ours, theirs) = (
            u64::from(self.numerator) * u64::from(other.denominator),
            u64::from(other.numerator) * u64::from(self.denominator),
        );
        self.of == other.of && (ours > theirs || ours == theirs && (self.more_than || !other.more_than))
    }

    /// How many more, all of them for it, a part of the votes cast is short of the share, where `part` of `cast` are for it; all that
    /// are not, where no number of votes more is enough.
    pub(super) fn missing(self, part: u32, cast: u32) -> u32 {
        let (numerator, denominator) = (u64::from(self.numerator), u64::from(self.denominator));
        let have = u64::from(part) * denominator;
        let asked = numerator * u64::from(cast) + u64::from(self.more_than);
        if asked <= have && cast > 0 {
            return 0;
        }
        match denominator - numerator {
            0 => cast.saturating_sub(part).max(1),
            gain => u32::try_from((asked.saturating_sub(have)).div_ceil(gain).max(1)).unwrap_or(u32::MAX),
        }
    }

    /// Its numerator and denominator, as written.
    pub fn fraction(self) -> (u32, u32) {
        (self.numerator, self.denominator)
    }

    /// Whether the share itself is too little.
    pub fn is_more_than(self) -> bool {
        self.more_than
    }

    /// Reads `2/3 of roster`, `1/2 of votes cast`, `more than 1/2 of roster`, `all of votes cast`, `half of roster`.
    ///
    /// # Errors
    /// Says what was expected where the text is anything else, or no share between nothing and all.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "not a share: {text:?} (expected for example \"2/3 of roster\" or \"more than 1/2 of votes cast\")"
            )
        };
        let lower = text.trim().to_lowercase();
        let (more_than, rest) = match lower.strip_prefix("more than ") {
            Some(rest) => (true, rest),
            None => (false, lower.as_str()),
        };
        let (fraction, of) = rest.split_once(" of ").ok_or_else(wrong)?;
        let (numerator, denominator) = match fraction.trim() {
            "all" => (1, 1),
            "half" => (1, 2),
            fraction => {
                let (numerator, denominator) = fraction.split_once('/').ok_or_else(wrong)?;
                let number = |digits: &str| digits.trim().parse::<u32>().map_err(|_| wrong());
                (number(numerator)?, number(denominator)?)
            }
        };
        let of = match of.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["roster"] | ["the", "roster"] => Whole::Roster,
            ["votes", "cast"] | ["the", "votes", "cast"] => Whole::Cast,
            _ => return Err(wrong()),
        };
        let too_much = numerator > denominator || more_than && numerator == denominator;
        if numerator == 0 || denominator > 1000 || too_much {
            return Err(wrong());
        }
        Ok(Share { numerator, denominator, more_than, of })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.of {
            Whole::Roster => "roster",
            Whole::Cast => "votes cast",
        };
        let more = if self.more_than { "more than " } else { "" };
        match (self.numerator, self.denominator) {
            (1, 1) => write!(f, "{more}all of {of}"),
            (numerator, denominator) => write!(f, "{more}{numerator}/{denominator} of {of}"),
        }
    }
}

impl TryFrom<String> for Share {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Share::parse(&text)
    }
}

impl From<Share> for String {
    fn from(share: Share) -> String {
        share.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_reached_and_written_back() {
        let check = |text: &str, written: &str, part: u32, whole: u32, reached: bool| {
            let share = Share::parse(text).unwrap_or_else(|why| panic!("{why}"));
            assert_eq!(share.to_string(), written);
            assert_eq!(share.is_reached(part, whole), reached, "{part} of {whole}: {text}");
            assert!(share.is_reached(share.least(whole), whole) || whole == 0);
            assert!(share.least(whole) == 0 || !share.is_reached(share.least(whole) - 1, whole));
        };
        check("2/3 of roster", "2/3 of roster", 4, 6, true);
        check("2/3 of roster", "2/3 of roster", 4, 7, false);
        check("1/3 of the roster", "1/3 of roster", 3, 9, true);
        check("more than 1/2 of votes cast", "more than 1/2 of votes cast", 3, 6, false);
        check("more than half of votes cast", "more than 1/2 of votes cast", 4, 6, true);
        check("all of votes cast", "all of votes cast", 5, 6, false);
        check("All of votes cast", "all of votes cast", 6, 6, true);
        check("half of roster", "1/2 of roster", 0, 0, false);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in [
            "",
            "2/3",
            "3/2 of roster",
            "0/3 of roster",
            "more than all of roster",
            "2/3 of cake",
            "1/0 of roster",
            "-1/2 of roster",
        ] {
            assert!(Share::parse(text).is_err(), "{text}");
        }
    }
}
