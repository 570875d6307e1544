//! Mails that cost more than they look: nested, of many parts, or large. Each is a -1 under a proposal, and so is read again and again.

use crate::desk::{Desk, replying, written};
use crate::measured::{alone, peak_megabytes, set, timed};
use base64::Engine as _;
use chrono::TimeDelta;

const SUBJECT: &str = "[PROPOSAL] Switch the backups off";

/// A mail with that Content-Type and body, in reply to the proposal.
fn bomb(number: usize, content: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Eve <member3@example.org>\r\nTo: infra@lists.example.org\r\nSubject: Re: {SUBJECT}\r\nMessage-ID: <bomb{number}@example.org>\r\n\
         {}MIME-Version: 1.0\r\n{content}\r\n\r\n{body}\r\n",
        replying("root@example.org")
    )
    .into_bytes()
}

/// A bomb's name, its Content-Type and how its body is made.
type Bomb = (&'static str, &'static str, fn() -> String);

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b";
const PLAIN: &str = "Content-Type: text/plain; charset=utf-8";
const BASE64: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64";
const QUOTED: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable";

const BOMBS: [Bomb; 10] = [
    ("multiparts inside one another", "Content-Type: multipart/mixed; boundary=b0", || {
        let open = |n: usize| format!("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1);
        (0..many() / 5).map(open).collect()
    }),
    ("parts beside one another", MIXED, || "--b\r\nContent-Type: text/plain\r\n\r\n+1\r\n".repeat(many())),
    ("messages inside one another", "Content-Type: message/rfc822", || {
        "Content-Type: message/rfc822\r\n\r\n".repeat(many())
    }),
    ("1,000 messages beside one another", MIXED, || {
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n-1\r\n".repeat(1_000)
    }),
    ("base64", BASE64, || {
        let encoded = base64::engine::general_purpose::STANDARD
            .encode("+1 is what I would say\r\n".repeat(size() / 24));
        let lines = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap());
        lines.map(|line| format!("{line}\r\n")).collect()
    }),
    ("quoted-printable", QUOTED, || "=2B=31=20".repeat(size() / 9)),
    ("votes on one line", PLAIN, || "+1 ".repeat(size() / 3)),
    ("a vote on one line with a reason", PLAIN, || format!("-1: {}", "no ".repeat(size() / 3))),
    ("empty lines", PLAIN, || "\r\n".repeat(size() / 2)),
    ("HTML", "Content-Type: text/html", || "<div><b>".repeat(size() / 8)),
];

/// How many parts there are: 100,000, in a build that is not optimised 2,000.
fn many() -> usize {
    if cfg!(debug_assertions) { 2_000 } else { 100_000 }
}

/// Octets of the large ones: 20 MB, in a build that is not optimised a quarter of one.
fn size() -> usize {
    set("PLUSONE_BOMB", if cfg!(debug_assertions) { 256 } else { 20 << 10 }) << 10
}

#[test]
fn bombs_are_read_within_bounds() {
    alone("bombs::bombs_are_read_within_bounds", || {
        let mut desk = Desk::set();
        let root = "member0 <member0@example.org>";
        desk.hand_on(&written(root, "root@example.org", SUBJECT, "", "Nobody needs them."));
        desk.work();
        let mut slowest: f64 = 0.0;
        for (number, (name, content, body)) in BOMBS.iter().enumerate() {
            let raw = bomb(number, content, &body());
            let octets = raw.len();
            let (_, took) = timed(|| desk.hand_on(&raw));
            slowest = slowest.max(took);
            println!("  a bomb of {:.1} MB, {name}: {took:.2} s with all before it", octets as f64 / 1e6);
        }
        let (_, took) = timed(|| desk.hand_on(&objection()));
        desk.pass(TimeDelta::hours(80));
        let (_, closing) = timed(|| desk.work());
        let (decision, peak) = (desk.decision(1), peak_megabytes());
        let kept = serde_json::to_string(&decision).unwrap().len();
        println!(
            "  an objection below {} bombs: {took:.2} s, its close {closing:.2} s; peak {peak:.0} MB, the decision {kept} octets, {} mails",
            BOMBS.len(),
            desk.mailed
        );
        assert_eq!(decision.state.outcome(), "objected");
        assert!(decision.objections.iter().any(|one| one.post.as_str() == "<no@example.org>"));
        assert!(kept < 64 << 10, "{kept} octets");
        assert!(slowest.max(took) < if cfg!(debug_assertions) { 20.0 } else { 5.0 }, "{slowest:.1} s");
        assert!(peak < 512.0, "{peak} MB");
        assert!(desk.mailed <= 8, "{} mails", desk.mailed);
    });
}

fn objection() -> Vec<u8> {
    let words = "-1: I restored from them in May.";
    written(
        "Bob <member1@example.org>",
        "no@example.org",
        &format!("Re: {SUBJECT}"),
        &replying("root@example.org"),
        words,
    )
}
