//! A proposal's thread, from what is stored.

use super::{Engine, EngineError};
use crate::ballot::{Event, Reading, reading};
use crate::config::ListConfig;
use crate::decision::Call;
use crate::mail::{MessageId, Post};
use crate::thread;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;

/// Of so many proposals the threads are read ahead, until there are so many posts.
const AHEAD: (u32, usize) = (200, 1_500);

impl Engine {
    /// Reads the threads of what falls due first, so that a step with much to decide finds them read.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn read_ahead(&self) -> Result<(), EngineError> {
        let (most_calls, mut left) = AHEAD;
        for call in self.store.due_first(most_calls)? {
            let Some(list) = self.lists.iter().find(|list| list.rules.name == call.list) else { continue };
            let thread = self.store.thread(&call.list, &call.root)?;
            left = left.saturating_sub(thread.len());
            if left == 0 {
                break;
            }
            for id in thread {
                self.read_stored(list, id)?;
            }
        }
        Ok(())
    }

    /// The posts of a proposal's thread, its root among them, in the order received; and whether it stays so while no mail comes, however
    /// other proposals are decided.
    ///
    /// The thread of a proposal that was blocked and raised ends there and goes on as that of the one it was raised to.
    pub(super) fn thread_of(&self, list: &ListConfig, call: &Call) -> Result<(Vec<Post>, bool), EngineError> {
        let name = &list.rules.name;
        let (mut posts, mut lasts) = self.gathered(list, call)?;
        if let Some(from) = &call.raised_from
            && let Some(blocked) = self.store.call(name, from.number)?
        {
            let (mut before, _) = self.gathered(list, &blocked)?;
            lasts = false;
            before.retain(|post| {
                post.received.at >= call.opened_at
                    && posts.iter().all(|known| known.raw_sha256 != post.raw_sha256)
            });
            posts.extend(before);
        }
        if let Some(raised) = self.store.raised_from(name, call.number)? {
            posts.retain(|post| post.received.at < raised.opened_at);
            let raise = self.post_named(list, &raised.root)?;
            posts.extend(raise.map(Arc::unwrap_or_clone));
        }
        posts.sort_by(|a, b| (a.received.at, &a.message_id).cmp(&(b.received.at, &b.message_id)));
        Ok((posts, lasts))
    }

    /// What hangs below a proposal's root, what joins it by its subject, and what announces its outcome from elsewhere; and whether nothing
    /// was looked at of which other proposals may claim a part.
    fn gathered(&self, list: &ListConfig, call: &Call) -> Result<(Vec<Post>, bool), EngineError> {
        let mut posts = self.below(list, &call.root)?;
        let (orphans, no_orphans) = self.orphans_of(list, call, &posts)?;
        for (orphan, certain) in orphans {
            let mut joined = self.below(list, &orphan)?;
            joined.retain(|post| posts.iter().all(|known| known.raw_sha256 != post.raw_sha256));
            if !certain {
                joined
                    .iter_mut()
                    .flat_map(|post| &mut post.words.lines)
                    .for_each(|line| line.certain = false);
            }
            posts.extend(joined);
        }
        let (announcements, no_events) = self.announced_of(list, call)?;
        for announcement in announcements {
            let mut announced = self.below(list, &announcement)?;
            announced.retain(|post| posts.iter().all(|known| known.raw_sha256 != post.raw_sha256));
            posts.extend(announced);
        }
        Ok((posts, no_orphans && no_events))
    }

    /// A post and what hangs below it, without the proposals among that.
    fn below(&self, list: &ListConfig, root: &MessageId) -> Result<Vec<Post>, EngineError> {
        let name = &list.rules.name;
        let read = |id| Ok((self.read_stored(list, id)?, id));
        let mut stored =
            self.store.thread(name, root)?.into_iter().map(read).collect::<Result<Vec<_>, EngineError>>()?;
        // What came past the list takes no place from what came through it.
        stored.sort_by(|(a, a_id), (b, b_id)| {
            let key = |post: &Post| (!post.provenance.through_list, post.received.at);
            (key(a), &a.message_id, a_id).cmp(&(key(b), &b.message_id, b_id))
        });
        let mut posts: Vec<Post> = stored.into_iter().map(|(post, _)| Arc::unwrap_or_clone(post)).collect();
        let roots = self.store.roots_among(name, posts.iter().map(|post| &post.message_id))?;
        let nested: HashSet<MessageId> = roots.into_iter().filter(|nested| nested != root).collect();
        let here: HashSet<&MessageId> =
            posts.iter().flat_map(|post| post.other_ids.iter().chain([&post.message_id])).collect();
        let others: HashSet<&MessageId> =
            posts.iter().flat_map(|post| &post.parents).filter(|parent| !here.contains(parent)).collect();
        let elsewhere = self.store.known_among(name, others.into_iter())?;
        let members: HashSet<usize> =
            thread::members(root, &nested, &elsewhere, &posts).into_iter().collect();
        let mut at = 0;
        posts.retain(|_| {
            at += 1;
            members.contains(&(at - 1))
        });
        Ok(posts)
    }

    /// Replies that name nothing that came through the list join by subject. They are certain where they name nothing at all and exactly
    /// one proposal of that subject was open then; else they are held, in every proposal that they may mean. Gives besides whether there
    /// are none, joined or not.
    fn orphans_of(
        &self,
        list: &ListConfig,
        call: &Call,
        posts: &[Post],
    ) -> Result<(Vec<(MessageId, bool)>, bool), EngineError> {
        let Some(root) = posts.iter().find(|post| post.message_id == call.root) else {
            return Ok((Vec::new(), true));
        };
        let base = root.subject.base.to_lowercase();
        if base.is_empty() {
            return Ok((Vec::new(), true));
        }
        let orphans = self.store.orphans(&list.rules.name, &base, call.opened_at)?;
        if orphans.is_empty() {
            return Ok((Vec::new(), true));
        }
        let rivals = self.store.calls_with_base(&list.rules.name, &base)?;
        let mut joined = Vec::new();
        for orphan in orphans {
            let post = self.read_stored(list, orphan)?;
            // What a result or a cancellation speaks of is found by more than its subject.
            if matches!(reading(&post, &list.rules.dialect), Reading::Event(Event::Result | Event::Cancel)) {
                continue;
            }
            let open_then = |opened_at: DateTime<Utc>, closed_at: Option<DateTime<Utc>>| {
                opened_at <= post.received.at
                    && closed_at.is_none_or(|closed_at| post.received.at <= closed_at)
            };
            let candidates: Vec<u32> = rivals
                .iter()
                .filter(|rival| open_then(rival.opened_at, rival.closed_at))
                .map(|rival| rival.number)
                .collect();
            if candidates.contains(&call.number) {
                let certain = candidates.len() == 1 && post.parents.is_empty();
                joined.push((post.message_id.clone(), certain));
            }
        }
        Ok((joined, false))
    }
}
