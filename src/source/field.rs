//! Header fields told from other lines by their names (RFC 5322 §2.2), without parsing them.

/// The name of the field that `text` begins with. A name cut short by the end of `text` counts: so a truncated archive
/// keeps its last message.
pub(super) fn field_name(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().position(|b| !matches!(b, 33..=57 | 59..=126)).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    // RFC 5322 §4.5: blanks before the colon are obsolete, not wrong.
    let after = rest.iter().find(|b| !matches!(b, b' ' | b'\t'));
    (!name.is_empty() && matches!(after, Some(b':') | None)).then_some(name)
}

/// Whether `name` is a field that nearly every mail has.
pub(super) fn is_common(name: &[u8]) -> bool {
    const COMMON: [&[u8]; 14] = [
        b"Received",
        b"Return-Path",
        b"From",
        b"To",
        b"Date",
        b"Subject",
        b"Message-ID",
        b"MIME-Version",
        b"Delivered-To",
        b"X-Original-To",
        b"Reply-To",
        b"Sender",
        b"Content-Type",
        b"X-Mozilla-Status",
    ];
    COMMON.iter().any(|common| common.eq_ignore_ascii_case(name))
}

/// Whether `text` begins as a message does: with fields up to the first blank line, a common one among them.
pub(super) fn begins_message(text: &[u8]) -> bool {
    let mut common = false;
    let mut lines = text.split_inclusive(|b| *b == b'\n').peekable();
    while let Some(line) = lines.next() {
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
        if lines.peek().is_none() && !line.ends_with(b"\n") {
            break; // what is left of a line where the text was cut
        }
        match field_name(line) {
            Some(name) => common |= is_common(name),
            None if matches!(line.first(), Some(b' ' | b'\t')) => {}
            None => return false,
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_begins_with_its_name() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(field_name(text.as_bytes()), expect.map(str::as_bytes), "{text:?}");
        };
        check("Subject: hello", Some("Subject"));
        check("Subject : hello", Some("Subject"));
        check("X-Spam_Status:\r\n", Some("X-Spam_Status"));
        check("Subj", Some("Subj"));
        check("Subject hello: x", None);
        check("Subj\n", None);
        check(" folded: x", None);
        check(": x", None);
        check("Ünder: x", None);
        check("", None);
    }

    #[test]
    fn a_message_begins_with_fields() {
        assert!(begins_message(b"Received: by x\n\tfor y\nSubject: z\n\nbody"));
        assert!(begins_message(b"Subject: z\r\n\r\nbody"));
        assert!(begins_message(b"Subject: z\nX-Long: cut he"));
        assert!(!begins_message(b"TODO: write\nDONE: nothing\n"));
        assert!(!begins_message(b"Subject: z\nthis is prose\n"));
        assert!(!begins_message(b"\nSubject: z\n"));
        assert!(!begins_message(b"\x7fELF\x02\x01"));
        assert!(!begins_message(b""));
    }
}
