//! `plusone rules`: the ready rules, and one rule in plain sentences.

use super::args::Format;
use super::show::named_list;
use super::{CliError, setup, table};
use crate::config::{Config, ListConfig};
use crate::decision::{Approval, Calendar, Minus, Profile, Rule};
use crate::notice::{Language, rule_sentences};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// A line of the list, with stable keys.
#[derive(Debug, Serialize)]
struct Line<'r> {
    name: &'r str,
    approval: String,
    minus: String,
    window: String,
    source: &'r str,
}

/// Lists the ready rules.
pub fn list(format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let lines = Profile::all().iter().map(line);
    match format {
        Format::Json => {
            for line in lines {
                writeln!(out, "{}", serde_json::to_string(&line).map_err(CliError::work)?)?;
            }
        }
        Format::Text => {
            let rows: Vec<Vec<String>> = lines
                .map(|line| {
                    vec![line.name.to_owned(), line.approval, line.minus, line.window, line.source.to_owned()]
                })
                .collect();
            table::print(out, &["RULE", "PASSES BY", "A STANDING -1", "WINDOW", "AFTER"], &rows)?;
        }
    }
    Ok(())
}

/// Explains a ready rule, or with a configuration the rule of one of its kinds. `list` says of which list.
///
/// # Errors
/// Where there is no such rule or kind; where the configuration is at fault.
pub fn show(
    config: Option<&Path>,
    name: &str,
    list: Option<&str>,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let config = config.map(setup::load).transpose()?;
    let kind = config.as_ref().map(|config| kind_of(config, name, list)).transpose()?.flatten();
    let (rule, heading, source) = match (kind, Profile::named(name)) {
        (Some((list, rule)), _) => {
            let source = Profile::named(&rule.name).map(|profile| profile.source.as_str());
            (rule, format!("{name} on the list {}: the rule {}", list.rules.name, rule.name), source)
        }
        (None, Some(profile)) => (&profile.rule, profile.name.to_owned(), Some(profile.source.as_str())),
        (None, None) => return Err(no_such(config.as_ref(), name, list)),
    };
    let sentences = rule_sentences(rule, Language::English);
    if format == Format::Json {
        let shown = Shown { name, rule: &rule.name, source, sentences, toml: rule.to_toml() };
        writeln!(out, "{}", serde_json::to_string(&shown).map_err(CliError::work)?)?;
        return Ok(());
    }
    writeln!(out, "{heading}")?;
    if let Some(source) = source {
        writeln!(out, "after {source}")?;
    }
    writeln!(out)?;
    for sentence in &sentences {
        for (number, line) in textwrap::wrap(sentence, 76).iter().enumerate() {
            writeln!(out, "{}{line}", if number == 0 { "- " } else { "  " })?;
        }
    }
    let kind = if Profile::named(name).is_some() { "KIND" } else { name };
    write!(
        out,
        "\nAll its parameters, as plusone.toml writes them:\n\n[list.kinds.{kind}]\n{}",
        rule.to_toml()
    )?;
    Ok(())
}

#[derive(Debug, Serialize)]
struct Shown<'r> {
    name: &'r str,
    rule: &'r str,
    source: Option<&'r str>,
    sentences: Vec<String>,
    toml: String,
}

/// The rule of a kind of the list that is meant; `None` where no kind has that name.
fn kind_of<'c>(
    config: &'c Config,
    name: &str,
    list: Option<&str>,
) -> Result<Option<(&'c ListConfig, &'c Rule)>, CliError> {
    let has = |list: &'c ListConfig| {
        let kind = list.rules.kinds.iter().find(|(kind, _)| kind == name);
        kind.map(|(_, rule)| (list, rule))
    };
    if let (None, Some(_)) = (list, Profile::named(name))
        && !config.lists.iter().any(|list| has(list).is_some())
    {
        return Ok(None);
    }
    let list = named_list(config, list)?;
    Ok(config.list(&list).and_then(has))
}

fn no_such(config: Option<&Config>, name: &str, list: Option<&str>) -> CliError {
    let rules = Profile::names().collect::<Vec<_>>().join(", ");
    let kinds: Vec<&str> = config
        .iter()
        .flat_map(|config| &config.lists)
        .filter(|config| list.is_none_or(|list| config.rules.name == list))
        .flat_map(|list| list.rules.kinds.iter().map(|(kind, _)| kind.as_str()))
        .collect();
    match config {
        Some(_) => CliError::usage(format!(
            "no kind and no rule is named {name:?}; the kinds are: {}; the ready rules: {rules}",
            kinds.join(", ")
        )),
        None => CliError::usage(format!(
            "no rule is named {name:?}; there are: {rules}; for a kind of your own name its configuration: plusone --config plusone.toml rules show {name}"
        )),
    }
}

