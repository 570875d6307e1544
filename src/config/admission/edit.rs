//! The change in the file's own layout.

use super::Change;
use chrono::NaiveDate;
use toml_edit::{
    Array, ArrayOfTables, Decor, DocumentMut, InlineTable, Item, Key, RawString, Table, Value, value,
};

/// The byte order mark that some editors put at a file's head.
const MARK: &str = "\u{feff}";

/// The text with the change; line endings are `\n`. `None` where the members or their roles are written in another way than as tables and
/// lists of tables.
pub(super) fn edited(text: &str, change: &Change<'_>, role: &str, since: NaiveDate) -> Option<String> {
    let (mark, text) = text.strip_prefix(MARK).map_or(("", text), |text| (MARK, text));
    let mut document: DocumentMut = text.replace("\r\n", "\n").parse().ok()?;
    let members = document.get_mut("member")?.as_array_of_tables_mut()?;
    match change {
        Change::Member { id, name, address } => {
            let mut table = Table::new();
            let width = members.iter().last().and_then(key_columns);
            let mut roles = Array::new();
            roles.push(Value::from(span(role, since)));
            let mut addresses = Array::new();
            addresses.push(address.as_str());
            insert(&mut table, "id", value(id), width);
            insert(&mut table, "name", value(*name), width);
            insert(&mut table, "addresses", value(addresses), width);
            insert(&mut table, "roles", value(roles), width);
            table.decor_mut().set_prefix("\n");
            members.push(table);
        }
        Change::Role { id } => {
            let has_id = |table: &&mut Table| table.get("id").and_then(Item::as_str) == Some(id.as_str());
            let member = members.iter_mut().find(has_id)?;
            give_role(member, role, since)?;
        }
    }
    Some(format!("{mark}{document}"))
}

fn give_role(member: &mut Table, role: &str, since: NaiveDate) -> Option<()> {
    let width = key_columns(member);
    match member.get_mut("roles") {
        None => {
            let mut roles = Array::new();
            roles.push(Value::from(span(role, since)));
            insert(member, "roles", value(roles), width);
        }
        Some(Item::Value(Value::Array(roles))) => append(roles, Value::from(span(role, since))),
        Some(Item::ArrayOfTables(roles)) => roles.push(table(roles, role, since)),
        Some(_) => return None,
    }
    Some(())
}

fn span(role: &str, since: NaiveDate) -> InlineTable {
    let mut span = InlineTable::new();
    span.insert("role", role.into());
    span.insert("since", since.to_string().into());
    span
}

/// A `[[member.roles]]`, set apart as the one before it is.
fn table(others: &ArrayOfTables, role: &str, since: NaiveDate) -> Table {
    let last = others.iter().last();
    let width = last.and_then(key_columns);
    let mut table = Table::new();
    insert(&mut table, "role", value(role), width);
    insert(&mut table, "since", value(since.to_string()), width);
    let prefix = last.map(|last| text(last.decor().prefix())).filter(|prefix| prefix.trim().is_empty());
    table.decor_mut().set_prefix(prefix.unwrap_or("\n"));
    table
}

/// How many columns keys take up to their `=`, where they are aligned.
fn key_columns(table: &Table) -> Option<usize> {
    let keys: Vec<&Key> = table.iter().filter_map(|(key, _)| table.key(key)).collect();
    let columns = |key: &&Key| {
        let suffix = key.leaf_decor().suffix().and_then(RawString::as_str).unwrap_or(" ");
        key.get().len() + suffix.len()
    };
    let first = keys.first().map(columns)?;
    let unlike = keys.windows(2).any(|two| matches!(two, [a, b] if a.get().len() != b.get().len()));
    (unlike && keys.iter().all(|key| columns(key) == first)).then_some(first)
}

fn insert(table: &mut Table, key: &str, item: Item, width: Option<usize>) {
    let spaces = width.map_or(1, |width| width.saturating_sub(key.len()).max(1));
    let key = Key::new(key).with_leaf_decor(Decor::new("", " ".repeat(spaces)));
    table.insert_formatted(&key, item);
}

fn text(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

/// Appends to a list on one line or on several: as its last value stands, and behind the comments on that.
fn append(list: &mut Array, mut new: Value) {
    let trailing = list.trailing().as_str().unwrap_or_default().to_owned();
    let Some(last) = list.len().checked_sub(1).and_then(|last| list.get_mut(last)) else {
        list.push_formatted(new);
        return;
    };
    let indent = text(last.decor().prefix()).to_owned();
    let gap = text(last.decor().suffix()).to_owned() + &trailing;
    last.decor_mut().set_suffix("");
    match (gap.rfind('\n'), indent.rfind('\n')) {
        (Some(close), Some(line)) => {
            let (comments, closing) = gap.split_at(close);
            let own_line = indent.get(line..).unwrap_or("\n");
            new.decor_mut().set_prefix(format!("{comments}{own_line}"));
            list.set_trailing(closing);
        }
        _ => {
            new.decor_mut().set_prefix(" ");
            list.set_trailing(gap);
        }
    }
    list.push_formatted(new);
}
