//! Which mails run a vote instead of taking part in it: by what their subject calls them.

use super::announcement::vocabulary::{Class, Known, known};
use super::announcement::{announces, denies_cancelling, folded, says_cancelled};
use super::reading::Event;
use crate::mail::{Post, Subject};

/// The longest tag that is looked at, in words.
const MOST_WORDS: usize = 8;

/// The event that a post is.
///
/// `Re: [RESULT] …` answers an announcement, and is one only where its own words announce something; else it is talk. A cancellation that
/// is denied in such a reply is none.
pub(super) fn event(post: &Post) -> Option<Event> {
    let called = called(&post.subject)?;
    if called.bare && !announces(post, true) {
        return None;
    }
    let talk = post.subject.reply
        && match called.event {
            Event::Result => !announces(post, false),
            Event::Cancel => denies_cancelling(post) && !says_cancelled(post),
            Event::Discuss => false,
        };
    Some(if talk { Event::Discuss } else { called.event })
}

/// The event that a subject alone makes of its mail: by a tag in front ("[VOTE][RESULT] …"), by one at its end ("… [CANCELLED]",
/// "[VOTE] … - RESULT"), or by its first words ("RESULT: …", "Result of the vote on …").
pub fn event_called(subject: &Subject) -> Option<Event> {
    called(subject).filter(|called| !called.bare).map(|called| called.event)
}

/// Whether a mail of this subject may be an event at all: what no subject calls one is none, whatever it says.
pub fn may_be_event(subject: &Subject) -> bool {
    called(subject).is_some()
}

/// What a subject calls its mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Called {
    event: Event,
    /// By an outcome alone ("[FAILED] …"), which much else is called.
    bare: bool,
}

fn called(subject: &Subject) -> Option<Called> {
    let of_a_vote = subject.tags.iter().any(|tag| words(tag).iter().any(|(_, word)| word.is(Class::Vote)));
    let mut found = None;
    let front = subject.tags.iter().filter_map(|tag| named(tag));
    let behind = tail(&subject.base, of_a_vote).map(|(called, _)| called);
    for called in front.chain(behind) {
        let called = Called { bare: called.bare && !of_a_vote, ..called };
        // What is cancelled as well as announced is cancelled; else what comes first.
        let before = found.get_or_insert(called);
        if called.event == Event::Cancel && before.event == Event::Result || before.bare && !called.bare {
            *before = called;
        }
    }
    found.or_else(|| head(&subject.base).map(|(called, _)| called).filter(|called| !called.bare))
}

fn words(text: &str) -> Vec<(String, Known)> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let folded = split.map(folded).map(|word| {
        let known = known(&word);
        (word, known)
    });
    folded.take(MOST_WORDS + 1).collect()
}

/// What a tag calls its mail: "RESULT", "VOTE RESULTS", "RESULT - FAILED", "VOTE CANCELED", "RESULT OF VOTE", "DISCUSSION". A tag with
/// any other word in it calls it nothing.
fn named(tag: &str) -> Option<Called> {
    let words = words(tag);
    let is = |known: &Known, classes: &[Class]| classes.iter().any(|class| known.is(*class));
    let ours = [
        Class::Result,
        Class::Cancel,
        Class::Discuss,
        Class::Vote,
        Class::Beside,
        Class::Passed,
        Class::Failed,
        Class::Negation,
    ];
    if words.len() > MOST_WORDS || !words.iter().all(|(_, known)| is(known, &ours)) {
        return None;
    }
    let has = |classes: &[Class]| words.iter().any(|(_, known)| is(known, classes));
    let event = if has(&[Class::Cancel]) {
        Event::Cancel
    } else if has(&[Class::Result, Class::Passed, Class::Failed]) {
        Event::Result
    } else if has(&[Class::Discuss]) {
        Event::Discuss
    } else {
        return None;
    };
    let bare = event == Event::Result && !has(&[Class::Result, Class::Vote]);
    Some(Called { event, bare })
}

/// What a subject's end calls its mail, and what stands before it: "… [CANCELLED]"; on a vote also "… (RESULT)", "… - RESULT".
pub(super) fn tail(base: &str, of_a_vote: bool) -> Option<(Called, &str)> {
    let base = base.trim_end();
    // What a subject replaced calls nothing: "… (was Re: [DISCUSS])".
    if base.to_ascii_lowercase().contains("(was") {
        return None;
    }
    let bracketed = |open: char, close: char| {
        let inside = base.strip_suffix(close)?;
        let (before, tag) = inside.rsplit_once(open)?;
        named(tag).map(|called| (called, before.trim_end()))
    };
    let dashed = || {
        let (before, tag) = base.rsplit_once([':', '-', '–', '—'])?;
        let words = tag.split_whitespace().count();
        named(tag).filter(|_| words <= 2 && tag.starts_with(' ')).map(|called| (called, before.trim_end()))
    };
    bracketed('[', ']').or_else(|| if of_a_vote { bracketed('(', ')').or_else(dashed) } else { None })
}

/// What a subject's first words call its mail, and what follows: "RESULT: …", "Vote result - …", "Results of the vote on …".
pub(super) fn head(base: &str) -> Option<(Called, &str)> {
    let coloned = || {
        let (head, behind) = base.split_once(':')?;
        let few = head.split_whitespace().count() <= 3;
        named(head).filter(|_| few).map(|called| (called, behind.trim_start()))
    };
    coloned().or_else(|| {
        let mut length = 0;
        let (mut of_a_vote, mut result) = (false, false);
        for word in base.split_inclusive(char::is_whitespace) {
            let known = known(&folded(word.trim()));
            let ours = [Class::Result, Class::Vote, Class::Beside].iter().any(|class| known.is(*class));
            if !ours {
                break;
            }
            result |= known.is(Class::Result);
            of_a_vote |= known.is(Class::Vote);
            length += word.len();
        }
        let called = Called { event: Event::Result, bare: false };
        (result && of_a_vote).then(|| (called, base[length..].trim_start()))
    })
}
