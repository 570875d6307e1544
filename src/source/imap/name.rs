//! Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), as a quoted string.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// `name` as EXAMINE takes it, quotes included. Nothing in a name can end the command early: control characters are encoded.
pub(super) fn quoted(name: &str) -> String {
    let mut wire = String::from("\"");
    let mut shifted: Vec<u16> = Vec::new();
    for character in name.chars() {
        if !(' '..='~').contains(&character) {
            shifted.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            continue;
        }
        unshift(&mut shifted, &mut wire);
        match character {
            '&' => wire.push_str("&-"),
            '"' | '\\' => wire.extend(['\\', character]),
            other => wire.push(other),
        }
    }
    unshift(&mut shifted, &mut wire);
    wire.push('"');
    wire
}

/// Writes what has gathered as one base64 run of big-endian UTF-16, without padding.
fn unshift(units: &mut Vec<u16>, wire: &mut String) {
    if units.is_empty() {
        return;
    }
    wire.push('&');
    let bytes: Vec<u8> = units.drain(..).flat_map(u16::to_be_bytes).collect();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..=chunk.len() {
            let digit = (word >> (18 - 6 * position)) & 63;
            wire.push(char::from(BASE64[digit as usize]));
        }
    }
    wire.push('-');
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_encoded_as_the_standard_says() {
        let check = |name: &str, wire: &str| assert_eq!(quoted(name), format!("\"{wire}\""), "{name}");
        check("INBOX", "INBOX");
        check("Lists/R&D", "Lists/R&-D");
        check("mail/台北/日本語", "mail/&U,BTFw-/&ZeVnLIqe-");
        check("Entwürfe", "Entw&APw-rfe");
        check("\u{1f600}", "&2D3eAA-");
        check("a\"b\\c", "a\\\"b\\\\c");
        check("a\r\nb2 LOGOUT", "a&AA0ACg-b2 LOGOUT");
    }
}
