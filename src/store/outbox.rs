//! The outbox: what the engine says, written in the same transaction as the decision that makes it say so.

use super::sql::{from_micros, micros};
use super::{Budget, OutboxState, Store, StoreError};
use crate::mail::MessageId;
use crate::notice::{Kind, Notice, Recipient};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

/// A notice put into words, ready to be sent.
#[derive(Debug, Clone)]
pub struct Queued {
    /// The list.
    pub list: String,
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// Which notice it is.
    pub notice: Notice,
    /// For a digest: the period it is about; else empty.
    pub period: String,
    /// Its Message-ID, fixed before it is sent.
    pub message_id: MessageId,
    /// The SMTP recipient.
    pub envelope_to: String,
    /// The whole mail; empty where it was never made, since it had outlived its use.
    pub raw: Vec<u8>,
    /// SHA-256 of its own words, as a reader will find them; `None` where the mail was never made.
    pub words_sha256: Option<[u8; 32]>,
    /// Whether it is only to be written to the shadow folder.
    pub shadow: bool,
    /// Until when it is of use, UTC; `None`: for ever. A mail that has not left by then is dropped.
    pub useful_until: Option<DateTime<Utc>>,
}

impl Queued {
    /// Whether it is of use still.
    pub fn is_of_use_at(&self, now: DateTime<Utc>) -> bool {
        self.useful_until.is_none_or(|until| now < until)
    }
}

/// A mail in the outbox.
#[derive(Debug, Clone)]
pub struct OutboxEntry {
    /// The store's id.
    pub id: i64,
    /// The list.
    pub list: String,
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// Its kind, as [`Kind::as_str`].
    pub kind: String,
    /// `list`, or an address.
    pub recipient: String,
    /// Its Message-ID.
    pub message_id: String,
    /// The SMTP recipient.
    pub envelope_to: String,
    /// The whole mail; empty where it was never made, since it had outlived its use.
    pub raw: Vec<u8>,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it has been tried.
    pub attempts: u32,
    /// When it was queued, UTC.
    pub queued_at: DateTime<Utc>,
    /// When it may be tried, UTC.
    pub next_try: DateTime<Utc>,
    /// Until when it is of use, UTC; `None`: for ever.
    pub useful_until: Option<DateTime<Utc>>,
    /// When it was tried first, UTC.
    pub first_try: Option<DateTime<Utc>>,
    /// When it was tried last, UTC.
    pub last_try: Option<DateTime<Utc>>,
    /// When the server took it, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

pub(super) const ENTRY: &str = "id, list, number, kind, recipient, message_id, envelope_to, raw, state, attempts, queued_at, next_try, sent_at, last_error, useful_until, first_try, last_try";

impl Store {
    /// Queues a notice, or drops it at once where it has outlived its use; `false` where the same notice is there already, whatever became
    /// of it.
    ///
    /// # Errors
    /// A failing database.
    pub fn queue(&mut self, mail: &Queued, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let post = mail.notice.post.as_ref().map_or(mail.period.as_str(), MessageId::as_str);
        let added = self.db.prepare_cached(
            "INSERT OR IGNORE INTO outbox (list, number, kind, recipient, revision, post, ordinal, message_id, envelope_to, raw,
               words_sha256, queued_at, state, next_try, useful_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?12, ?14)",
        )?.execute(params![
            mail.list,
            mail.number,
            mail.notice.kind.as_str(),
            recipient(&mail.notice.to),
            mail.notice.revision,
            post,
            mail.notice.ordinal,
            mail.message_id.as_str(),
            mail.envelope_to,
            mail.raw,
            mail.words_sha256.as_ref().map_or(&[][..], |hash| hash),
            micros(now),
            match mail.is_of_use_at(now) {
                false => OutboxState::Dropped.as_str(),
                true if mail.shadow => OutboxState::Shadow.as_str(),
                true => OutboxState::Queued.as_str(),
            },
            mail.useful_until.map(micros),
        ])?;
        Ok(added == 1)
    }

