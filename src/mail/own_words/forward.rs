//! Forwarded and original-message blocks: a mail pasted below, with a marker, its header fields, or both.

use super::pasted_head::head_end;
use super::phrase::{fits, plain_lower};
use super::text::{fill, next_filled};
use super::{Region, TextLine};

/// What a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The mail replied to.
    Original,
    /// A mail passed on.
    Forwarded,
}

/// A block's head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Its first line: the marker or the first header field.
    pub(super) start: usize,
    /// The line after its head.
    body: usize,
    kind: Kind,
    /// The HTML said that a block begins here.
    known: bool,
}

/// Between dashes: `-----Original Message-----`.
const MARKERS: &[(&str, Kind, &str)] = &[
    ("en", Kind::Original, "original message*"),
    ("en", Kind::Original, "original appointment*"),
    ("en", Kind::Original, "reply message*"),
    ("en", Kind::Forwarded, "forwarded message*"),
    ("en", Kind::Forwarded, "forwarded by *"),
    ("en", Kind::Forwarded, "forwarded mail*"),
    ("en", Kind::Forwarded, "begin forwarded message*"),
    ("en", Kind::Forwarded, "start of forwarded message*"),
    ("de", Kind::Original, "ursprüngliche nachricht*"),
    ("de", Kind::Original, "originalnachricht*"),
    ("de", Kind::Original, "original-nachricht*"),
    ("de", Kind::Forwarded, "weitergeleitete nachricht*"),
    ("fr", Kind::Original, "message d'origine*"),
    ("fr", Kind::Original, "message d’origine*"),
    ("fr", Kind::Original, "message original*"),
    ("fr", Kind::Forwarded, "message transféré*"),
    ("fr", Kind::Forwarded, "message transmis*"),
    ("nl", Kind::Original, "oorspronkelijk bericht*"),
    ("nl", Kind::Original, "origineel bericht*"),
    ("nl", Kind::Forwarded, "doorgestuurd bericht*"),
    ("es", Kind::Original, "mensaje original*"),
    ("es", Kind::Forwarded, "mensaje reenviado*"),
    ("es", Kind::Forwarded, "forwarded message*"),
    ("it", Kind::Original, "messaggio originale*"),
    ("it", Kind::Forwarded, "messaggio inoltrato*"),
    ("pt", Kind::Original, "mensagem original*"),
    ("pt", Kind::Forwarded, "mensagem encaminhada*"),
    ("pt", Kind::Forwarded, "mensagem reencaminhada*"),
    ("sv", Kind::Original, "ursprungligt meddelande*"),
    ("sv", Kind::Original, "originalmeddelande*"),
    ("sv", Kind::Forwarded, "vidarebefordrat meddelande*"),
    ("da", Kind::Original, "oprindelig meddelelse*"),
    ("da", Kind::Original, "original meddelelse*"),
    ("da", Kind::Forwarded, "videresendt meddelelse*"),
    ("nb", Kind::Original, "opprinnelig melding*"),
    ("nb", Kind::Forwarded, "videresendt melding*"),
    ("cs", Kind::Original, "původní zpráva*"),
    ("cs", Kind::Original, "původní e-mail*"),
    ("cs", Kind::Forwarded, "přeposlaná zpráva*"),
    ("pl", Kind::Original, "oryginalna wiadomość*"),
    ("pl", Kind::Original, "wiadomość oryginalna*"),
    ("pl", Kind::Original, "pierwotna wiadomość*"),
    ("pl", Kind::Forwarded, "treść przekazanej wiadomości*"),
    ("pl", Kind::Forwarded, "przekazana wiadomość*"),
    ("fi", Kind::Original, "alkuperäinen viesti*"),
    ("hu", Kind::Original, "eredeti üzenet*"),
    ("ru", Kind::Original, "исходное сообщение*"),
    ("ru", Kind::Forwarded, "пересылаемое сообщение*"),
    ("ru", Kind::Forwarded, "пересланное сообщение*"),
    ("zh", Kind::Original, "原始邮件*"),
    ("zh", Kind::Forwarded, "转发的邮件*"),
    ("ja", Kind::Original, "original message*"),
    ("ja", Kind::Forwarded, "転送メッセージ*"),
];

