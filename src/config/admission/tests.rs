//! Rosters in every layout, before and after.

use super::*;
use crate::config::{Config, unified};
use chrono_tz::Tz;

const LIST: &str = r#"[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
zone = "Europe/Prague"
[list.trust]
list_hosts = ["lists.example.org"]
"#;

const ANN: &str = "[[member]]\nid = \"ann\"\nname = \"Ann Example\"\naddresses = [\"ann@example.org\"]\n";

fn list() -> ListConfig {
    let read = |_: &Path| unreachable!();
    let (config, _) = Config::read(Path::new("plusone.toml"), LIST, &read);
    config.unwrap().lists.remove(0)
}

fn nominee(name: &str, address: Option<&str>) -> Nominee {
    Nominee { name: name.to_owned(), address: address.map(|text| Address::parse(text).unwrap()), role: None }
}

fn admitted(text: &str, name: &str, address: Option<&str>, role: &str) -> Result<Admission, AdmissionError> {
    let since = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
    let nominee = nominee(name, address);
    let known_ids = ["gone".to_owned()];
    let asked = Admitted { nominee: &nominee, role, since, known_ids: &known_ids };
    admit(Path::new("roster.toml"), text, &list(), &asked)
}

/// What the role `maintainer` for Ann changes.
fn for_ann(text: &str) -> String {
    let admission = admitted(text, "A. Example", Some("ANN@example.org"), "maintainer").unwrap();
    assert_eq!((admission.member.as_str(), admission.is_new), ("ann", false));
    unified("roster.toml", text, &admission.text)
}

#[test]
fn a_role_is_added_in_the_layout_that_is_there() {
    let check = |roles: &str, expect: &str| {
        let text = format!("# The team\n{ANN}{roles}\n# the end\n");
        let diff = for_ann(&text);
        let lines: Vec<&str> = diff.lines().skip(3).filter(|line| line.starts_with(['+', '-'])).collect();
        assert_eq!(lines.join("\n"), expect, "{diff}");
    };
    let new = "{ role = \"maintainer\", since = \"2026-03-09\" }";
    check("", &format!("+roles = [{new}]"));
    check("roles = []\n", &format!("-roles = []\n+roles = [{new}]"));
    let one = "{ role = \"old\", until = \"2026-01-01\" }";
    check(&format!("roles = [{one}]\n"), &format!("-roles = [{one}]\n+roles = [{one}, {new}]"));
    check(&format!("roles = [ {one} ]\n"), &format!("-roles = [ {one} ]\n+roles = [ {one}, {new} ]"));
    check(&format!("roles = [\n  {one}, # was\n]\n"), &format!("+  {new},"));
    check(&format!("roles = [\n  {one}, # was\n  # more\n]\n"), &format!("+  {new},"));
    check(&format!("roles = [\n\t{one}\n]\n"), &format!("-\t{one}\n+\t{one},\n+\t{new}"));
    check(
        "[[member.roles]]\nrole = \"old\"\n",
        "+[[member.roles]]\n+role = \"maintainer\"\n+since = \"2026-03-09\"",
    );
}

#[test]
fn what_the_file_says_besides_stays_byte_by_byte() {
    let text = format!(
        "\u{feff}# é\r\n{}\r\n# behind\r\n[[seat]]\r\nid=\"web\"\r\nname  = 'Web'\r\nrepresentatives=[\"ann\"]",
        ANN.replace('\n', "\r\n")
    );
    let admission = admitted(&text, "Fay Example", Some("fay@example.org"), "apprentice").unwrap();
    let added = "\r\n[[member]]\r\nid = \"fay\"\r\nname = \"Fay Example\"\r\naddresses = [\"fay@example.org\"]\r\nroles = [{ role = \"apprentice\", since = \"2026-03-09\" }]\r\n";
    assert_eq!(admission.text.replacen(added, "", 1), format!("{text}\r\n"), "{}", admission.text);
    assert!(admission.is_new && !admission.was_plain);
}

