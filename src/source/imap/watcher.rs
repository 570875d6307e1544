//! The thread that watches a mailbox: connect, poll, wait, poll; and from the start again whenever anything is odd.

use super::connect::connect;
use super::error::ImapError;
use super::poll::{Flow, poll};
use super::session::Session;
use super::settings::Settings;
use super::{Cursor, MailboxEvent, contained};
use crate::clock::{Clock, Deadline, Stopwatch};
use std::hash::{BuildHasher, RandomState};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

/// How long `stop` waits for the thread.
const STOP_WAIT: Duration = Duration::from_secs(3);
/// Events that wait for whoever takes them; a batch of mail is one.
const WAITING_EVENTS: usize = 1;

/// How long to wait after a failure: `first`, then twice as long each time, up to `most`, each shortened at random by up to half.
#[derive(Debug, Clone, Copy)]
pub(super) struct BackOff {
    pub(super) first: Duration,
    pub(super) most: Duration,
}

/// How a watcher spends its time.
#[derive(Clone)]
pub(super) struct Pace {
    pub(super) back_off: BackOff,
    /// Longest IDLE. Servers may log off after 30 minutes and ask for a new one within 29 (RFC 2177); but a network that has
    /// forgotten the connection tells nobody, and mail that came meanwhile is heard of only after this.
    pub(super) longest_idle: Duration,
    /// Lets a pause pass; `None` waits it out.
    pub(super) pass: Option<Arc<dyn Fn(Duration) + Send + Sync>>,
}

impl Pace {
    pub(super) const USUAL: Pace =
        Pace { back_off: BackOff::USUAL, longest_idle: Duration::from_secs(4 * 60), pass: None };
}

impl BackOff {
    const USUAL: BackOff = BackOff { first: Duration::from_secs(1), most: Duration::from_secs(60) };

    /// The wait after the `failures`-th failure in a row.
    fn after(&self, failures: u32, error: &ImapError) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let wait = if error.needs_a_person() { self.most } else { self.first.saturating_mul(1 << doublings) };
        // So that many engines do not come back to a restarted server in the same instant.
        let random = f64::from(RandomState::new().hash_one(failures) as u32) / f64::from(u32::MAX);
        wait.min(self.most).mul_f64(1.0 - random / 2.0)
    }
}

/// What the thread and its owner share.
#[derive(Debug, Default)]
struct Line {
    socket: Mutex<Option<TcpStream>>,
}

impl Line {
    fn hold(&self, socket: Option<TcpStream>) {
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = socket;
    }

