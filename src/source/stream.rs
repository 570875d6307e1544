//! One archive that is a row of bytes: an mbox or a message, in a file or from standard input, packed or not.

use super::sniff::{Form, HEAD, sniff};
use super::spool::{Bounded, spool};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// An archive that is a row of bytes.
#[derive(Debug)]
pub(super) struct Stream {
    file: Store,
    packed: bool,
    /// The most octets that a packed archive may unpack to.
    max_unpacked: u64,
    form: Form,
    /// The unpacked copy that random access needs, made when it is first asked for.
    unpacked: Mutex<Option<NamedTempFile>>,
}

#[derive(Debug)]
enum Store {
    Path(PathBuf),
    /// A copy of what could be read only once.
    Copy(NamedTempFile),
}

impl Store {
    fn path(&self) -> &Path {
        match self {
            Store::Path(path) => path,
            Store::Copy(copy) => copy.path(),
        }
    }
}

impl Stream {
    /// Opens a file; a pipe or a device is first copied. `None` where it holds no mail.
    ///
    /// # Errors
    /// It cannot be read, or not be copied.
    pub(super) fn open(path: &Path, max_unpacked: u64) -> io::Result<Option<Stream>> {
        if path.metadata()?.is_file() {
            return Stream::from_store(path, Store::Path(path.to_path_buf()), max_unpacked);
        }
        Stream::copied(path, &mut File::open(path)?, max_unpacked)
    }

    /// Copies what can be read only once, such as standard input, and opens the copy.
    ///
    /// # Errors
    /// It cannot be read to its end within the limit, or not be copied.
    pub(super) fn copied(name: &Path, from: &mut dyn Read, max: u64) -> io::Result<Option<Stream>> {
        let (copy, stopped) = spool(&mut Bounded::new(from, max))?;
        match stopped {
            Some(error) => Err(error),
            None => Stream::from_store(name, Store::Copy(copy), max),
        }
    }

    fn from_store(name: &Path, file: Store, max_unpacked: u64) -> io::Result<Option<Stream>> {
        const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
        let mut magic = Vec::new();
        File::open(file.path())?.take(2).read_to_end(&mut magic)?;
        let packed = magic == GZIP_MAGIC;
        let unpacked = Mutex::new(None);
        let mut stream = Stream { file, packed, max_unpacked, form: Form::Mbox, unpacked };
        let mut head = Vec::with_capacity(HEAD);
        let read = stream.read()?.take(HEAD as u64).read_to_end(&mut head);
        if let Err(error) = read
            && head.is_empty()
        {
            return Err(error);
        }
        Ok(sniff(name, &head).map(|form| {
            stream.form = form;
            stream
        }))
    }

    /// What it holds.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Reads it, unpacked, from its beginning.
    ///
    /// # Errors
    /// It cannot be opened (any more).
    pub(super) fn read(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = File::open(self.file.path())?;
        if !self.packed {
            return Ok(Box::new(file));
        }
        Ok(Box::new(Bounded::new(MultiGzDecoder::new(file), self.max_unpacked)))
    }

    /// Up to `len` octets, unpacked, from `offset` on. The first time, a packed archive is unpacked into a temporary file.
    ///
    /// # Errors
    /// It cannot be opened, read or unpacked.
    pub(super) fn read_at(&self, offset: u64, len: u64) -> io::Result<Vec<u8>> {
        let mut file = if self.packed { self.unpack()? } else { File::open(self.file.path())? };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(len).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn unpack(&self) -> io::Result<File> {
        let mut unpacked = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        if unpacked.is_none() {
            // What stops it early was told at the mail it happened in.
            let (copy, _stopped) = spool(&mut self.read()?)?;
            *unpacked = Some(copy);
        }
        match unpacked.as_ref() {
            Some(copy) => copy.reopen(),
            None => Err(io::Error::other("the unpacked copy is gone")),
        }
    }
}
