//! The decision: how a proposal stands, and why.

use super::{Call, HumanResult, JudgedPost, Question, Refused, Rule, Share, Span};
use crate::ballot::{Dialect, Vote};
use crate::mail::{Author, MessageId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a proposal stands as of what has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was fixed when it opened.
    pub call: Call,
    /// 1, and one more for every amendment.
    pub revision: u32,
    /// The state, with what belongs to it.
    pub state: State,
    /// The instant at which the window closes as things stand, UTC: for an approval rule the minimum while that is to come, else the
    /// last instant.
    pub closes_at: DateTime<Utc>,
    /// The next instant, UTC, at which time alone may change the decision; `None` once it is closed.
    pub next_due: Option<DateTime<Utc>>,
    /// Who voted what, by the votes that stand.
    pub tally: Tally,
    /// Why it is as it is.
    pub why: Why,
    /// Every post of the thread, in the order of (receive instant, Message-ID).
    pub posts: Vec<JudgedPost>,
    /// What somebody is asked. One entry a post.
    pub questions: Vec<Question>,
    /// Standing objections, in the order in which they were made.
    pub objections: Vec<Objection>,
    /// What happened, in order.
    pub events: Vec<Happening>,
    /// What a person announced as the outcome.
    pub human_result: Option<HumanResult>,
    /// The rule in force: the call's, or the one that it was raised to while it was open.
    pub rule: Rule,
    /// The texts that were voted on, the first of them the root's.
    pub revisions: Vec<Revision>,
    /// Commands and pseudo-headers that were not followed. One entry a post.
    pub refused: Vec<Refused>,
    /// When the minimum window ends, UTC: what may still pass closes then at the earliest.
    pub minimum_ends_at: DateTime<Utc>,
    /// The last instant, UTC, at which it is still open, answers awaited not counted.
    pub ends_at: DateTime<Utc>,
    /// Binding voters there were at the close, where a roster says so.
    pub electorate_size: Option<usize>,
    /// How the list speaks, by which its mail was read.
    #[serde(default)]
    pub dialect: Dialect,
    /// While votes are waited for: those whose vote would bind and who have cast none, by name, in the roster's order; seats, where seats vote.
    #[serde(default, with = "shared_names", skip_serializing_if = "shared_names::is_none")]
    pub not_voted: Arc<Vec<String>>,
    /// The instant up to which the mailbox was read when this was decided, UTC.
    pub read_through: DateTime<Utc>,
}

/// Names that decisions of one proposal share: where nobody has voted, a whole roster.
mod shared_names {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(names: &Arc<Vec<String>>, serializer: S) -> Result<S::Ok, S::Error> {
        names.as_slice().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Vec<String>>, D::Error> {
        Vec::deserialize(deserializer).map(Arc::new)
    }

    pub fn is_none(names: &Arc<Vec<String>>) -> bool {
        names.is_empty()
    }
}

/// The state of a proposal. A closed one carries its instant and the reason it closed so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum State {
    /// Votes count.
    Open,
    /// Its window is over, or has not begun, and something is awaited.
    Waiting {
        /// What.
        awaited: Awaited,
        /// Until when at the latest, UTC; `None` where nobody can say.
        until: Option<DateTime<Utc>>,
    },
    /// Accepted.
    Passed {
        /// When it closed, UTC.
        at: DateTime<Utc>,
    },
    /// Not accepted.
    Failed {
        /// When it closed, UTC.
        at: DateTime<Utc>,
    },
    /// Blocked at the close.
    Objected {
        /// When it closed, UTC.
        at: DateTime<Utc>,
        /// Who objects.
        by: Vec<Voter>,
    },
    /// Vetoed at the close; final.
    Vetoed {
        /// When it closed, UTC.
        at: DateTime<Utc>,
        /// Whose veto.
        by: Vec<Voter>,
    },
    /// Taken back by its proposer.
    Withdrawn {
        /// When, UTC.
        at: DateTime<Utc>,
        /// The post that says so.
        post: MessageId,
    },
    /// Replaced by another proposal.
    Superseded {
        /// When, UTC.
        at: DateTime<Utc>,
        /// The post that opens the other.
        by: MessageId,
    },
}

impl State {
    /// When it closed, UTC, where it has.
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        match self {
            State::Open | State::Waiting { .. } => None,
            State::Passed { at }
            | State::Failed { at }
            | State::Objected { at, .. }
            | State::Vetoed { at, .. }
            | State::Withdrawn { at, .. }
            | State::Superseded { at, .. } => Some(*at),
        }
    }

    /// The word the record uses for the outcome.
    pub fn outcome(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Waiting { .. } => "waiting",
            State::Passed { .. } => "passed",
            State::Failed { .. } => "failed",
            State::Objected { .. } => "objected",
            State::Vetoed { .. } => "vetoed",
            State::Withdrawn { .. } => "withdrawn",
            State::Superseded { .. } => "superseded",
        }
    }
}

/// What a proposal waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// The mailbox must be read past the close.
    Mailbox,
    /// An answer to an open question, or a reason for a -1.
    Held,
    /// A member's +1 on a stranger's proposal.
    Approval,
}

