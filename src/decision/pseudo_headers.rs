//! What the pseudo-headers of a proposal's root make of it.

use super::length::Length;
use super::{Calendar, Call, HeaderFault, ListRules, Nominee, Span, Unfollowed};
use crate::ballot::{Keyword, PseudoHeader};
use crate::mail::Address;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How many words a role's name may have.
const ROLE_WORDS: usize = 3;

/// Makes of a proposal what its pseudo-headers ask for. One that cannot be followed is noted, and the rule's own value used: the proposal
/// is never dropped.
pub(super) fn apply(call: &mut Call, headers: &[PseudoHeader], list: &ListRules) {
    let of = |keyword| headers.iter().filter(move |header| header.keyword == keyword);
    let mut faults: Vec<(&PseudoHeader, HeaderFault)> = Vec::new();
    for header in of(Keyword::Kind) {
        faults.extend(raise(call, &header.value, list).err().map(|fault| (header, fault)));
    }
    let windows: Vec<&PseudoHeader> = of(Keyword::Closes).chain(of(Keyword::OpenFor)).collect();
    match windows.as_slice() {
        [] => {}
        [header] => faults.extend(open_for(call, header, list).err().map(|fault| (*header, fault))),
        several => faults.extend(several.iter().map(|header| (*header, HeaderFault::Twice))),
    }
    for header in of(Keyword::Nominee) {
        match nominee(&header.value) {
            _ if call.nominee.is_some() => faults.push((header, HeaderFault::Twice)),
            None => faults.push((header, HeaderFault::NotUnderstood)),
            nominee => call.nominee = nominee,
        }
    }
    for header in of(Keyword::Role) {
        let role = Some(header.value.trim().to_lowercase())
            .filter(|role| (1..=ROLE_WORDS).contains(&role.split_whitespace().count()));
        match &mut call.nominee {
            Some(nominee) if nominee.role.is_some() => faults.push((header, HeaderFault::Twice)),
            Some(nominee) if role.is_some() => nominee.role = role,
            _ => faults.push((header, HeaderFault::NotUnderstood)),
        }
    }
    // In the order in which they are written.
    faults.sort_by_key(|(fault, _)| headers.iter().position(|header| std::ptr::eq(header, *fault)));
    call.unfollowed =
        faults.into_iter().map(|(header, why)| Unfollowed { line: header.line.clone(), why }).collect();
}

/// `Kind:` raises, and never lowers.
fn raise(call: &mut Call, name: &str, list: &ListRules) -> Result<(), HeaderFault> {
    let named = list.kinds.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(name));
    let (kind, rule) = named.ok_or(HeaderFault::Kind)?;
    if *kind == call.kind {
        return Ok(());
    }
    if !rule.is_stricter_than(&call.rule) {
        return Err(HeaderFault::Kind);
    }
    (call.kind, call.rule) = (kind.clone(), rule.clone());
    Ok(())
}

/// `Closes:` and `Open-For:` make the window longer, up to the rule's last instant.
fn open_for(call: &mut Call, header: &PseudoHeader, list: &ListRules) -> Result<(), HeaderFault> {
    let (rule, opened) = (&mut call.rule, call.opened_at);
    let asked = match header.keyword {
        Keyword::OpenFor => Length::parse(&header.value),
        _ => None,
    };
    let ends = match (header.keyword, asked) {
        (Keyword::OpenFor, Some(Length::Time(span))) => Some(opened + span.delta()),
        (Keyword::OpenFor, Some(length)) => Some(length.after(&rule.calendar, list.zone, opened)),
        (Keyword::OpenFor, None) => None,
        _ => instant(&header.value, list.zone),
    };
    let ends = ends.ok_or(HeaderFault::NotUnderstood)?;
    if ends < rule.calendar.after(opened, rule.window) {
        return Err(HeaderFault::TooShort { least: rule.window });
    }
    let last = rule.calendar.after(opened, rule.max_window);
    if ends > last {
        return Err(HeaderFault::TooLong { most: rule.max_window });
    }
    match (asked, &rule.calendar) {
        (Some(length @ Length::BusinessDays(_)), Calendar::Business(_)) => rule.window = length.span(),
        _ => {
            // An instant is so much time away, whichever days lie between.
            let span = |until: DateTime<Utc>| Span::of(until - opened);
            let (window, most) = (span(ends), span(last));
            (rule.window, rule.max_window, rule.calendar) = (window, most, Calendar::Hours);
        }
    }
    Ok(())
}

/// The instant that a text names: a date and a time with their zone; without one, the end of that day in the list's zone.
fn instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim().trim_end_matches('.');
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let split = text.find([' ', 'T']).unwrap_or(text.len());
    let day = NaiveDate::parse_from_str(text.get(..split)?, "%Y-%m-%d").ok()?;
    let rest = text.get(split..)?.trim_start_matches(['T', ' ']);
    let (time, named) = match rest.split_once(' ') {
        Some((time, named)) => (time, named.trim()),
        None => match rest.find(['Z', '+', '-']) {
            Some(at) => (rest.get(..at)?, rest.get(at..)?),
            None => (rest, ""),
        },
    };
    if rest.is_empty() || named.is_empty() {
        let sound = rest.is_empty() || time_of_day(time).is_some();
        return sound.then(|| end_of(day, zone)).flatten();
    }
    zoned(day.and_time(time_of_day(time)?), named)
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// A time by the clock on the wall of a zone: `UTC`, `+01:00`, `Europe/Prague`. Of two, the later.
fn zoned(local: NaiveDateTime, named: &str) -> Option<DateTime<Utc>> {
    if matches!(named.to_ascii_uppercase().as_str(), "UTC" | "Z" | "GMT") {
        return Some(local.and_utc());
    }
    if let Ok(offset) = named.parse::<FixedOffset>() {
        return offset.from_local_datetime(&local).single().map(|instant| instant.to_utc());
    }
    let zone = named.parse::<Tz>().ok()?;
    zone.from_local_datetime(&local).latest().map(|instant| instant.to_utc())
}

/// The end of a day: the next one's midnight, or the first instant that it has.
fn end_of(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    let quarters = (0..=100).map(|quarters| midnight + TimeDelta::minutes(15 * quarters));
    let mut valid = quarters.filter_map(|local| zone.from_local_datetime(&local).latest());
    valid.next().map(|instant| instant.to_utc())
}

/// `Alice Doe <alice@example.org>`, an address alone, or a name alone.
fn nominee(text: &str) -> Option<Nominee> {
    let (name, address) = match text.split_once('<') {
        Some((name, address)) => {
            (name.trim().trim_matches('"'), Some(Address::parse(address.trim_end().strip_suffix('>')?)?))
        }
        None if text.contains('@') => (text.trim(), Some(Address::parse(text)?)),
        None => (text.trim(), None),
    };
    let name = match (&address, name) {
        (Some(address), "") => address.as_str(),
        (_, name) => name,
    };
    let name = name.to_owned();
    (!name.is_empty()).then_some(Nominee { name, address, role: None })
}
