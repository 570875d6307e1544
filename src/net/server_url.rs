//! Where a server is: `scheme://user@host:port/path`, percent-encoded (RFC 3986), without a password.

use std::net::IpAddr;
use url::{Host, Url};

/// A server's URL taken apart, nothing defaulted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    /// The scheme in lower case, such as `imaps`.
    pub scheme: String,
    /// The user, percent-decoded.
    pub user: Option<String>,
    /// The host name in lower case, or the IP address without brackets.
    pub host: String,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// The path without its leading slash, percent-decoded; empty where there is none.
    pub path: String,
}

/// Why a server's URL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// Not a URL.
    #[error("{0}: write it as scheme://user@host:port")]
    Malformed(String),
    /// No host, or one that is no host name.
    #[error("it names no server: write it as scheme://user@host:port")]
    NoHost,
    /// A password, which a URL must not hold.
    #[error("it holds a password: take that out and name a file, variable or command under `password`")]
    Password,
    /// A `%` that is not followed by two hexadecimal digits, or bytes that are not UTF-8.
    #[error("it has a broken % escape: write @ in a user name as %40 and % as %25")]
    Escape,
    /// `?…` or `#…`, which mean nothing here.
    #[error("it has a `?` or `#` part, which means nothing here: remove it, or write ? as %3F and # as %23")]
    Extra,
}

impl ServerUrl {
    /// Takes `text` apart.
    ///
    /// # Errors
    /// What is wrong with it, and how it should be written.
    pub fn parse(text: &str) -> Result<ServerUrl, UrlFault> {
        let url = Url::parse(text).map_err(|why| UrlFault::Malformed(why.to_string()))?;
        if url.password().is_some() {
            return Err(UrlFault::Password);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UrlFault::Extra);
        }
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() && !name.contains('%') => name.to_ascii_lowercase(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            _ => return Err(UrlFault::NoHost),
        };
        let user = Some(url.username()).filter(|user| !user.is_empty()).map(decode).transpose()?;
        let path = decode(url.path().strip_prefix('/').unwrap_or(url.path()))?;
        Ok(ServerUrl { scheme: url.scheme().to_owned(), user, host, port: url.port(), path })
    }
}

/// Whether `host` is this machine: `localhost` or a loopback address. What it resolves to is checked again once connected.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `host:port`, with brackets around an IPv6 address.
pub fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Percent-decoding (RFC 3986 section 2.1).
fn decode(text: &str) -> Result<String, UrlFault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits =
            after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).ok_or(UrlFault::Escape)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(UrlFault::Escape);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| UrlFault::Escape)?);
        rest = after.get(2..).unwrap_or_default();
    }
    String::from_utf8(bytes).map_err(|_| UrlFault::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let url =
            ServerUrl::parse("imaps://bot%40example.org@Mail.Example.ORG:1993/Lists/Pr%C3%A9sents").unwrap();
        assert_eq!(url.scheme, "imaps");
        assert_eq!(url.user.as_deref(), Some("bot@example.org"));
        assert_eq!((url.host.as_str(), url.port), ("mail.example.org", Some(1993)));
        assert_eq!(url.path, "Lists/Présents");
        let url = ServerUrl::parse("smtp://[::1]").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.user, url.path.as_str()), ("::1", None, None, ""));
        assert_eq!(host_port(&url.host, 25), "[::1]:25");
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let check = |text: &str, fault: UrlFault| assert_eq!(ServerUrl::parse(text), Err(fault), "{text}");
        check("imaps://bot:secret@mail.example.org/", UrlFault::Password);
        check("imaps:///INBOX", UrlFault::NoHost);
        check("imaps:mail.example.org", UrlFault::NoHost);
        check("imaps://b%zzt@mail.example.org/", UrlFault::Escape);
        check("imaps://b%4@mail.example.org/", UrlFault::Escape);
        check("imaps://b%ff@mail.example.org/", UrlFault::Escape);
        check("imaps://bot@mail.example.org/INBOX?x=1", UrlFault::Extra);
        assert!(matches!(ServerUrl::parse("mail.example.org"), Err(UrlFault::Malformed(_))));
        assert!(matches!(ServerUrl::parse("imaps://h:99999/"), Err(UrlFault::Malformed(_))));
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.org", "192.0.2.1", "10.0.0.1", "::2", "mail.example.org"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
