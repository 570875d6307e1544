//! The commands: one file each, and the errors they show with their remedies.

mod error;
mod progress;
mod proposal;
pub mod read;
pub mod replay;
#[allow(dead_code)]
mod table;

pub use error::CliError;

use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand, ValueEnum};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// A decision engine for mailing lists: proposals by mail, votes by reply, results back to the list.
#[derive(Debug, Parser)]
#[command(name = "plusone", version, about, max_term_width = 100, arg_required_else_help = true)]
struct Args {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge archives as if plusone had been there; mail nothing
    Replay {
        #[arg(required = true, value_name = "ARCHIVE")]
        archives: Vec<PathBuf>,
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        #[arg(long, value_name = "FILE")]
        roster: Option<PathBuf>,
        #[arg(long, value_name = "INSTANT")]
        until: Option<DateTime<Utc>>,
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Show how each message is read: its author, own words, vote, line and rule
    Read {
        #[arg(required = true, value_name = "ARCHIVE")]
        archives: Vec<PathBuf>,
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

/// Reads the arguments, runs the command, and says what went wrong.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).try_init();
    let mut out = std::io::stdout().lock();
    let done = dispatch(args, &mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            error.exit_code()
        }
    }
}

fn dispatch(args: Args, out: &mut dyn Write) -> Result<(), CliError> {
    match args.command {
        Command::Replay { archives, profile, roster, until, format } => {
            let json = format == Format::Json;
            replay::run(
                &replay::ReplayOptions { archives, profile, config: args.config, roster, until, json },
                out,
            )
        }
        Command::Read { archives, format } => {
            read::run(&read::ReadOptions { archives, json: format == Format::Json }, out)
        }
    }
}
