//! Instants and lengths of time in words.

use super::Language;
use super::language::counted;
use crate::decision::Span;
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

/// The names of days and months, and of the units of time, in one language.
pub struct Calendar {
    /// Monday first.
    pub days: [&'static str; 7],
    /// January first.
    pub months: [&'static str; 12],
    /// Day, hour, minute, second: one and several.
    pub units: [(&'static str, &'static str); 4],
}

/// How many seconds the units have.
const SECONDS: [i64; 4] = [86_400, 3600, 60, 1];

/// The instant in UTC and in the list's zone: `Thu 5 Nov 2026, 09:00 UTC (10:00 in Europe/Prague)`. The seconds are there where
/// there are any.
pub fn in_both_zones(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    let clock = clock(&at);
    let utc = format!("{} {}, {clock} UTC", day_of_week(&at, language), date(&at, language));
    if local.naive_local() == at.naive_utc() {
        utc
    } else if local.date_naive() == at.date_naive() {
        format!("{utc} ({} in {zone})", self::clock(&local))
    } else {
        let day = format!("{} {}", day_of_week(&local, language), day_of_year(&local, language));
        format!("{utc} ({day}, {} in {zone})", self::clock(&local))
    }
}

/// The instant in one zone, which the text around it names: `Thu 5 Nov, 10:00`.
pub fn in_zone(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let at = at.with_timezone(&zone);
    let (day, date) = (day_of_week(&at, language), day_of_year(&at, language));
    format!("{day} {date}, {}", at.format("%H:%M"))
}

/// A day: `2 Nov 2026`.
pub fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    date(&at.with_timezone(&zone), language)
}

/// The instant in UTC, short, for a table whose head says so: ` 5 Nov 09:00:17`.
pub fn short(at: DateTime<Utc>, language: Language) -> String {
    format!("{:>2} {} {}", at.day(), month(&at, language), at.format("%H:%M:%S"))
}

fn date(at: &impl Datelike, language: Language) -> String {
    format!("{} {}", day_of_year(at, language), at.year())
}

fn day_of_year(at: &impl Datelike, language: Language) -> String {
    format!("{} {}", at.day(), month(at, language))
}

fn day_of_week(at: &impl Datelike, language: Language) -> &'static str {
    let days = &language.says().calendar().days;
    days.get(at.weekday().num_days_from_monday() as usize).copied().unwrap_or_default()
}

fn month(at: &impl Datelike, language: Language) -> &'static str {
    language.says().calendar().months.get(at.month0() as usize).copied().unwrap_or_default()
}

fn clock(at: &impl Timelike) -> String {
    let minutes = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.second() == 0 { minutes } else { format!("{minutes}:{:02}", at.second()) }
}

/// A span as one says it: `72 hours`, `7 days`, `15 minutes`.
pub fn span(span: Span, language: Language) -> String {
    let units = language.says().calendar().units;
    let seconds = span.delta().num_seconds();
    let whole = |at: &usize| {
        let least = if *at == 0 { 7 * SECONDS[0] } else { SECONDS[*at] };
        seconds % SECONDS[*at] == 0 && seconds >= least
    };
    let at = (0..4).find(whole).unwrap_or(3);
    counted(seconds / SECONDS[at], units[at].0, units[at].1)
}

/// A length of time in its two largest units: `2 days 3 hours`; never negative.
pub fn length(delta: TimeDelta, language: Language) -> String {
    let seconds = delta.num_seconds().max(0);
    let units = language.says().calendar().units;
    let Some(first) = SECONDS.iter().position(|unit| seconds >= *unit) else {
        return counted(0, units[3].0, units[3].1);
    };
    let mut left = seconds;
    let mut said = Vec::new();
    for (size, (one, many)) in SECONDS.into_iter().zip(units).skip(first).take(2) {
        if left >= size {
            said.push(counted(left / size, one, many));
        }
        left %= size;
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_zones_are_named_and_days_that_differ_are_told() {
        let check = |at: &str, zone: Tz, expect: &str| {
            let at: DateTime<Utc> = at.parse().expect("an instant");
            assert_eq!(in_both_zones(at, zone, Language::English), expect);
        };
        check("2026-11-05T09:00:00Z", Tz::UTC, "Thu 5 Nov 2026, 09:00 UTC");
        check(
            "2026-11-05T09:00:17Z",
            Tz::Europe__Prague,
            "Thu 5 Nov 2026, 09:00:17 UTC (10:00:17 in Europe/Prague)",
        );
        check(
            "2026-07-05T09:00:00Z",
            Tz::Europe__Prague,
            "Sun 5 Jul 2026, 09:00 UTC (11:00 in Europe/Prague)",
        );
        check(
            "2026-11-05T19:00:00Z",
            Tz::Asia__Tokyo,
            "Thu 5 Nov 2026, 19:00 UTC (Fri 6 Nov, 04:00 in Asia/Tokyo)",
        );
    }

    #[test]
    fn lengths_are_said_in_two_units() {
        let check = |seconds: i64, expect: &str| {
            assert_eq!(length(TimeDelta::seconds(seconds), Language::English), expect)
        };
        check(-5, "0 seconds");
        check(1, "1 second");
        check(3600, "1 hour");
        check(90_061, "1 day 1 hour");
        check(86_400 * 3 + 59, "3 days");
    }

    #[test]
    fn dutch_days_months_and_units() {
        let at: DateTime<Utc> = "2026-03-19T23:30:00Z".parse().expect("an instant");
        let dutch = Language::Dutch;
        let both = "do 19 mrt 2026, 23:30 UTC (vr 20 mrt, 00:30 in Europe/Amsterdam)";
        assert_eq!(in_both_zones(at, Tz::Europe__Amsterdam, dutch), both);
        assert_eq!(short(at, dutch), "19 mrt 23:30:00");
        assert_eq!(span(Span::hours(72), dutch), "72 uur");
        assert_eq!(span(Span::days(14), dutch), "14 dagen");
        assert_eq!(length(TimeDelta::seconds(90_061), dutch), "1 dag 1 uur");
    }
}
