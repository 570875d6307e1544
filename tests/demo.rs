//! The demo runs as a user would run it, and the sample month comes out as `examples/infra/EXPECTED.md` says it must.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/infra").join(name)
}

fn plusone(arguments: &[&str], folder: &Path) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_plusone"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("TMPDIR", folder)
        .output()
        .expect("it runs");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{arguments:?}: {}\n{errors}", ran.status);
    String::from_utf8(ran.stdout).expect("UTF-8")
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The rows of the table under a heading, without its two head lines, cut into cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(sample("EXPECTED.md")).expect("the sample is there");
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).expect("the heading is there");
    let rows =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows: Vec<Vec<String>> = rows.skip(2).map(cells).collect();
    assert!(!rows.is_empty(), "no table under {heading}");
    rows
}

fn bare(cell: &str) -> &str {
    cell.trim_matches(['*', '`'])
}

/// "+1: 2, 0: 0, -1: 0; advisory +1: 1".
fn tally(cell: &str) -> [u64; 4] {
    let number = |key: &str| -> u64 {
        let found = cell.split([',', ';']).find_map(|part| part.trim().strip_prefix(key)?.strip_prefix(':'));
        found.map_or(0, |number| number.trim().parse().expect("a number"))
    };
    [number("+1"), number("0"), number("-1"), number("advisory +1")]
}

/// "2026-03-05 08:41:17Z<br>…" as the record writes it.
fn instant(cell: &str) -> String {
    cell.split("<br>").next().unwrap_or_default().replacen(' ', "T", 1)
}

#[test]
fn the_demo_tells_the_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let told = plusone(&["demo", "--out", out.to_str().expect("a plain path")], folder.path());
    let told = told.replace(out.to_str().expect("a plain path"), "<OUT>");
    insta::assert_snapshot!("demo", told);
    let written = std::fs::read_dir(&out).expect("the mails are there").count();
    assert!(told.contains(&format!("{written} mails written")), "{written}");

    let (_, ends) = told.split_once("The month in one table").expect("it ends with a table");
    for row in table("Proposals") {
        let (number, outcome) = (&row[0], bare(&row[4]));
        let line =
            ends.lines().find(|line| line.starts_with(&format!("#{number} "))).expect("every proposal");
        assert_eq!(line.split_whitespace().nth(1), Some(outcome), "proposal {number}");
    }
}

#[test]
fn every_proposal_ends_as_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, mails) = (sample("plusone.toml"), sample("mails"));
    let until = "2026-03-31T21:59:59Z";
    let paths = [&config, &mails].map(|path| path.to_str().expect("a plain path"));
    let arguments = ["replay", "--config", paths[0], "--until", until, "--format", "json", paths[1]];
    let records = json_lines(&plusone(&arguments, folder.path()));
    let rows = table("Proposals");
    assert_eq!(records.len(), rows.len());
    for (row, record) in rows.iter().zip(&records) {
        let which = format!("proposal {}: {record:#}", row[0]);
        assert_eq!(record["number"].to_string(), row[0], "{which}");
        assert_eq!(word(record, "outcome"), bare(&row[4]), "{which}");
        assert_eq!(word(record, "opened_at"), instant(&row[5]), "{which}");
        let closed = if row[6] == "not closed" { String::new() } else { instant(&row[6]) };
        assert_eq!(word(record, "closed_at"), closed, "{which}");
        let count = |whose: &str, vote: &str| record["tally"][whose][vote].as_u64().expect("a count");
        let counted = [
            count("binding", "plus"),
            count("binding", "zero"),
            count("binding", "minus"),
            count("advisory", "plus"),
        ];
        assert_eq!(counted, tally(&row[7]), "{which}");
    }
    let mut statuses = 0;
    for row in table("Mails").iter().filter(|row| !row[8].is_empty()) {
        let received = format!("2026-{}", row[1].replacen(' ', "T", 1));
        let number = row[3].trim_start_matches('P').split(' ').next().unwrap_or_default();
        let record = records
            .iter()
            .find(|record| record["number"].as_u64().is_some_and(|known| known.to_string() == number))
            .expect("its proposal");
        let posts = record["posts"].as_array().expect("posts");
        let post = posts.iter().find(|post| word(post, "received_at") == received).expect("its post");
        assert_eq!(word(post, "status"), row[8], "{}: {post:#}", row[0]);
        statuses += 1;
    }
    assert!(statuses > 20, "{statuses}");
}

#[test]
fn every_mail_is_read_as_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let mails = sample("mails");
    let read = json_lines(&plusone(
        &["read", "--format", "json", mails.to_str().expect("a plain path")],
        folder.path(),
    ));
    let rows = table("Mails");
    assert_eq!(read.len(), rows.len());
    for (row, mail) in rows.iter().zip(&read) {
        let which = format!("{}: {mail:#}", row[0]);
        assert_eq!(word(mail, "received_at"), format!("2026-{}", row[1].replacen(' ', "T", 1)), "{which}");
        assert_eq!(word(mail, "reading"), row[4], "{which}");
        assert_eq!(word(mail, "vote"), bare(&row[5]), "{which}");
        assert_eq!(word(mail, "claim"), row[7], "{which}");
        assert_eq!(word(mail, "line"), bare(&row[9]), "{which}");
        if row[4] == "cast" {
            assert_eq!(word(mail, "written"), bare(&row[6]), "{which}");
        }
    }
}
