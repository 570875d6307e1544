//! Calls, which are facts, and decisions, which are derived until they are published.

use super::sql::{from_json, from_micros, micros, to_json};
use super::{Store, StoreError, older};
use crate::decision::{Call, Decision};
use crate::mail::MessageId;
use crate::notice::next_notice;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};
use std::collections::HashSet;

/// A call, and the instant at which it closed, UTC.
pub type DatedCall = (Call, Option<DateTime<Utc>>);

/// A call with the span in which it was open, as far as is known.
#[derive(Debug, Clone)]
pub struct OpenCall {
    /// The proposal's number.
    pub number: u32,
    /// When it opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// When it closed, UTC, where it has.
    pub closed_at: Option<DateTime<Utc>>,
}

/// A decision as it is stored.
#[derive(Debug, Clone)]
pub struct StoredDecision {
    /// The decision.
    pub decision: Decision,
    /// Whether its result has been queued: then it is frozen.
    pub published: bool,
    /// The version of plusone that made it.
    pub engine: String,
}

/// A proposal on which something falls due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Its list.
    pub list: String,
    /// Its number.
    pub number: u32,
}

/// A tick costs the proposals that are due, not those that exist: the partial index holds no others.
pub(super) const DUE: &str = "SELECT next_due, list, number FROM decision WHERE next_due IS NOT NULL AND next_due <= ?1 ORDER BY next_due, list, number";

/// When a decision falls due next, UTC: time alone may change it, or makes a notice owed.
pub fn next_due(decision: &Decision) -> Option<DateTime<Utc>> {
    [decision.next_due, next_notice(decision)].into_iter().flatten().min()
}

