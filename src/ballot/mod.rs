//! The author's own words → a [`Reading`]: is there a vote in them, and which.

mod reading;

pub use reading::{Cast, Claim, Command, Dialect, Event, Held, HeldWhy, Place, Reading, Vote, WordMeaning};
