//! A blocked proposal is raised: its thread goes on as another proposal's.

use super::*;

const RE: &str = "Re: [PROPOSAL] Two mirrors";

fn re(id: &'static str, who: &'static str, at: i64, words: &str) -> Mail {
    mail(id, who, hours(at), RE, words).to("root")
}

fn blocked() -> Desk {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed(), re("m", "bob", 5, "-1: it costs too much.").listed()]);
    desk.read_to(hours(73));
    assert_eq!(desk.outcome("root"), "objected");
    desk
}

#[test]
fn a_voter_raises_it_and_its_thread_goes_on() {
    let mut desk = blocked();
    let before = desk.decision("root");
    desk.take(&[re("raise", "cy", 80, "Proposal: substantial").listed()]);
    let raised = desk.decision("raise");
    assert_eq!((raised.call.number, raised.call.kind.as_str()), (2, "substantial"));
    assert_eq!(raised.call.raised_from.as_ref().map(|from| from.number), Some(1));
    assert_eq!(raised.state.outcome(), "open");
    // In the old thread, and below the post that raised it.
    desk.take(&[
        re("p1", "ann", 81, "+1").listed(),
        mail("p2", "cy", hours(82), RE, "+1").to("raise").listed(),
        mail("p3", "dan", hours(83), RE, "+1").to("m").listed(),
    ]);
    assert_eq!(desk.decision("raise").tally.binding.plus, 3);
    desk.read_to(hours(80 + 72 + 1));
    assert_eq!(desk.outcome("raise"), "passed");
    assert_eq!(desk.decision("root"), before, "what was decided stays");
    let said = desk.outbox().into_iter().filter(|entry| entry.kind != "reminder");
    let said = said.map(|entry| (entry.number, entry.kind)).collect::<Vec<_>>();
    let said: Vec<(u32, &str)> = said.iter().map(|(number, kind)| (*number, kind.as_str())).collect();
    assert_eq!(said, [(1, "opened"), (1, "objected"), (1, "result"), (2, "opened"), (2, "result")]);
    assert!(desk.problems().is_empty(), "{:?}", desk.problems());
}

#[test]
fn whoever_asks_again_or_may_not_opens_nothing() {
    let mut desk = blocked();
    desk.take(&[mail("x", "mallory", hours(79), RE, "Proposal: substantial").to("root").listed()]);
    assert_eq!(desk.engine.store().decisions(None).unwrap().len(), 1);
    desk.take(&[re("r1", "cy", 80, "Proposal: substantial").listed()]);
    desk.take(&[re("r2", "dan", 81, "Proposal: substantial").listed()]);
    assert_eq!(desk.engine.store().decisions(None).unwrap().len(), 2);
    // Dan is answered once, by the proposal that goes on.
    let asked: Vec<u32> = desk
        .outbox()
        .into_iter()
        .filter(|entry| entry.recipient == "dan@example.org")
        .map(|entry| entry.number)
        .collect();
    assert_eq!(asked, [2]);
    let mut late = blocked();
    late.take(&[re("r", "cy", 72 + 24 * 7 + 1, "Proposal: substantial").listed()]);
    assert_eq!(late.engine.store().decisions(None).unwrap().len(), 1);
}

#[test]
fn it_is_raised_whenever_the_result_is_found() {
    // The mail comes before the mailbox has been read far enough to tell that the proposal is blocked.
    let mut desk = Desk::set();
    desk.take(&[proposal().listed(), re("m", "bob", 5, "-1: it costs too much.").listed()]);
    desk.read_to(hours(71));
    desk.take(&[re("raise", "cy", 73, "Proposal: substantial").listed()]);
    assert_eq!(desk.engine.store().decisions(None).unwrap().len(), 1);
    desk.read_to(hours(74));
    assert_eq!((desk.outcome("root"), desk.outcome("raise")), ("objected", "open"));
    // A week later, all at once.
    let mut desk = Desk::set();
    desk.now = hours(300);
    desk.take(&[
        proposal().listed(),
        re("m", "bob", 5, "-1: it costs too much.").listed(),
        re("raise", "cy", 80, "Proposal: substantial").listed(),
        re("p1", "ann", 81, "+1").listed(),
        re("p2", "cy", 82, "+1").listed(),
        re("p3", "dan", 83, "+1").listed(),
    ]);
    desk.read_to(hours(300));
    assert_eq!((desk.outcome("root"), desk.outcome("raise")), ("objected", "passed"));
    assert_eq!(desk.decision("raise").state.closed_at(), Some(hours(152)));
}

#[test]
fn a_result_that_a_person_announces_is_the_raised_ones() {
    let mut desk = blocked();
    desk.take(&[re("raise", "cy", 80, "Proposal: substantial").listed()]);
    let end = mail("end", "cy", hours(200), "[RESULT] [PROPOSAL] Two mirrors", "The proposal has passed.");
    desk.take(&[end.to("root").listed()]);
    assert!(desk.decision("raise").human_result.is_some());
    assert!(desk.engine.store().review("infra", 1).unwrap().is_none());
}
