//! Quoted lines: somebody else's words behind a mark at the start of the line, and what stands for those left out.

use super::attribution::has_when;
use super::look::CLOSING;
use super::phrase::holds_vote;
use super::{Region, TextLine, ballot_line};

/// Marks quoted lines, and beside them the marks that say that some were left out. A line right under a quoted one that may go on
/// there stays, in doubt.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    let mut under_quote = false;
    let (mut quotes, mut elided) = (lines.iter().any(|line| line.region.is_some()), false);
    for line in lines.iter_mut().filter(|line| !line.blank) {
        let may = matches!(line.look.lead(), b'>' | b'|' | 0xef)
            || (line.look.lead().is_ascii_uppercase() && line.look.holds(CLOSING));
        let head = if under_quote || line.look.lead() != b'>' { None } else { pasted_under(&line.text) };
        line.region = match head {
            _ if !line.is_open() => line.region,
            Some(Pasted::Unmarked) => None,
            Some(Pasted::Marked) => Some(Region::Attribution),
            None => {
                let quoted = line.look.lead() == b'>' || (may && is_quoted(&line.text));
                quoted.then_some(Region::Quote)
            }
        };
        elided |= matches!(line.look.lead(), b'[' | b'<' | b'(');
        quotes |= line.region == Some(Region::Quote);
        under_quote = line.region == Some(Region::Quote);
    }
    if !quotes {
        return;
    }
    if elided {
        mark_elisions(lines);
    }
    for at in 1..lines.len() {
        let (above, line) = (&lines[at - 1], &lines[at]);
        if line.is_open() && above.region == Some(Region::Quote) && may_go_on(&above.text) {
            lines[at].certain = false;
        }
    }
}

/// Whether a quoted line may go on in the one below, from which a mail program that wrapped it left the mark away: it is long, or
/// ends within a sentence. A ballot's line ends as it will.
fn may_go_on(quoted: &str) -> bool {
    const ENDS: [char; 12] =
        ['.', '!', '?', ':', ';', '>', ')', ']', '"', '\u{201d}', '\u{2026}', '\u{3002}'];
    let said = quoted.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|'));
    let within = !said.is_empty() && !said.ends_with(ENDS);
    (quoted.len() >= WRAPS_FROM || within) && !ballot_line::is_ballot(quoted)
}

/// How GroupWise sets off the mail below its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pasted {
    /// `>>> Ann Smith <ann@example.org> 01/05/26 9:00 AM >>>`: by nothing more.
    Unmarked,
    /// `>>> Ann Smith <ann@example.org> schrieb am 05.01.2026 um 09:00 in Nachricht <1@example.org>:`: by marks, where it does.
    Marked,
}

/// What the line is as one above a mail that GroupWise pastes: its three marks are none of a quotation.
pub(super) fn pasted_under(line: &str) -> Option<Pasted> {
    const LONGEST: usize = 300;
    let inside = line.trim().strip_prefix(">>> ").filter(|inside| inside.len() <= LONGEST)?;
    let whom = |text: &str| text.contains('@') || text.contains('<');
    let pasted = match inside.strip_suffix(">>>") {
        Some(_) => Pasted::Unmarked,
        None if inside.ends_with(':') && whom(inside) => Pasted::Marked,
        None => return None,
    };
    (has_when(inside.as_bytes()) && !holds_vote(inside)).then_some(pasted)
}

