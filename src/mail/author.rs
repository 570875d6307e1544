//! Who wrote a post (RFC 5598 §2.1.1), also behind a list's DMARC rewrite.

use super::address::Address;
use serde::{Deserialize, Serialize};

/// The author of a post, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Author {
    /// The display-name, decoded; the addr-spec's local part where there is none. "via List" is taken off.
    pub name: String,
    /// The author's address; `None` where the mail does not tell it with certainty. A post without one is by an unknown author
    /// and its vote is held.
    pub address: Option<Address>,
    /// Which header names the author, and the form of the list it was read by: `from`, `reply-to (mailman)`, `from (pipermail)`, …
    pub evidence: String,
}

/// What is known of how a list hands mail on: its own addresses and which header it writes when it rewrites From.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListForm {
    /// The list's posting address and its other names; empty where it is to be inferred from the mail (archives).
    pub addresses: Vec<Address>,
    /// The list's name as in its subject prefix, e.g. `infra`; empty where unknown.
    pub prefixes: Vec<String>,
    /// The header that names the author when From is the list's.
    pub munging: Munging,
}

/// Which header names the author when From is the list's own address (`[list.trust] munging`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Munging {
    /// Inferred from the mail: only for archives and for `read` without a configuration.
    #[default]
    Infer,
    /// The list rewrites nothing: a From that is the list's names nobody.
    None,
    /// Mailman 3: the last address of Reply-To or Cc that is not the list's.
    Mailman,
    /// Mailman 2.1: the same headers.
    Mailman2,
    /// ezmlm: `.INVALID` behind the author's domain.
    Ezmlm,
    /// Google Groups: `X-Original-From`.
    Google,
    /// `Author:` (RFC 9057).
    AuthorHeader,
    /// `X-Original-Sender`.
    OriginalSender,
}
