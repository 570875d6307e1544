//! Outgoing mail as `.eml` files in a folder: what the demo and shadow mode leave to be read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The longest slug in a file's name, in characters.
const MAX_SLUG: usize = 60;

/// How often another number is tried when somebody else writes into the folder at the same time.
const MAX_TRIES: u32 = 10_000;

/// A folder that mails are written into, numbered in the order in which they were written.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    /// The last number taken.
    last: AtomicU32,
}

impl Folder {
    /// Opens the folder, making it where it is not there; numbers go on from the highest in it.
    ///
    /// # Errors
    /// It cannot be made or listed.
    pub fn new(dir: impl Into<PathBuf>) -> io::Result<Folder> {
        let dir = dir.into();
        fs::create_dir_all(&dir)?;
        let mut last = 0;
        for entry in fs::read_dir(&dir)? {
            last = last.max(number(&entry?.file_name().to_string_lossy()).unwrap_or(0));
        }
        Ok(Folder { dir, last: AtomicU32::new(last) })
    }

    /// Writes a mail as `NNNN-slug.eml` and gives the path; where it is the last that was written, as when the process ended before that could
    /// be remembered elsewhere, nothing is written again. The file is there whole or not at all, is on the disk when this
    /// returns, replaces no other, and only its owner may read it. The slug is what of `name_hint` is safe in a name.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn write(&self, name_hint: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let slug = slug(name_hint);
        let last = self.dir.join(format!("{:04}-{slug}.eml", self.last.load(Ordering::Relaxed)));
        if fs::read(&last).is_ok_and(|known| known == bytes) {
            return Ok(last);
        }
        let mut file = tempfile::Builder::new().prefix(".writing-").tempfile_in(&self.dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        for _ in 0..MAX_TRIES {
            let number = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            let path = self.dir.join(format!("{number:04}-{slug}.eml"));
            match file.persist_noclobber(&path) {
                Ok(_) => {
                    sync(&self.dir)?;
                    return Ok(path);
                }
                Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => file = refused.file,
                Err(refused) => return Err(refused.error),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "no number is free; move the old mails out of the folder",
        ))
    }
}

/// Makes a new name in the folder outlast a crash. Elsewhere than on Unix a folder cannot be opened for that.
fn sync(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// The number in a name that [`Folder::write`] made.
fn number(name: &str) -> Option<u32> {
    name.strip_suffix(".eml")?.split_once('-')?.0.parse().ok()
}

/// Lower-case ASCII letters and digits with single hyphens between them: no path, no option, no surprise for a shell.
fn slug(hint: &str) -> String {
    let mut slug = String::new();
    for c in hint.chars() {
        if slug.len() >= MAX_SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "mail".to_string() } else { slug.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn mails_are_numbered_on_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("made/on/the/way");
        let folder = Folder::new(&dir).unwrap();
        let first = folder.write("[RESULT] Move CI", b"one").unwrap();
        folder.write("digest", b"two").unwrap();
        // A second worker on the same folder, which began before the first one's last mail.
        let other = Folder { dir: dir.clone(), last: AtomicU32::new(1) };
        other.write("digest", b"three").unwrap();
        Folder::new(&dir).unwrap().write("digest", b"four").unwrap();
        assert_eq!(
            names(&dir),
            ["0001-result-move-ci.eml", "0002-digest.eml", "0003-digest.eml", "0004-digest.eml"]
        );
        assert_eq!(fs::read(first).unwrap(), b"one");
        assert_eq!(fs::read(dir.join("0003-digest.eml")).unwrap(), b"three");
    }

    #[test]
    fn the_last_mail_is_not_written_twice() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::new(dir.path()).unwrap().write("infra 1 opened", b"one").unwrap();
        let again = Folder::new(dir.path()).unwrap();
        assert_eq!(again.write("infra 1 opened", b"one").unwrap(), first);
        again.write("infra 1 opened", b"two").unwrap();
        again.write("infra 2 opened", b"two").unwrap();
        assert_eq!(
            names(dir.path()),
            ["0001-infra-1-opened.eml", "0002-infra-1-opened.eml", "0003-infra-2-opened.eml"]
        );
    }

    #[test]
    fn hostile_hints_give_safe_names() {
        let check = |hint: &str, expect: &str| assert_eq!(slug(hint), expect, "{hint:?}");
        check("../../etc/passwd", "etc-passwd");
        check("-rf *", "rf");
        check("a\0b\nc\\d:e", "a-b-c-d-e");
        check("", "mail");
        check("...", "mail");
        check("提案", "mail");
        check(&"long ".repeat(1_000), "long-long-long-long-long-long-long-long-long-long-long-long");
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Folder::new(file.path()).is_err());
    }

    proptest! {
        #[test]
        fn every_hint_stays_in_the_folder(hint in any::<String>()) {
            let slug = slug(&hint);
            prop_assert!(!slug.is_empty() && slug.len() <= MAX_SLUG);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        }
    }
}
