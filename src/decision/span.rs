//! Lengths of time as people write them in a configuration: `72h`, `7d`, `15m`.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A length of time in whole seconds; a day is 24 hours. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(i64);

impl Span {
    /// So many hours.
    pub const fn hours(hours: u32) -> Self {
        Span(hours as i64 * 3600)
    }

    /// So many minutes.
    pub const fn minutes(minutes: u32) -> Self {
        Span(minutes as i64 * 60)
    }

    /// So many seconds.
    pub const fn seconds(seconds: u32) -> Self {
        Span(seconds as i64)
    }

    /// So many days of 24 hours.
    pub const fn days(days: u32) -> Self {
        Span(days as i64 * 86_400)
    }

    /// No time at all.
    pub const fn none() -> Self {
        Span(0)
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The same as chrono counts it.
    pub const fn delta(self) -> TimeDelta {
        TimeDelta::seconds(self.0)
    }

    /// A length that chrono counted, in whole seconds; no time where it is negative.
    pub(super) fn of(delta: TimeDelta) -> Self {
        Span(delta.num_seconds().max(0))
    }

    /// Reads `90s`, `15m`, `72h`, `7d`, `2w`, or several in a row (`1d 12h`).
    ///
    /// # Errors
    /// Says what was expected where the text is anything else, or more than ten years.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "not a length of time: {text:?} (expected a number and a unit, such as \"72h\", \"7d\" or \"15m\")"
            )
        };
        let mut total: i64 = 0;
        let mut digits = String::new();
        let mut seen = false;
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            let unit = match c {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return Err(wrong()),
            };
            let count: i64 = digits.parse().map_err(|_| wrong())?;
            digits.clear();
            seen = true;
            total = count.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        }
        if !seen || !digits.is_empty() || total > 10 * 366 * 86_400 {
            return Err(wrong());
        }
        Ok(Span(total))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s % 86_400 == 0 && s >= 7 * 86_400 => write!(f, "{}d", s / 86_400),
            s if s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s % 60 == 0 => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Span::parse(&text)
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write_and_writes_it_back() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(Span::parse(text).ok().map(|span| span.to_string()).as_deref(), expect, "{text:?}");
        };
        check("72h", Some("72h"));
        check("3d", Some("72h"));
        check("1w", Some("7d"));
        check("1d 12h", Some("36h"));
        check("15m", Some("15m"));
        check("90s", Some("90s"));
        check("0h", Some("0h"));
        check("72", None);
        check("", None);
        check("h", None);
        check("-1h", None);
        check("99999999999999999999h", None);
        check("200000d", None);
    }
}
