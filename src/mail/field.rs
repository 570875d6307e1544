//! The header section of a message (RFC 5322 §2.2), taken apart into fields without decoding any of them.
//!
//! Fields are decoded one at a time, when asked for; each is bounded first.

use super::encoded_word::decode;
use super::mailbox_list::MailboxList;
use super::{Mailbox, MessageId};
use chrono::{DateTime, Utc};
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// Fields that begin behind this many octets are not read.
pub(super) const LONGEST_SECTION: usize = 1 << 20;
/// How many fields are read, from the top: mail that people and lists send has some hundred.
const MOST_FIELDS: usize = 10_000;
/// What is kept of one field, in octets: enough for References of ten thousand ids, the nearest of which stand last.
const LONGEST_FIELD: usize = 1 << 20;
/// What is decoded of one field of text or addresses, in octets: no more than that is ever shown.
const LONGEST_DECODED: usize = 64 << 10;

/// The header section of one message.
#[derive(Debug)]
pub(super) struct Section<'a> {
    fields: Vec<Field<'a>>,
}

/// One field: its name as written, its value still folded.
#[derive(Debug)]
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> Section<'a> {
    /// Takes the header section of `raw` apart. Lines that are no field (an mbox `From ` line, junk) are passed over.
    pub fn read(raw: &'a [u8]) -> Self {
        let mut fields: Vec<Field<'a>> = Vec::with_capacity(32);
        let mut at = 0;
        let mut folding: Option<(usize, usize)> = None; // start of the open field's name, of its value
        let close = |folding: &mut Option<(usize, usize)>, end: usize, fields: &mut Vec<Field<'a>>| {
            if let Some((name, value)) = folding.take().filter(|(name, _)| *name < LONGEST_SECTION) {
                let end = end.min(value + LONGEST_FIELD);
                let written = &raw[name..value - 1];
                fields.push(Field { name: written.trim_ascii_end(), value: raw[value..end].trim_ascii() });
            }
        };
        while at < raw.len() {
            let end = memchr(b'\n', &raw[at..]).map_or(raw.len(), |length| at + length);
            let line = &raw[at..end];
            if line.is_empty() || line == b"\r" {
                close(&mut folding, at, &mut fields);
                return Section { fields };
            }
            let folded = matches!(line.first(), Some(b' ' | b'\t')) && folding.is_some();
            if !folded {
                close(&mut folding, at, &mut fields);
                if fields.len() >= MOST_FIELDS {
                    return Section { fields };
                }
                folding = name_length(line).map(|length| (at, at + length + 1));
            }
            at = end + 1;
        }
        close(&mut folding, raw.len(), &mut fields);
        Section { fields }
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The name of a field that is too long to be decoded whole. References are not decoded.
    pub fn overlong(&self) -> Option<String> {
        let overlong = |field: &&Field<'_>| {
            field.value.len() > LONGEST_DECODED && !field.name.eq_ignore_ascii_case(b"References")
        };
        let name = self.fields.iter().find(overlong)?.name;
        Some(String::from_utf8_lossy(&name[..name.len().min(80)]).into_owned())
    }

    /// The values of all fields of that name, from the top; folded, undecoded.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|f| f.value)
    }

    /// The value of the topmost field of that name.
    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The topmost field of that name, decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(text)
    }

    /// Whether there is a field whose name begins so.
    pub fn has_beginning(&self, begins: &[u8]) -> bool {
        let begins_so =
            |name: &[u8]| name.get(..begins.len()).is_some_and(|n| n.eq_ignore_ascii_case(begins));
        self.fields.iter().any(|field| begins_so(field.name))
    }

    /// The value of the topmost field of that name, if no field `below` stands above it.
    pub fn first_above(&self, name: &str, below: &str) -> Option<&'a [u8]> {
        let above = self.fields.iter().take_while(|f| !f.name.eq_ignore_ascii_case(below.as_bytes()));
        above.filter(|f| f.name.eq_ignore_ascii_case(name.as_bytes())).map(|f| f.value).next()
    }
}

/// How long the field name is that `line` begins with: printable US-ASCII up to the colon (RFC 5322 §2.2).
fn name_length(line: &[u8]) -> Option<usize> {
    let length = memchr(b':', line)?;
    let name = line[..length].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(length)
}

