//! `plusone completions`.

use super::args::Args;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Prints the completions of `shell`.
pub fn run(shell: Shell, mut out: &mut dyn Write) {
    clap_complete::generate(shell, &mut Args::command(), "plusone", &mut out);
}
