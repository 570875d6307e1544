//! A list's mailbox in a temporary folder, and the program run on it.

pub mod letter;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const CONFIG: &str = r#"database = "plusone.db"

[mailbox]
maildir = "mail"

[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
mode = "shadow"
digest = "off"

[list.tags]
"PROPOSAL" = "minor"

[list.kinds.minor]
rule = "ovirt-minor"
window = "72h"

[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#;

/// What a run of the program gave.
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as one JSON value a line.
    pub fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}

/// A folder with a configuration and an empty Maildir.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for sub in ["mail/cur", "mail/new", "mail/tmp"] {
            fs::create_dir_all(folder.path().join(sub)).expect("a Maildir");
        }
        fs::write(folder.path().join("plusone.toml"), CONFIG).expect("a configuration");
        Place { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Runs `plusone` in the folder.
    pub fn plusone(&self, args: &[&str]) -> Ran {
        ran(Command::new(env!("CARGO_BIN_EXE_plusone")).args(args).current_dir(self.folder.path()))
    }

    /// Everything that a run could have changed, as the program itself tells it, and the shadow folder's files.
    pub fn state(&self) -> (Vec<Value>, Vec<Value>, Vec<PathBuf>) {
        let proposals = self.plusone(&["list", "--all", "--format", "json"]).json();
        let problems = self.plusone(&["list", "--problems", "--format", "json"]).json();
        (proposals, problems, files(&self.path("shadow")))
    }
}

fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } =
        command.env("RUST_LOG", "warn").env("NO_COLOR", "1").output().expect("the program runs");
    Ran {
        // A process that was killed, by a stack that ran over for one, has no code.
        code: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}
