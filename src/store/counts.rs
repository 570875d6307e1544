//! What monitoring counts, over everything there is.

use super::{OutboxState, Store, StoreError};

impl Store {
    /// How many problems there are.
    ///
    /// # Errors
    /// A failing database.
    pub fn problem_count(&self) -> Result<u64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT count(*) FROM problem")?;
        Ok(query.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// How many mails stand in each state.
    ///
    /// # Errors
    /// A failing database.
    pub fn outbox_counts(&self) -> Result<Vec<(OutboxState, u64)>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")?;
        let rows = query.query_map([], |row| {
            Ok((OutboxState::parse(&row.get::<_, String>(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many decisions there are of each outcome, `open` among them.
    ///
    /// # Errors
    /// A failing database.
    pub fn outcome_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let query = "SELECT outcome, count(*) FROM decision GROUP BY outcome ORDER BY outcome";
        self.counts(query)
    }

    /// How many mails of each kind the server has taken.
    ///
    /// # Errors
    /// A failing database.
    pub fn sent_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.counts(
            "SELECT kind, count(*) FROM outbox WHERE state IN ('sent', 'confirmed') GROUP BY kind ORDER BY kind",
        )
    }

    fn counts(&self, query: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let mut query = self.db.prepare_cached(query)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
