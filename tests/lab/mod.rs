//! A mail lab: real Dovecot, Postfix and Mailman 3 on 127.0.0.1, for as long as one test runs.
//!
//! [`Lab::up`] starts everything on free ports, with its files in one temporary folder; [`Lab::down`] stops it
//! and says what is left. Scenarios share the lab and stay apart by having each a list of its own
//! ([`Lab::create_list`]) and, if they run an engine, a mailbox of its own ([`Lab::engine`]).

#![allow(dead_code, unused_imports)] // a kit: no test needs every piece of it

mod accounts;
mod certs;
mod cyrus;
mod dovecot;
mod imap_servers;
mod keeper;
mod maildir;
mod mailman;
mod ports;
mod postfix;
mod program;
mod rest;
mod scenarios;
mod submission;
mod wire;
mod writer;

pub use imap_servers::ImapServers;
pub use mailman::{FromRewrite, ListAddress, ListDress};
pub use ports::Ports;
pub use program::Program;
pub use scenarios::{Scenario, play};
pub use submission::Accepted;
pub use wire::Wire;
pub use writer::Writer;

use accounts::Account;
use keeper::{Keeper, LOOK};
use plusone::clock::{Deadline, Stopwatch};
use rest::Rest;
use std::collections::HashSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{panicking, sleep};
use std::time::Duration;
use submission::Submission;

/// The domain of every person and list.
pub const DOMAIN: &str = "example.test";

/// The people with a mailbox and a password from the start. `engine` is the address subscribed to lists,
/// `decisions` the one that an engine writes from: every list takes its mail, none counts it as a member.
pub const PEOPLE: [&str; 7] = ["engine", "decisions", "alice", "bob", "carol", "dave", "erin"];

/// What the name of every mailbox added later starts with, so that Postfix knows it from a list.
const ENGINE: &str = "engine-";
/// The engines that scenarios run. Dovecot reads its password file by the second: whoever is added while it runs may be refused.
const ENGINES: [&str; 10] = [
    "engine-guest",
    "engine-team",
    "engine-killed",
    "engine-cut",
    "engine-fast",
    "engine-munged",
    "engine-nested",
    "engine-digested",
    "engine-moderated",
    "engine-probed",
];

