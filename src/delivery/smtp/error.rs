//! What can go wrong with a submission, and what it means for the mail.

use crate::net::reply::one_line;
use crate::net::tls::TlsFault;
use lettre::transport::smtp::Error;
use std::error::Error as _;
use std::fmt;
use std::io;

/// What was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// TCP, TLS from the first byte, greeting, EHLO.
    Connect,
    /// The EHLO after the encryption, whose extensions count.
    Hello,
    /// STARTTLS and the EHLO after it.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Recipient,
    /// DATA, up to the server's word to go ahead.
    Data,
    /// The mail and its end.
    Content,
}

impl Step {
    /// Whether nothing of the mail has been named yet.
    fn is_before_the_mail(self) -> bool {
        matches!(self, Step::Connect | Step::Hello | Step::StartTls | Step::Login)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Connect => "the connection",
            Step::Hello => "the greeting (EHLO)",
            Step::StartTls => "STARTTLS",
            Step::Login => "the login",
            Step::Mail => "the sender (MAIL)",
            Step::Recipient => "a recipient (RCPT)",
            Step::Data => "the mail (DATA)",
            Step::Content => "the mail's content",
        })
    }
}

/// Why a mail was not submitted, or the server not reached. `Display` is one line: what failed, where, and what to do.
///
/// `server` is `host:port`, `step` what was under way, and `reply` the server's own words made fit for one line.
#[allow(missing_docs, reason = "the fields' names mean the same in every variant")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// No TCP connection.
    #[error(
        "{server}: cannot connect ({why}); check the host and port in the submission URL, and that the server is up"
    )]
    Connect { server: String, why: String },
    /// A plain connection that left this machine.
    #[error(
        "{server}: smtp:// is for this machine only, and this is another; use submission+starttls:// or smtps://"
    )]
    NotLoopback { server: String },
    /// No TLS.
    #[error("{server}: {fault}")]
    Tls { server: String, fault: TlsFault },
    /// STARTTLS is not offered, or was stripped on the way.
    #[error(
        "{server}: STARTTLS is not offered, so nothing was sent; use smtps://, and if that is no help find out who stands between"
    )]
    NoStartTls { server: String },
    /// The server takes neither AUTH PLAIN nor AUTH LOGIN.
    #[error(
        "{server}: the server takes no password here; use its submission port (587 or 465), or leave the user out of the URL"
    )]
    NoMechanism { server: String },
    /// User or password were refused.
    #[error(
        "{server}: user or password refused ({code} {reply}); check the user in the submission URL and its password"
    )]
    Login { server: String, code: u16, reply: String },
    /// An address that is none.
    #[error(
        "{server}: the {which}'s address is not one; check the addresses of the list, the members and `from`"
    )]
    Address { server: String, which: &'static str },
    /// The server takes only ASCII.
    #[error(
        "{server}: the server takes only ASCII (no 8BITMIME), and the mail is not; submit through another server"
    )]
    NoEightBit { server: String },
    /// The server takes only ASCII addresses and headers.
    #[error(
        "{server}: the server has no SMTPUTF8 (RFC 6531), which an address of this mail needs; submit through a server that has it, or use an ASCII address"
    )]
    NoUtf8 { server: String },
    /// The mail is larger than what the server takes (RFC 1870); it was not sent over.
    #[error(
        "{server}: the mail has {octets} octets and the server takes {limit} octets at most (SIZE); raise the server's limit (Postfix: message_size_limit), or submit through another"
    )]
    TooLarge { server: String, octets: u64, limit: u64 },
    /// The server shuts down (421).
    #[error("{server}: the server closes the connection (421 {reply}); it is tried again")]
    Closing { server: String, reply: String },
    /// 4yz: not now.
    #[error("{server}: {step} was put off ({code} {reply}); it is tried again")]
    PutOff { server: String, step: Step, code: u16, reply: String },
    /// 5yz: not at all.
    #[error("{server}: {step} was refused ({code} {reply}); {}", remedy(*.code))]
    Refused { server: String, step: Step, code: u16, reply: String },
    /// No answer in time.
    #[error("{server}: {step} got no answer in time; {}, it is tried again", silence(*.step))]
    Timeout { server: String, step: Step },
    /// The connection is gone, or what came is no reply.
    #[error(
        "{server}: no whole answer to {step}: the connection was lost, or the port is not a mail server's; it is tried again"
    )]
    Lost { server: String, step: Step },
}

