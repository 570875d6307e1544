//! A small list whose vote the engine itself has decided, its archive, and the result that it mailed.

use base64::Engine as _;
use chrono::{DateTime, TimeDelta, Utc};
use plusone::config::Config;
use plusone::mail::{Arrival, Mailbox};
use plusone::notice::{Kind, Recipient, Templates};
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Sender, Told};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const CONFIG: &str = r#"database = "plusone.db"

[mailbox]
maildir = "box"

[submit]
smtp = "submission+starttls://bot@mail.example.org:587"
password = { env = "SMTP_PASSWORD" }
from = "decisions <decisions@example.org>"

[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
zone = "Europe/Prague"
mode = "live"
roster = "roster.toml"
digest = "off"
words = { "ship it" = "+1" }

[list.tags]
"VOTE" = "substantial"

[list.kinds.substantial]
rule = "ovirt-substantial"
min_plus = 3

[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#;

/// Who is on the team: a, b, c and d; e is a stranger.
pub fn roster() -> String {
    let member = |name: &str| {
        format!(
            "[[member]]\nid = \"{name}\"\nname = \"{}\"\naddresses = [\"{name}@example.org\"]\n\n",
            named(name)
        )
    };
    ["ann", "bob", "cleo", "dora"].map(member).concat()
}

fn named(name: &str) -> String {
    format!("{}{} Example", name[..1].to_uppercase(), &name[1..])
}

/// One mail as its author wrote it.
#[derive(Debug, Clone)]
pub struct Written {
    pub id: &'static str,
    pub from: &'static str,
    /// Hours after the opening.
    pub at: i64,
    pub subject: &'static str,
    pub to: Option<&'static str>,
    pub body: String,
}

fn opened() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

impl Written {
    fn new(id: &'static str, from: &'static str, at: i64, to: Option<&'static str>, body: &str) -> Self {
        let subject = if to.is_none() {
            "[VOTE] Move CI to the new hall"
        } else {
            "Re: [VOTE] Move CI to the new hall"
        };
        Written { id, from, at, subject, to, body: body.to_owned() }
    }

    /// A reply to the vote.
    pub fn reply(id: &'static str, from: &'static str, at: i64, body: &str) -> Self {
        Written::new(id, from, at, Some("root"), body)
    }

    fn received(&self) -> DateTime<Utc> {
        opened() + TimeDelta::hours(self.at)
    }

    /// Its header section as the list hands it on, without what tells how it came and how its body is encoded.
    pub fn head(&self) -> String {
        let Written { id, from, subject, to, .. } = self;
        let replied = to.map_or(String::new(), |to| {
            format!("In-Reply-To: <{to}@example.org>\nReferences: <{to}@example.org>\n")
        });
        format!(
            "From: {} <{from}@example.org>\nTo: infra@lists.example.org\nDate: {}\nMessage-ID: <{id}@example.org>\n\
             Subject: {subject}\nList-Id: <infra.lists.example.org>\n{replied}",
            named(from),
            self.received().to_rfc2822()
        )
    }

    /// As our mail server got it from the list's host.
    pub fn delivered(&self) -> String {
        format!("{}{}\n{}\n", handed_over(self.received()), self.head(), self.body)
    }

    /// As an mbox of the list's own has it.
    pub fn in_mbox(&self) -> String {
        self.in_mbox_as(&format!("{}\n{}\n", self.head(), self.body))
    }

    /// The same with another message behind the `From_` line.
    pub fn in_mbox_as(&self, message: &str) -> String {
        let quoted: String = message
            .split_inclusive('\n')
            .map(|line| {
                if line.trim_start_matches('>').starts_with("From ") {
                    format!(">{line}")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        format!(
            "From {}@example.org {}\n{quoted}\n",
            self.from,
            self.received().format("%a %b %e %H:%M:%S %Y")
        )
    }

    /// With its body in base64.
    pub fn in_base64(&self) -> String {
        let body = base64::engine::general_purpose::STANDARD.encode(self.body.replace('\n', "\r\n"));
        let head = self.head();
        format!(
            "{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}\n"
        )
    }

    /// With its body quoted-printable, in ISO-8859-1.
    pub fn quoted_printable(&self) -> String {
        let latin: Vec<u8> = self.body.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let body = quoted_printable::encode_to_str(latin);
        let head = self.head();
        format!(
            "{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n"
        )
    }
}

fn handed_over(at: DateTime<Utc>) -> String {
    format!(
        "Received: from lists.example.org (lists.example.org [192.0.2.25]) by mx.example.org (Postfix) with ESMTPS id 1; {}\n",
        at.to_rfc2822()
    )
}

/// The vote: four of the team and a stranger, 3 binding +1 from members other than the proposer, and a word of the proposer's own.
pub fn mails() -> Vec<Written> {
    vec![
        Written::new(
            "root",
            "ann",
            0,
            None,
            "Shall we move CI to the new hall?\n\nFrom March on the old one is closed.",
        ),
        Written::reply(
            "b",
            "bob",
            1,
            "+1 (binding), I have tried the new hall for a week\n\n> Shall we move CI",
        ),
        Written::reply("c", "cleo", 25, "+1\n\nThe café there is better, too."),
        Written::reply("e", "emil", 26, "+1 from a stranger"),
        Written::reply("talk", "bob", 30, "How long will the move take?"),
        Written::reply("d", "dora", 40, "Ship it!"),
        Written::reply("late", "emil", 80, "0, whatever you like"),
    ]
}

/// The list's archive and the result, in a folder of their own.
pub struct DecidedList {
    folder: TempDir,
    /// What the engine mailed to the list, with how many hours after the opening it did, in order.
    pub notices: Vec<(i64, Kind, Vec<u8>)>,
}

impl DecidedList {
    /// Lets the engine live through the vote.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plusone.toml"), CONFIG).unwrap();
        fs::write(folder.path().join("roster.toml"), roster()).unwrap();
        let mut list = DecidedList { folder, notices: Vec::new() };
        let config = Config::load(&list.path("plusone.toml")).unwrap_or_else(|errors| panic!("{errors}"));
        let submit = config.submit.unwrap();
        let sender = Sender { from: Mailbox { ..submit.from }, address: submit.address };
        let store = Store::open(&list.path("plusone.db")).unwrap();
        let templates = Templates::builtin().unwrap();
        let begun = opened() - TimeDelta::hours(1);
        let mut engine = Engine::new(store, config.lists, sender, templates, "box", begun).unwrap();
        for mail in mails().iter().filter(|mail| mail.at < 80) {
            list.hand_over(&mut engine, mail.delivered().into_bytes(), mail.at);
        }
        for hours in [72, 73, 74] {
            list.read_up_to(&mut engine, hours);
        }
        list
    }

    fn hand_over(&mut self, engine: &mut Engine, raw: Vec<u8>, hours: i64) {
        let incoming = Incoming { raw, true_size: None, mailbox: "box".into(), arrival: Arrival::default() };
        let told = engine.take(&[incoming], opened() + TimeDelta::hours(hours)).unwrap();
        self.pass_on(engine, told, hours);
        self.read_up_to(engine, hours);
    }

    fn read_up_to(&mut self, engine: &mut Engine, hours: i64) {
        let at = opened() + TimeDelta::hours(hours);
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 0, read_through: Some(at) };
        let told = engine.read_up_to(cursor, at).unwrap();
        self.pass_on(engine, told, hours);
    }

    /// Plays the list server for what the engine mails.
    fn pass_on(&mut self, engine: &mut Engine, told: Vec<Told>, hours: i64) {
        for one in told {
            if let Told::Queued { kind, to: Recipient::List, raw, .. } = one {
                let copy = [
                    handed_over(opened() + TimeDelta::hours(hours)).as_bytes(),
                    b"List-Id: <infra.lists.example.org>\r\n",
                    &raw,
                ]
                .concat();
                self.notices.push((hours, kind, raw));
                self.hand_over(engine, copy, hours);
            }
        }
    }

    /// The result as it was mailed.
    pub fn result(&self) -> String {
        let result = self.notices.iter().find(|(_, kind, _)| *kind == Kind::Result);
        String::from_utf8(result.expect("a result").2.clone()).unwrap().replace("\r\n", "\n")
    }

    /// The record in it.
    pub fn record(&self) -> serde_json::Value {
        let (files, _) = plusone::mail::json_files(self.result().as_bytes());
        serde_json::from_slice(&files[0]).unwrap()
    }

    /// What the list received of the engine, in an mbox.
    pub fn notices_in_mbox(&self) -> String {
        let in_mbox = |(hours, _, raw): &(i64, Kind, Vec<u8>)| {
            let at = opened() + TimeDelta::hours(*hours);
            let raw = String::from_utf8(raw.clone()).unwrap().replace("\r\n", "\n");
            format!("From decisions@example.org {}\n{raw}\n", at.format("%a %b %e %H:%M:%S %Y"))
        };
        self.notices.iter().map(in_mbox).collect()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