    fn shut(&self) {
        if let Some(socket) = &*self.socket.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// A thread that watches one mailbox and hands over what it finds. Dropping it stops the thread.
#[derive(Debug)]
pub struct Watcher {
    stop: watch::Sender<bool>,
    ended: std::sync::mpsc::Receiver<()>,
    line: Arc<Line>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts watching from `cursor` on; without one, from the mailbox's beginning. The events wait in a short channel: while
    /// nobody takes them, nothing more is fetched.
    pub fn spawn(
        settings: Settings,
        cursor: Option<Cursor>,
        clock: Arc<dyn Clock>,
    ) -> (Watcher, mpsc::Receiver<MailboxEvent>) {
        Watcher::spawn_with(settings, cursor, clock, Pace::USUAL)
    }

    pub(super) fn spawn_with(
        settings: Settings,
        cursor: Option<Cursor>,
        clock: Arc<dyn Clock>,
        pace: Pace,
    ) -> (Watcher, mpsc::Receiver<MailboxEvent>) {
        let (events, receiver) = mpsc::channel(WAITING_EVENTS);
        let (stop, stopped) = watch::channel(false);
        let (end, ended) = std::sync::mpsc::channel();
        let line = Arc::new(Line::default());
        let (server, unheard, shared) = (settings.server(), events.clone(), Arc::clone(&line));
        let body = move || {
            let watch = Watch { settings, clock, pace, events, stopped, line: shared };
            watch.run(cursor);
            let _ = end.send(());
        };
        let thread = std::thread::Builder::new().name("mailbox".to_owned()).spawn(body);
        if let Err(why) = &thread {
            let why = format!("no thread for the mailbox ({why})");
            let _ = unheard.try_send(MailboxEvent::Trouble(ImapError::Local { server, why }));
        }
        (Watcher { stop, ended, line, thread: thread.ok() }, receiver)
    }

    /// Stops watching: shuts the connection and waits for the thread, three seconds at most.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.stop.send_replace(true);
        let deadline = Deadline::after(STOP_WAIT);
        loop {
            // Again and again: the thread may have opened its socket just after the first time.
            self.line.shut();
            let wait = deadline.left().min(Duration::from_millis(50));
            match self.ended.recv_timeout(wait) {
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) if !deadline.is_past() => {}
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => return,
                Ok(()) | Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let _ = thread.join();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.end();
    }
}

/// The thread's side.
struct Watch {
    settings: Settings,
    clock: Arc<dyn Clock>,
    pace: Pace,
    events: mpsc::Sender<MailboxEvent>,
    stopped: watch::Receiver<bool>,
    line: Arc<Line>,
}

impl Watch {
    fn run(&self, mut cursor: Option<Cursor>) {
        let server = self.settings.server();
        let waits = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(waits) => waits,
            Err(why) => {
                let why = format!("no timer for the mailbox ({why})");
                let _ = self.events.try_send(MailboxEvent::Trouble(ImapError::Local { server, why }));
                return;
            }
        };
        let mut failures = 0;
        while !self.is_stopped() {
            let lasted = Stopwatch::start();
            let outcome = contained(&server, || self.connection(&waits, &mut cursor, &mut failures));
            self.line.hold(None);
            let Err(error) = outcome else { return };
            if self.is_stopped() {
                return;
            }
            if lasted.elapsed() >= self.pace.back_off.most {
                failures = 0;
            }
            failures += 1;
            let wait = self.pace.back_off.after(failures, &error);
            if !self.hand_over(&waits, MailboxEvent::Trouble(error)) {
                return;
            }
            self.pause(&waits, wait);
        }
    }

    /// One connection, from login to its end: `Ok` when nobody wants more.
    fn connection(
        &self,
        waits: &Runtime,
        cursor: &mut Option<Cursor>,
        failures: &mut u32,
    ) -> Result<(), ImapError> {
        let opened = |socket: &TcpStream| self.line.hold(socket.try_clone().ok());
        let mut session = connect(&self.settings, &opened, &|| !self.is_stopped())?;
        if !self.hand_over(waits, MailboxEvent::Connected { idle: session.can_idle() }) {
            return Ok(());
        }
        loop {
            let mut sink = |event| self.hand_over(waits, event);
            let max_mail = self.settings.max_mail;
            if poll(&mut session, cursor, &*self.clock, max_mail, &mut sink)? == Flow::Stop {
                session.logout();
                return Ok(());
            }
            self.wait(waits, &mut session)?;
            // Only now: a server that lets everybody log in and then refuses IDLE would be logged into every second.
            *failures = 0;
        }
    }

    /// Waits for mail or for the next poll. What has arrived already is not waited for.
    fn wait(&self, waits: &Runtime, session: &mut Session) -> Result<(), ImapError> {
        let poll_every = self.settings.poll_every;
        if session.has_arrived() || self.is_stopped() {
            return Ok(());
        }
        if session.can_idle() {
            return session.idle(poll_every.min(self.pace.longest_idle));
        }
        self.pause(waits, poll_every);
        Ok(())
    }

    /// Hands an event over, waiting for room; `false` when nobody takes it any more.
    fn hand_over(&self, waits: &Runtime, event: MailboxEvent) -> bool {
        let mut stopped = self.stopped.clone();
        waits.block_on(async {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => false,
                sent = self.events.send(event) => sent.is_ok(),
            }
        })
    }

    /// Waits for `wait`, or until stopped.
    fn pause(&self, waits: &Runtime, wait: Duration) {
        if let Some(pass) = &self.pace.pass {
            return pass(wait);
        }
        let mut stopped = self.stopped.clone();
        waits.block_on(async {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => {}
                () = self.events.closed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        });
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow() || self.events.is_closed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit_and_are_never_the_same_for_all() {
        let lost = ImapError::Lost { server: "mail.example.org:993".to_owned(), doing: "IDLE" };
        let check = |failures: u32, most_millis: u64| {
            let wait = BackOff::USUAL.after(failures, &lost).as_millis() as u64;
            assert!((most_millis / 2..=most_millis).contains(&wait), "failure {failures}: {wait} ms");
        };
        check(1, 1_000);
        check(2, 2_000);
        check(5, 16_000);
        check(7, 60_000);
        check(1_440, 60_000);
        check(u32::MAX, 60_000);
        let refused = ImapError::Login { server: "mail.example.org:993".to_owned(), reply: "no".to_owned() };
        assert!(
            BackOff::USUAL.after(1, &refused) >= Duration::from_secs(30),
            "a wrong password is not hammered at"
        );
        let waits: Vec<Duration> = (0..20).map(|_| BackOff::USUAL.after(7, &lost)).collect();
        assert!(waits.iter().any(|wait| *wait != waits[0]), "all of them wait {:?}", waits[0]);
    }
}
