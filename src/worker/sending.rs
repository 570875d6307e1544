//! From the outbox to the server. A mail leaves at most once, but for the one window that a lost answer leaves open: then the
//! engine waits for its own copy from the list before it sends again, under the same Message-ID.

use crate::clock::Clock;
use crate::delivery::folder::Folder;
use crate::delivery::smtp::{SendError, Submission};
use crate::failpoint::fail_point;
use crate::store::{Budget, OutboxEntry, OutboxState, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a mail is tried before it is given up.
const PATIENCE: TimeDelta = TimeDelta::days(4);

/// What may be sent, and as whom.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The reverse-path (RFC 5321 §3.3).
    pub from: String,
    /// Mails a day to a list, beside those of [`Budget::Reserved`].
    pub cap_list: u32,
    /// Results, corrections and objections a day to a list.
    pub cap_reserved: u32,
    /// Mails a day to one author.
    pub cap_author: u32,
    /// How long a mail in doubt waits for its copy.
    pub doubt_wait: TimeDelta,
}

/// What became of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// The server took it.
    Sent,
    /// It is tried again at that instant (UTC).
    Later(DateTime<Utc>, String),
    /// Refused for good.
    Refused(String),
    /// Its budget is used up; it waits until that instant (UTC).
    Capped(DateTime<Utc>),
    /// It outlived its use before it could be sent.
    Dropped,
}

/// Sends what may be sent now, oldest first.
///
/// # Errors
/// A failing database.
pub async fn send_due(
    store: &mut Store,
    submission: &Submission,
    terms: &Terms,
    clock: &dyn Clock,
) -> Result<Vec<(OutboxEntry, Delivered)>, StoreError> {
    let mut done = Vec::new();
    for entry in store.sendable(clock.now())? {
        if let Some(delivered) = send_one(store, submission, terms, clock, &entry).await? {
            done.push((entry, delivered));
        }
    }
    Ok(done)
}

async fn send_one(
    store: &mut Store,
    submission: &Submission,
    terms: &Terms,
    clock: &dyn Clock,
    entry: &OutboxEntry,
) -> Result<Option<Delivered>, StoreError> {
    let now = clock.now();
    if entry.state == OutboxState::Queued && entry.useful_until.is_some_and(|until| until <= now) {
        store.drop_mail(entry.id)?;
        return Ok(Some(Delivered::Dropped));
    }
    if entry.state == OutboxState::Queued
        && let Some(until) = capped(store, terms, entry, now)?
    {
        store.postpone(entry.id, until)?;
        return Ok(Some(Delivered::Capped(until)));
    }
    fail_point!("send before mark");
    if !store.begin_send(entry.id, now + terms.doubt_wait)? {
        return Ok(None);
    }
    fail_point!("send after mark");
    let sent = submission.send(&terms.from, std::slice::from_ref(&entry.envelope_to), &entry.raw).await;
    let now = clock.now();
    let delivered = match sent {
        Ok(_) => {
            fail_point!("smtp accepted");
            store.sent(entry.id, now)?;
            fail_point!("send recorded");
            Delivered::Sent
        }
        Err(SendError::Permanent(error)) => give_up(store, entry, &error.to_string())?,
        Err(SendError::Transient(error)) if now - entry.queued_at > PATIENCE => {
            give_up(store, entry, &error.to_string())?
        }
        Err(SendError::Doubt(error)) if now - entry.queued_at > PATIENCE => {
            give_up(store, entry, &error.to_string())?
        }
        Err(SendError::Transient(error)) => {
            let at = now + back_off(entry.attempts);
            store.try_again(entry.id, at, false, &error.to_string())?;
            fail_point!("send put off");
            Delivered::Later(at, error.to_string())
        }
        Err(SendError::Doubt(error)) => {
            let at = now + terms.doubt_wait;
            store.try_again(entry.id, at, true, &error.to_string())?;
            Delivered::Later(at, error.to_string())
        }
    };
    Ok(Some(delivered))
}

fn give_up(store: &mut Store, entry: &OutboxEntry, error: &str) -> Result<Delivered, StoreError> {
    store.give_up(entry.id, error)?;
    Ok(Delivered::Refused(error.to_owned()))
}

/// Until when a mail must wait, where its budget for the last 24 hours is used up.
fn capped(
    store: &Store,
    terms: &Terms,
    entry: &OutboxEntry,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let budget = Budget::of(&entry.kind, &entry.recipient);
    let cap = match budget {
        Budget::Reserved => terms.cap_reserved,
        Budget::List => terms.cap_list,
        Budget::Author => terms.cap_author,
    };
    let spent = store.spent(&entry.list, budget, &entry.recipient, now - TimeDelta::days(1))?;
    Ok((spent >= cap).then(|| now + TimeDelta::hours(1)))
}

/// One minute, doubling up to an hour.
fn back_off(attempts: u32) -> TimeDelta {
    TimeDelta::minutes(1i64 << attempts.min(6)).min(TimeDelta::hours(1))
}

/// Writes what a list in shadow mode would have mailed into the folder, once.
///
/// # Errors
/// A failing database, or a folder that cannot be written.
pub fn write_shadow(store: &mut Store, folder: &Folder, now: DateTime<Utc>) -> Result<usize, ShadowError> {
    let waiting = store.unwritten_shadow()?;
    for entry in &waiting {
        fail_point!("shadow before file");
        folder.write(&format!("{} {} {}", entry.list, entry.number, entry.kind), &entry.raw)?;
        fail_point!("shadow after file");
        store.shadow_written(entry.id, now)?;
        fail_point!("shadow after mark");
    }
    Ok(waiting.len())
}

/// Why a shadow notice could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder cannot be written.
    #[error(
        "cannot write to the shadow folder: {0}; check that it exists and that this user may write there"
    )]
    Folder(#[from] std::io::Error),
}

#[cfg(test)]
mod tests;
