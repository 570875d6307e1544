//! What a mail has to do with a probe.

use crate::cli::table;
use crate::config::ListConfig;
use crate::mail::{self, Arrival, Automatic, ListForm, Munging, Trust};
use crate::notice::Draft;
use memchr::memmem;

/// A mail that has to do with the probe.
#[derive(Debug, PartialEq, Eq)]
pub enum Came {
    /// Its copy.
    Copy,
    /// What says that no copy will come, and what to do.
    Lost(String),
    /// Something about it: a moderator's notice, for one.
    About(String),
}

impl Came {
    /// Reads a mail of the mailbox; `None` where it has nothing to do with the probe.
    pub fn of(raw: &[u8], list: &ListConfig, draft: &Draft) -> Option<Came> {
        // The code stands in the subject, and in whatever names the Message-ID.
        let code = draft.message_id.as_str().split('.').nth(1)?;
        memmem::find(raw, code.as_bytes())?;
        let form = ListForm { munging: Munging::Mailman, ..list.form.clone() };
        let post = mail::post(raw, &Arrival::default(), &form, &Trust::default());
        if post.message_id == draft.message_id || post.other_ids.contains(&draft.message_id) {
            return Some(Came::Copy);
        }
        let about = || {
            format!(
                "{:?}, by {}",
                table::shown(&post.subject.text, 60),
                post.author.address.as_ref().map_or("nobody that it names", |address| address.as_str())
            )
        };
        Some(match post.automatic {
            Some(Automatic::Digest) => Came::Lost(
                "it came back in a digest, where single mails cannot be read: subscribe the address of the mailbox to single mails, without digests"
                    .to_owned(),
            ),
            Some(Automatic::Bounce) if mail::bounce(raw).failed => Came::Lost(format!(
                "the mail server returned it ({}): read why there, and let the list take the sender's mail",
                about()
            )),
            _ if post.subject.text.contains(&draft.subject) && !post.provenance.list_ids.is_empty() => {
                Came::Lost(format!(
                    "the list passed it on under another Message-ID, {}: answers on such a list name mails that nobody else knows by that name, and its mail cannot be put into threads",
                    table::shown(post.message_id.as_str(), 60)
                ))
            }
            _ => Came::About(about()),
        })
    }
}
