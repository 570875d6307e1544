//! The header fields of a mail that was pasted into another.

use super::habits::{self, rows};
use super::look::{BEYOND_ASCII, COLON};
use super::phrase::plain_lower;
use super::text::next_filled;
use super::{Region, TextLine};
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

/// The fields by their names in lower case, by the first octet of the name; of two alike the later holds.
static FIELDS: LazyLock<Vec<Vec<(&'static str, Field)>>> = LazyLock::new(|| {
    let field = |kind| match kind {
        "from" => Field::From,
        "date" => Field::Date,
        "to" => Field::To,
        "subject" => Field::Subject,
        _ => Field::Other,
    };
    let mut fields = vec![Vec::new(); 256];
    for row in rows(habits::HEADS) {
        let lead = row.phrase.bytes().next().unwrap_or_default();
        fields[usize::from(lead)].insert(0, (row.phrase, field(row.kind)));
    }
    fields
});

/// A header field's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FieldLine {
    field: Field,
    /// Nothing stands between its colon and its value.
    tight: bool,
}

/// The line after a run of header fields that begins at `at`, if it is the head of a mail: a sender and something else that only
/// mails have. Where values follow their colons at once, as settings in a file do, all of sender, date and subject.
pub(super) fn head_end(lines: &[TextLine<'_>], at: usize) -> Option<usize> {
    const MOST_LINES: usize = 40;
    if field_line(&lines[at]).is_none_or(|line| line.field == Field::Other) {
        return None;
    }
    let mut seen: Vec<Field> = Vec::new();
    let (mut address, mut tight) = (false, false);
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
        match field_line(line) {
            Some(found) if here == at || !seen.is_empty() => {
                if found.field != Field::Other && seen.contains(&found.field) {
                    break;
                }
                seen.push(found.field);
                tight |= found.tight;
            }
            None if !blank && !seen.is_empty() && continues(lines, here) => {}
            _ => break,
        }
        address |= line.text.contains('@');
        (end, blank) = (here + 1, false);
    }
    let (date, subject) = (seen.contains(&Field::Date), seen.contains(&Field::Subject));
    let other =
        if tight { date && subject } else { date || subject || (seen.contains(&Field::To) && address) };
    (seen.contains(&Field::From) && other).then_some(end)
}

/// The line after the head that Lotus Notes writes in columns, if one begins at `at`: the sender and the date on the left, the names
/// of the other fields at the right end, their values between or below.
pub(super) fn columns_end(lines: &[TextLine<'_>], at: usize) -> Option<usize> {
    const MOST_LINES: usize = 24;
    const MOST_ABOVE: usize = 6;
    if !is_indented(&lines[at]) {
        return None;
    }
    let near = &lines[at..lines.len().min(at + MOST_LINES)];
    let goes_on = |line: &&TextLine<'_>| line.blank || is_indented(line);
    let above = near.iter().take_while(goes_on).take(MOST_ABOVE);
    let to = above.map(right_name).position(|name| name == Some(Field::To))?;
    let head = near.iter().take_while(goes_on).count();
    let subject = near[to..head].iter().position(|line| right_name(line) == Some(Field::Subject))?;
    let value = next_filled(near, to + subject + 1).filter(|&value| value < head);
    Some(at + value.unwrap_or(to + subject) + 1)
}

/// Whether the line stands as far in as Lotus Notes puts its columns.
fn is_indented(line: &TextLine<'_>) -> bool {
    const COLUMN: usize = 8;
    !line.blank && line.text.len() > COLUMN && line.text.bytes().take(COLUMN).all(|b| b == b' ')
}

/// The field whose name stands by itself at the right end of the line.
fn right_name(line: &TextLine<'_>) -> Option<Field> {
    const LONGEST: usize = 160;
    let text = line.text.trim_end();
    let (_, name) = Some(text).filter(|text| text.len() <= LONGEST)?.rsplit_once("  ")?;
    of_name(name.trim_matches(is_dressing))
}

/// A folded header field: the line is indented, or the one above ends in the middle of a list of addresses.
fn continues(lines: &[TextLine<'_>], at: usize) -> bool {
    let above = lines[at - 1].text.trim_end();
    lines[at].text.starts_with([' ', '\t']) || above.ends_with([',', ';', '<'])
}

/// Which header field the line is: `From: …`, or as a row of a table, `| From | … |`.
fn field_line(line: &TextLine<'_>) -> Option<FieldLine> {
    const WIDE_COLON_LEAD: u8 = 0xef;
    if line.look.lead() == b'|' {
        let (name, _) = line.text.trim().strip_prefix('|')?.strip_suffix('|')?.split_once('|')?;
        return named(name).map(|field| FieldLine { field, tight: false });
    }
    let may_open = matches!(line.look.lead(), b'A'..=b'Z' | b'a'..=b'z' | b'*' | 0x80..);
    if !may_open || !line.look.holds(COLON | BEYOND_ASCII) {
        return None;
    }
    let bare = line.text.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
    let near = bare.floor_char_boundary(LONGEST_NAME);
    let at = match memchr::memchr2(b':', WIDE_COLON_LEAD, &bare.as_bytes()[..near])? {
        at if bare.as_bytes()[at] == b':' => at,
        _ => bare[..near].find([':', '：'])?,
    };
    let width = if bare[at..].starts_with(':') { 1 } else { '：'.len_utf8() };
    let after = &bare[at + width..];
    let spaced = after.is_empty()
        || after.starts_with(|c: char| c.is_whitespace() || c == '*' || !c.is_ascii())
        || width > 1;
    named(&bare[..at]).map(|field| FieldLine { field, tight: !spaced })
}

/// The longest name of a header field, in octets.
const LONGEST_NAME: usize = 40;

fn named(written: &str) -> Option<Field> {
    of_name(Some(written.trim_matches(is_dressing)).filter(|name| name.len() <= LONGEST_NAME)?)
}

fn is_dressing(c: char) -> bool {
    c.is_whitespace() || c == '*' || c == '_'
}

/// The field of that name, which has nothing around it, whatever the case and the white space in it.
fn of_name(name: &str) -> Option<Field> {
    let lead = name.bytes().next()?.to_ascii_lowercase();
    if !name.is_ascii()
        || name.bytes().any(|octet| octet.is_ascii_whitespace() && octet != b' ')
        || name.contains("  ")
    {
        let plain = plain_lower(name);
        return known(plain.bytes().next()?, |known| known == plain);
    }
    known(lead, |known| name.eq_ignore_ascii_case(known))
}

/// The field that is `alike` among those that begin with `lead`.
fn known(lead: u8, alike: impl Fn(&str) -> bool) -> Option<Field> {
    FIELDS[usize::from(lead)].iter().find(|(known, _)| alike(known)).map(|&(_, field)| field)
}
