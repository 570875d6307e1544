//! The bodies of mails, kept out of the `imap` crate's sight.
//!
//! The crate reads an answer line by line and parses from the reply's beginning after each: a mail of n lines is parsed n
//! times. So each literal of a FETCH reply is taken off the wire whole, and a short mark goes on in its place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Begins a mark. No string that a server quotes can hold it (RFC 9051 section 9, CHAR).
const MARK: u8 = 0;

/// The literals of the command under way, where they are wanted. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Literals(Arc<Mutex<Option<Vec<Vec<u8>>>>>);

impl Literals {
    /// From now on literals are taken out.
    pub(super) fn begin(&self) {
        *self.lock() = Some(Vec::new());
    }

    /// From now on they are not; those taken out since the beginning.
    pub(super) fn end(&self) -> Vec<Vec<u8>> {
        self.lock().take().unwrap_or_default()
    }

    /// Whether literals are taken out.
    pub(super) fn wanted(&self) -> bool {
        self.lock().is_some()
    }

    /// Takes `literal` out; what goes on instead, as a literal of its own.
    pub(super) fn keep(&self, literal: Vec<u8>) -> Vec<u8> {
        let mut kept = self.lock();
        let kept = kept.get_or_insert_default();
        let number = kept.len().to_string();
        kept.push(literal);
        let mut mark = format!("{{{}}}\r\n", number.len() + 1).into_bytes();
        mark.push(MARK);
        mark.extend_from_slice(number.as_bytes());
        mark
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `data` of a parsed reply stands for: the literal that it marks, or itself.
pub(super) fn unmarked(data: &[u8], literals: &mut [Vec<u8>]) -> Vec<u8> {
    let marked = data.strip_prefix(&[MARK]).and_then(|number| std::str::from_utf8(number).ok()?.parse().ok());
    match marked.and_then(|number: usize| literals.get_mut(number)) {
        Some(literal) => std::mem::take(literal),
        None => data.to_vec(),
    }
}

/// The length of the literal that `line` announces at its end (RFC 9051 section 4.3), and where the announcement begins.
pub(super) fn announced(line: &[u8]) -> Option<(usize, usize)> {
    let head = line.strip_suffix(b"}\r\n")?;
    let brace = memchr::memrchr(b'{', head)?;
    let digits = head.get(brace + 1..)?;
    if digits.is_empty() || digits.len() > 10 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, brace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_announced_at_the_end_of_a_line_only() {
        let check = |line: &[u8], length: Option<usize>| {
            assert_eq!(
                announced(line).map(|(length, _)| length),
                length,
                "{}",
                String::from_utf8_lossy(line)
            );
        };
        check(b"* 1 FETCH (BODY[] {310}\r\n", Some(310));
        check(b"* 1 FETCH (BODY[] {0}\r\n", Some(0));
        check(b"* 1 FETCH (BODY[] {310})\r\n", None);
        check(b"* 1 FETCH (BODY[] {}\r\n", None);
        check(b"* 1 FETCH (BODY[] {-1}\r\n", None);
        check(b"* 1 FETCH (BODY[] {99999999999}\r\n", None);
        check(b"{5}\n", None);
    }

    #[test]
    fn a_mark_stands_for_its_literal_and_anything_else_for_itself() {
        let literals = Literals::default();
        literals.begin();
        assert_eq!(literals.keep(b"first".to_vec()), b"{2}\r\n\x000");
        assert_eq!(literals.keep(b"second".to_vec()), b"{2}\r\n\x001");
        let mut kept = literals.end();
        assert!(!literals.wanted());
        assert_eq!(unmarked(b"\x001", &mut kept), b"second");
        assert_eq!(unmarked(b"0", &mut kept), b"0");
        assert_eq!(unmarked(b"\x007", &mut kept), b"\x007");
    }
}
