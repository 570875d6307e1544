//! Readings: each names its line and its rule.

#![no_main]

#[path = "../../hostile/invariants.rs"]
#[allow(dead_code)] // each target has its own
mod invariants;

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::ballot(data));
