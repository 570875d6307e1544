//! `[list.tags]` and `[list.kinds.KIND]`: which tag opens a proposal, and by which rule it is decided.

use super::nearest::nearest;
use super::parameters::{overridden, place};
use super::problem::quoted;
use super::section::{Said, Section, one_of};
use super::sound::Looked;
use crate::decision::{Calendar, Electorate, Profile, Roster, Rule, WorkingDays, is_short_name};
use toml::de::DeValue;

/// The kinds that need no `[list.kinds]`, with their profiles.
const READY: [(&str, &str); 2] = [("minor", "ovirt-minor"), ("substantial", "ovirt-substantial")];
/// The tags of a list that names none.
const TAGS: [(&str, &str); 2] = [("PROPOSAL", "minor"), ("VOTE", "substantial")];

/// Who could vote on the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Team<'r> {
    /// There is no roster.
    None,
    /// There is one, with problems of its own.
    Unread,
    /// The roster.
    Read(&'r Roster),
}

/// The list's tags with their kinds, and its kinds with their rules.
pub(super) type Kinds = (Vec<(String, String)>, Vec<(String, Rule)>);

/// Reads both tables.
pub(super) fn kinds(list: &Section<'_>, team: Team<'_>, live: bool, days: &WorkingDays) -> Kinds {
    let reader = Reader { list, team, live, days };
    let mut kinds = Vec::new();
    let configured = list.table("kinds", "[list.kinds]", "[list.kinds.minor] tables");
    let mut broken = Vec::new();
    for (name, value) in configured.iter().flat_map(Section::entries) {
        match reader.configured(name, value) {
            Some(rule) => kinds.push((name.value.to_owned(), rule)),
            None => broken.push(name.value),
        }
    }
    let mut tags: Vec<(String, String)> = Vec::new();
    for (tag, kind) in reader.tags() {
        if let Some(earlier) = tags.iter().find(|(earlier, _)| earlier.to_lowercase() == tag.to_lowercase()) {
            let what =
                format!("the tag {} stands twice in [list.tags]: case does not count", quoted(&earlier.0));
            list.problem(kind.at, what, "remove one");
            continue;
        }
        tags.push((tag.clone(), kind.value.to_owned()));
        if broken.contains(&kind.value) || kinds.iter().any(|(known, _)| known == kind.value) {
            continue;
        }
        match READY.iter().find(|(ready, _)| *ready == kind.value) {
            Some((_, profile)) => kinds.extend(reader.ready(kind, profile)),
            None => {
                let what = format!(
                    "the tag {} names the kind {}, which there is not",
                    quoted(&tag),
                    quoted(kind.value)
                );
                let known =
                    kinds.iter().map(|(known, _)| known.as_str()).chain(READY.map(|(ready, _)| ready));
                let add = format!("add [list.kinds.{}] with its rule", plain(kind.value));
                let remedy = match nearest(kind.value, known) {
                    Some(near) => format!("did you mean {near:?}? Otherwise {add}"),
                    None => add,
                };
                list.problem(kind.at, what, remedy);
            }
        }
    }
    (tags, kinds)
}

/// A kind's name where it can stand in a table's header.
fn plain(kind: &str) -> &str {
    if is_short_name(kind) { kind } else { "NAME" }
}

struct Reader<'l, 'r> {
    list: &'l Section<'l>,
    team: Team<'r>,
    live: bool,
    days: &'r WorkingDays,
}

