//! One poll: what it hands over, and when it says that everything was read.

use super::*;

#[test]
fn a_poll_hands_over_every_mail_and_then_says_so() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 4, 2);
        listed(talk, 1, &[1, 3], 9);
        let both = format!("{}\n{}", body(1, "first\r\n\r\n"), body(3, "third\r\n\r\n"));
        talk.answer("UID FETCH 1:3 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])", &both);
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(events[0], MailboxEvent::Connected { idle: true });
    assert_eq!(uids(&events), [1, 3]);
    let first = mail(&events, 1);
    assert_eq!((first.uid_validity, first.size, first.cut), (7, 9, false));
    assert_eq!(first.bytes, b"first\r\n\r\n");
    assert_eq!(first.internal_date.unwrap().to_rfc3339(), "2026-11-02T09:00:00+00:00");
    assert_eq!(read_through(&events), Some((7, 3)));
}

#[test]
fn an_empty_mailbox_is_read_through_too() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 1, 0);
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(read_through(&events), Some((7, 0)));
}

/// A clock that the test's server moves.
struct Moved(Arc<AtomicI64>);

impl Clock for Moved {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap()
    }
}

#[test]
fn a_poll_is_read_through_to_the_instant_before_its_first_command() {
    let seconds = Arc::new(AtomicI64::new(1_000));
    let clock = Moved(Arc::clone(&seconds));
    let server = Server::start(vec![script(move |talk| {
        talk.login();
        seconds.store(2_000, Ordering::SeqCst);
        talk.hear("EXAMINE");
        seconds.store(3_000, Ordering::SeqCst);
        talk.say("* 0 EXISTS\n* OK [UIDVALIDITY 7] ok");
        talk.done();
        talk.logout();
    })]);
    let settings = server.settings();
    let (events, _) = server.poll_with(&settings, None, &clock);
    let Some(MailboxEvent::ReadThrough { began_at, .. }) = events.last() else { panic!("{events:?}") };
    assert!(began_at.timestamp() <= 2_000, "{began_at} is after the server was asked");
}

#[test]
fn a_poll_that_breaks_off_is_not_read_through() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 3, 2);
        listed(talk, 1, &[1, 2], 9);
        talk.hear("UID FETCH 1:2");
        talk.say(&body(1, "first\r\n\r\n"));
    })]);
    let (events, outcome) = server.poll(None);
    assert!(matches!(outcome, Err(ImapError::Lost { doing: "UID FETCH", .. })), "{outcome:?}");
    assert_eq!(events, [MailboxEvent::Connected { idle: true }]);
}

#[test]
fn whoever_stops_taking_mail_is_not_told_that_all_was_read() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH", &body(1, "first\r\n\r\n"));
        talk.logout();
    })]);
    let mut seen = Vec::new();
    let outcome = poll_once(&server.settings(), None, &SystemClock, &mut |event| {
        seen.push(event);
        seen.len() < 2
    });
    server.finish();
    assert_eq!(outcome, Ok(()));
    assert!(matches!(seen.as_slice(), [MailboxEvent::Connected { .. }, MailboxEvent::Mail(_)]), "{seen:?}");
}

#[test]
fn the_last_mail_that_star_always_names_is_not_new() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 6, 5);
        talk.answer("UID SEARCH UID 6:*", "* SEARCH 5");
        talk.logout();
    })]);
    let (events, outcome) = server.poll(Some((7, 5)));
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), [0; 0]);
    assert_eq!(read_through(&events), Some((7, 5)));
}

#[test]
fn mail_beyond_a_stale_uidnext_is_found() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 6, 6);
        listed(talk, 6, &[6], 9);
        talk.answer("UID FETCH 6:6", &body(6, "sixth\r\n\r\n"));
        talk.logout();
    })]);
    let (events, _) = server.poll(Some((7, 5)));
    assert_eq!(uids(&events), [6]);
    assert_eq!(read_through(&events), Some((7, 6)));
}

#[test]
fn a_mailbox_made_anew_is_read_from_its_beginning() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(8, 2, 1);
        listed(talk, 1, &[1], 9);
        talk.answer("UID FETCH 1:1", &body(1, "anew!\r\n\r\n"));
        talk.logout();
    })]);
    let (events, _) = server.poll(Some((7, 50)));
    assert_eq!(events[1], MailboxEvent::UidValidityChanged { old: 7, new: 8 });
    assert_eq!(mail(&events, 1).uid_validity, 8);
    assert_eq!(read_through(&events), Some((8, 1)));
}

