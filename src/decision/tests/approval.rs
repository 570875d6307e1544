//! Approval rules: the window is a minimum, and after it the proposal closes once it is approved or blocked.

use super::check;

fn vote(rule: &str, text: &str) {
    check(&format!("rule {rule}\nroster ann bob cy dan fay gil\n{text}"));
}

const CONSENSUS: &str = "apache-consensus";
const SUBSTANTIAL: &str = "ovirt-substantial";
const MAJORITY: &str = "apache-majority";

#[test]
fn three_votes_pass_when_the_minimum_is_over() {
    let three = "1h bob +1\n 2h cy +1\n 3h dan +1\n";
    vote(SUBSTANTIAL, &format!("{three}at 4h open why=awaiting-window closes=72h due=72h"));
    vote(SUBSTANTIAL, &format!("{three}at 72h waiting for=mailbox:72h15m"));
    vote(SUBSTANTIAL, &format!("{three}at 73h passed closed=72h why=approved tally=3/0/0"));
    vote(SUBSTANTIAL, "root +1\n1h bob +1\n 2h cy +1\n at 73h passed tally=3/0/0");
    vote(SUBSTANTIAL, "1h bob +1\n 2h cy +1\n 2h bob +1\n at 73h open tally=2/0/0");
    vote(SUBSTANTIAL, "1h bob +1\n 2h cy +1\n 3h eve +1\n at 73h open tally=2/0/0 advisory=1/0/0 missing=1");
}

#[test]
fn it_stays_open_past_the_minimum_until_the_third_vote() {
    let two = "1h bob +1\n 2h cy +1\n";
    vote(SUBSTANTIAL, &format!("{two}at 73h open why=awaiting-votes missing=1 closes=336h due=336h"));
    vote(SUBSTANTIAL, &format!("{two}100h dan +1\n at 99h open\n at 100h waiting for=mailbox:100h15m"));
    vote(
        SUBSTANTIAL,
        &format!(
            "{two}100h dan +1\n 101h fay +1\n at 110h passed closed=100h posts=counted,counted,counted,late"
        ),
    );
    vote(SUBSTANTIAL, &format!("{two}at 336h waiting for=mailbox:336h15m"));
    vote(SUBSTANTIAL, &format!("{two}at 337h failed closed=336h why=short"));
    vote(SUBSTANTIAL, &format!("{two}336h dan +1\n at 337h passed closed=336h"));
    vote(SUBSTANTIAL, &format!("{two}337h dan +1\n at 338h failed closed=336h"));
    vote(SUBSTANTIAL, &format!("{two}100h bob withdraw\n 101h dan +1\n at 110h open tally=2/0/0"));
    vote(SUBSTANTIAL, "at 1h open why=awaiting-votes missing=3\n at 400h failed why=short");
    vote("ovirt-substantial max=24h", "1h bob +1\n at 73h failed closed=72h");
}

#[test]
fn a_standing_minus_vetoes_or_blocks() {
    let three = "1h bob +1\n 2h cy +1\n 3h dan +1\n";
    vote(CONSENSUS, &format!("{three}4h fay -1 \"no licence\"\n at 5h open why=blocked of=fay"));
    vote(CONSENSUS, &format!("{three}4h fay -1 \"no licence\"\n at 73h vetoed closed=72h by=fay why=veto"));
    vote(SUBSTANTIAL, &format!("{three}4h fay -1 \"no licence\"\n at 73h objected closed=72h by=fay"));
    vote(CONSENSUS, &format!("{three}4h fay -1 \"no licence\"\n 50h fay +1\n at 73h passed tally=4/0/0"));
    vote(CONSENSUS, &format!("{three}4h eve -1 \"no licence\"\n at 73h passed closed=72h advisory=0/0/1"));
    vote(
        CONSENSUS,
        &format!("{three}80h fay -1 \"no licence\"\n at 81h passed posts=counted,counted,counted,late"),
    );
    // Short of votes, a veto after the minimum ends it at once.
    vote(CONSENSUS, "1h bob +1\n 80h fay -1 \"no licence\"\n at 79h open\n at 81h vetoed closed=80h");
    vote(CONSENSUS, "1h fay -1 \"no licence\"\n at 73h vetoed closed=72h tally=0/0/1");
}

#[test]
fn a_veto_without_a_reason_is_waited_for_and_void() {
    let three = "1h bob +1\n 2h cy +1\n 3h dan +1\n";
    vote(CONSENSUS, &format!("{three}4h fay -1\n at 5h asked=fay\n at 73h passed closed=72h tally=3/0/0"));
    vote(
        CONSENSUS,
        &format!("{three}70h fay -1\n at 73h waiting for=held:94h of=fay\n at 95h passed closed=94h"),
    );
    vote(
        CONSENSUS,
        &format!("{three}70h fay -1\n 80h fay says \"It has no licence.\"\n at 81h vetoed closed=80h"),
    );
    vote(CONSENSUS, &format!("{three}70h fay -1\n 80h fay withdraw\n at 81h passed closed=80h"));
    vote(CONSENSUS, &format!("{three}70h fay -1\n 80h bob 0\n at 81h open tally=2/1/0\n at 337h failed"));
    // It is waited for only where it would otherwise pass.
    vote(CONSENSUS, "70h fay -1\n at 73h open asked=fay\n at 337h failed");
    // The third vote meets a fresh bare veto.
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 99h fay -1\n 100h dan +1\n at 101h waiting for=held:123h\n at 124h passed closed=123h",
    );
    // At the last instant too, but no -1 after it is waited for.
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 335h fay -1\n 336h dan +1\n at 337h waiting for=held:359h\n at 360h passed",
    );
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 335h fay -1\n 336h dan +1\n 350h gil -1\n at 360h passed closed=359h",
    );
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 335h fay -1\n 336h dan +1\n 350h gil -1 \"no\"\n at 360h vetoed closed=350h by=gil",
    );
}

