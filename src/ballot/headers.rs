//! Pseudo-headers: what the first lines of a proposal ask for, as bug trackers by mail have them.
//!
//! ```text
//! Kind: substantial
//! Closes: 2026-12-01 12:00 UTC
//! Open-For: 5 business days
//! Nominee: Alice Doe <alice@example.org>
//! Role: apprentice
//! ```

use crate::mail::{Line, OwnWords};

/// How many lines of the first paragraph are looked at.
const MOST_LINES: usize = 50;
/// The longest value, in octets.
const LONGEST: usize = 200;
/// How many words a line of greeting has at most.
const GREETING_WORDS: usize = 5;

/// What a pseudo-header is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// `Kind:`, a kind of the list's.
    Kind,
    /// `Closes:`, an instant or a day.
    Closes,
    /// `Open-For:`, a length of time.
    OpenFor,
    /// `Nominee:`, whom a membership proposal is about.
    Nominee,
    /// `Role:`, which role they are to have.
    Role,
}

/// One pseudo-header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PseudoHeader {
    /// What it is about.
    pub keyword: Keyword,
    /// What stands behind the colon, white space at its ends taken off.
    pub value: String,
    /// The whole line.
    pub line: String,
}

/// The pseudo-headers of own words: lines of the first paragraph, or of the one below a line of greeting. Keywords are English, in any
/// case. A line that may be somebody else's is none.
pub fn headers(words: &OwnWords) -> Vec<PseudoHeader> {
    let blank = |line: &&Line| line.text.trim().is_empty();
    let mut paragraphs = words.lines.split(|line| blank(&line)).filter(|lines| !lines.is_empty());
    let Some(first) = paragraphs.next() else { return Vec::new() };
    let lines = if is_greeting(first) { paragraphs.next().unwrap_or_default() } else { first };
    lines.iter().take(MOST_LINES).filter(|line| line.certain).filter_map(read).collect()
}

fn is_greeting(lines: &[Line]) -> bool {
    let [line] = lines else { return false };
    let text = line.text.trim();
    text.ends_with([',', '!'])
        && text.split_whitespace().nth(GREETING_WORDS).is_none()
        && read(line).is_none()
}

fn read(line: &Line) -> Option<PseudoHeader> {
    let (keyword, value) = line.text.split_once(':')?;
    let keyword = match keyword.trim_end().to_ascii_lowercase().as_str() {
        "kind" => Keyword::Kind,
        "closes" => Keyword::Closes,
        "open-for" => Keyword::OpenFor,
        "nominee" => Keyword::Nominee,
        "role" => Keyword::Role,
        _ => return None,
    };
    let value = value.trim();
    (value.len() <= LONGEST).then(|| PseudoHeader {
        keyword,
        value: value.to_owned(),
        line: line.text.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Keyword, String)> {
        headers(&OwnWords::plain(text)).into_iter().map(|header| (header.keyword, header.value)).collect()
    }

    #[test]
    fn the_first_paragraph_holds_them() {
        let check = |text: &str, expect: &[(Keyword, &str)]| {
            let expect: Vec<(Keyword, String)> =
                expect.iter().map(|(keyword, value)| (*keyword, (*value).to_owned())).collect();
            assert_eq!(found(text), expect, "{text}");
        };
        check("Kind: substantial\n\nLet us move it.", &[(Keyword::Kind, "substantial")]);
        check(
            "kind : Substantial\nOPEN-FOR: 5 business days\nLet us move it.",
            &[(Keyword::Kind, "Substantial"), (Keyword::OpenFor, "5 business days")],
        );
        check("\n\nCloses: 2026-12-01 12:00 UTC", &[(Keyword::Closes, "2026-12-01 12:00 UTC")]);
        check("Hi all,\n\nRole: apprentice\n", &[(Keyword::Role, "apprentice")]);
        check("Hello!\nKind: minor", &[(Keyword::Kind, "minor")]);
        check("Nominee:\n", &[(Keyword::Nominee, "")]);
        // Elsewhere they are words like any others.
        check("Let us move it.\n\nKind: substantial", &[]);
        check("This closes: nothing", &[]);
        check("  Kind: substantial", &[]);
        check("Kinds: substantial\nOpen for: 5 days", &[]);
        check("", &[]);
        check("Hi all,", &[]);
    }

    #[test]
    fn a_line_that_may_be_somebody_elses_is_none() {
        let mut words = OwnWords::plain("Kind: substantial");
        words.lines[0].certain = false;
        assert_eq!(headers(&words), []);
        assert_eq!(found(&format!("Nominee: {}", "x".repeat(LONGEST + 1))), []);
    }
}