#[test]
fn a_mailbox_put_back_from_a_backup_is_read_again() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 3, 1);
        talk.answer("UID SEARCH UID 3:*", "* SEARCH 2");
        listed(talk, 1, &[2], 9);
        talk.answer("UID FETCH 2:2", &body(2, "again\r\n\r\n"));
        talk.logout();
    })]);
    let (events, _) = server.poll(Some((7, 50)));
    assert_eq!(events[1], MailboxEvent::UidValidityChanged { old: 7, new: 7 });
    assert_eq!(read_through(&events), Some((7, 2)));
}

#[test]
fn what_a_fetch_leaves_out_is_asked_for_again_alone() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 6, 5);
        listed(talk, 1, &[1, 2, 3, 4, 5], 9);
        // 1 whole, a flag change without a UID, 2 without a body, 3 with NIL, 4 and 5 not at all.
        let replies = [
            body(1, "first\r\n\r\n").as_str(),
            "* 2 FETCH (FLAGS (\\Seen))",
            "* 2 FETCH (UID 2 RFC822.SIZE 9)",
            "* 3 FETCH (UID 3 RFC822.SIZE 9 BODY[] NIL)",
        ]
        .join("\n");
        talk.answer("UID FETCH 1:5", &replies);
        talk.answer("UID FETCH 2:2", &body(2, "second\r\n\r\n"));
        talk.answer("UID FETCH 3:3", "* 3 FETCH (UID 3 RFC822.SIZE 9 BODY[] NIL)");
        talk.answer("UID FETCH 4:4", "");
        talk.answer("UID FETCH 5:5", &body(5, "fifth\r\n\r\n"));
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), [1, 2, 3, 5], "4 was expunged");
    assert_eq!(mail(&events, 2).bytes, b"second\r\n\r\n");
    let withheld = mail(&events, 3);
    assert!(withheld.cut && withheld.bytes.is_empty() && withheld.size == 9);
    assert_eq!(read_through(&events), Some((7, 5)));
}

#[test]
fn a_mail_whose_size_is_left_out_is_asked_for_alone() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 5, 4);
        talk.answer("UID SEARCH UID 1:*", "* SEARCH 1 2 3 4");
        talk.answer("UID FETCH 1:4 (UID RFC822.SIZE)", &sizes(&[1, 4], 9));
        talk.answer("UID FETCH 1:1", &body(1, "first\r\n\r\n"));
        talk.answer("UID FETCH 2:2", &body(2, "second\r\n\r\n"));
        talk.answer("UID FETCH 3:3", "");
        talk.answer("UID FETCH 3:3", "");
        talk.answer("UID FETCH 4:4", &body(4, "fourth\r\n\r\n"));
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), [1, 2, 4], "3 was expunged");
    assert!(!mail(&events, 2).cut);
    assert_eq!(read_through(&events), Some((7, 4)));
}

#[test]
fn a_mail_that_is_too_long_comes_cut_and_alone() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 4, 3);
        let lines = format!("{}\n{}\n{}", sizes(&[1], 9), sizes(&[2], 5000), sizes(&[3], 9));
        talk.answer("UID SEARCH UID 1:*", "* SEARCH 1 2 3");
        talk.answer("UID FETCH 1:3 (UID RFC822.SIZE)", &lines);
        talk.answer("UID FETCH 1:1", &body(1, "first\r\n\r\n"));
        talk.hear("UID FETCH 2:2 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.10>)");
        talk.say("* 2 FETCH (UID 2 RFC822.SIZE 5000 BODY[]<0> {10}\n0123456789)");
        talk.done();
        talk.answer("UID FETCH 3:3", &body(3, "third\r\n\r\n"));
        talk.logout();
    })]);
    let settings = Settings { max_mail: 10, ..server.settings() };
    let (events, outcome) = server.poll_with(&settings, None, &SystemClock);
    assert_eq!(outcome, Ok(()));
    let cut = mail(&events, 2);
    assert_eq!((cut.bytes.as_slice(), cut.size, cut.cut), (b"0123456789".as_slice(), 5000, true));
    assert!(!mail(&events, 1).cut && !mail(&events, 3).cut);
}

