//! Subjects: the base subject (RFC 5256 §2.1) and the tags in front of it.

use serde::{Deserialize, Serialize};

/// A subject, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// Decoded (RFC 2047), unfolded, controls removed, cut at 998 characters.
    pub text: String,
    /// The base subject: reply and forward marks, list prefixes and tags taken off.
    pub base: String,
    /// The bracketed tags before the base subject without their brackets, as written, in order; list prefixes (a bracket that is
    /// the list's own name) left out. `[VOTE][RESULT] x` has two.
    pub tags: Vec<String>,
    /// Whether a reply mark (`Re:`, `AW:`, `SV:`, `Antw:`, `回复：` …) stands before the tags.
    pub reply: bool,
    /// Whether a forward mark (`Fwd:`, `WG:`, `TR:` …) stands there.
    pub forward: bool,
}
