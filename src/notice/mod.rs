//! Decision → outgoing mail and digest, rendered from `templates/`.
//!
//! [`notices`] says what is owed to whom, [`next_notice`] when time alone makes something owed, [`correction`] what is owed after a
//! result; [`render()`] puts one notice into a mail, [`digest()`] sums a list up, [`probe()`] tries how a list passes mail on. The sentences that do not depend on a notice are in
//! [`words`], those about a rule in [`rule_sentences`], each in every [`Language`]; everything else that is said is in the templates.

pub mod words;

mod digest;
mod draft;
mod language;
mod layout;
mod moment;
#[allow(clippy::module_inception)] // A notice is what the module is about.
mod notice;
mod outcome;
mod owed;
mod probe;
mod quoting;
mod reminding;
mod render;
mod rule_words;
mod said;
mod samples;
mod standing;
mod templates;
mod variables;
mod voice;

pub use digest::{Agenda, Period, Reviewed, Undelivered, digest};
pub use draft::{Draft, RenderError};
pub use language::Language;
pub use notice::{Kind, Notice, Recipient};
pub use owed::{correction, notices, surfaced};
pub use probe::probe;
pub use reminding::next_notice;
pub use render::{Matter, render};
pub use rule_words::rule_sentences;
pub use templates::{TemplateError, Templates};
pub use variables::variables;
pub use voice::Voice;
