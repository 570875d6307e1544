//! The author's own words: a message's text with everything that somebody or something else wrote taken away.

use serde::{Deserialize, Serialize};

/// The text of a message, each line either the author's own or removed as something named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnWords {
    /// The author's own lines in order; blank ones between them are kept.
    pub lines: Vec<Line>,
    /// What was removed, in order, without overlap.
    pub removed: Vec<Removed>,
}

/// One line of the author's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the decoded text, from 1.
    pub number: u32,
    /// The text without its line end; format=flowed lines are joined (RFC 3676) and numbered by their first.
    pub text: String,
    /// Whether it is the author's own beyond doubt. A vote found only on an uncertain line is held.
    pub certain: bool,
}

/// Lines that are not the author's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// First and last line, from 1, inclusive.
    pub lines: (u32, u32),
    /// As what they were removed.
    #[serde(rename = "as")]
    pub region: Region,
}

/// What a removed region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Somebody else's words, quoted.
    Quote,
    /// The line that says whose words follow ("On … wrote:").
    Attribution,
    /// The signature behind `-- ` (RFC 3676 §4.3), "Sent from my …".
    Signature,
    /// A forwarded or original-message block.
    Forward,
    /// What a list or a company appended.
    Footer,
    /// PGP armour.
    Armour,
}

impl OwnWords {
    /// The own lines joined by line feeds, white space at the ends taken off: what `own_words_sha256` is over.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.trim_end()).collect();
        lines.join("\n").trim().to_owned()
    }

    /// Whether the author wrote nothing at all.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.text.trim().is_empty())
    }

    /// Whether quoted text stands somewhere above line `number`.
    pub fn quoted_above(&self, number: u32) -> bool {
        self.removed.iter().any(|part| part.region == Region::Quote && part.lines.1 < number)
    }

    /// Whether quoted text stands somewhere below line `number`.
    pub fn quoted_below(&self, number: u32) -> bool {
        self.removed.iter().any(|part| part.region == Region::Quote && part.lines.0 > number)
    }

    /// The author's own words as if the whole text were theirs: every line certain, nothing removed.
    pub fn plain(text: &str) -> Self {
        let lines = text.lines().zip(1u32..).map(|(text, number)| Line {
            number,
            text: text.to_owned(),
            certain: true,
        });
        OwnWords { lines: lines.collect(), removed: Vec::new() }
    }
}
