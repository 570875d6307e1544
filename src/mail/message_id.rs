//! Message-IDs (RFC 5322 §3.6.4).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The longest Message-ID that is kept; RFC 5322 §2.1.1 limits a whole line to 998 octets.
const LONGEST: usize = 998;

/// A Message-ID with its angle brackets: never empty, no white space, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

impl MessageId {
    /// Reads a Message-ID, with or without its angle brackets.
    ///
    /// Returns `None` where nothing is left that could name a message: empty, over 998 octets, or holding white
    /// space, controls or further angle brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('<').unwrap_or(text);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>');
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '<' || c == '>';
        let sound = !inner.is_empty() && inner.len() + 2 <= LONGEST && (plain || !inner.chars().any(odd));
        sound.then(|| MessageId(["<", inner, ">"].concat()))
    }

    /// The name given to a message that has no Message-ID of its own: it follows from the message's bytes, so the same
    /// message has the same name wherever it is read.
    pub fn of_nameless(raw: &[u8]) -> Self {
        MessageId(format!("<sha256-{}@no-message-id.invalid>", hex(&Sha256::digest(raw))))
    }

    /// The Message-ID with its angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        MessageId::parse(&text).ok_or_else(|| format!("not a Message-ID: {text:?}"))
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> String {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_its_brackets_and_refuses_what_names_nothing() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(MessageId::parse(text).as_ref().map(MessageId::as_str), expect, "{text:?}");
        };
        check("<a@example.org>", Some("<a@example.org>"));
        check(" a@example.org ", Some("<a@example.org>"));
        check("<>", None);
        check("<a b@example.org>", None);
        check("<a@example.org\r\nBcc: x>", None);
        check(&"x".repeat(2000), None);
    }

    #[test]
    fn a_nameless_message_is_named_by_its_bytes() {
        let id = MessageId::of_nameless(b"one");
        assert_eq!(id, MessageId::of_nameless(b"one"));
        assert_ne!(id, MessageId::of_nameless(b"two"));
        assert!(id.as_str().ends_with("@no-message-id.invalid>"));
    }
}
