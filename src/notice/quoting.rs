//! Other people's text in our mail: names, subjects and vote lines, made harmless and cut to size.

use super::Language;
use super::layout::must_not_begin_a_line;
use crate::ballot::{self, Dialect, Role};
use crate::mail::{Address, Author, OwnWords};
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_width::UnicodeWidthChar;

/// A quoted line is cut at so many characters, and so many columns.
pub const LINE_COLUMNS: usize = 60;
/// So many characters of a long line are looked at for its point.
const LONGEST_READ: usize = 2000;
/// A name is cut at so many columns.
pub const NAME_COLUMNS: usize = 48;
/// In a table a name is cut at so many columns.
const TABLE_NAME_COLUMNS: usize = 28;
/// A subject is cut at so many columns.
pub const SUBJECT_COLUMNS: usize = 200;

/// `text` on one line: controls, bidirectional controls and other invisible characters are taken out, runs of white space become
/// one space. The joiners that Persian, Indic scripts and emoji need stay.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4096));
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
        } else if !is_invisible(c) {
            if gap {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// Characters that change how a line looks without being seen: bidirectional controls (UAX #9), zero-width and tag characters,
/// private use.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{206f}'
        | '\u{202a}'..='\u{202e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// `text` cut to `columns` columns and as many characters, ending in `...` where something is missing.
pub fn cut(text: &str, columns: usize) -> String {
    let mut width = 0;
    let mut kept = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        width += c.width().unwrap_or(0);
        if width > columns || count >= columns {
            return format!("{}...", text.get(..kept).unwrap_or_default().trim_end_matches([' ', '.']));
        }
        if width + 3 <= columns && count + 4 <= columns {
            kept = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// A vote line as it stands in a notice: clean, links defanged, cut, between quotation marks. Of a line that is too long, such as a
/// paragraph that format=flowed joined, the sentence is quoted in which the author comes to the point.
pub fn quoted_line(line: &str) -> String {
    let line = to_the_point(line);
    let start: String = line.chars().take(4 * LINE_COLUMNS).collect();
    format!("\"{}\"", isolated(&cut(&defanged(&clean(&start)), LINE_COLUMNS)))
}

/// A long line from the sentence on that its reading was made from; dots stand for what was before.
fn to_the_point(line: &str) -> Cow<'_, str> {
    let chars: Vec<char> = line.chars().take(LONGEST_READ).collect();
    if chars.len() <= LINE_COLUMNS {
        return Cow::Borrowed(line);
    }
    let words = OwnWords::plain(&chars.iter().collect::<String>());
    let considered = ballot::explain(&words, Role::Reply, &Dialect::default());
    let point = considered.iter().find(|one| one.made_reading).map_or(0, |one| one.column.saturating_sub(1));
    let ends = |at: &usize| matches!(chars.get(at - 2..*at), Some(['.' | '!' | '?', ' ']));
    let sentence = (2..=point).rev().find(ends).unwrap_or(0);
    let start = if point - sentence > LINE_COLUMNS / 2 { point } else { sentence };
    match chars.get(start..) {
        Some(rest) if start > 0 => Cow::Owned(format!("...{}", rest.iter().collect::<String>())),
        _ => Cow::Borrowed(line),
    }
}

/// An author's name; never an address, an empty one becomes "somebody without a name".
pub fn name_of(author: &Author, language: Language) -> String {
    name(&author.name, language)
}

/// An author's name where names stand in a column.
pub fn name_in_column(author: &Author, language: Language) -> String {
    name_within(&author.name, TABLE_NAME_COLUMNS, language)
}

/// A name, whoever wrote it: clean, cut, without an address in it. One that might pass for something else at the beginning of a line
/// becomes "somebody called …".
pub fn name(text: &str, language: Language) -> String {
    name_within(text, NAME_COLUMNS, language)
}

fn name_within(text: &str, columns: usize, language: Language) -> String {
    let text = defanged(&clean(&text.chars().take(400).collect::<String>()));
    let text = text.trim_matches(['"', '\'', '<', '>']);
    let text =
        Address::parse(text).map_or_else(|| text.to_owned(), |address| address.local_part().to_owned());
    let joints = language.says().joints();
    match text.trim() {
        "" => joints.nameless.to_owned(),
        text if must_not_begin_a_line(text) => {
            format!("{}{}", joints.called, isolated(&cut(text, columns - joints.called.len())))
        }
        text => isolated(&cut(text, columns)),
    }
}

/// A subject in the text of a mail.
pub fn subject(text: &str, language: Language) -> String {
    let start: String = text.chars().take(2 * SUBJECT_COLUMNS).collect();
    match cut(&defanged(&clean(&start)), SUBJECT_COLUMNS).as_str() {
        "" => language.says().joints().no_subject.to_owned(),
        text => isolated(text),
    }
}

/// Unstructured text for a header field (RFC 5322 §2.2.1): on one line, cut, and with nothing in it that a reader would take for an
/// encoded word (RFC 2047 §2).
pub fn header(text: &str) -> String {
    let start: String = text.chars().take(2 * SUBJECT_COLUMNS).collect();
    cut(&clean(&start).replace("=?", "= ?"), SUBJECT_COLUMNS)
}

#[allow(clippy::unwrap_used)] // A constant expression; the tests build it.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/]*|\bwww\.[^\s/]+|\b(?:[\w-]+\.)+[a-z]{2,}(?:/|:\d)").unwrap()
});

/// `text` with its links made unclickable: `hxxps://example[.]org/path`.
pub fn defanged(text: &str) -> String {
    LINK.replace_all(text, |found: &Captures<'_>| {
        let link = found.get(0).map_or("", |all| all.as_str());
        let Some((scheme, host)) = link.split_once("://") else { return link.replace('.', "[.]") };
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => "hxxp".to_owned(),
            "https" => "hxxps".to_owned(),
            _ => format!("x-{scheme}"),
        };
        format!("{scheme}://{}", host.replace('.', "[.]"))
    })
    .into_owned()
}

