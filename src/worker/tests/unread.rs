//! A worker whose mailbox cannot be read: what waits in the outbox may lie there already, and nothing is sent.

use super::*;
use crate::clock::{Clock, Deadline};
use crate::delivery::folder::Folder;
use crate::delivery::smtp::{Settings, Submission};
use crate::source::imap::{ImapError, MailboxEvent};
use crate::store::OutboxState;
use crate::worker::health::MENDED_BY_A_PERSON;
use crate::worker::{Health, Mailbox as ReadFrom, RunError, Terms, Worker};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

struct StillClock;

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        hours(1)
    }
}

/// A worker with a notice in its outbox that is due, and the port that it would send it to.
pub(super) fn worker(folder: &Path, mailbox: ReadFrom) -> (Worker, TcpListener) {
    let database = folder.join("plusone.db");
    let mut engine = engine(Store::open(&database).unwrap(), list(), hours(-1));
    engine.take(&[proposal().listed()], hours(0)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let terms = Terms {
        from: "decisions@example.org".into(),
        cap_list: 20,
        cap_reserved: 20,
        cap_author: 3,
        doubt_wait: TimeDelta::minutes(15),
        mailbox: "inbox".into(),
    };
    let submission = Submission::new(Settings::from_url(&url, None, None).unwrap()).unwrap();
    let shadow = Folder::new(folder.join("shadow").as_path()).unwrap();
    let (submission, clock, events) = (Some((submission, terms)), Arc::new(StillClock), Arc::default());
    (Worker { engine, database, mailbox, submission, shadow, clock, events }, listener)
}

fn nothing_was_sent(folder: &Path, listener: &TcpListener) {
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody connected");
    let waiting =
        Store::open(folder.join("plusone.db").as_path()).unwrap().notices_of("infra", None).unwrap();
    assert!(waiting.len() == 1 && waiting[0].state == OutboxState::Queued, "{waiting:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no such Maildir");
    let (worker, listener) = worker(folder.path(), ReadFrom::Maildir(missing, Duration::from_secs(1)));
    assert!(matches!(worker.run_once().await, Err(RunError::Mailbox(_))));
    nothing_was_sent(folder.path(), &listener);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no such Maildir");
    let (worker, listener) = worker(folder.path(), ReadFrom::Maildir(missing, Duration::from_secs(1)));
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    let store = Store::open(folder.path().join("plusone.db").as_path()).unwrap();
    let deadline = Deadline::after(Duration::from_secs(30));
    while store.meta("mailbox trouble").unwrap().is_none_or(|trouble| trouble.is_empty()) {
        assert!(!deadline.is_past(), "the mailbox was never looked at");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // A folder that is not there does not come by itself.
    let needs = Health::of(&store, "inbox", hours(1)).unwrap().needs_a_person;
    assert!(needs.iter().any(|need| need.contains("no such Maildir")), "{needs:?}");
    assert_eq!(store.meta(MENDED_BY_A_PERSON).unwrap().as_deref(), Some("yes"));
    stop.send_replace(true);
    running.await.unwrap().unwrap();
    nothing_was_sent(folder.path(), &listener);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_fails_ends_the_worker() {
    let folder = tempfile::tempdir().unwrap();
    let (mut worker, _listener) = worker(folder.path(), ReadFrom::None);
    // No instant is that far away: the sender panics.
    let (_, terms) = worker.submission.as_mut().unwrap();
    terms.doubt_wait = TimeDelta::MAX;
    let (_stop, stopped) = watch::channel(false);
    let ended = tokio::time::timeout(Duration::from_secs(30), worker.run(stopped)).await;
    let why = ended.expect("it ended").unwrap_err();
    assert!(matches!(&why, RunError::Other(why) if why.contains("the task that sends mail ended")), "{why}");
}

/// A mail that is moved from `new` to `cur` while it is looked for is found at another look; one that never is, is not passed over.
#[tokio::test(flavor = "multi_thread")]
async fn once_sends_nothing_where_a_mail_is_gone_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    for sub in ["cur", "new"] {
        std::fs::create_dir_all(maildir.join(sub)).unwrap();
    }
    std::os::unix::fs::symlink("nowhere", maildir.join("cur/1.a.host:2,")).unwrap();
    let (worker, listener) = worker(folder.path(), ReadFrom::Maildir(maildir, Duration::from_secs(1)));
    assert!(matches!(worker.run_once().await, Err(RunError::Mailbox(_))));
    nothing_was_sent(folder.path(), &listener);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_no_trouble_of_an_earlier_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut worker, _listener) = worker(folder.path(), ReadFrom::None);
    worker.submission = None;
    worker.engine.store_mut().set_meta("mailbox trouble", "no route").unwrap();
    worker.run_once().await.unwrap();
    let store = Store::open(folder.path().join("plusone.db").as_path()).unwrap();
    let health = Health::of(&store, "inbox", hours(1)).unwrap();
    assert_eq!((health.read_through, health.mailbox_trouble), (Some(hours(1)), None));
}

#[test]
fn whether_a_person_is_needed_is_said_of_what_is_wrong_now() {
    let folder = tempfile::tempdir().unwrap();
    let (mut worker, _listener) = worker(folder.path(), ReadFrom::None);
    let server = || "mail.example.org:993".to_owned();
    let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(hours(1)) };
    worker.engine.read_up_to(cursor, hours(1)).unwrap();
    let mut needs = |error: ImapError| {
        worker.handle(MailboxEvent::Trouble(error)).unwrap();
        let needs = Health::of(worker.engine.store(), "inbox", hours(1)).unwrap().needs_a_person;
        needs.iter().any(|need| need.contains("mail.example.org"))
    };
    assert!(needs(ImapError::Login { server: server(), reply: "no".to_owned() }));
    assert!(!needs(ImapError::Lost { server: server(), doing: "IDLE" }));
}
