//! From a message to its post, before the store knows of it: a reader keeps no state, so one mail can be read while another is being stored.

use super::Engine;
use crate::config::ListConfig;
use crate::mail::{self, Arrival, ListForm, Post, Problem, Trust};
use crate::source::imap::{Fetched, MailboxEvent};
use crate::store::{Incoming, Store};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

/// A message, read as the list that it names hands mail on.
#[derive(Debug)]
pub(super) struct ReadMail {
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The SHA-256 of its own words.
    pub words_sha256: [u8; 32],
    /// Which configured list it names.
    pub list: Option<usize>,
    /// What it says.
    pub post: Post,
}

/// What a mailbox tells, with its mail read.
#[derive(Debug)]
pub(super) enum Heard {
    /// Mail.
    Mail {
        /// The messages.
        mails: Vec<Incoming>,
        /// Each of them, read.
        read: Vec<ReadMail>,
        /// When the mailbox received the newest of them, UTC.
        newest: Option<DateTime<Utc>>,
    },
    /// Anything else.
    Other(MailboxEvent),
}

/// Reads mail for the configured lists.
pub(super) struct Reader {
    lists: Vec<ListConfig>,
    mailbox: String,
    known: Option<Store>,
}

impl Reader {
    /// Reads what `events` tell on a thread of its own, a batch ahead of whoever takes it. While nobody does, nothing more is asked for.
    pub fn ahead(mut self, mut events: mpsc::Receiver<MailboxEvent>) -> mpsc::Receiver<Heard> {
        let (heard, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            // There is room for what is read before it is read, so that a single batch waits.
            while let Ok(room) = heard.reserve().await {
                let Some(event) = events.recv().await else { return };
                let read = tokio::task::spawn_blocking(move || {
                    let heard = hear(&self.lists, &self.mailbox, self.known.as_ref(), event);
                    (self, heard)
                });
                // Whoever waits for what is heard learns of a reader that failed from its end.
                let Ok((reader, read)) = read.await else { return };
                self = reader;
                room.send(read);
            }
        });
        receiver
    }
}

impl Engine {
    /// A reader for this engine's lists, which passes over what `known` has.
    pub(super) fn reader(&self, known: Option<Store>) -> Reader {
        Reader { lists: self.lists.clone(), mailbox: self.mailbox.clone(), known }
    }
}

/// What a mailbox of that name tells, with its mail read; what `known` has already is left out.
pub(super) fn hear(lists: &[ListConfig], mailbox: &str, known: Option<&Store>, event: MailboxEvent) -> Heard {
    let MailboxEvent::Mail(fetched) = event else { return Heard::Other(event) };
    let newest = fetched.iter().filter_map(|mail| mail.internal_date).max();
    let (mut mails, mut read) = (Vec::new(), Vec::new());
    for mail in fetched.into_iter().map(|mail| incoming(mail, mailbox)) {
        let sha256 = Sha256::digest(&mail.raw).into();
        // Where the store cannot say, it says so when the mail is stored.
        if known.is_some_and(|known| known.knows(&sha256).unwrap_or(false)) {
            continue;
        }
        read.push(read_hashed(lists, &mail, sha256));
        mails.push(mail);
    }
    Heard::Mail { mails, read, newest }
}

fn incoming(mail: Fetched, mailbox: &str) -> Incoming {
    Incoming {
        true_size: mail.cut.then_some(u64::from(mail.size)),
        raw: mail.bytes,
        mailbox: mailbox.to_owned(),
        arrival: Arrival { internal_date: mail.internal_date, from_line: None, archive: false },
    }
}

/// Reads a message as the list that it names hands mail on.
pub(super) fn read(lists: &[ListConfig], incoming: &Incoming) -> ReadMail {
    read_hashed(lists, incoming, Sha256::digest(&incoming.raw).into())
}

fn read_hashed(lists: &[ListConfig], incoming: &Incoming, sha256: [u8; 32]) -> ReadMail {
    let list = list_of(lists, &incoming.raw, &incoming.arrival);
    let of_no_list: (ListForm, Trust) = Default::default();
    let (form, trust) = match list.and_then(|at| lists.get(at)) {
        Some(list) => (&list.form, &list.trust),
        None => (&of_no_list.0, &of_no_list.1),
    };
    let mut post = mail::post_hashed(&incoming.raw, sha256, &incoming.arrival, form, trust);
    if let Some(size) = incoming.true_size {
        post.problems.push(Problem::TooLarge(size));
    }
    let words_sha256 = Sha256::digest(post.words.text()).into();
    ReadMail { sha256, words_sha256, list, post }
}

/// Which configured list a message names: by List-Id (RFC 2919), else by an address of the list among its recipients. That it
/// really came through the list is another question ([`mail::Trust`]).
fn list_of(lists: &[ListConfig], raw: &[u8], arrival: &Arrival) -> Option<usize> {
    if let [only] = lists
        && only.trust.archive
    {
        return Some(0);
    }
    let head = mail::head(raw, arrival, &Default::default(), &Default::default());
    let by_id = |at: &usize| lists.get(*at).is_some_and(|list| head.list_ids.contains(&list.list_id));
    let named: Vec<usize> = (0..lists.len()).filter(by_id).collect();
    if named.len() > 1 {
        return one_of(lists, &named, raw, arrival);
    }
    // A mail of another list says so, whoever else stands in its To and Cc.
    if !named.is_empty() || !head.list_ids.is_empty() {
        return named.first().copied();
    }
    let post = mail::post(raw, arrival, &Default::default(), &Default::default());
    let addressed = |list: &ListConfig| {
        let mut to = post.provenance.recipients.iter().filter_map(|to| to.address.as_ref());
        to.any(|to| to.is_among(&list.form.addresses))
    };
    lists.iter().position(addressed)
}

/// Which of several lists, all of which a mail names by List-Id, handed it on: an author may write one, and not every list takes it off. The
/// reverse-path tells, or else the host; where they tell of more than one, nothing does.
fn one_of(lists: &[ListConfig], named: &[usize], raw: &[u8], arrival: &Arrival) -> Option<usize> {
    let handed_on = |at: &&usize| {
        let read = |list: &ListConfig| mail::post(raw, arrival, &list.form, &list.trust);
        lists.get(**at).is_some_and(|list| read(list).provenance.through_list)
    };
    let has_a_path = |at: &&usize| lists.get(**at).is_some_and(|list| !list.trust.bounce_paths.is_empty());
    let shown: Vec<usize> = named.iter().filter(handed_on).copied().collect();
    let by_path: Vec<usize> = shown.iter().filter(has_a_path).copied().collect();
    match (by_path.as_slice(), shown.as_slice()) {
        ([one], _) | ([], [one]) => Some(*one),
        ([], []) => named.first().copied(),
        _ => None,
    }
}
