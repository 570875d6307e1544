//! One value of a profile or a configuration, read as what a parameter wants, or what is wrong with it.

use super::{Electorate, OnPass, Share, Span};
use toml::Spanned;
use toml::de::DeValue;

/// A value with its place in the file.
pub(crate) type Value<'v> = Spanned<DeValue<'v>>;

/// What is wrong with a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte offset where it stands.
    pub at: usize,
    /// What is wrong.
    pub what: Wrong,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is something else than what is wanted.
    Type {
        /// What is wanted.
        wanted: &'static str,
        /// What stands there.
        is: &'static str,
    },
    /// It is none of the words that are understood.
    Word {
        /// What stands there.
        said: String,
        /// What is understood.
        known: Vec<&'static str>,
    },
    /// It is no length of time.
    Span(String),
    /// It is no time at all.
    NoTime,
    /// It is no share.
    Share(String),
    /// It would pass in silence: 0 binding +1.
    NoPlus,
    /// The rule passes in silence and counts no votes.
    Silence,
    /// It is no short name.
    Name(String),
    /// A key of a table within that is not understood.
    Key(String),
    /// Every hour is to count, and a window is told in business days.
    HoursAndDays,
    /// The rule closes at its window's end, so nothing waits.
    AtWindow,
}

pub(super) type Read<T> = Result<T, Fault>;

pub(super) fn fault<T>(value: &Value<'_>, what: Wrong) -> Read<T> {
    Err(Fault { at: value.span().start, what })
}

fn mistyped<T>(value: &Value<'_>, wanted: &'static str) -> Read<T> {
    fault(value, Wrong::Type { wanted, is: kind_of(value.get_ref()) })
}

/// What a value is, as a message says it.
pub(crate) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "other text",
        DeValue::Integer(_) | DeValue::Float(_) => "that number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(super) fn text<'v>(value: &'v Value<'_>) -> Read<&'v str> {
    value.get_ref().as_str().map_or_else(|| mistyped(value, "text in quotes"), Ok)
}

pub(super) fn flag(value: &Value<'_>) -> Read<bool> {
    value.get_ref().as_bool().map_or_else(|| mistyped(value, "true or false"), Ok)
}

pub(super) fn count(value: &Value<'_>) -> Read<u32> {
    let count = value.get_ref().as_integer();
    let count = count.and_then(|count| u32::from_str_radix(count.as_str(), count.radix()).ok());
    count.map_or_else(|| mistyped(value, "a whole number that is not negative"), Ok)
}

/// A few words and what they mean.
pub(super) type Words<T> = [(&'static str, T)];

/// One of a few words.
pub(super) fn word<T: Copy>(value: &Value<'_>, known: &Words<T>) -> Read<T> {
    let said = text(value)?;
    match known.iter().find(|(word, _)| *word == said) {
        Some((_, meant)) => Ok(*meant),
        None => {
            let known = known.iter().map(|(word, _)| *word).collect();
            fault(value, Wrong::Word { said: said.to_owned(), known })
        }
    }
}

pub(super) fn span(value: &Value<'_>) -> Read<Span> {
    let said = text(value)?;
    Span::parse(said).map_or_else(|_| fault(value, Wrong::Span(said.to_owned())), Ok)
}

/// A length of time that is not zero, and whether it is told in business days: `72h`, `6 business days`.
pub(super) fn window(value: &Value<'_>) -> Read<(Span, bool)> {
    let said = text(value)?;
    let days = said.trim().strip_suffix("business days").or(said.trim().strip_suffix("business day"));
    let (span, business) = match days {
        Some(days) => (Span::parse(&format!("{}d", days.trim())), true),
        None => (Span::parse(said), false),
    };
    match span {
        Ok(span) if span.is_zero() => fault(value, Wrong::NoTime),
        Ok(span) => Ok((span, business)),
        Err(_) => fault(value, Wrong::Span(said.to_owned())),
    }
}

/// Whether the value says that a parameter is to be left out.
pub(super) fn is_none(value: &Value<'_>) -> bool {
    value.get_ref().as_str() == Some("none")
}

/// What `read` makes of a value that is not `"none"`.
pub(super) fn unless_none<'v, T>(
    value: &'v Value<'v>,
    read: impl FnOnce(&'v Value<'v>) -> Read<T>,
) -> Read<Option<T>> {
    if is_none(value) { Ok(None) } else { read(value).map(Some) }
}

pub(super) fn share(value: &Value<'_>) -> Read<Share> {
    let said = text(value)?;
    Share::parse(said).map_or_else(|_| fault(value, Wrong::Share(said.to_owned())), Ok)
}

/// A name of a role or a seat.
pub(super) fn name(value: &Value<'_>) -> Read<String> {
    let said = text(value)?;
    if is_short_name(said) { Ok(said.to_owned()) } else { fault(value, Wrong::Name(said.to_owned())) }
}

pub(super) fn names(value: &Value<'_>) -> Read<Vec<String>> {
    match value.get_ref().as_array() {
        Some(array) => array.iter().map(name).collect(),
        None => mistyped(value, "a list in brackets"),
    }
}

/// The table that a value is, which has no keys but `known`.
pub(super) fn table<'v>(
    value: &'v Value<'v>,
    wanted: &'static str,
    known: &[&str],
) -> Read<&'v toml::de::DeTable<'v>> {
    let Some(table) = value.get_ref().as_table() else { return mistyped(value, wanted) };
    match table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        Some(key) => Err(Fault { at: key.span().start, what: Wrong::Key(key.get_ref().as_ref().to_owned()) }),
        None => Ok(table),
    }
}

/// Whose votes bind: roles in brackets, `"roster"`, `"seats"` or `{ seats = [...] }`.
pub(super) fn electorate<'v>(value: &'v Value<'v>) -> Read<Electorate> {
    if value.get_ref().as_array().is_some() {
        return Ok(Electorate::Roster { roles: names(value)? });
    }
    if value.get_ref().as_str().is_some() {
        let seats = word(value, &[("roster", false), ("seats", true)])?;
        let (roles, all) = (Vec::new(), Vec::new());
        return Ok(if seats { Electorate::Seats { seats: all } } else { Electorate::Roster { roles } });
    }
    let table = table(value, "a list of roles, \"roster\" or \"seats\"", &["seats"])?;
    let seats = table.get("seats").map_or(Ok(Vec::new()), names)?;
    Ok(Electorate::Seats { seats })
}

pub(super) fn on_pass<'v>(value: &'v Value<'v>) -> Read<OnPass> {
    let wanted = "a table such as { propose = \"role\", role = \"maintainer\" }";
    let table = table(value, wanted, &["propose", "role"])?;
    let (Some(propose), Some(role)) = (table.get("propose"), table.get("role")) else {
        return fault(value, Wrong::Type { wanted, is: "a table without both" });
    };
    word(propose, &[("role", ())])?;
    Ok(OnPass::Role { role: name(role)? })
}

/// Whether it can stand in file names, Message-IDs and addresses: up to 64 letters, digits, `-`, `_` or `.`.
pub(crate) fn is_short_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !text.starts_with('.')
}
