//! What a stream of bytes is: an mbox, one message, or neither.

use super::field::begins_message;
use super::separator::Separator;
use std::path::Path;

/// How much of the beginning is looked at, in octets.
pub(super) const HEAD: usize = 256 * 1024;

/// What a stream of bytes holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Messages behind `From_` lines.
    Mbox,
    /// One message and nothing else, as in a `.eml` file.
    Single,
}

/// The mark that some editors put before UTF-8 text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Tells by the first [`HEAD`] octets, and by the name where they can be read both ways; `None` where there is no mail.
pub(super) fn sniff(name: &Path, head: &[u8]) -> Option<Form> {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start();
    if has_extension(name, &["eml"]) && begins_message(text) {
        return Some(Form::Single);
    }
    let separator = Separator::new(text);
    if text.is_empty() || separator.parts(text, 0) {
        return Some(Form::Mbox);
    }
    let message = begins_message(text);
    if message && !has_extension(name, &["mbox", "mbx"]) {
        return Some(Form::Single);
    }
    match separator.find(text, 1, text.len()) {
        Some(_) => Some(Form::Mbox),
        None => message.then_some(Form::Single),
    }
}

/// Whether the name has one of `extensions`, in any case, before `.gz` if that stands behind it.
pub(super) fn has_extension(name: &Path, extensions: &[&str]) -> bool {
    let has = |name: &Path, wanted: &[&str]| {
        name.extension().is_some_and(|found| wanted.iter().any(|wanted| found.eq_ignore_ascii_case(wanted)))
    };
    has(name, extensions)
        || (has(name, &["gz"]) && name.file_stem().is_some_and(|stem| has(Path::new(stem), extensions)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_told_by_its_beginning() {
        let from = "From ann@example.org Thu Sep  7 18:44:03 2017\nSubject: x\n\ntext\n\n";
        let check = |name: &str, head: &str, expect: Option<Form>| {
            assert_eq!(sniff(Path::new(name), head.as_bytes()), expect, "{name}: {head:?}");
        };
        check("a", from, Some(Form::Mbox));
        check("a", &format!("\u{feff}\n{from}"), Some(Form::Mbox));
        check("a", "", Some(Form::Mbox));
        check("a", " \n\n", Some(Form::Mbox));
        check("a", "Subject: x\n\ntext\n", Some(Form::Single));
        check("a.mbox", "Subject: x\n\ntext\n", Some(Form::Single));
        // A message that quotes an mbox, and an mbox whose beginning is lost.
        check("a.eml", &format!("Subject: x\n\n{from}"), Some(Form::Single));
        check("-", &format!("Subject: x\n\n{from}"), Some(Form::Single));
        check("a.MBOX.gz", &format!("Subject: x\n\n{from}"), Some(Form::Mbox));
        check("a", &format!("rest of a line\n\n{from}"), Some(Form::Mbox));
        check("a.mbox", "Dear all,\n\nFrom here on we build.\n", None);
        check("a.eml", "Dear all,\n", None);
        check("a", "\u{7f}ELF\u{2}", None);
    }
}
