//! A file of cases.

use std::fs;
use std::path::Path;

/// The cases of a file, and what they have in common.
pub struct Group {
    pub name: String,
    /// In a sentence.
    pub about: String,
    pub cases: Vec<Written>,
}

/// A case as it is written.
pub struct Written {
    /// The line at which it begins.
    pub line: usize,
    /// What its section says.
    section: String,
    /// What it says of itself.
    name: String,
    /// Its lines, those that its section shares before them.
    pub text: String,
}

impl Written {
    /// What it is about.
    pub fn title(&self) -> String {
        [self.section.as_str(), self.name.as_str()].join(": ").trim_end_matches(": ").to_owned()
    }
}

/// Every group of cases, by file name.
pub fn groups() -> Vec<Group> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decide/cases");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Group::parse(name, &fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

impl Group {
    fn parse(name: String, text: &str) -> Group {
        let mut group = Group { name, about: String::new(), cases: Vec::new() };
        let (mut section, mut shared, mut in_case) = (String::new(), String::new(), false);
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(about) = line.strip_prefix("about ") {
                group.about = about.to_owned();
            } else if let Some(heading) = line.strip_prefix("== ") {
                (section, in_case) = (heading.to_owned(), false);
                shared.clear();
            } else if line == "case" || line.starts_with("case ") {
                let name = line.trim_start_matches("case").trim().to_owned();
                let case = Written { line: index + 1, section: section.clone(), name, text: shared.clone() };
                group.cases.push(case);
                in_case = true;
            } else if let Some(case) = group.cases.last_mut().filter(|_| in_case) {
                case.text.push_str(line);
                case.text.push('\n');
            } else if !line.is_empty() && !line.starts_with('#') {
                shared.push_str(line);
                shared.push('\n');
            }
        }
        group
    }
}
