//! From silence to three votes: while it is open, and anew after it was blocked.

use super::{Case, check, instant, post};
use crate::decision::{Call, ListRules, Mode, Rule, open_raised};
use crate::mail::MessageId;
use crate::mail::{OwnWords, Post};

const LAZY: &str = "raised_to ovirt-substantial\nroster ann bob cy dan\n";

fn lazy(text: &str) {
    check(&format!("{LAZY}{text}"));
}

#[test]
fn any_voter_raises_a_proposal_that_is_open() {
    lazy(
        "10h bob command substantial\n at 9h rule=ovirt-minor closes=72h\n at 11h open rule=ovirt-substantial closes=82h minimum=82h ends=346h why=awaiting-votes missing=3 events=opened,raised whys=followed",
    );
    lazy("10h bob command substantial\n at 83h open closes=346h\n at 347h failed closed=346h why=short");
    // What was said stands.
    lazy(
        "1h bob +1\n 2h cy +1\n 10h bob command substantial\n at 11h tally=2/0/0 missing=1\n 90h dan +1\n at 91h passed closed=90h",
    );
    lazy("1h bob -1 \"no\"\n 10h cy command substantial\n at 11h why=blocked\n at 83h objected closed=82h");
    lazy(
        "1h bob -1\n 10h cy command substantial\n at 11h asked=bob\n 12h cy +1\n 13h dan +1\n 14h ann +1\n at 83h passed closed=82h",
    );
    lazy(
        "70h bob -1\n 71h cy command substantial\n 72h cy +1\n 73h dan +1\n 74h ann +1\n at 144h passed closed=143h",
    );
    // On the last instant, and while an answer is awaited.
    lazy("72h bob command substantial\n at 73h open closes=144h");
    lazy("70h bob objects\n 80h bob command substantial\n at 81h open closes=152h");
    lazy("72h1s bob command substantial\n at 73h passed refused=bob:closed");
    // Once.
    lazy(
        "10h bob command substantial\n 11h cy command substantial\n at 12h closes=82h refused=cy:nothing-stricter",
    );
}

#[test]
fn whose_vote_does_not_bind_raises_nothing() {
    lazy("10h eve command substantial\n at 11h rule=ovirt-minor refused=eve:not-electorate");
    check(
        "raised_to ovirt-substantial\nroster ann:m bob:x\nroles m\n10h bob command substantial\nat 11h rule=ovirt-minor refused=bob:not-electorate",
    );
    check(
        "roster ann bob\n10h bob command substantial\nat 11h rule=ovirt-minor refused=bob:nothing-stricter",
    );
    check(
        "rule ovirt-minor may_raise=no\nraised_to ovirt-substantial\nroster ann bob\n10h bob command substantial\nat 11h rule=ovirt-minor refused=bob:not-allowed",
    );
    lazy(
        "nominee bob@example.org\n10h bob command substantial\nat 11h rule=ovirt-minor refused=bob:not-electorate",
    );
}

#[test]
fn the_raised_rule_is_the_one_that_decides() {
    // Its electorate, its reasons, its calendar, its settling is the list's.
    check(
        "raised_to apache-majority window=24h\nroster ann bob cy dan\n1h dan -1\n10h bob command substantial\n11h bob +1\n12h cy +1\n13h ann +1\nat 14h open minimum=34h asked= tally=3/0/1\n at 35h passed closed=34h",
    );
    check(
        "rule ovirt-minor\nraised_to ovirt-substantial calendar=business\nroster ann bob cy dan\n10h bob command substantial\nat 11h minimum=82h\n at 83h open",
    );
    check(
        "rule ovirt-minor\nraised_to ovirt-substantial calendar=business\nroster ann bob cy dan\n60h bob command substantial\nat 61h minimum=180h",
    );
}

