//! Temporary copies on disk of what can be read only once, or only from its beginning.

use std::io::{self, Read, Seek, Write};
use tempfile::NamedTempFile;

const BLOCK: usize = 64 * 1024;

/// A reader that fails, instead of going on, beyond a number of octets: the answer to a gzip bomb.
pub(super) struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Bounded<R> {
    /// Lets `limit` octets of `inner` through.
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Bounded { inner, left: limit }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                return Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "it unpacks to more than the limit allows",
                ));
            }
        }
        Ok(read)
    }
}

/// Copies all of `from` into a temporary file that is deleted when dropped. What stopped the copy early, if anything did,
/// is given beside what was copied until then.
///
/// # Errors
/// The temporary file could not be made or written.
pub(super) fn spool(from: &mut dyn Read) -> io::Result<(NamedTempFile, Option<io::Error>)> {
    let mut file = tempfile::Builder::new().prefix("plusone-").tempfile()?;
    let mut block = vec![0; BLOCK];
    let stopped = loop {
        match from.read(&mut block) {
            Ok(0) => break None,
            Ok(read) => file.write_all(&block[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
    };
    file.flush()?;
    file.rewind()?;
    Ok((file, stopped))
}
