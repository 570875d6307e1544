//! The RFC 8785 form of JSON.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::borrow::Cow;
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
    let mut marked = Vec::new();
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
    while let Some(text) = rest.iter().position(|octet| *octet <= END) {
        form.extend_from_slice(&rest[..text]);
        match (rest[text], open.last_mut()) {
            (MEMBER, Some(object)) => object.members.push((form.len(), form.len())),
            (VALUE, Some(object)) => {
                if let Some((_, value)) = object.members.last_mut() {
                    *value = form.len();
                }
            }
            (END, Some(_)) => {
                if let Some(object) = open.pop() {
                    close(&mut form, &object);
                }
            }
            _ => open.push(Open { at: form.len(), members: Vec::new() }),
        }
        rest = &rest[text + 1..];
    }
    form.extend_from_slice(rest);
    form
}

/// Puts the members of an object, the last thing in `form`, in order, with what parts them.
fn close(form: &mut Vec<u8>, object: &Open) {
    let ends = object.members.iter().skip(1).map(|(begins, _)| *begins).chain([form.len()]);
    let mut members: Vec<(Cow<'_, str>, &[u8], &[u8])> = Vec::with_capacity(object.members.len());
    for ((begins, value), end) in object.members.iter().zip(ends) {
        let name = &form[*begins..*value];
        members.push((text_of(name), name, &form[*value..end]));
    }
    members.sort_unstable_by(|(a, ..), (b, ..)| in_order(a, b));
    let mut whole = Vec::with_capacity(form.len() - object.at + 2 * members.len() + 2);
    whole.push(b'{');
    for (index, (_, name, value)) in members.iter().enumerate() {
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

/// What a JSON string says.
fn text_of(literal: &[u8]) -> Cow<'_, str> {
    let between = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    match std::str::from_utf8(between) {
        Ok(text) if !text.contains('\\') => Cow::Borrowed(text),
        _ => Cow::Owned(serde_json::from_slice(literal).unwrap_or_default()),
    }
}

/// By UTF-16 code units (§3.2.3).
fn in_order(a: &str, b: &str) -> std::cmp::Ordering {
    match a.is_ascii() && b.is_ascii() {
        true => a.cmp(b),
        false => a.encode_utf16().cmp(b.encode_utf16()),
    }
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
