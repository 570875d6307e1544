//! In whatever order and in whatever lots mail comes, the same is decided and said.

use super::*;
use proptest::prelude::*;

fn month() -> Vec<Incoming> {
    let re = |id, who, hour, words: &str| mail(id, who, hours(hour), "Re: [PROPOSAL] Two mirrors", words);
    vec![
        proposal().listed(),
        re("q", "bob", 1, "What would it cost?").to("root").listed(),
        re("plus", "cy", 2, "+1, long overdue").to("q").listed(),
        mail("vote", "ann", hours(3), "[VOTE] Two mirrors", "Let us vote then.").to("plus").listed(),
        mail("v1", "bob", hours(4), "Re: [VOTE] Two mirrors", "+1").to("vote").listed(),
        mail("v2", "cy", hours(5), "Re: [VOTE] Two mirrors", "-1: no money").to("vote").listed(),
        mail("v3", "cy", hours(6), "Re: [VOTE] Two mirrors", "I withdraw my -1, the money is there.")
            .to("v2")
            .listed(),
        mail("v3", "cy", hours(6), "Re: [VOTE] Two mirrors", "I withdraw my -1, the money is there.")
            .to("v2")
            .direct(),
        mail("loose", "dan", hours(7), "Re: [PROPOSAL] Two mirrors", "+1").listed(),
        mail("again", "dan", hours(6), "[PROPOSAL] Two mirrors", "Did anybody see this?").listed(),
        mail("x", "dan", hours(8), "Lunch", "-1 for the soup").listed(),
        mail("end", "bob", hours(8), "[RESULT] Lunch for two", "The vote on it, <vote@example.org>, passed.")
            .listed(),
    ]
}

/// What came of it, by roots, since numbers follow the order in which roots were found.
fn ended(lots: &[Vec<Incoming>]) -> (Vec<Decision>, Vec<(String, String, String)>) {
    let mut desk = Desk::set();
    desk.now = hours(9);
    for lot in lots {
        desk.take(lot);
    }
    for hour in [9, 73, 75, 80, 400] {
        desk.read_to(hours(hour));
    }
    let mut decisions: Vec<Decision> =
        desk.engine.store().decisions(None).unwrap().into_iter().map(|stored| stored.decision).collect();
    let root_of = |number: u32| {
        let call = desk.engine.store().call("infra", number).unwrap().expect("it opened");
        call.root.as_str().to_owned()
    };
    let mut said: Vec<_> =
        desk.outbox().into_iter().map(|entry| (root_of(entry.number), entry.kind, entry.recipient)).collect();
    said.sort();
    decisions.iter_mut().for_each(|decision| decision.call.number = 0);
    decisions.sort_by(|a, b| a.call.root.cmp(&b.call.root));
    (decisions, said)
}

#[test]
fn a_reply_may_come_before_what_it_replies_to() {
    let mut backwards = month();
    backwards.reverse();
    let lots: Vec<Vec<Incoming>> = backwards.into_iter().map(|mail| vec![mail]).collect();
    let (decisions, said) = ended(&lots);
    let outcomes: Vec<_> = decisions
        .iter()
        .map(|one| (one.call.root.as_str(), one.state.outcome(), one.tally.binding.plus))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("<again@example.org>", "passed", 0),
            ("<root@example.org>", "passed", 1),
            ("<vote@example.org>", "failed", 1)
        ]
    );
    assert_eq!(said.iter().filter(|(_, kind, _)| kind == "opened").count(), 3, "{said:?}");
    assert_eq!(said.iter().filter(|(_, kind, _)| kind == "result").count(), 3, "{said:?}");
}

#[test]
fn one_lot_in_any_order_gets_the_same_numbers() {
    let mut mails = month();
    for _ in 0..mails.len() {
        mails.rotate_left(1);
        let mut desk = Desk::set();
        desk.take(&mails);
        let root =
            |number| desk.engine.store().call("infra", number).unwrap().unwrap().root.as_str().to_owned();
        assert_eq!([1, 2, 3].map(root), ["<root@example.org>", "<vote@example.org>", "<again@example.org>"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_lots_end_the_same(order in Just(month()).prop_shuffle(), lot in 1usize..6) {
        let (expected, said_then) = ended(&[month()]);
        let lots: Vec<Vec<Incoming>> = order.chunks(lot).map(<[Incoming]>::to_vec).collect();
        let (decisions, said) = ended(&lots);
        prop_assert_eq!(decisions, expected);
        // An objection that was taken back later may have been announced, and a question asked, before that was known; all else is the same.
        let lasting = |said: &[(String, String, String)]| -> Vec<(String, String, String)> {
            said.iter().filter(|(_, kind, _)| kind != "objected" && kind != "question").cloned().collect()
        };
        prop_assert_eq!(lasting(&said), lasting(&said_then));
    }
}
