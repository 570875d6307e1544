//! Between the store's types and SQLite's columns.

use super::StoreError;
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

/// Microseconds since 1970, UTC.
pub fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The instant behind a column; one outside chrono's range stands for the epoch.
pub fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A value as a JSON column.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    let damaged = |detail| StoreError::Damaged { what: "a value to be stored", detail };
    // A decision has some thousands of octets: none of them is moved while it is written.
    let mut json = Vec::with_capacity(16_384);
    serde_json::to_writer(&mut json, value).map_err(|error| damaged(error.to_string()))?;
    String::from_utf8(json).map_err(|error| damaged(error.to_string()))
}

/// A JSON column as a value.
pub fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged { what, detail: error.to_string() })
}
