//! One proposal as the commands print it: how it stands, why, and what became of each post.

use super::table::{self, instant, shown};
use crate::decision::{Count, Decision, JudgedPost};
use crate::record::{PostEntry, Record};
use std::io::{self, Write};

/// Prints a proposal for people.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print(decision: &Decision, record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let call = &decision.call;
    writeln!(out, "Proposal {} on {}: {}", call.number, shown(&call.list, 60), shown(&call.subject, 100))?;
    writeln!(out, "  proposed by  {} on {}", shown(&call.proposer.name, 60), instant(call.opened_at))?;
    writeln!(out, "  rule         {} ({})", call.rule.name, call.kind)?;
    writeln!(out, "  outcome      {}: {}", decision.state.outcome(), shown(&record.why, 200))?;
    match decision.state.closed_at() {
        Some(closed_at) => writeln!(out, "  closed       {}", instant(closed_at))?,
        None => writeln!(out, "  closes       {}", instant(decision.closes_at))?,
    }
    writeln!(out, "  binding      {}", counted(&decision.tally.binding))?;
    writeln!(out, "  advisory     {}", counted(&decision.tally.advisory))?;
    writeln!(out, "  record       sha256 {}", record.sha256)?;
    let rows: Vec<Vec<String>> =
        decision.posts.iter().zip(&record.posts).map(|(post, entry)| row(post, entry)).collect();
    table::print(out, &["  RECEIVED (UTC)", "AUTHOR", "READING", "VOTE", "STATUS", "LINE", "WHY"], &rows)
}

fn counted(count: &Count) -> String {
    format!("{} +1, {} 0, {} -1", count.plus, count.zero, count.minus)
}

fn row(post: &JudgedPost, entry: &PostEntry) -> Vec<String> {
    vec![
        format!("  {}", instant(post.received.at)),
        shown(&post.author.name, 28),
        entry.reading().to_owned(),
        entry.vote().unwrap_or("-").to_owned(),
        entry.status().to_owned(),
        shown(entry.line().unwrap_or("-"), 48),
        shown(entry.why().unwrap_or(""), 60),
    ]
}
