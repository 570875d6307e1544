//! Holds the lab's daemons so that none outlives the test, however the test ends.
//!
//! Every daemon leads a session of its own and is known by its pid. A small shell holds the other end of a pipe;
//! when the pipe closes, it stops those sessions and removes the lab's folder. It closes on [`Keeper::stop`], on
//! drop after a panic, and by itself when the test's process is killed.

use super::accounts::{self, Account};
use super::say;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use plusone::clock::Deadline;

/// How long one daemon may take until it answers: a loaded machine with two cores is the measure.
const START: Duration = Duration::from_secs(90);

/// The pause between two looks at something that is awaited.
pub const LOOK: Duration = Duration::from_millis(10);

/// The daemons of one lab, and the shell that outlives the test for as long as it takes to stop them.
pub struct Keeper {
    dir: PathBuf,
    shell: Child,
    line: Mutex<Line>,
    daemons: Vec<(&'static str, Child)>,
}

/// What the shell was told.
struct Line {
    /// Closing it ends the lab.
    pipe: Option<ChildStdin>,
    sessions: Vec<u32>,
}

impl Line {
    fn tell(&mut self, what: char, session: u32) {
        let pipe = self.pipe.as_mut().expect("the keeper's pipe is open until it is stopped");
        writeln!(pipe, "{what}{session}").expect("the keeper's shell is listening");
    }
}

impl Keeper {
    /// A keeper with nothing to keep yet but the lab's folder.
    pub fn of(dir: &Path) -> Keeper {
        let afterwards = if std::env::var_os("PLUSONE_LAB_KEEP").is_some() { "keep" } else { "remove" };
        let script = dir.join("keeper.sh");
        accounts::write(&script, include_str!("keeper.sh"), 0o600);
        let mut shell = session_of("sh")
            .arg(script)
            .arg(dir)
            .arg(afterwards)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .spawn()
            .expect("the keeper's shell starts");
        let line = Mutex::new(Line { pipe: shell.stdin.take(), sessions: Vec::new() });
        Keeper { dir: dir.to_owned(), shell, line, daemons: Vec::new() }
    }

    /// Starts `program` in the foreground, as `account` or as the present user, in an environment of its own.
    pub fn start(&mut self, name: &'static str, program: &[&str], account: Option<&Account>, home: &Path) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.dir.join("log").join(format!("{name}.out")))
            .expect("the lab's log folder is writable");
        let mut command = session_of(program[0]);
        command
            .args(&program[1..])
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", home)
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file handle can be doubled"))
            .stderr(log);
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let child = command.spawn().unwrap_or_else(|e| panic!("{name} ({}) does not start: {e}", program[0]));
        self.keep(&child);
        self.daemons.push((name, child));
    }

    /// Takes on a process that leads a session of its own, as [`session_of`] makes it.
    pub fn keep(&self, child: &Child) {
        let mut line = self.line();
        line.sessions.push(child.id());
        line.tell('+', child.id());
    }

    /// Lets go of a process that has ended: its number may soon be somebody else's.
    pub fn release(&self, child: &Child) {
        let mut line = self.line();
        line.sessions.retain(|id| *id != child.id());
        line.tell('-', child.id());
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the daemon `name` greets on `port` with `greeting`.
    pub fn await_greeting(&mut self, name: &str, port: u16, greeting: &str) {
        self.await_answer(name, || {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
            let mut read = vec![0; greeting.len()];
            stream.read_exact(&mut read).ok()?;
            (read == greeting.as_bytes()).then_some(())
        });
    }

    /// Waits until `answer` gives something; fails with the daemons' logs if `name` dies or stays silent.
    pub fn await_answer<T>(&mut self, name: &str, mut answer: impl FnMut() -> Option<T>) -> T {
        let deadline = Deadline::after(START);
        loop {
            if let Some(found) = answer() {
                return found;
            }
            let (_, child) = self
                .daemons
                .iter_mut()
                .find(|(known, _)| *known == name)
                .expect("only what was started is awaited");
            if let Ok(Some(status)) = child.try_wait() {
                panic!("{name} ended with {status}\n{}", self.logs());
            }
            assert!(!deadline.is_past(), "{name} does not answer after {START:?}\n{}", self.logs());
            sleep(LOOK);
        }
    }

    /// The last lines of every log file in the lab.
    pub fn logs(&self) -> String {
        let mut text = String::new();
        for folder in ["log", "mailman/logs"] {
            let Ok(entries) = fs::read_dir(self.dir.join(folder)) else { continue };
            for path in entries.flatten().map(|entry| entry.path()) {
                let content = fs::read(&path).unwrap_or_default();
                let content = String::from_utf8_lossy(&content);
                let lines: Vec<&str> = content.lines().collect();
                if !lines.is_empty() {
                    let last = &lines[lines.len().saturating_sub(25)..];
                    let _ = writeln!(text, "---- {}\n{}", path.display(), last.join("\n"));
                }
            }
        }
        text
    }

    /// Ends the lab, and says what is left of it: nothing, when all is well.
    pub fn stop(&mut self) -> Vec<String> {
        let Some(pipe) = self.line().pipe.take() else { return Vec::new() };
        drop(pipe);
        let shell = self.shell.wait();
        for (_, child) in &mut self.daemons {
            // The shell has ended it; this only takes its exit status off the process table.
            let _ = child.try_wait();
        }
        let mut left = self.running();
        if !shell.is_ok_and(|status| status.success()) {
            left.push("the keeper's shell failed".to_owned());
        }
        if std::env::var_os("PLUSONE_LAB_KEEP").is_some() {
            say(&format!("the lab's folder was kept: {}", self.dir.display()));
        } else if self.dir.exists() {
            left.push(format!("the folder {}", self.dir.display()));
        }
        left
    }

    /// The processes that belong to the lab: of a daemon's session, or with the lab's folder on their command line.
    fn running(&self) -> Vec<String> {
        let sessions = self.line().sessions.clone();
        let folder = self.dir.to_string_lossy().into_owned();
        let processes =
            fs::read_dir("/proc").expect("/proc is there on every system that runs these servers");
        let mut found = Vec::new();
        for entry in processes.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            let words: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
            let session = words.get(3).and_then(|word| word.parse::<u32>().ok());
            let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            let ours = session.is_some_and(|id| sessions.contains(&id)) || command.contains(&folder);
            if ours && words.first() != Some(&"Z") && pid != std::process::id() {
                found.push(format!("process {pid}: {command}"));
            }
        }
        found
    }
}

/// A command that runs `program` as the leader of a session of its own, under the pid that `spawn` gives.
pub fn session_of(program: &str) -> Command {
    let mut command = Command::new("setsid");
    command.arg(program);
    command
}

impl Drop for Keeper {
    fn drop(&mut self) {
        for left in self.stop() {
            say(&format!("left behind by the lab: {left}"));
        }
    }
}
