//! The posts of a record and the posts of an archive's thread, matched.

use super::instants::{BETWEEN_SERVERS, reconcile};
use super::{Note, Remark, Verified};
use crate::decision::{PostWhy, Status};
use crate::mail::{Automatic, MessageId, Post};
use crate::record::{Discrepancy, Published, PublishedPost, missing, post_sentence};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The posts to decide by: everything in the archive's thread that was received in time, and what of the record came later. What only one
/// of the two has is told.
pub(super) fn matched(
    published: &Published,
    closed_at: DateTime<Utc>,
    thread: Vec<Post>,
    strays: Vec<Post>,
    checked: &mut Verified,
) -> Vec<Post> {
    let mut recorded = HashMap::<&MessageId, &PublishedPost>::new();
    for post in &published.posts {
        recorded.entry(&post.message_id).or_insert(post);
    }
    checked.name_the_record(published, &thread);
    let root = thread.iter().find(|post| post.message_id == published.root);
    let own_tag = root.and_then(|root| root.subject.tags.first().cloned()).unwrap_or_default();
    let elsewhere = other_roots(&thread, &recorded, &own_tag);
    let mut posts = Vec::new();
    let mut found = HashSet::new();
    for mut post in thread {
        match recorded.get(&post.message_id) {
            Some(recorded) => {
                found.insert(&recorded.message_id);
                reconcile(&mut post, recorded, closed_at, &mut checked.remarks);
                posts.push(post);
            }
            None => match set_aside(&post, closed_at, &elsewhere) {
                Some(note) => checked.remarks.push(Remark::of(note, &post.message_id)),
                None => posts.push(post),
            },
        }
    }
    for mut post in strays {
        let Some(recorded) = recorded.get(&post.message_id) else { continue };
        found.insert(&recorded.message_id);
        if joins_by_subject(&post, posts.iter().find(|post| post.message_id == published.root)) {
            // As the engine reads what names nothing it replies to: nothing of it is sure.
            post.words.lines.iter_mut().for_each(|line| line.certain = false);
            reconcile(&mut post, recorded, closed_at, &mut checked.remarks);
            posts.push(post);
        } else {
            let why = "is in the archive, but not in this proposal's thread";
            checked.discrepancies.push(missing(recorded, why));
        }
    }
    checked.tell_missing(published, &found);
    posts.sort_by(|a, b| (a.received.at, &a.message_id).cmp(&(b.received.at, &b.message_id)));
    posts
}

/// Whether the archive has a mail of plusone's that the list received at about that instant.
pub(super) fn tells(thread: &[Post], at: DateTime<Utc>) -> bool {
    let own = thread.iter().filter(|post| post.automatic == Some(Automatic::OwnNotice));
    own.into_iter().any(|notice| (notice.received.at - at).abs() <= BETWEEN_SERVERS)
}

/// Why a post that the record leaves out need not be in it.
fn set_aside(post: &Post, closed_at: DateTime<Utc>, elsewhere: &HashSet<MessageId>) -> Option<Note> {
    if post.received.at > closed_at {
        return Some(Note::AfterClose);
    }
    if post.automatic.is_some() {
        return Some(Note::Automatic);
    }
    let below = post.parents.iter().any(|parent| elsewhere.contains(parent));
    (below || elsewhere.contains(&post.message_id)).then_some(Note::OtherProposal)
}

/// Posts that are no replies by their subject and bear another tag: each may have opened a proposal of its own under a tag of the list's
/// that the record does not name.
fn other_roots(
    thread: &[Post],
    recorded: &HashMap<&MessageId, &PublishedPost>,
    own_tag: &str,
) -> HashSet<MessageId> {
    let is_other = |post: &&Post| {
        let tag = post.subject.tags.first();
        !post.subject.reply
            && tag.is_some_and(|tag| tag.to_lowercase() != own_tag.to_lowercase())
            && !recorded.contains_key(&post.message_id)
    };
    thread.iter().filter(is_other).map(|post| post.message_id.clone()).collect()
}

fn joins_by_subject(post: &Post, root: Option<&Post>) -> bool {
    post.subject.reply && root.is_some_and(|root| root.subject.same_base(&post.subject))
}

impl Verified {
    /// Tells which posts of the record the archive lacks; those that came past the list it cannot have.
    fn tell_missing(&mut self, published: &Published, found: &HashSet<&MessageId>) {
        let past_the_list = post_sentence(&PostWhy::NotThroughList);
        let mut seen = HashSet::new();
        for post in &published.posts {
            let again = !seen.insert(&post.message_id);
            let idle = post.status == Status::Ignored && !post.binding;
            let note = match post.why.as_ref() {
                Some(why) if idle && *why == past_the_list => Some(Note::NotThroughList),
                _ if idle && post.reading == "automatic" => Some(Note::AutomaticMissing),
                _ => None,
            };
            match (again, found.contains(&post.message_id), note) {
                (true, ..) => {
                    let why = "stands in the record twice, and once in the archive";
                    self.discrepancies.push(missing(post, why));
                }
                (_, true, _) => {}
                (_, _, Some(note)) => self.remarks.push(Remark::of(note, &post.message_id)),
                _ => self.discrepancies.push(missing(post, "is not in the archive")),
            }
        }
    }

    /// Looks for the result as the list received it: it names the record's hash.
    fn name_the_record(&mut self, published: &Published, thread: &[Post]) {
        let digest = published.digest();
        let mut others = Vec::new();
        let notices = thread.iter().filter(|post| post.automatic == Some(Automatic::OwnNotice));
        for notice in notices.filter(|notice| notice.received.at >= published.opened_at) {
            let hashes = hashes(&notice.words.text());
            if hashes.contains(&digest) {
                self.remarks.push(Remark::of(Note::ArchiveNamesIt, &notice.message_id));
                return;
            }
            others.extend(hashes.into_iter().next().map(|hash| (&notice.message_id, hash)));
        }
        match others.pop() {
            None => self.remarks.push(Remark::new(Note::NoResultMail)),
            Some((notice, hash)) => self.discrepancies.push(Discrepancy {
                code: "other-record".to_owned(),
                post: Some(notice.clone()),
                recorded: Value::String(digest),
                recomputed: Value::String(hash.clone()),
                why: format!("the result that the list received names another record, of sha256 {hash}"),
            }),
        }
    }
}

/// The SHA-256 hashes that a text names, in lower case.
pub fn hashes(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_hash = |word: &&str| word.len() == 64 && word.bytes().all(|octet| octet.is_ascii_hexdigit());
    words.filter(is_hash).map(str::to_ascii_lowercase).collect()
}
