//! `plusone backup` and `plusone restore`.

use super::progress::Progress;
use super::{CliError, setup};
use crate::clock::{Clock, SystemClock};
use crate::store::{self, EngineLock};
use indicatif::HumanBytes;
use std::io::Write;
use std::path::Path;

/// Copies the database into a new file; the worker may run on.
pub fn back_up(config: &Path, to: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    let config = setup::load(config)?;
    let mut progress = Progress::start();
    let copied = store::back_up(&config.database, to, &mut |done, all| progress.part(done, all))?;
    drop(progress);
    let size = HumanBytes(copied.size);
    writeln!(
        out,
        "{}: {} messages, {size}; whole, and sound by its own check",
        to.display(),
        copied.messages
    )?;
    Ok(())
}

/// Puts a copy in the database's place, and keeps what was there.
pub fn restore(config: &Path, from: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    let config = setup::load(config)?;
    let now = SystemClock.now();
    let _lock = EngineLock::take(&config.database, now)?;
    let aside = format!("-before-{}", now.format("%Y%m%dT%H%M%SZ"));
    let (copied, kept) = store::restore(from, &config.database, &aside)?;
    let messages = copied.messages;
    writeln!(out, "{} is now what {} holds: {messages} messages", config.database.display(), from.display())?;
    if let Some(kept) = kept {
        writeln!(out, "the database that was there is kept as {}", kept.display())?;
    }
    writeln!(
        out,
        "start `plusone run`: it reads the mailbox on from where the copy had come, and finds there what it mailed to the lists since"
    )?;
    Ok(())
}
