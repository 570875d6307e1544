//! Raw messages, the posts derived from them, and what could not be read.

use super::participation::author_of;
use super::sql::{from_micros, micros, to_json};
use super::{Store, StoreError};
use crate::ballot::{Event, event_called};
use crate::mail::{Arrival, MessageId, Post};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

/// A message as it came, before anything is derived from it.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The message.
    pub raw: Vec<u8>,
    /// Where `raw` was cut: how many octets there were.
    pub true_size: Option<u64>,
    /// Which mailbox it was read from.
    pub mailbox: String,
    /// What the mailbox knows of its arrival.
    pub arrival: Arrival,
}

/// What became of a message that was handed to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Stored now, under this id.
    New(i64),
    /// The very same bytes are stored already.
    Known(i64),
}

/// A stored message with what was known of its arrival.
#[derive(Debug, Clone)]
pub struct StoredMessage {
    /// The store's id.
    pub id: i64,
    /// The message.
    pub raw: Vec<u8>,
    /// Where it was cut: how many octets there were.
    pub true_size: Option<u64>,
    /// What the mailbox knew.
    pub arrival: Arrival,
    /// The list it belongs to.
    pub list: Option<String>,
}

// A planner without statistics takes the wrong table first: CROSS JOIN keeps the order in which they are written.
const THREAD: &str = "
    WITH RECURSIVE thread (message) AS (
        SELECT message FROM post WHERE message_id = ?1
        UNION SELECT message FROM post_name WHERE message_id = ?1
        UNION SELECT message FROM post_parent WHERE parent = ?1
        UNION
        SELECT child.message FROM thread
          CROSS JOIN post ON post.message = thread.message
          CROSS JOIN post_parent child ON child.parent = post.message_id
        UNION
        SELECT child.message FROM thread
          CROSS JOIN post_name INDEXED BY post_name_message ON post_name.message = thread.message
          CROSS JOIN post_parent child ON child.parent = post_name.message_id
    )
    SELECT thread.message FROM thread CROSS JOIN post ON post.message = thread.message WHERE post.list = ?2";

const MESSAGE: &str = "
    SELECT message.id, raw, true_size, internal_date, from_line, archive, post.list
      FROM message LEFT JOIN post ON post.message = message.id WHERE message.id = ?1";

const ANCESTORS: &str = "
    WITH RECURSIVE up (message_id) AS (
        SELECT post_parent.parent FROM json_each(?1) CROSS JOIN post_parent ON post_parent.message = json_each.value
        UNION SELECT post.message_id FROM json_each(?1) CROSS JOIN post ON post.message = json_each.value
        UNION
        SELECT post_parent.parent FROM up
          CROSS JOIN post ON post.message_id = up.message_id
          CROSS JOIN post_parent ON post_parent.message = post.message
        UNION
        SELECT post_parent.parent FROM up
          CROSS JOIN post_name ON post_name.message_id = up.message_id
          CROSS JOIN post_parent ON post_parent.message = post_name.message
    )
    SELECT number FROM up CROSS JOIN call ON call.list = ?2 AND call.root = up.message_id ORDER BY number";

const LOOP: &str = "
    WITH RECURSIVE up (message_id) AS (
        SELECT own.parent FROM post_parent own JOIN post ON post.message = own.message
         WHERE own.message = ?1 AND EXISTS (SELECT 1 FROM post_parent WHERE parent = post.message_id)
        UNION
        SELECT post_parent.parent FROM up
          CROSS JOIN post ON post.message_id = up.message_id
          CROSS JOIN post_parent ON post_parent.message = post.message
        LIMIT 2000
    )
    SELECT EXISTS (SELECT 1 FROM up CROSS JOIN post ON post.message_id = up.message_id WHERE post.message = ?1)";

const TOUCHES_BY_SUBJECT: &str = "
    SELECT NOT EXISTS (
        SELECT 1 FROM post_parent CROSS JOIN post above ON above.message_id = post_parent.parent
         WHERE post_parent.message = ?1 AND above.message <> ?1 AND above.list = ?2 AND above.through = 1)
      OR EXISTS (SELECT 1 FROM post CROSS JOIN post_parent child ON child.parent = post.message_id WHERE post.message = ?1)
      OR EXISTS (SELECT 1 FROM post_name CROSS JOIN post_parent child ON child.parent = post_name.message_id
                  WHERE post_name.message = ?1)";

