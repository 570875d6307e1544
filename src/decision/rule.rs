//! Rules: what it takes for a proposal to pass. A rule is data; ready ones are the [`Profile`]s.

use super::{Profile, Share, Span, WorkingDays};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The rule a proposal is decided by. Every span is real time, but for those that [`Rule::calendar`] counts.
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
    /// Who may block or veto, and whose objection breaks silence.
    #[serde(default)]
    pub who_may_object: Objectors,
    /// How much of the electorate must have cast a vote, abstentions among them.
    #[serde(default)]
    pub quorum: Option<Share>,
    /// How `window`, `max_window` and `min_wait` are counted.
    #[serde(default)]
    pub calendar: Calendar,
    /// When an approval rule closes once it is approved.
    #[serde(default)]
    pub close: Close,
    /// Under an approval rule, how long it must stay approved before it closes.
    #[serde(default = "Span::none")]
    pub linger: Span,
    /// What becomes of votes when the proposal is amended.
    #[serde(default)]
    pub on_amend: OnAmend,
    /// What a tie does under a rule that asks for a majority.
    #[serde(default)]
    pub tie: Tie,
    /// The role whose holder breaks a tie and may extend a window.
    #[serde(default)]
    pub chair: Option<String>,
    /// The role whose holder's -1 is a veto, whatever `minus` says.
    #[serde(default)]
    pub veto_holder: Option<String>,
    /// How many +1 override a veto.
    #[serde(default)]
    pub veto_override: Option<Share>,
    /// When a voter must hold the role: at the close, or when they vote.
    #[serde(default)]
    pub binding_at: BindingAt,
    /// A trial period: so long after it passed, the list is reminded of it.
    #[serde(default)]
    pub follow_up: Option<Span>,
    /// A change of the roster that is put to the administrator where it passes.
    #[serde(default)]
    pub on_pass: Option<OnPass>,
    /// Who may do what.
    #[serde(default)]
    pub permissions: Permissions,
}

/// What approves a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Approval {
    /// Silence is consent: it passes unless somebody objects (lazy consensus).
    Silence,
    /// Binding votes. Everything named must hold.
    Votes {
        /// How many binding +1 at least.
        min_plus: u32,
        /// Whether there must also be more binding +1 than binding -1.
        majority: bool,
        /// How large a share the binding +1 must be.
        #[serde(default)]
        share: Option<Share>,
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
    /// The seats of the roster: each casts one vote, the latest of its representatives'.
    Seats {
        /// Names of the seats that vote; every seat of the roster where none is named.
        seats: Vec<String>,
    },
    /// Everyone whose mail the list accepted (a list without a roster; silence rules only).
    Everyone,
    /// Whoever does not say "non-binding" (`replay` without a roster; never live).
    Claimed,
}

/// Who may object with effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Objectors {
    /// Whose votes bind.
    #[default]
    Electorate,
    /// Everybody on the roster, whatever their role.
    Roster,
    /// Everyone whose mail the list accepted.
    Anyone,
}

/// How a window is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "count")]
pub enum Calendar {
    /// Every hour counts.
    #[default]
    Hours,
    /// Only working days count, 24 hours each.
    Business(WorkingDays),
}

/// When an approval rule closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum Close {
    /// At the end of the minimum window at the earliest.
    #[default]
    Window,
    /// As soon as no vote that is still to come can change the outcome, after `min_wait` at the earliest.
    WhenDecided {
        /// How long people have at least.
        min_wait: Span,
    },
}

/// What becomes of votes when the proposal is amended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnAmend {
    /// They are void, and the window begins anew.
    #[default]
    Restart,
    /// They stand, and the window runs on.
    Keep,
}

/// What a tie does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tie {
    /// It fails.
    #[default]
    Fails,
    /// The chair's cast vote decides; where the chair cast none, it fails.
    Chair,
}

/// When a voter must hold the role for their vote to bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BindingAt {
    /// At the close.
    #[default]
    Close,
    /// When the list received the vote.
    Vote,
}