/// `[...]` and `[snip]` next to quoted lines, blank ones between left out of account, belong to the quotation.
fn mark_elisions(lines: &mut [TextLine<'_>]) {
    let count = lines.len();
    let mut quoted = false;
    for at in (0..count).chain((0..count).rev()) {
        let line = &mut lines[at];
        if line.blank && line.region.is_none() {
            continue;
        }
        if quoted
            && matches!(line.look.lead(), b'[' | b'<' | b'(')
            && line.is_open()
            && is_elision(&line.text)
        {
            line.region = Some(Region::Quote);
        }
        quoted = line.region == Some(Region::Quote);
    }
}

/// Whether the line is a mark for quoted text left out, and nothing else.
fn is_elision(line: &str) -> bool {
    let bare = line.trim();
    let inside = [('[', ']'), ('<', '>'), ('(', ')')]
        .iter()
        .find_map(|(open, close)| bare.strip_prefix(*open)?.strip_suffix(*close));
    let Some(inside) = inside.map(str::trim) else { return false };
    let dots = inside.len() >= 2 && inside.chars().all(|c| matches!(c, '.' | '\u{2026}'));
    dots || ["snip", "snipped", "cut"].iter().any(|word| inside.eq_ignore_ascii_case(word))
}

/// How long a quoted line must be for its tail to have been wrapped, in octets.
const WRAPS_FROM: usize = 65;

/// Whether the line bears a quote mark: `>` at any depth and indentation, `|`, or initials (`RS> `).
pub(super) fn is_quoted(line: &str) -> bool {
    let bare = line.trim_start();
    match bare.as_bytes().first() {
        Some(b'>') => true,
        Some(b'|') => is_barred(bare),
        Some(b'A'..=b'Z') => has_initials(bare),
        Some(0xef) => bare.starts_with('\u{ff1e}'),
        _ => false,
    }
}

/// `| text`, but not a row of a table (`| a | b |`).
fn is_barred(bare: &str) -> bool {
    let inside = &bare[1..];
    let row = inside.trim_end().ends_with('|') && inside.trim_end().len() > 1;
    !row && inside.as_bytes().first().is_none_or(|next| matches!(next, b' ' | b'\t' | b'>' | b'|'))
}

/// `RS> text`, or Supercite's `Ann> text`.
fn has_initials(bare: &str) -> bool {
    const LONGEST: usize = 9;
    let letters = bare.bytes().take(LONGEST).take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = bare.split_at(letters);
    let capital = name.bytes().all(|b| b.is_ascii_uppercase()) && letters <= 4;
    let titled = name.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    let Some(after) = after.strip_prefix('>') else {
        return false;
    };
    (capital || titled) && after.bytes().next().is_none_or(|next| matches!(next, b' ' | b'\t' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_of_a_quotation_is_not_the_answer() {
        for (line, elision) in [
            ("[...]", true),
            ("[\u{2026}]", true),
            ("(...)", true),
            ("  [ ... ]", true),
            ("[snip]", true),
            ("<Snip>", true),
            ("[.]", false),
            ("[]", false),
            ("...", false),
            ("[x]", false),
            ("[+1]", false),
            ("[...] but +1", false),
        ] {
            assert_eq!(is_elision(line), elision, "{line:?}");
        }
        let check = |text: &str, own: &str| {
            assert_eq!(crate::mail::own_words_of_text(text, None).text(), own, "{text:?}");
        };
        check("> one\n[...]\n> two\n\n+1\n", "+1");
        check("> one\n\n[snip]\n\n+1\n", "+1");
        check("[...]\n\n> two\n\n+1\n", "+1");
        check("[...]\n\n+1\n", "[...]\n\n+1");
    }

    #[test]
    fn marks_of_all_habits() {
        for (line, quoted) in [
            ("> text", true),
            (">", true),
            (">+1", true),
            (">>> deep", true),
            ("> > > deep", true),
            ("   > indented", true),
            ("\t> tab", true),
            ("\u{a0}> no-break space", true),
            ("| barred", true),
            ("|", true),
            ("|> both", true),
            ("| a | b |", false),
            ("|x| is even", false),
            ("RS> initials", true),
            ("RS>> deeper", true),
            (" Ann> supercited", true),
            ("A>B would be better", false),
            ("sftp> get", false),
            ("Vec<String> it is", false),
            ("\u{ff1e} fullwidth", true),
            ("+1", false),
            ("-> arrow", false),
            ("=> so", false),
            ("<b> tag", false),
            ("", false),
        ] {
            assert_eq!(is_quoted(line), quoted, "{line:?}");
        }
    }
}
