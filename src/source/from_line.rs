//! The `From_` line that begins a message in an mbox (RFC 4155 §2, and the forms that are really found).

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

/// The longest line taken for a `From_` line, in octets, its line end included.
pub(super) const MAX_LINE: usize = 1_000;

/// What a `From_` line says: `From ann@example.org Thu Sep  7 18:44:03 2017`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FromLine {
    /// The delivery instant; a date without a zone is UTC (RFC 4155), and so is one with an unknown zone (RFC 5322 §4.3).
    pub(super) date: DateTime<Utc>,
    /// It has a weekday and a sender that reads as one: clear even where the blank line before it is missing.
    pub(super) plain: bool,
    /// It is the head of a patch as git writes it, a fixed date behind an object name: no delivery at all.
    pub(super) patch: bool,
}

impl FromLine {
    /// Reads a line given without its line end; `None` where it is not `From `, a sender and a whole date.
    pub(super) fn parse(line: &[u8]) -> Option<FromLine> {
        let rest = line.strip_prefix(b"From ").filter(|_| line.len() <= MAX_LINE)?;
        let words: Vec<&[u8]> =
            rest.split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty()).collect();
        (0..words.len()).find_map(|first| {
            let (date, weekday) = date(&words[first..])?;
            let sender = &words[..first];
            let patch = is_patch(sender, date);
            Some(FromLine { date, plain: weekday && !patch && names_sender(sender), patch })
        })
    }
}

/// `ann@example.org`, `ann at example.org` (pipermail), `???@???` (Eudora), `-` (Mozilla), `MAILER-DAEMON`.
fn names_sender(words: &[&[u8]]) -> bool {
    match words {
        [one] => one.contains(&b'@') || *one == b"-" || *one == b"MAILER-DAEMON",
        [_, at, _] => *at == b"at",
        _ => false,
    }
}

/// git's `format-patch` writes an object name and always this date.
fn is_patch(sender: &[&[u8]], date: DateTime<Utc>) -> bool {
    const GIT_DATE: i64 = 1_000_684_800; // Mon Sep 17 00:00:00 2001
    matches!(sender, [name] if matches!(name.len(), 40 | 64) && name.iter().all(u8::is_ascii_hexdigit))
        && date.timestamp() == GIT_DATE
}

/// A date that takes up all the words, and whether it began with a weekday. The day and the month come first, in either
/// order (asctime or RFC 5322), then the time, the year and the zone in any.
fn date(words: &[&[u8]]) -> Option<(DateTime<Utc>, bool)> {
    let mut words = words.iter().map(|word| std::str::from_utf8(word).unwrap_or(""));
    let mut next = words.next()?;
    let weekday = is_weekday(next);
    if weekday {
        next = words.next()?;
    }
    let (month, day) = match month(next) {
        Some(found) => (found, number(words.next()?, 1, 2)?),
        None => (number(next, 1, 2).and_then(|day| Some((month(words.next()?)?, day))))?,
    };
    let rest = Rest::read(&mut words)?;
    let midnight = NaiveDate::from_ymd_opt(rest.year?, month, day)?;
    let local = midnight.and_time(rest.time?).and_utc();
    Some((local.checked_sub_signed(Duration::seconds(rest.zone_seconds()))?, weekday))
}

/// What follows day and month.
#[derive(Default)]
struct Rest {
    time: Option<NaiveTime>,
    year: Option<i32>,
    /// `+0200`, in seconds east: wins over a name beside it.
    offset: Option<i64>,
    /// `CEST`, or `MET DST` in two words, in seconds east.
    name: Option<i64>,
}

impl Rest {
    fn read<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Rest> {
        let mut rest = Rest::default();
        while let Some(word) = words.next() {
            if rest.time.is_none() && word.contains(':') {
                rest.time = Some(time(word)?);
            } else if rest.year.is_none() && word.starts_with(|c: char| c.is_ascii_digit()) {
                rest.year = Some(year(word)?);
            } else if rest.offset.is_none() && word.starts_with(['+', '-']) {
                rest.offset = Some(zone_offset(word)?);
            } else if word == "DST" && rest.name.is_some() {
                rest.name = rest.name.map(|seconds| seconds + 3_600);
            } else if word == "remote" && rest.year.is_some() {
                // UUCP: "remote from host" ends the line.
                return (words.next() == Some("from") && words.next().is_some() && words.next().is_none())
                    .then_some(rest);
            } else if rest.name.is_none() {
                rest.name = Some(zone_name(word)?);
            } else {
                return None;
            }
        }
        Some(rest)
    }

