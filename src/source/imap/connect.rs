//! From a host name to a session: TCP, TLS, greeting, login.

use super::credential::{Credential, Plain, Way, XOAuth2};
use super::error::ImapError;
use super::leash::Leash;
use super::literals::Literals;
use super::session::Session;
use super::settings::{Security, Settings};
use super::wire::Wire;
use crate::clock::Deadline;
use crate::net::reply::one_line;
use crate::net::tls::{TlsFault, client_config};
use imap::Client;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

/// How often whoever waits for a connection looks whether it is still wanted.
const GLANCE: Duration = Duration::from_millis(50);

/// Connects and logs in. `opened` gets a second handle of the socket as soon as there is one, for shutting it down from outside;
/// before that, `wanted` is asked every so often.
///
/// # Errors
/// Whatever step failed first; the password is sent only over TLS, or to this machine.
pub(super) fn connect(
    settings: &Settings,
    opened: &dyn Fn(&TcpStream),
    wanted: &dyn Fn() -> bool,
) -> Result<Session, ImapError> {
    let server = settings.server();
    // First of all: a command that gives a token may take longer than a server waits for a login.
    let asked = settings.credential.secret().ask(wanted);
    let secret = asked.map_err(|why| ImapError::Secret { server: server.clone(), why: one_line(&why) })?;
    if secret.expose_secret().chars().any(char::is_control) {
        return Err(ImapError::Password { server });
    }
    let tls = match settings.security {
        Security::Plain => None,
        Security::Implicit | Security::StartTls => Some(
            client_config(settings.ca.as_deref())
                .map_err(|fault| ImapError::Tls { server: server.clone(), fault })?,
        ),
    };
    let tcp = dial(settings, wanted)?;
    opened(&tcp);
    let leash = Leash::new(settings.timeout);
    let mut wire = Wire::plain(tcp, leash.clone());
    if settings.security == Security::StartTls {
        greeting(&mut wire, &server).map_err(silence)?;
        start_tls(&mut wire, &server)?;
    }
    if let Some(config) = tls {
        leash.command();
        let name = ServerName::try_from(settings.host.clone()).map_err(|_| {
            let fault = TlsFault::Other(format!("{:?} is no host name", settings.host));
            ImapError::Tls { server: server.clone(), fault }
        })?;
        wire = wire.into_tls(config, name).map_err(|error| no_tls(&server, &error))?;
    }
    leash.command();
    if settings.security != Security::StartTls {
        greeting(&mut wire, &server)?;
    }
    let (tls_version, literals) = (wire.tls_version(), wire.literals());
    login(settings, &secret, Client::new(wire), (leash, literals), tls_version)
}

