//! `[[list]]`.

use super::document::Document;
use super::kinds::{Team, kinds};
use super::nearest::nearest;
use super::problem::{Problem, quoted};
use super::roster::roster;
use super::schedule::parse_schedule;
use super::section::{Said, Section};
use super::working_days::working_days;
use super::{Key, ListConfig, SubmitConfig};
use crate::ballot::{Dialect, WordMeaning};
use crate::decision::{ListRules, Mode, Roster, is_short_name};
use crate::mail::{Address, ListForm, Munging, Trust};
use chrono_tz::Tz;
use std::path::{Path, PathBuf};
use toml::de::DeValue;

/// The languages in which notices can be written.
const LANGUAGES: [(&str, &str); 2] = [("en", "en"), ("nl", "nl")];
/// Mondays at nine.
const DIGEST: &str = "0 9 * * MON";
const ADDRESS: &str = "\"infra@lists.example.org\"";
const MUNGING: [(&str, Munging); 11] = [
    ("mailman", Munging::Mailman),
    ("mailman2", Munging::Mailman2),
    ("ezmlm", Munging::Ezmlm),
    ("google", Munging::Google),
    ("sympa", Munging::Sympa),
    ("groups-io", Munging::GroupsIo),
    ("ietf", Munging::Ietf),
    ("microsoft", Munging::Microsoft),
    ("author-header", Munging::AuthorHeader),
    ("original-sender", Munging::OriginalSender),
    ("none", Munging::None),
];

/// How a form is named in the configuration; `None` for the one that is inferred, which only archives have.
pub fn munging_name(munging: Munging) -> Option<&'static str> {
    MUNGING.iter().find(|(_, known)| *known == munging).map(|(name, _)| *name)
}

/// Reads another file of the configuration.
pub(super) type Files<'f> = dyn Fn(&Path) -> Result<String, Problem> + 'f;

/// Names, addresses and List-Ids that earlier lists have, with the lines where they stand.
#[derive(Default)]
pub(super) struct Taken(Vec<(&'static str, String, u32)>);

impl Taken {
    fn claim(&mut self, section: &Section<'_>, key: &'static str, said: Said<&str>) {
        let lower = said.value.to_lowercase();
        match self.0.iter().find(|(known, value, _)| *known == key && *value == lower) {
            Some((_, _, line)) => {
                let what = format!("the {key} {} is taken: line {line} has it", quoted(said.value));
                section.problem(
                    said.at,
                    what,
                    "two lists share no name, address or List-Id: change one, or remove a copied [[list]]",
                );
            }
            None => self.0.push((key, lower, section.document.line(said.at))),
        }
    }
}

/// Reads one list.
pub(super) fn list(
    mut section: Section<'_>,
    submit: Option<&Said<SubmitConfig>>,
    taken: &mut Taken,
    files: &Files<'_>,
) -> Option<ListConfig> {
    let name = name(&mut section, taken);
    let (address, addresses) = addresses(&section, submit, taken);
    let list_id = list_id(&section, taken);
    let language = section.choice("language", &LANGUAGES).map_or("en", |language| language.value);
    let names_missing = section.flag("name_missing_voters").unwrap_or(false);
    let zone = zone(&section).unwrap_or(Tz::UTC);
    let mode = mode(&section);
    let digest = digest(&section);
    let dialect = dialect(&section);
    let (trust, munging, authserv_id) = trust(&section);
    let path = section.path("roster", "\"roster.toml\"");
    let read = path.as_ref().map(|path| read_roster(&section, path, zone, &addresses, files));
    let team = match &read {
        None if !section.has("roster") => Team::None,
        Some((roster, true)) => Team::Read(roster),
        _ => Team::Unread,
    };
    let days = working_days(&section, zone, files);
    let (tags, kinds) = kinds(&section, team, mode == Mode::Live, &days);
    let prefixes = prefixes(&section, name.map(|name| name.value), address.as_ref());
    section.finish();
    let (name, address, list_id) = (name?.value.to_owned(), address?, list_id?);
    Some(ListConfig {
        rules: ListRules { name, tags, kinds, dialect, mode, zone },
        address,
        list_id,
        language: language.to_owned(),
        names_missing,
        zone,
        digest,
        roster: read.map(|(roster, _)| roster),
        roster_file: path.map(|path| path.value),
        form: ListForm { addresses, prefixes, munging },
        trust,
        authserv_id,
    })
}

fn name<'a>(section: &mut Section<'a>, taken: &mut Taken) -> Option<Said<&'a str>> {
    let name = section.required_text("name", "\"infra\"")?;
    section.shown = format!("[[list]] {}", quoted(name.value));
    if !is_short_name(name.value) {
        section.problem(
            name.at,
            format!("{} is no short name for a list", quoted(name.value)),
            "write up to 64 letters, digits, - _ or .",
        );
    }
    taken.claim(section, "name", name);
    Some(name)
}

