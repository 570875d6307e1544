//! A list that lives by a configuration of the documentation: mails go in, time passes, and the administrator's commands are run.

use chrono::{DateTime, TimeDelta, Utc};
use plusone::config::Config;
use plusone::decision::{Decision, JudgedPost};
use plusone::mail::{Address, Arrival, Mailbox};
use plusone::notice::{Kind, Recipient, Templates};
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Sender, Told};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The blocks of TOML of a page whose first line names them a file of `team`: file name and text.
fn blocks(page: &str, team: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = fs::read_to_string(path).unwrap();
    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let named = blocks.filter_map(|block| {
        let (name, text) = block.strip_prefix(&format!("# {team}/"))?.split_once('\n')?;
        Some((name.to_owned(), text.to_owned()))
    });
    named.collect()
}

/// What a run of the program gave.
pub struct Ran {
    pub code: i32,
    /// Standard output and standard error.
    pub said: String,
}

pub struct Story {
    folder: TempDir,
    engine: Option<Engine>,
    now: DateTime<Utc>,
    mails: u32,
    /// What was queued, as it would be mailed.
    pub notices: Vec<(Kind, String)>,
}

impl Story {
    /// The team of that name on that page. Its engine began an hour ago.
    pub fn of(page: &str, team: &str) -> Story {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["mail/cur", "mail/new", "mail/tmp"] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        let blocks = blocks(page, team);
        assert_eq!(blocks.len(), 2, "{team}: plusone.toml and roster.toml");
        for (name, text) in blocks {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        let mut story = Story { folder, engine: None, now, mails: 0, notices: Vec::new() };
        story.restart();
        story.wait(1);
        story
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn roster(&self) -> String {
        fs::read_to_string(self.path("roster.toml")).unwrap()
    }

    /// The worker starts anew, with the files as they are.
    pub fn restart(&mut self) {
        self.engine = None;
        let config = Config::load(&self.path("plusone.toml")).unwrap_or_else(|errors| panic!("{errors}"));
        let address = Address::parse("decisions@example.org").unwrap();
        let from = Mailbox { name: "decisions".to_owned(), address: Some(address.clone()) };
        let store = Store::open(&config.database).unwrap();
        let templates = Templates::builtin().unwrap();
        let sender = Sender { from, address };
        self.engine = Some(Engine::new(store, config.lists, sender, templates, "mail", self.now).unwrap());
    }

    /// So many hours pass, and the mailbox is read.
    pub fn wait(&mut self, hours: i64) {
        self.now += TimeDelta::hours(hours);
        let (now, engine) = (self.now, self.engine.as_mut().unwrap());
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 0, read_through: Some(now) };
        let told = engine.read_up_to(cursor, now).unwrap();
        self.pass_on(told);
    }

    /// A proposal that closes with this wait, and is decided.
    pub fn wait_days(&mut self, days: i64) {
        self.wait(24 * days);
        self.wait(1);
    }

    /// Somebody posts to the list, an hour later; gives the post's id.
    pub fn post(&mut self, from: &str, subject: &str, reply_to: Option<&str>, words: &str) -> String {
        self.wait(1);
        self.mails += 1;
        let id = format!("m{}", self.mails);
        let name = from[..1].to_uppercase() + &from[1..];
        let replied = reply_to.map_or(String::new(), |to| {
            format!("In-Reply-To: <{to}@example.org>\nReferences: <{to}@example.org>\n")
        });
        let config = Config::load(&self.path("plusone.toml")).unwrap();
        let list = &config.lists[0];
        let mail = format!(
            "From: {name} Example <{from}@example.org>\nTo: {}\nDate: {}\nMessage-ID: <{id}@example.org>\nSubject: {subject}\n{replied}\n{words}\n",
            list.address,
            self.now.to_rfc2822()
        );
        self.hand_over(&list.list_id, mail.as_bytes());
        id
    }

    /// One after another writes these words to a thread.
    pub fn votes(&mut self, root: &str, votes: &[(&str, &str)]) {
        for (from, words) in votes {
            self.post(from, "Re: your proposal", Some(root), words);
        }
    }

    fn hand_over(&mut self, list_id: &str, mail: &[u8]) {
        let head = format!(
            "Received: from lists.example.org (lists.example.org [192.0.2.25]) by mx.example.org (Postfix) with ESMTPS id 1; {}\nList-Id: <{list_id}>\n",
            self.now.to_rfc2822()
        );
        let raw = [head.as_bytes(), mail].concat();
        let incoming = Incoming { raw, true_size: None, mailbox: "mail".into(), arrival: Arrival::default() };
        let told = self.engine.as_mut().unwrap().take(&[incoming], self.now).unwrap();
        self.pass_on(told);
    }

    /// Plays the list server for what the engine mails.
    fn pass_on(&mut self, told: Vec<Told>) {
        for one in told {
            if let Told::Queued { kind, to, raw, .. } = one {
                self.notices.push((kind, String::from_utf8_lossy(&raw).replace("\r\n", "\n")));
                if to == Recipient::List {
                    let config = Config::load(&self.path("plusone.toml")).unwrap();
                    self.hand_over(&config.lists[0].list_id.clone(), &raw);
                }
            }
        }
    }

    /// The proposal that this post opened.
    pub fn decision(&self, root: &str) -> Decision {
        let all = self.engine.as_ref().unwrap().store().decisions(None).unwrap();
        let root = format!("<{root}@example.org>");
        let mut all = all.into_iter().map(|stored| stored.decision);
        all.find(|decision| decision.call.root.as_str() == root).expect("it opened")
    }

    pub fn outcome(&self, root: &str) -> &'static str {
        self.decision(root).state.outcome()
    }

    /// What became of the last post of somebody in the thread.
    pub fn last_of(&self, root: &str, who: &str) -> JudgedPost {
        let posts = self.decision(root).posts;
        let address = format!("{who}@example.org");
        let is_theirs = |post: &&JudgedPost| {
            post.author.address.as_ref().is_some_and(|author| author.as_str() == address)
        };
        posts.iter().rev().find(is_theirs).expect("a post").clone()
    }

    /// Runs `plusone` on the team's files.
    pub fn plusone(&self, arguments: &[&str]) -> Ran {
        let ran = Command::new(env!("CARGO_BIN_EXE_plusone"))
            .args(arguments)
            .env_clear()
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap();
        Ran { code: ran.status.code().unwrap_or(-1), said }
    }
}
