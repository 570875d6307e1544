//! What calls for a person, and what does not.

use super::unread::worker;
use super::*;
use crate::source::imap::{Fetched, MailboxEvent};
use crate::store::Failure;
use crate::worker::health::{MAILBOX_TROUBLE, MENDED_BY_A_PERSON};
use crate::worker::{Health, Mailbox as ReadFrom};

/// A desk whose notice of an open proposal waits in the outbox, an hour after the list got the proposal.
fn waiting() -> (Desk, OutboxEntry) {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(1));
    let opened = desk.outbox().remove(0);
    (desk, opened)
}

fn needs(desk: &Desk, now: DateTime<Utc>) -> Vec<String> {
    Health::of(desk.engine.store(), "inbox", now).unwrap().needs_a_person
}

/// Exactly one thing is needed, and these words tell it.
fn needed(desk: &Desk, now: DateTime<Utc>, words: &str) {
    let needs = needs(desk, now);
    assert!(matches!(&needs[..], [need] if need.contains(words)), "{words:?}: {needs:?}");
}

const NOBODY: [&str; 0] = [];

#[test]
fn a_mailbox_that_is_not_read() {
    needed(&Desk::set(), hours(0), "never been read");
    let (desk, _) = waiting();
    assert_eq!(needs(&desk, hours(1) + TimeDelta::minutes(30)), NOBODY);
    needed(&desk, hours(1) + TimeDelta::minutes(31), "last read 31m ago");
}

#[test]
fn a_mailbox_that_cannot_be_read() {
    let (mut desk, _) = waiting();
    let trouble = |desk: &Desk| Health::of(desk.engine.store(), "inbox", desk.now).unwrap().mailbox_trouble;
    assert_eq!(trouble(&desk), None);
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "no route").unwrap();
    assert_eq!(trouble(&desk).as_deref(), Some("no route"), "it is told all the same");
    // A server that is started anew is back before anybody need look.
    assert_eq!(needs(&desk, hours(1) + TimeDelta::minutes(30)), NOBODY);
    let later = needs(&desk, hours(1) + TimeDelta::minutes(31));
    assert!(later.contains(&"no route".to_owned()), "{later:?}");
    // A password that is refused is another matter.
    desk.engine.store_mut().set_meta(MENDED_BY_A_PERSON, "yes").unwrap();
    assert_eq!(needs(&desk, hours(1)), ["no route"]);
}

#[test]
fn a_proposal_that_is_due_and_not_decided() {
    let (mut desk, _) = waiting();
    desk.read_to(hours(72) - TimeDelta::minutes(1));
    let due = Health::of(desk.engine.store(), "inbox", desk.now).unwrap().next_due.unwrap();
    assert!(due > desk.now && due < desk.now + TimeDelta::minutes(19), "{due}");
    // Each close waits for the next look at the mailbox.
    assert_eq!(needs(&desk, due + TimeDelta::minutes(10)), NOBODY);
    needed(&desk, due + TimeDelta::minutes(10) + TimeDelta::seconds(1), "waits for the mailbox to be read");
    // Where that cannot be read it is told at once.
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "no route").unwrap();
    assert_eq!(needs(&desk, due), NOBODY);
    let at_once = needs(&desk, due + TimeDelta::seconds(1));
    assert!(at_once.len() == 2 && at_once[0] == "no route", "{at_once:?}");
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "").unwrap();
    desk.read_to(hours(73));
    assert_eq!(needs(&desk, hours(73)), NOBODY, "it is decided");
}

#[test]
fn a_mail_that_the_server_does_not_take() {
    let (mut desk, opened) = waiting();
    let store = desk.engine.store_mut();
    store.begin_send(opened.id, hours(1), hours(2)).unwrap();
    store.try_again(opened.id, hours(2), false, "450 greylisted").unwrap();
    assert_eq!(needs(&desk, hours(1) + TimeDelta::minutes(30)), NOBODY);
    desk.read_to(hours(2));
    needed(&desk, hours(2), "tried for 1h and is not taken: 450 greylisted");
    let store = desk.engine.store_mut();
    store.begin_send(opened.id, hours(2), hours(3)).unwrap();
    store.sent(opened.id, hours(2)).unwrap();
    assert_eq!(needs(&desk, hours(2)), NOBODY);
}

#[test]
fn a_notice_that_did_not_arrive() {
    for (failure, words) in [(Failure::NotSent, "was given up"), (Failure::Bounced, "came back undelivered")]
    {
        let (mut desk, opened) = waiting();
        desk.engine.store_mut().note_undelivered(&opened, None, failure, hours(1), "why").unwrap();
        needed(&desk, hours(1), words);
        // The list has it all the same.
        desk.take(&[from_list(&opened.raw, hours(1))]);
        assert_eq!(needs(&desk, hours(1)), NOBODY, "{failure:?}");
    }
    let (mut desk, opened) = waiting();
    desk.engine.store_mut().note_undelivered(&opened, None, Failure::NotSent, hours(1), "why").unwrap();
    desk.read_to(hours(24 * 31));
    assert_eq!(needs(&desk, desk.now), NOBODY, "a month is long enough");
}

#[test]
fn a_result_that_mail_puts_into_doubt() {
    let (mut desk, _) = waiting();
    desk.read_to(hours(80));
    let late = mail("m", "bob", hours(71), "Re: [PROPOSAL] Two mirrors", "-1: it costs too much.").to("root");
    desk.take(&[late.listed()]);
    needed(
        &desk,
        hours(80),
        "infra 1: mail surfaced after its result, which was passed and would be objected",
    );
    desk.read_to(hours(80 + 24 * 31));
    assert_eq!(needs(&desk, desk.now), NOBODY, "a month is long enough");
}

#[test]
fn mail_from_the_future() {
    let folder = tempfile::tempdir().unwrap();
    let (mut worker, _listener) = worker(folder.path(), ReadFrom::None);
    let mut came = |at: DateTime<Utc>, id: &str| {
        let bytes =
            format!("From: ann@example.org\r\nMessage-ID: <{id}@example.org>\r\n\r\nHello.\r\n").into_bytes();
        let (uid, uid_validity, size) = (1, 1, bytes.len() as u32);
        let mail = Fetched { uid, uid_validity, internal_date: Some(at), size, bytes, cut: false };
        worker.handle(MailboxEvent::Mail(vec![mail])).unwrap();
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(hours(1)) };
        worker.engine.read_up_to(cursor, hours(1)).unwrap();
        Health::of(worker.engine.store(), "inbox", hours(1)).unwrap().needs_a_person
    };
    assert_eq!(came(hours(1) + TimeDelta::minutes(2), "a"), NOBODY);
    let needs = came(hours(25), "b");
    assert!(matches!(&needs[..], [need] if need.contains("mail from 24 h ahead")), "{needs:?}");
    // Old mail says nothing about the clocks; mail of the present does.
    assert_eq!(came(hours(-20), "c").len(), 1);
    assert_eq!(came(hours(1), "d"), NOBODY);
}
