//! What holds of every thread.

use super::{Case, check, instant, start};
use crate::ballot::Reading;
use crate::decision::{Decision, PostWhy, Rule, State};
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
        "command amend",
        "amend \"half\"",
        "amend \"most\"",
        "command extend 24h",
        "command extend 2 business days",
        "command close",
        "command close",
        "command substantial",
        "command status",
        "settled",
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

/// Every parameter, with values that are not every rule's.
const PARAMETERS: [(&str, &[&str]); 30] = [
    ("min_plus", &["1", "2", "4"]),
    ("majority", &["true", "false"]),
    ("share", &["1/3 of roster", "more than 1/2 of roster", "2/3 of votes cast", "all of votes cast"]),
    ("quorum", &["1/2 of roster", "all of roster"]),
    ("proposer_counts", &["false"]),
    ("binding_at", &["vote"]),
    ("minus", &["veto", "block", "count"]),
    ("reason_required", &["true", "false"]),
    ("who_may_object", &["roster", "anyone"]),
    ("veto_holder", &["board"]),
    ("veto_override", &["more than 1/2 of roster", "2/3 of votes cast"]),
    ("chair", &["board"]),
    ("tie", &["chair", "chair"]),
    ("calendar", &["business"]),
    ("window", &["0h", "24h", "5d"]),
    ("max_window", &["48h", "10d"]),
    ("close", &["when-decided", "when-decided"]),
    ("linger", &["5h", "48h"]),
    ("on_amend", &["keep"]),
    ("settle", &["0m", "3h"]),
    ("reason_grace", &["0h", "6h", "50h"]),
    ("held_grace", &["0h", "6h", "50h"]),
    ("strangers_propose", &["true"]),
    ("withdraw", &["false"]),
    ("amendments", &["0", "1"]),
    ("extensions", &["0", "3"]),
    ("close_by_hand", &["false"]),
    ("raise", &["false"]),
    ("nominee_votes", &["true"]),
    ("min_wait", &["0h", "30h"]),
];

/// What only counted votes have.
const OF_VOTES: [&str; 7] = ["min_plus", "majority", "share", "tie", "close", "linger", "min_wait"];

/// A rule, with any of the parameters in place of its own.
fn rule() -> impl Strategy<Value = String> {
    let profiles = [
        "ovirt-minor",
        "hackalot-admission",
        "ovirt-substantial",
        "apache-consensus",
        "simple-majority",
        "openstack-tc",
        "gdal-psc",
    ];
    let chosen = prop::collection::vec(0usize..12, PARAMETERS.len());
    (prop::sample::select(profiles.to_vec()), chosen).prop_map(|(profile, chosen)| {
        let silence = matches!(profile, "ovirt-minor" | "hackalot-admission");
        let values =
            PARAMETERS.iter().zip(chosen).filter(|((key, _), _)| !silence || !OF_VOTES.contains(key));
        let values =
            values.filter_map(|((key, values), at)| values.get(at).map(|value| format!(", {key} = {value}")));
        format!("{profile}{}", values.collect::<String>())
    })
}

