//! What the pseudo-headers of a root make of its proposal.

use super::{instant, post};
use crate::decision::{
    Approval, Calendar, Call, Decision, Electorate, Horizon, ListRules, Mode, Refusal, RosterHistory, Rule,
    Span, WorkingDays, decide, open,
};
use crate::mail::{OwnWords, Subject};

fn kinds() -> Vec<(String, Rule)> {
    let kind = |kind: &str, rule: &str| (kind.to_owned(), Rule::profile(rule).unwrap());
    vec![
        kind("minor", "ovirt-minor"),
        kind("majority", "simple-majority"),
        kind("substantial", "ovirt-substantial"),
    ]
}

fn list(kinds: Vec<(String, Rule)>) -> ListRules {
    let tag = |tag: &str, kind: &str| (tag.to_owned(), kind.to_owned());
    ListRules {
        name: "infra".to_owned(),
        tags: vec![tag("PROPOSAL", "minor"), tag("POLL", "majority"), tag("VOTE", "substantial")],
        kinds,
        dialect: super::dialect(),
        mode: Mode::Live,
        zone: chrono_tz::Europe::Prague,
    }
}

fn opened(tag: &str, words: &str, list: &ListRules) -> Call {
    let mut root = post("root", "ann", instant("0h"), words);
    root.words = OwnWords::plain(words);
    root.subject = Subject { tags: vec![tag.to_owned()], base: "Move it".to_owned(), ..Subject::default() };
    open(&root, None, list).unwrap()
}

/// The faults of a proposal, in the record's words.
fn faults(call: &Call) -> String {
    let fault = |value: serde_json::Value| value["why"]["fault"].as_str().unwrap().to_owned();
    let faults = call.unfollowed.iter().map(|one| fault(serde_json::to_value(one).unwrap()));
    faults.collect::<Vec<_>>().join(",")
}

#[test]
fn a_kind_is_raised_and_never_lowered() {
    let check = |tag: &str, words: &str, kind: &str, fault: &str| {
        let call = opened(tag, words, &list(kinds()));
        assert_eq!((call.kind.as_str(), faults(&call).as_str()), (kind, fault), "[{tag}] {words}");
    };
    check("PROPOSAL", "Kind: substantial", "substantial", "");
    check("PROPOSAL", "kind: SUBSTANTIAL\nLet us.", "substantial", "");
    check("PROPOSAL", "Hello,\n\nKind: majority", "majority", "");
    check("PROPOSAL", "Kind: minor", "minor", "");
    check("PROPOSAL", "Kind: huge", "minor", "kind");
    check("PROPOSAL", "Kind:", "minor", "kind");
    check("POLL", "Kind: substantial", "substantial", "");
    check("VOTE", "Kind: majority", "substantial", "kind");
    check("VOTE", "Kind: minor", "substantial", "kind");
    check("PROPOSAL", "Kind: majority\nKind: substantial", "substantial", "");
    check("PROPOSAL", "Kind: substantial\nKind: minor", "substantial", "kind");
    check("PROPOSAL", "Let us.\n\nKind: substantial", "minor", "");
}

#[test]
fn what_it_can_be_raised_to_is_the_lists() {
    let check = |tag: &str, words: &str, kinds: Vec<(String, Rule)>, expect: Option<&str>| {
        let call = opened(tag, words, &list(kinds));
        assert_eq!(call.raised_to.map(|raised| raised.0).as_deref(), expect, "[{tag}] {words}");
    };
    check("PROPOSAL", "", kinds(), Some("substantial"));
    check("PROPOSAL", "Kind: majority", kinds(), Some("substantial"));
    check("PROPOSAL", "Kind: substantial", kinds(), None);
    check("VOTE", "", kinds(), None);
    let mut without = kinds();
    without.truncate(2);
    check("PROPOSAL", "", without.clone(), Some("majority"));
    check("POLL", "", without, None);
}

/// How long a proposal is open by its headers, in hours.
fn hours(tag: &str, words: &str, kinds: Vec<(String, Rule)>) -> (i64, String) {
    let call = opened(tag, words, &list(kinds));
    let decision: Decision =
        decide(&call, &RosterHistory::default(), &[], &super::dialect(), Horizon::from(instant("0h")));
    let minimum = match call.rule.calendar {
        Calendar::Hours => call.rule.window.delta(),
        Calendar::Business(ref days) => days.after(call.opened_at, call.rule.window) - call.opened_at,
    };
    assert!(decision.ends_at >= call.opened_at);
    (minimum.num_minutes(), faults(&call))
}

