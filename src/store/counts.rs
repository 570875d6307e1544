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

    /// How many mails stand in one state: quick for one that mails pass through.
    ///
    /// # Errors
    /// A failing database.
    pub fn outbox_count(&self, state: OutboxState) -> Result<u64, StoreError> {
        let mut query = self.db.prepare_cached("SELECT count(*) FROM outbox WHERE state = ?1")?;
        Ok(query.query_row([state.as_str()], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// How many mails there are of each kind in each state.
    ///
    /// # Errors
    /// A failing database.
    pub fn outbox_counts(&self) -> Result<Vec<(OutboxState, String, u64)>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT state, kind, count(*) FROM outbox GROUP BY state, kind")?;
        let rows = query.query_map([], |row| {
            let state = OutboxState::parse(&row.get::<_, String>(0)?);
            Ok((state, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many decisions there are of each outcome, `open` among them.
    ///
    /// # Errors
    /// A failing database.
    pub fn outcome_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let query = "SELECT outcome, count(*) FROM decision GROUP BY outcome ORDER BY outcome";
        let mut query = self.db.prepare_cached(query)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
