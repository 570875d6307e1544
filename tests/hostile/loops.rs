//! Partners that answer every mail of the engine's, a thousand rounds each, whatever they get back: what they can make it send.
//!
//! In each round the partner answers whatever the engine sent in the last one; where it sent nothing, the partner answers its last mail
//! once more. `PLUSONE_ROUNDS` plays another number; a build that
//! is not optimised plays twenty-five.

use crate::desk::{Desk, direct, replying, written};
use crate::measured::rounds_played;
use crate::server::Sent;
use chrono::TimeDelta;
use plusone::store::Incoming;
use std::sync::LazyLock;

/// The member of the roster who is away, bounces or has a program answer.
const PARTNER: &str = "member1@example.org";

/// Which way an answer goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// To the list, which hands it on to the engine and everybody else.
    List,
    /// To the engine's own address; the reverse-path.
    Engine(&'static str),
}

type Answer = (Way, Vec<u8>);

fn field(raw: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    found.unwrap_or_default()
}

fn body(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    text.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned()
}

/// The whole run: a round every half hour, and a proposal and a vote every 200 rounds, which nobody answers but the partner.
fn rounds(partner: impl Fn(&Sent, usize) -> Option<Answer>) -> Desk {
    let mut desk = Desk::set();
    let mut last = None;
    for round in 0..rounds_played() {
        if round % 200 == 0 {
            for tag in ["PROPOSAL", "VOTE"] {
                let id = format!("{tag}{round}@example.org");
                let subject = format!("[{tag}] Rack {round}");
                desk.hand_on(&written(
                    "Ann <member0@example.org>",
                    &id,
                    &subject,
                    "",
                    "We take the new one.",
                ));
            }
        }
        desk.pass(TimeDelta::minutes(30));
        let sent = desk.work();
        let heard = if sent.is_empty() { last.iter().collect() } else { sent.iter().collect::<Vec<_>>() };
        let now = desk.now();
        let answers: Vec<Incoming> = heard
            .into_iter()
            .filter_map(|heard| partner(heard, round))
            .map(|(way, raw)| match way {
                Way::List => desk.place.handed_on(&raw, now),
                Way::Engine(from) => direct(&raw, from, now),
            })
            .collect();
        desk.take(&answers);
        last = sent.into_iter().next_back().or(last);
    }
    desk
}

/// What the engine sends without any partner.
fn unprovoked() -> usize {
    static QUIET: LazyLock<usize> = LazyLock::new(|| rounds(|_, _| None).mailed);
    *QUIET
}

/// Plays it: gives how many mails more there were than without a partner.
fn provoked(name: &str, partner: impl Fn(&Sent, usize) -> Option<Answer>) -> usize {
    let (quiet, desk) = (unprovoked(), rounds(partner));
    let more = desk.mailed.saturating_sub(quiet);
    println!(
        "  {} rounds with {name}: {} mails, {more} more than without; {} wait",
        rounds_played(),
        desk.mailed,
        desk.waiting()
    );
    more
}

/// A mail of the partner's in reply to one of the engine's.
fn reply(heard: &Sent, round: usize, head: &str, words: &str) -> Vec<u8> {
    let (id, to) =
        (format!("answer{round}.{}@example.org", heard.raw.len()), field(&heard.raw, "Message-ID"));
    let subject = format!("Re: {}", field(&heard.raw, "Subject").trim_start_matches("Re: "));
    let thread = replying(to.trim_matches(['<', '>']));
    let date = format!("Date: {}\r\n", field(&heard.raw, "Date"));
    written(&format!("Bob <{PARTNER}>"), &id, &subject, &format!("{thread}{date}{head}"), words)
}

const AWAY: &str = "I am out of the office until Monday and read no mail. In urgent cases ask my colleague.";

/// A name, header lines, and the text of an answer.
type Responder = (&'static str, &'static str, fn(&Sent) -> String);

