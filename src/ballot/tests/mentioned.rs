//! Tokens that look like votes and are not, and votes that only may be.

use super::{check, check_all};

/// Sentences about votes.
const TALK: &[&str] = &[
    "Why -1 on the new host?",
    "or cast a -1 and say what else to do",
    "only looking for a +1 from a second maintainer",
    "I am only looking for a +1 from a second maintainer before I merge it back to the\nmain branch",
    "not going to -1 this",
    "I'm not going to -1 this",
    "I would have voted -1 without the fix",
    "I would have given this a +1",
    "I have 0 concerns",
    "no 0 and no -1 votes",
    "Vote passed with +1's from: Ann, Bob",
    "+1 (binding): Ann, Bob",
    "+1: Ann Doe, Bob Roe and Carl Poe",
    "+1 Ann Doe\n+1 Bob Roe\n-1 Carl Poe",
    "+1 : Ann Doe, Bob Roe\n 0 : none\n-1 : none",
    "I counted four +1's and nothing else",
    "I counted 4 +1’s, nobody against.",
    "We need one more +1",
    "We still need a +1 from the PMC.",
    "Waiting for a +1 from you",
    "A +1 from Bob would help",
    "A -1 needs a justification",
    "Three +1 are needed",
    "+1 means approve",
    "+1 is an approval",
    "+1 = approve, -1 = reject",
    "+1: approve\n 0: no opinion\n-1: reject, with a reason",
    "+1 approve\n+0 no opinion\n-1 disapprove (and reason why)",
    "Please vote +1 or -1",
    "Please reply with +1 if you agree",
    "Options: +1, 0, -1",
    "+1, 0, -1",
    "+1 or -1?",
    "+1?",
    "Is that a +1?",
    "So is that a +1 from you?",
    "Bob said +1",
    "Bob gave it a +1",
    "Bob: +1",
    "his +1 does not count",
    "your +1 was late",
    "The last mail from Bob was +1",
    "I take it that this amounts to a +1...",
    "+1 from Bob",
    "+1 from Bob and Carl so far",
    "He wrote:\n\n+1",
    "Bob cannot post, so for the record his vote:\n+1",
    "For the record, this is what Bob wrote:\n\n+1 from me too",
    "Regarding my earlier -1: the file was there after all.",
    "my previous -1 was a mistake?",
    "I was -1 at first",
    "without a -1 this passes",
    "There was a +1 from Ann and a -1 from Bob",
    "I'm not +1 on that either",
    "rather than a -1 tell us what to do",
    "thanks for the +1",
    "Thanks Bob for the +1",
    "Only one +1 so far",
    "One more +1 and we are done",
    "please +1 this",
    "+1 so far from Ann",
    "+1: 3\n0: 1\n-1: 0",
    "+1 3\n-1 0",
    "+1 x 3",
    "Binding +1: 3",
    "* +1 Ann Doe",
    "A -1 vote is a veto",
    "-1 votes are vetoes",
    "I'm not going to vote -1",
    "I'm no longer -1",
    "I was going to vote +1 but then I saw the bug",
    "I can't give a +1",
    "Can somebody +1 this?",
    "I already gave my +1",
    "The vote passes with the following:\n\n+1 (binding)\nAnn Doe\nBob Roe\n\n-1\nnone",
    "Binding votes:\n+1 Ann Doe",
];

#[test]
fn talk_about_votes_casts_nothing() {
    check_all("nothing", TALK);
}

#[test]
fn numbers_that_are_no_votes() {
    check_all(
        "nothing",
        &[
            "@@ -0,0 +1,56 @@",
            "@@ -1,2 +1,2 @@\n-0\n+1\n unchanged",
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+1",
            "+1 650 555 0100",
            "+1 (650) 555-0100",
            "+1-650-555-0100",
            "(P)+1 650.555.0100",
            "Tel: +1 650 555 0100",
            "Date: Mon, 2 Nov 2026 09:00:00 +0100",
            "-0800",
            "return -1;",
            "    return -1;",
            "if (n == -1) {",
            "ret = -1",
            "$ ls -1 docs",
            "ls -1",
            "git log -1",
            "x = y + 1",
            "f(n-1)",
            "values[-1]",
            "the counter went to -1",
            "open(\"x\", 0) = -1 ENOENT (No such file or directory)",
            "range 0-1",
            "2026-01-01",
            "version 1.0-1",
            "release 3.0.0-alpha-1",
            "-1,5",
            "Bugs: 17 (+1)",
            "Total: 332 (-1)",
            "OPTION-A\t-1\t-1\t1",
            "it returns 0 on success, -1 on error",
            "exit code 0",
            "the result is\n0",
            "10 files changed, +1 -1",
            "C++11",
            "1. first\n2. second",
            "The second series - +1 and reviewed by me. Bob, what do you say?",
            "```\n+1\n```",
            "UTC+1",
            "GMT +1",
            "12:00 +1",
            "a + 1",
            "nice -1",
            "head -1 file",
            "+1 day",
            "-1 on error",
            "+1 / 555 / 1234",
            "result: -1",
            "temperature -1",
            "Code-Review: +1",
            "+1\t-1\t0",
            "UTC +1 zone is mine?",
        ],
    );
}

