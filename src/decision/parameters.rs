//! A rule's parameters as profiles and configurations write them: one row a key, which reads it and writes it.

use super::settings::{
    read_approval, read_calendar, read_close, read_follow_up, read_linger, read_majority, read_min_plus,
    read_min_wait, read_quorum, read_share, read_tie, read_window, window_of, written_electorate,
    written_min_wait, written_on_pass,
};
use super::written::{
    Fault, Read, Value, Words, Wrong, count, electorate, flag, name, on_pass, share, span, unless_none, word,
};
use super::{BindingAt, Calendar, Close, Minus, Objectors, OnAmend, Rule, Share, Span, Tie};

/// One parameter of a rule.
pub(crate) struct Parameter {
    /// Its key.
    pub key: &'static str,
    /// A value as it would be written.
    pub example: &'static str,
    read: for<'v> fn(&mut Rule, &'v Value<'v>) -> Read<()>,
    /// The value as TOML; `None` where it need not be written.
    write: fn(&Rule) -> Option<String>,
}

pub(super) const APPROVAL: [(&str, bool); 2] = [("silence", false), ("votes", true)];
const MINUS: [(&str, Minus); 3] = [("veto", Minus::Veto), ("block", Minus::Block), ("count", Minus::Count)];
const OBJECTORS: [(&str, Objectors); 3] =
    [("electorate", Objectors::Electorate), ("roster", Objectors::Roster), ("anyone", Objectors::Anyone)];
const BINDING: [(&str, BindingAt); 2] = [("close", BindingAt::Close), ("vote", BindingAt::Vote)];
pub(super) const TIE: [(&str, Tie); 2] = [("fails", Tie::Fails), ("chair", Tie::Chair)];
pub(super) const CALENDAR: [(&str, bool); 2] = [("hours", false), ("business", true)];
pub(super) const CLOSE: [(&str, bool); 2] = [("at-window", false), ("when-decided", true)];
const ON_AMEND: [(&str, OnAmend); 2] = [("restart", OnAmend::Restart), ("keep", OnAmend::Keep)];

/// Every parameter, in the order in which they are read and written.
pub(crate) static PARAMETERS: [Parameter; 34] = [
    row("approval", "\"votes\"", read_approval, |rule| word_for(&APPROVAL, &in_votes(rule))),
    row("min_plus", "3", read_min_plus, |rule| in_votes(rule).then(|| rule.min_plus().to_string())),
    row("majority", "true", read_majority, |rule| in_votes(rule).then(|| rule.is_majority().to_string())),
    row("share", "\"2/3 of roster\"", read_share, |rule| share_of(rule.share())),
    row("quorum", "\"1/2 of roster\"", read_quorum, |rule| share_of(rule.quorum)),
    row(
        "electorate",
        "[\"maintainer\"]",
        |rule, value| set(&mut rule.electorate, electorate(value)),
        written_electorate,
    ),
    row(
        "proposer_counts",
        "true",
        |rule, value| set(&mut rule.proposer_counts, flag(value)),
        |rule| flag_of(rule.proposer_counts),
    ),
    row(
        "binding_at",
        "\"close\"",
        |rule, value| set(&mut rule.binding_at, word(value, &BINDING)),
        |rule| word_for(&BINDING, &rule.binding_at),
    ),
    row(
        "minus",
        "\"block\"",
        |rule, value| set(&mut rule.minus, word(value, &MINUS)),
        |rule| word_for(&MINUS, &rule.minus),
    ),
    row(
        "reason_required",
        "true",
        |rule, value| set(&mut rule.reason_required, flag(value)),
        |rule| flag_of(rule.reason_required),
    ),
    row(
        "who_may_object",
        "\"electorate\"",
        |rule, value| set(&mut rule.who_may_object, word(value, &OBJECTORS)),
        |rule| word_for(&OBJECTORS, &rule.who_may_object),
    ),
    row(
        "veto_holder",
        "\"board\"",
        |rule, value| set(&mut rule.veto_holder, unless_none(value, name)),
        |rule| rule.veto_holder.as_deref().map(quoted),
    ),
    row(
        "veto_override",
        "\"more than 1/2 of roster\"",
        |rule, value| set(&mut rule.veto_override, unless_none(value, share)),
        |rule| share_of(rule.veto_override),
    ),
    row(
        "chair",
        "\"chair\"",
        |rule, value| set(&mut rule.chair, unless_none(value, name)),
        |rule| rule.chair.as_deref().map(quoted),
    ),
    row("tie", "\"fails\"", read_tie, |rule| in_votes(rule).then(|| word_for(&TIE, &rule.tie))?),
    row("calendar", "\"hours\"", read_calendar, |rule| word_for(&CALENDAR, &is_business(rule))),
    row(
        "window",
        "\"72h\"",
        |rule, value| read_window(rule, value).map(|span| rule.window = span),
        |rule| window_of(rule, rule.window),
    ),
    row(
        "max_window",
        "\"14d\"",
        |rule, value| read_window(rule, value).map(|span| rule.max_window = span),
        |rule| window_of(rule, rule.max_window),
    ),
    row("close", "\"at-window\"", read_close, |rule| {
        in_votes(rule).then(|| word_for(&CLOSE, &(rule.close != Close::Window)))?
    }),
    row("min_wait", "\"24h\"", read_min_wait, written_min_wait),
    row("linger", "\"3d\"", read_linger, |rule| (!rule.linger.is_zero()).then(|| span_of(rule.linger))?),
    row(
        "on_amend",
        "\"restart\"",
        |rule, value| set(&mut rule.on_amend, word(value, &ON_AMEND)),
        |rule| word_for(&ON_AMEND, &rule.on_amend),
    ),
    row("settle", "\"15m\"", |rule, value| set(&mut rule.settle, span(value)), |rule| span_of(rule.settle)),
    row(
        "reason_grace",
        "\"24h\"",
        |rule, value| set(&mut rule.reason_grace, span(value)),
        |rule| span_of(rule.reason_grace),
    ),
    row(
        "held_grace",
        "\"24h\"",
        |rule, value| set(&mut rule.held_grace, span(value)),
        |rule| span_of(rule.held_grace),
    ),
    row("follow_up", "\"90d\"", read_follow_up, |rule| span_of(rule.follow_up?)),
    row(
        "on_pass",
        "{ propose = \"role\", role = \"maintainer\" }",
        |rule, value| set(&mut rule.on_pass, unless_none(value, on_pass)),
        written_on_pass,
    ),
    row(
        "strangers_propose",
        "false",
        |rule, value| set(&mut rule.permissions.strangers_propose, flag(value)),
        |rule| flag_of(rule.permissions.strangers_propose),
    ),
    row(
        "withdraw",
        "true",
        |rule, value| set(&mut rule.permissions.withdraw, flag(value)),
        |rule| flag_of(rule.permissions.withdraw),
    ),
    row(
        "amendments",
        "3",
        |rule, value| set(&mut rule.permissions.amendments, count(value)),
        |rule| Some(rule.permissions.amendments.to_string()),
    ),
    row(
        "extensions",
        "1",
        |rule, value| set(&mut rule.permissions.extensions, count(value)),
        |rule| Some(rule.permissions.extensions.to_string()),
    ),
    row(
        "close_by_hand",
        "true",
        |rule, value| set(&mut rule.permissions.close, flag(value)),
        |rule| in_votes(rule).then(|| flag_of(rule.permissions.close))?,
    ),
    row(
        "raise",
        "true",
        |rule, value| set(&mut rule.permissions.raise, flag(value)),
        |rule| flag_of(rule.permissions.raise),
    ),
    row(
        "nominee_votes",
        "false",
        |rule, value| set(&mut rule.permissions.nominee_votes, flag(value)),
        |rule| flag_of(rule.permissions.nominee_votes),
    ),
];

