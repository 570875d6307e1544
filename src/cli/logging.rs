//! What is logged and how: to standard error, one line an event, as text for people or as JSON for programs.
//!
//! Part of what is logged was written by others: Message-IDs, what a server answers. In neither form can such a text end its line, move
//! the cursor or turn the direction of writing, so nobody's mail writes a line of its own into the log.

use super::args::{Args, Command, LogFormat};
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};
use tracing::Dispatch;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

/// Sets logging up, at `info` for the worker and `warn` for every other command unless `RUST_LOG` says otherwise.
pub fn log_to_stderr(args: &Args) {
    let usual = if matches!(args.command, Command::Run { .. }) { "info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let colours = io::stderr().is_terminal();
    // A second call, as in tests, changes nothing.
    let _ = tracing::dispatcher::set_global_default(dispatch(args.log_format, filter, colours, io::stderr));
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        let error = panic.payload_as_str().unwrap_or("no reason is given");
        tracing::error!(at, error, "a mistake in plusone itself; please report it");
    }));
}

/// The `imap` crate is never logged: its debug level prints passwords.
pub(super) fn dispatch<W>(format: LogFormat, mut filter: EnvFilter, colours: bool, to: W) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    for quiet in ["imap=off", "imap_proto=off", "lettre=warn", "html5ever=off"] {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let events = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    match format {
        LogFormat::Text => {
            let fields = debug_fn(write_field).delimited(" ");
            events.with_ansi(colours).fmt_fields(fields).with_writer(to).finish().into()
        }
        LogFormat::Json => events.json().with_writer(Plain(to)).finish().into(),
    }
}

/// `name=value`, and the message as it is.
fn write_field(line: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    if field.name() != "message" {
        write!(line, "{field}=")?;
    }
    for c in format!("{value:?}").chars() {
        if is_plain(c) { line.write_char(c) } else { write!(line, "{}", c.escape_unicode()) }?;
    }
    Ok(())
}

/// Whether a character only stands for itself: no control character (C0, C1, delete), no other line end, no mark that turns the direction
/// of writing, nothing without a width.
fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

/// Writes JSON in which every character stands only for itself; others are escaped, as JSON lets them be (RFC 8259 §7).
struct Plain<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Plain<W> {
    type Writer = Plain<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Plain(self.0.make_writer())
    }
}

impl<W: Write> Write for Plain<W> {
    /// Takes a whole event, which is how they are written.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        if text.chars().all(|c| is_plain(c) || c == '\n') {
            self.0.write_all(event)?;
            return Ok(event.len());
        }
        let mut plain = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            if is_plain(c) || c == '\n' {
                plain.push(c);
            } else {
                // All of them are in the basic multilingual plane. A String takes everything.
                let _ = write!(plain, "\\u{:04x}", u32::from(c));
            }
        }
        self.0.write_all(plain.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests;