/// A connection to the host, within the timeout, as long as it is wanted. On a thread of its own, since neither resolving a name
/// nor dialling can be called off.
fn dial(settings: &Settings, wanted: &dyn Fn() -> bool) -> Result<TcpStream, ImapError> {
    let server = settings.server();
    let (sender, dialled) = mpsc::channel();
    let settings_there = settings.clone();
    let thread = std::thread::Builder::new().name("dialling".to_owned()).spawn(move || {
        // Nobody listens any more where the time was over.
        let _ = sender.send(first_to_answer(&settings_there));
    });
    if let Err(why) = thread {
        return Err(ImapError::Local { server, why: format!("no thread to connect with ({why})") });
    }
    let deadline = Deadline::after(settings.timeout);
    loop {
        match dialled.recv_timeout(deadline.left().min(GLANCE)) {
            Ok(outcome) => return outcome,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(ImapError::Local { server, why: "the connecting thread ended".to_owned() });
            }
            Err(mpsc::RecvTimeoutError::Timeout) if deadline.is_past() => {
                return Err(ImapError::Timeout { server, doing: "connecting" });
            }
            Err(mpsc::RecvTimeoutError::Timeout) if !wanted() => {
                return Err(ImapError::Lost { server, doing: "connecting" });
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The first address of the host that takes a connection.
fn first_to_answer(settings: &Settings) -> Result<TcpStream, ImapError> {
    let server = settings.server();
    let addresses = (settings.host.as_str(), settings.port)
        .to_socket_addrs()
        .map_err(|why| ImapError::Resolve { server: server.clone(), why: one_line(&why.to_string()) })?;
    let deadline = Deadline::after(settings.timeout);
    let mut why = "the name has no address".to_owned();
    for address in addresses {
        if settings.security == Security::Plain && !address.ip().is_loopback() {
            return Err(ImapError::NotLoopback { server });
        }
        if deadline.is_past() {
            break;
        }
        match TcpStream::connect_timeout(&address, deadline.left()) {
            Ok(tcp) => {
                // Without it each small command waits for the acknowledgement of the one before.
                let _ = tcp.set_nodelay(true);
                return Ok(tcp);
            }
            Err(error) => why = one_line(&error.to_string()),
        }
    }
    Err(ImapError::Connect { server, why })
}

/// Reads the greeting (RFC 9051 section 7.1), which must be an OK. PREAUTH would leave no place for STARTTLS or a login.
fn greeting(wire: &mut Wire, server: &str) -> Result<(), ImapError> {
    let line = wire.line().map_err(|error| broken(server, "the greeting", &error))?;
    let shown = one_line(line.strip_prefix("* ").unwrap_or(&line));
    let word = line.strip_prefix("* ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    if word.eq_ignore_ascii_case("OK") {
        Ok(())
    } else if word.eq_ignore_ascii_case("BYE") {
        Err(ImapError::Bye { server: server.to_owned(), reply: shown })
    } else {
        Err(ImapError::Greeting { server: server.to_owned(), line: shown })
    }
}

/// A server that waits for TLS from the first byte says nothing, and neither does the client.
fn silence(error: ImapError) -> ImapError {
    match error {
        ImapError::Timeout { server, .. } => {
            ImapError::Greeting { server, line: "silence, as on a port that is for imaps://".to_owned() }
        }
        other => other,
    }
}

/// STARTTLS by hand (RFC 9051 section 6.2.1), up to the point where TLS begins.
fn start_tls(wire: &mut Wire, server: &str) -> Result<(), ImapError> {
    let fail = |error: io::Error| broken(server, "STARTTLS", &error);
    wire.write_all(b"tls STARTTLS\r\n").and_then(|()| wire.flush()).map_err(fail)?;
    loop {
        let line = wire.line().map_err(fail)?;
        let Some(answer) = line.strip_prefix("tls ") else { continue };
        let word = answer.split(' ').next().unwrap_or_default();
        if word.eq_ignore_ascii_case("OK") {
            return Ok(());
        }
        return Err(ImapError::StartTlsRefused { server: server.to_owned(), reply: one_line(answer) });
    }
}

fn no_tls(server: &str, error: &io::Error) -> ImapError {
    let server_name = server.to_owned();
    match TlsFault::find(error) {
        Some(fault) => ImapError::Tls { server: server_name, fault },
        None if error.kind() == io::ErrorKind::InvalidInput => {
            ImapError::StartTlsInjected { server: server_name }
        }
        None => broken(server, "the TLS handshake", error),
    }
}

/// What a failed read or write of our own stream means.
pub(super) fn broken(server: &str, doing: &'static str, error: &io::Error) -> ImapError {
    let server = server.to_owned();
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ImapError::Timeout { server, doing },
        io::ErrorKind::FileTooLarge => ImapError::TooLong { server, doing },
        _ => match TlsFault::find(error) {
            Some(fault) => ImapError::Tls { server, fault },
            None => ImapError::Lost { server, doing },
        },
    }
}

/// Logs in the way that the server offers; then asks what the server can do for this user.
fn login(
    settings: &Settings,
    secret: &SecretString,
    mut client: Client<Wire>,
    (leash, literals): (Leash, Literals),
    tls: Option<String>,
) -> Result<Session, ImapError> {
    let server = settings.server();
    let fail = |error: imap::Error| super::session::failed(&server, "CAPABILITY", error);
    let offered = capability_names(&client.capabilities().map_err(fail)?);
    leash.command();
    let user = settings.user.as_str();
    let bearer = XOAuth2::new(user, secret);
    let outcome = match settings.credential.way(&offered) {
        Some(Way::Plain) => client.authenticate("PLAIN", &Plain { user, password: secret }),
        Some(Way::Login) => client.login(user, secret.expose_secret()),
        Some(Way::XOAuth2) => client.authenticate("XOAUTH2", &bearer),
        None => return Err(no_way(settings, &offered)),
    };
    let mut inner =
        outcome.map_err(|(error, _)| match super::session::failed(&server, "the login", error) {
            ImapError::Refused { server, doing, reply } => {
                // Whatever a server may quote, a secret stands in no message.
                let exposed = secret.expose_secret();
                let bare = |text: String| match exposed {
                    "" => one_line(&text),
                    exposed => one_line(&text.replace(exposed, "…")),
                };
                let reply = bare(reply);
                match (&settings.credential, bearer.refusal()) {
                    // What the server asks about passwords is down, and may be up again by itself (RFC 5530 §3).
                    _ if reply.to_ascii_uppercase().starts_with("[UNAVAILABLE]") => {
                        ImapError::Refused { server, doing, reply }
                    }
                    (Credential::Password(_), _) => ImapError::Login { server, reply },
                    (Credential::Token(_), None) => ImapError::Token { server, reply },
                    (Credential::Token(_), Some(why)) => {
                        ImapError::Token { server, reply: format!("{reply}: {}", bare(why)) }
                    }
                }
            }
            other => other,
        })?;
    leash.command();
    let capabilities = capability_names(&inner.capabilities().map_err(fail)?);
    Ok(Session::new(settings, inner, leash, literals, capabilities, tls))
}

fn no_way(settings: &Settings, offered: &BTreeSet<String>) -> ImapError {
    let server = settings.server();
    let offered: Vec<&str> =
        offered.iter().map(String::as_str).filter(|name| name.starts_with("AUTH=")).collect();
    let offered = if offered.is_empty() { "nothing".to_owned() } else { one_line(&offered.join(" ")) };
    match settings.credential {
        Credential::Password(_) => ImapError::NoMechanism { server, offered },
        Credential::Token(_) => ImapError::NoToken { server, offered },
    }
}

/// The capabilities in upper case (they are compared without case, RFC 9051 section 7.2.2), in order.
fn capability_names(capabilities: &imap::types::Capabilities) -> BTreeSet<String> {
    use imap_proto::Capability;
    let name = |capability: &Capability<'_>| match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(atom) => atom.to_ascii_uppercase(),
    };
    capabilities.iter().map(name).collect()
}
