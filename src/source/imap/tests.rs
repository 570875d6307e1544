//! Against a server that does exactly what a script says, on loopback.

use super::watcher::BackOff;
use super::*;
use crate::clock::{Deadline, Stopwatch, SystemClock};
use secrecy::SecretString;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

const PASSWORD: &str = "correct-horse";
/// Nothing here takes this long unless it hangs.
const SOON: Duration = Duration::from_secs(10);

type Script = Box<dyn FnOnce(&mut Talk) + Send>;

/// Serves one connection per script, in order.
struct Server {
    port: u16,
    thread: JoinHandle<()>,
}

/// The server's side of one connection.
struct Talk {
    reader: BufReader<TcpStream>,
    tag: String,
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
                stream.set_read_timeout(Some(SOON)).unwrap();
                script(&mut Talk { reader: BufReader::new(stream), tag: String::new() });
            }
        });
        Server { port, thread }
    }

    fn settings(&self) -> Settings {
        let url = format!("imap://engine%40example.test@127.0.0.1:{}/INBOX", self.port);
        Settings { timeout: SOON, ..Settings::from_url(&url, SecretString::from(PASSWORD), None).unwrap() }
    }

    /// What one poll hands over, and how it ends. The script must have been followed.
    fn poll(self, cursor: Option<(u32, u32)>) -> (Vec<MailboxEvent>, Result<(), ImapError>) {
        let settings = self.settings();
        self.poll_with(&settings, cursor, &SystemClock)
    }

    fn poll_with(
        self,
        settings: &Settings,
        cursor: Option<(u32, u32)>,
        clock: &dyn Clock,
    ) -> (Vec<MailboxEvent>, Result<(), ImapError>) {
        let mut events = Vec::new();
        let cursor = cursor.map(|(uid_validity, last_uid)| Cursor { uid_validity, last_uid });
        let outcome = poll_once(settings, cursor, clock, &mut |event| {
            events.push(event);
            true
        });
        self.finish();
        (events, outcome)
    }

    fn finish(self) {
        self.thread.join().expect("the client kept to the script");
    }
}

impl Talk {
    fn say(&mut self, lines: &str) {
        let wire = lines.replace("\r\n", "\n").replace('\n', "\r\n") + "\r\n";
        self.reader.get_mut().write_all(wire.as_bytes()).unwrap();
    }

    fn raw(&mut self, bytes: &[u8]) {
        let _ = self.reader.get_mut().write_all(bytes);
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            // A client that was stopped may leave words unread: that is an end, too.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => String::new(),
            read => read.map(|_| line.trim_end().to_owned()).unwrap(),
        }
    }

    /// Reads a command, which must begin with `command`; the rest of it comes back.
    fn hear(&mut self, command: &str) -> String {
        let line = self.line();
        let (tag, said) = line.split_once(' ').unwrap_or_default();
        assert!(said.starts_with(command), "expected {command}, heard {line:?}");
        self.tag = tag.to_owned();
        said.get(command.len()..).unwrap_or_default().to_owned()
    }

    fn done(&mut self) {
        let line = format!("{} OK done", self.tag);
        self.say(&line);
    }

    /// Reads a command and answers it with `lines` and OK.
    fn answer(&mut self, command: &str, lines: &str) {
        self.hear(command);
        if !lines.is_empty() {
            self.say(lines);
        }
        self.done();
    }

    fn login(&mut self) {
        self.login_with("IMAP4rev1 AUTH=PLAIN IDLE");
    }

    fn login_with(&mut self, capabilities: &str) {
        self.say("* OK ready");
        self.answer("CAPABILITY", &format!("* CAPABILITY {capabilities}"));
        self.hear("AUTHENTICATE PLAIN");
        self.say("+ ");
        assert_eq!(self.line(), "AGVuZ2luZUBleGFtcGxlLnRlc3QAY29ycmVjdC1ob3JzZQ==");
        self.done();
        self.answer("CAPABILITY", &format!("* CAPABILITY {capabilities}"));
    }

    fn examine(&mut self, uid_validity: u32, uid_next: u32, exists: u32) {
        let lines = format!(
            "* FLAGS (\\Seen)\n* {exists} EXISTS\n* 0 RECENT\n* OK [UIDVALIDITY {uid_validity}] ok\n* OK [UIDNEXT {uid_next}] ok"
        );
        self.answer("EXAMINE \"INBOX\"", &lines);
    }

    fn idle(&mut self) {
        self.hear("IDLE");
        self.say("+ idling");
    }

    fn end_of_idle(&mut self) {
        assert_eq!(self.line(), "DONE");
        self.done();
    }

    /// Keeps the client in IDLE (which it may not have begun yet) until it is gone.
    fn until_stopped(&mut self) {
        let mut line = String::new();
        while self.reader.read_line(&mut line).is_ok_and(|count| count > 0) {
            assert!(line.ends_with(" IDLE\r\n"), "heard {line:?}");
            self.raw(b"+ idling\r\n");
            line.clear();
        }
    }

    fn logout(&mut self) {
        self.answer("LOGOUT", "* BYE bye");
    }
}

