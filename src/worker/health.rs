//! Whether anybody is needed: what `plusone status` prints and `/healthz` answers.

use super::clocks;
use crate::store::{Failure, OutboxState, Store, StoreError, Undelivered};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// How long a mailbox may go unread, or a mail untaken, before a person is needed.
const LAG_ALLOWED: TimeDelta = TimeDelta::minutes(30);

/// How long what is due may wait for a mailbox that can be read: some rounds of looking at it, since each close waits for the next of them.
const WAIT_ALLOWED: TimeDelta = TimeDelta::minutes(10);

/// How long a result that mail has put into doubt, or a notice that did not arrive, calls for a person.
const CALLED_FOR: TimeDelta = TimeDelta::days(30);

/// The key under which the store keeps why the mailbox cannot be read; empty where it can.
pub(super) const MAILBOX_TROUBLE: &str = "mailbox trouble";

/// The key under which it keeps that this is not over by itself; empty where it may be.
pub(super) const MENDED_BY_A_PERSON: &str = "mailbox trouble needs a person";

/// How the engine is.
#[derive(Debug, Serialize)]
pub struct Health {
    /// Up to when the mailbox has been read, UTC.
    pub read_through: Option<DateTime<Utc>>,
    /// How long ago that was, in seconds.
    pub lag_seconds: Option<i64>,
    /// Why it cannot be read at the moment; it is tried again.
    pub mailbox_trouble: Option<String>,
    /// Mails that are kept.
    pub messages: u64,
    /// Proposals that are open.
    pub open: usize,
    /// When the next of them is due, UTC.
    pub next_due: Option<DateTime<Utc>>,
    /// Mails that wait to be sent.
    pub queued: u64,
    /// Mails whose sending was begun, and of which it is not known whether it ended.
    pub in_doubt: u64,
    /// Mails that were given up.
    pub failed: u64,
    /// Problems that are listed.
    pub problems: u64,
    /// Notices that did not arrive, as was found lately.
    pub undelivered: Vec<Lost>,
    /// Results that mail has put into doubt lately.
    pub corrected: Vec<Corrected>,
    /// What a person is needed for, a sentence each.
    pub needs_a_person: Vec<String>,
}

/// A notice that did not arrive.
#[derive(Debug, Serialize)]
pub struct Lost {
    /// The list.
    pub list: String,
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// The kind of notice.
    pub kind: String,
    /// `not-sent` or `bounced`.
    pub why: &'static str,
    /// When it was found, UTC.
    pub at: DateTime<Utc>,
}

/// A published result that would be another with the mail that surfaced after it.
#[derive(Debug, Serialize)]
pub struct Corrected {
    /// The list.
    pub list: String,
    /// The proposal.
    pub number: u32,
    /// The outcome as published.
    pub published: &'static str,
    /// The outcome as it would be.
    pub again: &'static str,
}

impl Health {
    /// How the engine over that store is, which reads that mailbox.
    ///
    /// # Errors
    /// A failing database.
    pub fn of(store: &Store, mailbox: &str, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let read_through = store.cursor(mailbox)?.and_then(|cursor| cursor.read_through);
        let next_due = store.next_due()?;
        let lost = store.undelivered_since(None, now - CALLED_FOR)?;
        let corrected = corrected(store, now)?;
        let mut needs = mailbox_needs(store, read_through, next_due, now)?;
        needs.extend(submission_needs(store, now)?);
        needs.extend(lost.iter().filter(|one| !one.confirmed).map(lost_in_words));
        needs.extend(corrected.iter().map(|one| {
            format!(
                "{} {}: mail surfaced after its result, which was {} and would be {}; decide it anew by a new proposal",
                one.list, one.number, one.published, one.again
            )
        }));
        Ok(Health {
            read_through,
            lag_seconds: read_through.map(|at| (now - at).num_seconds()),
            mailbox_trouble: store.meta(MAILBOX_TROUBLE)?.filter(|trouble| !trouble.is_empty()),
            messages: store.message_count()?,
            open: store.open_count()?,
            next_due,
            queued: store.outbox_count(OutboxState::Queued)?,
            in_doubt: store.outbox_count(OutboxState::Sending)?,
            failed: store.outbox_count(OutboxState::Failed)?,
            problems: store.problem_count()?,
            undelivered: lost.into_iter().map(Lost::from).collect(),
            corrected,
            needs_a_person: needs,
        })
    }
}

impl From<Undelivered> for Lost {
    fn from(one: Undelivered) -> Self {
        Lost { list: one.list, number: one.number, kind: one.kind, why: one.failure.code(), at: one.at }
    }
}

fn mailbox_needs(
    store: &Store,
    read_through: Option<DateTime<Utc>>,
    next_due: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let mut needs = Vec::new();
    match read_through {
        None => needs.push("the mailbox has never been read: start `plusone run`".to_owned()),
        Some(at) if now - at > LAG_ALLOWED => needs
            .push(format!("the mailbox was last read {} ago: is `plusone run` running?", length(now - at))),
        Some(_) => {}
    }
    let said = |key| Ok::<_, StoreError>(store.meta(key)?.filter(|said| !said.is_empty()));
    // A server that is started anew is back before anybody need look, unless a decision waits for it.
    let trouble = said(MAILBOX_TROUBLE)?;
    let allowed = if trouble.is_some() { TimeDelta::zero() } else { WAIT_ALLOWED };
    let waits = next_due.is_some_and(|due| due < now - allowed && read_through.is_none_or(|at| at < due));
    let is_long = read_through.is_none_or(|at| now - at > LAG_ALLOWED);
    if waits || is_long || said(MENDED_BY_A_PERSON)?.is_some() {
        needs.extend(trouble);
    }
    for trouble in [clocks::TROUBLE, clocks::DIFFER] {
        needs.extend(said(trouble)?);
    }
    if waits {
        needs.push(
            "a proposal is due and waits for the mailbox to be read; nothing is decided until then"
                .to_owned(),
        );
    }
    Ok(needs)
}

/// Mail that the server does not take; a greylisting or a restart is over before anybody need look.
fn submission_needs(store: &Store, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    let tried = store.tried_longest()?.filter(|(since, _)| now - *since > LAG_ALLOWED);
    Ok(tried.map(|(since, error)| {
        format!("a mail has been tried for {} and is not taken: {error}", length(now - since))
    }))
}

fn lost_in_words(one: &Undelivered) -> String {
    let Undelivered { list, number, kind, .. } = one;
    match one.failure {
        Failure::NotSent => {
            format!("{list} {number}: its {kind} was given up: `plusone list --problems` says why")
        }
        Failure::Bounced => {
            format!("{list} {number}: its {kind} came back undelivered: `plusone list --problems` says more")
        }
    }
}

/// The results of all lists that mail has put into doubt lately.
fn corrected(store: &Store, now: DateTime<Utc>) -> Result<Vec<Corrected>, StoreError> {
    let reviews = store.corrected_since(now - CALLED_FOR)?;
    let corrected = reviews.into_iter().map(|review| Corrected {
        list: review.published.call.list.clone(),
        number: review.published.call.number,
        published: review.published.state.outcome(),
        again: review.again.state.outcome(),
    });
    Ok(corrected.collect())
}

/// A length of time in its largest two units: `2d 4h`, `15m`, `20s`.
pub fn length(of: TimeDelta) -> String {
    let seconds = of.num_seconds().abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, minutes) => format!("{hours}h {minutes}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}
