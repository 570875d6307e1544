//! The digest: what was decided since the last one, what is open, and what waits for somebody: the agenda of a weekly meeting.

use super::draft::{Draft, Letter, RenderError};
use super::outcome::{differing_in_words, line_of};
use super::owed::{is_open, surfaced};
use super::quoting::{name_of, quoted_line, subject};
use super::standing::missing_names;
use super::templates::value;
use super::words::{Deadline, outcome_alone, why_in_words};
use super::{Kind, Templates, Voice, moment, render};
use crate::decision::{Awaited, Decision, JudgedPost, Mode, PostWhy, State};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many entries a section of a digest holds. A list whose week has more is flooded, and so would be everybody on it.
const MOST_ENTRIES: usize = 100;

/// The time that a digest covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The end of the last digest's, UTC.
    pub from: DateTime<Utc>,
    /// When this one is made, UTC; what is said to be left is counted from here.
    pub to: DateTime<Utc>,
}

/// A published decision, and the same proposal as decided again with what came since.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// As it was published.
    pub published: Decision,
    /// As it would be.
    pub again: Decision,
}

/// A notice that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The proposal, 0 for a digest.
    pub number: u32,
    /// Its subject; empty for a digest.
    pub subject: String,
    /// Whether it was for the list; else it was for one person, who is not named.
    pub to_list: bool,
    /// Whether it came back; else the mail server never took it.
    pub bounced: bool,
}

/// What a digest is made from.
#[derive(Debug, Clone, Copy)]
pub struct Agenda<'a> {
    /// The time that it covers.
    pub period: Period,
    /// What closed in that time.
    pub decided: &'a [Decision],
    /// What is open or waiting at its end.
    pub open: &'a [Decision],
    /// Published decisions on which something came in that time: mail that surfaced, or a result announced by a person.
    pub reviewed: &'a [Reviewed],
    /// Notices that were found in that time not to have arrived.
    pub undelivered: &'a [Undelivered],
    /// How many mails could not be read in full or did not count.
    pub problems: usize,
}

/// One proposal in the digest.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Entry {
    pub number: u32,
    pub subject: String,
    /// Behind the subject, who proposed it, where people are asked to act on it.
    pub by: String,
    pub detail: String,
}

/// `digest.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Summary {
    pub list: String,
    pub list_address: String,
    pub from: String,
    pub to: String,
    pub zone: String,
    pub decided: Vec<Entry>,
    pub open: Vec<Entry>,
    pub waiting: Vec<Entry>,
    pub strangers: Vec<Entry>,
    pub overdue: Vec<Entry>,
    pub corrected: Vec<Entry>,
    pub differing: Vec<Entry>,
    pub undelivered: Vec<Entry>,
    pub problems: usize,
    pub archive: Option<String>,
}

/// The digest of a list. `None` where there is nothing to say: then nothing is sent.
///
/// # Errors
/// As [`super::render()`].
pub fn digest(
    agenda: &Agenda<'_>,
    voice: &Voice,
    templates: &Templates,
) -> Result<Option<Draft>, RenderError> {
    let mut summary = Summary::of(agenda, voice);
    if summary.is_empty() {
        return Ok(None);
    }
    let Period { from, to } = agenda.period;
    let subject = summary.headline(voice);
    summary.bound(voice);
    let letter = Letter {
        message_id: voice.named(&["digest", &from.to_rfc3339(), &to.to_rfc3339()])?,
        to: None,
        subject,
        in_reply_to: None,
        references: Vec::new(),
        replied: false,
        mark: render::mark(Kind::Digest, voice, 0, 0),
        body: templates.rendered(voice.language, Kind::Digest.as_str(), value(summary))?,
        record: None,
        now: to,
    };
    letter.drafted(voice).map(Some)
}

