//! `roster.toml` → [`Roster`].

use super::document::Document;
use super::problem::quoted;
use super::section::{Said, Section, one_of};
use crate::decision::{Member, RoleSpan, Roster, Seat, is_short_name};
use crate::mail::Address;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::{Datetime, Offset};

/// Reads a roster. Dates are days in `zone`. An address of the list itself belongs to nobody.
pub(super) fn roster<'a>(
    document: &'a Document<'a>,
    table: &'a Spanned<DeTable<'a>>,
    zone: Tz,
    list: &[Address],
) -> Roster {
    let root = Section::new(document, "roster.toml", "the roster".to_owned(), table.get_ref(), 0);
    let example = "[[member]] tables, one for each person";
    let sections = root.tables("member", "[[member]]", example);
    if sections.is_empty() && !root.has("member") {
        root.missing_since(
            "member",
            "the roster has no members",
            "add a [[member]] with id, name and addresses for each person",
        );
    }
    let mut known = Known::default();
    let members =
        sections.into_iter().filter_map(|section| member(section, zone, list, &mut known)).collect();
    let sections = root.tables("seat", "[[seat]]", "[[seat]] tables, one for each seat");
    let mut seats = Vec::new();
    for section in sections {
        seats.extend(seat(section, &mut known));
    }
    root.finish();
    Roster { members, seats }
}

/// A seat; whom it names must be on the roster, and represents no other.
fn seat(mut section: Section<'_>, known: &mut Known) -> Option<Seat> {
    let id = section.required_text("id", "\"gateway\"");
    if let Some(id) = id {
        section.shown = format!("[[seat]] {}", quoted(id.value));
        check_id(&section, id, &mut known.seats);
    }
    let name = section.required_text("name", "\"Gateway project\"").filter(|name| is_name(&section, *name));
    let example = "[\"ann\", \"bob\"]";
    if !section.has("representatives") {
        section.missing("representatives", example);
    }
    let said = section.texts("representatives", example);
    if let Some(at) = section.empty_array("representatives") {
        let what = format!("{} has no representative: it could never vote", section.shown);
        section.problem(at, what, format!("name members by their ids: representatives = {example}"));
    }
    let seat = section.shown.clone();
    let mut representatives: Vec<String> = Vec::new();
    for said in said {
        let member = known.ids.iter().find(|(id, _)| *id == said.value);
        if member.is_none() {
            let what = format!("{seat} is represented by {}, who is not on the roster", quoted(said.value));
            let ids: Vec<&str> = known.ids.iter().map(|(id, _)| id.as_str()).collect();
            section.document.missing(said.at, what, one_of(said.value, ids.into_iter()));
        } else if representatives.iter().any(|other| other == said.value) {
            section.problem(said.at, format!("{seat} names {} twice", quoted(said.value)), "name them once");
        } else {
            representatives.push(said.value.to_owned());
        }
    }
    section.finish();
    Some(Seat { id: id?.value.to_owned(), name: name?.value.trim().to_owned(), representatives })
}

/// What earlier members have, with the line where it stands.
#[derive(Default)]
struct Known {
    ids: Vec<(String, u32)>,
    addresses: Vec<(Address, u32)>,
    seats: Vec<(String, u32)>,
    fingerprints: Vec<(String, u32)>,
}

fn member(mut section: Section<'_>, zone: Tz, list: &[Address], known: &mut Known) -> Option<Member> {
    let id = section.required_text("id", "\"ann\"");
    if let Some(id) = id {
        section.shown = format!("[[member]] {}", quoted(id.value));
        check_id(&section, id, &mut known.ids);
    }
    let name = section.required_text("name", "\"Ann Example\"").filter(|name| is_name(&section, *name));
    let addresses = addresses(&section, list, known);
    let roles = section.tables("roles", "roles", "[{ role = \"maintainer\", since = \"2026-01-01\" }]");
    let roles = roles.iter().filter_map(|role| role_span(role, &section.shown, zone)).collect();
    let fingerprint = fingerprint(&section, known);
    section.finish();
    let (id, name) = (id?.value.to_owned(), name?.value.trim().to_owned());
    Some(Member { id, name, addresses, roles, fingerprint })
}

/// Whether something can be printed as a name; else it is reported.
fn is_name(section: &Section<'_>, name: Said<&str>) -> bool {
    let sound = !name.value.trim().is_empty() && !name.value.chars().any(char::is_control);
    if !sound {
        section.problem(
            name.at,
            format!("`name` in {} is no name", section.shown),
            "write the name to print, such as name = \"Ann Example\"",
        );
    }
    sound
}

/// The fingerprint of an OpenPGP key (RFC 9580): 40 or 64 hexadecimal digits, which may be grouped; in upper case, without spaces.
fn fingerprint(section: &Section<'_>, known: &mut Known) -> Option<String> {
    let said = section.text("fingerprint", "\"0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567\"")?;
    let digits: String = said.value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if !matches!(digits.len(), 40 | 64) || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        let what = format!("`fingerprint` in {} is none of an OpenPGP key", section.shown);
        section.problem(
            said.at,
            what,
            "write all 40 (or 64) hexadecimal digits, as `gpg --fingerprint` shows them",
        );
        return None;
    }
    if let Some((_, line)) = known.fingerprints.iter().find(|(other, _)| *other == digits) {
        let what = format!("the fingerprint in {} is taken: line {line} has it", section.shown);
        section.problem(said.at, what, "a key belongs to one member");
        return None;
    }
    known.fingerprints.push((digits.clone(), section.document.line(said.at)));
    Some(digits)
}

