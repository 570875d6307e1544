//! Posts → threads, by Message-ID, In-Reply-To and References (RFC 5322 §3.6.4).
//!
//! A post hangs below the nearest post that it names and that is known: what In-Reply-To names, else the last of References, else the
//! one before. Which posts are known decides it, not the order in which they came.

mod forest;

pub use forest::Forest;

use crate::mail::{MessageId, Post};
use std::collections::HashSet;

/// The posts of a proposal's thread, as places in `posts`, ascending: its root and everything that hangs below it, without the subtrees of
/// `nested`, which are proposals of their own. `elsewhere` names posts that are known and not among `posts`: what replies to one of
/// them first hangs there, whatever its References name besides.
///
/// Replies to a Message-ID hang below the first post that bears it. A further post of that name stands where its own parents put it, and
/// beside the first one only where it names none that is known: nobody moves a mail by using its name.
pub fn members(
    root: &MessageId,
    nested: &HashSet<MessageId>,
    elsewhere: &HashSet<MessageId>,
    posts: &[Post],
) -> Vec<usize> {
    let known: HashSet<&MessageId> =
        posts.iter().flat_map(|post| post.other_ids.iter().chain([&post.message_id])).collect();
    let mut forest = Forest::default();
    let mut nodes = Vec::with_capacity(posts.len());
    let mut roots = HashSet::new();
    for post in posts {
        let here = post.parents.iter().take_while(|parent| !elsewhere.contains(parent)).count();
        let parents = &post.parents[..here];
        let node = forest.add(&post.message_id, parents);
        if let Some(node) = node {
            post.other_ids.iter().for_each(|id| forest.also_called(node, id));
            if nested.contains(&post.message_id) {
                roots.insert(node);
            }
        }
        let placed = here < post.parents.len() || parents.iter().any(|parent| known.contains(parent));
        nodes.push(match node {
            None if placed => forest.add_nameless(parents),
            None => forest.find(&post.message_id),
            named => named,
        });
    }
    let Some(root) = forest.find(root) else { return Vec::new() };
    let members: HashSet<u32> = forest.members(root, &roots).into_iter().collect();
    let belongs = |(at, node): (usize, &Option<u32>)| node.filter(|node| members.contains(node)).map(|_| at);
    nodes.iter().enumerate().filter_map(belongs).collect()
}
