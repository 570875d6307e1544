//! A blocked proposal is raised: its thread goes on as another proposal's.

use super::*;
use crate::source::archive::{Archive, Limits};
use crate::worker::verify::{Means, verify};

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
    desk.take(&[proposal().listed()]);
    desk.now = hours(300);
    desk.take(&[
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

/// What the list's archive has of these mails.
fn archived(mails: &[Mail]) -> String {
    let in_mbox = |mail: &Mail| {
        let written = String::from_utf8(mail.written()).unwrap().replace("\r\n", "\n");
        let from_line = mail.at.format("%a %b %e %H:%M:%S %Y");
        format!("From {}@example.org {from_line}\nList-Id: <infra.lists.example.org>\n{written}\n", mail.from)
    };
    mails.iter().map(in_mbox).collect()
}

/// Lets the mails be decided, and checks the record of one against the archive of all.
fn verified(mails: &[Mail], root: &str, until: i64) -> (String, Vec<String>) {
    let mut desk = Desk::set();
    for mail in mails {
        desk.read_to(mail.at);
        desk.take(&[mail.listed()]);
    }
    desk.read_to(hours(until));
    let roster = list().roster.unwrap();
    let record = crate::record::record(&desk.decision(root), Some(&roster), true);
    let published = crate::record::Published::read(record.to_json().as_bytes()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.mbox");
    std::fs::write(&path, archived(mails)).unwrap();
    let archive = Archive::open(&[path], Limits::default()).unwrap();
    let means = Means { roster: Some(roster), ..Means::default() };
    let verified = verify(&archive, &published, means, hours(1000), || {}).unwrap();
    let found = verified.discrepancies.into_iter().map(|found| format!("{}: {}", found.code, found.why));
    (record.outcome.to_owned(), found.collect())
}

#[test]
fn a_raised_result_is_recomputed_from_the_archive() {
    let told = |mails: &[Mail], root, until, outcome: &str| {
        assert_eq!(verified(mails, root, until), (outcome.to_owned(), Vec::new()), "{root} of {mails:#?}");
    };
    let open = [
        proposal(),
        re("early", "dan", 2, "+1"),
        re("raise", "bob", 10, "Proposal: substantial"),
        re("p1", "cy", 20, "+1"),
        re("p2", "bob", 30, "+1"),
    ];
    told(&open, "root", 90, "passed");
    let after = [
        proposal(),
        re("m", "bob", 5, "-1: it costs too much."),
        re("raise", "cy", 80, "Proposal: substantial"),
        re("p1", "ann", 81, "+1"),
        mail("p2", "cy", hours(82), RE, "+1").to("raise"),
        re("p3", "dan", 83, "+1"),
    ];
    told(&after, "raise", 160, "passed");
    told(&after[..2], "root", 80, "objected");
    let mut amended = after.to_vec();
    amended.insert(1, re("amend", "ann", 2, "Proposal: amend\n\nWe run one mirror. Let us run three."));
    amended[3].at = hours(90);
    (4..7).for_each(|at| amended[at].at = hours(91 + i64::try_from(at).unwrap()));
    told(&amended, "raise", 170, "passed");
    // 23:30 UTC is the next day in the list's zone, where a Friday is over then.
    let mut extended = [proposal(), re("longer", "ann", 40, "Proposal: extend 1 business day")];
    extended[0].at = hours(38) + TimeDelta::minutes(30);
    told(&extended, "root", 300, "passed");
    let refused = [proposal(), re("x", "mallory", 3, "Proposal: substantial")];
    told(&refused, "root", 80, "passed");
}
