//! `plusone init`: a commented `plusone.toml` and `roster.toml` to edit.

use crate::config::starter;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why the files were not written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A file is there already.
    #[error("{} is there already — edit it, or name another folder: plusone init DIR", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("cannot write {}: {why} — name a folder that this user may write to: plusone init DIR", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// Nobody reads the output.
    #[error("cannot say what to do next: {0}")]
    Output(#[from] io::Error),
}

/// Writes both files into `dir`, which is made where it is missing, and says the next steps.
///
/// # Errors
/// Where one of the files is there already: then neither is touched. Where they cannot be written.
pub fn run(dir: &Path, out: &mut dyn Write) -> Result<(), InitError> {
    let (plusone, roster) = starter(None);
    let files = [(dir.join("plusone.toml"), plusone), (dir.join("roster.toml"), roster)];
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(InitError::Exists(path.clone()));
    }
    std::fs::create_dir_all(dir).map_err(|why| InitError::Write { path: dir.to_owned(), why })?;
    for (path, text) in &files {
        write_new(path, text)?;
    }
    let [(config, _), (roster, _)] = &files;
    write!(out, "{}", next_steps(config, roster))?;
    Ok(())
}

fn write_new(path: &Path, text: &str) -> Result<(), InitError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => InitError::Exists(path.to_owned()),
        _ => InitError::Write { path: path.to_owned(), why },
    })
}

fn next_steps(config: &Path, roster: &Path) -> String {
    let (config, roster) = (config.display(), roster.display());
    format!(
        "\
wrote {config} and {roster}

Next:
  1. Subscribe an account of its own to the list, and write it, the list and the servers into {config}
     (the lines marked <-).
  2. Write into {roster} who votes.
  3. plusone --config {config} check      says what is still wrong; sends nothing
  4. plusone --config {config} run        starts in shadow mode: what it would mail goes to the shadow folder
  5. When you like what you read there, write mode = \"live\" and start it again.

What is older than the first run is recorded, never announced.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_written_loads_and_the_next_steps_are_said() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("etc/plusone");
        let mut out = Vec::new();
        run(&dir, &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        for step in ["check", "run", "mode = \"live\""] {
            assert!(said.contains(step), "{said}");
        }
        assert!(Config::load(&dir.join("plusone.toml")).is_ok());
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("roster.toml"), "mine").unwrap();
        let error = run(folder.path(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("roster.toml is there already"), "{error}");
        assert!(!folder.path().join("plusone.toml").exists());
        assert_eq!(std::fs::read_to_string(folder.path().join("roster.toml")).unwrap(), "mine");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = run(&file.join("etc"), &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("cannot write") && error.contains("plusone init DIR"), "{error}");
    }
}
