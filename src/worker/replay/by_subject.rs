//! Messages that name nothing they reply to join a proposal by their subject, as a last resort.
//!
//! A reply joins where exactly one proposal of its base subject was open when it was received. A `[RESULT]` or `[CANCEL]` in a thread of its
//! own joins likewise; with none open, it speaks of the one that closed last.

use super::each_of::each_of;
use super::index::{Orphan, Topic};
use super::proposals::Proposals;
use crate::ballot::{Event, Reading, reading};
use crate::source::archive::ArchiveError;
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Which messages join which proposal by their subject.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// By the proposal's place among the opened ones.
    by_proposal: HashMap<usize, Vec<u32>>,
    /// Replies that several open proposals could claim; none got them.
    pub ambiguous: u64,
}

impl Joined {
    /// What joins a proposal.
    pub fn of(&self, proposal: usize) -> &[u32] {
        self.by_proposal.get(&proposal).map_or(&[], Vec::as_slice)
    }
}

/// A proposal that a message may join.
#[derive(Debug, Clone, Copy)]
struct Rival {
    proposal: usize,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

/// Finds the proposal of every orphan that has one.
///
/// # Errors
/// A message cannot be read again.
pub(super) fn join(proposals: &Proposals<'_>) -> Result<Joined, ArchiveError> {
    let mut topics = HashMap::<Topic, Vec<usize>>::new();
    for (at, opened) in proposals.opened.iter().enumerate() {
        if let Some(topic) = opened.topic {
            topics.entry(topic).or_default().push(at);
        }
    }
    let about_one =
        |orphan: &&Orphan| topics.contains_key(&orphan.topic) && !proposals.roots.contains(&orphan.node);
    let orphans: Vec<Orphan> = proposals.index.orphans.iter().filter(about_one).copied().collect();
    let rivals = rivals(proposals, &topics, &orphans)?;
    let mut joined = Joined::default();
    for orphan in orphans {
        let Some(rivals) = rivals.get(&orphan.topic) else { continue };
        let at = proposals.index.received(orphan.node);
        let open: Vec<&Rival> = rivals.iter().filter(|rival| rival.is_open_at(at)).collect();
        let Some(says) = says(proposals, orphan.node)? else { continue };
        let proposal = match open.as_slice() {
            [only] => Some(only.proposal),
            [] if says == Says::Outcome => last_closed(rivals, at),
            [] => None,
            _ => {
                joined.ambiguous += 1;
                None
            }
        };
        if let Some(proposal) = proposal {
            joined.by_proposal.entry(proposal).or_default().push(orphan.node);
        }
    }
    Ok(joined)
}

/// The proposals that the orphans speak of, as they stand by their threads alone.
fn rivals(
    proposals: &Proposals<'_>,
    topics: &HashMap<Topic, Vec<usize>>,
    orphans: &[Orphan],
) -> Result<HashMap<Topic, Vec<Rival>>, ArchiveError> {
    let mut claimed: Vec<Topic> = orphans.iter().map(|orphan| orphan.topic).collect();
    claimed.sort();
    claimed.dedup();
    let wanted: Vec<(Option<Topic>, usize)> = claimed
        .iter()
        .flat_map(|topic| topics.get(topic).into_iter().flatten().map(|&at| (Some(*topic), at)))
        .collect();
    let mut rivals = HashMap::<Topic, Vec<Rival>>::new();
    let judge = |(topic, proposal): (Option<Topic>, usize)| {
        let judged = proposals.judge(proposal, &[])?;
        Ok(topic.zip(judged).map(|(topic, judged)| {
            let opened_at = judged.decision.call.opened_at;
            (topic, Rival { proposal, opened_at, closed_at: judged.decision.state.closed_at() })
        }))
    };
    each_of(&wanted, judge, |found| {
        if let Some((topic, rival)) = found {
            rivals.entry(topic).or_default().push(rival);
        }
        true
    })?;
    Ok(rivals)
}

impl Rival {
    fn is_open_at(&self, at: DateTime<Utc>) -> bool {
        self.opened_at <= at && self.closed_at.is_none_or(|closed_at| at <= closed_at)
    }
}

fn last_closed(rivals: &[Rival], at: DateTime<Utc>) -> Option<usize> {
    let closed = rivals.iter().filter(|rival| rival.closed_at.is_some_and(|closed_at| closed_at < at));
    closed.max_by_key(|rival| rival.closed_at).map(|rival| rival.proposal)
}

/// What a message without References is to a proposal of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A reply.
    Answer,
    /// It announces an outcome, or takes the proposal back.
    Outcome,
}

fn says(proposals: &Proposals<'_>, node: u32) -> Result<Option<Says>, ArchiveError> {
    let Some((post, Some(list))) = proposals.post(node)? else { return Ok(None) };
    let outcome =
        matches!(reading(&post, &list.rules.dialect), Reading::Event(Event::Result | Event::Cancel));
    let answer = post.subject.reply.then_some(Says::Answer);
    Ok(if outcome { Some(Says::Outcome) } else { answer })
}