/// Without dashes, as Apple Mail writes them; each ends with a colon.
const BARE_MARKERS: &[(&str, &str)] = &[
    ("en", "begin forwarded message"),
    ("de", "anfang der weitergeleiteten nachricht"),
    ("de", "anfang der weitergeleiteten e-mail"),
    ("fr", "début du message réexpédié"),
    ("fr", "début du message transféré"),
    ("nl", "begin doorgestuurd bericht"),
    ("es", "inicio del mensaje reenviado"),
    ("it", "inizio messaggio inoltrato"),
    ("pt", "início da mensagem reencaminhada"),
    ("pt", "início da mensagem encaminhada"),
    ("sv", "vidarebefordrat brev"),
    ("sv", "påbörja vidarebefordrat brev"),
    ("da", "start på videresendt besked"),
    ("da", "videresendt besked"),
    ("nb", "videresendt melding"),
    ("cs", "začátek přeposílané zprávy"),
    ("pl", "początek przekazywanej wiadomości"),
];

/// A marker that closes a forwarded mail: mutt, Gnus, RFC 934.
const END_MARKERS: &[&str] = &[
    "end forwarded message*",
    "end of forwarded message*",
    "end of original message*",
    "end original message*",
];

/// What says that the answers stand inside the block, in the words above it.
const INLINE: &[&str] = &[
    "inline",
    "in-line",
    "in line",
    "see below",
    "comments below",
    "answers below",
    "my comments",
    "siehe unten",
    "s.u.",
    "weiter unten",
    "zie onder",
    "zie hieronder",
    "voir ci-dessous",
    "ci-dessous",
    "réponses dans le texte",
    "ver abajo",
    "más abajo",
    "vedi sotto",
    "qui sotto",
    "ver abaixo",
    "se nedan",
    "se nedenfor",
    "viz níže",
    "zobacz poniżej",
    "poniżej",
];

