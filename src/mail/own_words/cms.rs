//! Opaque S/MIME (RFC 8551 §3.5): the mail inside a CMS SignedData (RFC 5652 §5), found by a bounded walk of its BER.
//!
//! No signature is checked: who signed says nothing of what is a vote. Nothing recurses, every octet is looked at a few times.

/// What a CMS object holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A signed mail: its octets.
    Signed(Vec<u8>),
    /// Encrypted: nobody but its recipients can read it.
    Encrypted,
    /// Something else, or broken.
    Other,
}

const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
const EXPLICIT_0: u8 = 0xa0;

/// 1.2.840.113549.1.7.2 and .3, 1.2.840.113549.1.9.16.1.23 (RFC 5083).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
const AUTH_ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23];

/// What the CMS object in `bytes` holds.
pub(super) fn content(bytes: &[u8]) -> Content {
    let Some((identifier, inside)) = typed(bytes) else { return Content::Other };
    match identifier {
        SIGNED_DATA => signed(inside).map_or(Content::Other, Content::Signed),
        ENVELOPED_DATA | AUTH_ENVELOPED_DATA => Content::Encrypted,
        _ => Content::Other,
    }
}

/// A ContentInfo's type and what stands in its explicit `[0]`.
fn typed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let info = Element::read(bytes)?.inside(SEQUENCE)?;
    let identifier = Element::read(info)?;
    let rest = identifier.after()?;
    Some((identifier.inside(OBJECT_IDENTIFIER)?, Element::read(rest)?.inside(EXPLICIT_0)?))
}

/// `SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, … }`.
fn signed(bytes: &[u8]) -> Option<Vec<u8>> {
    let data = Element::read(bytes)?.inside(SEQUENCE)?;
    let algorithms = Element::read(data)?.after()?;
    let encapsulated = Element::read(algorithms)?.after()?;
    let (_, content) = typed(encapsulated)?;
    octets(content).filter(|octets| !octets.is_empty())
}

/// The octets of an OCTET STRING, also one written in pieces.
fn octets(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = bytes;
    let mut open = 0_usize;
    while let Some(element) = Element::read(rest) {
        match element.tag {
            OCTET_STRING => {
                out.extend_from_slice(element.inside(OCTET_STRING)?);
                rest = element.after()?;
            }
            CONSTRUCTED_OCTET_STRING => {
                open += usize::from(element.length.is_none());
                rest = element.bytes;
            }
            0 if open > 1 => {
                open -= 1;
                rest = element.bytes;
            }
            _ => break,
        }
        if open == 0 && element.tag == OCTET_STRING && rest.first() != Some(&OCTET_STRING) {
            break;
        }
    }
    Some(out)
}

/// A BER element: its tag, its length where it is said beforehand, and all that stands behind these.
#[derive(Debug, Clone, Copy)]
struct Element<'b> {
    tag: u8,
    length: Option<usize>,
    bytes: &'b [u8],
}

impl<'b> Element<'b> {
    fn read(bytes: &'b [u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        // None that is needed here has a tag of several octets.
        let (&first, rest) = rest.split_first().filter(|_| tag & 0x1f != 0x1f)?;
        match first {
            0..0x80 => Some(Element { tag, length: Some(usize::from(first)), bytes: rest }),
            0x80 => Some(Element { tag, length: None, bytes: rest }),
            _ => {
                let count = usize::from(first & 0x7f);
                let digits = rest.get(..count).filter(|digits| digits.len() <= 4)?;
                let length = digits.iter().fold(0_usize, |length, &octet| length << 8 | usize::from(octet));
                Some(Element { tag, length: Some(length), bytes: &rest[count..] })
            }
        }
    }

    /// What it holds, if it is a `tag`: as far as it goes where the end was cut off, everything behind where no length is said.
    fn inside(self, tag: u8) -> Option<&'b [u8]> {
        let length = self.length.unwrap_or(self.bytes.len()).min(self.bytes.len());
        (self.tag == tag).then_some(&self.bytes[..length])
    }

    /// What stands behind it.
    fn after(self) -> Option<&'b [u8]> {
        if let Some(length) = self.length {
            return self.bytes.get(length..);
        }
        let mut rest = self.bytes;
        let mut open = 1_usize;
        while open > 0 {
            let next = Element::read(rest)?;
            match (next.tag, next.length) {
                (0, Some(0)) => {
                    open -= 1;
                    rest = next.bytes;
                }
                (_, None) => {
                    open += 1;
                    rest = next.bytes;
                }
                (_, Some(length)) => rest = next.bytes.get(length..)?,
            }
        }
        Some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn element(tag: u8, inside: &[u8]) -> Vec<u8> {
        let length = u16::try_from(inside.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], inside].concat()
    }

    fn endless(tag: u8, inside: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], inside, &[0, 0]].concat()
    }

    fn mail(write: fn(u8, &[u8]) -> Vec<u8>, string: &[u8]) -> Vec<u8> {
        const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
        let info = [element(OBJECT_IDENTIFIER, DATA), write(EXPLICIT_0, string)].concat();
        let algorithms = write(0x31, &write(SEQUENCE, &[]));
        let data = [element(2, &[1]), algorithms, write(SEQUENCE, &info), element(0x31, &[])].concat();
        let outer =
            [element(OBJECT_IDENTIFIER, SIGNED_DATA), write(EXPLICIT_0, &write(SEQUENCE, &data))].concat();
        write(SEQUENCE, &outer)
    }

    #[test]
    fn the_mail_is_found_however_it_is_written() {
        let piece = |text: &str| element(OCTET_STRING, text.as_bytes());
        let pieces = [piece("he"), piece("ll"), piece("o")].concat();
        for write in [element, endless] {
            for string in [
                piece("hello"),
                element(CONSTRUCTED_OCTET_STRING, &pieces),
                endless(CONSTRUCTED_OCTET_STRING, &pieces),
                endless(CONSTRUCTED_OCTET_STRING, &endless(CONSTRUCTED_OCTET_STRING, &pieces)),
            ] {
                assert_eq!(content(&mail(write, &string)), Content::Signed(b"hello".to_vec()), "{string:?}");
            }
        }
    }

    #[test]
    fn what_is_encrypted_is_said_to_be() {
        let sealed = element(
            SEQUENCE,
            &[element(OBJECT_IDENTIFIER, ENVELOPED_DATA), element(EXPLICIT_0, &[1])].concat(),
        );
        assert_eq!(content(&sealed), Content::Encrypted);
        assert_eq!(content(b"hello"), Content::Other);
        assert_eq!(content(&mail(element, &[])), Content::Other);
    }

    proptest! {
        #[test]
        fn any_octets_can_be_walked(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..400_usize, octet: u8) {
            content(&bytes);
            let mut whole = mail(endless, &endless(CONSTRUCTED_OCTET_STRING, &element(OCTET_STRING, &bytes)));
            if let Some(slot) = whole.get_mut(at) {
                *slot = octet;
            }
            content(&whole);
            content(&whole[..at.min(whole.len())]);
        }
    }
}
