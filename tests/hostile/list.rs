//! A list with an engine beside it: mail goes in as the list's host hands it on, decisions come out.

use chrono::{DateTime, TimeDelta, Utc};
use plusone::config::Config;
use plusone::decision::Decision;
use plusone::mail::{Arrival, Mailbox};
use plusone::notice::Templates;
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Sender};

const MEMBERS: [&str; 5] = ["ann", "bob", "cem", "dan", "eve"];

pub struct List {
    engine: Engine,
    begun: DateTime<Utc>,
}

/// One mail, as somebody writes it.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    pub from: &'a str,
    pub id: &'a str,
    pub subject: &'a str,
    /// Further header lines: In-Reply-To, References.
    pub head: &'a str,
    pub words: &'a str,
    /// Minutes after the beginning at which the list hands it on.
    pub at: i64,
}

impl<'a> Letter<'a> {
    pub fn new(at: i64, from: &'a str, id: &'a str, subject: &'a str, head: &'a str, words: &'a str) -> Self {
        Letter { from, id, subject, head, words, at }
    }
}

impl List {
    /// A list whose `[PROPOSAL]` passes in silence and whose `[VOTE]` needs three votes; with its roster, or open to everybody.
    pub fn new(with_roster: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let member = |name: &&str| {
            format!(
                "[[member]]\nid = \"{name}\"\nname = \"{name}\"\naddresses = [\"{name}@example.org\"]\n\n"
            )
        };
        std::fs::write(folder.path().join("roster.toml"), MEMBERS.iter().map(member).collect::<String>())
            .unwrap();
        let (roster, vote) = if with_roster {
            ("roster = \"roster.toml\"\n", "\"VOTE\" = \"substantial\"\n")
        } else {
            ("", "")
        };
        let config = format!(
            r#"database = "plusone.db"
[mailbox]
maildir = "mail"
[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
zone = "Europe/Prague"
mode = "shadow"
{roster}
[list.tags]
"PROPOSAL" = "minor"
{vote}
[list.kinds.minor]
rule = "ovirt-minor"
window = "72h"
[list.kinds.substantial]
rule = "ovirt-substantial"
window = "72h"
[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#
        );
        let config = if with_roster {
            config
        } else {
            config.replace("[list.kinds.substantial]\nrule = \"ovirt-substantial\"\nwindow = \"72h\"\n", "")
        };
        std::fs::write(folder.path().join("plusone.toml"), config).unwrap();
        let config =
            Config::load(&folder.path().join("plusone.toml")).unwrap_or_else(|error| panic!("{error}"));
        let address = config.lists[0].address.clone();
        let sender =
            Sender { from: Mailbox { name: "plusone".into(), address: Some(address.clone()) }, address };
        let begun = DateTime::parse_from_rfc3339("2026-03-02T09:00:00Z").unwrap().to_utc();
        let engine = Engine::new(
            Store::in_memory().unwrap(),
            config.lists,
            sender,
            Templates::builtin().unwrap(),
            "mailbox",
            begun,
        )
        .unwrap();
        List { engine, begun }
    }

    /// Hands one mail over.
    pub fn post(&mut self, letter: Letter<'_>) {
        let raw = self.written(letter);
        self.hand_over(letter.at, raw);
    }

    /// Hands a mail over as it is.
    pub fn hand_over(&mut self, at: i64, raw: Vec<u8>) {
        let now = self.begun + TimeDelta::minutes(at);
        let arrival = Arrival { internal_date: Some(now), ..Arrival::default() };
        let incoming = Incoming { raw, true_size: None, mailbox: "mailbox".into(), arrival };
        self.engine.take(&[incoming], now).unwrap();
    }

    /// The mail as the engine's mailbox gets it.
    pub fn written(&self, letter: Letter<'_>) -> Vec<u8> {
        let at = (self.begun + TimeDelta::minutes(letter.at)).to_rfc2822();
        let route = format!(
            "Received: from lists.example.org (lists.example.org [192.0.2.25]) by mx.example.org (Postfix) with ESMTPS id 1; {at}\n\
             Received: from lists.example.org (localhost [127.0.0.1]) by lists.example.org (Postfix) with ESMTP id 2; {at}\n\
             List-Id: <infra.lists.example.org>\n"
        );
        let Letter { from, id, subject, head, words, .. } = letter;
        format!(
            "{route}From: {from}\nTo: infra@lists.example.org\nSubject: {subject}\nMessage-ID: <{id}@example.org>\n{head}\
             Date: {at}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
        )
        .into_bytes()
    }

    /// Reads on until so many minutes after the beginning.
    pub fn read_until(&mut self, at: i64) {
        let now = self.begun + TimeDelta::minutes(at);
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(now) };
        self.engine.read_up_to(cursor, now).unwrap();
    }

    pub fn decision(&self, number: u32) -> Decision {
        self.engine.store().decision("infra", number).unwrap().expect("a proposal of that number").decision
    }

    pub fn proposals(&self) -> usize {
        self.engine.store().decisions(Some("infra")).unwrap().len()
    }

    pub fn problems(&self) -> Vec<String> {
        self.engine.store().problems().unwrap().into_iter().map(|problem| problem.code).collect()
    }
}

/// In-Reply-To and References to one mail.
pub fn replying(id: &str) -> String {
    format!("In-Reply-To: <{id}@example.org>\nReferences: <{id}@example.org>\n")
}

/// After every window and grace.
pub const LATER: i64 = 20 * 24 * 60;
