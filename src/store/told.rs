//! When a list was told of a proposal.

use super::sql::from_micros;
use super::{Store, StoreError};
use crate::notice::Kind;
use chrono::{DateTime, Utc};
use rusqlite::params;

impl Store {
    /// When the list was told of a proposal, that it is open or of its new text, UTC: as the list received that mail; until it is seen
    /// there, when it left, or was made ready to. A mail that has not left though it should have is told at `now` at the earliest.
    ///
    /// # Errors
    /// A failing database.
    pub fn told_at(&self, list: &str, number: u32, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT min(CASE WHEN state = 'confirmed' THEN received_at
                             WHEN sent_at IS NOT NULL THEN sent_at
                             WHEN state = 'queued' AND attempts = 0 AND next_try <= queued_at THEN queued_at END)
               FROM outbox WHERE list = ?1 AND number = ?2 AND kind IN (?3, ?4) AND recipient = 'list'",
        )?;
        let kinds = [Kind::Opened, Kind::Amended].map(Kind::as_str);
        let told: Option<i64> =
            query.query_row(params![list, number, kinds[0], kinds[1]], |row| row.get(0))?;
        Ok(told.map_or(now, from_micros))
    }
}
