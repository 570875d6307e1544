//! What is wrong with a configuration: file, line, what, and the remedy.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// What is wrong. Never a secret.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if self.line > 0 {
            write!(f, "{}:", self.line)?;
        }
        write!(f, " {} — {}", self.what, self.remedy)
    }
}

/// Everything that is wrong, in the order of the files and their lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The problems.
    pub problems: Vec<Problem>,
}

impl ConfigErrors {
    /// The problems of `first` before those of other files, each once, by line.
    pub(super) fn in_order(mut problems: Vec<Problem>, first: &Path) -> Self {
        problems.sort_by(|a, b| place(a, first).cmp(&place(b, first)));
        // A roster that two lists share is read for each of them.
        problems.dedup();
        ConfigErrors { problems }
    }
}

fn place<'p>(problem: &'p Problem, first: &Path) -> (bool, &'p Path, u32, &'p str) {
    (problem.file != first, &problem.file, problem.line, &problem.what)
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => write!(f, "{one}"),
            several => {
                write!(f, "{} problems in the configuration", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl std::error::Error for ConfigErrors {}

/// Text from a file as a message may show it: in quotes, control characters escaped, cut at 60 characters.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
