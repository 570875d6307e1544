//! `[list.kinds.KIND]`: a rule's parameters as they are written there, and what is said of those that cannot be read.

use super::problem::quoted;
use super::section::{Section, one_of};
use crate::decision::{PARAMETERS, Parameter, Rule, Value, Wrong, read_parameters};

/// Sets every parameter that the section writes in `rule`, and tells what is wrong; the keys that were told about are returned. Where
/// the rule itself is not `known`, what does not fit it is left untold.
pub(super) fn overridden(section: &Section<'_>, rule: &mut Rule, known: bool) -> Vec<&'static str> {
    let written = |key: &'static str| section.value(key).map(|value| -> &Value<'_> { value });
    let faults = read_parameters(rule, written);
    let mut told = Vec::new();
    for (parameter, fault) in faults {
        told.push(parameter.key);
        if !known && fault.what == Wrong::Silence {
            continue;
        }
        let (what, remedy) = in_words(&section.shown, parameter, &fault.what, rule);
        section.problem(fault.at, what, remedy);
    }
    told
}

/// Where a parameter stands, if it is written.
pub(super) fn place(section: &Section<'_>, key: &str) -> Option<usize> {
    let parameter = PARAMETERS.iter().find(|parameter| parameter.key == key)?;
    section.value(parameter.key).map(|value| value.span().start)
}

/// What is wrong with a value, and what to do.
fn in_words(shown: &str, parameter: &Parameter, wrong: &Wrong, rule: &Rule) -> (String, String) {
    let Parameter { key, example, .. } = parameter;
    let write = format!("write {key} = {example}");
    match wrong {
        Wrong::Type { wanted, is } => (format!("`{key}` in {shown} must be {wanted}, not {is}"), write),
        Wrong::Word { said, known } => {
            (format!("`{key}` in {shown} is {}", quoted(said)), one_of(said, known.iter().copied()))
        }
        Wrong::Span(said) => {
            let business = if matches!(*key, "window" | "max_window" | "min_wait") {
                ", or \"6 business days\""
            } else {
                ""
            };
            (
                format!("`{key}` in {shown} is no length of time: {}", quoted(said)),
                format!("write a number and a unit (s, m, h, d, w): {key} = {example}{business}"),
            )
        }
        Wrong::NoTime => {
            (format!("`{key}` in {shown} is no time at all"), format!("write for example {key} = {example}"))
        }
        Wrong::Share(said) => (
            format!("`{key}` in {shown} is no share: {}", quoted(said)),
            format!(
                "write for example {key} = \"2/3 of roster\", \"more than 1/2 of votes cast\" or \"all of votes cast\""
            ),
        ),
        Wrong::NoPlus => (
            format!("`{key}` in {shown} is 0: it would pass in silence"),
            "write at least 1, or name a silence rule: rule = \"ovirt-minor\"".to_owned(),
        ),
        Wrong::Silence => (
            format!("`{key}` in {shown}: {} passes in silence and counts no +1", rule.name),
            "remove it, or name a rule that counts votes: rule = \"ovirt-substantial\"".to_owned(),
        ),
        Wrong::Name(said) => (
            format!("`{key}` in {shown} names {}, which is no short name", quoted(said)),
            "write up to 64 letters, digits, - _ or .".to_owned(),
        ),
        Wrong::Key(said) => (format!("unknown key {} in `{key}` of {shown}", quoted(said)), write),
        Wrong::HoursAndDays => (
            format!("`{key}` in {shown} counts every hour, and a window beside it is told in business days"),
            "write calendar = \"business\", or the window in hours or days".to_owned(),
        ),
        Wrong::AtWindow => (
            format!("`{key}` in {shown}: the rule never closes before its window ends, so nothing waits"),
            "add close = \"when-decided\", or remove it".to_owned(),
        ),
    }
}
