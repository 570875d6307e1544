//! In whose name, in which language and under which Message-IDs the engine speaks on a list.

use super::draft::RenderError;
use super::{Language, Notice, Recipient};
use crate::mail::message_id::hex;
use crate::mail::{Address, MessageId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// How many hexadecimal digits of the HMAC a Message-ID carries: 160 bits.
const ID_DIGITS: usize = 40;
/// How the Message-ID of a probe begins.
const PROBE: &str = "<probe.";

/// What is the same for every notice of a list.
#[derive(Clone)]
pub struct Voice {
    /// The list's short name, as in the configuration.
    pub list_name: String,
    /// The list's posting address: where notices go and where answers are to go.
    pub list_address: Address,
    /// The display-name of the engine's sending address; may be empty.
    pub from_name: String,
    /// The engine's sending address; never the subscribed one.
    pub from: Address,
    /// The language of its notices.
    pub language: Language,
    /// The list's zone, named beside UTC.
    pub zone: chrono_tz::Tz,
    /// Where the list's archive is read: the permalink of the proposal's root, where the list's own host gives it.
    pub archive: Option<String>,
    /// Whether reminders and status name those whose vote is missing: only where the list opted in.
    pub names_missing: bool,
    /// The instance's secret, under which Message-IDs are made. Never empty.
    pub secret: Vec<u8>,
}

impl fmt::Debug for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Voice")
            .field("list_name", &self.list_name)
            .field("language", &self.language)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

impl Voice {
    /// The Message-ID of a notice: it follows from the secret, the proposal's number and everything that tells the notice from
    /// others, so the same notice has the same name whenever it is made, and nobody without the secret can make one.
    ///
    /// # Errors
    /// [`RenderError::Secret`] where the secret is empty.
    pub fn message_id(&self, notice: &Notice, number: u32) -> Result<MessageId, RenderError> {
        let recipient = match &notice.to {
            Recipient::List => "list",
            Recipient::Author(address) => address.as_str(),
        };
        self.named(&[
            &number.to_string(),
            notice.kind.as_str(),
            &notice.revision.to_string(),
            notice.post.as_ref().map_or("", MessageId::as_str),
            &notice.ordinal.to_string(),
            recipient,
        ])
    }

    /// The Message-ID of the probe of that code ([`super::probe`]). It tells the code, so that whoever has the secret knows it again.
    ///
    /// # Errors
    /// [`RenderError::Secret`] where the secret is empty.
    pub fn probe_id(&self, code: &str) -> Result<MessageId, RenderError> {
        let named = self.named(&["probe", code])?;
        let named = named.as_str().trim_start_matches('<');
        MessageId::parse(&format!("{PROBE}{code}.{named}"))
            .ok_or_else(|| RenderError::Address(self.from.to_string()))
    }

    /// Whether a Message-ID is one that [`Voice::probe_id`] made.
    pub fn is_probe(&self, id: &MessageId) -> bool {
        let code = id.as_str().strip_prefix(PROBE).and_then(|rest| rest.split('.').next());
        code.and_then(|code| self.probe_id(code).ok()).is_some_and(|made| made == *id)
    }

    /// A Message-ID made from the list's name and `parts`; each part's length is under the HMAC too, so that no two lists of parts
    /// run together.
    pub(super) fn named(&self, parts: &[&str]) -> Result<MessageId, RenderError> {
        if self.secret.is_empty() {
            return Err(RenderError::Secret);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(|_| RenderError::Secret)?;
        for part in std::iter::once(&self.list_name.as_str()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest = hex(&mac.finalize().into_bytes());
        let digits = digest.get(..ID_DIGITS).unwrap_or(&digest);
        MessageId::parse(&format!("<{digits}@{}>", self.from.domain()))
            .ok_or_else(|| RenderError::Address(self.from.to_string()))
    }
}
