//! Deriving again what was derived: dropped and made anew where a proposal is open, compared where its result is published.

use super::reader::{self, ReadMail};
use super::review::decided_again;
use super::{Engine, EngineError};
use crate::config::ListConfig;
use crate::decision::Decision;
use crate::mail::{MessageId, Post};
use crate::notice;
use crate::record::{Discrepancy, Published, Unchecked, discrepancies, record};
use crate::store::{Due, Incoming, StoredDecision, StoredMessage};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};

/// How many messages are read at once.
const AT_ONCE: u32 = 200;

/// A proposal, derived again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rederived {
    /// The list.
    pub list: String,
    /// The proposal's number.
    pub number: u32,
    /// Whether its result is published: then nothing of it was written anew.
    pub published: bool,
    /// How it stood as it was stored, a word of the record's; `None` where nothing was.
    pub stored: Option<&'static str>,
    /// How it stands derived again.
    pub again: &'static str,
    /// In what the two differ.
    pub differences: Vec<Discrepancy>,
}

/// What deriving everything again gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rebuilt {
    /// How many messages were read again.
    pub messages: u64,
    /// Every proposal of a configured list, by list, the open ones of each first.
    pub proposals: Vec<Rederived>,
    /// How many notices the outbox lacked; they are queued now.
    pub queued: usize,
}

impl Rebuilt {
    /// The published decisions that are not what was published.
    pub fn faults(&self) -> impl Iterator<Item = &Rederived> {
        self.proposals.iter().filter(|one| one.published && !one.differences.is_empty())
    }
}

