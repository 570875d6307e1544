//! `plusone demo`: a month of a sample list, with an in-memory clock that runs through it. Nothing is needed but this program.

use super::{CliError, table};
use crate::ballot::{self, Reading};
use crate::clock::Clock;
use crate::config::{Config, ListConfig};
use crate::decision::{Awaited, Decision, State};
use crate::delivery::folder::Folder;
use crate::mail::{self, Arrival, Mailbox, Post};
use crate::notice::{Kind, Recipient, Templates};
use crate::record;
use crate::store::{Incoming, MailboxCursor, Store};
use crate::worker::{Engine, Sender, Told};
use chrono::{DateTime, DurationRound, TimeDelta, TimeZone, Utc};
use include_dir::{Dir, include_dir};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/infra");
const MAILBOX: &str = "sample";

/// A mail with the instant at which the list received it, UTC.
type SampleMail = (DateTime<Utc>, &'static [u8]);

/// A clock that stands still until it is moved.
#[derive(Debug)]
struct HandClock(Mutex<DateTime<Utc>>);

impl HandClock {
    fn set(&self, to: DateTime<Utc>) {
        // A poisoned lock still holds an instant.
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Runs the sample list's month and leaves every mail in `folder`.
pub fn run(folder: Option<&Path>, out: &mut dyn Write) -> Result<(), CliError> {
    let state = tempfile::tempdir()
        .map_err(|error| CliError::work(format!("cannot make a temporary folder: {error}")))?;
    let config = sample_config(state.path())?;
    let list =
        config.lists.first().cloned().ok_or_else(|| CliError::work("the sample configures no list"))?;
    let mails = sample_mails(&list)?;
    let first = mails.first().map_or(DateTime::UNIX_EPOCH, |(at, _)| *at);
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => kept_folder()?,
    };
    let clock = HandClock(Mutex::new(first - TimeDelta::hours(1)));
    let sender = match &config.submit {
        Some(submit) => Sender { from: submit.from.clone(), address: submit.address.clone() },
        None => Sender {
            from: Mailbox { name: "plusone".into(), address: Some(list.address.clone()) },
            address: list.address.clone(),
        },
    };
    let templates = Templates::builtin().map_err(CliError::templates)?;
    let store = Store::open(&state.path().join("plusone.db"))?;
    let engine = Engine::new(store, vec![list.clone()], sender, templates, MAILBOX, clock.now())?;
    let mails_out = Folder::new(&folder)
        .map_err(|error| CliError::work(format!("cannot make {}: {error}", folder.display())))?;
    let mut month = Month { engine, clock, list, folder: mails_out, out, written: 0, held: HashMap::new() };
    month.play(&mails)?;
    month.close(&folder, mails.len())
}

/// How a proposal stands, where votes are counted.
fn stands(after: &Decision) -> String {
    let count = after.tally.binding;
    match after.state.closed_at() {
        Some(_) => " too late".to_owned(),
        None => format!(" ({} for, {} against)", count.plus, count.minus),
    }
}

fn kept_folder() -> Result<PathBuf, CliError> {
    let made = tempfile::Builder::new().prefix("plusone-demo-").tempdir();
    Ok(made.map_err(|error| CliError::work(format!("cannot make a temporary folder: {error}")))?.keep())
}

fn sample_config(folder: &Path) -> Result<Config, CliError> {
    for name in ["plusone.toml", "roster.toml"] {
        let text = SAMPLE.get_file(name).ok_or_else(|| CliError::work(format!("the sample lacks {name}")))?;
        std::fs::write(folder.join(name), text.contents())
            .map_err(|error| CliError::work(format!("cannot write {name}: {error}")))?;
    }
    Config::load(&folder.join("plusone.toml")).map_err(CliError::usage)
}

/// The sample's mails with the instants at which the list received them, in that order.
fn sample_mails(list: &ListConfig) -> Result<Vec<SampleMail>, CliError> {
    let folder = SAMPLE.get_dir("mails").ok_or_else(|| CliError::work("the sample holds no mails"))?;
    let mut mails: Vec<(DateTime<Utc>, &[u8])> = folder
        .files()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "eml"))
        .map(|file| {
            let head = mail::head(file.contents(), &Arrival::default(), &list.form, &list.trust);
            (head.received.at, file.contents())
        })
        .collect();
    mails.sort();
    Ok(mails)
}

/// The month as it runs.
struct Month<'a> {
    engine: Engine,
    clock: HandClock,
    list: ListConfig,
    folder: Folder,
    out: &'a mut dyn Write,
    written: usize,
    /// The proposals that were decided, each with whether its close waits for an answer.
    held: HashMap<u32, bool>,
}

