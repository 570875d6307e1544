//! Where one message of an mbox ends and the next begins.
//!
//! A line that begins with `From ` parts two messages only if all of this holds: it follows a blank line or begins the
//! archive, a whole date stands in it, and the next line begins a header field. So prose is never taken for it, even in
//! archives whose writer quoted nothing. Where the blank line is missing, the line must have a weekday and a sender besides,
//! and a field that nearly every mail has must follow.

use super::field::{field_name, is_common};
use super::from_line::{FromLine, MAX_LINE};
use memchr::{memchr, memmem};

/// Octets behind a `From_` line within which it is decided whether it parts messages.
pub(super) const LOOKAHEAD: usize = 2 * MAX_LINE;

/// Octets before it that must be there too: the blank line.
pub(super) const LOOKBEHIND: usize = 4;

/// Finds the `From_` lines that part messages.
pub(super) struct Separator {
    finder: memmem::Finder<'static>,
    /// The archive is a series of git's patches, whose heads are its `From_` lines. Elsewhere such a head is a patch in a mail.
    pub(super) patches: bool,
}

impl Separator {
    /// For an archive that begins with `head`.
    pub(super) fn new(head: &[u8]) -> Self {
        let patches = first_line(head).and_then(FromLine::parse).is_some_and(|from| from.patch);
        Separator { finder: memmem::Finder::new(b"\nFrom "), patches }
    }

    /// The first place from `from` (at least 1) up to `limit` where a message begins that is not the first.
    pub(super) fn find(&self, buf: &[u8], from: usize, limit: usize) -> Option<usize> {
        let mut from = from.max(1);
        while from < limit {
            let line = from + self.finder.find(&buf[from - 1..])?;
            if line >= limit {
                return None;
            }
            if self.parts(buf, line) {
                return Some(line);
            }
            from = line + 1;
        }
        None
    }

    /// Whether the line at `line`, at the beginning of the archive or of a line in it, begins a message.
    pub(super) fn parts(&self, buf: &[u8], line: usize) -> bool {
        let (before, rest) = buf.split_at(line);
        let Some(text) = first_line(rest) else { return false };
        let Some(from) = FromLine::parse(text).filter(|from| self.patches || !from.patch) else {
            return false;
        };
        // `first_line` saw a line end within reach.
        let next = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let next = &rest[next..rest.len().min(next + MAX_LINE)];
        let after_blank = matches!(before, b"" | b"\n" | b"\r\n")
            || before.ends_with(b"\n\n")
            || before.ends_with(b"\n\r\n");
        match field_name(next) {
            // Older deliveries of the same mail (UUCP) stand below, or the archive ends here.
            None => after_blank && (next.is_empty() || next.starts_with(b">From ")),
            Some(name) => after_blank || (from.plain && is_common(name)),
        }
    }
}

/// The first line without its end; `None` where no line end lies within [`MAX_LINE`].
pub(super) fn first_line(text: &[u8]) -> Option<&[u8]> {
    let end = memchr(b'\n', &text[..text.len().min(MAX_LINE)])?;
    let line = &text[..end];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "From ann@example.org Thu Sep  7 18:44:03 2017";
    const PATCH: &str = "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001";

    /// How many messages `text` holds after its first.
    fn check(text: &str, expect: usize) {
        for text in [text.to_string(), text.replace('\n', "\r\n")] {
            let separator = Separator::new(text.as_bytes());
            let mut found = 0;
            let mut from = 1;
            while let Some(line) = separator.find(text.as_bytes(), from, text.len()) {
                found += 1;
                from = line + 1;
            }
            assert_eq!(found, expect, "{text:?}");
        }
    }

    #[test]
    fn a_from_line_parts_messages_or_is_prose() {
        check(&format!("A: b\n\ntext\n\n{FROM}\nSubject: c\n"), 1);
        check(&format!("A: b\n\ntext\n\n{FROM}\nX-Odd: c\n\n\n{FROM}\nX-Odd: d\n"), 2);
        check(&format!("\n{FROM}\nSubject: c\n"), 1);
        // In the middle of a paragraph only what is clear.
        check(&format!("A: b\n\ntext\n{FROM}\nSubject: c\n"), 1);
        check(&format!("A: b\n\ntext\n{FROM}\nX-Odd: c\n"), 0);
        check("A: b\n\ntext\nFrom the meeting on Thu Sep  7 18:44:03 2017\nSubject: c\n", 0);
        // No date, no field, not at the beginning of a line, quoted.
        check("A: b\n\nFrom here on we build on every commit.\nNote: this binds.\n", 0);
        check("A: b\n\nFrom: ann@example.org\nSubject: c\n", 0);
        check(&format!("A: b\n\ntext\n\n{FROM}\nand this is what she wrote\n"), 0);
        check(&format!("A: b\n\ntext\n\n{FROM}\n\nSubject: c\n"), 0);
        check(&format!("A: b\n\n {FROM}\nSubject: c\n"), 0);
        check(&format!("A: b\n\n>{FROM}\nSubject: c\n"), 0);
        // UUCP's older deliveries, and archives that end in the middle of a beginning.
        check(&format!("A: b\n\n{FROM}\n>{FROM} remote from host\nSubject: c\n"), 1);
        check(&format!("A: b\n\n{FROM}\nSubj"), 1);
        check(&format!("A: b\n\n{FROM}\n"), 1);
        check(&format!("A: b\n\n{FROM}"), 0);
    }

    #[test]
    fn a_patch_in_a_mail_is_no_mail_but_a_series_of_patches_is() {
        check(&format!("{FROM}\nSubject: x\n\n{PATCH}\nFrom: Ann <ann@example.org>\n"), 0);
        check(&format!("{PATCH}\nSubject: x\n\n{PATCH}\nFrom: Ann <ann@example.org>\n"), 1);
    }
}
