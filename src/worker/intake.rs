//! Intake: a raw message is stored before anything is derived from it; then it is read, and opens or joins proposals.

use super::announced::Announced;
use super::reader::ReadMail;
use super::{Engine, EngineError, Told};
use crate::config::ListConfig;
use crate::decision::{LINKED_WITHIN, MOST_CANDIDATES, Mode, hidden_tag, may_open, open};
use crate::failpoint::fail_point;
use crate::mail::{self, Arrival, Automatic, MessageId, Post, Problem, Subject};
use crate::store::{Incoming, Kept};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A proposal whose stored decision is longer, in octets, has some two hundred posts or more. It is not decided with each mail that comes, but
/// once when all of them have been read: else ten thousand votes would be read ten thousand times.
const LONG: usize = 128 << 10;

/// How many proposals of one address are opened in 24 hours: no list announces as many, and their notices wait before everybody else's.
const MOST_OPENED: usize = 50;

impl Engine {
    pub(super) fn take_in(
        &mut self,
        batch: &[Incoming],
        read: Vec<ReadMail>,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let mut touched = BTreeSet::new();
        let mut fresh = Vec::new();
        for (incoming, read) in batch.iter().zip(read) {
            if let Kept::New(id) = self.store.keep(incoming, &read.sha256, now)? {
                fail_point!("message kept");
                fresh.push(self.index(id, read, incoming, now)?);
                fail_point!("message indexed");
            }
        }
        // Roots first and in the order received, so that numbers follow the list whatever order mail arrived in.
        fresh.sort_by(|a, b| (a.1.received.at, &a.1.message_id).cmp(&(b.1.received.at, &b.1.message_id)));
        for (_, post, list) in &fresh {
            if let Some(list) = list {
                touched.extend(self.open_if_it_proposes(post, *list, now)?);
                touched.extend(self.open_replies_to(post, *list, now)?);
            }
        }
        let mut of_list: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for (id, post, list) in fresh {
            if let Some(at) = list {
                let name = self.lists[at].rules.name.clone();
                of_list.entry(at).or_default().push(id);
                let mut numbers = self.proposals_by_subject(&name, id, &post)?;
                numbers.extend(self.proposal_announced(at, id, &post, now)?);
                touched.extend(numbers.into_iter().map(|number| (name.clone(), number)));
                self.told.push(Told::Stored(Arc::new(post)));
            }
        }
        for (at, ids) in of_list {
            let name = self.lists[at].rules.name.clone();
            touched.extend(self.store.proposals_above(&name, &ids)?.into_iter().map(|n| (name.clone(), n)));
        }
        // The thread of a blocked proposal goes on as that of the one it was raised to.
        for (list, number) in touched.clone() {
            touched.extend(self.store.raised_from(&list, number)?.map(|raised| (list, raised.number)));
        }
        let read_through = self.read_through()?;
        for (list, number) in touched {
            if self.store.is_longer(&list, number, LONG)? {
                self.store.set_next_due(&list, number, Some(read_through))?;
                continue;
            }
            self.decide_again(&list, number, read_through, read_through, now)?;
        }
        Ok(())
    }

    fn index(
        &mut self,
        id: i64,
        read: ReadMail,
        incoming: &Incoming,
        now: DateTime<Utc>,
    ) -> Result<(i64, Post, Option<usize>), EngineError> {
        let ReadMail { list: at, mut post, words_sha256, .. } = read;
        self.tell_our_own(at.map(|at| &self.lists[at]), &mut post);
        let name = at.map(|at| self.lists[at].rules.name.clone());
        if self.store.same_id_other_words(id, name.as_deref(), &post, &words_sha256)? {
            post.problems.push(Problem::SameIdOtherBody);
        }
        self.store.index_post(id, name.as_deref(), &post, &words_sha256)?;
        self.note_what_it_is(id, at, &post, now)?;
        if post.automatic == Some(Automatic::Bounce)
            && !post.provenance.through_list
            && self.take_bounce(id, &incoming.raw, now)?
        {
            return Ok((id, post, at));
        }
        if at.is_none() {
            let names = |list: &ListConfig| post.provenance.list_ids.contains(&list.list_id);
            let problem = match self.lists.iter().any(names) {
                true => (
                    "several-lists",
                    "its List-Ids name several lists; kept, not read: `bounce` would tell which",
                ),
                false => ("no-list", "its List-Id names no configured list; kept, not read"),
            };
            self.note(id, None, &post, now, problem)?;
        } else if !post.provenance.through_list {
            let detail = "it did not come through the list; kept, never read as a vote";
            self.note(id, name.as_deref(), &post, now, ("not-through-list", detail))?;
        }
        if post.provenance.through_list {
            self.compare_with_the_outbox(id, at, &post, &words_sha256, now)?;
        }
        Ok((id, post, at))
    }

