//! What the store promises, on files and in memory.

mod outbox;
mod plans;
mod upgrades;

use super::*;
use crate::ballot::Dialect;
use crate::decision::{Call, Decision, Electorate, ListRules, Mode, Rule, decide, open};
use crate::mail::{self, Address, Arrival, MessageId, Post, Trust};
use crate::notice::{Kind, Notice, Recipient};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

fn at(hours: i64) -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

fn raw(id: &str, subject: &str) -> Vec<u8> {
    format!("From: Ann <ann@example.org>\r\nMessage-ID: <{id}@example.org>\r\nSubject: {subject}\r\n\r\nText of {id}.\r\n")
        .into_bytes()
}

fn incoming(id: &str, subject: &str, received: DateTime<Utc>) -> Incoming {
    let arrival = Arrival { internal_date: Some(received), from_line: None, archive: false };
    Incoming { raw: raw(id, subject), true_size: None, mailbox: "test".into(), arrival }
}

fn post(id: &str, subject: &str, received: DateTime<Utc>) -> Post {
    let trust = Trust { archive: true, ..Trust::default() };
    let mail = incoming(id, subject, received);
    mail::post(&mail.raw, &mail.arrival, &Default::default(), &trust)
}

fn keep(store: &mut Store, mail: &Incoming, now: DateTime<Utc>) -> Result<Kept, StoreError> {
    store.keep(mail, &Sha256::digest(&mail.raw).into(), now)
}

fn index(store: &mut Store, message: i64, list: Option<&str>, post: &Post) {
    store.index_post(message, list, post, &Sha256::digest(post.words.text()).into()).unwrap();
}

fn call(id: &str, opened: DateTime<Utc>) -> Call {
    let rule = Rule { electorate: Electorate::Everyone, ..Rule::profile("ovirt-minor").unwrap() };
    let rules = ListRules {
        name: "infra".into(),
        tags: vec![("PROPOSAL".into(), "minor".into())],
        kinds: vec![("minor".into(), rule)],
        dialect: Dialect::default(),
        mode: Mode::Live,
        zone: chrono_tz::UTC,
    };
    open(&post(id, &format!("[PROPOSAL] {id}"), opened), None, &rules).expect("it proposes")
}

fn decided(call: &Call, through: DateTime<Utc>) -> Decision {
    let root = post(
        call.root.as_str().trim_matches(['<', '>']).split('@').next().unwrap(),
        &call.subject,
        call.opened_at,
    );
    decide(call, &RosterHistory::default(), &[root], &Dialect::default(), through)
}

fn notice(kind: Kind, to: Option<&str>, ordinal: u32) -> Queued {
    let to = to.map_or(Recipient::List, |to| Recipient::Author(Address::parse(to).unwrap()));
    let id = format!("<{}-{ordinal}-{to:?}@example.org>", kind.as_str()).replace([' ', '"', '(', ')'], "");
    Queued {
        list: "infra".into(),
        number: 1,
        notice: Notice { kind, to, revision: 1, post: None, ordinal },
        period: String::new(),
        message_id: MessageId::parse(&id).expect(&id),
        envelope_to: "infra@example.org".into(),
        raw: b"Subject: x\r\n\r\nWords\r\n".to_vec(),
        words_sha256: Some(Sha256::digest("Words").into()),
        shadow: false,
        useful_until: None,
    }
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    (folder, path)
}

#[test]
fn migrations_are_sound_and_end_up_the_same_twice() {
    migrations().validate().unwrap();
    let (_folder, path) = file();
    for _ in 0..2 {
        let store = Store::open(&path).unwrap();
        let version: i64 = store.db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 7);
    }
}

