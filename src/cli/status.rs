//! `plusone status`: is anybody needed?

use super::args::Format;
use super::{CliError, setup, table};
use crate::clock::{Clock, SystemClock};
use crate::worker::Health;
use chrono::{DateTime, TimeDelta, Utc};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Prints the status; exit code 1 where a person is needed.
pub fn run(path: &Path, format: Format, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let config = setup::load(path)?;
    let store = setup::open_store(&config)?;
    let now = SystemClock.now();
    let mut status = Health::of(&store, &setup::mailbox_name(&config), now)?;
    status.needs_a_person.extend(config.short_of_voters(now));
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(&status).map_err(CliError::work)?)?,
        Format::Text => print(&status, out)?,
    }
    Ok(if status.needs_a_person.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn print(status: &Health, out: &mut dyn Write) -> std::io::Result<()> {
    let instant = |at: Option<DateTime<Utc>>, none: &str| at.map_or(none.to_owned(), table::instant);
    let lag = status
        .lag_seconds
        .map_or(String::new(), |lag| format!(" ({} ago)", table::length(TimeDelta::seconds(lag))));
    writeln!(out, "mailbox read through  {}{lag}", instant(status.read_through, "never"))?;
    if let Some(trouble) = &status.mailbox_trouble {
        writeln!(out, "mailbox now           cannot be read: {trouble}")?;
    }
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
