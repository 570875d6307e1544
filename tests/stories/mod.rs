//! The engine on a real list: what a team would see, told as stories.

mod desk;
mod dressed;
mod probed;

use crate::lab::{Lab, ListDress, Scenario, address};
use crate::{SOON, has, parse, text};
use desk::Desk;
use plusone::clock::{Deadline, Stopwatch};
use plusone::decision::{Status, Why};
use std::time::Duration;

pub const TOGETHER: &[Scenario] = &[
    ("a_team_decides_by_mail", a_team_decides_by_mail),
    ("killed_and_started_again", killed_and_started_again),
    ("check_says_what_is_wrong", check_says_what_is_wrong),
    ("nothing_is_decided_before_the_mailbox_is_read", nothing_is_decided_before_the_mailbox_is_read),
];

/// What a list can do to mail, beside one another.
pub const DRESSED: &[Scenario] = &[
    ("a_list_that_rewrites_from", dressed::a_list_that_rewrites_from),
    ("a_list_that_wraps_mail", dressed::a_list_that_wraps_mail),
    ("a_mailbox_that_takes_digests_too", dressed::a_mailbox_that_takes_digests_too),
    ("a_moderator_lets_mail_through", dressed::a_moderator_lets_mail_through),
    ("a_probe_goes_there_and_back", probed::a_probe_goes_there_and_back),
];

/// Measured alone, so that nothing else takes the machine's time.
pub const ALONE: &[Scenario] = &[("votes_are_counted_at_once", votes_are_counted_at_once)];

/// A wrong password and a CA that nobody knows: one line each, which says which and what to do.
fn check_says_what_is_wrong(lab: &Lab) {
    let desk = Desk::set(lab, "guest", lab.ports.imaps, Duration::from_secs(3600), &ListDress::plain());
    let sound = desk.check(None, true);
    assert!(sound.contains("IDLE") && !sound.contains("FAIL"), "{sound}");
    let refused = desk.check(Some("not-the-password"), true);
    assert!(refused.contains("FAIL  mailbox: localhost:") && refused.contains("check the user"), "{refused}");
    assert!(!refused.contains("not-the-password"), "{refused}");
    let unknown = desk.check(None, false);
    assert_eq!(unknown.matches("unknown authority").count(), 2, "mailbox and submission: {unknown}");
    assert!(unknown.contains("name its PEM file under `ca`"), "{unknown}");
}

/// Somebody mails a [PROPOSAL], somebody a [VOTE]; members vote; a -1 gives no reason; results come back in the thread.
fn a_team_decides_by_mail(lab: &Lab) {
    let mut desk =
        Desk::set(lab, "team", lab.ports.imaps, Duration::from_secs(30), &ListDress::usual("team"));
    desk.begin();
    let lazy =
        desk.post("alice", "[PROPOSAL] Two mirrors", "team-lazy", None, "We run one mirror. Let us run two.");
    let vote = desk.post(
        "bob",
        "[VOTE] Move CI to the new rack",
        "team-vote",
        None,
        "Please vote: +1, 0 or -1 with a reason.",
    );
    desk.await_number(&lazy);
    let told =
        lab.wait_for("carol", SOON, |mail| has(mail, "X-Plusone-Notice: opened") && has(mail, "team-vote"));
    assert!(text(&told).contains("Reply-To:"), "{}", text(&told));

    desk.post("bob", "Re: [team] [PROPOSAL] Two mirrors", "team-minus", Some(&lazy), "-1");
    for (voter, words) in
        [("carol", "+1 (binding)"), ("dave", "On Monday Bob wrote:\n> -1\n\n+1, tested here"), ("erin", "+1")]
    {
        desk.post(
            voter,
            "Re: [team] [VOTE] Move CI to the new rack",
            &format!("team-{voter}"),
            Some(&vote),
            words,
        );
    }
    // Straight to the engine, past the list: kept, never counted.
    desk.post_to(
        &address(&desk.engine),
        "alice",
        "Re: [VOTE] Move CI to the new rack",
        "team-direct",
        Some(&vote),
        "-1: I object, privately.",
    );

    let question = lab.wait_for("bob", SOON, |mail| has(mail, "X-Plusone-Notice: question"));
    let asked = parse(&question);
    assert_eq!(
        asked.reply_to().and_then(|to| to.first()).and_then(|to| to.address()),
        Some(desk.list.address.as_str())
    );
    assert!(text(&question).contains("<team-minus@example.test>"), "{}", text(&question));

    for (root, outcome) in [("team-vote", "PASSED"), ("team-lazy", "PASSED")] {
        for member in ["alice", "erin"] {
            let result = lab.wait_for(member, SOON, |mail| {
                has(mail, "X-Plusone-Notice: result") && has(mail, &format!("In-Reply-To: <{root}@"))
            });
            let mail = parse(&result);
            assert!(mail.subject().unwrap_or_default().contains("[RESULT]"), "{:?}", mail.subject());
            assert!(mail.body_text(0).unwrap_or_default().contains(outcome), "{}", text(&result));
        }
    }
    let ballot = desk.decision(2);
    assert_eq!(ballot.tally.binding.plus, 3, "{:#?}", ballot.tally);
    assert_eq!(ballot.why, Why::Approved { plus: 3, minus: 0 });
    let lazy = desk.decision(1);
    let void = lazy
        .posts
        .iter()
        .find(|post| post.message_id.as_str() == "<team-minus@example.test>")
        .expect("bob's post");
    assert_eq!(void.status, Status::Unexplained);
    assert_eq!(desk.counted("erin", "opened"), 2);
    assert_eq!(desk.counted("erin", "result"), 2);
    desk.stop();
}

