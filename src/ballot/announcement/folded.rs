//! Letters as they are compared: lower case, accents taken off.

/// What letters outside ASCII are written as without accents.
const PLAIN: [(&str, &str); 24] = [
    ("àáâãäåāăą", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("þ", "th"),
    ("’ʼ", "'"),
];

/// A text in lower case without accents, combining ones too.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii() {
            plain.push(letter);
        } else if !matches!(letter, '\u{300}'..='\u{36f}') {
            match PLAIN.iter().find(|(letters, _)| letters.contains(letter)) {
                Some((_, written)) => plain.push_str(written),
                None => plain.push(letter),
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn accents_and_case_do_not_part_names() {
        let check = |text: &str, expect: &str| assert_eq!(folded(text), expect, "{text}");
        check("Zoë ÅNGSTRÖM", "zoe angstrom");
        check("Zoe\u{308}", "zoe");
        check("Łukasz Straße", "lukasz strasse");
        check("O’Neil", "o'neil");
        check("李雷", "李雷");
    }
}
