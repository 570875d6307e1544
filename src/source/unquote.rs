//! A message taken out of its mbox dress: the `From_` line, the `>From ` quoting, the blank line at its end.

use super::from_line::FromLine;
use super::raw_mail::{ArchiveProblem, Place, RawMailRef};
use super::separator::first_line;
use super::sniff::Form;
use memchr::memmem;

/// The message in `span`, which holds the `place.len` octets at `place`, or the first of them. What is over `max` octets is
/// cut off.
pub(super) fn undress<'a>(
    span: &'a [u8],
    len: u64,
    form: Form,
    place: Place,
    max: usize,
    scratch: &'a mut Vec<u8>,
) -> RawMailRef<'a> {
    let from = first_line(span).and_then(FromLine::parse);
    let dress = if from.is_some() { memchr::memchr(b'\n', span).map_or(0, |end| end + 1) } else { 0 };
    let mut bytes = &span[dress..];
    let whole = span.len() as u64 >= len;
    if whole && form == Form::Mbox {
        bytes = without_blank_line(bytes);
    }
    let cut = (!whole || bytes.len() > max).then_some(len.saturating_sub(dress as u64));
    bytes = &bytes[..bytes.len().min(max)];
    if form == Form::Mbox {
        bytes = unquote(bytes, scratch);
    }
    RawMailRef {
        bytes,
        from_line: from.filter(|from| !from.patch).map(|from| from.date),
        place,
        cut,
        problem: bytes.is_empty().then_some(ArchiveProblem::Empty),
    }
}

/// Without the blank line that an mbox puts behind each message.
fn without_blank_line(bytes: &[u8]) -> &[u8] {
    let shorter = bytes.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
    shorter.filter(|rest| rest.is_empty() || rest.ends_with(b"\n")).unwrap_or(bytes)
}

/// Takes one `>` off every line that is `From ` behind one or more of them (mboxrd; for an mboxo the best that can be done).
/// Copies only where there is something to take off.
fn unquote<'a>(bytes: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    scratch.clear();
    let mut copied = 0;
    for hit in memmem::find_iter(bytes, b">From ") {
        let marks = bytes[..hit].iter().rev().take_while(|b| **b == b'>').count();
        let line = hit - marks;
        if line == 0 || bytes[line - 1] == b'\n' {
            scratch.extend_from_slice(&bytes[copied..line]);
            copied = line + 1;
        }
    }
    if copied == 0 {
        return bytes;
    }
    scratch.extend_from_slice(&bytes[copied..]);
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { input: 0, offset: 0, len: 0 };

    fn check(span: &str, form: Form, expect: &str) {
        let mut scratch = Vec::new();
        let mail = undress(span.as_bytes(), span.len() as u64, form, PLACE, 1_000, &mut scratch);
        assert_eq!(String::from_utf8_lossy(mail.bytes), expect, "{span:?}");
        assert_eq!(mail.cut, None);
    }

    #[test]
    fn the_dress_comes_off_once() {
        let from = "From ann@example.org Thu Sep  7 18:44:03 2017";
        check(&format!("{from}\nA: b\n\nc\n\n"), Form::Mbox, "A: b\n\nc\n");
        check(&format!("{from}\r\nA: b\r\n\r\nc\r\n\r\n"), Form::Mbox, "A: b\r\n\r\nc\r\n");
        check(&format!("{from}\nA: b\n\nc\n"), Form::Mbox, "A: b\n\nc\n");
        check(&format!("{from}\nA: b\n\nc"), Form::Mbox, "A: b\n\nc");
        check(&format!("{from}\nA: b\n\nc\n\n\n"), Form::Mbox, "A: b\n\nc\n\n");
        check(
            &format!("{from}\nA: b\n\n>From c\n>>From d\n> >From e\nx >From f\n>Fromg\n"),
            Form::Mbox,
            "A: b\n\nFrom c\n>From d\n> >From e\nx >From f\n>Fromg\n",
        );
        check(">From a\n\n", Form::Mbox, "From a\n");
        // One message in a file: nothing in it was quoted or added.
        check(&format!("{from}\nA: b\n\n>From c\n\n"), Form::Single, "A: b\n\n>From c\n\n");
        check("A: b\n\nc\n", Form::Single, "A: b\n\nc\n");
    }

    #[test]
    fn what_is_too_large_is_cut_and_says_how_large_it_was() {
        let span = format!("From ann@example.org Thu Sep  7 18:44:03 2017\nA: b\n\n{}", "x".repeat(50));
        let mut scratch = Vec::new();
        let cut = |len: u64, max: usize, scratch: &mut Vec<u8>| {
            let mail = undress(span.as_bytes(), len, Form::Mbox, PLACE, max, scratch);
            (mail.bytes.len(), mail.cut)
        };
        let len = span.len() as u64;
        assert_eq!(cut(len, 56, &mut scratch), (56, None));
        assert_eq!(cut(len, 55, &mut scratch), (55, Some(56)));
        assert_eq!(cut(len + 9_000, 56, &mut scratch), (56, Some(9_056)));
    }
}
