//! `plusone check --probe`: a test mail through the list and back, and what its copy shows of the list.
//!
//! The probe reads the mailbox and the database and writes neither, so a worker may run meanwhile. That one gets the copy as well, and knows
//! it by its Message-ID, which the instance's secret makes.

mod came;
mod inbox;
mod shown;
#[cfg(test)]
mod tests;

use super::{CliError, setup, table, templates};
use crate::clock::{Clock, Deadline, Stopwatch, SystemClock};
use crate::config::{Config, ListConfig, SubmitConfig};
use crate::decision::Span;
use crate::mail::Address;
use crate::notice::{self, Draft, Language, Voice};
use crate::source::imap::Fetched;
use crate::store::Store;
use crate::worker::{SECRET, random};
use came::Came;
use inbox::Inbox;
use std::io::Write;
use std::time::Duration;

/// How long to wait for mail before looking at the clock again.
const GLANCE: Duration = Duration::from_millis(250);
/// Letters of the code that tells one probe from another.
const CODE: usize = 8;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The list's short name; not needed where there is one list.
    pub list: Option<String>,
    /// How long to wait for the copy.
    pub wait: Span,
}

/// A probe that can be mailed.
pub struct Probe<'c> {
    list: &'c ListConfig,
    submit: &'c SubmitConfig,
    wait: Duration,
}

/// How the waiting ended.
enum Ended {
    /// With the copy.
    Copy(Box<Fetched>),
    /// With something that says that no copy will come: what, and the remedy.
    Lost(String),
    /// With nothing; what came about the probe meanwhile, and what was wrong with the mailbox.
    Nothing(Vec<String>),
}

