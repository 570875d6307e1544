//! The proposals of an archive: which messages open one, and how each stands.

use super::each_of::each_of;
use super::index::{Index, Topic};
use super::rulebook::{ListOfArchive, Rulebook};
use crate::decision::{Call, Decision, Roster, RosterHistory, Span, decide, open, open_raised};
use crate::mail::{MessageId, Post, Subject};
use crate::source::archive::{Archive, ArchiveError};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// An archive, its index, and the proposals found in it.
pub(super) struct Proposals<'a> {
    archive: &'a Archive,
    rulebook: &'a Rulebook,
    pub index: &'a Index,
    as_of: DateTime<Utc>,
    /// In the order in which the list received their roots.
    pub opened: Vec<Opened>,
    /// The roots of all of them: each owns its subtree.
    pub roots: HashSet<u32>,
    /// How many each list has.
    pub numbers: HashMap<String, u32>,
}

/// A message that opens a proposal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    /// The root.
    pub root: u32,
    /// The proposal's number on its list.
    number: u32,
    /// List and base subject.
    pub topic: Option<Topic>,
}

/// A proposal, decided.
pub(super) struct Judged {
    /// How it stands.
    pub decision: Decision,
    /// How the one stands that it was raised to after it was blocked, which has no number.
    pub raised: Option<Box<Decision>>,
    rosters: RosterHistory,
}

/// A proposal's thread, undecided.
pub(super) struct Thread {
    /// The post that proposes.
    pub root: Post,
    /// The subject of the post that it replies to.
    pub parent: Option<Subject>,
    /// All of it, the root too, in the order received.
    pub posts: Vec<Post>,
}

impl Judged {
    /// The roster that a decision of it was made by.
    pub fn roster(&self, decision: &Decision) -> Option<&Roster> {
        self.rosters.at(decision.state.closed_at().unwrap_or(decision.read_through))
    }
}

impl<'a> Proposals<'a> {
    /// Finds the proposals that the index's candidates open, and numbers them list by list.
    ///
    /// # Errors
    /// A candidate cannot be read again.
    pub fn open(
        archive: &'a Archive,
        rulebook: &'a Rulebook,
        index: &'a Index,
        as_of: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let mut proposals = Proposals {
            archive,
            rulebook,
            index,
            as_of,
            opened: Vec::new(),
            roots: HashSet::new(),
            numbers: HashMap::new(),
        };
        let mut numbers = HashMap::<String, u32>::new();
        let mut opened = Vec::new();
        let look = |node: u32| {
            Ok(proposals
                .call(node)?
                .map(|(call, post, _)| (node, Topic::of(&call.list, &post.subject), call.list)))
        };
        each_of(&index.candidates, look, |found| {
            if let Some((root, topic, list)) = found {
                let number = numbers.entry(list).and_modify(|last| *last += 1).or_insert(1);
                opened.push(Opened { root, number: *number, topic });
            }
            true
        })?;
        proposals.roots = opened.iter().map(|opened| opened.root).collect();
        proposals.opened = opened;
        proposals.numbers = numbers;
        Ok(proposals)
    }

    /// The subject of the message that a message replies to.
    fn parent(&self, node: u32) -> Result<Option<Subject>, ArchiveError> {
        match self.index.forest.parent(node) {
            Some(parent) => Ok(self.post(parent)?.map(|(parent, _)| parent.subject)),
            None => Ok(None),
        }
    }

    /// The proposal that a message opens, without its number; the message; and its list.
    fn call(&self, node: u32) -> Result<Option<(Call, Post, &'a ListOfArchive)>, ArchiveError> {
        let Some((post, Some(list))) = self.post(node)? else { return Ok(None) };
        let parent = self.parent(node)?;
        let call = open(&post, parent.as_ref(), &list.rules);
        Ok(call.map(|mut call| {
            call.list = self.rulebook.name_of(list, &post.provenance.list_ids).to_owned();
            (call, post, list)
        }))
    }

    /// A proposal as it opened, without its number, and its root.
    ///
    /// # Errors
    /// The root cannot be read again.
    pub fn called(&self, proposal: usize) -> Result<Option<(Call, Post)>, ArchiveError> {
        let Some(opened) = self.opened.get(proposal) else { return Ok(None) };
        Ok(self.call(opened.root)?.map(|(call, root, _)| (call, root)))
    }

