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
    // What a person is needed for stands below, once.
    let is_for_nobody = |trouble: &&String| !status.needs_a_person.contains(trouble);
    if let Some(trouble) = status.mailbox_trouble.as_ref().filter(is_for_nobody) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MailboxCursor, Store};

    #[test]
    fn why_the_mailbox_cannot_be_read_is_told_once() {
        let now: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
        let mut store = Store::in_memory().unwrap();
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(now) };
        store.set_cursor("inbox", cursor).unwrap();
        store.set_meta("mailbox trouble", "no route").unwrap();
        for (minutes, begin) in [(1, "mailbox now "), (31, "NEEDS A PERSON: no route")] {
            let health = Health::of(&store, "inbox", now + TimeDelta::minutes(minutes)).unwrap();
            let mut out = Vec::new();
            print(&health, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let told: Vec<&str> = text.lines().filter(|line| line.contains("no route")).collect();
            assert!(told.len() == 1 && told[0].starts_with(begin), "{text}");
        }
    }
}
