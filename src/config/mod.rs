//! `plusone.toml` and `roster.toml` → [`Config`]; every problem in the file is reported at once, with line and remedy.

//!
//! `document` reads TOML with its lines, `section` reads typed keys and knows which were asked for, `server`, `list`,
//! `kinds`, `parameters`, `sound`, `working_days`, `holidays`, `roster` and `secret` say what the keys mean; `admission` writes somebody into a roster. `docs/configuration.md` lists every
//! key; a test compares the two.

mod admission;
mod document;
mod holidays;
mod kinds;
mod list;
mod nearest;
mod parameters;
mod patch;
mod problem;
mod roster;
mod schedule;
mod secret;
mod section;
mod server;
mod sound;
mod starter;
mod working_days;

pub use admission::{Admission, AdmissionError, Admitted, admit};
pub use list::munging_name;
pub use patch::unified;
pub use problem::{ConfigErrors, Problem};
pub use schedule::parse_schedule;
pub use secret::{SecretError, SecretFrom};
pub use starter::starter;

use crate::decision::{Electorate, ListRules, Mode, Roster, Rule, Span, stricter_kind};
use crate::mail::{Address, ListForm, Mailbox, Trust};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use document::{Document, Key};
use section::Section;
use std::collections::BTreeSet;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Bytes read of a file at most.
const LONGEST: u64 = 1 << 20;

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
    /// Where `/healthz` and `/metrics` are answered: a port of this machine alone; `None`: nowhere.
    pub monitor: Option<SocketAddr>,
    /// The folder of templates that replace those built in.
    pub templates: Option<PathBuf>,
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
        /// Where an OAuth 2.0 bearer token is, instead of a password; it is asked for anew at each login.
        token: Option<SecretFrom>,
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
    /// The language of its notices: `en` or `nl`.
    pub language: String,
    /// Whether reminders, answers to `Proposal: status` and the digest name those who have not voted.
    pub names_missing: bool,
    /// The zone in which times are told besides UTC.
    pub zone: Tz,
    /// The digest's schedule in cron syntax, in the list's zone; `None`: no digest.
    pub digest: Option<String>,
    /// Who is on the team; `None`: everybody whose mail the list accepts.
    pub roster: Option<Roster>,
    /// The file that it was read from.
    pub roster_file: Option<PathBuf>,
    /// How the list hands mail on.
    pub form: ListForm,
    /// What proves that mail came through it.
    pub trust: Trust,
    /// Whose Authentication-Results (RFC 8601) are believed; `None`: nobody's.
    pub authserv_id: Option<String>,
}

impl Config {
    /// Reads `plusone.toml` and the rosters it names. Relative paths start from the file's folder. Secrets are not read.
    ///
    /// # Errors
    /// Everything that is wrong in any of the files, each with its line and a remedy.
    pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
        let text = read_file(path).map_err(|problem| ConfigErrors { problems: vec![problem] })?;
        Config::read(path, &text, &read_file).0
    }

    /// Reads a configuration's text. Also the keys that were asked for.
    fn read(
        path: &Path,
        text: &str,
        files: &list::Files<'_>,
    ) -> (Result<Config, ConfigErrors>, BTreeSet<Key>) {
        let (document, table) = Document::parse(path, text);
        let root =
            Section::new(&document, "plusone.toml", "the configuration".to_owned(), table.get_ref(), 0);
        let config = everything(&root, files);
        let (problems, keys) = document.finish();
        let read = if problems.is_empty() { Ok(config) } else { Err(ConfigErrors::in_order(problems, path)) };
        (read, keys)
    }

    /// The list of that short name.
    pub fn list(&self, name: &str) -> Option<&ListConfig> {
        self.lists.iter().find(|list| list.rules.name == name)
    }

    /// Kinds that ask for more binding +1 than there are people at `now` (UTC) whose votes bind, one line with its remedy for each. A rule that
    /// can never pass is an error of [`Config::load`]; this one passed once, or will, when roles begin.
    pub fn short_of_voters(&self, now: DateTime<Utc>) -> Vec<String> {
        let mut lines = Vec::new();
        for list in &self.lists {
            let Some(roster) = &list.roster else { continue };
            for (kind, rule) in &list.rules.kinds {
                let (there, remedy) = match &rule.electorate {
                    Electorate::Roster { roles } => {
                        (roster.electorate_size(roles, now), "add members or roles to the roster")
                    }
                    Electorate::Seats { seats } => {
                        let present = roster.voting_seats(seats).filter(|seat| roster.represents(seat, now));
                        (present.count(), "give every [[seat]] of the roster a representative")
                    }
                    Electorate::Everyone | Electorate::Claimed => continue,
                };
                let asked = rule.min_plus();
                if there < asked as usize {
                    lines.push(format!(
                        "list {}: a {kind} proposal needs {asked} binding +1, and {there} may cast one at present — {remedy}, or lower min_plus",
                        list.rules.name
                    ));
                } else if there == 0 {
                    lines.push(format!(
                        "list {}: nobody may object to a {kind} proposal at present, so it would pass whatever is said — add members or roles to the roster, or change its electorate",
                        list.rules.name
                    ));
                }
            }
        }
        lines
    }

    /// Kinds of which the list says that a blocked proposal can be raised to votes, where it has no kind to raise it to: one line with its
    /// remedy for each list.
    pub fn nothing_to_raise_to(&self) -> Vec<String> {
        let lines = self.lists.iter().filter_map(|list| {
            let rules = &list.rules;
            let stuck = |(kind, rule): &&(String, Rule)| {
                rule.is_silence() && rule.permissions.raise && stricter_kind(kind, rule, rules).is_none()
            };
            let kinds: Vec<&str> = rules.kinds.iter().filter(stuck).map(|(kind, _)| kind.as_str()).collect();
            // A live list without a roster can have no such kind.
            (!kinds.is_empty() && list.roster.is_some()).then(|| {
                format!(
                    "list {}: nothing is stricter than {}, so \"Proposal: substantial\" is refused — add a kind, such as [list.kinds.substantial] with rule = \"ovirt-substantial\", whose voters are the same or some of them, or write raise = false",
                    rules.name,
                    kinds.join(", ")
                )
            })
        });
        lines.collect()
    }
}

