//! Copies of the database: one made while the engine runs, and one put in its place.

use super::{StoreError, migrations};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many pages are copied between two looks at whether somebody writes.
const PAGES_A_STEP: i32 = 1_000;

/// How long a step that meets a writer waits.
const PAUSE: Duration = Duration::from_millis(20);

/// How often in a row a step may meet a writer: some ten seconds.
const MOST_PAUSES: u32 = 500;

/// Why a copy cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file is in the way.
    #[error("{path} is there already; name a file that is not, since no copy is written over another", path = .0.display())]
    Exists(PathBuf),
    /// There is no database to copy.
    #[error("there is no database {path}; `plusone run` makes it", path = .0.display())]
    NoDatabase(PathBuf),
    /// The file is no copy of a database.
    #[error("{path} cannot be used: {why}; nothing was changed", path = .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file cannot be moved or written.
    #[error("{path}: {source}; check that its folder is there and that this user may write into it", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Somebody writes without a pause.
    #[error("the database is written to without a pause; try again")]
    Busy,
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Messages kept.
    pub messages: u64,
    /// Its size in octets.
    pub size: u64,
}

/// Copies the database into a new file, by SQLite's online backup: the engine may run on. `progress` is told how many of how many pages
/// are copied. What is written while it copies is in the copy whole or not at all.
///
/// # Errors
/// `to` is there already, `from` is not, or one of them fails; then no file is left behind.
pub fn back_up(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Copied, CopyError> {
    if to.symlink_metadata().is_ok() {
        return Err(CopyError::Exists(to.to_owned()));
    }
    if !from.is_file() {
        return Err(CopyError::NoDatabase(from.to_owned()));
    }
    // Readable to the owner alone, as mail is; made under another name, so that a copy cut short is never taken for a whole one.
    let failed = |source| CopyError::Io { path: to.to_owned(), source };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let part = tempfile::Builder::new().prefix(".plusone-backup-").tempfile_in(folder).map_err(failed)?;
    copy(from, part.path(), progress)?;
    let copied = examine(part.path())?;
    part.as_file().sync_all().map_err(failed)?;
    part.persist_noclobber(to).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => CopyError::Exists(to.to_owned()),
        _ => failed(error.error),
    })?;
    Ok(copied)
}

fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), CopyError> {
    let sql = |error: rusqlite::Error| CopyError::Store(error.into());
    let source = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(sql)?;
    source.busy_timeout(Duration::from_secs(10)).map_err(sql)?;
    // An open transaction pins what is copied: else each write of the engine's would begin the copy anew, and it might never end.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").map_err(sql)?;
    let mut target = Connection::open(to).map_err(sql)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(sql)?;
        let mut pauses = 0;
        loop {
            match backup.step(PAGES_A_STEP).map_err(sql)? {
                StepResult::Done => break,
                StepResult::More => pauses = 0,
                _ if pauses >= MOST_PAUSES => return Err(CopyError::Busy),
                _ => {
                    pauses += 1;
                    std::thread::sleep(PAUSE);
                }
            }
            let pages = backup.progress();
            let count = |pages: i32| u64::from(pages.unsigned_abs());
            progress(count(pages.pagecount - pages.remaining), count(pages.pagecount));
        }
    }
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(sql)?;
    target.close().map_err(|(_, error)| sql(error))
}

/// Whether a file is a whole database of plusone's, this version's or an earlier one's.
///
/// # Errors
/// It is not, and why.
pub fn examine(path: &Path) -> Result<Copied, CopyError> {
    let unusable = |why: &str| CopyError::Unusable { path: path.to_owned(), why: why.to_owned() };
    let sql = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => unusable("it is not a database of plusone's"),
        Some(ErrorCode::DatabaseCorrupt) => unusable(&format!("it is damaged ({error})")),
        _ => unusable(&error.to_string()),
    };
    if !path.is_file() {
        return Err(unusable("there is no such file"));
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sql)?;
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sql)?;
    if found != "ok" {
        return Err(unusable(&format!("it is damaged ({})", found.replace('\n', " "))));
    }
    let version: i32 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
    // Of an empty database every migration is pending: their number is our version.
    let ours = migrations().pending_migrations(&Connection::open_in_memory().map_err(sql)?);
    if version < 1 {
        return Err(unusable("it is a database, but not one of plusone's"));
    }
    if version > ours.map_err(|error| unusable(&error.to_string()))? {
        return Err(unusable("it comes from a newer plusone: use that version"));
    }
    let messages: i64 = db
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .map_err(|_| unusable("it is a database, but not one of plusone's"))?;
    drop(db);
    let size = path.metadata().map_err(|source| CopyError::Io { path: path.to_owned(), source })?.len();
    Ok(Copied { messages: messages.unsigned_abs(), size })
}

/// Puts a copy in the database's place; the database that was there is kept beside it under the name that is given back. The caller holds
/// the [`super::EngineLock`].
///
/// # Errors
/// The copy cannot be used, or a file not be moved; the database is then as it was.
pub fn restore(copy: &Path, database: &Path, aside: &str) -> Result<(Copied, Option<PathBuf>), CopyError> {
    let copied = examine(copy)?;
    // Where a link leads elsewhere, that is where the database lies, and its log beside it.
    let real = database.canonicalize().ok().filter(|_| database.is_symlink());
    let database = real.as_deref().unwrap_or(database);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| CopyError::Io { path, source }
    };
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new =
        tempfile::Builder::new().prefix(".plusone-restore-").tempfile_in(folder).map_err(io(database))?;
    self::copy(copy, new.path(), &mut |_, _| {})?;
    given_to_the_worker(new.as_file(), database, folder).map_err(io(database))?;
    new.as_file().sync_all().map_err(io(database))?;
    let kept = database.is_file().then(|| beside(database, aside));
    if let Some(kept) = &kept {
        if kept.symlink_metadata().is_ok() {
            return Err(CopyError::Exists(kept.clone()));
        }
        // Where it can be, the log is written into its database: then it matters to nobody that one of the two is moved first.
        let _ = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        // What is left of it goes with the database: left behind, it would be read into the copy.
        for suffix in ["-wal", "-shm"] {
            let log = beside(database, suffix);
            if log.exists() {
                std::fs::rename(&log, beside(kept, suffix)).map_err(io(&log))?;
            }
        }
        std::fs::rename(database, kept).map_err(io(database))?;
    }
    new.persist_noclobber(database).map_err(|error| io(database)(error.error))?;
    Ok((copied, kept))
}

/// The new file belongs to whom the old one did, or else the folder: whoever restores may be root, and the worker is not.
fn given_to_the_worker(new: &File, database: &Path, folder: &Path) -> io::Result<()> {
    let (owner, ours) = (database.metadata().or_else(|_| folder.metadata())?, new.metadata()?);
    if (owner.uid(), owner.gid()) != (ours.uid(), ours.gid()) {
        fchown(new, Some(owner.uid()), Some(owner.gid()))?;
    }
    if owner.is_file() { new.set_permissions(owner.permissions()) } else { Ok(()) }
}

/// `plusone.db` and what is put behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests;
