//! A mail, ready to be queued: headers and body put together with lettre's builder (RFC 5322, RFC 2045).

use super::{Kind, Voice, quoting};
use crate::mail::{Address, MessageId, OWN_NOTICE, own_words_of_text};
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};

/// The longest Message-ID that is passed on in References: a line may hold 998 octets (RFC 5322 §2.1.1).
const LONGEST_REFERENCE: usize = 900;

/// A mail as it goes out. It is fixed when it is queued: sending it again sends these bytes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its Message-ID.
    pub message_id: MessageId,
    /// The envelope's recipient (RFC 5321 §2.3.1).
    pub envelope_to: String,
    /// The whole message, CRLF line ends.
    pub raw: Vec<u8>,
    /// Its own words, as reading `raw` finds them: what a copy seen on the list must hold for it to confirm this mail.
    pub words: String,
    /// Its subject, decoded.
    pub subject: String,
}

/// Why a notice could not be put into words.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template failed; only an override that was not built by [`super::Templates::with_overrides`] can.
    #[error("the template {name} cannot be rendered: {reason}; correct it or remove the override")]
    Template {
        /// Its file name.
        name: String,
        /// What minijinja says.
        reason: String,
    },
    /// There is no template of that name in that language.
    #[error("there is no template {0}")]
    NoTemplate(String),
    /// A kind of notice that is not about one decision.
    #[error("a {} is not rendered from one decision", .0.as_str())]
    Kind(Kind),
    /// The notice is about a post that the decision does not hold.
    #[error("the decision holds nothing about the post {0}; derive the notices again")]
    NoPost(String),
    /// An address that the mail builder does not take.
    #[error("not an address that mail can be sent to or from: {0}")]
    Address(String),
    /// The record is not the JSON object it should be.
    #[error("the record cannot be attached: {0}")]
    Record(String),
    /// The instance has no secret to make Message-IDs with.
    #[error("the instance's secret is empty; without it no Message-ID can be made")]
    Secret,
    /// The mail builder refused.
    #[error("the mail cannot be built: {0}")]
    Mail(#[from] lettre::error::Error),
}

/// What goes into a mail beside the voice.
pub(super) struct Letter<'a> {
    pub message_id: MessageId,
    pub to: Option<(&'a str, &'a Address)>,
    pub subject: String,
    pub in_reply_to: Option<&'a MessageId>,
    pub references: Vec<&'a MessageId>,
    pub replied: bool,
    pub mark: String,
    pub body: String,
    pub record: Option<(String, &'a str)>,
    pub now: DateTime<Utc>,
}

impl Letter<'_> {
    /// Puts the mail together.
    pub(super) fn drafted(self, voice: &Voice) -> Result<Draft, RenderError> {
        let (to_name, to_address) = self.to.unwrap_or(("", &voice.list_address));
        let subject = quoting::header(&self.subject);
        let mut builder = Message::builder()
            .from(mailbox(&voice.from_name, &voice.from)?)
            .to(mailbox(to_name, to_address)?)
            .reply_to(mailbox("", &voice.list_address)?)
            .subject(subject.clone())
            .date(self.now.into())
            .message_id(Some(self.message_id.to_string()));
        if let Some(id) = self.in_reply_to.filter(|id| can_be_referred_to(id)) {
            builder = builder.in_reply_to(id.to_string());
        }
        let references: Vec<&str> =
            self.references.iter().filter(|id| can_be_referred_to(id)).map(|id| id.as_str()).collect();
        if !references.is_empty() {
            builder = builder.references(references.join(" "));
        }
        let auto = if self.replied { "auto-replied" } else { "auto-generated" };
        builder = builder
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), auto.to_owned()))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(OWN_NOTICE), self.mark));
        let (text, words) = text_part(self.body)?;
        let message = match self.record {
            None => builder.singlepart(text)?,
            Some((name, json)) => {
                let json = encoded(json.as_bytes().to_vec(), ContentTransferEncoding::Base64)?;
                let record = Attachment::new(name).body(json, content_type("application/json")?);
                // The same notice has the same bytes, so its boundary must not be drawn by lot.
                let boundary = format!(
                    "plusone-{}",
                    self.message_id.as_str().trim_start_matches('<').split('@').next().unwrap_or_default()
                );
                builder
                    .multipart(MultiPart::mixed().boundary(boundary).singlepart(text).singlepart(record))?
            }
        };
        Ok(Draft {
            message_id: self.message_id,
            envelope_to: to_address.to_string(),
            raw: message.formatted(),
            words,
            subject,
        })
    }
}

/// Whether a Message-ID can stand in a header field as it is: in ASCII, on one line.
fn can_be_referred_to(id: &MessageId) -> bool {
    id.as_str().is_ascii() && id.as_str().len() <= LONGEST_REFERENCE
}

/// 7bit where the text is ASCII in short lines, else quoted-printable (RFC 2045 §6.7): neither is changed by a list or a relay. A link may
/// be longer than a line. Gives its own words besides: the text is the one that mail is read from, for a record is no text.
fn text_part(body: String) -> Result<(SinglePart, String), RenderError> {
    let encoding = if body.is_ascii() && body.lines().all(|line| line.len() <= 72) {
        ContentTransferEncoding::SevenBit
    } else {
        ContentTransferEncoding::QuotedPrintable
    };
    // The mail builder would put in each CR by moving all that follows: the square of a long digest.
    let body = body.replace('\n', "\r\n");
    let words = own_words_of_text(&body, None).text();
    Ok((SinglePart::builder().header(ContentType::TEXT_PLAIN).body(encoded(body, encoding)?), words))
}

fn encoded(
    body: impl Into<lettre::message::MaybeString>,
    encoding: ContentTransferEncoding,
) -> Result<Body, RenderError> {
    Body::new_with_encoding(body, encoding)
        .map_err(|_| RenderError::Record("its encoding was refused".to_owned()))
}

fn content_type(text: &str) -> Result<ContentType, RenderError> {
    ContentType::parse(text).map_err(|error| RenderError::Record(error.to_string()))
}

fn mailbox(name: &str, address: &Address) -> Result<Mailbox, RenderError> {
    let name = quoting::header(name);
    let parsed = address.as_str().parse().map_err(|_| RenderError::Address(address.to_string()))?;
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), parsed))
}

/// A word for a header or a file name: letters, digits, `.`, `_` and `-`; anything else becomes `-`.
pub(super) fn token(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    text.chars().take(64).map(safe).collect()
}