fn rules() -> impl Strategy<Value = String> {
    let raised = prop::option::of(rule());
    let electorate = prop::sample::select(vec![
        "roster ann bob=bob@example.org,bob@example.test cy dan fay",
        "roster ann:m bob:m+board cy:m@..80h dan:m@90h.. fay:x+board@50h..\nwith electorate = roles m",
        "roster ann bob cy\nroster@85h ann bob cy dan fay eve",
        "roster ann bob cy dan:board fay\nseats one=ann,bob two=cy three=dan,fay\nwith electorate = seats",
        "with electorate = everyone",
        "with electorate = claimed",
    ]);
    let proposer = prop::sample::select(vec!["by ann", "by eve"]);
    let told = prop::sample::select(vec!["", "told 5h\n", "told 30h\n", "nominee cy@example.org\n"]);
    (rule(), raised, electorate, proposer, told).prop_map(|(rule, raised, who, by, told)| {
        let raised = raised.map(|rule| format!("raised-to {rule}\n")).unwrap_or_default();
        format!("rule {rule}\n{raised}{who}\n{by}\n{told}")
    })
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

    /// None stays open past its last instant and the waits after it.
    #[test]
    fn every_proposal_ends(case in case()) {
        let told = told(&case);
        let rules: Vec<&Rule> =
            std::iter::once(&told.call.rule).chain(told.call.raised_to.as_deref().map(|raised| &raised.1)).collect();
        let decision = told.decide(start() + TimeDelta::days(400));
        let closed = decision.state.closed_at();
        let grace = rules.iter().map(|rule| rule.reason_grace.max(rule.held_grace).delta()).max().unwrap();
        prop_assert!(closed.is_some_and(|closed| closed <= decision.ends_at + grace), "{closed:?} {:?}", decision.ends_at);
        prop_assert!(decision.minimum_ends_at <= decision.ends_at);
        // Every window is begun anew by an amendment, by the notice, or by who raises it, and extended as often as it may be; free days
        // come in between.
        let longest = |rule: &&Rule| {
            let extended = rule.window.delta() * i32::try_from(rule.permissions.extensions).unwrap();
            (rule.max_window.max(rule.window).delta() + extended) * 7 / 5 + rule.linger.delta() + TimeDelta::days(4)
        };
        let longest = rules.iter().map(longest).max().unwrap();
        prop_assert!(decision.ends_at <= start() + TimeDelta::hours(400) + longest + grace, "{:?}", decision.ends_at);
    }

    /// What closes it is never a doubt: whatever may be an objection by somebody who may object keeps silence from passing it.
    #[test]
    fn no_silence_passes_over_a_doubt(case in case(), at in 0i64..900) {
        let decision = told(&case).decide(hours(at));
        if decision.rule.is_silence() && matches!(decision.state, State::Passed { .. }) {
            let blocking = decision.objections.iter().find(|objection| objection.blocks && (objection.vote.is_none() || objection.explained));
            prop_assert_eq!(blocking, None);
        }
    }

    /// Nothing is followed, and nothing refused, that is not said; each command once.
    #[test]
    fn every_command_is_followed_or_refused(case in case()) {
        let decision = told(&case).decide(instant("900h"));
        let commands = decision.posts.iter().filter(|post| matches!(post.reading, Reading::Command { .. }));
        for post in commands {
            let refused = decision.refused.iter().filter(|refused| refused.post == post.message_id).count();
            let followed = matches!(post.why, Some(PostWhy::Followed | PostWhy::Cancels));
            prop_assert_eq!(refused, usize::from(!followed), "{:?}", post.why);
        }
    }

    /// One more abstention never makes a proposal fail that would have passed, where no share of the votes is asked for and when it closes
    /// does not depend on who has voted, nor the outcome on what a chair says.
    #[test]
    fn an_abstention_never_hurts(case in case(), hour in 0u32..400) {
        prop_assume!(!["votes cast", "when-decided", "min_wait", "tie"].iter().any(|word| case.0.contains(word)));
        let end = instant("2000h");
        // Somebody who has said nothing else.
        let known = case.0.replace("roster ann ", "roster gil ann ").replace("roster ann:m", "roster gil:m ann:m").replace("@85h ann", "@85h gil ann");
        let without = told(&(known.clone(), case.1.clone())).decide(end);
        let mut posts = case.1;
        posts.push(format!("{hour}h gil 0"));
        let with = told(&(known, posts)).decide(end);
        prop_assert!(in_favour(&with.state) >= in_favour(&without.state), "{:?} then {:?}", without.state, with.state);
    }

    /// One more explained -1 of a member never makes a proposal pass that would not have. A -1 can make a quorum, and one that blocks keeps
    /// a proposal open that would be given up before its time.
    #[test]
    fn an_explained_minus_never_helps(case in case(), hour in 0u32..400, who in prop::sample::select(vec!["bob", "cy", "ann"])) {
        prop_assume!(!["quorum", "when-decided", "min_wait"].iter().any(|word| case.0.contains(word)));
        let end = instant("2000h");
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