impl Store {
    /// Whether a message of those bytes is stored.
    ///
    /// # Errors
    /// A failing database.
    pub fn knows(&self, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        let mut known = self.db.prepare_cached("SELECT 1 FROM message WHERE sha256 = ?1")?;
        Ok(known.exists([sha256.as_slice()])?)
    }

    /// Stores a raw message, once for the same bytes; `sha256` is theirs.
    ///
    /// # Errors
    /// A failing database.
    pub fn keep(
        &mut self,
        incoming: &Incoming,
        sha256: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Kept, StoreError> {
        let mut known = self.db.prepare_cached("SELECT id FROM message WHERE sha256 = ?1")?;
        if let Some(id) = known.query_row([sha256.as_slice()], |row| row.get(0)).optional()? {
            return Ok(Kept::Known(id));
        }
        let mut insert = self.db.prepare_cached(
            "INSERT INTO message (sha256, raw, true_size, mailbox, internal_date, from_line, archive, stored_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        insert.execute(params![
            sha256.as_slice(),
            incoming.raw,
            incoming.true_size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
            incoming.mailbox,
            incoming.arrival.internal_date.map(micros),
            incoming.arrival.from_line.map(micros),
            incoming.arrival.archive,
            micros(now),
        ])?;
        Ok(Kept::New(self.db.last_insert_rowid()))
    }