#[test]
fn a_condition_is_asked_about() {
    check_all(
        "held condition",
        &[
            "+1 if the tests pass",
            "+1, if the tests pass",
            "+1 when the docs are fixed",
            "+1 once the docs are fixed",
            "+1 provided the docs are fixed",
            "+1 assuming the tests pass",
            "+1 pending a green build",
            "+1 as soon as the build is green",
            "+1 (binding) provided that CI is green",
            "+1 from me if the tests pass",
            "+1 from me once it is green",
            "+1 to release once CI is green",
            "+1, but only if we keep the old host",
            "+1 but only once we have a backup",
            "+1 - provided somebody does the work",
            "+1 unless somebody objects",
            "+1 subject to legal review",
            "+1 contingent on legal review",
            "If the tests pass, +1",
            "If you mean a copy, then that's a big +1",
            "Once the docs are fixed, I'm +1",
            "Assuming the build is green, +1 from me",
            "Fix the docs and I'm +1",
            "fix it and you have my +1",
            "I'd be +1 if we kept the old name",
            "I would be +1 on that",
            "I could be +1 on that",
            "That would be a +1 from me",
            "I'm probably +1",
            "I'm leaning towards +1",
            "tentative +1",
            "I'll change my vote to +1 once the docs are fixed",
            "I will be +1 when the docs are done",
            "If nobody steps up, -1",
        ],
    );
}

#[test]
fn agreement_with_a_remark_is_asked_about() {
    check_all(
        "held agreement",
        &[
            "+1 to what Bob said",
            "+1 for what Ann wrote",
            "+1 to everything Ann said",
            "+1 to Ann's idea",
            "+1 to Ann's suggestion, it is simpler",
            "+1 to Ann",
            "+1 with Ann",
            "+1 to your point about the docs",
            "+1 to the suggestion of Bob",
            "+1 as Ann said",
            "> shall we?\n\n+1\n\n> and the docs?",
            "> shall we?\n\n+1\n\n> and the docs?\n\nLater.",
            "> shall we?\n\nNot sure how.\n\n> and drop the rest\n\n+1",
            "> one\n+1 on that\n> two",
            "> one\n-1\n> two\nDifferent matter.",
        ],
    );
}

#[test]
fn a_vote_above_or_below_the_quotation_is_a_vote() {
    check_all(
        "+1",
        &[
            "> shall we?\n+1",
            "> shall we?\n\n+1\n\nAnn",
            "+1\n\n> shall we?",
            "+1 from me\n\n> shall we?",
            "> shall we?\n\n+1 from me\n\n> --\n> Bob",
            "> shall we?\n\n+1\n\nIt saves us a host and nobody uses the old one.\n\n> --\n> Bob",
            "> +1 from me\n\n+1",
            "> what?\n\nI do not know.\n\n> vote please\n\nI'm +1",
            "> what?\n\nI do not know.\n\n> vote please\n\n+1 for moving the builds",
        ],
    );
    check("> shall we?\n\n+1 (binding)\n\n> --\n> Bob", "+1 binding");
}

#[test]
fn several_votes_on_one_question_are_asked_about() {
    check_all(
        "held several",
        &[
            "+1 to move the wiki, -1 to move the forum",
            "In summary, +1 to move the wiki, -1 to move the forum",
            "I'm +1 on moving the wiki and +0 on moving the forum.",
            "I'm torn between +0 and +1",
            "I'd be closer to +0 on moving the wiki (it is small) and -1 on moving the forum",
            "+1 for the move.\n\n-1 for the new name.",
            "I am -1 for the new name\n\nI am +1 on the new host",
            "[x] +1\n[x] -1",
            "+1 on the host, -0 on the name",
            "+0.5 on the host, -0.5 on the name",
        ],
    );
    check("+1 on the host and +1 on the name", "+1");
}

#[test]
fn a_vote_on_a_line_in_doubt_is_asked_about() {
    check("?+1", "held uncertain");
    check("?I'm -1", "held uncertain");
    check("?+1\n\n+1", "+1");
    check("?-1\n\n+1", "+1");
    check("?I object to this.", "held uncertain");
}

#[test]
fn support_in_words_is_asked_about_only_in_so_many_words() {
    check_all(
        "held in-words",
        &[
            "LGTM",
            "lgtm!",
            "LGTM, thanks",
            "Looks good to me.",
            "Works for me",
            "works for me.",
            "yes from me",
            "A big yes from me",
            "plus one",
            "Plus one from me",
            "👍",
            "👍🏽",
            ":+1:",
            "this has my vote",
            "you have my vote!",
            "I vote yes",
            "Ja von mir",
        ],
    );
    check_all(
        "nothing",
        &[
            "I like the idea",
            "Sounds like a plan, thanks for doing this.",
            "Great!",
            "I am all for it",
            "Does it look good to you?",
            "It works for me on Linux but not on the old host; which version do you have?",
            "If it comes to that I would vote for a long notice",
            "Thank you!",
            "Me too",
            "Does this have my vote?",
            "",
            "   \n\n",
        ],
    );
}

#[test]
fn a_vote_in_anothers_name_is_asked_about() {
    check("+1 on behalf of the Foo team", "held unknown-author");
}
