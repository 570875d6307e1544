//! A proposal's outcome by its rule beside the one that a person announced.

use super::announced::HumanEntry;
use super::words::reason;
use crate::decision::{Decision, Tally};
use crate::mail::MessageId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// What the rule gives and what a person announced, beside one another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The list's short name.
    pub list: String,
    /// The proposal's number on it.
    pub number: u32,
    /// The post that proposes.
    pub root: MessageId,
    /// Its subject with tags.
    pub subject: String,
    /// The rule's name.
    pub rule: String,
    /// When the list received the root, UTC.
    pub opened_at: DateTime<Utc>,
    /// When it closed by the rule, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// The outcome by the rule, in the record's word.
    pub outcome: &'static str,
    /// Why, in an English sentence without its full stop.
    pub why: String,
    /// The votes that stand.
    pub tally: Tally,
    /// How the announced outcome compares.
    pub agreement: Agreement,
    /// How long before the rule's close it was announced, in seconds; `None` where it was not.
    pub early_by_seconds: Option<i64>,
    /// What was announced, with every difference from what is counted.
    pub human_result: Option<HumanEntry>,
}

/// How an announced outcome compares with the rule's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// It is the same.
    Same,
    /// It is another.
    Differs,
    /// The announcement does not say which.
    NotTold,
    /// Nobody announced one.
    NotAnnounced,
}

impl Comparison {
    /// Compares a decision with what a person announced of it, if anybody did. Nothing in it is an address.
    pub fn of(decision: &Decision) -> Self {
        let call = &decision.call;
        let outcome = decision.state.outcome();
        let human = decision.human_result.as_ref();
        let agreement = match human.map(|human| human.outcome.as_deref()) {
            None => Agreement::NotAnnounced,
            Some(None) => Agreement::NotTold,
            Some(Some(announced)) if is_same(announced, outcome) => Agreement::Same,
            Some(Some(_)) => Agreement::Differs,
        };
        let closed_at = decision.state.closed_at();
        let early = closed_at.zip(human).map(|(closed_at, human)| closed_at - human.at);
        let early = early.filter(|early| *early > TimeDelta::zero());
        Comparison {
            list: call.list.clone(),
            number: call.number,
            root: call.root.clone(),
            subject: call.subject.clone(),
            rule: decision.rule.name.clone(),
            opened_at: call.opened_at,
            closed_at,
            outcome,
            why: reason(decision),
            tally: decision.tally,
            agreement,
            early_by_seconds: early.map(|early| early.num_seconds()),
            human_result: human.map(|human| HumanEntry::of(human, true)),
        }
    }

    /// How many differences there are in what is counted.
    pub fn differences(&self) -> usize {
        self.human_result.as_ref().map_or(0, |human| human.differences.len())
    }
}

/// Whether an announced outcome is the rule's: what a person calls failed may have been voted down, blocked or vetoed.
fn is_same(announced: &str, outcome: &str) -> bool {
    match announced {
        "failed" => matches!(outcome, "failed" | "objected" | "vetoed"),
        "cancelled" => matches!(outcome, "withdrawn" | "superseded"),
        announced => announced == outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_people_and_rules_are_told_apart() {
        let check = |announced: &str, outcome: &str, same: bool| {
            assert_eq!(is_same(announced, outcome), same, "{announced} {outcome}");
        };
        check("passed", "passed", true);
        check("passed", "open", false);
        check("passed", "objected", false);
        check("failed", "failed", true);
        check("failed", "objected", true);
        check("failed", "vetoed", true);
        check("failed", "withdrawn", false);
        check("failed", "passed", false);
        check("cancelled", "withdrawn", true);
        check("cancelled", "superseded", true);
        check("cancelled", "failed", false);
    }
}
