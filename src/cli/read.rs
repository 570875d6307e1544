//! `plusone read`: how each message is read, and why.

use super::CliError;
use super::marked_text::{self, Looks};
use super::progress::Progress;
use super::table::{instant, shown};
use crate::ballot::{
    Cast, Claim, Command, Considered, Dialect, Event, Place, Reading, meaning_of, reading_explained,
};
use crate::config::{Config, ListConfig};
use crate::mail::{self, InstantSource, ListForm, MarkedLine, Post, Problem, Trust};
use crate::record;
use crate::source::archive::{Archive, Limits};
use crate::source::in_order::processors;
use crate::source::raw_mail::RawMailRef;
use crate::worker::replay::arrival;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many threads read, where there are as many processors.
const THREADS: usize = 2;

/// How much is written at a time, in octets.
const AT_A_TIME: usize = 64 * 1024;

/// What `read` is to do.
#[derive(Debug)]
pub struct ReadOptions {
    /// Archives, in the order in which they are read; `-` is standard input.
    pub archives: Vec<PathBuf>,
    /// One JSON object a message, one a line; else text.
    pub json: bool,
    /// In JSON also every line of the text with what it is; the text form always has them.
    pub lines: bool,
    /// Read as the lists of this configuration hand mail on; without one their form is inferred from each mail.
    pub config: Option<PathBuf>,
    /// Colours, for a terminal.
    pub colour: bool,
}

/// A message as it was read.
struct Understood {
    post: Post,
    reading: Reading,
    /// Its whole text; empty where nobody asked for it.
    text: Vec<MarkedLine>,
    tokens: Vec<Considered>,
}

