//! What the author of a post is asked.

use super::Voter;
use crate::ballot::HeldWhy;
use crate::mail::MessageId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A question to the author of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The post in question.
    pub post: MessageId,
    /// Its author.
    pub of: Voter,
    /// What is asked.
    pub about: Asked,
    /// The line in question.
    pub line: String,
    /// When the post was received, UTC.
    pub since: DateTime<Utc>,
    /// The post that answers it.
    pub answered_by: Option<MessageId>,
    /// Whether the answer could change the outcome; only then is anybody asked.
    pub matters: bool,
}

/// What a question asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "about", content = "why")]
pub enum Asked {
    /// The reason of a -1.
    Reason,
    /// Whether an objection in words is a -1.
    Objection,
    /// Whether a held reading is a vote.
    Held(HeldWhy),
}
