//! The parameters that a case may override, each `key=value`; in a value, `_` stands for a space.

use crate::decision::{
    Approval, BindingAt, Calendar, Close, Minus, Objectors, OnAmend, Rule, Share, Span, Tie, WorkingDays,
};

fn override_parameter(rule: &mut Rule, key: &str, value: &str) {
    let text = value.replace('_', " ");
    let span = || Span::parse(value).unwrap_or_else(|why| panic!("{why}"));
    let share = || Share::parse(&text).unwrap_or_else(|why| panic!("{why}"));
    let (yes, count) = (value == "yes", || value.parse::<u32>().unwrap());
    if let Approval::Votes { min_plus, majority, share: asked } = &mut rule.approval {
        match key {
            "min_plus" => return *min_plus = count(),
            "majority" => return *majority = yes,
            "share" => return *asked = Some(share()),
            _ => {}
        }
    }
    match key {
        "window" => rule.window = span(),
        "max" => rule.max_window = span(),
        "settle" => rule.settle = span(),
        "reason_grace" => rule.reason_grace = span(),
        "held_grace" => rule.held_grace = span(),
        "linger" => rule.linger = span(),
        "decided_from" => rule.close = Close::WhenDecided { min_wait: span() },
        "proposer_counts" => rule.proposer_counts = yes,
        "reason_required" => rule.reason_required = yes,
        "quorum" => rule.quorum = Some(share()),
        "veto_override" => rule.veto_override = Some(share()),
        "chair" => rule.chair = Some(text),
        "veto_holder" => rule.veto_holder = Some(text),
        "tie" => rule.tie = if value == "chair" { Tie::Chair } else { Tie::Fails },
        "on_amend" => rule.on_amend = if value == "keep" { OnAmend::Keep } else { OnAmend::Restart },
        "binding_at" => rule.binding_at = if value == "vote" { BindingAt::Vote } else { BindingAt::Close },
        "objectors" => {
            rule.who_may_object = match value {
                "roster" => Objectors::Roster,
                "anyone" => Objectors::Anyone,
                _ => Objectors::Electorate,
            }
        }
        // business, business:Europe/Prague, business:UTC:2026-11-04,2026-11-05
        "calendar" => {
            let mut parts = value.split(':').skip(1);
            let zone = parts.next().map_or(chrono_tz::UTC, |zone| zone.parse().unwrap());
            let holidays = parts.next().into_iter().flat_map(|days| days.split(','));
            let holidays = holidays.map(|day| day.parse().unwrap()).collect();
            rule.calendar = Calendar::Business(WorkingDays { zone, holidays, ..WorkingDays::default() });
        }
        "strangers_propose" => rule.permissions.strangers_propose = yes,
        "may_withdraw" => rule.permissions.withdraw = yes,
        "may_close" => rule.permissions.close = yes,
        "may_raise" => rule.permissions.raise = yes,
        "nominee_votes" => rule.permissions.nominee_votes = yes,
        "amendments" => rule.permissions.amendments = count(),
        "extensions" => rule.permissions.extensions = count(),
        "minus" => {
            rule.minus = match value {
                "veto" => Minus::Veto,
                "block" => Minus::Block,
                _ => Minus::Count,
            }
        }
        _ => panic!("no parameter {key}"),
    }
}

/// A profile with parameters.
pub(super) fn rule_of(text: &str) -> Rule {
    let mut words = text.split(' ');
    let mut rule = Rule::profile(words.next().unwrap_or_default()).unwrap();
    for (key, value) in words.filter_map(|word| word.split_once('=')) {
        override_parameter(&mut rule, key, value);
    }
    rule
}
