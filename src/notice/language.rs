//! The languages that notices are written in.

use super::words::{Dutch, English, Sentences};
use serde::{Deserialize, Serialize};

/// The language of a list's notices. Votes (`+1`) and commands (`Proposal: withdraw`) are the same in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Dutch.
    #[serde(rename = "nl")]
    Dutch,
}

impl Language {
    /// Every language, the default one first.
    pub const ALL: [Language; 2] = [Language::English, Language::Dutch];

    /// Its tag (RFC 5646), which is also the name of its folder of templates.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Dutch => "nl",
        }
    }

    /// The language of that tag.
    pub fn of(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// Its sentences.
    pub(super) fn says(self) -> &'static dyn Sentences {
        match self {
            Language::English => &English,
            Language::Dutch => &Dutch,
        }
    }
}

/// `1 vote`, `3 votes`: the plural category of a whole number is "one" for 1 and "other" for all else, in English as in Dutch (CLDR).
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.tag()), Some(language));
        }
        assert_eq!(Language::of("NL"), Some(Language::Dutch));
        assert_eq!(Language::of("nl-BE"), None);
    }
}
