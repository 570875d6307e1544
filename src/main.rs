//! The plusone command: see `plusone --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    plusone::cli::main()
}
