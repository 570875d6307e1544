//! What holds of every thread.

use super::{Case, check, instant, start};
use crate::decision::{Decision, State};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

fn utterance() -> impl Strategy<Value = String> {
    let said = prop::sample::select(vec![
        "+1",
        "+1",
        "+1",
        "0",
        "-1",
        "-1 \"because\"",
        "withdraw",
        "objects",
        "held +1 -1",
        "held +1",
        "condition +1",
        "lgtm",
        "unsure",
        "says \"hm\"",
        "silent",
        "cancel",
        "result \"passed\"",
        "command withdraw",
        "direct",
        "vacation",
        "+1 non-binding",
        "-1 binding",
    ]);
    let who = prop::sample::select(vec![
        "ann",
        "bob",
        "cy",
        "dan",
        "fay",
        "eve",
        "zoe",
        "who?",
        "bob@example.test",
    ]);
    (0u32..400, who, said).prop_map(|(hours, who, said)| format!("{hours}h {who} {said}"))
}

fn rules() -> impl Strategy<Value = String> {
    let rule = prop::sample::select(vec![
        "ovirt-minor",
        "ovirt-minor minus=veto",
        "ovirt-substantial",
        "apache-consensus",
        "apache-majority",
        "simple-majority",
        "simple-majority reason_required=yes",
        "ovirt-substantial proposer_counts=no",
    ]);
    let electorate = prop::sample::select(vec![
        "roster ann bob=bob@example.org,bob@example.test cy dan fay",
        "roster ann:m bob:m cy:m@..80h dan:m@90h.. fay:x\nroles m",
        "roster ann bob cy\nroster@85h ann bob cy dan fay eve",
        "electorate everyone",
        "electorate claimed",
    ]);
    let proposer = prop::sample::select(vec!["by ann", "by eve"]);
    (rule, electorate, proposer).prop_map(|(rule, who, by)| format!("rule {rule}\n{who}\n{by}\n"))
}

fn case() -> impl Strategy<Value = (String, Vec<String>)> {
    (rules(), prop::collection::vec(utterance(), 0..14))
}

fn told((rules, posts): &(String, Vec<String>)) -> Case {
    Case::parse(&format!("{rules}{}", posts.join("\n")))
}

fn hours(hours: i64) -> DateTime<Utc> {
    start() + TimeDelta::hours(hours)
}

/// What ends the proposal, and on whose words, without the instant up to which was read.
fn bytes(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap()
}

fn in_favour(state: &State) -> u8 {
    u8::from(matches!(state, State::Passed { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_changes_nothing(case in case(), at in 0i64..500, seed in any::<u64>()) {
        let told = told(&case);
        let first = bytes(&told.decide(hours(at)));
        let mut shuffled = Case::parse(&format!("{}{}", case.0, case.1.join("\n")));
        let length = shuffled.posts.len();
        let mut state = seed | 1;
        for index in (1..length).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.posts.swap(index, usize::try_from(state >> 33).unwrap() % (index + 1));
        }
        prop_assert_eq!(first, bytes(&shuffled.decide(hours(at))));
    }

    #[test]
    fn the_same_thread_gives_the_same_bytes(case in case(), at in 0i64..500) {
        prop_assert_eq!(bytes(&told(&case).decide(hours(at))), bytes(&told(&case).decide(hours(at))));
    }

    #[test]
    fn nothing_is_decided_later_than_what_was_read(case in case(), at in 0i64..500) {
        let told = told(&case);
        let decision = told.decide(hours(at));
        if let Some(closed) = decision.state.closed_at() {
            prop_assert!(closed + told.call.rule.settle.delta() <= hours(at));
            prop_assert_eq!(decision.next_due, None);
        } else {
            prop_assert!(decision.next_due.is_some_and(|due| due > hours(at)), "{:?}", decision.next_due);
        }
    }

    /// A decision made is the decision that is made again later, whatever is received after its close.
    #[test]
    fn a_close_is_final(case in case(), at in 0i64..500, later in 0i64..500) {
        let told = told(&case);
        let before = told.decide(hours(at));
        if let Some(closed) = before.state.closed_at() {
            let mut known = Case::parse(&format!("{}{}", case.0, case.1.join("\n")));
            known.posts.retain(|(post, _)| post.received.at <= closed);
            let after = known.decide(hours(at + later));
            prop_assert_eq!(&before.state, &after.state);
            prop_assert_eq!(&before.why, &after.why);
            prop_assert_eq!(before.tally, after.tally);
        }
    }

    /// Nothing changes between now and `next_due` by time alone.
    #[test]
    fn time_alone_changes_nothing_before_it_is_due(case in case(), at in 0i64..450, minutes in 0i64..6000) {
        let told = told(&case);
        let decision = told.decide(hours(at));
        let later = hours(at) + TimeDelta::minutes(minutes);
        if decision.next_due.is_none_or(|due| later < due) {
            let again = told.decide(later);
            prop_assert_eq!(Decision { read_through: later, ..decision }, again);
        }
    }

    #[test]
    fn every_proposal_ends(case in case()) {
        let told = told(&case);
        let rule = &told.call.rule;
        // A stranger's proposal may open as late as the last instant, and then has its windows before it.
        let longest = rule.max_window.delta() * 2 + rule.held_grace.delta() + rule.settle.delta();
        let decision = told.decide(start() + longest);
        prop_assert!(decision.state.closed_at().is_some(), "{:?}", decision.state);
        if case.0.contains("by ann") {
            let longest = rule.max_window.delta() + rule.held_grace.delta() + rule.settle.delta();
            prop_assert!(told.decide(start() + longest).state.closed_at().is_some());
        }
    }

    /// One more explained -1 of a member never makes a proposal pass that would not have.
    #[test]
    fn an_explained_minus_never_helps(case in case(), hour in 0u32..400, who in prop::sample::select(vec!["bob", "cy", "ann"])) {
        let end = instant("900h");
        let before = told(&case).decide(end);
        let mut more = case.clone();
        more.1.push(format!("{hour}h {who} -1 \"because\""));
        let after = told(&more).decide(end);
        prop_assert!(in_favour(&after.state) <= in_favour(&before.state), "{:?} then {:?}", before.state, after.state);
    }
}

#[test]
fn a_case_reads_as_it_is_written() {
    check("roster ann\n at 0h open");
}
