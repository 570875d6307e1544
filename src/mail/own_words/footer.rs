//! What lists, archives, scanners and companies append.

use super::phrase::{begins_alike, fits, plain_lower};
use super::text::{fill, next_filled};
use super::{Region, TextLine};

/// Words that only a list's footer has near its rule, in lower case.
const LIST_WORDS: &[&str] = &[
    "mailing list",
    "unsubscri",
    "listinfo",
    "/mailman",
    "list-info",
    "groups.io",
    "listserv",
    "sympa",
    "subscribe",
    "lists.",
    "list archive",
    "abbestellen",
    "désabonner",
    "désinscri",
    "afmelden",
    "uitschrijven",
    "cancelar",
    "odhlási",
    "posting guidelines",
    "mailinglist",
    "mailingliste",
    "liste de diffusion",
    "hyperkitty",
    "mailman3",
];

/// Words that a footer has below a rule with which people underline headings too.
const LEAVING_WORDS: &[&str] = &[
    "unsubscri",
    "listinfo",
    "abbestellen",
    "désabonner",
    "désinscri",
    "afmelden",
    "uitschrijven",
    "odhlási",
];

/// Lines that begin a footer by themselves.
const OPENINGS: &[&str] = &[
    "to unsubscribe*",
    "for additional commands*",
    "you received this message because you are subscribed to *",
    "you are receiving this because *",
    "you are receiving this mail because *",
    "for more options, visit *",
    "to view this discussion on the web*",
    "to view this discussion visit *",
    "virus-free.*",
    "virenfrei.*",
    "this email has been checked for viruses*",
    "this e-mail has been checked for viruses*",
    "diese e-mail wurde von avast*",
    "l'absence de virus dans ce courrier*",
    "dit e-mailbericht is gecontroleerd op virussen*",
    "groups.io links:*",
];

/// How a legal notice begins, and what it goes on to say.
const NOTICES: &[&str] = &[
    "this e-mail*",
    "this email*",
    "this message*",
    "this communication*",
    "this transmission*",
    "the information contained*",
    "the information in this*",
    "the information transmitted*",
    "the content of this*",
    "the contents of this*",
    "confidentiality*",
    "disclaimer*",
    "confidential*",
    "important notice*",
    "important:*",
    "notice:*",
    "legal notice*",
    "caution:*",
    "if you are not the intended*",
    "if you have received this*",
    "diese e-mail*",
    "diese nachricht*",
    "der inhalt dieser*",
    "die information*",
    "vertraulich*",
    "ce message*",
    "ce courriel*",
    "cet e-mail*",
    "les informations contenues*",
    "dit bericht*",
    "deze e-mail*",
    "de informatie*",
    "este mensaje*",
    "este correo*",
    "la información*",
    "questo messaggio*",
    "questa e-mail*",
    "il presente messaggio*",
    "le informazioni*",
    "esta mensagem*",
    "este e-mail*",
    "detta meddelande*",
    "denna e-post*",
    "denne e-mail*",
    "denne besked*",
    "denne mail*",
    "tato zpráva*",
    "tento e-mail*",
    "ta wiadomość*",
    "niniejsza wiadomość*",
    "treść tej wiadomości*",
];
const NOTICE_WORDS: &[&str] = &[
    "confidential",
    "privileged",
    "intended recipient",
    "intended only",
    "intended solely",
    "intended for",
    "addressee",
    "vertraulich",
    "confidentiel",
    "vertrouwelijk",
    "confidencial",
    "riservat",
    "konfidentiell",
    "fortrolig",
    "důvěrn",
    "poufn",
    "outside of the organization",
    "outside of your organization",
];

/// How far below its rule a footer shows that it is one, in lines.
const NEAR: usize = 4;