#[test]
fn a_majority_counts_both_sides() {
    let three = "1h bob +1\n 2h cy +1\n 3h dan +1\n";
    vote(
        MAJORITY,
        &format!(
            "{three}4h fay -1\n at 5h asked= posts=counted,counted,counted,counted\n at 73h passed tally=3/0/1"
        ),
    );
    vote("simple-majority", "1h bob +1\n at 73h passed closed=72h");
    vote("simple-majority", "1h bob +1\n 2h cy -1\n at 73h open missing=1\n at 337h failed why=outvoted");
    vote("simple-majority", "1h bob +1\n 2h cy -1\n 100h dan +1\n at 101h passed closed=100h tally=2/0/1");
    vote("simple-majority", "at 337h failed why=short");
    // Where it asks for reasons, a bare -1 does not count, and is waited for if it could turn it.
    vote(
        "simple-majority reason_required=yes",
        "1h bob +1\n 70h cy -1\n at 73h waiting for=held:94h\n at 95h passed",
    );
    vote(
        "simple-majority reason_required=yes",
        "1h bob +1\n 2h dan +1\n 70h cy -1\n at 73h passed closed=72h",
    );
}

#[test]
fn held_readings_are_waited_for_once_where_they_matter() {
    let three = "1h bob +1\n 2h cy +1\n 3h dan +1\n";
    vote(CONSENSUS, &format!("{three}4h fay objects\n at 5h asked=fay\n at 73h waiting for=held:96h of=fay"));
    vote(
        CONSENSUS,
        &format!("{three}4h fay objects\n at 97h passed closed=96h posts=counted,counted,counted,held"),
    );
    vote(CONSENSUS, &format!("{three}4h fay objects\n 80h fay +1\n at 81h passed closed=80h tally=4/0/0"));
    vote(CONSENSUS, &format!("{three}4h fay objects \"bad\"\n 80h fay -1\n at 81h vetoed closed=80h"));
    vote(CONSENSUS, &format!("{three}4h fay lgtm\n at 5h asked= listed=fay\n at 73h passed closed=72h"));
    vote(CONSENSUS, &format!("{three}4h eve objects\n at 73h passed closed=72h"));
    vote(CONSENSUS, &format!("{three}4h dan held +1 0\n at 73h waiting for=held:96h"));
    // Held support is asked about while votes are missing, and waited for at the end.
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 3h dan lgtm\n at 4h asked=dan\n at 73h open\n at 337h waiting for=held:360h of=dan\n at 361h failed closed=360h why=short",
    );
    vote(CONSENSUS, "1h bob +1\n 2h cy +1\n 3h dan lgtm\n 340h dan +1\n at 341h passed closed=340h");
    vote(CONSENSUS, "1h bob +1\n 3h dan lgtm\n at 337h failed closed=336h");
    // Once a proposal: used up at the minimum, it is not granted again.
    vote(
        CONSENSUS,
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay objects\n 80h dan withdraw\n 200h ann +1\n at 90h open\n at 201h passed closed=200h",
    );
    // A majority that one answer cannot turn does not wait.
    vote(MAJORITY, &format!("{three}4h fay objects\n at 73h passed closed=72h"));
    vote("simple-majority", "1h bob +1\n 4h fay objects\n at 73h waiting for=held:96h\n at 97h passed");
    vote("simple-majority", "1h bob +1\n 4h bob held +1 -1\n at 73h waiting for=held:96h");
}

#[test]
fn binding_is_judged_at_the_close() {
    check(
        "rule ovirt-substantial
         roster ann:m bob:m cy:m@..50h dan:m@60h.. fay:m
         roles m
         1h bob +1
         2h cy +1
         3h dan +1
         4h ann +1
         at 40h open tally=3/0/0 advisory=1/0/0 electorate=4
         at 55h open tally=2/0/0 advisory=2/0/0 electorate=3 due=60h
         at 73h passed tally=3/0/0 posts=counted,advisory,counted,counted electorate=4",
    );
    // A role that begins after the minimum makes the third vote.
    check(
        "rule ovirt-substantial
         roster ann:m bob:m cy:m dan:m@100h..
         roles m
         1h bob +1
         2h cy +1
         3h dan +1
         at 73h open due=100h
         at 101h passed closed=100h tally=3/0/0",
    );
    // A new roster, taken up while it is open.
    check(
        "rule ovirt-substantial
         roster ann bob cy
         roster@90h ann bob cy dan=dan@example.org,dan@example.test
         1h bob +1
         2h cy +1
         3h dan +1
         4h dan@example.test +1
         at 80h open tally=2/0/0 advisory=2/0/0
         at 91h passed closed=90h tally=3/0/0 advisory=0/0/0",
    );
    // What happens to the roster later changes nothing.
    check(
        "roster ann bob
         roster@200h ann
         5h bob -1 \"no\"
         at 73h objected by=bob
         at 300h objected by=bob tally=0/0/1",
    );
    check(
        "rule ovirt-substantial\nroster ann:m bob:x\nroles m\n1h bob +1\nat 2h advisory=1/0/0 electorate=1",
    );
}
