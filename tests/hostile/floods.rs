//! More mail than any list has: what it costs, and that nothing of it is lost or miscounted.
//!
//!     PLUSONE_VOTES=10000 cargo test --release --test hostile -- --nocapture floods

use crate::desk::{Desk, replying, start, written};
use crate::measured::{alone, peak_megabytes, set, timed};
use chrono::TimeDelta;
use plusone::ballot::Vote;
use plusone::store::Incoming;

/// How many mails the IMAP reader hands over at a time.
const BATCH: usize = 250;
const BALLOT: &str = "[VOTE] Move CI to the new rack";

/// How the mails of a flood hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    /// Each replies to the proposal.
    Flat,
    /// Each replies to the last, and names the proposal and the last twenty.
    Chain,
    /// Each names nothing it replies to.
    Loose,
}

/// The votes of one address within a minute: +1 and -1 in turn, +1 at last.
fn votes(desk: &Desk, shape: Shape, count: usize) -> Vec<Incoming> {
    let mail = |number: usize| {
        let id = format!("flood{number}@example.org");
        let head = match shape {
            Shape::Flat => replying("root@example.org"),
            Shape::Loose => String::new(),
            Shape::Chain => {
                let last = (number.saturating_sub(20)..number).map(|n| format!(" <flood{n}@example.org>\r\n"));
                let last: String = last.collect();
                let near = if number == 0 { "root".to_owned() } else { format!("flood{}", number - 1) };
                format!("In-Reply-To: <{near}@example.org>\r\nReferences: <root@example.org>\r\n{last}")
            }
        };
        let words = if (count - number) % 2 == 1 { "+1" } else { "-1: it does not fit into the rack." };
        let raw = written("member1 <member1@example.org>", &id, &format!("Re: {BALLOT}"), &head, words);
        let at = start() + TimeDelta::milliseconds(60_000 * number as i64 / count as i64);
        desk.place.handed_on(&raw, at)
    };
    (0..count).map(mail).collect()
}

fn flooded(shape: Shape, count: usize, batch: usize) -> (Desk, f64) {
    let mut desk = Desk::set();
    desk.hand_on(&written("member0@example.org", "root@example.org", BALLOT, "", "Please vote."));
    desk.work();
    let flood = votes(&desk, shape, count);
    desk.pass(TimeDelta::minutes(1));
    let mut slowest: f64 = 0.0;
    let (_, took) = timed(|| {
        for mails in flood.chunks(batch) {
            let (_, took) = timed(|| desk.take(mails));
            slowest = slowest.max(took);
        }
        desk.work()
    });
    println!(
        "  {count} votes of one address, {shape:?}, {batch} at a time: {took:.2} s, slowest step {slowest:.2} s, peak {:.0} MB, database {:.0} MB, {} mails",
        peak_megabytes(),
        desk.octets() as f64 / 1e6,
        desk.mailed
    );
    (desk, took)
}

#[test]
fn flat() {
    alone("floods::flat", || {
        let (desk, _) = flooded(Shape::Flat, set("PLUSONE_VOTES", 1000), BATCH);
        let decision = desk.decision(1);
        assert_eq!(decision.tally.binding.plus, 1);
    });
}
#[test]
fn chain() {
    alone("floods::chain", || {
        let (desk, _) = flooded(Shape::Chain, set("PLUSONE_VOTES", 1000), BATCH);
        let decision = desk.decision(1);
        assert_eq!(decision.tally.binding.plus, 1);
    });
}
#[test]
fn loose() {
    alone("floods::loose", || {
        let (desk, _) = flooded(Shape::Loose, set("PLUSONE_VOTES", 1000), BATCH);
        let decision = desk.decision(1);
        assert_eq!(decision.tally.binding.plus, 1);
    });
}
#[test]
fn one_by_one() {
    alone("floods::one_by_one", || {
        let (desk, _) = flooded(Shape::Flat, set("PLUSONE_VOTES", 1000), 1);
        let decision = desk.decision(1);
        assert_eq!(decision.tally.binding.plus, 1);
        let _ = Vote::Plus;
    });
}
