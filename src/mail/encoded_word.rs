//! Encoded-words (RFC 2047): text in a header field that is not US-ASCII.
//!
//! Read in one pass. Words of one charset that stand side by side are joined before the charset is undone, since some mail programs cut
//! them in the middle of a character. What is no sound encoded-word is kept as it stands.

use mail_parser::decoders::charsets::map::charset_decoder;
use memchr::{memchr, memmem};

/// The text of `value`, its encoded-words decoded; octets that are no UTF-8 are replaced.
pub(super) fn decode(value: &[u8]) -> String {
    let mut out = String::with_capacity(value.len());
    let mut open: Option<(&[u8], Vec<u8>)> = None; // charset and octets of the words read last
    let (mut kept, mut at) = (0, 0); // where the text begins that is not written yet, where to look on
    while let Some(found) = memmem::find(&value[at..], b"=?").map(|found| at + found) {
        let Some((charset, octets, length)) = word(&value[found..]) else {
            at = found + 2;
            continue;
        };
        let between = &value[kept..found];
        match &mut open {
            Some((before, joined)) if is_space(between) && before.eq_ignore_ascii_case(charset) => {
                joined.extend_from_slice(&octets);
            }
            _ => {
                let follows = open.is_some();
                close(&mut open, &mut out);
                if !(follows && is_space(between)) {
                    out.push_str(&String::from_utf8_lossy(between));
                }
                open = Some((charset, octets));
            }
        }
        at = found + length;
        kept = at;
    }
    close(&mut open, &mut out);
    out.push_str(&String::from_utf8_lossy(&value[kept..]));
    out
}

/// How long the encoded-word is that `text` begins with, if it begins with one.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    word(text).map(|(_, _, length)| length)
}

fn is_space(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_whitespace)
}

fn close(open: &mut Option<(&[u8], Vec<u8>)>, out: &mut String) {
    let Some((charset, octets)) = open.take() else { return };
    match charset_decoder(charset) {
        Some(decoder) => out.push_str(&decoder(&octets)),
        None => out.push_str(&String::from_utf8_lossy(&octets)),
    }
}

/// The encoded-word at the start of `text`: its charset (RFC 2231 §5: without a language), its octets and its length.
fn word(text: &[u8]) -> Option<(&[u8], Vec<u8>, usize)> {
    let rest = text.strip_prefix(b"=?")?;
    let (charset, rest) = upto_mark(rest)?;
    let (encoding, rest) = upto_mark(rest)?;
    let (encoded, rest) = upto_mark(rest)?;
    let rest = rest.strip_prefix(b"=")?;
    let charset = charset.split(|&byte| byte == b'*').next()?;
    let named = !charset.is_empty() && charset.len() <= 40 && charset.iter().all(u8::is_ascii_graphic);
    let octets = match encoding {
        b"q" | b"Q" => quoted(encoded)?,
        b"b" | b"B" => base64(encoded)?,
        _ => return None,
    };
    named.then(|| (charset, octets, text.len() - rest.len()))
}

/// What stands before the next question mark, and what behind it.
fn upto_mark(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mark = memchr(b'?', text)?;
    Some((&text[..mark], &text[mark + 1..]))
}

/// RFC 2047 §4.2; `None` where an octet is not written in two hexadecimal digits.
fn quoted(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    let digit =
        |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some(&byte) = rest.next() {
        octets.push(match byte {
            b'_' => b' ',
            b'=' => digit(rest.next())? << 4 | digit(rest.next())?,
            byte => byte,
        });
    }
    Some(octets)
}

/// RFC 4648 §4, padding optional; `None` where another character stands in it.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                (bits, held) = (0, 0); // a word put together of several has padding in its middle
                continue;
            }
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            octets.push((bits >> held & 0xff) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_the_rest_is_kept() {
        let check = |value: &str, expect: &str| assert_eq!(decode(value.as_bytes()), expect, "{value:?}");
        check("plain", "plain");
        check("=?utf-8?q?caf=C3=A9?=", "café");
        check("=?UTF-8?Q?a_b?= c", "a b c");
        check("=?utf-8?B?w6k=?= =?utf-8?B?w6k?=", "éé");
        check("x =?iso-8859-1?q?=e9?=\r\n =?utf-8?q?=c3=a9?= y", "x éé y");
        // A character cut in two, and a language behind the charset.
        check("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é");
        check("=?utf-8?b?w?= =?utf-8?b?6Q==?=", "\u{fffd}");
        check("=?us-ascii*en?q?yes?=", "yes");
        check("=?gb18030?b?xOO6ww==?=", "你好");
        check("=?utf-8?q??=", "");
        // Not sound: kept as it stands.
        check("=?utf-8?q?broken", "=?utf-8?q?broken");
        check("=?utf-8?q?=zz?=", "=?utf-8?q?=zz?=");
        check("=?utf-8?b?*?=", "=?utf-8?b?*?=");
        check("=?utf-8?x?a?=", "=?utf-8?x?a?=");
        check("=??q?a?=", "=??q?a?=");
        check("=?=?utf-8?q?a?=", "=?a");
        check("=?unheard-of?q?abc?=", "abc");
    }
}
