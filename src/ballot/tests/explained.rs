//! What `explain` tells of a post: everything looked at, where, by which rule, and what made the reading.

use super::super::{Dialect, Role, WordMeaning, explain};
use super::own_words;

/// What was looked at, one line each: `line:column token (what) rule`, `=` before what was refused, `+` before what was accepted, `*`
/// before what made the reading.
fn told(mail: &str, role: Role, dialect: &Dialect) -> Vec<String> {
    let line = |it: super::super::Considered| {
        assert_eq!(it.length, it.token.chars().count(), "{it:?}");
        let mark = if it.made_reading {
            '*'
        } else if it.accepted {
            '+'
        } else {
            '='
        };
        format!("{mark} {}:{} {} ({:?}) {}", it.line_number, it.column, it.token, it.what, it.rule)
    };
    explain(&own_words(mail), role, dialect).into_iter().map(line).collect()
}

#[track_caller]
fn check(mail: &str, expect: &[&str]) {
    assert_eq!(told(mail, Role::Reply, &Dialect::default()), expect, "{mail}");
}

#[test]
fn every_token_box_phrase_and_command_is_told_with_its_rule() {
    check(
        "Why -1 on the docs?\n\n[ ] +1\n\n+1 (binding)",
        &[
            "= 1:5 -1 (Vote) question",
            "= 3:1 [ ] (Box) unticked-box",
            "= 3:5 +1 (Vote) unticked-box",
            "* 5:1 +1 (Vote) opening-token",
        ],
    );
    check("[x] +1 approve", &["+ 1:1 [x] (Box) ticked-box", "* 1:5 +1 (Vote) ticked-box"]);
    check("[x] Approve", &["* 1:1 [x] (Box) ticked-words"]);
    check("see [x] in the list", &["= 1:5 [x] (Box) box-alone"]);
    check("[+1] Release it", &["* 1:1 [+1] (Box) ticked-box"]);
    check("LGTM", &["* 1:1 LGTM (Words) support-in-words"]);
    check("Is it LGTM?", &["= 1:7 LGTM (Words) support-not-meant"]);
    check("Grüße, 👍", &["* 1:8 👍 (Thumb) support-in-words"]);
    check("I object.", &["* 1:1 I object (Words) objection-in-words"]);
    check(
        "I withdraw my -1.",
        &["* 1:1 I withdraw my -1 (Words) withdrawn-vote", "= 1:15 -1 (Vote) withdrawn-vote"],
    );
    check("\nProposal: withdraw", &["* 2:1 Proposal: withdraw (Command) command-line"]);
    check("No", &["* 1:1 No (Words) refusal-in-words"]);
}

#[test]
fn contradicting_votes_make_the_reading_together() {
    check(
        "+1 to keep the docs. -1 to drop the wiki.",
        &["* 1:1 +1 (Vote) opening-token", "* 1:22 -1 (Vote) opening-token"],
    );
}

#[test]
fn a_proposal_casts_only_in_the_first_person() {
    let check = |mail: &str, expect: &[&str]| {
        assert_eq!(told(mail, Role::Root, &Dialect::default()), expect, "{mail}");
    };
    check("+1\n\nHere is my +1", &["= 1:1 +1 (Vote) not-first-person", "* 3:12 +1 (Vote) first-person"]);
    check("LGTM. I object", &[]);
}

#[test]
fn words_are_told_as_the_list_takes_them() {
    let dialect = |meaning| Dialect { words: vec![("ship it".to_owned(), meaning)] };
    let acked = Dialect { words: vec![("acked".to_owned(), WordMeaning::Held)] };
    assert_eq!(told("Acked by me", Role::Reply, &acked), ["* 1:1 Acked (Words) support-in-words"]);
    let check = |meaning, expect: &[&str]| {
        assert_eq!(told("Ship it", Role::Reply, &dialect(meaning)), expect);
    };
    check(WordMeaning::Plus, &["* 1:1 Ship it (Words) list-words"]);
    check(WordMeaning::Held, &["* 1:1 Ship it (Words) support-in-words"]);
    check(WordMeaning::Nothing, &["= 1:1 Ship it (Words) support-not-meant"]);
}
