//! A rule in plain sentences: what `opened` says of it, and `plusone rules show`.

mod dutch;
mod english;

use super::Language;
use crate::decision::{Approval, Calendar, Close, Electorate, OnAmend, Permissions, Rule, Span};

/// What a rule asks for, does and allows, each thing in a sentence of its own. What is as it is under every rule is not said, unless the
/// rule has it another way.
pub fn rule_sentences(rule: &Rule, language: Language) -> Vec<String> {
    let says: &dyn RuleSentences = match language {
        Language::English => &english::English,
        Language::Dutch => &dutch::Dutch,
    };
    let usual = Rule::lazy();
    let mut said = vec![says.approval(rule)];
    said.extend(rule.quorum.map(|share| says.quorum(share)));
    said.extend(says.time(rule));
    if let Calendar::Business(days) = &rule.calendar {
        said.push(says.working_days(days));
    }
    if let Close::WhenDecided { min_wait } = rule.close {
        said.push(says.when_decided(min_wait, rule));
    }
    if !rule.linger.is_zero() && !rule.is_silence() {
        said.push(says.linger(rule.linger));
    }
    said.push(says.minus(rule));
    said.extend(rule.reason_required.then(|| says.reason(rule.reason_grace)));
    said.extend(rule.veto_holder.as_deref().map(|role| says.veto_holder(role, rule.reason_required)));
    said.extend(rule.veto_override.map(|share| says.veto_override(share)));
    said.extend(says.objectors(rule));
    said.push(says.electorate(rule));
    if !rule.proposer_counts {
        said.push(says.proposer_does_not_count());
    }
    if rule.is_majority() {
        said.push(says.tie(rule));
    }
    if rule.on_amend != usual.on_amend || rule.permissions.amendments != usual.permissions.amendments {
        said.push(says.amendments(rule.permissions.amendments, rule.on_amend == OnAmend::Restart));
    }
    said.extend(says.permissions(rule));
    said.extend((rule.held_grace != usual.held_grace).then(|| says.held_grace(rule.held_grace)));
    said.extend((rule.settle != usual.settle).then(|| says.settle(rule.settle)));
    said.extend(rule.follow_up.map(|span| says.follow_up(span)));
    said.extend(rule.on_pass.as_ref().map(|on_pass| says.on_pass(on_pass)));
    said
}

/// One parameter of a rule, or those that make one sentence, in one language.
trait RuleSentences {
    fn approval(&self, rule: &Rule) -> String;
    fn quorum(&self, share: crate::decision::Share) -> String;
    fn time(&self, rule: &Rule) -> Option<String>;
    fn working_days(&self, days: &crate::decision::WorkingDays) -> String;
    fn when_decided(&self, min_wait: Span, rule: &Rule) -> String;
    fn linger(&self, span: Span) -> String;
    fn minus(&self, rule: &Rule) -> String;
    fn reason(&self, grace: Span) -> String;
    fn veto_holder(&self, role: &str, reason_required: bool) -> String;
    fn veto_override(&self, share: crate::decision::Share) -> String;
    fn objectors(&self, rule: &Rule) -> Option<String>;
    fn electorate(&self, rule: &Rule) -> String;
    fn proposer_does_not_count(&self) -> String;
    fn tie(&self, rule: &Rule) -> String;
    fn amendments(&self, most: u32, restart: bool) -> String;
    fn permissions(&self, rule: &Rule) -> Vec<String>;
    fn held_grace(&self, span: Span) -> String;
    fn settle(&self, span: Span) -> String;
    fn follow_up(&self, span: Span) -> String;
    fn on_pass(&self, on_pass: &crate::decision::OnPass) -> String;
}

/// How an approval rule ends: its minimum and its last instant may be one.
pub(super) fn has_one_end(rule: &Rule) -> bool {
    rule.max_window <= rule.window
}

/// What approves, with what a tie needs to know.
fn votes(rule: &Rule) -> Option<(u32, bool, Option<crate::decision::Share>)> {
    match rule.approval {
        Approval::Silence => None,
        Approval::Votes { min_plus, majority, share } => Some((min_plus, majority, share)),
    }
}

/// Whether a roster says whose votes bind.
fn has_roster(rule: &Rule) -> bool {
    matches!(rule.electorate, Electorate::Roster { .. } | Electorate::Seats { .. })
}

/// The permissions that every rule has unless it says otherwise.
fn usual() -> Permissions {
    Permissions::default()
}

#[cfg(test)]
mod tests;