#[test]
fn a_blocked_proposal_can_be_raised_for_a_week() {
    let blocked = "5h bob -1 \"no\"\n";
    lazy(&format!(
        "{blocked}73h cy command substantial\n at 74h objected closed=72h refused= whys=-,followed"
    ));
    lazy(&format!("{blocked}240h cy command substantial\n at 241h objected refused="));
    lazy(&format!("{blocked}240h1s cy command substantial\n at 241h objected refused=cy:closed"));
    lazy(&format!("{blocked}73h eve command substantial\n at 74h objected refused=eve:closed"));
    lazy(&format!(
        "{blocked}73h cy command substantial\n 74h dan command substantial\n at 75h refused=dan:closed"
    ));
    lazy("73h cy command substantial\n at 74h passed refused=cy:closed");
}

fn list() -> ListRules {
    ListRules {
        name: "infra".to_owned(),
        tags: Vec::new(),
        kinds: vec![("minor".to_owned(), Rule::lazy())],
        dialect: super::dialect(),
        mode: Mode::Live,
        zone: chrono_tz::UTC,
    }
}

/// What a post of `who` at an instant, saying `words`, opens of a proposal that stands as the case says at 74h.
fn raised(case: &str, at: &str, who: &str, words: &str) -> Option<Call> {
    let case = Case::parse(case);
    let published = case.decide_as_received(instant("74h"));
    let raise = Post { words: OwnWords::plain(words), ..post("raise", who, instant(at), "") };
    open_raised(&raise, &published, &case.history, &list())
}

#[test]
fn raising_a_blocked_proposal_opens_another() {
    let blocked = format!("{LAZY}5h bob -1 \"no\"");
    let opens = |at: &str, who: &str, words: &str| raised(&blocked, at, who, words).is_some();
    let command = "Proposal: substantial";
    assert!(opens("72h1s", "cy", command));
    assert!(opens("73h", "bob", command));
    assert!(opens("240h", "cy", command));
    assert!(!opens("240h1s", "cy", command));
    assert!(!opens("72h", "cy", command));
    assert!(!opens("73h", "eve", command));
    assert!(!opens("73h", "cy", "Proposal: close"));
    assert!(!opens("73h", "cy", "Please raise it."));
    assert!(raised(LAZY, "73h", "cy", command).is_none());
    assert!(
        raised(&format!("rule ovirt-minor minus=veto\n{LAZY}5h bob -1 \"no\""), "73h", "cy", command)
            .is_none()
    );
    assert!(raised("roster ann bob cy\n5h bob -1 \"no\"", "73h", "cy", command).is_none());
    let amended = format!("{LAZY}1h ann amend \"half\"\n2h bob -1 \"no\"\n");
    let call = raised(&format!("rule ovirt-minor on_amend=keep\n{amended}"), "73h", "cy", command).unwrap();
    assert_eq!((call.rule.name.as_str(), call.kind.as_str()), ("ovirt-substantial", "substantial"));
    assert_eq!((call.root.as_str(), call.opened_at), ("<raise@example.org>", instant("73h")));
    assert_eq!(call.subject, "[PROPOSAL] Move the mirrors");
    let from = call.raised_from.clone().unwrap();
    assert_eq!((from.number, from.root), (1, MessageId::parse("root@example.org").unwrap()));
    assert_eq!(from.text_in, MessageId::parse("1@example.org").unwrap());
    assert_eq!(call.text_sha256.len(), 64);
}

#[test]
fn what_was_said_before_is_no_part_of_a_raised_proposal() {
    let mut case = Case::parse(
        "rule ovirt-substantial\nraised_from\nroster ann bob cy dan\n1h bob +1\n20h bob +1\n21h cy +1\n22h dan +1",
    );
    case.call.opened_at = instant("10h");
    let early = case.decide(instant("20h"));
    let closed = case.decide(instant("83h"));
    assert_eq!(early.posts.len(), 3);
    assert_eq!(early.minimum_ends_at, instant("82h"));
    assert_eq!(closed.state.closed_at(), Some(instant("82h")));
    assert_eq!(closed.tally.binding.plus, 3);
    assert_eq!(closed.revisions[0].post, MessageId::parse("blocked@example.org").unwrap());
}
