//! A server's own words, made fit for one line of an error.

/// Longest piece of a server's reply that is shown, in characters.
const SHOWN_CHARS: usize = 160;

/// `text` as one line: no control characters, mail addresses masked, at most 160 characters.
///
/// Replies are written by somebody else: they may hold escape sequences, or the address of a recipient, which logs
/// must not show.
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(if word.contains('@') { "(address)" } else { word });
        if line.chars().count() > SHOWN_CHARS {
            return line.chars().take(SHOWN_CHARS).chain(['…']).collect();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_reply_becomes_one_harmless_line() {
        let check = |reply: &str, line: &str| assert_eq!(one_line(reply), line);
        check("5.1.1 <bob@example.org>: rejected\r\n", "5.1.1 (address) rejected");
        check("a\u{1b}[31mred\nb\0c", "a [31mred b c");
        check("  \r\n ", "");
        assert_eq!(one_line(&"x".repeat(10_000)).chars().count(), 161);
    }
}
