//! Whole mails, headers and all, as people get them; what is owed to whom; and what hostile text cannot do.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod case;
mod hostile;
mod mails;
mod owed;
mod turning_points;
mod turns;
