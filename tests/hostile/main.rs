//! What people who mean harm would post, and what must not come of it: the engine with its store, without a network.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod bombs;
mod desk;
mod fields;
mod floods;
mod forged;
mod invariants;
mod linear;
mod list;
mod loops;
mod measured;
mod pieces;
mod rings;
mod server;
#[path = "../support/list.rs"]
#[allow(dead_code)] // of a kit that other tests use too
mod team;
mod threads;
