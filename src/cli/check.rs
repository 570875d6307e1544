//! `plusone check`: the configuration, then the database, the mailbox and the submission server, each step with the time it took. No mail
//! is sent unless a probe is asked for, and nothing is made that is not there.

use super::{CliError, probe, setup, table, templates};
use crate::clock::{Clock, Stopwatch, SystemClock};
use crate::config::{Config, MailboxConfig, SubmitConfig};
use crate::decision::Mode;
use crate::net::probe_step::ProbeStep;
use crate::source::imap;
use crate::store::Store;
use chrono::TimeDelta;
use std::io::Write;
use std::path::Path;

/// Less room than this beside the database is worth a warning, in bytes.
const LITTLE_ROOM: u64 = 200 << 20;

/// How far the mail server's clock may be ahead of this machine's.
const CLOCKS_MAY_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// Checks everything that can be checked without sending mail, and says each step; then mails a probe where one is wished for.
pub fn run(path: &Path, wish: Option<probe::Wish>, out: &mut dyn Write) -> Result<(), CliError> {
    let config = setup::load(path)?;
    // What cannot be done is said before anything is.
    let wanted = wish.map(|wish| probe::Probe::of(&config, wish)).transpose()?;
    writeln!(
        out,
        "ok    {} is sound: {}",
        path.display(),
        table::counted(config.lists.len() as u64, "list", "lists")
    )?;
    for list in &config.lists {
        let mode = if list.rules.mode == Mode::Live { "live" } else { "shadow: nothing is mailed" };
        let roster = list
            .roster
            .as_ref()
            .map_or("no roster".to_owned(), |roster| format!("{} on the roster", roster.members.len()));
        writeln!(out, "ok    list {}: {mode}, {roster}", list.rules.name)?;
    }
    for warning in config.short_of_voters(SystemClock.now()).into_iter().chain(config.nothing_to_raise_to()) {
        writeln!(out, "warn  {warning}")?;
    }
    templates::load(config.templates.as_deref())?;
    if let Some(folder) = &config.templates {
        writeln!(out, "ok    templates {}", folder.display())?;
    }
    database(&config.database, out)?;
    if let Some(listen) = config.monitor {
        writeln!(out, "ok    monitor: `plusone run` answers on http://{listen}/healthz and /metrics")?;
    }
    let mut failed = 0;
    let mut steps = Vec::new();
    let done = mailbox(&config, &mut steps);
    failed += report(out, "mailbox", &steps, done)?;
    steps.clear();
    let done = submission(config.submit.as_ref(), &mut steps);
    failed += report(out, "submission", &steps, done)?;
    match wanted {
        Some(_) if failed > 0 => writeln!(out, "skip  probe: not mailed while another check fails")?,
        Some(probe) => failed += probe.run(&config, out)?,
        None => {}
    }
    if failed > 0 {
        return Err(CliError::work(format!("{} failed", table::counted(failed.into(), "check", "checks"))));
    }
    Ok(())
}

/// What was done, then what failed or is to be remarked.
fn report(
    out: &mut dyn Write,
    what: &str,
    steps: &[ProbeStep],
    done: Result<Vec<Remark>, CliError>,
) -> Result<u32, CliError> {
    for step in steps {
        writeln!(out, "ok    {what}: {step}")?;
    }
    match done {
        Ok(remarks) => {
            for Remark { warns, text } in remarks {
                writeln!(out, "{}  {what}: {text}", if warns { "warn" } else { "ok  " })?;
            }
            Ok(0)
        }
        Err(error) => {
            writeln!(out, "FAIL  {what}: {}", error.to_string().trim_start_matches("plusone: "))?;
            Ok(1)
        }
    }
}

/// Something found that is not a step.
struct Remark {
    warns: bool,
    text: String,
}

impl Remark {
    fn fine(text: impl Into<String>) -> Self {
        Remark { warns: false, text: text.into() }
    }

    fn warning(text: impl Into<String>) -> Self {
        Remark { warns: true, text: text.into() }
    }
}

/// Whether the database can be written, or made; and whether there is room for it.
fn database(path: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    let watch = Stopwatch::start();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = path.display();
    if path.exists() {
        let mut store = Store::open(path)?;
        store.begin()?;
        store.roll_back();
        writeln!(out, "ok    database {shown} can be written ({} ms)", watch.elapsed().as_millis())?;
    } else {
        // Gone again at once.
        tempfile::tempfile_in(folder).map_err(|error| {
            CliError::work(format!(
                "cannot make the database {shown}: {error}; check that the folder exists and that this user may write there"
            ))
        })?;
        writeln!(out, "ok    database {shown} is not there yet: `plusone run` makes it")?;
    }
    if let Ok(space) = rustix::fs::statvfs(folder) {
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        let shown = format!("{} MB free in {}", free >> 20, folder.display());
        match free < LITTLE_ROOM {
            true => writeln!(out, "warn  {shown}: every mail of the lists is kept there; make room")?,
            false => writeln!(out, "ok    {shown}")?,
        }
    }
    Ok(())
}

fn mailbox(config: &Config, steps: &mut Vec<ProbeStep>) -> Result<Vec<Remark>, CliError> {
    if let Some(MailboxConfig::Maildir { path, .. }) = &config.mailbox {
        let readable = ["cur", "new"].iter().all(|sub| std::fs::read_dir(path.join(sub)).is_ok());
        return if readable {
            Ok(vec![Remark::fine(format!("Maildir {} can be read", path.display()))])
        } else {
            Err(CliError::work(format!(
                "{} is no Maildir that can be read; it must hold cur and new",
                path.display()
            )))
        };
    }
    let Some(settings) = setup::imap_settings(config)? else {
        return Ok(vec![Remark::fine("none; `plusone ingest` brings mail")]);
    };
    let probe = imap::probe(&settings, steps).map_err(CliError::work)?;
    let mut remarks = vec![match probe.idle {
        true => Remark::fine("IDLE: mail is heard of at once"),
        false => Remark::fine("no IDLE: the mailbox is polled"),
    }];
    let now = SystemClock.now();
    match probe.newest {
        Some(newest) if newest - now > CLOCKS_MAY_DIFFER => remarks.push(Remark::warning(format!(
            "the newest mail came {} from now by the mail server's clock: one of the two clocks is wrong, and deadlines go by this machine's; let both keep time with NTP",
            table::length(newest - now)
        ))),
        Some(newest) => remarks.push(Remark::fine(format!(
            "the newest mail came {} ago by the mail server's clock",
            table::length(now - newest)
        ))),
        None => {}
    }
    Ok(remarks)
}

fn submission(submit: Option<&SubmitConfig>, steps: &mut Vec<ProbeStep>) -> Result<Vec<Remark>, CliError> {
    let Some(submit) = submit else {
        return Ok(vec![Remark::fine("none; nothing is mailed")]);
    };
    let submission = setup::submission(submit)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::work)?;
    let probe = runtime.block_on(submission.probe(steps)).map_err(CliError::work)?;
    // The longest result with its record is well below this.
    const ENOUGH: u64 = 1 << 20;
    let mut remarks = Vec::new();
    if probe.offer.size.is_some_and(|limit| (1..ENOUGH).contains(&limit)) {
        remarks.push(Remark::warning(
            "mails may be too large for it: raise its limit (Postfix: message_size_limit) to 1 MB or more",
        ));
    }
    Ok(remarks)
}
