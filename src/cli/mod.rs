//! The commands: one file each, and the errors they show with their remedies.

pub mod init;
