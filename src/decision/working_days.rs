//! Working days: which days of a list's calendar count, and when a window of them ends.

use super::Span;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many days without a working day among them are looked through; a calendar that has none for longer ends a window there.
const LONGEST_REST: usize = 400;

/// The days that count in a list's zone. Each counts whole, from midnight to midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingDays {
    /// Whose midnight parts the days.
    pub zone: Tz,
    /// The days of the week on which nobody works.
    pub weekend: Vec<Weekday>,
    /// Further days on which nobody works.
    pub holidays: BTreeSet<NaiveDate>,
}

impl Default for WorkingDays {
    /// Saturdays and Sundays are free, in UTC.
    fn default() -> Self {
        WorkingDays { zone: Tz::UTC, weekend: vec![Weekday::Sat, Weekday::Sun], holidays: BTreeSet::new() }
    }
}

impl WorkingDays {
    /// Whether people work on that day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// The same with the holidays from one instant to another alone.
    pub fn during(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> WorkingDays {
        let day = |instant: DateTime<Utc>| instant.with_timezone(&self.zone).date_naive();
        let (first, last) = (day(from), day(until).max(day(from)));
        let holidays = self.holidays.range(first..=last).copied().collect();
        WorkingDays { holidays, ..self.clone() }
    }

    /// The instant at which a window of `span` ends that begins at `from`: only working days count, the first of them from the next
    /// working instant on. A whole number of days ends at the same time of the day by the clock on the wall. Where a change of
    /// clocks leaves a time out, the first one after it; where it comes twice, the later one.
    pub fn after(&self, from: DateTime<Utc>, span: Span) -> DateTime<Utc> {
        let local = from.with_timezone(&self.zone).naive_local();
        let mut at = self.next_working(local);
        let mut left = span.delta();
        let day = TimeDelta::days(1);
        while left > TimeDelta::zero() {
            let midnight = at.date().and_time(NaiveTime::MIN) + day;
            let today = midnight - at;
            if left < today {
                at += left;
                break;
            }
            left -= today;
            // A window that ends with the day ends at its midnight, not on the next working day.
            at = if left.is_zero() { midnight } else { self.next_working(midnight) };
        }
        later(at, self.zone)
    }

    fn next_working(&self, from: NaiveDateTime) -> NaiveDateTime {
        if self.is_working(from.date()) {
            return from;
        }
        let mut days = from.date().iter_days().skip(1).take(LONGEST_REST);
        days.find(|day| self.is_working(*day)).map_or(from, |day| day.and_time(NaiveTime::MIN))
    }
}

/// A time by the clock on the wall of `zone`: the later of two, or the first valid one after a gap.
fn later(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // The longest gap on record is a day (crossing the date line).
    let quarters = (0..=100).map(|quarters| local + TimeDelta::minutes(15 * quarters));
    let mut valid = quarters.filter_map(|local| zone.from_local_datetime(&local).latest());
    valid.next().map_or_else(|| local.and_utc(), |instant| instant.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(days: &WorkingDays, from: &str, span: &str, expect: &str) {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let ends = days.after(instant(from), Span::parse(span).unwrap());
        assert_eq!(ends, instant(expect), "{span} from {from}");
    }

    #[test]
    fn free_days_do_not_count() {
        let mut days = WorkingDays::default();
        // 2026-11-06 is a Friday.
        check(&days, "2026-11-06T15:00:00Z", "2d", "2026-11-10T15:00:00Z");
        check(&days, "2026-11-07T15:00:00Z", "1d", "2026-11-10T00:00:00Z");
        check(&days, "2026-11-06T00:00:00Z", "1d", "2026-11-07T00:00:00Z");
        check(&days, "2026-11-06T15:00:00Z", "12h", "2026-11-09T03:00:00Z");
        check(&days, "2026-11-04T09:00:00Z", "6d", "2026-11-12T09:00:00Z");
        days.holidays.insert(NaiveDate::from_ymd_opt(2026, 11, 9).unwrap());
        check(&days, "2026-11-06T15:00:00Z", "2d", "2026-11-11T15:00:00Z");
    }

    #[test]
    fn days_begin_and_end_in_the_zone() {
        let prague = WorkingDays { zone: Tz::Europe__Prague, ..WorkingDays::default() };
        // Friday 23:30 UTC is Saturday in Prague.
        check(&prague, "2026-11-06T23:30:00Z", "1d", "2026-11-09T23:00:00Z");
        // Clocks go forward on 2026-03-29 and back on 2026-10-25.
        check(&prague, "2026-03-27T09:00:00Z", "1d", "2026-03-30T08:00:00Z");
        let always = WorkingDays { weekend: Vec::new(), ..prague };
        check(&always, "2026-03-28T01:30:00Z", "1d", "2026-03-29T01:00:00Z");
        check(&always, "2026-10-24T00:30:00Z", "1d", "2026-10-25T01:30:00Z");
    }

    #[test]
    fn a_part_of_the_holidays_can_be_kept() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        let days = WorkingDays { holidays: (1..=31).map(day).collect(), ..WorkingDays::default() };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let kept = days.during(at("2026-12-05T23:00:00Z"), at("2026-12-07T01:00:00Z"));
        assert_eq!(kept, WorkingDays { holidays: (5..=7).map(day).collect(), ..days.clone() });
        assert_eq!(days.during(at("2026-12-05T23:00:00Z"), at("2026-11-07T01:00:00Z")).holidays.len(), 1);
    }

    #[test]
    fn a_calendar_without_a_working_day_still_ends() {
        let every = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ];
        let never = WorkingDays { weekend: every.to_vec(), ..WorkingDays::default() };
        assert!(never.after(DateTime::UNIX_EPOCH, Span::days(2)) >= DateTime::UNIX_EPOCH);
    }
}
