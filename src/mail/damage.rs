//! What is damaged in a message's text: octets that no mail may hold, charsets that nobody knows, encodings that do not come out.

use super::Problem;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};
use memchr::memchr;

/// Names under which UTF-8 goes (RFC 3629 §8), in lower case.
const UTF_8: [&str; 4] = ["utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode-2-0-utf-8"];

/// NUL octets, which RFC 5322 §4 forbids: servers drop them, or whatever stands behind them.
pub(super) fn nul_octets(raw: &[u8]) -> Option<Problem> {
    memchr(0, raw).map(|at| {
        Problem::Undecodable(format!("a NUL octet at octet {at}, which no mail may hold; read past it"))
    })
}

/// The first damage in a part that is text.
pub(super) fn damaged_texts(message: &Message<'_>) -> Option<Problem> {
    message
        .parts
        .iter()
        .filter(|part| part.is_text())
        .find_map(damaged_text)
        .map(|what| Problem::Undecodable(what.to_owned()))
}

fn damaged_text(part: &MessagePart<'_>) -> Option<&'static str> {
    let charset = part.content_type().and_then(|content| content.attribute("charset")).map(str::trim);
    let unknown = |name: &str| {
        charset_decoder(name.as_bytes()).is_none()
            && !UTF_8.iter().any(|utf_8| name.eq_ignore_ascii_case(utf_8))
    };
    if part.is_encoding_problem {
        Some("a text whose transfer encoding is damaged; read as far as it goes")
    } else if charset.is_some_and(unknown) {
        Some("a text in a charset that is not known; read as UTF-8")
    } else if text(part).contains(char::REPLACEMENT_CHARACTER) {
        Some("a text with octets that its charset does not have; read without them")
    } else {
        None
    }
}

fn text<'m>(part: &'m MessagePart<'_>) -> &'m str {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text,
        _ => "",
    }
}