/// A text without line ends and controls, runs of white space made one space, without the characters that turn the
/// direction of writing (they make a name look like another).
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // What needs no look at each character: visible US-ASCII up to the next white space.
        let plain = rest.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(rest.len());
        if plain > 0 {
            out.push_str(&rest[..plain]);
            rest = &rest[plain..];
            continue;
        }
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() && !is_invisible(c) {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether a character shows nothing or changes how its neighbours are laid out.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// The part of a value that is decoded.
fn bounded(value: &[u8]) -> &[u8] {
    &value[..value.len().min(LONGEST_DECODED)]
}

/// The text of an unstructured value: encoded-words (RFC 2047) decoded, unfolded, controls removed.
pub(super) fn text(value: &[u8]) -> String {
    text_of(bounded(value))
}

/// The same of a part of a value, which is bounded already.
pub(super) fn text_of(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) if memmem::find(value, b"=?").is_none() => folded(text),
        _ => folded(&decode(value)),
    }
}

/// A value as it is written, bytes that are no UTF-8 replaced; for fields that are never encoded.
pub(super) fn raw_text(value: &[u8]) -> Cow<'_, str> {
    // The strict check is the faster one, and nearly every field passes it.
    std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

/// The mailboxes of an address value (RFC 5322 §3.4), groups opened.
pub(super) fn mailboxes(value: &[u8]) -> Vec<Mailbox> {
    mailbox_list(value).mailboxes
}

/// The same, with whether it can be read in one way alone.
pub(super) fn mailbox_list(value: &[u8]) -> MailboxList {
    let mut list = MailboxList::read(bounded(value));
    list.sound &= value.len() <= LONGEST_DECODED;
    list
}

/// The Message-IDs of a value (RFC 5322 §3.6.4), in order. Comments and phrases beside them, as old mail programs
/// write, are passed over; one without angle brackets counts if it is all there is.
pub(super) fn message_ids(value: &[u8]) -> Vec<MessageId> {
    let mut ids = Vec::new();
    each_id(value, |id| ids.push(id));
    ids
}

/// Calls `found` with every Message-ID of a value, in order.
pub(super) fn each_id(value: &[u8], mut found: impl FnMut(MessageId)) {
    let mut rest = value;
    let mut any = false;
    while let Some(open) = memchr(b'<', rest) {
        rest = &rest[open + 1..];
        let Some(close) = memchr(b'>', rest) else { break };
        any = true;
        if let Some(id) = std::str::from_utf8(&rest[..close]).ok().and_then(MessageId::parse) {
            found(id);
        }
        rest = &rest[close + 1..];
    }
    if !any && memchr(b'<', value).is_none() && memchr(b'@', value).is_some() {
        std::str::from_utf8(value).ok().and_then(MessageId::parse).into_iter().for_each(found);
    }
}

/// The instant of a date-time value (RFC 5322 §3.3), also in the obsolete forms.
pub(super) fn date(value: &[u8]) -> Option<DateTime<Utc>> {
    let mut line = value[..value.len().min(256)].to_vec();
    line.push(b'\n');
    let obsolete = || DateTime::parse_from_rfc2822(&folded(&raw_text(value))).ok().map(|at| at.to_utc());
    let HeaderValue::DateTime(mut date) = MessageStream::new(&line).parse_date() else { return obsolete() };
    date.second = date.second.min(59); // a leap second is no reason to lose the instant
    let read = date.is_valid().then(|| DateTime::from_timestamp(date.to_timestamp(), 0)).flatten();
    // Years of two digits and times without seconds (RFC 5322 §4.3).
    read.filter(|at| at.timestamp() >= 0).or_else(obsolete)
}

