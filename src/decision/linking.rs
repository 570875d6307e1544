//! Which proposal a `[RESULT]` or `[CANCEL]` mail speaks of that hangs in no proposal's thread.
//!
//! It is linked by the first of these that names a proposal opened before it: the proposal's own subject; its Message-ID or permalink, or
//! its subject, in the mail's own words; its subject in other words, where the mail is by somebody who has to do with it. Where several
//! are named, the one open then is meant, or the one that closed last; where that is not one, the mail stays unlinked.

use super::Call;
use crate::ballot::{Topic, folded};
use crate::mail::{Author, Post, Subject};
use chrono::{DateTime, TimeDelta, Utc};

/// How long before an announcement a proposal may have opened.
pub const LINKED_WITHIN: TimeDelta = TimeDelta::days(90);

/// The most proposals that one announcement is compared with: the ones that opened last before it.
pub const MOST_CANDIDATES: usize = 200;

/// How many octets of a mail's own words are searched.
const MOST_WORDS: usize = 65_536;

/// A proposal that an announcement may speak of.
#[derive(Debug, Clone)]
pub struct Candidate {
    root: String,
    archived_at: Option<String>,
    proposer: Author,
    opened_at: DateTime<Utc>,
    topic: Option<Topic>,
}

impl Candidate {
    /// A call, with the list's permalink of its root where it is known.
    pub fn new(call: &Call, archived_at: Option<&str>) -> Self {
        Candidate {
            root: call.root.as_str().trim_matches(['<', '>']).to_owned(),
            archived_at: archived_at.map(str::to_owned),
            proposer: call.proposer.clone(),
            opened_at: call.opened_at,
            topic: Topic::all(&Subject::read(&call.subject, &[])).into_iter().next(),
        }
    }
}

/// What an announcement is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// That candidate.
    To(usize),
    /// Several candidates, none of them rather than another.
    Several,
    /// None of the candidates.
    ToNone,
}

/// Finds the proposal that an announcement speaks of. `speaks` tells whether its author has to do with a candidate: is on the roster, or
/// has written in its thread; `closed_at` when a candidate closed. Both are asked of few.
///
/// # Errors
/// The first error of `speaks` or `closed_at`.
pub fn link<E>(
    event: &Post,
    candidates: &[Candidate],
    mut speaks: impl FnMut(usize) -> Result<bool, E>,
    mut closed_at: impl FnMut(usize) -> Result<Option<DateTime<Utc>>, E>,
) -> Result<Linked, E> {
    let at = event.received.at;
    let in_time = |(_, candidate): &(usize, &Candidate)| {
        candidate.opened_at <= at && candidate.opened_at >= at - LINKED_WITHIN
    };
    let mut near: Vec<(usize, &Candidate)> = candidates.iter().enumerate().filter(in_time).collect();
    near.sort_by_key(|(_, candidate)| std::cmp::Reverse(candidate.opened_at));
    near.truncate(MOST_CANDIDATES);
    let mail = Mail::of(event);
    let mut meant = mail.meant(&near);
    if meant.is_empty() {
        for &(index, candidate) in &near {
            if mail.rewords(candidate) && (is_by(event, candidate) || speaks(index)?) {
                meant.push((index, candidate));
            }
        }
    }
    narrow(&mut meant, |candidate| mail.names(candidate));
    narrow(&mut meant, |candidate| is_by(event, candidate));
    match meant.as_slice() {
        [] => Ok(Linked::ToNone),
        [(only, _)] => Ok(Linked::To(*only)),
        several if are_rounds(several) => among(several, at, &mut closed_at),
        _ => Ok(Linked::Several),
    }
}

/// Keeps those that `better` picks, if it picks any.
fn narrow(meant: &mut Vec<(usize, &Candidate)>, better: impl Fn(&Candidate) -> bool) {
    if meant.len() > 1 && meant.iter().any(|(_, candidate)| better(candidate)) {
        meant.retain(|(_, candidate)| better(candidate));
    }
}

/// Whether all of them propose the same thing, some perhaps anew.
fn are_rounds(several: &[(usize, &Candidate)]) -> bool {
    let mut topics = several.iter().map(|(_, candidate)| candidate.topic.as_ref());
    let Some(Some(first)) = topics.next() else { return false };
    topics.all(|topic| topic.is_some_and(|topic| topic.is_round_of(first)))
}

