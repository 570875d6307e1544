//! Against a server that does exactly what a script says, on loopback.

use super::*;
use secrecy::SecretString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream as Socket};
use std::thread::JoinHandle;

const PASSWORD: &str = "correct-horse";
const EHLO: &str = "250-mail.example.test\n250-8BITMIME\n250 AUTH PLAIN";
const MAIL: &[u8] = b"Subject: decided\r\n\r\n.passed\r\n";

type Script = Box<dyn FnOnce(&mut Talk) + Send>;

/// Serves one connection per script, in order.
struct Server {
    port: u16,
    thread: JoinHandle<()>,
}

struct Talk {
    reader: BufReader<Socket>,
}

fn script(script: impl FnOnce(&mut Talk) + Send + 'static) -> Script {
    Box::new(script)
}

impl Server {
    fn start(scripts: Vec<Script>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            for script in scripts {
                let (stream, _) = listener.accept().unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                script(&mut Talk { reader: BufReader::new(stream) });
            }
        });
        Server { port, thread }
    }

    fn settings(&self, user: &str) -> Settings {
        let url = format!("smtp://{user}127.0.0.1:{}", self.port);
        let settings = Settings::from_url(&url, Some(SecretString::from(PASSWORD)), None).unwrap();
        let (timeout, data_timeout) = (Duration::from_millis(500), Duration::from_millis(500));
        Settings { timeout, data_timeout, ..settings }
    }

    fn finish(self) {
        self.thread.join().expect("the client kept to the script");
    }
}

impl Talk {
    fn say(&mut self, lines: &str) {
        let wire = lines.replace('\n', "\r\n") + "\r\n";
        self.reader.get_mut().write_all(wire.as_bytes()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let _ = self.reader.read_line(&mut line);
        line.trim_end().to_owned()
    }

    fn answer(&mut self, command: &str, reply: &str) {
        let line = self.line();
        assert!(line.starts_with(command), "expected {command}, heard {line:?}");
        self.say(reply);
    }

    fn greet(&mut self) {
        self.say("220 mail.example.test ESMTP");
        self.answer("EHLO ", EHLO);
    }

    /// Greets up to where MAIL is expected.
    fn meet(&mut self) {
        self.greet();
        self.answer("EHLO ", EHLO);
    }

    fn envelope(&mut self) {
        self.answer("MAIL FROM:<decisions@example.org>", "250 ok");
        self.answer("RCPT TO:<infra@example.org>", "250 ok");
        self.answer("DATA", "354 go ahead");
    }

    /// The mail as it came, up to the full stop.
    fn content(&mut self) -> String {
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            assert!(self.reader.read_line(&mut mail).unwrap() > 0, "it broke off: {mail:?}");
        }
        mail
    }

