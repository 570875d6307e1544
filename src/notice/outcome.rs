//! What the result's template is given: the outcome, and every vote with the line it was read from.

use super::layout::padded;
use super::owed::agrees;
use super::quoting::{name_of, quoted_line};
use super::said::Frame;
use super::words::{outcome, post_in_words, rule_in_words, vote_in_words, why_in_words};
use super::{Voice, moment};
use crate::ballot::Reading;
use crate::decision::{Decision, HumanResult, JudgedPost, PostWhy, State, Status};
use crate::mail::Automatic;
use minijinja::{Value, context};
use unicode_width::UnicodeWidthStr;

/// How many posts a table of the result holds; the record holds all of them.
const MOST_ROWS: usize = 500;

/// One post in a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Name, vote and instant, in columns.
    pub head: String,
    /// The line it was read from, quoted.
    pub line: Option<String>,
    /// What is to be said of it.
    pub note: Option<String>,
}

/// A table of posts.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    /// How many more there are.
    pub more: usize,
}

/// `result.txt`.
#[derive(Debug, Clone, Default)]
pub(super) struct Resulting {
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
    pub automatic: usize,
    pub elsewhere: usize,
    /// What a person announced, where it is something else.
    pub announced: Option<(String, String)>,
    pub attachment: Option<String>,
    pub sha256: Option<String>,
    pub archive: Option<String>,
}

impl Resulting {
    pub(super) fn of(decision: &Decision, voice: &Voice, record: Option<(String, String)>) -> Self {
        let call = &decision.call;
        let closed = decision.state.closed_at().unwrap_or(decision.closes_at);
        let (attachment, sha256) = record.unzip();
        Resulting {
            frame: Frame::of(decision, voice),
            outcome: outcome(&decision.state),
            state: decision.state.outcome(),
            why: why_in_words(&decision.why, Some(decision)),
            rule_words: rule_in_words(&call.rule),
            opened: moment::in_both_zones(call.opened_at, voice.zone),
            closed: moment::in_both_zones(closed, voice.zone),
            plus: decision.tally.binding.plus,
            zero: decision.tally.binding.zero,
            minuses: decision.tally.binding.minus,
            votes: Table::of(decision, has_effect),
            advisory: Table::of(decision, |post| {
                post.status == Status::Advisory && !is_strangers_objection(post)
            }),
            uncounted: Table::of(decision, is_explained),
            automatic: decision.posts.iter().filter(|post| is_somebody_elses_robot(post)).count(),
            elsewhere: decision.posts.iter().filter(|post| post.why == Some(PostWhy::NotThroughList)).count(),
            announced: decision.human_result.as_ref().and_then(|human| differing(human, &decision.state)),
            attachment,
            sha256,
            archive: voice.archive.clone(),
        }
    }

    pub(super) fn values(self) -> Value {
        let (announcer, announced) = self.announced.unzip();
        context! {
            outcome => self.outcome, state => self.state, why => self.why, rule_words => self.rule_words,
            opened => self.opened, closed => self.closed, plus => self.plus, zero => self.zero,
            minuses => self.minuses, votes => self.votes.values(), advisory => self.advisory.values(),
            uncounted => self.uncounted.values(), automatic => self.automatic, elsewhere => self.elsewhere,
            announcer => announcer, announced => announced, attachment => self.attachment,
            sha256 => self.sha256, archive => self.archive, ..self.frame.values()
        }
    }
}

impl Table {
    fn of(decision: &Decision, belongs: impl Fn(&JudgedPost) -> bool) -> Self {
        let posts: Vec<&JudgedPost> = decision.posts.iter().filter(|post| belongs(post)).collect();
        let more = posts.len().saturating_sub(MOST_ROWS);
        let shown: Vec<(&JudgedPost, String, String)> = posts
            .into_iter()
            .take(MOST_ROWS)
            .map(|post| (post, name_of(&post.author), vote_in_words(&post.reading)))
            .collect();
        let name_columns = shown.iter().map(|row| row.1.width()).max().unwrap_or(0);
        let vote_columns = shown.iter().map(|row| row.2.width()).max().unwrap_or(0);
        let row = |(post, name, vote): (&JudgedPost, String, String)| Row {
            head: format!(
                "{}  {}  {}",
                padded(&name, name_columns),
                padded(&vote, vote_columns),
                moment::short(post.received.at)
            ),
            line: line_of(&post.reading).map(quoted_line),
            note: post_in_words(post, decision).filter(|_| needs_a_note(post)),
        };
        Table { rows: shown.into_iter().map(row).collect(), more }
    }

    fn values(self) -> Value {
        let row = |row: Row| context! { head => row.head, line => row.line, note => row.note };
        context! { rows => self.rows.into_iter().map(row).collect::<Vec<Value>>(), more => self.more }
    }
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
        (_, Some(PostWhy::NotThroughList | PostWhy::Automatic(_))) => false,
        (_, Some(PostWhy::StrangersObjection)) => true,
        (Status::Superseded | Status::Late | Status::Unexplained | Status::Unverified | Status::Held, _) => {
            true
        }
        (Status::Ignored, Some(_)) => line_of(&post.reading).is_some(),
        (Status::Ignored | Status::Counted | Status::Advisory, _) => false,
    }
}

/// In the tables of votes only what is out of the ordinary is remarked upon.
fn needs_a_note(post: &JudgedPost) -> bool {
    match post.status {
        Status::Counted => !matches!(post.why, Some(PostWhy::TakenAsBinding)),
        Status::Advisory => !matches!(post.why, Some(PostWhy::NotElectorate | PostWhy::ClaimsNonBinding)),
        _ => true,
    }
}

fn is_somebody_elses_robot(post: &JudgedPost) -> bool {
    matches!(&post.reading, Reading::Automatic { why } if why != Automatic::OwnNotice.as_str())
}

/// Who announced what, where it is not what `state` holds.
fn differing(human: &HumanResult, state: &State) -> Option<(String, String)> {
    let said = human.outcome.as_deref().filter(|_| !agrees(human, state))?;
    Some((name_of(&human.by.author), super::quoting::name(said)))
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