/// What to look at where a server says nothing. One that waits for TLS from the first byte says nothing, and neither does the client.
fn silence(step: Step) -> &'static str {
    match step {
        Step::Connect => {
            "check the network, the server, and the port: one that is for smtps:// says nothing under another scheme"
        }
        _ => "check the network and the server",
    }
}

/// What became of a mail that was not plainly accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not accepted; trying again later is right. A login or a certificate that fails is of this kind: the mail is not at fault.
    #[error("{0}")]
    Transient(SmtpError),
    /// Not accepted, and this mail never will be.
    #[error("{0}")]
    Permanent(SmtpError),
    /// The content was on its way when the answer failed to come: it may have been accepted.
    #[error("{0} (the mail may have been accepted: its copy on the list is waited for first)")]
    Doubt(SmtpError),
}

/// What to do about a refusal.
fn remedy(code: u16) -> &'static str {
    match code {
        // RFC 5321 section 4.2.3, and the 5.3.4 of RFC 3463.
        552 => "the mail is too large for it, or a mailbox is full: raise the server's limit",
        530 => "the server wants a login: name the user in the submission URL",
        550 | 553 => {
            "check that the server lets this user send as `from` and to that address; its log says more"
        }
        _ => "the server's log says why",
    }
}

impl SmtpError {
    /// Whether it is the server or the login that fails, whatever mail is tried: then no other mail need be tried now.
    pub fn is_of_the_server(&self) -> bool {
        match self {
            SmtpError::PutOff { step, .. }
            | SmtpError::Refused { step, .. }
            | SmtpError::Timeout { step, .. }
            | SmtpError::Lost { step, .. } => step.is_before_the_mail(),
            SmtpError::Address { .. }
            | SmtpError::NoEightBit { .. }
            | SmtpError::NoUtf8 { .. }
            | SmtpError::TooLarge { .. } => false,
            _ => true,
        }
    }

    /// What it means for a mail whose content had not begun.
    pub(super) fn before_data(self) -> SendError {
        match &self {
            // A server that wants nobody's mail (RFC 5321 section 3.1) has not looked at this one.
            SmtpError::Refused { step, .. } if step.is_before_the_mail() => SendError::Transient(self),
            // 530, 534, 535 and 538 are about the login (RFC 4954 section 6), not about the mail.
            SmtpError::Refused { code: 530 | 534 | 535 | 538, .. } => SendError::Transient(self),
            SmtpError::Refused { .. }
            | SmtpError::Address { .. }
            | SmtpError::NoEightBit { .. }
            | SmtpError::NoUtf8 { .. }
            | SmtpError::TooLarge { .. } => SendError::Permanent(self),
            _ => SendError::Transient(self),
        }
    }

    /// What it means for a mail whose content had begun: only a reply is an answer.
    pub(super) fn after_data(self) -> SendError {
        match &self {
            SmtpError::Refused { .. } => SendError::Permanent(self),
            SmtpError::PutOff { .. } | SmtpError::Closing { .. } => SendError::Transient(self),
            _ => SendError::Doubt(self),
        }
    }
}

/// What an error of the connection means.
pub(super) fn failed(server: &str, step: Step, error: &Error) -> SmtpError {
    let server = server.to_owned();
    if let Some(fault) = TlsFault::find(error) {
        return SmtpError::Tls { server, fault };
    }
    if let Some(code) = error.status().map(u16::from) {
        let reply =
            std::error::Error::source(error).map(|words| one_line(&words.to_string())).unwrap_or_default();
        return match (code, step) {
            (421, _) => SmtpError::Closing { server, reply },
            // Sent for too many recipients too: to be tried again (RFC 5321 section 4.5.3.1.10).
            (552, Step::Recipient) => SmtpError::PutOff { server, step, code, reply },
            (500.., Step::Login) => SmtpError::Login { server, code, reply },
            (500.., _) => SmtpError::Refused { server, step, code, reply },
            _ => SmtpError::PutOff { server, step, code, reply },
        };
    }
    if error.is_timeout() {
        return SmtpError::Timeout { server, step };
    }
    match (step, refusal(error)) {
        (Step::Connect, Some(why)) => SmtpError::Connect { server, why },
        _ => SmtpError::Lost { server, step },
    }
}

/// Why the operating system or the resolver let no connection come about.
fn refusal(error: &Error) -> Option<String> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return (io.kind() != io::ErrorKind::UnexpectedEof).then(|| one_line(&io.to_string()));
        }
        next = cause.source();
    }
    None
}
