//! Submission over SMTP (RFC 6409, RFC 5321), with what is known about each mail afterwards: accepted, not accepted, or in doubt.
//!
//! The commands are given one by one over `lettre`'s connection, because only so is it known whether DATA had begun when a
//! connection broke. One connection is kept for a batch.

mod error;
mod settings;
mod stream;

pub use error::{SendError, SmtpError};
pub use settings::{Security, Settings, SettingsError};

use crate::clock::Stopwatch;
use crate::failpoint::fail_point;
use crate::net::reply::one_line;
use crate::net::tls::{TlsFault, read_ca};
use error::{Step, failed};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::ExposeSecret;
use std::future::Future;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// A connection idle for longer than this is not used again: the server is about to close it.
const KEPT: Duration = Duration::from_secs(60);
/// Slowest server that is waited for, in bytes a second.
const SLOWEST: u64 = 16 << 10;

/// Sends mail through one server.
pub struct Submission {
    settings: Settings,
    tls: Option<TlsParameters>,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    connection: AsyncSmtpConnection,
    since: Stopwatch,
}

/// What the server said when it took a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its reply to the end of the mail in one line, often with its queue id.
    pub reply: String,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// `host:port`.
    pub server: String,
    /// Whether the connection was encrypted.
    pub tls: bool,
    /// What was done, one line each.
    pub steps: Vec<String>,
}

impl Submission {
    /// Gets ready to send; connects to nothing yet.
    ///
    /// # Errors
    /// The CA file cannot be used, or the host is no host name.
    pub fn new(settings: Settings) -> Result<Submission, SmtpError> {
        let tls = match settings.security {
            Security::Plain => None,
            Security::Implicit | Security::StartTls => Some(tls_parameters(&settings)?),
        };
        Ok(Submission { settings, tls, kept: Mutex::new(None) })
    }

    /// Sends one mail to all of `to`, or to none of them: a recipient that is refused stops it before DATA. The connection is
    /// kept for the next. An empty `envelope_from` is the null reverse-path. Line ends become CRLF.
    ///
    /// # Errors
    /// [`SendError`] says whether trying again is right: the mail may have been accepted only in doubt.
    pub async fn send(
        &self,
        envelope_from: &str,
        to: &[String],
        bytes: &[u8],
    ) -> Result<Accepted, SendError> {
        let server = self.settings.server();
        let bad =
            |which: &'static str| SendError::Permanent(SmtpError::Address { server: server.clone(), which });
        let from = match envelope_from {
            "" => None,
            address => Some(address.parse::<Address>().map_err(|_| bad("sender"))?),
        };
        let to: Result<Vec<Address>, _> = to.iter().map(|address| address.parse::<Address>()).collect();
        let to = to.ok().filter(|to| !to.is_empty()).ok_or_else(|| bad("recipient"))?;
        let mail = crlf(bytes);
        let mut kept = self.kept.lock().await;
        let mut connection = self.begun(kept.take(), from, &mail).await.map_err(SmtpError::before_data)?;
        match self.transfer(&mut connection, &to, &mail).await {
            Ok(reply) => {
                *kept = Some(Kept { connection, since: Stopwatch::start() });
                Ok(Accepted { reply })
            }
            Err(error) => {
                // Only after a reply is the server listening for a command: a QUIT amid the content would be part of it.
                if !matches!(error, SendError::Doubt(_)) {
                    self.quit(connection).await;
                }
                Err(error)
            }
        }
    }