    /// Notes what a mail shows by itself, and beside what it replies to.
    fn note_what_it_is(
        &mut self,
        id: i64,
        at: Option<usize>,
        post: &Post,
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let name = at.map(|at| self.lists[at].rules.name.clone());
        let list = name.as_deref();
        for problem in &post.problems {
            let (code, detail) = problem.in_words();
            self.note(id, list, post, now, (code, &detail))?;
        }
        if self.store.replies_to_itself(id)? {
            let detail = "by its References it replies to itself; it stands with everything that it names";
            self.note(id, list, post, now, ("reply-loop", detail))?;
        }
        if post.received.at < self.begun_at {
            return Ok(());
        }
        if let Some((before, tag)) = at.and_then(|at| hidden_tag(post, &self.lists[at].rules)) {
            let detail = format!(
                "[{before}] stands before [{tag}] and is no tag, so it opens nothing; if the list puts it there, name it under `prefix`, restart, and have the proposal mailed again"
            );
            self.note(id, list, post, now, ("unknown-prefix", &detail))?;
        }
        if post.provenance.through_list && post.automatic == Some(Automatic::Digest) {
            let detail = "a digest of the list: its mails are not read there, and an answer to it is held; subscribe the engine's mailbox to single mails, without digests";
            self.note(id, list, post, now, ("digest", detail))?;
        }
        Ok(())
    }

