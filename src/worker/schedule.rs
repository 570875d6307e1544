//! When a digest is due, and what it is about.

use super::queue::About;
use super::{Engine, EngineError};
use crate::decision::{Decision, Mode};
use crate::notice::{self, Agenda, Draft, Kind, Notice, Period, Recipient, Reviewed, Undelivered};
use crate::store::Failure;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// Why a digest's schedule cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("not a schedule in cron syntax: {text:?} ({why}); for Mondays at nine write \"0 9 * * MON\"")]
pub struct DigestError {
    text: String,
    why: String,
}

/// The latest instant (UTC) after `after` and not later than `now` at which the schedule, read in `zone`, falls due.
///
/// # Errors
/// Where the schedule is none.
pub fn latest_due(
    schedule: &str,
    zone: Tz,
    after: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, DigestError> {
    let wrong = |why: String| DigestError { text: schedule.to_owned(), why };
    let cron = croner::Cron::from_str(schedule).map_err(|error| wrong(error.to_string()))?;
    let local = now.with_timezone(&zone);
    let latest =
        cron.find_previous_occurrence(&local, true).map_err(|error| wrong(error.to_string()))?.to_utc();
    Ok((latest > after).then_some(latest))
}

impl Engine {
    pub(super) fn queue_digests(&mut self, now: DateTime<Utc>) -> Result<(), EngineError> {
        for at in 0..self.lists.len() {
            let list = &self.lists[at];
            let (name, zone) = (list.rules.name.clone(), list.zone);
            let Some(schedule) = list.digest.clone() else { continue };
            let last = self.last_digest(&name)?;
            // The schedule was read when the configuration was.
            let Ok(Some(due)) = latest_due(&schedule, zone, last, now) else { continue };
            if let Some(draft) = self.digest_of(at, last, due)? {
                self.queue_digest(at, due, draft, now)?;
            }
            self.store
                .set_meta(&format!("digest {name}"), &now.to_rfc3339_opts(SecondsFormat::Micros, true))?;
        }
        Ok(())
    }

    fn last_digest(&self, list: &str) -> Result<DateTime<Utc>, EngineError> {
        let last = self.store.meta(&format!("digest {list}"))?;
        Ok(last
            .and_then(|text| DateTime::parse_from_rfc3339(&text).ok())
            .map_or(self.begun_at, |last| last.to_utc()))
    }

    /// The digest of a list as it would be sent now, covering what closed since the last one; `None` where there is nothing to say
    /// or no such list.
    ///
    /// # Errors
    /// Where the store fails or the digest cannot be put into words.
    pub fn digest_now(&self, list: &str, now: DateTime<Utc>) -> Result<Option<Draft>, EngineError> {
        let Some(at) = self.lists.iter().position(|known| known.rules.name == list) else { return Ok(None) };
        let last = self.last_digest(list)?;
        self.digest_of(at, last, now)
    }

    /// Queues the digest of a list now, off its schedule; `false` where there is nothing to say.
    ///
    /// # Errors
    /// Where the store fails or the digest cannot be put into words.
    pub fn queue_digest_now(&mut self, list: &str, now: DateTime<Utc>) -> Result<bool, EngineError> {
        let Some(at) = self.lists.iter().position(|known| known.rules.name == list) else { return Ok(false) };
        let Some(draft) = self.digest_now(list, now)? else { return Ok(false) };
        self.queue_digest(at, now, draft, now)?;
        Ok(true)
    }

    fn queue_digest(
        &mut self,
        at: usize,
        due: DateTime<Utc>,
        draft: Draft,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let notice = Notice { kind: Kind::Digest, to: Recipient::List, revision: 1, post: None, ordinal: 0 };
        let shadow = self.lists[at].rules.mode != Mode::Live;
        let name = self.lists[at].rules.name.clone();
        let period = due.to_rfc3339_opts(SecondsFormat::Secs, true);
        self.queue_draft(About { list: name, number: 0, notice, period }, draft, shadow, None, now)?;
        Ok(())
    }

    fn digest_of(
        &self,
        at: usize,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Option<Draft>, EngineError> {
        let list = &self.lists[at];
        let stored = self.store.decisions_since(&list.rules.name, from)?;
        let said = stored
            .into_iter()
            .map(|stored| stored.decision)
            .filter(|decision| decision.call.mode != Mode::Recorded);
        let (open, decided): (Vec<Decision>, Vec<Decision>) =
            said.partition(|decision| decision.state.closed_at().is_none());
        let problems = self.store.problems_since(&list.rules.name, from)?;
        let reviewed = self.store.reviews_since(&list.rules.name, from)?;
        let reviewed: Vec<Reviewed> = reviewed
            .into_iter()
            .map(|review| Reviewed { published: review.published, again: review.again })
            .collect();
        let period = Period { from, to };
        let undelivered = self.undelivered(&list.rules.name, from)?;
        let agenda = Agenda {
            period,
            decided: &decided,
            open: &open,
            reviewed: &reviewed,
            undelivered: &undelivered,
            problems,
        };
        Ok(notice::digest(&agenda, &self.voice(list), &self.templates)?)
    }

    /// Notices that were found since `from` (UTC) not to have arrived; what the list has all the same is left out.
    fn undelivered(&self, list: &str, from: DateTime<Utc>) -> Result<Vec<Undelivered>, EngineError> {
        let mut all = Vec::new();
        for one in self.store.undelivered_since(Some(list), from)? {
            if one.confirmed {
                continue;
            }
            let call = self.store.call(list, one.number)?;
            all.push(Undelivered {
                number: one.number,
                subject: call.map_or(String::new(), |call| call.subject),
                to_list: one.to_list,
                bounced: one.failure == Failure::Bounced,
            });
        }
        Ok(all)
    }
}
