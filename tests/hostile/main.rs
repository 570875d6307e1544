//! What people who mean harm would post, and what must not come of it: the engine with its store, without a network.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod invariants;
mod linear;
mod list;
mod pieces;
mod threads;
