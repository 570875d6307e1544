//! A Maildir as a live mailbox: looked at every so often.

use super::RunError;
use crate::clock::Clock;
use crate::source::imap::{Cursor, Fetched, MailboxEvent};
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many mails are handed over at once.
const BATCH: usize = 200;
/// What is read of one mail.
const MAX_MAIL: u64 = 50 << 20;

/// What is new in the Maildir since the last look, and then that it has been read through. A mail that cannot be read now keeps it
/// from being read through: it may hold an objection.
///
/// # Errors
/// Where the folder cannot be listed, or one of its mails cannot be read.
pub(super) fn look_at_maildir(
    path: &Path,
    seen: &mut HashSet<OsString>,
    clock: &dyn Clock,
) -> Result<Vec<MailboxEvent>, RunError> {
    let began_at = clock.now();
    let failed = |path: &Path, error: std::io::Error| {
        RunError::Mailbox(format!(
            "cannot read the Maildir {}: {error}; check the path and its permissions",
            path.display()
        ))
    };
    let mut names = Vec::new();
    for sub in ["cur", "new"] {
        let folder = path.join(sub);
        for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let entry = entry.map_err(|error| failed(&folder, error))?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && !seen.contains(&unique(&entry.file_name())) {
                names.push(entry.path());
            }
        }
    }
    names.sort();
    let mut events = Vec::new();
    for batch in names.chunks(BATCH) {
        let mut mails = Vec::new();
        for path in batch {
            match read(path) {
                Ok(mail) => mails.push(mail),
                // Moved from new to cur by a mail reader meanwhile: the next look finds it there, and this one is not complete.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    events.push(MailboxEvent::Mail(mails));
                    return Ok(events);
                }
                Err(error) => return Err(failed(path, error)),
            }
        }
        seen.extend(batch.iter().filter_map(|path| path.file_name()).map(unique));
        events.push(MailboxEvent::Mail(mails));
    }
    events.push(MailboxEvent::ReadThrough { began_at, cursor: Cursor { uid_validity: 0, last_uid: 0 } });
    Ok(events)
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
    file.take(MAX_MAIL).read_to_end(&mut bytes)?;
    let modified = std::fs::metadata(path)?.modified()?;
    Ok(Fetched {
        uid: 0,
        uid_validity: 0,
        internal_date: Some(modified.into()),
        size: u32::try_from(size).unwrap_or(u32::MAX),
        cut: size > MAX_MAIL,
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
        let looked = tokio::task::block_in_place(|| look_at_maildir(&path, &mut seen, clock.as_ref()));
        match looked {
            Ok(found) => {
                for event in found {
                    if events.send(event).await.is_err() {
                        return;
                    }
                }
            }
            Err(error) => tracing::warn!("{error}"),
        }
        tokio::time::sleep(every).await;
    }
}
