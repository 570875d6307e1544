//! The plusone command: see `plusone --help`.

fn main() {}
