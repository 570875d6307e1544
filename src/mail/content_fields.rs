//! A message with none but the header fields that tell how its body is written: what the reader of bodies is given.
//!
//! A list's mail has some fifty fields, three of which count for its body.

use memchr::{memchr, memmem};

/// The largest message that is copied for this, in octets: beyond it, the header section is the smallest part of the work, unless it
/// has [`LARGE_SECTION`] octets itself.
const LARGEST: usize = 1 << 20;

/// A header section that is worth a copy of whatever stands below it, in octets.
const LARGE_SECTION: usize = 1 << 18;

/// The fields that count (RFC 2045 §5 and §6, RFC 2183).
const FIELDS: [&[u8]; 3] = [b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition"];

/// `raw` without the other fields of its header section; the rest as it stands. `None` where a line of that section may be read in two
/// ways, where its end is missing, or where a field that counts holds an encoded-word, which may be read across lines.
pub(super) fn alone(raw: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let (mut at, mut counts) = (0, false);
    loop {
        let end = at + memchr(b'\n', &raw[at..])? + 1;
        let line = &raw[at..end];
        match line {
            b"\n" | b"\r\n" => break,
            [b' ' | b'\t', ..] if at > 0 => {}
            _ => {
                let length = line.iter().position(|byte| *byte == b':' || !byte.is_ascii_graphic())?;
                let name = &line[..length];
                if name.is_empty() || line[length] != b':' {
                    return None;
                }
                counts = FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
            }
        }
        if counts {
            kept.extend_from_slice(line);
        }
        at = end;
    }
    let too_large = raw.len() > LARGEST && at < LARGE_SECTION;
    if too_large || memmem::find(&kept, b"=?").is_some() {
        return None;
    }
    kept.reserve_exact(raw.len() - at);
    kept.extend_from_slice(&raw[at..]);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::super::guard::FOR_BODIES;
    use super::*;
    use proptest::prelude::*;

    /// All that a reader of bodies sees of a message.
    fn body(raw: &[u8]) -> Option<String> {
        let message = FOR_BODIES.parse(raw)?;
        let part = |part: &mail_parser::MessagePart<'_>| {
            let fields: Vec<_> = part
                .headers
                .iter()
                .filter(|field| !field.value.is_empty())
                .map(|field| &field.value)
                .collect();
            format!("{fields:?} {:?} {:?} {}", part.encoding, part.body, part.is_encoding_problem)
        };
        let parts: Vec<String> = message.parts.iter().map(part).collect();
        Some(format!("{parts:?} {:?} {:?} {:?}", message.text_body, message.html_body, message.attachments))
    }

    #[test]
    fn what_counts_for_the_body_is_kept() {
        let check = |raw: &str, expect: Option<&str>| {
            let kept = alone(raw.as_bytes());
            assert_eq!(kept.as_deref().map(String::from_utf8_lossy).as_deref(), expect, "{raw:?}");
        };
        check(
            "A: b\nContent-Type: text/plain;\n\tcharset=x\nC: d\n\ne: f\n",
            Some("Content-Type: text/plain;\n\tcharset=x\n\ne: f\n"),
        );
        check(
            "A: b\r\n c\r\nCONTENT-TRANSFER-ENCODING: 8bit\r\n\r\ne",
            Some("CONTENT-TRANSFER-ENCODING: 8bit\r\n\r\ne"),
        );
        check("A: b\n\n", Some("\n"));
        check("\nbody", Some("\nbody"));
        for unclear in [
            "A: b\n",
            "A: b",
            "",
            "From ann@example.org\nA: b\n\nc",
            "A : b\n\nc",
            ": b\n\nc",
            " A: b\n\nc",
            "junk\nA: b\n\nc",
            "\r\r\n\nc",
            "Content-Type: text/plain; name=\"=?utf-8?q?a?=\"\n\nc",
        ] {
            check(unclear, None);
        }
        check(&format!("A: b\n\n{}", "x".repeat(LARGEST)), None);
        let fields = "A: b\n".repeat(LARGEST / 5 + 1);
        check(&format!("{fields}Content-Type: text/html\n\nc"), Some("Content-Type: text/html\n\nc"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_body_is_read_as_with_all_fields(
            head in prop::collection::vec(prop::sample::select(vec![
                "Content-Type: ", "content-type:", "Content-Transfer-Encoding: base64\n", "Content-transfer-encoding: quoted-printable\r\n",
                "Content-Disposition: attachment; filename=", "X: y\n", "From: \"a", ": ", "\n", "\r\n", " ", "\t", "\r", "(", ")", "\\", "\"", ";",
                "multipart/mixed; boundary=b\n", "multipart/alternative;\n boundary=\"b\"\n", "text/plain", "text/html", "; charset=latin1\n", "'",
                "*0*=", "x=", "=?utf-8?q?=41?=", "\u{c}",
            ]), 0..20),
            body_pieces in prop::collection::vec(prop::sample::select(vec![
                "--b\n", "--b--\n", "\n", "text =41\n", "QUJD\n", "Content-Type: text/html\n", "Content-Transfer-Encoding: base64\n", "<b>c</b>", "\u{e9}",
            ]), 0..12),
        ) {
            let raw = format!("{}\n\n{}", head.concat(), body_pieces.concat());
            if let Some(alone) = alone(raw.as_bytes()) {
                prop_assert_eq!(body(&alone), body(raw.as_bytes()));
            }
        }
    }
}