#[test]
fn what_somebody_posted_is_found_by_any_of_their_addresses() {
    let mut store = Store::in_memory().unwrap();
    let ann = [Address::parse("ANN@example.org").unwrap(), Address::parse("ann@example.net").unwrap()];
    for (id, hours) in [("a", 5), ("b", 2), ("c", 9)] {
        let Kept::New(message) = keep(&mut store, &incoming(id, id, at(hours)), at(hours)).unwrap() else {
            panic!("new")
        };
        index(&mut store, message, Some("infra"), &post(id, id, at(hours)));
    }
    assert_eq!(store.posted_by("infra", &ann).unwrap(), [at(2), at(5), at(9)]);
    assert!(store.posted_by("web", &ann).unwrap().is_empty());
    assert!(store.posted_by("infra", &ann[1..]).unwrap().is_empty());
    assert_eq!(store.first_post("infra").unwrap(), Some(at(2)));
    // A copy of a post is no other post, and an earlier version did not note who wrote what.
    store.db.execute("UPDATE post SET author = NULL WHERE message_id = '<b@example.org>'", []).unwrap();
    let unknown = store.without_author("infra", 10).unwrap();
    assert_eq!((unknown.len(), store.posted_by("infra", &ann).unwrap().len()), (1, 2));
    store.set_author(unknown[0].id, &post("b", "b", at(2))).unwrap();
    assert_eq!(store.posted_by("infra", &ann).unwrap().len(), 3);
    let plan: String = store
        .db
        .query_row(
            "EXPLAIN QUERY PLAN SELECT min(received_at) FROM post WHERE list = 'infra' AND author = 'x' AND through = 1 GROUP BY message_id",
            [],
            |row| row.get(3),
        )
        .unwrap();
    assert!(plan.contains("post_author (author=? AND list=?)"), "{plan}");
}

#[test]
fn only_the_decisions_that_name_somebody_are_read() {
    let mut store = Store::in_memory().unwrap();
    let (call, _) = store.open_call(call("a", at(0)), "a").unwrap();
    store.save_decision(&decided(&call, at(1)), false, at(1)).unwrap();
    let naming = |list: &str, member: &str, address: &str| {
        let address = Address::parse(address).unwrap();
        store.decisions_naming(list, member, &[address]).unwrap().len()
    };
    assert_eq!(naming("infra", "nobody", "Ann@example.org"), 1);
    assert_eq!(naming("infra", "nobody", "nn@example.org"), 0);
    assert_eq!(naming("web", "nobody", "ann@example.org"), 0);
}

#[test]
fn a_file_is_opened_durably() {
    let (_folder, path) = file();
    let store = Store::open(&path).unwrap();
    let text = |pragma: &str| -> String {
        store
            .db
            .query_row(&format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"), [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(
        (text("journal_mode"), text("synchronous"), text("foreign_keys")),
        ("wal".into(), "2".into(), "1".into())
    );
}

#[test]
fn what_is_written_is_there_after_reopening() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    keep(&mut store, &incoming("a", "[PROPOSAL] a", at(0)), at(0)).unwrap();
    let (call, _) = store.open_call(call("a", at(0)), "a").unwrap();
    store.save_decision(&decided(&call, at(1)), false, at(1)).unwrap();
    store.queue(&notice(Kind::Opened, None, 0), at(1)).unwrap();
    store.set_meta("key", "value").unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.message_count().unwrap(), 1);
    assert_eq!(store.call("infra", 1).unwrap(), Some(call.clone()));
    assert_eq!(store.decision("infra", 1).unwrap().unwrap().decision, decided(&call, at(1)));
    assert_eq!(store.notices_of("infra", Some(1)).unwrap().len(), 1);
    assert_eq!(store.meta("key").unwrap().as_deref(), Some("value"));
}

#[test]
fn what_is_no_database_is_said_to_be_none() {
    let (folder, path) = file();
    std::fs::write(&path, "this was never a database, but it is long enough to be taken for one".repeat(40))
        .unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::NotADatabase(_)), "{error:?}");
    assert!(error.to_string().contains("plusone.db is not a plusone database"), "{error}");
    let missing = Store::open(&folder.path().join("nowhere/plusone.db")).unwrap_err();
    assert!(missing.to_string().contains("check that the folder exists"), "{missing}");
}

