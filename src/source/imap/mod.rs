//! A mailbox on an IMAP server (RFC 9051, RFC 3501), read and never changed.
//!
//! The `imap` crate is used behind a narrow seam: over a stream of our own that bounds every read in time
//! and bytes, on a thread of its own that starts afresh whenever anything is odd. The mailbox is opened with EXAMINE and
//! mail is fetched with `BODY.PEEK[]`, so no flag, no mail and no mailbox is ever touched.
//!
//! What matters most is [`MailboxEvent::ReadThrough`]: silence is consent only where there was silence, so a poll says at
//! which instant it began, and says so only after everything that the mailbox held then has been handed over.

mod connect;
mod credential;
mod error;
mod leash;
mod literals;
mod name;
mod poll;
mod session;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod watcher;
mod wire;

pub use credential::{Credential, Secret};
pub use error::ImapError;
pub use settings::{Security, Settings, SettingsError};
pub use watcher::Watcher;

use crate::clock::{Clock, Stopwatch};
use crate::net::probe_step::ProbeStep;
use chrono::{DateTime, Utc};
use std::cell::{Cell, RefCell};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How far a mailbox has been read (RFC 9051 section 2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The mailbox's UIDVALIDITY: under another one, UIDs mean other mails.
    pub uid_validity: u32,
    /// The highest UID handed over, or passed by; 0 for none.
    pub last_uid: u32,
}

/// One mail as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: u32,
    /// The UIDVALIDITY that the UID belongs to.
    pub uid_validity: u32,
    /// When the server received it (INTERNALDATE), where it says so.
    pub internal_date: Option<DateTime<Utc>>,
    /// Its whole size in bytes, as the server tells it (RFC822.SIZE).
    pub size: u32,
    /// Its bytes, from the first on.
    pub bytes: Vec<u8>,
    /// The end is missing: it is longer than `max_mail`, or the server did not hand out its body.
    pub cut: bool,
}

/// What is learnt of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxEvent {
    /// Mails in ascending UID order: at most 250, and at most 1 MiB unless it is one alone.
    Mail(Vec<Fetched>),
    /// A poll that began at `began_at` has completed: everything in the mailbox at that instant was handed over before this.
    ReadThrough {
        /// Read from the clock before the poll's first command was sent.
        began_at: DateTime<Utc>,
        /// Where the next poll goes on.
        cursor: Cursor,
    },
    /// The mailbox was made anew, or put back from a backup: everything is handed over again from UID 1. `old` and `new` are
    /// equal where only the UIDs went backwards.
    UidValidityChanged {
        /// What it was.
        old: u32,
        /// What it is.
        new: u32,
    },
    /// Something failed; it is tried again after a while.
    Trouble(ImapError),
    /// A Maildir, or a mail in it, cannot be read, and why; it is looked at again after a while.
    Unreadable(String),
    /// Logged in.
    Connected {
        /// The server speaks IDLE: mail is heard of at once.
        idle: bool,
    },
}

/// What a server says of itself and of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// `host:port`.
    pub server: String,
    /// The version of TLS, such as `TLSv1_3`; `None` on a plain connection.
    pub tls: Option<String>,
    /// Capabilities after the login, in upper case, sorted.
    pub capabilities: Vec<String>,
    /// The server speaks IDLE.
    pub idle: bool,
    /// Mails in the mailbox.
    pub exists: u32,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT, where the server tells it.
    pub uid_next: Option<u32>,
    /// When the server received the newest mail by its own clock, UTC; `None` where it does not tell.
    pub newest: Option<DateTime<Utc>>,
}

/// Connects, polls once and logs out. `each` gets every event and stops the poll by returning `false`.
///
/// # Errors
/// What failed; then no [`MailboxEvent::ReadThrough`] was handed over.
pub fn poll_once(
    settings: &Settings,
    cursor: Option<Cursor>,
    clock: &dyn Clock,
    each: &mut dyn FnMut(MailboxEvent) -> bool,
) -> Result<(), ImapError> {
    contained(&settings.server(), || {
        let mut session = connect::connect(settings, &|_| {}, &|| true)?;
        if each(MailboxEvent::Connected { idle: session.can_idle() }) {
            poll::poll(&mut session, &mut cursor.clone(), clock, settings.max_mail, each)?;
        }
        session.logout();
        Ok(())
    })
}

/// Connects, logs in, opens the mailbox and logs out, as `check` shows it; what was done is put at the end of `steps`, also where a later
/// step fails. No mail is fetched.
///
/// # Errors
/// The first step that failed.
pub fn probe(settings: &Settings, steps: &mut Vec<ProbeStep>) -> Result<Probe, ImapError> {
    contained(&settings.server(), || {
        let server = settings.server();
        let watch = Cell::new(Stopwatch::start());
        let steps = RefCell::new(steps);
        let done = |what: String| {
            let took = watch.replace(Stopwatch::start()).elapsed();
            steps.borrow_mut().push(ProbeStep { what, took });
        };
        let mut session = connect::connect(
            settings,
            &|socket: &TcpStream| {
                let address = socket.peer_addr().map_or(String::new(), |address| format!(" at {address}"));
                done(format!("connected to {server}{address}"));
            },
            &|| true,
        )?;
        let tls = session.tls.clone();
        done(match &tls {
            Some(tls) => format!("{tls}, certificate verified; logged in"),
            None => "without TLS; logged in".to_owned(),
        });
        let mailbox = session.examine()?;
        done(format!("EXAMINE {:?}: {} mails, opened read-only", settings.mailbox, mailbox.exists));
        let (exists, uid_validity, uid_next) = (mailbox.exists, mailbox.uid_validity, mailbox.uid_next);
        let newest = match uid_next {
            Some(next) if exists > 0 => session.newest(next)?.as_deref().and_then(poll::instant),
            _ => None,
        };
        let idle = session.can_idle();
        let capabilities = session.capabilities.iter().cloned().collect();
        session.logout();
        Ok(Probe { server, tls, capabilities, idle, exists, uid_validity, uid_next, newest })
    })
}

/// Runs `work`, and makes an error of a panic inside the `imap` crate.
fn contained<T>(server: &str, work: impl FnOnce() -> Result<T, ImapError>) -> Result<T, ImapError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let what = "the IMAP client gave up on it".to_owned();
        Err(ImapError::Protocol { server: server.to_owned(), doing: "a command", what })
    })
}
