//! `plusone.toml` and `roster.toml` → [`Config`]; every problem in the file is reported at once, with line and remedy.

use crate::decision::{ListRules, Roster, Span};
use crate::mail::{Address, ListForm, Mailbox, Trust};
use chrono_tz::Tz;
use std::path::PathBuf;

/// Everything that is configured.
#[derive(Debug)]
pub struct Config {
    /// The SQLite file.
    pub database: PathBuf,
    /// Where mail comes from; without one only `ingest` brings mail.
    pub mailbox: Option<MailboxConfig>,
    /// Where mail goes; without one nothing can be live.
    pub submit: Option<SubmitConfig>,
    /// The lists, at least one.
    pub lists: Vec<ListConfig>,
    /// The folder that takes the notices of lists in shadow mode.
    pub shadow: PathBuf,
}

/// `[mailbox]`.
#[derive(Debug)]
pub enum MailboxConfig {
    /// `imap = "imaps://…"`.
    Imap {
        /// As written; it has been read once, so it is sound.
        url: String,
        /// Where the password is; it is read when a connection is made, not before.
        password: Option<SecretFrom>,
        /// A private CA's certificates (PEM).
        ca: Option<PathBuf>,
        /// How often the mailbox is polled besides IDLE.
        poll: Span,
    },
    /// `maildir = "…"`.
    Maildir {
        /// The folder that holds `cur` and `new`.
        path: PathBuf,
        /// How often it is looked at.
        poll: Span,
    },
}

/// `[submit]`.
#[derive(Debug)]
pub struct SubmitConfig {
    /// The submission server's URL as written; it has been read once, so it is sound.
    pub smtp: String,
    /// Where the password is; it is read when a connection is made, not before.
    pub password: Option<SecretFrom>,
    /// A private CA's certificates (PEM).
    pub ca: Option<PathBuf>,
    /// The engine's sending address: From, and the reverse-path.
    pub from: Mailbox,
    /// `from`'s address.
    pub address: Address,
    /// Mails a day to a list beside results, corrections and objections.
    pub cap_list: u32,
    /// Mails a day to one author.
    pub cap_author: u32,
    /// How long the engine waits for its own copy after a send that ended in doubt.
    pub doubt_wait: Span,
}

/// `[[list]]`.
#[derive(Debug, Clone)]
pub struct ListConfig {
    /// What is decided by: name, tags, kinds, mode, words.
    pub rules: ListRules,
    /// The posting address.
    pub address: Address,
    /// List-Id (RFC 2919), lower case.
    pub list_id: String,
    /// The language of its notices: `en`.
    pub language: String,
    /// The zone in which times are told besides UTC.
    pub zone: Tz,
    /// The digest's schedule in cron syntax, in the list's zone; `None`: no digest.
    pub digest: Option<String>,
    /// Who is on the team; `None`: everybody whose mail the list accepts.
    pub roster: Option<Roster>,
    /// How the list hands mail on.
    pub form: ListForm,
    /// What proves that mail came through it.
    pub trust: Trust,
}

impl Config {
    /// The list of that short name.
    pub fn list(&self, name: &str) -> Option<&ListConfig> {
        self.lists.iter().find(|list| list.rules.name == name)
    }
}

/// A secret where the configuration names it: never inline.
#[derive(Debug, Clone)]
pub enum SecretFrom {
    /// A file's first line.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// What a command prints first.
    Command(Vec<String>),
}
impl Config {
    /// stub
    pub fn load(_: &std::path::Path) -> Result<Config, String> {
        Err("stub".into())
    }
}
/// stub
pub fn load_roster(_: &std::path::Path, _: Tz) -> Result<Roster, String> {
    Err("stub".into())
}
