//! A list with a team of any size, and its mail as the list's host hands it on.

use chrono::{DateTime, Utc};
use plusone::config::Config;
use plusone::decision::Mode;
use plusone::mail::{Arrival, Mailbox};
use plusone::notice::Templates;
use plusone::store::{Incoming, Store};
use plusone::worker::{Engine, Sender};
use std::fmt::Write;

/// The list's short name.
pub const LIST: &str = "infra";
/// The mailbox's name in the store.
pub const MAILBOX: &str = "inbox";

/// A live list whose `[PROPOSAL]` passes in silence and whose `[VOTE]` needs three votes, with so many members on its roster.
pub fn config(members: usize) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let mut roster = String::new();
    for number in 0..members {
        let name = member(number);
        writeln!(
            roster,
            "[[member]]\nid = \"{name}\"\nname = \"{name}\"\naddresses = [\"{name}@example.org\"]\n"
        )
        .unwrap();
    }
    std::fs::write(folder.path().join("roster.toml"), roster).unwrap();
    let path = folder.path().join("plusone.toml");
    std::fs::write(&path, CONFIG).unwrap();
    let mut config = Config::load(&path).unwrap_or_else(|error| panic!("{error}"));
    for list in &mut config.lists {
        list.rules.mode = Mode::Live;
    }
    config
}

const CONFIG: &str = r#"database = "plusone.db"
[mailbox]
maildir = "mail"
[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
zone = "Europe/Prague"
mode = "shadow"
roster = "roster.toml"
[list.tags]
"PROPOSAL" = "minor"
"VOTE" = "substantial"
[list.kinds.minor]
rule = "ovirt-minor"
window = "72h"
[list.kinds.substantial]
rule = "ovirt-substantial"
window = "72h"
[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#;

/// The id, name and mailbox of the member of that number.
pub fn member(number: usize) -> String {
    format!("member{number}")
}

/// The engine of the list over a store.
pub fn engine(store: Store, config: &Config, now: DateTime<Utc>) -> Engine {
    let address = plusone::mail::Address::parse("decisions@example.org").unwrap();
    let from = Mailbox { name: "decisions".into(), address: Some(address.clone()) };
    let templates = Templates::builtin().unwrap();
    Engine::new(store, config.lists.clone(), Sender { from, address }, templates, MAILBOX, now).unwrap()
}

/// One mail, as somebody writes it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The author's name and mailbox at example.org.
    pub from: String,
    /// Its Message-ID before the `@`.
    pub id: String,
    /// The Message-ID of what it replies to, before the `@`.
    pub reply_to: Option<String>,
    pub subject: String,
    pub words: String,
    /// When the list hands it on.
    pub at: DateTime<Utc>,
}

impl Letter {
    /// The mail as the engine's mailbox gets it. Copies of different numbers went different ways and differ in their octets.
    pub fn handed_on(&self, copy: u32) -> Incoming {
        let Letter { from, id, subject, words, .. } = self;
        let at = self.at.to_rfc2822();
        let parents = self.reply_to.as_ref().map_or(String::new(), |root| {
            format!("In-Reply-To: <{root}@example.org>\nReferences: <{root}@example.org>\n")
        });
        let raw = format!(
            "Return-Path: <infra-bounces@lists.example.org>\n\
             Received: from lists.example.org (lists.example.org [192.0.2.25])\n\tby mx.example.org (Postfix) with ESMTPS id {copy}; {at}\n\
             List-Id: <infra.lists.example.org>\nFrom: {from} <{from}@example.org>\nTo: infra@lists.example.org\nSubject: {subject}\n\
             Message-ID: <{id}@example.org>\n{parents}Date: {at}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
        );
        let arrival = Arrival { internal_date: Some(self.at), ..Arrival::default() };
        Incoming { raw: raw.into_bytes(), true_size: None, mailbox: MAILBOX.into(), arrival }
    }
}
