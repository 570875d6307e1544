//! `plusone verify`: a mailed result checked against an archive, by anybody, without the engine's database.

use super::CliError;
use super::mailed_record::{self, MailedRecord};
use super::progress::Progress;
use super::table::{counted, fold, instant, shown};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, load_roster};
use crate::record::{Discrepancy, Published};
use crate::source::archive::{Archive, Limits};
use crate::worker::replay::HandedOn;
use crate::worker::verify::{Means, Note, Remark, Verified, verify};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The most differences that are printed for people.
const MOST_TOLD: usize = 100;
/// The most posts that are named behind a remark.
const MOST_NAMED: usize = 5;

/// What `verify` is to do.
#[derive(Debug)]
pub struct VerifyOptions {
    /// The result and the archives, or the archives alone where the record is given apart.
    pub files: Vec<PathBuf>,
    /// The record, in a file of its own.
    pub record: Option<PathBuf>,
    /// Who was on the team.
    pub roster: Option<PathBuf>,
    /// The list's configuration: its rule, its roster, how it hands mail on.
    pub config: Option<PathBuf>,
    /// One JSON object; else text.
    pub json: bool,
}

/// Checks a result and says exactly what differs. The exit code is 0 where everything holds, else 1.
///
/// # Errors
/// The result, the archive, the roster or the configuration cannot be read, the result carries no record, or it is none that can be
/// checked.
pub fn run(options: VerifyOptions, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let VerifyOptions { files, record, roster, config, json } = options;
    let (mailed, archives) = mailed_record::apart(files, record)?;
    let MailedRecord { published, named } = mailed;
    let means = means(&published, roster.as_deref(), config.as_deref())?;
    let archive = Archive::open(&archives, Limits::default()).map_err(CliError::work)?;
    let mut progress = Progress::start();
    let now = SystemClock.now();
    let checked = verify(&archive, &published, means, now, || progress.one_more()).map_err(CliError::work);
    drop(progress);
    let mut checked = checked?;
    checked.discrepancies.extend(of_the_mail(&published, named));
    let holds = checked.discrepancies.is_empty();
    if json {
        writeln!(out, "{}", as_json(&published, &checked))?;
    } else {
        in_words(&published, &checked, out)?;
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What the record is checked with, from the roster and the configuration that were given.
fn means(published: &Published, roster: Option<&Path>, config: Option<&Path>) -> Result<Means, CliError> {
    let config = config.map(Config::load).transpose().map_err(CliError::usage)?;
    let list = match &config {
        None => None,
        Some(config) => Some(config.list(&published.list).ok_or_else(|| {
            let name = shown(&published.list, 60);
            CliError::usage(format!(
                "the record is of the list {name:?}, which the configuration does not have"
            ))
        })?),
    };
    let zone = list.map_or(Tz::UTC, |list| list.zone);
    let roster = roster.map(|path| load_roster(path, zone)).transpose().map_err(CliError::usage)?;
    let Some(list) = list else { return Ok(Means { roster, ..Means::default() }) };
    let rule =
        list.rules.kinds.iter().find(|(kind, _)| *kind == published.kind).map(|(_, rule)| rule.clone());
    Ok(Means {
        roster: roster.or_else(|| list.roster.clone()),
        rule,
        handed_on: HandedOn { form: list.form.clone(), trust: list.trust.clone() },
    })
}

/// Where the mail's own text names another record than the one that it carries.
fn of_the_mail(published: &Published, named: Vec<String>) -> Option<Discrepancy> {
    let digest = published.digest();
    let other = named.first().filter(|_| !named.contains(&digest))?;
    Some(Discrepancy {
        code: "mail-text".to_owned(),
        post: None,
        why: format!("the mail's text names a record of sha256 {other}; the one attached has {digest}"),
        recorded: Value::String(digest),
        recomputed: Value::String(other.clone()),
    })
}

fn as_json(published: &Published, checked: &Verified) -> Value {
    let again = checked.recomputed.as_ref();
    let remarks = checked
        .remarks
        .iter()
        .map(|remark| json!({ "remark": remark.note, "posts": remark.posts, "why": sentence(remark) }));
    json!({
        "holds": checked.discrepancies.is_empty(),
        "list": published.list,
        "number": published.number,
        "root": published.root,
        "subject": published.subject,
        "sha256": published.digest(),
        "recorded_outcome": published.outcome,
        "recomputed_outcome": again.map(|again| again.outcome),
        "messages": checked.scanned.mails,
        "differences": checked.discrepancies,
        "remarks": remarks.collect::<Vec<_>>(),
    })
}

fn in_words(published: &Published, checked: &Verified, out: &mut dyn Write) -> io::Result<()> {
    let Published { list, number, subject, .. } = published;
    fold(out, "", &format!("Proposal {number} on {}: {}", shown(list, 60), shown(subject, 200)))?;
    let closed = published.closed_at.map_or(String::new(), |at| format!(" on {}", instant(at)));
    fold(
        out,
        "  the record   ",
        &format!("{}{closed}; sha256 {}", shown(&published.outcome, 20), published.digest()),
    )?;
    let mails = counted(checked.scanned.mails, "message", "messages");
    let told = match &checked.recomputed {
        Some(again) => {
            let closed = again.closed_at.map_or(String::new(), |at| format!(" on {}", instant(at)));
            format!("{}{closed}: {}; {mails} read", again.outcome, shown(&again.why, 200))
        }
        None => format!("no such proposal; {mails} read"),
    };
    fold(out, "  the archive  ", &told)?;
    writeln!(out)?;
    let differences = &checked.discrepancies;
    if differences.is_empty() {
        let holds = "IT HOLDS: every mail that was counted, how it was read, the tally, the close and the outcome are what the archive gives.";
        fold(out, "", holds)?;
    } else {
        let many = counted(differences.len() as u64, "difference", "differences");
        fold(out, "", &format!("IT DOES NOT HOLD: {many} between the record and the archive."))?;
        for difference in differences.iter().take(MOST_TOLD) {
            fold(out, "  - ", &told_of(difference))?;
        }
        if differences.len() > MOST_TOLD {
            writeln!(out, "  and {} more; --format json has them all", differences.len() - MOST_TOLD)?;
        }
    }
    if !checked.remarks.is_empty() {
        writeln!(out, "\nTo know:")?;
        for remark in &checked.remarks {
            fold(out, "  - ", &sentence(remark))?;
        }
    }
    Ok(())
}

fn told_of(difference: &Discrepancy) -> String {
    let why = shown(&difference.why, 2_000);
    match &difference.post {
        Some(post) => format!("{}: {why}", shown(post.as_str(), 200)),
        None => why,
    }
}

/// A remark in English.
fn sentence(remark: &Remark) -> String {
    let count = remark.posts.len();
    let mails = counted(count as u64, "mail", "mails");
    let named = remark.posts.iter().take(MOST_NAMED).map(|post| shown(post.as_str(), 120));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if count > MOST_NAMED { ", …" } else { "" };
    match remark.note {
        Note::NoRoster => "Without --roster who is which member, and that those who voted may, is taken from the record.".to_owned(),
        Note::RuleFromRecord => "That the rule in the record is the list's own is not checked: compare rule_parameters with what the \"opened\" mail on the list said, or give --config.".to_owned(),
        Note::OtherEngine => "The record was made by another version of plusone; sentences and newer keys are not compared.".to_owned(),
        Note::InstantFromRecord => format!("{mails} came by other servers than the engine's copy, at most minutes (or, where the archive keeps no Received line, hours) apart; the record's instants are taken."),
        Note::InstantNotTold => format!("Whether {mails} came before the close the archive does not tell; the record's instants are taken: {named}{more}"),
        Note::AfterClose => format!("{mails} of the thread came after the close and need not be in the record."),
        Note::Automatic => format!("Automatic, not in the record, counted for nothing: {mails} of the thread."),
        Note::OtherProposal => format!("Below a post with another tag, which may be a proposal of its own: {mails}, {named}{more}"),
        Note::NotThroughList => format!("{mails} of the record did not come through the list, by the record, and counted for nothing: {named}{more}"),
        Note::AutomaticMissing => format!("Automatic by the record, not in the archive, counted for nothing: {mails}, {named}{more}"),
        Note::ArchiveNamesIt => format!("The result that the list received names this very record: {named}"),
        Note::NoResultMail => "The archive has no result mail of plusone's in this thread that would name the record.".to_owned(),
        Note::ToldFromRecord => "That the window began anew when the list was told is taken from the record: the archive has no mail of plusone's in this thread from that instant.".to_owned(),
    }
}