/// The posting address; and with it the list's other names.
fn addresses(
    section: &Section<'_>,
    submit: Option<&Said<SubmitConfig>>,
    taken: &mut Taken,
) -> (Option<Address>, Vec<Address>) {
    let address = section.required_text("address", ADDRESS);
    let aliases = section.texts("aliases", &format!("[{ADDRESS}]"));
    let mut all: Vec<Address> = Vec::new();
    let mut read = |key: &str, said: Said<&str>| {
        let address = section.as_address(key, said)?;
        taken.claim(section, "address", said.map(|_| address.as_str()));
        if let Some(submit) = submit.filter(|submit| submit.value.address.same_as(&address)) {
            let what = format!("`from` in [submit] is the list's own address, {address}");
            section.problem(
                submit.at,
                what,
                "send from an address of the engine's own, which need not be subscribed",
            );
        }
        all.push(address.clone());
        Some(address)
    };
    let address = address.and_then(|said| read("address", said));
    for alias in aliases {
        read("aliases", alias);
    }
    (address, all)
}

/// RFC 2919 §2: dot-separated, in lower case since it is compared without regard to case.
fn list_id(section: &Section<'_>, taken: &mut Taken) -> Option<String> {
    let said = section.required_text("list_id", "\"infra.lists.example.org\"")?;
    let sound = said.value.len() <= 255
        && said.value.contains('.')
        && said.value.split('.').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && !"<>()[]:;@\\,\"".contains(c))
        });
    if !sound {
        let what = format!("`list_id` in {} is no List-Id: {}", section.shown, quoted(said.value));
        section.problem(said.at, what, "copy what stands between < and > in the List-Id header of the list's mail, such as \"infra.lists.example.org\"");
    }
    taken.claim(section, "list_id", said);
    Some(said.value.to_lowercase())
}

fn zone(section: &Section<'_>) -> Option<Tz> {
    let said = section.text("zone", "\"Europe/Prague\"")?;
    let zone = said.value.parse::<Tz>().ok();
    if zone.is_none() {
        let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let remedy = match nearest(said.value, known) {
            Some(near) => format!("did you mean {near:?}?"),
            None => "write a zone of the IANA database, such as \"Europe/Prague\" or \"UTC\"".to_owned(),
        };
        section.problem(
            said.at,
            format!("`zone` in {} is no time zone: {}", section.shown, quoted(said.value)),
            remedy,
        );
    }
    zone
}

fn mode(section: &Section<'_>) -> Mode {
    let mode = section.choice("mode", &[("shadow", Mode::Shadow), ("live", Mode::Live)]);
    mode.map_or(Mode::Shadow, |mode| mode.value)
}

fn digest(section: &Section<'_>) -> Option<String> {
    let Some(said) = section.text("digest", &format!("{DIGEST:?}")) else { return Some(DIGEST.to_owned()) };
    if said.value == "off" {
        return None;
    }
    if let Err(why) = parse_schedule(said.value) {
        let what = format!("`digest` in {} is no schedule: {} ({why})", section.shown, quoted(said.value));
        section.problem(
            said.at,
            what,
            "write cron syntax, such as \"0 9 * * MON\" for Mondays at nine, or \"off\"",
        );
    }
    Some(said.value.to_owned())
}

fn dialect(section: &Section<'_>) -> Dialect {
    let known = ["+1", "held", "nothing"];
    let table = section.table("words", "words", "{ \"lgtm\" = \"held\" }");
    let mut words: Vec<(String, WordMeaning)> = Vec::new();
    for (word, value) in table.iter().flat_map(Section::entries) {
        let key = word.value.trim().to_lowercase();
        let example = "\"held\"";
        let Some(said) =
            section.typed("words", value, "\"+1\", \"held\" or \"nothing\"", example, DeValue::as_str)
        else {
            continue;
        };
        let meaning = match said.value {
            "+1" => WordMeaning::Plus,
            "held" => WordMeaning::Held,
            "nothing" => WordMeaning::Nothing,
            other => {
                let what =
                    format!("the word {} means {} in {}", quoted(word.value), quoted(other), section.shown);
                section.problem(said.at, what, super::section::one_of(other, known.into_iter()));
                continue;
            }
        };
        if key.is_empty() || words.iter().any(|(known, _)| *known == key) {
            section.problem(
                word.at,
                format!("the word {} is empty or stands twice in {}", quoted(word.value), section.shown),
                "write each word once; case does not count",
            );
            continue;
        }
        words.push((key, meaning));
    }
    Dialect { words }
}

