//! `plusone completions`.

use super::args::Args;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Prints the completions of `shell`.
///
/// # Errors
/// Where `out` cannot be written.
pub fn run(shell: Shell, out: &mut dyn Write) -> std::io::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "plusone", &mut text);
    out.write_all(&text)
}
