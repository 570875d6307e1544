//! `[list.tags]` and `[list.kinds.KIND]`: which tag opens a proposal, and by which rule it is decided.

use super::nearest::nearest;
use super::problem::quoted;
use super::roster::is_short_name;
use super::section::{Said, Section, one_of};
use crate::decision::{Approval, Electorate, Minus, Roster, Rule};
use chrono::{DateTime, Utc};
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
pub(super) fn kinds(list: &Section<'_>, team: Team<'_>, live: bool) -> Kinds {
    let reader = Reader { list, team, live };
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
}

/// Where in the file the parameters stand that must go together.
struct Places {
    rule: usize,
    window: usize,
    min_plus: usize,
    electorate: usize,
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
        let said = section.text("rule", "\"ovirt-minor\"");
        let ready = READY.iter().find(|(ready, _)| *ready == name.value).map(|(_, profile)| *profile);
        if !section.has("rule") && ready.is_none() {
            section.missing("rule", "\"ovirt-minor\"");
        }
        let profile = said.map(|said| said.value).or(ready.filter(|_| !section.has("rule")));
        let rule = profile.and_then(Rule::profile);
        if let (Some(said), None) = (said, &rule) {
            let what = format!("no rule is called {}", quoted(said.value));
            section.problem(said.at, what, one_of(said.value, Rule::PROFILES.into_iter()));
        }
        // The parameters are looked at whatever the rule, so that their problems are told as well.
        let (rule, known) = (rule.clone().or_else(|| Rule::profile("ovirt-minor"))?, rule.is_some());
        let at = said.map_or(section.at, |said| said.at);
        let (rule, places) = self.overridden(&section, rule, at, known);
        section.finish();
        if known {
            self.check(&section.shown, &rule, &places);
        }
        known.then_some(rule)
    }

    /// A kind that is only named by a tag.
    fn ready(&self, kind: Said<&str>, profile: &str) -> Option<(String, Rule)> {
        let mut rule = Rule::profile(profile)?;
        rule.electorate = self.electorate(&rule);
        let places = Places { rule: kind.at, window: kind.at, min_plus: kind.at, electorate: kind.at };
        self.check(&format!("the kind {}", kind.value), &rule, &places);
        Some((kind.value.to_owned(), rule))
    }

    fn electorate(&self, rule: &Rule) -> Electorate {
        match self.team {
            Team::None if rule.is_silence() => Electorate::Everyone,
            Team::None => Electorate::Claimed,
            Team::Unread | Team::Read(_) => Electorate::Roster { roles: Vec::new() },
        }
    }

    fn overridden(&self, section: &Section<'_>, mut rule: Rule, at: usize, known: bool) -> (Rule, Places) {
        let mut places = Places { rule: at, window: at, min_plus: at, electorate: at };
        let window = section.some_span("window", "\"72h\"");
        let max_window = section.some_span("max_window", "\"14d\"");
        if let Some(said) = window {
            (rule.window, places.window) = (said.value, said.at);
            // Under a silence rule the window is the whole of it.
            if rule.is_silence() {
                rule.max_window = rule.max_window.max(said.value);
            }
        }
        if let Some(said) = max_window {
            (rule.max_window, places.window) = (said.value, said.at);
        }
        if let Some(said) = section.count("min_plus", "3") {
            places.min_plus = said.at;
            match &mut rule.approval {
                Approval::Votes { min_plus, .. } if said.value > 0 => *min_plus = said.value,
                Approval::Votes { min_plus, .. } => {
                    // Told once: how many there are does not matter any more.
                    *min_plus = 1;
                    section.problem(
                        said.at,
                        format!("`min_plus` in {} is 0: it would pass in silence", section.shown),
                        "write at least 1, or name a silence rule: rule = \"ovirt-minor\"",
                    );
                }
                Approval::Silence if known => section.problem(
                    said.at,
                    format!(
                        "`min_plus` in {}: {} passes in silence and counts no +1",
                        section.shown, rule.name
                    ),
                    "remove it, or name a rule that counts votes: rule = \"ovirt-substantial\"",
                ),
                Approval::Silence => {}
            }
        }
        let minus = section
            .choice("minus", &[("veto", Minus::Veto), ("block", Minus::Block), ("count", Minus::Count)]);
        rule.minus = minus.map_or(rule.minus, |minus| minus.value);
        rule.reason_required = section.flag("reason_required").unwrap_or(rule.reason_required);
        rule.proposer_counts = section.flag("proposer_counts").unwrap_or(rule.proposer_counts);
        rule.settle = section.span("settle", "\"15m\"").map_or(rule.settle, |said| said.value);
        rule.reason_grace =
            section.span("reason_grace", "\"24h\"").map_or(rule.reason_grace, |said| said.value);
        rule.held_grace = section.span("held_grace", "\"24h\"").map_or(rule.held_grace, |said| said.value);
        rule.electorate = self.electorate(&rule);
        if let Some(said) = section.value("electorate") {
            places.electorate = said.span().start;
            let roles = section.texts("electorate", "[\"maintainer\"]");
            let sound = self.check_roles(section, &roles, places.electorate);
            if let (Electorate::Roster { roles: named }, true) = (&mut rule.electorate, sound) {
                *named = roles.iter().map(|role| role.value.to_owned()).collect();
            }
        }
        (rule, places)
    }

    /// Whether the roster has the roles.
    fn check_roles(&self, section: &Section<'_>, roles: &[Said<&str>], at: usize) -> bool {
        let roster = match self.team {
            Team::Read(roster) => roster,
            Team::Unread => return true,
            Team::None => {
                let what =
                    format!("`electorate` in {} names roles, but the list has no roster", section.shown);
                section.problem(
                    at,
                    what,
                    "add roster = \"roster.toml\" to the [[list]], or remove `electorate`",
                );
                return false;
            }
        };
        let known: Vec<&str> =
            roster.members.iter().flat_map(|member| &member.roles).map(|span| span.role.as_str()).collect();
        let unknown: Vec<_> = roles.iter().filter(|role| !known.contains(&role.value)).collect();
        for role in &unknown {
            let mut each: Vec<&str> = known.clone();
            each.sort_unstable();
            each.dedup();
            let remedy = if each.is_empty() {
                "give members their roles in the roster".to_owned()
            } else {
                one_of(role.value, each.into_iter())
            };
            section.problem(
                role.at,
                format!("nobody on the roster has the role {}", quoted(role.value)),
                remedy,
            );
        }
        unknown.is_empty()
    }

    fn check(&self, shown: &str, rule: &Rule, places: &Places) {
        if rule.max_window < rule.window {
            let what = format!(
                "`max_window` in {shown} ({}) is shorter than its `window` ({})",
                rule.max_window, rule.window
            );
            self.list.problem(places.window, what, "raise max_window or lower window");
        }
        match self.team {
            Team::None if self.live && (!rule.is_silence() || rule.minus == Minus::Veto) => {
                let what = format!(
                    "{shown} uses {}: a live list without a roster may only use silence rules, without a veto",
                    rule.name
                );
                let remedy = "add roster = \"roster.toml\" to the [[list]], or keep to tags and kinds with a rule such as \"ovirt-minor\"";
                self.list.problem(places.rule, what, remedy);
            }
            Team::Read(roster) => self.check_passable(shown, rule, roster, places),
            Team::None | Team::Unread => {}
        }
    }

    fn check_passable(&self, shown: &str, rule: &Rule, roster: &Roster, places: &Places) {
        let Electorate::Roster { roles } = &rule.electorate else { return };
        let most = most_voters(roster, roles, rule.min_plus());
        let asked = rule.min_plus();
        if most >= asked {
            return;
        }
        let who = if roles.is_empty() {
            "members of the roster".to_owned()
        } else {
            format!("holders of {}", roles.join(", "))
        };
        let what = format!(
            "{shown} can never pass: it asks for {asked} binding +1, and there are at most {most} {who} at a time"
        );
        let at = [places.min_plus, places.electorate]
            .into_iter()
            .find(|at| *at != places.rule)
            .unwrap_or(places.rule);
        self.list.problem(
            at,
            what,
            "lower min_plus, name more roles in `electorate`, or add members to the roster",
        );
    }
}

/// How many may vote at once, at most, at any time; counting stops at `enough`.
fn most_voters(roster: &Roster, roles: &[String], enough: u32) -> u32 {
    let spans = roster.members.iter().flat_map(|member| &member.roles);
    let mut instants: Vec<DateTime<Utc>> = spans.flat_map(|span| span.since).collect();
    // Whoever votes at some time votes at a beginning, or has always done so.
    instants.push(DateTime::<Utc>::MIN_UTC);
    instants.sort_unstable();
    instants.dedup();
    let mut most = 0;
    for instant in instants {
        most = most.max(u32::try_from(roster.electorate_size(roles, instant)).unwrap_or(u32::MAX));
        if most >= enough {
            break;
        }
    }
    most
}
