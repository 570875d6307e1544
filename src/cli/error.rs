//! What a command says when it fails: what, where, and what to do.

use std::fmt;
use std::process::ExitCode;

/// A command's failure.
#[derive(Debug)]
pub struct CliError {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Work,
    Usage,
    BrokenPipe,
}

impl CliError {
    /// The work failed: exit code 1.
    pub fn work(message: impl fmt::Display) -> Self {
        CliError { kind: Kind::Work, message: message.to_string() }
    }

    /// The arguments or the configuration are at fault: exit code 2.
    pub fn usage(message: impl fmt::Display) -> Self {
        CliError { kind: Kind::Usage, message: message.to_string() }
    }

    /// Templates that cannot be used: exit code 2.
    pub fn templates(errors: Vec<crate::notice::TemplateError>) -> Self {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        CliError::usage(lines.join("\n"))
    }

    /// Whether the reader of standard output has gone, which is nobody's fault.
    pub fn is_broken_pipe(&self) -> bool {
        self.kind == Kind::BrokenPipe
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::BrokenPipe => ExitCode::SUCCESS,
            Kind::Work => ExitCode::from(1),
            Kind::Usage => ExitCode::from(2),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plusone: {}", self.message)
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        let kind = if error.kind() == std::io::ErrorKind::BrokenPipe { Kind::BrokenPipe } else { Kind::Work };
        CliError { kind, message: format!("cannot write: {error}") }
    }
}

impl From<super::init::InitError> for CliError {
    fn from(error: super::init::InitError) -> Self {
        CliError::usage(error)
    }
}

impl From<crate::store::StoreError> for CliError {
    fn from(error: crate::store::StoreError) -> Self {
        CliError::work(error)
    }
}

impl From<crate::worker::EngineError> for CliError {
    fn from(error: crate::worker::EngineError) -> Self {
        CliError::work(error)
    }
}

impl From<crate::worker::RunError> for CliError {
    fn from(error: crate::worker::RunError) -> Self {
        CliError::work(error)
    }
}

impl From<crate::store::CopyError> for CliError {
    fn from(error: crate::store::CopyError) -> Self {
        CliError::work(error)
    }
}

impl From<crate::store::LockError> for CliError {
    fn from(error: crate::store::LockError) -> Self {
        CliError::work(error)
    }
}
