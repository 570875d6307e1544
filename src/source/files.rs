//! One archive that is a folder of files, each one message: a Maildir, or a folder of `.eml` files.

use super::raw_mail::{ArchiveProblem, Place, RawMail, RawMailRef};
use super::sniff::{Form, has_extension};
use super::unquote::undress;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A folder whose files are messages, in the order of their names.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    /// Paths below `folder`.
    names: Vec<Box<Path>>,
}

impl Files {
    /// Lists a Maildir (its `cur` and `new`; not `tmp`, not subfolders) or else the `.eml` files of a folder. `None` where
    /// the folder has files but is neither.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub(super) fn open(folder: &Path) -> io::Result<Option<Files>> {
        let mut names = Vec::new();
        let mut other = false;
        let maildir: Vec<&str> =
            ["cur", "new"].into_iter().filter(|part| folder.join(part).is_dir()).collect();
        for part in &maildir {
            list(&folder.join(part), |name| names.push(Path::new(part).join(name).into_boxed_path()))?;
        }
        if maildir.is_empty() {
            list(folder, |name| {
                match has_extension(name, &["eml"]) && name.extension() != Some("gz".as_ref()) {
                    true => names.push(name.into()),
                    false => other = true,
                }
            })?;
        }
        names.sort_unstable_by(|a, b| (a.file_name(), a).cmp(&(b.file_name(), b)));
        let recognised = !maildir.is_empty() || !names.is_empty() || !other;
        Ok(recognised.then(|| Files { folder: folder.to_path_buf(), names }))
    }

    /// How many messages.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The path of the file of that number.
    pub(super) fn path(&self, number: u64) -> Option<PathBuf> {
        let name = self.names.get(usize::try_from(number).ok()?)?;
        Some(self.folder.join(name))
    }

    /// Reads a file into `buf` and gives its message, with at most `max` octets. A file that cannot be read gives one that
    /// says so.
    pub(super) fn mail<'a>(
        &self,
        place: Place,
        max: usize,
        buf: &'a mut Vec<u8>,
        scratch: &'a mut Vec<u8>,
    ) -> RawMailRef<'a> {
        buf.clear();
        let read = match self.path(place.offset) {
            Some(path) => read(&path, max, buf),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        match read {
            Ok(len) => undress(buf, len, Form::Single, place, max, scratch),
            Err(error) => RawMailRef {
                bytes: &[],
                from_line: None,
                place,
                cut: None,
                problem: Some(ArchiveProblem::Unreadable(error.to_string())),
            },
        }
    }

    /// The message of one file, with bytes of its own.
    pub(super) fn fetch(&self, place: Place, max: usize) -> RawMail {
        let (mut buf, mut scratch) = (Vec::new(), Vec::new());
        self.mail(place, max, &mut buf, &mut scratch).to_raw_mail()
    }
}

/// Gives the names in a folder, without those that begin with a dot.
fn list(folder: &Path, mut each: impl FnMut(&Path)) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            each(Path::new(&name));
        }
    }
    Ok(())
}

/// Puts what of a file is needed to give `max` octets of its message into `buf`; gives its size in octets.
fn read(path: &Path, max: usize, buf: &mut Vec<u8>) -> io::Result<u64> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        // Opening a pipe would wait for ever.
        return Err(io::Error::other("it is not a file"));
    }
    let enough = max as u64 + super::from_line::MAX_LINE as u64 + 1;
    File::open(path)?.take(enough).read_to_end(buf)?;
    Ok(metadata.len().max(buf.len() as u64))
}
