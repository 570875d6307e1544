//! A published record checked against an archive, without a database: the thread is found, read and decided anew by the record's own
//! rule, and every difference is told.

mod electorate;
mod instants;
mod thread;

pub use thread::hashes;

use super::replay::{HandedOn, Rulebook, gather};
use crate::ballot::{Command, Reading, reading};
use crate::decision::{
    Call, Decision, Electorate, Horizon, ListRules, Mode, RaisedFrom, Roster, RosterHistory, Rule, decide,
    open,
};
use crate::mail::{MessageId, Post, Subject, message_id::hex};
use crate::record::{Discrepancy, Published, PublishedError, Record, Unchecked, discrepancies, record};
use crate::source::archive::{Archive, ArchiveError, ScanSummary};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What a record is checked with besides the archive.
#[derive(Debug, Default)]
pub struct Means {
    /// Who was on the team.
    pub roster: Option<Roster>,
    /// The rule that the list is known to have for the record's kind.
    pub rule: Option<Rule>,
    /// How the list hands mail on.
    pub handed_on: HandedOn,
}

/// A record, checked.
#[derive(Debug)]
pub struct Verified {
    /// What the archives held.
    pub scanned: ScanSummary,
    /// The record as the archive gives it; `None` where the archive has no such proposal.
    pub recomputed: Option<Record>,
    /// Where the two differ; empty for a record that holds.
    pub discrepancies: Vec<Discrepancy>,
    /// What could not be checked, or was taken from the record.
    pub remarks: Vec<Remark>,
}

/// Something that whoever checks a record should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What.
    #[serde(rename = "remark")]
    pub note: Note,
    /// The posts that it is about.
    pub posts: Vec<MessageId>,
}

/// What is remarked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// Without a roster member ids are taken from the record, and who the electorate was is not checked.
    NoRoster,
    /// The rule is the record's own; nothing else tells what the list's rule was.
    RuleFromRecord,
    /// Made by another version of plusone.
    OtherEngine,
    /// Receive instants differ by a little; the record's are taken.
    InstantFromRecord,
    /// The archive does not tell whether these came before the close.
    InstantNotTold,
    /// In the archive's thread and received after the close; the record need not have them.
    AfterClose,
    /// Automatic mail that the record leaves out.
    Automatic,
    /// Posts of another proposal that was made by a reply.
    OtherProposal,
    /// Posts that, by the record, did not come through the list; the archive has none of them.
    NotThroughList,
    /// Automatic posts of the record that the archive has not: they count for nothing.
    AutomaticMissing,
    /// The archive's copy of the result names this very record.
    ArchiveNamesIt,
    /// The archive holds no result mail for it.
    NoResultMail,
    /// The record says that silence began when the list was told, and no mail of plusone's in the archive bears that out.
    ToldFromRecord,
}

impl Remark {
    fn new(note: Note) -> Self {
        Remark { note, posts: Vec::new() }
    }

    fn of(note: Note, post: &MessageId) -> Self {
        Remark { note, posts: vec![post.clone()] }
    }
}

/// Why a record cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The archive fails.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Its rule is not known.
    #[error(transparent)]
    Record(#[from] PublishedError),
    /// It is of no decision.
    #[error(
        "the record is of a proposal that is still {0}: only a closed one can be checked; `plusone replay` tells how it stands"
    )]
    Open(String),
    /// Nothing but the roster tells who may do what.
    #[error("its rule asks the roster for {0}: give it with --roster")]
    NeedsRoster(&'static str),
}

