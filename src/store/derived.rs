//! What is derived from the facts, dropped so that it can be derived again; and whether the facts themselves are whole.

use super::messages::stored;
use super::sql::{from_micros, micros};
use super::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::StoredMessage;

/// How far a clock may stand behind an instant that it gave itself, before it is not believed.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

impl Store {
    /// Sets aside again, after every post was indexed anew, what [`Store::set_aside`] did: `repeated-proposal` among the problems tells of it.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_aside_again(&mut self) -> Result<(), StoreError> {
        let update = "UPDATE post SET through = 0 WHERE message IN (SELECT message FROM problem WHERE code = 'repeated-proposal')";
        self.db.execute(update, [])?;
        Ok(())
    }

    /// Looks through the whole file for damage.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] with what SQLite finds first, or a failing database.
    pub fn examine(&self) -> Result<(), StoreError> {
        let found: String = self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(StoreError::Corrupt(found)),
        }
    }

    /// The stored messages after that id, in the order in which they were stored, `most` at most.
    ///
    /// # Errors
    /// A failing database, or a message that is not what was stored.
    pub fn messages_after(&self, after: i64, most: u32) -> Result<Vec<StoredMessage>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT message.id, raw, true_size, internal_date, from_line, archive, post.list, message.sha256
               FROM message LEFT JOIN post ON post.message = message.id WHERE message.id > ?1 ORDER BY message.id LIMIT ?2",
        )?;
        let rows =
            query.query_map(params![after, most], |row| Ok((stored(row)?, row.get::<_, Vec<u8>>(7)?)))?;
        rows.map(|row| {
            let (message, sha256) = row?;
            if Sha256::digest(&message.raw).as_slice() != sha256 {
                let detail = format!("the octets of message {} are not those that were stored", message.id);
                return Err(StoreError::Damaged { what: "a message", detail });
            }
            Ok(message)
        })
        .collect()
    }

    /// Drops what was derived from a stored message.
    ///
    /// # Errors
    /// A failing database.
    pub fn drop_post(&mut self, message: i64) -> Result<(), StoreError> {
        for table in ["post_parent", "post_name", "post"] {
            self.db.prepare_cached(&format!("DELETE FROM {table} WHERE message = ?1"))?.execute([message])?;
        }
        Ok(())
    }

    /// The list's proposals that have no published decision, in the order in which they opened.
    ///
    /// # Errors
    /// A failing database.
    pub fn unpublished(&self, list: &str) -> Result<Vec<u32>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT call.number FROM call
               LEFT JOIN decision ON decision.list = call.list AND decision.number = call.number
              WHERE call.list = ?1 AND ifnull(decision.published, 0) = 0 ORDER BY call.opened_at, call.number",
        )?;
        let rows = query.query_map([list], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Drops a decision that is not published.
    ///
    /// # Errors
    /// A failing database.
    pub fn drop_decision(&mut self, list: &str, number: u32) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM decision WHERE list = ?1 AND number = ?2 AND published = 0")?
            .execute(params![list, number])?;
        Ok(())
    }

    /// When the message of these octets was stored, UTC.
    ///
    /// # Errors
    /// A failing database.
    pub fn stored_at(&self, sha256: &[u8; 32]) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT stored_at FROM message WHERE sha256 = ?1")?;
        Ok(query.query_row([sha256.as_slice()], |row| row.get(0)).optional()?.map(from_micros))
    }

    /// When the engine found a proposal closed, UTC.
    ///
    /// # Errors
    /// A failing database.
    pub fn decided_at(&self, list: &str, number: u32) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT decided_at FROM decision WHERE list = ?1 AND number = ?2")?;
        let at: Option<Option<i64>> = query.query_row(params![list, number], |row| row.get(0)).optional()?;
        Ok(at.flatten().map(from_micros))
    }

    /// Forgets up to when a mailbox has been read where that is later than `now`: a clock was wrong then, or is now. What is known of it is
    /// then the last list mail that had come by now; where in the mailbox reading goes on stays. Gives the instant (UTC) that was forgotten.
    ///
    /// # Errors
    /// A failing database.
    pub fn distrust_the_future(
        &mut self,
        mailbox: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let read_through = self.cursor(mailbox)?.and_then(|cursor| cursor.read_through);
        let Some(future) = read_through.filter(|at| *at > now + CLOCKS_DIFFER) else { return Ok(None) };
        self.db
            .prepare_cached(
                "UPDATE cursor SET read_through = (SELECT max(received_at) FROM post WHERE received_at <= ?2 AND through = 1)
                  WHERE mailbox = ?1",
            )?
            .execute(params![mailbox, micros(now)])?;
        Ok(Some(future))
    }
}
