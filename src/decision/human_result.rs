//! The outcome and the tally that a person announced, and how they differ from the decision's.

use super::{Status, Voter};
use crate::ballot::{Claim, Vote};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The outcome a person announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HumanResult {
    /// The post that announces it.
    pub message_id: MessageId,
    /// Whose.
    pub by: Voter,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// `passed`, `failed` or `cancelled`, where the mail says so.
    pub outcome: Option<String>,
    /// Whether the announcer is the proposer.
    pub by_proposer: bool,
    /// Who voted what by the announcement's count.
    #[serde(default)]
    pub votes: Vec<AnnouncedVotes>,
    /// How that differs from what is counted here.
    #[serde(default)]
    pub differences: Vec<Difference>,
}

/// Votes that an announcement counts together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedVotes {
    /// Their value.
    pub vote: Vote,
    /// What it says of them being binding.
    pub claim: Option<Claim>,
    /// How many it says there are.
    pub count: Option<u32>,
    /// Those it names.
    pub voters: Vec<AnnouncedVoter>,
}

/// Somebody whom an announcement names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedVoter {
    /// The name as it is written.
    pub name: String,
    /// Who of the thread that is; `None` where nobody, or several.
    pub who: Option<Voter>,
    /// Their vote.
    pub post: Option<MessageId>,
}

/// How an announced tally differs from the one that is counted here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Difference {
    /// It names somebody of whom no vote is found.
    NotFound {
        /// The name.
        name: String,
    },
    /// It names somebody who may be several of the thread.
    Ambiguous {
        /// The name.
        name: String,
    },
    /// It names somebody under another vote than the one found.
    OtherVote {
        /// The name.
        name: String,
        /// Under which.
        announced: Vote,
        /// Which was found.
        found: Vote,
    },
    /// It names somebody whose vote does not stand.
    NotCounted {
        /// The name.
        name: String,
        /// What became of the vote.
        status: Status,
    },
    /// It says of somebody's vote that it binds where it is counted as advisory, or the other way round.
    Binds {
        /// The name.
        name: String,
        /// Whether it is counted as binding.
        counted: bool,
    },
    /// It leaves somebody out.
    Omits {
        /// Whom, by the name on their mail.
        name: String,
        /// Their vote.
        vote: Vote,
    },
    /// It names more or fewer than it says there are.
    Miscounted {
        /// Which votes.
        vote: Vote,
        /// Of which claim.
        claim: Option<Claim>,
        /// How many it says there are.
        count: u32,
        /// How many it names.
        listed: u32,
    },
    /// It counts more or fewer votes than there are.
    Count {
        /// Which votes.
        vote: Vote,
        /// Of which claim.
        claim: Option<Claim>,
        /// How many it counts.
        announced: u32,
        /// How many are counted here.
        counted: u32,
    },
}
