//! The engine's process: started, killed, asked.

use plusone::clock::Deadline;
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A running `plusone run`; dropping it kills it.
pub struct Engine(Child);

impl Engine {
    /// Starts it in a folder, to end by itself at the fail point `name:n` where one is given. What it logs is appended to `engine.log`.
    pub fn start(folder: &Path, point: Option<&str>) -> Engine {
        let mut command = program(folder, &["run"]);
        if let Some(point) = point {
            command.env("PLUSONE_FAIL_POINT", point);
        }
        Engine(command.stdout(Stdio::null()).stderr(log(folder)).spawn().unwrap())
    }

    /// Starts it by a clock that is ahead by the seconds in that file.
    pub fn start_by(folder: &Path, ahead: &Path) -> Engine {
        let mut command = program(folder, &["run"]);
        command.env("PLUSONE_CLOCK_AHEAD", ahead);
        Engine(command.stdout(Stdio::null()).stderr(log(folder)).spawn().unwrap())
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> ExitStatus {
        Command::new("kill").arg(self.pid().to_string()).status().unwrap();
        let deadline = Deadline::after(Duration::from_secs(60));
        loop {
            match self.ended() {
                Some(how) => return how,
                None => assert!(!deadline.is_past(), "it does not stop"),
            }
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program with these arguments in a folder.
pub fn program(folder: &Path, args: &[&str]) -> Command {
    let named = std::env::var("PLUSONE_PROGRAM");
    let mut command = Command::new(named.as_deref().unwrap_or(env!("CARGO_BIN_EXE_plusone")));
    command.args(args).current_dir(folder).env("NO_COLOR", "1").env_remove("RUST_LOG");
    command
}

/// What the program says to these arguments: its exit code, standard output and standard error.
pub fn asked(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn log(folder: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(folder.join("engine.log")).unwrap()
}
