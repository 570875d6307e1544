//! `plusone list`.

use super::args::Format;
use super::{CliError, setup, table};
use crate::decision::{Decision, Mode};
use crate::record;
use crate::store::Store;
use std::io::Write;
use std::path::Path;

/// Lists proposals, or problems.
pub fn run(
    path: &Path,
    all: bool,
    problems: bool,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let store = setup::open_store(&config)?;
    if problems { list_problems(&store, format, out) } else { list_proposals(&store, all, format, out) }
}

fn list_proposals(store: &Store, all: bool, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let mut rows = Vec::new();
    for stored in store.decisions(None)? {
        let decision = stored.decision;
        if !all && decision.state.closed_at().is_some() {
            continue;
        }
        let rosters = store.rosters(&decision.call.list)?;
        let record = record::record(&decision, rosters.at(decision.closes_at), false);
        if format == Format::Json {
            writeln!(out, "{}", record.to_json())?;
            continue;
        }
        rows.push(vec![
            decision.call.list.clone(),
            decision.call.number.to_string(),
            decision.state.outcome().to_owned(),
            table::instant(decision.state.closed_at().unwrap_or(decision.closes_at)),
            table::shown(&decision.call.subject, 48),
            table::shown(&why(&decision, &record.why), 80),
        ]);
    }
    if format == Format::Text {
        if rows.is_empty() {
            writeln!(
                out,
                "{}",
                if all {
                    "No proposals yet."
                } else {
                    "No open proposals. `plusone list --all` shows closed ones."
                }
            )?;
            return Ok(());
        }
        table::print(out, &["LIST", "NO", "OUTCOME", "CLOSES (UTC)", "SUBJECT", "WHY"], &rows)?;
    }
    Ok(())
}

/// Why it stands as it does; a proposal from before the engine's first run says so.
fn why(decision: &Decision, why: &str) -> String {
    match decision.call.mode {
        Mode::Recorded => format!("{why} (older than the first run: recorded, never announced)"),
        Mode::Live | Mode::Shadow => why.to_owned(),
    }
}

fn list_problems(store: &Store, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let problems = store.problems()?;
    if format == Format::Json {
        for problem in &problems {
            let line = serde_json::json!({
                "at": table::instant(problem.at), "list": problem.list, "message_id": problem.message_id,
                "problem": problem.code, "detail": problem.detail,
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    if problems.is_empty() {
        writeln!(out, "No problems.")?;
        return Ok(());
    }
    let rows: Vec<Vec<String>> = problems
        .iter()
        .map(|problem| {
            vec![
                table::instant(problem.at),
                problem.list.clone().unwrap_or_else(|| "-".to_owned()),
                problem.code.clone(),
                table::shown(problem.message_id.as_deref().unwrap_or("-"), 50),
                table::shown(&problem.detail, 90),
            ]
        })
        .collect();
    table::print(out, &["SEEN (UTC)", "LIST", "PROBLEM", "MESSAGE-ID", "DETAIL"], &rows)?;
    Ok(())
}
