//! A whole post → its reading: what kind of mail it is decides before its words do.

use super::reading::{Cast, Dialect, Held, HeldWhy, Place, Reading, Vote, WordMeaning};
use super::rule::Rule;
use super::{Considered, Role, command, conclusion, considered, event, looked_at};
use crate::mail::{Post, Subject};

/// How a post is read: automatic mail and events of the thread cast nothing, everything else by its own words.
pub fn reading(post: &Post, dialect: &Dialect) -> Reading {
    read_post(post, dialect, false).0
}

/// How a post is read, and everything in its own words that was looked at; nothing where the kind of mail decides alone.
pub fn reading_explained(post: &Post, dialect: &Dialect) -> (Reading, Vec<Considered>) {
    read_post(post, dialect, true)
}

fn read_post(post: &Post, dialect: &Dialect, explained: bool) -> (Reading, Vec<Considered>) {
    if let Some(automatic) = &post.automatic {
        return (Reading::Automatic { why: automatic.as_str().to_owned() }, Vec::new());
    }
    if let Some(event) = event::event(post) {
        return (Reading::Event(event), Vec::new());
    }
    let role = if post.is_reply() { Role::Reply } else { Role::Root };
    let command = (role == Role::Reply).then(|| command::command(&post.words)).flatten();
    let (text, findings) = looked_at(&post.words);
    let said = conclusion::conclude(&text, &findings, role, dialect);
    let considered = match explained {
        true => considered::considered(&text, &findings, role, dialect, command.as_ref(), &said),
        false => Vec::new(),
    };
    if let Some((command, place)) = command {
        return (Reading::Command { command, place }, considered);
    }
    let reaction = post.reaction.as_deref().filter(|_| role == Role::Reply);
    if let Some(reading) = reaction.and_then(|emoji| of_reaction(emoji, dialect)) {
        return (of_known_author(post, reading), considered);
    }
    let reading = match said {
        Reading::Cast(cast) if replies_to_digest(&post.subject) => held(cast, HeldWhy::DigestReply),
        Reading::Cast(cast) if answers_a_forward(post, &cast) => held(cast, HeldWhy::Agreement),
        reading => of_known_author(post, reading),
    };
    (reading, considered)
}

fn of_known_author(post: &Post, reading: Reading) -> Reading {
    match reading {
        Reading::Cast(cast) if post.author.address.is_none() => held(cast, HeldWhy::UnknownAuthor),
        reading => reading,
    }
}

fn held(cast: Cast, why: HeldWhy) -> Reading {
    Reading::Held(Held { why, candidates: vec![cast.vote], place: cast.place })
}

/// Whether the subject is that of a digest: "Re: infra Digest, Vol 12, Issue 3".
fn replies_to_digest(subject: &Subject) -> bool {
    let lower = subject.text.to_lowercase();
    lower.contains(" digest, vol ") || lower.contains("digest of ")
}

/// Whether a vote is a lone token under what was quoted from a forward ("[Fwd: …]"): what stands above it is somebody's remark that
/// was passed on, as likely as the proposal.
fn answers_a_forward(post: &Post, cast: &Cast) -> bool {
    let forward = post.subject.forward || post.subject.text.to_lowercase().starts_with("[fwd:");
    let lone = cast.place.line.trim_end_matches(['!', '.']) == cast.written.trim_end_matches('!')
        && cast.claim.is_none();
    forward && lone && post.words.quoted_above(cast.place.line_number)
}

/// A Gmail reaction, by what the list's `words` table says of it; held where it says nothing.
fn of_reaction(emoji: &str, dialect: &Dialect) -> Option<Reading> {
    let plain: String =
        emoji.trim().chars().filter(|c| !matches!(u32::from(*c), 0x1F3FB..=0x1F3FF | 0xFE0F)).collect();
    if plain.is_empty() {
        return None;
    }
    let meaning = dialect.words.iter().find(|(word, _)| *word == plain).map(|(_, meaning)| *meaning);
    let vote = if plain == "👎" { Vote::Minus } else { Vote::Plus };
    let place =
        Place { line: super::reading::kept(&plain), line_number: 0, rule: Rule::Reaction.name().to_owned() };
    match meaning {
        Some(WordMeaning::Nothing) => None,
        Some(WordMeaning::Plus) => {
            let (vote, written) = (Vote::Plus, plain);
            let (strength, claim, reason) = (None, None, None);
            Some(Reading::Cast(Cast { vote, written, strength, claim, explained: false, reason, place }))
        }
        Some(WordMeaning::Held) | None => {
            Some(Reading::Held(Held { why: HeldWhy::InWords, candidates: vec![vote], place }))
        }
    }
}
