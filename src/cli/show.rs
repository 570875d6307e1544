//! `plusone show`.

use super::args::Format;
use super::{CliError, setup, table};
use crate::config::Config;
use crate::decision::{Decision, JudgedPost};
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
    let call = &decision.call;
    writeln!(out, "Proposal {} on {}: {}", call.number, call.list, table::shown(&call.subject, 100))?;
    writeln!(
        out,
        "  proposed by  {} on {}",
        table::shown(&call.proposer.name, 60),
        table::instant(call.opened_at)
    )?;
    writeln!(out, "  rule         {} ({})", call.rule.name, call.kind)?;
    writeln!(out, "  outcome      {}: {}", decision.state.outcome(), table::shown(&record.why, 200))?;
    let closes = if decision.state.closed_at().is_some() { "closed" } else { "closes" };
    writeln!(
        out,
        "  {closes}       {}",
        table::instant(decision.state.closed_at().unwrap_or(decision.closes_at))
    )?;
    let (binding, advisory) = (decision.tally.binding, decision.tally.advisory);
    writeln!(out, "  binding      {} +1, {} 0, {} -1", binding.plus, binding.zero, binding.minus)?;
    writeln!(out, "  advisory     {} +1, {} 0, {} -1", advisory.plus, advisory.zero, advisory.minus)?;
    writeln!(out, "  record       sha256 {}", record.sha256)?;
    writeln!(out, "\nPosts")?;
    let rows: Vec<Vec<String>> =
        decision.posts.iter().zip(&record.posts).map(|(post, entry)| post_row(post, entry)).collect();
    table::print(out, &["  RECEIVED (UTC)", "AUTHOR", "READING", "VOTE", "STATUS", "LINE", "WHY"], &rows)?;
    let notices = store.notices_of(&call.list, Some(call.number))?;
    if !notices.is_empty() {
        writeln!(out, "\nNotices")?;
        table::print(
            out,
            &["  QUEUED (UTC)", "KIND", "TO", "STATE", "MESSAGE-ID"],
            &notices.iter().map(notice_row).collect::<Vec<_>>(),
        )?;
    }
    Ok(())
}

fn post_row(post: &JudgedPost, entry: &record::PostEntry) -> Vec<String> {
    vec![
        format!("  {}", table::instant(post.received.at)),
        table::shown(&post.author.name, 28),
        entry.reading().to_owned(),
        entry.vote().unwrap_or("-").to_owned(),
        entry.status().to_owned(),
        table::shown(entry.line().unwrap_or("-"), 48),
        table::shown(entry.why().unwrap_or(""), 60),
    ]
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
