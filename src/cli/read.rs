//! `plusone read`: how each message is read, and why.

use super::CliError;
use super::progress::Progress;
use super::table::{instant, shown};
use crate::ballot::{Cast, Claim, Dialect, Event, Place, Reading, reading};
use crate::mail::{self, ListForm, OwnWords, Post, Problem, Region, Removed, Trust};
use crate::record;
use crate::source::archive::{Archive, Limits};
use crate::source::raw_mail::RawMailRef;
use crate::worker::replay::arrival;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many threads read.
const THREADS: usize = 2;

/// What `read` is to do.
#[derive(Debug)]
pub struct ReadOptions {
    /// Archives, in the order in which they are read; `-` is standard input.
    pub archives: Vec<PathBuf>,
    /// One JSON object a message, one a line; else text.
    pub json: bool,
}

/// Prints how every message of the archives is read, duplicates too, in archive order.
///
/// # Errors
/// An archive cannot be read, or `out` not written. A reader of `out` that has gone is none.
pub fn run(options: &ReadOptions, out: &mut dyn Write) -> Result<(), CliError> {
    let archive = Archive::open(&options.archives, Limits::default()).map_err(CliError::work)?;
    let gone = AtomicBool::new(false);
    let mut written = Ok(());
    let mut progress = (!io::stdout().is_terminal()).then(Progress::start);
    let show = |mail: &RawMailRef<'_>| {
        if gone.load(Ordering::Relaxed) {
            return String::new();
        }
        let (post, reading) = understand(mail);
        if options.json {
            in_json(&post, &reading)
        } else {
            in_words(&archive.display(mail.place), &post, &reading)
        }
    };
    archive
        .scan(THREADS, show, |text| {
            if let Some(progress) = &mut progress {
                progress.one_more();
            }
            if written.is_ok() {
                written = out.write_all(text.as_bytes());
                gone.store(written.is_err(), Ordering::Relaxed);
            }
        })
        .map_err(CliError::work)?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A message and how it is read.
fn understand(mail: &RawMailRef<'_>) -> (Post, Reading) {
    let trust = Trust { archive: true, ..Trust::default() };
    let mut post = mail::post(mail.bytes, &arrival(mail), &ListForm::default(), &trust);
    post.problems.extend(mail.cut.map(Problem::TooLarge));
    post.problems.extend(mail.problem.as_ref().map(|problem| Problem::Source(problem.to_string())));
    let reading = match &post.automatic {
        Some(automatic) => Reading::Automatic { why: automatic.as_str().to_owned() },
        None => reading(&post, &Dialect::default()),
    };
    (post, reading)
}

fn in_json(post: &Post, reading: &Reading) -> String {
    // Only maps with keys that are no strings could fail, and there are none.
    serde_json::to_string(&record::read_entry(post, reading)).unwrap_or_default() + "\n"
}

/// A message for people: who wrote it, how it is read, and its own words with what was removed in its place.
fn in_words(place: &str, post: &Post, reading: &Reading) -> String {
    let author = &post.author;
    let address = author.address.as_ref().map_or("address unknown", |address| address.as_str());
    let mut text = format!("{}  {}\n", shown(post.message_id.as_str(), 100), shown(place, 200));
    let mut line = |name: &str, value: String| text += &format!("  {name:<9} {value}\n");
    line(
        "From",
        format!("{} <{}>  ({})", shown(&author.name, 60), shown(address, 100), shown(&author.evidence, 60)),
    );
    line("Received", format!("{}  ({})", instant(post.received.at), post.received.source.as_str()));
    line("Subject", shown(&post.subject.text, 120));
    for problem in &post.problems {
        let (code, detail) = problem.in_words();
        line("Problem", format!("{code}: {}", shown(&detail, 120)));
    }
    line("Read as", told(reading));
    text.push('\n');
    put_words(&post.words, &mut text);
    text.push('\n');
    text
}

/// A reading in words, with the line and the rule it comes from.
fn told(reading: &Reading) -> String {
    let at = |what: &str, place: &Place| {
        format!("{what}; line {} by rule {}: {}", place.line_number, place.rule, shown(&place.line, 100))
    };
    match reading {
        Reading::Cast(cast) => at(&vote(cast), &cast.place),
        Reading::Withdraw(place) => at("takes an earlier vote back", place),
        Reading::Objects(place) => at("objects in words", place),
        Reading::Held(held) => at(&format!("held: {}", record::held_sentence(held.why)), &held.place),
        Reading::Command { command, place } => at(&format!("command {command:?}"), place),
        Reading::Automatic { why } => format!("automatic, never a vote: {}", shown(why, 100)),
        Reading::Event(Event::Result) => "announces a result; casts nothing".to_owned(),
        Reading::Event(Event::Cancel) => "takes the proposal back; casts nothing".to_owned(),
        Reading::Event(Event::Discuss) => "talk about the vote; casts nothing".to_owned(),
        Reading::Nothing => "nothing on the question".to_owned(),
    }
}

fn vote(cast: &Cast) -> String {
    let mut text = format!("votes {}, written {}", cast.vote, shown(&cast.written, 40));
    text += match cast.claim {
        Some(Claim::Binding) => ", claims to be binding",
        Some(Claim::NonBinding) => ", says it is not binding",
        None => "",
    };
    text += if cast.explained { ", explained" } else { "" };
    text
}

/// The own words line by line under their numbers; in the place of what was removed, which lines and as what.
fn put_words(words: &OwnWords, text: &mut String) {
    let mut removed = words.removed.iter().peekable();
    let mut gone = |upto: u32, text: &mut String| {
        while let Some(part) = removed.next_if(|part| part.lines.0 < upto) {
            *text += &mark(part);
        }
    };
    for line in &words.lines {
        gone(line.number, text);
        let doubt = if line.certain { ' ' } else { '?' };
        let words = shown(&line.text, 500);
        *text += format!("  {:>9} {doubt}| {words}", line.number).trim_end();
        text.push('\n');
    }
    gone(u32::MAX, text);
}

fn mark(part: &Removed) -> String {
    let lines = match part.lines {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    };
    let what = match part.region {
        Region::Quote => "quote",
        Region::Attribution => "attribution",
        Region::Signature => "signature",
        Region::Forward => "forward",
        Region::Footer => "footer",
        Region::Armour => "armour",
    };
    format!("  {lines:>9}  - {what}\n")
}
