//! Message-IDs, References and subjects that somebody chose to lead votes astray.

use crate::list::{LATER, Letter, List, replying};

const LAZY: &str = "[PROPOSAL] Switch the backups off";

fn outcome(list: &List, number: u32) -> String {
    list.decision(number).state.outcome().to_owned()
}

/// Somebody opens a vote under the Message-ID that an objection bears.
#[test]
fn a_vote_under_the_name_of_an_objection_takes_it_nowhere() {
    let mut list = List::new(true);
    list.post(Letter::new(0, "ann@example.org", "root", LAZY, "", "Nobody needs them."));
    let head = replying("root");
    list.post(Letter::new(
        10,
        "bob@example.org",
        "no",
        "Re: [PROPOSAL] Switch the backups off",
        &head,
        "-1, I restored from them in May.",
    ));
    list.post(Letter::new(20, "eve@example.org", "no", "[VOTE] Something else", "", "Please vote."));
    list.read_until(LATER);
    assert_eq!(outcome(&list, 1), "objected");
    assert_eq!(list.proposals(), 1);
    assert!(list.problems().contains(&"same-id".to_owned()));
}

/// The same, the impostor being first: a copy of the objection reached somebody early.
#[test]
fn an_objection_counts_though_its_message_id_was_used_before() {
    for subject in ["[VOTE] Something else", "Re: [PROPOSAL] Switch the backups off"] {
        let mut list = List::new(true);
        list.post(Letter::new(0, "ann@example.org", "root", LAZY, "", "Nobody needs them."));
        let head = replying("root");
        list.post(Letter::new(10, "eve@example.org", "no", subject, &head, "Thanks for this."));
        list.post(Letter::new(
            20,
            "bob@example.org",
            "no",
            "Re: [PROPOSAL] Switch the backups off",
            &head,
            "-1, I restored from them in May.",
        ));
        list.read_until(LATER);
        assert_eq!(outcome(&list, 1), "objected", "{subject}");
    }
}

/// A remark in one thread names the root of another proposal in its References; whoever replies to it carries that name along.
#[test]
fn votes_are_not_carried_into_another_proposal_by_references() {
    let mut list = List::new(true);
    list.post(Letter::new(0, "ann@example.org", "good", "[VOTE] Buy a disk", "", "Please vote."));
    list.post(Letter::new(
        1,
        "eve@example.org",
        "bad",
        "[VOTE] Give Eve the root password",
        "",
        "Please vote.",
    ));
    let bait = "In-Reply-To: <good@example.org>\nReferences: <bad@example.org> <good@example.org>\n";
    list.post(Letter::new(2, "eve@example.org", "bait", "Re: [VOTE] Buy a disk", bait, "Which size?"));
    for (at, voter) in ["ann", "bob", "cem"].into_iter().enumerate() {
        let from = format!("{voter}@example.org");
        let id = format!("plus-{voter}");
        let head = "In-Reply-To: <bait@example.org>\nReferences: <bad@example.org> <good@example.org> <bait@example.org>\n";
        list.post(Letter::new(3 + at as i64, &from, &id, "Re: [VOTE] Buy a disk", head, "+1, any size"));
    }
    list.read_until(LATER);
    assert_eq!(outcome(&list, 1), "passed");
    assert_eq!(list.decision(2).tally.binding.plus, 0, "{:#?}", list.decision(2).posts);
    assert_eq!(outcome(&list, 2), "failed");
}

/// A second proposal of the same subject makes replies that name nothing ambiguous: they are asked about, not lost.
#[test]
fn a_twin_does_not_swallow_an_objection_that_names_no_parent() {
    let mut list = List::new(true);
    list.post(Letter::new(0, "ann@example.org", "root", LAZY, "", "Nobody needs them."));
    list.post(Letter::new(1, "eve@example.org", "twin", LAZY, "", "I second this."));
    list.post(Letter::new(
        10,
        "bob@example.org",
        "no",
        "Re: [PROPOSAL] Switch the backups off",
        "",
        "-1, I restored from them in May.",
    ));
    list.read_until(LATER);
    for number in [1, 2] {
        assert_eq!(outcome(&list, number), "objected", "{number}");
    }
}

/// A reply to a mail that the list never saw joins by its subject, in doubt.
#[test]
fn an_objection_that_replies_to_private_mail_is_asked_about() {
    let mut list = List::new(true);
    list.post(Letter::new(0, "ann@example.org", "root", LAZY, "", "Nobody needs them."));
    list.post(Letter::new(
        10,
        "bob@example.org",
        "no",
        "Re: [PROPOSAL] Switch the backups off",
        &replying("private"),
        "-1, I restored from them in May.",
    ));
    list.read_until(LATER);
    assert_eq!(outcome(&list, 1), "objected");
}

/// An address that the mail library refuses stops neither the mail behind it nor the engine.
#[test]
fn an_author_who_cannot_be_written_to_stops_nothing() {
    let addresses = [
        "a..b@example.org",
        ".ann@example.org",
        "\"a\\\"b\"@example.org",
        "ann@-",
        "a@[x]",
        "(a)@b",
        "ä@exämple.org",
        "a@b..c",
        "@a:b@c.org",
    ];
    for (at, address) in addresses.into_iter().enumerate() {
        let mut list = List::new(false);
        list.post(Letter::new(0, "ann@example.org", "root", LAZY, "", "Nobody needs them."));
        let head = replying("root");
        list.post(Letter::new(
            10 + at as i64,
            &format!("<{address}>"),
            "no",
            "Re: [PROPOSAL] Switch the backups off",
            &head,
            "-1",
        ));
        list.post(Letter::new(
            30,
            "bob@example.org",
            "why",
            "Re: [PROPOSAL] Switch the backups off",
            &head,
            "-1, I restored from them in May.",
        ));
        list.read_until(LATER);
        assert_eq!(outcome(&list, 1), "objected", "{address}");
    }
}

/// Another list on the same host hands on a mail that names this list in Cc.
#[test]
fn mail_of_another_list_is_not_this_lists() {
    let mut list = List::new(true);
    list.post(Letter::new(0, "ann@example.org", "root", "[VOTE] Buy a disk", "", "Please vote."));
    let elsewhere = list.written(Letter::new(
        10,
        "bob@example.org",
        "yes",
        "Re: [VOTE] Buy a disk",
        &replying("root"),
        "+1",
    ));
    let elsewhere = String::from_utf8(elsewhere).unwrap().replace("<infra.lists", "<anybody.lists");
    list.hand_over(10, elsewhere.into_bytes());
    list.read_until(60);
    assert_eq!(list.decision(1).tally.binding.plus, 0);
    assert_eq!(list.problems(), ["no-list"]);
}
