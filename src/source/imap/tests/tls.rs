//! TLS: what is refused before a password is sent.

use super::*;

fn starttls(script_: Script) -> ImapError {
    let server = Server::start(vec![script_]);
    let settings = Settings { security: Security::StartTls, ..server.settings() };
    let error = probe(&settings, &mut Vec::new()).unwrap_err();
    server.finish();
    error
}

#[test]
fn words_slipped_in_before_tls_are_refused() {
    let error = starttls(script(|talk| {
        talk.say("* OK ready");
        talk.hear("STARTTLS");
        talk.say("tls OK begin\n* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        assert_eq!(talk.line(), "", "nothing is sent");
    }));
    assert!(matches!(error, ImapError::StartTlsInjected { .. }), "{error:?}");
}

#[test]
fn a_starttls_that_is_refused_or_stripped_sends_no_password() {
    for reply in ["tls NO not here", "tls BAD unknown command"] {
        let error = starttls(script(move |talk| {
            talk.say("* OK ready");
            talk.hear("STARTTLS");
            talk.say(reply);
            assert_eq!(talk.line(), "", "nothing is sent");
        }));
        assert!(matches!(error, ImapError::StartTlsRefused { .. }), "{error:?}");
    }
    let error = starttls(script(|talk| talk.say("* PREAUTH you are in")));
    assert!(matches!(error, ImapError::Greeting { .. }), "{error:?}");
}

#[test]
fn a_port_without_tls_is_told_from_a_bad_certificate() {
    let error = starttls(script(|talk| {
        talk.say("* OK ready");
        talk.hear("STARTTLS");
        talk.say("tls OK begin");
        let mut hello = [0; 1];
        std::io::Read::read_exact(&mut talk.reader, &mut hello).unwrap();
        talk.say("* BAD this is not TLS");
        let _ = talk.tcp.shutdown(Shutdown::Write);
    }));
    assert!(matches!(&error, ImapError::Tls { fault: crate::net::tls::TlsFault::NotTls, .. }), "{error:?}");
}

/// What a probe over TLS finds where the server shows `certificate` and the client trusts `ca`; nothing is said before TLS stands.
fn shown(certificate: &'static str, ca: &str, security: Security) -> Result<Probe, ImapError> {
    let server = Server::start(vec![script(move |talk| {
        if security == Security::StartTls {
            // What is offered in plain text is not believed.
            talk.say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=GSSAPI] ready");
            talk.hear("STARTTLS");
            talk.say("tls OK begin");
        }
        if !talk.begin_tls(certificate) {
            return;
        }
        if security == Security::Implicit {
            talk.say("* OK ready");
        }
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        talk.hear("AUTHENTICATE PLAIN");
        talk.say("+ ");
        talk.line();
        talk.done();
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE");
        talk.examine(7, 1, 0);
        talk.logout();
    })]);
    let settings = Settings { security, ca: Some(pem(ca)), ..server.settings() };
    let found = probe(&settings, &mut Vec::new());
    server.finish();
    found
}

#[test]
fn no_password_is_sent_to_a_server_whose_certificate_is_not_right() {
    use crate::net::tls::TlsFault;
    for security in [Security::Implicit, Security::StartTls] {
        let sound = shown("good.pem", "ca.pem", security).unwrap();
        assert_eq!((sound.tls.as_deref(), sound.idle), (Some("TLSv1_3"), true), "{security:?}");
        let check = |certificate, ca, is: fn(&TlsFault) -> bool, says: &str| {
            let error = shown(certificate, ca, security).unwrap_err();
            let ImapError::Tls { fault, .. } = &error else {
                panic!("{certificate} {security:?}: {error:?}")
            };
            assert!(is(fault) && error.needs_a_person(), "{certificate} {security:?}: {error:?}");
            assert!(error.to_string().contains(says), "{error}");
        };
        let unknown: fn(&TlsFault) -> bool = |fault| matches!(fault, TlsFault::UnknownCa);
        check("self-signed.pem", "ca.pem", unknown, "name its PEM file under `ca`");
        check("good.pem", "other-ca.pem", unknown, "name its PEM file under `ca`");
        check("expired.pem", "ca.pem", |fault| matches!(fault, TlsFault::Expired), "have it renewed");
        let other: fn(&TlsFault) -> bool = |fault| matches!(fault, TlsFault::NameMismatch { .. });
        check("other-name.pem", "ca.pem", other, "it holds mail.example.test");
    }
}
