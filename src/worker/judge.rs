//! Deciding again: load the thread, decide, queue what the outbox lacks.

use super::{Engine, EngineError, Told};
use crate::ballot::{Event, Reading, reading};
use crate::config::ListConfig;
use crate::decision::{Call, Decision, Mode, decide};
use crate::mail::{Arrival, MessageId, Post};
use crate::notice::{self, Kind, Matter, Notice, Recipient, RenderError};
use crate::record;
use crate::store::Queued;
use crate::thread;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

impl Engine {
    /// Decides one proposal from what is stored, and queues what there is to say.
    pub(super) fn decide_again(
        &mut self,
        list: &str,
        number: u32,
        read_through: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let Some(at) = self.lists.iter().position(|known| known.rules.name == list) else { return Ok(()) };
        let Some(call) = self.store.call(list, number)? else { return Ok(()) };
        let before = self.store.decision(list, number)?;
        let posts = self.thread_of(&self.lists[at], &call)?;
        let rosters = self.store.rosters(list)?;
        let after = decide(&call, &rosters, &posts, &self.lists[at].rules.dialect, read_through);
        if let Some(before) = before.as_ref().filter(|before| before.published) {
            return self.compare_with_published(&before.decision, &after, now);
        }
        let before = before.map(|before| before.decision);
        self.store.save_decision(&after, after.state.closed_at().is_some(), now)?;
        let notices = notice::notices(before.as_ref(), &after);
        self.told.push(Told::Decided { before: before.map(Box::new), after: Box::new(after.clone()) });
        if call.mode != Mode::Recorded {
            for notice in notices {
                self.queue(at, &notice, &after, &posts, now)?;
            }
        }
        Ok(())
    }

    /// A published decision is frozen. Mail that the list received in time and that surfaces only now is listed for a person.
    fn compare_with_published(
        &mut self,
        published: &Decision,
        again: &Decision,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let Some(closed_at) = published.state.closed_at() else { return Ok(()) };
        let known: HashSet<&MessageId> = published.posts.iter().map(|post| &post.message_id).collect();
        for post in again
            .posts
            .iter()
            .filter(|post| post.received.at <= closed_at && !known.contains(&post.message_id))
            .filter(|post| !matches!(post.reading, Reading::Nothing | Reading::Automatic { .. }))
        {
            let detail = format!(
                "{} reached the list before proposal {} closed and surfaced after its result; decided again it would be: {}",
                post.message_id,
                published.call.number,
                again.state.outcome()
            );
            let list = &published.call.list;
            let message = self.store.message_named(list, &post.message_id)?.map(|stored| stored.id);
            if self.store.note_problem(message, Some(list), now, "surfaced-late", &detail)? {
                self.told.push(Told::Problem { code: "surfaced-late".to_owned(), detail });
            }
        }
        Ok(())
    }

    fn queue(
        &mut self,
        at: usize,
        notice: &Notice,
        decision: &Decision,
        posts: &[Post],
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let (list, number) = (decision.call.list.as_str(), decision.call.number);
        if self.store.has_notice(list, number, notice)? {
            return Ok(());
        }
        let Some(root) = posts.iter().find(|post| post.message_id == decision.call.root) else {
            return Ok(());
        };
        let about = notice.post.as_ref().and_then(|id| posts.iter().find(|post| post.message_id == *id));
        let rosters = self.store.rosters(list)?;
        let attachment = (notice.kind == Kind::Result).then(|| {
            let closed_at = decision.state.closed_at().unwrap_or(decision.closes_at);
            record::record(decision, rosters.at(closed_at), true).to_json()
        });
        let list_config = &self.lists[at];
        let record = attachment.as_deref();
        let matter = Matter { decision, again: None, root, post: about, record };
        let rendered = notice::render(notice, &matter, &self.voice(list_config), &self.templates, now);
        let draft = match rendered {
            // An author's address that no mail can be sent to is that author's affair; the list's own is checked at start.
            Err(error @ (RenderError::Address(_) | RenderError::Mail(_)))
                if matches!(notice.to, Recipient::Author(_)) =>
            {
                self.store.note_problem(None, Some(list), now, "unmailable", &error.to_string())?;
                return Ok(());
            }
            rendered => rendered?,
        };
        let shadow = decision.call.mode == Mode::Shadow;
        self.queue_draft(list.to_owned(), number, notice.clone(), String::new(), draft, shadow, now)
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn queue_draft(
        &mut self,
        list: String,
        number: u32,
        notice: Notice,
        period: String,
        draft: notice::Draft,
        shadow: bool,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        // What a copy must hold is read from the mail as the copy will be, so that the two compare alike.
        let words = match self.lists.iter().find(|known| known.rules.name == list) {
            Some(known) => self.read(Some(known), &draft.raw, &Arrival::default()).words.text(),
            None => draft.words,
        };
        let told = Told::Queued {
            list: list.clone(),
            number,
            kind: notice.kind,
            to: notice.to.clone(),
            raw: draft.raw.clone(),
            shadow,
        };
        let queued = Queued {
            list,
            number,
            notice,
            period,
            message_id: draft.message_id,
            envelope_to: draft.envelope_to,
            words_sha256: Sha256::digest(words.as_bytes()).into(),
            raw: draft.raw,
            shadow,
        };
        if self.store.queue(&queued, now)? {
            self.told.push(told);
        }
        Ok(())
    }

    /// The posts of a proposal's thread, its root among them, in the order received.
    pub(super) fn thread_of(&self, list: &ListConfig, call: &Call) -> Result<Vec<Post>, EngineError> {
        let mut posts = self.below(list, &call.root)?;
        for (orphan, certain) in self.orphans_of(list, call, &posts)? {
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
        for announcement in self.announced_of(list, call)? {
            let mut announced = self.below(list, &announcement)?;
            announced.retain(|post| posts.iter().all(|known| known.raw_sha256 != post.raw_sha256));
            posts.extend(announced);
        }
        posts.sort_by(|a, b| (a.received.at, &a.message_id).cmp(&(b.received.at, &b.message_id)));
        Ok(posts)
    }

    /// A post and what hangs below it, without the proposals among that.
    fn below(&self, list: &ListConfig, root: &MessageId) -> Result<Vec<Post>, EngineError> {
        let name = &list.rules.name;
        let mut posts: Vec<Post> =
            self.store.thread(name, root)?.iter().map(|stored| self.read_stored(list, stored)).collect();
        // What came past the list takes no place from what came through it.
        posts.sort_by_key(|post| (!post.provenance.through_list, post.received.at));
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
    /// one proposal of that subject was open then; else they are held, in every proposal that they may mean.
    fn orphans_of(
        &self,
        list: &ListConfig,
        call: &Call,
        posts: &[Post],
    ) -> Result<Vec<(MessageId, bool)>, EngineError> {
        let Some(root) = posts.iter().find(|post| post.message_id == call.root) else {
            return Ok(Vec::new());
        };
        let base = root.subject.base.to_lowercase();
        if base.is_empty() {
            return Ok(Vec::new());
        }
        let rivals = self.store.calls_with_base(&list.rules.name, &base)?;
        let mut joined = Vec::new();
        for stored in self.store.orphans(&list.rules.name, &base, call.opened_at)? {
            let post = self.read_stored(list, &stored);
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
                joined.push((post.message_id, certain));
            }
        }
        Ok(joined)
    }
}
