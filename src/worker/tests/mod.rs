//! The engine on a small list, without a network: mails go in, and what it decides and queues is looked at.

mod after;
mod announced;
mod arrival;
mod digests;
mod health;
mod imap;
mod mailbox;
mod notices;
mod once;
mod order;
mod raised;
mod rebuild;
mod restored;
mod returned;
mod time;
mod unread;

use super::{Engine, Sender, Told};
use crate::ballot::Dialect;
use crate::config::ListConfig;
use crate::decision::{Decision, ListRules, Member, Mode, Roster, Rule};
use crate::mail::{Address, Arrival, ListForm, Mailbox, Trust};
use crate::notice::Templates;
use crate::store::{Incoming, MailboxCursor, OutboxEntry, Store};
use chrono::{DateTime, TimeDelta, Utc};

/// The first instant of every story; the engine began an hour earlier.
fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> DateTime<Utc> {
    start() + TimeDelta::hours(hours)
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// A list of four with `[PROPOSAL]` and `[VOTE]` by the shipped rules.
fn list() -> ListConfig {
    let rule = |name| Rule::profile(name).unwrap();
    let member = |id: &str| Member {
        id: id.into(),
        name: id.into(),
        addresses: vec![address(&format!("{id}@example.org"))],
        roles: Vec::new(),
        fingerprint: None,
    };
    ListConfig {
        rules: ListRules {
            name: "infra".into(),
            tags: vec![("PROPOSAL".into(), "minor".into()), ("VOTE".into(), "substantial".into())],
            kinds: vec![
                ("minor".into(), rule("ovirt-minor")),
                ("substantial".into(), rule("ovirt-substantial")),
            ],
            dialect: Dialect::default(),
            mode: Mode::Live,
            zone: chrono_tz::Europe::Prague,
        },
        address: address("infra@lists.example.org"),
        list_id: "infra.lists.example.org".into(),
        language: "en".into(),
        names_missing: false,
        zone: chrono_tz::Europe::Prague,
        digest: None,
        roster: Some(Roster { members: ["ann", "bob", "cy", "dan"].map(member).to_vec(), seats: Vec::new() }),
        roster_file: None,
        form: ListForm {
            addresses: vec![address("infra@lists.example.org")],
            prefixes: vec!["Infra".into()],
            ..ListForm::default()
        },
        trust: Trust { list_hosts: vec!["lists.example.org".into()], ..Trust::default() },
        authserv_id: None,
    }
}

fn engine(store: Store, list: ListConfig, now: DateTime<Utc>) -> Engine {
    let from = address("decisions@example.org");
    let sender =
        Sender { from: Mailbox { name: "decisions".into(), address: Some(from.clone()) }, address: from };
    Engine::new(store, vec![list], sender, Templates::builtin().unwrap(), "inbox", now).unwrap()
}

/// A mail as somebody writes it.
#[derive(Debug, Clone)]
struct Mail {
    id: &'static str,
    from: &'static str,
    subject: String,
    reply_to: Option<&'static str>,
    at: DateTime<Utc>,
    words: String,
}

fn mail(id: &'static str, from: &'static str, at: DateTime<Utc>, subject: &str, words: &str) -> Mail {
    Mail { id, from, subject: subject.into(), reply_to: None, at, words: words.into() }
}

impl Mail {
    fn to(self, root: &'static str) -> Mail {
        Mail { reply_to: Some(root), ..self }
    }

    fn written(&self) -> Vec<u8> {
        let Mail { id, from, subject, words, .. } = self;
        let parents = self.reply_to.map_or(String::new(), |root| {
            format!("In-Reply-To: <{root}@example.org>\r\nReferences: <{root}@example.org>\r\n")
        });
        format!(
            "From: {from} <{from}@example.org>\r\nTo: infra@lists.example.org\r\nMessage-ID: <{id}@example.org>\r\n\
             Subject: {subject}\r\nDate: {}\r\n{parents}\r\n{words}\r\n",
            self.at.to_rfc2822()
        )
        .into_bytes()
    }

    /// As the list hands it on.
    fn listed(&self) -> Incoming {
        from_list(&self.written(), self.at)
    }

    /// As it comes when it is sent to the engine itself.
    fn direct(&self) -> Incoming {
        let head = format!(
            "Received: from home.example.net (home.example.net [203.0.113.9])\r\n\tby mx.example.org (Postfix) with ESMTPS; {}\r\n",
            self.at.to_rfc2822()
        );
        arrived([head.as_bytes(), &self.written()].concat(), self.at)
    }
}

fn from_list(written: &[u8], at: DateTime<Utc>) -> Incoming {
    let head = format!(
        "Return-Path: <infra-bounces@lists.example.org>\r\nReceived: from lists.example.org (lists.example.org [192.0.2.25])\r\n\
         \tby mx.example.org (Postfix) with ESMTPS; {}\r\nList-Id: <infra.lists.example.org>\r\n",
        at.to_rfc2822()
    );
    arrived([head.as_bytes(), written].concat(), at)
}

fn arrived(raw: Vec<u8>, at: DateTime<Utc>) -> Incoming {
    let arrival = Arrival { internal_date: Some(at), from_line: None, archive: false };
    Incoming { raw, true_size: None, mailbox: "inbox".into(), arrival }
}

fn proposal() -> Mail {
    mail("root", "ann", start(), "[PROPOSAL] Two mirrors", "We run one mirror. Let us run two.")
}

fn ballot() -> Mail {
    mail("vote", "ann", start(), "[VOTE] Move CI", "Please vote on moving CI.")
}

/// The engine, and the present.
struct Desk {
    engine: Engine,
    now: DateTime<Utc>,
}

impl Desk {
    fn set() -> Desk {
        Desk::with(list())
    }

    fn with(list: ListConfig) -> Desk {
        Desk { engine: engine(Store::in_memory().unwrap(), list, hours(-1)), now: hours(-1) }
    }

    /// Mails that come together, at the instant of the last of them.
    fn take(&mut self, mails: &[Incoming]) -> Vec<Told> {
        let last = mails.iter().filter_map(|mail| mail.arrival.internal_date).max();
        self.now = self.now.max(last.unwrap_or(self.now));
        self.engine.take(mails, self.now).unwrap()
    }

    /// The mailbox has been read up to now, which is `at`.
    fn read_to(&mut self, at: DateTime<Utc>) -> Vec<Told> {
        self.now = self.now.max(at);
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(at) };
        self.engine.read_up_to(cursor, self.now).unwrap()
    }

    fn digests(&mut self, at: DateTime<Utc>) -> Vec<Told> {
        self.now = at;
        self.engine.digests(at).unwrap()
    }

    fn decision(&self, root: &str) -> Decision {
        let all = self.engine.store().decisions(None).unwrap().into_iter().map(|stored| stored.decision);
        let root = format!("<{root}@example.org>");
        all.into_iter().find(|decision| decision.call.root.as_str() == root).expect("it opened")
    }

    fn outcome(&self, root: &str) -> &'static str {
        self.decision(root).state.outcome()
    }

    fn outbox(&self) -> Vec<OutboxEntry> {
        self.engine.store().notices_of("infra", None).unwrap()
    }

    /// The kinds of everything in the outbox, oldest first.
    fn kinds(&self) -> Vec<String> {
        self.outbox().into_iter().map(|entry| entry.kind).collect()
    }

    fn problems(&self) -> Vec<String> {
        self.engine.store().problems().unwrap().into_iter().map(|problem| problem.code).collect()
    }
}
