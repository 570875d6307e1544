//! plusone reading real mailboxes over IMAP: a second server beside Dovecot, and sizes that real mailboxes have.
//!
//! `PLUSONE_MAILS=100000` says how many mails the large mailbox holds, `PLUSONE_LARGEST=200` how many MB the largest mail has;
//! `PLUSONE_PROGRAM=target/release/plusone` measures another build than the tests' own.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod lab;
mod reader;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use lab::{ImapServers, Writer, address, password};
use plusone::clock::{Clock, Stopwatch, SystemClock};
use plusone::decision::Status;
use reader::Reader;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

#[test]
fn cyrus_is_read_as_dovecot_is() {
    let servers = ImapServers::up(&[]);
    let mut cyrus = servers.cyrus(&["engine"]);
    let user = address("engine");
    let login = |port| Writer::login(port, "engine", &password("engine"));
    let mut writer = login(cyrus.imap);
    let now = SystemClock.now().trunc_subsecs(0);
    let minutes = |minutes: i64| now + TimeDelta::minutes(minutes);

    // The first sync.
    let root = listed("root", "alice", None, minutes(-60), "[VOTE] Move CI", "Please vote.");
    put(&mut writer, &root, minutes(-60));
    let first = listed("plus-bob", "bob", Some("root"), minutes(-50), "Re: [VOTE] Move CI", "+1");
    put(&mut writer, &first, minutes(-50));
    // Only IDLE can tell of anything.
    let mut reader = Reader::of(&servers, "cyrus", "engine", cyrus.imaps, "1h");
    reader.start();
    reader.await_post("plus-bob");

    // New mail while it idles.
    let watch = Stopwatch::start();
    put(
        &mut writer,
        &listed("plus-carol", "carol", Some("root"), now, "Re: [VOTE] Move CI", "+1"),
        minutes(0),
    );
    reader.await_post("plus-carol");
    println!("Cyrus: from APPEND to counted, by IDLE: {:.2?}", watch.elapsed());

    // A mail taken out and put back, later and under another UID: once, and as of when it first came.
    writer.expunge("<plus-bob@example.test>");
    put(&mut writer, &first, minutes(60));
    put(&mut writer, &listed("zero-dave", "dave", Some("root"), now, "Re: [VOTE] Move CI", "0"), minutes(0));
    reader.await_post("zero-dave");
    let decision = reader.decision();
    assert_eq!((decision.tally.binding.plus, decision.posts.len()), (2, 4), "{:#?}", decision.posts);
    let bob = decision.posts.iter().find(|post| post.message_id.as_str().contains("plus-bob")).unwrap();
    assert_eq!(bob.received.at, minutes(-50));

    // The server is restarted, now without IDLE; a mailbox that is polled finds the rest.
    drop(writer);
    cyrus.stop();
    reader.await_trouble();
    cyrus.start(false);
    let mut writer = login(cyrus.imap);
    assert!(!writer.command("CAPABILITY").concat().contains(" IDLE"), "IDLE was switched off");
    put(&mut writer, &listed("plus-erin", "erin", Some("root"), now, "Re: [VOTE] Move CI", "+1"), minutes(0));
    reader.await_post("plus-erin");
    reader.stop();
    drop(reader);

    let mut reader = Reader::of(&servers, "cyrus", "engine", cyrus.imaps, "1s");
    reader.start();
    put(
        &mut writer,
        &listed("plus-again", "bob", Some("root"), now, "Re: [VOTE] Move CI", "-1: wait"),
        minutes(0),
    );
    reader.await_post("plus-again");
    assert_eq!(reader.decision().tally.binding.plus, 2);
    reader.stop();
    // Nobody's mail was marked as read.
    let flags = writer.command("FETCH 1:* FLAGS").concat();
    assert!(flags.contains("FLAGS (") && !flags.contains("\\Seen"), "{user}: {flags}");
    drop(writer);
    cyrus.stop();
    drop(reader);
    drop(cyrus);
    let left = servers.down();
    assert!(left.is_empty(), "left behind: {left:#?}");
}