    fn zone_seconds(&self) -> i64 {
        self.offset.or(self.name).unwrap_or(0)
    }
}

fn is_weekday(word: &str) -> bool {
    let name = word.strip_suffix(',').unwrap_or(word);
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().any(|day| day.eq_ignore_ascii_case(name))
}

fn month(word: &str) -> Option<u32> {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    (1..).zip(months).find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(number, _)| number)
}

/// `word` as a number of `least` to `most` digits and nothing else.
fn number(word: &str, least: usize, most: usize) -> Option<u32> {
    let digits = (least..=most).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if digits { word.parse().ok() } else { None }
}

/// Four digits, or two as RFC 5322 §4.3 reads them.
fn year(word: &str) -> Option<i32> {
    let year = number(word, 4, 4).or_else(|| match number(word, 2, 2)? {
        late @ 50.. => Some(1900 + late),
        early => Some(2000 + early),
    })?;
    i32::try_from(year).ok().filter(|year| *year >= 1900)
}

/// `18:44` or `18:44:03`; a leap second counts as the second before it.
fn time(word: &str) -> Option<NaiveTime> {
    let mut parts = word.split(':');
    let hour = number(parts.next()?, 1, 2)?;
    let minute = number(parts.next()?, 2, 2)?;
    let second = parts.next().map_or(Some(0), |second| number(second, 2, 2))?;
    let last = parts.next().is_none() && second <= 60;
    if last { NaiveTime::from_hms_opt(hour, minute, second.min(59)) } else { None }
}

/// `+0200` or `-07:00`, in seconds east of UTC.
fn zone_offset(word: &str) -> Option<i64> {
    let digits = number(&word.get(1..)?.replacen(':', "", 1), 4, 4)?;
    let (hours, minutes) = (digits / 100, digits % 100);
    let seconds = i64::from(hours * 3_600 + minutes * 60);
    let sane = hours < 24 && minutes < 60;
    if sane { Some(if word.starts_with('-') { -seconds } else { seconds }) } else { None }
}

