//! The worker as a process: the mailbox on a thread of its own, the outbox on a task of its own, the engine between them.

use super::log::{instant, log_delivered, log_told};
use super::maildir::{look_at_maildir, watch_maildir};
use super::monitor::Events;
use super::reader::{Heard, hear};
use super::sending::{Delivered, Terms, send_due, write_shadow};
use super::{Engine, EngineError, health};
use crate::clock::Clock;
use crate::delivery::folder::Folder;
use crate::delivery::smtp::Submission;
use crate::failpoint::fail_point;
use crate::source::imap::{self, Cursor, MailboxEvent, Watcher};
use crate::store::{MailboxCursor, Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tracing::{debug, error, info, warn};

/// How often `run --once` looks at a Maildir that a mail reader moves mail in meanwhile.
const LOOKS: usize = 3;

/// Why the worker stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The engine or its store failed; nothing was lost.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mailbox could not be read (`run --once`).
    #[error("{0}")]
    Mailbox(String),
    /// A mail could not be sent (`run --once`).
    #[error("{0} mail(s) could not be sent yet; they stay in the outbox. The last error: {1}")]
    Unsent(usize, String),
    /// Something else in the way.
    #[error("{0}")]
    Other(String),
}

/// Where mail comes from, ready to be read.
pub enum Mailbox {
    /// An IMAP mailbox.
    Imap(Box<imap::Settings>),
    /// A Maildir, looked at every so often.
    Maildir(PathBuf, Duration),
    /// None: `ingest` brings mail.
    None,
}

/// Everything that the worker needs besides the engine.
pub struct Worker {
    /// The engine.
    pub engine: Engine,
    /// The database, for the sender's own connection.
    pub database: PathBuf,
    /// Where mail comes from.
    pub mailbox: Mailbox,
    /// Where mail goes, with its terms; without it nothing is live.
    pub submission: Option<(Submission, Terms)>,
    /// Where shadow notices go.
    pub shadow: Folder,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What happens, for whoever watches.
    pub events: Arc<Events>,
}

