//! The system's accounts that the daemons run as, and where the lab's people are listed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

/// A user of this machine, by number.
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    pub group: String,
}

impl Account {
    /// The account called `name`, which a Debian package made.
    pub fn of(name: &str) -> Account {
        let numbers = fields("/etc/passwd", |line| line[0] == name)
            .unwrap_or_else(|| panic!("there is no user {name:?} on this machine: run ./test as root once"));
        let number = |at: usize| numbers[at].parse().expect("a number where passwd(5) has one");
        let (uid, gid): (u32, u32) = (number(2), number(3));
        let group = fields("/etc/group", |line| line[2] == gid.to_string()).expect("every user has a group");
        Account { name: name.to_owned(), uid, gid, group: group[0].clone() }
    }

    /// Gives `path` to this account.
    pub fn own(&self, path: &Path) {
        chown(path, Some(self.uid), Some(self.gid))
            .unwrap_or_else(|e| panic!("chown {}: {e}", path.display()));
    }

    /// Makes a folder of this account's own.
    pub fn folder(&self, path: &Path) {
        fs::create_dir_all(path).unwrap_or_else(|e| panic!("mkdir {}: {e}", path.display()));
        self.own(path);
    }
}

/// The number of the group called `name`.
pub fn group(name: &str) -> u32 {
    fields("/etc/group", |line| line[0] == name)
        .and_then(|line| line[2].parse().ok())
        .unwrap_or_else(|| panic!("there is no group {name:?} on this machine: run ./test as root once"))
}

/// The first line of `file` with at least three fields that `matches`.
fn fields(file: &str, matches: impl Fn(&[String]) -> bool) -> Option<Vec<String>> {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}"));
    let mut lines = text.lines().map(|line| line.split(':').map(str::to_owned).collect::<Vec<String>>());
    lines.find(|line| line.len() > 2 && matches(line))
}

/// Writes `text` to `path` with these permission bits.
pub fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap_or_else(|e| panic!("write {}: {e}", path.display()));
    permit(path, mode);
}

/// Sets the permission bits of `path`.
pub fn permit(path: &Path, mode: u32) {
    let bits = fs::Permissions::from_mode(mode);
    fs::set_permissions(path, bits).unwrap_or_else(|e| panic!("chmod {}: {e}", path.display()));
}

/// `template` with every `{{name}}` replaced; a name without a value fails the test.
pub fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    assert!(!text.contains("{{"), "a value is missing in:\n{text}");
    text
}
