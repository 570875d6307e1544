//! `plusone replay`: archives judged as if plusone had been there.

use super::CliError;
use super::progress::Progress;
use super::proposal;
use super::table::{counted, instant};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, load_roster};
use crate::decision::{Decision, Profile, Roster};
use crate::record::{self, Record};
use crate::source::archive::{Archive, Limits};
use crate::worker::replay::{AsOf, Replayed, Rulebook, replay};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::io::{self, Write};
use std::path::PathBuf;

/// The rules of `[PROPOSAL]` and `[VOTE]` where nothing else is said.
const READY: (&str, &str) = ("ovirt-minor", "ovirt-substantial");

/// What `replay` is to do.
#[derive(Debug)]
pub struct ReplayOptions {
    /// Archives, in the order in which they are read; `-` is standard input.
    pub archives: Vec<PathBuf>,
    /// Judge every tag by this ready rule.
    pub profile: Option<String>,
    /// Judge by the lists of this configuration.
    pub config: Option<PathBuf>,
    /// Who may vote, in place of what the configuration says.
    pub roster: Option<PathBuf>,
    /// Judge as of this instant, UTC, instead of the archive's last.
    pub until: Option<DateTime<Utc>>,
    /// One JSON object a proposal, one a line; else text.
    pub json: bool,
}

/// Prints how every proposal of the archives stands, in the order in which the list received them.
///
/// # Errors
/// No such profile, a configuration or roster at fault, an archive that cannot be read, or `out` not written. A reader of
/// `out` that has gone is none.
pub fn run(options: &ReplayOptions, out: &mut dyn Write) -> Result<(), CliError> {
    let rulebook = rulebook(options)?;
    let archive = Archive::open(&options.archives, Limits::default()).map_err(CliError::work)?;
    let as_of = AsOf { until: options.until, now: SystemClock.now() };
    let mut progress = Some(Progress::start());
    let mut written = Ok(());
    let show = |decision: &Decision, roster: Option<&Roster>| {
        let record = record::record(decision, roster, false);
        if options.json { record.to_json() + "\n" } else { in_words(decision, &record) }
    };
    let glanced = || progress.iter_mut().for_each(Progress::one_more);
    let replayed = replay(&archive, &rulebook, as_of, glanced, show, |text| {
        written = out.write_all(text.as_bytes());
        written.is_ok()
    });
    drop(progress.take());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error)?,
        _ => {}
    }
    let replayed = replayed.map_err(CliError::work)?;
    if !options.json {
        sum_up(&replayed, out)?;
    }
    remark(&replayed);
    Ok(())
}

/// The rules to judge by, and the roster. A profile goes before a configuration, which then only lends the roster's dates its zone.
///
/// # Errors
/// No such profile, or a configuration or roster at fault.
pub fn rulebook(options: &ReplayOptions) -> Result<Rulebook, CliError> {
    let config = options.config.as_deref().map(Config::load).transpose().map_err(CliError::usage)?;
    let zone = config.as_ref().and_then(|config| config.lists.first()).map_or(Tz::UTC, |list| list.zone);
    let roster = options.roster.as_deref().map(|path| load_roster(path, zone));
    let roster = roster.transpose().map_err(CliError::usage)?;
    let (minor, substantial) = match (&options.profile, &config) {
        (Some(profile), _) => (profile.as_str(), profile.as_str()),
        (None, Some(config)) => return Ok(Rulebook::configured(config, roster.as_ref())),
        (None, None) => READY,
    };
    Rulebook::by_profiles(minor, substantial, roster).ok_or_else(|| {
        CliError::usage(format!(
            "no profile is named {minor:?}; there are: {}",
            Profile::names().collect::<Vec<_>>().join(", ")
        ))
    })
}

fn in_words(decision: &Decision, record: &Record) -> String {
    let mut text = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = proposal::print(decision, record, &mut text);
    String::from_utf8_lossy(&text).into_owned() + "\n"
}

fn sum_up(replayed: &Replayed, out: &mut dyn Write) -> io::Result<()> {
    let Replayed { scanned, proposals, .. } = replayed;
    let mails = counted(scanned.mails, "message", "messages");
    let found = counted(*proposals as u64, "proposal", "proposals");
    match replayed.as_of {
        Some(as_of) => writeln!(out, "{found} in {mails}, judged as of {}", instant(as_of)),
        None => writeln!(out, "{found} in {mails}"),
    }
}

/// Says on standard error what was left out and why.
fn remark(replayed: &Replayed) {
    remark_on_mail(replayed);
    for announcement in &replayed.unlinked {
        let announcement = &announcement.message_id;
        tracing::warn!("{announcement} announces the outcome of no proposal that is found; left out");
    }
}

/// Says on standard error which mail was not read, or joined to no proposal.
pub fn remark_on_mail(replayed: &Replayed) {
    let Replayed { scanned, ambiguous, .. } = replayed;
    if scanned.problems > 0 {
        tracing::warn!(
            "{} entries of the archives are damaged; `plusone read` names each of them",
            scanned.problems
        );
    }
    if scanned.cut > 0 {
        tracing::warn!("{} mails are too large; only their beginnings were read", scanned.cut);
    }
    if *ambiguous > 0 {
        tracing::warn!(
            "{ambiguous} replies name nothing they reply to and more than one open proposal by subject; left out"
        );
    }
}
