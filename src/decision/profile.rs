//! Ready rules: one TOML file each in `profiles/`, with the bylaws that it follows.

use super::Rule;
use super::parameters::read;
use std::sync::LazyLock;
use toml::de::DeTable;

/// A ready rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it follows: a team's bylaws, by their public name.
    pub source: String,
    /// The rule.
    pub rule: Rule,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Names and texts, in the order in which they are listed.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("profiles/", $name, ".toml")))),+];
    };
}

files![
    "ovirt-minor",
    "ovirt-substantial",
    "apache-lazy-consensus",
    "apache-consensus",
    "apache-majority",
    "simple-majority",
    "two-thirds",
    "unanimous",
    "gdal-psc",
    "openstack-tc",
    "centos-board",
    "winterscale-council",
    "hackalot-admission",
    "ovirt-membership",
];

impl Profile {
    /// Every ready rule, in the order in which they are listed.
    pub fn all() -> &'static [Profile] {
        // A file that could not be read would be left out; the test below holds that none is.
        static ALL: LazyLock<Vec<Profile>> =
            LazyLock::new(|| FILES.iter().filter_map(|(name, text)| parsed(name, text).ok()).collect());
        &ALL
    }

    /// The ready rule of that name.
    pub fn named(name: &str) -> Option<&'static Profile> {
        Profile::all().iter().find(|profile| profile.name == name)
    }

    /// The names of the ready rules, in the order in which they are listed.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FILES.iter().map(|(name, _)| *name)
    }
}

/// Reads a profile's text: `source`, and the parameters that differ from [`Rule::lazy`]'s.
fn parsed(name: &'static str, text: &str) -> Result<Profile, String> {
    let table = DeTable::parse(text).map_err(|error| error.to_string())?;
    let table = table.get_ref();
    let source = table.get("source").and_then(|source| source.get_ref().as_str()).unwrap_or_default();
    let mut rule = Rule { name: name.to_owned(), ..Rule::lazy() };
    let faults = read(&mut rule, |key| table.get(key));
    if let Some((parameter, fault)) = faults.first() {
        return Err(format!("{}: {:?}", parameter.key, fault.what));
    }
    Ok(Profile { name, source: source.to_owned(), rule })
}

#[cfg(test)]
mod tests {
    use super::super::PARAMETERS;
    use super::*;

    #[test]
    fn every_file_is_read_and_says_where_it_is_from() {
        for (name, text) in FILES {
            let profile = parsed(name, text).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(!profile.source.is_empty(), "{name}");
            assert_eq!(Profile::named(name), Some(&profile));
            let table = DeTable::parse(text).unwrap();
            for key in table.get_ref().keys().map(|key| key.get_ref().as_ref()) {
                let known = PARAMETERS.iter().any(|parameter| parameter.key == key);
                assert!(known || key == "source", "{name}: {key}");
            }
        }
        assert_eq!(Profile::all().len(), FILES.len());
    }

    #[test]
    fn every_parameter_comes_back_as_it_was_written() {
        for profile in Profile::all() {
            let text = profile.rule.to_toml();
            let table = DeTable::parse(&text).unwrap();
            let mut rule = Rule { name: profile.name.to_owned(), ..Rule::lazy() };
            let faults = read(&mut rule, |key| table.get_ref().get(key));
            assert!(faults.is_empty(), "{text}");
            assert_eq!(rule, profile.rule, "{text}");
        }
    }
}
