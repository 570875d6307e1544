//! From a configuration to an engine, a mailbox and a submission.

use super::{CliError, templates};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, MailboxConfig, SecretFrom, SubmitConfig};
use crate::delivery::smtp::{self, Submission};
use crate::mail::Mailbox;
use crate::source::imap::{self, Credential, Secret};
use crate::store::Store;
use crate::worker::{Engine, Sender, Terms};
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;

/// Reads the configuration, or says everything that is wrong with it.
pub fn load(path: &Path) -> Result<Config, CliError> {
    Config::load(path).map_err(CliError::usage)
}

/// Opens the store that the configuration names, where there is one: to look at nothing, nothing is made.
pub fn open_store(config: &Config) -> Result<Store, CliError> {
    let database = &config.database;
    // Where the folder is missing too, opening it says so.
    let folder = database.parent().is_none_or(|folder| folder.as_os_str().is_empty() || folder.is_dir());
    if folder && !database.exists() {
        return Err(CliError::work(format!(
            "there is no database {} yet; `plusone run` makes it, as `ingest` does",
            database.display()
        )));
    }
    Ok(Store::open(&config.database)?)
}

/// The engine that the configuration describes.
pub fn engine(config: &Config) -> Result<Engine, CliError> {
    let templates = templates::load(config.templates.as_deref())?;
    Ok(Engine::new(
        Store::open(&config.database)?,
        config.lists.clone(),
        sender(config)?,
        templates,
        &mailbox_name(config),
        SystemClock.now(),
    )?)
}

/// The name under which the store remembers how far the mailbox has been read.
pub fn mailbox_name(config: &Config) -> String {
    match &config.mailbox {
        Some(MailboxConfig::Imap { url, .. }) => url.clone(),
        Some(MailboxConfig::Maildir { path, .. }) => path.display().to_string(),
        None => "ingest".to_owned(),
    }
}

/// Who the engine is when it writes. Without `[submit]` nothing leaves, and shadow notices bear the first list's address.
pub fn sender(config: &Config) -> Result<Sender, CliError> {
    if let Some(submit) = &config.submit {
        return Ok(Sender { from: submit.from.clone(), address: submit.address.clone() });
    }
    let list = config.lists.first().ok_or_else(|| CliError::usage("no [[list]] is configured; add one"))?;
    let from = Mailbox { name: "plusone".to_owned(), address: Some(list.address.clone()) };
    Ok(Sender { from, address: list.address.clone() })
}

/// The IMAP settings. The secret is read anew at each login; a password must be there from the beginning.
pub fn imap_settings(config: &Config) -> Result<Option<imap::Settings>, CliError> {
    let Some(MailboxConfig::Imap { url, password, token, ca, poll }) = &config.mailbox else {
        return Ok(None);
    };
    secret(password.as_ref())?;
    let credential = match (password, token) {
        (None, Some(token)) => Credential::Token(asked_for(token)),
        (Some(password), _) => Credential::Password(asked_for(password)),
        (None, None) => Credential::Password(SecretString::from(String::new()).into()),
    };
    let mut settings = imap::Settings::from_url(url, credential, ca.clone()).map_err(CliError::usage)?;
    settings.poll_every = poll.delta().to_std().unwrap_or(Duration::from_secs(180));
    Ok(Some(settings))
}

/// The submission server, with the password read.
pub fn submission(submit: &SubmitConfig) -> Result<Submission, CliError> {
    let settings =
        smtp::Settings::from_url(&submit.smtp, secret(submit.password.as_ref())?, submit.ca.clone());
    Submission::new(settings.map_err(CliError::usage)?).map_err(CliError::work)
}

/// What may be sent, and as whom.
pub fn terms(submit: &SubmitConfig, mailbox: String) -> Terms {
    Terms {
        from: submit.address.to_string(),
        cap_list: submit.cap_list,
        cap_reserved: 200,
        cap_author: submit.cap_author,
        doubt_wait: submit.doubt_wait.delta(),
        mailbox,
    }
}

fn asked_for(from: &SecretFrom) -> Secret {
    let from = from.clone();
    Secret::asked(move |wanted| from.read_while(wanted).map_err(|error| error.to_string()))
}

fn secret(from: Option<&SecretFrom>) -> Result<Option<SecretString>, CliError> {
    from.map(SecretFrom::read).transpose().map_err(CliError::usage)
}
