//! A table of the configuration: typed values by key, and what stands there that nobody asked for.

use super::document::Document;
use super::nearest::nearest;
use super::problem::quoted;
use crate::decision::{Span, kind_of};
use crate::mail::Address;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and the byte offset where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<T> {
    /// The value.
    pub(super) value: T,
    /// Its byte offset in the file.
    pub(super) at: usize,
}

impl<T> Said<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Said<U> {
        Said { value: change(self.value), at: self.at }
    }
}

/// One table. Every key that is asked for is known; [`Section::finish`] reports the others.
pub(super) struct Section<'a> {
    pub(super) document: &'a Document<'a>,
    /// As the documentation heads it: `[list.kinds.KIND]`.
    id: &'static str,
    /// As messages name it: `[list.kinds.minor]`.
    pub(super) shown: String,
    table: &'a DeTable<'a>,
    /// Where it begins.
    pub(super) at: usize,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        document: &'a Document<'a>,
        id: &'static str,
        shown: String,
        table: &'a DeTable<'a>,
        at: usize,
    ) -> Self {
        Section { document, id, shown, table, at, known: RefCell::default() }
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(&self) {
        let known = self.known.borrow();
        for key in self.table.keys().filter(|key| !known.contains(key.get_ref().as_ref())) {
            let said = key.get_ref();
            let remedy = match nearest(said, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("remove it; known here: {}", list_of(known.iter().copied())),
            };
            self.problem(key.span().start, format!("unknown key {} in {}", quoted(said), self.shown), remedy);
        }
    }

    /// Notes what is wrong at a byte offset.
    pub(super) fn problem(&self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.document.problem(at, what, remedy);
    }

    /// Says that a required key is missing.
    pub(super) fn missing(&self, key: &str, example: &str) {
        self.missing_since(key, format!("{} lacks `{key}`", self.shown), format!("add {key} = {example}"));
    }

    /// Says what is wrong because a key is missing; unless it is there, mistyped, which [`Section::finish`] will say.
    pub(super) fn missing_since(&self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let known = self.known.borrow();
        let others =
            self.table.keys().map(|other| other.get_ref().as_ref()).filter(|other| !known.contains(other));
        if !others.into_iter().any(|other| nearest(other, [key]).is_some()) {
            self.document.missing(self.at, what, remedy);
        }
    }

    /// Whether the key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value, untyped.
    pub(super) fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.borrow_mut().insert(key);
        self.document.asked((self.id, key));
        self.table.get(key)
    }

    /// Text; `example` is a value as it would be written.
    pub(super) fn text(&self, key: &'static str, example: &str) -> Option<Said<&'a str>> {
        let value = self.value(key)?;
        self.typed(key, value, "text in quotes", example, DeValue::as_str)
    }

    /// Text that must be there.
    pub(super) fn required_text(&self, key: &'static str, example: &str) -> Option<Said<&'a str>> {
        if self.value(key).is_none() {
            self.missing(key, example);
        }
        self.text(key, example)
    }

    /// Several texts; none where the key is absent.
    pub(super) fn texts(&self, key: &'static str, example: &str) -> Vec<Said<&'a str>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let array = self.typed(key, value, "a list in brackets", example, DeValue::as_array);
        let items = array.map(|array| array.value.iter()).into_iter().flatten();
        items.filter_map(|item| self.typed(key, item, "text in quotes", example, DeValue::as_str)).collect()
    }

    /// Where a list stands that has nothing in it.
    pub(super) fn empty_array(&self, key: &'static str) -> Option<usize> {
        let value = self.value(key)?;
        value.get_ref().as_array().filter(|array| array.is_empty()).map(|_| value.span().start)
    }

    /// A whole number, not negative.
    pub(super) fn count(&self, key: &'static str, example: &str) -> Option<Said<u32>> {
        let value = self.value(key)?;
        let count = |value: &'a DeValue<'a>| {
            value.as_integer().and_then(|count| u32::from_str_radix(count.as_str(), count.radix()).ok())
        };
        self.typed(key, value, "a whole number that is not negative", example, count)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        self.typed(key, value, "true or false", "true", DeValue::as_bool).map(|flag| flag.value)
    }

    /// A length of time.
    pub(super) fn span(&self, key: &'static str, example: &str) -> Option<Said<Span>> {
        let said = self.text(key, example)?;
        match Span::parse(said.value) {
            Ok(span) => Some(said.map(|_| span)),
            Err(_) => {
                let what = format!("`{key}` in {} is no length of time: {}", self.shown, quoted(said.value));
                self.problem(
                    said.at,
                    what,
                    format!("write a number and a unit (s, m, h, d, w): {key} = {example}"),
                );
                None
            }
        }
    }

    /// A length of time that must not be zero.
    pub(super) fn some_span(&self, key: &'static str, example: &str) -> Option<Said<Span>> {
        let said = self.span(key, example)?;
        if said.value.is_zero() {
            let what = format!("`{key}` in {} is no time at all", self.shown);
            self.problem(said.at, what, format!("write for example {key} = {example}"));
            return None;
        }
        Some(said)
    }

    /// A path, relative to the file's folder.
    pub(super) fn path(&self, key: &'static str, example: &str) -> Option<Said<PathBuf>> {
        let said = self.text(key, example)?;
        let fault = match said.value {
            "" => "is empty",
            path if path.starts_with("~/") => "begins with ~, which only shells understand",
            path if path.contains('\0') => "holds a NUL character",
            path => return Some(Said { value: self.document.path(path), at: said.at }),
        };
        let remedy = format!("write a path, absolute or from this file's folder: {key} = {example}");
        self.problem(said.at, format!("`{key}` in {} {fault}", self.shown), remedy);
        None
    }

    /// An address, such as `infra@lists.example.org`.
    pub(super) fn as_address(&self, key: &str, said: Said<&str>) -> Option<Address> {
        let address = Address::parse(said.value).filter(|_| !said.value.contains(['<', '>']));
        if address.is_none() {
            let what = format!("`{key}` in {} is no mail address: {}", self.shown, quoted(said.value));
            self.problem(said.at, what, "write it as name@domain, such as \"ann@example.org\"");
        }
        address
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, known: &[(&str, T)]) -> Option<Said<T>> {
        let example = known.first().map_or_else(String::new, |(word, _)| format!("{word:?}"));
        let said = self.text(key, &example)?;
        let found = known.iter().find(|(word, _)| *word == said.value);
        if found.is_none() {
            let what = format!("`{key}` in {} is {}", self.shown, quoted(said.value));
            self.problem(said.at, what, one_of(said.value, known.iter().map(|(word, _)| *word)));
        }
        found.map(|(_, value)| said.map(|_| *value))
    }

    /// A table within this one.
    pub(super) fn table(&self, key: &'static str, id: &'static str, example: &str) -> Option<Section<'a>> {
        let value = self.value(key)?;
        let table = self.typed(key, value, "a table", example, DeValue::as_table)?;
        Some(Section::new(self.document, id, id.to_owned(), table.value, table.at))
    }

    /// The tables of a list of tables.
    pub(super) fn tables(&self, key: &'static str, id: &'static str, example: &str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let array = self.typed(key, value, "a list of tables", example, DeValue::as_array);
        let items = array.map(|array| array.value.iter()).into_iter().flatten();
        items
            .filter_map(|item| self.typed(key, item, "a list of tables", example, DeValue::as_table))
            .map(|table| Section::new(self.document, id, id.to_owned(), table.value, table.at))
            .collect()
    }

    /// The entries of a table whose keys are free, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Said<&'a str>, &'a Spanned<DeValue<'a>>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (Said { value: key.get_ref().as_ref(), at: key.span().start }, value))
            .collect();
        entries.sort_by_key(|(key, _)| key.at);
        entries
    }

    /// `value` as a type, or the problem that it is another.
    pub(super) fn typed<T>(
        &self,
        key: &str,
        value: &'a Spanned<DeValue<'a>>,
        wanted: &str,
        example: &str,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<Said<T>> {
        let at = value.span().start;
        let Some(value) = read(value.get_ref()) else {
            let is = kind_of(value.get_ref());
            let what = format!("`{key}` in {} must be {wanted}, not {is}", self.shown);
            self.problem(at, what, format!("write {key} = {example}"));
            return None;
        };
        Some(Said { value, at })
    }
}

/// What to do about a word that is none of `known`.
pub(super) fn one_of<'k>(said: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    match nearest(said, known.clone()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("write one of {}", list_of(known)),
    }
}

fn list_of<'k>(words: impl Iterator<Item = &'k str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
