//! What one person posted, and the decisions that name them.

use super::messages::stored;
use super::proposals::{decision_of, decision_row};
use super::sql::{from_micros, micros};
use super::{Store, StoreError, StoredDecision, StoredMessage};
use crate::mail::{Address, Post};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

/// The author as the index knows them: an address in lower case; empty where nobody can be told, or a machine wrote it.
pub(super) fn author_of(post: &Post) -> String {
    let person = post.author.address.as_ref().filter(|_| post.automatic.is_none());
    person.map_or(String::new(), |address| address.folded().into_owned())
}

impl Store {
    /// The instants (UTC, ascending) at which the list received what was written from these addresses, each post once.
    ///
    /// # Errors
    /// A failing database.
    pub fn posted_by(&self, list: &str, addresses: &[Address]) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT min(received_at) FROM post WHERE list = ?1 AND author = ?2 AND through = 1 GROUP BY message_id",
        )?;
        let mut posts = Vec::new();
        for address in addresses {
            for row in query.query_map(params![list, address.folded()], |row| row.get(0))? {
                posts.push(from_micros(row?));
            }
        }
        posts.sort_unstable();
        Ok(posts)
    }

    /// How many proposals an address has opened in the 24 hours before a post of its was received, up to `most`.
    ///
    /// # Errors
    /// A failing database.
    pub fn opened_by(&self, post: &Post, list: &str, most: usize) -> Result<usize, StoreError> {
        let author = author_of(post);
        if author.is_empty() {
            return Ok(0);
        }
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM post INDEXED BY post_author CROSS JOIN call ON call.list = post.list AND call.root = post.message_id
              WHERE author = ?1 AND post.list = ?2 AND received_at BETWEEN ?3 AND ?4 AND through = 1 LIMIT ?5",
        )?;
        let (from, to) = (post.received.at - TimeDelta::days(1), post.received.at);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = query.query(params![author, list, micros(from), micros(to), most])?;
        let mut opened = 0;
        while rows.next()?.is_some() {
            opened += 1;
        }
        Ok(opened)
    }

    /// When the list received the first mail of its that is kept, UTC.
    ///
    /// # Errors
    /// A failing database.
    pub fn first_post(&self, list: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT min(received_at) FROM post WHERE list = ?1 AND through = 1")?;
        Ok(query.query_row([list], |row| row.get::<_, Option<i64>>(0))?.map(from_micros))
    }

    /// The list's decisions in which a member or one of these addresses occurs, by number. Such a decision may only mention them.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn decisions_naming(
        &self,
        list: &str,
        member: &str,
        addresses: &[Address],
    ) -> Result<Vec<StoredDecision>, StoreError> {
        // Only those that can be about them are read whole.
        let mut query = self.db.prepare_cached(
            "SELECT body, published, engine FROM decision WHERE list = ?1
                AND (instr(body, ?2) OR EXISTS (SELECT 1 FROM json_each(?3) WHERE instr(lower(body), value)))
              ORDER BY number",
        )?;
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let member = format!("\"member\":{}", text(member));
        // SQLite folds the case of ASCII only.
        let addresses = addresses.iter().flat_map(|address| {
            [address.as_str().to_ascii_lowercase(), address.folded().into_owned()]
                .map(|address| text(&address))
        });
        let needles = serde_json::Value::from(addresses.collect::<Vec<_>>()).to_string();
        let rows = query.query_map(params![list, member, needles], decision_row)?;
        rows.map(|row| decision_of(row?)).collect()
    }

    /// Messages of the list whose authors an earlier version did not note; at most `most`.
    ///
    /// # Errors
    /// A failing database.
    pub fn without_author(&self, list: &str, most: usize) -> Result<Vec<StoredMessage>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT message.id, raw, true_size, internal_date, from_line, archive, post.list
               FROM post JOIN message ON message.id = post.message
              WHERE post.list = ?1 AND post.author IS NULL LIMIT ?2",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = query.query_map(params![list, most], stored)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes who wrote a stored message.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_author(&mut self, message: i64, post: &Post) -> Result<(), StoreError> {
        let mut update = self.db.prepare_cached("UPDATE post SET author = ?2 WHERE message = ?1")?;
        update.execute(params![message, author_of(post)])?;
        Ok(())
    }

    /// When the engine began, UTC: what the list received earlier is recorded only. `None` before its first run.
    ///
    /// # Errors
    /// A failing database.
    pub fn begun_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let text = self.meta("begun_at")?;
        Ok(text.and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|at| at.to_utc()))
    }
}
