//! What can go wrong with a mailbox: one closed enum, each with its remedy, none with a password.

use crate::net::tls::TlsFault;

/// Why the mailbox could not be read. `Display` is one line: what failed, where, and what to do.
///
/// `server` is `host:port`, `doing` the command under way, and `reply`, `line` and `offered` are the server's own words made fit
/// for one line.
#[allow(missing_docs, reason = "the fields' names mean the same in every variant")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImapError {
    /// The host name has no address.
    #[error("{server}: no address for this name ({why}); check the host in the mailbox's URL and the DNS")]
    Resolve { server: String, why: String },
    /// No TCP connection.
    #[error(
        "{server}: cannot connect ({why}); check the host and port in the mailbox's URL, and that the server is up"
    )]
    Connect { server: String, why: String },
    /// A plain connection that left this machine.
    #[error(
        "{server}: imap:// is for this machine only, and this is another; use imaps:// or imap+starttls://"
    )]
    NotLoopback { server: String },
    /// No TLS.
    #[error("{server}: {fault}")]
    Tls { server: String, fault: TlsFault },
    /// STARTTLS was answered with NO or BAD: not offered, or stripped on the way.
    #[error(
        "{server}: STARTTLS was refused ({reply}), so nothing was sent; use imaps://, and if that is no help find out who stands between"
    )]
    StartTlsRefused { server: String, reply: String },
    /// Bytes came in plain text between STARTTLS and TLS (CVE-2011-0411 and its kin).
    #[error(
        "{server}: something was slipped in before TLS began, so nothing was sent; use imaps://, and find out who stands between"
    )]
    StartTlsInjected { server: String },
    /// A greeting that is not `* OK`.
    #[error(
        "{server}: not the greeting of an IMAP server that takes logins ({line}); check the port, or try again later"
    )]
    Greeting { server: String, line: String },
    /// The server said BYE.
    #[error("{server}: the server hung up ({reply}); it is tried again, and its own log says why")]
    Bye { server: String, reply: String },
    /// The server takes neither LOGIN nor SASL PLAIN.
    #[error(
        "{server}: the server takes no password here (it offers {offered}); allow SASL PLAIN or LOGIN for this user"
    )]
    NoMechanism { server: String, offered: String },
    /// The server takes no bearer token.
    #[error(
        "{server}: the server takes no token here (it offers {offered}); name a `password` instead of `token`, or have XOAUTH2 allowed for this user"
    )]
    NoToken { server: String, offered: String },
    /// The token was refused.
    #[error(
        "{server}: the token was refused ({reply}); run the token's command by hand, and check that its token is for this user and for IMAP"
    )]
    Token { server: String, reply: String },
    /// The password or the token cannot be had.
    #[error("{server}: {why}")]
    Secret { server: String, why: String },
    /// User or password were refused.
    #[error(
        "{server}: user or password refused ({reply}); check the user in the mailbox's URL and its password"
    )]
    Login { server: String, reply: String },
    /// The password or token holds a control character.
    #[error("{server}: the password or token holds a control character; remove it from where that is kept")]
    Password { server: String },
    /// There is no such mailbox, or it may not be read.
    #[error(
        "{server}: mailbox {mailbox:?} cannot be opened ({reply}); check its name in the mailbox's URL and its access rights"
    )]
    NoMailbox { server: String, mailbox: String, reply: String },
    /// The mailbox has no UIDVALIDITY.
    #[error(
        "{server}: mailbox {mailbox:?} has no lasting UIDs (UIDVALIDITY), so its mail cannot be told apart; use another server"
    )]
    NoUids { server: String, mailbox: String },
    /// A command was answered with NO or BAD.
    #[error("{server}: {doing} was refused ({reply}); it is tried again, and the server's log says why")]
    Refused { server: String, doing: &'static str, reply: String },
    /// An answer that cannot be understood.
    #[error("{server}: {doing} got an answer that cannot be read ({what}); a new connection is tried")]
    Protocol { server: String, doing: &'static str, what: String },
    /// An answer longer than what was asked for can be.
    #[error("{server}: {doing} got a longer answer than it can have; a new connection is tried")]
    TooLong { server: String, doing: &'static str },
    /// No answer in time.
    #[error(
        "{server}: {doing} got no answer in time; check the network and the server, a new connection is tried"
    )]
    Timeout { server: String, doing: &'static str },
    /// The connection is gone.
    #[error("{server}: the connection was lost during {doing}; a new one is tried")]
    Lost { server: String, doing: &'static str },
    /// This machine could not do its part.
    #[error("{server}: {why}; check this machine's limits")]
    Local { server: String, why: String },
}

impl ImapError {
    /// Whether trying again at once is pointless: somebody has to change something first.
    pub fn needs_a_person(&self) -> bool {
        match self {
            ImapError::NotLoopback { .. }
            | ImapError::Tls { .. }
            | ImapError::StartTlsRefused { .. }
            | ImapError::StartTlsInjected { .. }
            | ImapError::NoMechanism { .. }
            | ImapError::NoToken { .. }
            | ImapError::Token { .. }
            | ImapError::Login { .. }
            | ImapError::Password { .. }
            | ImapError::NoMailbox { .. }
            | ImapError::NoUids { .. } => true,
            // What gives a token may be down for a while, as a server may.
            ImapError::Secret { .. }
            | ImapError::Resolve { .. }
            | ImapError::Connect { .. }
            | ImapError::Greeting { .. }
            | ImapError::Bye { .. }
            | ImapError::Refused { .. }
            | ImapError::Protocol { .. }
            | ImapError::TooLong { .. }
            | ImapError::Timeout { .. }
            | ImapError::Lost { .. }
            | ImapError::Local { .. } => false,
        }
    }
}