/// The first block that begins in the text, if any.
pub(super) fn find(lines: &[TextLine<'_>]) -> Option<Block> {
    (0..lines.len()).find_map(|at| block_at(lines, at))
}

fn block_at(lines: &[TextLine<'_>], at: usize) -> Option<Block> {
    let line = &lines[at];
    if line.blank || !matches!(line.region, None | Some(Region::Attribution)) {
        return None;
    }
    let block = |kind, body| Some(Block { start: at, body, kind, known: line.opens_forward });
    if let Some(kind) = marker(&line.text) {
        let head = next_filled(lines, at + 1).and_then(|next| head_end(lines, next));
        return block(kind, head.unwrap_or(at + 1));
    }
    if is_rule(&line.text) {
        let below = next_filled(lines, at + 1).filter(|&below| below - at <= 3);
        return below.and_then(|below| head_end(lines, below)).and_then(|body| block(Kind::Original, body));
    }
    match head_end(lines, at) {
        Some(body) => block(Kind::Original, body),
        None if line.opens_forward => block(Kind::Original, at),
        None => None,
    }
}

/// What kind of block the line opens as a marker.
fn marker(text: &str) -> Option<Kind> {
    const LONGEST: usize = 160;
    let bare = text.trim();
    if bare.len() > LONGEST {
        return None;
    }
    if let Some(inside) = between_dashes(bare) {
        let inside = plain_lower(inside);
        return MARKERS.iter().find(|(_, _, phrase)| fits(phrase, &inside)).map(|&(_, kind, _)| kind);
    }
    let named = bare.strip_suffix(':')?;
    if named.len() < 15 || named.contains(':') {
        return None;
    }
    let named = plain_lower(named);
    let named = named.trim_end();
    BARE_MARKERS.iter().any(|(_, phrase)| named == *phrase).then_some(Kind::Forwarded)
}

fn is_end_marker(line: &TextLine<'_>) -> bool {
    let inside = if line.is_open() { between_dashes(line.text.trim()) } else { None };
    inside.map(plain_lower).is_some_and(|inside| END_MARKERS.iter().any(|phrase| fits(phrase, &inside)))
}

/// The words in a line that begins with dashes and has more of them behind; one phone goes on with the header fields there.
fn between_dashes(text: &str) -> Option<&str> {
    let dash = |c: char| matches!(c, '-' | '_' | '=' | '\u{2010}'..='\u{2015}');
    if !text.starts_with(dash) {
        return None;
    }
    let words = text.trim_start_matches(dash);
    let leading = text[..text.len() - words.len()].chars().count();
    let end = words.char_indices().zip(words.chars().skip(1)).find(|((_, c), next)| dash(*c) && dash(*next));
    let inside = words[..end?.0.0].trim();
    (leading >= 2 && !inside.is_empty()).then_some(inside)
}

fn is_rule(text: &str) -> bool {
    let bare = text.trim();
    bare.len() >= 5 && (bare.bytes().all(|b| b == b'_') || bare.bytes().all(|b| b == b'-'))
}

/// Settles what of the text at and below the first block is whose.
///
/// Words of one's own above a block mean that it was answered from the top: all of it is somebody else's. Where nothing stands
/// above, the answer may stand in it or below it: doubt. Where the block is quoted by `>` below its head, that tells them apart.
/// `forwards`: the subject says that the mail passes another on.
pub(super) fn settle(lines: &mut [TextLine<'_>], first: Option<Block>, forwards: bool) {
    let Some(first) = first else { return };
    let ends: Vec<usize> = (first.start..lines.len()).filter(|&at| is_end_marker(&lines[at])).collect();
    let mut ends = ends.into_iter().peekable();
    let mut above = Above::Nothing;
    let (mut read_to, mut doubted) = (0, false);
    let mut block = Some(first);
    while let Some(Block { start, body, kind, known }) = block {
        above = answer_above(above, &lines[read_to..start]);
        fill(lines, start..body, Region::Forward);
        while ends.next_if(|&end| end < body).is_some() {}
        read_to = match ends.next() {
            Some(end) => {
                fill(lines, body..end + 1, Region::Forward);
                end + 1
            }
            None => {
                let passed_on = forwards || kind == Kind::Forwarded;
                match (quoted_by_marks(lines, body).filter(|_| !known), &above) {
                    (Some(Marks::Attributed), _) => {}
                    (Some(Marks::Bare), Above::Nothing) if !passed_on => {}
                    _ if doubted => {}
                    (None, Above::Nothing) if passed_on => {
                        return fill(lines, body..lines.len(), Region::Forward);
                    }
                    (None, Above::Words) => return fill(lines, body..lines.len(), Region::Forward),
                    _ => {
                        doubt(&mut lines[body..]);
                        doubted = true;
                    }
                }
                body
            }
        };
        block = (read_to.max(start + 1)..lines.len()).find_map(|at| block_at(lines, at));
    }
}

/// How the text below a block's head is set off from the answers.
enum Marks {
    /// By `>` on its lines.
    Bare,
    /// The same, under an attribution line.
    Attributed,
}

fn quoted_by_marks(lines: &[TextLine<'_>], body: usize) -> Option<Marks> {
    let mut next = next_filled(lines, body)?;
    let mut marks = Marks::Bare;
    while lines[next].region == Some(Region::Attribution) {
        marks = Marks::Attributed;
        next = next_filled(lines, next + 1)?;
    }
    (lines[next].region == Some(Region::Quote)).then_some(marks)
}

fn doubt(lines: &mut [TextLine<'_>]) {
    for line in lines {
        line.certain = false;
    }
}

/// What of the author's own stands above a block.
enum Above {
    /// Nothing, or a greeting.
    Nothing,
    /// Words that send the reader into the block.
    SaysInline,
    Words,
}

fn answer_above(before: Above, lines: &[TextLine<'_>]) -> Above {
    let mut found = before;
    const MOST_LINES_READ: usize = 40;
    for line in lines.iter().filter(|line| line.is_open()).take(MOST_LINES_READ) {
        if matches!(found, Above::SaysInline) {
            break;
        }
        let greeting = line.text.trim_end().ends_with(',') && line.text.split_whitespace().nth(3).is_none();
        if greeting {
            continue;
        }
        let inline = line.text.len() <= 200 && {
            let plain = plain_lower(&line.text);
            INLINE.iter().any(|phrase| plain.contains(phrase))
        };
        found = if inline { Above::SaysInline } else { Above::Words };
    }
    found
}