impl Month<'_> {
    fn play(&mut self, mails: &[SampleMail]) -> Result<(), CliError> {
        let Some((first, _)) = mails.first() else { return Ok(()) };
        let zone = self.list.zone;
        writeln!(
            self.out,
            "plusone demo: a month on {}, an invented infrastructure team's list.",
            self.list.address
        )?;
        writeln!(
            self.out,
            "[PROPOSAL] passes in silence after 72 hours. [VOTE] needs three +1. All times are {zone}.\n"
        )?;
        let mut next_tick = first.duration_trunc(TimeDelta::hours(1)).unwrap_or(*first);
        for (at, raw) in mails {
            self.advance(&mut next_tick, *at)?;
            self.clock.set(*at);
            self.take(raw)?;
            self.read_up_to(*at)?;
        }
        let end =
            zone.with_ymd_and_hms(2026, 3, 31, 23, 59, 59).single().map_or(next_tick, |end| end.to_utc());
        self.advance(&mut next_tick, end)
    }

    /// Lets time pass up to `until`: the mailbox is polled at every due instant, and the hours tick for the digest.
    fn advance(&mut self, next_tick: &mut DateTime<Utc>, until: DateTime<Utc>) -> Result<(), CliError> {
        loop {
            let due = self.engine.store().next_due()?.filter(|due| *due < *next_tick);
            let step = due.unwrap_or(*next_tick);
            if step >= until {
                return Ok(());
            }
            // A due instant that is past already is handled at the present one.
            self.clock.set(step.max(self.clock.now()));
            if step == *next_tick {
                *next_tick += TimeDelta::hours(1);
                let told = self.engine.digests(self.clock.now())?;
                self.tell(told)?;
            }
            self.read_up_to(self.clock.now())?;
        }
    }

    fn take(&mut self, raw: &[u8]) -> Result<(), CliError> {
        let incoming = Incoming {
            raw: raw.to_vec(),
            true_size: None,
            mailbox: MAILBOX.into(),
            arrival: Arrival::default(),
        };
        let told = self.engine.take(&[incoming], self.clock.now())?;
        self.tell(told)
    }

    fn read_up_to(&mut self, at: DateTime<Utc>) -> Result<(), CliError> {
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 0, read_through: Some(at) };
        let told = self.engine.read_up_to(cursor, self.clock.now())?;
        self.tell(told)
    }

    /// Prints what happened, then plays the list server: what the engine mails to the list comes back from it.
    fn tell(&mut self, told: Vec<Told>) -> Result<(), CliError> {
        let mut opened = Vec::new();
        let mut mailed = Vec::new();
        for (at, one) in told.iter().enumerate() {
            match one {
                Told::Opened(call) => opened.push(&call.root),
                Told::Stored(post) => {
                    self.tell_post(post, opened.contains(&&post.message_id), &told[at..])?
                }
                Told::Decided(after) => self.tell_decision(after)?,
                Told::Queued { kind, to, raw, number, .. } => {
                    self.tell_mail(*kind, to, *number, raw)?;
                    if *to == Recipient::List {
                        mailed.push(raw.clone());
                    }
                }
                Told::Confirmed(_) | Told::Problem { .. } | Told::Brief(_) => {}
            }
        }
        let now = self.clock.now();
        for entry in self.engine.store().sendable(now)? {
            self.engine.store_mut().begin_send(entry.id, now, now)?;
            self.engine.store_mut().sent(entry.id, now)?;
        }
        for raw in mailed {
            let copy = self.as_the_list_sends(&raw);
            self.take(&copy)?;
        }
        Ok(())
    }

    /// A mail as the list hands it on to its members.
    fn as_the_list_sends(&self, raw: &[u8]) -> Vec<u8> {
        let at = self.clock.now().to_rfc2822();
        let head = format!(
            "Return-Path: <infra-bounces@lists.example.org>\r\nReceived: from lists.example.org (lists.example.org [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS\r\n\tfor <infra-bot@mail.example.org>; {at}\r\nList-Id: <{}>\r\n",
            self.list.list_id
        );
        [head.as_bytes(), raw].concat()
    }

    fn line(&mut self, number: Option<u32>, what: &str) -> Result<(), CliError> {
        let at = self.clock.now().with_timezone(&self.list.zone).format("%a %d %b %H:%M");
        let number = number.map_or(String::new(), |number| format!("#{number}"));
        writeln!(self.out, "{at}  {number:>4}  {what}")?;
        Ok(())
    }

    /// A post, with the proposal that it touched and how that stands by it.
    fn tell_post(&mut self, post: &Post, opens: bool, told: &[Told]) -> Result<(), CliError> {
        let name = table::shown(&post.author.name, 24);
        let decided = told.iter().find_map(|one| match one {
            Told::Decided(after) if after.posts.iter().any(|known| known.message_id == post.message_id) => {
                Some(after)
            }
            _ => None,
        });
        let number = decided.map(|after| after.call.number);
        if opens {
            return self.line(number, &format!("{name} writes: {}", table::shown(&post.subject.text, 70)));
        }
        let quoted = |line: &str| format!("“{}”", table::shown(line, 60));
        let said = match &ballot::reading(post, &self.list.rules.dialect) {
            Reading::Cast(cast) => {
                let stands = decided.map_or(String::new(), |after| stands(after));
                format!("votes {}{stands}   {}", cast.written, quoted(&cast.place.line))
            }
            Reading::Withdraw(place) => format!("takes a vote back   {}", quoted(&place.line)),
            Reading::Objects(place) => format!("objects in words   {}", quoted(&place.line)),
            Reading::Held(held) => {
                format!("may have voted; held, not counted   {}", quoted(&held.place.line))
            }
            Reading::Command { place, .. } => format!("commands   {}", quoted(&place.line)),
            Reading::Event(_) => format!("writes: {}", table::shown(&post.subject.text, 70)),
            Reading::Automatic { .. } if post.automatic == Some(mail::Automatic::OwnNotice) => return Ok(()),
            Reading::Automatic { why } => format!("(automatic mail, never a vote: {why})"),
            Reading::Nothing => return Ok(()),
        };
        self.line(number, &format!("{name} {said}"))
    }

    fn tell_decision(&mut self, after: &Decision) -> Result<(), CliError> {
        let number = Some(after.call.number);
        let zone = self.list.zone;
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%a %d %b %H:%M").to_string();
        let held = matches!(&after.state, State::Waiting { awaited: Awaited::Held, .. });
        let held_before = self.held.insert(after.call.number, held);
        match &after.state {
            State::Open if held_before.is_none() => {
                let rule = &after.call.rule;
                let least = if rule.is_silence() { "until" } else { "at least until" };
                self.line(
                    number,
                    &format!("is open by rule {}, {least} {}", rule.name, local(after.closes_at)),
                )
            }
            State::Waiting { until: Some(until), .. } if held && held_before != Some(true) => self.line(
                number,
                &format!("would close now, but a question is open: it waits until {}", local(*until)),
            ),
            state => {
                let Some(closed_at) = state.closed_at() else { return Ok(()) };
                let why = record::record(after, self.list.roster.as_ref(), true).why;
                let outcome = state.outcome().to_uppercase();
                self.line(
                    number,
                    &format!("{outcome} as of {}: {}", local(closed_at), table::shown(&why, 90)),
                )?;
                match &after.human_result {
                    Some(result) if result.by_proposer => {
                        self.line(number, "the proposer has told the list already; nothing is mailed")
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    fn tell_mail(&mut self, kind: Kind, to: &Recipient, number: u32, raw: &[u8]) -> Result<(), CliError> {
        let hint = if number == 0 { kind.as_str().to_owned() } else { format!("{number} {}", kind.as_str()) };
        let path = self
            .folder
            .write(&hint, raw)
            .map_err(|error| CliError::work(format!("cannot write a mail: {error}")))?;
        self.written += 1;
        let to = match to {
            Recipient::List => "the list".to_owned(),
            Recipient::Author(address) => address.to_string(),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.line((number > 0).then_some(number), &format!("→ mails {to}: {} ({name})", kind.as_str()))
    }

    fn close(self, folder: &Path, read: usize) -> Result<(), CliError> {
        let decisions = self.engine.store().decisions(None)?;
        writeln!(self.out, "\nThe month in one table\n")?;
        let rows: Vec<Vec<String>> = decisions
            .iter()
            .map(|stored| {
                let decision = &stored.decision;
                let record = record::record(decision, self.list.roster.as_ref(), true);
                vec![
                    format!("#{}", decision.call.number),
                    decision.state.outcome().to_owned(),
                    table::shown(&decision.call.subject, 50),
                    table::shown(&record.why, 60),
                ]
            })
            .collect();
        table::print(self.out, &["NO", "OUTCOME", "SUBJECT", "WHY"], &rows)?;
        writeln!(self.out, "\nThe digest as it would go out now\n")?;
        if let Some(draft) = self.engine.digest_now(&self.list.rules.name.clone(), self.clock.now())? {
            writeln!(self.out, "Subject: {}\n\n{}", draft.subject, draft.words)?;
        }
        writeln!(
            self.out,
            "{read} mails read, {} proposals, {} mails written to {}",
            decisions.len(),
            self.written,
            folder.display()
        )?;
        writeln!(
            self.out,
            "Next: `plusone init` writes a configuration for a list of your own; it starts in shadow mode and mails nothing."
        )?;
        Ok(())
    }
}
