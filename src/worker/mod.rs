//! The loop: fetch → store → decide → queue → send.
//!
//! [`Engine`] is the loop's body without a network and without a clock of its own: `run`, `ingest` and `demo` drive it. It is
//! level-triggered: new mail or a due instant names a proposal, its thread is loaded and decided again from the stored facts,
//! and the notices that the outbox lacks are written in the same transaction as the decision.

mod announced;
mod clocks;
mod engine;
mod health;
mod intake;
mod judge;
mod known_posts;
mod log;
mod maildir;
pub mod monitor;
mod queue;
mod reader;
mod rebuild;
pub mod replay;
mod returned;
mod review;
mod run;
mod schedule;
mod sending;
mod so_far;
mod threads;
mod told;
pub mod verify;

pub use engine::{Engine, EngineError, Sender};
pub(crate) use engine::{SECRET, random};
pub use health::{Corrected, Health, Lost, length};
pub use log::Brief;
pub(crate) use maildir::{files, look_at_maildir};
pub use rebuild::{Rebuilt, Rederived};
pub use run::{Mailbox, RunError, Worker};
pub use schedule::{DigestError, latest_due};
pub use sending::{Delivered, ShadowError, Terms, send_due, write_shadow};
pub use told::Told;

#[cfg(test)]
mod tests;
