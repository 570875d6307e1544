//! Columns and instants as the commands print them.

use chrono::{DateTime, SecondsFormat, Utc};
use std::io::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text that may come from a stranger's mail, safe to print: no control or direction-changing characters, at most `width` columns.
pub fn shown(text: &str, width: usize) -> String {
    let direction =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !direction(*c))
        .collect();
    if clean.width() <= width {
        return clean;
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in clean.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// The widest line that text for people is folded to, in columns.
pub const COLUMNS: usize = 96;

/// Writes text folded to [`COLUMNS`], its first line behind `first`, further ones behind as many spaces.
///
/// # Errors
/// Where `out` cannot be written.
pub fn fold(out: &mut dyn Write, first: &str, text: &str) -> std::io::Result<()> {
    let later = " ".repeat(first.width());
    let options = textwrap::Options::new(COLUMNS)
        .initial_indent(first)
        .subsequent_indent(&later)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A number with its noun.
pub fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// Prints rows under their heads, columns as wide as their widest cell, two spaces apart.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print(out: &mut dyn Write, heads: &[&str], rows: &[Vec<String>]) -> std::io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
        cells.chain(heads.get(column).map(|head| head.width())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    for row in std::iter::once(&heads).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// An instant as logs and tables show it: UTC, to the second.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub use crate::worker::length;

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn what_a_stranger_wrote_is_safe_to_print() {
        assert_eq!(shown("a\u{1b}[31mred\u{202e}x\r\ny", 80), "a[31mredx  y");
        assert_eq!(shown("abcdef", 4), "abc…");
        assert_eq!(shown("漢字漢字", 5), "漢字…");
    }

    #[test]
    fn lengths_are_told_in_two_units() {
        let check = |seconds: i64, expect: &str| assert_eq!(length(TimeDelta::seconds(seconds)), expect);
        check(20, "20s");
        check(900, "15m");
        check(3600, "1h");
        check(5400, "1h 30m");
        check(259_200, "3d");
        check(187_200, "2d 4h");
    }
}
