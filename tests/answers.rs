//! How long a vote waits for its answer on a real list: from the mail server's 250 for the vote to the engine's notice in the mailbox of a
//! member, through Postfix, Mailman, Dovecot, the engine, and Postfix and Mailman again.
//!
//! `PLUSONE_ANSWERS` says how many votes; every one stops a proposal of its own, so the list is told at once.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

#[path = "stories/desk.rs"]
mod desk;
mod lab;

use desk::Desk;
use lab::{Lab, ListDress};
use plusone::clock::Stopwatch;
use std::time::Duration;

/// How long a mail may take on a loaded machine.
const SOON: Duration = Duration::from_secs(60);
/// What p99 is held to where many votes are measured, which is done on a machine of one's own.
const BAR: Duration = Duration::from_millis(2500);
/// How many votes make such a measurement.
const MANY: usize = 100;
/// Who proposes, each in turn: one address opens fifty proposals in a day at most. The next of them votes.
const MEMBERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];
/// Mails that are on their way at once while the proposals are made.
const AT_ONCE: usize = 10;

#[test]
fn the_list_is_told_of_an_objection_at_once() {
    let votes = std::env::var("PLUSONE_ANSWERS").ok().and_then(|votes| votes.parse().ok()).unwrap_or(6);
    let lab = Lab::up();
    let took = answers(&lab, votes);
    let left = lab.down();
    assert!(left.is_empty(), "the lab left behind: {left:#?}");

    let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
    println!(
        "{votes} votes, SMTP 250 to the answer in the list's mailbox: least {:.2?}, p50 {:.2?}, p99 {:.2?}, most {:.2?}",
        at(0.0),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    if votes >= MANY {
        assert!(at(0.99) < BAR, "p99 {:?}", at(0.99));
    } else {
        // A machine that has much else to do is slow, but the half is not put off.
        assert!(at(0.5) < 4 * BAR, "p50 {:?}", at(0.5));
    }
}

/// How long each answer took, from the shortest on.
fn answers(lab: &Lab, votes: usize) -> Vec<Duration> {
    let mut desk =
        Desk::set(lab, "fast", lab.ports.imaps, Duration::from_secs(24 * 3600), &ListDress::usual("fast"));
    desk.change_config("cap = { list = 500, author = 500 }", "cap = { list = 5000, author = 500 }");
    desk.begin();
    let roots: Vec<String> =
        (0..votes).collect::<Vec<_>>().chunks(AT_ONCE).flat_map(|some| opened(lab, &desk, some)).collect();
    let mut took = Vec::new();
    for (number, root) in roots.iter().enumerate() {
        let voter = member(number + 1);
        let subject = format!("Re: [fast] [PROPOSAL] Number {number}");
        let id = format!("fast-minus-{number}");
        let accepted = desk.post_timed(voter, &subject, &id, Some(root), "-1, it is too early for that.");
        let answers = [format!("In-Reply-To: {root}"), "X-Plusone-Notice: objected fast".to_owned()];
        lab.wait_for("alice", SOON, |mail| answers.iter().all(|line| has(mail, line)));
        took.push(Stopwatch::elapsed(&accepted));
    }
    desk.stop();
    took.sort();
    took
}

/// Makes proposals, and waits until the list has been told of them all.
fn opened(lab: &Lab, desk: &Desk, numbers: &[usize]) -> Vec<String> {
    let propose = |number: &usize| {
        let subject = format!("[PROPOSAL] Number {number}");
        desk.post(member(*number), &subject, &format!("fast-root-{number}"), None, "Nobody will mind.")
    };
    let roots: Vec<String> = numbers.iter().map(propose).collect();
    for root in &roots {
        let told = [format!("In-Reply-To: {root}"), "X-Plusone-Notice: opened fast".to_owned()];
        lab.wait_for("alice", SOON, |mail| told.iter().all(|line| has(mail, line)));
    }
    roots
}

fn member(number: usize) -> &'static str {
    MEMBERS[number % MEMBERS.len()]
}

fn has(mail: &[u8], needle: &str) -> bool {
    String::from_utf8_lossy(mail).contains(needle)
}
