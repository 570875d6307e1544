//! Which posts of a thread are heard, in which order, and what each says on the question.

use super::{Call, Member, PostWhy};
use crate::ballot::{Cast, Command, Event, Held, HeldWhy, Reading, Vote, says_cancelled};
use crate::mail::{MessageId, Post, message_id::hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// One post with its reading, in its place in the thread.
pub(super) struct Heard<'a> {
    pub post: &'a Post,
    pub reading: &'a Reading,
    /// SHA-256 of its own words, in hexadecimal.
    pub words_sha256: String,
    /// Receive instant.
    pub at: DateTime<Utc>,
    pub is_root: bool,
    /// Whether the proposer wrote it, by the roster as it was then.
    pub by_proposer: bool,
    /// Whether whom the proposal is about wrote it, and may not vote.
    pub by_nominee: bool,
    /// Who on the roster wrote it, as it was then.
    pub member: Option<&'a Member>,
    /// Why it is not heard at all, where it is not.
    pub unheard: Option<PostWhy>,
    /// Whether it answers a cancellation and bears its subject for that alone.
    answers_cancelling: bool,
}

/// How many characters of a paragraph are kept.
const LONGEST_LINE: usize = 300;

/// What a post does to the proposal, if its author may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act<'a> {
    /// Takes it back.
    Withdraw,
    /// Puts its own words in the place of the text.
    Amend,
    /// Makes its window so much longer, as written.
    Extend(&'a str),
    /// Closes it.
    Close,
    /// Raises it to a stricter rule.
    Raise,
    /// Asks how it stands.
    Status,
    /// What nobody understands.
    Unknown,
}

/// What a post says on the question, as far as a decision cares.
pub(super) enum Says<'a> {
    /// A vote.
    Vote(&'a Cast),
    /// The author takes back what they said before.
    TakesBack,
    /// It may be a vote, or an objection: only the author can say.
    Doubt(Doubt),
    /// Nothing.
    Nothing,
}

/// What a post that is not clear may turn out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Doubt {
    /// The vote least in favour that it may be; `None` where it changes nothing.
    pub worst: Option<Vote>,
    /// The vote most in favour that it may be.
    pub best: Option<Vote>,
}

impl Doubt {
    /// Whether it may be an objection.
    pub fn may_object(self) -> bool {
        self.worst == Some(Vote::Minus)
    }

    /// Both doubts of one author together.
    pub fn and(self, other: Doubt) -> Doubt {
        let worst = [self.worst, other.worst].into_iter().flatten().min();
        Doubt { worst, best: self.best.max(other.best) }
    }

    fn of(held: &Held) -> Doubt {
        if held.candidates.is_empty() {
            let support = matches!(held.why, HeldWhy::InWords | HeldWhy::Agreement);
            return Doubt { worst: (!support).then_some(Vote::Minus), best: Some(Vote::Plus) };
        }
        Doubt { worst: held.candidates.iter().min().copied(), best: held.candidates.iter().max().copied() }
    }
}

