//! Reviews: published decisions on which something came since, decided again with it.

use super::sql::{from_json, micros, to_json};
use super::{Store, StoreError, older};
use crate::decision::Decision;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

/// A published decision, and the same proposal decided again with what came since.
#[derive(Debug, Clone)]
pub struct StoredReview {
    /// As it was published; it stays so.
    pub published: Decision,
    /// As it would be.
    pub again: Decision,
}

impl Store {
    /// Writes what a published decision would be with what has come by `now`, in the place of an earlier review.
    ///
    /// # Errors
    /// A failing database, or a decision that is not stored.
    pub fn save_review(
        &mut self,
        again: &Decision,
        differs: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO review (list, number, found_at, differs, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (list, number) DO UPDATE SET found_at = ?3, differs = ?4, body = ?5",
            )?
            .execute(params![again.call.list, again.call.number, micros(now), differs, to_json(again)?])?;
        Ok(())
    }

    /// What a published decision would be with what has come since; `None` where nothing has.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn review(&self, list: &str, number: u32) -> Result<Option<Decision>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT body FROM review WHERE list = ?1 AND number = ?2")?;
        let body: Option<String> = query.query_row(params![list, number], |row| row.get(0)).optional()?;
        body.map(|body| from_json("a review", &body)).transpose()
    }

    /// The reviews of a list on which something came at or after `since`, by number.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn reviews_since(&self, list: &str, since: DateTime<Utc>) -> Result<Vec<StoredReview>, StoreError> {
        self.reviews("review.list = ?1 AND found_at >= ?2", params![list, micros(since)])
    }

    /// The proposals of all lists that would have another outcome, by list and number, of those on which something came at or after
    /// `since`.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn corrected_since(&self, since: DateTime<Utc>) -> Result<Vec<StoredReview>, StoreError> {
        self.reviews("differs = 1 AND found_at >= ?1", params![micros(since)])
    }

    fn reviews(&self, which: &str, of: &[&dyn rusqlite::ToSql]) -> Result<Vec<StoredReview>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT decision.body, review.body FROM review
               JOIN decision ON decision.list = review.list AND decision.number = review.number
              WHERE {which} ORDER BY review.list, review.number"
        ))?;
        let rows = query.query_map(of, |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (published, again) = row?;
            Ok(StoredReview {
                published: older::decision(&published)?,
                again: from_json("a review", &again)?,
            })
        })
        .collect()
    }
}
