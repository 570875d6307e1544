//! `plusone roster show`.

use super::participation::{Figures, Participation};
use super::{day, with_roster};
use crate::cli::args::Format;
use crate::cli::table::{self, counted, shown};
use crate::cli::{CliError, setup};
use crate::config::{Config, ListConfig};
use crate::decision::{Member, Roster, RosterHistory};
use crate::mail::{self, Trust};
use crate::store::Store;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// How many mails at a time an earlier version's authors are looked up for.
const AT_ONCE: usize = 1000;

/// How many proposals are listed for people; JSON has all of them.
const MOST_PROPOSALS: usize = 20;

/// What no figure tells.
const UNTOLD: &str = "Only mail that the list passed on and plusone has kept is counted, and only what was written from the addresses above. A vote is one that somebody cast on a proposal, the changed ones among them; an objection is one in words, without a vote. What was done elsewhere (reviews, chat, other lists) does not show here, nor does what a post was worth.";

/// Shows the roster, or what the member of that id has done.
///
/// # Errors
/// Where the list has no roster, or nobody has that id.
pub fn run(
    path: &Path,
    id: Option<&str>,
    list: Option<&str>,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let (list, roster) = with_roster(&config, list)?;
    match (id, format) {
        (None, Format::Json) => json(out, &Team { list: &list.rules.name, roster }),
        (None, Format::Text) => Ok(print_team(list, roster, out)?),
        (Some(id), format) => report(&config, list, roster, id, format, out),
    }
}

#[derive(Serialize)]
struct Team<'a> {
    list: &'a str,
    #[serde(flatten)]
    roster: &'a Roster,
}

#[derive(Serialize)]
struct Report<'a> {
    list: &'a str,
    #[serde(flatten)]
    member: &'a Member,
    /// Whether they are on the roster at present.
    on_roster: bool,
    seats: Vec<&'a str>,
    /// The first mail of the list that is kept, UTC.
    kept_since: Option<DateTime<Utc>>,
    /// When the engine began, UTC: what is older is recorded only where it was still in the mailbox.
    engine_since: Option<DateTime<Utc>>,
    #[serde(flatten)]
    participation: Participation,
}

fn json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), CliError> {
    writeln!(out, "{}", serde_json::to_string(value).map_err(CliError::work)?)?;
    Ok(())
}

fn report(
    config: &Config,
    list: &ListConfig,
    roster: &Roster,
    id: &str,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let mut store = setup::open_store(config)?;
    let name = list.rules.name.as_str();
    let history = store.rosters(name)?;
    let (roster, member, on_roster) =
        whose(roster, &history, id).ok_or_else(|| CliError::work(nobody(roster, name, id)))?;
    note_authors(&mut store, list)?;
    let posts = store.posted_by(name, &member.addresses)?;
    let decisions = store.decisions_naming(name, &member.id, &member.addresses)?;
    let decisions: Vec<_> = decisions.into_iter().map(|stored| stored.decision).collect();
    let seats = roster.seats.iter().filter(|seat| seat.representatives.contains(&member.id));
    let report = Report {
        list: name,
        member,
        on_roster,
        seats: seats.map(|seat| seat.id.as_str()).collect(),
        kept_since: store.first_post(name)?,
        engine_since: store.begun_at()?,
        participation: Participation::of(member, &posts, &decisions, list.zone),
    };
    match format {
        Format::Json => json(out, &report),
        Format::Text => Ok(print_report(list, &report, out)?),
    }
}

/// The member of that id; where they have left, as the roster knew them last.
fn whose<'r>(
    roster: &'r Roster,
    history: &'r RosterHistory,
    id: &str,
) -> Option<(&'r Roster, &'r Member, bool)> {
    let of = |roster: &'r Roster| {
        let mut members = roster.members.iter();
        members.find(|member| member.id.eq_ignore_ascii_case(id)).map(|member| (roster, member))
    };
    let past = || history.versions.iter().rev().find_map(|(_, roster)| of(roster));
    let now = of(roster).map(|(roster, member)| (roster, member, true));
    now.or_else(|| past().map(|(roster, member)| (roster, member, false)))
}

fn nobody(roster: &Roster, list: &str, id: &str) -> String {
    let ids: Vec<&str> = roster.members.iter().map(|member| member.id.as_str()).collect();
    format!("nobody on the roster of {list} has the id {id:?}; there are: {}", ids.join(", "))
}

/// Mail that an earlier version stored: notes who wrote it.
fn note_authors(store: &mut Store, list: &ListConfig) -> Result<(), CliError> {
    loop {
        let mails = store.without_author(&list.rules.name, AT_ONCE)?;
        if mails.is_empty() {
            return Ok(());
        }
        store.begin()?;
        let noted = mails.iter().try_for_each(|stored| {
            let trust = Trust { archive: stored.arrival.archive, ..list.trust.clone() };
            store.set_author(stored.id, &mail::post(&stored.raw, &stored.arrival, &list.form, &trust))
        });
        if let Err(error) = noted.and_then(|()| store.commit()) {
            store.roll_back();
            return Err(error.into());
        }
    }
}

