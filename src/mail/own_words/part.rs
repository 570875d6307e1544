//! Which parts of a message are its text.

use super::Flowed;
use super::cms::{self, Content};
use super::habits::{self, rows};
use super::phrase::{Phrases, holds_vote, plain_lower};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// How many parts of one message are looked at.
const MOST_PARTS: usize = 1000;

/// A part that is text.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextPart<'m> {
    pub(super) form: Form,
    pub(super) text: &'m str,
    /// The `multipart/alternative` it stands in, by its part number; the outermost where they nest.
    alternative: Option<u32>,
}

/// In what form a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain(Option<Flowed>),
    Html,
}

/// A message's text.
#[derive(Debug, Default)]
pub(super) struct Chosen<'m> {
    /// What the author wrote: the first text with content; of alternatives the plain one.
    pub(super) main: Option<TextPart<'m>>,
    /// The same as HTML, where there is one besides.
    pub(super) html: Option<TextPart<'m>>,
    /// A mail inside an opaque S/MIME object, which stands above all text: its octets.
    pub(super) signed: Option<Vec<u8>>,
    /// What stands below it: text behind an attachment, a list's footer.
    pub(super) later: Vec<TextPart<'m>>,
}

/// The parts of `message` that are its author's text. Attachments are not, nor is a mail inside the mail.
pub(super) fn choose<'m>(message: &'m Message<'_>) -> Chosen<'m> {
    let (parts, sealed) = text_parts(message);
    let signed = sealed.and_then(|bytes| match cms::content(bytes) {
        Content::Signed(mail) => Some(mail),
        _ => None,
    });
    let Some(first) = parts.first().copied() else {
        return Chosen { signed, ..Chosen::default() };
    };
    let beside = |form: fn(Form) -> bool| {
        let same = |part: &&TextPart<'m>| part.alternative.is_some() && part.alternative == first.alternative;
        parts.iter().filter(same).find(|part| form(part.form)).copied()
    };
    let html = beside(|form| form == Form::Html);
    let plain = beside(|form| form != Form::Html).filter(|plain| html.is_none() || !is_stand_in(plain.text));
    let main = plain.or(html).unwrap_or(first);
    let html = html.filter(|_| main.form != Form::Html);
    let later = parts.iter().copied().filter(|part| {
        let own = part.alternative.is_none() || part.alternative != first.alternative;
        own && !std::ptr::eq(part.text, main.text) && (part.form != Form::Html || main.form == Form::Html)
    });
    Chosen { main: Some(main), html, signed, later: later.collect() }
}

/// Whether a plain text only says that the HTML beside it is to be read.
fn is_stand_in(text: &str) -> bool {
    const LONGEST: usize = 600;
    static VIEWERS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::of(rows(habits::FOOTERS).filter(|row| row.kind == "viewer").map(|row| row.phrase))
    });
    let text = text.trim();
    text.len() <= LONGEST && !holds_vote(text) && VIEWERS.fit(&plain_lower(text))
}

/// What of the mail is encrypted, and by what; in words.
pub(super) fn encryption(message: &Message<'_>) -> Option<&'static str> {
    const OPENPGP: &str = "a mail encrypted with OpenPGP; none of it can be read";
    const SMIME: &str = "a mail encrypted with S/MIME; none of it can be read";
    let pgp = |part: &MessagePart<'_>| {
        matches!(part.body, PartType::Multipart(_)) && is(subtype(part), "encrypted")
    };
    if message.parts.iter().any(pgp) {
        return Some(OPENPGP);
    }
    if let Some(sealed) = message.parts.iter().take(MOST_PARTS).find(|part| is_smime(part)) {
        let object = cms::content(sealed.contents());
        let stands_alone =
            || text_parts(message).1.is_some_and(|above| std::ptr::eq(above, sealed.contents()));
        return match (object, smime_type(sealed)) {
            (Content::Signed(_), _) => None,
            (Content::Encrypted, _) => Some(SMIME),
            (Content::Other, Some(kind)) if is(kind, "enveloped-data") || is(kind, "authenveloped-data") => {
                Some(SMIME)
            }
            (Content::Other, Some(kind)) if is(kind, "certs-only") => None,
            (Content::Other, _) if stands_alone() => {
                Some("a mail encrypted with S/MIME, or signed with it and damaged; it cannot be read")
            }
            _ => None,
        };
    }
    let text = text_parts(message).0.into_iter().find(|part| part.form != Form::Html)?.text;
    let above = ARMOURED.find(text.as_bytes()).map(|at| &text[..at])?;
    if above.trim().is_empty() {
        return Some(OPENPGP);
    }
    above.ends_with('\n').then_some("a mail with a part encrypted with OpenPGP, which cannot be read")
}