    /// Connects, greets, encrypts and logs in, as `check` shows it. No mail is sent.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn probe(&self) -> Result<Probe, SmtpError> {
        let (connection, steps) = self.connect().await?;
        let tls = connection.is_encrypted();
        self.quit(connection).await;
        Ok(Probe { server: self.settings.server(), tls, steps })
    }

    /// Says goodbye on the connection that is kept, after a batch.
    pub async fn close(&self) {
        if let Some(kept) = self.kept.lock().await.take() {
            self.quit(kept.connection).await;
        }
    }

    /// A connection on which MAIL was accepted: the one that was kept where it still serves, or else a new one.
    async fn begun(
        &self,
        kept: Option<Kept>,
        from: Option<Address>,
        mail: &[u8],
    ) -> Result<AsyncSmtpConnection, SmtpError> {
        if let Some(Kept { mut connection, since }) = kept {
            if since.elapsed() > KEPT {
                self.quit(connection).await;
            } else {
                match self.begin(&mut connection, from.clone(), mail).await {
                    Ok(()) => return Ok(connection),
                    // The server closed it meanwhile: nothing was sent yet, a new one is worth a try.
                    Err(SmtpError::Lost { .. } | SmtpError::Timeout { .. } | SmtpError::Closing { .. }) => {}
                    Err(error) => {
                        self.quit(connection).await;
                        return Err(error);
                    }
                }
            }
        }
        let mut connection = self.connect().await?.0;
        match self.begin(&mut connection, from, mail).await {
            Ok(()) => Ok(connection),
            Err(error) => {
                self.quit(connection).await;
                Err(error)
            }
        }
    }

    /// A connection ready for MAIL, and what was done to get it.
    async fn connect(&self) -> Result<(AsyncSmtpConnection, Vec<String>), SmtpError> {
        let server = self.settings.server();
        let hello = ClientId::default();
        let mut steps = Vec::new();
        let mut connection = match (self.settings.security, &self.tls) {
            (Security::Implicit, Some(tls)) => {
                let address = (self.settings.host.as_str(), self.settings.port);
                let (limit, tls) = (Some(self.settings.timeout), Some(tls.clone()));
                let connecting = AsyncSmtpConnection::connect_tokio1(address, limit, &hello, tls, None);
                self.within(Step::Connect, connecting).await?
            }
            _ => {
                let stream = Box::new(stream::Sipped::new(self.dial().await?));
                let connecting = AsyncSmtpConnection::connect_with_transport(stream, &hello);
                self.within(Step::Connect, connecting).await?
            }
        };
        fail_point!("smtp connected");
        steps.push(format!("connected to {server}, EHLO as {hello}"));
        if let (Security::StartTls, Some(tls)) = (self.settings.security, &self.tls) {
            if !connection.can_starttls() {
                self.quit(connection).await;
                return Err(SmtpError::NoStartTls { server });
            }
            self.within(Step::StartTls, connection.starttls(tls.clone(), &hello)).await?;
        }
        if connection.is_encrypted() {
            steps.push("encrypted with TLS".to_owned());
        }
        if let Some((user, password)) = &self.settings.login {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
                self.quit(connection).await;
                return Err(SmtpError::NoMechanism { server });
            }
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.within(Step::Login, connection.auth(&mechanisms, &credentials)).await?;
            steps.push("logged in".to_owned());
        }
        Ok((connection, steps))
    }

    /// A TCP connection to the first address that takes one.
    async fn dial(&self) -> Result<TcpStream, SmtpError> {
        let server = self.settings.server();
        let fail = |why: String| SmtpError::Connect { server: server.clone(), why };
        let address = (self.settings.host.as_str(), self.settings.port);
        let dialling = async {
            let addresses = lookup_host(address).await.map_err(|why| fail(one_line(&why.to_string())))?;
            let mut why = "the name has no address".to_owned();
            for address in addresses {
                if self.settings.security == Security::Plain && !address.ip().is_loopback() {
                    return Err(SmtpError::NotLoopback { server: server.clone() });
                }
                match TcpStream::connect(address).await {
                    Ok(tcp) => return Ok(tcp),
                    Err(error) => why = one_line(&error.to_string()),
                }
            }
            Err(fail(why))
        };
        timeout(self.settings.timeout, dialling)
            .await
            .unwrap_or_else(|_| Err(SmtpError::Timeout { server: server.clone(), step: Step::Connect }))
    }

    /// MAIL, the first command of a mail.
    async fn begin(
        &self,
        connection: &mut AsyncSmtpConnection,
        from: Option<Address>,
        mail: &[u8],
    ) -> Result<(), SmtpError> {
        let mut parameters = Vec::new();
        if !mail.is_ascii() {
            if !connection.server_info().supports_feature(Extension::EightBitMime) {
                return Err(SmtpError::NoEightBit { server: self.settings.server() });
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.within(Step::Mail, connection.command(Mail::new(from, parameters))).await?;
        fail_point!("smtp after MAIL");
        Ok(())
    }

    /// RCPT for each recipient, DATA, and the mail itself.
    async fn transfer(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &[Address],
        mail: &[u8],
    ) -> Result<String, SendError> {
        for recipient in to {
            let command = Rcpt::new(recipient.clone(), Vec::new());
            self.within(Step::Recipient, connection.command(command))
                .await
                .map_err(SmtpError::before_data)?;
        }
        fail_point!("smtp before DATA");
        self.within(Step::Data, connection.command(Data)).await.map_err(SmtpError::before_data)?;
        fail_point!("smtp after DATA");
        let limit = self.settings.data_timeout + Duration::from_secs(mail.len() as u64 / SLOWEST);
        let reply = self
            .within_limit(limit, Step::Content, connection.message(mail))
            .await
            .map_err(SmtpError::after_data)?;
        Ok(one_line(&reply.message().collect::<Vec<_>>().join(" ")))
    }

    async fn quit(&self, mut connection: AsyncSmtpConnection) {
        // Politeness, bounded: whether it is heard does not matter.
        let _ = timeout(Duration::from_secs(2), connection.abort()).await;
    }

    async fn within<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, SmtpError> {
        self.within_limit(self.settings.timeout, step, work).await
    }

    async fn within_limit<T>(
        &self,
        limit: Duration,
        step: Step,
        work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, SmtpError> {
        match timeout(limit, work).await {
            Ok(outcome) => outcome.map_err(|error| failed(&self.settings.server(), step, &error)),
            Err(_) => Err(SmtpError::Timeout { server: self.settings.server(), step }),
        }
    }
}

impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submission").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The same trust as the mailbox has: the CA file alone, or else the machine's roots.
fn tls_parameters(settings: &Settings) -> Result<TlsParameters, SmtpError> {
    let server = settings.server();
    let fault = |fault: TlsFault| SmtpError::Tls { server: server.clone(), fault };
    let other = |why: lettre::transport::smtp::Error| fault(TlsFault::Other(one_line(&why.to_string())));
    let mut builder = TlsParametersBuilder::new(settings.host.clone());
    if let Some(path) = &settings.ca {
        let pem = read_ca(path).map_err(fault)?;
        let certificate = Certificate::from_pem(&pem).map_err(other)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map_err(other)
}

/// `bytes` with every line end as CRLF (RFC 5321 section 2.3.8: a bare CR or LF must not be sent) and without the last one,
/// which comes with the full stop that ends the mail.
fn crlf(bytes: &[u8]) -> Vec<u8> {
    let mut mail = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut before = 0;
    for &byte in bytes {
        match byte {
            b'\r' => mail.extend_from_slice(b"\r\n"),
            b'\n' if before == b'\r' => {}
            b'\n' => mail.extend_from_slice(b"\r\n"),
            other => mail.push(other),
        }
        before = byte;
    }
    if mail.ends_with(b"\r\n") {
        mail.truncate(mail.len() - 2);
    }
    mail
}

#[cfg(test)]
mod tests;
