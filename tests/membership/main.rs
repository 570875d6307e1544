//! The ways into a team, and the council, by the very configurations that the documentation gives.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod council;
mod story;

use chrono::TimeDelta;
use plusone::decision::{Decision, PostWhy, State, Status};
use plusone::notice::{Kind, next_notice, notices};
use serde_json::Value;
use std::fs;
use story::Story;

/// What is owed once so many days have gone by since the close.
fn owed_days_later(decision: &Decision, days: i64) -> Vec<Kind> {
    let State::Passed { at } = decision.state else { panic!("{:?}", decision.state) };
    let later = Decision { read_through: at + TimeDelta::days(days), ..decision.clone() };
    notices(Some(decision), &later).into_iter().map(|notice| notice.kind).collect()
}

#[test]
fn every_configuration_of_the_documentation_is_sound() {
    for (page, team) in [("membership.md", "ovirt"), ("membership.md", "hackalot"), ("council.md", "council")]
    {
        let ran = Story::of(page, team).plusone(&["check"]);
        assert_eq!(ran.code, 0, "{team}: {}", ran.said);
    }
}

#[test]
fn an_apprentice_becomes_a_maintainer_and_their_vote_binds() {
    let mut list = Story::of("membership.md", "ovirt");
    list.post("fay", "Hello", None, "I am Fay, and I would like to help with the mirrors.");
    let words = "Nominee: Fay Example <fay@example.org>\nRole: apprentice\n\nFay has helped for half a year.";
    let root = list.post("ann", "[APPRENTICE] Fay joins the team", None, words);
    list.votes(&root, &[("bob", "+1"), ("fay", "+1, thank you"), ("cleo", "+1")]);
    let early = list.plusone(&["roster", "apply", "1"]);
    assert_eq!(early.code, 1);
    assert!(early.said.contains("proposal 1 has not passed: it is open until "), "{}", early.said);
    list.votes(&root, &[("ann", "+1")]);
    list.wait_days(7);

    assert_eq!(list.outcome(&root), "passed");
    let own = list.last_of(&root, "fay");
    assert_eq!((own.status, own.why), (Status::Ignored, Some(PostWhy::Nominee)));
    let (_, result) = list.notices.iter().find(|(kind, _)| *kind == Kind::Result).expect("a result");
    assert!(result.contains("plusone roster apply 1"), "{result}");
    let decision = list.decision(&root);
    assert_eq!(next_notice(&decision), decision.state.closed_at().map(|at| at + TimeDelta::days(90)));
    assert!(!owed_days_later(&decision, 89).contains(&Kind::FollowUp));
    assert!(owed_days_later(&decision, 90).contains(&Kind::FollowUp));

    let before = list.roster();
    let dry = list.plusone(&["roster", "apply", "1", "--dry-run"]);
    assert_eq!((dry.code, list.roster()), (0, before.clone()), "{}", dry.said);
    insta::assert_snapshot!("the_change_is_shown", dry.said);
    let applied = list.plusone(&["roster", "apply", "1"]);
    assert_eq!(applied.code, 0, "{}", applied.said);
    assert!(list.roster().starts_with(&before), "{}", list.roster());
    let twice = list.plusone(&["roster", "apply", "1"]);
    assert_eq!(twice.code, 1);
    assert!(twice.said.contains("fay holds the role apprentice on the roster already"), "{}", twice.said);
    list.restart();

    let rack = list.post("ann", "[VOTE] A new rack", None, "Please vote.");
    list.votes(&rack, &[("ann", "+1"), ("bob", "+1"), ("fay", "+1")]);
    list.wait_days(4);
    assert_eq!((list.outcome(&rack), list.last_of(&rack, "fay").status), ("open", Status::Advisory));

    list.wait_days(90);
    let words = "Nominee: Fay Example <fay@example.org>\n\nThree months have gone well.";
    let root = list.post("bob", "[MAINTAINER] Fay becomes maintainer", None, words);
    list.votes(&root, &[("ann", "+1"), ("bob", "+1"), ("cleo", "+1")]);
    list.wait_days(7);
    assert_eq!(list.outcome(&root), "passed");
    assert_eq!(list.plusone(&["roster", "apply", "3"]).code, 0);
    list.restart();

    let disks = list.post("ann", "[VOTE] New disks", None, "Please vote.");
    list.votes(&disks, &[("ann", "+1"), ("bob", "+1"), ("fay", "+1")]);
    list.wait_days(4);
    assert_eq!((list.outcome(&disks), list.last_of(&disks, "fay").status), ("passed", Status::Counted));
    insta::assert_snapshot!("the_roster_afterwards", list.roster());
    insta::assert_snapshot!("what_fay_has_done", list.plusone(&["roster", "show", "fay"]).said);
    insta::assert_snapshot!("what_ann_has_done", list.plusone(&["roster", "show", "ann"]).said);
}

