//! One proposal's thread out of an archive, for whoever decides it anew.

use super::index::{Glance, Index};
use super::proposals::Proposals;
use super::{Rulebook, THREADS, announced, by_subject};
use crate::mail::{MessageId, Post, Subject};
use crate::source::archive::{Archive, ArchiveError, ScanSummary};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// What an archive has of one proposal.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What the archives held.
    pub scanned: ScanSummary,
    /// The post that proposes.
    pub root: Option<Post>,
    /// The subject of the post that the root replies to.
    pub parent: Option<Subject>,
    /// Whether the root opens a proposal.
    pub opens: bool,
    /// Every post of the thread, the root among them.
    pub thread: Vec<Post>,
    /// Those of the wanted posts that the archive has outside the thread.
    pub strays: Vec<Post>,
}

/// Finds the thread of the proposal that `root` opens, and the `wanted` posts that are not in it. Memory and time are bounded as in a
/// [`replay`](super::replay).
///
/// # Errors
/// An archive cannot be read, or changes while it is.
pub fn gather(
    archive: &Archive,
    rulebook: &Rulebook,
    root: &MessageId,
    wanted: &[MessageId],
    now: DateTime<Utc>,
    mut glanced: impl FnMut(),
) -> Result<Gathered, ArchiveError> {
    let mut index = Index::default();
    let scanned = archive.scan(
        THREADS,
        |mail| Glance::at(mail, rulebook),
        |glance| {
            glanced();
            index.add(glance, None, now);
        },
    )?;
    index.finish();
    let mut gathered = Gathered { scanned, ..Gathered::default() };
    let Some(last) = index.last() else { return Ok(gathered) };
    let rulebook = rulebook.with_prefix(index.prefix.prefix());
    let proposals = Proposals::open(archive, &rulebook, &index, last)?;
    match proposals.opened_by(root)? {
        Some(place) => {
            let mut joined = by_subject::join(&proposals)?;
            joined.add(announced::announced(&proposals)?.by_proposal);
            if let Some(thread) = proposals.thread(place, joined.of(place))? {
                gathered.opens = true;
                gathered.parent = thread.parent;
                gathered.root = Some(thread.root);
                gathered.thread = thread.posts;
            }
        }
        None => gathered.root = found(&proposals, root)?,
    }
    let known: HashSet<&MessageId> = gathered.thread.iter().map(|post| &post.message_id).collect();
    let mut strays = Vec::new();
    for id in wanted.iter().filter(|id| !known.contains(id)) {
        strays.extend(found(&proposals, id)?);
    }
    gathered.strays = strays;
    Ok(gathered)
}

/// The post of that Message-ID.
fn found(proposals: &Proposals<'_>, id: &MessageId) -> Result<Option<Post>, ArchiveError> {
    let Some(node) = proposals.index.forest.find(id) else { return Ok(None) };
    Ok(proposals.post(node)?.map(|(post, _)| post))
}
