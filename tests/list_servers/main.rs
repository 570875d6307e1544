//! The same thread as each list server passes it on: who voted what is read alike, and the notices stand in the thread.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use plusone::ballot::Reading;
use plusone::config::{Config, munging_name};
use plusone::decision::{Decision, JudgedPost, Mode};
use plusone::mail::{self, Address, Arrival, Mailbox};
use plusone::notice::Templates;
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Sender};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const MAILBOX: &str = "inbox";

/// One list server's folder.
struct Server {
    folder: PathBuf,
    config: Config,
    mails: Vec<Incoming>,
}

impl Server {
    fn read(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/list_servers").join(name);
        let mut config =
            Config::load(&folder.join("plusone.toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
        config.lists[0].rules.mode = Mode::Live;
        let mbox = fs::read_to_string(folder.join("mail.mbox")).unwrap();
        let mails = format!("\n{mbox}").split("\nFrom ").skip(1).map(delivered).collect();
        Server { folder, config, mails }
    }

    fn mail(&self, id: &str) -> &[u8] {
        let named = format!("\nMessage-ID: <{id}@");
        let is_it = |mail: &&Incoming| String::from_utf8_lossy(&mail.raw).contains(&named);
        &self.mails.iter().find(is_it).unwrap_or_else(|| panic!("no mail {id}")).raw
    }

    /// Lets the engine take the mails as they came and everything fall due, and tells what became of it.
    fn told(&self) -> String {
        let store = tempfile::tempdir().unwrap();
        let begun = at("Mon Nov  2 00:00:00 2026");
        let address = Address::parse("decisions@example.org").unwrap();
        let from = Mailbox { name: "decisions".into(), address: Some(address.clone()) };
        let mut engine = Engine::new(
            Store::open(&store.path().join("plusone.db")).unwrap(),
            self.config.lists.clone(),
            Sender { from, address },
            Templates::builtin().unwrap(),
            MAILBOX,
            begun,
        )
        .unwrap();
        let mut uid = 0;
        let mut read = |engine: &mut Engine, now: DateTime<Utc>| {
            uid += 1;
            let cursor = MailboxCursor { uid_validity: 1, last_uid: uid, read_through: Some(now) };
            engine.read_up_to(cursor, now).unwrap();
        };
        for mail in &self.mails {
            let now = mail.arrival.internal_date.unwrap();
            engine.take(std::slice::from_ref(mail), now).unwrap();
            read(&mut engine, now);
        }
        for days in 1..10 {
            read(&mut engine, begun + TimeDelta::days(days));
        }
        tell(&engine)
    }
}

/// A mail of an mbox without its `From ` line, which tells when it was delivered.
fn delivered(text: &str) -> Incoming {
    let (line, raw) = text.split_once('\n').unwrap();
    let (_, when) = line.split_once(' ').unwrap();
    let raw = raw.replace("\n>From ", "\nFrom ");
    let arrival = Arrival { internal_date: Some(at(when)), ..Arrival::default() };
    Incoming { raw: raw.into_bytes(), true_size: None, mailbox: MAILBOX.into(), arrival }
}

fn at(asctime: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(asctime, "%a %b %e %H:%M:%S %Y").unwrap().and_utc()
}

fn tell(engine: &Engine) -> String {
    let mut text = String::new();
    let store = engine.store();
    for stored in store.decisions(Some("infra")).unwrap() {
        let decision = stored.decision;
        writeln!(
            text,
            "{}. {} by {}: {}",
            decision.call.number,
            decision.call.subject,
            who(&decision.call.proposer),
            decision.state.outcome()
        )
        .unwrap();
        tell_posts(&decision, &mut text);
        for entry in store.notices_of("infra", Some(decision.call.number)).unwrap() {
            let raw = String::from_utf8_lossy(&entry.raw).replace("\r\n", "\n").replace("\n ", " ");
            let field = |name: &str| {
                let found = raw.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                found.unwrap_or("none").to_owned()
            };
            let link = raw.lines().find(|line| line.contains("https://")).map_or("", str::trim);
            writeln!(
                text,
                "  -> {} to {}: {} | In-Reply-To {} | References {}{}",
                entry.kind,
                entry.recipient,
                field("Subject"),
                field("In-Reply-To"),
                field("References"),
                if link.is_empty() { String::new() } else { format!(" | {link}") }
            )
            .unwrap();
        }
        text.push('\n');
    }
    for problem in store.problems().unwrap() {
        writeln!(text, "problem {}: {}", problem.code, problem.detail).unwrap();
    }
    text
}

fn tell_posts(decision: &Decision, text: &mut String) {
    for JudgedPost { message_id, author, received, reading, status, .. } in &decision.posts {
        let vote = match reading {
            Reading::Cast(cast) => cast.vote.to_string(),
            Reading::Command { .. } => "command".to_owned(),
            Reading::Held(_) => "held".to_owned(),
            Reading::Nothing => "nothing".to_owned(),
            other => format!("{other:?}").chars().take(20).collect(),
        };
        let status = format!("{status:?}").to_lowercase();
        let when = received.at.format("%d %H:%M:%S");
        writeln!(text, "  {when} {message_id} {}: {vote}, {status}", who(author)).unwrap();
    }
}

fn who(author: &plusone::mail::Author) -> String {
    let address = author.address.as_ref().map_or("nobody", |address| address.as_str());
    format!("{} <{address}> [{}]", author.name, author.evidence)
}

/// Plays one server's mail and compares with what its folder expects. With `PLUSONE_EXPECT=write` that is written anew, to be looked over.
fn check(name: &str) {
    let server = Server::read(name);
    let told = server.told();
    let path = server.folder.join("expected.txt");
    if std::env::var("PLUSONE_EXPECT").is_ok_and(|what| what == "write") {
        fs::write(&path, &told).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (got, wanted) in told.lines().zip(expected.lines()) {
        assert_eq!(got, wanted, "{name}");
    }
    assert_eq!(told, expected, "{name}");
    // What `check --probe` would propose from a copy is what the folder's configuration says, whether From was rewritten or not.
    let list = &server.config.lists[0];
    for (id, author, subject) in [
        ("wiki", "ann@example.org", "[VOTE] Move the wiki to the new host"),
        ("mirror", "cleo@strict.example.org", "[PROPOSAL] Switch the old mirror off"),
    ] {
        let author = Address::parse(author).unwrap();
        let seen = mail::mediator(server.mail(id), &list.address, &author, subject);
        let hand_over = seen.hand_over.unwrap_or_else(|| panic!("{name} {id}: no hand-over"));
        assert_eq!(vec![hand_over.host], list.trust.list_hosts, "{name} {id}");
        let bounce: Vec<String> = hand_over.bounce.into_iter().filter(|_| hand_over.shared).collect();
        assert_eq!(bounce, list.trust.bounce_paths, "{name} {id}");
        assert_eq!(munging_name(seen.munging), munging_name(list.form.munging), "{name} {id}");
        assert_eq!(seen.list_ids, [list.list_id.as_str()], "{name} {id}");
        assert!(seen.evidence.is_some(), "{name} {id}");
        assert_eq!(seen.rewritten, id == "mirror", "{name} {id}");
    }
}

#[test]
fn mailman_2() {
    check("mailman2");
}

#[test]
fn ezmlm() {
    check("ezmlm");
}

#[test]
fn sympa() {
    check("sympa");
}

#[test]
fn google_groups() {
    check("google");
}
