//! What each statement costs beside a long past, by the plans that SQLite makes for it: read from the sources themselves.

use super::*;
use rusqlite::{params_from_iter, types::Null};

const SOURCES: [&str; 8] = [
    include_str!("../mod.rs"),
    include_str!("../messages.rs"),
    include_str!("../proposals.rs"),
    include_str!("../outbox.rs"),
    include_str!("../problems.rs"),
    include_str!("../told.rs"),
    include_str!("../undelivered.rs"),
    include_str!("../counts.rs"),
];

/// Statements that a person asks for, over everything there is, by what they begin with.
const OVER_ALL: [&str; 9] = [
    "SELECT body, published, engine FROM decision WHERE ?1 IS NULL",
    "SELECT post.message_id, problem.list, at, code, detail FROM problem",
    "SELECT ifnull(max(id), 0) FROM message",
    "SELECT count(*) FROM problem",
    "SELECT outcome, count(*) FROM decision GROUP BY outcome",
    // Asked of what waits or failed.
    "SELECT count(*) FROM outbox WHERE state = ?1",
    "SELECT state, kind, count(*) FROM outbox GROUP BY state, kind",
    "SELECT {ENTRY} FROM outbox WHERE list = ?1 ORDER BY queued_at",
    // A maximum takes one step from the end of its index.
    "SELECT ifnull(max(number), 0) + 1 FROM call",
];

/// Tables that grow for ever. Those which hold what is open or waiting alone are indexes of their own.
const GROWING: [&str; 8] =
    ["message", "call", "post", "post_name", "post_parent", "problem", "decision", "outbox"];
const OF_THE_PRESENT: [&str; 4] = ["decision_due", "decision_open", "outbox_shadow", "outbox_waiting"];

/// The statements that stand in a source, each as it is written.
fn statements(source: &str) -> Vec<String> {
    let literals = source.split('"').skip(1).step_by(2);
    let begins = ["SELECT", "WITH", "UPDATE", "INSERT", "DELETE"];
    literals
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| begins.iter().any(|begin| text.starts_with(begin)))
        .collect()
}

/// Whether a step of a plan walks through a table that grows, or through everything of one list.
fn is_endless(step: &str) -> bool {
    let mut words = step.split(' ');
    let (Some(how), Some(table)) = (words.next(), words.next()) else { return false };
    let walks = how == "SCAN" || (how == "SEARCH" && step.ends_with("(list=?)"));
    let aliases = [("own", "post_parent"), ("child", "post_parent"), ("above", "post")];
    let table = aliases.iter().find(|(alias, _)| *alias == table).map_or(table, |(_, table)| table);
    walks && GROWING.contains(&table) && !OF_THE_PRESENT.iter().any(|index| step.contains(index))
}

#[test]
fn no_statement_walks_through_what_is_past() {
    let store = Store::in_memory().unwrap();
    let all: Vec<String> = SOURCES.iter().flat_map(|source| statements(source)).collect();
    assert!(all.len() > 40, "{} statements were found", all.len());
    for statement in OVER_ALL {
        assert!(all.iter().any(|sql| sql.starts_with(statement)), "there is no {statement}");
    }
    let mut endless = Vec::new();
    for sql in &all {
        let explain = format!("EXPLAIN QUERY PLAN {}", sql.replace("{ENTRY}", "*"));
        let mut query = store.db.prepare(&explain).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let nothing = vec![Null; query.parameter_count()];
        let steps = query.query_map(params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        // Of what waits there may be much at a time; what is being sent is one mail or two.
        let waits = |step: &String| step.ends_with("outbox_state (state=?)") && !sql.contains("'sending'");
        if steps.iter().any(|step| is_endless(step) || waits(step))
            && !OVER_ALL.iter().any(|known| sql.starts_with(known))
        {
            endless.push(format!("{sql}\n    {}", steps.join("\n    ")));
        }
    }
    assert!(endless.is_empty(), "these cost what exists:\n{}", endless.join("\n"));
}

#[test]
fn what_is_counted_is_counted_in_an_index() {
    // A row of the outbox is a whole mail.
    let store = Store::in_memory().unwrap();
    let counts = statements(include_str!("../counts.rs"));
    assert_eq!(counts.iter().filter(|sql| sql.contains("count(*)")).count(), counts.len());
    for sql in &counts {
        let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nothing = vec![Null; query.parameter_count()];
        let steps = query.query_map(params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
        for step in steps.map(Result::unwrap) {
            assert!(step.contains("COVERING INDEX"), "{sql}: {step}");
        }
    }
}

#[test]
fn a_walk_is_known_when_it_is_seen() {
    let check = |step: &str, expect: bool| assert_eq!(is_endless(step), expect, "{step}");
    check("SCAN child USING COVERING INDEX post_parent_message", true);
    check("SEARCH call USING PRIMARY KEY (list=?)", true);
    check("SCAN outbox", true);
    check("SEARCH call USING INDEX call_base (list=? AND base=?)", false);
    check("SCAN decision USING COVERING INDEX decision_open", false);
    check("SEARCH decision USING INDEX decision_open (list=?)", false);
    check("SCAN thread", false);
}