#[test]
fn a_newer_database_is_left_alone() {
    let (_folder, path) = file();
    Store::open(&path).unwrap().db.pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Migrate(_)), "{error:?}");
    assert!(error.to_string().contains("newer plusone"), "{error}");
}

#[test]
fn the_same_bytes_are_kept_once() {
    let mut store = Store::in_memory().unwrap();
    let mail = incoming("a", "one", at(0));
    let Kept::New(id) = keep(&mut store, &mail, at(0)).unwrap() else { panic!("it is new") };
    let again = Incoming { mailbox: "other".into(), arrival: Arrival::default(), ..mail.clone() };
    assert_eq!(keep(&mut store, &again, at(5)).unwrap(), Kept::Known(id));
    assert!(matches!(keep(&mut store, &incoming("b", "one", at(0)), at(0)).unwrap(), Kept::New(_)));
    assert_eq!(store.message_count().unwrap(), 2);
    index(&mut store, id, Some("infra"), &post("a", "one", at(0)));
    let kept = store.message_named("infra", &MessageId::parse("a@example.org").unwrap()).unwrap().unwrap();
    let kept = store.message(kept).unwrap();
    assert_eq!((kept.raw, kept.arrival), (mail.raw, mail.arrival), "the first one's arrival stands");
}

#[test]
fn calls_are_numbered_and_never_change() {
    let mut store = Store::in_memory().unwrap();
    let (first, new) = store.open_call(call("a", at(0)), "A").unwrap();
    assert_eq!((first.number, new), (1, true));
    assert_eq!(store.open_call(call("b", at(1)), "b").unwrap().0.number, 2);
    let changed = Call { subject: "something else".into(), ..call("a", at(7)) };
    assert_eq!(store.open_call(changed, "z").unwrap(), (first.clone(), false));
    assert_eq!(store.call("infra", 1).unwrap(), Some(first.clone()));
    let other = Call { list: "web".into(), ..call("a", at(0)) };
    assert_eq!(store.open_call(other, "a").unwrap().0.number, 1, "each list counts for itself");
    assert_eq!(store.calls_with_base("infra", "a").unwrap().len(), 1, "bases compare in lower case");
    let strange = MessageId::parse("z@example.org").unwrap();
    assert_eq!(
        store.roots_among("infra", [&first.root, &strange].into_iter()).unwrap(),
        std::slice::from_ref(&first.root)
    );
}

#[test]
fn a_published_decision_is_frozen() {
    let mut store = Store::in_memory().unwrap();
    let (call, _) = store.open_call(call("a", at(0)), "a").unwrap();
    let open = decided(&call, at(1));
    let closed = decided(&call, at(73));
    assert_eq!((open.state.outcome(), closed.state.outcome()), ("open", "passed"));
    store.save_decision(&open, false, at(1)).unwrap();
    store.save_decision(&closed, true, at(73)).unwrap();
    store.save_decision(&open, false, at(74)).unwrap();
    let stored = store.decision("infra", 1).unwrap().unwrap();
    assert_eq!((stored.decision, stored.published), (closed, true));
    assert_eq!(store.open_count().unwrap(), 0);
}

#[test]
fn a_decision_needs_its_call() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    let stray = Call { number: 4, ..call("a", at(0)) };
    assert!(store.save_decision(&decided(&stray, at(1)), false, at(1)).is_err());
}

#[test]
fn what_is_due_comes_in_its_order_and_by_the_index() {
    let mut store = Store::in_memory().unwrap();
    for (id, opened) in [("late", 5), ("early", 1), ("closed", -100), ("later", 9)] {
        let (call, _) = store.open_call(call(id, at(opened)), id).unwrap();
        store.save_decision(&decided(&call, at(0)), false, at(0)).unwrap();
    }
    let numbers =
        |until| -> Vec<u32> { store.due(until).unwrap().into_iter().map(|due| due.number).collect() };
    // A day before it closes each is looked at for a reminder.
    assert_eq!(numbers(at(48)), [0u32; 0]);
    assert_eq!(numbers(at(53)), [2, 1]);
    assert_eq!(numbers(at(200)), [2, 1, 4]);
    assert_eq!(store.next_due().unwrap(), Some(at(49)));
    let plan: String =
        store.db.query_row(&format!("EXPLAIN QUERY PLAN {}", proposals::DUE), [0], |row| row.get(3)).unwrap();
    assert!(plan.contains("decision_due"), "{plan}");
}

