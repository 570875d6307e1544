//! Instants and lengths of time in words (English).

use super::words::counted;
use crate::decision::Span;
use chrono::{DateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// The instant in UTC and in the list's zone: `Thu 5 Nov 2026, 09:00 UTC (10:00 in Europe/Prague)`. The seconds are there where
/// there are any.
pub fn in_both_zones(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let utc = format!("{} UTC", at.format(&format!("%a %-d %b %Y, {}", clock_format(at))));
    if local.naive_local() == at.naive_utc() {
        utc
    } else if local.date_naive() == at.date_naive() {
        format!("{utc} ({} in {zone})", local.format(clock_format(at)))
    } else {
        format!("{utc} ({} in {zone})", local.format(&format!("%a %-d %b, {}", clock_format(at))))
    }
}

/// The instant in one zone, which the text around it names: `Thu 5 Nov, 10:00`.
pub fn in_zone<Z: TimeZone<Offset: std::fmt::Display>>(at: DateTime<Utc>, zone: &Z) -> String {
    at.with_timezone(zone).format("%a %-d %b, %H:%M").to_string()
}

/// A day: `2 Nov 2026`.
pub fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y").to_string()
}

/// The instant in UTC, short, for a table whose head says so: ` 5 Nov 09:00:17`.
pub fn short(at: DateTime<Utc>) -> String {
    at.format("%e %b %H:%M:%S").to_string()
}

fn clock_format(at: DateTime<Utc>) -> &'static str {
    if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }
}

/// A span as one says it: `72 hours`, `7 days`, `15 minutes`.
pub fn span(span: Span) -> String {
    match span.delta().num_seconds() {
        s if s % 86_400 == 0 && s >= 7 * 86_400 => counted(s / 86_400, "day", "days"),
        s if s % 3600 == 0 => counted(s / 3600, "hour", "hours"),
        s if s % 60 == 0 => counted(s / 60, "minute", "minutes"),
        s => counted(s, "second", "seconds"),
    }
}

/// A length of time in its two largest units: `2 days 3 hours`; never negative.
pub fn length(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    let units = [
        (86_400, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
        (1, "second", "seconds"),
    ];
    let Some(first) = units.iter().position(|unit| seconds >= unit.0) else {
        return counted(0, "second", "seconds");
    };
    let mut left = seconds;
    let mut said = Vec::new();
    for (size, one, many) in units.into_iter().skip(first).take(2) {
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
            assert_eq!(in_both_zones(at, zone), expect);
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
        let check = |seconds: i64, expect: &str| assert_eq!(length(TimeDelta::seconds(seconds)), expect);
        check(-5, "0 seconds");
        check(1, "1 second");
        check(3600, "1 hour");
        check(90_061, "1 day 1 hour");
        check(86_400 * 3 + 59, "3 days");
    }
}