#[test]
fn a_vacation_responder() {
    let says_so = "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n";
    let cases: [Responder; 4] = [
        ("vacation, by the book", says_so, |_| AWAY.into()),
        ("vacation, without a header", "", |_| AWAY.into()),
        ("vacation, and the whole mail below, unmarked", "", |heard| {
            format!("{AWAY}\r\n\r\n{}", body(&heard.raw))
        }),
        ("vacation, nothing but the mail it got", "", |heard| body(&heard.raw)),
    ];
    for (name, head, words) in cases {
        for way in [Way::List, Way::Engine(PARTNER)] {
            let more = provoked(&format!("{name}, {way:?}"), |heard, round| {
                Some((way, reply(heard, round, head, &words(heard))))
            });
            assert_eq!(more, 0, "{name}");
        }
    }
}

/// Somebody's program answers with what plusone asks about or answers.
#[test]
fn a_program_that_votes_and_commands() {
    let says = [
        ("-1 without a reason", "-1"),
        ("what may be a vote", "+1 if it fits, -1 if it does not"),
        ("an objection in words", "I object to this."),
        ("a command that is refused", "Proposal: withdraw"),
        ("a command that nobody knows", "Proposal: dance"),
        ("asks how it stands", "Proposal: status"),
        ("steps back and objects again", ""),
    ];
    for (name, words) in says {
        let more = provoked(&format!("a program: {name}"), |heard, round| {
            let words = match words {
                "" if round % 2 == 0 => "-1, it does not fit into the rack.",
                "" => "I withdraw my -1.",
                words => words,
            };
            Some((Way::List, reply(heard, round, "", words)))
        });
        // To one author three a day at most, and never for ever: on each proposal three questions, three times that it is objected to, a
        // wait, and once a day how it stands.
        let proposals = 2 * rounds_played().div_ceil(200);
        assert!(more <= 12 * proposals, "{name}: {more}");
    }
}

#[test]
fn a_member_whose_mail_bounces() {
    let report = |heard: &Sent, round: usize| {
        format!(
            "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: decisions@example.org\r\n\
             Message-ID: <bounce{round}.{}@mx.example.net>\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\n-1: I could not deliver it.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
             Final-Recipient: rfc822; {PARTNER}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--\r\n",
            heard.raw.len(),
            heard.text()
        )
        .into_bytes()
    };
    let plain = |heard: &Sent, round: usize, from: &str, subject: &str| {
        let words = format!(
            "Your mail could not be delivered:\r\n\r\n<{PARTNER}>: no such user\r\n\r\n--- Below is your mail ---\r\n\r\n{}",
            heard.text()
        );
        let id = format!("bounce{round}.{}@mx.example.net", heard.raw.len());
        let thread = replying(field(&heard.raw, "Message-ID").trim_matches(['<', '>']));
        written(from, &id, subject, &thread, &words)
    };
    let daemon = "Mail Delivery Subsystem <mailer-daemon@mx.example.net>";
    let someone = "Postmaster <postmaster@mx.example.net>";
    let more = [
        provoked("a bounce (RFC 3464) to the envelope's sender", |heard, round| {
            Some((Way::Engine(""), report(heard, round)))
        }),
        provoked("a bounce (RFC 3464) to the list", |heard, round| Some((Way::List, report(heard, round)))),
        provoked("a bounce in plain words to the envelope's sender", |heard, round| {
            Some((Way::Engine(""), plain(heard, round, daemon, "Returned mail: see transcript for details")))
        }),
        provoked("a bounce in plain words to From", |heard, round| {
            Some((Way::Engine("postmaster@mx.example.net"), plain(heard, round, someone, "failure notice")))
        }),
        provoked("a bounce in plain words to the list", |heard, round| {
            let subject = format!("Re: {}", field(&heard.raw, "Subject"));
            Some((Way::List, plain(heard, round, someone, &subject)))
        }),
        provoked("a member's own server, in plain words to the list", |heard, round| {
            let subject = format!("Re: {}", field(&heard.raw, "Subject"));
            Some((Way::List, plain(heard, round, &format!("Bob <{PARTNER}>"), &subject)))
        }),
    ];
    assert_eq!(more, [0; 6]);
}
