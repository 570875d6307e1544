//! The RFC 8785 form of JSON.

use memchr::{memchr, memchr3};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// The largest whole number that RFC 8785 §3.2.2.3 writes as its digits: beyond it numbers are no longer told apart.
const LARGEST: u64 = (1 << 53) - 1;

// Where objects, their members and the members' values begin: JSON holds none of these octets, strings escape them.
const OBJECT: u8 = 1;
const MEMBER: u8 = 2;
const VALUE: u8 = 3;
const END: u8 = 4;

/// The RFC 8785 form of a value.
pub(super) fn canonical(value: &impl Serialize) -> Vec<u8> {
    let mut marked = Vec::with_capacity(16_384);
    match value.serialize(&mut Serializer::with_formatter(&mut marked, Marking)) {
        Ok(()) => sorted(&marked),
        // Fractions are written as ECMAScript writes them.
        Err(_) => serde_json_canonicalizer::to_vec(value).unwrap_or_default(),
    }
}

/// Writes JSON without spaces, marks in the place of what parts the members of objects. It refuses numbers that are not written as
/// their digits.
struct Marking;

fn refused() -> io::Result<()> {
    Err(io::ErrorKind::InvalidData.into())
}

impl Formatter for Marking {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&[OBJECT])
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, _first: bool) -> io::Result<()> {
        writer.write_all(&[MEMBER])
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&[VALUE])
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&[END])
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() > LARGEST { refused() } else { write!(writer, "{value}") }
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value > LARGEST { refused() } else { write!(writer, "{value}") }
    }

    fn write_i128<W: ?Sized + Write>(&mut self, _writer: &mut W, _value: i128) -> io::Result<()> {
        refused()
    }

    fn write_u128<W: ?Sized + Write>(&mut self, _writer: &mut W, _value: u128) -> io::Result<()> {
        refused()
    }

    fn write_f32<W: ?Sized + Write>(&mut self, _writer: &mut W, _value: f32) -> io::Result<()> {
        refused()
    }

    fn write_f64<W: ?Sized + Write>(&mut self, _writer: &mut W, _value: f64) -> io::Result<()> {
        refused()
    }
}

/// An object that has begun: where, and where each of its members, and the value of that, begins.
struct Open {
    at: usize,
    members: Vec<(usize, usize)>,
}

/// Marked JSON with the members of every object in their order.
fn sorted(marked: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(marked.len());
    let mut open: Vec<Open> = Vec::new();
    let mut rest = marked;
    while let Some(text) = memchr3(OBJECT, MEMBER, END, rest) {
        form.extend_from_slice(&rest[..text]);
        let mark = rest[text];
        rest = &rest[text + 1..];
        match (mark, open.last_mut()) {
            (MEMBER, Some(object)) => {
                let name = memchr(VALUE, rest).unwrap_or(rest.len());
                object.members.push((form.len(), form.len() + name));
                form.extend_from_slice(&rest[..name]);
                rest = rest.get(name + 1..).unwrap_or_default();
            }
            (END, Some(_)) => {
                if let Some(object) = open.pop() {
                    close(&mut form, &object);
                }
            }
            _ => open.push(Open { at: form.len(), members: Vec::with_capacity(16) }),
        }
    }
    form.extend_from_slice(rest);
    form
}

/// Puts the members of an object, the last thing in `form`, in order, with what parts them.
fn close(form: &mut Vec<u8>, object: &Open) {
    let ends = object.members.iter().skip(1).map(|(begins, _)| *begins).chain([form.len()]);
    let mut members: Vec<(&[u8], &[u8])> = Vec::with_capacity(object.members.len());
    for ((begins, value), end) in object.members.iter().zip(ends) {
        members.push((&form[*begins..*value], &form[*value..end]));
    }
    if members.iter().all(|(name, _)| is_plain(name)) {
        members.sort_unstable_by_key(|(name, _)| between_quotes(name));
    } else {
        members.sort_by_cached_key(|(name, _)| text_of(name).encode_utf16().collect::<Vec<_>>());
    }
    let mut whole = Vec::with_capacity(form.len() - object.at + 2 * members.len() + 2);
    whole.push(b'{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            whole.push(b',');
        }
        whole.extend_from_slice(name);
        whole.push(b':');
        whole.extend_from_slice(value);
    }
    whole.push(b'}');
    form.truncate(object.at);
    form.append(&mut whole);
}

/// Whether a JSON string is in ASCII and stands as what it says: then UTF-16 code units (§3.2.3) are in the order of its octets.
fn is_plain(literal: &[u8]) -> bool {
    literal.is_ascii() && !literal.contains(&b'\\')
}

fn between_quotes(literal: &[u8]) -> &[u8] {
    literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default()
}

/// What a JSON string says.
fn text_of(literal: &[u8]) -> String {
    serde_json::from_slice(literal).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1000i64..1000).prop_map(Value::from),
            prop::num::f64::NORMAL.prop_map(Value::from),
            "\\PC*|[\\x00-\\x1f\"\\\\\u{7f}]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[a-c\u{fb33}\u{1f600}\u{20ac}]{0,3}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_the_standard_asks_for(value in json()) {
            let expect = serde_json_canonicalizer::to_vec(&value).unwrap();
            prop_assert_eq!(String::from_utf8(canonical(&value)).unwrap(), String::from_utf8(expect).unwrap());
        }
    }
}
