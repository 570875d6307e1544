//! What is recorded of votes: claims, ballots, changes, reasons, rules.

use super::super::{Dialect, Reading, Role, Vote, WordMeaning, read};
use super::{PLUS, cast, check, check_all, check_root, own_words, rule};

#[test]
fn what_is_claimed_is_recorded() {
    check_all(
        "+1 binding",
        &[
            "+1 (binding)",
            "+1 binding",
            "+1, binding",
            "+1 - binding",
            "+1 [binding]",
            "+1 (Binding)",
            "+1 (binging)",
            "+1 (PMC)",
            "+1 (IPMC)",
            "+1 (IPMC, binding)",
            "+1 (committer)",
            "+1 (my vote is binding)",
            "+1 from me (binding)",
            "+1 to release it (binding)",
            "My binding +1",
            "I'm +1 (binding).",
            "[X] +1 (binding)",
            "+1 (binding)\n\nAlso +1 to Jane's idea.",
            "+1 (binding)\n\n-1 to what Bob said, though",
            "+1\n(binding)",
        ],
    );
    check_all(
        "+1 non-binding",
        &[
            "+1 (non-binding)",
            "+1 non-binding",
            "+1 nonbinding",
            "+1 (nonbinding)",
            "+1 (non binding)",
            "+1 non binding",
            "+1 (not binding)",
            "+1, non-binding",
            "+1 (user, non-binding)",
            "a non-binding +1",
            "A non-binding +1 from me",
            "my non-binding +1",
            "I'm a non-binding +1",
        ],
    );
    check("+1 (tested on three machines)", "+1");
}

#[test]
fn a_ballot_is_read_by_its_ticks() {
    check_all(
        "+1",
        &[
            "[X] +1",
            "[x] +1 approve\n[ ] 0 no opinion\n[ ] -1 reject",
            "[ X ] +1 Release it\n[   ] -1 Do not",
            "[ ] -1\n[*] +1\n[ ] 0",
            "(x) +1\n( ) -1",
            "+1 [x]\n0 [ ]\n-1 [ ]",
            "+1 [x]  0 [ ]  -1 [ ]",
            "[ ] -1 [ ] 0 [x] +1",
            "[+1] Release it",
            "[+1] Approve\n[ ] Reject",
            "☑ +1\n☐ -1",
            "[_] -1\n[✓] +1",
            "+1\n\n[ ] +1 approve\n[ ] -1 reject",
        ],
    );
    check("[ ] +1\n[ ] 0\n[x] -1 because the build is broken", "-1");
    check("[ ] +1\n[x] 0\n[ ] -1", "0");
    check("[x] +1\n[x] -1", "held several");
    check("[x] Approve\n[ ] Reject", "held in-words");
    check_all(
        "nothing",
        &["[ ] +1\n[ ] 0\n[ ] -1", "[_] +1", "( ) +1", "+1 [ ]", "[x] done with the docs", "[] +1"],
    );
}

#[test]
fn a_changed_vote_supersedes() {
    check_all(
        "+1",
        &[
            "changing my vote from -1 to +1",
            "I'm changing my vote to +1",
            "I am changing my vote to a +1 (thanks for the fix).",
            "I change my vote from -1 to +1.",
            "Changing to +1",
            "I change to +1",
            "I'm switching to +1",
            "Changing my -1 to +1",
            "I hereby change my -1 to a +1",
            "-1 → +1",
            "-1 -> +1",
            "My vote is now +1",
            "moving from -1 to +1",
            "Make my -1 a +1",
            "I retract my -1 and vote +1",
            "I withdraw my -1. +1 from me.",
            "-1 for the missing file.\n\nPS: found it. Changed to +1",
            "Upgrading my vote to +1",
            "Revised vote: +1",
            "With this explanation I change my -1 to +1",
            "+1 now, was -1 before",
        ],
    );
    check("I withdraw this vote, reverting my position to -1", "-1");
    check("what Bob says moves me from -0 to -1.", "-1");
    check("Lowering my vote from +1 to +0", "0");
    check_all(
        "withdraw",
        &[
            "I withdraw my -1",
            "I withdraw my -1.",
            "I hereby withdraw my vote",
            "please ignore my earlier vote",
            "Please disregard my previous -1",
            "I take my veto back",
            "I take back my -1",
            "I retract my objection",
            "my -1 is withdrawn",
            "withdrawing my -1",
            "Scratch my +1",
            "I'm dropping my objection",
            "I trek mijn -1 in. Ik trek mijn bezwaar in",
            "Ich ziehe meinen Einspruch zurück",
            "je retire mon vote",
            "Retiro mi voto",
        ],
    );
    check_all(
        "nothing",
        &[
            "Bob changed his vote from -1 to +1",
            "Would you change your -1 to +1?",
            "I'm not withdrawing my -1 yet?",
            "I'll cancel the vote and roll another one",
            "I'll withdraw my -1 once the docs are fixed",
            "We withdraw the proposal",
        ],
    );
}

