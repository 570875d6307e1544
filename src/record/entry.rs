//! One post in JSON: as it was judged in a thread, and as it is read by itself.

use super::words::{held_sentence, post_sentence};
use crate::ballot::{Claim, Command, Considered, Event, Place, Reading, Vote};
use crate::decision::{JudgedPost, Status, Voter};
use crate::mail::{Address, InstantSource, MarkedLine, MessageId, Post, Region};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuthorEntry {
    /// The display-name.
    pub name: String,
    /// The address, null where it cannot be told; no such key in a published record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Option<Address>>,
    /// The id on the roster.
    pub member: Option<String>,
    /// Which header names the author, where a post is described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

impl AuthorEntry {
    /// The entry for somebody named outside `posts`.
    pub fn of(voter: &Voter, published: bool) -> Self {
        AuthorEntry {
            name: voter.author.name.clone(),
            address: (!published).then(|| voter.author.address.clone()),
            member: voter.member.clone(),
            evidence: None,
        }
    }
}

/// How a post is read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadingEntry {
    /// `cast`, `withdraw`, `objects`, `held`, `command`, `nothing`, `automatic`, `event`.
    pub reading: &'static str,
    /// The rule that read it; for an event, which.
    pub rule: Option<String>,
    /// The vote cast.
    pub vote: Option<Vote>,
    /// The vote as its author wrote it, or the command.
    pub written: Option<String>,
    /// A fraction's value.
    pub strength: Option<f64>,
    /// What its author says of its being binding.
    pub claim: Option<Claim>,
    /// Whether it holds the reason of its vote.
    pub explained: bool,
    /// The line it is read from.
    pub line: Option<String>,
    /// That line's number, from 1.
    pub line_number: Option<u32>,
}

impl ReadingEntry {
    /// The entry for a reading.
    pub fn of(reading: &Reading) -> Self {
        let mut entry = ReadingEntry {
            reading: reading_word(reading),
            rule: None,
            vote: None,
            written: None,
            strength: None,
            claim: None,
            explained: false,
            line: None,
            line_number: None,
        };
        match reading {
            Reading::Cast(cast) => {
                entry.vote = Some(cast.vote);
                entry.written = Some(cast.written.clone());
                entry.strength = cast.strength.filter(|strength| strength.is_finite());
                entry.claim = cast.claim;
                entry.explained = cast.explained;
                entry.stand_at(&cast.place);
            }
            Reading::Withdraw(place) | Reading::Objects(place) => entry.stand_at(place),
            Reading::Held(held) => entry.stand_at(&held.place),
            Reading::Command { command, place } => {
                entry.written = Some(command_words(command));
                entry.stand_at(place);
            }
            Reading::Event(event) => entry.rule = Some(event_word(*event).to_owned()),
            Reading::Automatic { .. } | Reading::Nothing => {}
        }
        entry
    }

    fn stand_at(&mut self, place: &Place) {
        self.line = Some(place.line.clone());
        self.line_number = Some(place.line_number);
        self.rule = Some(place.rule.clone());
    }
}

fn reading_word(reading: &Reading) -> &'static str {
    match reading {
        Reading::Cast(_) => "cast",
        Reading::Withdraw(_) => "withdraw",
        Reading::Objects(_) => "objects",
        Reading::Held(_) => "held",
        Reading::Command { .. } => "command",
        Reading::Automatic { .. } => "automatic",
        Reading::Event(_) => "event",
        Reading::Nothing => "nothing",
    }
}

fn event_word(event: Event) -> &'static str {
    match event {
        Event::Result => "result",
        Event::Cancel => "cancel",
        Event::Discuss => "discuss",
    }
}

/// A command as it is written behind `Proposal:`.
pub(super) fn command_words(command: &Command) -> String {
    match command {
        Command::Withdraw => "withdraw".to_owned(),
        Command::Amend => "amend".to_owned(),
        Command::Extend(by) => format!("extend {by}"),
        Command::Close => "close".to_owned(),
        Command::Substantial => "substantial".to_owned(),
        Command::Status => "status".to_owned(),
        Command::Unknown(text) => text.clone(),
    }
}