impl<'a> Heard<'a> {
    /// What it says. The root proposes: of it, only a vote that is clear is heard.
    pub fn says(&self) -> Says<'a> {
        let unknown = self.post.author.address.is_none();
        match self.reading {
            _ if self.unheard.is_some() || self.by_nominee => Says::Nothing,
            Reading::Cast(cast) if unknown => {
                Says::Doubt(Doubt { worst: Some(cast.vote), best: Some(cast.vote) })
            }
            Reading::Cast(cast) => Says::Vote(cast),
            _ if self.is_root => Says::Nothing,
            Reading::Withdraw(_) if !unknown => Says::TakesBack,
            Reading::Objects(_) => Says::Doubt(Doubt { worst: Some(Vote::Minus), best: None }),
            Reading::Held(held) => Says::Doubt(Doubt::of(held)),
            _ => Says::Nothing,
        }
    }

    /// Whether it holds words that can be the reason of a -1, wherever in the thread that -1 stands. The engine judges that there is
    /// a reason, never whether it is a good one.
    pub fn gives_reason(&self) -> bool {
        let beside = |line: &str| self.has_words_beside(line);
        match self.reading {
            _ if self.unheard.is_some() => false,
            Reading::Cast(cast) => cast.explained || (self.is_root && !self.post.words.is_empty()),
            Reading::Nothing | Reading::Objects(_) => !self.post.words.is_empty(),
            Reading::Held(held) => held.why == HeldWhy::Condition || beside(&held.place.line),
            Reading::Withdraw(place) | Reading::Command { place, .. } => beside(&place.line),
            Reading::Automatic { .. } | Reading::Event(_) => false,
        }
    }

    /// Whether its own words hold anything but that line.
    pub fn has_words_beside(&self, line: &str) -> bool {
        let mut own = self.post.words.lines.iter().map(|line| line.text.trim());
        own.any(|own| !own.is_empty() && own != line.trim())
    }

    /// What it has against the proposal, in one line: the line of its reason, or the one it is read from; of words without a vote the
    /// beginning of the longest paragraph.
    pub fn objection_line(&self) -> String {
        match self.reading {
            Reading::Cast(Cast { reason: Some(reason), .. }) => reason.clone(),
            Reading::Nothing => {
                let lines: Vec<&str> = self.post.words.lines.iter().map(|line| line.text.trim()).collect();
                let paragraphs = lines.split(|line| line.is_empty()).map(|lines| lines.join(" "));
                let longest = paragraphs.rev().max_by_key(String::len).unwrap_or_default();
                longest.chars().take(LONGEST_LINE).collect()
            }
            _ => self.line().to_owned(),
        }
    }

    /// Whether somebody who was on the roster then wrote it.
    pub fn by_member(&self) -> bool {
        self.member.is_some_and(|member| member.holds_any(&[], self.at))
    }

    /// What it does to the proposal, if its author may; the root does nothing.
    pub fn act(&self) -> Option<Act<'a>> {
        if self.unheard.is_some() || self.is_root || self.answers_cancelling {
            return None;
        }
        match self.reading {
            Reading::Event(Event::Cancel) => Some(Act::Withdraw),
            Reading::Command { command, .. } => Some(match command {
                Command::Withdraw => Act::Withdraw,
                Command::Amend => Act::Amend,
                Command::Extend(length) => Act::Extend(length),
                Command::Close => Act::Close,
                Command::Substantial => Act::Raise,
                Command::Status => Act::Status,
                Command::Unknown(_) => Act::Unknown,
            }),
            _ => None,
        }
    }

    /// Whether it takes the proposal back, if its author may.
    pub fn cancels(&self) -> bool {
        self.act() == Some(Act::Withdraw)
    }

    /// Whether it is a line `Proposal: …`, which is answered where it is not followed.
    pub fn commands(&self) -> bool {
        matches!(self.reading, Reading::Command { .. }) && self.act().is_some()
    }

    /// The line it is read from; empty where there is none.
    pub fn line(&self) -> &'a str {
        match self.reading {
            Reading::Cast(cast) => &cast.place.line,
            Reading::Held(held) => &held.place.line,
            Reading::Withdraw(place) | Reading::Objects(place) | Reading::Command { place, .. } => {
                &place.line
            }
            Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => "",
        }
    }
}

/// The posts in the order of (receive instant, Message-ID), each heard or not. What did not come through the list is never heard, so
/// a copy sent past the list cannot stand before the list's own. A second post of one author under one Message-ID is not heard; one by
/// somebody else is: whoever uses the name of another's mail does not silence it. Nor is a mail heard again that comes back under another
/// name, as from a gateway: an old vote would take the place of a later one. A proposal that was raised after its close begins anew:
/// what was said before is no part of it.
pub(super) fn in_order<'a>(call: &Call, read: &'a [(&'a Post, Reading)]) -> Vec<Heard<'a>> {
    let is_part =
        |(post, _): &&(&Post, Reading)| call.raised_from.is_none() || post.received.at >= call.opened_at;
    let mut order: Vec<&(&Post, Reading)> = read.iter().filter(is_part).collect();
    order.sort_by(|(a, _), (b, _)| {
        let key = |post: &'a Post| (post.received.at, &post.message_id, post.raw_sha256);
        key(a).cmp(&key(b))
    });
    let mut seen = HashSet::with_capacity(order.len());
    let mut written = HashSet::new();
    let hear = |(post, reading): &'a (&'a Post, Reading)| {
        let words_sha256 = hex(&Sha256::digest(post.words.text()));
        let mail = post.author.address.as_ref().zip(post.provenance.dated);
        let unheard = if !post.provenance.through_list {
            Some(PostWhy::NotThroughList)
        } else if !seen.insert((&post.message_id, post.author.address.as_ref())) {
            Some(PostWhy::DuplicateId)
        } else if let Some(automatic) = &post.automatic {
            Some(PostWhy::Automatic(automatic.as_str().to_owned()))
        } else if let Reading::Automatic { why } = reading {
            Some(PostWhy::Automatic(why.clone()))
        } else if mail.is_some_and(|mail| !written.insert((mail, words_sha256.clone()))) {
            Some(PostWhy::Repeated)
        } else {
            None
        };
        let (at, is_root) = (post.received.at, post.message_id == call.root);
        let answers_cancelling = false;
        Heard {
            post,
            reading,
            words_sha256,
            at,
            is_root,
            by_proposer: false,
            by_nominee: false,
            member: None,
            unheard,
            answers_cancelling,
        }
    };
    let mut thread: Vec<Heard> = order.into_iter().map(hear).collect();
    let cancels = |heard: &Heard| matches!(heard.reading, Reading::Event(Event::Cancel));
    let cancelling: HashSet<&MessageId> =
        thread.iter().filter(|heard| cancels(heard)).map(|heard| &heard.post.message_id).collect();
    for heard in &mut thread {
        let answers = heard.post.subject.reply
            && heard.post.parents.first().is_some_and(|parent| cancelling.contains(parent));
        heard.answers_cancelling = answers && cancels(heard) && !says_cancelled(heard.post);
    }
    thread
}
