//! The conformance suite for reading votes: the cases of `cases/*.toml`, whose format `README.md` describes, through one [`check`].

#![allow(clippy::unwrap_used)] // a test fails by panicking

mod case;
mod dress;
mod variations;

use case::{Case, Group};
use plusone::ballot;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The suite is meant to grow, not to shrink.
const LEAST_CASES: usize = 2500;

/// Every group of cases, by file name.
fn groups() -> Vec<(String, Group)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let group = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (name, group)
    };
    paths.into_iter().map(read).collect()
}

/// Reads a case's mail and gives every way in which it is read otherwise than expected.
fn check(case: &Case) -> Vec<String> {
    let got = case::read(case);
    case.expected()
        .into_iter()
        .filter_map(|(key, expected)| {
            let found = got.value(key);
            (found != expected).then(|| format!("{key}: expected {expected:?}, read {found:?}"))
        })
        .collect()
}

#[test]
fn every_mail_is_read_as_expected() {
    let mut faults = Vec::new();
    for (name, group) in groups() {
        for case in &group.case {
            faults.extend(check(case).into_iter().map(|fault| format!("{name}, {:?}: {fault}", case.name)));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_says_what_it_is_about_and_expects_something() {
    let mut count = 0;
    for (name, group) in groups() {
        assert!(!group.about.trim().is_empty(), "{name} does not say what it is about");
        let mut names = HashSet::new();
        for case in &group.case {
            assert!(names.insert(case.name.as_str()), "{name} has two cases named {:?}", case.name);
            assert!(!case.expected().is_empty(), "{name}, {:?} expects nothing", case.name);
            let bodies = [&case.text, &case.html, &case.mail, &case.file];
            let given = bodies.iter().filter(|body| body.is_some()).count();
            assert_eq!(given, 1, "{name}, {:?}: exactly one of text, html, mail and file", case.name);
            count += 1;
        }
    }
    assert!(count >= LEAST_CASES, "only {count} cases");
}

#[test]
fn every_rule_is_told_of_and_reached_by_a_case() {
    let mut reached: HashSet<String> = HashSet::new();
    for case in groups().into_iter().flat_map(|(_, group)| group.case) {
        let got = case::read(&case);
        reached.insert(got.value("rule"));
        reached.extend(got.considered(&case).into_iter().map(|it| it.rule.to_owned()));
    }
    reached.remove("");
    let told: HashSet<String> = ballot::rules().iter().map(|(name, _)| (*name).to_owned()).collect();
    let unknown: Vec<&String> = reached.difference(&told).collect();
    assert!(unknown.is_empty(), "rules that nobody explains: {unknown:?}");
    let unreached: Vec<&String> = told.difference(&reached).collect();
    assert!(unreached.is_empty(), "rules that no case reaches: {unreached:?}");
}

#[test]
fn the_users_page_names_every_rule() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reading-votes.md");
    let page = fs::read_to_string(page).unwrap();
    let untold: Vec<&str> = ballot::rules()
        .iter()
        .filter(|(name, sees)| !page.contains(&format!("| `{name}` | {sees} |")))
        .map(|(name, _)| *name)
        .collect();
    assert!(untold.is_empty(), "docs/reading-votes.md does not say what these rules see: {untold:?}");
}
