//! Who may do what: each a setting.

use super::check;

#[test]
fn a_strangers_proposal_may_open_at_once() {
    check(
        "rule ovirt-minor strangers_propose=yes\nby eve\nroster ann bob\nat 1h open closes=72h events=opened\n at 73h passed",
    );
    check("by eve\nroster ann bob\nat 1h waiting");
}

#[test]
fn a_nominee_casts_nothing() {
    let bob = "rule ovirt-substantial\nroster ann bob=bob@example.org,bob@example.test cy dan\nnominee bob@example.org\n";
    check(&format!(
        "{bob}1h bob +1\n 2h cy +1\n 3h dan +1\n at 4h tally=2/0/0 posts=ignored,counted,counted whys=nominee,-,- electorate=3\n at 73h open missing=1"
    ));
    check(&format!(
        "{bob}1h bob@example.test -1 \"no\"\n 2h bob objects\n 3h bob lgtm\n 4h bob withdraw\n at 5h tally=0/0/0 whys=nominee,nominee,nominee,nominee asked= listed= objections="
    ));
    check(&format!("{bob}1h bob says \"Thanks.\"\n at 2h whys=-"));
    // By name alone, where no address is written: exactly that name, or the member of that name.
    let named = bob.replace("nominee bob@example.org", "nominee bob");
    check(&format!("{named}1h bob +1\n at 2h whys=nominee"));
    check(&format!("{named}1h bob@example.test +1\n at 2h whys=nominee"));
    check(&bob.replace("nominee bob@example.org", "nominee Bo\n1h bob +1\nat 2h whys=-"));
    // Whoever proposes themselves may still take it back.
    check(&format!("by bob\n{bob}root +1\n5h bob command withdraw\n at 4h tally=0/0/0\n at 6h withdrawn"));
    // Silence that a nominee breaks is none of theirs to break.
    check("roster ann bob\nnominee bob@example.org\n5h bob -1 \"no\"\nat 73h passed closed=72h");
    check(
        "rule ovirt-minor nominee_votes=yes\nroster ann bob\nnominee bob@example.org\n5h bob -1 \"no\"\nat 73h objected electorate=2",
    );
    // A share of the roster is of those who may vote.
    check(
        "rule simple-majority share=all_of_roster\nroster ann bob cy\nnominee cy@example.org\n1h ann +1\n2h bob +1\nat 73h passed",
    );
    check(
        "rule simple-majority decided_from=24h\nroster ann bob cy\nnominee cy@example.org\n1h ann +1\n2h bob +1\nat 25h passed closed=24h",
    );
    // Nobody opens their own membership.
    check(
        "by eve\nroster ann bob\nnominee bob@example.org\n5h bob +1\nat 6h waiting\n 7h ann +1\n at 8h open",
    );
}

#[test]
fn binding_is_judged_at_the_vote_where_the_rule_says_so() {
    let team = "roster ann:m bob:m cy:m@..50h dan:m@60h.. fay:m\nroles m\n1h bob +1\n2h cy +1\n3h dan +1\n4h fay +1\n";
    check(&format!(
        "rule ovirt-substantial binding_at=vote\n{team}at 40h tally=3/0/0\n at 73h passed tally=3/0/0 posts=counted,counted,advisory,counted"
    ));
    check(&format!(
        "rule ovirt-substantial\n{team}at 73h passed tally=3/0/0 posts=counted,advisory,counted,counted"
    ));
    // At the instant itself.
    let edge = "rule ovirt-substantial binding_at=vote\nroster ann:m bob:m@10h..20h\nroles m\n";
    check(&format!("{edge}10h bob +1\nat 30h tally=1/0/0"));
    check(&format!("{edge}20h bob +1\nat 30h tally=0/0/0 advisory=1/0/0"));
    check(&format!("{edge}15h bob +1\n25h bob -1 \"no\"\nat 30h tally=0/0/0 advisory=0/0/1"));
    check(
        "rule ovirt-minor binding_at=vote\nroster ann:m bob:m@..20h\nroles m\n10h bob -1 \"no\"\nat 73h objected by=bob",
    );
    check(
        "rule ovirt-minor binding_at=vote\nroster ann:m bob:m@..20h\nroles m\n10h bob objects\nat 73h waiting\n at 97h objected by=bob",
    );
    check(
        "rule ovirt-substantial binding_at=vote\nroster ann bob cy\nroster@50h ann bob\n1h cy +1\n2h ann +1\n3h bob +1\nat 73h passed tally=3/0/0",
    );
}
