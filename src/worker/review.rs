//! What comes after a result: a published decision is frozen, and what would change it is told beside it.

use super::{Engine, EngineError, Told};
use crate::decision::{Decision, Horizon, Mode, RosterHistory, decide};
use crate::mail::{MessageId, Post};
use crate::notice;
use crate::store::Due;
use chrono::{DateTime, Utc};
use std::collections::HashSet;

impl Engine {
    /// Looks at a published decision again, `posts` being its thread as it is now. Mail that the list had received in time gives a
    /// correction, a result that a person announces an answer, a trial period that is over a reminder of it.
    pub(super) fn review(
        &mut self,
        at: usize,
        published: &Decision,
        posts: &[Post],
        read_through: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Due>, EngineError> {
        let (list, number) = (published.call.list.as_str(), published.call.number);
        let rosters = self.store.rosters(list)?;
        let read_through = read_through.max(published.read_through);
        let again = decided_again(published, &rosters, posts, read_through);
        let surfaced: HashSet<MessageId> =
            notice::surfaced(published, &again).into_iter().map(|post| post.message_id.clone()).collect();
        let beside = match surfaced.is_empty() {
            true => again.clone(),
            false => {
                let known: Vec<Post> =
                    posts.iter().filter(|post| !surfaced.contains(&post.message_id)).cloned().collect();
                decided_again(published, &rosters, &known, read_through)
            }
        };
        let stays = Decision {
            human_result: beside.human_result,
            refused: beside.refused,
            read_through,
            ..published.clone()
        };
        self.note_surfaced(published, &again, &surfaced, now)?;
        if published.call.mode != Mode::Recorded {
            self.keep_review(published, &stays, &again, &surfaced, now)?;
            if let Some(correction) = notice::correction(published, &again) {
                self.queue(at, &correction, (published, Some(&again)), posts, now)?;
            }
            for notice in notice::notices(Some(published), &stays) {
                self.queue(at, &notice, (&stays, None), posts, now)?;
            }
        }
        let next_due = notice::next_notice(&stays);
        self.store.set_next_due(list, number, next_due)?;
        let mut due = self.raise_where_asked(at, published, posts, read_through, now)?;
        due.extend(next_due.map(|at| Due { at, list: list.to_owned(), number }));
        Ok(due)
    }

    /// Keeps what a published decision would be with what has come since, where something new has.
    fn keep_review(
        &mut self,
        published: &Decision,
        stays: &Decision,
        again: &Decision,
        surfaced: &HashSet<MessageId>,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let announced = |decision: &Decision| {
            decision.human_result.as_ref().map(|announced| announced.message_id.clone())
        };
        let (list, number) = (published.call.list.as_str(), published.call.number);
        let known = self.store.review(list, number)?;
        let known_surfaced = known.as_ref().map_or(0, |known| notice::surfaced(published, known).len());
        let known_announced = announced(known.as_ref().unwrap_or(published));
        if known_surfaced == surfaced.len() && known_announced == announced(stays) {
            return Ok(());
        }
        // Without mail that surfaced it stays as it is, whatever else has changed since: rosters, or plusone itself.
        let review = if surfaced.is_empty() { stays } else { again };
        let differs = review.state.outcome() != published.state.outcome();
        Ok(self.store.save_review(review, differs, now)?)
    }

    /// Lists every mail that surfaced among the problems.
    fn note_surfaced(
        &mut self,
        published: &Decision,
        again: &Decision,
        surfaced: &HashSet<MessageId>,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let list = &published.call.list;
        for post in again.posts.iter().filter(|post| surfaced.contains(&post.message_id)) {
            let detail = format!(
                "{} reached the list before proposal {} closed and surfaced after its result; decided again it would be: {}",
                post.message_id,
                published.call.number,
                again.state.outcome()
            );
            let message = self.store.message_named(list, &post.message_id)?;
            if self.store.note_problem(message, Some(list), now, "surfaced-late", &detail)? {
                self.told.push(Told::Problem {
                    list: Some(list.clone()),
                    message_id: Some(post.message_id.to_string()),
                    code: "surfaced-late".to_owned(),
                    detail,
                });
            }
        }
        Ok(())
    }
}

/// A published proposal decided again, by what it was decided by but for the posts.
pub(super) fn decided_again(
    published: &Decision,
    rosters: &RosterHistory,
    posts: &[Post],
    read_through: DateTime<Utc>,
) -> Decision {
    let told = published.events.iter().find(|happened| happened.event == "told");
    let horizon = Horizon { read_through, told_at: told.map(|told| told.at) };
    decide(&published.call, rosters, posts, &published.dialect, horizon)
}
