//! `plusone show`.

use super::args::Format;
use super::{CliError, proposal, setup, table};
use crate::config::Config;
use crate::decision::Decision;
use crate::record::{self, Record};
use crate::store::{OutboxEntry, Store};
use std::io::Write;
use std::path::Path;

/// Shows one proposal.
pub fn run(
    path: &Path,
    number: u32,
    list: Option<&str>,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let store = setup::open_store(&config)?;
    let list = named_list(&config, list)?;
    let stored = store.decision(&list, number)?;
    let decision = stored
        .ok_or_else(|| {
            CliError::work(format!(
                "list {list} has no proposal {number}; `plusone list --all` shows what there is"
            ))
        })?
        .decision;
    let rosters = store.rosters(&list)?;
    let published = decision.state.closed_at().is_some();
    let record = record::record(&decision, rosters.at(decision.closes_at), published);
    match format {
        Format::Json => writeln!(out, "{}", record.to_json())?,
        Format::Text => print(&store, &decision, &record, out)?,
    }
    Ok(())
}

/// The list that is meant: the named one, or the only one.
pub fn named_list(config: &Config, name: Option<&str>) -> Result<String, CliError> {
    let names: Vec<&str> = config.lists.iter().map(|list| list.rules.name.as_str()).collect();
    match (name, names.as_slice()) {
        (Some(name), _) if config.list(name).is_some() => Ok(name.to_owned()),
        (Some(name), _) => {
            Err(CliError::usage(format!("no list is named {name:?}; there are: {}", names.join(", "))))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(CliError::usage(format!(
            "several lists are configured; name one with --list: {}",
            names.join(", ")
        ))),
    }
}

fn print(store: &Store, decision: &Decision, record: &Record, out: &mut dyn Write) -> Result<(), CliError> {
    proposal::print(decision, record, out)?;
    let notices = store.notices_of(&decision.call.list, Some(decision.call.number))?;
    if !notices.is_empty() {
        writeln!(out)?;
        let rows: Vec<Vec<String>> = notices.iter().map(notice_row).collect();
        table::print(out, &["  QUEUED (UTC)", "NOTICE", "TO", "STATE", "MESSAGE-ID"], &rows)?;
    }
    Ok(())
}

fn notice_row(entry: &OutboxEntry) -> Vec<String> {
    vec![
        format!("  {}", table::instant(entry.queued_at)),
        entry.kind.clone(),
        entry.recipient.clone(),
        entry.state.as_str().to_owned(),
        entry.message_id.clone(),
    ]
}
