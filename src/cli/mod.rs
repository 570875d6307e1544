//! The commands: one file each, and the errors they show with their remedies.

mod args;
mod backup;
mod check;
pub mod compare;
mod completions;
mod demo;
mod digest;
mod error;
pub mod init;
mod list;
mod logging;
mod mailed_record;
mod marked_text;
mod probe;
mod progress;
mod proposal;
pub mod read;
mod rebuild;
pub mod replay;
mod roster;
mod rules;
mod run;
mod setup;
mod show;
mod status;
mod table;
mod templates;
pub mod verify;

pub use error::CliError;

use args::{Args, Command, LogFormat, RosterCommand, RulesCommand, TemplatesCommand};
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Reads the arguments, runs the command, and says what went wrong. Exit code 0: done; 1: the work failed; 2: usage or configuration.
pub fn main() -> ExitCode {
    let args = Args::parse();
    logging::log_to_stderr(&args);
    let log_format = args.log_format;
    let mut out = std::io::stdout().lock();
    let done = dispatch(args, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match done {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            match log_format {
                // Where even standard error is gone, the exit code still tells.
                LogFormat::Text => drop(writeln!(std::io::stderr(), "{error}")),
                LogFormat::Json => tracing::error!(%error, "plusone ends"),
            }
            error.exit_code()
        }
    }
}

fn dispatch(args: Args, out: &mut dyn Write) -> Result<ExitCode, CliError> {
    let named = args.config;
    let config = named.clone().unwrap_or_else(|| "plusone.toml".into());
    match args.command {
        Command::Demo { out: folder } => demo::run(folder.as_deref(), out)?,
        Command::Init { dir } => init::run(&dir, out)?,
        Command::Check { probe, wait } => {
            check::run(&config, probe.map(|list| probe::Wish { list, wait }), out)?
        }
        Command::Run { once } => run::run(&config, once)?,
        Command::Ingest => run::ingest(&config)?,
        Command::Replay(options) => replay::run(&options.with_config(named), out)?,
        Command::Compare(options) => {
            return compare::run(&options.replay.with_config(named), options.strict, out);
        }
        Command::Verify(options) => return verify::run(options.with_config(named), out),
        Command::Read(options) => read::run(&options.with_config(named), out)?,
        Command::List { all, problems, format } => list::run(&config, all, problems, format, out)?,
        Command::Show { number, list, format } => show::run(&config, number, list.as_deref(), format, out)?,
        Command::Rules { show: None, format } => rules::list(format, out)?,
        Command::Rules { show: Some(RulesCommand::Show { name, list, format }), .. } => {
            rules::show(named.as_deref(), &name, list.as_deref(), format, out)?;
        }
        Command::Roster(RosterCommand::Show { id, list, format }) => {
            roster::show(&config, id.as_deref(), list.as_deref(), format, out)?;
        }
        Command::Roster(RosterCommand::Apply { number, list, dry_run }) => {
            roster::apply(&config, number, list.as_deref(), dry_run, out)?;
        }
        Command::Status { format } => return status::run(&config, format, out),
        Command::Digest { dry_run, list } => digest::run(&config, dry_run, list.as_deref(), out)?,
        Command::Templates(TemplatesCommand::Export { dir, force }) => templates::export(&dir, force, out)?,
        Command::Backup { file } => backup::back_up(&config, &file, out)?,
        Command::Restore { file } => backup::restore(&config, &file, out)?,
        Command::Rebuild { format } => return rebuild::run(&config, format, out),
        Command::Completions { shell } => completions::run(shell, out)?,
    }
    Ok(ExitCode::SUCCESS)
}
