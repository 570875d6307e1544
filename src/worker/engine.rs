//! The engine: the store, the lists, and what it takes to speak.

use super::Told;
use super::known_posts::KnownPosts;
use super::reader::{self, ReadMail};
use super::so_far::SoFar;
use super::told::Doings;
use crate::config::ListConfig;
use crate::failpoint::fail_point;
use crate::mail::{Address, Mailbox, hex};
use crate::notice::{Language, RenderError, Templates, Voice};
use crate::store::{Due, Incoming, MailboxCursor, Store, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Under what the store keeps the instance's secret.
pub(crate) const SECRET: &str = "secret";

/// Why the engine could not finish a step. Everything of the step was rolled back; it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A notice could not be put into words.
    #[error("cannot write a notice: {0}")]
    Render(#[from] RenderError),
    /// No secret could be made.
    #[error("the operating system gives no random bytes: {0}")]
    Random(String),
}

/// Who the engine is when it writes.
#[derive(Debug, Clone)]
pub struct Sender {
    /// From: a name and the sending address.
    pub from: Mailbox,
    /// The sending address.
    pub address: Address,
}

/// The loop's body: takes mail, decides what is due, queues what is to be said.
#[derive(Debug)]
pub struct Engine {
    pub(super) store: Store,
    pub(super) lists: Vec<ListConfig>,
    pub(super) sender: Sender,
    pub(super) templates: Templates,
    pub(super) secret: Vec<u8>,
    /// What was received before this instant (UTC) is recorded, never announced.
    pub(super) begun_at: DateTime<Utc>,
    /// The mailbox whose reading decides what has been read through.
    pub(super) mailbox: String,
    pub(super) told: Doings,
    pub(super) so_far: SoFar,
    pub(super) known_posts: RefCell<KnownPosts>,
}

impl Engine {
    /// An engine over a store. The first time, it makes the instance's secret and remembers `now` as its beginning; rosters that
    /// differ from the stored ones are taken up as of `now`.
    ///
    /// # Errors
    /// Where the store fails, or no secret can be made.
    pub fn new(
        mut store: Store,
        lists: Vec<ListConfig>,
        sender: Sender,
        templates: Templates,
        mailbox: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, EngineError> {
        let begun_at = begun(&mut store, now)?;
        fail_point!("instance begun");
        let secret = secret(&mut store)?;
        for list in &lists {
            if let Some(roster) = &list.roster {
                let first = store.rosters(&list.rules.name)?.versions.is_empty();
                let since = if first { DateTime::UNIX_EPOCH } else { now };
                store.take_up_roster(&list.rules.name, since, roster)?;
                fail_point!("roster taken up");
            }
        }
        let engine = Engine {
            store,
            lists,
            sender,
            templates,
            secret,
            begun_at,
            mailbox: mailbox.to_owned(),
            told: Doings::default(),
            so_far: SoFar::default(),
            known_posts: RefCell::default(),
        };
        engine.read_ahead()?;
        Ok(engine)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, to send from.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// From now on tells what it does only as far as the log says it.
    pub fn be_brief(&mut self) {
        self.told.brief = true;
    }

    /// The instant (UTC) up to which the mailbox has been read.
    ///
    /// # Errors
    /// A failing database.
    pub fn read_through(&self) -> Result<DateTime<Utc>, EngineError> {
        let cursor = self.store.cursor(&self.mailbox)?;
        Ok(cursor.and_then(|cursor| cursor.read_through).unwrap_or(DateTime::UNIX_EPOCH))
    }

    /// Begins to read the mailbox at `now`. Where it was read by a clock that stood later, what was read is taken to end with the last mail
    /// that had come by now; gives the later instant (UTC) then.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn begin_reading(&mut self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, EngineError> {
        Ok(self.store.distrust_the_future(&self.mailbox, now)?)
    }

    /// Stores mail, opens the proposals in it and decides again whatever it touches: all of it in one transaction.
    ///
    /// # Errors
    /// Where the store fails; then nothing of it was kept and it must be handed over again.
    pub fn take(&mut self, batch: &[Incoming], now: DateTime<Utc>) -> Result<Vec<Told>, EngineError> {
        let read = batch.iter().map(|incoming| reader::read(&self.lists, incoming)).collect();
        self.take_read(batch, read, now)
    }

    /// The same of mail that has been read: each of `batch` is the one of `read` in its place.
    pub(super) fn take_read(
        &mut self,
        batch: &[Incoming],
        read: Vec<ReadMail>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Told>, EngineError> {
        let told = self.step(|engine| {
            engine.take_in(batch, read, now)?;
            fail_point!("intake before commit");
            Ok(())
        })?;
        fail_point!("intake after commit");
        Ok(told)
    }

    /// Notes that the mailbox has been read up to `cursor`, and decides what has fallen due by that.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn read_up_to(
        &mut self,
        cursor: MailboxCursor,
        now: DateTime<Utc>,
    ) -> Result<Vec<Told>, EngineError> {
        let told = self.step(|engine| {
            engine.store.set_cursor(&engine.mailbox.clone(), cursor)?;
            fail_point!("cursor set");
            let read_through = engine.read_through()?;
            let mut due: BTreeSet<Due> = engine.store.due(read_through)?.into_iter().collect();
            // However long nothing was read: instant by instant, each proposal as of its own.
            while let Some(Due { at, list, number }) = due.pop_first() {
                let next = engine.decide_again(&list, number, at, read_through, now)?;
                due.extend(next.into_iter().filter(|next| next.at > at && next.at <= read_through));
            }
            fail_point!("reading through before commit");
            Ok(())
        })?;
        fail_point!("reading through after commit");
        Ok(told)
    }

    /// Queues the digests that their schedules ask for by now.
    ///
    /// # Errors
    /// Where the store fails or a digest cannot be put into words.
    pub fn digests(&mut self, now: DateTime<Utc>) -> Result<Vec<Told>, EngineError> {
        let told = self.step(|engine| {
            engine.queue_digests(now)?;
            fail_point!("digest before commit");
            Ok(())
        })?;
        fail_point!("digest after commit");
        Ok(told)
    }

    /// One step: what it writes is committed whole or not at all.
    pub(super) fn step(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), EngineError>,
    ) -> Result<Vec<Told>, EngineError> {
        self.told.take();
        self.store.begin()?;
        let done = work(self).and_then(|()| Ok(self.store.commit()?));
        self.so_far.forget();
        if let Err(error) = done {
            self.store.roll_back();
            self.known_posts.get_mut().forget();
            self.told.take();
            return Err(error);
        }
        Ok(self.told.take())
    }

    pub(super) fn voice(&self, list: &ListConfig) -> Voice {
        Voice {
            list_name: list.rules.name.clone(),
            list_address: list.address.clone(),
            from_name: self.sender.from.name.clone(),
            from: self.sender.address.clone(),
            language: Language::of(&list.language).unwrap_or_default(),
            zone: list.zone,
            archive: None,
            names_missing: list.names_missing,
            secret: self.secret.clone(),
        }
    }
}

fn begun(store: &mut Store, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
    let known = store.meta("begun_at")?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    if let Some(known) = known {
        return Ok(known.to_utc());
    }
    store.set_meta("begun_at", &now.to_rfc3339_opts(SecondsFormat::Micros, true))?;
    Ok(now)
}

fn secret(store: &mut Store) -> Result<Vec<u8>, EngineError> {
    if let Some(known) = store.meta(SECRET)? {
        return Ok(known.into_bytes());
    }
    let made = random()?;
    store.set_meta(SECRET, &made)?;
    Ok(made.into_bytes())
}

/// 256 random bits in hexadecimal digits.
pub(crate) fn random() -> Result<String, EngineError> {
    let mut bytes = [0u8; 32];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|error| EngineError::Random(format!("{error:?}")))?;
    Ok(hex(&bytes))
}
