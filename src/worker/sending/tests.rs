//! Against a server on loopback that answers each mail as it is told to.

use super::*;
use crate::delivery::smtp::Settings;
use crate::mail::{Address, MessageId};
use crate::notice::{Kind, Notice, Recipient};
use crate::store::{MailboxCursor, Queued};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server says to a whole mail.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Take,
    Later,
    Never,
    HangUp,
}

struct Server {
    port: u16,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server { port, answers: Arc::default(), heard: Arc::default() };
        let (answers, heard) = (Arc::clone(&server.answers), Arc::clone(&server.heard));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, heard) = (Arc::clone(&answers), Arc::clone(&heard));
                let _ = stream.and_then(|stream| serve(stream, &answers, &heard));
            }
        });
        server
    }

    fn will(&self, answers: &[Answer]) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    fn submission(&self) -> Submission {
        let settings = Settings::from_url(&format!("smtp://127.0.0.1:{}", self.port), None, None).unwrap();
        Submission::new(settings).unwrap()
    }
}

fn serve(
    stream: TcpStream,
    answers: &Mutex<VecDeque<Answer>>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    reader.get_mut().write_all(b"220 test ESMTP\r\n")?;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let reply = match line.split_whitespace().next().unwrap_or_default() {
            "DATA" => {
                reader.get_mut().write_all(b"354 go ahead\r\n")?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") && reader.read_line(&mut mail)? > 0 {}
                heard.lock().unwrap().push(mail);
                match answers.lock().unwrap().pop_front() {
                    Some(Answer::Take) => "250 taken\r\n",
                    Some(Answer::Later) => "451 try later\r\n",
                    Some(Answer::Never) => "554 not here\r\n",
                    Some(Answer::HangUp) | None => return Ok(()),
                }
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        reader.get_mut().write_all(reply.as_bytes())?;
    }
}

struct StillClock(Mutex<DateTime<Utc>>);

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// An outbox, its server, and a clock that is moved by hand.
struct Desk {
    store: Store,
    server: Server,
    submission: Submission,
    clock: StillClock,
    terms: Terms,
    runtime: tokio::runtime::Runtime,
}

fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

impl Desk {
    fn set() -> Desk {
        let server = Server::start();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Desk {
            store: Store::in_memory().unwrap(),
            submission: server.submission(),
            server,
            clock: StillClock(Mutex::new(start())),
            terms: Terms {
                from: "decisions@example.org".into(),
                cap_list: 20,
                cap_reserved: 20,
                cap_author: 3,
                doubt_wait: TimeDelta::minutes(15),
                mailbox: "inbox".into(),
            },
            runtime,
        }
    }

    fn queue(&mut self, kind: Kind, to: Option<&str>, ordinal: u32) {
        let envelope_to = to.unwrap_or("infra@example.org").to_owned();
        let to = to.map_or(Recipient::List, |to| Recipient::Author(Address::parse(to).unwrap()));
        let count = self.store.notices_of("infra", None).unwrap().len();
        let id = MessageId::parse(&format!("n{count}@example.org")).unwrap();
        let queued = Queued {
            list: "infra".into(),
            number: 1,
            notice: Notice { kind, to, revision: 1, post: None, ordinal },
            period: String::new(),
            raw: format!("Message-ID: {id}\r\n\r\nWords\r\n").into_bytes(),
            message_id: id,
            envelope_to,
            words_sha256: Some([0; 32]),
            shadow: false,
            useful_until: None,
        };
        assert!(self.store.queue(&queued, self.clock.now()).unwrap());
    }

    /// Time passes, and the mailbox is read all the while.
    fn wait(&mut self, minutes: i64) {
        self.wait_unread(minutes);
        let read_through = Some(self.clock.now());
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through };
        self.store.set_cursor("inbox", cursor).unwrap();
    }

    fn wait_unread(&self, minutes: i64) {
        *self.clock.0.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    fn send(&mut self) -> Vec<Delivered> {
        let sending = send_due(&mut self.store, &self.submission, &self.terms, &self.clock);
        self.runtime.block_on(sending).unwrap().into_iter().map(|(_, delivered)| delivered).collect()
    }

    fn state(&self, at: usize) -> OutboxState {
        self.store.notices_of("infra", None).unwrap()[at].state
    }
}

fn after(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

#[test]
fn backs_off_up_to_an_hour() {
    assert_eq!(back_off(0), TimeDelta::minutes(1));
    assert_eq!(back_off(3), TimeDelta::minutes(8));
    assert_eq!(back_off(40), TimeDelta::hours(1));
}

#[test]
fn a_mail_is_sent_once() {
    let mut desk = Desk::set();
    desk.queue(Kind::Opened, None, 0);
    desk.queue(Kind::Result, None, 0);
    desk.server.will(&[Answer::Take, Answer::Take]);
    assert_eq!(desk.send(), [Delivered::Sent, Delivered::Sent]);
    assert_eq!(desk.send(), []);
    desk.wait(10_000);
    assert_eq!(desk.send(), []);
    assert_eq!(desk.server.heard().len(), 2);
    assert_eq!(desk.state(0), OutboxState::Sent);
}

#[test]
fn a_transient_refusal_backs_off_and_holds_up_nobody() {
    let mut desk = Desk::set();
    desk.queue(Kind::Opened, None, 0);
    desk.queue(Kind::Result, None, 0);
    desk.server.will(&[Answer::Later, Answer::Take]);
    let done = desk.send();
    assert!(
        matches!(&done[0], Delivered::Later(at, why) if *at == after(1) && why.contains("451")),
        "{done:?}"
    );
    assert_eq!(done[1], Delivered::Sent);
    assert_eq!(desk.send(), []);
    desk.wait(1);
    desk.server.will(&[Answer::Later]);
    let done = desk.send();
    assert!(matches!(&done[0], Delivered::Later(at, _) if *at == after(3)), "{done:?}");
    desk.wait(2);
    desk.server.will(&[Answer::Take]);
    assert_eq!(desk.send(), [Delivered::Sent]);
}

#[test]
fn a_permanent_refusal_is_final() {
    let mut desk = Desk::set();
    desk.queue(Kind::Opened, None, 0);
    desk.server.will(&[Answer::Never]);
    assert!(matches!(&desk.send()[..], [Delivered::Refused(why)] if why.contains("554")));
    assert_eq!(desk.store.undelivered_since(None, start()).unwrap().len(), 1);
    desk.wait(10_000);
    assert_eq!(desk.send(), []);
    assert_eq!(desk.state(0), OutboxState::Failed);
}

#[test]
fn in_doubt_it_waits_then_sends_the_same_mail() {
    let mut desk = Desk::set();
    desk.queue(Kind::Result, None, 0);
    desk.server.will(&[Answer::HangUp]);
    assert!(matches!(&desk.send()[..], [Delivered::Later(at, _)] if *at == after(15)));
    desk.wait(14);
    assert_eq!(desk.send(), []);
    desk.wait(1);
    desk.server.will(&[Answer::Take]);
    assert_eq!(desk.send(), [Delivered::Sent]);
    let heard = desk.server.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0], heard[1]);
}