impl<'l> Reader<'l, '_> {
    fn tags(&self) -> Vec<(String, Said<&'l str>)> {
        let table = self.list.table("tags", "[list.tags]", "a [list.tags] table");
        let Some(table) = table else {
            let at = self.list.at;
            return TAGS.iter().map(|(tag, kind)| ((*tag).to_owned(), Said { value: *kind, at })).collect();
        };
        let entries = table.entries();
        if entries.is_empty() {
            table.problem(
                table.at,
                "[list.tags] is empty: nothing could be proposed",
                "write for example \"PROPOSAL\" = \"minor\"",
            );
        }
        let mut tags = Vec::new();
        for (tag, value) in entries {
            let name = tag.value.trim();
            if name.is_empty()
                || name.len() > 64
                || name.contains(|c: char| c.is_control() || matches!(c, '[' | ']'))
            {
                table.problem(
                    tag.at,
                    format!("{} is no tag", quoted(tag.value)),
                    "write what stands between the brackets of a subject, without them: \"PROPOSAL\"",
                );
                continue;
            }
            let kind = table.typed(name, value, "the name of a kind", "\"minor\"", DeValue::as_str);
            tags.extend(kind.map(|kind| (name.to_owned(), kind)));
        }
        tags
    }

    /// `[list.kinds.NAME]`.
    fn configured(&self, name: Said<&str>, value: &'l toml::Spanned<DeValue<'l>>) -> Option<Rule> {
        let document = self.list.document;
        if !is_short_name(name.value) {
            document.problem(
                name.at,
                format!("the kind {} has no short name", quoted(name.value)),
                "write up to 64 letters, digits, - _ or .",
            );
        }
        let shown = format!("[list.kinds.{}]", plain(name.value));
        let table =
            self.list.typed("kinds", value, "tables", "[list.kinds.minor] tables", DeValue::as_table)?;
        let section = Section::new(document, "[list.kinds.KIND]", shown, table.value, name.at);
        let mut rule = self.base(name.value, &section);
        let known = rule.is_some();
        // The parameters are looked at whatever the rule, so that their problems are told as well.
        let mut looked_at = rule.take().unwrap_or_else(Rule::lazy);
        looked_at.electorate = self.electorate(&looked_at);
        let told = overridden(&section, &mut looked_at, known);
        section.finish();
        if !known {
            return None;
        }
        let rule = self.fitted(looked_at);
        let at = section.value("rule").map_or(section.at, |said| said.span().start);
        let place = |key: &str| place(&section, key);
        let Reader { list, team, live, .. } = *self;
        Looked { list, shown: &section.shown, rule: &rule, at, place: &place, told: &told, team, live }
            .check();
        Some(rule)
    }

    /// The rule whose parameters are overridden: a profile, or where the table writes a whole rule of its own, every rule's defaults.
    fn base(&self, kind: &str, section: &Section<'_>) -> Option<Rule> {
        if let Some(said) = section.text("rule", "\"ovirt-minor\"") {
            let rule = Rule::profile(said.value);
            if rule.is_none() {
                let what = format!("no rule is called {}", quoted(said.value));
                section.problem(said.at, what, one_of(said.value, Profile::names()));
            }
            return rule;
        }
        if section.has("rule") {
            return None;
        }
        if section.has("approval") {
            for (key, example) in [("window", "\"72h\""), ("minus", "\"block\"")] {
                if !section.has(key) {
                    let what = format!("{} writes a rule of its own and lacks `{key}`", section.shown);
                    section.missing_since(key, what, format!("add {key} = {example}"));
                }
            }
            let votes = section.value("approval").and_then(|said| said.get_ref().as_str()) == Some("votes");
            if votes && !["min_plus", "majority", "share"].iter().any(|key| section.has(key)) {
                let what = format!("{} does not say how many votes it takes", section.shown);
                section.missing_since(
                    "min_plus",
                    what,
                    "add min_plus = 3, majority = true or share = \"2/3 of roster\"",
                );
            }
            return Some(Rule { name: kind.to_owned(), ..Rule::lazy() });
        }
        let ready = READY.iter().find(|(ready, _)| *ready == kind);
        if ready.is_none() {
            let what = format!("{} lacks `rule`", section.shown);
            let remedy = "add rule = \"ovirt-minor\", or write a rule of its own: approval = \"silence\" or \"votes\", window, minus";
            section.missing_since("rule", what, remedy);
        }
        ready.and_then(|(_, profile)| Rule::profile(profile))
    }

    /// A kind that is only named by a tag.
    fn ready(&self, kind: Said<&str>, profile: &str) -> Option<(String, Rule)> {
        let mut rule = Rule::profile(profile)?;
        rule.electorate = self.electorate(&rule);
        let rule = self.fitted(rule);
        let (shown, at) = (format!("the kind {}", kind.value), kind.at);
        let Reader { list, team, live, .. } = *self;
        Looked { list, shown: &shown, rule: &rule, at, place: &|_| None, told: &[], team, live }.check();
        Some((kind.value.to_owned(), rule))
    }

    /// Whose votes bind where the kind does not say.
    fn electorate(&self, rule: &Rule) -> Electorate {
        match (&self.team, &rule.electorate) {
            (Team::Unread | Team::Read(_), electorate) => electorate.clone(),
            (Team::None, Electorate::Roster { roles }) if roles.is_empty() => Electorate::Everyone,
            (Team::None, other) => other.clone(),
        }
    }

    /// The rule as this list has it: its working days, and without a roster whoever writes.
    fn fitted(&self, mut rule: Rule) -> Rule {
        if let Calendar::Business(days) = &mut rule.calendar {
            *days = self.days.clone();
        }
        if matches!(self.team, Team::None) && !rule.is_silence() && rule.electorate == Electorate::Everyone {
            rule.electorate = Electorate::Claimed;
        }
        rule
    }
}
