//! SQLite: messages, calls, decisions, the outbox, mailbox cursors.
//!
//! Facts are appended and never changed; what is derived from them can be derived again. No type of SQLite's leaves this
//! module, so that another store can take its place.

mod copies;
mod counts;
mod derived;
mod engine_lock;
mod messages;
mod older;
mod outbox;
mod outbox_state;
mod participation;
mod problems;
mod proposals;
mod reviews;
mod sql;
mod told;
mod undelivered;

pub use copies::{Copied, CopyError, back_up, examine, restore};
pub use engine_lock::{EngineLock, LockError};
pub use messages::{Incoming, Kept, StoredMessage};
pub use outbox::{OutboxEntry, Queued};
pub use outbox_state::{Budget, OutboxState};
pub use problems::ListedProblem;
pub use proposals::{DatedCall, Due, OpenCall, StoredDecision, next_due};
pub use reviews::StoredReview;
pub use undelivered::{Failure, Undelivered};

use crate::clock::Deadline;
use crate::decision::{Roster, RosterHistory};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use rusqlite_migration::{M, Migrations};
use sql::{from_micros, micros};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Why the store could not do something, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("cannot open the database {path}: {source}; check that the folder exists and that this user may write there", path = .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is there and holds something else.
    #[error("{path} is not a plusone database (SQLite); nothing in it was changed: write another file's name for `database`, or restore a backup", path = .0.display())]
    NotADatabase(PathBuf),
    /// The schema could not be brought up to date.
    #[error(
        "cannot bring the database up to date: {0}; it may come from a newer plusone: use that version, or restore a backup"
    )]
    Migrate(rusqlite_migration::Error),
    /// No room is left for it.
    #[error(
        "the database cannot grow: {0}; nothing was lost: make room where it lies, then start plusone again"
    )]
    Full(rusqlite::Error),
    /// It may be read and not written.
    #[error(
        "the database cannot be written: {0}; nothing was lost: give this user leave to write the file and its folder, then start plusone again"
    )]
    ReadOnly(rusqlite::Error),
    /// Its pages do not hold together.
    #[error(
        "the database is damaged: {0}; stop plusone, put a backup back (plusone restore FILE) and start it: what came since is read again from the mailbox"
    )]
    Corrupt(String),
    /// Any other failure: a lock held too long, a disk that fails.
    #[error(
        "database: {0}; nothing was lost: once the cause is gone (another process, a failing disk), start plusone again"
    )]
    Sql(rusqlite::Error),
    /// A row does not hold what it should.
    #[error("database: {what} is damaged: {detail}; restore a backup")]
    Damaged {
        /// Which row.
        what: &'static str,
        /// What is wrong with it.
        detail: String,
    },
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { query, err } => match StoreError::from(err) {
                StoreError::Sql(err) => {
                    StoreError::Migrate(rusqlite_migration::Error::RusqliteError { query, err })
                }
                known => known,
            },
            error => StoreError::Migrate(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full(error),
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Corrupt(error.to_string())
            }
            _ => StoreError::Sql(error),
        }
    }
}

/// How much of the database is kept in memory, in KiB. It may grow to gigabytes: this is room for what a tick touches.
const CACHE: i64 = 16 << 10;
/// The same while much mail comes in, which needs the memory itself, and whose pages are seldom looked at twice.
const CACHE_BESIDE_MAIL: i64 = 4 << 10;

/// The store. One connection; every method that writes commits before it returns unless a [`Store::transaction`] is open.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    rosters: RefCell<Rosters>,
    /// Lists whose rosters have been compared since the transaction began.
    compared: RefCell<HashSet<String>>,
}

/// Rosters as they were last read, by their list: they are asked for at every decision, and seldom change.
type Rosters = HashMap<String, (Vec<(i64, String)>, Arc<RosterHistory>)>;

fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("../../migrations/0001_facts.sql")),
        M::up(include_str!("../../migrations/0002_events.sql")),
        M::up(include_str!("../../migrations/0003_time.sql")),
        M::up(include_str!("../../migrations/0004_authors.sql")),
        M::up(include_str!("../../migrations/0005_long_past.sql")),
        M::up(include_str!("../../migrations/0006_undelivered.sql")),
        M::up(include_str!("../../migrations/0007_counted.sql")),
    ])
}

impl Store {
    /// Opens the database file, makes it where it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// Where the file cannot be opened, is no database, or comes from a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::NotADatabase(path.to_owned()),
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseCorrupt) => source.into(),
            _ => StoreError::Open { path: path.to_owned(), source },
        };
        let db = Connection::open(path).map_err(failed)?;
        db.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
        into_wal(&db).map_err(failed)?;
        db.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        db.pragma_update(None, "foreign_keys", true).map_err(failed)?;
        Store::prepared(db)
    }

    /// A store in memory, gone with the value.
    ///
    /// # Errors
    /// Where SQLite has no memory left.
    pub fn in_memory() -> Result<Self, StoreError> {
        Store::prepared(Connection::open_in_memory()?)
    }

    fn prepared(mut db: Connection) -> Result<Self, StoreError> {
        // Two processes may open a new file at once: the one that comes second finds the tables made, and the version with them.
        migrations().to_latest(&mut db).or_else(|_| migrations().to_latest(&mut db))?;
        db.set_prepared_statement_cache_capacity(128);
        // SQLite takes a negative size as KiB.
        db.pragma_update(None, "cache_size", -CACHE)?;
        // What many steps write over and over goes into the file once: the log may grow to 4,000 pages, 16 MiB.
        db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        Ok(Store { db, rosters: RefCell::default(), compared: RefCell::default() })
    }

    /// Keeps less of the database in memory while `much_mail` comes in, and again as much as a tick touches when it has.
    ///
    /// # Errors
    /// A failing database.
    pub fn expect(&self, much_mail: bool) -> Result<(), StoreError> {
        let size = if much_mail { CACHE_BESIDE_MAIL } else { CACHE };
        Ok(self.db.pragma_update(None, "cache_size", -size)?)
    }

    /// Whether each transaction waits until the disk has it, as it does from the start. Where none does, a machine that loses its power loses
    /// the last of them whole, the mailbox's cursor with them, and reads that mail again. Nothing that leaves may rest on them: a mail is sent
    /// only after a connection that waits has written that it will be, and then all that was written before is on the disk as well.
    ///
    /// # Errors
    /// A failing database.
    pub fn wait_for_disk(&self, each_time: bool) -> Result<(), StoreError> {
        Ok(self.db.pragma_update(None, "synchronous", if each_time { "FULL" } else { "NORMAL" })?)
    }

    /// Begins a transaction: what is written up to [`Store::commit`] is kept whole or not at all.
    ///
    /// # Errors
    /// A failing database, or one that another process writes to for too long.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.compared.get_mut().clear();
        Ok(self.db.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// A failing database; the transaction is then still to be rolled back.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.db.execute_batch("COMMIT")?)
    }

    /// Rolls the transaction back, where one is open.
    pub fn roll_back(&mut self) {
        if !self.db.is_autocommit() {
            // Where this fails too, SQLite rolls back when the connection closes or the file is next opened.
            let _ = self.db.execute_batch("ROLLBACK");
        }
    }

    /// A value of the instance: its secret, when it was made, when it last sent a digest.
    ///
    /// # Errors
    /// A failing database.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
        Ok(query.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Sets a value of the instance.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        // Where the value stays as it is nothing is written, and the disk is not waited for.
        self.db
            .prepare_cached(
                "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value <> ?2",
            )?
            .execute([key, value])?;
        Ok(())
    }

    /// How far a mailbox has been read: UIDVALIDITY, last UID, and the instant (UTC) up to which it has been read through.
    ///
    /// # Errors
    /// A failing database.
    pub fn cursor(&self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT uid_validity, last_uid, read_through FROM cursor WHERE mailbox = ?1")?;
        let row = query.query_row([mailbox], |row| {
            Ok(MailboxCursor {
                uid_validity: row.get(0)?,
                last_uid: row.get(1)?,
                read_through: row.get::<_, Option<i64>>(2)?.map(from_micros),
            })
        });
        Ok(row.optional()?)
    }

    /// Remembers how far a mailbox has been read. `read_through` never goes back, whatever the clock does.
    ///
    /// # Errors
    /// A failing database.
    pub fn set_cursor(&mut self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO cursor (mailbox, uid_validity, last_uid, read_through) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (mailbox) DO UPDATE SET uid_validity = ?2, last_uid = ?3,
                   read_through = max(ifnull(read_through, ?4), ifnull(?4, read_through))",
            )?
            .execute(params![
                mailbox,
                cursor.uid_validity,
                cursor.last_uid,
                cursor.read_through.map(micros)
            ])?;
        Ok(())
    }

    /// Takes up a roster for a list from `since` on, where it differs from the one in force.
    ///
    /// # Errors
    /// A failing database.
    pub fn take_up_roster(
        &mut self,
        list: &str,
        since: DateTime<Utc>,
        roster: &Roster,
    ) -> Result<(), StoreError> {
        if self.rosters(list)?.versions.last().map(|(_, newest)| newest) == Some(roster) {
            return Ok(());
        }
        self.db.execute(
            "INSERT OR REPLACE INTO roster (list, since, body) VALUES (?1, ?2, ?3)",
            params![list, micros(since), sql::to_json(roster)?],
        )?;
        self.compared.get_mut().clear();
        Ok(())
    }

    /// The list's roster as it was over time.
    ///
    /// # Errors
    /// A failing or damaged database.
    pub fn rosters(&self, list: &str) -> Result<Arc<RosterHistory>, StoreError> {
        // Within a transaction nobody else writes.
        let may_have_changed = self.db.is_autocommit() || !self.compared.borrow().contains(list);
        if let Some((_, history)) = self.rosters.borrow().get(list).filter(|_| !may_have_changed) {
            return Ok(Arc::clone(history));
        }
        let mut query =
            self.db.prepare_cached("SELECT since, body FROM roster WHERE list = ?1 ORDER BY since")?;
        self.compared.borrow_mut().insert(list.to_owned());
        if let Some((known, history)) = self.rosters.borrow().get(list) {
            let mut known = known.iter();
            let mut rows = query.query([list])?;
            let mut same = true;
            while same && let Some(row) = rows.next()? {
                let (since, body) = (row.get_ref(0)?.as_i64(), row.get_ref(1)?.as_str());
                same = known.next().is_some_and(|(at, text)| since == Ok(*at) && body == Ok(text.as_str()));
            }
            if same && known.next().is_none() {
                return Ok(Arc::clone(history));
            }
        }
        let rows = query.query_map([list], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
        let version = |(since, body): &(i64, String)| -> Result<_, StoreError> {
            Ok((from_micros(*since), sql::from_json("a roster", body)?))
        };
        let versions = rows.iter().map(version).collect::<Result<_, _>>()?;
        let history = Arc::new(RosterHistory { versions });
        self.rosters.borrow_mut().insert(list.to_owned(), (rows, Arc::clone(&history)));
        Ok(history)
    }
}

/// Puts the file into write-ahead mode. While another process does the same to a new file SQLite does not wait but says that it is busy.
fn into_wal(db: &Connection) -> rusqlite::Result<()> {
    let deadline = Deadline::after(Duration::from_secs(10));
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !deadline.is_past() =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return done,
        }
    }
}

/// How far a mailbox has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxCursor {
    /// IMAP UIDVALIDITY (RFC 9051 §2.3.1.1).
    pub uid_validity: u32,
    /// The last UID that was stored.
    pub last_uid: u32,
    /// Everything that was in the mailbox at this instant (UTC) has been stored.
    pub read_through: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests;
