//! Mail that claims to be what it is not.

use crate::desk::{Desk, arrived, direct, replying, start, written};
use crate::team;
use chrono::TimeDelta;
use plusone::config::Config;
use plusone::decision::{PostWhy, Status};
use plusone::store::{Incoming, Store};

const LAZY: &str = "[PROPOSAL] Switch the backups off";
const BALLOT: &str = "[VOTE] Move CI to the new rack";
const STRANGER: &str = "Eve <eve@example.net>";

/// A list on which a proposal and a vote are open, and the engine has said so.
fn open() -> (Desk, Vec<String>) {
    let mut desk = Desk::set();
    desk.hand_on(&written(
        "member0 <member0@example.org>",
        "lazy@example.org",
        LAZY,
        "",
        "Nobody needs them.",
    ));
    desk.hand_on(&written("member0 <member0@example.org>", "vote@example.org", BALLOT, "", "Please vote."));
    let sent = desk.work();
    assert_eq!(sent.len(), 2);
    (desk, sent.into_iter().map(|mail| mail.text()).collect())
}

fn plus(id: &str, head: &str) -> Vec<u8> {
    let head = format!("{}{head}", replying("vote@example.org"));
    written("member1 <member1@example.org>", id, &format!("Re: {BALLOT}"), &head, "+1")
}

/// A mail past the list, with whatever a forger writes below our own server's line.
fn forged(raw: &[u8], head: &str, desk: &Desk) -> Incoming {
    direct(&[head.as_bytes(), raw].concat(), "eve@example.net", desk.now())
}

#[test]
fn a_copy_sent_to_the_engine_alone_is_no_vote() {
    let (mut desk, _) = open();
    let at = desk.now();
    desk.take(&[direct(&plus("v1@example.org", ""), "member1@example.org", at)]);
    let decision = desk.decision(2);
    assert_eq!(decision.tally.binding.plus, 0);
    assert_eq!(decision.posts.iter().filter(|post| post.why == Some(PostWhy::NotThroughList)).count(), 1);
    assert_eq!(desk.problems(), ["not-through-list"]);
    assert_eq!(desk.work().len(), 0, "nobody is answered");
    // No notice names or quotes it.
    let told: String = desk.work_until(15 * 24).iter().map(|mail| mail.text()).collect();
    assert!(
        told.contains("1 mail that did not come through the list") && !told.contains("member1"),
        "{told}"
    );
}

/// Whoever replies to all is on the list's Cc, and a list that leaves out copies sends the engine none: its address is the author's to write.
/// Nothing is lost silently: what came past the list is listed, and the list's own copy, when it comes, counts.
#[test]
fn a_reply_to_all_whose_list_copy_is_left_out_is_listed() {
    let (mut desk, _) = open();
    let reply = plus("v1@example.org", "Cc: engine@example.org\r\nList-Id: <infra.lists.example.org>\r\n");
    desk.take(&[direct(&reply, "member1@example.org", desk.now())]);
    assert_eq!(desk.decision(2).tally.binding.plus, 0);
    assert_eq!(desk.problems(), ["not-through-list"]);
    desk.pass(TimeDelta::hours(1));
    desk.hand_on(&reply);
    assert_eq!(desk.decision(2).tally.binding.plus, 1);
}

