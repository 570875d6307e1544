//! Decision → outgoing mail and digest, rendered from `templates/`.
//!
//! [`notices`] says what is owed to whom, [`render()`] puts one notice into a mail, [`digest()`] sums a list up. The sentences that do not
//! depend on a notice are in [`words`], everything else that is said is in the templates.

pub mod words;

mod digest;
mod draft;
mod layout;
mod moment;
#[allow(clippy::module_inception)] // A notice is what the module is about.
mod notice;
mod outcome;
mod owed;
mod quoting;
mod render;
mod rule_words;
mod said;
mod samples;
mod templates;
mod voice;

pub use digest::{Period, digest};
pub use draft::{Draft, RenderError};
pub use notice::{Kind, Notice, Recipient};
pub use owed::notices;
pub use render::render;
pub use rule_words::rule_sentences;
pub use templates::{TemplateError, Templates};
pub use voice::Voice;
