//! `plusone compare`: what the rules give beside what people announced.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

/// A mail of November 2026.
fn mail(id: &str, from: &str, day: u32, subject: &str, to: Option<&str>, body: &str) -> String {
    let name = format!("{}{}", from[..1].to_uppercase(), &from[1..]);
    let to = to.map_or(String::new(), |to| format!("In-Reply-To: <{to}@example.org>\n"));
    format!(
        "From {from}@example.org Mon Nov {day:2} 09:00:00 2026\nFrom: {name} Example <{from}@example.org>\n\
         Message-ID: <{id}@example.org>\nDate: {day} Nov 2026 09:00:00 +0000\nSubject: {subject}\n{to}\n{body}\n\n"
    )
}

/// A [VOTE] of that id, opened on the 2nd, with these +1 on the 3rd.
fn vote(id: &str, plus: &[&str]) -> String {
    let subject = format!("[VOTE] Release Widget {id}");
    let votes = plus.iter().enumerate();
    let votes =
        votes.map(|(n, who)| mail(&format!("{id}-{n}"), who, 3, &format!("Re: {subject}"), Some(id), "+1"));
    mail(id, "ann", 2, &subject, None, "Shall we?") + &votes.collect::<String>()
}

fn result(id: &str, day: u32, body: &str) -> String {
    mail(&format!("{id}-result"), "ann", day, &format!("[RESULT] [VOTE] Release Widget {id}"), Some(id), body)
}

fn folder(archive: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.mbox"), archive).unwrap();
    folder
}

fn compare(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_plusone"))
        .arg("compare")
        .args(arguments)
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (ran.status.code().unwrap_or(-1), String::from_utf8(ran.stdout).unwrap())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Five votes: announced as the rule has it, otherwise, early, not at all, and with other counts; and a result of none of them.
fn archive() -> String {
    [
        vote("1.0", &["bob", "cleo", "dora"]),
        result("1.0", 6, "The vote has passed.\n\n+1 (binding): Bob, Cleo, Dora"),
        vote("2.0", &["bob", "cleo"]),
        result("2.0", 6, "The vote has passed.\n\n+1: Bob, Cleo, Fay"),
        vote("3.0", &["bob", "cleo", "dora"]),
        result("3.0", 4, "The vote has passed.\n\n+1: Bob, Cleo, Dora"),
        vote("4.0", &["bob"]),
        mail("stray", "gus", 7, "[RESULT] Choosing a mascot", None, "The otter it is."),
        mail("lunch", "emil", 20, "Lunch", None, "at noon?"),
    ]
    .concat()
}

#[test]
fn every_difference_is_named_and_the_sum_is_right() {
    let folder = folder(&archive());
    let (code, told) = compare(folder.path(), &["list.mbox"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.lines().all(|line| line.width() <= 96), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn as_json_it_is_one_object_a_line() {
    let folder = folder(&archive());
    let (code, told) = compare(folder.path(), &["list.mbox", "--format", "json"]);
    let told = lines(&told);
    let of = |entry: &str| told.iter().filter(|one| one["entry"] == entry).collect::<Vec<_>>();
    let agreements: Vec<&Value> = of("proposal").into_iter().map(|one| &one["agreement"]).collect();
    assert_eq!(
        (code, agreements),
        (0, vec![&json!("same"), &json!("differs"), &json!("same"), &json!("not-announced")])
    );
    assert_eq!(of("proposal")[2]["early_by_seconds"], 86_400);
    assert_eq!(of("unlinked-result")[0]["message_id"], "<stray@example.org>");
    assert_eq!(of("summary")[0]["other_outcome"], 1);
    assert_eq!(told.last().unwrap()["entry"], "summary");
    assert!(!told.iter().any(|one| one.to_string().contains("bob@example.org")), "no address");
}

#[test]
fn only_strict_is_an_outcome_that_differs_a_failure() {
    let check = |archive: &str, arguments: &[&str], code: i32| {
        assert_eq!(compare(folder(archive).path(), arguments).0, code, "{arguments:?}");
    };
    check(&archive(), &["--strict", "list.mbox"], 1);
    check(&archive(), &["--strict", "--profile", "simple-majority", "list.mbox"], 0);
    check(&vote("1.0", &["bob"]), &["--strict", "list.mbox"], 0);
    check(&archive(), &["--profile", "nonsense", "list.mbox"], 2);
    check(&archive(), &["missing.mbox"], 1);
    let (_, help) = compare(folder("").path(), &["--help"]);
    assert!(help.contains("The exit code is 0 whatever the differences"), "{help}");
}

/// The formal votes of real archives, labelled by people: every outcome is the announced one, or the labels say why not.
#[test]
fn the_outcomes_of_real_votes_are_the_announced_ones() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("PLUSONE_CORPUS").map_or(beside, PathBuf::from);
    let labels = corpus.join("gold/maven-dev.json");
    let Ok(labels) = fs::read_to_string(&labels) else {
        println!("skipped: no corpus at {}; set PLUSONE_CORPUS", corpus.display());
        return;
    };
    let archives = ["maven-dev-2017-11.mbox", "maven-dev-2017-12.mbox"].map(|name| corpus.join(name));
    let archives = archives.each_ref().map(|path| path.to_str().unwrap());
    let (_, told) =
        compare(&corpus, &["--profile", "apache-majority", "--format", "json", archives[0], archives[1]]);
    let told = lines(&told);
    let labels: Value = serde_json::from_str(&labels).unwrap();
    let mut formal = 0;
    for label in labels["threads"].as_array().unwrap().iter().filter(|label| label["kind"] == "formal-vote") {
        let one = told.iter().find(|one| one["root"] == label["root_message_id"]);
        let Some(one) = one else { panic!("a labelled vote is not found") };
        let explained = label["disagreements"].as_array().is_some_and(|all| !all.is_empty());
        let announced = label["human_result"]["outcome"] == one["human_result"]["outcome"];
        assert!(announced, "an announcement is not read as labelled");
        assert!(one["agreement"] == "same" || explained, "number {}: another outcome", one["number"]);
        let differences = one["human_result"]["differences"].as_array().unwrap();
        assert!(differences.is_empty() || explained, "number {}: {differences:?}", one["number"]);
        formal += 1;
    }
    assert!(formal >= 6, "{formal}");
}
