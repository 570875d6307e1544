//! `plusone digest`.

use super::{CliError, setup, show};
use crate::clock::{Clock, SystemClock};
use std::io::Write;
use std::path::Path;

/// Prints the digest as it would be mailed now, or queues it.
pub fn run(path: &Path, dry_run: bool, list: Option<&str>, out: &mut dyn Write) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let mut engine = setup::engine(&config)?;
    let lists = match list {
        Some(_) => vec![show::named_list(&config, list)?],
        None => config.lists.iter().map(|list| list.rules.name.clone()).collect(),
    };
    let now = SystemClock.now();
    for name in lists {
        if dry_run {
            match engine.digest_now(&name, now)? {
                Some(draft) => writeln!(out, "Subject: {}\n\n{}", draft.subject, draft.words)?,
                None => writeln!(out, "{name}: nothing to say, so nothing would be sent.")?,
            }
        } else if engine.queue_digest_now(&name, now)? {
            writeln!(out, "{name}: queued; the worker sends it.")?;
        } else {
            writeln!(out, "{name}: nothing to say, so nothing is sent.")?;
        }
    }
    Ok(())
}
