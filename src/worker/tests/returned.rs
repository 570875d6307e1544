//! Notices that come back.

use super::*;
use crate::store::{Failure, OutboxState};

/// A report of a failed delivery as it reaches the engine's own address, about the mail of that Message-ID.
fn report(id: &str, action: &str, number: u32) -> Incoming {
    let raw = format!(
        "Return-Path: <>\r\nReceived: from mx.example.net (mx.example.net [203.0.113.9])\r\n\tby mx.example.org (Postfix) with ESMTPS; {}\r\n\
         From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: decisions@example.org\r\nMessage-ID: <bounce{number}@mx.example.net>\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\n-1: I object, it could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
         Final-Recipient: rfc822; infra@lists.example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {id}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n",
        hours(1).to_rfc2822()
    );
    arrived(raw.into_bytes(), hours(1))
}

/// A desk that has sent its notice that a proposal is open.
fn told() -> (Desk, OutboxEntry) {
    let mut desk = Desk::with(ListConfig { digest: Some("0 9 * * MON".into()), ..list() });
    desk.take(&[proposal().listed()]);
    let opened = desk.outbox().remove(0);
    desk.engine.store_mut().begin_send(opened.id, hours(0), hours(1)).unwrap();
    desk.engine.store_mut().sent(opened.id, hours(0)).unwrap();
    (desk, opened)
}

#[test]
fn a_bounce_is_tied_to_its_notice_and_is_no_vote() {
    let (mut desk, opened) = told();
    let told = desk.take(&[report(&opened.message_id, "failed", 1)]);
    assert!(
        matches!(&told[..], [Told::Problem { code, detail, .. }] if code == "bounced" && detail.contains("5.1.1")),
        "{told:?}"
    );
    assert_eq!(desk.problems(), ["bounced"]);
    let found = desk.engine.store().undelivered_since(Some("infra"), hours(0)).unwrap();
    assert_eq!(
        (found[0].kind.as_str(), found[0].failure, found[0].to_list),
        ("opened", Failure::Bounced, true)
    );
    assert_eq!(desk.outbox()[0].state, OutboxState::Sent, "whoever knows its name can write a bounce");
    assert!(desk.decision("root").posts.iter().all(|post| post.message_id.as_str().starts_with("<root@")));
    // A list of thousands returns it thousands of times.
    for number in 2..20 {
        desk.take(&[report(&opened.message_id, "failed", number)]);
    }
    assert_eq!(desk.problems(), ["bounced"]);
    let digest = desk.engine.digest_now("infra", hours(2)).unwrap().unwrap();
    let text = String::from_utf8(digest.raw).unwrap();
    assert!(text.contains("NOT DELIVERED") && text.contains("came back undelivered"), "{text}");
}

#[test]
fn a_delay_is_no_bounce_and_a_stranger_s_bounce_is_no_notice_s() {
    let (mut desk, opened) = told();
    desk.take(&[report(&opened.message_id, "delayed", 1)]);
    assert_eq!(desk.problems(), [""; 0]);
    desk.take(&[report("<other@example.org>", "failed", 2)]);
    assert_eq!(desk.problems(), ["no-list"]);
    assert!(desk.engine.store().undelivered_since(None, hours(0)).unwrap().is_empty());
}

#[test]
fn what_the_list_has_is_not_taken_back_by_a_bounce() {
    let (mut desk, opened) = told();
    desk.take(&[from_list(&opened.raw, hours(1))]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Confirmed);
    desk.take(&[report(&opened.message_id, "failed", 1)]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Confirmed);
    assert!(desk.engine.store().undelivered_since(None, hours(0)).unwrap()[0].confirmed);
    let digest = desk.engine.digest_now("infra", hours(2)).unwrap().unwrap();
    assert!(!String::from_utf8(digest.raw).unwrap().contains("NOT DELIVERED"));
}

#[test]
fn what_was_given_up_in_doubt_and_came_all_the_same_has_arrived() {
    let (mut desk, opened) = told();
    let store = desk.engine.store_mut();
    store.note_undelivered(&opened, None, Failure::NotSent, hours(1), "given up").unwrap();
    assert_eq!(desk.problems(), ["not-sent"]);
    desk.take(&[from_list(&opened.raw, hours(2))]);
    assert_eq!(desk.outbox()[0].state, OutboxState::Confirmed);
    assert_eq!(desk.problems(), [""; 0]);
}
