//! Whole posts: what kind of mail it is decides before its words do.

use super::super::{Dialect, HeldWhy, Reading, WordMeaning, reading};
use super::{own_words, short};
use crate::mail::{Address, Author, Automatic, Instant, InstantSource, MessageId, Post, Provenance, Subject};

/// A reply by Ann.
fn reply(mail: &str) -> Post {
    Post {
        message_id: MessageId::of_nameless(mail.as_bytes()),
        other_ids: Vec::new(),
        parents: vec![MessageId::of_nameless(b"root")],
        subject: subject("Re: [VOTE] Move the builds", "Move the builds", &["VOTE"]),
        author: Author {
            name: "Ann".into(),
            address: Address::parse("ann@example.org"),
            evidence: "from".into(),
        },
        received: Instant { at: chrono::DateTime::UNIX_EPOCH, source: InstantSource::Received },
        provenance: Provenance::default(),
        automatic: None,
        words: own_words(mail),
        reaction: None,
        raw_sha256: Some([0; 32]),
        problems: Vec::new(),
    }
}

fn subject(text: &str, base: &str, tags: &[&str]) -> Subject {
    Subject {
        text: text.into(),
        base: base.into(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        reply: text.starts_with("Re:"),
        forward: text.starts_with("Fwd:"),
    }
}

fn read(post: &Post) -> String {
    short(&reading(post, &Dialect::default()))
}

#[test]
fn automatic_mail_is_not_read() {
    for automatic in [Automatic::Vacation, Automatic::Bounce, Automatic::Digest, Automatic::OwnNotice] {
        let post = Post { automatic: Some(automatic), ..reply("+1") };
        assert_eq!(read(&post), "automatic");
    }
}

#[test]
fn mails_that_run_the_vote_cast_nothing() {
    let check = |text: &str, base: &str, tags: &[&str], expect: &str| {
        let post = Post { subject: subject(text, base, tags), ..reply("+1") };
        assert_eq!(read(&post), expect, "{text}");
    };
    check("[RESULT] [VOTE] Move", "Move", &["RESULT", "VOTE"], "event Result");
    check("[VOTE][RESULT] Move", "Move", &["VOTE", "RESULT"], "event Result");
    // A reply that announces nothing of its own is talk about the announcement.
    check("Re: [VOTE][RESULT] Move", "Move", &["VOTE", "RESULT"], "event Discuss");
    check("[VOTE RESULT] Move", "Move", &["VOTE RESULT"], "event Result");
    check("[RESULTS] Move", "Move", &["RESULTS"], "event Result");
    check("[Result of vote] Move", "Move", &["Result of vote"], "event Result");
    check("RESULT: [VOTE] Move", "RESULT: [VOTE] Move", &[], "event Result");
    check("[CANCEL] [VOTE] Move", "Move", &["CANCEL", "VOTE"], "event Cancel");
    check("[CANCELED][VOTE] Move", "Move", &["CANCELED", "VOTE"], "event Cancel");
    check("[CANCELLED] Move", "Move", &["CANCELLED"], "event Cancel");
    check("[VOTE CANCELED] Move", "Move", &["VOTE CANCELED"], "event Cancel");
    check("[WITHDRAWN] Move", "Move", &["WITHDRAWN"], "event Cancel");
    check("[VOTE] Move [CANCELLED]", "Move [CANCELLED]", &["VOTE"], "event Cancel");
    check("[DISCUSS] Move", "Move", &["DISCUSS"], "event Discuss");
    check("Re: [DISCUSS] Move", "Move", &["DISCUSS"], "event Discuss");
    check("[VOTE] Cancel the old contract", "Cancel the old contract", &["VOTE"], "+1");
    check("[VOTE] Move (was Re: [DISCUSS])", "Move (was Re: [DISCUSS])", &["VOTE"], "+1");
    check("Re: [VOTE] Publish results: yearly", "Publish results: yearly", &["VOTE"], "+1");
}

#[test]
fn a_vote_that_replies_to_a_digest_is_held() {
    let subject = subject("Re: infra Digest, Vol 12, Issue 3", "infra Digest, Vol 12, Issue 3", &[]);
    let post = Post { subject, ..reply("+1") };
    assert_eq!(read(&post), "held digest");
    assert_eq!(read(&Post { words: own_words("thanks"), ..post }), "nothing");
}

#[test]
fn a_vote_by_nobody_is_held() {
    let author = Author { address: None, ..reply("").author };
    assert_eq!(read(&Post { author: author.clone(), ..reply("+1") }), "held unknown-author");
    assert_eq!(read(&Post { author, ..reply("hello") }), "nothing");
}

#[test]
fn a_forward_casts_nothing_of_its_own() {
    let forward = |mail: &str| Post { subject: subject("Fwd: Move", "Move", &[]), ..reply(mail) };
    assert_eq!(read(&forward("")), "nothing");
    assert_eq!(read(&forward("+1 from me")), "+1");
    assert_eq!(read(&forward("+1")), "+1");
    assert_eq!(read(&forward("> keep the names\n\n+1")), "held agreement");
    assert_eq!(read(&forward("> keep the names\n\n+1 (binding)")), "+1 binding");
}

#[test]
fn a_reaction_is_held_or_what_the_list_says() {
    let post = |emoji: &str| Post { reaction: Some(emoji.into()), ..reply("") };
    assert_eq!(read(&post("👍")), "held in-words");
    assert_eq!(read(&post("👍🏽")), "held in-words");
    assert_eq!(read(&post("👎")), "held in-words");
    let dialect = |meaning| Dialect { words: vec![("👍".into(), meaning)] };
    assert_eq!(short(&reading(&post("👍"), &dialect(WordMeaning::Plus))), "+1");
    assert_eq!(reading(&post("👍"), &dialect(WordMeaning::Nothing)), Reading::Nothing);
    match reading(&post("👎"), &dialect(WordMeaning::Plus)) {
        Reading::Held(held) => assert_eq!(held.why, HeldWhy::InWords),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_is_read_in_replies_only() {
    assert_eq!(read(&reply("Proposal: withdraw")), "command Withdraw");
    assert_eq!(read(&reply("Hi,\n\nProposal: extend 48h\n\nAnn")), "command Extend(\"48h\")");
    let root = Post {
        parents: Vec::new(),
        subject: subject("[PROPOSAL] Move", "Move", &["PROPOSAL"]),
        ..reply("Proposal: withdraw")
    };
    assert_eq!(read(&root), "nothing");
}

#[test]
fn a_proposal_casts_only_in_the_first_person() {
    let root = |mail: &str| Post {
        parents: Vec::new(),
        subject: subject("[VOTE] Move", "Move", &["VOTE"]),
        ..reply(mail)
    };
    assert_eq!(read(&root("+1")), "nothing");
    assert_eq!(read(&root("Here is my +1")), "+1");
}
