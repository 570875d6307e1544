//! What a notice of plusone's says is nobody's own words, though a mail repeats it without quote marks: a vacation responder, or a mailer
//! that marks nothing. A notice tells people how to vote, and its sentences would be read as votes.

use crate::mail::{Automatic, Post};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The lines of a thread's notices, by the first of each.
pub(super) struct Notices<'a>(HashMap<&'a str, HashSet<&'a str>>);

impl<'a> Notices<'a> {
    /// Those among the posts of a thread that came through the list.
    pub fn among(posts: &'a [Post]) -> Self {
        let mut notices: HashMap<&str, HashSet<&str>> = HashMap::new();
        let own = |post: &&Post| post.automatic == Some(Automatic::OwnNotice) && post.provenance.through_list;
        for notice in posts.iter().filter(own) {
            let mut lines = lines(notice).map(|(_, text)| text);
            if let Some(first) = lines.next() {
                notices.entry(first).or_default().extend(lines);
            }
        }
        Notices(notices)
    }

    /// A post without what it repeats of a notice. Only what follows the notice's first line is left out: whoever writes a line that
    /// stands in a notice too is heard.
    pub fn left_out_of<'p>(&self, post: &'p Post) -> Cow<'p, Post> {
        let begins = |text: &str| self.0.get(text);
        if self.0.is_empty() || !lines(post).any(|(_, text)| begins(text).is_some()) {
            return Cow::Borrowed(post);
        }
        let mut repeated: Option<&HashSet<&str>> = None;
        let mut left_out = HashSet::new();
        for (at, text) in lines(post) {
            if let Some(notice) = begins(text) {
                repeated = Some(notice);
                left_out.insert(at);
            } else if repeated.is_some_and(|notice| notice.contains(text)) {
                left_out.insert(at);
            }
        }
        let mut bare = post.clone();
        let mut at = 0;
        bare.words.lines.retain(|_| {
            at += 1;
            !left_out.contains(&(at - 1))
        });
        Cow::Owned(bare)
    }
}

/// The lines that hold anything, each with its place.
fn lines(post: &Post) -> impl Iterator<Item = (usize, &str)> {
    post.words.lines.iter().map(|line| line.text.trim()).enumerate().filter(|(_, text)| !text.is_empty())
}
