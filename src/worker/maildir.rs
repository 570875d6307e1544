//! A Maildir as a live mailbox: looked at every so often.

use super::RunError;
use crate::clock::Clock;
use crate::mail::LARGEST_MAIL;
use crate::source::imap::{Cursor, Fetched, MailboxEvent};
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many mails are handed over at once, at most.
const BATCH_MAILS: usize = 200;
/// How many octets of mail are handed over at once, unless it is one mail alone.
const BATCH_OCTETS: u64 = 2 << 20;

/// Hands over what is new in the Maildir since the last look, and then that it has been read through. A mail that cannot be read now keeps
/// it from being read through, since it may hold an objection; the others are handed over all the same.
///
/// # Errors
/// Where the folder cannot be listed, one of its mails cannot be read, or `each` fails.
pub(crate) fn look_at_maildir(
    path: &Path,
    seen: &mut HashSet<OsString>,
    clock: &dyn Clock,
    each: &mut dyn FnMut(MailboxEvent) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let began_at = clock.now();
    let (mut mails, mut names, mut octets) = (Vec::new(), Vec::new(), 0);
    let mut unread = None;
    for path in new_mails(path, seen)? {
        match read(&path) {
            Ok(mail) => {
                octets += mail.bytes.len() as u64;
                mails.push(mail);
                names.extend(path.file_name().map(unique));
            }
            // Moved from new to cur by a mail reader meanwhile: the next look finds it there, and this one is not complete.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => unread = unread.or(Some(None)),
            Err(error) => unread = Some(Some(failed(&path, error))),
        }
        if mails.len() >= BATCH_MAILS || octets >= BATCH_OCTETS {
            each(MailboxEvent::Mail(std::mem::take(&mut mails)))?;
            seen.extend(names.drain(..));
            octets = 0;
        }
    }
    if !mails.is_empty() {
        each(MailboxEvent::Mail(mails))?;
        seen.extend(names);
    }
    match unread {
        None => each(MailboxEvent::ReadThrough { began_at, cursor: Cursor { uid_validity: 0, last_uid: 0 } }),
        Some(None) => Ok(()),
        Some(Some(error)) => Err(error),
    }
}

/// The names of the mails that are there, as [`look_at_maildir`] remembers them.
///
/// # Errors
/// Where the folder cannot be listed.
pub(crate) fn files(path: &Path) -> Result<HashSet<OsString>, RunError> {
    let mails = new_mails(path, &HashSet::new())?;
    Ok(mails.iter().filter_map(|mail| mail.file_name()).map(unique).collect())
}

/// The files of mails that were not seen yet, by name.
fn new_mails(path: &Path, seen: &HashSet<OsString>) -> Result<Vec<PathBuf>, RunError> {
    let mut found = Vec::new();
    for sub in ["cur", "new"] {
        let folder = path.join(sub);
        for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let entry = entry.map_err(|error| failed(&folder, error))?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && !entry.path().is_dir() && !seen.contains(&unique(&entry.file_name())) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn failed(path: &Path, error: std::io::Error) -> RunError {
    RunError::Mailbox(format!(
        "cannot read {} in the Maildir: {error}; check the path and its permissions",
        path.display()
    ))
}

/// A Maildir name without its flags, which change.
fn unique(name: &std::ffi::OsStr) -> OsString {
    name.to_string_lossy().split(':').next().unwrap_or_default().into()
}

fn read(path: &Path) -> std::io::Result<Fetched> {
    use std::io::Read;
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.take(LARGEST_MAIL as u64).read_to_end(&mut bytes)?;
    let modified = std::fs::metadata(path)?.modified()?;
    Ok(Fetched {
        uid: 0,
        uid_validity: 0,
        internal_date: Some(modified.into()),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        cut: size > LARGEST_MAIL as u64,
        bytes,
    })
}

pub(super) async fn watch_maildir(
    path: PathBuf,
    every: Duration,
    clock: Arc<dyn Clock>,
    events: mpsc::Sender<MailboxEvent>,
) {
    let mut seen = HashSet::new();
    loop {
        let mut hand_over = |event| {
            let gone = |_| RunError::Other("nobody takes the mail any more".to_owned());
            events.blocking_send(event).map_err(gone)
        };
        let looked = tokio::task::block_in_place(|| {
            look_at_maildir(&path, &mut seen, clock.as_ref(), &mut hand_over)
                .or_else(|error| hand_over(MailboxEvent::Unreadable(error.to_string())))
        });
        if looked.is_err() || events.is_closed() {
            return;
        }
        tokio::time::sleep(every).await;
    }
}