#[test]
fn a_window_is_made_longer_within_the_rule() {
    let check = |words: &str, minutes: i64, fault: &str| {
        assert_eq!(hours("VOTE", words, kinds()), (minutes, fault.to_owned()), "{words}");
    };
    // The root is received on 2026-11-02 at 09:00 UTC; the minimum is 72 h, the most 14 days.
    check("Open-For: 72h", 72 * 60, "");
    check("Open-For: 5 days", 120 * 60, "");
    check("Open-For: 14 days", 336 * 60, "");
    check("Open-For: 15 days", 72 * 60, "too-long");
    check("Open-For: 71h", 72 * 60, "too-short");
    check("Open-For: 5 business days", 168 * 60, "");
    check("Open-For: 3 business days", 72 * 60, "");
    check("Open-For: 2 business days", 72 * 60, "too-short");
    check("Open-For: ever", 72 * 60, "not-understood");
    check("Closes: 2026-11-10 12:00 UTC", 195 * 60, "");
    check("Closes: 2026-11-10 12:00:30 UTC", 195 * 60, "");
    check("Closes: 2026-11-10T12:00:00Z", 195 * 60, "");
    check("Closes: 2026-11-10 12:00Z", 195 * 60, "");
    check("Closes: 2026-11-10 12:00 +02:00", 193 * 60, "");
    check("Closes: 2026-11-10 12:00 Europe/Prague", 194 * 60, "");
    check("Closes: 2026-11-05 09:00 UTC", 72 * 60, "");
    check("Closes: 2026-11-05 08:59 UTC", 72 * 60, "too-short");
    check("Closes: 2026-11-16 09:00 UTC", 336 * 60, "");
    check("Closes: 2026-11-16 09:01 UTC", 72 * 60, "too-long");
    // Without a zone, the end of that day in the list's zone, which is an hour ahead.
    check("Closes: 2026-11-10", (8 * 24 + 14) * 60, "");
    check("Closes: 2026-11-10 12:00", (8 * 24 + 14) * 60, "");
    check("Closes: 2026-11-04", 72 * 60, "too-short");
    for wrong in [
        "",
        "tomorrow",
        "2026-13-01",
        "2026-11-10 25:00 UTC",
        "2026-11-10 12:00 Mars",
        "10.11.2026",
        "2026-11-10 soon",
    ] {
        check(&format!("Closes: {wrong}"), 72 * 60, "not-understood");
    }
    check("Closes: 2026-11-10 12:00 UTC\nOpen-For: 5 days", 72 * 60, "twice,twice");
    check("Open-For: 5 days\nOpen-For: 6 days", 72 * 60, "twice,twice");
    check("Kind: huge\nOpen-For: 1h", 72 * 60, "kind,too-short");
}

#[test]
fn a_window_of_working_days_is_made_longer_too() {
    let mut business = kinds();
    business[2].1.calendar = Calendar::Business(WorkingDays::default());
    business[2].1.window = Span::days(3);
    let check = |words: &str, minutes: i64, fault: &str| {
        assert_eq!(hours("VOTE", words, business.clone()), (minutes, fault.to_owned()), "{words}");
    };
    check("Open-For: 5 business days", 168 * 60, "");
    check("Open-For: 6 days", 144 * 60, "");
    check("Open-For: 2 business days", 72 * 60, "too-short");
    check("Closes: 2026-11-20 09:00 UTC", 18 * 24 * 60, "");
    check("Open-For: 15 business days", 72 * 60, "too-long");
    // A window that a silence rule has is made longer the same way.
    assert_eq!(hours("PROPOSAL", "Open-For: 7 days", kinds()), (168 * 60, String::new()));
}