fn line(profile: &Profile) -> Line<'_> {
    let rule = &profile.rule;
    Line {
        name: profile.name,
        approval: approval(rule),
        minus: minus(rule),
        window: window(rule),
        source: &profile.source,
    }
}

/// What passes it, in few words: `3 +1, more +1 than -1`.
fn approval(rule: &Rule) -> String {
    let Approval::Votes { min_plus, majority, share } = rule.approval else { return "silence".to_owned() };
    let mut needs = Vec::new();
    if min_plus > 1 || !majority && share.is_none() {
        needs.push(format!("{min_plus} +1"));
    }
    if majority {
        needs.push("more +1 than -1".to_owned());
    }
    needs.extend(share.map(|share| format!("+1 of {share}")));
    needs.extend(rule.quorum.map(|quorum| format!("quorum {quorum}")));
    needs.join(", ")
}

/// What a standing -1 does, in few words.
fn minus(rule: &Rule) -> String {
    let mut said = match rule.minus {
        Minus::Veto => "veto".to_owned(),
        Minus::Block => "blocks".to_owned(),
        Minus::Count => "counts against".to_owned(),
    };
    if rule.reason_required {
        said += " with a reason";
    }
    if let Some(role) = &rule.veto_holder {
        said += &format!("; {role}: veto");
    }
    if rule.veto_override.is_some() {
        said += ", can be overridden";
    }
    said
}

/// How long it is open, in few words: `at least 72h`.
fn window(rule: &Rule) -> String {
    let span = match &rule.calendar {
        Calendar::Business(_) if rule.window.delta().num_seconds() % 86_400 == 0 => {
            format!("{} business days", rule.window.delta().num_days())
        }
        _ => rule.window.to_string(),
    };
    let least = if rule.is_silence() || rule.max_window <= rule.window { "" } else { "at least " };
    let linger = if rule.linger.is_zero() { String::new() } else { format!(", then {}", rule.linger) };
    format!("{least}{span}{linger}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(print: impl FnOnce(&mut Vec<u8>) -> Result<(), CliError>) -> String {
        let mut out = Vec::new();
        print(&mut out).unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_ready_rules_are_listed() {
        insta::assert_snapshot!(printed(|out| list(Format::Text, out)));
        let json = printed(|out| list(Format::Json, out));
        assert_eq!(json.lines().count(), Profile::all().len());
        assert!(json.lines().next().unwrap_or_default().starts_with(r#"{"name":"ovirt-minor","approval":"silence","minus":"blocks with a reason","window":"72h","source":""#), "{json}");
    }

    #[test]
    fn every_ready_rule_is_explained() {
        let all = Profile::names().map(|name| printed(|out| show(None, name, None, Format::Text, out)));
        insta::assert_snapshot!(all.collect::<Vec<_>>().join("\n----\n\n"));
    }

    #[test]
    fn what_is_explained_can_be_pasted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plusone.toml");
        let roster = "[[member]]\nid = \"ann\"\nname = \"Ann\"\naddresses = [\"ann@example.org\"]\nroles = [{ role = \"ptl\" }, { role = \"board\" }]\n[[member]]\nid = \"bob\"\nname = \"Bob\"\naddresses = [\"bob@example.org\"]\n[[member]]\nid = \"cleo\"\nname = \"Cleo\"\naddresses = [\"cleo@example.org\"]\n[[seat]]\nid = \"web\"\nname = \"Web\"\nrepresentatives = [\"ann\"]\n";
        std::fs::write(folder.path().join("roster.toml"), roster).unwrap();
        for profile in Profile::all() {
            let shown = printed(|out| show(None, profile.name, None, Format::Text, out));
            let (_, pasted) = shown.split_once("[list.kinds.KIND]").unwrap();
            let text = format!(
                "[[list]]\nname = \"infra\"\naddress = \"infra@lists.example.org\"\nlist_id = \"infra.lists.example.org\"\nroster = \"roster.toml\"\n[list.tags]\nVOTE = \"own\"\n[list.trust]\nlist_hosts = [\"lists.example.org\"]\n[list.kinds.own]{pasted}"
            );
            std::fs::write(&path, text).unwrap();
            let config = Config::load(&path).unwrap_or_else(|errors| panic!("{}: {errors}", profile.name));
            let (_, rule) = &config.lists[0].rules.kinds[0];
            assert_eq!(*rule, Rule { name: "own".to_owned(), ..profile.rule.clone() });
            let of_kind = printed(|out| show(Some(&path), "own", None, Format::Text, out));
            assert!(of_kind.starts_with("own on the list infra: the rule own\n\n- It "), "{of_kind}");
            assert!(of_kind.ends_with(&format!("[list.kinds.own]{pasted}")), "{of_kind}");
        }
    }

    #[test]
    fn what_there_is_not_is_told_with_what_there_is() {
        let error = show(None, "ovirt", None, Format::Text, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("no rule is named \"ovirt\"; there are: ovirt-minor, "), "{error}");
    }
}
