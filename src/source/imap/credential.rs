//! What proves who logs in: a password, or a bearer token; asked for anew at each login, so that a changed one is taken up.

use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Asks for a secret. What it is given says whether the answer is still wanted: a long wait looks every so often.
type Ask = dyn Fn(&dyn Fn() -> bool) -> Result<SecretString, String> + Send + Sync;

/// A secret, or how to come by it.
#[derive(Clone)]
pub struct Secret(Arc<Ask>);

impl Secret {
    /// One that is asked for at each login. `ask` gets a question of its own, which says whether the answer is still wanted, and
    /// fails with one line: what is wrong and what to do, without the secret.
    pub fn asked(
        ask: impl Fn(&dyn Fn() -> bool) -> Result<SecretString, String> + Send + Sync + 'static,
    ) -> Secret {
        Secret(Arc::new(ask))
    }

    pub(super) fn ask(&self, wanted: &dyn Fn() -> bool) -> Result<SecretString, String> {
        (self.0)(wanted)
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Secret {
        Secret::asked(move |_| Ok(secret.clone()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How a user logs in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// With a password: SASL PLAIN (RFC 4616), else LOGIN.
    Password(Secret),
    /// With an OAuth 2.0 bearer token (RFC 6750): SASL XOAUTH2.
    Token(Secret),
}

impl Credential {
    /// The secret in it.
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Credential::Password(secret) | Credential::Token(secret) => secret,
        }
    }

    /// How to log in where the server offers `capabilities` (in upper case).
    pub(super) fn way(&self, capabilities: &BTreeSet<String>) -> Option<Way> {
        let offers = |name: &str| capabilities.contains(name);
        match self {
            Credential::Token(_) => offers("AUTH=XOAUTH2").then_some(Way::XOAuth2),
            Credential::Password(_) if offers("AUTH=PLAIN") => Some(Way::Plain),
            Credential::Password(_) => (!offers("LOGINDISABLED")).then_some(Way::Login),
        }
    }
}

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    Login,
    XOAuth2,
}

/// SASL PLAIN (RFC 4616).
pub(super) struct Plain<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a SecretString,
}

impl imap::Authenticator for Plain<'_> {
    type Response = String;

    fn process(&self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password.expose_secret())
    }
}

/// SASL XOAUTH2: the token as the answer to an empty challenge. A challenge that is not empty says why the token was refused;
/// the answer to that is an empty line, and the command then fails.
pub(super) struct XOAuth2<'a> {
    pub(super) user: &'a str,
    pub(super) token: &'a SecretString,
    /// The last challenge that was not empty.
    refusal: Mutex<Vec<u8>>,
}

impl<'a> XOAuth2<'a> {
    pub(super) fn new(user: &'a str, token: &'a SecretString) -> XOAuth2<'a> {
        XOAuth2 { user, token, refusal: Mutex::default() }
    }

    /// What the server gave as its reason, if it gave one: of JSON the status and the scope, of anything else the text.
    pub(super) fn refusal(&self) -> Option<String> {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&refusal).into_owned();
        let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        let field = |key: &str| json.as_ref().and_then(|json| json.get(key)).and_then(|it| it.as_str());
        match (field("status"), field("scope")) {
            _ if text.is_empty() => None,
            (Some(status), Some(scope)) if !scope.is_empty() => {
                Some(format!("status {status}, scope {scope}"))
            }
            (Some(status), _) => Some(format!("status {status}")),
            (None, _) => Some(text),
        }
    }
}

impl imap::Authenticator for XOAuth2<'_> {
    type Response = String;

    fn process(&self, challenge: &[u8]) -> String {
        if challenge.is_empty() {
            return format!("user={}\x01auth=Bearer {}\x01\x01", self.user, self.token.expose_secret());
        }
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = challenge.to_vec();
        String::new()
    }
}
