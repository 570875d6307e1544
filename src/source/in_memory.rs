//! An archive that lies in memory: what the fuzz targets feed.

use super::mbox::{Batch, Splitter};
use super::raw_mail::RawMailRef;
use super::sniff::{HEAD, sniff};
use std::io::Cursor;
use std::path::Path;

/// Reads an mbox or one message from memory as [`super::archive::Archive::scan`] reads it from a file, `chunk` octets at a time, and
/// calls `each` with every mail in order, at most `max_mail` octets of it. `false` where the bytes are neither.
pub fn scan(bytes: &[u8], chunk: usize, max_mail: usize, mut each: impl FnMut(RawMailRef<'_>)) -> bool {
    let Some(form) = sniff(Path::new("memory"), &bytes[..bytes.len().min(HEAD)]) else { return false };
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let mut splitter = Splitter::new(source, form, max_mail, chunk.max(1));
    let (mut batch, mut scratch) = (Batch::default(), Vec::new());
    while splitter.next(&mut batch) {
        batch.mails(form, 0, max_mail, &mut scratch, &mut each);
    }
    true
}
