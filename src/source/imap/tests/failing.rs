//! What goes wrong: each with an error of its own, one line that says what to do, and nothing read through.

use super::*;

/// The poll fails with `error`'s kind and a line that says `says`, without the password.
fn fails(script_: Script, is: fn(&ImapError) -> bool, says: &[&str]) {
    let server = Server::start(vec![script_]);
    let settings = Settings { timeout: Duration::from_millis(500), ..server.settings() };
    let (events, outcome) = server.poll_with(&settings, None, &SystemClock);
    let error = outcome.unwrap_err();
    let line = error.to_string();
    assert!(is(&error), "{error:?}");
    for word in says {
        assert!(line.contains(word), "{line:?} does not say {word:?}");
    }
    assert!(!line.contains('\n') && !line.contains(PASSWORD) && line.contains("127.0.0.1:"), "{line}");
    assert!(read_through(&events).is_none());
}

#[test]
fn a_greeting_that_is_not_ok_is_the_end() {
    let greets = |line: &'static str| script(move |talk: &mut Talk| talk.say(line));
    let bye = |error: &ImapError| matches!(error, ImapError::Bye { .. });
    let other = |error: &ImapError| matches!(error, ImapError::Greeting { .. });
    fails(greets("* BYE too many connections"), bye, &["hung up", "too many connections"]);
    fails(greets("* PREAUTH welcome"), other, &["PREAUTH", "check the port"]);
    fails(greets("220 mail.example.test ESMTP"), other, &["220", "check the port"]);
    let lost = |error: &ImapError| matches!(error, ImapError::Lost { .. });
    fails(script(|_| {}), lost, &["lost during the greeting"]);
}

/// A server that answers the login with a NO.
fn refuses_login(why: &'static str) -> Script {
    script(move |talk| {
        talk.say("* OK ready");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        talk.hear("AUTHENTICATE PLAIN");
        talk.say("+ ");
        talk.line();
        let tag = talk.tag.clone();
        talk.say(&format!("{tag} NO {why}"));
    })
}

#[test]
fn a_wrong_password_is_one_line_that_says_so() {
    let refuse = refuses_login("[AUTHENTICATIONFAILED] Authentication failed for engine@example.test.");
    let is = |error: &ImapError| matches!(error, ImapError::Login { .. }) && error.needs_a_person();
    fails(refuse, is, &["user or password refused", "AUTHENTICATIONFAILED", "check the user"]);
}

#[test]
fn a_server_that_cannot_ask_about_the_password_now_is_tried_again() {
    let refuse = refuses_login("[UNAVAILABLE] Temporary authentication failure.");
    let is = |error: &ImapError| matches!(error, ImapError::Refused { .. }) && !error.needs_a_person();
    fails(refuse, is, &["the login", "Temporary authentication failure"]);
}

#[test]
fn a_server_that_takes_no_password_is_sent_none() {
    let disabled = script(|talk| {
        talk.say("* OK ready");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI");
        assert_eq!(talk.line(), "", "nothing more is sent");
    });
    let is = |error: &ImapError| matches!(error, ImapError::NoMechanism { .. });
    fails(disabled, is, &["takes no password", "AUTH=GSSAPI"]);
}

#[test]
fn login_is_used_where_sasl_plain_is_not_offered() {
    let server = Server::start(vec![script(|talk| {
        talk.say("* OK ready");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1");
        talk.answer("LOGIN \"engine@example.test\" \"correct-horse\"", "");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1");
        talk.examine(7, 1, 0);
        talk.logout();
    })]);
    let (events, outcome) = server.poll(None);
    assert_eq!(outcome, Ok(()));
    assert_eq!(events[0], MailboxEvent::Connected { idle: false });
}

#[test]
fn a_password_with_a_line_break_is_never_sent() {
    let settings = Settings {
        credential: password("correct-horse\n"),
        ..Settings::from_url("imap://engine@127.0.0.1:9/", password(""), None).unwrap()
    };
    let error = probe(&settings, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, ImapError::Password { .. }), "{error:?}");
}

#[test]
fn a_mailbox_that_is_not_there_is_named() {
    let absent = script(|talk| {
        talk.login();
        talk.hear("EXAMINE");
        let tag = talk.tag.clone();
        talk.say(&format!("{tag} NO [NONEXISTENT] Mailbox doesn't exist: INBOX"));
    });
    let is = |error: &ImapError| matches!(error, ImapError::NoMailbox { .. });
    fails(absent, is, &["\"INBOX\"", "NONEXISTENT", "check its name"]);
    let no_uids = script(|talk| {
        talk.login();
        talk.answer("EXAMINE", "* 1 EXISTS");
    });
    fails(no_uids, |error| matches!(error, ImapError::NoUids { .. }), &["UIDVALIDITY"]);
}

#[test]
fn a_server_that_falls_silent_is_not_waited_for() {
    let silent = script(|talk| {
        talk.login();
        talk.hear("EXAMINE");
        talk.line();
    });
    fails(silent, |error| matches!(error, ImapError::Timeout { .. }), &["EXAMINE", "no answer in time"]);
}

#[test]
fn a_server_that_dribbles_is_not_waited_for_either() {
    let watch = Stopwatch::start();
    let dribble = script(|talk| {
        let deadline = Deadline::after(SOON);
        talk.raw(b"* OK ");
        while !deadline.is_past() && talk.reader.get_mut().write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    fails(dribble, |error| matches!(error, ImapError::Timeout { .. }), &["the greeting"]);
    assert!(watch.elapsed() < SOON, "took {:?}", watch.elapsed());
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let endless = script(|talk| {
        let chunk = [b'x'; 4096];
        while talk.reader.get_mut().write_all(&chunk).is_ok() {}
    });
    fails(endless, |error| matches!(error, ImapError::TooLong { .. }), &["longer answer"]);
}

#[test]
fn a_line_that_is_no_imap_is_a_reason_to_start_afresh() {
    let nonsense = script(|talk| {
        talk.login();
        talk.hear("EXAMINE");
        talk.say("* OK [UIDVALIDITY 7] ok\n\u{1}\u{2}what?");
        talk.line();
    });
    fails(nonsense, |error| matches!(error, ImapError::Protocol { .. }), &["cannot be read"]);
}

#[test]
fn nobody_there_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("imap://engine@127.0.0.1:{port}/");
    let settings = Settings::from_url(&url, password(PASSWORD), None).unwrap();
    let error = probe(&settings, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, ImapError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains("refused") && error.to_string().contains("check the host and port"));
}