/// SIGKILL again and again, while it reads, decides and sends: nothing is lost, nothing comes twice.
fn killed_and_started_again(lab: &Lab) {
    let mut desk =
        Desk::set(lab, "killed", lab.ports.imaps, Duration::from_secs(30), &ListDress::usual("killed"));
    desk.begin();
    let root = desk.post("alice", "[VOTE] Keep the old rack", "killed-root", None, "Please vote.");
    desk.kill_after(Duration::from_millis(200));
    for (round, voter) in ["bob", "carol", "dave", "erin", "bob", "carol"].iter().enumerate() {
        desk.start();
        desk.post(voter, "Re: [VOTE] Keep the old rack", &format!("killed-{round}"), Some(&root), "+1");
        desk.kill_after(Duration::from_millis(400 * (round as u64 + 1)));
    }
    desk.start();
    lab.wait_for("erin", SOON, |mail| has(mail, "X-Plusone-Notice: result killed"));
    let decision = desk.decision(1);
    assert_eq!(decision.tally.binding.plus, 4, "{:#?}", decision.posts);
    assert_eq!(decision.posts.iter().filter(|post| post.status == Status::Superseded).count(), 2);
    // A notice that was doubled would come within the wait for a copy in doubt.
    desk.quiet_for(Duration::from_secs(5));
    for kind in ["opened", "result"] {
        assert_eq!(desk.counted("erin", kind), 1, "{kind}");
    }
    desk.stop();
}

/// With IMAP cut off over the deadline a -1 that the list took in time is not passed over: first the mailbox is read.
fn nothing_is_decided_before_the_mailbox_is_read(lab: &Lab) {
    let mut wire = lab.imaps_wire();
    let window = Duration::from_secs(25);
    let mut desk = Desk::set(lab, "cut", wire.port, window, &ListDress::usual("cut"));
    desk.begin();
    let root =
        desk.post("alice", "[PROPOSAL] Switch the backups off", "cut-root", None, "Nobody has needed them.");
    desk.await_number(&root);
    wire.cut();
    desk.post(
        "bob",
        "Re: [PROPOSAL] Switch the backups off",
        "cut-minus",
        Some(&root),
        "-1, we restored from them in May.",
    );
    lab.wait_for("carol", SOON, |mail| has(mail, "cut-minus"));
    desk.quiet_for(window + Duration::from_secs(6));
    assert_eq!(desk.counted("carol", "result"), 0, "decided without having read the mailbox");
    assert!(desk.decision(1).state.closed_at().is_none());
    wire.mend();
    let result = lab.wait_for("carol", SOON, |mail| has(mail, "X-Plusone-Notice: result cut"));
    assert!(parse(&result).body_text(0).unwrap_or_default().contains("bob"), "{}", text(&result));
    assert_eq!(desk.decision(1).state.outcome(), "objected");
    desk.stop();
}

/// From SMTP 250 of a vote to its being counted, through Mailman and IDLE. `PLUSONE_VOTES` says how many votes.
fn votes_are_counted_at_once(lab: &Lab) {
    let votes: usize = std::env::var("PLUSONE_VOTES").ok().and_then(|votes| votes.parse().ok()).unwrap_or(40);
    let mut desk =
        Desk::set(lab, "fast", lab.ports.imaps, Duration::from_secs(3600), &ListDress::usual("fast"));
    desk.begin();
    let root = desk.post("alice", "[VOTE] Measure it", "fast-root", None, "Please vote, often.");
    desk.await_number(&root);
    let mut took: Vec<Duration> = Vec::new();
    for round in 0..votes {
        let voter = ["bob", "carol", "dave", "erin"][round % 4];
        let id = format!("fast-{round}");
        let accepted = desk.post_timed(voter, "Re: [VOTE] Measure it", &id, Some(&root), "+1");
        desk.await_counted(1, &format!("<{id}@example.test>"), Deadline::after(SOON));
        took.push(Stopwatch::elapsed(&accepted));
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize];
    println!(
        "{votes} votes, SMTP 250 to counted: p50 {:.2?}, p99 {:.2?}, max {:.2?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    // Alone on a machine p99 stays under two seconds; the half must on any.
    assert!(at(0.5) < Duration::from_secs(2), "p50 {:?}", at(0.5));
    desk.stop();
}