    /// The name of the list that a message came to.
    pub fn name_of(&self, list: &ListOfArchive, post: &Post) -> String {
        self.rulebook.name_of(list, &post.provenance.list_ids).to_owned()
    }

    /// How a proposal stands, with the messages of its thread and those `joined` to it.
    ///
    /// # Errors
    /// A message of it cannot be read again.
    pub fn judge(&self, proposal: usize, joined: &[u32]) -> Result<Option<Judged>, ArchiveError> {
        let Some(opened) = self.opened.get(proposal) else { return Ok(None) };
        let Some((mut call, root, list)) = self.call(opened.root)? else { return Ok(None) };
        call.number = opened.number;
        let posts = self.posts(opened.root, root, joined)?;
        let decision = self.decided(call.clone(), list, &posts);
        let raised = posts.iter().find_map(|post| open_raised(post, &decision, &list.rosters, &list.rules));
        let rosters = list.rosters.clone();
        let Some(raised) = raised else { return Ok(Some(Judged { decision, raised: None, rosters })) };
        // The thread ends with the post that raises the proposal, and goes on as that of the other.
        let after: Vec<Post> =
            posts.iter().filter(|post| post.received.at >= raised.opened_at).cloned().collect();
        let mut before = posts;
        before.retain(|post| post.received.at < raised.opened_at || post.message_id == raised.root);
        let decision = self.decided(call, list, &before);
        let raised = Some(Box::new(self.decided(raised, list, &after)));
        Ok(Some(Judged { decision, raised, rosters }))
    }

    /// Decides a thread. What has ended is read wholly: nothing more will come that was received before its last instant, so nothing has
    /// to settle.
    fn decided(&self, mut call: Call, list: &ListOfArchive, posts: &[Post]) -> Decision {
        let settle = std::mem::replace(&mut call.rule.settle, Span::minutes(0));
        let mut decision = decide(&call, &list.rosters, posts, &list.rules.dialect, self.as_of);
        if decision.rule == decision.call.rule {
            decision.rule.settle = settle;
        }
        decision.call.rule.settle = settle;
        decision
    }

    /// The place among the opened ones of the proposal that a post of that Message-ID opens.
    ///
    /// # Errors
    /// A root cannot be read again.
    pub fn opened_by(&self, root: &MessageId) -> Result<Option<usize>, ArchiveError> {
        let by_id = self.index.forest.find(root);
        if let Some(place) = self.opened.iter().position(|opened| Some(opened.root) == by_id) {
            return Ok(Some(place));
        }
        // Where a list wraps mail, the root's own name stands inside.
        for place in 0..self.opened.len() {
            if self.called(place)?.is_some_and(|(call, _)| call.root == *root) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// A proposal's thread, with what is `joined` to it.
    ///
    /// # Errors
    /// A message of it cannot be read again.
    pub fn thread(&self, proposal: usize, joined: &[u32]) -> Result<Option<Thread>, ArchiveError> {
        let Some(opened) = self.opened.get(proposal) else { return Ok(None) };
        let Some((root, _)) = self.post(opened.root)? else { return Ok(None) };
        let posts = self.posts(opened.root, root.clone(), joined)?;
        Ok(Some(Thread { parent: self.parent(opened.root)?, root, posts }))
    }

    /// The posts of a thread in the order received.
    fn posts(&self, node: u32, root: Post, joined: &[u32]) -> Result<Vec<Post>, ArchiveError> {
        let mut posts = Vec::new();
        let mut taken = HashSet::from([node]);
        for &tree in [node].iter().chain(joined) {
            for node in self.index.forest.members(tree, &self.roots) {
                if taken.insert(node) {
                    posts.extend(self.post(node)?.map(|(post, _)| post));
                }
            }
        }
        posts.push(root);
        posts.sort_by(|a, b| (a.received.at, &a.message_id).cmp(&(b.received.at, &b.message_id)));
        Ok(posts)
    }

    /// Reads a message again, whole.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn post(&self, node: u32) -> Result<Option<(Post, Option<&'a ListOfArchive>)>, ArchiveError> {
        let Some(place) = self.index.place(node) else { return Ok(None) };
        Ok(Some(self.rulebook.post(&self.archive.fetch(place)?)))
    }
}