#[test]
fn a_large_mailbox_is_read_fast_and_in_little_memory() {
    let mails: usize = number("PLUSONE_MAILS", 2000);
    let servers = ImapServers::up(&["engine"]);
    let cur = servers.maildir("engine");
    let begin = SystemClock.now().trunc_subsecs(0) - TimeDelta::minutes(mails as i64 + 10);
    let watch = Stopwatch::start();
    let bytes: usize = (0..mails).map(|number| write_mail(&servers, &cur, begin, number)).sum();
    println!("{mails} mails, {} MB, written in {:.1?}", bytes / 1_000_000, watch.elapsed());
    // The server's own index is its affair: a mailbox in use has one.
    index(&servers, mails);

    let mut reader = Reader::of(&servers, "large", "engine", servers.ports.imaps, "1h");
    let watch = Stopwatch::start();
    reader.start();
    let peak = reader.await_read_through();
    let took = watch.elapsed();
    let rate = mails as f64 / took.as_secs_f64();
    println!("first sync: {mails} mails in {took:.2?}, {rate:.0}/s, peak {:.1} MB", peak as f64 / 1024.0);
    println!("processor time: {}", reader.processor_time());
    reader.stop();
    drop(reader);
    assert!(servers.down().is_empty());
    // A debug build's own code is larger by some tens of megabytes.
    let bound = if std::env::var_os("PLUSONE_PROGRAM").is_some() { 64 } else { 96 };
    assert!(peak < bound << 10, "{peak} KB at most in memory");
    if mails >= 100_000 {
        assert!(rate >= 6000.0, "{rate:.0} mails a second");
    }
}

#[test]
fn huge_mails_are_kept_as_far_as_they_are_read() {
    let megabytes = number("PLUSONE_LARGEST", 200);
    let servers = ImapServers::up(&["engine"]);
    let cur = servers.maildir("engine");
    let begin = SystemClock.now().trunc_subsecs(0) - TimeDelta::minutes(30);
    for number in 0..10 {
        write_mail(&servers, &cur, begin, number);
    }
    for (minute, voter) in [(20, "alice"), (21, "erin"), (22, "carol")] {
        write_huge(&servers, &cur, begin + TimeDelta::minutes(minute), voter, megabytes * 1_000_000);
    }

    let mut reader = Reader::of(&servers, "huge", "engine", servers.ports.imaps, "1h");
    let watch = Stopwatch::start();
    reader.start();
    let peak = reader.await_read_through();
    println!(
        "three mails of {megabytes} MB among 13: {:.2?}, peak {:.1} MB",
        watch.elapsed(),
        peak as f64 / 1024.0
    );
    let problems = reader.problems();
    assert_eq!(problems.iter().filter(|problem| *problem == "too-large").count(), 3, "{problems:?}");
    let decision = reader.decision();
    for voter in ["alice", "erin", "carol"] {
        let id = format!("<huge-{voter}@example.test>");
        let post = decision.posts.iter().find(|post| post.message_id.as_str() == id).unwrap();
        assert_eq!(post.status, Status::Counted, "{post:#?}");
    }
    reader.stop();
    drop(reader);
    assert!(servers.down().is_empty());
    assert!(peak < 200 << 10, "{peak} KB at most in memory");
}

/// What an environment variable says, or else `usual`.
fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A mail as the list hands it on, its lines ended as in a file.
fn listed(
    id: &str,
    from: &str,
    parent: Option<&str>,
    at: DateTime<Utc>,
    subject: &str,
    words: &str,
) -> String {
    let date = at.to_rfc2822();
    let parents = parent.map_or(String::new(), |parent| {
        format!("In-Reply-To: <{parent}@example.test>\nReferences: <{parent}@example.test>\n")
    });
    format!(
        "Return-Path: <infra-bounces@lists.example.test>\n\
         Received: from lists.example.test (lists.example.test [192.0.2.25])\n\tby mx.example.test (Postfix) with ESMTPS; {date}\n\
         List-Id: <infra.lists.example.test>\nFrom: {from} <{from}@example.test>\nTo: infra@lists.example.test\n\
         Message-ID: <{id}@example.test>\nDate: {date}\nSubject: {subject}\n{parents}\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
    )
}

