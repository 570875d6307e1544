//! Time: what a proposal waits for, and what is left to say after the engine was away.

use super::*;
use crate::store::OutboxState;

fn state_of(desk: &Desk, kind: &str) -> Vec<OutboxState> {
    desk.outbox().into_iter().filter(|entry| entry.kind == kind).map(|entry| entry.state).collect()
}

/// The engine's own notice, as the list hands it on at an instant.
fn back(desk: &mut Desk, kind: &str, at: i64) {
    let entry = desk.outbox().into_iter().find(|entry| entry.kind == kind).expect(kind);
    desk.take(&[from_list(&entry.raw, hours(at))]);
}

#[test]
fn a_silence_begins_when_the_list_is_told_of_it() {
    for (told, closes) in [(1, 72), (12, 72), (13, 85)] {
        let mut desk = Desk::set();
        desk.take(&[proposal().listed()]);
        back(&mut desk, "opened", told);
        let decision = desk.decision("root");
        assert_eq!(decision.closes_at, hours(closes), "told after {told} h");
        desk.read_to(hours(closes + 1));
        assert_eq!(desk.decision("root").state.closed_at(), Some(hours(closes)));
        // What surfaces later is judged by the same window.
        desk.take(&[mail("m", "bob", hours(closes - 1), "Re: x", "-1: no.").to("root").listed()]);
        assert!(desk.kinds().contains(&"correction".to_owned()));
    }
}

#[test]
fn a_copy_that_comes_past_the_list_tells_nobody() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let raw = desk.outbox()[0].raw.clone();
    desk.take(&[arrived(raw, hours(20))]);
    assert_eq!(desk.decision("root").closes_at, hours(72));
}

#[test]
fn two_weeks_away() {
    let vote = |id, at, subject: &str| mail(id, "ann", hours(at), subject, "Please look.").listed();
    let mut desk = Desk::set();
    desk.take(&[vote("a", 0, "[VOTE] Alpha")]);
    desk.read_to(hours(1));
    let end = 24 * 15;
    // Down from then on. The last of them closes first: its proposer takes it back.
    desk.now = hours(end);
    desk.take(&[
        vote("b", 10, "[PROPOSAL] Beta"),
        vote("c", 20, "[PROPOSAL] Gamma"),
        mail("gone", "ann", hours(30), "Re: [PROPOSAL] Gamma", "Proposal: withdraw").to("c").listed(),
        mail("p1", "bob", hours(40), "Re: [VOTE] Alpha", "+1").to("a").listed(),
        mail("p2", "cy", hours(41), "Re: [VOTE] Alpha", "+1").to("a").listed(),
        mail("q", "dan", hours(50), "Re: [PROPOSAL] Beta", "Proposal: status").to("b").listed(),
    ]);
    desk.read_to(hours(end));
    let closes: Vec<_> = ["c", "a", "b"].map(|root| desk.decision(root).state.closed_at()).into();
    assert_eq!(closes, [Some(hours(30)), Some(hours(14 * 24)), None]);
    let results: Vec<String> = desk
        .outbox()
        .into_iter()
        .filter(|entry| ["result", "withdrawn"].contains(&entry.kind.as_str()))
        .map(|entry| entry.number.to_string() + " " + &entry.kind)
        .collect();
    assert_eq!(results, ["3 withdrawn", "1 result"]);
    // Nothing else is left to say but that silence begins now: nobody was told of it before.
    let left: Vec<(u32, String)> = desk
        .engine
        .store()
        .sendable(hours(end))
        .unwrap()
        .into_iter()
        .map(|entry| (entry.number, entry.kind))
        .collect();
    let left: Vec<(u32, &str)> = left.iter().map(|(number, kind)| (*number, kind.as_str())).collect();
    assert_eq!(left, [(2, "opened"), (3, "withdrawn"), (1, "result")]);
    for kind in ["reminder", "status"] {
        let states = state_of(&desk, kind);
        assert!(states.iter().all(|state| *state == OutboxState::Dropped), "{kind}: {states:?}");
    }
    assert_eq!(state_of(&desk, "reminder").len(), 2, "{:?}", desk.kinds());
    assert_eq!(desk.decision("b").closes_at, hours(end + 72));
    desk.read_to(hours(end + 73));
    assert_eq!(desk.decision("b").state.closed_at(), Some(hours(end + 72)));
}

#[test]
fn silence_of_which_nobody_could_be_told_is_no_consent() {
    // The server takes no mail for a week.
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let opened = desk.outbox()[0].id;
    for day in 0..7 {
        let at = hours(24 * day + 1);
        let store = desk.engine.store_mut();
        assert!(store.begin_send(opened, at, at).unwrap());
        store.try_again(opened, at, false, "450 come back later").unwrap();
        desk.read_to(hours(24 * (day + 1)));
        assert_eq!(desk.outcome("root"), "open", "day {day}");
    }
    let end = 24 * 7;
    let store = desk.engine.store_mut();
    assert!(store.begin_send(opened, hours(end), hours(end)).unwrap());
    store.sent(opened, hours(end)).unwrap();
    // The list hands it on a day later.
    back(&mut desk, "opened", end + 24);
    assert_eq!(desk.decision("root").closes_at, hours(end + 96));
    desk.read_to(hours(end + 97));
    assert_eq!(desk.decision("root").state.closed_at(), Some(hours(end + 96)));
}

#[test]
fn what_is_not_mailed_is_decided_as_if_it_had_been() {
    let mut list = list();
    list.rules.mode = Mode::Shadow;
    let mut desk = Desk::with(list);
    desk.now = hours(200);
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(200));
    assert_eq!(desk.decision("root").state.closed_at(), Some(hours(72)));
}

#[test]
fn a_reminder_comes_by_time_alone() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed()]);
    for (at, reminders) in [(47, 0), (48, 1), (60, 1), (14 * 24 - 25, 1), (14 * 24 - 24, 2)] {
        desk.read_to(hours(at));
        assert_eq!(state_of(&desk, "reminder").len(), reminders, "{at} h");
    }
    // Late by less than a day it is of use.
    let mut desk = Desk::set();
    desk.take(&[ballot().listed()]);
    desk.read_to(hours(60));
    assert_eq!(state_of(&desk, "reminder"), [OutboxState::Queued]);
}
