//! Who replies to whom in a whole archive, in some 40 octets a message and 8 a reference.

use crate::mail::MessageId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Stands for "no message" among the parents.
const NONE: u32 = u32::MAX;

/// The messages of an archive as trees of replies. Message-IDs are kept as 64-bit hashes.
///
/// A message's parent is the nearest of its references that is in the archive and is not, by the messages before it, a reply to the message
/// itself: so a loop of replies is cut once.
#[derive(Debug, Default)]
pub struct Forest {
    nodes: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    /// The references of all messages, one message after another, nearest first; empty once linked.
    references: Vec<u64>,
    /// Where each message's references end.
    ends: Vec<u32>,
    parents: Vec<u32>,
    /// The replies to all messages, one message after another.
    replies: Vec<u32>,
    /// Where the replies to each message begin, and where the last ones end.
    begins: Vec<u32>,
}

impl Forest {
    /// Takes in a message under its Message-ID; `references` stand nearest first. Messages are numbered from 0 as they come. `None`
    /// where the Message-ID is there already, or where there are more messages or references than numbers.
    pub fn add(&mut self, id: &MessageId, references: &[MessageId]) -> Option<u32> {
        let node = u32::try_from(self.ends.len()).ok().filter(|&node| node < NONE)?;
        let end = u32::try_from(self.references.len() + references.len()).ok()?;
        let name = hash(id);
        if self.nodes.contains_key(&name) {
            return None;
        }
        self.nodes.insert(name, node);
        self.references.extend(references.iter().map(hash));
        self.ends.push(end);
        Some(node)
    }

    /// Everything has been taken in: finds the parent of every message, and its replies.
    pub fn link(&mut self) {
        let mut trees = Trees((0..self.ends.len() as u32).collect());
        let mut begin = 0;
        for (node, &end) in (0u32..).zip(&self.ends) {
            let near = self.references.get(begin as usize..end as usize).unwrap_or_default();
            let mut known = near.iter().filter_map(|hash| self.nodes.get(hash).copied());
            self.parents.push(known.find(|&parent| trees.join(node, parent)).unwrap_or(NONE));
            begin = end;
        }
        self.references = Vec::new();
        self.ends = Vec::new();
        self.list_replies();
    }

    /// Sorts the messages by their parents, counting.
    fn list_replies(&mut self) {
        let count = self.parents.len();
        let mut begins = vec![0u32; count + 1];
        for &parent in &self.parents {
            if let Some(begin) = begins.get_mut(parent as usize + 1) {
                *begin += 1;
            }
        }
        let mut end = 0;
        for begin in &mut begins {
            end += *begin;
            *begin = end;
        }
        let mut next = begins.clone();
        self.replies = vec![NONE; end as usize];
        for (node, &parent) in (0u32..).zip(&self.parents) {
            let Some(place) = next.get_mut(parent as usize).filter(|_| parent != NONE) else { continue };
            if let Some(reply) = self.replies.get_mut(*place as usize) {
                *reply = node;
                *place += 1;
            }
        }
        self.begins = begins;
    }

    /// The message that one replies to.
    pub fn parent(&self, node: u32) -> Option<u32> {
        self.parents.get(node as usize).copied().filter(|&parent| parent != NONE)
    }

    /// `root` and every message below it, except those that are, or stand below, one of `nested`.
    pub fn members(&self, root: u32, nested: &HashSet<u32>) -> Vec<u32> {
        let mut members = vec![root];
        let mut at = 0;
        while let Some(&node) = members.get(at) {
            members.extend(self.replies_to(node).iter().filter(|reply| !nested.contains(reply)));
            at += 1;
        }
        members
    }

    fn replies_to(&self, node: u32) -> &[u32] {
        let place = node as usize;
        let (Some(&begin), Some(&end)) = (self.begins.get(place), self.begins.get(place + 1)) else { return &[] };
        self.replies.get(begin as usize..end as usize).unwrap_or_default()
    }
}

/// Which messages are in one tree so far: disjoint sets, each with its root at the top.
struct Trees(Vec<u32>);

impl Trees {
    /// Puts a message that is the root of its tree under another one; `false` where that one stands below it already.
    fn join(&mut self, root: u32, parent: u32) -> bool {
        let top = self.top(parent);
        if top == root {
            return false;
        }
        if let Some(up) = self.0.get_mut(root as usize) {
            *up = top;
        }
        true
    }

    fn top(&mut self, mut node: u32) -> u32 {
        while let Some(&up) = self.0.get(node as usize) {
            if up == node {
                break;
            }
            // Halves the way for those who come after.
            let above = self.0.get(up as usize).copied().unwrap_or(up);
            if let Some(place) = self.0.get_mut(node as usize) {
                *place = above;
            }
            node = above;
        }
        node
    }
}

fn hash(id: &MessageId) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.as_str().hash(&mut hasher);
    hasher.finish()
}

/// Hands a hash on as it is.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only hashes are looked up; anything else still spreads.
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> MessageId {
        MessageId::parse(&format!("{name}@example.org")).unwrap()
    }

    /// Messages with their references, nearest first.
    fn forest(messages: &[(&str, &[&str])]) -> Forest {
        let mut forest = Forest::default();
        for (name, references) in messages {
            let references: Vec<MessageId> = references.iter().map(|name| id(name)).collect();
            forest.add(&id(name), &references);
        }
        forest.link();
        forest
    }

    #[test]
    fn a_message_stands_under_the_nearest_of_its_references_that_is_there() {
        let forest = forest(&[("late", &["b", "a"]), ("a", &[]), ("b", &["a"]), ("c", &["gone", "b", "a"]), ("d", &["gone"])]);
        let parents: Vec<Option<u32>> = (0..6).map(|node| forest.parent(node)).collect();
        assert_eq!(parents, [Some(2), None, Some(1), Some(2), None, None]);
        assert_eq!(forest.members(1, &HashSet::new()), [1, 2, 0, 3]);
        assert_eq!(forest.members(1, &HashSet::from([2])), [1]);
        assert_eq!(forest.members(2, &HashSet::from([2])), [2, 0, 3]);
        assert_eq!(forest.members(4, &HashSet::new()), [4]);
    }

    #[test]
    fn the_first_of_two_messages_with_one_id_is_kept() {
        let mut forest = Forest::default();
        assert_eq!(forest.add(&id("a"), &[]), Some(0));
        assert_eq!(forest.add(&id("b"), &[id("a")]), Some(1));
        assert_eq!(forest.add(&id("b"), &[]), None);
        assert_eq!(forest.add(&id("c"), &[id("b")]), Some(2));
        forest.link();
        assert_eq!(forest.members(0, &HashSet::new()), [0, 1, 2]);
    }

    #[test]
    fn a_loop_of_replies_is_cut_once() {
        let forest = forest(&[("self", &["self"]), ("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["c"])]);
        assert_eq!(forest.members(0, &HashSet::new()), [0]);
        assert_eq!(forest.parent(3), None);
        assert_eq!(forest.members(3, &HashSet::new()), [3, 2, 4, 1]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_replies_takes_linear_time() {
        let ids: Vec<MessageId> = (0..100_000).map(|number| id(&number.to_string())).collect();
        for reversed in [false, true] {
            let mut forest = Forest::default();
            let mut messages: Vec<&[MessageId]> = ids.windows(2).collect();
            if reversed {
                messages.reverse();
            }
            for pair in messages {
                forest.add(&pair[1], &pair[..1]);
            }
            let root = forest.add(&ids[0], &[]).unwrap();
            forest.link();
            assert_eq!(forest.members(root, &HashSet::new()).len(), ids.len());
        }
    }
}