/// What has to be on the machine, by the program that proves it.
const PROGRAMS: [(&str, &str); 7] = [
    ("/usr/sbin/dovecot", "dovecot-imapd"),
    ("/usr/lib/dovecot/imap", "dovecot-imapd"),
    ("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
    ("/usr/lib/postfix/sbin/master", "postfix"),
    ("/usr/lib/mailman3/bin/master", "mailman3"),
    ("/usr/share/publicsuffix/public_suffix_list.dat", "publicsuffix"),
    ("/usr/bin/openssl", "openssl"),
];

/// The whole lab; dropping it stops every server.
pub struct Lab {
    /// Where the servers listen.
    pub ports: Ports,
    dir: PathBuf,
    rest: Rest,
    submission: Submission,
    keeper: Keeper,
}

impl Lab {
    /// Starts the servers; it returns when all of them answer.
    pub fn up() -> Lab {
        let watch = Stopwatch::start();
        insist_on(&PROGRAMS);
        let dir = new_folder();
        let ports = Ports::free();
        let mut keeper = Keeper::of(&dir);
        let user = Account::of("dovecot");
        fs::create_dir(dir.join("log")).expect("the lab's folder is new");
        accounts::permit(&dir.join("log"), 0o777);

        // Mailman takes seconds, so it starts first.
        mailman::start(&mut keeper, &dir, &ports);
        certs::make(&dir.join("tls"), &user);
        let submission = Submission::to(ports.submission, &dir.join("tls/ca.pem"));
        dovecot::start(&mut keeper, &dir, &ports, &user, &[&PEOPLE[..], &ENGINES].concat());
        postfix::start(&mut keeper, &dir, &ports, &PEOPLE, ENGINE);
        dovecot::await_ready(&mut keeper, &ports);
        postfix::await_ready(&mut keeper, &ports);
        let mail = watch.elapsed();
        let rest = mailman::await_ready(&mut keeper, &ports);
        say(&format!("lab up: Dovecot and Postfix after {mail:.2?}, Mailman after {:.2?}", watch.elapsed()));
        Lab { ports, dir, rest, submission, keeper }
    }

    /// Stops the servers and removes their files. What it returns should be empty: it names every process and
    /// folder that is still there.
    pub fn down(mut self) -> Vec<String> {
        let watch = Stopwatch::start();
        let left = self.keeper.stop();
        say(&format!("lab down after {:.2?}", watch.elapsed()));
        left
    }

    /// The certificate authority that signed the servers' certificate, which is for `localhost`,
    /// `mail.example.test` and 127.0.0.1.
    pub fn ca_path(&self) -> PathBuf {
        self.dir.join("tls/ca.pem")
    }

    /// A new folder for a scenario's own files; it goes away with the lab.
    pub fn scratch(&self, name: &str) -> PathBuf {
        let folder = self.dir.join("scratch").join(name);
        fs::create_dir_all(&folder).expect("the lab's folder is writable");
        folder
    }

    /// Makes a list whose members get and send its mail; everybody else's mail it holds, save `decisions`'.
    pub fn create_list(&self, name: &str, members: &[&str], dress: &ListDress) -> ListAddress {
        mailman::create_list(&self.rest, &self.dir, name, members, "decisions", dress)
    }

    /// Changes settings of a list, as its owner does: Mailman's names and values.
    pub fn change_list(&self, list: &ListAddress, settings: &[(&str, &str)]) {
        self.rest.change("PATCH", &format!("lists/{}/config", list.list_id), settings);
    }

    /// Subscribes an address to a list's digests: `mime_digests` or `plaintext_digests`.
    pub fn subscribe_to_digests(&self, list: &ListAddress, local_part: &str, form: &str) {
        mailman::subscribe(&self.rest, list, local_part, form);
    }

    /// Lets a list mail its digest now, with what was posted since the last.
    pub fn send_digest(&self, list: &ListAddress) {
        self.rest.change("POST", &format!("lists/{}/digest", list.list_id), &[("send", "True")]);
    }

    /// Has the list hold a member's mail for its moderator from now on.
    pub fn moderate(&self, list: &ListAddress, member: &str) {
        mailman::moderate(&self.rest, list, member);
    }

    /// The mail that the list holds, waiting until it is so many; what its moderator names each by.
    pub fn await_held(&self, list: &ListAddress, count: usize, within: Duration) -> Vec<u64> {
        let deadline = Deadline::after(within);
        loop {
            let held = mailman::held(&self.rest, list);
            if held.len() == count {
                return held;
            }
            assert!(!deadline.is_past(), "{} holds {} mails and not {count}", list.name, held.len());
            sleep(LOOK);
        }
    }

    /// The moderator lets a held mail through.
    pub fn release(&self, list: &ListAddress, held: u64) {
        self.rest.change("POST", &format!("lists/{}/held/{held}", list.list_id), &[("action", "accept")]);
    }

    /// The mailbox `engine-<name>`, for a scenario that runs an engine of its own: its local part.
    pub fn engine(&self, name: &str) -> String {
        let person = format!("{ENGINE}{name}");
        assert!(ENGINES.contains(&person.as_str()), "name {person} among the lab's engines");
        person
    }

    /// Submits a whole message, headers and body, as `from` logs in to do it, to the address `to`. Returns when
    /// the server has taken it (250); fails when it refuses.
    pub fn submit(&self, from: &str, to: &str, message: &str) -> Accepted {
        self.submission.send(from, &address(from), to, message.as_bytes())
    }

    /// Submits as `login`, with another envelope sender.
    pub fn submit_as(&self, login: &str, envelope_from: &str, to: &str, message: &[u8]) -> Accepted {
        self.submission.send(login, envelope_from, to, message)
    }

    /// Every mail that a person has, oldest first.
    pub fn mailbox(&self, person: &str) -> Vec<Vec<u8>> {
        self.mails(person).into_iter().map(|(_, mail)| mail).collect()
    }

    /// The first mail of a person that `wanted` accepts, waiting for it; fails, with what did come, once
    /// `within` is over.
    pub fn wait_for(&self, person: &str, within: Duration, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let deadline = Deadline::after(within);
        let mut seen = HashSet::new();
        loop {
            let last_look = deadline.is_past();
            for (name, mail) in self.mails_but(person, &seen) {
                if wanted(&mail) {
                    return mail;
                }
                seen.insert(name);
            }
            assert!(!last_look, "{}", self.not_come(person, within));
            sleep(LOOK);
        }
    }

    /// A wire to the IMAP port that can be cut; deliveries go on meanwhile, and so do other scenarios.
    pub fn imap_wire(&self) -> Wire {
        Wire::to(self.ports.imap)
    }

    /// The same to the IMAPS port.
    pub fn imaps_wire(&self) -> Wire {
        Wire::to(self.ports.imaps)
    }

    /// Starts a program that does not outlive the lab; `dress` sets its arguments, environment and streams.
    pub fn run(&self, program: &str, dress: impl FnOnce(&mut Command)) -> Program<'_> {
        Program::start(&self.keeper, program, dress)
    }

    /// The last lines of the servers' logs.
    pub fn logs(&self) -> String {
        self.keeper.logs()
    }

    fn mails(&self, person: &str) -> Vec<(String, Vec<u8>)> {
        self.mails_but(person, &HashSet::new())
    }

    fn mails_but(&self, person: &str, seen: &HashSet<String>) -> Vec<(String, Vec<u8>)> {
        let mut entries = maildir::entries(&self.dir.join("mail").join(address(person)).join("Maildir"));
        entries.retain(|(name, _)| !seen.contains(name));
        // A file that was renamed since is found at the next look.
        entries.into_iter().filter_map(|(name, path)| Some((name, fs::read(path).ok()?))).collect()
    }

    fn not_come(&self, person: &str, within: Duration) -> String {
        let mut text =
            format!("the mail that {person} should get did not come within {within:?}; there is:\n");
        for mail in self.mailbox(person) {
            let mail = String::from_utf8_lossy(&mail);
            let subject = mail.lines().find(|line| line.starts_with("Subject:")).unwrap_or("(no subject)");
            text.push_str(&format!("  {subject}\n"));
        }
        text
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if panicking() {
            say(&self.logs());
        }
    }
}