impl Worker {
    /// Reads, decides and sends until `stopped` becomes true; then finishes the step at hand.
    ///
    /// # Errors
    /// A database that fails in a way that trying again will not mend.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>) -> Result<(), RunError> {
        self.begin_reading()?;
        let (watcher, events) = self.watch_mailbox()?;
        // A Maildir is looked through whole at each start; IMAP tells by number what is new.
        let known = match self.mailbox {
            Mailbox::Maildir(..) => Some(Store::open(&self.database)?),
            Mailbox::Imap(_) | Mailbox::None => None,
        };
        let mut events = self.engine.reader(known).ahead(events);
        let wake = Arc::new(Notify::new());
        let (caught_up, may_send) = watch::channel(false);
        let asked = stopped.clone();
        let mut sender = self.spawn_sender(Arc::clone(&wake), may_send, stopped.clone())?;
        let mut tick = tokio::time::interval(Duration::from_secs(30));
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Ready]);
        loop {
            let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Watchdog]);
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => break,
                event = events.recv() => match event {
                    Some(heard) => {
                        let read_through = matches!(heard, Heard::Other(MailboxEvent::ReadThrough { .. }));
                        tokio::task::block_in_place(|| self.take_up(heard))?;
                        if read_through {
                            caught_up.send_replace(true);
                        }
                    }
                    None => return Err(RunError::Other("the thread that reads the mailbox ended; start plusone again".into())),
                },
                () = ended(&mut sender) => {
                    sender = None;
                    // Where it was asked to end, it may have seen that before it was seen here.
                    if !*asked.borrow() {
                        return Err(RunError::Other("the task that sends mail ended; start plusone again".into()));
                    }
                }
                _ = tick.tick() => tokio::task::block_in_place(|| self.on_tick())?,
            }
            wake.notify_one();
        }
        info!("stopping");
        if let Some(watcher) = watcher {
            tokio::task::block_in_place(|| watcher.stop());
        }
        wake.notify_one();
        if let Some(sender) = sender {
            let _ = sender.await;
        }
        Ok(())
    }

    /// One poll, everything due, one round of sending: for cron. Where the mailbox cannot be read nothing is sent, as in [`Worker::run`].
    ///
    /// # Errors
    /// Whatever kept it from reading the mailbox or from sending.
    pub async fn run_once(mut self) -> Result<(), RunError> {
        self.begin_reading()?;
        let read = tokio::task::block_in_place(|| self.poll_once());
        tokio::task::block_in_place(|| self.on_tick())?;
        read?;
        let mut unsent = Vec::new();
        if let Some((submission, terms)) = &self.submission {
            for (entry, delivered) in
                send_due(self.engine.store_mut(), submission, terms, self.clock.as_ref()).await?
            {
                log_delivered(&entry, &delivered);
                if let Delivered::Later(_, error) | Delivered::Refused(error) = delivered {
                    unsent.push(error);
                }
            }
            submission.close().await;
        }
        unsent.last().map_or(Ok(()), |last| Err(RunError::Unsent(unsent.len(), last.clone())))
    }

    fn poll_once(&mut self) -> Result<(), RunError> {
        match &self.mailbox {
            Mailbox::Imap(settings) => {
                let settings = settings.clone();
                let cursor = self.cursor()?;
                let clock = Arc::clone(&self.clock);
                let mut failed = None;
                let polled = imap::poll_once(&settings, cursor, clock.as_ref(), &mut |event| match self
                    .handle(event)
                {
                    Ok(()) => true,
                    Err(error) => {
                        failed = Some(error);
                        false
                    }
                });
                match (failed, polled) {
                    (Some(error), _) => Err(error),
                    (None, Err(error)) => Err(RunError::Mailbox(error.to_string())),
                    (None, Ok(())) => Ok(()),
                }
            }
            Mailbox::Maildir(path, _) => {
                let (path, clock) = (path.clone(), Arc::clone(&self.clock));
                let mut seen = HashSet::new();
                for _ in 0..LOOKS {
                    let mut is_through = false;
                    look_at_maildir(&path, &mut seen, clock.as_ref(), &mut |event| {
                        is_through |= matches!(event, MailboxEvent::ReadThrough { .. });
                        self.handle(event)
                    })?;
                    if is_through {
                        return Ok(());
                    }
                }
                let path = path.display();
                Err(RunError::Mailbox(format!(
                    "a mail in {path} was gone each time that it was to be read; try again, and see that no link there leads nowhere"
                )))
            }
            // Everything that `ingest` was given is all there is.
            Mailbox::None => {
                let cursor = Cursor { uid_validity: 0, last_uid: 0 };
                self.handle(MailboxEvent::ReadThrough { began_at: self.clock.now(), cursor })
            }
        }
    }

    fn cursor(&self) -> Result<Option<Cursor>, RunError> {
        let known = self.engine.store().cursor(&self.engine.mailbox)?;
        Ok(known
            .filter(|known| known.uid_validity != 0)
            .map(|known| Cursor { uid_validity: known.uid_validity, last_uid: known.last_uid }))
    }

    fn watch_mailbox(&mut self) -> Result<(Option<Watcher>, mpsc::Receiver<MailboxEvent>), RunError> {
        let cursor = self.cursor()?;
        match &self.mailbox {
            Mailbox::Imap(settings) => {
                let (watcher, events) = Watcher::spawn((**settings).clone(), cursor, Arc::clone(&self.clock));
                Ok((Some(watcher), events))
            }
            Mailbox::Maildir(path, every) => {
                let (path, every, clock) = (path.clone(), *every, Arc::clone(&self.clock));
                let (events, receiver) = mpsc::channel(1);
                tokio::spawn(watch_maildir(path, every, clock, events));
                Ok((None, receiver))
            }
            Mailbox::None => {
                let (events, receiver) = mpsc::channel(1);
                let clock = Arc::clone(&self.clock);
                tokio::spawn(async move {
                    let cursor = Cursor { uid_validity: 0, last_uid: 0 };
                    while events
                        .send(MailboxEvent::ReadThrough { began_at: clock.now(), cursor })
                        .await
                        .is_ok()
                    {
                        tokio::time::sleep(Duration::from_secs(30)).await;
                    }
                });
                Ok((None, receiver))
            }
        }
    }

    /// The outbox on a task of its own, so that a server that hangs never keeps mail from being read. It begins when the mailbox has been
    /// read through once: what an older copy of the database would mail again may lie there.
    fn spawn_sender(
        &mut self,
        wake: Arc<Notify>,
        may_send: watch::Receiver<bool>,
        stopped: watch::Receiver<bool>,
    ) -> Result<Option<tokio::task::JoinHandle<()>>, RunError> {
        let Some((submission, terms)) = self.submission.take() else { return Ok(None) };
        let mut store = Store::open(&self.database)?;
        let (clock, events) = (Arc::clone(&self.clock), Arc::clone(&self.events));
        Ok(Some(tokio::spawn(async move {
            while !*stopped.borrow() {
                if !*may_send.borrow() {
                    wake.notified().await;
                    continue;
                }
                let sent = send_due(&mut store, &submission, &terms, clock.as_ref()).await;
                for (entry, delivered) in sent.iter().flatten() {
                    log_delivered(entry, delivered);
                    if matches!(delivered, Delivered::Later(..) | Delivered::Refused(_)) {
                        events.send_failed(clock.now());
                    }
                }
                // The batch is over; the server need not wait for the next.
                submission.close().await;
                let next = sent.and_then(|_| store.next_try());
                if let Err(error) = &next {
                    error!(%error, "the outbox cannot be read or written");
                }
                let _ = tokio::time::timeout(until_next(&next, clock.now()), wake.notified()).await;
            }
            submission.close().await;
        })))
    }

    /// Reads what the mailbox tells, and takes it up.
    pub(super) fn handle(&mut self, event: MailboxEvent) -> Result<(), RunError> {
        let heard = hear(&self.engine.lists, &self.engine.mailbox, Some(self.engine.store()), event);
        self.take_up(heard)
    }

    fn take_up(&mut self, heard: Heard) -> Result<(), RunError> {
        let now = self.clock.now();
        match heard {
            Heard::Mail { mails, read, newest } => {
                fail_point!("mailbox read");
                self.compare_clocks(newest, now)?;
                log_told(self.engine.take_read(&mails, read, now)?);
            }
            Heard::Other(event) => self.take_note(event, now)?,
        }
        self.write_shadow(now);
        Ok(())
    }

    /// What the mailbox tells beside mail.
    fn take_note(&mut self, event: MailboxEvent, now: DateTime<Utc>) -> Result<(), RunError> {
        match event {
            MailboxEvent::Mail(_) => self.handle(event)?,
            MailboxEvent::ReadThrough { began_at, cursor } => {
                // While nobody knows what time it is, nothing falls due.
                let is_known = !self.clock_has_jumped()?;
                let cursor = MailboxCursor {
                    uid_validity: cursor.uid_validity,
                    last_uid: cursor.last_uid,
                    read_through: is_known.then_some(began_at),
                };
                let MailboxCursor { uid_validity, last_uid, .. } = cursor;
                debug!(uid_validity, last_uid, at = instant(began_at), "read through");
                self.engine.store().wait_for_disk(true)?;
                let told = self.engine.read_up_to(cursor, now)?;
                self.engine.store().expect(false)?;
                for key in [health::MAILBOX_TROUBLE, health::MENDED_BY_A_PERSON] {
                    self.engine.store_mut().set_meta(key, "")?;
                }
                log_told(told);
            }
            MailboxEvent::UidValidityChanged { old, new } => {
                self.engine.store().expect(true)?;
                warn!(
                    uid_validity = new,
                    before = old,
                    "the mailbox was made anew: it is read again from the start; nothing is counted twice"
                );
            }
            MailboxEvent::Trouble(error) => {
                self.mailbox_failed(&error.to_string(), error.needs_a_person(), now)?;
            }
            MailboxEvent::Unreadable(why) => self.mailbox_failed(&why, true, now)?,
            MailboxEvent::Connected { idle } => {
                self.events.connected();
                info!(idle, "the mailbox is open");
            }
        }
        Ok(())
    }

    /// Keeps what is wrong with the mailbox for `status` and `/healthz`, until it is read through again.
    fn mailbox_failed(
        &mut self,
        why: &str,
        needs_a_person: bool,
        now: DateTime<Utc>,
    ) -> Result<(), RunError> {
        if needs_a_person {
            error!(error = why, "the mailbox cannot be read until somebody mends that");
        } else {
            warn!(error = why, "the mailbox cannot be read now; it is tried again");
        }
        let mended_by = if needs_a_person { "yes" } else { "" };
        self.engine.store_mut().set_meta(health::MENDED_BY_A_PERSON, mended_by)?;
        self.events.mailbox_failed(now);
        Ok(self.engine.store_mut().set_meta(health::MAILBOX_TROUBLE, why)?)
    }

    fn on_tick(&mut self) -> Result<(), RunError> {
        let now = self.clock.now();
        if !self.clock_has_jumped()? {
            log_told(self.engine.digests(now)?);
        }
        self.write_shadow(now);
        Ok(())
    }

    fn write_shadow(&mut self, now: DateTime<Utc>) {
        match write_shadow(self.engine.store_mut(), &self.shadow, now) {
            Ok(0) => {}
            Ok(count) => info!(count, "shadow notices written"),
            Err(error) => {
                error!(%error, "shadow notices are not written; they are kept until that is mended")
            }
        }
    }
}