#[test]
fn a_proposal_votes_in_the_first_person_only() {
    check_root("We should move.\n\nHere is my +1.", "+1");
    check_root("Please vote.\n\nMy vote: +1 (binding)", "+1 binding");
    check_root("Shall we move? I am +0 on this move, for what it is worth", "0");
    check_root("+1 from me", "+1");
    check_root("+1", "nothing");
    check_root("Please vote:\n\n[ ] +1 approve\n[ ] -1 reject", "nothing");
    check_root("[+1] approve\n[-1] reject", "nothing");
    check_root("Please vote +1 or -1.", "nothing");
    check_root("I object to the current state, so let us move.", "nothing");
    check_root("LGTM means yes.", "nothing");
}

#[test]
fn each_reading_names_its_rule_and_line() {
    let vote = cast("Hi all,\n\n  +1 (binding), tested it  \n\nAnn");
    assert_eq!(vote.place.line, "+1 (binding), tested it");
    assert_eq!(vote.place.line_number, 3);
    assert_eq!(vote.place.rule, "opening-token");
    assert_eq!(vote.written, "+1 (binding)");
    assert_eq!(vote.vote, PLUS);
    for (mail, expect) in [
        ("I'm +1", "first-person"),
        ("[x] +1", "ticked-box"),
        ("Great work, +1", "after-praise"),
        ("Dear Bob and team, +1", "after-greeting"),
        ("changing my vote to +1", "changed-vote"),
        ("Vote: +1", "labelled"),
        ("It went without any issue so +1", "conclusion"),
        ("The build is green on the new host, +1", "after-clause"),
        ("+1 once it is green", "condition"),
        ("I object.", "objection-in-words"),
        ("LGTM", "support-in-words"),
    ] {
        assert_eq!(rule(mail), expect, "{mail}");
    }
}

#[test]
fn a_reason_is_any_word_beyond_vote_claim_greeting_and_name() {
    for mail in [
        "-1: GPL-incompatible",
        "-1, 许可证不兼容",
        "-1\n\nThe build is broken on the new host.",
        "The build is broken.\n\n-1",
        "-1 because it is broken",
        "-1 for breaking the API",
        "+1 - tested on JDK 21",
        "+1 from me now that the build is green",
        "-1 until the docs are fixed",
        "Broken on the new host, so -1 from me",
        "-1: it is too dear",
    ] {
        assert!(cast(mail).explained, "{mail}");
    }
    for mail in [
        "+1",
        "-1",
        "-1 (binding)",
        "-1 from me",
        "So -1 for me.",
        "Hi all,\n\n-1\n\nRegards,\nAnn Lee",
        "-1\n\nThanks\nAnn",
        "-1 on this",
        "-1 on moving the builds",
        "+1 for moving them",
        "+1 to this proposal.",
        "Awesome Ann, +1!",
        "+1\n\nBob",
        "[x] -1 reject\n[ ] +1 approve",
        "I'm -1",
        "My vote: -1",
    ] {
        assert!(!cast(mail).explained, "{mail}");
    }
}

#[test]
fn the_reason_of_a_minus_on_another_line_is_kept() {
    let check = |mail: &str, expect: Option<&str>| assert_eq!(cast(mail).reason.as_deref(), expect, "{mail}");
    check("-1\n\nThe build is broken on the new host.", Some("The build is broken on the new host."));
    check("Hi all,\n\nthe build is broken.\n\n-1\n\nAnn", Some("the build is broken."));
    check("-1 (binding),\nsince it is\nbroken", Some("since it is"));
    check("-1: broken", None);
    check("-1\n\nAnn Lee", None);
    check("+1\n\nThe build works.", None);
}

#[test]
fn words_alone_mean_what_the_list_says() {
    let dialect = |meaning| Dialect { words: vec![("lgtm".to_owned(), meaning), ("r+".to_owned(), meaning)] };
    let with = |mail: &str, meaning| read(&own_words(mail), Role::Reply, &dialect(meaning));
    assert!(
        matches!(with("LGTM", WordMeaning::Plus), Reading::Cast(cast) if cast.vote == Vote::Plus && cast.written == "LGTM")
    );
    assert!(matches!(with("LGTM", WordMeaning::Held), Reading::Held(_)));
    assert_eq!(with("LGTM", WordMeaning::Nothing), Reading::Nothing);
    assert!(
        matches!(with("LGTM, but -1 on the name", WordMeaning::Plus), Reading::Cast(cast) if cast.vote == Vote::Minus)
    );
}
