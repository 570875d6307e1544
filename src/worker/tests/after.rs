//! What comes after a result: it stays as it was published, and what would have changed it is said once.

use super::*;
use crate::decision::Why;

const RE: &str = "Re: [PROPOSAL] Two mirrors";

/// The silent proposal passed, and its result is queued.
fn published() -> Desk {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(80));
    assert_eq!(desk.outcome("root"), "passed");
    desk
}

fn texts(desk: &Desk, kind: &str) -> Vec<String> {
    let of_kind = desk.outbox().into_iter().filter(|entry| entry.kind == kind);
    of_kind.map(|entry| String::from_utf8(entry.raw).unwrap()).collect()
}

#[test]
fn mail_that_surfaces_is_corrected_once_a_set_and_the_decision_stays() {
    let mut desk = published();
    let before = desk.decision("root");
    let minus = mail("m1", "bob", hours(71), RE, "-1: it costs too much.").to("root");
    desk.take(&[minus.listed()]);
    assert_eq!(desk.kinds(), ["opened", "result", "correction"]);
    let text = texts(&desk, "correction").remove(0);
    assert!(text.contains("bob") && text.contains("it costs too much"), "{text}");
    // The same mailbox again, and talk that says nothing, correct nothing.
    desk.take(&[
        minus.listed(),
        mail("talk", "cy", hours(70), RE, "What would it cost?").to("root").listed(),
    ]);
    desk.read_to(hours(90));
    assert_eq!(desk.kinds(), ["opened", "result", "correction"]);
    desk.take(&[mail("m2", "cy", hours(60), RE, "+1").to("root").listed()]);
    assert_eq!(desk.kinds(), ["opened", "result", "correction", "correction"]);
    assert_eq!(desk.decision("root"), before);
    let corrected = desk.engine.store().corrected_since(start()).unwrap();
    assert_eq!(corrected.len(), 1);
    assert_eq!(
        (corrected[0].published.state.outcome(), corrected[0].again.state.outcome()),
        ("passed", "objected")
    );
}

#[test]
fn what_changes_nothing_is_corrected_but_nobody_is_called() {
    let mut desk = published();
    desk.take(&[mail("p", "bob", hours(71), RE, "+1").to("root").listed()]);
    assert_eq!(desk.kinds(), ["opened", "result", "correction"]);
    assert!(desk.engine.store().corrected_since(start()).unwrap().is_empty());
}

#[test]
fn the_digest_lists_what_was_corrected_since_the_last() {
    let mut desk = Desk::with(ListConfig { digest: Some("0 9 * * MON".into()), ..list() });
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(80));
    desk.digests(hours(24 * 7));
    desk.now = hours(24 * 8);
    desk.take(&[mail("m", "bob", hours(71), RE, "-1: it costs too much.").to("root").listed()]);
    for (week, told) in [(2, true), (3, false)] {
        let count = texts(&desk, "digest").len();
        desk.digests(hours(24 * 7 * week));
        let digests = texts(&desk, "digest");
        assert_eq!(digests.len() - count, usize::from(told), "{digests:#?}");
        assert!(digests.last().unwrap().contains("objected"), "{digests:#?}");
    }
}

#[test]
fn a_persons_result_after_the_engines_stands_beside_it() {
    let mut desk = published();
    let before = desk.decision("root");
    let announced = |id, at, words: &str| {
        mail(id, "ann", at, "[RESULT] [PROPOSAL] Two mirrors", words).to("root").listed()
    };
    desk.take(&[announced("end", hours(90), "The proposal has passed.")]);
    assert_eq!(desk.kinds(), ["opened", "result"]);
    desk.take(&[announced("end2", hours(91), "I was wrong: the proposal has failed.")]);
    assert_eq!(desk.kinds(), ["opened", "result", "differs"]);
    desk.take(&[announced("end2", hours(91), "I was wrong: the proposal has failed.")]);
    desk.read_to(hours(95));
    assert_eq!(desk.kinds(), ["opened", "result", "differs"]);
    assert_eq!(desk.decision("root"), before);
    let review = desk.engine.store().review("infra", 1).unwrap().unwrap();
    assert_eq!(review.human_result.unwrap().outcome.as_deref(), Some("failed"));
    assert_eq!(review.state, before.state);
    assert!(desk.engine.store().corrected_since(start()).unwrap().is_empty());
}

#[test]
fn a_command_after_the_close_is_refused_once() {
    let mut desk = published();
    let late = mail("late", "ann", hours(90), RE, "Proposal: withdraw").to("root");
    desk.take(&[late.listed()]);
    desk.read_to(hours(91));
    assert_eq!(desk.kinds(), ["opened", "result", "question"]);
    assert!(matches!(desk.decision("root").why, Why::NobodyObjected { .. }));
}

#[test]
fn the_status_is_told_once_a_day_a_thread() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    let asks = |id, who, at| mail(id, who, hours(at), RE, "Proposal: status").to("root").listed();
    for (mails, told) in [(asks("s1", "bob", 1), 1), (asks("s2", "cy", 2), 1), (asks("s3", "cy", 25), 2)] {
        desk.take(&[mails]);
        assert_eq!(texts(&desk, "status").len(), told);
    }
}

#[test]
fn a_trial_period_is_remembered_after_the_close() {
    let mut trial = list();
    trial.rules.kinds[0].1.follow_up = Some(crate::decision::Span::hours(240));
    let mut desk = Desk::with(trial);
    desk.take(&[proposal().listed()]);
    for (at, kinds) in [(100, 2), (311, 2), (312, 3), (400, 3)] {
        desk.read_to(hours(at));
        assert_eq!(desk.kinds().len(), kinds, "{at} h: {:?}", desk.kinds());
    }
    assert_eq!(desk.kinds(), ["opened", "result", "follow-up"]);
    assert!(desk.engine.store().due(hours(10_000)).unwrap().is_empty());
}

#[test]
fn a_result_quotes_the_reason_wherever_it_stands() {
    for (minus, reason, expect) in [
        ("-1\n\nIt costs too much.", None, "It costs too much."),
        ("-1", Some("Hi all,\n\nwe have no disk\nfor it."), "we have no disk for it."),
        ("-1: it costs too much.", Some("And we have no disk for it."), "-1: it costs too much."),
    ] {
        let mut desk = Desk::set();
        let reason = reason.map(|words| mail("why", "bob", hours(20), RE, words).to("root").listed());
        desk.take(&[proposal().listed(), mail("m", "bob", hours(10), RE, minus).to("root").listed()]);
        desk.take(&Vec::from_iter(reason));
        desk.read_to(hours(80));
        match desk.decision("root").why {
            Why::Objection { line, .. } => assert_eq!(line, expect),
            why => panic!("{minus}: {why:?}"),
        }
    }
}
