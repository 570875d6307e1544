//! `plusone.toml` and `roster.toml` → `Config`; every problem in the file is reported at once.
