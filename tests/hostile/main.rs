//! What people who mean harm would post, and what must not come of it: the engine with its store, without a network.

mod list;
mod threads;
