//! An IMAP mailbox that is made anew, whose mails come again, and whose server flaps.

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::delivery::folder::Folder;
use crate::source::imap::tests::flapping::{Away, Outage, watch};
use crate::source::imap::{Cursor, Fetched, MailboxEvent};
use crate::worker::{self, Worker};
use std::path::PathBuf;
use std::sync::Arc;

/// A worker without a network, in a folder of its own.
fn worker(clock: Arc<dyn Clock>) -> (Worker, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(Store::in_memory().unwrap(), list(), hours(-1));
    let shadow = Folder::new(folder.path()).unwrap();
    let mailbox = worker::Mailbox::None;
    (
        Worker {
            engine,
            database: PathBuf::new(),
            mailbox,
            submission: None,
            shadow,
            clock,
            events: Arc::default(),
        },
        folder,
    )
}

fn fetched(uid: u32, uid_validity: u32, mail: &Incoming) -> Fetched {
    let internal_date = mail.arrival.internal_date;
    let size = mail.raw.len() as u32;
    Fetched { uid, uid_validity, internal_date, size, bytes: mail.raw.clone(), cut: false }
}

fn through(uid_validity: u32, last_uid: u32, began_at: DateTime<Utc>) -> MailboxEvent {
    MailboxEvent::ReadThrough { began_at, cursor: Cursor { uid_validity, last_uid } }
}

impl Worker {
    fn stands(&self) -> (Decision, Vec<String>) {
        let decision = self.engine.store().decisions(None).unwrap().remove(0).decision;
        let outbox = self.engine.store().notices_of("infra", None).unwrap();
        (decision, outbox.into_iter().map(|entry| entry.message_id).collect())
    }
}

fn vote(id: &'static str, from: &'static str, at: i64, words: &str) -> Incoming {
    mail(id, from, hours(at), "Re: [VOTE] Move CI", words).to("vote").listed()
}

#[test]
fn a_mailbox_made_anew_is_read_again_and_nothing_counts_twice() {
    let (mut worker, _folder) = worker(Arc::new(SystemClock));
    let mails = [ballot().listed(), vote("b", "bob", 1, "+1"), vote("c", "cy", 2, "-1: it breaks the build")];
    let old = mails.iter().zip(3..).map(|(mail, uid)| fetched(uid, 7, mail)).collect();
    worker.handle(MailboxEvent::Mail(old)).unwrap();
    worker.handle(through(7, 5, hours(3))).unwrap();
    let before = worker.stands();
    assert_eq!(before.0.tally.binding.plus, 1);
    assert_eq!(before.0.posts.len(), 3);

    worker.handle(MailboxEvent::UidValidityChanged { old: 7, new: 8 }).unwrap();
    // Other UIDs, another order, and the instant at which they were put there.
    let again = mails
        .iter()
        .rev()
        .zip(1..)
        .map(|(mail, uid)| Fetched { internal_date: Some(hours(50)), ..fetched(uid, 8, mail) });
    for mail in again {
        worker.handle(MailboxEvent::Mail(vec![mail])).unwrap();
        assert_eq!(worker.engine.read_through().unwrap(), hours(3), "only a whole poll moves it");
        assert_eq!(worker.stands(), before);
    }
    worker.handle(through(8, 3, hours(4))).unwrap();
    assert_eq!(worker.stands().1, before.1, "no notice is sent again");
    let cursor = worker.engine.store().cursor("inbox").unwrap().unwrap();
    assert_eq!((cursor.uid_validity, cursor.last_uid, cursor.read_through), (8, 3, Some(hours(4))));
}

