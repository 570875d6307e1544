//! `holidays.ics` → the days on which nobody works: the whole-day events of an iCalendar file (RFC 5545).

use super::problem::{Problem, quoted};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeSet;
use std::path::Path;

/// What repeats every year is written out up to the end of that year.
const LAST_YEAR: i32 = 2099;
/// A single holiday is not longer than this, in days.
const LONGEST: u64 = 366;
/// No more days are taken from a file.
const MOST_DAYS: usize = 100_000;
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// Reads the holidays, and what is wrong with the file.
pub(super) fn holidays(path: &Path, text: &str) -> (BTreeSet<NaiveDate>, Vec<Problem>) {
    let mut reader = Reader { path, days: BTreeSet::new(), problems: Vec::new() };
    let mut event: Option<Event> = None;
    let (mut calendars, mut events, mut nested) = (0, 0, 0);
    for line in content_lines(text) {
        let Some((name, value)) = line.parts() else {
            if !line.text.trim().is_empty() {
                reader.problem(
                    line.number,
                    format!("is no line of a calendar: {}", quoted(&line.text)),
                    "save it as an iCalendar file (.ics)",
                );
            }
            continue;
        };
        match (name.as_str(), value.to_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => calendars += 1,
            ("BEGIN", "VEVENT") => {
                events += 1;
                event = Some(Event::new(line.number));
            }
            ("END", "VEVENT") => event.take().into_iter().for_each(|event| reader.take(event)),
            // An alarm within an event has properties of its own.
            ("BEGIN", _) => nested += 1,
            ("END", "VCALENDAR") => {}
            ("END", _) => nested = i32::max(nested - 1, 0),
            _ if nested > 0 => {}
            _ => {
                if let Some(event) = &mut event
                    && let Err(what) = event.property(&name, value, line.number)
                {
                    reader.problem(
                        line.number,
                        what,
                        "write whole days, such as DTSTART;VALUE=DATE:20261225",
                    );
                    event.broken = true;
                }
            }
        }
    }
    if let Some(event) = event {
        reader.problem(
            event.line,
            "an event has no end".to_owned(),
            "add END:VEVENT; the file may be cut off",
        );
    } else if calendars == 0 || events == 0 {
        reader.problem(
            1,
            "holds no events of a calendar".to_owned(),
            "name an iCalendar file (.ics) with whole-day events",
        );
    }
    (reader.days, reader.problems)
}

/// A content line, unfolded (RFC 5545 §3.1), and the number of its first line.
struct ContentLine {
    text: String,
    number: u32,
}

fn content_lines(text: &str) -> Vec<ContentLine> {
    let mut lines: Vec<ContentLine> = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.text.push_str(more),
            _ => lines.push(ContentLine { text: line.to_owned(), number }),
        }
    }
    lines
}

impl ContentLine {
    /// The property's name in upper case, and its value; parameters say nothing that the value does not.
    fn parts(&self) -> Option<(String, &str)> {
        let mut quoted = false;
        let colon = self.text.find(|c: char| {
            quoted ^= c == '"';
            c == ':' && !quoted
        })?;
        let (name, value) = (&self.text[..colon], &self.text[colon + 1..]);
        let name = name.split(';').next().unwrap_or_default().trim().to_uppercase();
        let sound = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        sound.then_some((name, value.trim()))
    }
}

/// A `VEVENT`.
struct Event {
    line: u32,
    first: Option<NaiveDate>,
    /// The day after the last.
    end: Option<NaiveDate>,
    length: u64,
    repeats: Option<(Repeats, u32)>,
    more: Vec<NaiveDate>,
    except: Vec<NaiveDate>,
    cancelled: bool,
    broken: bool,
}

impl Event {
    fn new(line: u32) -> Self {
        let (more, except) = (Vec::new(), Vec::new());
        Event {
            line,
            first: None,
            end: None,
            length: 1,
            repeats: None,
            more,
            except,
            cancelled: false,
            broken: false,
        }
    }

