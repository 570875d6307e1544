//! From a thread to its decision.

use super::heard::Heard;
use super::progress::Progress;
use super::standing::{Standing, Thread};
use super::verdict::Turn;
use super::{
    Call, Decision, Electorate, RosterHistory, State, Status, Tally, Why, announced, approval, happenings,
    judged, opening, questions, silence,
};
use crate::ballot::{Dialect, Reading, Vote, reading};
use crate::mail::Post;
use chrono::{DateTime, Utc};

/// What is known when a proposal is decided, besides its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Nothing is decided beyond this instant, UTC: up to it the list's mailbox has been read.
    pub read_through: DateTime<Utc>,
    /// When the notice that the proposal is open was received by the list, UTC; `None` where it was not, or is not known.
    pub told_at: Option<DateTime<Utc>>,
}

impl From<DateTime<Utc>> for Horizon {
    fn from(read_through: DateTime<Utc>) -> Self {
        Horizon { read_through, told_at: None }
    }
}

/// Decides a proposal by the posts of its thread, as of the instant up to which the list's mailbox has been read.
///
/// It cannot fail: a post that it cannot use becomes a recorded reason. Every post given is taken as known, in whatever order;
/// nothing is decided later than `read_through`.
pub fn decide(
    call: &Call,
    roster: &RosterHistory,
    posts: &[Post],
    dialect: &Dialect,
    horizon: impl Into<Horizon>,
) -> Decision {
    let read = |post: &Post| match &post.automatic {
        _ if !post.provenance.through_list => Reading::Nothing,
        Some(automatic) => Reading::Automatic { why: automatic.as_str().to_owned() },
        None if post.message_id == call.root && post.is_reply() => {
            // A [VOTE] made by replying to its [PROPOSAL] is read as what it is here: the root.
            let mut root = post.clone();
            root.parents.clear();
            root.subject.reply = false;
            reading(&root, dialect)
        }
        None => reading(post, dialect),
    };
    let read: Vec<(&Post, Reading)> = posts.iter().map(|post| (post, read(post))).collect();
    decide_read(call, roster, &read, horizon)
}

/// The same from posts that have been read already.
pub fn decide_read(
    call: &Call,
    roster: &RosterHistory,
    posts: &[(&Post, Reading)],
    horizon: impl Into<Horizon>,
) -> Decision {
    let Horizon { read_through, told_at: _ } = horizon.into();
    let thread = Thread::new(call, roster, posts);
    let (turns, begins) = turns(&thread);
    let progress = Progress { turns: &turns, begins, read_through, settle: call.rule.settle };
    let close = progress.foreseen_close();
    let binding_at =
        if progress.is_past_close() { close } else { read_through.max(call.opened_at).min(close) };
    let standing = Standing::bound_at(&thread, binding_at, close);
    let (state, why) = progress.state(&standing);
    let posts = judged::posts(&standing, close, &why);
    let tally = tally(&posts);
    let electorate_size = match &call.rule.electorate {
        Electorate::Roster { roles } => {
            roster.at(binding_at).map(|roster| roster.electorate_size(roles, binding_at))
        }
        Electorate::Seats { seats } => roster.at(binding_at).map(|roster| roster.voting_seats(seats).count()),
        Electorate::Everyone | Electorate::Claimed => None,
    };
    Decision {
        call: call.clone(),
        revision: 1,
        closes_at: progress.closes_at(&thread),
        next_due: progress.next_due(&thread),
        tally,
        questions: questions::questions(&standing, close, progress.is_closed()),
        objections: questions::objections(&standing, close),
        events: happenings::happenings(&thread, &progress, close),
        human_result: announced::human_result(&standing, &posts, &tally),
        rule: call.rule.clone(),
        revisions: Vec::new(),
        refused: Vec::new(),
        minimum_ends_at: begins.unwrap_or(call.opened_at) + call.rule.window.delta(),
        ends_at: begins.unwrap_or(call.opened_at) + call.rule.max_window.delta(),
        electorate_size,
        not_voted: Vec::new(),
        read_through,
        state,
        why,
        posts,
    }
}

/// The turns that the proposal takes by the posts known, the last of which closes it, and when its window begins.
fn turns(thread: &Thread) -> (Vec<Turn>, Option<DateTime<Utc>>) {
    let (mut turns, begins) = opening::beginning(thread);
    if let Some(begins) = begins {
        let by_rule = if thread.call.rule.is_silence() { silence::turns } else { approval::turns };
        turns.extend(by_rule(thread, begins));
    }
    let taken_back = |heard: &&Heard| {
        let in_time = turns.last().is_none_or(|close| heard.at <= close.at);
        heard.cancels() && heard.by_proposer && in_time
    };
    if let Some(heard) = thread.posts.iter().find(taken_back) {
        let at = heard.at;
        let withdrawn = State::Withdrawn { at, post: heard.post.message_id.clone() };
        turns.retain(|turn| turn.at < at);
        turns.push(Turn::close(at, (withdrawn, Why::TakenBack)));
    }
    let begins = begins.filter(|begins| turns.last().is_none_or(|close| *begins <= close.at));
    (turns, begins)
}

/// The votes that stand, counted.
fn tally(posts: &[super::JudgedPost]) -> Tally {
    let mut tally = Tally::default();
    for post in posts {
        let count = match post.status {
            Status::Counted => &mut tally.binding,
            Status::Advisory => &mut tally.advisory,
            _ => continue,
        };
        match &post.reading {
            Reading::Cast(cast) if cast.vote == Vote::Plus => count.plus += 1,
            Reading::Cast(cast) if cast.vote == Vote::Minus => count.minus += 1,
            Reading::Cast(_) => count.zero += 1,
            _ => {}
        }
    }
    tally
}
