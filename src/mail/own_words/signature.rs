//! Signatures: what follows `-- ` (RFC 3676 §4.3), and the lines that phones put below a text.

use super::habits::{self, rows};
use super::look::Look;
use super::phrase::{Phrases, holds_vote, plain_lower};
use super::{Region, TextLine};
use std::sync::LazyLock;

/// Lines that programs write below every text.
static DEVICES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::of(rows(habits::DEVICES).map(|row| row.phrase)));

/// The shortest and longest line that a phone writes, in octets.
const SHORTEST_DEVICE: usize = 8;
const LONGEST_DEVICE: usize = 160;

/// How many lines stand at most, blank ones too, below `--` without its space for it to separate a signature.
const MOST_LINES_BARE: usize = 15;

/// Marks signatures. One ends where a quote, an attribution, a pasted mail (`block`: where the first begins) or a footer does:
/// what follows those is looked at anew.
pub(super) fn mark(lines: &mut [TextLine<'_>], block: Option<usize>) {
    let (mut at, mut clear) = (0, 0);
    while at < lines.len() {
        if !lines[at].is_open() {
            at += 1;
            continue;
        }
        if lines[at].look.lead() == b'-' && is_separator(&lines[at].text) {
            let bare = lines[at].text.trim_end().len() == lines[at].text.len();
            let end = end(lines, at, block, if bare { MOST_LINES_BARE } else { usize::MAX }, &mut clear);
            if let Some(end) = end {
                sign(&mut lines[at..end]);
                at = end;
                continue;
            }
        } else if is_device(&lines[at].text, lines[at].look) {
            lines[at].region = Some(Region::Signature);
        }
        at += 1;
    }
}

/// `-- `, or without its space, which some servers take off.
fn is_separator(text: &str) -> bool {
    matches!(text, "-- " | "--" | "--\u{a0}")
}

/// The line after a signature of at most `most` lines. `clear`: up to where nothing is known to close one; moved on.
fn end(
    lines: &[TextLine<'_>],
    at: usize,
    block: Option<usize>,
    most: usize,
    clear: &mut usize,
) -> Option<usize> {
    let closes = |here: usize| {
        Some(here) == block || lines[here].region.is_some_and(|region| region != Region::Signature)
    };
    let last = at.saturating_add(most).saturating_add(2).min(lines.len());
    let found = ((at + 1).max(*clear)..last).find(|&here| closes(here));
    *clear = (*clear).max(found.unwrap_or(last));
    found.or_else(|| (lines.len() - at - 1 <= most).then_some(lines.len()))
}

/// Marks a signature. A line that is nothing but a vote is left, in doubt: some write below their name.
fn sign(lines: &mut [TextLine<'_>]) {
    for line in lines.iter_mut() {
        if is_bare_vote(&line.text) {
            line.certain = false;
        } else {
            line.region.get_or_insert(Region::Signature);
        }
    }
    // Blank lines at the end are nobody's.
    for line in lines.iter_mut().rev().take_while(|line| line.blank) {
        line.region = None;
    }
}

fn is_bare_vote(text: &str) -> bool {
    const LONGEST: usize = 24;
    let bare = text.trim();
    bare.len() <= LONGEST && holds_vote(bare) && !bare.chars().skip(2).any(|c| c.is_ascii_digit())
}

fn is_device(text: &str, look: Look) -> bool {
    let bare =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '<' | '[' | '('));
    if bare.len() < SHORTEST_DEVICE || bare.len() > LONGEST_DEVICE || !DEVICES.may_fit(bare, look) {
        return false;
    }
    let plain = plain_lower(bare);
    DEVICES.fit(plain.trim_end_matches([']', ')', '>'])) && !holds_vote(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_phones() {
        for (line, device) in [
            ("Sent from my phone", true),
            ("Sent from my iPhone.", true),
            ("Get Outlook for Android<https://example.org/x>", true),
            ("Sent from Mail for Windows 10", true),
            ("Von meinem iPad gesendet", true),
            ("Envoyé de mon iPhone", true),
            ("Verstuurd vanaf mijn iPhone", true),
            ("Skickat från min iPhone", true),
            ("Отправлено с iPhone", true),
            ("iPhoneから送信", true),
            ("Sent with Proton Mail secure email.", true),
            ("Sent from my own branch, so +1", false),
            ("Sent a patch for this", false),
            ("I sent it from my phone", false),
        ] {
            assert_eq!(is_device(line, Look::of(line)), device, "{line}");
        }
    }
}
