//! Sends people's mail the way a mail program does: submission, STARTTLS, password.

use super::password;
use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use plusone::clock::{Clock, Stopwatch, SystemClock};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A mail that the server took on: the moment its 250 arrived.
#[derive(Debug, Clone, Copy)]
pub struct Accepted {
    /// In UTC.
    pub at: DateTime<Utc>,
    /// Runs since that moment.
    pub since: Stopwatch,
}

/// The submission port, with a connection kept open for each person.
pub struct Submission {
    port: u16,
    tls: TlsParameters,
    connections: Mutex<HashMap<String, SmtpTransport>>,
}

impl Submission {
    /// The submission service on `port`, whose certificate `ca` signed.
    pub fn to(port: u16, ca: &Path) -> Submission {
        let ca = fs::read(ca).expect("the lab has just made it");
        let tls = TlsParameters::builder("localhost".to_owned())
            .certificate_store(CertificateStore::None)
            .add_root_certificate(Certificate::from_pem(&ca).expect("openssl wrote it"))
            .build()
            .expect("one root certificate is enough");
        Submission { port, tls, connections: Mutex::default() }
    }

    /// Sends `message` and returns once it is taken.
    pub fn send(&self, login: &str, envelope_from: &str, to: &str, message: &[u8]) -> Accepted {
        let address = |text: &str| text.parse().unwrap_or_else(|e| panic!("{text:?} is no address: {e}"));
        let envelope =
            Envelope::new(Some(address(envelope_from)), vec![address(to)]).expect("there is a recipient");
        let message = crlf(message);
        if let Err(e) = self.connection(login).send_raw(&envelope, &message) {
            panic!("Postfix does not take the mail of {login} to {to}: {e}");
        }
        Accepted { at: SystemClock.now(), since: Stopwatch::start() }
    }

    fn connection(&self, login: &str) -> SmtpTransport {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            SmtpTransport::builder_dangerous("localhost")
                .port(self.port)
                .tls(Tls::Required(self.tls.clone()))
                .credentials(Credentials::new(super::address(login), password(login)))
                .timeout(Some(Duration::from_secs(30)))
                .build()
        };
        connections.entry(login.to_owned()).or_insert_with(new).clone()
    }
}

/// `message` with every line ended as SMTP wants it, so that a test may write plain newlines.
fn crlf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for &byte in message {
        if byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}