fn sizes(uids: &[u32], size: u32) -> String {
    let line = |uid: &u32| format!("* {uid} FETCH (UID {uid} RFC822.SIZE {size})");
    uids.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A server's answer to which mails there are, and to how long they are.
fn listed(talk: &mut Talk, first: u32, uids: &[u32], size: u32) {
    let list = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    talk.answer(&format!("UID SEARCH UID {first}:*"), &format!("* SEARCH {list}"));
    if let (Some(low), Some(high)) = (uids.iter().min(), uids.iter().max()) {
        talk.answer(&format!("UID FETCH {low}:{high} (UID RFC822.SIZE)"), &sizes(uids, size));
    }
}

fn body(uid: u32, text: &str) -> String {
    let (size, date) = (text.len(), "02-Nov-2026 10:00:00 +0100");
    format!(
        "* {uid} FETCH (UID {uid} INTERNALDATE \"{date}\" RFC822.SIZE {size} BODY[] {{{size}}}\r\n{text})"
    )
}

fn uids(events: &[MailboxEvent]) -> Vec<u32> {
    let mails = events.iter().filter_map(|event| match event {
        MailboxEvent::Mail(mails) => Some(mails),
        _ => None,
    });
    mails.flatten().map(|mail| mail.uid).collect()
}

fn mail(events: &[MailboxEvent], uid: u32) -> Fetched {
    let mut all = events.iter().filter_map(|event| match event {
        MailboxEvent::Mail(mails) => mails.iter().find(|mail| mail.uid == uid),
        _ => None,
    });
    all.next().cloned().unwrap_or_else(|| panic!("no mail {uid} in {events:?}"))
}

fn read_through(events: &[MailboxEvent]) -> Option<(u32, u32)> {
    match events.last() {
        Some(MailboxEvent::ReadThrough { cursor, .. }) => Some((cursor.uid_validity, cursor.last_uid)),
        _ => None,
    }
}

/// Watches with short waits, and takes events with a bound.
struct Watched {
    watcher: Option<Watcher>,
    events: Receiver<MailboxEvent>,
}

impl Watched {
    fn start(settings: Settings, cursor: Option<Cursor>) -> Watched {
        let short = BackOff { first: Duration::from_millis(10), most: Duration::from_millis(20) };
        let (watcher, events) = Watcher::spawn_with(settings, cursor, Arc::new(SystemClock), short);
        Watched { watcher: Some(watcher), events }
    }

    fn next(&mut self) -> MailboxEvent {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let event = runtime.block_on(async { tokio::time::timeout(SOON, self.events.recv()).await });
        event.expect("an event in time").expect("the watcher lives")
    }

    /// The next event that is a completed poll; what came before it, which must be no trouble.
    fn until_read(&mut self) -> Vec<MailboxEvent> {
        let mut events = Vec::new();
        while !matches!(events.last(), Some(MailboxEvent::ReadThrough { .. })) {
            let event = self.next();
            assert!(!matches!(event, MailboxEvent::Trouble(_)), "{event:?} after {events:?}");
            events.push(event);
        }
        events
    }

    fn stop(&mut self) {
        let watch = Stopwatch::start();
        self.watcher.take().unwrap().stop();
        assert!(watch.elapsed() < Duration::from_secs(2), "stopping took {:?}", watch.elapsed());
    }
}

// ---- One poll

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
            for batch in chunk.chunks(500) {
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
        assert!(!matches!(event, MailboxEvent::Mail(mails) if mails.len() > 500));
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

// ---- What goes wrong

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

#[test]
fn a_wrong_password_is_one_line_that_says_so() {
    let refuse = script(|talk| {
        talk.say("* OK ready");
        talk.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        talk.hear("AUTHENTICATE PLAIN");
        talk.say("+ ");
        talk.line();
        let tag = talk.tag.clone();
        talk.say(&format!("{tag} NO [AUTHENTICATIONFAILED] Authentication failed for engine@example.test."));
    });
    let is = |error: &ImapError| matches!(error, ImapError::Login { .. }) && error.needs_a_person();
    fails(refuse, is, &["user or password refused", "AUTHENTICATIONFAILED", "check the user"]);
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
        password: SecretString::from("correct-horse\n"),
        ..Settings::from_url("imap://engine@127.0.0.1:9/", SecretString::from(""), None).unwrap()
    };
    let error = probe(&settings).unwrap_err();
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
    let settings = Settings::from_url(&url, SecretString::from(PASSWORD), None).unwrap();
    let error = probe(&settings).unwrap_err();
    assert!(matches!(error, ImapError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains("refused") && error.to_string().contains("check the host and port"));
}

// ---- STARTTLS

fn starttls(script_: Script) -> ImapError {
    let server = Server::start(vec![script_]);
    let settings = Settings { security: Security::StartTls, ..server.settings() };
    let error = probe(&settings).unwrap_err();
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
        let _ = talk.reader.get_ref().shutdown(Shutdown::Write);
    }));
    assert!(matches!(&error, ImapError::Tls { fault: crate::net::tls::TlsFault::NotTls, .. }), "{error:?}");
}

