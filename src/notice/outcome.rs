//! What the templates of closed proposals are given: the outcome, and every vote with the line it was read from.

use super::layout::padded;
use super::owed::{agrees, asks_for_status, follow_up_at, is_different, surfaced};
use super::quoting::{name, name_in_column, name_of, quoted_line};
use super::said::Frame;
use super::words::{outcome, outcome_alone, post_in_words, rule_in_words, vote_in_words, why_in_words};
use super::{Language, Voice, moment};
use crate::ballot::{Reading, Vote};
use crate::decision::{Decision, HumanResult, JudgedPost, OnPass, PostWhy, State, Status};
use crate::mail::Automatic;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// How many posts a table in a mail holds; the record holds all of them.
const MOST_ROWS: usize = 100;

/// So long after a close a blocked proposal can be raised.
const RAISED_WITHIN: TimeDelta = TimeDelta::days(7);

/// How many differences are listed.
const MOST_DIFFERENCES: usize = 30;

/// One post in a table.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Row {
    /// Name, vote and instant, in columns.
    pub head: String,
    /// The line it was read from, quoted.
    pub line: Option<String>,
    /// What is to be said of it.
    pub note: Option<String>,
}

/// A table of posts.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    /// How many more there are.
    pub more: usize,
}

/// `result.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Resulting {
    #[serde(flatten)]
    pub frame: Frame,
    pub outcome: &'static str,
    /// The state's word in the record.
    pub state: &'static str,
    pub why: String,
    pub rule_words: String,
    pub opened: String,
    pub closed: String,
    pub plus: u32,
    pub zero: u32,
    pub minuses: u32,
    pub votes: Table,
    pub advisory: Table,
    pub uncounted: Table,
    /// Commands that were followed.
    pub done: Table,
    pub revision: u32,
    /// When the text that was decided was mailed, where it was changed.
    pub text_from: Option<String>,
    /// Whether it should name whom it is about and does not.
    pub no_nominee: bool,
    pub automatic: usize,
    pub elsewhere: usize,
    /// Who announced something else.
    pub announcer: Option<String>,
    /// What they announced.
    pub announced: Option<String>,
    /// When a trial period ends.
    pub trial_ends: Option<String>,
    /// The role that the administrator is asked to give, and to whom.
    pub role: Option<String>,
    pub nominee: Option<String>,
    /// The stricter kind that it can still be raised to, and until when.
    pub raised_to: Option<String>,
    pub raise_until: Option<String>,
    pub attachment: Option<String>,
    pub sha256: Option<String>,
    pub archive: Option<String>,
}

impl Resulting {
    pub(super) fn of(decision: &Decision, voice: &Voice, record: Option<(Option<String>, String)>) -> Self {
        let (call, language) = (&decision.call, voice.language);
        let closed = decision.state.closed_at().unwrap_or(decision.closes_at);
        let (attachment, sha256) = record.unzip();
        let human = decision.human_result.as_ref();
        let (announcer, announced) =
            human.and_then(|human| differing(human, &decision.state, language)).unzip();
        let in_full = |at| moment::in_both_zones(at, voice.zone, language);
        let asked_for = role(decision).filter(|_| matches!(decision.state, State::Passed { .. }));
        let raising = raising(decision);
        Resulting {
            frame: Frame::of(decision, voice),
            outcome: outcome(&decision.state, language),
            state: decision.state.outcome(),
            why: why_in_words(&decision.why, Some(decision), language),
            rule_words: rule_in_words(&decision.rule, language),
            opened: in_full(call.opened_at),
            closed: in_full(closed),
            plus: decision.tally.binding.plus,
            zero: decision.tally.binding.zero,
            minuses: decision.tally.binding.minus,
            votes: Table::of(decision, language, has_effect),
            advisory: Table::of(decision, language, |post| {
                post.status == Status::Advisory && !is_strangers_objection(post)
            }),
            uncounted: Table::of(decision, language, is_explained),
            done: Table::of(decision, language, has_done_something),
            revision: decision.revision,
            text_from: decision
                .revisions
                .last()
                .filter(|text| text.post != call.root)
                .map(|text| in_full(text.at)),
            no_nominee: decision.rule.on_pass.is_some() && call.nominee.is_none(),
            automatic: decision.posts.iter().filter(|post| is_somebody_elses_robot(post)).count(),
            elsewhere: decision.posts.iter().filter(|post| post.why == Some(PostWhy::NotThroughList)).count(),
            announcer,
            announced,
            trial_ends: follow_up_at(decision).map(in_full),
            nominee: asked_for.and(call.nominee.as_ref()).map(|nominee| name(&nominee.name, language)),
            role: asked_for.map(|role| name(role, language)),
            raised_to: raising.map(|(kind, _)| name(kind, language)),
            raise_until: raising.map(|(_, until)| in_full(until)),
            attachment: attachment.flatten(),
            sha256,
            archive: voice.archive.clone(),
        }
    }
}

