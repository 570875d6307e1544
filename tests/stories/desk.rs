//! An engine of its own for one story: its list, its configuration, its process.

#![allow(dead_code)] // a kit: no test needs every piece of it

use crate::lab::{Lab, ListAddress, ListDress, Program, address, password};
use crate::{SOON, has};
use plusone::clock::{Deadline, Stopwatch};
use plusone::decision::Decision;
use plusone::store::Store;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// How often something is looked at again.
const GLANCE: Duration = Duration::from_millis(10);
/// Who is on every story's list and roster.
const MEMBERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

/// The program that is tried: the tests' own, or another build that `PLUSONE_PROGRAM` names.
fn program() -> String {
    std::env::var("PLUSONE_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_plusone").to_owned())
}

pub struct Desk<'a> {
    pub engine: String,
    pub list: ListAddress,
    lab: &'a Lab,
    folder: PathBuf,
    running: Option<Program<'a>>,
    starts: u32,
}

impl<'a> Desk<'a> {
    /// A list with everybody on it, and an engine beside it that reads its mailbox at `imaps_port`; proposals stay open for `window`.
    pub fn set(lab: &'a Lab, name: &str, imaps_port: u16, window: Duration, dress: &ListDress) -> Desk<'a> {
        let engine = lab.engine(name);
        let mut members = MEMBERS.to_vec();
        members.push(&engine);
        let list = lab.create_list(name, &members, dress);
        let folder = lab.scratch(name);
        let desk = Desk { engine, list, lab, folder, running: None, starts: 0 };
        desk.write_roster();
        desk.write_config(imaps_port, window);
        desk
    }

    fn write_roster(&self) {
        let member = |name: &&str| {
            format!("[[member]]\nid = \"{name}\"\nname = \"{name}\"\naddresses = [\"{}\"]\n\n", address(name))
        };
        fs::write(self.folder.join("roster.toml"), MEMBERS.iter().map(member).collect::<String>())
            .expect("a writable folder");
    }

    fn write_config(&self, imaps_port: u16, window: Duration) {
        let window = format!("{}s", window.as_secs());
        let ca = self.lab.ca_path();
        let graces = "settle = \"1s\"\nreason_grace = \"2s\"\nheld_grace = \"2s\"";
        let config = format!(
            r#"database = "plusone.db"

[mailbox]
imap = "imaps://{engine}%40example.test@localhost:{imaps_port}/INBOX"
password = {{ env = "IMAP_PASSWORD" }}
ca = "{ca}"
poll = "1s"

[submit]
smtp = "submission+starttls://decisions%40example.test@localhost:{submission}"
password = {{ env = "SMTP_PASSWORD" }}
ca = "{ca}"
from = "decisions <decisions@example.test>"
cap = {{ list = 500, author = 500 }}
doubt_wait = "4s"

[[list]]
name = "{name}"
address = "{address}"
list_id = "{list_id}"
zone = "Europe/Prague"
mode = "live"
roster = "roster.toml"

[list.tags]
"PROPOSAL" = "minor"
"VOTE" = "substantial"

[list.kinds.minor]
rule = "ovirt-minor"
window = "{window}"
{graces}

[list.kinds.substantial]
rule = "ovirt-substantial"
window = "{window}"
max_window = "14d"
{graces}

[list.trust]
list_hosts = ["127.0.0.1"]
bounce = ["{bounces}"]
munging = "mailman"
"#,
            engine = self.engine,
            ca = ca.display(),
            submission = self.lab.ports.submission,
            name = self.list.name,
            address = self.list.address,
            list_id = self.list.list_id,
            bounces = self.list.bounces,
        );
        fs::write(self.folder.join("plusone.toml"), config).expect("a writable folder");
    }

    /// What `plusone check` prints, with that password for the mailbox, and with or without the lab's CA.
    pub fn check(&self, imap_password: Option<&str>, with_ca: bool) -> String {
        let config =
            fs::read_to_string(self.folder.join("plusone.toml")).expect("the configuration was written");
        let keep = |line: &&str| with_ca || !line.starts_with("ca = ");
        let path = self.folder.join("check.toml");
        fs::write(&path, config.lines().filter(keep).collect::<Vec<_>>().join("\n"))
            .expect("a writable folder");
        let output = Command::new(program())
            .args(["--config".as_ref(), path.as_os_str(), "check".as_ref()])
            .env("IMAP_PASSWORD", imap_password.map_or_else(|| password(&self.engine), str::to_owned))
            .env("SMTP_PASSWORD", password("decisions"))
            .output()
            .expect("plusone runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    /// What `plusone` says to these arguments with a configuration in which each text is replaced by another: whether it succeeded, and all
    /// that it printed.
    pub fn ask_with(&self, changes: &[(&str, &str)], args: &[&str]) -> (bool, String) {
        let mut config =
            fs::read_to_string(self.folder.join("plusone.toml")).expect("the configuration was written");
        for (old, new) in changes {
            assert!(config.contains(old), "{old:?} is not in the configuration");
            config = config.replace(old, new);
        }
        fs::write(self.folder.join("changed.toml"), config).expect("a writable folder");
        self.said("changed.toml", args)
    }

    /// Changes the configuration for good; the engine reads it at its next start.
    pub fn change_config(&self, old: &str, new: &str) {
        let path = self.folder.join("plusone.toml");
        let config = fs::read_to_string(&path).expect("the configuration was written");
        assert!(config.contains(old), "{old:?} is not in the configuration");
        fs::write(path, config.replace(old, new)).expect("a writable folder");
    }

    /// Starts the engine's process.
    pub fn start(&mut self) {
        self.start_to_end_at(None);
    }

    /// Starts the engine's process, to end by itself at the fail point `name:n`.
    pub fn start_to_end_at(&mut self, point: Option<&str>) {
        self.starts += 1;
        let log =
            File::create(self.folder.join(format!("engine-{}.log", self.starts))).expect("a writable folder");
        let config = self.folder.join("plusone.toml");
        self.running = Some(self.lab.run(&program(), |command| {
            command
                .args(["--config".as_ref(), config.as_os_str(), "run".as_ref()])
                .env("IMAP_PASSWORD", password(&self.engine))
                .env("SMTP_PASSWORD", password("decisions"))
                .stderr(log);
            if let Some(point) = point {
                command.env("PLUSONE_FAIL_POINT", point);
            }
        }));
    }

    /// What `plusone` says to these arguments: whether it succeeded, and all that it printed.
    pub fn ask(&self, args: &[&str]) -> (bool, String) {
        self.said("plusone.toml", args)
    }

    fn said(&self, config: &str, args: &[&str]) -> (bool, String) {
        let output = Command::new(program())
            .arg("--config")
            .arg(self.folder.join(config))
            .args(args)
            .env("IMAP_PASSWORD", password(&self.engine))
            .env("SMTP_PASSWORD", password("decisions"))
            .output()
            .expect("plusone runs");
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    }

    /// Starts the engine's process for the first time, and waits until it takes proposals.
    pub fn begin(&mut self) {
        self.start();
        let deadline = Deadline::after(SOON);
        while self
            .store()
            .is_none_or(|store| store.meta("begun_at").expect("the database is whole").is_none())
        {
            assert!(!deadline.is_past(), "the engine does not begin:\n{}", self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    /// Lets the engine work for a while, then kills it on the spot.
    pub fn kill_after(&mut self, while_running: Duration) {
        self.quiet_for(while_running);
        self.running.take().expect("it runs").kill();
    }

    /// Ends the engine as systemd would.
    pub fn stop(&mut self) {
        self.running.take().expect("it runs").terminate();
    }

    /// Waits until something is so.
    pub fn await_that(&self, is_so: impl Fn() -> bool) {
        let deadline = Deadline::after(SOON);
        while !is_so() {
            assert!(!deadline.is_past(), "it does not come about:\n{}", self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    /// Waits without expecting anything: for what must not happen.
    pub fn quiet_for(&self, length: Duration) {
        std::thread::sleep(length);
    }

    /// Posts to the list; gives the Message-ID.
    pub fn post(&self, from: &str, subject: &str, id: &str, reply_to: Option<&str>, words: &str) -> String {
        self.post_timed(from, subject, id, reply_to, words);
        format!("<{id}@example.test>")
    }

    /// Posts to the list; gives the moment of the server's 250.
    pub fn post_timed(
        &self,
        from: &str,
        subject: &str,
        id: &str,
        reply_to: Option<&str>,
        words: &str,
    ) -> Stopwatch {
        self.post_to(&self.list.address, from, subject, id, reply_to, words)
    }

    /// Posts to an address.
    pub fn post_to(
        &self,
        to: &str,
        from: &str,
        subject: &str,
        id: &str,
        reply_to: Option<&str>,
        words: &str,
    ) -> Stopwatch {
        let body = format!("Content-Type: text/plain; charset=utf-8\n\n{words}\n");
        self.post_body(to, from, subject, id, reply_to, &body)
    }

    /// Posts what `body` holds from its Content-Type on.
    pub fn post_body(
        &self,
        to: &str,
        from: &str,
        subject: &str,
        id: &str,
        reply_to: Option<&str>,
        body: &str,
    ) -> Stopwatch {
        let thread =
            reply_to.map_or(String::new(), |root| format!("In-Reply-To: {root}\nReferences: {root}\n"));
        let mail = format!(
            "From: {from} <{}>\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@example.test>\n{thread}\
             MIME-Version: 1.0\n{body}",
            address(from)
        );
        self.lab.submit(from, to, &mail).since
    }

    /// How many of the engine's notices of that kind, about this list, somebody has.
    pub fn counted(&self, member: &str, kind: &str) -> usize {
        let header = format!("X-Plusone-Notice: {kind} {}", self.list.name);
        self.lab.mailbox(member).iter().filter(|mail| has(mail, &header)).count()
    }

    /// The codes of the problems that the engine has noted, in the order noted.
    pub fn problems(&self) -> Vec<String> {
        let listed = self.store().expect("the engine has run").problems().expect("the database is whole");
        listed.into_iter().map(|problem| problem.code).collect()
    }

    /// Waits until the engine has noted a problem of that code.
    pub fn await_problem(&self, code: &str) {
        let deadline = Deadline::after(SOON);
        while !self.problems().iter().any(|known| known == code) {
            assert!(!deadline.is_past(), "no problem {code}, but {:?}:\n{}", self.problems(), self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    fn store(&self) -> Option<Store> {
        let path = self.folder.join("plusone.db");
        path.exists().then(|| Store::open(&path).expect("the engine's database opens"))
    }

    /// How a proposal stands.
    pub fn decision(&self, number: u32) -> Decision {
        let deadline = Deadline::after(SOON);
        loop {
            let stored = self
                .store()
                .and_then(|store| store.decision(&self.list.name, number).expect("the database is whole"));
            if let Some(stored) = stored {
                return stored.decision;
            }
            assert!(!deadline.is_past(), "no proposal {number}:\n{}", self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    /// Waits until the post has opened a proposal.
    pub fn await_number(&self, root: &str) {
        let deadline = Deadline::after(SOON);
        loop {
            let known = self.store().map_or_else(Vec::new, |store| {
                store.decisions(Some(&self.list.name)).expect("the database is whole")
            });
            if known.iter().any(|stored| stored.decision.call.root.as_str() == root) {
                return;
            }
            assert!(!deadline.is_past(), "{root} opened nothing:\n{}", self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    /// Waits until a post is among those of a decision.
    pub fn await_counted(&self, number: u32, id: &str, deadline: Deadline) {
        let store = self.store().expect("the engine runs");
        loop {
            let stored = store.decision(&self.list.name, number).expect("the database is whole");
            if stored
                .is_some_and(|stored| stored.decision.posts.iter().any(|post| post.message_id.as_str() == id))
            {
                return;
            }
            assert!(!deadline.is_past(), "{id} is not counted:\n{}", self.logs());
            std::thread::sleep(GLANCE);
        }
    }

    fn logs(&self) -> String {
        let read = |start: u32| {
            fs::read_to_string(self.folder.join(format!("engine-{start}.log"))).unwrap_or_default()
        };
        (1..=self.starts).map(read).collect()
    }
}
