//! Replay: archives judged as if the engine had been there. The same [`open`](crate::decision::open) and
//! [`decide`](crate::decision::decide) as the worker's, without a network, a store or a clock.
//!
//! An archive is mostly mail that belongs to no proposal, so it is read twice: once every header section, into an index that keeps
//! some hundred octets a message; then the proposals one after another, each with its thread fetched and read whole.

mod announced;
mod by_subject;
mod each_of;
mod gather;
mod index;
mod proposals;
mod rulebook;

pub use announced::Unlinked;
pub use gather::{Gathered, gather};
pub(crate) use rulebook::arrival;
pub use rulebook::{HandedOn, Rulebook};

use crate::decision::{Decision, Roster};
use crate::source::archive::{Archive, ArchiveError, ScanSummary};
use crate::source::in_order::processors;
use chrono::{DateTime, Utc};
use each_of::each_of;
use index::{Glance, Index};
use proposals::Proposals;

/// How many threads read.
const THREADS: usize = 2;

/// As of when an archive is judged.
#[derive(Debug, Clone, Copy)]
pub struct AsOf {
    /// Mail received later is left out, and everything that was due by then is decided. `None`: the archive's last instant.
    pub until: Option<DateTime<Utc>>,
    /// The present, UTC: an archive cannot have received anything later, so what says so is not taken for its last instant.
    pub now: DateTime<Utc>,
}

/// What a replay went through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// What the archives held.
    pub scanned: ScanSummary,
    /// Proposals found.
    pub proposals: usize,
    /// Replies by subject that more than one open proposal could claim; none got them.
    pub ambiguous: u64,
    /// Results and cancellations outside every thread of which nothing tells the proposal; the first hundred.
    pub unlinked: Vec<Unlinked>,
    /// How many there are of those in all.
    pub unlinked_in_all: u64,
    /// The instant as of which everything was judged, UTC; `None` for an empty archive.
    pub as_of: Option<DateTime<Utc>>,
}

/// A blocked proposal that was raised to another.
struct Raised {
    /// The blocked one's place among the opened ones.
    at: usize,
    /// The list.
    list: String,
    /// When the other opened, UTC.
    opened_at: DateTime<Utc>,
}

impl Raised {
    fn of(at: usize, raised: &Decision) -> Raised {
        Raised { at, list: raised.call.list.clone(), opened_at: raised.call.opened_at }
    }
}

/// Judges every proposal of the archives, in the order in which the list received their roots; those to which a blocked one was raised come
/// last. `render` turns a decision, with the
/// roster that it was made by, into what `each` is given, on several threads; `each` says whether it wants more; `glanced` is called
/// for every message of the first reading.
///
/// A proposal that was due by the last instant is decided, however short before it: an archive that has ended is read wholly. Memory
/// grows with the messages of the archive by some hundred octets each, and with the threads of the proposals at hand.
///
/// # Errors
/// An archive cannot be read, or changes while it is.
pub fn replay<T: Send>(
    archive: &Archive,
    rulebook: &Rulebook,
    as_of: AsOf,
    mut glanced: impl FnMut(),
    render: impl Fn(&Decision, Option<&Roster>) -> T + Sync,
    mut each: impl FnMut(T) -> bool,
) -> Result<Replayed, ArchiveError> {
    let mut index = Index::default();
    let scanned = archive.scan(
        processors(THREADS),
        |mail| Glance::at(mail, rulebook),
        |glance| {
            glanced();
            index.add(glance, as_of.until, as_of.now);
        },
    )?;
    index.finish();
    let Some(last) = as_of.until.or(index.last()) else {
        return Ok(Replayed { scanned, ..Replayed::default() });
    };
    let rulebook = rulebook.with_prefix(index.prefix.prefix());
    let proposals = Proposals::open(archive, &rulebook, &index, last)?;
    let mut joined = by_subject::join(&proposals)?;
    let announced = announced::announced(&proposals)?;
    joined.add(announced.by_proposal);
    let count = proposals.opened.len();
    let mut raised = Vec::<Raised>::new();
    let judge = |at: usize| {
        let judged = proposals.judge(at, joined.of(at))?;
        Ok(judged.map(|judged| {
            let raised = judged.raised.as_ref().map(|raised| Raised::of(at, raised));
            (render(&judged.decision, judged.roster(&judged.decision)), raised)
        }))
    };
    let mut wants_more = true;
    each_of(&Vec::from_iter(0..count), judge, |judged| {
        let Some((shown, again)) = judged else { return true };
        raised.extend(again);
        wants_more = each(shown);
        wants_more
    })?;
    // They are numbered behind all others: which there are is known only now.
    raised.sort_by_key(|raised| (raised.opened_at, raised.at));
    let mut numbers = proposals.numbers.clone();
    let mut numbered = Vec::with_capacity(raised.len());
    for Raised { at, list, .. } in &raised {
        let number = numbers.entry(list.clone()).and_modify(|last| *last += 1).or_insert(1);
        numbered.push((*at, *number));
    }
    let judge = |(at, number): (usize, u32)| {
        let Some(mut judged) = proposals.judge(at, joined.of(at))? else { return Ok(None) };
        let Some(mut decision) = judged.raised.take() else { return Ok(None) };
        decision.call.number = number;
        Ok(Some(render(&decision, judged.roster(&decision))))
    };
    if wants_more {
        each_of(&numbered, judge, |judged| judged.is_none_or(&mut each))?;
    }
    Ok(Replayed {
        scanned,
        proposals: count + raised.len(),
        ambiguous: joined.ambiguous,
        unlinked: announced.unlinked,
        unlinked_in_all: announced.unlinked_in_all,
        as_of: Some(last),
    })
}
