//! One engine at a time: a lock on a file beside the database, which the system lets go when the process ends, however it ends.

use chrono::{DateTime, SecondsFormat, Utc};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The most that is read of who holds the lock, in octets.
const LONGEST_HOLDER: u64 = 400;

/// Why the lock is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error(
        "the database {path} is in use by another engine ({holder}); one engine serves one database: stop that one, or give this one a database of its own",
        path = .path.display()
    )]
    Held {
        /// The database.
        path: PathBuf,
        /// Who has it, as it wrote itself down.
        holder: String,
    },
    /// The file of the lock cannot be made or locked.
    #[error("cannot lock {path}: {source}; check that the folder exists and that this user may write there", path = .path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The right to be the one engine of a database, for as long as the value lives.
#[derive(Debug)]
pub struct EngineLock {
    _file: File,
}

impl EngineLock {
    /// Takes the lock of that database and writes down who has it: the process, its host and `now`, UTC.
    ///
    /// # Errors
    /// Another process has it, or the file beside the database cannot be written.
    pub fn take(database: &Path, now: DateTime<Utc>) -> Result<Self, LockError> {
        let path = lock_file(database);
        let failed = |source| LockError::Io { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = holder(&mut file).unwrap_or_else(|| "it has not said which".to_owned());
                return Err(LockError::Held { path: database.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let since = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let who = format!("process {}{}, since {since}", std::process::id(), on_host());
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(who.as_bytes()));
        written.map_err(failed)?;
        Ok(EngineLock { _file: file })
    }
}

/// `plusone.db-lock` beside `plusone.db`, wherever links lead.
fn lock_file(database: &Path) -> PathBuf {
    let mut name = OsString::from(database.canonicalize().unwrap_or_else(|_| database.to_owned()));
    name.push("-lock");
    name.into()
}

fn holder(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.take(LONGEST_HOLDER).read_to_string(&mut text).ok()?;
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

/// ` on mail1`, where the system tells its name.
fn on_host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { String::new() } else { format!(" on {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_second_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plusone.db");
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let first = EngineLock::take(&database, now).unwrap();
        let refused = EngineLock::take(&database, now).unwrap_err().to_string();
        let process = format!("process {}", std::process::id());
        assert!(refused.contains(&process) && refused.contains("since 2026-03-02T09:00:00Z"), "{refused}");
        drop(first);
        EngineLock::take(&database, now).unwrap();
    }

    #[test]
    fn a_link_to_the_database_is_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let (database, link) = (folder.path().join("plusone.db"), folder.path().join("link.db"));
        std::fs::write(&database, "").unwrap();
        std::os::unix::fs::symlink(&database, &link).unwrap();
        let now = DateTime::UNIX_EPOCH;
        let _first = EngineLock::take(&database, now).unwrap();
        assert!(matches!(EngineLock::take(&link, now), Err(LockError::Held { .. })));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let refused =
            EngineLock::take(Path::new("/nonexistent/plusone.db"), DateTime::UNIX_EPOCH).unwrap_err();
        assert!(refused.to_string().contains("/nonexistent/plusone.db-lock"), "{refused}");
    }
}
