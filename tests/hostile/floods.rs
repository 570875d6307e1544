//! More mail than any list has: what it costs, and that nothing of it is lost or miscounted.
//!
//!     cargo test --release --test hostile -- --nocapture floods

use crate::desk::{Desk, Place, replying, start, written};
use crate::measured::{alone, peak_megabytes, set, timed};
use chrono::TimeDelta;
use plusone::decision::Status;
use plusone::store::Incoming;

/// How many mails the IMAP reader hands over at a time.
const BATCH: usize = 250;
const SUBJECT: &str = "[PROPOSAL] Move CI to the new rack";

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
                let last =
                    (number.saturating_sub(20)..number).map(|n| format!(" <flood{n}@example.org>\r\n"));
                let last: String = last.collect();
                let near = if number == 0 { "root".to_owned() } else { format!("flood{}", number - 1) };
                format!("In-Reply-To: <{near}@example.org>\r\nReferences: <root@example.org>\r\n{last}")
            }
        };
        let words = if (count - number) % 2 == 1 { "+1" } else { "-1: it does not fit into the rack." };
        let raw = written("member1 <member1@example.org>", &id, &format!("Re: {SUBJECT}"), &head, words);
        let at = start() + TimeDelta::milliseconds(60_000 * number as i64 / count as i64);
        desk.place.handed_on(&raw, at)
    };
    (0..count).map(mail).collect()
}

/// What a flood may take: this many seconds for all of it, this many MB at its peak.
fn bars(count: usize) -> (f64, f64) {
    if cfg!(debug_assertions) { (30.0 + count as f64 / 50.0, 200.0) } else { (30.0, 128.0) }
}

/// How many mails a flood is: ten thousand, where the build is optimised.
fn size() -> usize {
    set("PLUSONE_VOTES", if cfg!(debug_assertions) { 400 } else { 10_000 })
}

/// Takes a flood of votes in, so many at a time, and closes the proposal.
fn votes_of_one_address(shape: Shape, batch: usize) {
    let count = size();
    let mut desk = Desk::set();
    let proposer = "member0 <member0@example.org>";
    desk.hand_on(&written(proposer, "root@example.org", SUBJECT, "", "We take the new one."));
    desk.hand_on(&written(proposer, "calm@example.org", "[VOTE] Two mirrors", "", "Please vote."));
    desk.work();
    let flood = votes(&desk, shape, count);
    desk.pass(TimeDelta::minutes(1));
    let mut slowest: f64 = 0.0;
    let (_, took) = timed(|| {
        for mails in flood.chunks(batch) {
            let (_, took) = timed(|| desk.take(mails));
            slowest = slowest.max(took);
        }
        let (_, took) = timed(|| desk.work());
        slowest = slowest.max(took);
    });
    drop(flood);
    let decision = desk.decision(1);
    assert_eq!(decision.posts.iter().filter(|post| post.author.name == "member1").count(), count);
    let counted = decision.posts.iter().filter(|post| post.status == Status::Counted).count();
    assert_eq!(
        (decision.tally.binding.plus, decision.tally.binding.minus, counted),
        (1, 0, 1),
        "the last vote"
    );
    // Beside it another proposal is decided at once.
    let calm = written(
        "member2 <member2@example.org>",
        "plus@example.org",
        "Re: [VOTE] Two mirrors",
        &replying("calm@example.org"),
        "+1",
    );
    let (_, beside) = timed(|| desk.hand_on(&calm));
    assert_eq!(desk.decision(2).tally.binding.plus, 1);
    let sent = desk.work_until(73);
    assert_eq!(desk.decision(1).state.outcome(), "passed");
    let result = sent.iter().find(|mail| mail.text().contains("X-Plusone-Notice: result")).expect("a result");
    let (peak, mails) = (peak_megabytes(), desk.mailed);
    println!(
        "  {count} votes of one address, {shape:?}, {batch} at a time: {took:.2} s, slowest step {slowest:.2} s; a vote beside them {:.0} ms; peak {peak:.0} MB; database {:.0} MB; {mails} mails, the result {:.0} kB",
        beside * 1e3,
        desk.octets() as f64 / 1e6,
        result.raw.len() as f64 / 1e3
    );
    let (seconds, megabytes) = bars(count);
    assert!(took < seconds && beside < 1.0, "{took:.1} s, {beside:.1} s");
    assert!(peak < megabytes, "{peak:.0} MB");
    // Two that are open, two reminders at most, three times an objection, a result.
    assert!(mails <= 8, "{mails} mails");
    assert!(result.raw.len() < 1_000_000, "{} octets", result.raw.len());
}

