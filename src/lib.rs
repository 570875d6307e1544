//! plusone: a mail-driven decision engine for mailing lists.
//!
//! ```text
//! bytes → Post → Thread → decide() → Decision → Notice → outbox → SMTP
//!         mail/   thread/  ballot/    record/    notice/  store/   delivery/
//!                          decision/
//!         └──────────── pure: no I/O, no clock, no async ───────┘ └─ shell ─┘
//! ```
//!
//! Start at [`decision::decide`]: it is the whole program in one pure function. What comes before it turns
//! bytes into posts, what comes after turns a decision into mail. `ARCHITECTURE.md` says why.

// The cases of tests/decide name the crate as an outsider does, within it too.
#[cfg(test)]
extern crate self as plusone;

pub mod ballot;
pub mod cli;
pub mod clock;
pub mod config;
pub mod decision;
pub mod delivery;
pub mod failpoint;
pub mod mail;
pub mod net;
pub mod notice;
pub mod record;
pub mod source;
pub mod store;
pub mod thread;
pub mod worker;