fn print_team(list: &ListConfig, roster: &Roster, out: &mut dyn Write) -> io::Result<()> {
    let members = counted(roster.members.len() as u64, "member", "members");
    writeln!(out, "The roster of {}: {members}", list.rules.name)?;
    let ids = roster.members.iter().map(|member| &member.id).chain(roster.seats.iter().map(|seat| &seat.id));
    let width = ids.map(|id| id.width()).max().unwrap_or(0).min(32);
    for member in &roster.members {
        let first = format!("  {:<width$}  ", member.id);
        let text = format!("{}: {}", shown(&member.name, 60), roles(member, list));
        table::fold(out, &first, &text)?;
    }
    if !roster.seats.is_empty() {
        writeln!(out, "\n{}", counted(roster.seats.len() as u64, "seat", "seats"))?;
    }
    for seat in &roster.seats {
        let first = format!("  {:<width$}  ", seat.id);
        let text = format!("{}: {}", shown(&seat.name, 60), seat.representatives.join(", "));
        table::fold(out, &first, &text)?;
    }
    Ok(())
}

/// `maintainer since 2026-01-01, until 2026-07-01; lead`.
fn roles(member: &Member, list: &ListConfig) -> String {
    let role = |span: &crate::decision::RoleSpan| {
        let since = span.since.map(|since| format!(" since {}", day(since, list.zone)));
        let until = span.until.map(|until| format!(" until {}", day(until, list.zone)));
        format!("{}{}{}", span.role, since.unwrap_or_default(), until.unwrap_or_default())
    };
    match member.roles.as_slice() {
        [] => "plain member".to_owned(),
        roles => roles.iter().map(role).collect::<Vec<_>>().join("; "),
    }
}

fn print_report(list: &ListConfig, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Report { member, participation, .. } = report;
    let gone = if report.on_roster { "" } else { ", no longer on the roster" };
    writeln!(out, "{} ({}) on {}{gone}", shown(&member.name, 60), member.id, report.list)?;
    let addresses: Vec<&str> = member.addresses.iter().map(|address| address.as_str()).collect();
    table::fold(out, "  addresses   ", &addresses.join(", "))?;
    table::fold(out, "  roles       ", &roles(member, list))?;
    if !report.seats.is_empty() {
        table::fold(out, "  seats       ", &report.seats.join(", "))?;
    }
    let seen = |at: Option<DateTime<Utc>>| at.map_or_else(|| "never".to_owned(), table::instant);
    writeln!(out, "  first seen  {}", seen(participation.first_seen))?;
    writeln!(out, "  last seen   {}\n", seen(participation.last_seen))?;
    let mut rows: Vec<Vec<String>> =
        participation.months.iter().map(|month| row(&month.month, &month.figures)).collect();
    rows.push(row("in all", &participation.total));
    table::print(out, &HEADS, &rows)?;
    print_proposals(participation, list, out)?;
    writeln!(out)?;
    table::fold(out, "", &since(report))?;
    table::fold(out, "", UNTOLD)
}

const HEADS: [&str; 13] = [
    "  MONTH", "POSTS", "VOTES", "+1", "0", "-1", "COUNTED", "ADVISORY", "LATE", "VOID", "CHANGED", "OTHER",
    "OBJECTED",
];

fn row(month: &str, figures: &Figures) -> Vec<String> {
    let votes = &figures.votes;
    let numbers = [
        figures.posts,
        votes.cast,
        votes.plus,
        votes.zero,
        votes.minus,
        votes.counted,
        votes.advisory,
        votes.late,
        votes.void,
        votes.replaced,
        votes.other,
        figures.objections,
    ];
    let cell = |number: u64| if number == 0 { "-".to_owned() } else { number.to_string() };
    std::iter::once(format!("  {month}")).chain(numbers.map(cell)).collect()
}

fn print_proposals(participation: &Participation, list: &ListConfig, out: &mut dyn Write) -> io::Result<()> {
    let proposals = &participation.proposals;
    let outcomes: Vec<String> =
        participation.total.proposals.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let all = counted(participation.total.proposed(), "proposal", "proposals");
    match proposals.is_empty() {
        true => writeln!(out, "\n{all}")?,
        false => writeln!(out, "\n{all}: {}", outcomes.join(", "))?,
    }
    for proposed in proposals.iter().rev().take(MOST_PROPOSALS) {
        let opened = proposed.opened_at.with_timezone(&list.zone).date_naive();
        let first = format!("  {opened}  {:>4}  {:<10}  ", proposed.number, proposed.outcome);
        table::fold(out, &first, &shown(&proposed.subject, 150))?;
    }
    let more = proposals.len().saturating_sub(MOST_PROPOSALS);
    if more > 0 {
        writeln!(out, "  and {more} earlier ones; --format json has them")?;
    }
    Ok(())
}

/// From when on there is anything to count.
fn since(report: &Report<'_>) -> String {
    let kept = match report.kept_since {
        Some(kept) => format!("The first mail of the list that is kept came on {}", table::instant(kept)),
        None => "No mail of the list is kept yet".to_owned(),
    };
    match report.engine_since {
        Some(begun) => format!(
            "{kept}; plusone began on {}, and knows of what was before only what was in the mailbox then.",
            table::instant(begun)
        ),
        None => format!("{kept}."),
    }
}
