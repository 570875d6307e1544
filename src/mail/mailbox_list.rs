//! Lists of mailboxes as From, Reply-To, To and Cc hold them (RFC 5322 §3.4, the obsolete forms of §4.4 too), read in one pass.

use super::encoded_word::length;
use super::field;
use super::{Address, Mailbox};
use memchr::memchr;

/// How many mailboxes of one field are kept.
const MOST: usize = 1_000;

/// The mailboxes of one value, groups opened.
#[derive(Debug, Default)]
pub(super) struct MailboxList {
    /// In order; what names somebody without an address that can be read has none.
    pub mailboxes: Vec<Mailbox>,
    /// Whether it can be read in one way alone: quotations, comments and brackets are closed, and no entry holds two addresses. Readers of
    /// mail take what is not sound now for the one, now for the other.
    pub sound: bool,
    /// Whether an address has a route before it (RFC 5322 §4.4), as nothing has written for decades: who checks the sender's domain may take
    /// the route's for it.
    pub routed: bool,
}

impl MailboxList {
    /// Reads a value, folded or not.
    pub fn read(value: &[u8]) -> Self {
        let mut reader = Reader {
            rest: value,
            list: MailboxList { sound: true, ..MailboxList::default() },
            ..Reader::default()
        };
        while let Some((&byte, behind)) = reader.rest.split_first() {
            if reader.list.mailboxes.len() >= MOST {
                reader.list.sound = false;
                break;
            }
            reader.take(byte, behind);
        }
        reader.end_entry();
        reader.list
    }
}

/// What has been read of the entry at hand.
#[derive(Debug, Default)]
struct Reader<'a> {
    rest: &'a [u8],
    list: MailboxList,
    /// The words outside brackets and comments as they are shown: quotations without their marks.
    shown: Vec<u8>,
    /// The same as written.
    written: Vec<u8>,
    /// Whether an `@` stands in them, outside quotations.
    at: bool,
    /// What stands in parentheses.
    comment: Vec<u8>,
    /// What stands in angle brackets.
    angle: Option<&'a [u8]>,
    /// Delimiters that are never closed from here on; they are read as any other character.
    unclosed: [bool; 4],
}

impl<'a> Reader<'a> {
    fn take(&mut self, byte: u8, behind: &'a [u8]) {
        if let Some(word) = word(self.rest) {
            self.shown.extend_from_slice(word);
            self.written.extend_from_slice(word);
            self.rest = &self.rest[word.len()..];
            return;
        }
        self.rest = behind;
        match byte {
            b'"' if !self.unclosed[0] => match quotation(behind) {
                Some(end) => {
                    self.shown.extend(unescaped(&behind[..end]));
                    self.written.push(b'"');
                    self.written.extend_from_slice(&behind[..=end]);
                    self.rest = &behind[end + 1..];
                }
                None => self.never_closed(0, byte),
            },
            b'(' if !self.unclosed[1] => match comment(behind) {
                Some(end) => {
                    if !self.comment.is_empty() {
                        self.comment.push(b' ');
                    }
                    self.comment.extend(unescaped(&behind[..end]));
                    self.rest = &behind[end + 1..];
                    self.space();
                }
                None => self.never_closed(1, byte),
            },
            b'<' if !self.unclosed[2] => match bracket(behind) {
                Some(end) => {
                    if self.angle.is_some() {
                        self.list.sound = false;
                        self.end_entry();
                    }
                    self.angle = Some(&behind[..end]);
                    self.rest = &behind[end + 1..];
                }
                None => self.never_closed(2, byte),
            },
            b'[' if !self.unclosed[3] && self.written.ends_with(b"@") => match memchr(b']', behind) {
                Some(end) => {
                    self.put(b'[');
                    self.written.extend_from_slice(&behind[..=end]);
                    self.rest = &behind[end + 1..];
                }
                None => self.never_closed(3, byte),
            },
            b',' | b';' => self.end_entry(),
            // The name of a group.
            b':' if !self.at && self.angle.is_none() => self.forget(),
            byte if byte.is_ascii_whitespace() => self.space(),
            byte => {
                self.at |= byte == b'@';
                self.put(byte);
            }
        }
    }