#[test]
fn a_forged_list_id_or_hand_over_proves_nothing() {
    let list = "List-Id: <infra.lists.example.org>\r\nList-Post: <mailto:infra@lists.example.org>\r\nPrecedence: list\r\n";
    let at = start().to_rfc2822();
    let handed = format!(
        "Received: from lists.example.org (lists.example.org [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS; {at}\r\n"
    );
    let bounces = "Return-Path: <infra-bounces@lists.example.org>\r\n";
    let heads = [
        list.to_owned(),
        format!("{handed}{list}"),
        format!("{bounces}{handed}{list}"),
        format!(
            "X-Original-To: engine@example.org\r\nDelivered-To: infra@lists.example.org\r\n{handed}{list}Sender: infra-bounces@lists.example.org\r\n"
        ),
    ];
    let (mut desk, _) = open();
    for (number, head) in heads.iter().enumerate() {
        let mail = forged(&plus(&format!("v{number}@example.org"), ""), head, &desk);
        desk.take(&[mail]);
    }
    assert_eq!(desk.decision(2).tally.binding.plus, 0);
    assert_eq!(desk.problems(), ["not-through-list"; 4]);
    // A proposal that never saw the list opens nothing.
    let proposal =
        written(STRANGER, "mine@example.net", "[PROPOSAL] Give me the root password", "", "Please.");
    let mail = forged(&proposal, &heads[2], &desk);
    desk.take(&[mail]);
    assert_eq!((desk.proposals(), desk.work().len()), (2, 0));
    // And a server that calls itself by the list's name is still the server that it is.
    let head = format!(
        "Received: from lists.example.org (home.example.net [203.0.113.9])\r\n\tby mx.example.org (Postfix) with ESMTPS; {at}\r\n{list}"
    );
    desk.take(&[arrived([head.as_bytes(), &plus("v9@example.org", "")].concat(), start())]);
    assert_eq!(desk.decision(2).tally.binding.plus, 0);
}

/// On a list that rewrites no From, the author is who From says: no other field makes a stranger a member.
#[test]
fn no_other_field_makes_a_stranger_a_member() {
    let fields = [
        "Author: member1 <member1@example.org>\r\n",
        "X-Original-From: member1 <member1@example.org>\r\n",
        "Reply-To: member1 <member1@example.org>\r\n",
        "Sender: member1 <member1@example.org>\r\n",
        "Resent-From: member1 <member1@example.org>\r\n",
        "X-Mailfrom: member1@example.org\r\n",
        "Cc: member1 <member1@example.org>\r\n",
        "Authentication-Results: mx.example.org; dkim=pass header.d=example.org header.from=member1@example.org; dmarc=pass\r\n",
        "ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=example.org\r\n",
    ];
    let (mut desk, _) = open();
    for (number, field) in fields.iter().enumerate() {
        let head = format!("{}{field}", replying("vote@example.org"));
        desk.hand_on(&written(
            STRANGER,
            &format!("v{number}@example.net"),
            &format!("Re: {BALLOT}"),
            &head,
            "+1",
        ));
    }
    let decision = desk.decision(2);
    assert_eq!((decision.tally.binding.plus, decision.tally.advisory.plus), (0, 1), "{:#?}", decision.posts);
    let theirs = decision.posts.iter().filter(|post| post.message_id.as_str().starts_with("<v"));
    assert_eq!(theirs.filter(|post| post.member.is_none()).count(), fields.len());
    assert_eq!(desk.work().len(), 0);
}

/// Somebody posts what looks like a notice of the engine's.
#[test]
fn a_forged_notice_is_automatic_mail_and_confirms_nothing() {
    let (mut desk, opened) = open();
    let known = opened[0]
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "))
        .unwrap()
        .trim_matches(['<', '>']);
    let mark = |kind: &str| {
        format!(
            "X-Plusone-Notice: {kind} infra 1 1\r\nAuto-Submitted: auto-generated\r\n{}",
            replying("lazy@example.org")
        )
    };
    let from = "decisions <decisions@example.org>";
    let words = "Proposal 1 PASSED: nobody objected in 72 h.\r\n\r\n+1\r\n-1\r\n";
    // Under a name of its own, under the name of one that the engine sent, and without the marks.
    desk.hand_on(&written(from, "fake@example.net", &format!("[RESULT] {LAZY}"), &mark("result"), words));
    desk.hand_on(&written(from, known, &format!("Re: {LAZY}"), &mark("opened"), words));
    desk.hand_on(&written(
        from,
        "bare@example.net",
        &format!("[RESULT] {LAZY}"),
        &replying("lazy@example.org"),
        words,
    ));
    assert_eq!(desk.problems(), ["strange-notice", "same-id", "forged-notice", "strange-notice"]);
    let lazy = desk.decision(1);
    assert_eq!(lazy.state.outcome(), "open");
    assert!(lazy.human_result.is_none(), "{:?}", lazy.human_result);
    assert!(lazy.posts.iter().all(|post| post.status != Status::Counted && post.status != Status::Advisory));
    // An objection is heard though somebody has put its line into a forged notice.
    let head = replying("fake@example.net");
    desk.hand_on(&written(
        "member2 <member2@example.org>",
        "no@example.org",
        &format!("Re: {LAZY}"),
        &head,
        "-1, I restored from them in May.",
    ));
    desk.work_until(73);
    assert_ne!(desk.decision(1).state.outcome(), "passed");
}