/// Comes to an end when the sender does, which happens only where it fails.
async fn ended(sender: &mut Option<tokio::task::JoinHandle<()>>) {
    match sender {
        Some(sender) => drop(sender.await),
        None => std::future::pending().await,
    }
}

/// How long the sender waits where nothing wakes it. A database that fails is not asked at once again for the mail that is due all the while.
fn until_next(next: &Result<Option<DateTime<Utc>>, StoreError>, now: DateTime<Utc>) -> Duration {
    const LEAST: Duration = Duration::from_millis(50);
    const MOST: Duration = Duration::from_secs(60);
    match next {
        Ok(Some(at)) => (*at - now).to_std().unwrap_or(LEAST).clamp(LEAST, MOST),
        Ok(None) | Err(_) => MOST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_sender_waits_for_the_next_mail_or_a_minute() {
        let now = DateTime::UNIX_EPOCH;
        let check = |next, millis| assert_eq!(until_next(&next, now), Duration::from_millis(millis));
        check(Ok(None), 60_000);
        check(Ok(Some(now + TimeDelta::seconds(7))), 7_000);
        check(Ok(Some(now + TimeDelta::hours(7))), 60_000);
        check(Ok(Some(now - TimeDelta::hours(7))), 50);
        check(Err(StoreError::Corrupt("a page".to_owned())), 60_000);
    }
}
