//! The digest: what was decided since the last one, what is open, and what waits for somebody.

use super::draft::{Draft, Letter, RenderError};
use super::owed::is_open;
use super::quoting::{name_of, quoted_line, subject};
use super::words::{outcome, why_in_words};
use super::{Kind, Templates, Voice, moment, render};
use crate::decision::{Awaited, Decision, Mode, State};
use chrono::{DateTime, Utc};
use minijinja::{Value, context};

/// The time that a digest covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The end of the last digest's, UTC.
    pub from: DateTime<Utc>,
    /// When this one is made, UTC; what is said to be left is counted from here.
    pub to: DateTime<Utc>,
}

/// One proposal in the digest.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub number: u32,
    pub subject: String,
    pub detail: String,
}

/// `digest.txt`.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    pub list: String,
    pub list_address: String,
    pub from: String,
    pub to: String,
    pub zone: String,
    pub decided: Vec<Entry>,
    pub open: Vec<Entry>,
    pub waiting: Vec<Entry>,
    pub overdue: Vec<Entry>,
    pub problems: usize,
    pub archive: Option<String>,
}

/// The digest of a list for a period: `decided` is what closed in it, `open` what is open or waiting at its end, `problems` how many mails
/// could not be read in full. `None` where there is nothing to say: then nothing is sent.
///
/// # Errors
/// As [`super::render()`].
pub fn digest(
    period: Period,
    decided: &[Decision],
    open: &[Decision],
    problems: usize,
    voice: &Voice,
    templates: &Templates,
) -> Result<Option<Draft>, RenderError> {
    let summary = Summary::of(period, decided, open, problems, voice);
    if summary.is_empty() {
        return Ok(None);
    }
    let letter = Letter {
        message_id: voice.named(&["digest", &period.from.to_rfc3339(), &period.to.to_rfc3339()])?,
        to: None,
        subject: summary.headline(),
        in_reply_to: None,
        references: Vec::new(),
        replied: false,
        mark: render::mark(Kind::Digest, voice, 0, 0),
        body: render::text(templates, voice, Kind::Digest, summary.values())?,
        record: None,
        now: period.to,
    };
    letter.drafted(voice).map(Some)
}

impl Summary {
    fn of(period: Period, decided: &[Decision], open: &[Decision], problems: usize, voice: &Voice) -> Self {
        let announced = |decision: &&Decision| decision.call.mode != Mode::Recorded;
        let (overdue, running): (Vec<&Decision>, Vec<&Decision>) =
            open.iter().filter(announced).partition(|decision| is_overdue(decision, period.to));
        let entry = |decision: &Decision, detail: String| Entry {
            number: decision.call.number,
            subject: subject(&decision.call.subject),
            detail,
        };
        Summary {
            list: voice.list_name.clone(),
            list_address: voice.list_address.to_string(),
            from: moment::day(period.from, voice.zone),
            to: moment::day(period.to, voice.zone),
            zone: voice.zone.to_string(),
            decided: decided
                .iter()
                .filter(announced)
                .map(|one| entry(one, decided_in_words(one, voice)))
                .collect(),
            open: running.iter().map(|one| entry(one, open_in_words(one, period.to, voice))).collect(),
            waiting: running
                .iter()
                .flat_map(|one| asked_in_words(one).map(|detail| entry(one, detail)))
                .collect(),
            overdue: overdue.iter().map(|one| entry(one, overdue_in_words(one, voice))).collect(),
            problems,
            archive: voice.archive.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.open.is_empty() && self.overdue.is_empty()
    }

    fn headline(&self) -> String {
        let open = self.open.len() + self.overdue.len();
        format!("Decisions {} to {}: {} decided, {open} open", self.from, self.to, self.decided.len())
    }

    pub(super) fn values(self) -> Value {
        let entries = |entries: Vec<Entry>| {
            let value = |entry: Entry| context! { number => entry.number, subject => entry.subject, detail => entry.detail };
            entries.into_iter().map(value).collect::<Vec<Value>>()
        };
        context! {
            list => self.list, list_address => self.list_address, from => self.from, to => self.to,
            zone => self.zone, decided => entries(self.decided), open => entries(self.open),
            waiting => entries(self.waiting), overdue => entries(self.overdue), problems => self.problems,
            archive => self.archive,
        }
    }
}

/// Whether its time is over and nothing but the engine's own reading is awaited.
fn is_overdue(decision: &Decision, now: DateTime<Utc>) -> bool {
    match decision.state {
        State::Waiting { awaited: Awaited::Mailbox, .. } => true,
        State::Open => decision.next_due.is_some_and(|due| due < now) && decision.closes_at < now,
        _ => false,
    }
}

fn decided_in_words(decision: &Decision, voice: &Voice) -> String {
    let closed = decision.state.closed_at().unwrap_or(decision.closes_at);
    format!(
        "{} {}: {}.",
        outcome(&decision.state).trim_start_matches("was "),
        moment::in_zone(closed, &voice.zone),
        why_in_words(&decision.why, Some(decision))
    )
}

fn open_in_words(decision: &Decision, now: DateTime<Utc>, voice: &Voice) -> String {
    let why = why_in_words(&decision.why, Some(decision));
    let rule = &decision.call.rule;
    let (until, at) = match decision.state {
        State::Waiting { awaited: Awaited::Approval, .. } => return format!("{why}."),
        State::Waiting { until: Some(until), .. } => ("waits until", until),
        State::Waiting { .. } => return format!("{why}."),
        _ => (closing_word(decision), decision.closes_at),
    };
    let left = moment::length(at.signed_duration_since(now));
    let votes = if rule.is_silence() { String::new() } else { format!(" ({})", tally_in_words(decision)) };
    format!("{until} {} ({left} left): {why}{votes}.", moment::in_zone(at, &voice.zone))
}

fn closing_word(decision: &Decision) -> &'static str {
    let rule = &decision.call.rule;
    let last = decision.call.opened_at.checked_add_signed(rule.max_window.delta());
    if !rule.is_silence() && last.is_some_and(|last| decision.closes_at < last) {
        "open at least until"
    } else {
        "closes"
    }
}

fn tally_in_words(decision: &Decision) -> String {
    let count = decision.tally.binding;
    format!("{} for, {} abstaining, {} against", count.plus, count.zero, count.minus)
}

fn asked_in_words(decision: &Decision) -> impl Iterator<Item = String> + '_ {
    decision
        .questions
        .iter()
        .filter(|question| is_open(question))
        .map(|question| format!("{} wrote {}", name_of(&question.of.author), quoted_line(&question.line)))
}

fn overdue_in_words(decision: &Decision, voice: &Voice) -> String {
    format!("its time was over {}.", moment::in_zone(decision.closes_at, &voice.zone))
}
