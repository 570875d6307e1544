//! Lengths of time as people write them in a mail: `48h`, `3 days`, `2 business days`.

use super::Span;

/// The longest that anybody may ask for, in days.
const MOST_DAYS: u32 = 3660;

/// A length of time that somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// So much time.
    Time(Span),
    /// So many working days.
    BusinessDays(u32),
}

impl Length {
    /// Reads `48h`, `1d 12h`, `3 days`, `2 weeks`, `2 business days`, `2 working days`; `None` where it is anything else, or nothing.
    pub fn parse(text: &str) -> Option<Length> {
        let lower = text.trim().trim_end_matches('.').to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let count = |count: &str| count.parse::<u32>().ok().filter(|count| *count > 0);
        let length = match words.as_slice() {
            [number, "business" | "working", "day" | "days"] => {
                Length::BusinessDays(count(number).filter(|days| *days <= MOST_DAYS)?)
            }
            [number, unit] if number.bytes().all(|digit| digit.is_ascii_digit()) => {
                let unit = match *unit {
                    "minute" | "minutes" => "m",
                    "hour" | "hours" => "h",
                    "day" | "days" => "d",
                    "week" | "weeks" => "w",
                    unit => unit,
                };
                Length::Time(Span::parse(&format!("{number}{unit}")).ok()?)
            }
            _ => Length::Time(Span::parse(&lower).ok()?),
        };
        Some(length).filter(|length| !length.span().is_zero())
    }

    /// As time, a working day being 24 hours of it.
    pub fn span(self) -> Span {
        match self {
            Length::Time(span) => span,
            Length::BusinessDays(days) => Span::days(days),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_as_people_write_it() {
        let check = |text: &str, expect: Option<Length>| assert_eq!(Length::parse(text), expect, "{text:?}");
        let hours = |hours| Some(Length::Time(Span::hours(hours)));
        check("48h", hours(48));
        check("1d 12h", hours(36));
        check("2 days", hours(48));
        check("1 day.", hours(24));
        check("3 Hours", hours(3));
        check("2 weeks", hours(336));
        check("90 minutes", Some(Length::Time(Span::minutes(90))));
        check("2 business days", Some(Length::BusinessDays(2)));
        check("1 working day", Some(Length::BusinessDays(1)));
        for text in
            ["", "0h", "0 business days", "two days", "days", "2 moons", "-2 days", "9999999 business days"]
        {
            check(text, None);
        }
    }
}
