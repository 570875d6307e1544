//! Faults at every step of a conversation: the server hangs, hangs up, talks nonsense or too much; or the engine is stopped there.

use super::*;
use proptest::prelude::*;
use std::sync::mpsc;

/// The points at which the client waits for the server, in the order of a conversation.
const STEPS: [&str; 14] = [
    "greeting",
    "capabilities",
    "challenge",
    "login",
    "capabilities after it",
    "EXAMINE",
    "SEARCH",
    "sizes",
    "mail",
    "rest of a mail",
    "end of the mail",
    "IDLE",
    "idling",
    "end of IDLE",
];
/// The first of them at which one poll is through.
const READ: usize = 11;

/// Plays the server up to the step, where it owes the client an answer. Before the answers to the commands that a session
/// gives it says `noise`.
fn until(talk: &mut Talk, step: usize, noise: &str) {
    let mut at = 0;
    let mut here = || {
        at += 1;
        at > step
    };
    if here() {
        return;
    }
    talk.say("* OK ready");
    talk.hear("CAPABILITY");
    if here() {
        return;
    }
    talk.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE");
    talk.done();
    talk.hear("AUTHENTICATE PLAIN");
    if here() {
        return;
    }
    talk.say("+ ");
    talk.line();
    if here() {
        return;
    }
    talk.done();
    talk.hear("CAPABILITY");
    if here() {
        return;
    }
    talk.say("* CAPABILITY IMAP4rev1 IDLE");
    talk.done();
    for (command, answer) in [
        ("EXAMINE", "* 2 EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT 3] ok".to_owned()),
        ("UID SEARCH UID 1:*", "* SEARCH 1 2".to_owned()),
        ("UID FETCH 1:2 (UID RFC822.SIZE)", sizes(&[1, 2], 9)),
    ] {
        talk.hear(command);
        if here() {
            return;
        }
        talk.raw(noise.as_bytes());
        talk.say(&answer);
        talk.raw(noise.as_bytes());
        talk.done();
    }
    talk.hear("UID FETCH 1:2");
    if here() {
        return;
    }
    talk.raw(noise.as_bytes());
    talk.say(&body(1, "first\r\n\r\n"));
    talk.raw(noise.as_bytes());
    talk.raw(b"* 2 FETCH (UID 2 RFC822.SIZE 9 BODY[] {9}\r\nsec");
    if here() {
        return;
    }
    talk.raw(b"ond\r\n\r");
    if here() {
        return;
    }
    talk.raw(b")\r\n");
    talk.done();
    talk.hear("IDLE");
    if here() {
        return;
    }
    talk.raw(noise.as_bytes());
    talk.say("+ idling");
    talk.raw(noise.as_bytes());
    if here() {
        return;
    }
    talk.say("* 3 EXISTS");
    assert_eq!(talk.line(), "DONE");
}

/// What a watcher hears up to its first trouble where the server does `fault` at that step.
fn troubled(
    step: usize,
    timeout: Duration,
    fault: impl FnOnce(&mut Talk) + Send + 'static,
) -> (Vec<MailboxEvent>, ImapError) {
    let server = Server::start(vec![script(move |talk| {
        until(talk, step, "");
        fault(talk);
    })]);
    let poll_every = Duration::from_millis(if STEPS[step] == "idling" { 100 } else { 60_000 });
    let settings = Settings { timeout, poll_every, ..server.settings() };
    let mut watched = Watched::start(settings, None);
    let mut events = Vec::new();
    let error = loop {
        match watched.next() {
            MailboxEvent::Trouble(error) => break error,
            other => events.push(other),
        }
    };
    watched.stop();
    server.finish();
    (events, error)
}

/// Plays `fault` at every step at once, and hands what came of it to `check`.
fn at_each_step(
    timeout: Duration,
    fault: fn(&mut Talk),
    check: impl Fn(&str, &[MailboxEvent], &ImapError) + Sync,
) {
    std::thread::scope(|scope| {
        for (step, name) in STEPS.into_iter().enumerate() {
            let check = &check;
            scope.spawn(move || {
                let (events, error) = troubled(step, timeout, fault);
                let read = events.iter().any(|event| matches!(event, MailboxEvent::ReadThrough { .. }));
                assert_eq!(read, step >= READ, "{name}: {events:?}");
                assert!(step >= READ || uids(&events).is_empty(), "{name}: {events:?}");
                check(name, &events, &error);
            });
        }
    });
}

/// Reads what the client still says, until it is gone.
fn wait_for_the_end(talk: &mut Talk) {
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _ = talk.reader.read_to_end(&mut rest);
}

#[test]
fn a_server_that_hangs_is_given_up_at_every_step() {
    at_each_step(Duration::from_millis(500), wait_for_the_end, |step, _, error| {
        assert!(matches!(error, ImapError::Timeout { .. }), "{step}: {error:?}");
    });
}

#[test]
fn a_server_that_hangs_up_is_left_at_every_step() {
    let hang_up = |talk: &mut Talk| drop(talk.tcp.shutdown(Shutdown::Both));
    at_each_step(SOON, hang_up, |step, _, error| {
        assert!(matches!(error, ImapError::Lost { .. }), "{step}: {error:?}");
    });
}

#[test]
fn a_goodbye_is_taken_for_one_at_every_step() {
    let bye = |talk: &mut Talk| {
        // Inside a mail they are words of the mail, and the mail has no end.
        talk.raw(b"* BYE going down\r\n");
        let _ = talk.tcp.shutdown(Shutdown::Write);
        wait_for_the_end(talk);
    };
    at_each_step(SOON, bye, |step, _, error| {
        assert!(!error.needs_a_person(), "{step}: {error:?}");
    });
}

