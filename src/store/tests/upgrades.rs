//! A database of each earlier version, with something in every table: it opens, and nothing in it is lost.

use super::*;

/// The newest schema.
const NEWEST: usize = 7;

/// Fills a database by what the first schema knew; all later ones have it too.
fn fill(db: &Connection) {
    let call = Call { number: 1, ..call("a", at(0)) };
    let decision = decided(&call, at(1));
    let json = |value: serde_json::Value| value.to_string();
    let (call, decision) = (serde_json::to_value(&call).unwrap(), serde_json::to_value(&decision).unwrap());
    let raw = raw("a", "[PROPOSAL] a");
    let (sha256, words): ([u8; 32], [u8; 32]) = (Sha256::digest(&raw).into(), Sha256::digest("Words").into());
    let now = micros(at(0));
    db.execute(
        "INSERT INTO message (id, sha256, raw, mailbox, internal_date, stored_at) VALUES (1, ?1, ?2, 'inbox', ?3, ?3)",
        params![sha256, raw, now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO post (message, list, message_id, received_at, base, orphan, through, tagged, body_sha256)
         VALUES (1, 'infra', '<a@example.org>', ?1, 'a', 0, 1, 0, ?2)",
        params![now, words],
    )
    .unwrap();
    db.execute("INSERT INTO post_parent (parent, message) VALUES ('<before@example.org>', 1)", []).unwrap();
    db.execute(
        "INSERT INTO problem (message, list, at, code, detail) VALUES (1, 'infra', ?1, 'too-large', 'large')",
        [now],
    )
    .unwrap();
    db.execute(
        "INSERT INTO call (list, number, root, base, opened_at, body) VALUES ('infra', 1, '<a@example.org>', 'a', ?1, ?2)",
        params![now, json(call)],
    )
    .unwrap();
    db.execute(
        "INSERT INTO decision (list, number, outcome, next_due, engine, body) VALUES ('infra', 1, 'open', ?1, '0.1.0', ?2)",
        params![micros(at(72)), json(decision)],
    )
    .unwrap();
    for (ordinal, state) in ["queued", "sending", "sent", "confirmed", "failed", "shadow"].iter().enumerate()
    {
        db.execute(
            "INSERT INTO outbox (list, number, kind, recipient, revision, post, ordinal, message_id, envelope_to, raw, words_sha256,
               queued_at, state, next_try) VALUES ('infra', 1, 'opened', 'list', 1, '', ?1, ?2, 'infra@example.org', x'78', ?3, ?4, ?5, ?4)",
            params![ordinal as i64, format!("<n{ordinal}@example.org>"), words, now, state],
        )
        .unwrap();
    }
    db.execute(
        "INSERT INTO cursor (mailbox, uid_validity, last_uid, read_through) VALUES ('inbox', 7, 9, ?1)",
        [now],
    )
    .unwrap();
    db.execute("INSERT INTO meta (key, value) VALUES ('secret', 'kept')", []).unwrap();
}

#[test]
fn a_database_of_any_earlier_version_is_taken_over_whole() {
    for version in 1..=NEWEST {
        let (_folder, path) = file();
        let mut db = Connection::open(&path).unwrap();
        migrations().to_version(&mut db, version).unwrap();
        fill(&db);
        drop(db);
        let mut store = Store::open(&path).unwrap();
        store.examine().unwrap();
        let violations: i64 = store
            .db
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(violations, 0, "from version {version}");
        assert_eq!(store.message(1).unwrap().raw, raw("a", "[PROPOSAL] a"), "from version {version}");
        let root = MessageId::parse("<a@example.org>").unwrap();
        assert_eq!(store.message_named("infra", &root).unwrap(), Some(1));
        let call = store.call("infra", 1).unwrap().unwrap();
        assert_eq!(call.root, root);
        assert_eq!(store.decision("infra", 1).unwrap().unwrap().decision, decided(&call, at(1)));
        assert_eq!(store.due(at(72)).unwrap().len(), 1);
        let codes: Vec<String> = store.problems().unwrap().into_iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["too-large"]);
        let cursor = MailboxCursor { uid_validity: 7, last_uid: 9, read_through: Some(at(0)) };
        assert_eq!(store.cursor("inbox").unwrap(), Some(cursor));
        assert_eq!(store.meta("secret").unwrap().as_deref(), Some("kept"));
        // Who wrote a mail is found out afterwards.
        assert_eq!(store.without_author("infra", 10).unwrap().len(), 1);

        let entries = store.notices_of("infra", Some(1)).unwrap();
        let states: Vec<&str> = entries.iter().map(|entry| entry.state.as_str()).collect();
        assert_eq!(states, ["queued", "sending", "sent", "confirmed", "failed", "shadow"]);
        assert_eq!(store.sendable(at(0)).unwrap().len(), 2);
        assert_eq!(store.unwritten_shadow().unwrap().len(), 1);
        assert!(store.begin_send(entries[0].id, at(1), at(2)).unwrap());
        store.sent(entries[0].id, at(1)).unwrap();
        let copy = MessageId::parse("<n2@example.org>").unwrap();
        let words = Sha256::digest("Words").into();
        assert_eq!(store.confirm(&copy, &words, at(1), at(1)).unwrap(), Some(true));
        assert!(store.queue(&notice(Kind::Result, None, 0), at(2)).unwrap());
    }
}
