//! plusone beside real mail servers: Dovecot, Postfix and Mailman 3, brought up by [`lab`] on 127.0.0.1.
//!
//! One test owns the lab and plays every scenario on it; `PLUSONE_SCENARIO=name` plays those whose name matches.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod lab;
mod stories;

use lab::{FromRewrite, Lab, ListDress, Scenario, address, password};
use mail_parser::{Address, Message, MessageParser};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Stdio;
use std::time::Duration;

/// How long a mail may take on a loaded machine; alone it takes half a second.
const SOON: Duration = Duration::from_secs(60);

const SCENARIOS: &[Scenario] = &[
    ("a_list_passes_mail_on", a_list_passes_mail_on),
    ("a_plain_list_changes_nothing", a_plain_list_changes_nothing),
    ("a_list_can_wrap_mail", a_list_can_wrap_mail),
    ("the_engine_may_write_to_a_list", the_engine_may_write_to_a_list),
    ("deliveries_go_on_while_imap_is_cut", deliveries_go_on_while_imap_is_cut),
    ("every_tls_port_takes_the_password", every_tls_port_takes_the_password),
];

#[test]
fn live() {
    let lab = Lab::up();
    let failed = lab::play(&lab, &[SCENARIOS, stories::TOGETHER, stories::DRESSED, stories::ALONE]);
    let left = lab.down();
    assert!(left.is_empty(), "the lab left behind: {left:#?}");
    assert!(failed.is_empty(), "scenarios that failed: {failed:?}");
}

fn a_list_passes_mail_on(lab: &Lab) {
    let dress = ListDress { footer: "-- sent by the infra list\n".to_owned(), ..ListDress::usual("infra") };
    let list = lab.create_list("infra", &["engine", "alice", "bob"], &dress);
    lab.submit("alice", &list.address, &letter("alice", &list.address, "[PROPOSAL] Two mirrors", "m1"));

    for member in ["bob", "engine"] {
        let raw = lab.wait_for(member, SOON, |mail| has(mail, "Subject: [infra] [PROPOSAL] Two mirrors"));
        let mail = parse(&raw);
        assert_eq!(from(&mail), ("Alice Archer via Infra".to_owned(), list.address.clone()));
        assert_eq!(mailboxes(mail.reply_to()), ["alice@example.test"]);
        assert_eq!(mail.message_id(), Some("m1@example.test"));
        assert!(has(&raw, &format!("<{}>", list.list_id)), "no List-Id:\n{}", text(&raw));
        let body = mail.body_text(0).expect("a text");
        assert!(body.contains("a letter by alice"), "{body}");
        assert!(body.contains("-- sent by the infra list"), "{body}");
    }
    // What tells a mail that came through the list: its envelope sender, and a hand-over without a password.
    let through = lab.wait_for("engine", SOON, |mail| has(mail, "Message-ID: <m1@example.test>"));
    assert!(has(&through, &format!("Return-Path: <{}>", list.bounces)), "{}", text(&through));
    assert!(handed_over(&through).contains(" with ESMTP id "), "{}", text(&through));
    assert!(handed_over(&through).contains("[127.0.0.1]"), "{}", text(&through));

    lab.submit(
        "alice",
        &address("engine"),
        &letter("alice", &list.address, "[PROPOSAL] By the back door", "m2"),
    );
    let direct = lab.wait_for("engine", SOON, |mail| has(mail, "By the back door"));
    assert!(has(&direct, "Return-Path: <alice@example.test>"), "{}", text(&direct));
    assert!(handed_over(&direct).contains(" with ESMTPSA id "), "{}", text(&direct));
}

fn a_plain_list_changes_nothing(lab: &Lab) {
    let list = lab.create_list("plain", &["alice", "carol"], &ListDress::plain());
    lab.submit("alice", &list.address, &letter("alice", &list.address, "As I wrote it", "p1"));
    let raw = lab.wait_for("carol", SOON, |mail| has(mail, "Message-ID: <p1@example.test>"));
    let mail = parse(&raw);
    assert_eq!(mail.subject(), Some("As I wrote it"));
    assert_eq!(from(&mail), ("Alice Archer".to_owned(), address("alice")));
    assert_eq!(mail.body_text(0).as_deref().map(str::trim_end), Some("a letter by alice"));
}

fn a_list_can_wrap_mail(lab: &Lab) {
    let dress = ListDress { from: FromRewrite::Wrap, ..ListDress::usual("wrapped") };
    let list = lab.create_list("wrapped", &["alice", "dave"], &dress);
    lab.submit("alice", &list.address, &letter("alice", &list.address, "Inside", "w1"));
    let raw = lab.wait_for("dave", SOON, |mail| has(mail, "<w1@example.test>"));
    let mail = parse(&raw);
    assert_ne!(mail.message_id(), Some("w1@example.test"));
    assert!(has(&raw, "Content-Type: message/rfc822"), "{}", text(&raw));
}