impl Reviewed {
    /// The published decision with what a person announced of it by now, unless that is what it would be with the mail that surfaced.
    fn with_announcement(&self, voice: &Voice) -> Decision {
        if differing_in_words(&self.again, voice.language).is_none() {
            return Decision { human_result: None, ..self.published.clone() };
        }
        let (published, again) = (self.published.human_result.as_ref(), self.again.human_result.as_ref());
        let known = again.is_none_or(|again| published.is_some_and(|one| one.message_id == again.message_id));
        let human_result = if known { published } else { again }.cloned();
        Decision { human_result, ..self.published.clone() }
    }
}

impl Summary {
    fn of(agenda: &Agenda<'_>, voice: &Voice) -> Self {
        let Period { from, to } = agenda.period;
        let announced = |decision: &&Decision| decision.call.mode != Mode::Recorded;
        let (overdue, running): (Vec<&Decision>, Vec<&Decision>) =
            agenda.open.iter().filter(announced).partition(|decision| is_overdue(decision, to));
        let decided: Vec<&Decision> = agenda.decided.iter().filter(announced).collect();
        let reviewed: Vec<&Reviewed> =
            agenda.reviewed.iter().filter(|one| announced(&&one.published)).collect();
        let entry = |decision: &Decision, detail: String| Entry {
            number: decision.call.number,
            subject: subject(&decision.call.subject, voice.language),
            by: String::new(),
            detail,
        };
        let entries = |decisions: &[&Decision], detail: &dyn Fn(&Decision) -> Vec<String>| -> Vec<Entry> {
            let of = |one: &&Decision| {
                detail(one).into_iter().map(|detail| entry(one, detail)).collect::<Vec<_>>()
            };
            decisions.iter().flat_map(of).collect()
        };
        let running_entries = |decisions: &[&Decision], detail: &dyn Fn(&Decision) -> String| -> Vec<Entry> {
            let by = |one: &Decision| voice.language.says().by(&name_of(&one.call.proposer, voice.language));
            decisions.iter().map(|one| Entry { by: by(one), ..entry(one, detail(one)) }).collect()
        };
        let surfaced = reviewed.iter().filter(|one| !surfaced(&one.published, &one.again).is_empty());
        let announced_since: Vec<Decision> =
            reviewed.iter().map(|one| one.with_announcement(voice)).collect();
        let announcements = decided.iter().copied().chain(&announced_since);
        let mut announcements: Vec<&Decision> = announcements.collect();
        // What closed and was looked at again in one period is told once, as it is now.
        announcements.reverse();
        let mut told = Vec::new();
        announcements.retain(|one| {
            !told.contains(&one.call.number) && {
                told.push(one.call.number);
                true
            }
        });
        announcements.reverse();
        Summary {
            list: voice.list_name.clone(),
            list_address: voice.list_address.to_string(),
            from: moment::day(from, voice.zone, voice.language),
            to: moment::day(to, voice.zone, voice.language),
            zone: voice.zone.to_string(),
            decided: entries(&decided, &|one| vec![decided_in_words(one, voice)]),
            open: running_entries(&running, &|one| open_in_words(one, to, voice)),
            waiting: entries(&running, &|one| asked_in_words(one, voice).collect()),
            strangers: entries(&running, &|one| strangers_in_words(one, voice).collect()),
            overdue: running_entries(&overdue, &|one| overdue_in_words(one, voice)),
            corrected: surfaced.map(|one| entry(&one.published, corrected_in_words(one, voice))).collect(),
            differing: entries(&announcements, &|one| {
                differing_in_words(one, voice.language).into_iter().map(|said| sentence(&said)).collect()
            }),
            undelivered: agenda.undelivered.iter().map(|one| undelivered(one, voice)).collect(),
            problems: agenda.problems,
            archive: voice.archive.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        [&self.decided, &self.open, &self.overdue, &self.corrected, &self.differing, &self.undelivered]
            .iter()
            .all(|entries| entries.is_empty())
    }

    /// Leaves out what no section has room for, and says how many.
    fn bound(&mut self, voice: &Voice) {
        for entries in [
            &mut self.decided,
            &mut self.open,
            &mut self.waiting,
            &mut self.strangers,
            &mut self.overdue,
            &mut self.corrected,
            &mut self.differing,
            &mut self.undelivered,
        ] {
            let more = entries.len().saturating_sub(MOST_ENTRIES);
            if more > 0 {
                entries.truncate(MOST_ENTRIES);
                let (subject, detail) = voice.language.says().left_out(more);
                entries.push(Entry { subject, detail: detail.to_owned(), ..Entry::default() });
            }
        }
    }

    fn headline(&self, voice: &Voice) -> String {
        let open = self.open.len() + self.overdue.len();
        voice.language.says().headline(&self.from, &self.to, self.decided.len(), open)
    }
}

/// A clause as a sentence: with its full stop.
fn sentence(clause: &str) -> String {
    format!("{clause}.")
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
        outcome_alone(&decision.state, voice.language),
        moment::in_zone(closed, voice.zone, voice.language),
        why_in_words(&decision.why, Some(decision), voice.language)
    )
}