    /// Whether a mail of the list's is one of ours that comes back, or pretends to be.
    fn compare_with_the_outbox(
        &mut self,
        id: i64,
        at: Option<usize>,
        post: &Post,
        words_sha256: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<(), EngineError> {
        let name = at.map(|at| self.lists[at].rules.name.clone());
        match self.store.confirm(&post.message_id, words_sha256, post.received.at, now)? {
            Some(true) => self.told.push(Told::Confirmed(post.message_id.to_string())),
            Some(false) => {
                let detail = "bears the Message-ID of a notice of ours over other words";
                self.note(id, name.as_deref(), post, now, ("forged-notice", detail))?;
            }
            None if post.automatic == Some(Automatic::OwnNotice)
                && post.received.at >= self.begun_at
                && !at.is_some_and(|at| self.voice(&self.lists[at]).is_probe(&post.message_id)) =>
            {
                let detail =
                    "marked as a notice of plusone's that this engine never wrote; taken for automatic mail";
                self.note(id, name.as_deref(), post, now, ("strange-notice", detail))?;
            }
            None => {}
        }
        Ok(())
    }

    /// Notes what is wrong with a mail, and tells it.
    fn note(
        &mut self,
        id: i64,
        list: Option<&str>,
        post: &Post,
        now: DateTime<Utc>,
        (code, detail): (&str, &str),
    ) -> Result<(), EngineError> {
        self.store.note_problem(Some(id), list, now, code, detail)?;
        self.told.push(Told::Problem {
            list: list.map(str::to_owned),
            message_id: Some(post.message_id.to_string()),
            code: code.to_owned(),
            detail: detail.to_owned(),
        });
        Ok(())
    }

    /// Opens the proposal that a post makes, and gives those whose thread may change by that: replies that name nothing they reply to
    /// join by subject only where one proposal alone has it.
    fn open_if_it_proposes(
        &mut self,
        post: &Post,
        at: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, u32)>, EngineError> {
        // Nearly every mail ends here, before any other is read for its sake.
        if !may_open(post, &self.lists[at].rules) {
            return Ok(Vec::new());
        }
        // A Message-ID names the mail that bore it first: nobody opens a proposal under the name of somebody's vote.
        let first = self.post_named(&self.lists[at], &post.message_id)?;
        if first.is_some_and(|first| post.raw_sha256 != first.raw_sha256) {
            return Ok(Vec::new());
        }
        let parent = self.parent_subject(post, at)?;
        let Some(mut call) = open(post, parent.as_ref(), &self.lists[at].rules) else {
            return Ok(Vec::new());
        };
        if self.repeats_a_proposal(post, at)? {
            self.set_aside(post, &call.list, now)?;
            return Ok(Vec::new());
        }
        if self.store.opened_by(post, &call.list, MOST_OPENED)? >= MOST_OPENED {
            self.note_too_many(post, &call.list, now)?;
            return Ok(Vec::new());
        }
        // Received lines tell whole seconds.
        if post.received.at.timestamp() < self.begun_at.timestamp() {
            call.mode = Mode::Recorded;
        }
        let (call, new) = self.store.open_call(call, &post.subject.base)?;
        if !new {
            return Ok(Vec::new());
        }
        fail_point!("call opened");
        let list = call.list.clone();
        self.told.push(Told::Opened(Box::new(call)));
        let rivals = self.store.calls_with_base(&list, &post.subject.base.to_lowercase())?;
        let mut touched: Vec<u32> = rivals.into_iter().map(|rival| rival.number).collect();
        // A result that came before the proposal it speaks of may have been taken for another's.
        let (opened_at, until) = (post.received.at, post.received.at + LINKED_WITHIN);
        if !self.store.events(&list, opened_at, until)?.is_empty() {
            let near = self.store.calls_between(&list, opened_at - LINKED_WITHIN, until, MOST_CANDIDATES)?;
            touched.extend(near.into_iter().map(|(call, _)| call.number));
        }
        Ok(touched.into_iter().map(|number| (list.clone(), number)).collect())
    }

    /// Whether a post is a proposal's own mail that came back under another name, as from a gateway: the same words of the same author under
    /// the same subject and Date.
    fn repeats_a_proposal(&self, post: &Post, at: usize) -> Result<bool, EngineError> {
        let list = &self.lists[at];
        let Some(dated) = post.provenance.dated else { return Ok(false) };
        let rivals = self.store.calls_with_base(&list.rules.name, &post.subject.base.to_lowercase())?;
        for rival in rivals.into_iter().rev().take(MOST_CANDIDATES) {
            let Some(call) = self.store.call(&list.rules.name, rival.number)? else { continue };
            if call.root == post.message_id || call.raised_from.is_some() {
                continue;
            }
            let Some(root) = self.post_named(list, &call.root)? else { continue };
            if root.provenance.dated == Some(dated)
                && root.author.address == post.author.address
                && root.words.text() == post.words.text()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Opens nothing by a mail that came back. Whoever replies to it names nothing that came through the list: that joins by its subject, and
    /// is asked about.
    fn set_aside(&mut self, post: &Post, list: &str, now: DateTime<Utc>) -> Result<(), EngineError> {
        let Some(id) = self.store.message_named(list, &post.message_id)? else { return Ok(()) };
        self.store.set_aside(id)?;
        let detail =
            "the mail of a proposal came back under another Message-ID, as from a gateway: it opens nothing";
        self.note(id, Some(list), post, now, ("repeated-proposal", detail))
    }

    fn note_too_many(&mut self, post: &Post, list: &str, now: DateTime<Utc>) -> Result<(), EngineError> {
        let Some(id) = self.store.message_named(list, &post.message_id)? else { return Ok(()) };
        let detail = format!(
            "one address opens at most {MOST_OPENED} proposals in 24 hours: kept, not opened; it can be proposed again later"
        );
        self.note(id, Some(list), post, now, ("too-many-proposals", &detail))
    }

    /// The proposal that a result or cancellation speaks of from outside its thread; where nothing tells which, that is noted.
    fn proposal_announced(
        &mut self,
        at: usize,
        id: i64,
        post: &Post,
        now: DateTime<Utc>,
    ) -> Result<Option<u32>, EngineError> {
        let list = &self.lists[at];
        match self.announced(list, id, post)? {
            Announced::InPlace => Ok(None),
            Announced::Of(number) => Ok(Some(number)),
            Announced::Unlinked(why) => {
                let detail = format!("announces an outcome; {why}: recorded, nothing is decided by it");
                let name = list.rules.name.clone();
                self.note(id, Some(&name), post, now, ("unlinked-result", &detail))?;
                Ok(None)
            }
        }
    }

    /// Opens what came before the post that it replies to: only the subject of that tells whether it proposes.
    fn open_replies_to(
        &mut self,
        post: &Post,
        at: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, u32)>, EngineError> {
        let list = self.lists[at].rules.name.clone();
        let names = std::iter::once(&post.message_id).chain(&post.other_ids);
        let mut touched = Vec::new();
        for id in self.store.tagged_replies(&list, names)? {
            let reply = self.read_stored(&self.lists[at], id)?;
            let opened = self.open_if_it_proposes(&reply, at, now)?;
            if !opened.is_empty() {
                touched.extend(opened);
                let above = self.store.proposals_above(&list, &[id])?;
                touched.extend(above.into_iter().map(|number| (list.clone(), number)));
            }
        }
        Ok(touched)
    }

    fn parent_subject(&self, post: &Post, at: usize) -> Result<Option<Subject>, EngineError> {
        let list = &self.lists[at];
        for id in &post.parents {
            if let Some(parent) = self.post_named(list, id)? {
                return Ok(Some(parent.subject.clone()));
            }
        }
        Ok(None)
    }

    /// The proposals that a stored post may join by its subject, or from which it takes a reply that had joined them so.
    fn proposals_by_subject(&self, list: &str, id: i64, post: &Post) -> Result<Vec<u32>, EngineError> {
        if !post.subject.reply || !self.store.touches_by_subject(list, id)? {
            return Ok(Vec::new());
        }
        let calls = self.store.calls_with_base(list, &post.subject.base.to_lowercase())?;
        Ok(calls.into_iter().map(|call| call.number).collect())
    }

    /// Reads a message as the list hands mail on.
    pub(super) fn read(&self, list: Option<&ListConfig>, raw: &[u8], arrival: &Arrival) -> Post {
        let mut post = match list {
            Some(list) => mail::post(raw, arrival, &list.form, &list.trust),
            None => mail::post(raw, arrival, &Default::default(), &Default::default()),
        };
        self.tell_our_own(list, &mut post);
        post
    }

    /// What is written in the engine's own name is nobody's vote, though a list or a gateway has taken off what marks its notices. Whoever is
    /// on the roster under that address is a person all the same.
    pub(super) fn tell_our_own(&self, list: Option<&ListConfig>, post: &mut Post) {
        let ours = post.author.address.as_ref().is_some_and(|author| author.same_as(&self.sender.address));
        let roster = list.and_then(|list| list.roster.as_ref());
        let is_member = roster.is_some_and(|roster| roster.member(&self.sender.address).is_some());
        if ours && !is_member && post.automatic.is_none() {
            post.automatic = Some(Automatic::OwnNotice);
        }
    }

    /// A stored message of the list, read.
    pub(super) fn read_stored(&self, list: &ListConfig, id: i64) -> Result<Arc<Post>, EngineError> {
        if let Some(known) = self.known_posts.borrow_mut().get(id) {
            return Ok(known);
        }
        let stored = self.store.message(id)?;
        let mut post = self.read(Some(list), &stored.raw, &stored.arrival);
        if let Some(size) = stored.true_size {
            post.problems.push(Problem::TooLarge(size));
        }
        let post = Arc::new(post);
        self.known_posts.borrow_mut().keep(id, Arc::clone(&post));
        Ok(post)
    }

    /// The list's first post of that name, read.
    pub(super) fn post_named(
        &self,
        list: &ListConfig,
        id: &MessageId,
    ) -> Result<Option<Arc<Post>>, EngineError> {
        let named = self.store.message_named(&list.rules.name, id)?;
        named.map(|named| self.read_stored(list, named)).transpose()
    }
}