    fn quit(&mut self) {
        self.answer("QUIT", "221 bye");
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn send(submission: &Submission, mail: &[u8]) -> Result<Accepted, SendError> {
    submission.send("decisions@example.org", &["infra@example.org".to_owned()], mail).await
}

/// How one mail fares with this server.
fn outcome(script: Script) -> Result<Accepted, SendError> {
    let server = Server::start(vec![script]);
    let submission = Submission::new(server.settings("")).unwrap();
    let outcome = run(async {
        let outcome = send(&submission, MAIL).await;
        submission.close().await;
        outcome
    });
    server.finish();
    if let Err(error) = &outcome {
        let line = error.to_string();
        assert!(line.contains("127.0.0.1:") && !line.contains('\n') && !line.contains('@'), "{line}");
    }
    outcome
}

#[test]
fn one_connection_carries_a_batch() {
    let server = Server::start(vec![script(|talk| {
        talk.meet();
        for number in 1..=3 {
            talk.envelope();
            assert_eq!(talk.content(), "Subject: decided\r\n\r\n..passed\r\n.\r\n");
            talk.say(&format!("250 2.0.0 queued as {number}"));
        }
        talk.quit();
    })]);
    let submission = Submission::new(server.settings("")).unwrap();
    run(async {
        for number in 1..=3 {
            let reply = format!("2.0.0 queued as {number}");
            assert_eq!(send(&submission, MAIL).await, Ok(Accepted { reply }));
        }
        submission.close().await;
    });
    server.finish();
}

/// Each mail waits for nothing but the server's answers. With a delayed acknowledgement in between (Nagle's algorithm) it would be 40 ms.
#[test]
fn a_batch_goes_as_fast_as_the_server_answers() {
    const MAILS: usize = 50;
    let server = Server::start(vec![script(|talk| {
        talk.meet();
        for _ in 0..MAILS {
            talk.envelope();
            talk.content();
            talk.say("250 2.0.0 queued");
        }
        talk.quit();
    })]);
    let submission = Submission::new(server.settings("")).unwrap();
    let mut took = Vec::new();
    run(async {
        for _ in 0..MAILS {
            let watch = Stopwatch::start();
            send(&submission, MAIL).await.unwrap();
            took.push(watch.elapsed());
        }
        submission.close().await;
    });
    server.finish();
    // The usual one: a busy machine makes some of them wait.
    took.sort();
    let each = took[took.len() / 2];
    println!("{} microseconds a mail", each.as_micros());
    assert!(each < Duration::from_millis(30), "{each:?} a mail");
}

#[test]
fn a_kept_connection_that_the_server_closed_is_made_again() {
    let once = || {
        script(|talk: &mut Talk| {
            talk.meet();
            talk.envelope();
            talk.content();
            talk.say("250 ok");
        })
    };
    let server = Server::start(vec![once(), once()]);
    let submission = Submission::new(server.settings("")).unwrap();
    run(async {
        assert!(send(&submission, MAIL).await.is_ok());
        assert!(send(&submission, MAIL).await.is_ok());
    });
    server.finish();
}

#[test]
fn a_reply_before_the_content_is_plain() {
    let check = |mail: &'static str, recipient: &'static str, data: &'static str, permanent: bool| {
        let error = outcome(script(move |talk| {
            talk.meet();
            for (command, reply) in [("MAIL", mail), ("RCPT", recipient), ("DATA", data)] {
                talk.answer(command, reply);
                if !reply.starts_with('2') {
                    break;
                }
            }
            talk.quit();
        }));
        let error = error.unwrap_err();
        assert_eq!(matches!(error, SendError::Permanent(_)), permanent, "{error:?}");
        assert!(!matches!(error, SendError::Doubt(_)), "{error:?}");
    };
    check("451 later", "", "", false);
    check("530 5.7.0 log in first", "", "", false);
    check("553 5.7.1 not your address", "", "", true);
    check("250 ok", "450 4.2.1 greylisted", "", false);
    check("250 ok", "550 5.1.1 <infra@example.org> unknown", "", true);
    check("250 ok", "421 4.3.2 shutting down", "", false);
    check("250 ok", "250 ok", "554 no", true);
}

#[test]
fn after_the_content_only_a_reply_is_an_answer() {
    let after = |end: fn(&mut Talk)| {
        outcome(script(move |talk| {
            talk.meet();
            talk.envelope();
            talk.content();
            end(talk);
        }))
    };
    let refused = after(|talk| {
        talk.say("550 5.7.1 looks like spam");
        talk.quit();
    });
    assert!(
        matches!(refused, Err(SendError::Permanent(SmtpError::Refused { code: 550, .. }))),
        "{refused:?}"
    );
    let later = after(|talk| {
        talk.say("451 4.3.0 queue full");
        talk.quit();
    });
    assert!(matches!(later, Err(SendError::Transient(SmtpError::PutOff { code: 451, .. }))), "{later:?}");
    let silent = after(|talk| assert_eq!(talk.line(), "", "no QUIT amid a mail"));
    assert!(matches!(silent, Err(SendError::Doubt(SmtpError::Timeout { .. }))), "{silent:?}");
    let gone = after(|_| {});
    assert!(matches!(gone, Err(SendError::Doubt(SmtpError::Lost { .. }))), "{gone:?}");
    let nonsense = after(|talk| talk.say("what?"));
    assert!(matches!(nonsense, Err(SendError::Doubt(SmtpError::Lost { .. }))), "{nonsense:?}");
}

#[test]
fn a_port_that_says_nothing_is_told_to_be_another_schemes() {
    let told = |step| SmtpError::Timeout { server: "localhost:465".to_owned(), step }.to_string();
    assert!(told(Step::Connect).contains("for smtps://"), "{}", told(Step::Connect));
    assert!(!told(Step::Login).contains("smtps://"), "{}", told(Step::Login));
}

/// How far the server goes along before it misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
enum At {
    Connect,
    Ehlo,
    StartTls,
    Auth,
    SecondEhlo,
    Mail,
    Rcpt,
    Data,
    Dot,
}

/// What it does then.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Does {
    Hang,
    Close,
    Say(&'static str),
}

/// Plays along up to that step, and there does that.
fn misbehave(talk: &mut Talk, at: At, does: Does) {
    let ehlo = if at == At::StartTls { "250-mail\n250 STARTTLS" } else { EHLO };
    let steps: [(At, &str, &str); 7] = [
        (At::Ehlo, "EHLO", ehlo),
        (At::StartTls, "STARTTLS", "220 begin"),
        (At::Auth, "AUTH", "235 welcome"),
        (At::SecondEhlo, "EHLO", EHLO),
        (At::Mail, "MAIL", "250 ok"),
        (At::Rcpt, "RCPT", "250 ok"),
        (At::Data, "DATA", "354 go ahead"),
    ];
    if at > At::Connect {
        talk.say("220 mail.example.test ESMTP");
    }
    for (step, command, reply) in steps {
        if step > at || (step == At::StartTls && at != At::StartTls) {
            continue;
        }
        let line = talk.line();
        assert!(line.starts_with(command), "expected {command}, heard {line:?}");
        if step < at {
            talk.say(reply);
        }
    }
    if at == At::Dot {
        talk.content();
    }
    match does {
        Does::Close => return,
        Does::Say(words) => talk.say(words),
        Does::Hang => {}
    }
    // Whatever comes, until the client hangs up.
    let _ = talk.reader.read_to_end(&mut Vec::new());
}

const SAYS: [&str; 6] = [
    "421 4.3.2 going down",
    "\u{1}\u{2} what is this? 250",
    "451 4.3.0 later",
    "552 5.3.4 too large",
    "354 go on",
    "999 odd",
];

#[test]
fn every_step_may_hang_close_or_answer_anything() {
    use At::*;
    std::thread::scope(|threads| {
        for at in [Connect, Ehlo, StartTls, Auth, SecondEhlo, Mail, Rcpt, Data, Dot] {
            let all = [Does::Hang, Does::Close].into_iter().chain(SAYS.map(Does::Say));
            for does in all.filter(|does| (at, *does) != (Data, Does::Say("354 go on"))) {
                threads.spawn(move || check_fault(at, does));
            }
        }
    });
}

/// What that fault at that step means for the mail, and for those behind it.
fn check_fault(at: At, does: Does) {
    use At::*;
    let server = Server::start(vec![script(move |talk| misbehave(talk, at, does))]);
    let security = if at == StartTls { Security::StartTls } else { Security::Plain };
    let settings = server.settings("engine@");
    // Long enough for whatever else the machine does; all of them wait at once.
    let short = Duration::from_secs(3);
    let settings = Settings { security, timeout: short, data_timeout: short, ..settings };
    let submission = Submission::new(settings).unwrap();
    let error = run(send(&submission, MAIL)).unwrap_err();
    drop(submission);
    server.finish();
    let reply = matches!(does, Does::Say("421 4.3.2 going down" | "451 4.3.0 later" | "552 5.3.4 too large"));
    let expect = match (at, does) {
        (Dot, Does::Say("552 5.3.4 too large")) => "permanent",
        (Dot, _) if reply => "transient",
        (Dot, _) => "doubt",
        (Mail | Data, Does::Say("552 5.3.4 too large")) => "permanent",
        _ => "transient",
    };
    let is = match &error {
        SendError::Transient(_) => "transient",
        SendError::Permanent(_) => "permanent",
        SendError::Doubt(_) => "doubt",
    };
    assert_eq!(is, expect, "{at:?} {does:?}: {error}");
    let (SendError::Transient(why) | SendError::Permanent(why) | SendError::Doubt(why)) = &error;
    let closing = matches!(why, SmtpError::Closing { .. });
    assert_eq!(why.is_of_the_server(), at < Mail || closing, "{at:?} {does:?}: {error}");
    let line = error.to_string();
    assert!(!line.contains('\n') && !line.contains('\u{1}'), "{line:?}");
}

#[test]
fn a_mail_over_the_server_s_size_is_not_sent_over() {
    let server = Server::start(vec![script(|talk| {
        talk.greet();
        talk.answer("EHLO ", "250-mail.example.test\n250-size 20\n250 8BITMIME");
        talk.quit();
    })]);
    let submission = Submission::new(server.settings("")).unwrap();
    let error = run(send(&submission, MAIL)).unwrap_err();
    assert!(
        matches!(&error, SendError::Permanent(SmtpError::TooLarge { limit: 20, octets: 29, .. })),
        "{error:?}"
    );
    server.finish();
}

#[test]
fn smtputf8_is_asked_for_where_an_address_needs_it() {
    let server = Server::start(vec![script(|talk| {
        talk.greet();
        talk.answer("EHLO ", "250-mail.example.test\n250-SIZE 1000\n250 SMTPUTF8");
        talk.answer("MAIL FROM:<decisions@example.org> SIZE=29 SMTPUTF8", "250 ok");
        talk.answer("RCPT TO:<zoë@example.org>", "250 ok");
        talk.answer("DATA", "354 go ahead");
        talk.content();
        talk.say("250 ok");
        talk.quit();
    })]);
    let submission = Submission::new(server.settings("")).unwrap();
    run(async {
        let to = ["zoë@example.org".to_owned()];
        submission.send("decisions@example.org", &to, MAIL).await.unwrap();
        submission.close().await;
    });
    server.finish();
}

#[test]
fn a_connection_lost_before_the_content_leaves_no_doubt() {
    let error = outcome(script(|talk| {
        talk.meet();
        talk.answer("MAIL", "250 ok");
        talk.answer("RCPT", "250 ok");
        talk.line();
    }));
    assert!(matches!(error, Err(SendError::Transient(SmtpError::Lost { .. }))), "{error:?}");
}

#[test]
fn the_login_is_made_and_a_wrong_password_is_no_fault_of_the_mail() {
    let server = Server::start(vec![
        script(|talk| {
            talk.greet();
            talk.answer("AUTH PLAIN AGVuZ2luZQBjb3JyZWN0LWhvcnNl", "235 welcome");
            talk.answer("EHLO ", EHLO);
            talk.quit();
        }),
        script(|talk| {
            talk.greet();
            talk.answer("AUTH PLAIN", "535 5.7.8 authentication failed");
        }),
    ]);
    let submission = Submission::new(server.settings("engine@")).unwrap();
    run(async {
        let mut steps = Vec::new();
        submission.probe(&mut steps).await.unwrap();
        assert_eq!(steps.len(), 3);
        let error = send(&submission, MAIL).await.unwrap_err();
        assert!(matches!(error, SendError::Transient(SmtpError::Login { code: 535, .. })), "{error:?}");
        let line = error.to_string();
        assert!(line.contains("user or password refused (535") && !line.contains(PASSWORD), "{line}");
    });
    server.finish();
}

#[test]
fn words_slipped_in_before_tls_break_it_and_no_password_is_sent() {
    let server = Server::start(vec![script(|talk| {
        talk.say("220 mail.example.test ESMTP");
        talk.answer("EHLO ", "250-mail.example.test\n250 STARTTLS");
        talk.answer("STARTTLS", "220 begin\n250-mail.example.test\n250 AUTH PLAIN");
        let mut rest = Vec::new();
        let _ = talk.reader.read_to_end(&mut rest);
        let heard = String::from_utf8_lossy(&rest);
        assert!(!heard.contains("AUTH") && !heard.contains("EHLO"), "{heard}");
    })]);
    let settings = Settings { security: Security::StartTls, ..server.settings("engine@") };
    let error = run(Submission::new(settings).unwrap().probe(&mut Vec::new())).unwrap_err();
    assert!(matches!(&error, SmtpError::Tls { fault: TlsFault::NotTls, .. }), "{error:?}");
    server.finish();
}

#[test]
fn a_starttls_that_was_stripped_sends_nothing() {
    let server = Server::start(vec![script(|talk| {
        talk.greet();
        talk.quit();
    })]);
    let settings = Settings { security: Security::StartTls, ..server.settings("engine@") };
    let error = run(Submission::new(settings).unwrap().probe(&mut Vec::new())).unwrap_err();
    assert!(matches!(error, SmtpError::NoStartTls { .. }), "{error:?}");
    server.finish();
}

#[test]
fn nobody_there_is_said_for_every_scheme() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for scheme in ["smtp", "smtps", "submission+starttls"] {
        let url = format!("{scheme}://127.0.0.1:{port}");
        let settings = Settings::from_url(&url, None, None).unwrap();
        let error = run(Submission::new(settings).unwrap().probe(&mut Vec::new())).unwrap_err();
        assert!(matches!(error, SmtpError::Connect { .. }), "{scheme}: {error:?}");
        assert!(error.to_string().contains("refused"), "{error}");
    }
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_sent() {
    let settings = Settings::from_url("smtp://127.0.0.1:9", None, None).unwrap();
    let submission = Submission::new(settings).unwrap();
    let check = |from: &str, to: &[&str]| {
        let to: Vec<String> = to.iter().map(|address| (*address).to_owned()).collect();
        let error = run(submission.send(from, &to, MAIL)).unwrap_err();
        assert!(matches!(error, SendError::Permanent(SmtpError::Address { .. })), "{from} {to:?}: {error:?}");
    };
    check("no address", &["infra@example.org"]);
    check("decisions@example.org", &["infra@example.org>\r\nDATA"]);
    check("decisions@example.org", &[]);
}

#[test]
fn every_line_ends_in_crlf_and_no_bare_one_is_sent() {
    let check = |mail: &str, wire: &str| assert_eq!(crlf(mail.as_bytes()), wire.as_bytes(), "{mail:?}");
    check("a\nb\n", "a\r\nb");
    check("a\r\nb\r\n", "a\r\nb");
    check("a\n.\nb", "a\r\n.\r\nb");
    check("a\r.\rb", "a\r\n.\r\nb");
    check("a\r\r\nb", "a\r\n\r\nb");
    check("a\r\n\r\n", "a\r\n");
    check("", "");
}
