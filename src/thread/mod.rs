//! Posts → threads, by Message-ID, In-Reply-To and References (RFC 5322 §3.6.4).
//!
//! A post hangs below the nearest post that it names and that is known: what In-Reply-To names, else the last of References, else the
//! one before. Which posts are known decides it, not the order in which they came.

mod forest;

pub use forest::Forest;

use crate::mail::{MessageId, Post};
use std::collections::HashSet;

/// The posts of a proposal's thread, as places in `posts`, ascending: its root and everything that hangs below it, without the subtrees of
/// `nested`, which are proposals of their own. Of posts with the same Message-ID the first one holds the place in the thread; the
/// others belong where it does.
pub fn members(root: &MessageId, nested: &HashSet<MessageId>, posts: &[Post]) -> Vec<usize> {
    let mut forest = Forest::default();
    let mut nodes = Vec::with_capacity(posts.len());
    let mut roots = HashSet::new();
    for post in posts {
        let node = forest.add(&post.message_id, &post.parents).or_else(|| forest.find(&post.message_id));
        if let Some(node) = node {
            post.other_ids.iter().for_each(|id| forest.also_called(node, id));
            if nested.contains(&post.message_id) {
                roots.insert(node);
            }
        }
        nodes.push(node);
    }
    let Some(root) = forest.find(root) else { return Vec::new() };
    let members: HashSet<u32> = forest.members(root, &roots).into_iter().collect();
    let belongs = |(at, node): (usize, &Option<u32>)| node.filter(|node| members.contains(node)).map(|_| at);
    nodes.iter().enumerate().filter_map(belongs).collect()
}