fn put(writer: &mut Writer, mail: &str, at: DateTime<Utc>) {
    writer.append(mail.replace('\n', "\r\n").as_bytes(), &at.format("%d-%b-%Y %H:%M:%S +0000").to_string());
}

/// Writes the mail of that number as Dovecot would have stored it: one in a hundred opens a vote, three vote on it, and the rest talk in
/// threads of ten, quoting, 8 kB each on average. Gives its size in bytes.
fn write_mail(servers: &ImapServers, cur: &Path, begin: DateTime<Utc>, number: usize) -> usize {
    let at = begin + TimeDelta::minutes(number as i64);
    let person = ["alice", "bob", "carol", "dave", "erin"][number % 5];
    let vote = format!("vote-{}", number / 100);
    let mail = match number % 100 {
        0 => listed(&vote, person, None, at, &format!("[VOTE] Number {}", number / 100), "Please vote."),
        1..=3 => {
            let subject = format!("Re: [VOTE] Number {}", number / 100);
            listed(&format!("plus-{number}"), person, Some(&vote), at, &subject, "+1")
        }
        _ => {
            let (id, thread) = (format!("talk-{number}"), number / 10 * 10 + 4);
            let lines = 20 + number * 7919 % 200;
            let words: String = (0..lines)
                .map(|line| {
                    let quote = if line % 3 == 0 { "> " } else { "" };
                    format!("{quote}line {line} of what {person} has to say about number {thread}, and why it is so\n")
                })
                .collect();
            let parent = (number != thread).then(|| format!("talk-{thread}"));
            listed(&id, person, parent.as_deref(), at, &format!("Re: about {thread}"), &words)
        }
    };
    let wire = mail.len() + mail.matches('\n').count();
    let name = format!("{}.M{:06}P1.lab,S={},W={wire}:2,", at.timestamp(), number % 1_000_000, mail.len());
    let path = cur.join(name);
    std::fs::write(&path, &mail).expect("the Maildir is writable");
    servers.hand_over(&path);
    wire
}

/// Writes a vote with endless quoting below it.
fn write_huge(servers: &ImapServers, cur: &Path, at: DateTime<Utc>, voter: &str, bytes: usize) {
    let head = listed(&format!("huge-{voter}"), voter, Some("vote-0"), at, "Re: [VOTE] Number 0", "+1");
    let path = cur.join(format!("{}.M000000P1.{voter}:2,", at.timestamp()));
    let mut mail = BufWriter::new(File::create(&path).expect("the Maildir is writable"));
    mail.write_all(head.as_bytes()).expect("the disk has room");
    let line = format!("> {}\n", "x".repeat(70));
    for _ in 0..bytes / line.len() {
        mail.write_all(line.as_bytes()).expect("the disk has room");
    }
    mail.flush().expect("the disk has room");
    servers.hand_over(&path);
}

/// Lets Dovecot make its index of the mailbox.
fn index(servers: &ImapServers, mails: usize) {
    let watch = Stopwatch::start();
    let config = servers.dovecot_config();
    let mut doveadm = servers.run("doveadm", |command| {
        command.args(["-c".as_ref(), config.as_os_str()]).args([
            "fetch",
            "-u",
            &address("engine"),
            "size.virtual date.received",
            "mailbox",
            "INBOX",
        ]);
        command.stdout(std::process::Stdio::null());
    });
    assert!(doveadm.ended(Duration::from_secs(600)).success(), "doveadm fetch failed");
    println!("Dovecot's index of {mails} mails: {:.1?}", watch.elapsed());
}
