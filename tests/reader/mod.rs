//! The engine's process beside a mailbox: its configuration, its database, and what it takes of the machine.

use crate::lab::{ImapServers, Program, address, password};
use plusone::clock::Deadline;
use plusone::decision::Decision;
use plusone::store::Store;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Duration;

/// How often something is looked at again, and for how long.
const GLANCE: Duration = Duration::from_millis(10);
const SOON: Duration = Duration::from_secs(90);
const MEMBERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

pub struct Reader<'a> {
    servers: &'a ImapServers,
    folder: PathBuf,
    url: String,
    user: String,
    running: Option<Program<'a>>,
}

impl<'a> Reader<'a> {
    /// An engine in shadow mode that reads `user`'s INBOX over TLS on that port, in the folder `name`.
    pub fn of(servers: &'a ImapServers, name: &str, user: &str, imaps: u16, poll: &str) -> Reader<'a> {
        let folder = servers.scratch(name);
        // Cyrus knows people by their local part, Dovecot by their address.
        let login = if imaps == servers.ports.imaps { address(user) } else { user.to_owned() };
        let url = format!("imaps://{}@localhost:{imaps}/INBOX", login.replace('@', "%40"));
        let member = |name: &&str| {
            format!("[[member]]\nid = \"{name}\"\nname = \"{name}\"\naddresses = [\"{}\"]\n\n", address(name))
        };
        let roster: String = MEMBERS.iter().map(member).collect();
        fs::write(folder.join("roster.toml"), roster).expect("a writable folder");
        let config = format!(
            r#"database = "plusone.db"

[mailbox]
imap = "{url}"
password = {{ env = "IMAP_PASSWORD" }}
ca = "{ca}"
poll = "{poll}"

[[list]]
name = "infra"
address = "infra@lists.example.test"
list_id = "infra.lists.example.test"
zone = "Europe/Prague"
mode = "shadow"
roster = "roster.toml"

[list.tags]
"VOTE" = "substantial"

[list.kinds.substantial]
rule = "ovirt-substantial"

[list.trust]
list_hosts = ["lists.example.test"]
"#,
            ca = servers.ca_path().display()
        );
        fs::write(folder.join("plusone.toml"), config).expect("a writable folder");
        Reader { servers, folder, url, user: user.to_owned(), running: None }
    }

    /// Starts `plusone run`.
    pub fn start(&mut self) {
        let program =
            std::env::var("PLUSONE_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_plusone").into());
        let program = fs::canonicalize(&program).unwrap_or_else(|e| panic!("{program}: {e}"));
        let log = File::options().create(true).append(true).open(self.folder.join("engine.log"));
        let log = log.expect("a writable folder");
        let config = self.folder.join("plusone.toml");
        self.running = Some(self.servers.run(&program.to_string_lossy(), |command| {
            command
                .args(["--config".as_ref(), config.as_os_str(), "run".as_ref()])
                .env("IMAP_PASSWORD", password(&self.user))
                .stderr(log);
        }));
    }

    /// Ends it as systemd would, and waits for its end.
    pub fn stop(&mut self) {
        let mut program = self.running.take().expect("it runs");
        program.terminate();
        assert!(program.ended(Duration::from_secs(20)).success(), "{}", self.log());
    }

    fn store(&self) -> Option<Store> {
        let path = self.folder.join("plusone.db");
        path.exists().then(|| Store::open(&path).expect("the engine's database opens"))
    }

    /// What `found` finds in the database, waiting for it.
    fn awaited<T>(&self, what: &str, within: Duration, mut found: impl FnMut(&Store) -> Option<T>) -> T {
        let deadline = Deadline::after(within);
        let mut store = None;
        loop {
            store = store.or_else(|| self.store());
            if let Some(found) = store.as_ref().and_then(&mut found) {
                return found;
            }
            assert!(!deadline.is_past(), "{what}:\n{}", self.log());
            std::thread::sleep(GLANCE);
        }
    }

    /// Waits until the mailbox has been read through; gives the process's peak of resident memory, in KiB.
    pub fn await_read_through(&self) -> u64 {
        self.awaited("the mailbox is not read through", Duration::from_secs(900), |store| {
            store.cursor(&self.url).expect("the database is whole")?.read_through
        });
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells it");
        peak.trim_end_matches("kB").trim().parse().expect("a number")
    }

    /// The processor time that the process has used: by its own code, and by the system for it.
    pub fn processor_time(&self) -> String {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("it runs");
        let words: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        // In hundredths of a second (USER_HZ).
        let seconds = |at: usize| words[at].parse::<f64>().unwrap_or_default() / 100.0;
        format!("{:.2} s user, {:.2} s system", seconds(11), seconds(12))
    }

    fn pid(&self) -> u32 {
        self.running.as_ref().expect("it runs").child.id()
    }

    /// Waits until that post is among the only proposal's.
    pub fn await_post(&self, id: &str) {
        let id = format!("<{id}@example.test>");
        self.awaited(&format!("{id} is not counted"), SOON, |store| {
            let stored = store.decisions(None).expect("the database is whole");
            let posts = stored.into_iter().flat_map(|stored| stored.decision.posts);
            posts.into_iter().any(|post| post.message_id.as_str() == id).then_some(())
        });
    }

    /// How the only proposal stands.
    pub fn decision(&self) -> Decision {
        let mut stored = self.store().expect("it has begun").decisions(None).expect("the database is whole");
        assert_eq!(stored.len(), 1);
        stored.remove(0).decision
    }

    /// Waits until the engine has noticed that the mailbox cannot be read.
    pub fn await_trouble(&self) {
        self.awaited("no trouble is told", SOON, |store| {
            store.meta("mailbox trouble").expect("the database is whole").filter(|said| !said.is_empty())
        });
    }

    /// The codes of every problem noted.
    pub fn problems(&self) -> Vec<String> {
        let problems = self.store().expect("it has begun").problems().expect("the database is whole");
        problems.into_iter().map(|problem| problem.code).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("engine.log")).unwrap_or_default()
    }
}
