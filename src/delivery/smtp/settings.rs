//! How mail is submitted.

use crate::net::server_url::{ServerUrl, UrlFault, host_port, is_loopback};
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::time::Duration;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 section 3.3), `smtps://`.
    Implicit,
    /// TLS after STARTTLS (RFC 3207), required, `submission+starttls://`.
    StartTls,
    /// None, `smtp://`: to this machine only, refused otherwise.
    Plain,
}

/// One server that takes mail for delivery.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password, where the server wants a login.
    pub login: Option<(String, SecretString)>,
    /// PEM file of the only CA to trust, instead of the machine's.
    pub ca: Option<PathBuf>,
    /// How long each step may take.
    pub timeout: Duration,
    /// How long the answer to a whole mail may take. RFC 5321 section 4.5.3.2.6 asks for ten minutes: giving up sooner makes
    /// duplicates.
    pub data_timeout: Duration,
}

/// Why a submission URL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The URL itself.
    #[error("the submission URL cannot be used: {0}")]
    Url(#[from] UrlFault),
    /// A scheme that is none of the three.
    #[error("`{0}` is no way to submit mail: use submission+starttls:// or smtps://")]
    Scheme(String),
    /// A path, which means nothing here.
    #[error("the submission URL has a path, `{0}`, which means nothing here: end it after the host and port")]
    Path(String),
    /// A user without a password.
    #[error(
        "the submission URL names a user, but there is no password: name a file, variable or command under `password`"
    )]
    NoPassword,
    /// A line break or the like, where it would end the command.
    #[error("the submission user or password holds a line break or another control character: remove it")]
    Control,
    /// Plain text to another machine.
    #[error(
        "smtp:// sends everything readable by anyone, so it is for this machine only: use submission+starttls:// or smtps:// for {0}"
    )]
    NotLoopback(String),
}

impl Settings {
    /// What `submission+starttls://user@host:port`, `smtps://…` or (loopback only) `smtp://…` says: port 587, 465 or 25 unless
    /// given, no login without a user, 30 s a step.
    ///
    /// # Errors
    /// What is wrong with the URL and how it should be written.
    pub fn from_url(
        url: &str,
        password: Option<SecretString>,
        ca: Option<PathBuf>,
    ) -> Result<Settings, SettingsError> {
        let url = ServerUrl::parse(url)?;
        let (security, default_port) = match url.scheme.as_str() {
            "smtps" => (Security::Implicit, 465),
            "submission+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::Plain, 25),
            _ => return Err(SettingsError::Scheme(url.scheme)),
        };
        if security == Security::Plain && !is_loopback(&url.host) {
            return Err(SettingsError::NotLoopback(url.host));
        }
        if !url.path.is_empty() {
            return Err(SettingsError::Path(url.path));
        }
        let login = match url.user {
            Some(user) => Some((user, password.ok_or(SettingsError::NoPassword)?)),
            None => None,
        };
        let control = |text: &str| text.chars().any(char::is_control);
        if login.as_ref().is_some_and(|(user, password)| control(user) || control(password.expose_secret())) {
            return Err(SettingsError::Control);
        }
        Ok(Settings {
            host: url.host,
            port: url.port.unwrap_or(default_port),
            security,
            login,
            ca,
            timeout: Duration::from_secs(30),
            data_timeout: Duration::from_secs(600),
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

    fn read(url: &str) -> Result<Settings, SettingsError> {
        Settings::from_url(url, Some(SecretString::from("secret")), None)
    }

    #[test]
    fn the_three_schemes_and_their_defaults() {
        let check = |url: &str, security: Security, server: &str, user: Option<&str>| {
            let settings = read(url).unwrap();
            assert_eq!(settings.security, security, "{url}");
            assert_eq!(settings.server(), server, "{url}");
            assert_eq!(settings.login.as_ref().map(|(user, _)| user.as_str()), user, "{url}");
        };
        check(
            "submission+starttls://bot@mail.example.org",
            Security::StartTls,
            "mail.example.org:587",
            Some("bot"),
        );
        check(
            "smtps://bot%40example.org@mail.example.org/",
            Security::Implicit,
            "mail.example.org:465",
            Some("bot@example.org"),
        );
        check("smtp://127.0.0.1", Security::Plain, "127.0.0.1:25", None);
        check("smtp://localhost:2525", Security::Plain, "localhost:2525", None);
    }

    #[test]
    fn a_url_that_cannot_be_used_says_how_to_write_it() {
        let check = |url: &str, says: &str| {
            let line = read(url).unwrap_err().to_string();
            assert!(line.contains(says) && !line.contains('\n'), "{line}");
        };
        check("smtp://mail.example.org", "use submission+starttls://");
        check("http://mail.example.org", "`http`");
        check("smtps://bot@mail.example.org/x", "`x`");
        check("smtps://bot:geheim@mail.example.org", "`password`");
        let none = Settings::from_url("smtps://bot@mail.example.org", None, None);
        assert_eq!(none.unwrap_err(), SettingsError::NoPassword);
        let broken =
            Settings::from_url("smtps://bot@mail.example.org", Some(SecretString::from("s\n")), None);
        assert_eq!(broken.unwrap_err(), SettingsError::Control);
    }

    #[test]
    fn the_password_is_in_no_debug_output() {
        assert!(!format!("{:?}", read("smtps://bot@mail.example.org").unwrap()).contains("secret"));
    }
}
