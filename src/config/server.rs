//! `[mailbox]`, `[submit]` and `[monitor]`.

use super::problem::quoted;
use super::secret::secret;
use super::section::{Said, Section};
use super::{MailboxConfig, SubmitConfig};
use crate::decision::Span;
use crate::delivery::smtp;
use crate::mail::{Address, Mailbox};
use crate::source::imap::{self, Credential};
use secrecy::SecretString;
use std::net::SocketAddr;

const IMAP: &str = "\"imaps://bot@mail.example.org/INBOX\"";
const TOKEN: &str = "{ command = [\"oauth-token\", \"imap\"] }";
const SMTP: &str = "\"submission+starttls://bot@mail.example.org\"";
const LISTEN: &str = "\"127.0.0.1:9925\"";
const FROM: &str = "\"Decisions <decisions@example.org>\"";

/// Where mail comes from.
pub(super) fn mailbox(section: &Section<'_>) -> Option<MailboxConfig> {
    let imap = section.text("imap", IMAP);
    let maildir = section.path("maildir", "\"Maildir\"");
    let password = secret(section, "password", "{ env = \"IMAP_PASSWORD\" }");
    let token = secret(section, "token", TOKEN);
    let ca = section.path("ca", "\"ca.pem\"").map(|path| path.value);
    let poll = section.some_span("poll", "\"3m\"").map_or(Span::minutes(3), |poll| poll.value);
    section.finish();
    if let Some(imap) = imap {
        if section.has("maildir") {
            section.problem(
                imap.at,
                "[mailbox] names both `imap` and `maildir`",
                "remove one; a second mailbox needs an instance of its own",
            );
        }
        if section.has("password") && section.has("token") {
            section.problem(
                section.at,
                "[mailbox] names both `password` and `token`",
                "remove one: a token is for a server that takes XOAUTH2",
            );
        } else if !section.has("password") && !section.has("token") {
            section.missing("password", "{ env = \"IMAP_PASSWORD\" }");
        }
        let none = Credential::Password(SecretString::from("").into());
        if let Err(error) = imap::Settings::from_url(imap.value, none, None) {
            section.problem(imap.at, error.to_string(), format!("for example imap = {IMAP}"));
        }
        return Some(MailboxConfig::Imap { url: imap.value.to_owned(), password, token, ca, poll });
    }
    for key in ["password", "token", "ca"].iter().filter(|key| section.has("maildir") && section.has(key)) {
        section.problem(
            section.at,
            format!("`{key}` in [mailbox] means nothing beside `maildir`"),
            format!("remove `{key}`"),
        );
    }
    if !section.has("imap") && !section.has("maildir") {
        section.missing("imap", IMAP);
    }
    maildir.map(|path| MailboxConfig::Maildir { path: path.value, poll })
}

/// Where mail goes, and where `from` stands.
pub(super) fn submit(section: &Section<'_>) -> Option<Said<SubmitConfig>> {
    let smtp = section.required_text("smtp", SMTP);
    let password = secret(section, "password", "{ env = \"SMTP_PASSWORD\" }");
    let ca = section.path("ca", "\"ca.pem\"").map(|path| path.value);
    let from = section.required_text("from", FROM);
    let cap = section.table("cap", "cap", "{ list = 20, author = 3 }");
    let (cap_list, cap_author) = cap.map_or((None, None), |cap| {
        let counts = (cap.count("list", "20"), cap.count("author", "3"));
        cap.finish();
        counts
    });
    let doubt_wait = section.some_span("doubt_wait", "\"15m\"").map_or(Span::minutes(15), |wait| wait.value);
    section.finish();
    if let Some(smtp) = smtp {
        check_smtp(section, smtp);
    }
    let mailbox = from.and_then(|from| sending_address(section, from));
    let (smtp, (from, address)) = (smtp?, mailbox?);
    Some(from.map(|from| SubmitConfig {
        smtp: smtp.value.to_owned(),
        password,
        ca,
        from,
        address,
        cap_list: cap_list.map_or(20, |cap| cap.value),
        cap_author: cap_author.map_or(3, |cap| cap.value),
        doubt_wait,
    }))
}

/// Where `/healthz` and `/metrics` are answered.
pub(super) fn monitor(section: &Section<'_>) -> Option<SocketAddr> {
    let listen = section.required_text("listen", LISTEN);
    section.finish();
    let listen = listen?;
    let remedy = format!("write for example listen = {LISTEN}");
    match listen.value.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Some(address),
        Ok(address) => {
            let what = format!(
                "`listen` in [monitor] is {address}, which others can reach: it asks for no password, so it is for this machine only"
            );
            section.problem(listen.at, what, remedy);
            None
        }
        Err(_) => {
            let what = format!("`listen` in [monitor] is no address and port: {}", quoted(listen.value));
            section.problem(listen.at, what, remedy);
            None
        }
    }
}

fn check_smtp(section: &Section<'_>, smtp: Said<&str>) {
    let password = section.has("password").then(|| SecretString::from(""));
    let settings = smtp::Settings::from_url(smtp.value, password, None);
    match settings {
        Err(error) => section.problem(smtp.at, error.to_string(), format!("for example smtp = {SMTP}")),
        Ok(settings) if settings.login.is_none() && section.has("password") => {
            section.problem(
                smtp.at,
                "[submit] has a password, but its URL names no user",
                format!("write the user before the host: smtp = {SMTP}"),
            );
        }
        Ok(_) => {}
    }
}

/// `name@domain` or `Name <name@domain>`.
fn sending_address(section: &Section<'_>, said: Said<&str>) -> Option<(Said<Mailbox>, Address)> {
    let (name, address) = match said.value.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
        None => ("", said.value),
    };
    let address = Address::parse(address).filter(|_| !address.contains(['<', '>']));
    let Some(address) =
        address.filter(|_| !name.contains(|c: char| c.is_control() || matches!(c, '<' | '>' | '@')))
    else {
        let what = format!("`from` in [submit] is no address to send from: {}", quoted(said.value));
        section.problem(said.at, what, format!("write for example from = {FROM}"));
        return None;
    };
    let mailbox = Mailbox { name: name.to_owned(), address: Some(address.clone()) };
    Some((said.map(|_| mailbox), address))
}