#[test]
fn a_mail_that_is_too_long_and_of_no_told_size_is_known_to_be_cut() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 2, 1);
        talk.answer("UID SEARCH UID 1:*", "* SEARCH 1");
        talk.answer("UID FETCH 1:1 (UID RFC822.SIZE)", "");
        talk.hear("UID FETCH 1:1 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.10>)");
        talk.say("* 1 FETCH (UID 1 BODY[]<0> {10}\n0123456789)");
        talk.done();
        talk.logout();
    })]);
    let settings = Settings { max_mail: 10, ..server.settings() };
    let (events, outcome) = server.poll_with(&settings, None, &SystemClock);
    assert_eq!(outcome, Ok(()));
    assert!(mail(&events, 1).cut);
}

#[test]
fn what_a_mail_says_is_not_taken_for_the_servers_words() {
    let trick = "\r\n)\r\n* 2 FETCH (UID 2 BODY[] {5}\r\n* BYE\r\na7 OK done\r\n* 9 EXISTS {3}\r\n\0\0\r\n";
    let server = Server::start(vec![script(move |talk| {
        talk.login();
        talk.examine(7, 4, 3);
        listed(talk, 1, &[1, 2, 3], trick.len() as u32);
        talk.hear("UID FETCH 1:3");
        // A short body may come as a quoted string, and one reply may hold two literals.
        talk.say("* 1 FETCH (UID 1 BODY[] \"0\")");
        talk.say("* OK the brace at the end is only text {6}");
        let size = trick.len();
        talk.raw(
            format!("* 2 FETCH (BODY[HEADER] {{2}}\r\n\r\n BODY[] {{{size}}}\r\n{trick} UID 2)\r\n")
                .as_bytes(),
        );
        talk.say("* 3 FETCH (UID 3 BODY[] {0}\n)");
        talk.done();
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), [1, 2, 3]);
    assert_eq!(mail(&events, 1).bytes, b"0");
    assert_eq!(mail(&events, 2).bytes, trick.as_bytes());
    assert_eq!(mail(&events, 3).bytes, b"");
}

#[test]
fn a_mail_of_blank_lines_is_read_in_linear_time() {
    let watch = Stopwatch::start();
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 2, 1);
        let blank = "\r\n".repeat(4 << 20);
        listed(talk, 1, &[1], blank.len() as u32);
        talk.answer("UID FETCH 1:1", &body(1, &blank));
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(mail(&events, 1).bytes.len(), 8 << 20);
    // Parsed anew at each of its four million lines it takes twenty times as long.
    assert!(watch.elapsed() < SOON / 2, "took {:?}", watch.elapsed());
}

#[test]
fn many_mails_come_in_batches_in_order() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.examine(7, 50_000, 4200);
        let all: Vec<u32> = (1..=4200).map(|number| number * 7).collect();
        let list = all.iter().rev().map(u32::to_string).collect::<Vec<_>>().join(" ");
        talk.answer("UID SEARCH UID 1:*", &format!("* SEARCH {list}"));
        for chunk in all.chunks(2000) {
            let range = format!("UID FETCH {}:{} (UID RFC822.SIZE)", chunk[0], chunk[chunk.len() - 1]);
            talk.answer(&range, &sizes(chunk, 2));
            for batch in chunk.chunks(250) {
                let bodies: Vec<String> = batch.iter().map(|uid| body(*uid, "\r\n")).collect();
                let range = format!("UID FETCH {}:{} ", batch[0], batch[batch.len() - 1]);
                talk.answer(&range, &bodies.join("\n"));
            }
        }
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), (1..=4200).map(|number| number * 7).collect::<Vec<u32>>());
    for event in &events {
        assert!(!matches!(event, MailboxEvent::Mail(mails) if mails.len() > 250));
    }
    assert_eq!(read_through(&events), Some((7, 49_999)));
}

#[test]
fn a_warning_in_the_middle_changes_nothing() {
    let server = Server::start(vec![script(|talk| {
        talk.login();
        let lines = "* NO the disk is nearly full\n* 1 EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT 2] ok";
        talk.answer("EXAMINE", lines);
        talk.answer("UID SEARCH UID 1:*", "* NO nearly full\n* SEARCH 1");
        talk.answer("UID FETCH 1:1", &format!("* NO still nearly full\n{}", sizes(&[1], 9)));
        talk.answer("UID FETCH 1:1", &format!("* BAD news\n{}", body(1, "first\r\n\r\n")));
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(uids(&events), [1]);
}
