//! Who replies to whom in hundreds of thousands of messages, in a few octets each.

use crate::mail::MessageId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// An index of messages and what they reply to. Message-IDs are kept as 64-bit hashes under a key of the process, so nobody can prepare
/// two that meet.
#[derive(Debug, Default)]
pub struct Forest {
    key: RandomState,
    nodes: HashMap<u64, u32>,
    /// What all messages name, nearest first, one message's behind the other's.
    named: Vec<u64>,
    /// Where each message's names end in `named`.
    ends: Vec<u32>,
    shape: OnceLock<Shape>,
}

/// The parents and children, once all messages are known.
#[derive(Debug)]
struct Shape {
    parents: Vec<Option<u32>>,
    children: Vec<u32>,
    /// Where each message's children end in `children`.
    ends: Vec<u32>,
}

impl Forest {
    /// Takes in a message with what it replies to, nearest first, and gives its number, counted from 0. `None` where a message of
    /// that Message-ID is there already: the first one wins.
    pub fn add(&mut self, id: &MessageId, parents: &[MessageId]) -> Option<u32> {
        let hash = self.hash(id);
        if self.nodes.contains_key(&hash) {
            return None;
        }
        let node = self.add_nameless(parents)?;
        self.nodes.insert(hash, node);
        Some(node)
    }

    /// Takes in a message that nothing can reply to, since another one bears its name, and gives its number.
    pub fn add_nameless(&mut self, parents: &[MessageId]) -> Option<u32> {
        let node = u32::try_from(self.ends.len()).ok()?;
        self.shape.take();
        for parent in parents {
            self.named.push(self.hash(parent));
        }
        self.ends.push(u32::try_from(self.named.len()).ok()?);
        Some(node)
    }

    /// A further name of a message, unless another one bears it.
    pub fn also_called(&mut self, node: u32, id: &MessageId) {
        self.shape.take();
        let hash = self.hash(id);
        self.nodes.entry(hash).or_insert(node);
    }

    /// The number of the message of that name.
    pub fn find(&self, id: &MessageId) -> Option<u32> {
        self.nodes.get(&self.hash(id)).copied()
    }

    /// The nearest message that this one replies to and that is known.
    pub fn parent(&self, node: u32) -> Option<u32> {
        *self.shape().parents.get(node as usize)?
    }

    /// The message and everything below it, parents before children, without the subtrees of other messages in `roots`.
    pub fn members(&self, root: u32, roots: &HashSet<u32>) -> Vec<u32> {
        let shape = self.shape();
        let mut seen = HashSet::from([root]);
        let mut members = vec![root];
        let mut at = 0;
        while let Some(&node) = members.get(at) {
            at += 1;
            let children = shape.children_of(node).iter().filter(|child| !roots.contains(child));
            // A loop of replies comes back to where it began.
            members.extend(children.filter(|child| seen.insert(**child)));
        }
        members
    }

    fn hash(&self, id: &MessageId) -> u64 {
        self.key.hash_one(id)
    }

    fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let mut start = 0;
            let parent = |(node, &end): (usize, &u32)| {
                let named = self.named.get(start..end as usize).unwrap_or_default();
                start = end as usize;
                named
                    .iter()
                    .filter_map(|hash| self.nodes.get(hash).copied())
                    .find(|&parent| parent as usize != node)
            };
            Shape::of(self.ends.iter().enumerate().map(parent).collect())
        })
    }
}

impl Shape {
    fn of(parents: Vec<Option<u32>>) -> Self {
        let mut ends = vec![0u32; parents.len()];
        for &parent in parents.iter().flatten() {
            ends[parent as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        let mut next: Vec<u32> = std::iter::once(0).chain(ends.iter().copied()).take(parents.len()).collect();
        let mut children = vec![0; total as usize];
        for (node, parent) in (0u32..).zip(&parents) {
            if let Some(parent) = *parent {
                children[next[parent as usize] as usize] = node;
                next[parent as usize] += 1;
            }
        }
        Shape { parents, children, ends }
    }

    fn children_of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        let start = if node == 0 { 0 } else { self.ends[node - 1] as usize };
        &self.children[start..self.ends[node] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u32) -> MessageId {
        MessageId::parse(&format!("<{n}@example.org>")).unwrap()
    }

    /// Messages as (name, what it replies to, nearest first); the names of a thread's members, sorted.
    fn thread(messages: &[(u32, Vec<u32>)], root: u32, roots: &[u32]) -> Vec<u32> {
        let mut forest = Forest::default();
        let mut names = Vec::new();
        for (name, parents) in messages {
            let parents: Vec<MessageId> = parents.iter().map(|&parent| id(parent)).collect();
            if forest.add(&id(*name), &parents).is_some() {
                names.push(*name);
            }
        }
        let node = |name: u32| forest.find(&id(name)).unwrap();
        let roots = roots.iter().map(|&root| node(root)).collect();
        let mut members: Vec<u32> =
            forest.members(node(root), &roots).into_iter().map(|node| names[node as usize]).collect();
        members.sort();
        members
    }

    #[test]
    fn a_post_hangs_below_the_nearest_one_known() {
        let check = |messages: &[(u32, Vec<u32>)], root: u32, roots: &[u32], expect: &[u32]| {
            assert_eq!(thread(messages, root, roots), expect, "{messages:?}");
        };
        check(&[(1, vec![]), (2, vec![1]), (3, vec![2, 1]), (9, vec![])], 1, &[1], &[1, 2, 3]);
        // The one between is missing.
        check(&[(1, vec![]), (3, vec![2, 1])], 1, &[1], &[1, 3]);
        // A vote made by replying to its proposal owns its subtree.
        check(&[(1, vec![]), (2, vec![1]), (3, vec![2, 1]), (4, vec![1])], 1, &[1, 2], &[1, 4]);
        check(&[(1, vec![]), (2, vec![1]), (3, vec![2, 1]), (4, vec![1])], 2, &[1, 2], &[2, 3]);
        // It names two proposals: it belongs to the nearer one alone.
        check(&[(1, vec![]), (2, vec![]), (3, vec![2, 1])], 1, &[1, 2], &[1]);
        // A loop, a reply to itself, a second post of the same name.
        check(&[(1, vec![2]), (2, vec![1]), (3, vec![2])], 1, &[1], &[1, 2, 3]);
        check(&[(1, vec![1]), (2, vec![1])], 1, &[1], &[1, 2]);
        check(&[(1, vec![]), (2, vec![1]), (2, vec![])], 1, &[1], &[1, 2]);
    }

    #[test]
    fn a_chain_of_100_000_replies_is_no_stack() {
        let messages: Vec<(u32, Vec<u32>)> =
            (0..100_000).map(|n| (n, if n == 0 { vec![] } else { vec![n - 1] })).collect();
        assert_eq!(thread(&messages, 0, &[0]).len(), 100_000);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            (messages, shuffled) in prop::collection::vec(prop::collection::vec(0u32..20, 0..4), 1..20).prop_flat_map(|parents| {
                let messages: Vec<(u32, Vec<u32>)> = (0u32..).zip(parents).collect();
                (Just(messages.clone()), Just(messages).prop_shuffle())
            })
        ) {
            prop_assert_eq!(thread(&messages, 0, &[0]), thread(&shuffled, 0, &[0]));
        }
    }
}