#[test]
fn the_board_can_refuse_and_a_trial_ends_with_a_notice() {
    let mut list = Story::of("membership.md", "hackalot");
    let words = "Nominee: Gus Example <gus@example.org>\n\nLet us have Gus.";
    let gus = list.post("cas", "[ADMISSION] Gus", None, words);
    list.votes(&gus, &[("bea", "-1")]);
    let words = "Nominee: Hal Example <hal@example.org>\n\nHal knows the network.";
    let hal = list.post("cas", "[ADMISSION] Hal", None, words);
    list.votes(&hal, &[("hal", "-1, I would rather not")]);
    list.wait_days(7);
    assert_eq!((list.outcome(&gus), list.outcome(&hal)), ("vetoed", "passed"));
    assert_eq!(list.last_of(&hal, "hal").why, Some(PostWhy::Nominee));
    let refused = list.plusone(&["roster", "apply", "1"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.said.contains("proposal 1 has not passed: it closed as vetoed on 2026-03-09T"),
        "{}",
        refused.said
    );

    assert!(owed_days_later(&list.decision(&hal), 90).contains(&Kind::FollowUp));
    assert_eq!(list.plusone(&["roster", "apply", "2"]).code, 0);
    list.restart();
    let on_trial = list.post("cas", "[PROPOSAL] Two mirrors", None, "Let us run two.");
    list.votes(&on_trial, &[("hal", "-1, one is enough")]);
    list.wait_days(90);
    assert_eq!(list.outcome(&on_trial), "passed", "nobody on trial can stop anything");

    let words = "Nominee: Hal Example <hal@example.org>\n\nThe trial is over.";
    let member = list.post("bea", "[MEMBER] Hal", None, words);
    list.wait_days(7);
    assert_eq!(list.outcome(&member), "passed");
    assert_eq!(list.plusone(&["roster", "apply", "4"]).code, 0);
    list.restart();
    let after = list.post("cas", "[PROPOSAL] Three mirrors", None, "Let us run three.");
    list.votes(&after, &[("hal", "-1, two are enough")]);
    list.wait_days(4);
    assert_eq!(list.outcome(&after), "objected");
}

#[test]
fn what_cannot_be_applied_is_said() {
    let mut list = Story::of("membership.md", "ovirt");
    let plain = list.post("ann", "[PROPOSAL] Two mirrors", None, "Let us run two.");
    let nobody = list.post("ann", "[APPRENTICE] Somebody", None, "Let us have somebody.");
    let nameless = list.post("ann", "[APPRENTICE] Gil", None, "Nominee: Gil Example\n\nLet us have Gil.");
    for root in [&nobody, &nameless] {
        list.votes(root, &[("ann", "+1"), ("bob", "+1"), ("cleo", "+1")]);
    }
    list.wait_days(8);
    for root in [&plain, &nobody, &nameless] {
        assert_eq!(list.outcome(root), "passed");
    }
    let before = list.roster();
    let check = |number: &str, expect: &str| {
        let ran = list.plusone(&["roster", "apply", number]);
        assert_eq!((ran.code, list.roster()), (1, before.clone()), "{}", ran.said);
        assert!(ran.said.contains(expect), "{}", ran.said);
    };
    check("1", "the rule ovirt-minor, which proposes no change of the roster");
    check("2", "it has no line `Nominee: Name <address>`");
    check("3", "ask Gil Example for the address");
    check("9", "list infra has no proposal 9; `plusone list --all` shows what there is");
    let ran = list.plusone(&["roster", "show", "zoe"]);
    assert_eq!(ran.code, 1);
    assert!(ran.said.contains("has the id \"zoe\"; there are: ann, bob, cleo"), "{}", ran.said);
}

#[test]
fn somebody_on_the_roster_needs_no_address_and_has_no_vote_on_it() {
    let mut list = Story::of("membership.md", "ovirt");
    let words = "Nominee: Bob Example <BOB@example.org>\nRole: lead\n\nBob leads.";
    let root = list.post("ann", "[APPRENTICE] Bob leads", None, words);
    list.votes(&root, &[("ann", "+1"), ("bob", "+1"), ("cleo", "+1")]);
    let named =
        list.post("ann", "[APPRENTICE] Cleo leads", None, "Nominee: Cleo Example\nRole: lead\n\nCleo leads.");
    list.votes(&named, &[("ann", "+1"), ("bob", "+1")]);
    list.wait_days(15);
    assert_eq!((list.outcome(&root), list.outcome(&named)), ("failed", "failed"), "two votes of three");
    let ran = list.plusone(&["roster", "apply", "1"]);
    assert!(ran.said.contains("it closed as failed on"), "{}", ran.said);
}

#[test]
#[cfg(unix)]
fn the_file_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::PermissionsExt;
    let mut list = Story::of("membership.md", "ovirt");
    let words = "Nominee: Hal Example <hal@example.org>\n\nHal helps.";
    let root = list.post("ann", "[APPRENTICE] Hal", None, words);
    list.votes(&root, &[("ann", "+1"), ("bob", "+1"), ("cleo", "+1")]);
    list.wait_days(7);
    let real = list.path("team.toml");
    fs::rename(list.path("roster.toml"), &real).unwrap();
    std::os::unix::fs::symlink("team.toml", list.path("roster.toml")).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = list.plusone(&["roster", "apply", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert!(fs::symlink_metadata(list.path("roster.toml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(list.roster().contains("id        = \"hal\""), "{}", list.roster());
    let mut left: Vec<String> = Vec::new();
    for entry in fs::read_dir(real.parent().unwrap()).unwrap() {
        left.push(entry.unwrap().file_name().into_string().unwrap());
    }
    left.retain(|name| !name.starts_with("plusone.db"));
    left.sort();
    assert_eq!(left, ["mail", "plusone.toml", "roster.toml", "team.toml"], "nothing is left behind");
}

#[test]
fn the_roster_and_a_members_report_are_printed_as_json() {
    let mut list = Story::of("council.md", "council");
    let root = list.post("ben", "[COUNCIL] Move the wiki", None, "Shall we?");
    list.votes(&root, &[("ada", "+1"), ("eva", "+1"), ("ada", "-1, on second thoughts")]);
    list.post("ada", "Lunch", None, "Who is in?");
    let json = |arguments: &[&str]| -> Value {
        let ran = list.plusone(arguments);
        assert_eq!(ran.code, 0, "{}", ran.said);
        serde_json::from_str(&ran.said).unwrap()
    };
    let team = json(&["roster", "show", "--format", "json"]);
    assert_eq!(team["members"].as_array().map(Vec::len), Some(6));
    assert_eq!(team["seats"][0]["representatives"], serde_json::json!(["ada", "ben"]));
    let ada = json(&["roster", "show", "ada", "--list", "services", "--format", "json"]);
    assert_eq!((&ada["posts"], &ada["seats"]), (&Value::Null, &serde_json::json!(["web"])));
    assert_eq!(ada["total"]["posts"], 3);
    let votes = serde_json::json!({"cast": 2, "plus": 1, "zero": 0, "minus": 1, "counted": 1, "advisory": 0, "late": 0, "void": 0, "replaced": 1, "other": 0});
    assert_eq!(ada["months"][0]["votes"], votes);
    assert_eq!(ada["months"][0]["month"], "2026-03");
    assert_eq!(json(&["roster", "show", "eva", "--format", "json"])["total"]["votes"]["advisory"], 1);
    let ben = json(&["roster", "show", "BEN", "--format", "json"]);
    assert_eq!(ben["total"]["proposals"], serde_json::json!({"open": 1}));
    assert_eq!(ben["proposals"][0]["subject"], "[COUNCIL] Move the wiki");
    insta::assert_snapshot!("the_roster_is_shown", list.plusone(&["roster", "show"]).said);
}