/// Checks a record against an archive; `glanced` is called for every message. Nothing of the archive or of the record is believed to be
/// small or benign: the archive's limits hold.
///
/// # Errors
/// The archive cannot be read, or the record is none that can be checked.
pub fn verify(
    archive: &Archive,
    published: &Published,
    means: Means,
    now: DateTime<Utc>,
    glanced: impl FnMut(),
) -> Result<Verified, VerifyError> {
    let rule = published.rule()?;
    let Some(closed_at) = published.closed_at else {
        return Err(VerifyError::Open(published.outcome.clone()));
    };
    if means.roster.is_none() {
        needs_no_roster(&rule)?;
    }
    let mut checked = Verified {
        scanned: ScanSummary::default(),
        recomputed: None,
        discrepancies: of_itself(published, means.rule.as_ref(), &rule),
        remarks: Vec::new(),
    };
    let dialect = published.dialect();
    let tag = Subject::read(&published.subject, &[]).tags.into_iter().next().unwrap_or_default();
    let tags = [tag.as_str(), "PROPOSAL", "VOTE"];
    let rulebook = Rulebook::by_rule(&tags, &published.kind, &rule, &dialect, means.handed_on);
    let wanted: Vec<MessageId> = published.posts.iter().map(|post| post.message_id.clone()).collect();
    let opener = published.raised_from.as_ref().map_or(&published.root, |from| &from.root);
    let mut gathered = gather(archive, &rulebook, opener, &wanted, now, glanced)?;
    checked.scanned = gathered.scanned;
    if published.told_at().is_some_and(|at| !thread::tells(&gathered.thread, at)) {
        checked.remarks.push(Remark::new(Note::ToldFromRecord));
    }
    let mut text = None;
    if let Some(from) = &published.raised_from {
        // The blocked proposal's thread goes on as this one's.
        text = gathered.thread.iter().find(|post| post.message_id == from.text_in).cloned();
        gathered.thread.retain(|post| post.received.at >= published.opened_at);
    }
    let Some(root) = gathered.root.filter(|_| gathered.opens) else {
        checked.discrepancies.push(no_root(published, gathered.scanned));
        return Ok(checked);
    };
    let posts = thread::matched(published, closed_at, gathered.thread, gathered.strays, &mut checked);
    let root = posts.iter().find(|post| post.message_id == root.message_id).cloned().unwrap_or(root);
    let roster = match (means.roster, &rule.electorate) {
        (Some(roster), _) => Some(roster),
        (None, Electorate::Claimed) => None,
        (None, _) => {
            let (roster, twice) = electorate::implied(published, &rule, &posts);
            checked.discrepancies.extend(twice);
            checked.remarks.push(Remark::new(Note::NoRoster));
            Some(roster)
        }
    };
    let unchecked = Unchecked {
        electorate: checked.remarks.contains(&Remark::new(Note::NoRoster))
            && matches!(rule.electorate, Electorate::Roster { .. } | Electorate::Seats { .. }),
        other_engine: published.engine != env!("CARGO_PKG_VERSION"),
    };
    let decided = decided_again(
        published,
        &rule,
        (&root, gathered.parent.as_ref(), text.as_ref()),
        &posts,
        roster.as_ref(),
    );
    let Some(decision) = decided else {
        checked.discrepancies.push(no_root(published, checked.scanned));
        return Ok(checked);
    };
    let again = record(&decision, roster.as_ref(), published.is_published());
    checked.discrepancies.extend(discrepancies(published, &again, unchecked));
    checked.recomputed = Some(again);
    if unchecked.other_engine {
        checked.remarks.push(Remark::new(Note::OtherEngine));
    }
    if means.rule.is_none() {
        checked.remarks.push(Remark::new(Note::RuleFromRecord));
    }
    checked.remarks = gathered_up(checked.remarks);
    Ok(checked)
}

/// Decides the thread by the record's rule, as of when the record was made at the earliest. `text` holds what a blocked proposal proposed
/// in the end.
fn decided_again(
    published: &Published,
    rule: &Rule,
    (root, parent, text): (&Post, Option<&Subject>, Option<&Post>),
    posts: &[Post],
    roster: Option<&Roster>,
) -> Option<Decision> {
    let tag = root.subject.tags.first().cloned().unwrap_or_default();
    let list = ListRules {
        name: published.list.clone(),
        tags: vec![(tag, published.kind.clone())],
        kinds: vec![(published.kind.clone(), rule.clone())],
        dialect: published.dialect(),
        mode: Mode::Recorded,
        zone: published.zone.unwrap_or(chrono_tz::UTC),
    };
    let mut call = open(root, parent, &list)?;
    call.number = published.number;
    // What its pseudo-headers ask for is in the record's parameters already.
    call.rule = rule.clone();
    call.raised_to = published.raised_to().ok()?.map(Box::new);
    if let Some(from) = &published.raised_from {
        raise(&mut call, from, published, posts)?;
        call.text_sha256 = hex(&Sha256::digest(text?.words.text()));
    }
    let rosters = roster.cloned().map(RosterHistory::always).unwrap_or_default();
    let closed_at = published.closed_at.unwrap_or(call.opened_at);
    let last = published.posts.iter().map(|post| post.received_at).max().unwrap_or(closed_at);
    let read_through = last.max(closed_at + rule.settle.delta());
    let horizon = Horizon { read_through, told_at: published.told_at() };
    Some(decide(&call, &rosters, posts, &list.dialect, horizon))
}

