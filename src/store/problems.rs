//! What could not be read or was not acted on.

use super::sql::{from_micros, micros};
use super::{Store, StoreError};
use chrono::{DateTime, Utc};
use rusqlite::params;

/// Something that could not be read or was not acted on, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProblem {
    /// The message, where there is one.
    pub message_id: Option<String>,
    /// The list, where it is known.
    pub list: Option<String>,
    /// When it was seen, UTC.
    pub at: DateTime<Utc>,
    /// Its kind.
    pub code: String,
    /// More.
    pub detail: String,
}

impl Store {
    /// Notes a problem; `false` where the same is noted already.
    ///
    /// # Errors
    /// A failing database.
    pub fn note_problem(
        &mut self,
        message: Option<i64>,
        list: Option<&str>,
        at: DateTime<Utc>,
        code: &str,
        detail: &str,
    ) -> Result<bool, StoreError> {
        // The table's own key lets problems without a message repeat: there NULL equals nothing.
        let added = self
            .db
            .prepare_cached(
                "INSERT INTO problem (message, list, at, code, detail) SELECT ?1, ?2, ?3, ?4, ?5
                  WHERE NOT EXISTS (SELECT 1 FROM problem WHERE message IS ?1 AND list IS ?2 AND code = ?4 AND detail = ?5)",
            )?
            .execute(params![message, list, micros(at), code, detail])?;
        Ok(added == 1)
    }

    /// Takes back what was noted of a message, once it has turned out otherwise.
    ///
    /// # Errors
    /// A failing database.
    pub fn forget_problem(&mut self, message: i64, code: &str) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM problem WHERE message = ?1 AND code = ?2")?
            .execute(params![message, code])?;
        Ok(())
    }

    /// Every problem, oldest first.
    ///
    /// # Errors
    /// A failing database.
    pub fn problems(&self) -> Result<Vec<ListedProblem>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT post.message_id, problem.list, at, code, detail FROM problem
               LEFT JOIN post ON post.message = problem.message ORDER BY at, problem.id",
        )?;
        let rows = query.query_map([], |row| {
            Ok(ListedProblem {
                message_id: row.get(0)?,
                list: row.get(1)?,
                at: from_micros(row.get(2)?),
                code: row.get(3)?,
                detail: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many problems of a list's mail were noted since an instant; mails of ours that did not arrive are not among them.
    ///
    /// # Errors
    /// A failing database.
    pub fn problems_since(&self, list: &str, since: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT count(*) FROM problem WHERE list = ?1 AND at >= ?2 AND code NOT IN ('odd-date', 'many-references', 'reply-loop') AND outbox IS NULL",
        )?;
        let count: i64 = query.query_row(params![list, micros(since)], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}
