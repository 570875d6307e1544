//! What is derived, derived again.

use super::*;
use crate::worker::Rebuilt;
use rusqlite::Connection;

const RE: &str = "Re: [PROPOSAL] Two mirrors";

/// An engine over a file, with one proposal that is open, one that was objected to and one that passed, and a vote that surfaced late.
fn told_story(path: &std::path::Path) -> Desk {
    let mut desk = Desk { engine: engine(Store::open(path).unwrap(), list(), hours(-1)), now: hours(-1) };
    desk.take(&[proposal().listed(), ballot().listed()]);
    desk.take(&[mail("minus", "bob", hours(10), RE, "-1: it costs too much.").to("root").listed()]);
    for (id, who) in [("plus-b", "bob"), ("plus-c", "cy"), ("plus-d", "dan")] {
        desk.take(&[mail(id, who, hours(20), "Re: [VOTE] Move CI", "+1").to("vote").listed()]);
    }
    desk.read_to(hours(80));
    let late = mail("late", "cy", hours(30), RE, "+1").to("root");
    desk.now = hours(90);
    desk.take(&[late.listed()]);
    desk.take(&[mail("open", "ann", hours(91), "[PROPOSAL] Three mirrors", "Two are few.").listed()]);
    desk.take(&[mail("for", "cy", hours(92), "Re: [PROPOSAL] Three mirrors", "+1").to("open").listed()]);
    desk.read_to(hours(93));
    desk
}

fn rebuild(desk: &mut Desk) -> Rebuilt {
    desk.engine.rebuild(desk.now, &mut |_| {}).unwrap()
}

fn bodies(path: &std::path::Path) -> Vec<(u32, String)> {
    let db = Connection::open(path).unwrap();
    let mut query = db.prepare("SELECT number, body FROM decision ORDER BY number").unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn nothing_differs_and_nothing_is_said_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let mut desk = told_story(&path);
    let (kinds, before) = (desk.kinds(), bodies(&path));
    let rebuilt = rebuild(&mut desk);
    assert_eq!((rebuilt.messages, rebuilt.queued), (9, 0), "{rebuilt:#?}");
    let published: Vec<bool> = rebuilt.proposals.iter().map(|one| one.published).collect();
    assert_eq!(published, [false, true, true]);
    assert!(rebuilt.proposals.iter().all(|one| one.differences.is_empty()), "{rebuilt:#?}");
    assert_eq!(desk.kinds(), kinds);
    // The published ones are the same to the octet.
    assert_eq!(bodies(&path)[..2], before[..2]);
    assert_eq!(rebuild(&mut desk), rebuilt);
}

#[test]
fn what_is_derived_of_an_open_proposal_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let mut desk = told_story(&path);
    let (index, decided) = (index(&path), desk.decision("open"));
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "DELETE FROM post_parent; DELETE FROM post_name; UPDATE post SET base = 'wrong', orphan = 0, list = NULL;
         DELETE FROM decision WHERE published = 0",
    )
    .unwrap();
    let rebuilt = rebuild(&mut desk);
    assert_eq!(rebuilt.queued, 0);
    assert_eq!(self::index(&path), index);
    let again = desk.decision("open");
    assert_eq!((again.tally, again.posts, again.state), (decided.tally, decided.posts, decided.state));
    assert_eq!(rebuilt.proposals[0].stored, None);
}

fn index(path: &std::path::Path) -> Vec<String> {
    let db = Connection::open(path).unwrap();
    let mut query = db
        .prepare("SELECT list || message_id || received_at || base || orphan || through || tagged FROM post UNION ALL SELECT parent || message FROM post_parent ORDER BY 1")
        .unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_published_decision_that_differs_is_named_and_not_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let mut desk = told_story(&path);
    let db = Connection::open(&path).unwrap();
    // As if a vote had not been counted.
    let (number, body) = bodies(&path).into_iter().find(|(_, body)| body.contains("plus-b@")).unwrap();
    let mut decision: serde_json::Value = serde_json::from_str(&body).unwrap();
    let posts = decision["posts"].as_array_mut().unwrap();
    posts.retain(|post| post["message_id"] != "<plus-b@example.org>");
    let altered = decision.to_string();
    db.execute("UPDATE decision SET body = ?1 WHERE number = ?2", (&altered, number)).unwrap();
    let rebuilt = rebuild(&mut desk);
    let faults: Vec<_> = rebuilt.faults().collect();
    assert_eq!(faults.len(), 1, "{rebuilt:#?}");
    assert!(
        faults[0].differences.iter().any(|one| {
            one.code == "post-unrecorded"
                && one.post.as_ref().is_some_and(|post| post.as_str().contains("plus-b"))
        }),
        "{:#?}",
        faults[0].differences
    );
    assert_eq!(bodies(&path).into_iter().find(|(one, _)| *one == number).unwrap().1, altered);
}

#[test]
fn a_message_that_is_not_what_was_stored_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let mut desk = told_story(&path);
    let db = Connection::open(&path).unwrap();
    db.execute("UPDATE message SET raw = CAST(replace(raw, '+1', '-1') AS BLOB) WHERE id = 4", []).unwrap();
    let (before, kinds) = (index(&path), desk.kinds());
    let error = desk.engine.rebuild(desk.now, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("message 4") && error.contains("restore a backup"), "{error}");
    assert_eq!((index(&path), desk.kinds()), (before, kinds), "it was rolled back");
}
