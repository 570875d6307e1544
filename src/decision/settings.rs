//! Parameters whose reading or writing takes more than a line: how each is set in a rule.

use super::parameters::{APPROVAL, CALENDAR, CLOSE, TIE, is_business, quoted, span_of};
use super::written::{Read, Value, Wrong, count, fault, flag, share, span, unless_none, window, word};
use super::{Approval, Calendar, Close, Electorate, OnPass, Rule, Span, Tie, WorkingDays};

/// What people are given at least under `when-decided`, unless they say something else.
const MIN_WAIT: Span = Span::hours(24);

pub(super) fn read_approval(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let votes = word(value, &APPROVAL)?;
    if votes && rule.is_silence() {
        rule.approval = Approval::Votes { min_plus: 1, majority: false, share: None };
    }
    if !votes {
        // What only counted votes can have does not come along from a profile.
        rule.approval = Approval::Silence;
        (rule.quorum, rule.linger, rule.close, rule.tie) =
            (None, Span::none(), Close::default(), Tie::default());
    }
    Ok(())
}

pub(super) fn read_min_plus(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let asked = count(value)?;
    let Approval::Votes { min_plus, .. } = &mut rule.approval else { return fault(value, Wrong::Silence) };
    // Told once: how many there are does not matter any more.
    *min_plus = asked.max(1);
    if asked == 0 { fault(value, Wrong::NoPlus) } else { Ok(()) }
}

pub(super) fn read_majority(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let asked = flag(value)?;
    if let Approval::Votes { majority, .. } = &mut rule.approval {
        *majority = asked;
    }
    only_in_votes(rule, value, asked)
}

pub(super) fn read_share(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let asked = unless_none(value, share)?;
    if let Approval::Votes { share, .. } = &mut rule.approval {
        *share = asked;
    }
    only_in_votes(rule, value, asked.is_some())
}

pub(super) fn written_electorate(rule: &Rule) -> Option<String> {
    let list = |names: &[String]| toml::Value::from(names.to_vec()).to_string();
    match &rule.electorate {
        Electorate::Roster { roles } if roles.is_empty() => Some(quoted("roster")),
        Electorate::Roster { roles } => Some(list(roles)),
        Electorate::Seats { seats } if seats.is_empty() => Some(quoted("seats")),
        Electorate::Seats { seats } => Some(format!("{{ seats = {} }}", list(seats))),
        Electorate::Everyone | Electorate::Claimed => None,
    }
}

pub(super) fn read_quorum(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    rule.quorum = unless_none(value, share)?;
    only_in_votes(rule, value, rule.quorum.is_some())
}

pub(super) fn read_tie(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    rule.tie = word(value, &TIE)?;
    only_in_votes(rule, value, rule.tie == Tie::Chair)
}

/// What is `asked` for makes sense where votes are counted.
fn only_in_votes(rule: &Rule, value: &Value<'_>, asked: bool) -> Read<()> {
    if asked && rule.is_silence() { fault(value, Wrong::Silence) } else { Ok(()) }
}

pub(super) fn read_calendar(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    if word(value, &CALENDAR)? {
        count_working_days(rule);
    } else {
        rule.calendar = Calendar::Hours;
    }
    Ok(())
}

fn count_working_days(rule: &mut Rule) {
    if !is_business(rule) {
        rule.calendar = Calendar::Business(WorkingDays::default());
    }
}

pub(super) fn read_window(rule: &mut Rule, value: &Value<'_>) -> Read<Span> {
    let (span, business) = window(value)?;
    if business {
        count_working_days(rule);
    }
    Ok(span)
}

pub(super) fn window_of(rule: &Rule, span: Span) -> Option<String> {
    let seconds = span.delta().num_seconds();
    let days = seconds / 86_400;
    if !is_business(rule) || seconds % 86_400 != 0 {
        return span_of(span);
    }
    Some(quoted(&if days == 1 { "1 business day".to_owned() } else { format!("{days} business days") }))
}

pub(super) fn read_close(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let when_decided = word(value, &CLOSE)?;
    if when_decided != (rule.close != Close::Window) {
        rule.close = if when_decided { Close::WhenDecided { min_wait: MIN_WAIT } } else { Close::Window };
    }
    only_in_votes(rule, value, when_decided)
}

pub(super) fn read_min_wait(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    let span = read_window(rule, value)?;
    match &mut rule.close {
        Close::WhenDecided { min_wait } => *min_wait = span,
        Close::Window => return fault(value, Wrong::AtWindow),
    }
    Ok(())
}

pub(super) fn read_linger(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    rule.linger = unless_none(value, span)?.unwrap_or(Span::none());
    only_in_votes(rule, value, !rule.linger.is_zero())
}

pub(super) fn written_min_wait(rule: &Rule) -> Option<String> {
    match rule.close {
        Close::Window => None,
        Close::WhenDecided { min_wait } => window_of(rule, min_wait),
    }
}

pub(super) fn read_follow_up(rule: &mut Rule, value: &Value<'_>) -> Read<()> {
    match unless_none(value, span)? {
        Some(none) if none.is_zero() => return fault(value, Wrong::NoTime),
        follow_up => rule.follow_up = follow_up,
    }
    Ok(())
}

pub(super) fn written_on_pass(rule: &Rule) -> Option<String> {
    rule.on_pass
        .as_ref()
        .map(|OnPass::Role { role }| format!("{{ propose = \"role\", role = {} }}", quoted(role)))
}
