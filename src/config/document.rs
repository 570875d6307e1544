//! One TOML file being read: where its lines are, what is wrong with it, which keys were asked for.

use super::problem::Problem;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::DeTable;

/// A key that is understood: its section and its name, as `docs/configuration.md` writes them.
pub(super) type Key = (&'static str, &'static str);

/// A file while it is read. Problems are gathered, so that all of them can be told at once.
pub(super) struct Document<'a> {
    file: &'a Path,
    /// Byte offsets at which the lines begin.
    line_starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
    asked: RefCell<BTreeSet<Key>>,
    /// Lines that are no TOML.
    broken: BTreeSet<u32>,
}

impl<'a> Document<'a> {
    /// Reads `text` as TOML. What is broken is a problem, one a line; the rest can still be read.
    pub(super) fn parse(file: &'a Path, text: &'a str) -> (Self, Spanned<DeTable<'a>>) {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(newlines).collect();
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Document {
            file,
            line_starts,
            problems: RefCell::default(),
            asked: RefCell::default(),
            broken: BTreeSet::new(),
        };
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let first_on_its_line = document.broken.insert(document.line(at));
            if first_on_its_line {
                let remedy = "correct this line; text stands in double quotes, tables in [brackets]";
                document.note(at, format!("not TOML: {}", error.message()), remedy.to_owned());
            }
        }
        (document, table)
    }

    /// Whether every line was TOML.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// Notes what is wrong at a byte offset. A line that is no TOML has been told about already.
    pub(super) fn problem(&self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        if !self.broken.contains(&self.line(at)) {
            self.note(at, what.into(), remedy.into());
        }
    }

    /// Notes what is missing; in a file with broken lines it may stand in one of those, so nothing is said.
    pub(super) fn missing(&self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        if self.is_whole() {
            self.problem(at, what, remedy);
        }
    }

    /// Takes over what is wrong with another file.
    pub(super) fn take_over(&self, problems: Vec<Problem>) {
        self.problems.borrow_mut().extend(problems);
    }

    /// Remembers that a key is understood.
    pub(super) fn asked(&self, key: Key) {
        self.asked.borrow_mut().insert(key);
    }

    /// The line (from 1) of a byte offset.
    pub(super) fn line(&self, at: usize) -> u32 {
        let lines = self.line_starts.partition_point(|start| *start <= at);
        u32::try_from(lines).unwrap_or(u32::MAX)
    }

    /// What a path in the file means: relative to the file's folder.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(written)
    }

    /// What is wrong, and the keys that are understood.
    pub(super) fn finish(self) -> (Vec<Problem>, BTreeSet<Key>) {
        (self.problems.into_inner(), self.asked.into_inner())
    }

    fn note(&self, at: usize, what: String, remedy: String) {
        let problem = Problem { file: self.file.to_owned(), line: self.line(at), what, remedy };
        self.problems.borrow_mut().push(problem);
    }
}
