//! Our own mail that comes back.

use super::{Engine, EngineError, Told};
use crate::mail::{self, Bounce};
use crate::store::{Failure, OutboxEntry};
use chrono::{DateTime, Utc};

impl Engine {
    /// Takes note of a bounce of a notice of ours; `false` where it is about no such mail. A notice's state stays as it is: whoever knows
    /// its Message-ID can write a bounce, so it takes nothing back that the list had, and holds nothing up that is still to be sent.
    pub(super) fn take_bounce(
        &mut self,
        id: i64,
        raw: &[u8],
        now: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        let bounce = mail::bounce(raw);
        for returned in &bounce.returned {
            let Some(entry) = self.store.outbox_named(returned)? else { continue };
            if !bounce.failed {
                let OutboxEntry { list, number, kind, message_id, .. } = entry;
                tracing::info!(list, number, kind, message_id, "its delivery is delayed, or was reported on");
                return Ok(true);
            }
            let detail = in_words(&entry, &bounce);
            if self.store.note_undelivered(&entry, Some(id), Failure::Bounced, now, &detail)? {
                self.told.push(Told::Problem {
                    list: Some(entry.list),
                    message_id: Some(entry.message_id),
                    code: Failure::Bounced.code().to_owned(),
                    detail,
                });
            }
            return Ok(true);
        }
        Ok(false)
    }
}

fn in_words(entry: &OutboxEntry, bounce: &Bounce) -> String {
    let to = if entry.recipient == "list" { "the list" } else { "one person" };
    let status = bounce.status.as_ref().map_or(String::new(), |code| format!(" ({code})"));
    format!(
        "{} {}: its {} to {to} came back undelivered{status}; the bounce says why",
        entry.list, entry.number, entry.kind
    )
}