    fn put(&mut self, byte: u8) {
        self.shown.push(byte);
        self.written.push(byte);
    }

    fn space(&mut self) {
        if !self.written.is_empty() && !self.written.ends_with(b" ") {
            self.put(b' ');
        }
    }

    fn never_closed(&mut self, delimiter: usize, byte: u8) {
        self.unclosed[delimiter] = true;
        self.list.sound = false;
        self.put(byte);
    }

    fn forget(&mut self) {
        self.shown.clear();
        self.written.clear();
        self.comment.clear();
        (self.at, self.angle) = (false, None);
    }

    fn end_entry(&mut self) {
        let written = std::mem::take(&mut self.written);
        let written = written.trim_ascii();
        let named = field::text_of;
        let mailbox = if let Some(angle) = self.angle {
            let (address, routed) = without_route(angle.trim_ascii());
            let address = addr_spec(address);
            self.list.routed |= routed;
            self.list.sound &= !self.at || !names_another(written, address.as_ref());
            let name = if self.shown.trim_ascii().is_empty() { &self.comment } else { &self.shown };
            Mailbox { name: named(name), address }
        } else if let Some(address) = addr_spec(written) {
            Mailbox { name: named(&self.comment), address: Some(address) }
        } else {
            let name = if self.shown.trim_ascii().is_empty() { &self.comment } else { &self.shown };
            Mailbox { name: named(name), address: None }
        };
        if mailbox.address.is_some() || !mailbox.name.is_empty() {
            self.list.mailboxes.push(mailbox);
        }
        self.forget();
    }
}

/// An addr-spec, also with white space around its dots and its `@` (RFC 5322 §4.4).
fn addr_spec(written: &[u8]) -> Option<Address> {
    memchr(b'@', written)?;
    let text = std::str::from_utf8(written).ok()?;
    if !text.contains(char::is_whitespace) {
        return Address::parse(text);
    }
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() && !joined.ends_with(['.', '@']) && !word.starts_with(['.', '@']) {
            return None;
        }
        joined.push_str(word);
    }
    Address::parse(&joined)
}

/// `@relay.example,@other.example:ann@example.org` without its route (RFC 5322 §4.4), and whether it had one.
fn without_route(angle: &[u8]) -> (&[u8], bool) {
    let colon = if angle.starts_with(b"@") { memchr(b':', angle) } else { None };
    colon.map_or((angle, false), |colon| (&angle[colon + 1..], true))
}

/// Whether a name, outside quotations, holds another address than the one in brackets.
fn names_another(name: &[u8], address: Option<&Address>) -> bool {
    field::raw_text(name)
        .split_whitespace()
        .filter_map(|word| Address::parse(word.trim_matches(['\'', '"'])))
        .any(|named| !address.is_some_and(|address| address.same_as(&named)))
}

/// The encoded-word at the start of `text`: a colon or comma in it parts nothing. One that holds what makes an address is none, since
/// other readers would find one there.
fn word(text: &[u8]) -> Option<&[u8]> {
    let word = if text.starts_with(b"=?") { &text[..length(text)?] } else { return None };
    let plain = !word.iter().any(|byte| matches!(byte, b'<' | b'>' | b'@' | b'"' | b'\\'));
    plain.then_some(word)
}

/// Where the quotation ends that begins before `text`.
fn quotation(text: &[u8]) -> Option<usize> {
    end(text, |byte| byte == b'"')
}