#[test]
fn a_mail_without_end_is_cut_off_whatever_length_was_announced() {
    for announced in ["4000000000", "9999999999"] {
        let server = Server::start(vec![script(move |talk| {
            until(talk, 8, "");
            talk.raw(format!("* 1 FETCH (UID 1 BODY[] {{{announced}}}\r\n").as_bytes());
            let chunk = [b'x'; 64 << 10];
            while talk.reader.get_mut().write_all(&chunk).is_ok() {}
        })]);
        let (events, outcome) = server.poll(None);
        assert!(matches!(outcome, Err(ImapError::TooLong { doing: "UID FETCH", .. })), "{outcome:?}");
        assert_eq!(uids(&events), [0; 0]);
    }
}

#[test]
fn a_thousand_replies_that_nobody_asked_for_change_nothing() {
    let noise: String = (1..=200)
        .map(|number| {
            format!(
                "* {number} FETCH (FLAGS (\\Seen $Junk))\r\n* 1 RECENT\r\n* OK [ALERT] please read this\r\n\
                 * FLAGS (\\Answered \\Seen)\r\n* NO [OVERQUOTA] nearly full\r\n"
            )
        })
        .collect();
    assert_eq!(noise.lines().count(), 1000);
    let server = Server::start(vec![script(move |talk| {
        until(talk, 12, &noise);
        talk.say(&["* 3 EXISTS"; 1000].join("\n"));
        talk.end_of_idle();
        talk.examine(7, 3, 2);
        talk.answer("UID SEARCH UID 3:*", "* SEARCH 2");
        talk.hear("IDLE");
        // Untagged lines before the `+`, and after DONE.
        talk.say(&["* 3 EXISTS"; 1000].join("\n"));
        talk.say("+ idling");
        assert_eq!(talk.line(), "DONE");
        talk.raw(noise.as_bytes());
        talk.done();
        talk.examine(7, 3, 2);
        talk.answer("UID SEARCH UID 3:*", "* SEARCH");
        talk.until_stopped();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    assert_eq!(uids(&watched.until_read()), [1, 2]);
    assert_eq!(uids(&watched.until_read()), [0; 0]);
    assert_eq!(uids(&watched.until_read()), [0; 0]);
    watched.stop();
    server.finish();
}

#[test]
fn a_watcher_stops_at_once_at_every_step() {
    std::thread::scope(|scope| {
        for (step, name) in STEPS.into_iter().enumerate() {
            scope.spawn(move || {
                let (arrived, arrives) = mpsc::channel();
                let server = Server::start(vec![script(move |talk| {
                    until(talk, step, "");
                    arrived.send(()).unwrap();
                    wait_for_the_end(talk);
                })]);
                let mut watched = Watched::start(server.settings(), None);
                // Its events wait in a short channel, which has to be emptied meanwhile.
                while arrives.try_recv().is_err() {
                    let _ = watched.events.try_recv();
                    std::thread::sleep(Duration::from_millis(1));
                }
                let watch = Stopwatch::start();
                watched.watcher.take().unwrap().stop();
                assert!(watch.elapsed() < Duration::from_secs(2), "{name}: {:?}", watch.elapsed());
                server.finish();
            });
        }
    });
}

#[test]
fn a_watcher_that_still_dials_stops_at_once() {
    // A listener whose queue is full: more connections are neither taken nor refused.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        queue.push(stream);
        assert!(queue.len() < 10_000, "the queue is never full");
    }
    let url = format!("imap://engine@127.0.0.1:{}/", address.port());
    let settings = Settings { timeout: SOON, ..Settings::from_url(&url, password(PASSWORD), None).unwrap() };
    let mut watched = Watched::start(settings.clone(), None);
    std::thread::sleep(Duration::from_millis(100));
    watched.stop();
    let short = Settings { timeout: Duration::from_millis(300), ..settings };
    let error = probe(&short, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, ImapError::Timeout { .. } | ImapError::Connect { .. }), "{error:?}");
}

/// Bytes that look like IMAP here and there.
fn nonsense() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            "* ",
            "a1 OK ",
            "a3 NO ",
            "+ ",
            "\r\n",
            "{5}\r\n",
            "{99999999}\r\n",
            "FETCH (",
            "BODY[] ",
            "UID 1 ",
            ")",
            "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n",
            "* OK [UIDVALIDITY 0]\r\n",
            "* SEARCH 1 2 3\r\n",
            "* 5 EXISTS\r\n",
            "* BYE\r\n",
            "* BAD\r\n",
            "* LIST () \"/\" x\r\n",
            "* 1 FETCH (FLAGS ())\r\n",
            "\"",
            "NIL",
            "(((((((((",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn nonsense_ends_in_an_error_and_never_in_mail_that_was_read(step in 0..READ, said in nonsense()) {
        let shown = String::from_utf8_lossy(&said).into_owned();
        let server = Server::start(vec![script(move |talk| {
            until(talk, step, "");
            talk.raw(&said);
            let _ = talk.tcp.shutdown(Shutdown::Write);
            wait_for_the_end(talk);
        })]);
        let settings = Settings { timeout: Duration::from_secs(2), ..server.settings() };
        let (events, outcome) = server.poll_with(&settings, None, &SystemClock);
        // By chance it may be a whole answer; whatever it is, nothing is read through unless the server said so to the end.
        prop_assert!(outcome.is_err(), "{}: {shown:?} {events:?}", STEPS[step]);
        prop_assert!(read_through(&events).is_none(), "{}: {shown:?} {events:?}", STEPS[step]);
        let line = outcome.map_or_else(|error| error.to_string(), |()| String::new());
        prop_assert!(!line.contains(PASSWORD) && !line.contains('\n'), "{line:?}");
    }
}
