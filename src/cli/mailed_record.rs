//! The record in a result as it was mailed, or in a file of its own.

use super::CliError;
use crate::mail::{Automatic, LARGEST_MAIL, ListForm, Trust, json_files, post_to_show};
use crate::record::Published;
use crate::source::archive::{Archive, Limits};
use crate::source::raw_mail::RawMailRef;
use crate::worker::replay::arrival;
use crate::worker::verify::hashes;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A record with the mail that carried it.
pub struct MailedRecord {
    /// The record.
    pub published: Published,
    /// The hashes that the mail's text names; empty without a mail.
    pub named: Vec<String>,
}

/// One mail of the file that is to be the result.
struct Candidate {
    records: Vec<Vec<u8>>,
    named: Vec<String>,
    /// The number that the mail tells to look up, where it is a result of plusone's.
    result: Option<String>,
}

/// Reads the record out of a result: one mail, alone or in an mbox; also where the list wrapped it, and a file that is the record itself.
///
/// # Errors
/// It cannot be read, holds no record or several, or one that is not whole.
pub fn from_result(path: &Path) -> Result<MailedRecord, CliError> {
    if begins_as_json(path)? {
        return from_file(path);
    }
    let archive = Archive::open(&[path.to_owned()], Limits::default()).map_err(CliError::work)?;
    let mut mails = 0u64;
    let mut carrying = Vec::new();
    let mut stripped = None;
    archive
        .scan(1, look, |candidate| {
            mails += 1;
            stripped = stripped.take().or(candidate.result.clone());
            if !candidate.records.is_empty() && carrying.len() < 2 {
                carrying.push(candidate);
            }
        })
        .map_err(CliError::work)?;
    let shown = path.display();
    let candidate = match (carrying.pop(), carrying.is_empty()) {
        (Some(only), true) if only.records.len() == 1 => only,
        (None, _) => return Err(none_in(path, stripped)),
        _ => {
            return Err(CliError::work(format!(
                "{shown} holds several records in {mails} mails; save the one result to a file of its own"
            )));
        }
    };
    let json = candidate.records.first().map(Vec::as_slice).unwrap_or_default();
    let published =
        Published::read(json).map_err(|error| CliError::work(format!("the record in {shown}: {error}")))?;
    Ok(MailedRecord { published, named: candidate.named })
}

/// Reads a record from a file of its own, as `plusone show N --format json` prints it.
///
/// # Errors
/// It cannot be read, or is no record.
pub fn from_file(path: &Path) -> Result<MailedRecord, CliError> {
    let shown = path.display();
    let mut json = Vec::new();
    let failed = |error: std::io::Error| {
        CliError::work(format!("{shown}: {error}; check that the path is right and the file readable"))
    };
    let file = File::open(path).map_err(failed)?;
    file.take(LARGEST_MAIL as u64 + 1).read_to_end(&mut json).map_err(failed)?;
    if json.len() > LARGEST_MAIL {
        return Err(CliError::work(format!(
            "{shown} is over {LARGEST_MAIL} octets; no record is that large"
        )));
    }
    let published = Published::read(&json).map_err(|error| CliError::work(format!("{shown}: {error}")))?;
    Ok(MailedRecord { published, named: Vec::new() })
}

fn begins_as_json(path: &Path) -> Result<bool, CliError> {
    if path == Path::new("-") || path.is_dir() {
        return Ok(false);
    }
    let failed = |error| {
        CliError::work(format!(
            "{}: {error}; check that the path is right and the file readable",
            path.display()
        ))
    };
    let mut beginning = Vec::new();
    File::open(path).and_then(|file| file.take(64).read_to_end(&mut beginning)).map_err(failed)?;
    Ok(beginning.trim_ascii_start().first() == Some(&b'{'))
}

fn look(mail: &RawMailRef<'_>) -> Candidate {
    let (files, _) = json_files(mail.bytes);
    let records = files.into_iter().filter(|file| Published::is_one(file)).collect();
    let trust = Trust { archive: true, ..Trust::default() };
    let (post, lines) = post_to_show(mail.bytes, &arrival(mail), &ListForm::default(), &trust, true);
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let is_result = post.automatic == Some(Automatic::OwnNotice)
        && post.subject.tags.iter().any(|tag| tag.eq_ignore_ascii_case("RESULT"));
    let number = || {
        let behind = text.split_once("plusone show").map_or("", |(_, behind)| behind.trim_start());
        let number: String = behind.chars().take_while(char::is_ascii_digit).take(10).collect();
        if number.is_empty() { "N".to_owned() } else { number }
    };
    Candidate { records, named: hashes(&text), result: is_result.then(number) }
}

fn none_in(path: &Path, stripped: Option<String>) -> CliError {
    let shown = path.display();
    CliError::work(match stripped {
        Some(number) => format!(
            "{shown} is a result whose record was stripped: the list takes attachments off. Ask whoever runs plusone for it \
             (`plusone show {number} --format json > record.json`), then: plusone verify --record record.json ARCHIVE…"
        ),
        None => format!(
            "{shown} carries no record: give the [RESULT] mail that plusone sent, with its attachment, or the record itself with --record"
        ),
    })
}

/// Where a result stands among the arguments: the first of them, unless a record is given apart.
///
/// # Errors
/// There is nothing left to check it against.
pub fn apart(
    mut files: Vec<PathBuf>,
    record: Option<PathBuf>,
) -> Result<(MailedRecord, Vec<PathBuf>), CliError> {
    if let Some(record) = record {
        return Ok((from_file(&record)?, files));
    }
    if files.len() < 2 {
        return Err(CliError::usage(
            "name the result and, behind it, the archives to check it against: plusone verify result.eml list.mbox",
        ));
    }
    let result = files.remove(0);
    Ok((from_result(&result)?, files))
}
