//! How a mailbox is reached.

use super::credential::Credential;
use crate::net::server_url::{ServerUrl, UrlFault, host_port, is_loopback};
use std::path::PathBuf;
use std::time::Duration;

/// What is fetched of one mail, in bytes: 10 MB. Reading a mail takes up to eight times its size in memory, and two more may wait
/// meanwhile; what a vote says stands before its attachments.
const LARGEST_FETCHED: u64 = 10_000_000;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 section 3.2), `imaps://`.
    Implicit,
    /// TLS after STARTTLS (RFC 9051 section 6.2.1), required, `imap+starttls://`.
    StartTls,
    /// None, `imap://`: to this machine only, refused otherwise.
    Plain,
}

/// One mailbox on one server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who logs in.
    pub user: String,
    /// With what.
    pub credential: Credential,
    /// The mailbox's name in Unicode, such as `INBOX`.
    pub mailbox: String,
    /// PEM file of the only CA to trust, instead of the machine's.
    pub ca: Option<PathBuf>,
    /// Bytes fetched of one mail at most; what is longer comes cut.
    pub max_mail: u64,
    /// Time between polls, whether or not the server speaks IDLE.
    pub poll_every: Duration,
    /// How long the server may stay silent while an answer is due.
    pub timeout: Duration,
}

/// Why a mailbox's URL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The URL itself.
    #[error("the mailbox's URL cannot be used: {0}")]
    Url(#[from] UrlFault),
    /// A scheme that is none of the three.
    #[error("`{0}` is no way to reach a mailbox: use imaps:// or imap+starttls://")]
    Scheme(String),
    /// No user.
    #[error("the mailbox's URL names no user: write it as imaps://user@host/INBOX (an @ in the user as %40)")]
    NoUser,
    /// A user with control characters.
    #[error("the user in the mailbox's URL holds a control character: remove it")]
    User,
    /// Plain text to another machine.
    #[error(
        "imap:// sends the password readable by anyone, so it is for this machine only: use imaps:// or imap+starttls:// for {0}"
    )]
    NotLoopback(String),
}

impl Settings {
    /// What `imaps://user@host:port/Mailbox`, `imap+starttls://…` or (loopback only) `imap://…` says: port 993 or 143 and
    /// `INBOX` unless given, 10 MB a mail, a poll every 3 minutes, 30 s of silence.
    ///
    /// # Errors
    /// What is wrong with the URL and how it should be written.
    pub fn from_url(
        url: &str,
        credential: Credential,
        ca: Option<PathBuf>,
    ) -> Result<Settings, SettingsError> {
        let url = ServerUrl::parse(url)?;
        let (security, default_port) = match url.scheme.as_str() {
            "imaps" => (Security::Implicit, 993),
            "imap+starttls" => (Security::StartTls, 143),
            "imap" => (Security::Plain, 143),
            _ => return Err(SettingsError::Scheme(url.scheme)),
        };
        if security == Security::Plain && !is_loopback(&url.host) {
            return Err(SettingsError::NotLoopback(url.host));
        }
        let user = url.user.ok_or(SettingsError::NoUser)?;
        if user.chars().any(char::is_control) {
            return Err(SettingsError::User);
        }
        Ok(Settings {
            host: url.host,
            port: url.port.unwrap_or(default_port),
            security,
            user,
            credential,
            mailbox: if url.path.is_empty() { "INBOX".to_owned() } else { url.path },
            ca,
            max_mail: LARGEST_FETCHED,
            poll_every: Duration::from_secs(180),
            timeout: Duration::from_secs(30),
        })
    }

    /// `host:port`, as errors name the server.
    pub fn server(&self) -> String {
        host_port(&self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;

    fn read(url: &str) -> Result<Settings, SettingsError> {
        Settings::from_url(url, Credential::Password(SecretString::from("geheim").into()), None)
    }

    #[test]
    fn the_three_schemes_and_their_defaults() {
        let check = |url: &str, security: Security, server: &str, mailbox: &str| {
            let settings = read(url).unwrap();
            assert_eq!(settings.security, security, "{url}");
            assert_eq!(settings.server(), server, "{url}");
            assert_eq!(settings.mailbox, mailbox, "{url}");
        };
        check("imaps://bot@mail.example.org", Security::Implicit, "mail.example.org:993", "INBOX");
        check(
            "imaps://bot@mail.example.org:1993/Lists/infra",
            Security::Implicit,
            "mail.example.org:1993",
            "Lists/infra",
        );
        check("imap+starttls://bot@mail.example.org/", Security::StartTls, "mail.example.org:143", "INBOX");
        check("imap://bot@127.0.0.1:5143/INBOX", Security::Plain, "127.0.0.1:5143", "INBOX");
        check("imap://bot@[::1]/INBOX", Security::Plain, "[::1]:143", "INBOX");
        assert_eq!(read("imaps://bot%40example.org@mail.example.org/").unwrap().user, "bot@example.org");
    }

    #[test]
    fn a_url_that_cannot_be_used_says_how_to_write_it() {
        let check = |url: &str, says: &str| {
            let line = read(url).unwrap_err().to_string();
            assert!(line.contains(says) && !line.contains('\n'), "{line}");
        };
        check("imap://bot@mail.example.org/INBOX", "use imaps://");
        check("imap://bot@localhost.example.org/INBOX", "this machine only");
        check("pop3://bot@mail.example.org/", "`pop3`");
        check("imaps://mail.example.org/INBOX", "%40");
        check("imaps://b%0Aot@mail.example.org/INBOX", "control character");
        check("imaps://bot:geheim@mail.example.org/", "`password`");
    }

    #[test]
    fn the_password_is_in_no_debug_output() {
        let settings = read("imaps://bot@mail.example.org/").unwrap();
        assert!(!format!("{settings:?}").contains("geheim"));
    }
}
