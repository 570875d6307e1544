//! The stream under the `imap` crate: TCP or TLS, every read bounded, handed on line by line.
//!
//! Line by line, so that the crate's own buffer never holds what comes after an answer: the lines between an answer and
//! IDLE's `+` stay here, and are handed on after the `+`, where the crate looks for them.

use super::leash::{Leash, Mode};
use super::literals::{Literals, announced};
use imap::extensions::idle::SetReadTimeout;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// Bytes read from the network at once.
const CHUNK: usize = 16 << 10;
/// Most bytes of untagged lines held back before IDLE's `+`.
const HELD: usize = 64 << 10;

/// A TCP stream whose reads and writes end when the leash does, one by one.
#[derive(Debug)]
struct Paced {
    tcp: TcpStream,
    leash: Leash,
}

impl Read for Paced {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(self.leash.left()?))?;
        let count = self.tcp.read(into).map_err(timed_out)?;
        self.leash.took(count)?;
        Ok(count)
    }
}

impl Write for Paced {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(self.leash.left()?))?;
        self.tcp.write(from).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush().map_err(timed_out)
    }
}

/// A socket's timeout is `WouldBlock` on Unix and `TimedOut` elsewhere: one name for both.
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}

#[derive(Debug)]
enum Layer {
    Plain(Paced),
    Tls(Box<StreamOwned<ClientConnection, Paced>>),
}

impl Layer {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Layer::Plain(paced) => paced.read(into),
            Layer::Tls(stream) => match stream.read(into) {
                // Closed without a TLS close_notify: an end like any other, the protocol above has its own.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                other => other,
            },
        }
    }
}

/// One connection to an IMAP server.
#[derive(Debug)]
pub(super) struct Wire {
    layer: Layer,
    leash: Leash,
    /// What came and was not handed on: from `at`.
    inbox: Vec<u8>,
    at: usize,
    /// What was handed on last did not end its line.
    in_line: bool,
    /// The line belongs to a FETCH reply.
    in_fetch: bool,
    literals: Literals,
}

impl Wire {
    /// A plain connection.
    pub(super) fn plain(tcp: TcpStream, leash: Leash) -> Wire {
        let layer = Layer::Plain(Paced { tcp, leash: leash.clone() });
        Wire::over(layer, leash)
    }

