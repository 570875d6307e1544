//! The mailbox from this moment on.

use crate::cli::{CliError, setup};
use crate::clock::SystemClock;
use crate::config::{Config, MailboxConfig};
use crate::source::imap::{self, Cursor, Fetched, MailboxEvent, Watcher};
use crate::worker::{files, look_at_maildir};
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How often a server without IDLE is asked.
const POLL: Duration = Duration::from_secs(2);

/// Mail as it comes in; what was there before is passed over.
pub struct Inbox {
    way: Way,
    trouble: Option<String>,
}

enum Way {
    Imap { events: mpsc::Receiver<MailboxEvent>, _watcher: Watcher },
    Maildir { path: PathBuf, seen: HashSet<OsString> },
}

impl Inbox {
    /// Opens the configured mailbox.
    ///
    /// # Errors
    /// It cannot be read, or none is configured.
    pub fn open(config: &Config) -> Result<Self, CliError> {
        let way = match &config.mailbox {
            Some(MailboxConfig::Maildir { path, .. }) => {
                Way::Maildir { path: path.clone(), seen: files(path)? }
            }
            _ => {
                let settings = setup::imap_settings(config)?;
                let mut settings = settings.ok_or_else(|| CliError::usage("no [mailbox] is configured"))?;
                settings.poll_every = POLL;
                let there = imap::probe(&settings, &mut Vec::new()).map_err(CliError::work)?;
                // Without UIDNEXT the mailbox is read from its beginning.
                let last_uid = there.uid_next.map_or(0, |next| next.saturating_sub(1));
                let cursor = Cursor { uid_validity: there.uid_validity, last_uid };
                let (watcher, events) = Watcher::spawn(settings, Some(cursor), Arc::new(SystemClock));
                Way::Imap { events, _watcher: watcher }
            }
        };
        Ok(Inbox { way, trouble: None })
    }

    /// What came, waiting for it so long.
    ///
    /// # Errors
    /// The mailbox cannot be read and will not be tried again.
    pub async fn next(&mut self, within: Duration) -> Result<Vec<Fetched>, CliError> {
        match &mut self.way {
            Way::Imap { events, .. } => match tokio::time::timeout(within, events.recv()).await {
                Ok(Some(MailboxEvent::Mail(mails))) => return Ok(mails),
                Ok(Some(MailboxEvent::Trouble(why))) => self.trouble = Some(why.to_string()),
                Ok(Some(MailboxEvent::ReadThrough { .. })) => self.trouble = None,
                Ok(None) => return Err(CliError::work("the thread that reads the mailbox ended; try again")),
                Ok(Some(_)) | Err(_) => {}
            },
            Way::Maildir { path, seen } => {
                let mut mails = Vec::new();
                look_at_maildir(path, seen, &SystemClock, &mut |event| {
                    if let MailboxEvent::Mail(more) = event {
                        mails.extend(more);
                    }
                    Ok(())
                })?;
                if !mails.is_empty() {
                    return Ok(mails);
                }
                tokio::time::sleep(within).await;
            }
        }
        Ok(Vec::new())
    }

    /// What keeps the mailbox from being read, where something does.
    pub fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }
}
