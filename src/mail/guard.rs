//! What of a message may be handed to mail-parser, decided over the bytes before it sees any of them.
//!
//! mail-parser 0.11 keeps a nested message inside its parent and drops it by recursion: some 25,000 levels end the
//! process, and no panic handler can catch that. So it never sees a nested message: the type `message/rfc822` is
//! blotted out in a copy, which makes of the inner mail an attachment like any other. It also searches the rest of
//! the message for every declared boundary, and decodes some header fields in quadratic time: both are bounded.

use super::{Problem, content_fields};
use mail_parser::{HeaderName, Message, MessageParser, PartType};
use memchr::{memchr, memchr_iter, memmem};
use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

/// What is read of one message, in octets, wherever it comes from: 50 MB. A larger one is kept and read as far as that.
pub const LARGEST_MAIL: usize = 50_000_000;
/// The most MIME parts of a message whose body is read.
const MOST_PARTS: usize = 1_000;
/// The deepest nesting of MIME parts that is read; also the most messages inside a message without a remark.
const DEEPEST: usize = 50;
/// The most octets that mail-parser may look at again and again: seconds, not minutes, whatever the mail.
const MOST_WORK: u64 = 1 << 30;
/// Places where a boundary could stand, if there were one: each may cost some 300 octets of memory.
const MOST_DASHES: usize = 100_000;

/// Parses the body of `raw` within bounds.
///
/// # Errors
///
/// The problem for which only the header section may be read.
pub(super) fn parse<R>(
    raw: &[u8],
    read: impl FnOnce(&Message<'_>) -> R,
) -> Result<(R, Option<Problem>), Problem> {
    let (bytes, remark) = examine(raw)?;
    let bytes = content_fields::alone(&bytes).map_or(bytes, Cow::Owned);
    let parsed = || FOR_BODIES.parse(bytes.as_ref());
    let Ok(message) = catch_unwind(AssertUnwindSafe(parsed)) else {
        return Err(Problem::TooNested("the MIME structure cannot be read".into()));
    };
    let message = message.ok_or(Problem::NoHeader)?;
    let levels = levels(&message);
    if message.parts.len() > MOST_PARTS || levels > DEEPEST {
        return Err(Problem::TooNested(format!("{} MIME parts, {levels} levels", message.parts.len())));
    }
    Ok((read(&message), remark))
}

/// A parser that decodes the fields that a body needs, and no other.
pub(super) static FOR_BODIES: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_text(HeaderName::ContentTransferEncoding)
        .default_header_ignore()
});

/// How deep the parts of a message stand in one another. A part stands before its children.
fn levels(message: &Message<'_>) -> usize {
    let mut level = vec![1_usize; message.parts.len()];
    for (at, part) in message.parts.iter().enumerate() {
        let PartType::Multipart(children) = &part.body else { continue };
        for &child in children.iter().filter(|&&child| child as usize > at) {
            let below = level[at] + 1;
            if let Some(slot) = level.get_mut(child as usize) {
                *slot = below;
            }
        }
    }
    level.into_iter().max().unwrap_or(0)
}

/// The bytes that mail-parser may see, and what has to be said of them.
fn examine(raw: &[u8]) -> Result<(Cow<'_, [u8]>, Option<Problem>), Problem> {
    if raw.len() > LARGEST_MAIL {
        return Err(Problem::TooLarge(raw.len() as u64));
    }
    let mut bytes = Cow::Borrowed(raw);
    let (mut messages, mut multiparts, mut work) = (0_usize, 0_u64, 0_u64);
    for (field, names_a_type) in content_fields(raw) {
        let value = &raw[field.clone()];
        work = work.saturating_add(cost(value));
        if !names_a_type {
            continue;
        }
        multiparts += occurrences(value, b"multipart").count() as u64;
        for subtype in [&b"rfc822"[..], b"global", b"digest"] {
            for at in occurrences(value, subtype).filter(|&at| stands_as_subtype(&value[..at])) {
                messages += 1;
                bytes.to_mut()[field.start + at + 1] = b'_';
            }
        }
    }
    work = work.saturating_add(multiparts.saturating_mul(raw.len() as u64));
    if multiparts > MOST_PARTS as u64
        || (multiparts > 0 && memmem::find_iter(raw, b"--").nth(MOST_DASHES).is_some())
    {
        return Err(Problem::TooNested(format!("{multiparts} multiparts")));
    }
    if work > MOST_WORK {
        return Err(Problem::TooNested("MIME fields that would take too long to read".into()));
    }
    let remark =
        (messages > DEEPEST).then(|| Problem::TooNested(format!("{messages} messages inside this one")));
    Ok((bytes, remark))
}