/// What a forged notice says takes nobody's words away, whether they are a vote's, a ballot's, or the very words of an objection.
#[test]
fn a_forged_notice_silences_nobody() {
    let no = "-1, I restored from them in May.";
    for words in
        ["+1", "-1", no, "Proposal 1 is open: x\r\n+1\r\n-1\r\n0\r\n-1, I restored from them in May."]
    {
        let (mut desk, opened) = open();
        let id = opened[0].lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
        for name in ["fake@example.net", id.trim_matches(['<', '>'])] {
            let head = format!(
                "X-Plusone-Notice: opened infra 1 1\r\nAuto-Submitted: auto-generated\r\n{}",
                replying("lazy@example.org")
            );
            for root in ["lazy@example.org", "vote@example.org"] {
                let head = head.replace("lazy@example.org", root);
                desk.hand_on(&written(STRANGER, &format!("{root}.{name}"), "Re: x", &head, words));
                desk.hand_on(&written(STRANGER, name, "Re: x", &head, words));
            }
        }
        desk.pass(TimeDelta::minutes(1));
        desk.hand_on(&plus("v1@example.org", ""));
        let head = replying("lazy@example.org");
        desk.hand_on(&written(
            "Bob <member2@example.org>",
            "no@example.org",
            &format!("Re: {LAZY}"),
            &head,
            no,
        ));
        assert_eq!(desk.decision(2).tally.binding.plus, 1, "{words}");
        assert_eq!(desk.decision(1).tally.binding.minus, 1, "{words}");
        desk.work_until(80);
        assert_eq!(desk.decision(1).state.outcome(), "objected", "{words}");
    }
}

/// One Message-ID over two texts: the first stays, whoever wrote the second, and it is listed.
#[test]
fn a_message_id_used_twice_replaces_nothing() {
    let (mut desk, _) = open();
    let vote = |from: &str, words: &str| {
        written(from, "twice@example.org", &format!("Re: {BALLOT}"), &replying("vote@example.org"), words)
    };
    desk.hand_on(&vote("member1 <member1@example.org>", "+1"));
    desk.pass(TimeDelta::minutes(1));
    desk.hand_on(&vote("member1 <member1@example.org>", "-1: changed my mind"));
    desk.hand_on(&vote(STRANGER, "-1: I was never here"));
    desk.hand_on(&written(
        STRANGER,
        "vote@example.org",
        "[VOTE] Another text",
        "",
        "Give me the root password.",
    ));
    let decision = desk.decision(2);
    assert_eq!((decision.tally.binding.plus, decision.tally.binding.minus), (1, 0));
    assert_eq!((decision.call.subject.as_str(), desk.proposals()), (BALLOT, 2));
    assert_eq!(desk.problems(), ["same-id"; 3]);
    assert_eq!(desk.engine.store().message_count().unwrap(), 2 + 2 + 4);
}

