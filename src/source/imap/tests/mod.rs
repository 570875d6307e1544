//! Against a server that does exactly what a script says, on loopback.

mod failing;
mod faults;
pub(crate) mod flapping;
mod polling;
mod tls;
mod token;
mod watching;

use super::watcher::{BackOff, Pace};
use super::*;
use crate::clock::{Deadline, Stopwatch, SystemClock};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use secrecy::SecretString;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

const PASSWORD: &str = "correct-horse";
/// Nothing here takes this long unless it hangs.
const SOON: Duration = Duration::from_secs(10);

/// What a conversation runs over: TCP, or TLS on it.
trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

type Script = Box<dyn FnOnce(&mut Talk) + Send>;

/// Serves one connection per script, in order.
struct Server {
    port: u16,
    thread: JoinHandle<()>,
}

/// The server's side of one connection.
struct Talk {
    reader: BufReader<Box<dyn Stream>>,
    tcp: TcpStream,
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
                script(&mut Talk::over(stream));
            }
        });
        Server { port, thread }
    }

    fn settings(&self) -> Settings {
        let url = format!("imap://engine%40example.test@127.0.0.1:{}/INBOX", self.port);
        Settings { timeout: SOON, ..Settings::from_url(&url, password(PASSWORD), None).unwrap() }
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

fn password(password: &str) -> Credential {
    Credential::Password(SecretString::from(password).into())
}

/// A file of the certificates that the tests' servers show, or trust.
fn pem(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/source/imap/tests/tls").join(name)
}

impl Talk {
    fn over(tcp: TcpStream) -> Talk {
        tcp.set_read_timeout(Some(SOON)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let stream: Box<dyn Stream> = Box::new(tcp.try_clone().unwrap());
        Talk { reader: BufReader::new(stream), tcp, tag: String::new() }
    }

    /// From here on TLS, with the certificate of that name: whether the client took it.
    fn begin_tls(&mut self, certificate: &str) -> bool {
        let chain = vec![CertificateDer::from_pem_file(pem(certificate)).unwrap()];
        let key = PrivateKeyDer::from_pem_file(pem("leaf.key")).unwrap();
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
        let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
        let mut tcp = self.tcp.try_clone().unwrap();
        while tls.is_handshaking() {
            if tls.complete_io(&mut tcp).is_err() {
                return false;
            }
        }
        self.reader = BufReader::new(Box::new(StreamOwned::new(tls, tcp)));
        true
    }

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

/// Waits that a test can wait for.
fn short() -> Pace {
    let back_off = BackOff { first: Duration::from_millis(10), most: Duration::from_millis(20) };
    Pace { back_off, ..Pace::USUAL }
}

/// Watches with short waits, and takes events with a bound.
struct Watched {
    watcher: Option<Watcher>,
    events: Receiver<MailboxEvent>,
}

impl Watched {
    fn start(settings: Settings, cursor: Option<Cursor>) -> Watched {
        Watched::start_at(settings, cursor, short())
    }

    fn start_at(settings: Settings, cursor: Option<Cursor>, pace: Pace) -> Watched {
        let (watcher, events) = Watcher::spawn_with(settings, cursor, Arc::new(SystemClock), pace);
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
