//! Decision → outgoing mail and digest, rendered from `templates/`.

mod notice;

pub use notice::{Kind, Notice, Recipient};
