//! The RFC 8785 form of JSON.

use serde_json::Value;

/// The largest whole number that RFC 8785 §3.2.2.3 writes as its digits: beyond it numbers are no longer told apart.
const LARGEST: u64 = (1 << 53) - 1;

/// The RFC 8785 form of a value.
pub(super) fn canonical(value: &Value) -> Vec<u8> {
    let mut form = Vec::new();
    match write(value, &mut form) {
        Some(()) => form,
        // Fractions are written as ECMAScript writes them.
        None => serde_json_canonicalizer::to_vec(value).unwrap_or_default(),
    }
}

/// Appends a value that holds no number but whole ones; `None` where it does.
fn write(value: &Value, form: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Number(number) => {
            let whole = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            whole.filter(|whole| *whole <= LARGEST)?;
            form.extend_from_slice(number.to_string().as_bytes());
        }
        Value::Array(items) => {
            form.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    form.push(b',');
                }
                write(item, form)?;
            }
            form.push(b']');
        }
        Value::Object(object) => {
            let mut members: Vec<(&String, &Value)> = object.iter().collect();
            // By UTF-16 code units (§3.2.3).
            members.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            form.push(b'{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    form.push(b',');
                }
                serde_json::to_writer(&mut *form, name).ok()?;
                form.push(b':');
                write(value, form)?;
            }
            form.push(b'}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => serde_json::to_writer(form, value).ok()?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
