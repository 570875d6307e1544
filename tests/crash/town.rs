//! Two lists, who writes to them, and the folder that the engine works in: what went in is known, so that what came out can be judged.

use crate::chance::Chance;
use crate::sink::{Sink, Taken};
use chrono::{DateTime, TimeDelta, Utc};
use plusone::clock::{Clock, SystemClock};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Who proposes, in turn: one address opens fifty proposals in a day at most.
const PROPOSERS: [&str; 4] = ["ann", "hal", "ida", "jo"];
/// Who votes.
const VOTERS: [&str; 6] = ["bob", "cy", "dan", "eve", "fay", "gil"];
/// How long a proposal is open, in seconds.
pub const WINDOW: i64 = 8;
/// How long after it opens people write, in seconds.
const WRITING: i64 = 3;
/// How many are open at once.
const OPEN: usize = 2;

/// What a list was asked, and what was answered.
#[derive(Debug, Clone)]
pub struct Asked {
    pub list: &'static str,
    pub root: String,
    pub opened_at: DateTime<Utc>,
    /// Whether silence passes it, or three votes.
    pub silent: bool,
    /// The Message-IDs of all replies.
    pub replies: Vec<String>,
    /// The vote that stands, by member.
    pub stands: BTreeMap<&'static str, &'static str>,
}

/// The lists, their mailbox and what was written.
pub struct Town {
    folder: TempDir,
    pub sink: Sink,
    pub asked: Vec<Asked>,
    /// How many proposals may have been made by now: a day's results have their cap.
    pub most: usize,
    chance: Chance,
    mails: u32,
}

impl Town {
    pub fn new(seed: u64) -> Town {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["mail/cur", "mail/new", "mail/tmp"] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        let mail = folder.path().join("mail");
        let sink = Sink::up(move |taken| hand_on(&mail, taken));
        let roster: String = PROPOSERS
            .iter()
            .chain(&VOTERS)
            .map(|name| {
                format!(
                    "[[member]]\nid = \"{name}\"\nname = \"{name}\"\naddresses = [\"{name}@example.org\"]\n\n"
                )
            })
            .collect();
        fs::write(folder.path().join("roster.toml"), roster).unwrap();
        fs::write(folder.path().join("plusone.toml"), config(sink.port)).unwrap();
        Town { folder, sink, asked: Vec::new(), most: OPEN, chance: Chance(seed), mails: 0 }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How many mails people wrote.
    pub fn mails(&self) -> u32 {
        self.mails
    }

    /// What the engine logged last.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.path("engine.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Somebody writes something.
    pub fn write(&mut self) {
        let now = SystemClock.now();
        let young: Vec<usize> = (0..self.asked.len())
            .filter(|at| now - self.asked[*at].opened_at < TimeDelta::seconds(WRITING))
            .collect();
        let open =
            self.asked.iter().filter(|asked| now - asked.opened_at < TimeDelta::seconds(WINDOW)).count();
        // Three votes at least, while there is time.
        let short = young.iter().find(|at| !self.asked[**at].silent && self.asked[**at].stands.len() < 4);
        match (short, young.as_slice()) {
            (Some(at), _) => self.vote(*at, now),
            (None, _) if open < OPEN && self.asked.len() < self.most => self.ask(now),
            (None, []) => {}
            (None, young) => {
                let at = young[self.chance.below(young.len())];
                self.vote(at, now);
            }
        }
    }

    /// Everybody has written what they must, so that nothing stays open for ever.
    pub fn finish(&mut self) {
        for at in 0..self.asked.len() {
            while !self.asked[at].silent && self.asked[at].stands.len() < 4 {
                self.vote(at, SystemClock.now());
            }
        }
    }

    /// A mail of that many octets that is about nothing.
    pub fn large(&mut self, number: usize, octets: usize) {
        let words = "Nothing to decide.\n".repeat(octets / 19);
        self.mail("infra", "bob", &format!("large-{number}"), None, "Minutes", &words, SystemClock.now());
    }

    fn ask(&mut self, now: DateTime<Utc>) {
        let number = self.asked.len();
        let (list, tag) = [("infra", "VOTE"), ("infra", "PROPOSAL"), ("ops", "VOTE")][number % 3];
        let root = format!("root-{number}");
        self.asked.push(Asked {
            list,
            root: root.clone(),
            opened_at: now,
            silent: tag == "PROPOSAL",
            replies: Vec::new(),
            stands: BTreeMap::new(),
        });
        self.mail(
            list,
            PROPOSERS[number % PROPOSERS.len()],
            &root,
            None,
            &format!("[{tag}] Question {number}"),
            "This is to be done.",
            now,
        );
    }

    fn vote(&mut self, at: usize, now: DateTime<Utc>) {
        let Asked { list, root, silent, stands, replies, .. } = &mut self.asked[at];
        // Who proposes is for it.
        let waiting: Vec<&str> = VOTERS.iter().copied().filter(|name| !stands.contains_key(name)).collect();
        let who = match waiting.len() {
            0 => VOTERS[self.chance.below(VOTERS.len())],
            left => waiting[self.chance.below(left)],
        };
        let vote = match self.chance.below(6) {
            0 if *silent => "-1",
            0 => "0",
            _ => "+1",
        };
        // Enough are for it, and stay so.
        let vote = if !*silent && (stands.len() < 4 || stands.contains_key(who)) { "+1" } else { vote };
        stands.insert(VOTERS.into_iter().find(|name| *name == who).unwrap(), vote);
        // Received lines tell whole seconds, and within one the order is that of the Message-IDs.
        let id = format!("{root}-reply-{:03}", replies.len());
        replies.push(id.clone());
        let (list, root, number) = (*list, root.clone(), at);
        let tag = if *silent { "PROPOSAL" } else { "VOTE" };
        self.mail(list, who, &id, Some(&root), &format!("Re: [{tag}] Question {number}"), vote, now);
    }

    #[allow(clippy::too_many_arguments)]
    fn mail(
        &mut self,
        list: &str,
        from: &str,
        id: &str,
        root: Option<&str>,
        subject: &str,
        words: &str,
        now: DateTime<Utc>,
    ) {
        self.mails += 1;
        let parents = root.map_or(String::new(), |root| {
            format!("In-Reply-To: <{root}@example.org>\nReferences: <{root}@example.org>\n")
        });
        // Two mails of one second and the same words are two: what bears one Date as well is one mail that came again.
        let dated = now - TimeDelta::seconds(i64::from(self.mails % 1_000) * 77);
        let written = format!(
            "From: {from} <{from}@example.org>\nTo: {list}@lists.example.org\nSubject: {subject}\nMessage-ID: <{id}@example.org>\n\
             {parents}Date: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n",
            dated.to_rfc2822()
        );
        deliver(&self.path("mail"), list, written.as_bytes());
    }
}

/// Where a test fails, what it left can be looked at.
impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            println!("kept: {}", self.folder.path().display());
        }
    }
}