impl Engine {
    /// Drops what is derived from the messages and of the open proposals and derives it again, all in one transaction; derives every
    /// published decision again and compares it. `progress` hears how many messages have been read.
    ///
    /// # Errors
    /// A failing or damaged database; everything is then as it was.
    pub fn rebuild(
        &mut self,
        now: DateTime<Utc>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Rebuilt, EngineError> {
        let mut rebuilt = Rebuilt::default();
        let told = self.step(|engine| {
            rebuilt.messages = engine.index_again(progress)?;
            for at in 0..engine.lists.len() {
                rebuilt.proposals.extend(engine.open_again(at, now)?);
                rebuilt.proposals.extend(engine.published_again(at)?);
            }
            Ok(())
        })?;
        rebuilt.queued = told.iter().filter(|one| matches!(one, super::Told::Queued { .. })).count();
        Ok(rebuilt)
    }

    /// Reads every message again, but those of lists that are configured no more.
    fn index_again(&mut self, progress: &mut dyn FnMut(u64)) -> Result<u64, EngineError> {
        let (mut read, mut last) = (0, 0);
        loop {
            let batch = self.store.messages_after(last, AT_ONCE)?;
            let Some(end) = batch.last() else {
                self.store.set_aside_again()?;
                return Ok(read);
            };
            last = end.id;
            for StoredMessage { id, raw, arrival, list, .. } in batch {
                read += 1;
                if list.is_some_and(|list| self.lists.iter().all(|known| known.rules.name != list)) {
                    continue;
                }
                let incoming = Incoming { raw, true_size: None, mailbox: String::new(), arrival };
                let ReadMail { list: at, mut post, words_sha256, .. } = reader::read(&self.lists, &incoming);
                self.tell_our_own(at.map(|at| &self.lists[at]), &mut post);
                self.store.drop_post(id)?;
                self.store.index_post(
                    id,
                    at.map(|at| self.lists[at].rules.name.as_str()),
                    &post,
                    &words_sha256,
                )?;
            }
            progress(read);
        }
    }

    /// Derives a list's open proposals again, and what falls due on them.
    fn open_again(&mut self, at: usize, now: DateTime<Utc>) -> Result<Vec<Rederived>, EngineError> {
        let list = self.lists[at].rules.name.clone();
        let numbers = self.store.unpublished(&list)?;
        // What was left to be decided when the mailbox has been read is decided now: that is no difference.
        let due = self.store.due(self.read_through()?)?.into_iter().filter(|due| due.list == list);
        let put_off: BTreeSet<u32> = due.map(|due| due.number).collect();
        let mut before = Vec::new();
        for number in numbers {
            before.push((number, self.store.decision(&list, number)?));
            self.store.drop_decision(&list, number)?;
        }
        let read_through = self.read_through()?;
        let mut due: BTreeSet<Due> = BTreeSet::new();
        for (number, _) in &before {
            due.extend(self.decide_again(&list, *number, read_through, read_through, now)?);
        }
        due.retain(|due| due.at <= read_through);
        while let Some(Due { at, list, number }) = due.pop_first() {
            let next = self.decide_again(&list, number, at, read_through, now)?;
            due.extend(next.into_iter().filter(|next| next.at > at && next.at <= read_through));
        }
        let mut rederived = Vec::new();
        for (number, stored) in before {
            let Some(again) = self.store.decision(&list, number)? else { continue };
            let stored = stored.map(|stored| stored.decision);
            let differences = match &stored {
                Some(stored) if !put_off.contains(&number) => {
                    self.differences(stored, &again.decision, false)?
                }
                _ => Vec::new(),
            };
            rederived.push(Rederived {
                list: list.clone(),
                number,
                published: false,
                stored: stored.map(|stored| stored.state.outcome()),
                again: again.decision.state.outcome(),
                differences,
            });
        }
        Ok(rederived)
    }

    /// Derives a list's published decisions again from the mail that was stored when each was made, and compares.
    fn published_again(&self, at: usize) -> Result<Vec<Rederived>, EngineError> {
        let list = &self.lists[at];
        let mut rederived = Vec::new();
        for StoredDecision { decision, published, engine } in self.store.decisions(Some(&list.rules.name))? {
            if !published {
                continue;
            }
            let posts = self.known_then(list, &decision)?;
            let rosters = self.store.rosters(&list.rules.name)?;
            let again = decided_again(&decision, &rosters, &posts, decision.read_through);
            rederived.push(Rederived {
                list: list.rules.name.clone(),
                number: decision.call.number,
                published: true,
                stored: Some(decision.state.outcome()),
                again: again.state.outcome(),
                differences: self.differences(&decision, &again, engine != env!("CARGO_PKG_VERSION"))?,
            });
        }
        Ok(rederived)
    }

    /// A thread without the mail that was stored after its result, or that was told beside it since.
    fn known_then(&self, list: &ListConfig, published: &Decision) -> Result<Vec<Post>, EngineError> {
        let (name, number) = (published.call.list.as_str(), published.call.number);
        let decided_at = self.store.decided_at(name, number)?;
        let told: HashSet<MessageId> = match self.store.review(name, number)? {
            Some(review) => {
                notice::surfaced(published, &review).into_iter().map(|post| post.message_id.clone()).collect()
            }
            None => HashSet::new(),
        };
        let recorded: HashSet<&MessageId> = published.posts.iter().map(|post| &post.message_id).collect();
        let mut known = Vec::new();
        for post in self.thread_of(list, &published.call)?.0 {
            let stored_at = match &post.raw_sha256 {
                Some(sha256) => self.store.stored_at(sha256)?,
                None => None,
            };
            let after = stored_at > decided_at;
            if recorded.contains(&post.message_id) || !(after || told.contains(&post.message_id)) {
                known.push(post);
            }
        }
        Ok(known)
    }

    fn differences(
        &self,
        stored: &Decision,
        again: &Decision,
        other_engine: bool,
    ) -> Result<Vec<Discrepancy>, EngineError> {
        let rosters = self.store.rosters(&stored.call.list)?;
        let closed_at = stored.state.closed_at().unwrap_or(stored.read_through);
        let roster = rosters.at(closed_at);
        let json = record(stored, roster, false).to_json();
        let damaged = |error: crate::record::PublishedError| crate::store::StoreError::Damaged {
            what: "a decision",
            detail: error.to_string(),
        };
        let published = Published::read(json.as_bytes()).map_err(damaged)?;
        let unchecked = Unchecked { electorate: false, other_engine };
        Ok(discrepancies(&published, &record(again, roster, false), unchecked))
    }
}
