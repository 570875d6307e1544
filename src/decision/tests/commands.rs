//! What is done to a proposal by a line `Proposal: …`: amend, extend, and what is refused.

use super::check;

const TEAM: &str = "roster ann bob cy dan\n";

fn team(text: &str) {
    check(&format!("{TEAM}{text}"));
}

fn vote(text: &str) {
    check(&format!("rule ovirt-substantial\n{TEAM}{text}"));
}

#[test]
fn an_amendment_begins_everything_anew() {
    team(
        "10h ann amend \"Let us move half of them.\"\n at 11h open revision=2 closes=82h minimum=82h ends=82h due=82h events=opened,amended whys=followed refused=",
    );
    team(
        "10h ann amend \"Let us move half of them.\"\n at 73h open\n at 82h waiting\n at 83h passed closed=82h",
    );
    // What was said of the old text is void.
    team(
        "5h bob -1 \"no\"\n 10h ann amend \"half\"\n at 9h why=blocked\n at 11h why=awaiting-silence tally=0/0/0 posts=superseded,ignored whys=void-by,followed objections=\n at 83h passed",
    );
    team(
        "5h bob objects\n 10h ann amend \"half\"\n at 11h asked= listed=bob posts=superseded,ignored\n at 83h passed closed=82h",
    );
    team("5h bob -1\n 10h ann amend \"half\"\n at 11h asked= listed=bob\n at 83h passed closed=82h");
    team("5h eve objects\n 10h ann amend \"half\"\n at 83h passed closed=82h");
    vote(
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 10h ann amend \"half\"\n at 11h open tally=0/0/0 whys=void-by,void-by,void-by,followed missing=3\n at 83h open\n at 347h failed closed=346h",
    );
    vote("root +1\n 10h ann amend \"half\"\n at 11h tally=0/0/0");
    // Whoever voted votes again; a reason that was given is one still.
    team("5h bob -1 \"no power\"\n 10h ann amend \"half\"\n 70h bob -1\n at 83h objected closed=82h by=bob");
    vote(
        "1h bob +1\n 10h ann amend \"half\"\n 11h bob +1\n 12h cy +1\n 13h dan +1\n at 83h passed closed=82h tally=3/0/0 whys=void-by,followed,-,-,-",
    );
    vote("1h bob +1\n 2h bob 0\n 10h ann amend \"half\"\n at 11h whys=replaced-by,void-by,followed");
    // While an answer is awaited it is open.
    team(
        "70h bob objects\n 80h ann amend \"half\"\n at 73h waiting\n at 81h open closes=152h events=opened,objected,graced,amended,resumed\n at 153h passed closed=152h",
    );
    team("72h ann amend \"half\"\n at 73h open closes=144h");
    team("72h1s ann amend \"half\"\n at 73h passed refused=ann:closed revision=1");
}

#[test]
fn an_amendment_may_keep_what_was_said() {
    let keep = "rule ovirt-substantial on_amend=keep\nroster ann bob cy dan\n";
    check(&format!(
        "{keep}1h bob +1\n 10h ann amend \"half\"\n 11h cy +1\n 12h dan +1\n at 13h revision=2 closes=72h tally=3/0/0\n at 73h passed closed=72h"
    ));
    let silence = "rule ovirt-minor on_amend=keep\nroster ann bob cy dan\n";
    check(&format!("{silence}1h bob -1 \"no\"\n 10h ann amend \"half\"\n at 73h objected closed=72h"));
}

#[test]
fn only_the_proposer_amends_and_only_so_often() {
    team("5h bob amend \"half\"\n at 6h revision=1 refused=bob:not-proposer whys=refused");
    team("5h ann command amend\n at 6h revision=1 refused=ann:no-text");
    let four = "1h ann amend \"a\"\n 2h ann amend \"b\"\n 3h ann amend \"c\"\n 4h ann amend \"d\"\n";
    team(&format!(
        "{four}at 5h revision=4 closes=75h refused=ann:too-often:3 whys=followed,followed,followed,refused"
    ));
    check(&format!(
        "rule ovirt-minor amendments=0\n{TEAM}1h ann amend \"a\"\nat 2h revision=1 refused=ann:not-allowed"
    ));
    check(&format!(
        "rule ovirt-minor amendments=1\n{TEAM}1h ann amend \"a\"\n 2h ann amend \"b\"\nat 3h revision=2 closes=73h refused=ann:too-often:1"
    ));
    // A stranger's proposal that nobody has opened can be amended too.
    team(
        "by eve\n 5h eve amend \"half\"\n 10h bob +1\n at 6h waiting revision=2\n at 11h open minimum=82h tally=1/0/0",
    );
}

