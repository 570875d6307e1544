//! Mails that did not arrive: given up, or returned by somebody's mail server.

use super::outbox::{ENTRY, entry};
use super::sql::{from_micros, micros};
use super::{OutboxEntry, OutboxState, Store, StoreError};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

/// Why a mail did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The server refused it for good, or was tried for four days.
    NotSent,
    /// It came back (RFC 3464).
    Bounced,
}

impl Failure {
    /// The problem's code.
    pub fn code(self) -> &'static str {
        match self {
            Failure::NotSent => "not-sent",
            Failure::Bounced => "bounced",
        }
    }
}

/// A mail that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The list.
    pub list: String,
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// The kind of notice, as [`crate::notice::Kind::as_str`].
    pub kind: String,
    /// Whether it was for the list; else it was for one person.
    pub to_list: bool,
    /// Why.
    pub failure: Failure,
    /// Whether the list has it all the same.
    pub confirmed: bool,
    /// When it was found, UTC.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The mail of the outbox that bears that Message-ID.
    ///
    /// # Errors
    /// A failing database.
    pub fn outbox_named(&self, id: &MessageId) -> Result<Option<OutboxEntry>, StoreError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {ENTRY} FROM outbox WHERE message_id = ?1"))?;
        Ok(query.query_row([id.as_str()], entry).optional()?)
    }

    /// Notes that a mail did not arrive, once for each reason: a list of thousands may return a mail thousands of times. `message` is
    /// the mail that says so. `false` where it is noted already.
    ///
    /// # Errors
    /// A failing database.
    pub fn note_undelivered(
        &mut self,
        entry: &OutboxEntry,
        message: Option<i64>,
        failure: Failure,
        at: DateTime<Utc>,
        detail: &str,
    ) -> Result<bool, StoreError> {
        let added = self
            .db
            .prepare_cached(
                "INSERT INTO problem (message, list, at, code, detail, outbox) SELECT ?1, ?2, ?3, ?4, ?5, ?6
                  WHERE NOT EXISTS (SELECT 1 FROM problem WHERE outbox = ?6 AND code = ?4)",
            )?
            .execute(params![message, entry.list, micros(at), failure.code(), detail, entry.id])?;
        Ok(added == 1)
    }

    /// The mails of a list, or of all where it is `None`, that were found since an instant not to have arrived; oldest first.
    ///
    /// # Errors
    /// A failing database.
    pub fn undelivered_since(
        &self,
        list: Option<&str>,
        since: DateTime<Utc>,
    ) -> Result<Vec<Undelivered>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT outbox.list, number, kind, recipient, code, state, at FROM problem JOIN outbox ON outbox.id = problem.outbox
              WHERE problem.outbox IS NOT NULL AND at >= ?2 AND outbox.list = ifnull(?1, outbox.list) ORDER BY at, problem.id",
        )?;
        let rows = query.query_map(params![list, micros(since)], |row| {
            let failure = match row.get_ref(4)?.as_str()? {
                "bounced" => Failure::Bounced,
                _ => Failure::NotSent,
            };
            Ok(Undelivered {
                list: row.get(0)?,
                number: row.get(1)?,
                kind: row.get(2)?,
                to_list: row.get_ref(3)?.as_str()? == "list",
                failure,
                confirmed: OutboxState::parse(row.get_ref(5)?.as_str()?) == OutboxState::Confirmed,
                at: from_micros(row.get(6)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Since when (UTC) the mail that has been tried longest has been tried, and what went wrong last.
    ///
    /// # Errors
    /// A failing database.
    pub fn tried_longest(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT first_try, last_error FROM outbox
              WHERE state IN ('queued', 'sending') AND first_try IS NOT NULL AND last_error IS NOT NULL ORDER BY first_try LIMIT 1",
        )?;
        Ok(query.query_row([], |row| Ok((from_micros(row.get(0)?), row.get(1)?))).optional()?)
    }

    /// Lets everything that is due at `now` wait for the server until `until`: it has been tried by the mail that found the server
    /// out of order.
    ///
    /// # Errors
    /// A failing database.
    pub fn wait_for_the_server(
        &mut self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE outbox SET next_try = ?2, first_try = ifnull(first_try, ?1), last_error = ?3
                  WHERE state IN ('queued', 'sending') AND next_try <= ?1",
            )?
            .execute(params![micros(now), micros(until), error])?;
        Ok(())
    }
}
