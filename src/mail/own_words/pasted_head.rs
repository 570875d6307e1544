//! The header fields of a mail that was pasted into another.

use super::phrase::plain_lower;
use super::{Region, TextLine};

/// A header field's part in a pasted head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Subject,
    Other,
}

/// The fields' names, in lower case, by language: English, German, French, Dutch, Spanish, Italian, Portuguese, Swedish, Danish
/// and Norwegian, Czech, Polish; then Finnish, Hungarian, Russian, Chinese and Japanese.
const FIELDS: &[(Field, &[&str])] = &[
    (
        Field::From,
        &[
            "from",
            "von",
            "de",
            "van",
            "da",
            "från",
            "fra",
            "od",
            "lähettäjä",
            "feladó",
            "от",
            "发件人",
            "寄件者",
            "差出人",
        ],
    ),
    (
        Field::From,
        &[
            "expéditeur",
            "afzender",
            "remitente",
            "mittente",
            "avsändare",
            "absender",
            "afsender",
            "nadawca",
            "от кого",
        ],
    ),
    (
        Field::Date,
        &[
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoyé",
            "envoyé le",
            "verzonden",
            "enviado",
            "enviado el",
            "fecha",
        ],
    ),
    (
        Field::Date,
        &[
            "inviato",
            "data",
            "enviada",
            "enviada em",
            "enviado em",
            "skickat",
            "sendt",
            "dato",
            "odesláno",
            "wysłano",
        ],
    ),
    (
        Field::Date,
        &[
            "wysłane",
            "lähetetty",
            "päiväys",
            "elküldve",
            "dátum",
            "отправлено",
            "дата",
            "发送时间",
            "日期",
            "送信日時",
            "日時",
        ],
    ),
    (
        Field::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "aan",
            "para",
            "per",
            "till",
            "til",
            "komu",
            "do",
            "vastaanottaja",
            "címzett",
            "кому",
            "收件人",
            "宛先",
        ],
    ),
    (
        Field::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "onderwerp",
            "asunto",
            "oggetto",
            "assunto",
            "ämne",
            "emne",
            "předmět",
            "temat",
        ],
    ),
    (Field::Subject, &["aihe", "tárgy", "тема", "主题", "主旨", "件名"]),
    (
        Field::Other,
        &[
            "cc",
            "bcc",
            "kopie",
            "kopia",
            "kopi",
            "kopio",
            "másolatot kap",
            "копия",
            "抄送",
            "dw",
            "ccn",
            "cco",
            "cci",
        ],
    ),
    (
        Field::Other,
        &[
            "reply-to",
            "reply to",
            "importance",
            "attachments",
            "attached",
            "sent by",
            "organization",
            "message-id",
            "priority",
        ],
    ),
    (
        Field::Other,
        &[
            "antwort an",
            "répondre à",
            "wichtigkeit",
            "anlagen",
            "pièces jointes",
            "bijlagen",
            "list-id",
            "newsgroups",
        ],
    ),
];

/// The line after a run of header fields that begins at `at`, if it is the head of a mail: a sender and something else that only
/// mails have.
pub(super) fn head_end(lines: &[TextLine<'_>], at: usize) -> Option<usize> {
    const MOST_LINES: usize = 40;
    if matches!(field(&lines[at].text), None | Some(Field::Other)) {
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
        match field(&line.text) {
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
fn field(text: &str) -> Option<Field> {
    const LONGEST_NAME: usize = 40;
    const WIDE_COLON_LEAD: u8 = 0xef;
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
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
    if name.is_ascii() {
        return FIELDS
            .iter()
            .find(|(_, names)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
            .map(|&(field, _)| field);
    }
    let name = plain_lower(name);
    FIELDS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|&(field, _)| field)
}