fn the_engine_may_write_to_a_list(lab: &Lab) {
    let engine = lab.engine("guest");
    let list = lab.create_list("guested", &[engine.as_str(), "erin"], &ListDress::usual("guested"));
    lab.submit("decisions", &list.address, &letter("decisions", &list.address, "[RESULT] Two mirrors", "g1"));
    for member in [engine.as_str(), "erin"] {
        lab.wait_for(member, SOON, |mail| has(mail, "Message-ID: <g1@example.test>"));
    }
    assert_eq!(lab.mailbox(&engine).len(), 1);
}

fn deliveries_go_on_while_imap_is_cut(lab: &Lab) {
    let mut wire = lab.imap_wire();
    let connect = |port: u16| TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    let greeting = |stream: &mut TcpStream| {
        let mut start = [0; 4];
        stream.read_exact(&mut start).map(|()| start)
    };
    let mut before = connect(wire.port).expect("the wire is open");
    assert_eq!(&greeting(&mut before).expect("a greeting"), b"* OK");

    wire.cut();
    let mut rest = Vec::new();
    // An end or a reset: either way the connection is gone.
    let _ = before.read_to_end(&mut rest);
    assert_eq!(connect(wire.port).expect_err("the wire is cut").kind(), ErrorKind::ConnectionRefused);
    lab.submit("carol", &address("erin"), &letter("carol", &address("erin"), "Meanwhile", "c1"));
    lab.wait_for("erin", SOON, |mail| has(mail, "Message-ID: <c1@example.test>"));

    wire.mend();
    let mut after = connect(wire.port).expect("the wire is open again");
    assert_eq!(&greeting(&mut after).expect("a greeting"), b"* OK");
}

fn every_tls_port_takes_the_password(lab: &Lab) {
    let login = |name: &str| format!("a LOGIN {} {}\r\nb LOGOUT\r\n", address(name), password("dave"));
    let imap = ["-starttls", "imap"];
    let ehlo = "EHLO client.example.test\r\nQUIT\r\n";
    for (port, starttls, say, hear) in [
        (lab.ports.imap, &imap[..], login("dave"), "a OK"),
        (lab.ports.imaps, &[], login("dave"), "a OK"),
        (lab.ports.imaps, &[], login("carol"), "a NO [AUTHENTICATIONFAILED]"),
        (lab.ports.submissions, &[], ehlo.to_owned(), "AUTH PLAIN"),
    ] {
        let mut client = lab.run("openssl", |openssl| {
            openssl
                .args([
                    "s_client",
                    "-quiet",
                    "-verify_return_error",
                    "-verify_hostname",
                    "localhost",
                    "-CAfile",
                ])
                .arg(lab.ca_path())
                .args(["-connect", &format!("127.0.0.1:{port}")])
                .args(starttls)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
        });
        client.child.stdin.take().expect("it is piped").write_all(say.as_bytes()).expect("openssl reads");
        client.ended(SOON);
        let answer = read_all(client.child.stdout.take()) + &read_all(client.child.stderr.take());
        assert!(answer.contains(hear), "no {hear:?} on port {port}:\n{answer}");
    }
}

/// A small letter by one of the lab's people, whose surname starts as the first name does.
fn letter(person: &str, to: &str, subject: &str, id: &str) -> String {
    let name = if person == "alice" { "Alice Archer" } else { person };
    format!(
        "From: {name} <{person}@example.test>\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@example.test>\n\
         Date: Mon, 2 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n\
         a letter by {person}\n"
    )
}

/// The `Received` line that Postfix wrote when the mail came in for the last time, on one line.
fn handed_over(raw: &[u8]) -> String {
    let unfolded = text(raw).replace("\r\n", "\n").replace("\n\t", " ").replace("\n  ", " ");
    let line = unfolded.lines().find(|line| line.starts_with("Received:") && line.contains("(Postfix)"));
    line.expect("Postfix has handled every mail").to_owned()
}

fn read_all(stream: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    stream.expect("it is piped").read_to_end(&mut bytes).expect("a pipe can be read");
    text(&bytes)
}

fn has(mail: &[u8], needle: &str) -> bool {
    text(mail).contains(needle)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn parse(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a mail")
}

fn from(mail: &Message) -> (String, String) {
    let author = mail.from().and_then(Address::first).expect("an author");
    (author.name().unwrap_or_default().to_owned(), author.address().unwrap_or_default().to_owned())
}

fn mailboxes(field: Option<&Address>) -> Vec<String> {
    field.into_iter().flat_map(Address::iter).filter_map(|it| it.address().map(str::to_owned)).collect()
}