/// Marks what pipermail puts in place of attachments. Texts behind them are kept, in doubt: they were attached.
pub(super) fn mark_scrubbed(lines: &mut [TextLine<'_>]) {
    let (mut below, mut within) = (false, false);
    for line in lines.iter_mut() {
        let opens = line.is_open()
            && line.text.starts_with('-')
            && line.text.trim_end() == "-------------- next part --------------";
        below |= opens;
        within = opens || (within && !line.blank && is_scrubbing(&line.text));
        if within {
            line.region.get_or_insert(Region::Footer);
        } else if below {
            line.certain = false;
        }
    }
}

fn is_scrubbing(text: &str) -> bool {
    const FIELDS: &[&str] = &["name:", "type:", "size:", "desc:", "url:", "url :"];
    text.trim_end().ends_with(" attachment was scrubbed...")
        || FIELDS
            .iter()
            .any(|field| text.get(..field.len()).is_some_and(|start| start.eq_ignore_ascii_case(field)))
}

/// Marks footers and legal notices. What follows a footer and is none is kept, in doubt.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    let mut at = 0;
    let mut below_footer = false;
    while at < lines.len() {
        if !lines[at].is_open() {
            below_footer &= lines[at].blank || lines[at].region == Some(Region::Footer);
            at += 1;
            continue;
        }
        let opens = at == 0 || !lines[at - 1].is_open();
        if let Some(end) = footer_at(lines, at, opens) {
            fill(lines, at..end, Region::Footer);
            below_footer = true;
            at = end;
            continue;
        }
        if below_footer {
            lines[at].certain = false;
        }
        at += 1;
    }
}

/// The line after a footer that begins at `at`. `opens`: a paragraph begins there.
fn footer_at(lines: &[TextLine<'_>], at: usize, opens: bool) -> Option<usize> {
    let text = lines[at].text.trim();
    let google = matches!(text, "--" | "-- ") && google_below(lines, at);
    if google || is_rule(text) {
        let words = if text.starts_with('_') || google { LIST_WORDS } else { LEAVING_WORDS };
        let below = next_filled(&lines[..lines.len().min(at + NEAR)], at + 1)?;
        let mut near = lines[below..].iter().take(NEAR).take_while(|line| line.is_open());
        return near.any(|line| has_words(&line.text, words)).then(|| paragraph_end(lines, below));
    }
    if (opens || is_command(text)) && text.len() <= LONGEST_OPENING && begins(text, OPENINGS) {
        return Some(paragraph_end(lines, at));
    }
    if opens && begins(text, NOTICES) {
        let end = paragraph_end(lines, at);
        let telling = lines[at..end].iter().take(NOTICE_LINES).any(|line| {
            let plain = line.text.get(..NOTICE_OCTETS).unwrap_or(&line.text).to_lowercase();
            NOTICE_WORDS.iter().any(|word| plain.contains(word))
        });
        return telling.then_some(end);
    }
    None
}

const LONGEST_OPENING: usize = 300;
const NOTICE_LINES: usize = 12;
const NOTICE_OCTETS: usize = 2000;

/// A line of underscores, dashes or the like.
fn is_rule(text: &str) -> bool {
    const SHORTEST: usize = 10;
    text.len() >= SHORTEST && text.bytes().all(|b| matches!(b, b'_' | b'-' | b'=' | b'*' | b'#' | b'~'))
}

/// Google Groups and vger put their footer behind a signature separator.
fn google_below(lines: &[TextLine<'_>], at: usize) -> bool {
    lines.get(at + 1).is_some_and(|below| {
        below.is_open() && below.text.len() <= LONGEST_OPENING && begins(below.text.trim(), OPENINGS)
    })
}

/// ezmlm's two lines stand together, whatever is above them.
fn is_command(text: &str) -> bool {
    text.contains(':') && text.contains('@')
}

fn begins(text: &str, phrases: &[&str]) -> bool {
    const SHORTEST_PHRASE: usize = 7;
    const LONGEST_PHRASE: usize = 64;
    let mut near = text.len().min(LONGEST_PHRASE);
    while !text.is_char_boundary(near) {
        near -= 1;
    }
    let candidate = text.len() >= SHORTEST_PHRASE && phrases.iter().any(|phrase| begins_alike(phrase, text));
    candidate && {
        let plain = plain_lower(&text[..near]);
        phrases.iter().any(|phrase| fits(phrase, &plain))
    }
}

fn has_words(text: &str, words: &[&str]) -> bool {
    const NEAR: usize = 400;
    let mut near = text.len().min(NEAR);
    while !text.is_char_boundary(near) {
        near -= 1;
    }
    let plain = text[..near].to_lowercase();
    words.iter().any(|word| plain.contains(word))
}

fn paragraph_end(lines: &[TextLine<'_>], from: usize) -> usize {
    (from..lines.len()).find(|&at| !lines[at].is_open()).unwrap_or(lines.len())
}