/// Somebody who voted or spoke, as the record names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voter {
    /// The author as the post names them.
    pub author: Author,
    /// Their id on the roster, where they are on it.
    pub member: Option<String>,
    /// The id of the seat that they vote for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
}

/// A text that was voted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The post that holds it.
    pub post: MessageId,
    /// When the list received it, UTC.
    pub at: DateTime<Utc>,
    /// SHA-256, in hexadecimal, of its own words.
    pub text_sha256: String,
}

/// The votes that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Votes that bind.
    pub binding: Count,
    /// Everyone else's.
    pub advisory: Count,
}

/// So many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// +1.
    pub plus: u32,
    /// 0.
    pub zero: u32,
    /// -1 that stand (a void one is not among them).
    pub minus: u32,
}

/// Why the decision is as it is; templates put it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Why {
    /// Silence rule, still open, no objection stands so far.
    AwaitingSilence,
    /// Approval rule, still open, so many binding +1 short.
    AwaitingVotes {
        /// How many more.
        missing: u32,
    },
    /// Approval rule, enough +1, the minimum window is still running.
    AwaitingWindow {
        /// How many there are.
        plus: u32,
    },
    /// Open, but it will not pass while these objections stand.
    Blocked {
        /// Whose.
        by: Vec<String>,
    },
    /// The window is over; the mailbox has not been read that far.
    AwaitingMailbox,
    /// The window was over; open questions hold the close.
    AwaitingAnswer {
        /// Of whom.
        of: Vec<String>,
    },
    /// A stranger's proposal waits for a member's +1.
    AwaitingMember,
    /// Silence was consent.
    NobodyObjected {
        /// For so long.
        window: Span,
        /// +1 there were besides.
        plus: u32,
    },
    /// Enough votes.
    Approved {
        /// Binding +1.
        plus: u32,
        /// Binding -1 that count.
        minus: u32,
    },
    /// Too few binding +1 when the last instant came.
    Short {
        /// How many there were.
        plus: u32,
        /// How many it takes.
        needed: u32,
    },
    /// Enough +1, but not more of them than -1.
    Outvoted {
        /// Binding +1.
        plus: u32,
        /// Binding -1.
        minus: u32,
    },
    /// Blocked by explained objections.
    Objection {
        /// Whose.
        by: Vec<String>,
        /// What the first of them has against it: the line of the reason, or else the one it is read from.
        line: String,
    },
    /// Silence rule: an objection in words was asked about and not answered.
    UnansweredObjection {
        /// Whose.
        by: Vec<String>,
        /// What the first of them has against it: the line of the reason, or else the one it is read from.
        line: String,
    },
    /// Vetoed.
    Veto {
        /// Whose.
        by: Vec<String>,
        /// What the first of them has against it: the line of the reason, or else the one it is read from.
        line: String,
    },
    /// A stranger proposed it, and no member's +1 opened it.
    NeverOpened,
    /// Its proposer took it back.
    TakenBack,
    /// Another proposal replaces it.
    Replaced,
    /// Approval rule, still open: so many more of the electorate must cast a vote.
    AwaitingQuorum {
        /// How many more.
        missing: u32,
    },
    /// Approved, and must stay so until that instant, UTC.
    AwaitingLinger {
        /// Binding +1.
        plus: u32,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Too few of the electorate cast a vote.
    NoQuorum {
        /// How many did.
        votes: u32,
        /// How many it takes.
        needed: u32,
    },
    /// Too small a share of the roster or the votes.
    ShareShort {
        /// Binding +1.
        plus: u32,
        /// How many it would have taken.
        needed: u32,
        /// The share asked for.
        share: Share,
    },
    /// As many +1 as -1, and no chair decided.
    Tied {
        /// Of each.
        votes: u32,
    },
    /// As many +1 as -1, and the chair's vote decided.
    ChairDecided {
        /// Of each.
        votes: u32,
        /// Who.
        chair: String,
        /// Whether for it.
        passed: bool,
    },
    /// Vetoed, and the veto was overridden.
    VetoOverridden {
        /// Binding +1.
        plus: u32,
        /// How many it took.
        needed: u32,
        /// Whose veto.
        by: Vec<String>,
    },
    /// Closed by its proposer before it was approved.
    ClosedByHand {
        /// Binding +1 there were.
        plus: u32,
        /// How many it takes.
        needed: u32,
    },
}

/// An objection that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The post.
    pub post: MessageId,
    /// Whose.
    pub by: Voter,
    /// What it has against the proposal: the line of the reason, or else the one it is read from.
    pub line: String,
    /// When it was received, UTC.
    pub at: DateTime<Utc>,
    /// Whether it is a -1 (else words).
    pub vote: Option<Vote>,
    /// Whether its reason has been given.
    pub explained: bool,
    /// Whether its author may block.
    pub blocks: bool,
    /// Whether it is a veto, by the rule or by its author's role.
    #[serde(default)]
    pub vetoes: bool,
}

/// Something that happened to the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// UTC.
    pub at: DateTime<Utc>,
    /// What, in the record's word: `opened`, `voted`, `objected`, `held`, `asked`, `graced`, `withdrawn`, `closed`, `told`, `amended`,
    /// `extended`, `raised`, `kept-open`, …
    pub event: String,
    /// The post that made it happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<MessageId>,
}
