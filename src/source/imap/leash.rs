//! How long, and how many bytes, a connection may still take: held outside the `imap` crate, which owns the stream.

use crate::clock::Deadline;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Slowest server that is waited for, in bytes a second: what an answer may take beyond the timeout.
const SLOWEST: u64 = 16 << 10;
/// Bytes that may arrive during one IDLE.
const IDLE_BYTES: u64 = 1 << 20;
/// Bytes of a short answer: greeting, login, capabilities.
const SHORT_BYTES: u64 = 1 << 20;

/// What is under way on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A command waits for its answer.
    Command,
    /// IDLE was sent, its `+` has not come.
    Continuation,
    /// The server was told to speak when something happens.
    Idle,
    /// Given up: every read and write fails at once.
    Cut,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    deadline: Deadline,
    bytes: u64,
}

/// The limits of one connection. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Leash {
    state: Arc<Mutex<State>>,
    timeout: Duration,
}

impl Leash {
    /// For a connection whose server may be silent for `timeout`; a short command is under way.
    pub(super) fn new(timeout: Duration) -> Leash {
        let state = State { mode: Mode::Command, deadline: Deadline::after(timeout), bytes: SHORT_BYTES };
        Leash { state: Arc::new(Mutex::new(state)), timeout }
    }

    /// A command with a short answer begins.
    pub(super) fn command(&self) {
        self.set(Mode::Command, self.timeout, SHORT_BYTES);
    }

    /// A command begins whose answer has at most `bytes` bytes; slow lines get time in proportion.
    pub(super) fn long_command(&self, bytes: u64) {
        let bytes = bytes.saturating_add(SHORT_BYTES);
        self.set(Mode::Command, self.timeout + Duration::from_secs(bytes / SLOWEST), bytes);
    }

    /// IDLE is about to be sent.
    pub(super) fn continuation(&self) {
        self.set(Mode::Continuation, self.timeout, SHORT_BYTES);
    }

    /// IDLE lasts until `within` from now, whatever arrives meanwhile.
    pub(super) fn idle(&self, within: Duration) {
        self.set(Mode::Idle, within, IDLE_BYTES);
    }

    /// Nothing more is wanted of this connection.
    pub(super) fn cut(&self) {
        self.set(Mode::Cut, Duration::ZERO, 0);
    }

    /// What is under way.
    pub(super) fn mode(&self) -> Mode {
        self.state().mode
    }

    /// How long the next read or write may take.
    pub(super) fn left(&self) -> io::Result<Duration> {
        let state = self.state();
        let left = match state.mode {
            Mode::Cut => return Err(io::ErrorKind::ConnectionAborted.into()),
            Mode::Idle => state.deadline.left(),
            Mode::Command | Mode::Continuation => state.deadline.left().min(self.timeout),
        };
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }

    /// Bytes that may still come.
    pub(super) fn room(&self) -> u64 {
        self.state().bytes
    }

    /// `count` bytes have come.
    pub(super) fn took(&self, count: usize) -> io::Result<()> {
        let mut state = self.state();
        state.bytes = state.bytes.checked_sub(count as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(())
    }

    fn set(&self, mode: Mode, within: Duration, bytes: u64) {
        let mut state = self.state();
        if state.mode != Mode::Cut {
            *state = State { mode, deadline: Deadline::after(within), bytes };
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_connection_stays_cut() {
        let leash = Leash::new(Duration::from_secs(30));
        assert!(leash.left().is_ok());
        leash.cut();
        leash.command();
        assert_eq!(leash.left().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[test]
    fn bytes_beyond_what_was_asked_for_are_refused() {
        let leash = Leash::new(Duration::from_secs(30));
        leash.long_command(1000);
        assert!(leash.took(1000 + SHORT_BYTES as usize).is_ok());
        assert_eq!(leash.took(1).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        leash.command();
        assert!(leash.took(1).is_ok(), "each command has its own");
    }

    #[test]
    fn what_arrives_does_not_move_the_end_of_idle() {
        let leash = Leash::new(Duration::from_secs(30));
        leash.idle(Duration::from_millis(200));
        let before = leash.left().unwrap();
        leash.took(20).unwrap();
        assert!(leash.left().unwrap_or_default() <= before);
        leash.idle(Duration::ZERO);
        assert_eq!(leash.left().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