/// Where the comment ends that begins before `text`; comments nest (RFC 5322 §3.2.2).
fn comment(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    end(text, |byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// Where the angle bracket is closed that stands before `text`; a quoted local part may hold one.
fn bracket(text: &[u8]) -> Option<usize> {
    let mut quoted = false;
    end(text, |byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

/// The first octet for which `ends` holds, escaped ones passed over.
fn end(text: &[u8], mut ends: impl FnMut(u8) -> bool) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| {
        let passed = std::mem::take(&mut escaped);
        escaped = !passed && byte == b'\\';
        !passed && !escaped && ends(byte)
    })
}

/// A quotation's content without the backslashes of its quoted-pairs.
fn unescaped(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut escaped = false;
    text.iter().copied().filter(move |&byte| {
        escaped = !escaped && byte == b'\\';
        !escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(list: &MailboxList) -> String {
        let one = |mailbox: &Mailbox| {
            format!("{}<{}>", mailbox.name, mailbox.address.as_ref().map_or("", |address| address.as_str()))
        };
        let all: Vec<String> = list.mailboxes.iter().map(one).collect();
        format!("{}{}", all.join(" "), if list.sound { "" } else { " ?" })
    }

    #[test]
    fn mailboxes_in_every_form() {
        let check = |value: &str, expect: &str| {
            assert_eq!(shown(&MailboxList::read(value.as_bytes())), expect, "{value:?}");
        };
        check("ann@example.org", "<ann@example.org>");
        check("Ann Lee <ann@example.org>", "Ann Lee<ann@example.org>");
        check(
            "\"Lee, Ann\" <ann@example.org>, bob@example.org",
            "Lee, Ann<ann@example.org> <bob@example.org>",
        );
        check("ann@example.org (Ann (of \\) infra) Lee)", "Ann (of ) infra) Lee<ann@example.org>");
        check("\"Ann \\\"A\\\" Lee\" <ann@example.org>", "Ann \"A\" Lee<ann@example.org>");
        check("Ann (infra) Lee <ann@example.org>", "Ann Lee<ann@example.org>");
        check("(Ann) <ann@example.org>", "Ann<ann@example.org>");
        check("Undisclosed: ann@example.org, bob@example.org;", "<ann@example.org> <bob@example.org>");
        check("Undisclosed recipients:;", "");
        check("Ann <@relay.example.org,@b.example.org:ann@example.org>", "Ann<ann@example.org>");
        check("ann . lee @ example . org", "<ann.lee@example.org>");
        check("\"ann\"@example.org", "<ann@example.org>");
        check("ann@[192.0.2.1]", "<ann@[192.0.2.1]>");
        check("=?utf-8?q?Ren=C3=A9=2C?= Lee <ann@example.org>", "René, Lee<ann@example.org>");
        check("=?utf-8?q?Lee, Ann: infra?= <ann@example.org>", "Lee, Ann: infra<ann@example.org>");
        check("=?utf-8?q?<bob@example.org>?= <eve@example.net>", "<bob@example.org> <eve@example.net> ?");
        check("Ann\r\n\t<ann@example.org>", "Ann<ann@example.org>");
        check("Ann", "Ann<>");
        check("Lee, Ann <ann@example.org>", "Lee<> Ann<ann@example.org>");
        check(" , ,", "");
        check("<>", "");
        check("\"bob@example.org\" <eve@example.net>", "bob@example.org<eve@example.net>");
        check("ann@example.org <ann@example.org>", "ann@example.org<ann@example.org>");
        check("Ann ann@example.org", "Ann ann@example.org<>");
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_sound() {
        for value in [
            "bob@example.org <eve@example.net>",
            "<bob@example.org> <eve@example.net>",
            "Ann <ann@example.org",
            "\"Ann <ann@example.org>",
            "ann@example.org (Ann",
        ] {
            assert!(!MailboxList::read(value.as_bytes()).sound, "{value:?}");
        }
    }

    #[test]
    fn floods_take_linear_time() {
        let watch = crate::clock::Stopwatch::start();
        for piece in ["\"", "(", "<", "<a@b>", "()", "a@b,", "=?", ":", "\\", "[@["] {
            let value = piece.repeat((512 << 10) / piece.len());
            assert!(MailboxList::read(value.as_bytes()).mailboxes.len() <= MOST + 1);
        }
        assert!(watch.elapsed().as_secs() < 10);
    }
}