#[test]
fn the_digest_is_told_what_was_found_closed_not_what_closed() {
    let mut store = Store::in_memory().unwrap();
    let (call, _) = store.open_call(call("a", at(0)), "a").unwrap();
    // Closed at 72 h, found so at 90 h, after a digest at 80 h.
    store.save_decision(&decided(&call, at(90)), true, at(90)).unwrap();
    assert_eq!(store.decisions_since("infra", at(80)).unwrap().len(), 1);
    assert_eq!(store.decisions_since("infra", at(91)).unwrap().len(), 0);
}

#[test]
fn read_through_never_goes_back() {
    let mut store = Store::in_memory().unwrap();
    let cursor = |uid, read_through| MailboxCursor { uid_validity: 1, last_uid: uid, read_through };
    assert_eq!(store.cursor("inbox").unwrap(), None);
    for (given, kept) in [
        (cursor(1, None), cursor(1, None)),
        (cursor(2, Some(at(5))), cursor(2, Some(at(5)))),
        (cursor(3, Some(at(4))), cursor(3, Some(at(5)))),
        (cursor(4, None), cursor(4, Some(at(5)))),
        (cursor(1, Some(at(6))), cursor(1, Some(at(6)))),
    ] {
        store.set_cursor("inbox", given).unwrap();
        assert_eq!(store.cursor("inbox").unwrap(), Some(kept));
    }
}

#[test]
fn a_step_is_kept_whole_or_not_at_all() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    store.begin().unwrap();
    keep(&mut store, &incoming("a", "one", at(0)), at(0)).unwrap();
    store.roll_back();
    store.roll_back();
    assert_eq!(store.message_count().unwrap(), 0);
    store.begin().unwrap();
    keep(&mut store, &incoming("b", "one", at(0)), at(0)).unwrap();
    store.queue(&notice(Kind::Opened, None, 0), at(0)).unwrap();
    let seen_by_another = Store::open(&path).unwrap();
    assert_eq!(seen_by_another.message_count().unwrap(), 0);
    store.commit().unwrap();
    assert_eq!(seen_by_another.message_count().unwrap(), 1);
    assert_eq!(seen_by_another.sendable(at(0)).unwrap().len(), 1);
    // One that ends in the middle leaves nothing.
    store.begin().unwrap();
    keep(&mut store, &incoming("c", "one", at(0)), at(0)).unwrap();
    drop(store);
    assert_eq!(Store::open(&path).unwrap().message_count().unwrap(), 1);
}

#[test]
fn a_problem_is_noted_once() {
    let mut store = Store::in_memory().unwrap();
    let Kept::New(id) = keep(&mut store, &incoming("a", "one", at(0)), at(0)).unwrap() else {
        panic!("it is new")
    };
    for message in [Some(id), None] {
        assert!(store.note_problem(message, Some("infra"), at(0), "late", "x").unwrap());
        assert!(!store.note_problem(message, Some("infra"), at(1), "late", "x").unwrap());
        assert!(store.note_problem(message, Some("infra"), at(2), "late", "y").unwrap());
    }
    assert_eq!(store.problems().unwrap().len(), 4);
    assert_eq!(store.problems_since("infra", at(1)).unwrap(), 2);
}

#[test]
fn a_roster_is_taken_up_where_it_differs() {
    let mut store = Store::in_memory().unwrap();
    let member = |id: &str| crate::decision::Member {
        id: id.into(),
        name: id.into(),
        addresses: vec![Address::parse(&format!("{id}@example.org")).unwrap()],
        roles: Vec::new(),
        fingerprint: None,
    };
    let one = Roster { members: vec![member("ann")], ..Roster::default() };
    let two = Roster { members: vec![member("ann"), member("bob")], ..Roster::default() };
    for (roster, since) in [(&one, at(0)), (&one, at(1)), (&two, at(2)), (&two, at(3))] {
        store.take_up_roster("infra", since, roster).unwrap();
    }
    let history = store.rosters("infra").unwrap();
    assert_eq!(history.versions, [(at(0), one), (at(2), two)]);
}

