//! Logging in with a token, and asking for secrets.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::sync::atomic::AtomicUsize;

const TOKEN: &str = "ya29.secret-token";

fn token(token: &str) -> Credential {
    Credential::Token(SecretString::from(token).into())
}

/// The server's side up to the answer to the empty challenge, which must hold `token`.
fn hear_token(talk: &mut Talk, token: &str) {
    talk.say("* OK ready");
    talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2");
    talk.hear("AUTHENTICATE XOAUTH2");
    talk.say("+ ");
    let said = BASE64_STANDARD.decode(talk.line()).unwrap();
    let expected = format!("user=engine@example.test\x01auth=Bearer {token}\x01\x01");
    assert_eq!(String::from_utf8(said).unwrap(), expected);
}

fn taken(talk: &mut Talk) {
    talk.done();
    talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE");
    talk.examine(7, 1, 0);
}

#[test]
fn a_token_logs_in_where_a_password_would_too() {
    let server = Server::start(vec![script(|talk| {
        hear_token(talk, TOKEN);
        taken(talk);
        talk.logout();
    })]);
    let settings = Settings { credential: token(TOKEN), ..server.settings() };
    let (events, outcome) = server.poll_with(&settings, None, &SystemClock);
    assert_eq!(outcome, Ok(()));
    assert_eq!(read_through(&events), Some((7, 0)));
}

/// The login fails after the token was heard; the line says `says`, and never the token.
fn refused(answer: impl FnOnce(&mut Talk) + Send + 'static, is: fn(&ImapError) -> bool, says: &[&str]) {
    let server = Server::start(vec![script(|talk| {
        hear_token(talk, TOKEN);
        answer(talk);
        assert_eq!(talk.line(), "", "nothing more is sent");
    })]);
    let settings = Settings { credential: token(TOKEN), ..server.settings() };
    let (_, outcome) = server.poll_with(&settings, None, &SystemClock);
    let error = outcome.unwrap_err();
    let line = error.to_string();
    assert!(is(&error), "{error:?}");
    for word in says {
        assert!(line.contains(word), "{line:?} does not say {word:?}");
    }
    assert!(!line.contains(TOKEN) && !line.contains('\n') && line.chars().count() < 500, "{line}");
}

#[test]
fn a_refused_token_is_told_in_the_servers_words() {
    let is = |error: &ImapError| matches!(error, ImapError::Token { .. }) && error.needs_a_person();
    // The reason comes as one more challenge, in base64; an empty line asks for the end.
    let after = |challenge: String, answer: &'static str| {
        move |talk: &mut Talk| {
            talk.say(&format!("+ {}", BASE64_STANDARD.encode(challenge)));
            assert_eq!(talk.line(), "");
            let tag = talk.tag.clone();
            talk.say(&format!("{tag} {answer}"));
        }
    };
    let json = r#"{"status":"400","schemes":"Bearer","scope":"https://mail.example.test/"}"#;
    let says = ["token was refused", "AUTHENTICATIONFAILED", "status 400", "scope https://mail", "by hand"];
    refused(after(json.to_owned(), "NO [AUTHENTICATIONFAILED] Invalid credentials"), is, &says);
    refused(after(r#"{"status":"401"}"#.to_owned(), "NO no"), is, &["status 401"]);
    refused(after("expired\r\nlast week".to_owned(), "BAD no"), is, &["expired last week"]);
    refused(after(format!("what is {TOKEN}?"), "NO never heard of ya29.secret-token"), is, &["what is …?"]);
    refused(after("x".repeat(50_000), "NO no"), is, &["xxx"]);
    refused(
        |talk: &mut Talk| {
            let tag = talk.tag.clone();
            talk.say(&format!("{tag} NO [AUTHENTICATIONFAILED] no reason"));
        },
        is,
        &["no reason"],
    );
    let odd = |error: &ImapError| matches!(error, ImapError::Protocol { doing: "the login", .. });
    refused(|talk: &mut Talk| talk.say("+ this is not base64!"), odd, &["cannot be read"]);
}

#[test]
fn a_server_that_takes_no_token_is_sent_none() {
    let server = Server::start(vec![script(|talk| {
        talk.say("* OK ready");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN");
        assert_eq!(talk.line(), "", "nothing more is sent");
    })]);
    let settings = Settings { credential: token(TOKEN), ..server.settings() };
    let (_, outcome) = server.poll_with(&settings, None, &SystemClock);
    let error = outcome.unwrap_err();
    assert!(matches!(error, ImapError::NoToken { .. }), "{error:?}");
    assert!(error.to_string().contains("AUTH=LOGIN AUTH=PLAIN"), "{error}");
}

#[test]
fn each_login_asks_for_a_token_of_its_own() {
    let broken_off = script(|talk| {
        hear_token(talk, "token-1");
        taken(talk);
        talk.idle();
    });
    let goes_on = script(|talk| {
        hear_token(talk, "token-3");
        taken(talk);
        talk.until_stopped();
    });
    let server = Server::start(vec![broken_off, goes_on]);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let secret = Secret::asked(move |_| match counted.fetch_add(1, Ordering::SeqCst) + 1 {
        2 => Err("the secret's command oauth-token failed".to_owned()),
        number => Ok(SecretString::from(format!("token-{number}"))),
    });
    let settings = Settings { credential: Credential::Token(secret), ..server.settings() };
    let mut watched = Watched::start(settings, None);
    watched.until_read();
    assert!(matches!(watched.next(), MailboxEvent::Trouble(ImapError::Lost { .. })));
    let MailboxEvent::Trouble(failed) = watched.next() else { panic!("the second token cannot be had") };
    assert!(failed.to_string().contains("oauth-token failed"), "{failed}");
    watched.until_read();
    watched.stop();
    server.finish();
    assert!(asked.load(Ordering::SeqCst) >= 3);
}

#[test]
fn whoever_is_asked_for_a_secret_is_not_waited_for_after_a_stop() {
    let url = "imap://engine@127.0.0.1:9/";
    let (begun, begins) = std::sync::mpsc::channel();
    let secret = Secret::asked(move |wanted| {
        let _ = begun.send(());
        let deadline = Deadline::after(SOON);
        while wanted() && !deadline.is_past() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("nobody wants it".to_owned())
    });
    let settings = Settings::from_url(url, Credential::Token(secret), None).unwrap();
    let mut watched = Watched::start(settings, None);
    begins.recv_timeout(SOON).unwrap();
    watched.stop();
}

#[test]
fn a_secret_is_in_no_debug_output() {
    let settings = Settings::from_url("imap://engine@127.0.0.1/", token(TOKEN), None).unwrap();
    assert!(!format!("{settings:?}").contains(TOKEN));
}