/// The stricter kind that a blocked proposal can be raised to, and until when (UTC).
fn raising(decision: &Decision) -> Option<(&str, DateTime<Utc>)> {
    let State::Objected { at, .. } = decision.state else { return None };
    let (kind, _) = decision.call.raised_to.as_deref().filter(|_| decision.rule.permissions.raise)?;
    Some((kind, at.checked_add_signed(RAISED_WITHIN)?))
}

/// The role that the nominee gets where it passes.
fn role(decision: &Decision) -> Option<&str> {
    let OnPass::Role { role } = decision.rule.on_pass.as_ref()?;
    let nominee = decision.call.nominee.as_ref()?;
    Some(nominee.role.as_deref().unwrap_or(role))
}

impl Table {
    fn of(decision: &Decision, language: Language, belongs: impl Fn(&JudgedPost) -> bool) -> Self {
        let posts = decision.posts.iter().filter(|post| belongs(post)).collect();
        Table::holding(posts, decision, language)
    }

    fn holding(posts: Vec<&JudgedPost>, decision: &Decision, language: Language) -> Self {
        let more = posts.len().saturating_sub(MOST_ROWS);
        let shown: Vec<(&JudgedPost, String, String)> = fitting(posts)
            .into_iter()
            .map(|post| (post, voter_in_column(post, language), vote_in_words(&post.reading, language)))
            .collect();
        let name_columns = shown.iter().map(|row| row.1.width()).max().unwrap_or(0);
        let vote_columns = shown.iter().map(|row| row.2.width()).max().unwrap_or(0);
        let row = |(post, name, vote): (&JudgedPost, String, String)| Row {
            head: format!(
                "{}  {}  {}",
                padded(&name, name_columns),
                padded(&vote, vote_columns),
                moment::short(post.received.at, language)
            ),
            line: line_of(&post.reading).map(quoted_line),
            note: post_in_words(post, decision, language).filter(|_| needs_a_note(post)),
        };
        Table { rows: shown.into_iter().map(row).collect(), more }
    }
}

/// Who wrote a post, and for which seat.
fn voter_in_column(post: &JudgedPost, language: Language) -> String {
    let who = name_in_column(&post.author, language);
    match &post.seat {
        Some(seat) if post.status == Status::Counted => format!("{who} ({seat})"),
        _ => who,
    }
}

/// As many posts as a table holds, in their order; where there are more, +1 are left out, the last ones first.
fn fitting(posts: Vec<&JudgedPost>) -> Vec<&JudgedPost> {
    if posts.len() <= MOST_ROWS {
        return posts;
    }
    let is_plus = |post: &JudgedPost| matches!(&post.reading, Reading::Cast(cast) if cast.vote == Vote::Plus);
    let others = posts.iter().filter(|post| !is_plus(post)).count();
    let (mut plus_left, mut left) = (MOST_ROWS.saturating_sub(others), MOST_ROWS);
    posts
        .into_iter()
        .filter(|post| {
            let of_its_kind = if is_plus(post) { &mut plus_left } else { &mut left };
            let fits = *of_its_kind > 0;
            *of_its_kind = of_its_kind.saturating_sub(1);
            fits
        })
        .collect()
}

/// Votes that bind, and objections in words that stood.
fn has_effect(post: &JudgedPost) -> bool {
    post.status == Status::Counted
        && matches!(post.reading, Reading::Cast(_) | Reading::Objects(_))
        && !is_strangers_objection(post)
}

fn is_strangers_objection(post: &JudgedPost) -> bool {
    post.why == Some(PostWhy::StrangersObjection)
}

/// Posts of which the list should know why they were not counted. A mail that did not come through the list is not quoted: the
/// list has not seen it.
fn is_explained(post: &JudgedPost) -> bool {
    match (post.status, &post.why) {
        (_, Some(PostWhy::NotThroughList | PostWhy::Automatic(_) | PostWhy::Followed)) => false,
        (_, Some(PostWhy::StrangersObjection)) => true,
        (Status::Superseded | Status::Late | Status::Unexplained | Status::Unverified | Status::Held, _) => {
            true
        }
        (Status::Ignored, Some(_)) => line_of(&post.reading).is_some(),
        (Status::Ignored | Status::Counted | Status::Advisory, _) => false,
    }
}

/// Commands that changed the proposal; an answered question about its status did not.
fn has_done_something(post: &JudgedPost) -> bool {
    post.why == Some(PostWhy::Followed) && !asks_for_status(post)
}

/// In the tables of votes only what is out of the ordinary is remarked upon.
fn needs_a_note(post: &JudgedPost) -> bool {
    match post.status {
        _ if post.why == Some(PostWhy::Followed) => false,
        Status::Counted => !matches!(post.why, Some(PostWhy::TakenAsBinding)),
        Status::Advisory => !matches!(post.why, Some(PostWhy::NotElectorate | PostWhy::ClaimsNonBinding)),
        _ => true,
    }
}

fn is_somebody_elses_robot(post: &JudgedPost) -> bool {
    matches!(&post.reading, Reading::Automatic { why } if why != Automatic::OwnNotice.as_str())
}

