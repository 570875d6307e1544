//! Lays text out in 72 columns.

use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

/// The width of a notice.
pub const COLUMNS: usize = 72;

/// Stands in for a space at which no line may end; taken out of all other text by [`super::quoting::clean`].
const GLUE: char = '\u{e000}';

/// What a template rendered, laid out: every line of it is a paragraph and is filled to [`COLUMNS`]; a paragraph that begins with
/// spaces keeps them, and one that begins with a label and a gap of two spaces or more hangs behind the gap. Runs of blank lines become
/// one, spaces at line ends go, the text ends with one line end.
///
/// No line begins with a sign, a zero, `>`, a command or "From ": in a mail that repeats the notice without quote marks, nothing of it
/// may pass for a vote, and no archive may change it (RFC 4155).
pub fn laid_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        if line.is_ascii() && line.len() <= COLUMNS {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        for part in filled(line) {
            out.push_str(part.trim_end());
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn filled(line: &str) -> Vec<String> {
    if line.width() <= COLUMNS {
        return vec![line.to_owned()];
    }
    let hang = hang(line);
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let later = " ".repeat(hang);
    let has_link = line.contains("://");
    let options = Options::new(COLUMNS)
        .initial_indent(&indent)
        .subsequent_indent(&later)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::AsciiSpace)
        .break_words(!has_link);
    let glued = glued(line.trim_start());
    let parts = textwrap::wrap(&glued, options).into_iter().map(|part| part.replace(GLUE, " "));
    parts.enumerate().map(|(index, part)| if index == 0 { part } else { guarded(part) }).collect()
}

/// Where a word was too long for a line and its rest could be misread, dots say that it goes on.
fn guarded(line: String) -> String {
    let text = line.trim_start();
    if must_not_begin_a_line(text) {
        let indent = line.get(..line.len() - text.len()).unwrap_or_default();
        return format!("{indent}...{text}");
    }
    line
}

/// Whether a line that begins so might pass for a vote, a quote, a command or the start of another mail.
pub fn must_not_begin_a_line(text: &str) -> bool {
    text.starts_with(['+', '-', '\u{2212}', '\u{b1}', '>', '|', '0'])
        || text.starts_with("From ")
        || text.trim_start_matches('"').starts_with("Proposal:")
}

/// How far later lines are set in: behind the star of a list, or to behind the first gap, where the line begins with a label of at most 20 columns.
fn hang(line: &str) -> usize {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let body = line.get(indent..).unwrap_or_default();
    if body.starts_with("* ") {
        return indent + 2;
    }
    match body.find("  ") {
        Some(label) if label <= 20 => {
            let rest = body.get(label..).unwrap_or_default();
            let gap = rest.len() - rest.trim_start_matches(' ').len();
            indent + body.get(..label).unwrap_or_default().width() + gap
        }
        _ => indent,
    }
}

/// The longest quoted phrase that is kept on one line.
const PHRASE: usize = 24;

/// Ties to the word before it what no line may begin with, and keeps short phrases and commands between quotation marks whole.
fn glued(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut phrase_ends = 0;
    let mut quoted = None;
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        if matches!(c, '"' | '`') && quoted.is_none_or(|mark| mark == c) {
            quoted = if quoted.is_none() { Some(c) } else { None };
            let end = after.find(c).filter(|end| quoted.is_some() && *end <= PHRASE);
            phrase_ends = end.map_or(phrase_ends, |end| at + end);
        }
        out.push(if c == ' ' && (at <= phrase_ends || must_not_begin_a_line(after)) { GLUE } else { c });
    }
    out
}

/// `text` filled up with spaces to `columns`.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_paragraphs_and_hangs_behind_labels() {
        let words = "word ".repeat(20);
        let text = laid_out(&format!("\n\n{words}\n\n\n  label   {words}\n"));
        insta::assert_snapshot!(text, @r"
        word word word word word word word word word word word word word word
        word word word word word word

          label   word word word word word word word word word word word word
                  word word word word word word word word
        ");
    }

    #[test]
    fn nothing_that_reads_as_a_vote_begins_a_line() {
        for pad in 50..90 {
            let text = laid_out(&format!("{} +1 or -1 or 0 From here on > it", "x".repeat(pad)));
            for line in text.lines() {
                assert!(!line.starts_with(['+', '-', '0', '>']) && !line.starts_with("From "), "{text}");
            }
        }
    }

    #[test]
    fn a_command_stays_on_one_line() {
        for pad in 40..72 {
            let text = laid_out(&format!(
                "{} print it with `plusone show 8`, or \"I withdraw my -1\"",
                "x".repeat(pad)
            ));
            assert!(text.contains("`plusone show 8`") && text.contains("\"I withdraw my -1\""), "{text}");
        }
    }

    #[test]
    fn a_link_stays_whole_and_a_long_word_does_not() {
        let link = format!("https://lists.example.org/{}", "x".repeat(80));
        assert!(laid_out(&format!("see {link}")).contains(&link));
        assert!(laid_out(&"x".repeat(200)).lines().all(|line| line.len() <= COLUMNS));
    }
}
