//! Hostile and odd mails.

use super::super::{Dialect, Role, explain, read};
use super::{own_words, short};
use crate::clock::Stopwatch;
use proptest::prelude::*;
use std::time::Duration;

/// Mails that make a careless reader slow, at about `size` bytes.
fn hostile(size: usize) -> Vec<(&'static str, String)> {
    let repeat = |unit: &str| unit.repeat(size / unit.len());
    vec![
        ("one line of votes", repeat("+1 ")),
        ("lines of votes", repeat("+1\n")),
        ("lines of legend", repeat("+1: x\n-1: y\n")),
        ("one sentence of adverbs", repeat("I am very ")),
        ("opening adverbs", repeat("still ")),
        ("conditions", repeat("+1 if ")),
        ("changes", repeat("changing my vote from ")),
        ("boxes", repeat("[ ] +1 ")),
        ("brackets", repeat("((((")),
        ("inline votes", repeat("> q\n+1\n")),
        ("signs", repeat("+-")),
        ("names", repeat("+1 to Ann Bob Carl ")),
        ("objections", repeat("I don't think we very really ")),
        ("others' objections", repeat("Bob thinks it is a bad idea ")),
        ("conceded objections", format!("{}I won't block it", repeat("I don't like it. "))),
        ("objections taken back", repeat("I no longer object. I object. ")),
        ("moods of a change", repeat("I might, unless I refuse, before changing my vote to -1, ")),
        ("a change that never ends", repeat("whether I would not change my vote ")),
        ("roll calls", repeat("Ann Example .... +1\n")),
        ("names beside votes", repeat("Ann: +1\nBob: -1\n")),
        ("values and their meanings", repeat("+1 yes, 0 whatever, -1 no\n")),
        ("subjects of verbs", repeat("-1 for the timeout of the call of the test of ")),
        ("errors", repeat("-1 EINVAL returns -1 ")),
        ("passed on", repeat("Ann wrote:\n+1\n")),
        ("passed on, never said", repeat("From the bylaws: as Ann put it: he wrote: ")),
        ("chat logs", repeat("<ann> +1\n[10:00] <bob> I object\n")),
    ]
}

#[test]
fn reading_is_linear() {
    let time = |mail: &str| {
        let words = own_words(mail);
        (0..7)
            .map(|_| {
                let watch = Stopwatch::start();
                read(&words, Role::Reply, &Dialect::default());
                watch.elapsed()
            })
            .min()
            .unwrap_or_default()
    };
    for ((name, small), (_, large)) in hostile(10_000).into_iter().zip(hostile(40_000)) {
        let (small, large) = (time(&small), time(&large));
        let bound = small * 12 + Duration::from_millis(40);
        assert!(large < bound, "{name}: {small:?} for 10 kB, {large:?} for 40 kB");
    }
}

#[test]
fn what_is_beyond_the_limit_is_not_read() {
    let far = format!("{}\n+1", "word word word word word\n".repeat(20_000));
    assert_eq!(short(&read(&own_words(&far), Role::Reply, &Dialect::default())), "nothing");
    let near = format!("+1\n{}", "word ".repeat(4_000_000));
    assert_eq!(short(&read(&own_words(&near), Role::Reply, &Dialect::default())), "+1");
}

proptest! {
    #[test]
    fn any_text_is_read(mail in "\\PC{0,200}") {
        let words = own_words(&mail);
        read(&words, Role::Reply, &Dialect::default());
        explain(&words, Role::Root, &Dialect::default());
    }

    #[test]
    fn any_run_of_vote_like_pieces_is_read(pieces in proptest::collection::vec(
        prop::sample::select(vec!["+1", "-1", "0", " ", "\n", "\n\n", "[", "]", "x", "(", ")", "binding", "I'm", "my", "vote", "from", "to",
            "if", ":", ",", ".", "?", "!", "→", "👍", "é", "同", "'", "-", "+", "=", "> q\n", "not", "Ann", "*"]), 0..40)) {
        let mail = pieces.concat();
        let words = own_words(&mail);
        read(&words, Role::Reply, &Dialect::default());
        explain(&words, Role::Reply, &Dialect::default());
    }

    #[test]
    fn an_explained_token_is_where_it_says(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
        let mail = format!("{before}\n\n+1 (binding)\n\n{after}");
        let found = explain(&own_words(&mail), Role::Reply, &Dialect::default());
        prop_assert!(found.iter().any(|it| it.line_number == 3 && it.accepted));
    }
}