/// What it may cost to decode a field, in octets looked at: each encoded-word, parameter section and language mark may make the
/// parser look at the whole value again.
fn cost(value: &[u8]) -> u64 {
    let again = memmem::find_iter(value, b"=?").count()
        + memchr_iter(b'\'', value).count()
        + memchr_iter(b'*', value).count();
    again as u64 * value.len() as u64
}

/// The folded values of all fields, wherever in the message, that mail-parser may take for Content-Type,
/// Content-Disposition or Content-Transfer-Encoding, and whether it is the first. It ignores white space inside a name and takes what follows a
/// boundary for a line of its own; so does this.
fn content_fields(raw: &[u8]) -> impl Iterator<Item = (Range<usize>, bool)> + '_ {
    let mut at = 0;
    let mut colons = memchr_iter(b':', raw);
    std::iter::from_fn(move || {
        loop {
            let colon = colons.find(|&colon| colon >= at)?;
            let before = at;
            at = colon + 1;
            let text = &raw[before..colon];
            let name: &[u8] = match text.trim_ascii_end().last() {
                Some(b'e' | b'E') => b"content-type",
                Some(b'n' | b'N') => b"content-disposition",
                Some(b'g' | b'G') => b"content-transfer-encoding",
                _ => continue,
            };
            if ends_with_name(text, name) {
                let names_a_type = name == b"content-type";
                let value = at..end_of_field(raw, at);
                at = value.end;
                return Some((value, names_a_type));
            }
        }
    })
}

/// Whether `text` ends with `name`, white space other than line ends left out of account.
fn ends_with_name(text: &[u8], name: &[u8]) -> bool {
    let mut left = text.iter().rev();
    name.iter().rev().all(|want| {
        let byte = left.by_ref().find(|&&byte| byte == b'\n' || !byte.is_ascii_whitespace());
        byte.is_some_and(|byte| byte.eq_ignore_ascii_case(want))
    })
}

/// Whether what follows `before` may be a subtype: a slash or a comment's end stands in front of it.
fn stands_as_subtype(before: &[u8]) -> bool {
    matches!(before.trim_ascii_end().last(), Some(b'/' | b')'))
}

/// Where the folded field ends whose value begins at `at`: at a line end behind which no white space stands.
fn end_of_field(raw: &[u8], at: usize) -> usize {
    let mut from = at;
    while let Some(length) = memchr(b'\n', &raw[from..]) {
        from += length + 1;
        if !matches!(raw.get(from), Some(b' ' | b'\t')) {
            return from;
        }
    }
    raw.len()
}

