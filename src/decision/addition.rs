//! What one person adds to the votes.

use super::Tie;
use super::heard::Doubt;
use super::standing::Standing;
use super::votes::{Part, favour};
use crate::ballot::Vote;
use chrono::{DateTime, Utc};

/// What one person adds to the sums.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Addition {
    pub now: Part,
    pub worst: Part,
    pub best: Part,
    pub sure: Part,
    /// When a -1 was received whose reason may still come, and whether it would be a veto.
    pub bare: Option<(DateTime<Utc>, bool)>,
    /// Whether somebody who may veto has said all that they have to say.
    pub sure_holder: bool,
    /// The vote of a chair who may break a tie, by its post, and what else it may turn out to be.
    pub chair: Option<(usize, Vote)>,
    pub chair_doubt: Option<Doubt>,
}

impl Standing<'_, '_> {
    /// What a person adds, by how they stand.
    pub(super) fn addition(&self, person: usize) -> Addition {
        let rule = self.rule;
        let stand = &self.stands[person];
        let Some(last) = stand.open.last().copied().or(stand.vote) else { return Addition::default() };
        let vote = self.vote(person).map(|cast| cast.vote);
        let bare = self.is_bare(person);
        let clear = vote.filter(|_| !bare);
        let effect = |post: Option<usize>, vote: Option<Vote>| Part {
            vote: vote.filter(|_| post.is_some_and(|post| self.binds(post))),
            stop: post.filter(|_| vote == Some(Vote::Minus)).and_then(|post| self.stop_of(post)),
        };
        let now = effect(stand.vote, clear.filter(|_| self.counts(person)));
        let doubt = stand.doubt.unwrap_or_default();
        let worst = doubt.worst.filter(|worst| favour(Some(*worst)) < favour(now.vote));
        // Of those who have not voted, an abstention can make a quorum.
        let better = |best: &Vote| {
            favour(Some(*best)) > favour(now.vote) || (rule.quorum.is_some() && now.vote.is_none())
        };
        let best = doubt.best.filter(better).filter(|_| self.binds(last));
        let sure = clear.filter(|_| stand.doubt.is_none());
        let since = stand.vote.map(|vote| (vote, self.thread.posts[vote].at));
        let may_come = |(post, since): (usize, DateTime<Utc>)| {
            let matters = self.binds(post) || self.stop_of(post).is_some();
            let veto = self.holds(post, rule.veto_holder.as_ref());
            let waits = bare && matters && since + rule.reason_grace.delta() > self.at;
            waits.then_some((since, veto))
        };
        let chairs = |post: usize| rule.tie == Tie::Chair && self.holds(post, rule.chair.as_ref());
        Addition {
            now,
            worst: worst.map_or(now, |worst| {
                let effect = effect(Some(last), Some(worst));
                Part { vote: effect.vote.or(now.vote), stop: effect.stop.or(now.stop) }
            }),
            best: best.map_or(now, |best| Part { vote: Some(best), stop: None }),
            sure: effect(stand.vote, sure.filter(|_| self.counts(person))),
            bare: since.and_then(may_come),
            sure_holder: sure.is_some() && self.holds(last, rule.veto_holder.as_ref()),
            chair: stand.vote.zip(clear).filter(|(post, _)| chairs(*post)),
            chair_doubt: stand.doubt.filter(|_| chairs(last)),
        }
    }
}