/// A post of a thread, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostEntry {
    /// Which.
    pub message_id: MessageId,
    /// Whose.
    pub author: AuthorEntry,
    /// When the list received it, UTC.
    pub received_at: DateTime<Utc>,
    /// Which evidence that instant comes from.
    pub instant_from: InstantSource,
    /// SHA-256 of its normalised own words.
    pub own_words_sha256: String,
    /// How it is read.
    #[serde(flatten)]
    pub reading: ReadingEntry,
    /// What became of it.
    pub status: Status,
    /// Whether its vote binds.
    pub binding: bool,
    /// Why, in English, where that needs saying.
    pub why: Option<String>,
}

impl PostEntry {
    /// The entry for a judged post.
    pub fn of(post: &JudgedPost, published: bool) -> Self {
        let voter = Voter { author: post.author.clone(), member: post.member.clone(), seat: None };
        let mut author = AuthorEntry::of(&voter, published);
        author.evidence = Some(post.author.evidence.clone());
        PostEntry {
            message_id: post.message_id.clone(),
            author,
            received_at: post.received.at,
            instant_from: post.received.source,
            own_words_sha256: post.own_words_sha256.clone(),
            reading: ReadingEntry::of(&post.reading),
            status: post.status,
            binding: post.binding,
            why: post.why.as_ref().map(post_sentence),
        }
    }

    /// The word for how it is read.
    pub fn reading(&self) -> &str {
        self.reading.reading
    }

    /// `+1`, `0` or `-1`, where it casts a vote.
    pub fn vote(&self) -> Option<&str> {
        self.reading.vote.map(Vote::as_str)
    }

    /// The word for what became of it.
    pub fn status(&self) -> &str {
        self.status.as_str()
    }

    /// The line it is read from.
    pub fn line(&self) -> Option<&str> {
        self.reading.line.as_deref()
    }

    /// Why it has its status.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }
}

/// A post by itself, as `read` prints it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadEntry {
    /// Which.
    pub message_id: MessageId,
    /// Whose.
    pub author: AuthorEntry,
    /// Which archive it lies in, and where: the octet it begins at in an mbox.
    pub archive: String,
    /// When the list received it, UTC; null where nothing tells.
    pub received_at: Option<DateTime<Utc>>,
    /// Which evidence that instant comes from.
    pub instant_from: InstantSource,
    /// How it is read.
    #[serde(flatten)]
    pub reading: ReadingEntry,
    /// Of a held reading, the votes it may be.
    pub candidates: Vec<Vote>,
    /// Why it is not read, or held.
    pub why: Option<String>,
    /// What of it could not be read, or was read with a limit.
    pub problems: Vec<ProblemEntry>,
    /// The subject, decoded.
    pub subject: String,
    /// The tags before the base subject.
    pub tags: Vec<String>,
    /// The author's own words.
    pub own_words: String,
    /// What was removed, and as what.
    pub removed: Vec<RemovedEntry>,
    /// The tokens that were looked at, each with the rule that took or refused it.
    pub tokens: Vec<Considered>,
    /// Every line of the text with what it is, where it is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<MarkedLine>,
}

/// Lines that are not the author's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RemovedEntry {
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// As what they were removed.
    #[serde(rename = "as")]
    pub region: Region,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemEntry {
    /// Its stable name.
    pub problem: &'static str,
    /// In words.
    pub detail: String,
}

/// The entry for one message and its reading, outside any thread.
pub fn read_entry(post: &Post, reading: &Reading) -> ReadEntry {
    let author = AuthorEntry {
        name: post.author.name.clone(),
        address: Some(post.author.address.clone()),
        member: None,
        evidence: Some(post.author.evidence.clone()),
    };
    let why = match reading {
        Reading::Automatic { why } => Some(why.clone()),
        Reading::Held(held) => Some(held_sentence(held.why).to_owned()),
        _ => None,
    };
    let removed = post.words.removed.iter();
    let problems = post.problems.iter().map(|problem| {
        let (problem, detail) = problem.in_words();
        ProblemEntry { problem, detail }
    });
    ReadEntry {
        message_id: post.message_id.clone(),
        author,
        archive: String::new(),
        received_at: (post.received.source != InstantSource::Unknown).then_some(post.received.at),
        instant_from: post.received.source,
        reading: ReadingEntry::of(reading),
        candidates: match reading {
            Reading::Held(held) => held.candidates.clone(),
            _ => Vec::new(),
        },
        why,
        problems: problems.collect(),
        subject: post.subject.text.clone(),
        tags: post.subject.tags.clone(),
        own_words: post.words.text(),
        removed: removed.map(|part| RemovedEntry { lines: part.lines, region: part.region }).collect(),
        tokens: Vec::new(),
        lines: Vec::new(),
    }
}