#[test]
fn a_nominee_is_named_with_an_address_or_without() {
    let check = |words: &str, name: Option<&str>, address: Option<&str>, role: Option<&str>, fault: &str| {
        let call = opened("VOTE", words, &list(kinds()));
        let found = call.nominee.as_ref();
        assert_eq!(found.map(|nominee| nominee.name.as_str()), name, "{words}");
        let written = found.and_then(|nominee| nominee.address.as_ref());
        assert_eq!(written.map(|address| address.as_str()), address, "{words}");
        assert_eq!(found.and_then(|nominee| nominee.role.as_deref()), role, "{words}");
        assert_eq!(faults(&call), fault, "{words}");
    };
    let al = Some("al@example.org");
    check("Nominee: Al Oe <al@example.org>\nRole: Apprentice", Some("Al Oe"), al, Some("apprentice"), "");
    check("Role: core team\nNominee: \"Al Oe\" <al@example.org>", Some("Al Oe"), al, Some("core team"), "");
    check("Nominee: al@example.org", Some("al@example.org"), al, None, "");
    check("Nominee: <al@example.org>", Some("al@example.org"), al, None, "");
    check("Nominee: Al Oe", Some("Al Oe"), None, None, "");
    check("Nominee:", None, None, None, "not-understood");
    check("Nominee: Al <al@>", None, None, None, "not-understood");
    check("Nominee: Al <al@example.org", None, None, None, "not-understood");
    check("Role: apprentice", None, None, None, "not-understood");
    check("Nominee: Al\nRole:", Some("Al"), None, None, "not-understood");
    check("Nominee: Al\nNominee: Bo\nRole: x\nRole: y", Some("Al"), None, Some("x"), "twice,twice");
}

#[test]
fn what_is_not_followed_is_refused_with_its_line() {
    let call = opened("VOTE", "Kind: huge\nOpen-For: 1h\nLet us.", &list(kinds()));
    let decision = decide(&call, &RosterHistory::default(), &[], &super::dialect(), instant("1h"));
    let lines: Vec<&str> = decision.refused.iter().map(|refused| refused.line.as_str()).collect();
    assert_eq!(lines, ["Kind: huge", "Open-For: 1h"]);
    assert!(
        decision
            .refused
            .iter()
            .all(|refused| refused.post == call.root && matches!(refused.why, Refusal::Header(_)))
    );
}

#[test]
fn a_kind_that_gives_something_up_is_no_stricter() {
    let check = |from: &str, change: fn(&mut Rule), to: &str, make: fn(&mut Rule), stricter: bool| {
        let rule = |name: &str, change: fn(&mut Rule)| {
            let mut rule = Rule::profile(name).expect(name);
            change(&mut rule);
            rule
        };
        let list = ListRules {
            tags: vec![("VOTE".to_owned(), "one".to_owned())],
            kinds: vec![("one".to_owned(), rule(from, change)), ("other".to_owned(), rule(to, make))],
            ..list(Vec::new())
        };
        let call = opened("VOTE", "Kind: other", &list);
        assert_eq!(call.kind == "other", stricter, "Kind: {to} from {from}");
        assert_eq!(call.unfollowed.is_empty(), stricter, "{to} from {from}");
    };
    let as_it_is: fn(&mut Rule) = |_| {};
    let operators: fn(&mut Rule) =
        |rule| rule.electorate = Electorate::Roster { roles: vec!["ops".to_owned()] };
    let of_five: fn(&mut Rule) = |rule| {
        if let Approval::Votes { min_plus, .. } = &mut rule.approval {
            *min_plus = 5;
        }
    };
    check("ovirt-minor", as_it_is, "ovirt-substantial", as_it_is, true);
    check("ovirt-substantial", as_it_is, "ovirt-substantial", of_five, true);
    check("apache-majority", as_it_is, "apache-consensus", of_five, true);
    // The veto, the share, the voters.
    check("hackalot-admission", as_it_is, "ovirt-substantial", as_it_is, false);
    check("apache-consensus", as_it_is, "apache-majority", of_five, false);
    check("two-thirds", as_it_is, "ovirt-substantial", of_five, false);
    check("openstack-tc", as_it_is, "apache-consensus", of_five, false);
    check("ovirt-membership", as_it_is, "apache-consensus", of_five, false);
    check("ovirt-minor", operators, "ovirt-substantial", operators, true);
    check("ovirt-minor", as_it_is, "ovirt-substantial", operators, true);
    check("ovirt-minor", operators, "ovirt-substantial", as_it_is, false);
    check("ovirt-minor", operators, "winterscale-council", as_it_is, false);
}
