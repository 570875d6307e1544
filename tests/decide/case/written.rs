//! Rules, members and seats as a case writes them.

use super::{DateTime, Utc};
use plusone::decision::{
    Approval, BindingAt, Calendar, Close, Electorate, Member, Minus, Objectors, OnAmend, RoleSpan, Rule,
    Seat, Share, Span, Tie, WorkingDays,
};
use plusone::mail::Address;

/// A profile, with parameters behind commas.
pub fn rule(text: &str) -> Rule {
    let (name, rest) = text.split_once(',').unwrap_or((text, ""));
    let mut rule = Rule::profile(name.trim()).unwrap_or_else(|| panic!("no profile {name:?}"));
    parameters(&mut rule, rest);
    rule
}

/// `window = 24h, minus = veto`
pub fn parameters(rule: &mut Rule, text: &str) {
    for parameter in text.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').unwrap_or_else(|| panic!("{parameter:?} sets nothing"));
        let (key, value) = (key.trim(), value.trim());
        let known = count(rule, key, value)
            || time(rule, key, value)
            || calendar(rule, key, value)
            || say_so(rule, key, value)
            || permit(rule, key, value);
        assert!(known, "no parameter {key:?}, or not of that value: {parameter:?}");
    }
}

fn share(text: &str) -> Option<Share> {
    (text != "none").then(|| Share::parse(text).unwrap_or_else(|why| panic!("{why}")))
}

fn span(text: &str) -> Span {
    Span::parse(text).unwrap_or_else(|why| panic!("{why}"))
}

fn flag(text: &str) -> bool {
    match text {
        "true" => true,
        "false" => false,
        _ => panic!("neither true nor false: {text:?}"),
    }
}

/// What votes must add up to.
fn count(rule: &mut Rule, key: &str, value: &str) -> bool {
    match (key, &mut rule.approval) {
        ("min_plus", Approval::Votes { min_plus, .. }) => *min_plus = value.parse().unwrap(),
        ("majority", Approval::Votes { majority, .. }) => *majority = flag(value),
        ("share", Approval::Votes { share: asked, .. }) => *asked = share(value),
        ("quorum", _) => rule.quorum = share(value),
        ("veto_override", _) => rule.veto_override = share(value),
        _ => return false,
    }
    true
}

fn time(rule: &mut Rule, key: &str, value: &str) -> bool {
    let place = match key {
        "window" => &mut rule.window,
        "max_window" => &mut rule.max_window,
        "settle" => &mut rule.settle,
        "reason_grace" => &mut rule.reason_grace,
        "held_grace" => &mut rule.held_grace,
        "linger" => &mut rule.linger,
        "min_wait" => {
            rule.close = Close::WhenDecided { min_wait: span(value) };
            return true;
        }
        _ => return false,
    };
    *place = span(value);
    true
}

fn calendar(rule: &mut Rule, key: &str, value: &str) -> bool {
    match (key, &mut rule.calendar, value) {
        ("calendar", calendar, "hours") => *calendar = Calendar::Hours,
        ("calendar", calendar, "business") => *calendar = Calendar::Business(WorkingDays::default()),
        ("zone", Calendar::Business(days), zone) => days.zone = zone.parse().unwrap(),
        ("weekend", Calendar::Business(days), named) => {
            let named = named.split(' ').filter(|day| *day != "none");
            days.weekend = named.map(|day| day.parse().unwrap()).collect();
        }
        ("holidays", Calendar::Business(days), named) => {
            days.holidays = named.split(' ').map(|day| day.parse().unwrap()).collect();
        }
        _ => return false,
    }
    true
}

/// Parameters of a word or a name.
fn say_so(rule: &mut Rule, key: &str, value: &str) -> bool {
    let name = || (value != "none").then(|| value.to_owned());
    match (key, value) {
        ("minus", "veto") => rule.minus = Minus::Veto,
        ("minus", "block") => rule.minus = Minus::Block,
        ("minus", "count") => rule.minus = Minus::Count,
        ("who_may_object", "electorate") => rule.who_may_object = Objectors::Electorate,
        ("who_may_object", "roster") => rule.who_may_object = Objectors::Roster,
        ("who_may_object", "anyone") => rule.who_may_object = Objectors::Anyone,
        ("binding_at", "close") => rule.binding_at = BindingAt::Close,
        ("binding_at", "vote") => rule.binding_at = BindingAt::Vote,
        ("on_amend", "restart") => rule.on_amend = OnAmend::Restart,
        ("on_amend", "keep") => rule.on_amend = OnAmend::Keep,
        ("tie", "fails") => rule.tie = Tie::Fails,
        ("tie", "chair") => rule.tie = Tie::Chair,
        ("close", "at-window") => rule.close = Close::Window,
        ("close", "when-decided") => rule.close = Close::WhenDecided { min_wait: Span::hours(24) },
        ("chair", _) => rule.chair = name(),
        ("veto_holder", _) => rule.veto_holder = name(),
        ("electorate", who) => rule.electorate = electorate(who),
        _ => return false,
    }
    true
}

/// `roster`, `roles maintainer chair`, `seats`, `seats infra docs`, `everyone`, `claimed`
fn electorate(text: &str) -> Electorate {
    let (who, names) = text.split_once(' ').unwrap_or((text, ""));
    let names = names.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    match who {
        "roster" | "roles" => Electorate::Roster { roles: names },
        "seats" => Electorate::Seats { seats: names },
        "everyone" => Electorate::Everyone,
        "claimed" => Electorate::Claimed,
        _ => panic!("no electorate {text:?}"),
    }
}

fn permit(rule: &mut Rule, key: &str, value: &str) -> bool {
    let permissions = &mut rule.permissions;
    let count = || value.parse().unwrap();
    match key {
        "amendments" => permissions.amendments = count(),
        "extensions" => permissions.extensions = count(),
        "strangers_propose" => permissions.strangers_propose = flag(value),
        "withdraw" => permissions.withdraw = flag(value),
        "close_by_hand" => permissions.close = flag(value),
        "raise" => permissions.raise = flag(value),
        "nominee_votes" => permissions.nominee_votes = flag(value),
        "proposer_counts" => rule.proposer_counts = flag(value),
        "reason_required" => rule.reason_required = flag(value),
        _ => return false,
    }
    true
}

/// `id`, `id:role`, `id:role@10h..90h+role`, with addresses behind `=`.
pub fn member(text: &str, start: DateTime<Utc>) -> Member {
    let (text, addresses) = text.split_once('=').unwrap_or((text, ""));
    let (id, roles) = text.split_once(':').unwrap_or((text, ""));
    let addresses = if addresses.is_empty() { format!("{id}@example.org") } else { addresses.to_owned() };
    let at = |text: &str| (!text.is_empty()).then(|| start + span(text).delta());
    let role = |text: &str| {
        let (role, held) = text.split_once('@').unwrap_or((text, ".."));
        let (since, until) = held.split_once("..").unwrap_or((held, ""));
        RoleSpan { role: role.to_owned(), since: at(since), until: at(until) }
    };
    Member {
        id: id.to_owned(),
        name: id.to_owned(),
        addresses: addresses.split(',').filter_map(Address::parse).collect(),
        roles: roles.split('+').filter(|role| !role.is_empty()).map(role).collect(),
        fingerprint: None,
    }
}

/// `infra=ann,bob`
pub fn seat(text: &str) -> Seat {
    let (id, representatives) = text.split_once('=').unwrap_or_else(|| panic!("{text:?} is no seat"));
    let representatives = representatives.split(',').map(str::to_owned).collect();
    Seat { id: id.to_owned(), name: id.to_owned(), representatives }
}
