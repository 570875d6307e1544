//! What `plusone init` writes: two commented files, ready to be edited.

use crate::decision::is_short_name;
use crate::mail::Address;
use toml::Value;

/// The texts of `plusone.toml` and `roster.toml` for a first list, in shadow mode. With the list's posting address, what follows from that
/// is filled in. They load as they are; servers, passwords and people are placeholders.
pub fn starter(list_address_hint: Option<&str>) -> (String, String) {
    let hint = list_address_hint.and_then(Address::parse);
    let (address, domain) = match &hint {
        Some(address) => (address.as_str(), address.domain()),
        None => ("infra@lists.example.org", "lists.example.org"),
    };
    let local = hint.as_ref().map_or("infra", Address::local_part);
    let name = if is_short_name(local) { local } else { "list" };
    // Mailman's usual form; what else is in the address cannot stand in a List-Id.
    let list_id = format!("{name}.{domain}").to_lowercase();
    let quoted = |text: &str| Value::from(text).to_string();
    let fill = |template: &str| {
        template
            .replace("\"NAME\"", &quoted(name))
            .replace("\"ADDRESS\"", &quoted(address))
            .replace("\"LIST-ID\"", &quoted(&list_id))
            .replace("\"HOST\"", &quoted(domain))
    };
    (fill(PLUSONE), ROSTER.to_owned())
}

const PLUSONE: &str = include_str!("starter/plusone.toml");
const ROSTER: &str = include_str!("starter/roster.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::decision::Mode;

    fn loaded(hint: Option<&str>) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let (plusone, roster) = starter(hint);
        std::fs::write(folder.path().join("plusone.toml"), plusone).unwrap();
        std::fs::write(folder.path().join("roster.toml"), roster).unwrap();
        Config::load(&folder.path().join("plusone.toml")).unwrap_or_else(|errors| panic!("{errors}"))
    }

    #[test]
    fn the_files_load_as_they_are_written() {
        let config = loaded(None);
        assert_eq!(config.lists.len(), 1);
        assert_eq!(config.lists[0].rules.mode, Mode::Shadow);
        assert_eq!(config.lists[0].roster.as_ref().map(|roster| roster.members.len()), Some(3));
    }

    #[test]
    fn the_lists_address_is_filled_in() {
        let list = &loaded(Some("Ops.Team@Lists.Example.test")).lists[0];
        assert_eq!(list.rules.name, "Ops.Team");
        assert_eq!(list.address.as_str(), "Ops.Team@lists.example.test");
        assert_eq!(list.list_id, "ops.team.lists.example.test");
        assert_eq!(list.trust.list_hosts, ["lists.example.test"]);
    }

    #[test]
    fn an_odd_address_spoils_nothing() {
        let check = |hint: &str, address: &str| {
            assert_eq!(loaded(Some(hint)).lists[0].address.as_str(), address, "{hint}")
        };
        check("\"a,b\"@example.test", "\"a,b\"@example.test");
        check("a\"b@example.test", "infra@lists.example.org");
        check("x+y@example.test", "x+y@example.test");
        check("no address", "infra@lists.example.org");
        check("", "infra@lists.example.org");
    }
}
