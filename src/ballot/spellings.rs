//! The table of spellings: a word as it is written → its number.
//!
//! Every word of every mail is looked up in it, so letters are compared eight at a time, and most words take one comparison.

use super::lexicon::WordId;

/// The longest spelling that the table can hold, in bytes: longer words are in no file.
pub(super) const LONGEST_WORD: usize = 32;

/// How many letters are compared at once.
const PACK: usize = 8;

/// How many places the table has, as a power of two. Most are free, so that few words meet another's.
const PLACES_LOG2: u32 = 14;

/// Words by their spelling. Letters outside ASCII are told apart by case, those of ASCII are not.
#[derive(Debug)]
pub(super) struct Spellings {
    /// The number of an entry plus one where its hash says or, if others stood there, behind; 0 where nothing is.
    places: Vec<u16>,
    entries: Vec<Entry>,
    /// The letters behind the first eight of all longer spellings, packed.
    further: Vec<u64>,
}

/// One spelling.
#[derive(Debug)]
struct Entry {
    first: u64,
    /// Where its further letters begin.
    further: u32,
    length: u16,
    word: WordId,
}

impl Default for Spellings {
    fn default() -> Self {
        Spellings { places: vec![0; 1 << PLACES_LOG2], entries: Vec::new(), further: Vec::new() }
    }
}

impl Spellings {
    /// The word that is spelt so.
    pub(super) fn get(&self, spelling: &[u8]) -> Option<WordId> {
        if spelling.len() > LONGEST_WORD {
            return None;
        }
        let (first, rest) = spelling.split_at_checked(PACK).unwrap_or((spelling, &[]));
        let first = packed(first);
        let mut place = place(first, rest);
        loop {
            let number = usize::from(*self.places.get(place)?).checked_sub(1)?;
            let entry = self.entries.get(number)?;
            if entry.first == first
                && usize::from(entry.length) == spelling.len()
                && self.goes_on(entry, rest)
            {
                return Some(entry.word);
            }
            place = behind(place);
        }
    }

    /// Adds a spelling that the table does not hold. Says whether there was room for it.
    pub(super) fn insert(&mut self, spelling: &str, word: WordId) -> bool {
        let spelling = spelling.as_bytes();
        let (Ok(length), Ok(further)) = (u16::try_from(spelling.len()), u32::try_from(self.further.len()))
        else {
            return false;
        };
        if spelling.len() > LONGEST_WORD || self.entries.len() >= self.places.len() / 2 {
            return false;
        }
        let (first, rest) = spelling.split_at_checked(PACK).unwrap_or((spelling, &[]));
        let first = packed(first);
        let mut place = place(first, rest);
        while self.places[place] != 0 {
            place = behind(place);
        }
        self.further.extend(rest.chunks(PACK).map(packed));
        self.entries.push(Entry { first, further, length, word });
        self.places[place] = u16::try_from(self.entries.len()).unwrap_or(0);
        true
    }

    fn goes_on(&self, entry: &Entry, rest: &[u8]) -> bool {
        rest.is_empty()
            || self
                .further
                .get(entry.further as usize..)
                .is_some_and(|further| rest.chunks(PACK).map(packed).zip(further).all(|(a, b)| a == *b))
    }
}

/// Where a spelling belongs.
fn place(first: u64, rest: &[u8]) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = first.wrapping_mul(SPREAD);
    for pack in rest.chunks(PACK) {
        hash = (hash.rotate_left(29) ^ packed(pack)).wrapping_mul(SPREAD);
    }
    (hash >> (u64::BITS - PLACES_LOG2)) as usize
}

fn behind(place: usize) -> usize {
    (place + 1) & ((1 << PLACES_LOG2) - 1)
}

/// Up to eight bytes as a number, ASCII letters in lower case.
fn packed(bytes: &[u8]) -> u64 {
    let ends = |first: u64, last: u64, width: usize| first | last << (8 * (bytes.len() - width));
    let letters = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        ends(u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into(), 4)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        ends(u16::from_le_bytes(*first).into(), u16::from_le_bytes(*last).into(), 2)
    } else {
        bytes.first().copied().unwrap_or_default().into()
    };
    in_lower_case(letters)
}

/// Eight bytes with ASCII capitals made small, all at once: the top bit of each byte's sum tells whether it is beyond a letter.
fn in_lower_case(letters: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = letters & (0x7f * EACH);
    let from_a = low + (0x80 - b'A' as u64) * EACH;
    let beyond_z = low + (0x7f - b'Z' as u64) * EACH;
    let capital = from_a & !beyond_z & !letters & (0x80 * EACH);
    letters | capital >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_all_its_letters_whatever_their_case() {
        let words = [
            "a",
            "an",
            "and",
            "andy",
            "zone",
            "eightlet",
            "nineletter",
            "nineletters",
            "ninelettera",
            "über",
        ];
        let mut spellings = Spellings::default();
        for (number, word) in (1..).zip(words) {
            assert!(spellings.insert(word, number), "{word}");
        }
        let check = |word: &str, expect: Option<WordId>| {
            assert_eq!(spellings.get(word.as_bytes()), expect, "{word}");
        };
        for (number, word) in (1..).zip(words) {
            check(word, Some(number));
            check(&word.to_ascii_uppercase(), Some(number));
            check(&format!("{word}x"), None);
        }
        for other in
            ["", "b", "ab", "anc", "eightle", "eightlets", "nineletterb", "ninelett", "ÜBER", "@ND", "[one"]
        {
            check(other, None);
        }
        check(&"a".repeat(LONGEST_WORD + 1), None);
        assert!(!spellings.insert(&"a".repeat(LONGEST_WORD + 1), 99));
    }

    #[test]
    fn a_full_table_takes_no_more() {
        let mut spellings = Spellings::default();
        let taken = (0..20_000).filter(|number| spellings.insert(&format!("w{number}"), 1)).count();
        assert_eq!(taken, 1 << (PLACES_LOG2 - 1));
        assert_eq!(spellings.get(b"w7"), Some(1));
        assert_eq!(spellings.get(b"x7"), None);
    }
}
