//! From what a decision owes to the outbox.

use super::{Engine, EngineError, Told};
use crate::config::ListConfig;
use crate::decision::{Decision, Mode};
use crate::failpoint::fail_point;
use crate::mail::Post;
use crate::notice::{self, Kind, Matter, Notice, Recipient, RenderError, Voice};
use crate::record;
use crate::store::Queued;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// A refused command is answered only while it is so fresh.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(7);

/// Which notice a mail is.
pub(super) struct About {
    /// The list.
    pub list: String,
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// Which.
    pub notice: Notice,
    /// For a digest: the period; else empty.
    pub period: String,
}

impl Engine {
    /// Queues a notice that a decision owes, unless it is in the outbox; a correction comes with the decision as it would be. Gives whether
    /// the outbox has it only since now.
    pub(super) fn queue(
        &mut self,
        at: usize,
        notice: &Notice,
        (decision, again): (&Decision, Option<&Decision>),
        posts: &[Post],
        now: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        let (list, number) = (decision.call.list.as_str(), decision.call.number);
        if self.store.has_notice(list, number, notice)? {
            return Ok(false);
        }
        let Some(root) = posts.iter().find(|post| post.message_id == decision.call.root) else {
            return Ok(false);
        };
        let about = notice.post.as_ref().and_then(|id| posts.iter().find(|post| post.message_id == *id));
        let useful_until = useful_until(notice, decision, about);
        let is_over = useful_until.is_some_and(|until| until <= now);
        if is_over && self.pass_over(at, notice, number, useful_until, now)? {
            return Ok(true);
        }
        let rosters = self.store.rosters(list)?;
        let attachment = (notice.kind == Kind::Result).then(|| {
            let closed_at = decision.state.closed_at().unwrap_or(decision.closes_at);
            record::record(decision, rosters.at(closed_at), true).to_json()
        });
        let list_config = &self.lists[at];
        let record = attachment.as_deref();
        let matter = Matter { decision, again, root, post: about, record };
        let voice = Voice { archive: permalink(root, list_config), ..self.voice(list_config) };
        let rendered = notice::render(notice, &matter, &voice, &self.templates, now);
        let draft = match rendered {
            // An author's address that no mail can be sent to is that author's affair; the list's own is checked at start.
            Err(error @ (RenderError::Address(_) | RenderError::Mail(_)))
                if matches!(notice.to, Recipient::Author(_)) =>
            {
                self.store.note_problem(None, Some(list), now, "unmailable", &error.to_string())?;
                return Ok(false);
            }
            rendered => rendered?,
        };
        let shadow = decision.call.mode == Mode::Shadow;
        let what = About { list: list.to_owned(), number, notice: notice.clone(), period: String::new() };
        self.queue_draft(what, draft, shadow, useful_until, now)
    }

    /// Queues a mail; it is dropped at once where it has outlived its use. Gives whether it was not there already.
    pub(super) fn queue_draft(
        &mut self,
        what: About,
        draft: notice::Draft,
        shadow: bool,
        useful_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        let About { list, number, notice, period } = what;
        let queued = Queued {
            list,
            number,
            notice,
            period,
            message_id: draft.message_id,
            envelope_to: draft.envelope_to,
            words_sha256: Some(words_sha256(&draft.words)),
            raw: draft.raw,
            shadow,
            useful_until,
        };
        if !self.store.queue(&queued, now)? {
            return Ok(false);
        }
        fail_point!("notice queued");
        if !self.came_back_before(&queued, now)? && queued.is_of_use_at(now) {
            self.told.push(Told::Queued {
                list: queued.list,
                number,
                kind: queued.notice.kind,
                to: queued.notice.to,
                raw: queued.raw,
                shadow,
            });
        }
        Ok(true)
    }