    /// Whether that notice is in the outbox, whatever became of it.
    ///
    /// # Errors
    /// A failing database.
    pub fn has_notice(&self, list: &str, number: u32, notice: &Notice) -> Result<bool, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT 1 FROM outbox WHERE list = ?1 AND number = ?2 AND kind = ?3 AND recipient = ?4 AND revision = ?5 AND post = ?6 AND ordinal = ?7",
        )?;
        let post = notice.post.as_ref().map_or("", MessageId::as_str);
        Ok(query.exists(params![
            list,
            number,
            notice.kind.as_str(),
            recipient(&notice.to),
            notice.revision,
            post,
            notice.ordinal
        ])?)
    }

    /// Mails that may be tried at `now`, oldest first; those whose send was begun and never ended come too.
    ///
    /// # Errors
    /// A failing database.
    pub fn sendable(&self, now: DateTime<Utc>) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENTRY} FROM outbox WHERE state IN ('queued', 'sending') AND next_try <= ?1 ORDER BY queued_at, id"
        ))?;
        let rows = query.query_map([micros(now)], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The earliest instant (UTC) at which a mail may be tried.
    ///
    /// # Errors
    /// A failing database.
    pub fn next_try(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT min(next_try) FROM outbox WHERE state IN ('queued', 'sending')")?;
        Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(from_micros))
    }

    /// How many mails of a budget were sent, or are being sent, for a list since an instant; for [`Budget::Author`] to that address.
    ///
    /// # Errors
    /// A failing database.
    pub fn spent(
        &self,
        list: &str,
        budget: Budget,
        address: &str,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT kind, recipient FROM outbox WHERE list = ?1 AND sent_at >= ?2
             UNION ALL SELECT kind, recipient FROM outbox WHERE state = 'sending' AND list = ?1 AND ifnull(sent_at < ?2, 1)",
        )?;
        let rows = query.query_map(params![list, micros(since)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut spent = 0;
        for row in rows {
            let (kind, recipient) = row?;
            let same = Budget::of(&kind, &recipient) == budget;
            spent += u32::from(same && (budget != Budget::Author || recipient.eq_ignore_ascii_case(address)));
        }
        Ok(spent)
    }

    /// Marks that a send begins at `now`. Where the process dies before it ends, the mail is in doubt and may be tried again only
    /// from `doubt_until` on. `false` where it need not be sent any more: its copy came from the list meanwhile.
    ///
    /// # Errors
    /// A failing database.
    pub fn begin_send(
        &mut self,
        id: i64,
        now: DateTime<Utc>,
        doubt_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let begun = self.db.prepare_cached("UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_try = ?2, first_try = ifnull(first_try, ?3), last_try = ?3 WHERE id = ?1 AND state IN ('queued', 'sending')")?.execute(params![id, micros(doubt_until), micros(now)])?;
        Ok(begun == 1)
    }

    /// Marks a mail as taken by the server.
    ///
    /// # Errors
    /// A failing database.
    pub fn sent(&mut self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE outbox SET state = 'sent', sent_at = ?2, last_error = NULL WHERE id = ?1 AND state = 'sending'")?.execute(params![id, micros(at)])?;
        Ok(())
    }

    /// Puts a mail back for another try, or keeps it in doubt until then.
    ///
    /// # Errors
    /// A failing database.
    pub fn try_again(
        &mut self,
        id: i64,
        at: DateTime<Utc>,
        in_doubt: bool,
        error: &str,
    ) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE outbox SET state = ?3, next_try = ?2, last_error = ?4 WHERE id = ?1 AND state = 'sending'")?.execute(params![id, micros(at), if in_doubt { "sending" } else { "queued" }, error])?;
        Ok(())
    }

    /// Lets a queued mail wait: its budget is used up.
    ///
    /// # Errors
    /// A failing database.
    pub fn postpone(&mut self, id: i64, until: DateTime<Utc>) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE outbox SET next_try = ?2 WHERE id = ?1")?
            .execute(params![id, micros(until)])?;
        Ok(())
    }

    /// Gives a mail up: it was refused for good.
    ///
    /// # Errors
    /// A failing database.
    pub fn give_up(&mut self, id: i64, error: &str) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE outbox SET state = 'failed', last_error = ?2 WHERE id = ?1 AND state IN ('queued', 'sending')")?.execute(params![id, error])?;
        Ok(())
    }

    /// Drops a mail that has not begun to leave: it has outlived its use.
    ///
    /// # Errors
    /// A failing database.
    pub fn drop_mail(&mut self, id: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE outbox SET state = 'dropped' WHERE id = ?1 AND state = 'queued'")?
            .execute([id])?;
        Ok(())
    }

    /// Drops what speaks of an open proposal and has not begun to leave, and what is asked about it: the proposal has closed, and no answer
    /// matters any more.
    ///
    /// # Errors
    /// A failing database.
    pub fn drop_what_was_for_the_open(&mut self, list: &str, number: u32) -> Result<(), StoreError> {
        // The plus keeps it from the index of states: there it would walk through all that waits.
        self.db.prepare_cached("UPDATE outbox SET state = 'dropped' WHERE list = ?1 AND number = ?2 AND +state = 'queued' AND (kind IN (?3, ?4) OR kind = ?5 AND ordinal = 0)")?.execute(params![list, number, Kind::Opened.as_str(), Kind::Reminder.as_str(), Kind::Question.as_str()])?;
        Ok(())
    }

    /// Takes note of the engine's own mail seen on the list, which received it at `received_at`, with own words of that SHA-256. It confirms
    /// only where the words match.
    ///
    /// # Errors
    /// A failing database.
    pub fn confirm(
        &mut self,
        id: &MessageId,
        words_sha256: &[u8; 32],
        received_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<bool>, StoreError> {
        let known: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT words_sha256 FROM outbox WHERE message_id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        // What was never made has no words.
        let Some(known) = known.filter(|known| !known.is_empty()) else { return Ok(None) };
        if known != words_sha256 {
            return Ok(Some(false));
        }
        self.confirmed(id, received_at, now)?;
        Ok(Some(true))
    }

    /// Marks a mail as one that the list received at `received_at`, whatever words it had there.
    ///
    /// # Errors
    /// A failing database.
    pub fn confirmed(
        &mut self,
        id: &MessageId,
        received_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE outbox SET state = 'confirmed', sent_at = ifnull(sent_at, ?2), received_at = ?3, last_error = NULL
                  WHERE message_id = ?1 AND state IN ('queued', 'sending', 'sent', 'dropped', 'failed')",
            )?
            .execute(params![id.as_str(), micros(now), micros(received_at)])?;
        // What was given up in doubt has arrived.
        self.db
            .prepare_cached(
                "DELETE FROM problem WHERE code = 'not-sent' AND outbox = (SELECT id FROM outbox WHERE message_id = ?1)",
            )?
            .execute([id.as_str()])?;
        Ok(())
    }

    /// The mails about one proposal, oldest first; of all where `number` is `None`.
    ///
    /// # Errors
    /// A failing database.
    pub fn notices_of(&self, list: &str, number: Option<u32>) -> Result<Vec<OutboxEntry>, StoreError> {
        let entries = match number {
            Some(number) => self
                .db
                .prepare_cached(&format!(
                    "SELECT {ENTRY} FROM outbox WHERE list = ?1 AND number = ?2 ORDER BY queued_at, id"
                ))?
                .query_map(params![list, number], entry)?
                .collect::<Result<_, _>>(),
            None => self
                .db
                .prepare_cached(&format!(
                    "SELECT {ENTRY} FROM outbox WHERE list = ?1 ORDER BY queued_at, id"
                ))?
                .query_map([list], entry)?
                .collect::<Result<_, _>>(),
        };
        Ok(entries?)
    }

    /// Shadow notices that are in no folder yet, oldest first.
    ///
    /// # Errors
    /// A failing database.
    pub fn unwritten_shadow(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ENTRY} FROM outbox INDEXED BY outbox_shadow WHERE state = 'shadow' AND sent_at IS NULL ORDER BY queued_at, id"
        ))?;
        let rows = query.query_map([], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Marks a shadow notice as written to its folder.
    ///
    /// # Errors
    /// A failing database.
    pub fn shadow_written(&mut self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE outbox SET sent_at = ?2 WHERE id = ?1 AND state = 'shadow'")?
            .execute(params![id, micros(at)])?;
        Ok(())
    }
}

fn recipient(to: &Recipient) -> &str {
    match to {
        Recipient::List => "list",
        Recipient::Author(address) => address.as_str(),
    }
}

pub(super) fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: row.get(0)?,
        list: row.get(1)?,
        number: row.get(2)?,
        kind: row.get(3)?,
        recipient: row.get(4)?,
        message_id: row.get(5)?,
        envelope_to: row.get(6)?,
        raw: row.get(7)?,
        state: OutboxState::parse(&row.get::<_, String>(8)?),
        attempts: row.get(9)?,
        queued_at: from_micros(row.get(10)?),
        next_try: from_micros(row.get(11)?),
        sent_at: row.get::<_, Option<i64>>(12)?.map(from_micros),
        last_error: row.get(13)?,
        useful_until: row.get::<_, Option<i64>>(14)?.map(from_micros),
        first_try: row.get::<_, Option<i64>>(15)?.map(from_micros),
        last_try: row.get::<_, Option<i64>>(16)?.map(from_micros),
    })
}