/// What the engine mails to a list comes back from it.
fn hand_on(maildir: &Path, taken: &Taken) {
    if let Some(list) = taken.to.strip_suffix("@lists.example.org") {
        let text = String::from_utf8_lossy(&taken.raw).replace("\r\n", "\n");
        deliver(maildir, list, text.as_bytes());
    }
}

/// As the list hands a mail on: whole or not at all.
fn deliver(maildir: &Path, list: &str, written: &[u8]) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let head = format!(
        "Return-Path: <{list}-bounces@lists.example.org>\nReceived: from lists.example.org (lists.example.org [192.0.2.25])\n\
         \tby mx.example.org (Postfix) with ESMTPS id {number}; {}\nList-Id: <{list}.lists.example.org>\n",
        SystemClock.now().to_rfc2822()
    );
    let name = format!("{number:08}.test");
    fs::write(maildir.join("tmp").join(&name), [head.as_bytes(), written].concat()).unwrap();
    fs::rename(maildir.join("tmp").join(&name), maildir.join("new").join(&name)).unwrap();
}

fn config(port: u16) -> String {
    let list = |name: &str, mode: &str| {
        let graces = "settle = \"1s\"\nreason_grace = \"2s\"\nheld_grace = \"2s\"";
        format!(
            r#"
[[list]]
name = "{name}"
address = "{name}@lists.example.org"
list_id = "{name}.lists.example.org"
mode = "{mode}"
roster = "roster.toml"
digest = "* * * * *"
[list.tags]
"PROPOSAL" = "minor"
"VOTE" = "substantial"
[list.kinds.minor]
rule = "ovirt-minor"
window = "{WINDOW}s"
{graces}
[list.kinds.substantial]
rule = "ovirt-substantial"
window = "{WINDOW}s"
max_window = "14d"
{graces}
[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#
        )
    };
    format!(
        r#"database = "plusone.db"
[mailbox]
maildir = "mail"
poll = "1s"
[submit]
smtp = "smtp://127.0.0.1:{port}"
from = "decisions <decisions@example.org>"
cap = {{ list = 100000, author = 100000 }}
doubt_wait = "5s"
{}{}"#,
        list("infra", "live"),
        list("ops", "shadow")
    )
}