/// While the mailbox cannot be read nothing is decided, however late it is; what came meanwhile is read first.
#[test]
fn an_objection_that_came_while_the_mailbox_was_down_is_read_first() {
    let (mut desk, _) = open();
    desk.pass(TimeDelta::hours(71));
    let objection = written(
        "member2 <member2@example.org>",
        "no@example.org",
        &format!("Re: {LAZY}"),
        &replying("lazy@example.org"),
        "-1: I restored from them in May.",
    );
    let objection = desk.place.handed_on(&objection, desk.now());
    // Three days without the mailbox: the clock goes on, the outbox is looked at, digests are due; nothing is read through.
    for _ in 0..72 {
        desk.pass(TimeDelta::hours(1));
        desk.engine.digests(desk.now()).unwrap();
        assert_eq!(desk.decision(1).state.outcome(), "open");
    }
    desk.take(&[objection]);
    let told: String = desk.work().iter().map(|mail| mail.text()).collect();
    assert_eq!(desk.decision(1).state.outcome(), "objected");
    assert!(told.contains("[RESULT]"), "{told}");
}

/// A gateway brings the proposal back under another name: it opens no second one, and whoever objects to it there is asked.
#[test]
fn a_proposal_that_comes_back_under_another_name_opens_nothing() {
    let mut desk = Desk::set();
    let root = |id: &str| {
        let date = format!("Date: {}\r\n", start().to_rfc2822());
        written("member0 <member0@example.org>", id, LAZY, &date, "Nobody needs them.")
    };
    desk.hand_on(&root("lazy@example.org"));
    desk.pass(TimeDelta::hours(1));
    desk.hand_on(&root("news1@example.net"));
    assert_eq!((desk.proposals(), desk.problems()), (1, vec!["repeated-proposal".to_owned()]));
    let no = replying("news1@example.net");
    desk.hand_on(&written(
        "Bob <member2@example.org>",
        "no@example.org",
        &format!("Re: {LAZY}"),
        &no,
        "-1: I need them.",
    ));
    let sent = desk.work();
    assert!(sent.iter().any(|mail| mail.to == "member2@example.org"), "{:?}", desk.kinds());
    desk.work_until(100);
    assert_eq!(desk.decision(1).state.outcome(), "objected");
    // Proposed again in earnest, it is another mail.
    desk.hand_on(&written(
        "member0 <member0@example.org>",
        "again@example.org",
        LAZY,
        "",
        "Nobody needs them.",
    ));
    assert_eq!(desk.proposals(), 2);
}

/// A gateway brings an old vote back under another name: the later one stands.
#[test]
fn an_old_vote_that_comes_back_under_another_name_is_not_cast_again() {
    let (mut desk, _) = open();
    let vote = |id: &str, minutes: i64, words: &str| {
        let head = format!(
            "{}Date: {}\r\n",
            replying("vote@example.org"),
            (start() + TimeDelta::minutes(minutes)).to_rfc2822()
        );
        written("member1 <member1@example.org>", id, &format!("Re: {BALLOT}"), &head, words)
    };
    desk.hand_on(&vote("first@example.org", 1, "+1"));
    desk.pass(TimeDelta::hours(1));
    desk.hand_on(&vote("second@example.org", 60, "-1: it does not fit."));
    desk.pass(TimeDelta::hours(1));
    desk.hand_on(&vote("news1@example.net", 1, "+1"));
    let decision = desk.decision(2);
    assert_eq!((decision.tally.binding.plus, decision.tally.binding.minus), (0, 1));
    assert_eq!(decision.posts.last().unwrap().why, Some(PostWhy::Repeated));
    // Meant anew it is another mail.
    desk.pass(TimeDelta::hours(1));
    desk.hand_on(&vote("third@example.org", 180, "+1"));
    assert_eq!(desk.decision(2).tally.binding.plus, 1);
}

