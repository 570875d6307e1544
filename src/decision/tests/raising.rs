//! From silence to three votes: while it is open, and anew after it was blocked.

use super::{Case, instant, post};
use crate::decision::{Call, ListRules, Mode, Rule, open_raised};
use crate::mail::MessageId;
use crate::mail::{OwnWords, Post};

const LAZY: &str = "raised-to ovirt-substantial\nroster ann bob cy dan\n";

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
        raised(&format!("rule ovirt-minor, minus = veto\n{LAZY}5h bob -1 \"no\""), "73h", "cy", command)
            .is_none()
    );
    assert!(raised("roster ann bob cy\n5h bob -1 \"no\"", "73h", "cy", command).is_none());
    let amended = format!("{LAZY}1h ann amend \"half\"\n2h bob -1 \"no\"\n");
    let call =
        raised(&format!("rule ovirt-minor, on_amend = keep\n{amended}"), "73h", "cy", command).unwrap();
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
        "rule ovirt-substantial\nraised-from\nroster ann bob cy dan\n1h bob +1\n20h bob +1\n21h cy +1\n22h dan +1",
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