/// A person's or list's address.
pub fn address(local_part: &str) -> String {
    format!("{local_part}@{DOMAIN}")
}

/// A person's password, for IMAP and for submission.
pub fn password(person: &str) -> String {
    format!("{person}-secret")
}

/// Tells whoever watches the test.
fn say(line: &str) {
    eprintln!("{line}");
}

/// A folder of the lab's own: short, because the path of a unix socket ends at 107 bytes, and open to the
/// daemons' users, which a folder under one's own temporary folder may not be.
fn new_folder() -> PathBuf {
    let made = tempfile::Builder::new()
        .prefix("plusone-lab-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in("/tmp");
    let dir = made.expect("/tmp is writable").keep();
    accounts::permit(&dir, 0o755);
    dir
}

/// Fails with the remedy when the servers are not there or may not be started.
fn insist_on(programs: &[(&str, &'static str)]) {
    let missing: Vec<&str> =
        programs.iter().filter(|(file, _)| !Path::new(file).exists()).map(|(_, package)| *package).collect();
    assert!(
        missing.is_empty(),
        "the live test needs the Debian packages {}: run ./test as root, which installs them and starts no service",
        missing.join(" ")
    );
    let owner = fs::metadata("/proc/self").expect("/proc is there on Linux").uid();
    assert!(
        owner == 0,
        "the servers run as users of their own, which only root can start: run ./test as root"
    );
}