/// What is put to an administrator when a proposal passes. Nothing is ever done by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "propose")]
pub enum OnPass {
    /// The nominee gets a role on the roster: the one that the proposal names, else this one.
    Role {
        /// The role's name.
        role: String,
    },
}

/// Who may do what to a proposal. The defaults are the engine's own rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Permissions {
    /// Whether a stranger's proposal opens without a member's +1.
    pub strangers_propose: bool,
    /// Whether the proposer may withdraw it.
    pub withdraw: bool,
    /// How often the proposer may amend it.
    pub amendments: u32,
    /// How often it may be extended, each time by one window at most.
    pub extensions: u32,
    /// Whether the proposer may close it once its minimum window is over.
    pub close: bool,
    /// Whether a voter may raise it to the list's substantial kind.
    pub raise: bool,
    /// Whether the nominee of a membership proposal may vote.
    pub nominee_votes: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Permissions {
            strangers_propose: false,
            withdraw: true,
            amendments: 3,
            extensions: 1,
            close: true,
            raise: true,
            nominee_votes: false,
        }
    }
}

impl Rule {
    /// The ready rule of that name.
    pub fn profile(name: &str) -> Option<Rule> {
        Profile::named(name).map(|profile| profile.rule.clone())
    }

    /// Lazy consensus with every parameter at its default: 72 h of silence, an explained -1 blocks.
    pub fn lazy() -> Rule {
        Rule {
            name: "lazy".to_owned(),
            approval: Approval::Silence,
            minus: Minus::Block,
            reason_required: true,
            window: Span::hours(72),
            max_window: Span::days(14),
            settle: Span::minutes(15),
            reason_grace: Span::hours(24),
            held_grace: Span::hours(24),
            electorate: Electorate::Roster { roles: Vec::new() },
            proposer_counts: true,
            who_may_object: Objectors::default(),
            quorum: None,
            calendar: Calendar::default(),
            close: Close::default(),
            linger: Span::none(),
            on_amend: OnAmend::default(),
            tie: Tie::default(),
            chair: None,
            veto_holder: None,
            veto_override: None,
            binding_at: BindingAt::default(),
            follow_up: None,
            on_pass: None,
            permissions: Permissions::default(),
        }
    }

    /// The rule as a proposal keeps it that opens at that instant: of the holidays, those that can matter while it is open.
    pub fn at_opening(&self, opened: DateTime<Utc>) -> Rule {
        let mut rule = self.clone();
        if let Calendar::Business(days) = &mut rule.calendar {
            // Each amendment may begin the window anew, each extension add to it; a year more for everything else.
            let longest = days.after(opened, self.max_window) - opened;
            let times = u64::from(self.permissions.amendments) + u64::from(self.permissions.extensions) + 2;
            let times = i32::try_from(times).unwrap_or(i32::MAX);
            let century = TimeDelta::days(36_500);
            let span = longest.checked_mul(times).and_then(|all| all.checked_add(&TimeDelta::days(400)));
            let until = opened.checked_add_signed(span.unwrap_or(century).min(century));
            *days = days.during(opened, until.unwrap_or(opened));
        }
        rule
    }

    /// Whether silence passes it.
    pub fn is_silence(&self) -> bool {
        self.approval == Approval::Silence
    }

    /// Whether there must be more +1 than -1.
    pub fn is_majority(&self) -> bool {
        matches!(self.approval, Approval::Votes { majority: true, .. })
    }

    /// How large a share the binding +1 must be.
    pub fn share(&self) -> Option<Share> {
        match self.approval {
            Approval::Silence => None,
            Approval::Votes { share, .. } => share,
        }
    }

    /// How many binding +1 it asks for.
    pub fn min_plus(&self) -> u32 {
        match self.approval {
            Approval::Silence => 0,
            Approval::Votes { min_plus, .. } => min_plus,
        }
    }
}
