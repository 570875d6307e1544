//! The header fields of a mail that was pasted into another.

use super::habits::{self, rows};
use super::look::{BEYOND_ASCII, COLON};
use super::phrase::plain_lower;
use super::{Region, TextLine};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A header field's part in a pasted head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
    Other,
}

/// The fields by their names in lower case.
static FIELDS: LazyLock<HashMap<&'static str, Field>> = LazyLock::new(|| {
    let field = |kind| match kind {
        "from" => Field::From,
        "date" => Field::Date,
        "to" => Field::To,
        "subject" => Field::Subject,
        _ => Field::Other,
    };
    rows(habits::HEADS).map(|row| (row.phrase, field(row.kind))).collect()
});

/// The line after a run of header fields that begins at `at`, if it is the head of a mail: a sender and something else that only
/// mails have.
pub(super) fn head_end(lines: &[TextLine<'_>], at: usize) -> Option<usize> {
    const MOST_LINES: usize = 40;
    if matches!(field(&lines[at]), None | Some(Field::Other)) {
        return None;
    }
    let mut seen: Vec<Field> = Vec::new();
    let mut address = false;
    let mut end = at;
    let mut blank = false;
    for here in at..lines.len().min(at + MOST_LINES) {
        let line = &lines[here];
        if line.blank {
            if std::mem::replace(&mut blank, true) || seen.is_empty() {
                break;
            }
            continue;
        }
        if !matches!(line.region, None | Some(Region::Attribution)) {
            break;
        }
        match field(line) {
            Some(field) if here == at || !seen.is_empty() => {
                if field != Field::Other && seen.contains(&field) {
                    break;
                }
                seen.push(field);
            }
            None if !blank && !seen.is_empty() && continues(lines, here) => {}
            _ => break,
        }
        address |= line.text.contains('@');
        (end, blank) = (here + 1, false);
    }
    let other = seen.contains(&Field::Date)
        || seen.contains(&Field::Subject)
        || (seen.contains(&Field::To) && address);
    (seen.contains(&Field::From) && other).then_some(end)
}

/// A folded header field: the line is indented, or the one above ends in the middle of a list of addresses.
fn continues(lines: &[TextLine<'_>], at: usize) -> bool {
    let above = lines[at - 1].text.trim_end();
    lines[at].text.starts_with([' ', '\t']) || above.ends_with([',', ';', '<'])
}

/// Which header field the line is.
fn field(line: &TextLine<'_>) -> Option<Field> {
    const LONGEST_NAME: usize = 40;
    const WIDE_COLON_LEAD: u8 = 0xef;
    let may_open = matches!(line.look.lead(), b'A'..=b'Z' | b'a'..=b'z' | b'*' | 0x80..);
    if !may_open || !line.look.holds(COLON | BEYOND_ASCII) {
        return None;
    }
    let bare = line.text.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
    let mut near = bare.len().min(LONGEST_NAME);
    memchr::memchr2(b':', WIDE_COLON_LEAD, &bare.as_bytes()[..near])?;
    while !bare.is_char_boundary(near) {
        near -= 1;
    }
    let (at, width) = match (bare[..near].find(':'), bare[..near].find('：')) {
        (Some(at), _) => (at, 1),
        (None, Some(at)) => (at, '：'.len_utf8()),
        (None, None) => return None,
    };
    // An address follows "mailto:", a path follows "http:": neither is a name here.
    let after = &bare[at + width..];
    let spaced = after.is_empty()
        || after.starts_with(|c: char| c.is_whitespace() || c == '*' || !c.is_ascii())
        || width > 1;
    if !spaced {
        return None;
    }
    let name = bare[..at].trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '_');
    if name.is_empty() || name.len() > LONGEST_NAME {
        return None;
    }
    FIELDS.get(plain_lower(name).as_str()).copied()
}
