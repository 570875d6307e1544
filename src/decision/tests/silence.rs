//! Silence rules: the window is the whole of it, and grace moves its end once.

use super::check;

const TEAM: &str = "roster ann bob cy dan\n";

fn team(text: &str) {
    check(&format!("{TEAM}{text}"));
}

#[test]
fn silence_is_consent_once_the_window_is_over_and_the_mailbox_read() {
    team("at 0h open closes=72h due=72h why=awaiting-silence tally=0/0/0 electorate=4 events=opened");
    team("at 71h59m open");
    team("at 72h waiting for=mailbox:72h15m why=awaiting-mailbox closes=72h due=72h15m");
    team("at 72h14m waiting for=mailbox:72h15m");
    team("at 72h15m passed closed=72h closes=72h due=- why=nobody-objected events=opened,closed");
    team("at 2000h passed closed=72h");
    team(
        "1h bob +1
         2h cy +1
         at 80h passed closed=72h tally=2/0/0 events=opened,voted,voted,closed",
    );
    team(
        "1h bob says \"How long does it take?\"
         2h bob silent
         at 80h passed posts=ignored,ignored",
    );
}

#[test]
fn an_explained_objection_blocks_from_the_moment_it_is_made() {
    team(
        "5h bob -1 \"breaks the nightly build\"
         at 6h open why=blocked of=bob closes=72h objections=bob
         at 72h waiting
         at 73h objected closed=72h by=bob why=objection tally=0/0/1 posts=counted",
    );
    team(
        "5h bob -1 \"breaks the nightly build\"
         6h cy -1 \"and the docs\"
         7h dan -1
         at 73h objected closed=72h by=bob,cy",
    );
    // On the last instant it still counts, after it it is late.
    team("72h bob -1 \"breaks it\"\n at 73h objected closed=72h");
    team(
        "73h bob -1 \"breaks it\"
         at 74h passed closed=72h posts=late whys=after-close tally=0/0/0 objections=",
    );
    team(
        "5h bob -1 \"breaks it\"
         9h bob withdraw
         at 8h open why=blocked
         at 10h open why=awaiting-silence tally=0/0/0
         at 73h passed posts=superseded,ignored whys=withdrawn-by,takes-back",
    );
    team(
        "5h bob -1 \"breaks it\"
         9h bob +1
         at 73h passed tally=1/0/0 posts=superseded,counted whys=replaced-by,-",
    );
    team(
        "5h bob -1 \"breaks it\"
         9h cy +1
         80h bob withdraw
         at 90h objected by=bob posts=counted,counted,ignored whys=-,-,after-close",
    );
}

#[test]
fn a_minus_without_its_reason_is_asked_about_and_void_in_the_end() {
    // After its grace, yet before the close, the reason still comes in time.
    team("5h bob -1\n 60h bob says \"No power there.\"\n at 73h objected closed=72h by=bob listed=bob");
    // Early enough for its grace to be over at the close.
    team(
        "5h bob -1
         at 6h open why=awaiting-silence asked=bob objections=bob posts=unexplained whys=no-reason
         at 73h passed closed=72h tally=0/0/0 posts=unexplained asked= listed=bob",
    );
    // Late: the close waits for the reason.
    team(
        "70h bob -1
         at 71h open closes=72h
         at 72h waiting for=mailbox:72h15m
         at 72h15m waiting for=held:94h closes=94h of=bob due=94h events=opened,objected,graced
         at 94h waiting for=mailbox:94h15m
         at 95h passed closed=94h posts=unexplained",
    );
    // The reason comes in time, in another post.
    team(
        "70h bob -1
         93h bob says \"The mirror in Brno has no power on Sundays.\"
         at 73h waiting for=held:94h
         at 95h objected closed=94h by=bob tally=0/0/1 posts=counted,ignored whys=reason-in,- listed=bob",
    );
    // On the last instant of the grace.
    team("70h bob -1\n 94h bob says \"No power there.\"\n at 95h objected closed=94h");
    // Too late.
    team(
        "70h bob -1\n 94h1m bob says \"No power there.\"\n at 95h passed closed=94h posts=unexplained,ignored",
    );
    // A reason given before the vote is a reason.
    team(
        "60h bob says \"The mirror in Brno has no power on Sundays.\"
         70h bob -1
         at 73h objected closed=72h by=bob whys=-,reason-in asked=",
    );
    // Somebody else's words are none.
    team("5h bob -1\n 6h cy says \"Bob has a point.\"\n at 73h passed");
    // The same author again, without a reason: the first reason holds.
    team("5h bob -1 \"no power\"\n 71h bob -1\n at 73h objected closed=72h");
    team("5h bob +1 \"tested it\"\n 71h bob -1\n at 73h objected closed=72h whys=replaced-by,reason-in");
    // Withdrawn while the close waits: it passes at the moved close.
    team("70h bob -1\n 80h bob withdraw\n at 81h waiting for=held:94h\n at 95h passed closed=94h");
    // The close moves once, for everybody: what is received until then counts.
    team("70h bob -1\n 90h cy -1 \"too dear\"\n at 95h objected closed=94h by=cy");
    // A -1 in the moved window whose reason could still come is no silence.
    team("70h bob -1\n 93h cy -1\n at 95h objected closed=94h by=cy why=unanswered-objection");
    // An explained objection decides it: nobody waits for the bare one.
    team("5h cy -1 \"too dear\"\n 70h bob -1\n at 73h objected closed=72h by=cy");
    // The latest of several graces is the one.
    team("60h bob -1\n 70h cy -1\n at 73h waiting for=held:94h of=bob,cy");
}

