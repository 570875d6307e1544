//! Where mail goes: SMTP, or a folder of `.eml` files.

pub mod folder;
pub mod smtp;
