//! Where mail comes from: IMAP, Maildir, mbox, a folder of `.eml`, standard input.
//!
//! [`archive`] reads what lies on disk: every mail in archive order ([`archive::Archive::scan`]) or one of them again
//! ([`archive::Archive::fetch`]). Bytes that are no usable mail come out as entries with an
//! [`raw_mail::ArchiveProblem`], so that nothing is lost and nothing stops the reading.

pub mod archive;
mod field;
mod files;
mod from_line;
pub mod imap;
pub mod in_memory;
pub(crate) mod in_order;
mod mbox;
pub mod raw_mail;
mod separator;
mod sniff;
mod spool;
mod stream;
mod unquote;
