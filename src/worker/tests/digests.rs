//! Digests fall due by the list's clock, once for however long the engine was away.

use super::super::latest_due;
use super::*;
use crate::notice::Kind;

fn due(schedule: &str, after: &str, now: &str) -> Option<String> {
    let zone = chrono_tz::Europe::Prague;
    let due = latest_due(schedule, zone, after.parse().unwrap(), now.parse().unwrap()).expect("a schedule");
    due.map(|due| due.format("%dT%H:%MZ").to_string())
}

#[test]
fn a_schedule_follows_the_lists_zone() {
    let mondays = |after, now| due("0 9 * * MON", after, now);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(mondays("2026-03-20T00:00:00Z", "2026-03-23T07:59:59Z"), None);
    assert_eq!(mondays("2026-03-20T00:00:00Z", "2026-03-23T08:00:00Z"), some("23T08:00Z"));
    // Summer time begins on 29 March: nine o'clock comes an hour earlier.
    assert_eq!(mondays("2026-03-23T08:00:00Z", "2026-03-30T06:59:59Z"), None);
    assert_eq!(mondays("2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"), some("30T07:00Z"));
    assert_eq!(mondays("2026-10-19T07:00:00Z", "2026-10-26T07:30:00Z"), None);
    assert_eq!(mondays("2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z"), some("26T08:00Z"));
    // After weeks away: the latest alone.
    assert_eq!(mondays("2026-03-02T08:00:00Z", "2026-03-25T12:00:00Z"), some("23T08:00Z"));
    assert_eq!(mondays("2026-03-23T08:00:00Z", "2026-03-25T12:00:00Z"), None);
    assert!(latest_due("every monday", chrono_tz::UTC, start(), hours(1)).is_err());
}

#[test]
fn the_hour_that_a_clock_change_takes_or_gives_makes_one_digest() {
    // Half past two is skipped on 29 March and comes twice on 25 October.
    let mut times = Vec::new();
    for (from, until) in [("2026-03-28T12:00:00Z", 24), ("2026-10-24T12:00:00Z", 24)] {
        let begin: DateTime<Utc> = from.parse().unwrap();
        let (mut last, mut count) = (begin, 0);
        for quarter in 0..until * 4 {
            let now = begin + TimeDelta::minutes(15 * quarter);
            if let Some(due) = latest_due("30 2 * * *", chrono_tz::Europe::Prague, last, now).unwrap() {
                assert!(due > last && due <= now);
                last = now;
                count += 1;
            }
        }
        times.push(count);
    }
    assert!(times.iter().all(|count| *count <= 1), "{times:?}");
    assert_eq!(times[1], 1);
}

fn desk() -> Desk {
    Desk::with(ListConfig { digest: Some("0 9 * * MON".into()), ..list() })
}

fn digests(desk: &Desk) -> Vec<String> {
    let all = desk.outbox().into_iter().filter(|entry| entry.kind == Kind::Digest.as_str());
    all.map(|entry| String::from_utf8(entry.raw).unwrap()).collect()
}

#[test]
fn nothing_to_say_nothing_sent() {
    let mut desk = desk();
    assert!(desk.digests(hours(24 * 8)).is_empty());
    assert!(digests(&desk).is_empty());
}

#[test]
fn one_digest_after_a_long_absence() {
    let mut desk = desk();
    desk.take(&[proposal().listed(), ballot().listed()]);
    desk.read_to(hours(24 * 9));
    desk.digests(hours(24 * 30));
    desk.digests(hours(24 * 30) + TimeDelta::minutes(1));
    let sent = digests(&desk);
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("DECIDED") && sent[0].contains("Two mirrors"), "{}", sent[0]);
}

#[test]
fn every_decision_stands_in_one_digest() {
    // It closes at 07:55Z on Monday the 9th; the digest at 08:00Z still waits for the mailbox, so the next one tells.
    let mut desk = desk();
    let monday: DateTime<Utc> = "2026-03-09T08:00:00Z".parse().unwrap();
    desk.take(&[Mail { at: monday - TimeDelta::minutes(5) - TimeDelta::hours(72), ..proposal() }.listed()]);
    desk.read_to(monday);
    assert_eq!(desk.outcome("root"), "waiting");
    desk.digests(monday);
    desk.read_to(monday + TimeDelta::minutes(20));
    assert_eq!(desk.outcome("root"), "passed");
    desk.digests(monday + TimeDelta::minutes(21));
    for week in 1..4 {
        desk.digests(monday + TimeDelta::weeks(week));
    }
    let told = digests(&desk).iter().filter(|raw| raw.contains("DECIDED")).count();
    assert_eq!((told, digests(&desk).len()), (1, 2));
}

#[test]
fn a_digest_queued_late_is_not_told_again() {
    let mut desk = desk();
    desk.take(&[proposal().listed()]);
    let monday: DateTime<Utc> = "2026-03-09T08:00:00Z".parse().unwrap();
    // The engine is away over the close and the digest; it decides at ten and sends the digest after.
    desk.read_to(monday + TimeDelta::hours(2));
    desk.digests(monday + TimeDelta::hours(2) + TimeDelta::minutes(1));
    desk.digests(monday + TimeDelta::weeks(1));
    assert_eq!(digests(&desk).len(), 1);
}