#[test]
fn a_rule_that_asks_for_no_reason_blocks_at_once() {
    team(
        "rule ovirt-minor reason_required=no\n 5h bob -1\n at 6h open why=blocked asked=\n at 73h objected by=bob",
    );
    team("rule ovirt-minor minus=veto\n 5h bob -1 \"no\"\n at 73h vetoed closed=72h by=bob why=veto");
    team("rule ovirt-minor minus=count\n 5h bob -1 \"no\"\n at 73h objected by=bob");
}

#[test]
fn an_objection_in_words_holds_a_silent_close() {
    team(
        "5h bob objects \"please don't\"
         at 6h open why=blocked of=bob asked=bob objections=bob posts=held
         at 73h waiting for=held:96h of=bob closes=96h
         at 97h objected closed=96h by=bob why=unanswered-objection posts=counted tally=0/0/0",
    );
    team("5h bob objects\n 8h bob +1\n at 73h passed closed=72h posts=superseded,counted whys=answered-by,-");
    team("5h bob objects\n 80h bob +1\n at 73h waiting\n at 97h passed closed=96h");
    team("5h bob objects\n 80h bob withdraw\n at 97h passed closed=96h");
    team("5h bob objects\n 80h bob -1\n at 97h objected closed=96h why=objection by=bob");
    team("5h bob objects\n 80h bob says \"Fine, go ahead\"\n at 97h objected closed=96h");
    // Objecting after one's own +1 is objecting.
    team("5h bob +1\n 6h bob objects\n at 73h waiting for=held:96h\n at 97h objected tally=1/0/0");
    // Once: another objection while it waits does not move it again, and is no silence either.
    team("5h bob objects\n 80h bob +1\n 95h cy objects\n at 97h objected closed=96h by=cy");
    // Reason and answer are waited for together.
    team("5h bob objects\n 71h cy -1\n at 73h waiting for=held:96h of=bob,cy");
    team("rule ovirt-minor held_grace=0h\n 5h bob objects\n at 73h objected closed=72h");
}

#[test]
fn what_may_be_a_minus_holds_it_and_support_never_does() {
    team("5h bob held +1 -1\n at 6h asked=bob why=blocked\n at 73h waiting\n at 97h objected by=bob");
    team("5h bob condition -1\n at 97h objected");
    team("5h bob unsure\n at 73h waiting\n at 97h objected");
    team("5h bob lgtm\n at 6h asked= listed=bob posts=held\n at 73h passed closed=72h posts=held");
    team("5h bob condition +1\n at 73h passed closed=72h");
    team("5h bob held +1 0\n at 73h passed closed=72h");
    team("5h bob held +1 -1\n 6h bob +1\n at 73h passed closed=72h posts=superseded,counted");
    team("5h bob held +1 -1\n 6h bob lgtm\n at 73h waiting");
}

#[test]
fn a_stranger_postpones_a_silent_close_once_and_blocks_nothing() {
    team(
        "5h eve -1 \"I dislike it\"
         at 6h open why=awaiting-silence advisory=0/0/1 asked= objections=eve
         at 73h waiting for=held:96h of=eve
         at 97h passed closed=96h advisory=0/0/1 posts=advisory whys=not-electorate objections=eve",
    );
    team("5h eve objects\n at 73h waiting\n at 97h passed posts=held whys=strangers-objection listed=eve");
    team("5h eve objects\n 9h eve +1\n at 73h passed closed=72h advisory=1/0/0");
    team("5h eve lgtm\n at 73h passed closed=72h");
    team("80h eve -1 \"late\"\n at 81h passed closed=72h");
    // An author nobody can tell is a stranger whose vote is held.
    team("5h who? -1 \"no\"\n at 73h waiting\n at 97h passed posts=held whys=unknown-author objections=who");
    team("5h who? +1\n at 73h passed closed=72h posts=held tally=0/0/0");
    team("5h who? -1\n 9h who? +1\n at 73h waiting\n at 97h passed");
}

#[test]
fn where_there_is_no_roster_everyone_may_propose_and_object() {
    check("electorate everyone\n by zoe\n at 1h open electorate=-\n at 73h passed");
    check("electorate everyone\n by zoe\n 5h eve -1 \"no\"\n at 73h objected by=eve");
    check("electorate everyone\n 5h who? -1 \"no\"\n at 73h waiting\n at 97h passed");
}
