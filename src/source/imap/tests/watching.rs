//! Watching: waiting for mail, starting afresh, stopping.

use super::*;
use std::sync::Mutex;

#[test]
fn new_mail_is_heard_of_while_idle() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        talk.idle();
        talk.say("* 1 EXISTS");
        talk.end_of_idle();
        talk.examine(7, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH 1:1", &body(1, "first\r\n\r\n"));
        talk.until_stopped();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    assert_eq!(uids(&watched.until_read()), [0; 0]);
    assert_eq!(uids(&watched.until_read()), [1]);
    watched.stop();
    server.finish();
}

#[test]
fn still_here_does_not_keep_an_idle_alive_for_ever() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        talk.idle();
        talk.tcp.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let deadline = Deadline::after(SOON);
        let mut line = String::new();
        // Written more often than the poll is due: a timeout per read would never end.
        while talk.reader.read_line(&mut line).is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            assert!(!deadline.is_past(), "the IDLE never ended");
            talk.say("* OK Still here");
        }
        assert_eq!(line, "DONE\r\n");
        talk.tcp.set_read_timeout(Some(SOON)).unwrap();
        talk.done();
        talk.examine(7, 1, 0);
        talk.until_stopped();
    })]);
    let settings = Settings { poll_every: Duration::from_millis(200), ..server.settings() };
    let mut watched = Watched::start(settings, None);
    watched.until_read();
    watched.until_read();
    watched.stop();
    server.finish();
}

#[test]
fn an_idle_is_given_anew_in_time_whatever_the_poll_is() {
    // RFC 2177: within 29 minutes; and after it a minute of trouble fits into the five that the engine may be behind.
    let usual = Pace::USUAL;
    assert!(usual.longest_idle + SOON * 3 + usual.back_off.most / 2 <= Duration::from_secs(5 * 60));
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        for _ in 0..3 {
            talk.idle();
            talk.end_of_idle();
            talk.examine(7, 1, 0);
        }
        talk.until_stopped();
    })]);
    let settings = Settings { poll_every: Duration::from_secs(7200), ..server.settings() };
    let pace = Pace { longest_idle: Duration::from_millis(100), ..short() };
    let mut watched = Watched::start_at(settings, None, pace);
    for _ in 0..4 {
        watched.until_read();
    }
    watched.stop();
    server.finish();
}

#[test]
fn where_there_is_no_idle_the_mailbox_is_polled() {
    let server = Server::start(vec![script(|talk| {
        talk.login_with("IMAP4rev1 AUTH=PLAIN");
        for _ in 0..3 {
            talk.examine(7, 5, 0);
        }
        talk.examine(7, 6, 1);
        listed(talk, 5, &[5], 9);
        talk.answer("UID FETCH 5:5", &body(5, "fifth\r\n\r\n"));
        while !talk.line().is_empty() {}
    })]);
    let settings = Settings { poll_every: Duration::from_millis(50), ..server.settings() };
    let mut watched = Watched::start(settings, None);
    for _ in 0..3 {
        assert_eq!(uids(&watched.until_read()), [0; 0]);
    }
    assert_eq!(uids(&watched.until_read()), [5]);
    watched.stop();
    server.finish();
}

#[test]
fn a_mail_put_back_under_a_new_uid_is_handed_over_again() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 3, 2);
        listed(talk, 1, &[1, 2], 9);
        let both = format!("{}\n{}", body(1, "first\r\n\r\n"), body(2, "again\r\n\r\n"));
        talk.answer("UID FETCH 1:2", &both);
        talk.idle();
        talk.say("* 2 EXPUNGE\n* 2 EXISTS");
        talk.end_of_idle();
        talk.examine(7, 4, 2);
        listed(talk, 3, &[3], 9);
        talk.answer("UID FETCH 3:3", &body(3, "again\r\n\r\n"));
        talk.until_stopped();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    let first = watched.until_read();
    assert_eq!(uids(&first), [1, 2]);
    let second = watched.until_read();
    assert_eq!(uids(&second), [3]);
    assert_eq!(mail(&second, 3).bytes, mail(&first, 2).bytes);
    watched.stop();
    server.finish();
}