/// Text in a right-to-left script between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9 §2.4), so that it turns nothing
/// around it; other text as it is.
fn isolated(text: &str) -> String {
    let turns = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if text.chars().any(turns) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn takes_out_what_could_deceive() {
        let check = |text: &str, expect: &str| assert_eq!(clean(text), expect, "{text:?}");
        check("  two\r\n\twords\0 ", "two words");
        check("a\u{202e}b\u{2066}c", "abc");
        check("soft\u{ad}\u{200b}ly", "softly");
        check("نمی\u{200c}خواهم", "نمی\u{200c}خواهم");
        check("\u{2028}line", "line");
    }

    #[test]
    fn cuts_by_columns_and_by_characters() {
        let check = |text: &str, columns: usize, expect: &str| {
            assert_eq!(cut(text, columns), expect, "{text:?}");
            assert!(cut(text, columns).width() <= columns);
        };
        check("exactly ten", 11, "exactly ten");
        check("exactly eleven", 11, "exactly...");
        check("漢字漢字漢字", 12, "漢字漢字漢字");
        check("漢字漢字漢字", 11, "漢字漢字...");
        check(&"e\u{301}".repeat(20), 20, &format!("{}e...", "e\u{301}".repeat(8)));
    }

    #[test]
    fn a_long_line_is_quoted_from_its_point() {
        let check = |line: &str, expect: &str| assert_eq!(quoted_line(line), expect, "{line:?}");
        check("-1, it is too early", "\"-1, it is too early\"");
        check(
            "Thanks for the work on this, it looks fine to me. I object to leaving the old entry dangling.",
            "\"...I object to leaving the old entry dangling.\"",
        );
        check(
            "+1 and thanks for the patience with which you answered everybody's questions",
            "\"+1 and thanks for the patience with which you answered ev...\"",
        );
        check(
            "The whole rack was rewired last week, and we measured it again on Sunday. My vote: +1",
            "\"...My vote: +1\"",
        );
        check(&format!("{} -1", "word ".repeat(500)), &format!("\"{}wo...\"", "word ".repeat(11)));
    }

    #[test]
    fn defangs_links_and_leaves_versions_alone() {
        let check = |text: &str, expect: &str| assert_eq!(defanged(text), expect, "{text:?}");
        check("see https://evil.example.org/a.html now", "see hxxps://evil[.]example[.]org/a.html now");
        check("HTTP://X.example", "hxxp://X[.]example");
        check("www.example.org rocks", "www[.]example[.]org rocks");
        check("example.org/login", "example[.]org/login");
        check("javascript://x.y", "x-javascript://x[.]y");
        check("works on 1.2.3, see README.md", "works on 1.2.3, see README.md");
    }

    #[test]
    fn a_name_is_a_name_whatever_it_holds() {
        let check = |text: &str, expect: &str| assert_eq!(name(text, Language::English), expect, "{text:?}");
        check("Ann Admin", "Ann Admin");
        check("", "somebody without a name");
        check("\u{200f}\r\n", "somebody without a name");
        check("ann@example.org", "ann");
        check("דנה כהן", "\u{2068}דנה כהן\u{2069}");
        check("A\r\nBcc: eve@example.org", "A Bcc: eve@example.org");
        check("+1", "somebody called +1");
        check("From Here to There", "somebody called From Here to There");
        check(&"x".repeat(1000), &format!("{}...", "x".repeat(45)));
    }

    #[test]
    fn a_header_cannot_hold_a_second_line_or_an_encoded_word() {
        assert_eq!(header("a\r\nBcc: x"), "a Bcc: x");
        assert_eq!(header("=?utf-8?q?=0ABcc:?="), "= ?utf-8?q?=0ABcc:?=");
    }
}
