//! Results and cancellations that hang in no proposal's thread: which proposal each speaks of.

use super::{Engine, EngineError};
use crate::ballot::{Event, Reading, may_be_event, reading};
use crate::config::ListConfig;
use crate::decision::{Call, Candidate, LINKED_WITHIN, Linked, MOST_CANDIDATES, link};
use crate::mail::{Author, MessageId, Post};
use chrono::{DateTime, Utc};

/// A result or cancellation outside every thread, and what it is linked to.
pub(super) enum Announced {
    /// It is none, or it hangs in a thread.
    InPlace,
    /// It speaks of that proposal.
    Of(u32),
    /// Nothing tells which proposal it speaks of.
    Unlinked(&'static str),
}

impl Engine {
    /// The results and cancellations that speak of a proposal from outside its thread; and whether there are none that may.
    pub(super) fn announced_of(
        &self,
        list: &ListConfig,
        call: &Call,
    ) -> Result<(Vec<MessageId>, bool), EngineError> {
        let until = call.opened_at + LINKED_WITHIN;
        let mut announced = Vec::new();
        let events = self.store.events(&list.rules.name, call.opened_at, until)?;
        let none = events.is_empty();
        for id in events {
            let post = self.read_stored(list, id)?;
            if let Announced::Of(number) = self.announced(list, id, &post)?
                && number == call.number
            {
                announced.push(post.message_id.clone());
            }
        }
        Ok((announced, none))
    }

    /// What a stored post announces from outside every thread.
    pub(super) fn announced(
        &self,
        list: &ListConfig,
        message: i64,
        post: &Post,
    ) -> Result<Announced, EngineError> {
        // The subject tells of nearly every mail that it is none, before its words are read for that.
        let runs_a_vote = may_be_event(&post.subject)
            && matches!(reading(post, &list.rules.dialect), Reading::Event(Event::Result | Event::Cancel));
        let name = &list.rules.name;
        if !runs_a_vote
            || !post.provenance.through_list
            || !self.store.proposals_above(name, &[message])?.is_empty()
        {
            return Ok(Announced::InPlace);
        }
        let at = post.received.at;
        let calls = self.store.calls_between(name, at - LINKED_WITHIN, at, MOST_CANDIDATES)?;
        let speaks = |index: usize| self.speaks(list, &calls[index].0, &post.author, at);
        let closed_at = |index: usize| Ok(calls[index].1);
        let candidates: Vec<Candidate> = calls.iter().map(|(call, _)| Candidate::new(call, None)).collect();
        let mut linked = link::<EngineError>(post, &candidates, speaks, closed_at)?;
        if !matches!(linked, Linked::To(_)) && post.words.text().contains("://") {
            let with_permalink = |(call, _): &(Call, _)| -> Result<Candidate, EngineError> {
                let root = self.post_named(list, &call.root)?;
                let permalink = root.as_ref().and_then(|root| root.provenance.archived_at.as_deref());
                Ok(Candidate::new(call, permalink))
            };
            let candidates = calls.iter().map(with_permalink).collect::<Result<Vec<_>, _>>()?;
            linked = link::<EngineError>(post, &candidates, speaks, closed_at)?;
        }
        Ok(match linked {
            Linked::To(index) => Announced::Of(calls[index].0.number),
            Linked::Several => Announced::Unlinked("more than one proposal may be meant by it"),
            Linked::ToNone => Announced::Unlinked("no proposal that is known is meant by it"),
        })
    }

    /// Whether somebody is on the roster, or has written in a proposal's thread.
    fn speaks(
        &self,
        list: &ListConfig,
        call: &Call,
        author: &Author,
        at: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        let Some(address) = &author.address else { return Ok(false) };
        let rosters = self.store.rosters(&list.rules.name)?;
        if rosters.at(at).is_some_and(|roster| roster.member(address).is_some()) {
            return Ok(true);
        }
        let decision = self.store.decision(&list.rules.name, call.number)?;
        let wrote = |post: &crate::decision::JudgedPost| {
            post.received.at <= at && post.author.address.as_ref().is_some_and(|other| other.same_as(address))
        };
        Ok(decision.is_some_and(|stored| stored.decision.posts.iter().any(wrote)))
    }
}
