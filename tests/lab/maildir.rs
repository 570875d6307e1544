//! People's mail as Dovecot stored it, read from the files themselves.

use std::fs;
use std::path::Path;

/// The names of the mails in a Maildir, oldest first, each with where it lies now.
pub fn entries(maildir: &Path) -> Vec<(String, std::path::PathBuf)> {
    let mut found = Vec::new();
    for folder in ["new", "cur"] {
        // Before the first delivery there is no Maildir.
        let Ok(entries) = fs::read_dir(maildir.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // What follows the colon are flags, which change.
            let name = name.split(':').next().unwrap_or_default().to_owned();
            found.push((name, entry.path()));
        }
    }
    found.sort_by_cached_key(|(name, _)| (arrival(name), name.clone()));
    // A mail that moved from `new` to `cur` between the two looks was seen twice.
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// When Dovecot stored a mail, from its name `SECONDS.M<MICROSECONDS>P<PID>.HOST`.
fn arrival(name: &str) -> (u64, u64) {
    let mut words = name.split('.');
    let seconds = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let micros = words.next().and_then(|word| word.strip_prefix('M')).and_then(|word| word.split('P').next());
    (seconds, micros.and_then(|word| word.parse().ok()).unwrap_or(0))
}
