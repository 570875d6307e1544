//! A rule's parameters in the record: enough to decide by it again.

use crate::decision::{
    Approval, BindingAt, Calendar, Close, Electorate, Minus, Objectors, OnAmend, OnPass, Permissions, Rule,
    Share, Span, Tie, WorkingDays,
};
use serde::{Deserialize, Serialize};

/// A rule's parameters, under the keys of a configuration. What is absent, in a record of an earlier version, has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleParameters {
    /// What approves.
    pub approval: ApprovalWord,
    /// Binding +1 it asks for; 0 under silence.
    pub min_plus: u32,
    /// Whether there must be more +1 than -1.
    pub majority: bool,
    /// What a standing -1 does.
    pub minus: Minus,
    /// Whether a -1 needs a reason.
    pub reason_required: bool,
    /// The window, or its minimum.
    pub window: Span,
    /// When an approval rule gives up.
    pub max_window: Span,
    /// How far past the close the mailbox must have been read.
    pub settle: Span,
    /// How long a reason may take.
    pub reason_grace: Span,
    /// How long an answer may take.
    pub held_grace: Span,
    /// Whose votes bind.
    pub electorate: Electorate,
    /// Whether the proposer's own vote counts.
    pub proposer_counts: bool,
    /// How large a share the +1 must be.
    #[serde(default)]
    pub share: Option<Share>,
    /// How many must have voted.
    #[serde(default)]
    pub quorum: Option<Share>,
    /// Whether a voter must hold the role at the close or at the vote.
    #[serde(default)]
    pub binding_at: BindingAt,
    /// Who may object with effect.
    #[serde(default)]
    pub who_may_object: Objectors,
    /// The role whose holder's -1 is a veto.
    #[serde(default)]
    pub veto_holder: Option<String>,
    /// How many +1 override a veto.
    #[serde(default)]
    pub veto_override: Option<Share>,
    /// The role that breaks a tie.
    #[serde(default)]
    pub chair: Option<String>,
    /// What a tie does.
    #[serde(default)]
    pub tie: Tie,
    /// How windows are counted.
    #[serde(default)]
    pub calendar: CalendarWord,
    /// Which days count in a window of business days; null where every hour counts.
    #[serde(default)]
    pub working_days: Option<WorkingDays>,
    /// When an approval rule closes.
    #[serde(default)]
    pub close: CloseWord,
    /// How long people have at least where it closes once it is decided; else null.
    #[serde(default)]
    pub min_wait: Option<Span>,
    /// How long it must stay approved.
    #[serde(default = "Span::none")]
    pub linger: Span,
    /// What becomes of votes when the text changes.
    #[serde(default)]
    pub on_amend: OnAmend,
    /// The trial period.
    #[serde(default)]
    pub follow_up: Option<Span>,
    /// What is proposed where it passes.
    #[serde(default)]
    pub on_pass: Option<OnPass>,
    /// Who may do what.
    #[serde(flatten)]
    pub acts: Acts,
}

/// Who may do what to a proposal, as the record says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acts {
    /// Whether a stranger's proposal opens without a member's +1.
    pub strangers_propose: bool,
    /// Whether the proposer may withdraw it.
    pub withdraw: bool,
    /// How often the proposer may amend it.
    pub amendments: u32,
    /// How often it may be extended.
    pub extensions: u32,
    /// Whether the proposer may close it after the minimum.
    pub close_by_hand: bool,
    /// Whether a voter may raise it to the substantial kind.
    pub raise: bool,
    /// Whether the nominee may vote.
    pub nominee_votes: bool,
}

impl Default for Acts {
    fn default() -> Self {
        Acts::of(&Permissions::default())
    }
}

impl Acts {
    fn of(permissions: &Permissions) -> Self {
        let Permissions { strangers_propose, withdraw, amendments, extensions, close, raise, nominee_votes } =
            *permissions;
        Acts {
            strangers_propose,
            withdraw,
            amendments,
            extensions,
            close_by_hand: close,
            raise,
            nominee_votes,
        }
    }

    fn permissions(&self) -> Permissions {
        let Acts { strangers_propose, withdraw, amendments, extensions, close_by_hand, raise, nominee_votes } =
            *self;
        Permissions {
            strangers_propose,
            withdraw,
            amendments,
            extensions,
            close: close_by_hand,
            raise,
            nominee_votes,
        }
    }
}

/// What approves, in the record's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalWord {
    /// Silence.
    Silence,
    /// Binding votes.
    Votes,
}

/// How windows are counted, in the record's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarWord {
    /// Every hour.
    #[default]
    Hours,
    /// Working days.
    Business,
}

/// When an approval rule closes, in the record's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseWord {
    /// At the end of the minimum window at the earliest.
    #[default]
    AtWindow,
    /// As soon as nothing can change the outcome.
    WhenDecided,
}