/// A zone's name, bare or in parentheses, in seconds east of UTC; a name nobody can tell, or that several countries
/// share, is UTC.
fn zone_name(word: &str) -> Option<i64> {
    let bare = word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).unwrap_or(word);
    let half_hours = match bare {
        "UTC" | "GMT" | "UT" | "Z" | "WET" => 0,
        "BST" | "WEST" | "CET" | "MET" => 2,
        "CEST" | "MEST" | "EET" => 4,
        "EEST" | "MSK" => 6,
        "JST" | "KST" => 18,
        "AEST" => 20,
        "AEDT" => 22,
        "NZST" => 24,
        "NZDT" => 26,
        "EDT" => -8,
        "EST" | "CDT" => -10,
        "CST" | "MDT" => -12,
        "MST" | "PDT" => -14,
        "PST" | "AKDT" => -16,
        "AKST" => -18,
        "HST" => -20,
        other if (3..=5).contains(&other.len()) && other.bytes().all(|b| b.is_ascii_uppercase()) => 0,
        _ => return None,
    };
    Some(half_hours * 1_800)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expect: &str) {
        let read = FromLine::parse(line.as_bytes()).map(|from| from.date.to_rfc3339());
        assert_eq!(read.as_deref().unwrap_or("-"), expect, "{line}");
    }

    #[test]
    fn every_form_of_date_is_read() {
        let utc = "2017-09-07T18:44:03+00:00";
        check("From ann@example.org Thu Sep  7 18:44:03 2017", utc);
        check("From ann@example.org  Thu Sep  7 18:44:03 2017", utc);
        check("From ann@example.org\tThu Sep 07 18:44:03 2017 ", utc);
        check("From ann at example.org  Thu Sep  7 18:44:03 2017", utc);
        check("From MAILER-DAEMON Thu Sep  7 18:44:03 2017", utc);
        check("From - Thu Sep  7 18:44:03 2017", utc);
        check("From ???@??? Thu Sep 07 18:44:03 2017", utc);
        check("From \"Ann Bee\"@example.org Thu Sep  7 18:44:03 2017", utc);
        check("From May Sep Thu Sep  7 18:44:03 2017", utc);
        check("From Thu Sep  7 18:44:03 2017", utc);
        check("From ann@example.org Thu Sep  7 20:44:03 CEST 2017", utc);
        check("From ann@example.org Thu Sep  7 20:44:03 2017 CEST", utc);
        check("From ann@example.org Thu Sep  7 20:44:03 MET DST 2017", utc);
        check("From ann@example.org Thu Sep  7 11:44:03 -0700 2017", utc);
        check("From ann@example.org Thu Sep  7 11:44:03 2017 -0700", utc);
        check("From ann@example.org Thu Sep  7 11:44:03 2017 -07:00 (PDT)", utc);
        check("From ann@example.org Thu Sep  7 18:44:03 XYZ 2017", utc);
        check("From ann@example.org Thu, 7 Sep 2017 20:44:03 +0200", utc);
        check("From ann@example.org Thu, 07 Sep 2017 18:44:03 GMT", utc);
        check("From ann@example.org Thu, 7 Sep 17 18:44:03 Z", utc);
        check("From ann@example.org 7 Sep 2017 18:44:03", utc);
        check("From ann@example.org Sep 7 2017 18:44:03", utc);
        check("From host!ann Thu Sep  7 18:44:03 2017 remote from host", utc);
        check("From ann@example.org Thu Sep  7 18:44 2017", "2017-09-07T18:44:00+00:00");
        check("From ann@example.org Sat Dec 31 23:59:60 2016", "2016-12-31T23:59:59+00:00");
        check("From ann@example.org Sat Dec 31 20:00:00 EST 1994", "1995-01-01T01:00:00+00:00");
        check("From ann@example.org Thu Jan  1 00:00:00 1970", "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn prose_and_broken_dates_are_not_from_lines() {
        check("From here on we build on every commit", "-");
        check("From Thu Sep 7 on, the freeze holds", "-");
        check("From ann@example.org Thu Sep  7 18:44:03", "-");
        check("From ann@example.org Thu Sep  7 2017", "-");
        check("From ann@example.org Thu Sep  7 18:44:03 2017 we froze", "-");
        check("From ann@example.org Thu Feb 30 18:44:03 2017", "-");
        check("From ann@example.org Thu Sep  7 25:44:03 2017", "-");
        check("From ann@example.org Thu Sep  7 18:44:03 PM 2017", "-");
        check("From ann@example.org Thu Sep  7 18:44:03 0017", "-");
        check("From ann@example.org Thu Sep  7 18:44:03 2017 +2500", "-");
        check("From ann@example.org 2017-09-07 18:44:03", "-");
        check("From ann@example.org 2017 Sep 7 18:44:03", "-");
        check("From: ann@example.org Thu Sep  7 18:44:03 2017", "-");
        check("From ", "-");
        check("From", "-");
        check("", "-");
        check(&format!("From {} Thu Sep  7 18:44:03 2017", "a".repeat(2_000)), "-");
    }

    #[test]
    fn a_plain_line_has_a_weekday_and_a_sender() {
        let plain = |line: &str| FromLine::parse(line.as_bytes()).is_some_and(|from| from.plain);
        assert!(plain("From ann@example.org Thu Sep  7 18:44:03 2017"));
        assert!(plain("From ann at example.org  Thu Sep  7 18:44:03 2017"));
        assert!(plain("From - Thu Sep  7 18:44:03 2017"));
        assert!(!plain("From ann@example.org 7 Sep 2017 18:44:03"));
        assert!(!plain("From Thu Sep  7 18:44:03 2017"));
        assert!(!plain("From the meeting on Thu Sep  7 18:44:03 2017"));
    }

    #[test]
    fn a_patch_head_is_told_from_a_delivery() {
        let patch = |line: &str| FromLine::parse(line.as_bytes()).is_some_and(|from| from.patch);
        let name = "0123456789abcdef0123456789abcdef01234567";
        assert!(patch(&format!("From {name} Mon Sep 17 00:00:00 2001")));
        assert!(!patch(&format!("From {name} Tue Sep 18 00:00:00 2001")));
        assert!(!patch("From ann@example.org Mon Sep 17 00:00:00 2001"));
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = FromLine::parse(&[b"From ".as_slice(), &line].concat());
        }

        #[test]
        fn every_instant_written_as_asctime_is_read_back(seconds in 0i64..4_102_444_800) {
            let date = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            let line = format!("From ann@example.org {}", date.format("%a %b %e %H:%M:%S %Y"));
            prop_assert_eq!(FromLine::parse(line.as_bytes()).map(|from| from.date), Some(date));
        }
    }
}