/// List-Id values (RFC 2919 §2) in lower case, without angle brackets and description; each once.
pub(super) fn list_ids(section: &Section<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for value in section.all("List-Id").take(20) {
        let value = raw_text(&value[..value.len().min(2_000)]).into_owned();
        let id = match (value.rfind('<'), value.rfind('>')) {
            (Some(open), Some(close)) if open < close => &value[open + 1..close],
            _ => value.as_str(),
        };
        let id = folded(id).to_lowercase();
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_section_apart() {
        let raw = b"From someone Mon Jan  1 00:00:00 2026\nA: one\r\n two\r\nnot a field\nb : three\nA:four\n\nBody: no";
        let section = Section::read(raw);
        assert_eq!(section.all("a").collect::<Vec<_>>(), [&b"one\r\n two"[..], b"four"]);
        assert_eq!(section.first("B"), Some(&b"three"[..]));
        assert!(!section.has("Body"));
    }

    #[test]
    fn a_section_may_end_anywhere() {
        for raw in [
            &b""[..],
            b"\n",
            b"\r\n\r\n",
            b"A",
            b"A:",
            b"A: b",
            b"A: b\n",
            b"A: b\n c",
            b" \n",
            b":\n",
            b"\0: x\n\n",
        ] {
            let section = Section::read(raw);
            assert!(!section.has("Body"));
        }
    }

    #[test]
    fn a_long_section_is_cut() {
        let mut raw = vec![b'x'; 10];
        raw.extend_from_slice(b": ");
        raw.resize(2 << 20, b'y');
        raw.extend_from_slice(b"\nLate: 1\n\nbody");
        let section = Section::read(&raw);
        assert!(!section.has("Late"));
        assert!(section.first("xxxxxxxxxx").is_some_and(|value| value.len() <= LONGEST_FIELD));
    }

    #[test]
    fn text_is_decoded_and_unfolded() {
        let check = |value: &str, expect: &str| assert_eq!(text(value.as_bytes()), expect, "{value:?}");
        check("plain  text\r\n\t folded", "plain text folded");
        check("=?utf-8?q?caf=C3=A9?= =?utf-8?b?w6k=?=", "caféé");
        check("=?no-such-charset?q?abc?=", "abc");
        check("a\0b\u{202e}c\u{7f}", "abc");
        check("a\u{ad}b\u{e0041}c\u{180e}", "abc");
        check("=?utf-8?q?broken", "=?utf-8?q?broken");
        assert_eq!(text(b"\xff\xfe x"), "\u{fffd}\u{fffd} x");
    }

    #[test]
    fn hostile_encoded_words_take_linear_time() {
        let value = "=?ab?q?".repeat(150_000);
        let watch = crate::clock::Stopwatch::start();
        assert!(text(value.as_bytes()).len() <= LONGEST_DECODED);
        assert!(mailboxes(value.as_bytes()).len() <= 1);
        assert!(watch.elapsed().as_secs() < 5);
    }

    #[test]
    fn ids_stand_in_angle_brackets() {
        let check = |value: &str, expect: &[&str]| {
            let ids = message_ids(value.as_bytes());
            assert_eq!(ids.iter().map(MessageId::as_str).collect::<Vec<_>>(), expect, "{value:?}");
        };
        check("<a@x.test>\r\n <b@x.test>", &["<a@x.test>", "<b@x.test>"]);
        check("Your message of \"Mon, 1 Jan\" <a@x.test>", &["<a@x.test>"]);
        check("a@x.test", &["<a@x.test>"]);
        check("<a b@x.test> <>", &[]);
        check("yesterday", &[]);
        check("<a@x.test", &[]);
    }

    #[test]
    fn dates_in_many_forms() {
        let check = |value: &str, expect: Option<&str>| {
            let got = date(value.as_bytes()).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            assert_eq!(got.as_deref(), expect, "{value:?}");
        };
        check("Mon, 2 Nov 2026 09:00:00 +0100", Some("2026-11-02T08:00:00Z"));
        check("Mon, 2 Nov 2026 09:00:00 +0100 (CET)", Some("2026-11-02T08:00:00Z"));
        check("2 Nov 26 09:00 GMT", Some("2026-11-02T09:00:00Z"));
        check("Thu, 1 Jan 1970 00:00:00 +0000", Some("1970-01-01T00:00:00Z"));
        check("Thu, 31 Dec 2099 23:59:60 +0000", Some("2099-12-31T23:59:59Z"));
        check("Mon, 32 Nov 2026 09:00:00 +0100", None);
        check("soon", None);
        check("", None);
    }

    #[test]
    fn list_ids_lose_their_description() {
        let section = Section::read(b"List-Id: \"Infra <team>\" <Infra.Example.ORG>\nList-ID: infra.example.org\nList-Id: other.example.org\n\n");
        assert_eq!(list_ids(&section), ["infra.example.org", "other.example.org"]);
    }
}
