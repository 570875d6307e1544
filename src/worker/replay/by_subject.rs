//! Messages that name nothing they reply to join a proposal by their subject, as a last resort.
//!
//! A reply joins where exactly one proposal of its base subject was open when it was received. A `[RESULT]` or `[CANCEL]` is no reply: what it
//! speaks of is found by more than its subject ([`announced`](super::announced)).

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

    /// Adds what else joins.
    pub fn add(&mut self, more: HashMap<usize, Vec<u32>>) {
        for (proposal, nodes) in more {
            self.by_proposal.entry(proposal).or_default().extend(nodes);
        }
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
        if !answers(proposals, orphan.node)? {
            continue;
        }
        match open.as_slice() {
            [only] => joined.by_proposal.entry(only.proposal).or_default().push(orphan.node),
            [] => {}
            _ => joined.ambiguous += 1,
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

/// Whether a message without References is a reply by its subject, and no announcement.
fn answers(proposals: &Proposals<'_>, node: u32) -> Result<bool, ArchiveError> {
    let Some((post, Some(list))) = proposals.post(node)? else { return Ok(false) };
    let outcome =
        matches!(reading(&post, &list.rules.dialect), Reading::Event(Event::Result | Event::Cancel));
    Ok(post.subject.reply && !outcome)
}