const fn row(
    key: &'static str,
    example: &'static str,
    read: for<'v> fn(&mut Rule, &'v Value<'v>) -> Read<()>,
    write: fn(&Rule) -> Option<String>,
) -> Parameter {
    Parameter { key, example, read, write }
}

/// Reads every parameter that is written into `rule`; `written` gives the value behind a key. What is wrong is left as it was, and
/// told with the parameter.
pub(crate) fn read<'v>(
    rule: &mut Rule,
    written: impl Fn(&'static str) -> Option<&'v Value<'v>>,
) -> Vec<(&'static Parameter, Fault)> {
    let mut faults = Vec::new();
    for row in &PARAMETERS {
        if let Some(value) = written(row.key)
            && let Err(fault) = (row.read)(rule, value)
        {
            faults.push((row, fault));
        }
        if let ("min_wait", Some(calendar)) = (row.key, written("calendar"))
            && calendar.get_ref().as_str() == Some("hours")
            && is_business(rule)
        {
            let fault = Fault { at: calendar.span().start, what: Wrong::HoursAndDays };
            faults.extend(PARAMETERS.iter().find(|row| row.key == "calendar").map(|row| (row, fault)));
        }
    }
    if rule.is_silence() && written("max_window").is_none() {
        // Under a silence rule the window is the whole of it.
        rule.max_window = rule.max_window.max(rule.window);
    }
    faults
}

impl Rule {
    /// The rule's parameters as a configuration writes them, one a line: what is not there has the default of every rule. How
    /// working days are counted is the list's, and so is whose votes bind where there is no roster.
    pub fn to_toml(&self) -> String {
        let lines =
            PARAMETERS.iter().filter_map(|row| Some(format!("{} = {}\n", row.key, (row.write)(self)?)));
        lines.collect()
    }
}

fn set<T>(place: &mut T, value: Read<T>) -> Read<()> {
    value.map(|value| *place = value)
}

fn word_for<T: PartialEq>(words: &Words<T>, meant: &T) -> Option<String> {
    words.iter().find(|(_, other)| other == meant).map(|(word, _)| quoted(word))
}

fn flag_of(flag: bool) -> Option<String> {
    Some(flag.to_string())
}

pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn share_of(share: Option<Share>) -> Option<String> {
    share.map(|share| quoted(&share.to_string()))
}

pub(super) fn span_of(span: Span) -> Option<String> {
    Some(quoted(&span.to_string()))
}

pub(super) fn in_votes(rule: &Rule) -> bool {
    !rule.is_silence()
}

pub(super) fn is_business(rule: &Rule) -> bool {
    matches!(rule.calendar, Calendar::Business(_))
}