#[test]
fn mail_told_of_during_another_command_is_polled_for_at_once() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH 1:1", &format!("{}\n* 2 EXISTS", body(1, "first\r\n\r\n")));
        talk.examine(7, 3, 2);
        listed(talk, 2, &[2], 10);
        talk.answer("UID FETCH 2:2", &body(2, "second\r\n\r\n"));
        talk.until_stopped();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    assert_eq!(uids(&watched.until_read()), [1]);
    assert_eq!(uids(&watched.until_read()), [2]);
    watched.stop();
    server.finish();
}

#[test]
fn mail_told_of_before_idle_is_granted_wakes_it() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        talk.hear("IDLE");
        talk.say("* 1 EXISTS\n* 1 RECENT");
        talk.say("+ idling");
        talk.end_of_idle();
        // The same, glued to the end of the answer before IDLE.
        talk.hear("EXAMINE");
        let tag = talk.tag.clone();
        talk.say(&format!("* 0 EXISTS\n* OK [UIDVALIDITY 7] ok\n{tag} OK done\n* 1 EXISTS"));
        talk.idle();
        talk.end_of_idle();
        talk.examine(7, 1, 0);
        talk.until_stopped();
    })]);
    let watch = Stopwatch::start();
    let mut watched = Watched::start(server.settings(), None);
    watched.until_read();
    watched.until_read();
    watched.until_read();
    assert!(watch.elapsed() < SOON / 2, "took {:?}", watch.elapsed());
    watched.stop();
    server.finish();
}

#[test]
fn a_change_of_flags_does_not_end_an_idle() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        talk.idle();
        talk.say(
            "* 1 FETCH (FLAGS (\\Seen))\n* 0 RECENT\n* OK [ALERT] the server goes down at noon\n* 1 EXISTS",
        );
        talk.end_of_idle();
        talk.examine(7, 1, 0);
        talk.until_stopped();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    watched.until_read();
    watched.until_read();
    watched.stop();
    server.finish();
}

