//! What `check` tells of a server, step by step.

use std::fmt;
use std::time::Duration;

/// One thing that was done, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeStep {
    /// What, in a few words.
    pub what: String,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Display for ProbeStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} ms)", self.what, self.took.as_millis())
    }
}