/// Of several, the one that was open at that instant; with none open, the one that closed last.
fn among<E>(
    several: &[(usize, &Candidate)],
    at: DateTime<Utc>,
    closed_at: &mut impl FnMut(usize) -> Result<Option<DateTime<Utc>>, E>,
) -> Result<Linked, E> {
    let mut open = Vec::new();
    let mut closed = Vec::new();
    for (index, _) in several {
        match closed_at(*index)? {
            Some(instant) if instant < at => closed.push((instant, *index)),
            _ => open.push(*index),
        }
    }
    closed.sort_unstable();
    Ok(match (open.as_slice(), closed.as_slice()) {
        ([only], _) => Linked::To(*only),
        ([], [.., before, last]) if before.0 < last.0 => Linked::To(last.1),
        _ => Linked::Several,
    })
}

fn is_by(event: &Post, candidate: &Candidate) -> bool {
    let (author, proposer) = (&event.author, &candidate.proposer);
    let address = author.address.as_ref().zip(proposer.address.as_ref());
    let name = folded(author.name.trim());
    address.is_some_and(|(a, b)| a.same_as(b)) || !name.is_empty() && name == folded(proposer.name.trim())
}

/// What of a mail may name a proposal.
struct Mail {
    topics: Vec<Topic>,
    words: String,
    folded: String,
}

impl Mail {
    fn of(event: &Post) -> Self {
        let mut words = String::new();
        for line in &event.words.lines {
            if words.len() > MOST_WORDS {
                break;
            }
            words.push_str(&line.text);
            words.push('\n');
        }
        let folded = folded(&words).split_whitespace().collect::<Vec<_>>().join(" ");
        Mail { topics: Topic::all(&event.subject), words, folded }
    }

    /// The candidates of its subject; else those that its words name; else those whose subject stands in its words.
    fn meant<'c>(&self, near: &[(usize, &'c Candidate)]) -> Vec<(usize, &'c Candidate)> {
        let of = |which: &dyn Fn(&Candidate) -> bool| -> Vec<(usize, &'c Candidate)> {
            near.iter().filter(|(_, candidate)| which(candidate)).copied().collect()
        };
        for topic in &self.topics {
            let same = of(&|candidate| candidate.topic.as_ref().is_some_and(|own| own.text == topic.text));
            if !same.is_empty() {
                return same;
            }
        }
        let named = of(&|candidate| self.names(candidate));
        if !named.is_empty() {
            return named;
        }
        let mut quoted = of(&|candidate| self.quotes(candidate));
        let texts: Vec<String> =
            quoted.iter().filter_map(|(_, candidate)| Some(candidate.topic.as_ref()?.text.clone())).collect();
        // "Release Foo" also stands where "Release Foo Bar" does.
        quoted.retain(|(_, candidate)| {
            let own = candidate.topic.as_ref().map_or("", |topic| topic.text.as_str());
            !texts.iter().any(|other| other.len() > own.len() && other.contains(own))
        });
        quoted
    }

    /// Whether its own words hold the root's Message-ID or permalink.
    fn names(&self, candidate: &Candidate) -> bool {
        let escaped = candidate.root.replace('%', "%25").replace('@', "%40").replace('+', "%2B");
        let ids = [candidate.root.as_str(), escaped.as_str()];
        ids.into_iter().chain(candidate.archived_at.as_deref()).any(|name| stands_in(&self.words, name))
    }

    fn quotes(&self, candidate: &Candidate) -> bool {
        let topic = candidate.topic.as_ref().filter(|topic| topic.is_telling());
        topic.is_some_and(|topic| stands_in(&self.folded, &topic.text))
    }

    fn rewords(&self, candidate: &Candidate) -> bool {
        let proposal = candidate.topic.as_ref();
        proposal.is_some_and(|proposal| self.topics.iter().any(|topic| topic.rewords(proposal)))
    }
}

/// Whether `name` stands apart in a text: not as the beginning or the end of a longer word, version or address.
fn stands_in(text: &str, name: &str) -> bool {
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '%' | '$');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let mut before = text[..at].chars().rev();
            let mut behind = text[at + name.len()..].chars();
            let goes_on = |first: Option<char>, second: Option<char>| {
                first.is_some_and(|c| joined(c) || matches!(c, '.' | '-' | '+') && second.is_some_and(joined))
            };
            !goes_on(before.next(), before.next()) && !goes_on(behind.next(), behind.next())
        })
}
