//! What is done where nobody knows what time it is. A clock that is ahead would close a proposal early, so nothing falls due by one that has
//! jumped; mail is read and kept all the same.

use super::{RunError, Worker};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tracing::{error, info, warn};

/// How far the mailbox's clock and the machine's may be apart.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// What `status` tells a person, under these names.
pub(super) const TROUBLE: &str = "clock trouble";
pub(super) const DIFFER: &str = "clocks differ";

impl Worker {
    /// Makes ready to read the mailbox, and sure that what was read was not read in the future.
    pub(super) fn begin_reading(&mut self) -> Result<(), RunError> {
        let now = self.clock.now();
        self.engine.be_brief();
        if self.engine.read_through()? == DateTime::UNIX_EPOCH {
            self.engine.store().expect(true)?;
            self.engine.store().wait_for_disk(false)?;
        }
        if let Some(future) = self.engine.begin_reading(now)? {
            let detail = format!(
                "the mailbox was last read at {} by the clock, which says {} now: it was ahead then, or is behind now; nothing is decided later than it says",
                future.to_rfc3339_opts(SecondsFormat::Secs, true),
                now.to_rfc3339_opts(SecondsFormat::Secs, true)
            );
            warn!(detail, "the clock and what was read disagree");
            self.engine.store_mut().note_problem(None, None, now, "clock", &detail)?;
        }
        // Whoever starts it again says that the clock is right.
        Ok(self.engine.store_mut().set_meta(TROUBLE, "")?)
    }

    /// Whether the machine's clock has jumped since the start; `status` says so, and how to mend it.
    pub(super) fn clock_has_jumped(&mut self) -> Result<bool, RunError> {
        let jumped = self.clock.jumped();
        let text = jumped.map_or(String::new(), |ahead| {
            let way = if ahead > TimeDelta::zero() { "ahead" } else { "back" };
            let by = span(ahead);
            format!("this machine's clock has jumped {by} {way}: nothing is decided until it is set right, or, where it is right now, plusone is started again")
        });
        let known = self.engine.store().meta(TROUBLE)?.unwrap_or_default();
        if known.is_empty() != text.is_empty() {
            match jumped {
                Some(_) => error!(detail = text, "the clock has jumped"),
                None => info!("the machine's clock is right again"),
            }
            self.engine.store_mut().set_meta(TROUBLE, &text)?;
        }
        Ok(jumped.is_some())
    }

    /// Compares the clock with the mailbox's, which received its newest mail at `newest`, UTC: no mail comes from the future.
    pub(super) fn compare_clocks(
        &mut self,
        newest: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), RunError> {
        let Some(ahead) = newest.map(|newest| newest - now) else { return Ok(()) };
        if ahead > CLOCKS_DIFFER {
            let by = span(ahead);
            let text = format!(
                "the mailbox has mail from {by} ahead of this machine's clock: one of the two is wrong; nothing is decided early by it"
            );
            // Every mail of a batch may say so: once is enough.
            if self.engine.store().meta(DIFFER)?.is_none_or(|known| known.is_empty()) {
                error!(detail = text, "the mailbox's clock and this machine's differ");
            }
            self.engine.store_mut().set_meta(DIFFER, &text)?;
        } else if ahead > -CLOCKS_DIFFER {
            self.engine.store_mut().set_meta(DIFFER, "")?;
        }
        Ok(())
    }
}

/// A span in words, to the minute.
fn span(span: TimeDelta) -> String {
    let minutes = (span.num_seconds().abs() + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