    /// Writes what was derived from a stored message: the post's names, what it replies to, and the SHA-256 of its own words.
    ///
    /// # Errors
    /// A failing database.
    pub fn index_post(
        &mut self,
        message: i64,
        list: Option<&str>,
        post: &Post,
        words_sha256: &[u8; 32],
    ) -> Result<(), StoreError> {
        self.db.prepare_cached(
            "INSERT OR REPLACE INTO post (message, list, message_id, received_at, base, orphan, through, body_sha256, tagged, event, author)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?.execute(params![
            message,
            list,
            post.message_id.as_str(),
            micros(post.received.at),
            post.subject.base.to_lowercase(),
            post.subject.reply,
            post.provenance.through_list,
            words_sha256.as_slice(),
            !post.subject.reply && !post.subject.tags.is_empty() && !post.parents.is_empty(),
            // A list has many results of the engine's own, which announce nothing to it.
            post.automatic.is_none() && matches!(event_called(&post.subject), Some(Event::Result | Event::Cancel)),
            author_of(post),
        ])?;
        let mut name = self
            .db
            .prepare_cached("INSERT OR IGNORE INTO post_name (message_id, message) VALUES (?1, ?2)")?;
        for id in &post.other_ids {
            name.execute(params![id.as_str(), message])?;
        }
        let mut parent =
            self.db.prepare_cached("INSERT OR IGNORE INTO post_parent (parent, message) VALUES (?1, ?2)")?;
        for id in &post.parents {
            parent.execute(params![id.as_str(), message])?;
        }
        Ok(())
    }

    /// Whether another stored post of the list bears this Message-ID over own words of another SHA-256.
    ///
    /// # Errors
    /// A failing database.
    pub fn same_id_other_words(
        &self,
        message: i64,
        list: Option<&str>,
        post: &Post,
        words_sha256: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT body_sha256 FROM post WHERE message_id = ?1 AND message <> ?2 AND list IS ?3 AND through = ?4",
        )?;
        let through = post.provenance.through_list;
        let mut others = query.query(params![post.message_id.as_str(), message, list, through])?;
        while let Some(other) = others.next()? {
            if other.get_ref(0)?.as_blob().ok() != Some(words_sha256.as_slice()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A stored message.
    ///
    /// # Errors
    /// A failing database, or one that does not hold it.
    pub fn message(&self, id: i64) -> Result<StoredMessage, StoreError> {
        Ok(self.db.prepare_cached(MESSAGE)?.query_row([id], stored)?)
    }

    /// The stored messages of the list that are the root, reply to it, or reply to one that does, in no order.
    ///
    /// # Errors
    /// A failing database.
    pub fn thread(&self, list: &str, root: &MessageId) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(THREAD)?;
        let rows = query.query_map(params![root.as_str(), list], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Replies of the list with this base subject (lower case) that name nothing they reply to, or nothing that came through the list,
    /// received from `since` on.
    ///
    /// # Errors
    /// A failing database.
    pub fn orphans(&self, list: &str, base: &str, since: DateTime<Utc>) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT post.message FROM post
              WHERE orphan = 1 AND list = ?1 AND base = ?2 AND received_at >= ?3 AND NOT EXISTS (
                SELECT 1 FROM post_parent JOIN post above ON above.message_id = post_parent.parent
                 WHERE post_parent.message = post.message AND above.message <> post.message AND above.list = ?1 AND above.through = 1
                UNION ALL
                SELECT 1 FROM post_parent JOIN post_name ON post_name.message_id = post_parent.parent
                  JOIN post above ON above.message = post_name.message
                 WHERE post_parent.message = post.message AND above.message <> post.message AND above.list = ?1 AND above.through = 1)
              ORDER BY received_at, message_id",
        )?;
        let rows = query.query_map(params![list, base, micros(since)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Messages that came through the list and are called a result or a cancellation, received within that span; the first 200.
    ///
    /// # Errors
    /// A failing database.
    pub fn events(&self, list: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT message FROM post
              WHERE event = 1 AND list = ?1 AND received_at BETWEEN ?2 AND ?3 AND through = 1
              ORDER BY received_at, message_id, message LIMIT 200",
        )?;
        let rows = query.query_map(params![list, micros(from), micros(to)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Messages of the list that reply to one of these and bear a tag without a reply mark, as a [VOTE] on a [PROPOSAL] does.
    ///
    /// # Errors
    /// A failing database.
    pub fn tagged_replies<'a>(
        &self,
        list: &str,
        to: impl Iterator<Item = &'a MessageId>,
    ) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT post.message FROM post_parent CROSS JOIN post ON post.message = post_parent.message
              WHERE parent = ?1 AND tagged = 1 AND list = ?2 ORDER BY received_at, message_id, post.message",
        )?;
        let mut replies = Vec::new();
        for id in to {
            for row in query.query_map(params![id.as_str(), list], |row| row.get(0))? {
                replies.push(row?);
            }
        }
        Ok(replies)
    }

    /// The first message of that name that came through that list; else the first that came past it.
    ///
    /// # Errors
    /// A failing database.
    pub fn message_named(&self, list: &str, id: &MessageId) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT message FROM post WHERE message_id = ?1 AND list = ?2 ORDER BY through DESC, received_at LIMIT 1",
        )?;
        Ok(query.query_row(params![id.as_str(), list], |row| row.get(0)).optional()?)
    }

    /// The numbers of the list's proposals that these stored messages belong to or hang below, each once.
    ///
    /// # Errors
    /// A failing database.
    pub fn proposals_above(&self, list: &str, messages: &[i64]) -> Result<Vec<u32>, StoreError> {
        let mut query = self.db.prepare_cached(ANCESTORS)?;
        let rows = query.query_map(params![to_json(&messages)?, list], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes a stored post for one that did not come through the list: nothing hangs below it.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_aside(&mut self, message: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE post SET through = 0 WHERE message = ?1")?.execute([message])?;
        Ok(())
    }

    /// Whether a stored post can change what joins a proposal by its subject: it names nothing that came through the list, or something that
    /// is stored already replies to it.
    ///
    /// # Errors
    /// A failing database.
    pub fn touches_by_subject(&self, list: &str, message: i64) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(TOUCHES_BY_SUBJECT)?;
        Ok(query.query_row(params![message, list], |row| row.get(0))?)
    }

    /// Whether a stored post replies to itself, at once or by way of other stored posts; 2,000 names are looked at.
    ///
    /// # Errors
    /// A failing database.
    pub fn replies_to_itself(&self, message: i64) -> Result<bool, StoreError> {
        Ok(self.db.prepare_cached(LOOP)?.query_row([message], |row| row.get(0))?)
    }

    /// How many messages are stored.
    ///
    /// # Errors
    /// A failing database.
    pub fn message_count(&self) -> Result<u64, StoreError> {
        // They are numbered from one on, and none is ever taken out: nothing need be counted.
        let count: i64 = self.db.query_row("SELECT ifnull(max(id), 0) FROM message", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

pub(super) fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredMessage> {
    Ok(StoredMessage {
        id: row.get(0)?,
        raw: row.get(1)?,
        true_size: row.get::<_, Option<i64>>(2)?.and_then(|size| u64::try_from(size).ok()),
        arrival: Arrival {
            internal_date: row.get::<_, Option<i64>>(3)?.map(from_micros),
            from_line: row.get::<_, Option<i64>>(4)?.map(from_micros),
            archive: row.get(5)?,
        },
        list: row.get(6)?,
    })
}
