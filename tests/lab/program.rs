//! A program that a scenario runs beside the servers: the engine, mostly.

use super::keeper::{Keeper, LOOK, session_of};
use plusone::clock::Deadline;
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::Duration;

/// A running program; dropping it kills it.
pub struct Program<'lab> {
    /// Its streams, as far as they are piped; its pid is the program's own.
    pub child: Child,
    keeper: &'lab Keeper,
}

impl<'lab> Program<'lab> {
    /// Starts `program`, as `dress` dresses it, in a session of its own that `keeper` ends at the latest.
    pub fn start(keeper: &'lab Keeper, program: &str, dress: impl FnOnce(&mut Command)) -> Program<'lab> {
        let mut command = session_of(program);
        dress(&mut command);
        let child = command.spawn().unwrap_or_else(|e| panic!("{program} does not start: {e}"));
        keeper.keep(&child);
        Program { child, keeper }
    }

    /// Asks it to end (SIGTERM).
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the program has ended by itself");
    }

    /// Ends it at once (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How it ended; fails if it still runs after `within`. A program that says much writes to a file, not to a pipe.
    pub fn ended(&mut self, within: Duration) -> ExitStatus {
        let deadline = Deadline::after(within);
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return status,
                Ok(None) => assert!(!deadline.is_past(), "the program still runs after {within:?}"),
                Err(e) => panic!("the program cannot be waited for: {e}"),
            }
            sleep(LOOK);
        }
    }
}

impl Drop for Program<'_> {
    fn drop(&mut self) {
        self.kill();
        self.keeper.release(&self.child);
    }
}
