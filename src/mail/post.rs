//! A post: one message as the engine reads it.

use super::{Address, Author, Automatic, Instant, Mailbox, MessageId, OwnWords, Subject};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One message that came to the list, taken apart. Everything the decision needs, nothing of the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its own name, or one made from its bytes.
    pub message_id: MessageId,
    /// Further names: the outer Message-ID that Mailman's `wrap_message` gives.
    pub other_ids: Vec<MessageId>,
    /// What it replies to, nearest first: In-Reply-To, then References from the last to the first (RFC 5322 §3.6.4); each once, at
    /// most [`Post::MOST_PARENTS`].
    pub parents: Vec<MessageId>,
    /// The subject, taken apart.
    pub subject: Subject,
    /// Who wrote it.
    pub author: Author,
    /// When the list received it.
    pub received: Instant,
    /// How it came here.
    pub provenance: Provenance,
    /// Why it is automatic, where it is.
    pub automatic: Option<Automatic>,
    /// The author's own words.
    pub words: OwnWords,
    /// The emoji of a `text/vnd.google.email-reaction+json` part.
    pub reaction: Option<String>,
    /// SHA-256 of the raw bytes; `None` only where the message was read for showing alone.
    pub raw_sha256: Option<[u8; 32]>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Post {
    /// How many parents of a post are kept: the nearest 20 and the first, which names the root.
    pub const MOST_PARENTS: usize = 21;

    /// Whether the post replies to anything, by its headers or by its subject.
    pub fn is_reply(&self) -> bool {
        self.subject.reply || !self.parents.is_empty()
    }
}

/// The header section alone, read without the body: enough to thread by and to see whether a post may open a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// As in [`Post`].
    pub message_id: MessageId,
    /// As in [`Post`].
    pub parents: Vec<MessageId>,
    /// As in [`Post`].
    pub subject: Subject,
    /// As in [`Post`].
    pub received: Instant,
    /// Lower-cased List-Id (RFC 2919), without angle brackets.
    pub list_ids: Vec<String>,
}

/// How a post reached the engine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// List-Id values (RFC 2919 §2), in lower case, without angle brackets and description. Proves nothing by itself.
    pub list_ids: Vec<String>,
    /// To and Cc.
    pub recipients: Vec<Mailbox>,
    /// Whether a `Received` line inside our boundary shows that the list's host handed the message over ([`Trust`]).
    pub through_list: bool,
    /// What its Date says (RFC 5322 §3.6.1), UTC. Nothing is decided by it; but where the same words of the same author come twice under two
    /// Message-IDs, the same Date tells that it is one mail.
    pub dated: Option<DateTime<Utc>>,
    /// The permalink that the list gives it (RFC 5064 Archived-At), where it is an http or https address.
    pub archived_at: Option<String>,
}

/// What must be seen of a message for it to have come through the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trust {
    /// Names or addresses of the hosts that hand list mail over to our mail server.
    pub list_hosts: Vec<String>,
    /// Reverse-paths that the list sends with, as `local@domain` or `local-prefix*@domain`; asked for besides where the list's host
    /// is our own mail server, since then direct mail comes from it as well.
    pub bounce_paths: Vec<String>,
    /// Archives are the list's own record: everything in them came through the list.
    pub archive: bool,
}

/// Something about a message that could not be read, or was read with a limit. It is kept and listed, never fatal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "problem", content = "detail")]
pub enum Problem {
    /// No Message-ID, or one that cannot be used; the name is made from the bytes.
    NoMessageId,
    /// Larger than what is read of one mail: the true size in octets.
    TooLarge(u64),
    /// More MIME parts or deeper nesting than is read.
    TooNested(String),
    /// No author's address could be told.
    NoAuthor(String),
    /// No receive instant could be told.
    NoInstant,
    /// The `Date:` header is more than a day from the receive instant; nothing depends on it.
    OddDate,
    /// A charset or transfer encoding that could not be undone.
    Undecodable(String),
    /// A header field too long to be read whole: its name.
    LongField(String),
    /// More references than are kept.
    ManyReferences(u32),
    /// Not a mail at all: no header section.
    NoHeader,
    /// A second message under a Message-ID that another body already has.
    SameIdOtherBody,
    /// The archive or mailbox it comes from is damaged there.
    Source(String),
}

impl Address {
    /// Whether `other` is among `these`, regardless of case.
    pub fn is_among(&self, these: &[Address]) -> bool {
        these.iter().any(|address| address.same_as(self))
    }
}

impl Problem {
    /// Its kind in one word, and more in a sentence.
    pub fn in_words(&self) -> (&'static str, String) {
        match self {
            Problem::NoMessageId => ("no-message-id", "no usable Message-ID; named by its bytes".into()),
            Problem::TooLarge(size) => ("too-large", format!("{size} octets; only its beginning was read")),
            Problem::TooNested(what) => ("too-nested", what.clone()),
            Problem::NoAuthor(what) => ("no-author", what.clone()),
            Problem::NoInstant => ("no-instant", "nothing tells when the list received it".into()),
            Problem::OddDate => {
                ("odd-date", "its Date is more than a day from when the list received it".into())
            }
            Problem::Undecodable(what) => ("undecodable", what.clone()),
            Problem::LongField(name) => {
                ("long-field", format!("{name} is longer than any mail needs; its beginning is read"))
            }
            Problem::ManyReferences(count) => {
                ("many-references", format!("{count} references; the nearest are read"))
            }
            Problem::NoHeader => ("no-header", "no header section: not a mail".into()),
            Problem::SameIdOtherBody => {
                ("same-id", "another message bears the same Message-ID over other words".into())
            }
            Problem::Source(what) => ("source", what.clone()),
        }
    }
}
