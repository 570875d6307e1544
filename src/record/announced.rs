//! What a person announced, in JSON, beside what is counted.

use super::AuthorEntry;
use crate::ballot::{Claim, Vote};
use crate::decision::{AnnouncedVoter, AnnouncedVotes, Difference, HumanResult};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The outcome a person announced.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HumanEntry {
    /// The post that announces it.
    pub message_id: MessageId,
    /// Whose.
    pub by: AuthorEntry,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// `passed`, `failed` or `cancelled`, where the mail says so.
    pub outcome: Option<String>,
    /// Whether the announcer is the proposer.
    pub by_proposer: bool,
    /// Who voted what by the announcement's count.
    pub votes: Vec<AnnouncedVotesEntry>,
    /// How that differs from what is counted here.
    pub differences: Vec<DifferenceEntry>,
}

/// Votes that an announcement counts together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnouncedVotesEntry {
    /// Their value.
    pub vote: Vote,
    /// What it says of them being binding.
    pub claim: Option<Claim>,
    /// How many it says there are.
    pub count: Option<u32>,
    /// Those it names.
    pub voters: Vec<AnnouncedVoterEntry>,
}

/// Somebody whom an announcement names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnouncedVoterEntry {
    /// The name as it is written; of an address, in a published record, what stands before the @.
    pub name: String,
    /// Who of the thread that is.
    pub author: Option<AuthorEntry>,
    /// Their vote.
    pub message_id: Option<MessageId>,
}

/// How an announced tally differs from what is counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferenceEntry {
    /// As a code with its arguments.
    #[serde(flatten)]
    pub difference: Difference,
    /// In an English sentence.
    pub why: String,
}

impl HumanEntry {
    pub(super) fn of(result: &HumanResult, published: bool) -> Self {
        let difference = |difference: &Difference| {
            let difference = public(difference.clone(), published);
            DifferenceEntry { why: in_words(&difference), difference }
        };
        HumanEntry {
            message_id: result.message_id.clone(),
            by: AuthorEntry::of(&result.by, published),
            at: result.at,
            outcome: result.outcome.clone(),
            by_proposer: result.by_proposer,
            votes: result.votes.iter().map(|votes| AnnouncedVotesEntry::of(votes, published)).collect(),
            differences: result.differences.iter().map(difference).collect(),
        }
    }
}

impl AnnouncedVotesEntry {
    fn of(votes: &AnnouncedVotes, published: bool) -> Self {
        let voter = |voter: &AnnouncedVoter| AnnouncedVoterEntry {
            name: named(&voter.name, published),
            author: voter.who.as_ref().map(|who| AuthorEntry::of(who, published)),
            message_id: voter.post.clone(),
        };
        AnnouncedVotesEntry {
            vote: votes.vote,
            claim: votes.claim,
            count: votes.count,
            voters: votes.voters.iter().map(voter).collect(),
        }
    }
}

/// A name as a record gives it: a published one holds no address.
fn named(name: &str, published: bool) -> String {
    if !published {
        return name.to_owned();
    }
    let word = |word: &str| word.split_once('@').map_or(word, |(local, _)| local).to_owned();
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn public(mut difference: Difference, published: bool) -> Difference {
    match &mut difference {
        Difference::NotFound { name }
        | Difference::Ambiguous { name }
        | Difference::OtherVote { name, .. }
        | Difference::NotCounted { name, .. }
        | Difference::Binds { name, .. }
        | Difference::Omits { name, .. } => *name = named(name, published),
        Difference::Miscounted { .. } | Difference::Count { .. } => {}
    }
    difference
}

/// A difference in an English sentence without its full stop.
fn in_words(difference: &Difference) -> String {
    let votes = |vote: &Vote, claim: &Option<Claim>| match claim {
        Some(Claim::Binding) => format!("binding {vote}"),
        Some(Claim::NonBinding) => format!("non-binding {vote}"),
        None => vote.to_string(),
    };
    match difference {
        Difference::NotFound { name } => format!("counts {name}, of whom no vote is found"),
        Difference::Ambiguous { name } => format!("counts {name}, who may be more than one of the thread"),
        Difference::OtherVote { name, announced, found } => {
            format!("counts {name} as {announced}, whose vote is {found}")
        }
        Difference::NotCounted { name, status } => {
            format!("counts {name}, whose vote does not stand ({})", status.as_str())
        }
        Difference::Binds { name, counted: true } => {
            format!("counts {name} as non-binding, whose vote binds")
        }
        Difference::Binds { name, counted: false } => {
            format!("counts {name} as binding, whose vote does not bind")
        }
        Difference::Omits { name, vote } => format!("omits {name}, who voted {vote}"),
        Difference::Miscounted { vote, claim, count, listed } => {
            format!("says {count} {} and names {listed}", votes(vote, claim))
        }
        Difference::Count { vote, claim, announced, counted } => {
            format!("counts {announced} {}, here there are {counted}", votes(vote, claim))
        }
    }
}
