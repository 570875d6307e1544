//! Submission over SMTP (RFC 6409, RFC 5321), with what is known about each mail afterwards: accepted, not accepted, or in doubt.
//!
//! The commands are given one by one over `lettre`'s connection, because only so is it known whether DATA had begun when a
//! connection broke. One connection is kept for a batch.

mod error;
mod offer;
mod settings;
mod stream;

pub use error::{SendError, SmtpError};
pub use offer::Offer;
pub use settings::{Security, Settings, SettingsError};

use crate::clock::Stopwatch;
use crate::failpoint::fail_point;
use crate::net::probe_step::ProbeStep;
use crate::net::reply::one_line;
use crate::net::tls::{TlsFault, read_ca};
use error::{Step, failed};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use offer::Envelope;
use secrecy::ExposeSecret;
use std::fmt;
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
    line: Line,
    since: Stopwatch,
}

/// A connection that is ready for MAIL, and what the server offers on it.
struct Line {
    connection: AsyncSmtpConnection,
    offer: Offer,
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
    /// What the server offers.
    pub offer: Offer,
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
        let mail = crlf(bytes);
        let envelope = Envelope::of(envelope_from, to, &mail).map_err(|which| {
            SendError::Permanent(SmtpError::Address { server: self.settings.server(), which })
        })?;
        let mut kept = self.kept.lock().await;
        let mut line = self.begun(kept.take(), &envelope).await.map_err(SmtpError::before_data)?;
        match self.transfer(&mut line.connection, &envelope, &mail).await {
            Ok(reply) => {
                *kept = Some(Kept { line, since: Stopwatch::start() });
                Ok(Accepted { reply })
            }
            Err(error) => {
                // Only after a reply is the server listening for a command: a QUIT amid the content would be part of it.
                if !matches!(error, SendError::Doubt(_)) {
                    self.quit(line).await;
                }
                Err(error)
            }
        }
    }

    /// Connects, greets, encrypts and logs in, as `check` shows it; what was done is put at the end of `steps`, also where a later step
    /// fails. No mail is sent.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn probe(&self, steps: &mut Vec<ProbeStep>) -> Result<Probe, SmtpError> {
        let line = self.connect(steps).await?;
        let (tls, offer) = (line.connection.is_encrypted(), line.offer);
        self.quit(line).await;
        Ok(Probe { server: self.settings.server(), tls, offer })
    }

    /// Says goodbye on the connection that is kept, after a batch.
    pub async fn close(&self) {
        if let Some(kept) = self.kept.lock().await.take() {
            self.quit(kept.line).await;
        }
    }

    /// A connection on which MAIL was accepted: the one that was kept where it still serves, or else a new one.
    async fn begun(&self, kept: Option<Kept>, envelope: &Envelope) -> Result<Line, SmtpError> {
        if let Some(Kept { mut line, since }) = kept {
            if since.elapsed() > KEPT {
                self.quit(line).await;
            } else {
                match self.begin(&mut line, envelope).await {
                    Ok(()) => return Ok(line),
                    // The server closed it meanwhile: nothing was sent yet, a new one is worth a try.
                    Err(SmtpError::Lost { .. } | SmtpError::Timeout { .. } | SmtpError::Closing { .. }) => {}
                    Err(error) => {
                        self.quit(line).await;
                        return Err(error);
                    }
                }
            }
        }
        let mut line = self.connect(&mut Vec::new()).await?;
        match self.begin(&mut line, envelope).await {
            Ok(()) => Ok(line),
            Err(error) => {
                self.quit(line).await;
                Err(error)
            }
        }
    }

    /// A connection ready for MAIL; each thing that was done to get it is put at the end of `steps`.
    async fn connect(&self, steps: &mut Vec<ProbeStep>) -> Result<Line, SmtpError> {
        let server = self.settings.server();
        let hello = ClientId::default();
        let mut watch = Stopwatch::start();
        let mut done = |what: String| {
            steps.push(ProbeStep { what, took: watch.elapsed() });
            watch = Stopwatch::start();
        };
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
        done(format!("connected to {server}, EHLO as {hello}"));
        if let (Security::StartTls, Some(tls)) = (self.settings.security, &self.tls) {
            if !connection.can_starttls() {
                self.abort(connection).await;
                return Err(SmtpError::NoStartTls { server });
            }
            self.within(Step::StartTls, connection.starttls(tls.clone(), &hello)).await?;
            done("STARTTLS".to_owned());
        }
        if connection.is_encrypted() {
            done("encrypted with TLS, certificate verified".to_owned());
        }
        if let Some((user, password)) = &self.settings.login {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
                self.abort(connection).await;
                return Err(SmtpError::NoMechanism { server });
            }
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.within(Step::Login, connection.auth(&mechanisms, &credentials)).await?;
            done("logged in".to_owned());
        }
        // The client's own reading of EHLO leaves SIZE out, and what is offered may differ after a login.
        let reply = self.reply(Step::Hello, connection.command(Ehlo::new(hello))).await?;
        let offer = Offer::of(reply.message());
        done(format!("the server offers {}", offer.in_words()));
        Ok(Line { connection, offer })
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
                    Ok(tcp) => {
                        // Without it the end of a mail waits for the acknowledgement of its content.
                        let _ = tcp.set_nodelay(true);
                        return Ok(tcp);
                    }
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
    async fn begin(&self, line: &mut Line, envelope: &Envelope) -> Result<(), SmtpError> {
        let parameters = envelope.parameters(line.offer, &self.settings.server())?;
        self.reply(Step::Mail, line.connection.command(Mail::new(envelope.from(), parameters))).await?;
        fail_point!("smtp after MAIL");
        Ok(())
    }

    /// RCPT for each recipient, DATA, and the mail itself.
    async fn transfer(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<String, SendError> {
        for recipient in &envelope.to {
            let command = Rcpt::new(recipient.clone(), Vec::new());
            self.reply(Step::Recipient, connection.command(command)).await.map_err(SmtpError::before_data)?;
        }
        fail_point!("smtp before DATA");
        let go_ahead =
            self.within(Step::Data, connection.command(Data)).await.map_err(SmtpError::before_data)?;
        if go_ahead.code().severity != Severity::PositiveIntermediate {
            return Err(self.no_reply(Step::Data).before_data());
        }
        fail_point!("smtp after DATA");
        let limit = self.settings.data_timeout + Duration::from_secs(mail.len() as u64 / SLOWEST);
        let content = async {
            match std::str::from_utf8(mail) {
                // In one piece: a mail whose end comes in a second one waits for the acknowledgement of the first.
                Ok(text) => connection.command(Content(text)).await,
                Err(_) => connection.message(mail).await,
            }
        };
        let reply = self.within_limit(limit, Step::Content, content).await.map_err(SmtpError::after_data)?;
        if reply.code().severity != Severity::PositiveCompletion {
            return Err(self.no_reply(Step::Content).after_data());
        }
        Ok(one_line(&reply.message().collect::<Vec<_>>().join(" ")))
    }

    /// A reply that is out of place: whatever answers does not speak SMTP as we do.
    fn no_reply(&self, step: Step) -> SmtpError {
        SmtpError::Lost { server: self.settings.server(), step }
    }

    async fn quit(&self, line: Line) {
        self.abort(line.connection).await;
    }

    async fn abort(&self, mut connection: AsyncSmtpConnection) {
        // Politeness, bounded: whether it is heard does not matter.
        let _ = timeout(Duration::from_secs(2), connection.abort()).await;
    }

    /// A command whose reply must be 2yz.
    async fn reply(
        &self,
        step: Step,
        command: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
    ) -> Result<Response, SmtpError> {
        let reply = self.within(step, command).await?;
        if reply.code().severity != Severity::PositiveCompletion {
            return Err(self.no_reply(step));
        }
        Ok(reply)
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

/// A mail as it goes over the line: full stops at a line's beginning doubled (RFC 5321 section 4.5.2), and the end behind it.
struct Content<'a>(&'a str);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split("\r\n") {
            f.write_str(if line.starts_with('.') { "." } else { "" })?;
            f.write_str(line)?;
            f.write_str("\r\n")?;
        }
        f.write_str(".\r\n")
    }
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