#[test]
fn in_doubt_nothing_is_sent_again_before_the_mailbox_was_read() {
    let mut desk = Desk::set();
    desk.queue(Kind::Result, None, 0);
    desk.server.will(&[Answer::HangUp]);
    desk.send();
    // Mail server and mailbox went down together.
    for _ in 0..20 {
        desk.wait_unread(60);
        assert_eq!(desk.send(), []);
    }
    assert_eq!(desk.server.heard().len(), 1);
    desk.wait(1);
    desk.server.will(&[Answer::Take]);
    assert_eq!(desk.send(), [Delivered::Sent]);
}

#[test]
fn a_mail_is_tried_for_four_days_and_then_said_to_be_given_up() {
    for answer in [Answer::HangUp, Answer::Later] {
        let mut desk = Desk::set();
        desk.queue(Kind::Result, None, 0);
        // Whatever it waited for before it was tried does not count.
        desk.wait(5 * 24 * 60);
        let begun = desk.clock.now();
        let mut tries = 0;
        let why = loop {
            desk.server.will(&[answer]);
            tries += 1;
            match &desk.send()[..] {
                [Delivered::Later(at, _)] => {
                    let left = *at - desk.clock.now();
                    assert!(left <= TimeDelta::hours(1), "{left}");
                    desk.wait(left.num_minutes());
                }
                [Delivered::Refused(why)] => break why.clone(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((desk.clock.now() - begun).num_days(), 4, "{answer:?}");
        assert!((90..400).contains(&tries), "{tries}");
        assert!(why.contains("4 days"), "{why}");
        assert_eq!(desk.state(0), OutboxState::Failed);
        let problem = &desk.store.problems().unwrap()[0];
        assert_eq!((problem.code.as_str(), problem.list.as_deref()), ("not-sent", Some("infra")));
        assert!(problem.detail.contains("its result was not sent"), "{}", problem.detail);
        assert_eq!(desk.store.problems_since("infra", start()).unwrap(), 0, "no mail that was read");
    }
}

#[test]
fn where_the_server_is_away_everything_waits_for_one_mail_s_try() {
    let mut desk = Desk::set();
    for ordinal in 0..5 {
        desk.queue(Kind::Opened, None, ordinal);
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = Settings::from_url(&format!("smtp://127.0.0.1:{nobody}"), None, None).unwrap();
    let there = std::mem::replace(&mut desk.submission, Submission::new(settings).unwrap());
    assert!(matches!(&desk.send()[..], [Delivered::Later(at, _)] if *at == after(1)));
    assert_eq!(desk.store.next_try().unwrap(), Some(after(1)));
    assert_eq!(desk.store.tried_longest().unwrap().unwrap().0, start());
    desk.wait(1);
    desk.submission = there;
    desk.server.will(&[Answer::Take; 5]);
    assert_eq!(
        desk.send(),
        [Delivered::Sent, Delivered::Sent, Delivered::Sent, Delivered::Sent, Delivered::Sent]
    );
}

#[test]
fn each_budget_is_its_own_and_what_is_over_waits() {
    let mut desk = Desk::set();
    desk.terms = Terms { cap_list: 1, cap_reserved: 2, cap_author: 1, ..desk.terms.clone() };
    for ordinal in 0..2 {
        desk.queue(Kind::Opened, None, ordinal);
        desk.queue(Kind::Question, Some("ann@example.org"), ordinal);
    }
    desk.queue(Kind::Question, Some("bob@example.org"), 0);
    desk.queue(Kind::Result, None, 0);
    desk.queue(Kind::Objected, None, 0);
    desk.server.will(&[Answer::Take; 7]);
    let capped = || Delivered::Capped(after(60));
    use Delivered::Sent;
    assert_eq!(desk.send(), [Sent, Sent, capped(), capped(), Sent, Sent, Sent]);
    desk.wait(60);
    assert_eq!(desk.send(), [Delivered::Capped(after(120)), Delivered::Capped(after(120))]);
    desk.wait(24 * 60);
    assert_eq!(desk.send(), [Sent, Sent], "a day later there is room");
}

#[test]
fn outcomes_leave_however_much_else_is_to_be_said() {
    let mut desk = Desk::set();
    desk.terms = Terms { cap_list: 3, cap_reserved: 2, cap_author: 1, ..desk.terms.clone() };
    // Refusals and questions to many people, notices of a hundred proposals; and behind them what was decided.
    let people = ["ann@example.org", "ANN@example.org", "bob@example.org"];
    for ordinal in 0..40 {
        for kind in [Kind::Opened, Kind::Status, Kind::Reminder] {
            desk.queue(kind, None, ordinal);
        }
        for (place, who) in (0..).zip(people) {
            desk.queue(Kind::Question, Some(who), ordinal * 3 + place);
        }
    }
    desk.queue(Kind::Result, None, 0);
    desk.queue(Kind::Correction, None, 0);
    desk.server.will(&[Answer::Take; 7]);
    let sent = |done: Vec<Delivered>| done.iter().filter(|one| **one == Delivered::Sent).count();
    assert_eq!(sent(desk.send()), 3 + 2 + 2, "three to the list, one to each author, both outcomes");
    let states = [240, 241].map(|at| desk.state(at));
    assert_eq!(states, [OutboxState::Sent, OutboxState::Sent]);
    // An hour later nothing more of the flood leaves, and another outcome has to wait for nobody but outcomes.
    desk.wait(60);
    desk.queue(Kind::Objected, None, 0);
    assert_eq!(sent(desk.send()), 0);
    desk.wait(24 * 60);
    desk.server.will(&[Answer::Take; 6]);
    assert_eq!(sent(desk.send()), 3 + 2 + 1);
}

#[test]
fn shadow_notices_are_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::set();
    let notice = Notice { kind: Kind::Opened, to: Recipient::List, revision: 1, post: None, ordinal: 0 };
    let id = MessageId::parse("shadow@example.org").unwrap();
    let queued = Queued {
        list: "infra".into(),
        number: 1,
        notice,
        period: String::new(),
        message_id: id,
        envelope_to: "infra@example.org".into(),
        raw: b"Subject: x\r\n\r\nWords\r\n".to_vec(),
        words_sha256: Some([0; 32]),
        shadow: true,
        useful_until: None,
    };
    desk.store.queue(&queued, start()).unwrap();
    let out = Folder::new(folder.path()).unwrap();
    assert_eq!(write_shadow(&mut desk.store, &out, start()).unwrap(), 1);
    assert_eq!(write_shadow(&mut desk.store, &out, start()).unwrap(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(desk.send(), []);
}
