//! Where mail comes from: IMAP, Maildir, mbox, a folder of `.eml`, standard input.
pub mod imap;
