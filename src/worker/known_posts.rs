//! Posts as they were read from stored messages, so that a thread need not be read anew whenever something falls due in it.
//!
//! A stored message never changes, nor does how it is read as long as the engine runs.

use crate::mail::Post;
use std::collections::HashMap;
use std::sync::Arc;

/// How many octets each half takes, about.
const ROOM: usize = 4 << 20;
/// How many a post takes beside its words, and each of its lines beside its text.
const OF_A_POST: usize = 2_000;
const OF_A_LINE: usize = 100;

/// Posts by the ids of their messages. What was not asked for since the recent half was empty goes when that is full.
#[derive(Debug, Default)]
pub(super) struct KnownPosts {
    recent: HashMap<i64, Arc<Post>>,
    earlier: HashMap<i64, Arc<Post>>,
    /// How much the recent half takes.
    room: usize,
}

impl KnownPosts {
    /// The post of that message, where it is known.
    pub fn get(&mut self, id: i64) -> Option<Arc<Post>> {
        if let Some(post) = self.recent.get(&id) {
            return Some(Arc::clone(post));
        }
        let post = self.earlier.remove(&id)?;
        self.keep(id, Arc::clone(&post));
        Some(post)
    }

    /// Keeps the post of that message.
    pub fn keep(&mut self, id: i64, post: Arc<Post>) {
        self.room += room(&post);
        self.recent.insert(id, post);
        if self.room > ROOM {
            self.earlier = std::mem::take(&mut self.recent);
            self.room = 0;
        }
    }

    /// Forgets them all: after a step was undone, its ids name other messages.
    pub fn forget(&mut self) {
        *self = KnownPosts::default();
    }
}

fn room(post: &Post) -> usize {
    OF_A_POST + post.words.lines.iter().map(|line| line.text.len() + OF_A_LINE).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{self, Arrival};

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let raw = format!("Message-ID: <a@example.org>\n\n{}", "word\n".repeat(10_000));
        let post = Arc::new(mail::post(
            raw.as_bytes(),
            &Arrival::default(),
            &Default::default(),
            &Default::default(),
        ));
        let fit = ROOM / room(&post) + 1;
        let mut known = KnownPosts::default();
        known.keep(0, Arc::clone(&post));
        for id in 1..10 * fit {
            known.keep(i64::try_from(id).unwrap(), Arc::clone(&post));
            assert!(known.get(0).is_some(), "{id}");
            assert!(known.recent.len() + known.earlier.len() <= 2 * fit + 1);
        }
        assert!(known.get(1).is_none());
        known.forget();
        assert!(known.get(0).is_none());
    }
}