/// Reads a roster by itself; dates without a time are days in `zone`.
///
/// # Errors
/// Everything that is wrong in the file, each with its line and a remedy.
pub fn load_roster(path: &Path, zone: Tz) -> Result<Roster, ConfigErrors> {
    let text = read_file(path).map_err(|problem| ConfigErrors { problems: vec![problem] })?;
    let (roster, problems, _) = list::roster_from(path, &text, zone, &[]);
    if problems.is_empty() { Ok(roster) } else { Err(ConfigErrors::in_order(problems, path)) }
}

/// The whole file. Where there are problems, what is returned is not used.
fn everything(root: &Section<'_>, files: &list::Files<'_>) -> Config {
    let default_path = |name: &str| root.document.path(name);
    let database =
        root.path("database", "\"plusone.db\"").map_or_else(|| default_path("plusone.db"), |path| path.value);
    let shadow = root.path("shadow", "\"shadow\"").map_or_else(|| default_path("shadow"), |path| path.value);
    let templates = root.path("templates", "\"templates\"").map(|path| path.value);
    let mailbox =
        root.table("mailbox", "[mailbox]", "a [mailbox] table").and_then(|section| server::mailbox(&section));
    let submit =
        root.table("submit", "[submit]", "a [submit] table").and_then(|section| server::submit(&section));
    let monitor =
        root.table("monitor", "[monitor]", "a [monitor] table").and_then(|section| server::monitor(&section));
    let sections = root.tables("list", "[[list]]", "[[list]] tables, in double brackets");
    if sections.is_empty() && !root.has("list") {
        root.missing_since(
            "list",
            "no list is configured",
            "add a [[list]] with name, address, list_id and [list.trust]",
        );
    }
    let mut lists = Vec::new();
    let mut taken = list::Taken::default();
    for section in sections {
        let at = section.at;
        let Some(list) = list::list(section, submit.as_ref(), &mut taken, files) else { continue };
        if list.rules.mode == Mode::Live && !root.has("submit") {
            let what = format!("the list {} is live, but nothing says how to send mail", list.rules.name);
            root.document.missing(at, what, "add [submit] with smtp and from, or write mode = \"shadow\"");
        }
        lists.push(list);
    }
    root.finish();
    Config { database, mailbox, submit: submit.map(|submit| submit.value), lists, shadow, monitor, templates }
}

/// A file's text, at most [`LONGEST`] bytes of it.
fn read_file(path: &Path) -> Result<String, Problem> {
    let problem = |line: u32, what: String, remedy: &str| Problem {
        file: path.to_owned(),
        line,
        what,
        remedy: remedy.to_owned(),
    };
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound if path.extension().is_some_and(|ending| ending == "ics") => {
                "name the calendar file that is meant, or leave `holidays` out"
            }
            std::io::ErrorKind::NotFound => "name the file that is meant, or write one with `plusone init`",
            _ => "let this user read it",
        };
        return Err(problem(0, format!("cannot be read: {error}"), remedy));
    }
    if bytes.len() as u64 > LONGEST {
        return Err(problem(0, "is longer than 1 MiB".to_owned(), "name a configuration file"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        problem(
            u32::try_from(line).unwrap_or(u32::MAX),
            "is not UTF-8 text".to_owned(),
            "save the file as UTF-8",
        )
    })
}

#[cfg(test)]
mod tests;
