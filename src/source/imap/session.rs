//! A logged-in session, and the few commands that the engine gives: EXAMINE, UID SEARCH, UID FETCH, IDLE, LOGOUT.
//!
//! Answers are read with `imap-proto` rather than with the client's own types: an untagged NO (a warning, RFC 9051 section
//! 7.1.2) during EXAMINE makes the client panic, and during FETCH makes it throw the answer away.

use super::connect::broken;
use super::error::ImapError;
use super::leash::Leash;
use super::literals::{Literals, unmarked};
use super::name::quoted;
use super::settings::Settings;
use super::wire::Wire;
use crate::net::reply::one_line;
use imap::types::UnsolicitedResponse;
use imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Bytes of one line of an answer that holds no mail.
const LINE_BYTES: u64 = 1 << 10;
/// Bytes of one UID in a UID SEARCH answer, with the space before it.
const UID_BYTES: u64 = 11;

/// What EXAMINE says of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Examined {
    pub(super) uid_validity: u32,
    pub(super) uid_next: Option<u32>,
    pub(super) exists: u32,
}

/// What FETCH says of one mail; each may be missing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) size: Option<u32>,
    pub(super) internal_date: Option<String>,
    pub(super) body: Option<Vec<u8>>,
}

/// A logged-in session.
pub(super) struct Session {
    inner: imap::Session<Wire>,
    leash: Leash,
    literals: Literals,
    server: String,
    mailbox: String,
    /// An EXISTS came that no EXAMINE has shown: IDLE would not tell of it again.
    arrived: bool,
    /// What the server can do for this user, in upper case.
    pub(super) capabilities: BTreeSet<String>,
    /// The version of TLS.
    pub(super) tls: Option<String>,
}

impl Session {
    pub(super) fn new(
        settings: &Settings,
        inner: imap::Session<Wire>,
        leash: Leash,
        literals: Literals,
        capabilities: BTreeSet<String>,
        tls: Option<String>,
    ) -> Session {
        let (server, mailbox) = (settings.server(), settings.mailbox.clone());
        Session { inner, leash, literals, server, mailbox, arrived: false, capabilities, tls }
    }

    /// Whether the server speaks IDLE (RFC 2177).
    pub(super) fn can_idle(&self) -> bool {
        self.capabilities.contains("IDLE")
    }

    /// Whether mail has arrived that the last EXAMINE did not show.
    pub(super) fn has_arrived(&self) -> bool {
        self.arrived
    }

    /// Opens the mailbox, read-only, again if it was open: the one command that tells UIDVALIDITY, UIDNEXT and arrivals.
    pub(super) fn examine(&mut self) -> Result<Examined, ImapError> {
        self.leash.command();
        let command = format!("EXAMINE {}", quoted(&self.mailbox));
        let answer = self.run("EXAMINE", &command).map_err(|error| match error {
            ImapError::Refused { server, reply, .. } => {
                ImapError::NoMailbox { server, mailbox: self.mailbox.clone(), reply }
            }
            other => other,
        })?;
        let (mut uid_validity, mut uid_next, mut exists) = (None, None, 0);
        self.each(&answer, "EXAMINE", |reply| match reply {
            Response::Data { code: Some(ResponseCode::UidValidity(value)), .. } => uid_validity = Some(value),
            Response::Data { code: Some(ResponseCode::UidNext(value)), .. } => uid_next = Some(value),
            Response::MailboxData(MailboxDatum::Exists(value)) => exists = value,
            _ => {}
        })?;
        self.arrived = false;
        let uid_validity = uid_validity.filter(|value| *value > 0).ok_or_else(|| ImapError::NoUids {
            server: self.server.clone(),
            mailbox: self.mailbox.clone(),
        })?;
        Ok(Examined { uid_validity, uid_next, exists })
    }

