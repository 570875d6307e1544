//! `plusone check`: the configuration, then the mailbox, then the submission server. No mail is sent.

use super::{CliError, setup, table, templates};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, MailboxConfig};
use crate::decision::Mode;
use crate::source::imap;
use std::io::Write;
use std::path::Path;

/// Checks everything that can be checked without sending mail, and says each step.
pub fn run(path: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    let config = setup::load(path)?;
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
    setup::open_store(&config)?;
    writeln!(out, "ok    database {}", config.database.display())?;
    let mut failed = 0;
    failed += report(out, "mailbox", mailbox(&config))?;
    failed += report(out, "submission", submission(&config))?;
    if failed > 0 {
        return Err(CliError::work(format!("{} failed", table::counted(failed.into(), "check", "checks"))));
    }
    Ok(())
}

fn report(out: &mut dyn Write, what: &str, done: Result<Vec<String>, CliError>) -> Result<u32, CliError> {
    match done {
        Ok(steps) => {
            for step in steps {
                writeln!(out, "ok    {what}: {step}")?;
            }
            Ok(0)
        }
        Err(error) => {
            writeln!(out, "FAIL  {what}: {}", error.to_string().trim_start_matches("plusone: "))?;
            Ok(1)
        }
    }
}

fn mailbox(config: &Config) -> Result<Vec<String>, CliError> {
    if let Some(MailboxConfig::Maildir { path, .. }) = &config.mailbox {
        let readable = ["cur", "new"].iter().all(|sub| std::fs::read_dir(path.join(sub)).is_ok());
        return if readable {
            Ok(vec![format!("Maildir {} can be read", path.display())])
        } else {
            Err(CliError::work(format!(
                "{} is no Maildir that can be read; it must hold cur and new",
                path.display()
            )))
        };
    }
    let Some(settings) = setup::imap_settings(config)? else {
        return Ok(vec!["none; `plusone ingest` brings mail".to_owned()]);
    };
    let probe = imap::probe(&settings).map_err(CliError::work)?;
    let mut steps = probe.steps;
    steps.push(format!(
        "{} mails, {}",
        probe.exists,
        if probe.idle { "IDLE: mail is heard of at once" } else { "no IDLE: the mailbox is polled" }
    ));
    Ok(steps)
}

fn submission(config: &Config) -> Result<Vec<String>, CliError> {
    let Some(submit) = &config.submit else {
        return Ok(vec!["none; nothing is mailed".to_owned()]);
    };
    let submission = setup::submission(submit)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::work)?;
    let probe = runtime.block_on(submission.probe()).map_err(CliError::work)?;
    Ok(probe.steps.into_iter().map(|step| step.what).collect())
}