/// A mail that is taken out of the mailbox and put back has another UID, a later INTERNALDATE, and perhaps another header.
#[test]
fn a_mail_put_back_counts_once_and_as_of_when_it_first_came() {
    let check = |dated: bool, added: &str| {
        let (mut worker, _folder) = worker(Arc::new(SystemClock));
        let mut plus = vote("b", "bob", 1, "+1");
        if !dated {
            // The list's host wrote no instant: what counts is the mailbox's.
            let raw = String::from_utf8(plus.raw).unwrap();
            let (start, rest) = raw.split_once("ESMTPS; ").unwrap();
            plus.raw = format!("{start}ESMTPS\r\n{}", rest.split_once("\r\n").unwrap().1).into_bytes();
        }
        let root = fetched(1, 7, &ballot().listed());
        worker.handle(MailboxEvent::Mail(vec![root, fetched(2, 7, &plus)])).unwrap();
        worker.handle(through(7, 2, hours(3))).unwrap();
        plus.raw = [added.as_bytes(), &plus.raw].concat();
        plus.arrival.internal_date = Some(hours(300));
        worker.handle(MailboxEvent::Mail(vec![fetched(9, 7, &plus)])).unwrap();
        worker.handle(through(7, 9, hours(4))).unwrap();
        let (decision, outbox) = worker.stands();
        assert_eq!(decision.tally.binding.plus, 1, "{dated} {added:?}: {:#?}", decision.posts);
        let counted = decision.posts.iter().find(|post| post.status == crate::decision::Status::Counted);
        assert_eq!(counted.unwrap().received.at, hours(1), "{dated} {added:?}");
        assert_eq!(outbox.len(), 1, "{dated} {added:?}: {outbox:?}");
    };
    check(true, "");
    check(true, "X-Keywords: filed\r\n");
    check(false, "");
    check(false, "X-Keywords: filed\r\n");
}

/// A number from 0 up to `below`, the next of a row that is the same each time.
fn next(state: &mut u64, below: i64) -> i64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % below as u64) as i64
}

/// A day in which the server is away a third of the time, for ten seconds or for twenty minutes, in every way there is.
#[test]
fn a_day_of_a_flapping_server() {
    let begin = start().timestamp();
    let mut seed = 5;
    let mut outages: Vec<Outage> = Vec::new();
    let mut at = begin;
    while at < begin + 86_400 {
        let from = at + 5 + next(&mut seed, 900);
        let longest = [20, 120, 1200][next(&mut seed, 3) as usize];
        let to = from + 10 + next(&mut seed, longest);
        let away = [Away::Down, Away::Silent, Away::Locked][next(&mut seed, 3) as usize];
        outages.push((from, to, away));
        at = to;
    }
    // A vote each hour, and three votes on it, at odd moments.
    let mut arriving: Vec<(i64, Mail)> = Vec::new();
    let known = |id: String| -> &'static str { Box::leak(id.into_boxed_str()) };
    for hour in 0..24 {
        let opened = begin + hour * 3600 + next(&mut seed, 600);
        let root = known(format!("vote-{hour}"));
        let when = |second| DateTime::from_timestamp(second, 0).unwrap();
        let subject = format!("[VOTE] Number {hour}");
        arriving.push((opened, mail(root, "ann", when(opened), &subject, "Please vote.")));
        for voter in ["bob", "cy", "dan"] {
            let at = opened + 60 + next(&mut seed, 2400);
            let vote =
                mail(known(format!("{root}-{voter}")), voter, when(at), &format!("Re: {subject}"), "+1");
            arriving.push((at, vote.to(root)));
        }
    }
    arriving
        .push((at + 60, mail("last", "bob", DateTime::from_timestamp(at + 60, 0).unwrap(), "Hello", "Bye.")));
    arriving.sort_by_key(|(at, _)| *at);
    let away: i64 = outages.iter().map(|(from, to, _)| to - from).sum();
    let (count, mails) = (outages.len(), arriving.len());

    let (mut worker, _folder) = worker(Arc::new(SystemClock));
    let arriving = arriving.into_iter().map(|(at, mail)| (at, mail.listed().raw)).collect();
    let report = watch(begin, arriving, outages, |event, _| worker.handle(event).unwrap());
    println!(
        "{count} outages, {} s of a day away, {mails} mails: {} tries, {} logins, lag at most {} s",
        away, report.tries, report.logins, report.lag
    );
    assert!(report.lag <= 300, "{report:?}");
    assert!(report.tries < count * 40, "{report:?}");

    worker.handle(through(7, 1000, hours(24 * 30))).unwrap();
    let decisions = worker.engine.store().decisions(None).unwrap();
    assert_eq!(decisions.len(), 24);
    for stored in &decisions {
        assert_eq!(stored.decision.tally.binding.plus, 3, "{:#?}", stored.decision.posts);
        assert_eq!(stored.decision.state.outcome(), "passed");
    }
    let mut kinds: Vec<String> = worker
        .engine
        .store()
        .notices_of("infra", None)
        .unwrap()
        .into_iter()
        .map(|entry| entry.kind)
        .collect();
    kinds.sort();
    let mut expected = ["opened", "result"].map(|kind| vec![kind.to_owned(); 24]).concat();
    expected.sort();
    assert_eq!(kinds, expected);
}