// ---- Watching

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
        talk.reader.get_ref().set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let deadline = Deadline::after(SOON);
        let mut line = String::new();
        // Written more often than the poll is due: a timeout per read would never end.
        while talk.reader.read_line(&mut line).is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            assert!(!deadline.is_past(), "the IDLE never ended");
            talk.say("* OK Still here");
        }
        assert_eq!(line, "DONE\r\n");
        talk.reader.get_ref().set_read_timeout(Some(SOON)).unwrap();
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
fn a_watcher_stops_at_once_whatever_it_waits_for() {
    // For an answer that does not come.
    let server = Server::start(vec![script(|talk| {
        talk.login();
        talk.hear("EXAMINE");
        talk.line();
    })]);
    let mut watched = Watched::start(server.settings(), None);
    assert_eq!(watched.next(), MailboxEvent::Connected { idle: true });
    watched.stop();
    server.finish();

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
    let settings = Settings::from_url(&url, SecretString::from(PASSWORD), None).unwrap();
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
        talk.logout();
    })]);
    let probe = probe(&server.settings()).unwrap();
    server.finish();
    assert_eq!((probe.exists, probe.uid_validity, probe.uid_next, probe.idle), (2, 7, Some(4), true));
    assert_eq!(probe.capabilities, ["AUTH=PLAIN", "IDLE", "IMAP4REV1"]);
    assert_eq!(probe.steps.len(), 4);
}
