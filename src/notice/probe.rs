//! A test mail to a list, to see how it comes back. It is no notice of a decision: it is about nothing and owed to nobody.

use super::draft::{Draft, Letter, RenderError, token};
use super::templates::value;
use super::{Templates, Voice};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What its template is given.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Probing {
    pub list_address: String,
}

/// A test mail to the list. `code`, letters and digits alone, stands in its subject and in its Message-ID; `now` goes into `Date`. It bears
/// the marks of automatic mail (RFC 3834) as every notice does, so that nobody's mail program answers it and no engine reads it.
///
/// # Errors
/// Where the template fails, or an address cannot be mailed to.
pub fn probe(
    code: &str,
    voice: &Voice,
    templates: &Templates,
    now: DateTime<Utc>,
) -> Result<Draft, RenderError> {
    let probing = Probing { list_address: voice.list_address.to_string() };
    let letter = Letter {
        message_id: voice.probe_id(code)?,
        to: None,
        subject: voice.language.says().probe(code),
        in_reply_to: None,
        references: Vec::new(),
        replied: false,
        mark: format!("probe {} {code}", token(&voice.list_name)),
        body: templates.rendered(voice.language, "probe", value(probing))?,
        record: None,
        now,
    };
    letter.drafted(voice)
}