    fn property(&mut self, name: &str, value: &str, line: u32) -> Result<(), String> {
        match name {
            "DTSTART" => self.first = Some(day(value)?),
            "DTEND" => self.end = Some(day(value)?),
            "DURATION" => self.length = duration(value)?,
            "RRULE" => self.repeats = Some((Repeats::parse(value)?, line)),
            "RDATE" => self.more.extend(days(value)?),
            "EXDATE" => self.except.extend(days(value)?),
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
        Ok(())
    }
}

fn day(value: &str) -> Result<NaiveDate, String> {
    let day = Some(value)
        .filter(|value| value.len() == 8)
        .and_then(|value| NaiveDate::parse_from_str(value, "%Y%m%d").ok());
    let sound = day.filter(|day| (1900..=LAST_YEAR).contains(&day.year()));
    sound.ok_or_else(|| format!("is no whole day: {}", quoted(value)))
}

fn days(value: &str) -> Result<Vec<NaiveDate>, String> {
    value.split(',').map(day).collect()
}

/// A length in days or weeks: `P1D`, `P2W`.
fn duration(value: &str) -> Result<u64, String> {
    let wrong = || format!("is no number of whole days: {}", quoted(value));
    let count = value.trim_start_matches('+').strip_prefix('P').ok_or_else(wrong)?;
    let (count, of) = count
        .strip_suffix('W')
        .map(|weeks| (weeks, 7))
        .or(count.strip_suffix('D').map(|days| (days, 1)))
        .ok_or_else(wrong)?;
    count.parse::<u64>().ok().filter(|count| *count <= LONGEST).map(|count| count * of).ok_or_else(wrong)
}

/// How an event repeats (RFC 5545 §3.3.10), as far as holidays do: every year, on days of months.
#[derive(Default)]
struct Repeats {
    interval: i32,
    count: Option<usize>,
    until: Option<NaiveDate>,
    months: Vec<u32>,
    /// Days of the month; negative ones from its end.
    month_days: Vec<i32>,
    /// Days of the week; which one in the month, 0 for each.
    weekdays: Vec<(i32, Weekday)>,
}

impl Repeats {
    fn parse(value: &str) -> Result<Self, String> {
        let wrong = || format!("repeats in a way that is not understood: {}", quoted(value));
        let mut repeats = Repeats { interval: 1, ..Repeats::default() };
        let mut yearly = false;
        for part in value.split(';').filter(|part| !part.is_empty()) {
            let (name, said) = part.split_once('=').ok_or_else(wrong)?;
            let numbers = || {
                said.split(',')
                    .map(|number| number.parse::<i32>().map_err(|_| wrong()))
                    .collect::<Result<Vec<i32>, _>>()
            };
            match name.to_uppercase().as_str() {
                "FREQ" => yearly = said.eq_ignore_ascii_case("YEARLY"),
                "INTERVAL" => {
                    repeats.interval =
                        said.parse().ok().filter(|years| (1..=200).contains(years)).ok_or_else(wrong)?
                }
                "COUNT" => repeats.count = Some(said.parse().map_err(|_| wrong())?),
                "UNTIL" => {
                    repeats.until = Some(said.get(..8).and_then(|said| day(said).ok()).ok_or_else(wrong)?)
                }
                "BYMONTH" => {
                    let months = numbers()?;
                    let month =
                        |month: i32| u32::try_from(month).ok().filter(|month| (1..=12).contains(month));
                    repeats.months = months
                        .into_iter()
                        .map(|number| month(number).ok_or_else(wrong))
                        .collect::<Result<_, _>>()?;
                }
                "BYMONTHDAY" => repeats.month_days = numbers()?,
                "BYDAY" => {
                    repeats.weekdays =
                        said.split(',').map(|day| weekday(day).ok_or_else(wrong)).collect::<Result<_, _>>()?
                }
                "WKST" => {}
                _ => return Err(wrong()),
            }
        }
        let nth = repeats.weekdays.iter().any(|(which, _)| *which != 0);
        // Days of the week go with a month; both at once only where each day of the week is meant.
        let clear =
            repeats.weekdays.is_empty() || !repeats.months.is_empty() && nth == repeats.month_days.is_empty();
        if yearly && clear { Ok(repeats) } else { Err(wrong()) }
    }