/// An id is short and nobody else's among `known`.
fn check_id(section: &Section<'_>, id: Said<&str>, known: &mut Vec<(String, u32)>) {
    if !is_short_name(id.value) {
        section.problem(
            id.at,
            format!("`id` in {} is no short name", section.shown),
            "write up to 64 letters, digits, - _ or .",
        );
    }
    let lower = id.value.to_lowercase();
    match known.iter().find(|(earlier, _)| earlier.to_lowercase() == lower) {
        Some((_, line)) => {
            section.problem(
                id.at,
                format!("the id {} is taken: line {line} has it", quoted(id.value)),
                "give every member, and every seat, an id of its own",
            );
        }
        None => known.push((id.value.to_owned(), section.document.line(id.at))),
    }
}

fn addresses(section: &Section<'_>, list: &[Address], known: &mut Known) -> Vec<Address> {
    let example = "[\"ann@example.org\"]";
    if !section.has("addresses") {
        section.missing("addresses", example);
    }
    let said = section.texts("addresses", example);
    if let Some(at) = section.empty_array("addresses") {
        let what = format!("{} has no address", section.shown);
        section.problem(at, what, format!("add every address they write from: addresses = {example}"));
    }
    let mut addresses = Vec::new();
    for said in said {
        let Some(address) = section.as_address("addresses", said) else { continue };
        if address.is_among(list) {
            let what = format!("{address} is the list's own address, not {}'s", section.shown);
            section.problem(said.at, what, "write the address the person writes from");
        } else if let Some((_, line)) = known.addresses.iter().find(|(earlier, _)| earlier.same_as(&address))
        {
            let what = format!("{address} is taken: line {line} has it");
            section.problem(said.at, what, "an address belongs to one member, once");
        } else {
            known.addresses.push((address.clone(), section.document.line(said.at)));
            addresses.push(address);
        }
    }
    addresses
}

fn role_span(section: &Section<'_>, member: &str, zone: Tz) -> Option<RoleSpan> {
    let role = section.required_text("role", "\"maintainer\"");
    if let Some(role) = role.filter(|role| !is_short_name(role.value)) {
        section.problem(
            role.at,
            format!("a role of {member} has no short name: {}", quoted(role.value)),
            "write up to 64 letters, digits, - _ or .",
        );
    }
    let since = instant(section, "since", zone);
    let until = instant(section, "until", zone);
    section.finish();
    if let (Some(since), Some(until)) = (since, until)
        && until.value <= since.value
    {
        let what = format!("a role of {member} ends before it begins");
        section.problem(until.at, what, "`until` is the day on which the role is no longer held");
    }
    let instant = |said: Option<Said<DateTime<Utc>>>| said.map(|said| said.value);
    Some(RoleSpan { role: role?.value.to_owned(), since: instant(since), until: instant(until) })
}

/// A day, or an instant: TOML's own dates, or the same in quotes.
fn instant(section: &Section<'_>, key: &'static str, zone: Tz) -> Option<Said<DateTime<Utc>>> {
    let value = section.value(key)?;
    let at = value.span().start;
    let written = match value.get_ref() {
        DeValue::Datetime(date) => Some(*date),
        DeValue::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let Some(instant) = written.and_then(|date| utc(date, zone)) else {
        section.problem(
            at,
            format!("`{key}` of a role is no date"),
            format!("write year, month and day: {key} = \"2026-01-31\""),
        );
        return None;
    };
    Some(Said { value: instant, at })
}

/// The instant of a date: the day's first one in `zone`; of a date and time, in its own offset or else in `zone`.
fn utc(written: Datetime, zone: Tz) -> Option<DateTime<Utc>> {
    let day = written.date?;
    let day = NaiveDate::from_ymd_opt(i32::from(day.year), u32::from(day.month), u32::from(day.day))?;
    let time = match written.time {
        // A leap second is read as the second before it.
        Some(time) => {
            let second = u32::from(time.second.unwrap_or(0)).min(59);
            NaiveTime::from_hms_opt(u32::from(time.hour), u32::from(time.minute), second)?
        }
        None => NaiveTime::MIN,
    };
    let local = day.and_time(time);
    match written.offset {
        Some(Offset::Z) => Some(local.and_utc()),
        Some(Offset::Custom { minutes }) => {
            local.checked_sub_signed(TimeDelta::minutes(i64::from(minutes))).map(|local| local.and_utc())
        }
        None => first_valid(local, zone),
    }
}

/// The local time in `zone`; where a clock change leaves it out, the first quarter of an hour that is there again.
fn first_valid(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    // The longest gap on record is a day (crossing the date line).
    (0..=100).find_map(|quarters| {
        let local = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&local).earliest().map(|instant| instant.to_utc())
    })
}