fn open_in_words(decision: &Decision, now: DateTime<Utc>, voice: &Voice) -> String {
    let language = voice.language;
    let mut why = why_in_words(&decision.why, Some(decision), language);
    let (deadline, at) = match decision.state {
        State::Waiting { awaited: Awaited::Approval, .. } | State::Waiting { until: None, .. } => {
            return sentence(&why);
        }
        State::Waiting { until: Some(until), .. } => (Deadline::Waits, until),
        _ => (deadline(decision), decision.closes_at),
    };
    if !decision.rule.is_silence() {
        let count = decision.tally.binding;
        why = format!("{why} ({})", language.says().tally(count.plus, count.zero, count.minus));
    }
    if let Some(names) = missing_names(decision, voice) {
        why = format!("{why}; {}", language.says().no_vote_yet(&names));
    }
    let left = moment::length(at.signed_duration_since(now), language);
    let until = language.says().deadline(deadline, &moment::in_zone(at, voice.zone, language), &left);
    format!("{until}: {why}.")
}

fn deadline(decision: &Decision) -> Deadline {
    let goes_on = !decision.rule.is_silence() && decision.closes_at < decision.ends_at;
    if goes_on { Deadline::AtLeast } else { Deadline::Closes }
}

fn asked_in_words<'a>(decision: &'a Decision, voice: &'a Voice) -> impl Iterator<Item = String> + 'a {
    let open = decision.questions.iter().filter(|question| is_open(question));
    open.map(|question| wrote_in_words(&name_of(&question.of.author, voice.language), &question.line, voice))
}

/// Objections of people who cannot stop it, which somebody who can should look at.
fn strangers_in_words<'a>(decision: &'a Decision, voice: &'a Voice) -> impl Iterator<Item = String> + 'a {
    let is_one = |post: &&JudgedPost| post.why == Some(PostWhy::StrangersObjection);
    decision.posts.iter().filter(is_one).filter_map(|post| {
        Some(wrote_in_words(&name_of(&post.author, voice.language), line_of(&post.reading)?, voice))
    })
}

fn wrote_in_words(who: &str, line: &str, voice: &Voice) -> String {
    voice.language.says().wrote(who, &quoted_line(line))
}

fn overdue_in_words(decision: &Decision, voice: &Voice) -> String {
    let at = moment::in_zone(decision.closes_at, voice.zone, voice.language);
    sentence(&voice.language.says().overdue(&at))
}

fn undelivered(one: &Undelivered, voice: &Voice) -> Entry {
    let says = voice.language.says();
    let subject = match one.number {
        0 => says.a_digest().to_owned(),
        _ => subject(&one.subject, voice.language),
    };
    let detail = says.undelivered(one.to_list, one.bounced).to_owned();
    Entry { number: one.number, subject, by: String::new(), detail }
}

fn corrected_in_words(reviewed: &Reviewed, voice: &Voice) -> String {
    let language = voice.language;
    let said = |decision: &Decision| {
        (outcome_alone(&decision.state, language), why_in_words(&decision.why, Some(decision), language))
    };
    let (published, again) = (said(&reviewed.published), said(&reviewed.again));
    sentence(&language.says().corrected((published.0, &published.1), (again.0, &again.1)))
}