impl RuleParameters {
    /// The parameters of a rule.
    pub fn of(rule: &Rule) -> Self {
        let working_days = match &rule.calendar {
            Calendar::Hours => None,
            Calendar::Business(days) => Some(days.clone()),
        };
        let min_wait = match rule.close {
            Close::Window => None,
            Close::WhenDecided { min_wait } => Some(min_wait),
        };
        RuleParameters {
            approval: if rule.is_silence() { ApprovalWord::Silence } else { ApprovalWord::Votes },
            min_plus: rule.min_plus(),
            majority: rule.is_majority(),
            electorate: rule.electorate.clone(),
            minus: rule.minus,
            reason_required: rule.reason_required,
            window: rule.window,
            max_window: rule.max_window,
            settle: rule.settle,
            reason_grace: rule.reason_grace,
            held_grace: rule.held_grace,
            proposer_counts: rule.proposer_counts,
            share: rule.share(),
            quorum: rule.quorum,
            binding_at: rule.binding_at,
            who_may_object: rule.who_may_object,
            veto_holder: rule.veto_holder.clone(),
            veto_override: rule.veto_override,
            chair: rule.chair.clone(),
            tie: rule.tie,
            calendar: if working_days.is_some() { CalendarWord::Business } else { CalendarWord::Hours },
            working_days,
            close: if min_wait.is_some() { CloseWord::WhenDecided } else { CloseWord::AtWindow },
            min_wait,
            linger: rule.linger,
            on_amend: rule.on_amend,
            follow_up: rule.follow_up,
            on_pass: rule.on_pass.clone(),
            acts: Acts::of(&rule.permissions),
        }
    }

    /// The rule that they describe, under the name that the record gives it.
    pub fn rule(&self, name: &str) -> Rule {
        let (min_plus, majority, share) = (self.min_plus, self.majority, self.share);
        Rule {
            name: name.to_owned(),
            approval: match self.approval {
                ApprovalWord::Silence => Approval::Silence,
                ApprovalWord::Votes => Approval::Votes { min_plus, majority, share },
            },
            electorate: self.electorate.clone(),
            calendar: match self.calendar {
                CalendarWord::Hours => Calendar::Hours,
                CalendarWord::Business => Calendar::Business(self.working_days.clone().unwrap_or_default()),
            },
            close: match self.close {
                CloseWord::AtWindow => Close::Window,
                CloseWord::WhenDecided => {
                    Close::WhenDecided { min_wait: self.min_wait.unwrap_or(self.window) }
                }
            },
            permissions: self.acts.permissions(),
            minus: self.minus,
            reason_required: self.reason_required,
            window: self.window,
            max_window: self.max_window,
            settle: self.settle,
            reason_grace: self.reason_grace,
            held_grace: self.held_grace,
            proposer_counts: self.proposer_counts,
            quorum: self.quorum,
            binding_at: self.binding_at,
            who_may_object: self.who_may_object,
            veto_holder: self.veto_holder.clone(),
            veto_override: self.veto_override,
            chair: self.chair.clone(),
            tie: self.tie,
            linger: self.linger,
            on_amend: self.on_amend,
            follow_up: self.follow_up,
            on_pass: self.on_pass.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Profile;

    fn check(rule: &Rule) {
        let json = serde_json::to_string(&RuleParameters::of(rule)).unwrap();
        let parameters: RuleParameters = serde_json::from_str(&json).unwrap();
        assert_eq!(parameters.rule(&rule.name), *rule, "{json}");
    }

    #[test]
    fn every_rule_can_be_read_back() {
        Profile::all().iter().for_each(|profile| check(&profile.rule));
        let mut days = WorkingDays::default();
        days.holidays.extend(chrono::NaiveDate::from_ymd_opt(2026, 12, 25));
        check(&Rule {
            calendar: Calendar::Business(days),
            close: Close::WhenDecided { min_wait: Span::hours(12) },
            binding_at: BindingAt::Vote,
            who_may_object: Objectors::Anyone,
            on_amend: OnAmend::Keep,
            electorate: Electorate::Claimed,
            permissions: Permissions {
                withdraw: false,
                raise: false,
                amendments: 0,
                ..Permissions::default()
            },
            ..Rule::lazy()
        });
    }

    #[test]
    fn a_record_of_an_earlier_version_has_the_defaults() {
        let json = r#"{"approval":"votes","min_plus":3,"majority":false,"minus":"block","reason_required":true,"window":"72h","max_window":"14d","settle":"15m","reason_grace":"24h","held_grace":"24h","electorate":{"who":"roster","roles":[]},"proposer_counts":true}"#;
        let parameters: RuleParameters = serde_json::from_str(json).unwrap();
        assert_eq!(Some(parameters.rule("ovirt-substantial")), Rule::profile("ovirt-substantial"));
    }
}
