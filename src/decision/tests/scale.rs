//! Deciding takes time in proportion to the thread.

use super::{Case, cast, instant, post, start};
use crate::ballot::Vote;
use crate::clock::Stopwatch;
use chrono::TimeDelta;

/// A thread of so many votes after the minimum, none of which is enough.
fn busy(rule: &str, votes: u32, value: Vote, people: u32) -> Case {
    let mut case = Case::parse(&format!("rule {rule}\nroster ann bob cy"));
    for number in 0..votes {
        let who = format!("voter{}@example.test", number % people);
        let at = instant("73h") + TimeDelta::seconds(i64::from(number));
        case.posts.push((post(&format!("v{number}"), &who, at, "x"), cast(value, "+1", None, false)));
    }
    case
}

fn seconds(case: &Case) -> f64 {
    let watch = Stopwatch::start();
    let decision = case.decide(start() + TimeDelta::days(30));
    assert!(decision.state.closed_at().is_some());
    watch.elapsed().as_secs_f64()
}

#[test]
fn the_time_grows_with_the_votes_not_with_their_square() {
    for (electorate, value, people) in [
        ("everyone", Vote::Minus, u32::MAX),
        ("everyone", Vote::Zero, 7),
        ("roster", Vote::Plus, u32::MAX),
        ("roster", Vote::Minus, 1),
    ] {
        let time = |votes| {
            let mut case = busy("ovirt-substantial", votes, value, people);
            if electorate == "everyone" {
                case.call.rule.electorate = crate::decision::Electorate::Everyone;
            }
            (0..3).map(|_| seconds(&case)).fold(f64::MAX, f64::min)
        };
        let (few, many) = (time(2_000), time(16_000));
        // In proportion it is 8 times, quadratic it would be 64 times; the larger one also leaves the caches.
        assert!(
            many < few * 40.0,
            "{electorate} {value}: 2,000 votes take {few:.4} s, 16,000 take {many:.4} s"
        );
    }
}

/// A list's longest thread: every parameter at once, amended, extended and raised.
#[test]
fn a_hundred_thousand_posts_are_decided_in_seconds() {
    let mut case = Case::parse(
        "rule ovirt-minor, amendments = 50, window = 7d, who_may_object = anyone, veto_holder = board
         raised-to simple-majority, min_plus = 3, reason_required = true, quorum = all of roster, tie = chair, chair = board, linger = 24h, min_wait = 1h, binding_at = vote
         roster ann bob cy:board
         100h bob command substantial",
    );
    for number in 0..100_000_u32 {
        let who = format!("voter{}@example.test", number % 50_000);
        let at = start() + TimeDelta::seconds(i64::from(number) * 5);
        let value = [Vote::Plus, Vote::Zero, Vote::Minus][number as usize % 3];
        case.posts
            .push((post(&format!("v{number}"), &who, at, "x"), cast(value, "+1", None, number % 2 == 0)));
    }
    let more =
        Case::parse(&(1..40).map(|hour| format!("{hour}h ann amend \"text {hour}\"\n")).collect::<String>());
    for (number, (mut amend, reading)) in more.posts.into_iter().skip(1).enumerate() {
        amend.message_id = crate::mail::MessageId::parse(&format!("amend{number}@example.org")).unwrap();
        case.posts.push((amend, reading));
    }
    let watch = Stopwatch::start();
    let decision = case.decide(start() + TimeDelta::days(60));
    assert_eq!(decision.revision, 40);
    assert!(decision.state.closed_at().is_some());
    let seconds = watch.elapsed().as_secs_f64();
    assert!(seconds < 60.0, "{seconds} s");
}