/// Who announced what, where it is not what `state` holds and no reply to the announcement says so.
fn differing(human: &HumanResult, state: &State, language: Language) -> Option<(String, String)> {
    let said = human.outcome.as_deref().filter(|_| !human.by_proposer && !agrees(human, state))?;
    let said = language.says().announced(said).map_or_else(|| name(said, language), str::to_owned);
    Some((name_of(&human.by.author, language), said))
}

/// `withdrawn.txt` and `follow-up.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Ended {
    #[serde(flatten)]
    pub frame: Frame,
    pub opened: String,
    pub closed: String,
    /// The line that took it back, quoted.
    pub line: Option<String>,
    pub tally: String,
    /// How long the trial period was.
    pub trial: Option<String>,
    pub nominee: Option<String>,
    pub role: Option<String>,
}

impl Ended {
    pub(super) fn of(decision: &Decision, voice: &Voice) -> Self {
        let (call, language) = (&decision.call, voice.language);
        let in_full = |at| moment::in_both_zones(at, voice.zone, language);
        let took_back = match &decision.state {
            State::Withdrawn { post, .. } => decision.posts.iter().find(|one| one.message_id == *post),
            _ => None,
        };
        let count = decision.tally.binding;
        let nominee = call.nominee.as_ref();
        let named = nominee.and_then(|nominee| nominee.role.as_deref());
        Ended {
            frame: Frame::of(decision, voice),
            opened: in_full(call.opened_at),
            closed: in_full(decision.state.closed_at().unwrap_or(decision.closes_at)),
            line: took_back.and_then(|post| line_of(&post.reading)).map(quoted_line),
            tally: language.says().tally(count.plus, count.zero, count.minus),
            trial: decision.rule.follow_up.map(|span| moment::span(span, language)),
            nominee: nominee.map(|nominee| name(&nominee.name, language)),
            role: named.or_else(|| role(decision)).map(|role| name(role, language)),
        }
    }
}

/// `differs.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Differs {
    #[serde(flatten)]
    pub frame: Frame,
    pub announcer: String,
    /// The outcome that was announced, where it is another one.
    pub announced: Option<String>,
    pub outcome: &'static str,
    pub why: String,
    pub tally: String,
    /// Each a clause about the announcement.
    pub differences: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

impl Differs {
    pub(super) fn of(human: &HumanResult, decision: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        let says = language.says();
        let count = decision.tally.binding;
        let other = human.outcome.as_deref().filter(|_| !agrees(human, &decision.state));
        let differences = human.differences.iter().take(MOST_DIFFERENCES);
        Differs {
            frame: Frame::of(decision, voice),
            announcer: name_of(&human.by.author, language),
            announced: other
                .map(|said| says.announced(said).map_or_else(|| name(said, language), str::to_owned)),
            outcome: outcome(&decision.state, language),
            why: why_in_words(&decision.why, Some(decision), language),
            tally: says.tally(count.plus, count.zero, count.minus),
            differences: differences.map(|one| says.difference(one)).collect(),
            more: human.differences.len().saturating_sub(MOST_DIFFERENCES),
        }
    }
}

/// What the digest says of an announcement that differs.
pub(super) fn differing_in_words(decision: &Decision, language: Language) -> Option<String> {
    let human = decision.human_result.as_ref().filter(|human| is_different(human, &decision.state))?;
    let says = language.says();
    let other = human.outcome.as_deref().filter(|_| !agrees(human, &decision.state));
    let announced =
        other.map(|said| says.announced(said).map_or_else(|| name(said, language), str::to_owned));
    let who = name_of(&human.by.author, language);
    let counted = outcome_alone(&decision.state, language);
    Some(says.differing(&who, announced.as_deref(), counted, human.differences.len()))
}

/// `correction.txt`.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Correcting {
    #[serde(flatten)]
    pub frame: Frame,
    pub outcome: &'static str,
    pub why: String,
    /// What the outcome would have been.
    pub again: &'static str,
    pub again_why: String,
    /// Whether that is the same outcome.
    pub same: bool,
    pub surfaced: Table,
    pub closed: String,
}

impl Correcting {
    pub(super) fn of(published: &Decision, again: &Decision, voice: &Voice) -> Self {
        let language = voice.language;
        Correcting {
            frame: Frame::of(published, voice),
            outcome: outcome_alone(&published.state, language),
            why: why_in_words(&published.why, Some(published), language),
            again: outcome_alone(&again.state, language),
            again_why: why_in_words(&again.why, Some(again), language),
            same: published.state.outcome() == again.state.outcome(),
            surfaced: Table::holding(surfaced(published, again), again, language),
            closed: moment::in_both_zones(
                published.state.closed_at().unwrap_or(published.closes_at),
                voice.zone,
                language,
            ),
        }
    }
}

/// The line a reading was read from.
pub(super) fn line_of(reading: &Reading) -> Option<&str> {
    match reading {
        Reading::Cast(cast) => Some(&cast.place.line),
        Reading::Held(held) => Some(&held.place.line),
        Reading::Withdraw(place) | Reading::Objects(place) | Reading::Command { place, .. } => {
            Some(&place.line)
        }
        Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => None,
    }
}
