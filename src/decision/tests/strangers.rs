//! A stranger's proposal opens on a member's +1.

use super::check;

#[test]
fn a_strangers_proposal_waits_for_a_member() {
    let lazy = "by eve\nroster ann bob\n";
    check(&format!(
        "{lazy}at 1h waiting for=approval:336h why=awaiting-member closes=336h due=336h events=proposed"
    ));
    check(&format!("{lazy}1h zoe +1\n at 2h waiting for=approval:336h"));
    check(&format!("{lazy}1h eve +1\n at 2h waiting for=approval:336h"));
    check(&format!("{lazy}10h ann +1\n at 9h waiting\n at 11h open closes=82h\n at 83h passed closed=82h"));
    check(&format!("{lazy}10h ann -1 \"no\"\n at 100h waiting for=approval:336h"));
    check(&format!("{lazy}5h bob -1 \"no\"\n 10h ann +1\n at 83h objected closed=82h by=bob"));
    check(&format!("{lazy}at 337h failed closed=336h why=never-opened"));
    check(&format!("{lazy}340h ann +1\n at 341h failed posts=late"));
    check(&format!("{lazy}10h eve cancel\n at 11h withdrawn closed=10h"));
    check(&format!("{lazy}10h ann +1\n 11h ann withdraw\n at 83h passed"));
    check(
        "rule ovirt-substantial\nby eve\nroster ann bob cy\n10h ann +1\n 11h bob +1\n 12h cy +1\n at 83h passed closed=82h",
    );
    check("by who?\nroster ann bob\nat 1h waiting for=approval:336h");
}