/// The first line of what OpenPGP encrypted (RFC 9580 §6.2.1).
static ARMOURED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----BEGIN PGP MESSAGE-----"));

/// RFC 8551 §3.2.2.
fn smime_type<'m>(part: &'m MessagePart<'_>) -> Option<&'m str> {
    part.content_type()?.attribute("smime-type")
}

/// RFC 8551 §3.2: `application/pkcs7-mime`, and as it was called before.
fn is_smime(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("application"))
        && (is(subtype(part), "pkcs7-mime") || is(subtype(part), "x-pkcs7-mime"))
}

/// Text parts with content, in order; and an S/MIME object that stands above them.
fn text_parts<'m>(message: &'m Message<'_>) -> (Vec<TextPart<'m>>, Option<&'m [u8]>) {
    let mut found = Vec::new();
    let mut sealed = None;
    let mut open: Vec<(u32, Option<u32>)> = vec![(0, None)];
    for _ in 0..MOST_PARTS {
        let Some((id, alternative)) = open.pop() else { break };
        let Some(part) = message.parts.get(id as usize) else { continue };
        match &part.body {
            PartType::Multipart(children) => {
                let kind = subtype(part);
                if is(kind, "digest") || is(kind, "encrypted") {
                    continue;
                }
                let alternative = alternative.or_else(|| is(kind, "alternative").then_some(id));
                let children =
                    children.iter().take(MOST_PARTS).take(if is(kind, "signed") { 1 } else { MOST_PARTS });
                let at = open.len();
                open.extend(children.filter(|&&child| child != id).map(|&child| (child, alternative)));
                open[at..].reverse();
            }
            PartType::Text(text) | PartType::Html(text)
                if !is_broken_file(part) && (id == 0 || !is_attached(part, found.is_empty())) =>
            {
                let form = match &part.body {
                    PartType::Html(_) => Form::Html,
                    _ if is_plain(part) => Form::Plain(flowed(part)),
                    _ => continue,
                };
                if !text.trim().is_empty() {
                    found.push(TextPart { form, text, alternative });
                }
            }
            _ if found.is_empty() && sealed.is_none() && is_smime(part) => sealed = Some(part.contents()),
            _ => {}
        }
    }
    (found, sealed)
}

fn subtype<'p>(part: &'p MessagePart<'_>) -> &'p str {
    part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default()
}

fn is(subtype: &str, name: &str) -> bool {
    subtype.eq_ignore_ascii_case(name)
}

/// `text/plain`, also where nothing says what it is (RFC 2045 §5.2).
fn is_plain(part: &MessagePart<'_>) -> bool {
    part.content_type()
        .is_none_or(|kind| !kind.ctype().eq_ignore_ascii_case("text") || is(subtype(part), "plain"))
}

/// RFC 2183: said to be an attachment, or a named file behind the text.
fn is_attached(part: &MessagePart<'_>, first: bool) -> bool {
    part.content_disposition()
        .is_some_and(|disposition| disposition.ctype().eq_ignore_ascii_case("attachment"))
        || (!first && part.attachment_name().is_some())
}

/// A picture or another file whose encoding is broken, as where its end was cut off: mail-parser gives it as text, still encoded.
fn is_broken_file(part: &MessagePart<'_>) -> bool {
    const FILES: [&str; 4] = ["application", "audio", "image", "video"];
    let is_file = |kind: &mail_parser::ContentType<'_>| {
        FILES.iter().any(|file| kind.ctype().eq_ignore_ascii_case(file))
    };
    part.is_encoding_problem && part.content_type().is_some_and(is_file)
}

fn flowed(part: &MessagePart<'_>) -> Option<Flowed> {
    let kind = part.content_type()?;
    let format = kind.attribute("format")?;
    let del_sp = kind.attribute("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    format.eq_ignore_ascii_case("flowed").then_some(Flowed { del_sp })
}