#[test]
fn an_extension_moves_both_ends() {
    team(
        "10h ann command extend 48h\n at 11h open closes=120h ends=120h events=opened,extended whys=followed\n at 119h open\n at 121h passed closed=120h",
    );
    vote(
        "10h ann command extend 48h\n at 11h closes=120h minimum=120h ends=384h\n at 385h failed closed=384h",
    );
    vote(
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 10h ann command extend 1 day\n at 73h open\n at 97h passed closed=96h",
    );
    team("72h ann command extend 1h\n at 72h30m open closes=73h\n at 74h passed closed=73h");
    team("72h1s ann command extend 1h\n at 73h passed closed=72h refused=ann:closed");
    // After the minimum, the last instant is what counts.
    vote("100h ann command extend 72h\n at 101h open closes=144h ends=408h\n at 145h open closes=408h");
    // Business days count working days. The root is received on a Monday.
    team("10h ann command extend 2 business days\n at 11h closes=168h");
    team("10h ann command extend 3 business days\n at 11h closes=192h");
}

#[test]
fn an_extension_has_its_bounds() {
    team("10h ann command extend 72h\n at 11h closes=144h refused=");
    team("10h ann command extend 73h\n at 11h closes=72h refused=ann:too-long:72h");
    team("10h ann command extend 4 business days\n at 11h closes=72h refused=ann:too-long:72h");
    team("10h ann command extend a bit\n at 11h closes=72h refused=ann:unknown");
    team("10h ann command extend 0h\n at 11h closes=72h refused=ann:unknown");
    team("10h bob command extend 24h\n at 11h closes=72h refused=bob:not-chair");
    team(
        "10h ann command extend 24h\n 11h ann command extend 24h\n at 12h closes=96h refused=ann:too-often:1",
    );
    check(&format!(
        "rule ovirt-minor extensions=2\n{TEAM}10h ann command extend 24h\n 11h ann command extend 24h\nat 12h closes=120h refused="
    ));
    check(&format!(
        "rule ovirt-minor extensions=0\n{TEAM}10h ann command extend 24h\nat 12h closes=72h refused=ann:not-allowed"
    ));
    team("by eve\n 5h eve command extend 24h\n at 6h waiting refused=eve:not-allowed");
    let chair = "rule ovirt-minor chair=chair\nroster ann bob pat:chair@..50h\n";
    check(&format!("{chair}10h pat command extend 24h\nat 11h closes=96h refused="));
    check(&format!("{chair}60h pat command extend 24h\nat 61h closes=72h refused=pat:not-chair"));
}

#[test]
fn an_extension_of_a_wait_goes_on_from_its_end() {
    team(
        "70h bob objects\n 80h ann command extend 24h\n at 81h open closes=120h\n 100h bob +1\n at 121h passed closed=120h",
    );
    // The wait is granted once.
    team(
        "70h bob objects\n 80h ann command extend 24h\n at 121h objected closed=120h why=unanswered-objection",
    );
    // An amendment's window has a wait of its own.
    team(
        "70h bob objects\n 80h ann amend \"half\"\n 150h cy objects\n at 153h waiting for=held:176h\n at 177h objected closed=176h by=cy",
    );
}

#[test]
fn what_cannot_be_followed_is_refused() {
    team("5h ann command dance\n at 6h open refused=ann:unknown whys=refused");
    team("5h zoe command status\n at 6h refused= whys=followed");
    team("73h zoe command status\n at 74h refused= whys=followed");
    team("73h ann command withdraw\n at 74h passed refused=ann:closed whys=refused");
    team("5h ann command withdraw\n 6h ann amend \"half\"\n at 7h withdrawn revision=1 refused=ann:closed");
    check(&format!(
        "rule ovirt-minor may_withdraw=no\n{TEAM}5h ann command withdraw\n6h ann cancel\nat 7h open refused=ann:not-allowed whys=refused,refused"
    ));
    // A command is no vote, and what it stands beside is none either.
    team("5h bob -1 \"no\"\n 6h bob command status\n at 73h objected by=bob");
}