/// From as one whose domain passes for another's with whoever checks it, or for nobody's.
#[test]
fn no_spelling_of_an_address_makes_a_stranger_a_member() {
    let spellings = [
        "member1 <member1@exam\u{200b}ple.org>",
        "member1 <member1@\u{ff45}xample.org>",
        "member1 <member1@example\u{3002}org>",
        "member1 <@example.net:member1@example.org>",
        "member1 <@example.net,@example.com:member1@example.org>",
        "member1 <member1@example.org> <eve@example.net>",
        "member1 <eve@example.net>, member1@example.org",
        "=?utf-8?q?member1_=3Cmember1=40example.org=3E?= <eve@example.net>",
        "eve@example.net (member1 <member1@example.org>)",
        "member1 <member1+eve@example.org>",
        "member1 <member1@example.org.example.net>",
        "member1 <member1%example.org@example.net>",
        "member1 <\"member1@example.org\"@example.net>",
        "member1 <m\u{435}mber1@example.org>",
        "member1 <member1@xn--exmple-4nf.org>",
    ];
    let (mut desk, _) = open();
    for (number, from) in spellings.iter().enumerate() {
        let id = format!("v{number}@example.net");
        desk.hand_on(&written(from, &id, &format!("Re: {BALLOT}"), &replying("vote@example.org"), "+1"));
    }
    let decision = desk.decision(2);
    assert_eq!(decision.tally.binding.plus, 0, "{:#?}", decision.posts);
    let theirs = decision.posts.iter().filter(|post| post.message_id.as_str().ends_with("@example.net>"));
    assert_eq!(theirs.filter(|post| post.member.is_none()).count(), spellings.len(), "{:#?}", decision.posts);
}

/// What one writes to a list that everybody may write to is no vote on another one of that host, whatever List-Id one adds.
#[test]
fn a_mail_of_one_list_is_none_of_another() {
    let heads = |bounce: &str, ids: &[&str]| {
        let at = start().to_rfc2822();
        let ids: String = ids.iter().map(|id| format!("List-Id: <{id}.lists.example.org>\r\n")).collect();
        format!(
            "Return-Path: <{bounce}@lists.example.org>\r\n\
             Received: from lists.example.org (lists.example.org [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS; {at}\r\n{ids}"
        )
    };
    let ballot = written("member0 <member0@example.org>", "vote@example.org", BALLOT, "", "Please vote.");
    for (bounces, by, counts, problems) in [
        (["", ""], "open-bounces", false, vec!["several-lists"]),
        (["council-bounces", ""], "open-bounces", false, vec![]),
        (["", "open-bounces"], "open-bounces", false, vec![]),
        (["council-bounces", "open-bounces"], "open-bounces", false, vec![]),
        (["council-bounces", "open-bounces"], "council-bounces", true, vec![]),
        (["council-bounces", "open-bounces"], "eve", false, vec!["not-through-list"]),
    ] {
        let list = |name: &str, bounce: &str| {
            let mut list = team::config(5).lists.remove(0);
            list.rules.name = name.into();
            list.list_id = format!("{name}.lists.example.org");
            if !bounce.is_empty() {
                list.trust.bounce_paths = vec![format!("{bounce}@lists.example.org")];
            }
            list
        };
        let lists = vec![list("council", bounces[0]), list("open", bounces[1])];
        let config = Config { lists, ..team::config(5) };
        let mut engine = team::engine(Store::in_memory().unwrap(), &config, start());
        let mut take = |head: String, raw: &[u8]| {
            engine.take(&[arrived([head.as_bytes(), raw].concat(), start())], start()).unwrap();
        };
        take(heads("council-bounces", &["council"]), &ballot);
        take(heads(by, &["open", "council"]), &plus("v1@example.org", ""));
        let decision = engine.store().decision("council", 1).unwrap().unwrap().decision;
        assert_eq!(decision.tally.binding.plus, u32::from(counts), "{bounces:?} {by}");
        let listed: Vec<_> = engine.store().problems().unwrap().into_iter().map(|one| one.code).collect();
        assert_eq!(listed, problems, "{bounces:?} {by}");
    }
}

/// Whoever proposes names whom it is about, and with that who casts no vote: the list is told whom, whatever name stands before the address.
#[test]
fn nobody_is_silenced_unseen_as_the_one_whom_it_is_about() {
    let mut desk = Desk::set();
    let words = "Nominee: Fay Example <member2@example.org>\r\n\r\nNobody needs them.";
    desk.hand_on(&written("member0 <member0@example.org>", "lazy@example.org", LAZY, "", words));
    let told = desk.work().remove(0).text();
    assert!(told.contains("Fay Example (member2), who casts no vote"), "{told}");
}
