//! What is kept of every message of an archive: where it lies, when it was received, what it replies to. Nothing of its words.

use super::rulebook::Rulebook;
use crate::ballot::{Event, event_called};
use crate::mail::{MessageId, SharedPrefix, Subject};
use crate::source::raw_mail::{Place, RawMailRef};
use crate::thread::Forest;
use chrono::{DateTime, Utc};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many tags in front of a subject may be the one that opens a proposal: the list's own prefix is not always known.
const TAGS_LOOKED_AT: usize = 3;

/// The messages of an archive, each by the number that the forest gives it.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Who replies to whom.
    pub forest: Forest,
    entries: Vec<Entry>,
    /// Messages whose subject may open a proposal.
    pub candidates: Vec<u32>,
    /// Messages that name nothing they reply to and may join a proposal by their subject.
    pub orphans: Vec<Orphan>,
    /// Messages whose subject calls them a result or a cancellation.
    pub events: Vec<u32>,
    /// What the subjects show of the list's prefix, by the messages that do not name their list.
    pub prefix: SharedPrefix,
    /// The latest receive instant, UTC.
    last: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    place: Place,
    /// Seconds since the Unix epoch, UTC.
    received: i64,
}

/// A list and a base subject on it, case left out of account, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Topic(u64);

impl Topic {
    /// `None` where the base subject says nothing.
    pub fn of(list: &str, subject: &Subject) -> Option<Self> {
        let mut hasher = DefaultHasher::new();
        (list, subject.base.to_lowercase()).hash(&mut hasher);
        (!subject.base.is_empty()).then(|| Topic(hasher.finish()))
    }
}

/// A message that names nothing it replies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Orphan {
    /// List and base subject.
    pub topic: Topic,
    /// The message.
    pub node: u32,
}

/// What one message adds to the index.
#[derive(Debug)]
pub(super) struct Glance {
    message_id: MessageId,
    parents: Vec<MessageId>,
    place: Place,
    received: DateTime<Utc>,
    may_open: bool,
    is_event: bool,
    orphan: Option<Topic>,
    /// The first tag of a message that does not name its list.
    nameless: Option<Option<String>>,
}

impl Glance {
    /// Reads a message's header section for the index.
    pub fn at(mail: &RawMailRef<'_>, rulebook: &Rulebook) -> Self {
        let (head, list) = rulebook.head(mail);
        let Subject { tags, reply, forward, .. } = &head.subject;
        let tagged = tags.iter().take(TAGS_LOOKED_AT).any(|tag| rulebook.is_a_tag(tag));
        // A tag may turn out to be the list's prefix, and `Re:` may stand behind it.
        let rootless = head.parents.is_empty() && (*reply || !tags.is_empty());
        let topic = list
            .filter(|_| rootless)
            .and_then(|list| Topic::of(rulebook.name_of(list, &head.list_ids), &head.subject));
        Glance {
            may_open: tagged && !reply && !forward,
            is_event: matches!(event_called(&head.subject), Some(Event::Result | Event::Cancel)),
            orphan: topic,
            nameless: head.list_ids.is_empty().then(|| tags.first().cloned()),
            place: mail.place,
            received: head.received.at,
            message_id: head.message_id,
            parents: head.parents,
        }
    }
}

impl Index {
    /// Takes a message in, unless it was received after `until` or its Message-ID is there already: the first one wins.
    pub fn add(&mut self, glance: Glance, until: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        if until.is_some_and(|until| glance.received > until) {
            return;
        }
        let Some(node) = self.forest.add(&glance.message_id, &glance.parents) else { return };
        debug_assert_eq!(node as usize, self.entries.len());
        self.entries.push(Entry { place: glance.place, received: glance.received.timestamp() });
        if glance.may_open {
            self.candidates.push(node);
        }
        if glance.is_event {
            self.events.push(node);
        }
        if let Some(topic) = glance.orphan {
            self.orphans.push(Orphan { topic, node });
        }
        if let Some(first_tag) = glance.nameless {
            self.prefix.note(first_tag.as_deref());
        }
        if glance.received <= now {
            self.last = self.last.max(Some(glance.received));
        }
    }

    /// Everything has been taken in: puts the candidates in the order of their receive instants.
    pub fn finish(&mut self) {
        let Index { candidates, entries, .. } = self;
        candidates.sort_by_key(|&node| entries.get(node as usize).map(|entry| entry.received));
    }

    /// When the list received a message, UTC, to the second.
    pub fn received(&self, node: u32) -> DateTime<Utc> {
        let seconds = self.entries.get(node as usize).map_or(0, |entry| entry.received);
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }

    /// Where a message lies.
    pub fn place(&self, node: u32) -> Option<Place> {
        self.entries.get(node as usize).map(|entry| entry.place)
    }

    /// The latest receive instant, UTC; `None` without a message.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.last
    }
}
