//! Where a mail in the outbox stands, and which budget it is sent from.

use crate::notice::Kind;

/// Where a mail in the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// To be sent.
    Queued,
    /// A send was begun; after a restart that means doubt.
    Sending,
    /// The server took it.
    Sent,
    /// Its own copy came back from the list.
    Confirmed,
    /// Refused for good.
    Failed,
    /// Written to the shadow folder.
    Shadow,
    /// Not sent: it had outlived its use before it could be.
    Dropped,
}

impl OutboxState {
    /// Every state.
    pub const ALL: [OutboxState; 7] = [
        OutboxState::Queued,
        OutboxState::Sending,
        OutboxState::Sent,
        OutboxState::Confirmed,
        OutboxState::Failed,
        OutboxState::Shadow,
        OutboxState::Dropped,
    ];

    pub(super) fn parse(text: &str) -> Self {
        match text {
            "sending" => OutboxState::Sending,
            "sent" => OutboxState::Sent,
            "confirmed" => OutboxState::Confirmed,
            "failed" => OutboxState::Failed,
            "shadow" => OutboxState::Shadow,
            "dropped" => OutboxState::Dropped,
            _ => OutboxState::Queued,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            OutboxState::Queued => "queued",
            OutboxState::Sending => "sending",
            OutboxState::Sent => "sent",
            OutboxState::Confirmed => "confirmed",
            OutboxState::Failed => "failed",
            OutboxState::Shadow => "shadow",
            OutboxState::Dropped => "dropped",
        }
    }
}

/// Which budget a kind of notice is sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Results, corrections and objections: nothing else can use it up.
    Reserved,
    /// Everything else to the list.
    List,
    /// Mail to one author.
    Author,
}

impl Budget {
    /// The budget of a notice in the outbox.
    pub fn of(kind: &str, recipient: &str) -> Self {
        let reserved =
            [Kind::Result, Kind::Correction, Kind::Objected].iter().any(|known| known.as_str() == kind);
        match recipient {
            "list" if reserved => Budget::Reserved,
            "list" => Budget::List,
            _ => Budget::Author,
        }
    }
}