impl<'c> Probe<'c> {
    /// The probe that is wished for.
    ///
    /// # Errors
    /// The configuration names no such list, or has no mailbox to see the copy in, or no server to mail by; or the wait is none.
    pub fn of(config: &'c Config, wish: Wish) -> Result<Self, CliError> {
        let names: Vec<&str> = config.lists.iter().map(|list| list.rules.name.as_str()).collect();
        let list = match (&wish.list, config.lists.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(name), lists) => lists.iter().find(|list| list.rules.name == *name),
        };
        let Some(list) = list else {
            let which = wish.list.map_or("several lists are configured;".to_owned(), |name| {
                format!("no list {name:?} is configured;")
            });
            return Err(CliError::usage(format!(
                "{which} name one: --probe {}",
                names.join(", or --probe ")
            )));
        };
        if config.mailbox.is_none() {
            return Err(CliError::usage(
                "--probe needs [mailbox], to see the copy come back; with `plusone ingest` mail the list by hand and try `plusone read` on the copy",
            ));
        }
        let Some(submit) = &config.submit else {
            return Err(CliError::usage("--probe needs [submit], to mail the list"));
        };
        if wish.wait.is_zero() {
            return Err(CliError::usage(
                "--wait 0 would mail the list and not look for the copy: wait longer, as --wait 5m",
            ));
        }
        Ok(Probe { list, submit, wait: wish.wait.delta().to_std().unwrap_or_default() })
    }

    /// Mails the probe, waits, and says what came back. Gives how many things failed.
    ///
    /// # Errors
    /// Only where nothing can be printed.
    pub fn run(&self, config: &Config, out: &mut dyn Write) -> Result<u32, CliError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::work)?;
        let done = runtime.block_on(self.there_and_back(config, out));
        match done {
            Ok(failed) => Ok(failed),
            Err(error) if error.is_broken_pipe() => Err(error),
            Err(error) => {
                writeln!(out, "FAIL  probe: {}", error.to_string().trim_start_matches("plusone: "))?;
                Ok(1)
            }
        }
    }

    async fn there_and_back(&self, config: &Config, out: &mut dyn Write) -> Result<u32, CliError> {
        let (draft, from) = self.draft(config)?;
        // Before the mail leaves: whatever is in the mailbox now is not its copy.
        let mut inbox = Inbox::open(config)?;
        let submission = setup::submission(self.submit)?;
        let watch = Stopwatch::start();
        submission
            .send(from.as_str(), std::slice::from_ref(&draft.envelope_to), &draft.raw)
            .await
            .map_err(CliError::work)?;
        let back = Stopwatch::start();
        writeln!(
            out,
            "ok    probe: {:?} mailed to {} as {from} ({} ms)",
            draft.subject,
            self.list.address,
            watch.elapsed().as_millis()
        )?;
        out.flush()?;
        submission.close().await;
        match self.wait_for(&mut inbox, &draft).await? {
            Ended::Copy(copy) => shown::show(self.list, &from, &draft, &copy, back.elapsed(), out),
            Ended::Lost(why) => {
                table::fold(out, "FAIL  probe: ", &why)?;
                Ok(1)
            }
            Ended::Nothing(came) => {
                self.not_back(config, &from, &came, out)?;
                Ok(1)
            }
        }
    }

    fn draft(&self, config: &Config) -> Result<(Draft, Address), CliError> {
        let sender = setup::sender(config)?;
        let voice = Voice {
            list_name: self.list.rules.name.clone(),
            list_address: self.list.address.clone(),
            from_name: sender.from.name,
            from: sender.address,
            language: Language::of(&self.list.language).unwrap_or_default(),
            zone: self.list.zone,
            archive: None,
            names_missing: false,
            secret: secret(config)?,
        };
        let code: String = random()?.chars().take(CODE).collect();
        let templates = templates::load(config.templates.as_deref())?;
        let draft = notice::probe(&code, &voice, &templates, SystemClock.now()).map_err(CliError::work)?;
        Ok((draft, voice.from))
    }

    async fn wait_for(&self, inbox: &mut Inbox, draft: &Draft) -> Result<Ended, CliError> {
        let deadline = Deadline::after(self.wait);
        let mut about = Vec::new();
        loop {
            let last = deadline.is_past();
            for mail in inbox.next(GLANCE).await? {
                match Came::of(&mail.bytes, self.list, draft) {
                    None => {}
                    Some(Came::Copy) => return Ok(Ended::Copy(Box::new(mail))),
                    Some(Came::Lost(why)) => return Ok(Ended::Lost(why)),
                    Some(Came::About(what)) => about.push(what),
                }
            }
            if last {
                about.extend(inbox.trouble().map(|why| format!("the mailbox could not be read: {why}")));
                return Ok(Ended::Nothing(about));
            }
        }
    }

    /// That it did not come back, and what may be why.
    fn not_back(
        &self,
        config: &Config,
        from: &Address,
        came: &[String],
        out: &mut dyn Write,
    ) -> Result<(), CliError> {
        let waited = table::length(chrono::TimeDelta::from_std(self.wait).unwrap_or_default());
        let list = &self.list.address;
        table::fold(out, "FAIL  probe: ", &format!("it did not come back within {waited}. In this order:"))?;
        let subscribed = format!(
            "is the address of the mailbox {} subscribed to {list}, to single mails and not to digests, and does it get its mail?",
            setup::mailbox_name(config)
        );
        let posting = format!(
            "may {from} post there? A list holds or refuses the mail of whoever is no member: let that address post, and look at the list's queue for moderators"
        );
        let junk = "was it filed as junk, or by a filter, into another folder of the mailbox?".to_owned();
        let slow =
            "is the list slow? Then wait longer: --wait 15m. A copy that comes later does no harm, and a running worker passes over it".to_owned();
        for (number, what) in [subscribed, posting, junk, slow].iter().enumerate() {
            table::fold(out, &format!("      {}. ", number + 1), what)?;
        }
        for what in came {
            table::fold(out, "      meanwhile: ", what)?;
        }
        Ok(())
    }
}

/// The instance's secret. Before the first run there is none: then any will do, since what is older than that run is only recorded.
fn secret(config: &Config) -> Result<Vec<u8>, CliError> {
    let known = match config.database.exists() {
        true => Store::open(&config.database)?.meta(SECRET)?,
        false => None,
    };
    Ok(known.map_or_else(random, Ok)?.into_bytes())
}