    /// The UIDs from `first` on, ascending, where the mailbox holds `exists` mails. (`n:*` always names the last mail, even where its UID is below n: RFC 9051 section 9.)
    pub(super) fn uids_from(&mut self, first: u32, exists: u32) -> Result<Vec<u32>, ImapError> {
        self.leash.long_command(u64::from(exists) * UID_BYTES);
        let answer = self.run("UID SEARCH", &format!("UID SEARCH UID {first}:*"))?;
        let mut uids = BTreeSet::new();
        self.each(&answer, "UID SEARCH", |reply| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = reply {
                uids.extend(found.into_iter().filter(|uid| *uid >= first));
            }
        })?;
        Ok(uids.into_iter().collect())
    }

    /// The RFC822.SIZE of each mail with a UID from `first` to `last`, at most `count` of them.
    pub(super) fn sizes(
        &mut self,
        first: u32,
        last: u32,
        count: u64,
    ) -> Result<BTreeMap<u32, Item>, ImapError> {
        self.fetch(first, last, "(UID RFC822.SIZE)", count.saturating_mul(LINE_BYTES))
    }

    /// The mails with a UID from `first` to `last`, `bytes` of them in all; of each the first `cut_at` bytes where that is given.
    pub(super) fn bodies(
        &mut self,
        first: u32,
        last: u32,
        bytes: u64,
        cut_at: Option<u64>,
    ) -> Result<BTreeMap<u32, Item>, ImapError> {
        let body = cut_at.map_or("BODY.PEEK[]".to_owned(), |length| {
            format!("BODY.PEEK[]<0.{}>", length.clamp(1, u64::from(u32::MAX)))
        });
        self.fetch(first, last, &format!("(UID INTERNALDATE RFC822.SIZE {body})"), bytes)
    }

    /// When the server received the newest mail, where it is among the last UIDs below `uid_next`.
    pub(super) fn newest(&mut self, uid_next: u32) -> Result<Option<String>, ImapError> {
        const LAST: u32 = 20;
        let first = uid_next.saturating_sub(LAST).max(1);
        let found = self.fetch(first, uid_next, "(UID INTERNALDATE)", u64::from(LAST) * LINE_BYTES)?;
        Ok(found.into_values().next_back().and_then(|item| item.internal_date))
    }

    /// Waits until mail arrives, the server hangs up, or `within` is over.
    pub(super) fn idle(&mut self, within: Duration) -> Result<(), ImapError> {
        self.leash.continuation();
        let (leash, mut bye) = (self.leash.clone(), None);
        let mut handle = self.inner.idle();
        handle.timeout(within).keepalive(false);
        let outcome = handle.wait_while(|reply| match reply {
            UnsolicitedResponse::Exists(_) => false,
            UnsolicitedResponse::Bye { information, .. } => {
                bye = Some(one_line(&information.unwrap_or_default()));
                false
            }
            _ => true,
        });
        if outcome.is_err() || bye.is_some() {
            // Dropping the handle says DONE and waits for an answer that will not come.
            leash.cut();
        }
        drop(handle);
        match (outcome, bye) {
            (_, Some(reply)) => Err(ImapError::Bye { server: self.server.clone(), reply }),
            (Err(error), None) => Err(failed(&self.server, "IDLE", error)),
            (Ok(_), None) => Ok(()),
        }
    }

    /// Says goodbye; whether it is heard does not matter.
    pub(super) fn logout(mut self) {
        self.leash.command();
        let _ = self.inner.logout();
    }

    fn fetch(
        &mut self,
        first: u32,
        last: u32,
        items: &str,
        bytes: u64,
    ) -> Result<BTreeMap<u32, Item>, ImapError> {
        self.leash.long_command(bytes);
        self.literals.begin();
        let answer = self.run("UID FETCH", &format!("UID FETCH {first}:{last} {items}"));
        let (answer, mut literals) = (answer?, self.literals.end());
        let mut found: BTreeMap<u32, Item> = BTreeMap::new();
        self.each(&answer, "UID FETCH", |reply| {
            let Response::Fetch(_, attributes) = reply else { return };
            let uid = attributes.iter().find_map(|attribute| match attribute {
                AttributeValue::Uid(uid) => Some(*uid),
                _ => None,
            });
            // A change of flags that nobody asked for comes without a UID, or with one from elsewhere.
            if let Some(uid) = uid.filter(|uid| (first..=last).contains(uid)) {
                found.entry(uid).or_default().take(attributes, &mut literals);
            }
        })?;
        Ok(found)
    }

    fn run(&mut self, doing: &'static str, command: &str) -> Result<Vec<u8>, ImapError> {
        self.inner.run_command_and_read_response(command).map_err(|error| failed(&self.server, doing, error))
    }

    /// Hands each untagged reply in `answer` to `take`, and notes whether mail has arrived.
    fn each<'a>(
        &mut self,
        mut answer: &'a [u8],
        doing: &'static str,
        mut take: impl FnMut(Response<'a>),
    ) -> Result<(), ImapError> {
        while !answer.is_empty() {
            let (rest, reply) =
                imap_proto::parser::parse_response(answer).map_err(|_| ImapError::Protocol {
                    server: self.server.clone(),
                    doing,
                    what: "a reply out of the standard".to_owned(),
                })?;
            self.arrived |= matches!(reply, Response::MailboxData(MailboxDatum::Exists(_)));
            take(reply);
            answer = rest;
        }
        Ok(())
    }
}

impl Item {
    /// Adds what `attributes` say: a server may spread one mail over several FETCH replies.
    fn take(&mut self, attributes: Vec<AttributeValue<'_>>, literals: &mut [Vec<u8>]) {
        for attribute in attributes {
            match attribute {
                AttributeValue::Rfc822Size(size) => self.size = Some(size),
                AttributeValue::InternalDate(date) => self.internal_date = Some(date.into_owned()),
                AttributeValue::BodySection { section: None, data: Some(data), .. } => {
                    self.body = Some(unmarked(&data, literals));
                }
                _ => {}
            }
        }
    }
}

/// What a failed command of the client means.
pub(super) fn failed(server: &str, doing: &'static str, error: imap::Error) -> ImapError {
    let named = server.to_owned();
    match error {
        imap::Error::Io(error) => broken(server, doing, &error),
        imap::Error::ConnectionLost => ImapError::Lost { server: named, doing },
        imap::Error::No(no) => ImapError::Refused { server: named, doing, reply: one_line(&no.information) },
        imap::Error::Bad(bad) => {
            ImapError::Refused { server: named, doing, reply: one_line(&bad.information) }
        }
        // A tagged BYE, or (far more often) a line that the client could not read.
        imap::Error::Bye(_) => {
            ImapError::Protocol { server: named, doing, what: "a line out of the standard".to_owned() }
        }
        other => ImapError::Protocol { server: named, doing, what: one_line(&kind(&other)) },
    }
}

/// The kind of an odd error, without what it quotes: that may be mail.
fn kind(error: &imap::Error) -> String {
    match error {
        imap::Error::Parse(_) => "a reply out of the standard".to_owned(),
        imap::Error::TagMismatch(_) => "the answer to another command".to_owned(),
        imap::Error::Validate(_) => "a line break in an argument".to_owned(),
        _ => "an unexpected reply".to_owned(),
    }
}
