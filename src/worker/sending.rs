//! From the outbox to the server. A mail leaves at most once, but for the one window that a lost answer leaves open: then the
//! engine waits for its own copy from the list before it sends again, under the same Message-ID.

use crate::clock::Clock;
use crate::delivery::folder::Folder;
use crate::delivery::smtp::{SendError, Submission};
use crate::failpoint::fail_point;
use crate::store::{Budget, Failure, OutboxEntry, OutboxState, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a mail is tried before it is given up, from when it was tried first (RFC 5321 §4.5.4.1).
const PATIENCE: TimeDelta = TimeDelta::days(4);

/// How often a mail in doubt is looked at while its mailbox has not been read far enough.
const GLANCE: TimeDelta = TimeDelta::minutes(1);

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
    /// The mailbox that the copy would come to, as the store names it.
    pub mailbox: String,
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

/// Sends what may be sent now, oldest first, over one connection. Where the server itself fails, or the login, the rest waits with the
/// mail that found it so: a hundred wrong logins help nobody.
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
        let Some(delivered) = send_one(store, submission, terms, clock, &entry).await? else { continue };
        let (delivered, server_fails) = delivered;
        if let (true, Delivered::Later(until, why)) = (server_fails, &delivered) {
            store.wait_for_the_server(clock.now(), *until, why)?;
        }
        done.push((entry, delivered));
        if server_fails {
            break;
        }
    }
    Ok(done)
}

/// What became of one mail, and whether the server itself is what fails; `None` where nothing was to be done.
async fn send_one(
    store: &mut Store,
    submission: &Submission,
    terms: &Terms,
    clock: &dyn Clock,
    entry: &OutboxEntry,
) -> Result<Option<(Delivered, bool)>, StoreError> {
    let now = clock.now();
    if entry.state == OutboxState::Queued && entry.useful_until.is_some_and(|until| until <= now) {
        store.drop_mail(entry.id)?;
        return Ok(Some((Delivered::Dropped, false)));
    }
    if entry.state == OutboxState::Queued
        && let Some(until) = capped(store, terms, entry, now)?
    {
        store.postpone(entry.id, until)?;
        return Ok(Some((Delivered::Capped(until), false)));
    }
    if entry.state == OutboxState::Sending && !may_be_missed(store, terms, entry)? {
        store.postpone(entry.id, now + GLANCE)?;
        return Ok(None);
    }
    fail_point!("send before mark");
    if !store.begin_send(entry.id, now, now + terms.doubt_wait)? {
        return Ok(None);
    }
    fail_point!("send after mark");
    let sent = submission.send(&terms.from, std::slice::from_ref(&entry.envelope_to), &entry.raw).await;
    let now = clock.now();
    let error = match sent {
        Ok(_) => {
            fail_point!("smtp accepted");
            store.sent(entry.id, now)?;
            fail_point!("send recorded");
            return Ok(Some((Delivered::Sent, false)));
        }
        Err(error) => error,
    };
    let (at, in_doubt, server_fails) = match &error {
        SendError::Permanent(why) => {
            return Ok(Some((give_up(store, entry, now, &why.to_string())?, false)));
        }
        SendError::Transient(why) => (now + back_off(entry.attempts), false, why.is_of_the_server()),
        SendError::Doubt(_) => (now + terms.doubt_wait, true, false),
    };
    let ends_at = entry.first_try.unwrap_or(now) + PATIENCE;
    if now >= ends_at {
        let why = format!("tried for {} days in vain; the last time: {error}", PATIENCE.num_days());
        return Ok(Some((give_up(store, entry, now, &why)?, server_fails)));
    }
    // The last try is not missed by a day's end.
    let at = if in_doubt { at } else { at.min(ends_at) };
    store.try_again(entry.id, at, in_doubt, &error.to_string())?;
    fail_point!("send put off");
    Ok(Some((Delivered::Later(at, error.to_string()), server_fails)))
}

/// Whether a mail in doubt would have been seen on the list by now: its mailbox has been read through since, with time for the list to
/// hand it on. While the mailbox cannot be read nothing is known, and nothing is sent twice.
fn may_be_missed(store: &Store, terms: &Terms, entry: &OutboxEntry) -> Result<bool, StoreError> {
    let Some(tried) = entry.last_try else { return Ok(true) };
    let read_through = store.cursor(&terms.mailbox)?.and_then(|cursor| cursor.read_through);
    Ok(read_through.is_some_and(|read| read >= tried + terms.doubt_wait))
}

/// Gives a mail up, and says so where people look: the log, `status` and the digest.
fn give_up(
    store: &mut Store,
    entry: &OutboxEntry,
    now: DateTime<Utc>,
    error: &str,
) -> Result<Delivered, StoreError> {
    store.begin()?;
    let done = store.give_up(entry.id, error).and_then(|()| {
        let detail = format!("{} {}: its {} was not sent: {error}", entry.list, entry.number, entry.kind);
        store.note_undelivered(entry, None, Failure::NotSent, now, &detail)
    });
    if let Err(error) = done.and_then(|_| store.commit()) {
        store.roll_back();
        return Err(error);
    }
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
