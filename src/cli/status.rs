//! `plusone status`: is anybody needed?

use super::args::Format;
use super::{CliError, setup, table};
use crate::clock::{Clock, SystemClock};
use crate::store::{OutboxState, Store};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// How long a mailbox may go unread before a person is needed.
const LAG_ALLOWED: TimeDelta = TimeDelta::minutes(30);

/// How long a result that mail has put into doubt calls for a person.
const CORRECTED_FOR: TimeDelta = TimeDelta::days(30);

#[derive(Debug, Serialize)]
struct Status {
    read_through: Option<DateTime<Utc>>,
    lag_seconds: Option<i64>,
    messages: u64,
    open: usize,
    next_due: Option<DateTime<Utc>>,
    queued: u64,
    in_doubt: u64,
    failed: u64,
    problems: usize,
    corrected: Vec<Corrected>,
    needs_a_person: Vec<String>,
}

/// A published result that would be another with the mail that surfaced after it.
#[derive(Debug, Serialize)]
struct Corrected {
    list: String,
    number: u32,
    published: &'static str,
    again: &'static str,
}

/// Prints the status; exit code 1 where a person is needed.
pub fn run(path: &Path, format: Format, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let config = setup::load(path)?;
    let store = setup::open_store(&config)?;
    let now = SystemClock.now();
    let mut status = status(&store, &setup::mailbox_name(&config), now)?;
    status.needs_a_person.extend(config.short_of_voters(now));
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(&status).map_err(CliError::work)?)?,
        Format::Text => print(&status, out)?,
    }
    Ok(if status.needs_a_person.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn status(store: &Store, mailbox: &str, now: DateTime<Utc>) -> Result<Status, CliError> {
    let read_through = store.cursor(mailbox)?.and_then(|cursor| cursor.read_through);
    let count = |state: OutboxState| -> Result<u64, CliError> {
        Ok(store
            .outbox_counts()?
            .into_iter()
            .find(|(known, _)| *known == state)
            .map_or(0, |(_, count)| count))
    };
    let next_due = store.next_due()?;
    let open = store.open_count()?;
    let (queued, in_doubt, failed) =
        (count(OutboxState::Queued)?, count(OutboxState::Sending)?, count(OutboxState::Failed)?);
    let problems = store.problems()?;
    let mut needs = Vec::new();
    match read_through {
        None => needs.push("the mailbox has never been read: start `plusone run`".to_owned()),
        Some(at) if now - at > LAG_ALLOWED => needs.push(format!(
            "the mailbox was last read {} ago: is `plusone run` running?",
            table::length(now - at)
        )),
        Some(_) => {}
    }
    for trouble in ["mailbox trouble", "clock trouble", "clocks differ"] {
        needs.extend(store.meta(trouble)?.filter(|trouble| !trouble.is_empty()));
    }
    if next_due.is_some_and(|due| due < now && read_through.is_none_or(|at| at < due)) {
        needs.push(
            "a proposal is due and waits for the mailbox to be read; nothing is decided until then"
                .to_owned(),
        );
    }
    if failed > 0 {
        needs.push(format!("{failed} mail(s) were refused for good: `plusone show` names them"));
    }
    let corrected = corrected(store, now)?;
    needs.extend(corrected.iter().map(|one| {
        format!(
            "{} {}: mail surfaced after its result, which was {} and would be {}; decide it anew by a new proposal",
            one.list, one.number, one.published, one.again
        )
    }));
    Ok(Status {
        read_through,
        lag_seconds: read_through.map(|at| (now - at).num_seconds()),
        messages: store.message_count()?,
        open,
        next_due,
        queued,
        in_doubt,
        failed,
        problems: problems.len(),
        corrected,
        needs_a_person: needs,
    })
}

/// The results of all lists that mail has put into doubt lately.
fn corrected(store: &Store, now: DateTime<Utc>) -> Result<Vec<Corrected>, CliError> {
    let reviews = store.corrected_since(now - CORRECTED_FOR)?;
    let corrected = reviews.into_iter().map(|review| Corrected {
        list: review.published.call.list.clone(),
        number: review.published.call.number,
        published: review.published.state.outcome(),
        again: review.again.state.outcome(),
    });
    Ok(corrected.collect())
}

fn print(status: &Status, out: &mut dyn Write) -> std::io::Result<()> {
    let instant = |at: Option<DateTime<Utc>>, none: &str| at.map_or(none.to_owned(), table::instant);
    let lag = status
        .lag_seconds
        .map_or(String::new(), |lag| format!(" ({} ago)", table::length(TimeDelta::seconds(lag))));
    writeln!(out, "mailbox read through  {}{lag}", instant(status.read_through, "never"))?;
    writeln!(out, "messages kept         {}", status.messages)?;
    writeln!(out, "open proposals        {}", status.open)?;
    writeln!(out, "next due              {}", instant(status.next_due, "-"))?;
    writeln!(
        out,
        "outbox                {} queued, {} in doubt, {} refused",
        status.queued, status.in_doubt, status.failed
    )?;
    writeln!(out, "problems listed       {}", status.problems)?;
    match status.needs_a_person.as_slice() {
        [] => writeln!(out, "nobody is needed"),
        needs => needs.iter().try_for_each(|need| writeln!(out, "NEEDS A PERSON: {need}")),
    }
}
