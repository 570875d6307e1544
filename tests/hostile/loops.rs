//! Partners that answer every mail of the engine's, a thousand rounds each, whatever they get back: what they can make it send.
//!
//! In each round the partner answers whatever the engine sent in the last one; where it sent nothing, the partner answers its last mail
//! once more. `PLUSONE_ROUNDS` plays another number.

use crate::desk::{Desk, Place, direct, replying, written};
use crate::measured::set;
use crate::server::Sent;
use chrono::TimeDelta;
use plusone::store::Incoming;

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

/// The whole run: a proposal and a vote every 200 rounds, which nobody answers but the partner.
fn rounds(every: TimeDelta, mut partner: impl FnMut(&Sent, usize) -> Vec<Answer>) -> Desk {
    let mut desk = Desk::set();
    let mut last = Vec::new();
    for round in 0..set("PLUSONE_ROUNDS", 1000) {
        if round % 200 == 0 {
            for tag in ["PROPOSAL", "VOTE"] {
                let id = format!("{tag}{round}@example.org");
                let subject = format!("[{tag}] Rack {round}");
                desk.hand_on(&written("Ann <member0@example.org>", &id, &subject, "", "We take the new one."));
            }
        }
        desk.pass(every);
        let sent = desk.work();
        if !sent.is_empty() {
            last = sent;
        }
        let now = desk.now();
        let answers: Vec<Incoming> = last
            .iter()
            .flat_map(|heard| partner(heard, round))
            .map(|(way, raw)| match way {
                Way::List => desk.place.handed_on(&raw, now),
                Way::Engine(from) => direct(&raw, from, now),
            })
            .collect();
        desk.take(&answers);
    }
    desk
}

/// Plays it by the minute and by the hour, and beside it the same time without a partner: gives how many mails more there were.
fn provoked(name: &str, partner: impl Fn(&Sent, usize) -> Vec<Answer>) -> [usize; 2] {
    [5, 120].map(|minutes| {
        let every = TimeDelta::minutes(minutes);
        let quiet = rounds(every, |_, _| Vec::new()).mailed;
        let looped = rounds(every, &partner);
        println!(
            "  {name}, every {minutes} minutes: {} mails, {quiet} of them without the partner; waiting {}",
            looped.mailed,
            looped.waiting()
        );
        if std::env::var("PLUSONE_SHOW").is_ok() {
            println!("{:?}", looped.kinds());
            for post in looped.decision(1).posts.iter().chain(&looped.decision(2).posts) { if let Some(place) = plusone_line(&post.reading) { println!("{} {:?} {place}", post.message_id, post.status); } }
        }
        looped.mailed.saturating_sub(quiet)
    })
}

/// A mail of the partner's in reply to one of the engine's.
fn reply(heard: &Sent, round: usize, head: &str, words: &str) -> Vec<u8> {
    let (id, to) = (format!("answer{round}.{}@example.org", heard.raw.len()), field(&heard.raw, "Message-ID"));
    let subject = format!("Re: {}", field(&heard.raw, "Subject").trim_start_matches("Re: "));
    let thread = replying(to.trim_matches(['<', '>']));
    let date = format!("Date: {}\r\n", field(&heard.raw, "Date"));
    written(&format!("Bob <{PARTNER}>"), &id, &subject, &format!("{thread}{date}{head}"), words)
}

const AWAY: &str = "I am out of the office until Monday and read no mail. In urgent cases ask my colleague.";

#[test]
fn a_vacation_responder() {
    let says_so = "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n";
    let cases: [(&str, &str, fn(&Sent) -> String); 4] = [
        ("vacation, by the book", says_so, |_| AWAY.into()),
        ("vacation, without a header", "", |_| AWAY.into()),
        ("vacation, and the whole mail below, unmarked", "", |heard| format!("{AWAY}\r\n\r\n{}", body(&heard.raw))),
        ("vacation, nothing but the mail it got", "", |heard| body(&heard.raw)),
    ];
    for (name, head, words) in cases {
        for way in [Way::List, Way::Engine(PARTNER)] {
            let more = provoked(&format!("{name}, {way:?}"), |heard, round| {
                vec![(way, reply(heard, round, head, &words(heard)))]
            });
            assert_eq!(more, [0, 0], "{name}");
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
            vec![(Way::List, reply(heard, round, "", words))]
        });
        println!("    {name}: {more:?}");
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
        let words = format!("Your mail could not be delivered:\r\n\r\n<{PARTNER}>: no such user\r\n\r\n--- Below is your mail ---\r\n\r\n{}", heard.text());
        let id = format!("bounce{round}.{}@mx.example.net", heard.raw.len());
        let thread = replying(field(&heard.raw, "Message-ID").trim_matches(['<', '>']));
        written(from, &id, subject, &thread, &words)
    };
    let daemon = "Mail Delivery Subsystem <mailer-daemon@mx.example.net>";
    let someone = "Postmaster <postmaster@mx.example.net>";
    let more = [
        provoked("a bounce (RFC 3464) to the envelope's sender", |heard, round| {
            vec![(Way::Engine(""), report(heard, round))]
        }),
        provoked("a bounce (RFC 3464) to the list", |heard, round| vec![(Way::List, report(heard, round))]),
        provoked("a bounce in plain words to the envelope's sender", |heard, round| {
            vec![(Way::Engine(""), plain(heard, round, daemon, "Returned mail: see transcript for details"))]
        }),
        provoked("a bounce in plain words to From", |heard, round| {
            vec![(Way::Engine("postmaster@mx.example.net"), plain(heard, round, someone, "failure notice"))]
        }),
        provoked("a bounce in plain words to the list", |heard, round| {
            let subject = format!("Re: {}", field(&heard.raw, "Subject"));
            vec![(Way::List, plain(heard, round, someone, &subject))]
        }),
        provoked("a member's own server, in plain words to the list", |heard, round| {
            let subject = format!("Re: {}", field(&heard.raw, "Subject"));
            vec![(Way::List, plain(heard, round, &format!("Bob <{PARTNER}>"), &subject))]
        }),
    ];
    assert_eq!(more, [[0, 0]; 6]);
}

fn plusone_line(reading: &plusone::ballot::Reading) -> Option<String> {
    (!matches!(reading, plusone::ballot::Reading::Nothing | plusone::ballot::Reading::Automatic {..})).then(|| format!("{reading:?}"))
}
