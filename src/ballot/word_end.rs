//! Where a word ends: behind its letters and what belongs inside it, dots, dashes, apostrophes, a whole URL.

/// What a byte of ASCII does inside a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A letter or a digit.
    Letter,
    /// It belongs to the word where a letter or a digit follows.
    Joins,
    /// So, and before a slash: a URL.
    JoinsPath,
    /// It ends the word.
    Ends,
    /// Outside ASCII.
    Wide,
}

const fn inside(byte: u8) -> Inside {
    const TABLE: [Inside; 256] = {
        let mut table = [Inside::Wide; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte as usize] = match byte {
                b'.' | b'-' | b'\'' | b'_' | b'@' | b'&' | b'+' | b'=' | b'%' | b'#' | b'<' | b'\\' => {
                    Inside::Joins
                }
                b'/' | b':' => Inside::JoinsPath,
                _ if byte.is_ascii_alphanumeric() => Inside::Letter,
                _ => Inside::Ends,
            };
            byte += 1;
        }
        table
    };
    TABLE[byte as usize]
}

/// The end of the word at `at`, and whether an apostrophe is in it; `None` where it is not certainly ASCII to its end.
pub(super) fn end_in_ascii(line: &[u8], at: usize) -> Option<(usize, bool)> {
    let mut end = at;
    let mut apostrophe = false;
    loop {
        let Some(byte) = line.get(end) else { return Some((end, apostrophe)) };
        let next = || line.get(end + 1).map_or(Inside::Ends, |next| inside(*next));
        match inside(*byte) {
            Inside::Letter => {}
            Inside::Ends => return Some((end, apostrophe)),
            Inside::Wide => return None,
            Inside::Joins => match next() {
                Inside::Letter => apostrophe |= *byte == b'\'',
                Inside::Wide => return None,
                _ => return Some((end, apostrophe)),
            },
            Inside::JoinsPath => match next() {
                Inside::Letter => {}
                _ if line.get(end + 1) == Some(&b'/') => {}
                Inside::Wide => return None,
                _ => return Some((end, apostrophe)),
            },
        }
        end += 1;
    }
}

/// The length of the word that `rest` begins with, whatever its script.
pub(super) fn wide_word(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    let mut wide = None;
    while let Some((index, c)) = chars.next() {
        let script = is_unspaced(c);
        // Text in a script without spaces is cut into single characters, so that `同意+1` is three tokens.
        if wide.is_some_and(|wide| wide != script) || script && index > 0 {
            break;
        }
        wide = Some(script);
        let inner = matches!(
            c,
            '.' | '-' | '\'' | '’' | '_' | '/' | '@' | ':' | '&' | '+' | '=' | '%' | '#' | '<' | '\\'
        );
        let joined =
            inner && c != ':' && c != '/' && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric())
                || matches!(c, ':' | '/')
                    && rest[index + c.len_utf8()..].starts_with(|c: char| c.is_alphanumeric() || c == '/');
        if !c.is_alphanumeric() && !joined && !is_mark_of_letter(c) {
            break;
        }
        end = index + c.len_utf8();
    }
    end
}

/// Letters of scripts that write no spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF)
}

fn is_mark_of_letter(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F)
}