/// Prints how every message of the archives is read, duplicates too, in archive order.
///
/// # Errors
/// A configuration at fault, an archive that cannot be read, or `out` not written. A reader of `out` that has gone is none.
pub fn run(options: &ReadOptions, out: &mut dyn Write) -> Result<(), CliError> {
    let config = options.config.as_deref().map(Config::load).transpose().map_err(CliError::usage)?;
    let lists = config.map(|config| config.lists).unwrap_or_default();
    let archive = Archive::open(&options.archives, Limits::default()).map_err(CliError::work)?;
    let gone = AtomicBool::new(false);
    let mut written = Ok(());
    let mut progress = (!io::stdout().is_terminal()).then(Progress::start);
    let show = |mail: &RawMailRef<'_>| {
        if gone.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let understood = understand(mail, &lists, !options.json || options.lines);
        if options.json {
            in_json(archive.display(mail.place), understood)
        } else {
            in_words(&archive.display(mail.place), &understood, Looks { colour: options.colour }).into_bytes()
        }
    };
    let mut messages = 0u64;
    let mut out = BufWriter::with_capacity(AT_A_TIME, out);
    let scanned = archive.scan(processors(THREADS), show, |text| {
        messages += 1;
        if let Some(progress) = &mut progress {
            progress.one_more();
        }
        if written.is_ok() {
            written = out.write_all(&text);
            gone.store(written.is_err(), Ordering::Relaxed);
        }
    });
    let written = written.and_then(|()| out.flush());
    scanned.map_err(CliError::work)?;
    if messages == 0 {
        // No mail is no failure: a list may have been silent. Where even standard error is gone, nobody waits to be told.
        let _ = writeln!(io::stderr(), "no mail in {}", named(&options.archives));
    }
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn named(archives: &[PathBuf]) -> String {
    let names: Vec<String> = archives.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

/// Reads a message as its list hands mail on; `keep_text` where its whole text is to be shown.
fn understand(mail: &RawMailRef<'_>, lists: &[ListConfig], keep_text: bool) -> Understood {
    let (inferred, usual) = (ListForm::default(), Dialect::default());
    let trust = Trust { archive: true, ..Trust::default() };
    let arrival = arrival(mail);
    let list = match lists {
        [] => None,
        [only] => Some(only),
        several => {
            let head = mail::head(mail.bytes, &arrival, &inferred, &trust);
            several.iter().find(|list| head.list_ids.contains(&list.list_id))
        }
    };
    let form = list.map_or(&inferred, |list| &list.form);
    let dialect = list.map_or(&usual, |list| &list.rules.dialect);
    let (mut post, text) = mail::post_to_show(mail.bytes, &arrival, form, &trust, keep_text);
    post.problems.extend(mail.cut.map(Problem::TooLarge));
    post.problems.extend(mail.problem.as_ref().map(|problem| Problem::Source(problem.to_string())));
    let (reading, tokens) = reading_explained(&post, dialect);
    Understood { post, reading, text, tokens }
}

fn in_json(place: String, understood: Understood) -> Vec<u8> {
    let Understood { post, reading, text, tokens } = understood;
    let mut entry = record::read_entry(&post, &reading);
    entry.archive = place;
    entry.tokens = tokens;
    entry.lines = text;
    let mut line = Vec::with_capacity(2_048 + entry.own_words.len() / 8 * 9);
    if serde_json::to_writer(&mut line, &entry).is_err() {
        line.clear(); // only maps with keys that are no strings could fail, and there are none
    }
    line.push(b'\n');
    line
}

/// A message for people: who wrote it, how it is read and why, and its text with every line marked.
fn in_words(place: &str, understood: &Understood, looks: Looks) -> String {
    let Understood { post, reading, text: lines, tokens } = understood;
    let author = &post.author;
    let address = author.address.as_ref().map_or("address unknown", |address| address.as_str());
    let mut text = format!("{}  {}\n", looks.name(&shown(post.message_id.as_str(), 100)), shown(place, 200));
    let mut line = |name: &str, value: String| text += &format!("  {name:<9} {value}\n");
    line(
        "From",
        format!("{} <{}>  ({})", shown(&author.name, 60), shown(address, 100), shown(&author.evidence, 60)),
    );
    line("Received", received(post));
    line("Subject", shown(&post.subject.text, 120));
    for problem in &post.problems {
        let (code, detail) = problem.in_words();
        line("Problem", looks.refused(&format!("{code}: {}", shown(&detail, 120))));
    }
    let told = told(reading);
    let told = match reading {
        Reading::Nothing | Reading::Automatic { .. } | Reading::Event(_) => told,
        Reading::Held(_) => looks.refused(&told),
        _ => looks.taken(&told),
    };
    line("Read as", told);
    let place = read_at(reading);
    if let Some(place) = place {
        line("By rule", by_rule(place));
    }
    if !lines.is_empty() {
        text.push('\n');
        marked_text::put(lines, tokens, looks, &mut text);
        put_rules(tokens, place.map(|place| place.rule.as_str()), &mut text);
    }
    text.push('\n');
    text
}

/// What the rules see that are named beside tokens; `told` is told already.
fn put_rules(tokens: &[Considered], told: Option<&str>, text: &mut String) {
    let mut rules: Vec<&str> =
        tokens.iter().map(|token| token.rule).filter(|rule| Some(*rule) != told).collect();
    rules.sort_unstable();
    rules.dedup();
    let meanings = rules.iter().filter_map(|rule| Some((rule, meaning_of(rule)?)));
    for (number, (rule, meaning)) in meanings.enumerate() {
        *text += if number == 0 { "\n" } else { "" };
        *text += &format!("  {rule}: {meaning}\n");
    }
}

/// When the list received it, and how that is known.
fn received(post: &Post) -> String {
    match post.received.source {
        InstantSource::Unknown => "-  (unknown)".to_owned(),
        source => format!("{}  ({})", instant(post.received.at), source.as_str()),
    }
}

/// Where a reading was read.
fn read_at(reading: &Reading) -> Option<&Place> {
    match reading {
        Reading::Cast(Cast { place, .. })
        | Reading::Withdraw(place)
        | Reading::Objects(place)
        | Reading::Command { place, .. } => Some(place),
        Reading::Held(held) => Some(&held.place),
        Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => None,
    }
}

/// The rule that read it, what the rule says, and the line.
fn by_rule(place: &Place) -> String {
    let meaning = meaning_of(&place.rule).unwrap_or_default();
    format!("{}, line {}. {meaning}", place.rule, place.line_number)
}

/// A reading in words.
fn told(reading: &Reading) -> String {
    match reading {
        Reading::Cast(cast) => vote(cast),
        Reading::Withdraw(_) => "takes an earlier vote back".to_owned(),
        Reading::Objects(_) => "objects in words".to_owned(),
        Reading::Held(held) => {
            let may_be = held.candidates.iter().map(|vote| vote.as_str()).collect::<Vec<_>>().join(" or ");
            let may_be = if may_be.is_empty() { may_be } else { format!("; may be {may_be}") };
            format!("held: {}{may_be}", record::held_sentence(held.why))
        }
        Reading::Command { command, .. } => format!("a command to the engine: {}", commanded(command)),
        Reading::Automatic { why } => format!("automatic, never a vote: {}", shown(why, 100)),
        Reading::Event(Event::Result) => "announces a result; casts nothing".to_owned(),
        Reading::Event(Event::Cancel) => "is about taking the proposal back; casts nothing".to_owned(),
        Reading::Event(Event::Discuss) => "talk about the vote; casts nothing".to_owned(),
        Reading::Nothing => "nothing on the question".to_owned(),
    }
}

fn commanded(command: &Command) -> String {
    match command {
        Command::Withdraw => "take the proposal back".to_owned(),
        Command::Amend => "amend the proposal".to_owned(),
        Command::Extend(span) => format!("extend the window by {}", shown(span, 40)),
        Command::Close => "close now".to_owned(),
        Command::Substantial => "make it a three-vote proposal".to_owned(),
        Command::Status => "say how it stands".to_owned(),
        Command::Unknown(text) => format!("not understood: {}", shown(text, 60)),
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
