//! Results and cancellations that hang in no proposal's thread, and the proposals they speak of.

use super::proposals::Proposals;
use crate::ballot::{Event, Reading, reading};
use crate::decision::{Candidate, LINKED_WITHIN, Linked, MOST_CANDIDATES, link};
use crate::mail::{Author, MessageId};
use crate::source::archive::ArchiveError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// The most unlinked announcements that are named.
const MOST_NAMED: usize = 100;

/// An announcement of which nothing tells the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unlinked {
    /// The mail.
    pub message_id: MessageId,
    /// Its author's name.
    pub by: String,
    /// When the list received it, UTC.
    pub received_at: DateTime<Utc>,
    /// Its subject.
    pub subject: String,
}

/// Which announcements speak of which proposal.
#[derive(Debug, Default)]
pub(super) struct Announced {
    /// By the proposal's place among the opened ones.
    pub by_proposal: HashMap<usize, Vec<u32>>,
    /// Those of which nothing tells the proposal, the first of them.
    pub unlinked: Vec<Unlinked>,
    /// How many of those there are in all.
    pub unlinked_in_all: u64,
}

/// A proposal as it is compared with announcements: its list and what names it.
type Known = Option<(String, Candidate)>;

/// Who wrote in a proposal's thread, and when it closed.
struct Stands {
    authors: Vec<Author>,
    closed_at: Option<DateTime<Utc>>,
}

/// Finds the proposal of every announcement outside the threads.
///
/// # Errors
/// A message cannot be read again.
pub(super) fn announced(proposals: &Proposals<'_>) -> Result<Announced, ArchiveError> {
    let mut found = Announced::default();
    if proposals.index.events.is_empty() {
        return Ok(found);
    }
    let mut threaded = HashSet::new();
    for opened in &proposals.opened {
        threaded.extend(proposals.index.forest.members(opened.root, &proposals.roots));
    }
    let known = RefCell::new(HashMap::<usize, Known>::new());
    let stands = RefCell::new(HashMap::<usize, Stands>::new());
    for &node in proposals.index.events.iter().filter(|node| !threaded.contains(node)) {
        let Some((post, Some(list))) = proposals.post(node)? else { continue };
        let runs = reading(&post, &list.rules.dialect);
        if !matches!(runs, Reading::Event(Event::Result | Event::Cancel)) {
            continue;
        }
        let name = proposals.name_of(list, &post);
        let at = proposals.index.received(node);
        let near = candidates(proposals, &known, &name, at)?;
        let (places, near): (Vec<usize>, Vec<Candidate>) = near.into_iter().unzip();
        let speaks = |index: usize| {
            with_stands(proposals, &stands, places[index], |stands| {
                let same = |other: &Author| same_person(other, &post.author);
                stands.authors.iter().any(same)
            })
        };
        let closed_at =
            |index: usize| with_stands(proposals, &stands, places[index], |stands| stands.closed_at);
        match link::<ArchiveError>(
            &post,
            &near,
            |index| Ok(speaks(index)?.unwrap_or(false)),
            |index| Ok(closed_at(index)?.flatten()),
        )? {
            Linked::To(index) => found.by_proposal.entry(places[index]).or_default().push(node),
            Linked::Several | Linked::ToNone => {
                found.unlinked_in_all += 1;
                if found.unlinked.len() < MOST_NAMED {
                    found.unlinked.push(Unlinked {
                        message_id: post.message_id,
                        by: post.author.name,
                        received_at: post.received.at,
                        subject: post.subject.text,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// The list's proposals that opened before an announcement, the last ones, by their places among the opened ones.
fn candidates(
    proposals: &Proposals<'_>,
    known: &RefCell<HashMap<usize, Known>>,
    list: &str,
    at: DateTime<Utc>,
) -> Result<Vec<(usize, Candidate)>, ArchiveError> {
    let received =
        |place: usize| proposals.opened.get(place).map(|opened| proposals.index.received(opened.root));
    let end = proposals.opened.partition_point(|opened| proposals.index.received(opened.root) <= at);
    let mut near = Vec::new();
    for place in (0..end).rev() {
        if near.len() >= MOST_CANDIDATES || received(place).is_none_or(|opened| opened < at - LINKED_WITHIN) {
            break;
        }
        let mut known = known.borrow_mut();
        if let std::collections::hash_map::Entry::Vacant(new) = known.entry(place) {
            let called = proposals.called(place)?;
            new.insert(called.map(|(call, root)| {
                let permalink = root.provenance.archived_at.as_deref();
                (call.list.clone(), Candidate::new(&call, permalink))
            }));
        }
        if let Some(Some((name, candidate))) = known.get(&place)
            && name == list
        {
            near.push((place, candidate.clone()));
        }
    }
    Ok(near)
}

/// What `ask` says of how a proposal stands by its thread alone, which is judged once.
fn with_stands<T>(
    proposals: &Proposals<'_>,
    stands: &RefCell<HashMap<usize, Stands>>,
    place: usize,
    ask: impl Fn(&Stands) -> T,
) -> Result<Option<T>, ArchiveError> {
    if !stands.borrow().contains_key(&place) {
        let Some(judged) = proposals.judge(place, &[])? else { return Ok(None) };
        let authors = judged.decision.posts.iter().map(|post| post.author.clone());
        let mut authors: Vec<Author> = authors.collect();
        let members = judged
            .roster(&judged.decision)
            .iter()
            .flat_map(|roster| roster.members.clone())
            .collect::<Vec<_>>();
        for member in members {
            let named = |address| Author {
                name: member.name.clone(),
                address: Some(address),
                evidence: String::new(),
            };
            authors.extend(member.addresses.iter().cloned().map(named));
        }
        let closed_at = judged.decision.state.closed_at();
        stands.borrow_mut().insert(place, Stands { authors, closed_at });
    }
    Ok(stands.borrow().get(&place).map(ask))
}

fn same_person(a: &Author, b: &Author) -> bool {
    match (&a.address, &b.address) {
        (Some(one), Some(other)) if one.same_as(other) => true,
        _ => !a.name.trim().is_empty() && a.name.trim() == b.name.trim(),
    }
}
