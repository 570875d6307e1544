//! Rules: what it takes for a proposal to pass. A rule is data; ready ones are the [`Rule::profile`]s.

use super::Span;
use serde::{Deserialize, Serialize};

/// The rule a proposal is decided by. All spans are real time, not office hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The profile's name, or the list's own.
    pub name: String,
    /// What approves.
    pub approval: Approval,
    /// What a standing -1 does.
    pub minus: Minus,
    /// Whether a -1 without a reason is void.
    pub reason_required: bool,
    /// Under a silence rule the whole window; under an approval rule the minimum.
    pub window: Span,
    /// When an approval rule gives up.
    pub max_window: Span,
    /// How long after a close the mailbox must have been read for the close to be decided.
    pub settle: Span,
    /// How long after a -1 its reason may still come.
    pub reason_grace: Span,
    /// How long a close waits, once, for an answer to an open question.
    pub held_grace: Span,
    /// Whose votes bind.
    pub electorate: Electorate,
    /// Whether an explicit vote of the proposer's counts; there is never an implicit one.
    pub proposer_counts: bool,
}

/// What approves a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Approval {
    /// Silence is consent: it passes unless somebody objects (lazy consensus).
    Silence,
    /// Binding votes.
    Votes {
        /// How many binding +1 at least.
        min_plus: u32,
        /// Whether there must also be more binding +1 than binding -1.
        majority: bool,
    },
}

/// What a standing -1 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Minus {
    /// Ends it vetoed; final.
    Veto,
    /// Ends it objected; it may be raised to a three-vote proposal.
    Block,
    /// Counts against.
    Count,
}

/// Whose votes bind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "who")]
pub enum Electorate {
    /// Members of the roster who hold one of these roles at the close; every member where none is named.
    Roster {
        /// Role names.
        roles: Vec<String>,
    },
    /// Everyone whose mail the list accepted (a list without a roster; silence rules only).
    Everyone,
    /// Whoever does not say "non-binding" (`replay` without a roster; never live).
    Claimed,
}

impl Rule {
    /// The names of the ready rules, in the order they are listed.
    pub const PROFILES: [&'static str; 6] = [
        "ovirt-minor",
        "ovirt-substantial",
        "apache-lazy-consensus",
        "apache-consensus",
        "apache-majority",
        "simple-majority",
    ];

    /// The ready rule of that name.
    pub fn profile(name: &str) -> Option<Rule> {
        let silence = Approval::Silence;
        let votes = |min_plus, majority| Approval::Votes { min_plus, majority };
        let (approval, minus, reason_required) = match name {
            "ovirt-minor" | "apache-lazy-consensus" => (silence, Minus::Block, true),
            "ovirt-substantial" => (votes(3, false), Minus::Block, true),
            "apache-consensus" => (votes(3, false), Minus::Veto, true),
            "apache-majority" => (votes(3, true), Minus::Count, false),
            "simple-majority" => (votes(1, true), Minus::Count, false),
            _ => return None,
        };
        Some(Rule {
            name: name.to_owned(),
            approval,
            minus,
            reason_required,
            window: Span::hours(72),
            max_window: Span::days(14),
            settle: Span::minutes(15),
            reason_grace: Span::hours(24),
            held_grace: Span::hours(24),
            electorate: Electorate::Roster { roles: Vec::new() },
            proposer_counts: true,
        })
    }

    /// Whether silence passes it.
    pub fn is_silence(&self) -> bool {
        self.approval == Approval::Silence
    }

    /// How many binding +1 it asks for.
    pub fn min_plus(&self) -> u32 {
        match self.approval {
            Approval::Silence => 0,
            Approval::Votes { min_plus, .. } => min_plus,
        }
    }
}