    /// The days on which it happens, from `first` on.
    fn from(&self, first: NaiveDate) -> Vec<NaiveDate> {
        let mut found = vec![first];
        let years = (first.year()..=LAST_YEAR).step_by(usize::try_from(self.interval).unwrap_or(1));
        for year in years {
            let months = if self.months.is_empty() { vec![first.month()] } else { self.months.clone() };
            let mut days: Vec<NaiveDate> =
                months.into_iter().flat_map(|month| self.in_month(year, month, first.day())).collect();
            days.sort_unstable();
            found.extend(days.into_iter().filter(|day| *day > first));
        }
        found.dedup();
        found.retain(|day| self.until.is_none_or(|until| *day <= until));
        found.truncate(self.count.unwrap_or(usize::MAX));
        found
    }

    fn in_month(&self, year: i32, month: u32, day: u32) -> Vec<NaiveDate> {
        let Some(begins) = NaiveDate::from_ymd_opt(year, month, 1) else { return Vec::new() };
        let all: Vec<NaiveDate> = begins.iter_days().take_while(|day| day.month() == month).collect();
        let length = i32::try_from(all.len()).unwrap_or(31);
        let is_named = |date: &NaiveDate| {
            let number = i32::try_from(date.day()).unwrap_or(0);
            if self.weekdays.is_empty() && self.month_days.is_empty() {
                return date.day() == day;
            }
            let by_number = self.month_days.is_empty()
                || self.month_days.iter().any(|day| *day == number || *day == number - length - 1);
            let by_weekday = self.weekdays.is_empty()
                || self.weekdays.iter().any(|(which, weekday)| {
                    let is_which = match which {
                        0 => true,
                        1.. => (number - 1) / 7 + 1 == *which,
                        _ => -((length - number) / 7 + 1) == *which,
                    };
                    date.weekday() == *weekday && is_which
                });
            by_number && by_weekday
        };
        all.into_iter().filter(is_named).collect()
    }
}

/// `MO`, `1MO`, `-1FR`.
fn weekday(text: &str) -> Option<(i32, Weekday)> {
    let (number, name) = text.trim().split_at_checked(text.trim().len().checked_sub(2)?)?;
    let (_, weekday) = WEEKDAYS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
    let number = if number.is_empty() {
        0
    } else {
        number.parse().ok().filter(|which: &i32| *which != 0 && which.abs() <= 5)?
    };
    Some((number, *weekday))
}

struct Reader<'p> {
    path: &'p Path,
    days: BTreeSet<NaiveDate>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, line: u32, what: String, remedy: &str) {
        self.problems.push(Problem { file: self.path.to_owned(), line, what, remedy: remedy.to_owned() });
    }

    fn take(&mut self, event: Event) {
        if event.cancelled || event.broken {
            return;
        }
        let Some(first) = event.first else {
            self.problem(event.line, "an event says no day".to_owned(), "add DTSTART;VALUE=DATE:20261225");
            return;
        };
        let length = match event.end {
            // An end on the same day is written by some programs for one day.
            Some(end) if end >= first => (end - first).num_days().unsigned_abs().max(1),
            Some(_) => 0,
            None => event.length,
        };
        if length == 0 || length > LONGEST {
            self.problem(
                event.line,
                "an event ends before it begins, or lasts for more than a year".to_owned(),
                "correct DTEND: it is the day after the last",
            );
            return;
        }
        let mut begins =
            event.repeats.as_ref().map_or_else(|| vec![first], |(repeats, _)| repeats.from(first));
        begins.extend(event.more);
        begins.retain(|day| !event.except.contains(day));
        for day in begins {
            self.days.extend((0..length).filter_map(|days| day.checked_add_days(Days::new(days))));
            if self.days.len() > MOST_DAYS {
                self.days.clear();
                self.problem(
                    event.line,
                    "there are more holidays than in any calendar".to_owned(),
                    "name a file with holidays alone",
                );
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(lines: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    #[test]
    fn whole_days_are_read_with_what_repeats_them() {
        let check = |lines: &str, from: i32, to: i32, expect: &str| {
            let (days, problems) = holidays(Path::new("h.ics"), &event(&lines.replace('|', "\r\n")));
            assert!(problems.is_empty(), "{lines}: {problems:?}");
            let within = days.iter().filter(|day| (from..=to).contains(&day.year()));
            assert_eq!(within.map(ToString::to_string).collect::<Vec<_>>().join(" "), expect, "{lines}");
        };
        check("DTSTART;VALUE=DATE:20261225|SUMMARY:Chr\r\n istmas", 2000, 2099, "2026-12-25");
        check("DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261227", 2000, 2099, "2026-12-25 2026-12-26");
        check("DTSTART:20261231|DURATION:P2D", 2000, 2099, "2026-12-31 2027-01-01");
        check(
            "DTSTART;VALUE=DATE:19700101|RRULE:FREQ=YEARLY",
            2097,
            2099,
            "2097-01-01 2098-01-01 2099-01-01",
        );
        check("DTSTART;VALUE=DATE:20240229|RRULE:FREQ=YEARLY", 2024, 2030, "2024-02-29 2028-02-29");
        check(
            "DTSTART;VALUE=DATE:20251127|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            2025,
            2027,
            "2025-11-27 2026-11-26 2027-11-25",
        );
        check(
            "DTSTART;VALUE=DATE:20250526|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
            2025,
            2027,
            "2025-05-26 2026-05-25 2027-05-31",
        );
        check(
            "DTSTART;VALUE=DATE:20250519|RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=18,19,20,21,22,23,24;BYDAY=MO",
            2025,
            2027,
            "2025-05-19 2026-05-18 2027-05-24",
        );
        check(
            "DTSTART;VALUE=DATE:20250831|RRULE:FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=-1;COUNT=2",
            2025,
            2030,
            "2025-08-31 2026-08-31",
        );
        check(
            "DTSTART;VALUE=DATE:20250501|RRULE:FREQ=YEARLY;UNTIL=20270501T000000Z|EXDATE;VALUE=DATE:20260501",
            2025,
            2030,
            "2025-05-01 2027-05-01",
        );
        check(
            "DTSTART;VALUE=DATE:20250501|RRULE:FREQ=YEARLY;INTERVAL=2|RDATE:20260502",
            2025,
            2028,
            "2025-05-01 2026-05-02 2027-05-01",
        );
        check("DTSTART;VALUE=DATE:20250501|STATUS:CANCELLED", 2025, 2028, "");
        check("DTSTART;VALUE=DATE:20250501|BEGIN:VALARM|DURATION:PT5M|END:VALARM", 2025, 2028, "2025-05-01");
    }

    #[test]
    fn what_is_wrong_is_told_on_its_line() {
        let check = |text: &str, line: u32, says: &str| {
            let (_, problems) = holidays(Path::new("h.ics"), text);
            let [problem] = problems.as_slice() else { panic!("{text:?}: {problems:?}") };
            assert_eq!(problem.line, line, "{problem}");
            assert!(problem.what.contains(says), "{problem}");
        };
        check("", 1, "no events");
        check("BEGIN:VCALENDAR\nEND:VCALENDAR\n", 1, "no events");
        check(&event("DTSTART:20261225T100000Z"), 4, "no whole day");
        check(&event("DTSTART;VALUE=DATE:20261325"), 4, "no whole day");
        check(&event("SUMMARY:x"), 3, "says no day");
        check(&event("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=WEEKLY"), 5, "not understood");
        check(&event("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYSETPOS=1"), 5, "not understood");
        check(&event("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYDAY=1MO"), 5, "not understood");
        check(&event("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261220"), 3, "before it begins");
        check(&event("DTSTART;VALUE=DATE:20261225\nwhat is this"), 5, "no line of a calendar");
        check("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n", 2, "no end");
    }
}