/// Whatever happens on the first connection is told, and a second goes on from where the first was.
fn recovers(first: impl FnOnce(&mut Talk) + Send + 'static, is: fn(&ImapError) -> bool) {
    let again = script(|talk| {
        talk.login();
        talk.examine(7, 3, 2);
        listed(talk, 2, &[2], 10);
        talk.answer("UID FETCH 2:2", &body(2, "second\r\n\r\n"));
        talk.until_stopped();
    });
    let first = script(|talk| {
        talk.login();
        talk.examine(7, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH 1:1", &body(1, "first\r\n\r\n"));
        first(talk);
    });
    let server = Server::start(vec![first, again]);
    let mut watched = Watched::start(server.settings(), None);
    assert_eq!(uids(&watched.until_read()), [1]);
    let MailboxEvent::Trouble(error) = watched.next() else { panic!("no trouble") };
    assert!(is(&error), "{error:?}");
    assert_eq!(watched.next(), MailboxEvent::Connected { idle: true });
    assert_eq!(uids(&watched.until_read()), [2]);
    watched.stop();
    server.finish();
}

#[test]
fn a_connection_that_breaks_is_made_again_and_goes_on() {
    recovers(|talk| talk.idle(), |error| matches!(error, ImapError::Lost { .. }));
}

#[test]
fn a_server_that_hangs_up_during_idle_is_left_at_once() {
    let bye = |talk: &mut Talk| {
        talk.idle();
        talk.say("* BYE shutting down");
        // The connection stays open: nobody may wait for an answer to DONE.
    };
    recovers(bye, |error| matches!(error, ImapError::Bye { reply, .. } if reply == "shutting down"));
}

#[test]
fn an_idle_that_is_refused_is_a_reason_to_start_afresh() {
    let refuse = |talk: &mut Talk| {
        talk.hear("IDLE");
        let tag = talk.tag.clone();
        talk.say(&format!("{tag} BAD not now"));
    };
    recovers(refuse, |error| matches!(error, ImapError::Refused { doing: "IDLE", .. }));
}

#[test]
fn an_idle_that_is_refused_each_time_is_not_asked_for_at_once_again() {
    const TRIES: usize = 5;
    let refuse = || {
        script(|talk| {
            talk.login();
            talk.examine(7, 1, 0);
            talk.hear("IDLE");
            let tag = talk.tag.clone();
            talk.say(&format!("{tag} NO not now"));
        })
    };
    let server = Server::start((0..TRIES).map(|_| refuse()).collect());
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let pass: Arc<dyn Fn(Duration) + Send + Sync> = Arc::new(move |wait| noted.lock().unwrap().push(wait));
    let pace = Pace { pass: Some(pass), ..Pace::USUAL };
    let mut watched = Watched::start_at(server.settings(), None, pace);
    for _ in 0..TRIES {
        while !matches!(watched.next(), MailboxEvent::Trouble(_)) {}
    }
    watched.stop();
    server.finish();
    let waits = waits.lock().unwrap();
    assert!(waits[0] <= Duration::from_secs(1) && waits[TRIES - 2] >= Duration::from_secs(4), "{waits:?}");
}

#[test]
fn a_panic_inside_the_client_is_contained() {
    let odd = |talk: &mut Talk| talk.answer("IDLE", "");
    recovers(odd, |error| matches!(error, ImapError::Protocol { .. }));
}

#[test]
fn a_mailbox_made_anew_under_a_session_is_noticed_at_the_next_poll() {
    let server = Server::start(vec![script(|talk| {
        talk.login_with("IMAP4rev1 AUTH=PLAIN");
        talk.examine(7, 10, 1);
        listed(talk, 1, &[9], 9);
        talk.answer("UID FETCH 9:9", &body(9, "ninth\r\n\r\n"));
        talk.examine(8, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH 1:1", &body(1, "first\r\n\r\n"));
        while !talk.line().is_empty() {}
    })]);
    let settings = Settings { poll_every: Duration::from_millis(50), ..server.settings() };
    let mut watched = Watched::start(settings, None);
    assert_eq!(watched.next(), MailboxEvent::Connected { idle: false });
    assert_eq!(uids(&watched.until_read()), [9]);
    assert_eq!(watched.next(), MailboxEvent::UidValidityChanged { old: 7, new: 8 });
    assert_eq!(uids(&watched.until_read()), [1]);
    watched.stop();
    server.finish();
}

#[test]
fn a_watcher_that_waits_for_somebody_or_for_its_next_try_stops_at_once() {
    // For somebody to take its mail.
    let server = Server::start(vec![script(|talk| {
        talk.login_with("IMAP4rev1 AUTH=PLAIN");
        for _ in 0..3 {
            if talk.line().is_empty() {
                return;
            }
            talk.tag = "a4".to_owned();
            talk.say("* 0 EXISTS\n* OK [UIDVALIDITY 7] ok\na4 OK done");
        }
    })]);
    let settings = Settings { poll_every: Duration::from_millis(1), ..server.settings() };
    let mut watched = Watched::start(settings, None);
    watched.stop();
    drop(server);

    // For the next try.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("imap://engine@127.0.0.1:{}/", listener.local_addr().unwrap().port());
    drop(listener);
    let settings = Settings::from_url(&url, password(PASSWORD), None).unwrap();
    let (watcher, events) = Watcher::spawn(settings, None, Arc::new(SystemClock));
    let mut watched = Watched { watcher: Some(watcher), events };
    assert!(matches!(watched.next(), MailboxEvent::Trouble(ImapError::Connect { .. })));
    watched.stop();
}

#[test]
fn a_probe_tells_what_the_server_is() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 4, 2);
        talk.answer(
            "UID FETCH 1:4 (UID INTERNALDATE)",
            "* 1 FETCH (UID 2 INTERNALDATE \"01-Mar-2026 09:00:00 +0000\")\n* 2 FETCH (UID 3 INTERNALDATE \"02-Mar-2026 10:00:00 +0100\")",
        );
        talk.logout();
    })]);
    let mut steps = Vec::new();
    let probe = probe(&server.settings(), &mut steps).unwrap();
    server.finish();
    assert_eq!((probe.exists, probe.uid_validity, probe.uid_next, probe.idle), (2, 7, Some(4), true));
    assert_eq!(probe.capabilities, ["AUTH=PLAIN", "IDLE", "IMAP4REV1"]);
    assert_eq!(probe.newest, "2026-03-02T09:00:00Z".parse().ok());
    assert_eq!(steps.len(), 3);
}
