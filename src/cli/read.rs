//! `plusone read`: how each message is read, and why.

use super::CliError;
use super::progress::Progress;
use crate::ballot::{Claim, Dialect, Held, HeldWhy, Place, Reading, reading};
use crate::mail::{self, Arrival, ListForm, Post, Trust};
use crate::record;
use crate::source::archive::{Archive, Limits};
use crate::source::raw_mail::RawMailRef;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many threads read.
const THREADS: usize = 2;

/// What `read` is to do.
#[derive(Debug)]
pub struct ReadOptions {
    /// Archives, in the order in which they are read; `-` is standard input.
    pub archives: Vec<PathBuf>,
    /// One JSON object a message, one a line; else text.
    pub json: bool,
}

/// Prints how every message of the archives is read, duplicates too, in archive order.
///
/// # Errors
/// An archive cannot be read, or `out` not written. A reader of `out` that has gone is none.
pub fn run(options: &ReadOptions, out: &mut dyn Write) -> Result<(), CliError> {
    let archive = Archive::open(&options.archives, Limits::default()).map_err(CliError::work)?;
    let gone = AtomicBool::new(false);
    let mut written = Ok(());
    let mut progress = (!io::stdout().is_terminal()).then(Progress::start);
    let show = |mail: &RawMailRef<'_>| {
        if gone.load(Ordering::Relaxed) {
            return String::new();
        }
        let (post, reading) = understand(mail);
        if options.json { in_json(&post, &reading) } else { in_words(&archive.display(mail.place), &post, &reading) }
    };
    archive
        .scan(THREADS, show, |text| {
            if let Some(progress) = &mut progress {
                progress.one_more();
            }
            if written.is_ok() {
                written = out.write_all(text.as_bytes());
                gone.store(written.is_err(), Ordering::Relaxed);
            }
        })
        .map_err(CliError::work)?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
