//! Whose word has which effect: who votes, who may object, who holds which role.

use super::standing::Standing;
use super::votes::Stop;
use super::{BindingAt, Minus, Objectors};
use crate::ballot::Vote;

impl Standing<'_, '_> {
    /// Whether the vote or objection of a post has effect.
    pub fn binds(&self, post: usize) -> bool {
        let claim = self.person(post).and_then(|person| self.stands[person].claim);
        match self.rule.binding_at {
            BindingAt::Close => self.voters.binds(&self.rule.electorate, post, claim, self.at),
            BindingAt::Vote => self.thread.bound_then(post, &self.rule.electorate, claim),
        }
    }

    /// What a -1 of a post's author does, where it stops the proposal.
    pub fn stop_of(&self, post: usize) -> Option<Stop> {
        if self.holds(post, self.rule.veto_holder.as_ref()) {
            return Some(Stop::Veto);
        }
        let stop = if self.rule.minus == Minus::Veto { Stop::Veto } else { Stop::Block };
        Some(stop).filter(|_| self.rule.lets_one_block() && self.may_object(post))
    }

    fn may_object(&self, post: usize) -> bool {
        let Some(speaker) = self.voters.of_post[post] else { return false };
        self.binds(post)
            || match self.rule.who_may_object {
                Objectors::Electorate => false,
                Objectors::Roster => speaker.member.is_some_and(|member| member.holds_any(&[], self.at)),
                Objectors::Anyone => self.voters.people[speaker.person].known,
            }
    }

    /// Whether what a post's author says can change the outcome.
    pub fn has_effect(&self, post: usize) -> bool {
        self.binds(post) || self.stop_of(post).is_some()
    }

    /// Whether a post's author holds a role at this instant.
    pub fn holds(&self, post: usize, role: Option<&String>) -> bool {
        let member = self.voters.of_post[post].and_then(|speaker| speaker.member);
        member.zip(role).is_some_and(|(member, role)| member.holds_any(std::slice::from_ref(role), self.at))
    }

    /// Whether the rule counts the vote that stands: where the proposer's does not count, a -1 of the proposer's is heard all the same.
    pub fn counts(&self, person: usize) -> bool {
        let by_proposer = |post: usize| self.voters.of_post[post].is_some_and(|speaker| speaker.is_proposer);
        self.rule.proposer_counts
            || !self.stands[person].vote.is_some_and(by_proposer)
            || self.vote(person).is_some_and(|cast| cast.vote == Vote::Minus)
    }

    /// Whether the vote that stands is a -1 without the reason that the rule asks for.
    pub fn is_bare(&self, person: usize) -> bool {
        self.rule.reason_required
            && self.stands[person].reason.is_none()
            && self.vote(person).is_some_and(|cast| cast.vote == Vote::Minus)
    }
}