impl Store {
    /// Opens a call under the list's next number; the one that is there already where the root is known.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn open_call(&mut self, mut call: Call, base: &str) -> Result<(Call, bool), StoreError> {
        if let Some(known) = self.call_of(&call.list, &call.root)? {
            return Ok((known, false));
        }
        let mut query =
            self.db.prepare_cached("SELECT ifnull(max(number), 0) + 1 FROM call WHERE list = ?1")?;
        call.number = query.query_row([&call.list], |row| row.get(0))?;
        self.db.prepare_cached("INSERT INTO call (list, number, root, base, opened_at, body, raised_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![
                call.list,
                call.number,
                call.root.as_str(),
                base.to_lowercase(),
                micros(call.opened_at),
                to_json(&call)?,
                call.raised_from.as_ref().map(|from| from.number),
            ])?;
        Ok((call, true))
    }

    /// The call that this post opened.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn call_of(&self, list: &str, root: &MessageId) -> Result<Option<Call>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT body FROM call WHERE list = ?1 AND root = ?2")?;
        let body: Option<String> =
            query.query_row(params![list, root.as_str()], |row| row.get(0)).optional()?;
        body.map(|body| from_json("a call", &body)).transpose()
    }

    /// The call of that number.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn call(&self, list: &str, number: u32) -> Result<Option<Call>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT body FROM call WHERE list = ?1 AND number = ?2")?;
        let body: Option<String> = query.query_row(params![list, number], |row| row.get(0)).optional()?;
        body.map(|body| from_json("a call", &body)).transpose()
    }

    /// The proposal that a blocked one was raised to after its close.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn raised_from(&self, list: &str, number: u32) -> Result<Option<Call>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT body FROM call INDEXED BY call_raised WHERE list = ?1 AND raised_from = ?2 ORDER BY number LIMIT 1",
        )?;
        let body: Option<String> = query.query_row(params![list, number], |row| row.get(0)).optional()?;
        body.map(|body| from_json("a call", &body)).transpose()
    }

    /// The list's proposals with this base subject (lower case).
    ///
    /// # Errors
    /// A failing database.
    pub fn calls_with_base(&self, list: &str, base: &str) -> Result<Vec<OpenCall>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT call.number, call.opened_at, decision.closed_at FROM call INDEXED BY call_base
               LEFT JOIN decision ON decision.list = call.list AND decision.number = call.number
              WHERE call.list = ?1 AND call.base = ?2 ORDER BY call.number",
        )?;
        let rows = query.query_map(params![list, base], |row| {
            Ok(OpenCall {
                number: row.get(0)?,
                opened_at: from_micros(row.get(1)?),
                closed_at: row.get::<_, Option<i64>>(2)?.map(from_micros),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The list's proposals that opened within that span, the last first, at most `most`, each with the instant at which it closed.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn calls_between(
        &self,
        list: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        most: usize,
    ) -> Result<Vec<DatedCall>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT call.body, decision.closed_at FROM call
               LEFT JOIN decision ON decision.list = call.list AND decision.number = call.number
              WHERE call.list = ?1 AND call.opened_at BETWEEN ?2 AND ?3 ORDER BY call.opened_at DESC, call.root LIMIT ?4",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = query.query_map(params![list, micros(from), micros(to), most], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?.map(from_micros)))
        })?;
        rows.map(|row| {
            let (body, closed_at) = row?;
            Ok((from_json("a call", &body)?, closed_at))
        })
        .collect()
    }

    /// Message-IDs of the roots of all the list's proposals among `ids`.
    ///
    /// # Errors
    /// A failing database.
    pub fn roots_among<'a>(
        &self,
        list: &str,
        ids: impl Iterator<Item = &'a MessageId>,
    ) -> Result<Vec<MessageId>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT 1 FROM call WHERE list = ?1 AND root = ?2")?;
        let mut roots = Vec::new();
        for id in ids {
            if query.exists(params![list, id.as_str()])? {
                roots.push(id.clone());
            }
        }
        Ok(roots)
    }

    /// Which of `ids` name a post that came through that list.
    ///
    /// # Errors
    /// A failing database.
    pub fn known_among<'a>(
        &self,
        list: &str,
        ids: impl Iterator<Item = &'a MessageId>,
    ) -> Result<HashSet<MessageId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM post WHERE message_id = ?2 AND list = ?1 AND through = 1
             UNION SELECT 1 FROM post_name JOIN post ON post.message = post_name.message
              WHERE post_name.message_id = ?2 AND list = ?1 AND through = 1",
        )?;
        let mut known = HashSet::new();
        for id in ids {
            if query.exists(params![list, id.as_str()])? {
                known.insert(id.clone());
            }
        }
        Ok(known)
    }

    /// Writes a decision as it was found at `now`; a published one is never rewritten. Gives when it falls due next, UTC.
    ///
    /// # Errors
    /// A failing database.
    pub fn save_decision(
        &mut self,
        decision: &Decision,
        published: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let next_due = next_due(decision);
        self.db.prepare_cached(
            "INSERT INTO decision (list, number, outcome, closed_at, next_due, published, engine, body, decided_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (list, number) DO UPDATE SET outcome = ?3, closed_at = ?4, next_due = ?5, published = ?6, engine = ?7, body = ?8,
               decided_at = ?9
              WHERE decision.published = 0",
        )?.execute(params![
            decision.call.list,
            decision.call.number,
            decision.state.outcome(),
            decision.state.closed_at().map(micros),
            next_due.map(micros),
            published,
            env!("CARGO_PKG_VERSION"),
            to_json(decision)?,
            decision.state.closed_at().map(|_| micros(now)),
        ])?;
        Ok(next_due)
    }

    /// Whether a decision is stored that is longer than so many octets.
    ///
    /// # Errors
    /// A failing database.
    pub fn is_longer(&self, list: &str, number: u32, octets: usize) -> Result<bool, StoreError> {
        // Its length is known without reading it.
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM decision WHERE list = ?1 AND number = ?2 AND octet_length(body) > ?3",
        )?;
        Ok(query.exists(params![list, number, i64::try_from(octets).unwrap_or(i64::MAX)])?)
    }

    /// Sets when a proposal falls due next; `None`: never. A published decision stays as it is.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_next_due(
        &mut self,
        list: &str,
        number: u32,
        next_due: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE decision SET next_due = ?3 WHERE list = ?1 AND number = ?2")?
            .execute(params![list, number, next_due.map(micros)])?;
        Ok(())
    }

    /// The decision as it is stored.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn decision(&self, list: &str, number: u32) -> Result<Option<StoredDecision>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT body, published, engine FROM decision WHERE list = ?1 AND number = ?2")?;
        let row = query.query_row(params![list, number], decision_row).optional()?;
        row.map(decision_of).transpose()
    }

    /// Whether a decision is stored, and if so whether it is published.
    ///
    /// # Errors
    /// A failing database.
    pub fn is_published(&self, list: &str, number: u32) -> Result<Option<bool>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT published FROM decision WHERE list = ?1 AND number = ?2")?;
        Ok(query.query_row(params![list, number], |row| row.get(0)).optional()?)
    }

    /// Every decision of a list, or of all lists, by list and number.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn decisions(&self, list: Option<&str>) -> Result<Vec<StoredDecision>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT body, published, engine FROM decision WHERE ?1 IS NULL OR list = ?1 ORDER BY list, number",
        )?;
        let rows = query.query_map([list], decision_row)?;
        rows.map(|row| decision_of(row?)).collect()
    }

    /// Decisions of a list that are open, or were found closed at or after `since`: a proposal is decided later than it closes.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn decisions_since(
        &self,
        list: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT body, published, engine FROM decision INDEXED BY decision_decided WHERE list = ?1 AND decided_at >= ?2
             UNION ALL SELECT body, published, engine FROM decision INDEXED BY decision_open WHERE list = ?1 AND closed_at IS NULL",
        )?;
        let rows = query.query_map(params![list, micros(since)], decision_row)?;
        rows.map(|row| decision_of(row?)).collect()
    }

    /// The proposals that are due at or before `at`, in the order in which they fell due: time alone may change how they stand, or makes a
    /// notice owed, which the end of a trial period does after the close.
    ///
    /// # Errors
    /// A failing database.
    pub fn due(&self, at: DateTime<Utc>) -> Result<Vec<Due>, StoreError> {
        let mut query = self.db.prepare_cached(DUE)?;
        let rows = query.query_map([micros(at)], |row| {
            Ok(Due { at: from_micros(row.get(0)?), list: row.get(1)?, number: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The proposals that fall due first, at most `most`.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn due_first(&self, most: u32) -> Result<Vec<Call>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT call.body FROM decision INDEXED BY decision_due
               CROSS JOIN call ON call.list = decision.list AND call.number = decision.number
              WHERE next_due IS NOT NULL ORDER BY next_due LIMIT ?1",
        )?;
        let rows = query.query_map([most], |row| row.get::<_, String>(0))?;
        rows.map(|body| from_json("a call", &body?)).collect()
    }

    /// How many proposals are open.
    ///
    /// # Errors
    /// A failing database.
    pub fn open_count(&self) -> Result<usize, StoreError> {
        let count: i64 = self.db.query_row(
            "SELECT count(*) FROM decision INDEXED BY decision_open WHERE closed_at IS NULL",
            [],
            |row| row.get(0),
        )?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// The earliest instant (UTC) at which a proposal falls due.
    ///
    /// # Errors
    /// A failing database.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT min(next_due) FROM decision WHERE next_due IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(from_micros))
    }
}

pub(super) type DecisionRow = (String, bool, String);

pub(super) fn decision_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DecisionRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

pub(super) fn decision_of((body, published, engine): DecisionRow) -> Result<StoredDecision, StoreError> {
    Ok(StoredDecision { decision: older::decision(&body)?, published, engine })
}