fn trust(list: &Section<'_>) -> (Trust, Munging, Option<String>) {
    let hosts = "[\"lists.example.org\"]";
    let Some(section) = list.table("trust", "[list.trust]", "a [list.trust] table") else {
        if !list.has("trust") {
            let what = format!(
                "{} lacks [list.trust]: nothing would prove that mail came through the list",
                list.shown
            );
            list.missing_since("trust", what, format!("add [list.trust] with list_hosts = {hosts}"));
        }
        return (Trust::default(), Munging::None, None);
    };
    let said_hosts = section.texts("list_hosts", hosts);
    let list_hosts: Vec<String> =
        said_hosts.iter().filter_map(|host| trusted_host(&section, *host)).collect();
    if !section.has("list_hosts") {
        let what = "[list.trust] lacks `list_hosts`: nothing would prove that mail came through the list";
        section.missing_since(
            "list_hosts",
            what,
            format!("name the hosts that hand list mail to your mail server: list_hosts = {hosts}"),
        );
    } else if let Some(at) = section.empty_array("list_hosts") {
        let what = "`list_hosts` in [list.trust] is empty: no mail would count";
        section.problem(at, what, format!("write for example list_hosts = {hosts}"));
    }
    let bounce_paths = section.texts("bounce", "[\"infra-bounces@lists.example.org\"]");
    let bounce_paths = bounce_paths
        .iter()
        .filter_map(|path| section.as_address("bounce", *path))
        .map(String::from)
        .collect();
    let many = said_hosts.iter().find(|host| host.value.starts_with('*'));
    let all_read = list_hosts.len() == said_hosts.len();
    if let Some(host) = many.filter(|_| all_read && !section.has("bounce")) {
        let what = format!(
            "`list_hosts` in [list.trust] trusts all hosts of a domain, {}, and nothing tells the list's mail from other mail that they hand over",
            quoted(host.value)
        );
        section.problem(
            host.at,
            what,
            "add the reverse-path that the list sends with, such as bounce = [\"infra+*@googlegroups.com\"]",
        );
    }
    let munging = section.choice("munging", &MUNGING).map_or(Munging::None, |munging| munging.value);
    let authserv_id = section.text("authserv_id", "\"mx.example.org\"");
    let authserv_id = authserv_id.and_then(|said| trusted_host(&section, said));
    if let Some(said) = section.text("authors", "\"list\"") {
        check_authors(&section, said);
    }
    section.finish();
    (Trust { list_hosts, bounce_paths, archive: false }, munging, authserv_id)
}

/// A host's name or address, or `*.` and a domain for all hosts of that domain; in lower case.
fn trusted_host(section: &Section<'_>, said: Said<&str>) -> Option<String> {
    let host = said.value.to_lowercase();
    let named = host.strip_prefix("*.").filter(|domain| domain.contains('.')).unwrap_or(&host);
    let sound = !named.is_empty()
        && host.len() <= 255
        && named.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    if !sound {
        let what =
            format!("{} in [list.trust] is no host: a name or an address is meant", quoted(said.value));
        section.problem(said.at, what, "write for example \"lists.example.org\" or \"192.0.2.25\"");
    }
    sound.then_some(host)
}

fn check_authors(section: &Section<'_>, said: Said<&str>) {
    match said.value {
        "list" => {}
        "authenticated" | "signed" => {
            let what = format!("authors = {:?} is not supported in this version", said.value);
            section.problem(
                said.at,
                what,
                "write authors = \"list\": whose mail the list accepts is taken to be who the mail says",
            );
        }
        other => section.problem(
            said.at,
            format!("`authors` in [list.trust] is {}", quoted(other)),
            "write authors = \"list\"",
        ),
    }
}

/// The names in the list's subject prefix.
fn prefixes(section: &Section<'_>, name: Option<&str>, address: Option<&Address>) -> Vec<String> {
    let said = section.texts("prefix", "[\"Infra\"]");
    let mut named: Vec<&str> = said.iter().map(|prefix| prefix.value.trim_matches(['[', ']', ' '])).collect();
    if !section.has("prefix") {
        named.extend(name);
        named.extend(address.map(Address::local_part));
    }
    let mut prefixes: Vec<String> = Vec::new();
    for prefix in named.into_iter().filter(|prefix| !prefix.is_empty()) {
        if !prefixes.iter().any(|known| known.to_lowercase() == prefix.to_lowercase()) {
            prefixes.push(prefix.to_owned());
        }
    }
    prefixes
}

/// The roster, and whether it is sound.
fn read_roster(
    section: &Section<'_>,
    path: &Said<PathBuf>,
    zone: Tz,
    addresses: &[Address],
    files: &Files<'_>,
) -> (Roster, bool) {
    let text = match files(&path.value) {
        Ok(text) => text,
        Err(problem) => {
            let what = format!("`roster` in {}: {}: {}", section.shown, problem.file.display(), problem.what);
            section.problem(path.at, what, problem.remedy);
            return (Roster::default(), false);
        }
    };
    let (roster, problems, keys) = roster_from(&path.value, &text, zone, addresses);
    let sound = problems.is_empty();
    section.document.take_over(problems);
    keys.into_iter().for_each(|key| section.document.asked(key));
    (roster, sound)
}

/// A roster's text, read.
pub(super) fn roster_from(
    path: &Path,
    text: &str,
    zone: Tz,
    addresses: &[Address],
) -> (Roster, Vec<Problem>, Vec<Key>) {
    let (document, table) = Document::parse(path, text);
    let roster = roster(&document, &table, zone, addresses);
    let (problems, keys) = document.finish();
    (roster, problems, keys.into_iter().collect())
}
