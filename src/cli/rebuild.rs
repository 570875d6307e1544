//! `plusone rebuild`.

use super::args::Format;
use super::progress::Progress;
use super::{CliError, setup};
use crate::clock::{Clock, SystemClock};
use crate::store::EngineLock;
use crate::worker::{Rebuilt, Rederived};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Derives again what is derived; exit code 1 where a published decision would be another.
pub fn run(config: &Path, format: Format, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let config = setup::load(config)?;
    if !config.database.is_file() {
        return Err(CliError::work(format!(
            "there is no database {}: nothing to derive again; `plusone run` makes it",
            config.database.display()
        )));
    }
    let now = SystemClock.now();
    let _lock = EngineLock::take(&config.database, now)?;
    let mut engine = setup::engine(&config)?;
    engine.store().examine()?;
    let all = engine.store().message_count()?;
    let mut progress = Progress::start();
    let rebuilt = engine.rebuild(now, &mut |read| progress.part(read, all))?;
    drop(progress);
    match format {
        Format::Json => {
            for one in &rebuilt.proposals {
                writeln!(out, "{}", serde_json::to_string(one).map_err(CliError::work)?)?;
            }
        }
        Format::Text => print(&rebuilt, out)?,
    }
    Ok(ExitCode::from(u8::from(rebuilt.faults().next().is_some())))
}

fn print(rebuilt: &Rebuilt, out: &mut dyn Write) -> std::io::Result<()> {
    let (published, open): (Vec<&Rederived>, Vec<&Rederived>) =
        rebuilt.proposals.iter().partition(|one| one.published);
    let differing = |of: &[&Rederived]| of.iter().filter(|one| !one.differences.is_empty()).count();
    for one in published.iter().chain(&open).filter(|one| !one.differences.is_empty()) {
        let what = if one.published { "published" } else { "open" };
        let stored = one.stored.unwrap_or("nothing");
        writeln!(
            out,
            "{} {} ({what}): stored as {stored}, derived again {}",
            one.list, one.number, one.again
        )?;
        for difference in &one.differences {
            writeln!(out, "  {}", difference.why)?;
        }
    }
    writeln!(out, "messages read again   {}", rebuilt.messages)?;
    writeln!(
        out,
        "open proposals        {} derived again, {} otherwise than before",
        open.len(),
        differing(&open)
    )?;
    writeln!(
        out,
        "published decisions   {} derived again and compared, {} differ; none was rewritten",
        published.len(),
        differing(&published)
    )?;
    match rebuilt.queued {
        0 => Ok(()),
        count => writeln!(out, "notices               {count} that the outbox lacked are queued"),
    }
}
