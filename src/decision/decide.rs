//! From a thread to its decision.

use super::course::Course;
use super::progress::Progress;
use super::repeated::Notices;
use super::standing::Standing;
use super::thread::{Thread, nominated};
use super::window::Window;
use super::{
    Call, Decision, Revision, RosterHistory, Status, Tally, announced, happenings, judged, questions,
    refusals, voters,
};
use crate::ballot::{Dialect, Reading, Vote, reading};
use crate::mail::Post;
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::sync::Arc;

/// What is known when a proposal is decided, besides its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Nothing is decided beyond this instant, UTC: up to it the list's mailbox has been read.
    pub read_through: DateTime<Utc>,
    /// When the notice that the proposal is open was received by the list, UTC, or the first instant at which it can be; `None` where that
    /// does not matter or is not known, and people were told in time.
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
    let read: Vec<(&Post, Reading)> = posts.iter().zip(readings(call, posts, dialect)).collect();
    Decision { dialect: dialect.clone(), ..decide_read(call, roster, &read, horizon) }
}

/// How each post of a proposal's thread is read. What it repeats of plusone's notices there is nobody's words.
pub fn readings(call: &Call, posts: &[Post], dialect: &Dialect) -> Vec<Reading> {
    let notices = Notices::among(posts);
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
        None => reading(&notices.left_out_of(post), dialect),
    };
    posts.iter().map(read).collect()
}

/// The same from posts that have been read already, by the usual dialect.
pub fn decide_read(
    call: &Call,
    roster: &RosterHistory,
    posts: &[(&Post, Reading)],
    horizon: impl Into<Horizon>,
) -> Decision {
    let Horizon { read_through, told_at } = horizon.into();
    Proceeding::new(call, roster, posts, told_at).as_of(read_through)
}

/// A proposal followed through the posts of its thread, to be decided as of any instant: what each costs beside is little.
pub struct Proceeding<'a> {
    thread: Thread<'a>,
    course: Course<'a>,
    /// Those who had not voted when it was last decided.
    not_voted: RefCell<Arc<Vec<String>>>,
}

impl<'a> Proceeding<'a> {
    /// Follows a proposal by posts that have been read; `told_at` as in [`Horizon`].
    pub fn new(
        call: &'a Call,
        roster: &'a RosterHistory,
        posts: &'a [(&'a Post, Reading)],
        told_at: Option<DateTime<Utc>>,
    ) -> Self {
        let thread = Thread::new(call, roster, posts);
        let course = Course::of(&thread, told_at);
        Proceeding { thread, course, not_voted: RefCell::default() }
    }

    /// The decision as of an instant (UTC) up to which the list's mailbox has been read, by the usual dialect.
    pub fn as_of(&self, read_through: DateTime<Utc>) -> Decision {
        let Proceeding { thread, course, .. } = self;
        let call = thread.call;
        let window = course.window.unwrap_or_else(|| Window::new(course.rule, call.opened_at));
        let progress = Progress { course, window, read_through, settle: call.rule.settle };
        let close = progress.foreseen_close();
        let binding_at =
            if progress.is_past_close() { close } else { read_through.max(call.opened_at).min(close) };
        let standing = Standing::new(thread, course.rule, course.voids.clone(), binding_at).hear_until(close);
        let (state, why) = progress.state(&standing);
        let acts = refusals::acts(&standing, course, close);
        let posts = judged::posts(&standing, close, &why, &acts);
        let tally = tally(&posts);
        let roster = thread.history.at(binding_at);
        let revisions = revisions(thread, course);
        Decision {
            call: call.clone(),
            revision: u32::try_from(revisions.len()).unwrap_or(u32::MAX),
            closes_at: progress.closes_at(),
            next_due: progress.next_due(thread),
            tally,
            questions: questions::questions(&standing, close, progress.is_closed()),
            objections: questions::objections(&standing, close),
            events: happenings::happenings(thread, &progress, close),
            human_result: announced::human_result(&standing, &posts, &tally),
            rule: course.rule.clone(),
            revisions,
            refused: refusals::refused(&standing, &acts),
            minimum_ends_at: window.minimum,
            ends_at: match course.window {
                Some(window) => course.ends_at(window),
                None => window.given_up(course.rule).max(window.minimum),
            }
            // Who raises what nobody opened may thereby end it after the stricter rule's own last instant.
            .max(state.closed_at().unwrap_or(call.opened_at)),
            electorate_size: course.rule.electorate.size(roster, nominated(call, roster), binding_at),
            dialect: Dialect::default(),
            not_voted: self.shared(&voters::not_voted(call, course.rule, roster, binding_at, &posts)),
            read_through,
            state,
            why,
            posts,
        }
    }

    /// The names of those who have not voted, which are the same as a rule from one instant to the next.
    fn shared(&self, names: &[&str]) -> Arc<Vec<String>> {
        let mut last = self.not_voted.borrow_mut();
        if last.as_slice() != names {
            *last = Arc::new(names.iter().map(|name| (*name).to_owned()).collect());
        }
        Arc::clone(&last)
    }
}

/// The texts that were voted on: the root's, and each that an amendment put in its place.
fn revisions(thread: &Thread, course: &Course) -> Vec<Revision> {
    let call = thread.call;
    let root = match &call.raised_from {
        Some(from) => from.text_in.clone(),
        None => call.root.clone(),
    };
    let first = Revision { post: root, at: call.opened_at, text_sha256: call.text_sha256.clone() };
    let amended = course.amended_by.iter().map(|index| {
        let heard = &thread.posts[*index];
        let text_sha256 = heard.words_sha256.clone();
        Revision { post: heard.post.message_id.clone(), at: heard.at, text_sha256 }
    });
    std::iter::once(first).chain(amended).collect()
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