/// Where `word` stands in `text`, whatever its case.
fn occurrences<'t>(text: &'t [u8], word: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    text.windows(word.len()).enumerate().filter(|(_, w)| w.eq_ignore_ascii_case(word)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(raw: &[u8]) -> Result<(Option<String>, Option<Problem>), Problem> {
        parse(raw, |message| message.body_text(0).map(|text| text.trim().to_owned()))
    }

    #[test]
    fn an_ordinary_mail_is_read_as_it_is() {
        let raw = b"Content-Type: text/plain\n\nrfc822 and multipart/digest are words\n";
        assert!(matches!(examine(raw), Ok((Cow::Borrowed(_), None))));
        assert_eq!(text_of(raw), Ok((Some("rfc822 and multipart/digest are words".into()), None)));
    }

    #[test]
    fn a_hundred_thousand_messages_inside_one_another() {
        let raw = "Content-Type: message/rfc822\n\n".repeat(100_000);
        let (_, remark) = text_of(raw.as_bytes()).unwrap();
        assert_eq!(remark, Some(Problem::TooNested("100000 messages inside this one".into())));
    }

    #[test]
    fn a_nested_message_is_found_however_its_field_is_written() {
        let forms = [
            "Content-Type: message/rfc822",
            "CONTENT-TYPE : MESSAGE/RFC822",
            "Con tent - Type:message/global",
            "Content-Type:\n message\n /(a\n b) rfc822; x=y",
            "::Content-Type: message/ rfc822",
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
            "Content-Type: multipart/digest; boundary=b\n\n--b",
            "X: y\nContent-Type: multipart/mixed; boundary=b\n\n--bContent-Type: message/rfc822",
        ];
        for form in forms {
            let nested = parse(format!("{form}\n\n").repeat(40).as_bytes(), |message| {
                message.parts.iter().any(|part| part.is_message())
            });
            assert_eq!(nested.map(|(nested, _)| nested), Ok(false), "{form:?}");
        }
    }

    #[test]
    fn a_boundary_is_left_alone() {
        let raw = b"Content-Type: multipart/mixed; boundary=\"digest-global-rfc822\"\n\n--digest-global-rfc822\n\nhello\n--digest-global-rfc822--\n";
        assert_eq!(text_of(raw).unwrap().0.as_deref(), Some("hello"));
    }

    #[test]
    fn ten_thousand_nested_parts_are_not_read() {
        let mut raw = String::new();
        for level in 0..10_000 {
            raw += &format!("Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n");
        }
        assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
        let mut raw = String::new();
        for level in 0..60 {
            raw += &format!("Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n");
        }
        assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
    }

    #[test]
    fn too_many_parts_are_not_read() {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(2_000));
        assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b".repeat(200_000));
        assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
    }

    #[test]
    fn a_message_over_the_cap_is_not_read() {
        let mut raw = b"Subject: x\n\n".to_vec();
        raw.resize(LARGEST_MAIL + 1, b'a');
        assert_eq!(text_of(&raw), Err(Problem::TooLarge(LARGEST_MAIL as u64 + 1)));
    }

    #[test]
    fn fields_that_take_long_to_decode_are_not_read() {
        let continued: String = (0..100_000).map(|n| format!(" name*{n}*=utf-8''a;\n")).collect();
        for value in [continued, "=?ab?q?".repeat(100_000), "x='".repeat(100_000)] {
            let raw = format!("Content-Type: text/plain;\n x={value}\n\nhello\n");
            assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
        }
        let unfound = "--b\nContent-Type: multipart/mixed; boundary=none\n\n".repeat(900);
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{unfound}{}", "x\n".repeat(2 << 20));
        assert!(matches!(text_of(raw.as_bytes()), Err(Problem::TooNested(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_message_is_ever_nested(pieces in prop::collection::vec(prop::sample::select(vec![
            "Content-Type", "content-type ", "Content-Transfer-Encoding: base64", ":", " ", "\n", "\n\n", "\r\n", "\t", "--b", "--",
            "message", "/", "rfc822", "global", "multipart/mixed; boundary=b", "multipart/digest; boundary=\"b\"", ";", "(", ")", "\\", "\"",
            "=?utf-8?b?", "Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMg==", "?=", "'", "*0*=", "x=", "\0", "\u{b}", "\u{c}", "text/html", "<b>",
        ]), 0..60)) {
            let raw = pieces.concat();
            if let Ok((nested, _)) = parse(raw.as_bytes(), |message| message.parts.iter().any(|part| part.is_message())) {
                prop_assert!(!nested);
            }
        }
    }
}
