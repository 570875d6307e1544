//! What happened since the process began, counted where it happens.

use chrono::{DateTime, Utc};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// Counters of one process; a restart begins them anew, as Prometheus expects of counters.
#[derive(Debug, Default)]
pub struct Events {
    connects: AtomicU64,
    mailbox_errors: AtomicU64,
    last_mailbox_error: AtomicI64,
    send_errors: AtomicU64,
    last_send_error: AtomicI64,
}

impl Events {
    /// The mailbox was opened.
    pub fn connected(&self) {
        self.connects.fetch_add(1, Relaxed);
    }

    /// The mailbox could not be read at that instant (UTC).
    pub fn mailbox_failed(&self, at: DateTime<Utc>) {
        self.mailbox_errors.fetch_add(1, Relaxed);
        self.last_mailbox_error.store(at.timestamp(), Relaxed);
    }

    /// A mail was not taken at that instant (UTC).
    pub fn send_failed(&self, at: DateTime<Utc>) {
        self.send_errors.fetch_add(1, Relaxed);
        self.last_send_error.store(at.timestamp(), Relaxed);
    }

    /// How often the mailbox was opened anew, after the first time.
    pub(super) fn reconnects(&self) -> u64 {
        self.connects.load(Relaxed).saturating_sub(1)
    }

    /// How often the mailbox failed, and when last, in seconds since 1970; 0 for never.
    pub(super) fn mailbox_errors(&self) -> (u64, i64) {
        (self.mailbox_errors.load(Relaxed), self.last_mailbox_error.load(Relaxed))
    }

    /// How often a mail was not taken, and when last, in seconds since 1970; 0 for never.
    pub(super) fn send_errors(&self) -> (u64, i64) {
        (self.send_errors.load(Relaxed), self.last_send_error.load(Relaxed))
    }
}
