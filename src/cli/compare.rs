//! `plusone compare`: the outcome by the rules beside every result that a person announced.

use super::CliError;
use super::progress::Progress;
use super::replay::{self, ReplayOptions};
use super::table::{counted, fold, instant, length, shown};
use crate::clock::{Clock, SystemClock};
use crate::decision::{Decision, Electorate, Roster};
use crate::record::{Agreement, Comparison, HumanEntry};
use crate::source::archive::{Archive, Limits};
use crate::worker::replay::{AsOf, Replayed, Unlinked, replay};
use chrono::TimeDelta;
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// One line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
enum Entry<'a> {
    Proposal(&'a Comparison),
    UnlinkedResult(&'a Unlinked),
    Summary(&'a Summary),
}

/// What was found in all.
#[derive(Debug, Default, Serialize)]
struct Summary {
    messages: u64,
    proposals: u64,
    announced: u64,
    same_outcome: u64,
    other_outcome: u64,
    outcome_not_told: u64,
    announced_early: u64,
    with_other_counts: u64,
    differences: u64,
    not_announced: u64,
    unlinked_results: u64,
    /// Whether some rule took claims at their word, there being no roster.
    #[serde(skip)]
    claimed: bool,
}

/// Prints, for every proposal of the archives in the order in which the list received them, its outcome beside the announced one, then
/// the results that belong to none, and a summary. The exit code is 1 where `strict` is asked for and an outcome differs, else 0.
///
/// # Errors
/// As [`replay::run`].
pub fn run(options: &ReplayOptions, strict: bool, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let rulebook = replay::rulebook(options)?;
    let archive = Archive::open(&options.archives, Limits::default()).map_err(CliError::work)?;
    let as_of = AsOf { until: options.until, now: SystemClock.now() };
    let mut progress = Some(Progress::start());
    let mut summary = Summary::default();
    let mut written = Ok(());
    let compare = |decision: &Decision, _: Option<&Roster>| {
        (Comparison::of(decision), decision.rule.electorate == Electorate::Claimed)
    };
    let glanced = || progress.iter_mut().for_each(Progress::one_more);
    let replayed = replay(&archive, &rulebook, as_of, glanced, compare, |(comparison, claimed)| {
        summary.add(&comparison);
        summary.claimed |= claimed;
        written =
            if options.json { json(&Entry::Proposal(&comparison), out) } else { in_words(&comparison, out) };
        written.is_ok()
    });
    drop(progress.take());
    written?;
    let replayed = replayed.map_err(CliError::work)?;
    summary.messages = replayed.scanned.mails;
    summary.unlinked_results = replayed.unlinked_in_all;
    if options.json {
        for unlinked in &replayed.unlinked {
            json(&Entry::UnlinkedResult(unlinked), out)?;
        }
        json(&Entry::Summary(&summary), out)?;
    } else {
        sum_up(&summary, &replayed, out)?;
    }
    replay::remark_on_mail(&replayed);
    Ok(if strict && summary.other_outcome > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

impl Summary {
    fn add(&mut self, comparison: &Comparison) {
        self.proposals += 1;
        let of_agreement = match comparison.agreement {
            Agreement::Same => &mut self.same_outcome,
            Agreement::Differs => &mut self.other_outcome,
            Agreement::NotTold => &mut self.outcome_not_told,
            Agreement::NotAnnounced => &mut self.not_announced,
        };
        *of_agreement += 1;
        let differences = comparison.differences() as u64;
        self.announced += u64::from(comparison.human_result.is_some());
        self.announced_early += u64::from(comparison.early_by_seconds.is_some());
        self.with_other_counts += u64::from(differences > 0);
        self.differences += differences;
    }
}

fn json(entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Only maps with keys that are no strings could fail, and there are none.
    writeln!(out, "{}", serde_json::to_string(entry).unwrap_or_default())
}

fn in_words(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { list, number, subject, outcome, why, .. } = comparison;
    fold(out, "", &format!("#{number} on {}: {}", shown(list, 60), shown(subject, 200)))?;
    let when = comparison.closed_at.map_or(String::new(), |at| format!(" on {}", instant(at)));
    fold(out, "  by the rule  ", &format!("{outcome}{when}, {}: {}", comparison.rule, shown(why, 300)))?;
    match &comparison.human_result {
        None => fold(out, "  announced    ", "nothing")?,
        Some(human) => announced(comparison, human, out)?,
    }
    writeln!(out)
}

fn announced(comparison: &Comparison, human: &HumanEntry, out: &mut dyn Write) -> io::Result<()> {
    let outcome = human.outcome.as_deref().unwrap_or("an outcome that is not told");
    let whose = if human.by_proposer { "who proposed it" } else { "who did not propose it" };
    let by = shown(&human.by.name, 60);
    fold(out, "  announced    ", &format!("{outcome} on {} by {by}, {whose}", instant(human.at)))?;
    let verdict = match comparison.agreement {
        Agreement::Differs => "ANOTHER OUTCOME",
        Agreement::Same => "the same outcome",
        Agreement::NotTold | Agreement::NotAnnounced => "no outcome to compare with",
    };
    let differences = comparison.differences() as u64;
    let verdict = match differences {
        0 => format!("{verdict}, no difference in what is counted"),
        _ => format!("{verdict}, {} in what is counted", counted(differences, "difference", "differences")),
    };
    fold(out, "  compared     ", &verdict)?;
    if let Some(early) = comparison.early_by_seconds {
        let early = length(TimeDelta::seconds(early));
        fold(out, "    - ", &format!("the announcement came {early} before the close by the rule"))?;
    }
    for difference in &human.differences {
        fold(out, "    - ", &format!("the announcement {}", shown(&difference.why, 300)))?;
    }
    Ok(())
}

fn sum_up(summary: &Summary, replayed: &Replayed, out: &mut dyn Write) -> io::Result<()> {
    let Replayed { unlinked, as_of, .. } = replayed;
    if !unlinked.is_empty() {
        writeln!(out, "Announced of no proposal that is found:")?;
        for one in unlinked {
            let (subject, by) = (shown(&one.subject, 120), shown(&one.by, 60));
            let id = shown(one.message_id.as_str(), 120);
            fold(out, "  - ", &format!("{subject}, by {by} on {} {id}", instant(one.received_at)))?;
        }
        let more = summary.unlinked_results.saturating_sub(unlinked.len() as u64);
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
        writeln!(out)?;
    }
    if summary.claimed {
        let how = "Without a roster every claim of \"(binding)\" is taken at its word and an unclaimed vote as binding.";
        fold(out, "", how)?;
    }
    let as_of = as_of.map_or(String::new(), |as_of| format!(", as of {}", instant(as_of)));
    let found = counted(summary.proposals, "proposal", "proposals");
    let mails = counted(summary.messages, "message", "messages");
    let text = format!(
        "{found} in {mails}{as_of}: {} announced by people, {} with the same outcome, {} with another, {} without one; {} announced early; {} in {} counted otherwise; {} not announced; {} of no proposal.",
        summary.announced,
        summary.same_outcome,
        summary.other_outcome,
        summary.outcome_not_told,
        summary.announced_early,
        counted(summary.differences, "vote or count", "votes or counts"),
        counted(summary.with_other_counts, "announcement", "announcements"),
        summary.not_announced,
        counted(summary.unlinked_results, "result", "results"),
    );
    fold(out, "", &text)
}
