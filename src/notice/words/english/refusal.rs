//! Why a command was not followed, and what can be done instead, in English.

use super::{English, SAID};
use crate::ballot::Command;
use crate::decision::{HeaderFault, Refusal, Rule};
use crate::notice::moment;
use crate::notice::quoting::name_of;
use crate::notice::words::{Refusing, Sentences, window_in_words};

/// Why a command was not followed, and what can be done.
pub(super) fn refusal(refused: &Refusing<'_>) -> (String, String) {
    let (why, instead) = match refused.why {
        Refusal::NotProposer | Refusal::NotChair | Refusal::NotElectorate => return not_theirs(refused),
        Refusal::TooEarly { .. } | Refusal::TooOften { .. } | Refusal::TooLong { .. } => {
            return not_so(refused);
        }
        Refusal::Header(fault) => return header(fault, &refused.decision.rule),
        Refusal::NotAllowed => (
            "this list's rule does not allow it",
            "If the rule should be another one, please say so on the list.",
        ),
        Refusal::Closed => ("the proposal is closed", "A new proposal can change what was decided."),
        Refusal::Silence => (
            "silence decides under this rule, and everybody has until the close to object",
            "It closes by itself.",
        ),
        Refusal::NothingStricter => (
            "there is no stricter rule to raise it to",
            "If it should not pass as it is, please reply with -1 and why.",
        ),
        Refusal::NoText => (
            "the mail holds no new text",
            "Please write the line \"Proposal: amend\" again, and below it the whole new text, unquoted.",
        ),
        Refusal::Unknown => (
            "it is not known here",
            "Known behind \"Proposal:\" are withdraw, amend, extend 48h, close, substantial and status.",
        ),
    };
    (why.to_owned(), instead.to_owned())
}

/// Who may.
fn not_theirs(refused: &Refusing<'_>) -> (String, String) {
    let proposer = name_of(&refused.decision.call.proposer, SAID);
    match refused.why {
        Refusal::NotChair if refused.decision.rule.chair.is_some() => (
            format!("only {proposer}, who proposed it, or the list's chair may do that"),
            "Please ask one of them on the list.".to_owned(),
        ),
        Refusal::NotElectorate => (
            "only those whose votes bind may do that".to_owned(),
            "Please ask one of them on the list, and say why.".to_owned(),
        ),
        _ => {
            let instead = match refused.command {
                Some(Command::Amend) => "Please say on the list what should change.",
                Some(Command::Extend(_) | Command::Close) => "Please ask for it on the list.",
                _ => "If it should not pass, please reply with -1 and why.",
            };
            (format!("only {proposer}, who proposed it, may do that"), instead.to_owned())
        }
    }
}

/// When, how often and how long one may.
fn not_so(refused: &Refusing<'_>) -> (String, String) {
    let again =
        "The proposer can take the proposal back with the line \"Proposal: withdraw\" and propose it again.";
    match refused.why {
        Refusal::TooEarly { until } => (
            "the minimum time is not over".to_owned(),
            format!(
                "The same line closes it after {}.",
                moment::in_both_zones(*until, refused.voice.zone, SAID)
            ),
        ),
        Refusal::TooOften { most: 0 } => ("this list's rule does not allow it".to_owned(), again.to_owned()),
        Refusal::TooOften { most } => {
            let times = match most {
                1 => "once".to_owned(),
                2 => "twice".to_owned(),
                most => format!("{} times", English.number(*most)),
            };
            (format!("it can be done {times}, and has been"), again.to_owned())
        }
        Refusal::TooLong { most } => (
            "it asks for more than the rule allows at a time".to_owned(),
            format!("Please ask for {} or less.", window_in_words(*most, &refused.decision.rule, SAID)),
        ),
        _ => (String::new(), String::new()),
    }
}

/// Why a pseudo-header was not followed, and what can be done.
pub(super) fn header(fault: &HeaderFault, rule: &Rule) -> (String, String) {
    let own = "The rule's own time holds.";
    match fault {
        HeaderFault::NotUnderstood => (
            "it cannot be understood".to_owned(),
            "Understood are, for example, \"Closes: 2026-12-01 12:00 UTC\" and \"Open-For: 5 business days\"."
                .to_owned(),
        ),
        HeaderFault::TooShort { least } => (
            format!("the rule gives everybody {} at least", window_in_words(*least, rule, SAID)),
            own.to_owned(),
        ),
        HeaderFault::TooLong { most } => {
            (format!("the rule allows {} at most", window_in_words(*most, rule, SAID)), own.to_owned())
        }
        HeaderFault::Kind => (
            "a kind can only be raised, and to one that the list has".to_owned(),
            "The kind that the subject stands for holds.".to_owned(),
        ),
        HeaderFault::Twice => ("the time is given more than once".to_owned(), own.to_owned()),
    }
}
