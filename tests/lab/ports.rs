//! Which port of 127.0.0.1 each server listens on.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The first port tried, and how many follow: all below those that the kernel gives to outgoing connections, so
/// that none is taken between the look and the daemon's start.
const FIRST: u16 = 20_000;
const MANY: u16 = 12_000;

/// The lab's ports, all on 127.0.0.1.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// IMAP, with STARTTLS.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    /// SMTP as between hosts: no password, no TLS needed.
    pub smtp: u16,
    /// Submission: STARTTLS, then a password.
    pub submission: u16,
    /// Submission over TLS.
    pub submissions: u16,
    /// Where Postfix delivers people's mail.
    pub dovecot_lmtp: u16,
    /// Where Postfix asks about passwords.
    pub dovecot_sasl: u16,
    /// Where Postfix delivers lists' mail.
    pub mailman_lmtp: u16,
    /// Mailman's REST interface.
    pub rest: u16,
}

impl Ports {
    /// Nine ports that nobody listens on.
    pub fn free() -> Ports {
        Ports {
            imap: free(),
            imaps: free(),
            smtp: free(),
            submission: free(),
            submissions: free(),
            dovecot_lmtp: free(),
            dovecot_sasl: free(),
            mailman_lmtp: free(),
            rest: free(),
        }
    }

    /// The ports under their names in the configuration templates.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        [
            ("imap", self.imap),
            ("imaps", self.imaps),
            ("smtp", self.smtp),
            ("submission", self.submission),
            ("submissions", self.submissions),
            ("dovecot_lmtp", self.dovecot_lmtp),
            ("dovecot_sasl", self.dovecot_sasl),
            ("mailman_lmtp", self.mailman_lmtp),
            ("rest", self.rest),
        ]
        .map(|(name, port)| (name, port.to_string()))
        .into()
    }
}

/// A port that nobody listens on, and that this process has not given out before.
pub fn free() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Runs side by side start at different places.
    let start = (std::process::id().wrapping_mul(61) % u32::from(MANY)) as u16;
    (0..MANY)
        .map(|_| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed) % MANY) % MANY)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("one of twelve thousand ports is free")
}