#[test]
fn what_an_earlier_version_stored_is_read() {
    let mut store = Store::in_memory().unwrap();
    let (call, _) = store.open_call(call("a", at(0)), "a").unwrap();
    let decision = decided(&call, at(1));
    store.save_decision(&decision, false, at(1)).unwrap();
    // A rule as it was written before it had these parameters, in the call and in the decision.
    let without = |value: &mut serde_json::Value, names: &[&str]| {
        names.iter().for_each(|name| drop(value.as_object_mut().unwrap().remove(*name)));
    };
    let new_in_rule = [
        "who_may_object",
        "quorum",
        "calendar",
        "close",
        "linger",
        "on_amend",
        "tie",
        "chair",
        "veto_holder",
        "veto_override",
        "binding_at",
        "follow_up",
        "on_pass",
        "permissions",
    ];
    let mut old_call = serde_json::to_value(&call).unwrap();
    without(&mut old_call["rule"], &new_in_rule);
    without(&mut old_call, &["raised_to", "raised_from", "nominee", "unfollowed"]);
    let mut old = serde_json::to_value(&decision).unwrap();
    old["call"] = old_call.clone();
    old["posts"][0]["why"] = serde_json::json!({ "code": "refused-command", "detail": "Proposal: status" });
    let new = ["rule", "revisions", "refused", "minimum_ends_at", "ends_at", "not_voted", "dialect"];
    without(&mut old, &new);
    store.db.execute("UPDATE call SET body = ?1", [old_call.to_string()]).unwrap();
    store.db.execute("UPDATE decision SET body = ?1", [old.to_string()]).unwrap();
    let read = store.call("infra", 1).unwrap().unwrap();
    assert_eq!(
        (&read.root, &read.rule.window, &read.rule.calendar),
        (&call.root, &call.rule.window, &call.rule.calendar)
    );
    let read = store.decision("infra", 1).unwrap().unwrap().decision;
    assert_eq!((read.state, read.revisions.len()), (decision.state, 1));
    assert_eq!(read.rule, read.call.rule);
    assert!(store.decisions_since("infra", at(0)).unwrap().len() == 1);
    store.db.execute("UPDATE decision SET body = '{}'", []).unwrap();
    assert!(matches!(store.decision("infra", 1), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_roster_taken_up_elsewhere_is_seen() {
    let (_folder, path) = file();
    let (mut here, mut elsewhere) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let named = |name: &str| {
        let member = crate::decision::Member {
            id: name.into(),
            name: name.into(),
            addresses: vec![],
            roles: vec![],
            fingerprint: None,
        };
        Roster { members: vec![member], seats: Vec::new() }
    };
    here.take_up_roster("infra", at(0), &named("ann")).unwrap();
    assert_eq!(here.rosters("infra").unwrap().versions, [(at(0), named("ann"))]);
    // In the other's place, and after it.
    elsewhere.take_up_roster("infra", at(0), &named("bob")).unwrap();
    assert_eq!(here.rosters("infra").unwrap().versions, [(at(0), named("bob"))]);
    elsewhere.take_up_roster("infra", at(1), &named("cy")).unwrap();
    assert_eq!(here.rosters("infra").unwrap().versions, [(at(0), named("bob")), (at(1), named("cy"))]);
}

#[test]
fn the_disk_is_waited_for_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plusone.db")).unwrap();
    let level = || store.db.pragma_query_value(None, "synchronous", |row| row.get::<_, u8>(0)).unwrap();
    let (normal, full) = (1, 2);
    assert_eq!(level(), full);
    store.wait_for_disk(false).unwrap();
    assert_eq!(level(), normal);
    store.wait_for_disk(true).unwrap();
    assert_eq!(level(), full);
}
