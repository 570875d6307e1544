//! An engine whose database was put back from an older copy.

use super::*;
use crate::store::{OutboxState, back_up};

const RE: &str = "Re: [PROPOSAL] Two mirrors";

#[test]
fn what_the_list_has_already_is_not_mailed_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let desk = |path: &std::path::Path| Desk {
        engine: engine(Store::open(path).unwrap(), list(), hours(-1)),
        now: hours(-1),
    };
    let mut before = desk(&path);
    let copies = ["at-once.db", "one-by-one.db"].map(|name| folder.path().join(name));
    for copy in &copies {
        back_up(&path, copy, &mut |_, _| {}).unwrap();
    }
    let story = [
        proposal().listed(),
        mail("minus", "bob", hours(10), RE, "-1: it costs too much.").to("root").listed(),
        ballot().listed(),
    ];
    before.take(&story);
    // A reminder is mailed that will be out of date when it is owed again.
    before.read_to(hours(60));
    before.read_to(hours(80));
    let sent: Vec<OutboxEntry> =
        before.outbox().into_iter().filter(|entry| entry.recipient == "list").collect();
    assert!(sent.iter().any(|entry| entry.kind == "reminder"), "{:?}", before.kinds());
    assert!(sent.iter().any(|entry| entry.kind == "result") && sent.len() >= 4, "{:?}", before.kinds());

    // The mailbox as it lies there now, read by the copy: what the engine mailed stands among the rest.
    for (copy, at_once) in copies.iter().zip([true, false]) {
        let mut after = desk(copy);
        let mailed = sent.iter().map(|entry| from_list(&entry.raw, entry.queued_at + TimeDelta::minutes(1)));
        let mails: Vec<Incoming> = story.iter().cloned().chain(mailed).collect();
        if at_once {
            after.take(&mails);
        } else {
            mails.iter().for_each(|mail| drop(after.take(std::slice::from_ref(mail))));
        }
        after.read_to(hours(82));
        let of_list = after.outbox().into_iter().filter(|entry| entry.recipient == "list");
        for entry in of_list {
            let known = sent.iter().any(|mail| mail.message_id == entry.message_id);
            assert!(known, "{} was never mailed", entry.kind);
            assert_eq!(entry.state, OutboxState::Confirmed, "{} would be mailed again", entry.kind);
        }
        assert_eq!(after.outcome("root"), "objected");
        // In other words: the copies of its own mails stand in the record now, whose hash the result names.
        let problems = after.engine.store().problems().unwrap();
        assert!(problems.iter().all(|one| one.code == "mailed-before"), "{problems:?}");
    }
}
