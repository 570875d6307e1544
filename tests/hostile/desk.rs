//! The whole engine but its process: a mailbox, the store in a file, a clock that is moved by hand, and a server that takes what it mails.
//! Its caps are the usual ones: 20 mails a day to the list, 3 to one author, 200 results, corrections and objections.

use crate::server::{Sent, Server};
use crate::team;
use chrono::{DateTime, TimeDelta, Utc};
use plusone::clock::Clock;
use plusone::decision::{Decision, Electorate};
use plusone::delivery::smtp::Submission;
use plusone::mail::{Address, Arrival, Mailbox};
use plusone::notice::Templates;
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Sender, Terms, Told, send_due};
use std::path::Path;
use std::sync::Mutex;

/// The mailbox's name in the store.
const MAILBOX: &str = team::MAILBOX;

/// A list: its local part at lists.example.org, and who mails there for the engine.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub list: &'static str,
    pub sender: &'static str,
    /// Whether only the members on the roster decide; else everybody does.
    pub roster: bool,
}

impl Default for Place {
    fn default() -> Self {
        Place { list: "infra", sender: "decisions@example.org", roster: true }
    }
}

impl Place {
    pub fn address(&self) -> String {
        format!("{}@lists.example.org", self.list)
    }

    /// A mail as the list hands it on at that instant.
    pub fn handed_on(&self, raw: &[u8], at: DateTime<Utc>) -> Incoming {
        let head = format!(
            "Return-Path: <{list}-bounces@lists.example.org>\r\n\
             Received: from lists.example.org (lists.example.org [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS; {}\r\n\
             List-Id: <{list}.lists.example.org>\r\nPrecedence: list\r\n",
            at.to_rfc2822(),
            list = self.list
        );
        arrived([head.as_bytes(), raw].concat(), at)
    }
}

/// A mail as it comes into the mailbox by itself, past every list; `from` is its reverse-path.
pub fn direct(raw: &[u8], from: &str, at: DateTime<Utc>) -> Incoming {
    let head = format!(
        "Return-Path: <{from}>\r\nReceived: from home.example.net (home.example.net [203.0.113.9])\r\n\
         \tby mx.example.org (Postfix) with ESMTPS; {}\r\n",
        at.to_rfc2822()
    );
    arrived([head.as_bytes(), raw].concat(), at)
}

pub fn arrived(raw: Vec<u8>, at: DateTime<Utc>) -> Incoming {
    let arrival = Arrival { internal_date: Some(at), ..Arrival::default() };
    Incoming { raw, true_size: None, mailbox: MAILBOX.into(), arrival }
}

/// A mail as somebody writes it: `head` is further header lines, each with its line end.
pub fn written(from: &str, id: &str, subject: &str, head: &str, words: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: infra@lists.example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n{head}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    )
    .into_bytes()
}

/// In-Reply-To and References to one mail.
pub fn replying(id: &str) -> String {
    format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n")
}

struct StillClock(Mutex<DateTime<Utc>>);

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub struct Desk {
    pub place: Place,
    pub engine: Engine,
    /// How many mails have left.
    pub mailed: usize,
    clock: StillClock,
    server: Server,
    submission: Submission,
    terms: Terms,
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
}

/// The first instant of every story.
pub fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

impl Desk {
    pub fn set() -> Desk {
        Desk::at(Place::default())
    }

    pub fn at(place: Place) -> Desk {
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let mut config = team::config(5);
        let list = &mut config.lists[0];
        list.address = Address::parse(&place.address()).unwrap();
        list.list_id = format!("{}.lists.example.org", place.list);
        list.form.addresses = vec![list.address.clone()];
        list.digest = Some("0 9 * * MON".into());
        if !place.roster {
            list.roster = None;
            list.rules.tags.retain(|(tag, _)| tag == "PROPOSAL");
            list.rules.kinds.iter_mut().for_each(|(_, rule)| rule.electorate = Electorate::Everyone);
        }
        let address = Address::parse(place.sender).unwrap();
        let from = Mailbox { name: "decisions".into(), address: Some(address.clone()) };
        let store = Store::open(&folder.path().join("plusone.db")).unwrap();
        let sender = Sender { from, address };
        let templates = Templates::builtin().unwrap();
        let engine = Engine::new(store, config.lists, sender, templates, MAILBOX, start()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::start();
        Desk {
            place,
            engine,
            mailed: 0,
            clock: StillClock(Mutex::new(start())),
            submission: server.submission(),
            server,
            terms: Terms {
                from: place.sender.into(),
                cap_list: 20,
                cap_reserved: 200,
                cap_author: 3,
                doubt_wait: TimeDelta::minutes(15),
                mailbox: MAILBOX.into(),
            },
            runtime,
            folder,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: TimeDelta) {
        *self.clock.0.lock().unwrap() += span;
    }

    /// Takes mails that lie in the mailbox.
    pub fn take(&mut self, mails: &[Incoming]) -> Vec<Told> {
        self.engine.take(mails, self.now()).unwrap()
    }

    /// Takes a mail that the list hands on now.
    pub fn hand_on(&mut self, raw: &[u8]) -> Vec<Told> {
        let mail = self.place.handed_on(raw, self.now());
        self.take(&[mail])
    }

    /// Reads the mailbox through, does what is due, and sends: gives what left. The list hands its own back.
    pub fn work(&mut self) -> Vec<Sent> {
        let sent = self.work_unheard();
        let back: Vec<Incoming> = sent
            .iter()
            .filter(|mail| mail.to == self.place.address())
            .map(|mail| self.place.handed_on(&mail.raw, self.now()))
            .collect();
        self.take(&back);
        sent
    }

    /// The same on a list that hands nothing back.
    pub fn work_unheard(&mut self) -> Vec<Sent> {
        let now = self.now();
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(now) };
        self.engine.read_up_to(cursor, now).unwrap();
        self.engine.digests(now).unwrap();
        let sending = send_due(self.engine.store_mut(), &self.submission, &self.terms, &self.clock);
        self.runtime.block_on(sending).unwrap();
        let sent = self.server.taken();
        self.mailed += sent.len();
        sent
    }

    /// Works on, hour by hour, until so many hours after the beginning.
    pub fn work_until(&mut self, hours: i64) -> Vec<Sent> {
        let mut sent = Vec::new();
        while self.now() < start() + TimeDelta::hours(hours) {
            self.pass(TimeDelta::hours(1));
            sent.extend(self.work());
        }
        sent
    }

    pub fn decision(&self, number: u32) -> Decision {
        let stored = self.engine.store().decision(team::LIST, number).unwrap();
        stored.expect("a proposal of that number").decision
    }

    pub fn proposals(&self) -> usize {
        self.engine.store().decisions(Some(team::LIST)).unwrap().len()
    }

    /// The kinds of what is in the outbox, oldest first.
    pub fn kinds(&self) -> Vec<String> {
        let notices = self.engine.store().notices_of(team::LIST, None).unwrap();
        notices.into_iter().map(|notice| notice.kind).collect()
    }

    /// How many mails wait to be sent.
    pub fn waiting(&self) -> usize {
        self.engine.store().sendable(DateTime::<Utc>::MAX_UTC - TimeDelta::days(1)).unwrap().len()
    }

    pub fn problems(&self) -> Vec<String> {
        self.engine.store().problems().unwrap().into_iter().map(|problem| problem.code).collect()
    }

    /// Octets of the database and its log.
    pub fn octets(&self) -> u64 {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    }
}