/// The call of a blocked proposal, made that of the one which a post raised it to.
fn raise(call: &mut Call, from: &RaisedFrom, published: &Published, posts: &[Post]) -> Option<()> {
    let raises = |post: &&Post| {
        let read = reading(post, &published.dialect());
        post.message_id == published.root
            && matches!(read, Reading::Command { command: Command::Substantial, .. })
    };
    let post = posts.iter().find(raises)?;
    call.root = post.message_id.clone();
    call.proposer = post.author.clone();
    call.opened_at = post.received.at;
    call.raised_from = Some(from.clone());
    call.unfollowed.clear();
    Some(())
}

/// What the record says of itself that does not hold: its own hash, and a rule that is not the list's.
fn of_itself(published: &Published, known: Option<&Rule>, rule: &Rule) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let digest = published.digest();
    if digest != published.sha256.to_ascii_lowercase() {
        found.push(Discrepancy {
            code: "record-hash".to_owned(),
            post: None,
            recorded: Value::String(published.sha256.clone()),
            recomputed: Value::String(digest.clone()),
            why: format!(
                "the record was altered after it was made: its sha256 is {digest}, and it says {}",
                published.sha256
            ),
        });
    }
    if let Some(known) = known.filter(|known| *known != rule) {
        let as_json = |rule: &Rule| serde_json::to_value(rule).unwrap_or_default();
        let (recorded, configured) = (as_json(rule), as_json(known));
        let keys: Vec<String> = configured
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, value)| recorded.get(*key) != Some(*value))
            .map(|(key, _)| key.replace('_', " "))
            .collect();
        found.push(Discrepancy {
            code: "rule".to_owned(),
            post: None,
            recorded,
            recomputed: configured,
            why: format!(
                "the rule is not the one that the list is configured with; they differ in: {}",
                keys.join(", ")
            ),
        });
    }
    found
}

fn no_root(published: &Published, scanned: ScanSummary) -> Discrepancy {
    let opened = published.opened_at.format("%B %Y");
    Discrepancy {
        code: "no-proposal".to_owned(),
        post: Some(published.root.clone()),
        recorded: Value::String(published.root.to_string()),
        recomputed: Value::Null,
        why: format!(
            "the {} messages of the archive hold no mail {} that opens a proposal: give the archive of {opened}, where the record says it was made",
            scanned.mails, published.root
        ),
    }
}

/// A rule that asks the roster for more than who voted cannot be checked without it.
fn needs_no_roster(rule: &Rule) -> Result<(), VerifyError> {
    let asks = match &rule.electorate {
        Electorate::Seats { .. } => Some("its seats"),
        _ if rule.chair.is_some() => Some("its chair"),
        _ if rule.veto_holder.is_some() => Some("who may veto"),
        _ => None,
    };
    asks.map_or(Ok(()), |what| Err(VerifyError::NeedsRoster(what)))
}

/// The same remarks, each once with all its posts.
fn gathered_up(mut remarks: Vec<Remark>) -> Vec<Remark> {
    remarks.sort_by_key(|remark| remark.note);
    let mut once: Vec<Remark> = Vec::new();
    for remark in remarks {
        match once.last_mut().filter(|last| last.note == remark.note) {
            Some(last) => last.posts.extend(remark.posts),
            None => once.push(remark),
        }
    }
    once
}