/// A long proposal whose result is out is looked at again when the mailbox has been read, and does not stay due for that.
#[test]
fn a_long_proposal_that_is_published_is_reviewed_once() {
    let mut desk = Desk::set();
    let proposer = "member0 <member0@example.org>";
    desk.hand_on(&written(proposer, "root@example.org", SUBJECT, "", "We take the new one."));
    desk.take(&votes(&desk, Shape::Flat, 400));
    desk.work_until(73);
    assert_eq!(desk.decision(1).state.outcome(), "passed");
    // It was received before the close and surfaces now.
    let late = written(
        "member3 <member3@example.org>",
        "late@example.org",
        &format!("Re: {SUBJECT}"),
        &replying("root@example.org"),
        "-1: no room.",
    );
    desk.take(&[desk.place.handed_on(&late, start() + TimeDelta::hours(70))]);
    assert!(!desk.kinds().contains(&"correction".to_owned()), "not before all is read");
    desk.pass(TimeDelta::minutes(1));
    assert!(desk.work().iter().any(|mail| mail.text().contains("X-Plusone-Notice: correction")));
    // The list's own copy of that came after the reading; with the next one nothing is left.
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(desk.work().len(), 0);
    let (now, mailed) = (desk.now(), desk.mailed);
    assert_eq!(desk.engine.store().due(now).unwrap(), []);
    desk.work_until(200);
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "correction").count(), 1);
    assert!(desk.mailed <= mailed + 1, "a digest at most");
}

#[test]
fn votes_that_reply_to_the_proposal() {
    alone("floods::votes_that_reply_to_the_proposal", || votes_of_one_address(Shape::Flat, BATCH));
}

#[test]
fn votes_that_reply_to_one_another() {
    alone("floods::votes_that_reply_to_one_another", || votes_of_one_address(Shape::Chain, BATCH));
}

#[test]
fn votes_that_name_nothing() {
    alone("floods::votes_that_name_nothing", || votes_of_one_address(Shape::Loose, BATCH));
}

#[test]
fn votes_that_come_one_by_one() {
    alone("floods::votes_that_come_one_by_one", || votes_of_one_address(Shape::Flat, 1));
}

/// A thousand proposals of one address, and as many votes that name none of them. Where only members propose nothing is mailed; where
/// everybody does, no more than the cap.
#[test]
fn proposals_of_a_stranger() {
    for (roster, same, most) in [(true, false, 0), (true, true, 0), (false, false, 20), (false, true, 20)] {
        let name = format!("roster: {roster}, one subject: {same}");
        let mut desk = Desk::at(Place { roster, ..Place::default() });
        let count = (size() / 10).max(60);
        let stranger = "Eve <eve@example.net>";
        let subject = |number: usize| format!("[PROPOSAL] Rack {}", if same { 0 } else { number });
        let now = desk.now();
        let proposal = |number: usize| {
            written(stranger, &format!("p{number}@example.net"), &subject(number), "", "We take it.")
        };
        let vote = |number: usize| {
            written(
                stranger,
                &format!("v{number}@example.net"),
                &format!("Re: {}", subject(number)),
                "",
                "+1",
            )
        };
        let flood: Vec<Incoming> = (0..count)
            .flat_map(|number| [proposal(number), vote(number)])
            .map(|raw| desk.place.handed_on(&raw, now))
            .collect();
        desk.pass(TimeDelta::minutes(1));
        let (_, took) = timed(|| {
            for mails in flood.chunks(BATCH) {
                desk.take(mails);
            }
            desk.work()
        });
        let member = written(
            "member0 <member0@example.org>",
            "real@example.org",
            "[PROPOSAL] Two mirrors",
            "",
            "Let us run two.",
        );
        desk.pass(TimeDelta::minutes(1));
        let (_, beside) = timed(|| desk.hand_on(&member));
        desk.work();
        let mailed = desk.mailed;
        println!(
            "  {count} proposals and {count} votes of a stranger, {name}: {took:.2} s, a proposal beside them {:.0} ms; {} opened; {mailed} mails on that day",
            beside * 1e3,
            desk.proposals() - 1
        );
        assert_eq!(desk.proposals(), 51, "fifty in a day, and the member's");
        assert!(mailed <= most + usize::from(roster), "{name}: {mailed} mails: {:?}", desk.kinds());
        assert!(took < bars(count).0 && beside < 2.0, "{name}: {took:.1} s, {beside:.1} s");
        assert_eq!(desk.problems().iter().filter(|code| *code == "too-many-proposals").count(), count - 50);
    }
}