#[test]
fn a_new_member_stands_behind_the_others_and_aligned_as_they_are() {
    let starter = include_str!("../starter/roster.toml");
    let admission = admitted(starter, "Fay Example", Some("fay@example.org"), "apprentice").unwrap();
    insta::assert_snapshot!(unified("roster.toml", starter, &admission.text));
}

#[test]
fn an_id_is_nobody_elses() {
    let check = |name: &str, address: &str, expect: &str| {
        let admission = admitted(ANN, name, Some(address), "apprentice").unwrap();
        assert_eq!(admission.member, expect);
    };
    check("Fay Example", "f@example.org", "fay");
    check("Ann Other", "other@example.org", "ann-other");
    check("Gone", "other@example.org", "other");
    check("李雷", "lilei@example.org", "lilei");
    check("li@example.org", "li@example.org", "li");
    check("O'Neil", "o@example.org", "o-neil");
    check("Gone", "ann@example.net", "member");
    check("李雷", "李@example.org", "member");
    assert_eq!(
        id("Ann", &Address::parse("ann@b.example").unwrap(), &["ann".into(), "member".into()]),
        "ann-2"
    );
}

#[test]
fn the_role_is_written_as_the_roster_does() {
    let check = |role: &str, expect: &str| {
        let text = format!("{ANN}roles = [{{ role = \"Lead\", until = \"2020-01-01\" }}]\n");
        assert_eq!(admitted(&text, "Fay", Some("fay@example.org"), role).unwrap().role, expect);
    };
    check("lead", "Lead");
    check("lead maintainer", "lead-maintainer");
    let refused = admitted(ANN, "Fay", Some("fay@example.org"), "größe").unwrap_err().to_string();
    assert!(refused.contains("cannot be a role"), "{refused}");
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let check = |text: &str, name: &str, address: Option<&str>, expect: &str| {
        let error = admitted(text, name, address, "maintainer").unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    let held = format!("{ANN}roles = [{{ role = \"maintainer\", since = \"2026-01-01\" }}]\n");
    check(
        &held,
        "Ann Example",
        None,
        "ann holds the role maintainer on the roster already: there is nothing",
    );
    let ends = format!("{ANN}roles = [{{ role = \"maintainer\", until = \"2026-04-01\" }}]\n");
    check(&ends, "Ann Example", None, "already, until 2026-03-31 22:00:00 UTC");
    check(ANN, "Fay Example", None, "ask Fay Example for the address");
    check(ANN, "ann example", Some("ann@example.net"), "add the address to the `addresses` of ann");
    check(ANN, "Fay", Some("infra@lists.example.org"), "the list's own address");
    check(
        "member = [{ id = \"ann\", name = \"Ann\", addresses = [\"ann@example.org\"] }]\n",
        "Fay",
        Some("fay@example.org"),
        "by hand",
    );
    check("[[member]]\nid = 3\n", "Fay", Some("fay@example.org"), "roster.toml:2:");
    let two = format!("{ANN}{}", ANN.replace("\"ann", "\"an2"));
    check(&two, "Ann Example", None, "several members are called Ann Example");
}

#[test]
fn a_role_that_has_ended_can_be_given_again() {
    let text = format!("{ANN}roles = [{{ role = \"maintainer\", until = \"2026-03-09\" }}]\n");
    let admission = admitted(&text, "Ann Example", None, "maintainer").unwrap();
    assert!(!admission.was_plain);
    assert!(admitted(ANN, "Ann Example", None, "maintainer").unwrap().was_plain);
    let (roster, problems, _) =
        roster_from(Path::new("roster.toml"), &admission.text, Tz::Europe__Prague, &[]);
    assert!(problems.is_empty());
    assert_eq!(roster.members[0].roles[1].since.unwrap().to_string(), "2026-03-08 23:00:00 UTC");
}
