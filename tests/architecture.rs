//! The pure core stays pure, modules stay small, and only `clock.rs` asks what time it is: read from the sources themselves.

#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::fs;
use std::path::{Path, PathBuf};

/// Modules that do no I/O, read no clock and are not async.
const PURE: [&str; 6] = ["mail", "thread", "ballot", "decision", "notice", "record"];

/// What a pure module may not name.
const IMPURE: [&str; 17] = [
    "tokio",
    "rusqlite",
    "imap::",
    "SmtpTransport",
    "lettre::transport",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "async fn",
    ".await",
    "::now()",
    "SystemTime",
    "crate::clock",
    "println!",
];

/// What each pure module may use of the others.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("mail", &[]),
    ("thread", &["mail"]),
    ("ballot", &["mail"]),
    ("decision", &["thread", "ballot", "mail"]),
    ("record", &["decision", "ballot", "mail"]),
    ("notice", &["decision", "record", "ballot", "mail"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The sources of one module, without its tests.
fn module(name: &str) -> Vec<PathBuf> {
    let is_test = |path: &PathBuf| {
        path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
    };
    sources(&src().join(name)).into_iter().filter(|path| !is_test(path)).collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A file's code before its tests, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_core_names_nothing_impure() {
    let mut faults = Vec::new();
    for name in PURE {
        for path in module(name) {
            let code = code(&path);
            let named = IMPURE.iter().filter(|word| code.contains(*word));
            faults.extend(named.map(|word| format!("{} names {word}", path.display())));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_arrow_points_one_way() {
    let mut faults = Vec::new();
    for (name, allowed) in MAY_USE {
        for path in module(name) {
            for used in code(&path).split("crate::").skip(1) {
                let used: String =
                    used.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if used != name && !allowed.contains(&used.as_str()) {
                    faults.push(format!("{} uses crate::{used}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    let asks = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
    let askers: Vec<PathBuf> = sources(&src())
        .into_iter()
        .filter(|path| !path.ends_with("clock.rs"))
        .filter(|path| asks.iter().any(|ask| code(path).contains(ask)))
        .collect();
    assert!(askers.is_empty(), "{askers:?}");
}

#[test]
fn no_file_is_over_400_lines_before_its_tests() {
    let long: Vec<(PathBuf, usize)> = sources(&src())
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
            (path, lines)
        })
        .filter(|(path, lines)| *lines > 400 && !path.ends_with("tests.rs"))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
#[cfg(not(feature = "failpoints"))]
fn the_usual_build_holds_no_fail_point() {
    let points = code(&src().join("failpoint.rs"));
    let program = fs::read(env!("CARGO_BIN_EXE_plusone")).unwrap();
    let holds = |words: &str| memchr::memmem::find(&program, words.as_bytes()).is_some();
    assert!(holds("plusone.toml"), "what is there is found");
    for words in ["PLUSONE_FAIL_POINT", "PLUSONE_CLOCK_AHEAD", "intake before commit", "smtp after DATA"] {
        assert!(words.starts_with("PLUSONE_CLOCK") || points.contains(words), "{words} is a point");
        assert!(!holds(words), "the program holds {words}");
    }
}
