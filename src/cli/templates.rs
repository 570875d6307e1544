//! `plusone templates export`: the texts of every notice, to be changed; and the folder of those that were.

use super::CliError;
use crate::notice::{Templates, variables};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The largest template that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Writes every template that comes with the engine into `dir`, with a README of the variables that each may use.
///
/// # Errors
/// Where one of the files is there already and `force` is not given: then none is touched. Where they cannot be written.
pub fn export(dir: &Path, force: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let mut files: Vec<(String, String)> =
        Templates::sources().map(|(name, source)| (name.to_owned(), source.to_owned())).collect();
    files.push(("README.md".to_owned(), readme()));
    let there = files.iter().map(|(name, _)| dir.join(name)).find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = there.filter(|_| !force) {
        return Err(CliError::usage(format!(
            "{} is there already; name another folder, or overwrite what is there with --force",
            path.display()
        )));
    }
    for (name, text) in &files {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|why| {
            CliError::work(format!(
                "cannot write {}: {why}; name a folder that this user may write to",
                path.display()
            ))
        })?;
    }
    writeln!(out, "wrote {} templates and README.md to {}", files.len() - 1, dir.display())?;
    writeln!(out, "Keep those that you change, remove the others, and name the folder in plusone.toml:")?;
    writeln!(out, "  templates = \"{}\"", dir.display())?;
    Ok(())
}

/// The built-in templates, with those of the folder in place of theirs.
///
/// # Errors
/// Everything that is wrong with any of them, with its file and line; a folder that cannot be read.
pub fn load(folder: Option<&Path>) -> Result<Templates, CliError> {
    let Some(folder) = folder else { return Templates::builtin().map_err(CliError::templates) };
    let overrides = read(folder).map_err(|why| {
        CliError::usage(format!(
            "the templates in {} cannot be read: {why}; correct `templates` in the configuration, or write the folder with `plusone templates export {}`",
            folder.display(),
            folder.display()
        ))
    })?;
    Templates::with_overrides(overrides).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        CliError::usage(format!("in the folder {}: {}", folder.display(), lines.join("\n")))
    })
}

/// Every `<language>/<name>.txt` of the folder.
fn read(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for language in fs::read_dir(folder)? {
        let language = language?;
        if !language.path().is_dir() {
            continue;
        }
        for file in fs::read_dir(language.path())? {
            let path = file?.path();
            if path.extension().is_none_or(|ending| ending != "txt") {
                continue;
            }
            let told = |why: &dyn std::fmt::Display| io::Error::other(format!("{}: {why}", path.display()));
            if fs::metadata(&path)?.len() > LONGEST {
                return Err(told(&"it is longer than 64 KiB"));
            }
            let text = fs::read_to_string(&path).map_err(|why| told(&why))?;
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            found.push((format!("{}/{file}", language.file_name().to_string_lossy()), text));
        }
    }
    found.sort();
    Ok(found)
}

/// What the exported folder says of itself.
fn readme() -> String {
    let mut text = String::from(
        "# Templates of plusone's notices

A file of this folder replaces the one of its name that is built in; a file that is not here is not replaced. Name the folder in
`plusone.toml`: `templates = \"…\"`. A template that does not compile, or uses a variable that it does not have, is an error at
start, with its line.

The language is Jinja (minijinja). Every line is a paragraph: it is filled to 72 columns, keeps its indentation, and hangs behind a label
that is followed by two spaces or more. Runs of blank lines become one. No line may begin with a vote, so end sentences with votes,
do not begin them so. `{{ n | counted(\"vote\", \"votes\") }}` gives `1 vote`, `3 votes`.
",
    );
    for (name, _) in Templates::sources() {
        // Both languages have the same variables.
        let Some(file) = name.strip_prefix("en/") else { continue };
        let _ = write!(text, "\n## {file}\n\n| variable | holds |\n|---|---|\n");
        for (variable, meaning) in variables(name) {
            let _ = writeln!(text, "| `{variable}` | {meaning} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        export(folder.path(), false, &mut Vec::new()).unwrap();
        folder
    }

    #[test]
    fn what_is_exported_loads_and_is_not_overwritten_unasked() {
        let folder = exported();
        assert!(load(Some(folder.path())).is_ok());
        let changed = folder.path().join("nl/opened.txt");
        fs::write(&changed, "Voorstel {{ number }}\n").unwrap();
        let refused = export(folder.path(), false, &mut Vec::new()).unwrap_err().to_string();
        assert!(refused.contains("--force"), "{refused}");
        assert_eq!(fs::read_to_string(&changed).unwrap(), "Voorstel {{ number }}\n");
        export(folder.path(), true, &mut Vec::new()).unwrap();
        assert_ne!(fs::read_to_string(&changed).unwrap(), "Voorstel {{ number }}\n");
        let readme = fs::read_to_string(folder.path().join("README.md")).unwrap();
        assert!(readme.contains("## follow-up.txt") && readme.contains("| `text_hash` |"), "{readme}");
    }

    #[test]
    fn a_broken_template_is_told_with_its_file_and_line() {
        let folder = exported();
        fs::write(folder.path().join("nl/opened.txt"), "Voorstel\n\n{{ nummer }}\n").unwrap();
        fs::write(folder.path().join("en/result.txt"), "{% if %}\n").unwrap();
        let told = load(Some(folder.path())).unwrap_err().to_string();
        assert!(told.contains("nl/opened.txt, line 3,") && told.contains("en/result.txt, line 1,"), "{told}");
        fs::write(folder.path().join("en/openned.txt"), "").unwrap();
        assert!(load(Some(folder.path())).unwrap_err().to_string().contains("en/openned.txt"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_with_its_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let told = load(Some(&folder.path().join("none"))).unwrap_err().to_string();
        assert!(told.contains("plusone templates export"), "{told}");
        assert!(load(None).is_ok());
    }
}
