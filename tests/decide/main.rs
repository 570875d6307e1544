//! The conformance suite for deciding: the cases of `cases/*.txt`, whose format `README.md` describes, through one [`check`].

#![allow(clippy::unwrap_used)] // a test fails by panicking

#[allow(dead_code)] // the unit tests of `decision` use more of it
mod case;
mod group;

use case::Case;
use group::{Group, Written, groups};
use plusone::decision::Profile;
use std::collections::HashSet;

/// The suite is meant to grow, not to shrink.
const LEAST_CASES: usize = 980;

/// Decides a case at every instant it names: whatever is otherwise than it expects, told with its place.
fn check(group: &Group, written: &Written) -> Vec<String> {
    let told = |fault: String| format!("{}:{} {}\n    {fault}", group.name, written.line, written.title());
    Case::parse(&written.text).faults().into_iter().map(told).collect()
}

#[test]
fn every_proposal_is_decided_as_expected() {
    let mut faults = Vec::new();
    for group in groups() {
        for case in &group.cases {
            faults.extend(check(&group, case));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_says_what_it_is_about_and_expects_something() {
    let mut count = 0;
    for group in groups() {
        assert!(!group.about.is_empty(), "{} does not say what it is about", group.name);
        let mut seen = HashSet::new();
        for case in &group.cases {
            assert!(!case.title().is_empty(), "{}:{} has no name", group.name, case.line);
            assert!(Case::parse(&case.text).expects() > 0, "{}:{} expects nothing", group.name, case.line);
            assert!(seen.insert(&case.text), "{}:{} stands there twice", group.name, case.line);
            count += 1;
        }
    }
    assert!(count >= LEAST_CASES, "only {count} cases");
}

#[test]
fn every_profile_is_decided_by() {
    let texts: Vec<String> =
        groups().into_iter().flat_map(|group| group.cases).map(|case| case.text).collect();
    for profile in Profile::all() {
        let name = profile.rule.name.as_str();
        let named = |text: &String| {
            let lines = text.lines().filter_map(|line| line.strip_prefix("rule "));
            lines.map(|rule| rule.split(',').next().unwrap_or_default()).any(|rule| rule == name)
        };
        assert!(texts.iter().any(named) || name == "ovirt-minor", "no case decides by {name}");
    }
}
