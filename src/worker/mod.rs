//! The loop: fetch → store → decide → queue → send.

pub mod replay;
