//! Decisions as earlier versions of plusone stored them.

use super::StoreError;
use super::sql::from_json;
use crate::decision::Decision;
use serde_json::{Value, json};

/// A stored decision, of whatever version. What an earlier one did not know is filled in from what it did.
pub fn decision(body: &str) -> Result<Decision, StoreError> {
    let damaged = match from_json("a decision", body) {
        Ok(decision) => return Ok(decision),
        Err(damaged) => damaged,
    };
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return Err(damaged) };
    fill_in(&mut value);
    serde_json::from_value(value).map_err(|_| damaged)
}

fn fill_in(decision: &mut Value) {
    let call = decision["call"].clone();
    let closes_at = decision["closes_at"].clone();
    let text = json!([{ "post": call["root"], "at": call["opened_at"], "text_sha256": call["text_sha256"] }]);
    let Value::Object(fields) = decision else { return };
    for (name, filling) in [
        ("rule", call["rule"].clone()),
        ("revisions", text),
        ("refused", json!([])),
        ("minimum_ends_at", closes_at.clone()),
        ("ends_at", closes_at),
    ] {
        fields.entry(name).or_insert(filling);
    }
    let posts = fields.get_mut("posts").and_then(Value::as_array_mut);
    for post in posts.into_iter().flatten() {
        // Only `Proposal: withdraw` was known then.
        if post["why"]["code"] == "refused-command" {
            post["why"] = json!({ "code": "refused", "detail": { "refusal": "unknown" } });
        }
    }
}