    /// The same connection with TLS on it, the handshake done.
    ///
    /// # Errors
    /// What failed in the handshake; `InvalidInput` if something already came in plain text that TLS would not protect.
    pub(super) fn into_tls(self, config: Arc<ClientConfig>, name: ServerName<'static>) -> io::Result<Wire> {
        let Layer::Plain(mut paced) = self.layer else { return Err(io::ErrorKind::Unsupported.into()) };
        if self.at < self.inbox.len() || has_come(&paced.tcp)? {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut paced)?;
        }
        let layer = Layer::Tls(Box::new(StreamOwned::new(tls, paced)));
        Ok(Wire::over(layer, self.leash))
    }

    fn over(layer: Layer, leash: Leash) -> Wire {
        let literals = Literals::default();
        Wire { layer, leash, inbox: Vec::new(), at: 0, in_line: false, in_fetch: false, literals }
    }

    /// Where the literals of FETCH replies go once they are wanted.
    pub(super) fn literals(&self) -> Literals {
        self.literals.clone()
    }

    /// The version of TLS, such as `TLSv1_3`; `None` on a plain connection.
    pub(super) fn tls_version(&self) -> Option<String> {
        match &self.layer {
            Layer::Plain(_) => None,
            Layer::Tls(stream) => stream.conn.protocol_version().map(|version| format!("{version:?}")),
        }
    }

    /// The next line, without its end: for the lines before the `imap` crate takes over.
    pub(super) fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        let mut piece = [0; 512];
        while line.last() != Some(&b'\n') {
            let count = self.read(&mut piece)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            line.extend(piece.iter().take(count));
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Reads more into the inbox; 0 at the end of the stream.
    fn fill(&mut self) -> io::Result<usize> {
        self.inbox.drain(..self.at);
        self.at = 0;
        let mut inbox = std::mem::take(&mut self.inbox);
        let count = self.take(&mut inbox, CHUNK);
        self.inbox = inbox;
        count
    }

    /// Waits for IDLE's `+` (or its tagged refusal) and puts it before the untagged lines that came first.
    fn continuation_first(&mut self) -> io::Result<()> {
        loop {
            let waiting = self.inbox.get(self.at..).unwrap_or_default();
            let mut start = 0;
            while let Some(length) = waiting.get(start..).and_then(|rest| memchr::memchr(b'\n', rest)) {
                let end = start + length + 1;
                if waiting.get(start) != Some(&b'*') {
                    self.inbox.get_mut(self.at..self.at + end).unwrap_or_default().rotate_left(start);
                    self.leash.command();
                    return Ok(());
                }
                start = end;
            }
            if waiting.len() > HELD {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            if self.fill()? == 0 {
                return Ok(());
            }
        }
    }
}

impl Wire {
    /// Passes over the lines that IDLE has no use for: the crate gives up on some of them, such as FLAGS.
    fn idle_lines_only(&mut self) -> io::Result<()> {
        loop {
            let waiting = self.inbox.get(self.at..).unwrap_or_default();
            match memchr::memchr(b'\n', waiting) {
                Some(end) if waiting.get(..end).is_some_and(concerns_idle) => return Ok(()),
                Some(end) => self.at += end + 1,
                None if waiting.len() > HELD => return Err(io::ErrorKind::FileTooLarge.into()),
                None if self.fill()? == 0 => return Ok(()),
                None => {}
            }
        }
    }

    /// If the next line announces a literal of a FETCH reply, takes that out and puts a mark in its place.
    fn set_literal_aside(&mut self) -> io::Result<()> {
        let line = loop {
            let waiting = self.inbox.get(self.at..).unwrap_or_default();
            match memchr::memchr(b'\n', waiting) {
                Some(end) => break end + 1,
                None if self.fill()? == 0 => return Ok(()),
                None => {}
            }
        };
        let text = self.inbox.get(self.at..self.at + line).unwrap_or_default();
        if text.starts_with(b"* ") {
            self.in_fetch = memchr::memmem::find(text, b" FETCH (").is_some();
        }
        let Some((length, brace)) = announced(text).filter(|_| self.in_fetch) else { return Ok(()) };
        let start = self.at + line;
        // The announced length is the server's word: room is made for no more than may still come.
        let held = (self.inbox.len() - start).min(length);
        let room = usize::try_from(self.leash.room()).unwrap_or(usize::MAX).saturating_add(held);
        let mut literal = Vec::with_capacity(length.min(room));
        literal.extend_from_slice(self.inbox.get(start..start + held).unwrap_or_default());
        while literal.len() < length {
            let missing = length - literal.len();
            if self.take(&mut literal, missing.min(CHUNK))? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let mark = self.literals.keep(literal);
        self.inbox.splice(self.at + brace..start + held, mark);
        Ok(())
    }

    /// Reads at most `most` bytes past the inbox onto `onto`; 0 at the end of the stream.
    fn take(&mut self, onto: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let held = onto.len();
        onto.resize(held + most, 0);
        let count = self.layer.read(onto.get_mut(held..).unwrap_or_default());
        onto.truncate(held + count.as_ref().copied().unwrap_or(0));
        count
    }
}

/// Whether a line tells of mail or of the connection's end, or is no untagged reply at all.
fn concerns_idle(line: &[u8]) -> bool {
    let Some(reply) = line.strip_prefix(b"* ") else { return true };
    let word = |word: &[u8]| reply.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let numbered = reply.iter().position(|byte| !byte.is_ascii_digit()).filter(|digits| *digits > 0);
    let what = numbered.and_then(|digits| reply.get(digits..)).unwrap_or_default();
    word(b"BYE") || what.trim_ascii().eq_ignore_ascii_case(b"EXISTS")
}

/// Whether bytes wait in the socket.
fn has_come(tcp: &TcpStream) -> io::Result<bool> {
    tcp.set_nonblocking(true)?;
    let peeked = tcp.peek(&mut [0; 1]);
    tcp.set_nonblocking(false)?;
    match peeked {
        Ok(count) => Ok(count > 0),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error),
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.leash.mode() == Mode::Continuation {
            self.continuation_first()?;
        }
        if !self.in_line && self.leash.mode() == Mode::Idle {
            self.idle_lines_only()?;
        }
        if !self.in_line && self.literals.wanted() {
            self.set_literal_aside()?;
        }
        if self.at >= self.inbox.len() && self.fill()? == 0 {
            return Ok(0);
        }
        let waiting = self.inbox.get(self.at..).unwrap_or_default();
        let line = memchr::memchr(b'\n', waiting).map_or(waiting.len(), |end| end + 1);
        let count = line.min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), waiting.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        self.in_line = into.get(..count).and_then(<[u8]>::last) != Some(&b'\n');
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match &mut self.layer {
            Layer::Plain(paced) => paced.write(from),
            Layer::Tls(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.layer {
            Layer::Plain(paced) => paced.flush(),
            Layer::Tls(stream) => stream.flush(),
        }
    }
}

impl SetReadTimeout for Wire {
    /// The `imap` crate sets a timeout when IDLE has begun: from then on IDLE ends at that point, whatever arrives. It
    /// removes the timeout before it sends DONE: then the answer to that is waited for as to any command.
    fn set_read_timeout(&mut self, timeout: Option<Duration>) -> imap::Result<()> {
        match timeout {
            Some(within) => self.leash.idle(within),
            None => self.leash.command(),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::concerns_idle;

    #[test]
    fn arrivals_and_goodbyes_end_an_idle_and_nothing_else() {
        let check =
            |line: &str, concerns: bool| assert_eq!(concerns_idle(line.as_bytes()), concerns, "{line}");
        check("* 3 EXISTS\r", true);
        check("* 12 exists", true);
        check("* BYE going down\r", true);
        check("* bye", true);
        check("+ idling", true);
        check("a7 OK IDLE terminated", true);
        check("nonsense", true);
        check("* EXISTS", false);
        check("* 3 EXPUNGE\r", false);
        check("* 3 FETCH (FLAGS (\\Seen))\r", false);
        check("* FLAGS (\\Answered)\r", false);
        check("* OK Still here\r", false);
        check("* NO [OVERQUOTA] nearly full\r", false);
    }
}