    /// Puts into the outbox, without its mail, a notice that was of use only while nothing was read: dropped, so that it is not owed again.
    /// `false` where its mail must be made all the same: people may have been told by it, or the list has it.
    fn pass_over(
        &mut self,
        at: usize,
        notice: &Notice,
        number: u32,
        useful_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        if !matches!(notice.kind, Kind::Reminder | Kind::Status) || notice.to != Recipient::List {
            return Ok(false);
        }
        let list = &self.lists[at];
        let message_id = self.voice(list).message_id(notice, number)?;
        if self.store.message_named(&list.rules.name, &message_id)?.is_some() {
            return Ok(false);
        }
        let passed_over = Queued {
            list: list.rules.name.clone(),
            number,
            notice: notice.clone(),
            period: String::new(),
            message_id,
            envelope_to: list.address.to_string(),
            raw: Vec::new(),
            words_sha256: None,
            shadow: false,
            useful_until,
        };
        self.store.queue(&passed_over, now)?;
        Ok(true)
    }

    /// Whether the list had this mail before it was queued here, as when an older copy of the database was put back. Only this instance's
    /// secret makes its Message-ID, so it mailed it then, and does not again; where the words are others now, that is noted.
    fn came_back_before(&mut self, queued: &Queued, now: DateTime<Utc>) -> Result<bool, EngineError> {
        let Some(list) = self.lists.iter().find(|list| list.rules.name == queued.list) else {
            return Ok(false);
        };
        let Some(id) = self.store.message_named(&queued.list, &queued.message_id)? else {
            return Ok(false);
        };
        let post = self.read_stored(list, id)?;
        if !post.provenance.through_list {
            return Ok(false);
        }
        self.store.confirmed(&post.message_id, post.received.at, now)?;
        self.store.forget_problem(id, "strange-notice")?;
        if Some(words_sha256(&post.words.text())) != queued.words_sha256 {
            let detail = "the list had this notice before the database was put back, in other words than it would have now; \
                          it is not mailed again";
            self.store.note_problem(Some(id), Some(&queued.list), now, "mailed-before", detail)?;
        }
        self.told.push(Told::Confirmed(post.message_id.to_string()));
        Ok(true)
    }
}

fn words_sha256(words: &str) -> [u8; 32] {
    Sha256::digest(words.as_bytes()).into()
}

/// Where the list's archive has the root (RFC 5064), where it is the list that says so: an author can write any `Archived-At`, so one that
/// leads to another host is not passed on.
fn permalink(root: &Post, list: &ListConfig) -> Option<String> {
    let link = root.provenance.archived_at.as_deref()?.trim().trim_matches(['<', '>']);
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let host = rest.split('/').next()?;
    let is_lists = |known: &str| !known.is_empty() && host.eq_ignore_ascii_case(known);
    let lists = is_lists(list.address.domain()) || list.trust.list_hosts.iter().any(|known| is_lists(known));
    let is_plain = link.len() <= 400 && link.bytes().all(|octet| octet.is_ascii_graphic());
    (lists && is_plain).then(|| link.to_owned())
}

/// Until when a notice tells anybody something, UTC; `None`: for ever. `about` is the post that it is about.
fn useful_until(notice: &Notice, decision: &Decision, about: Option<&Post>) -> Option<DateTime<Utc>> {
    match notice.kind {
        // Silence waits until people have been told.
        Kind::Opened if decision.rule.is_silence() => None,
        Kind::Opened => Some(decision.ends_at),
        Kind::Reminder if notice.ordinal == 0 => Some(decision.minimum_ends_at),
        Kind::Reminder => Some(decision.ends_at),
        // Asked on that day, of use until the next is over.
        Kind::Status => {
            let day = i32::try_from(notice.ordinal).ok().and_then(|day| day.checked_add(2))?;
            Some(NaiveDate::from_num_days_from_ce_opt(day)?.and_time(NaiveTime::MIN).and_utc())
        }
        Kind::Question
            if decision.refused.iter().any(|refused| Some(&refused.post) == notice.post.as_ref()) =>
        {
            about.map(|post| post.received.at + ANSWERED_WITHIN)
        }
        _ => None,
    }
}
