//! What a person announces changes nothing and is recorded.

use super::check;

#[test]
fn an_announced_result_is_recorded_and_compared() {
    let lazy = "roster ann bob\n";
    let said = |who: &str, words: &str, expected: &str| {
        check(&format!("{lazy}73h {who} result \"{words}\"\n at 74h passed human={expected} posts=ignored"));
    };
    said("ann", "The vote has passed with three +1.", "passed");
    said("ann", "This was accepted, thank you.", "passed");
    said("ann", "The vote has not passed.", "failed");
    said("ann", "The vote failed", "failed");
    said("ann", "I have cancelled this vote", "cancelled");
    said("ann", "Thanks everybody", "-");
    said("ann", "Move the mirrors has carried", "passed");
    said("bob", "The vote passed", "passed");
    check(&format!("{lazy}73h ann result \"passed\"\n 74h bob result \"failed\"\n at 75h human=passed"));
    check(&format!("{lazy}73h ann result \"passed\"\n 74h ann result \"failed\"\n at 75h human=failed"));
    check(&format!("{lazy}5h ann result \"passed\"\n at 6h open human=passed"));
    check(&format!("{lazy}5h bob cancel\n at 6h open human=-"));
}

#[test]
fn words_of_the_proposals_own_name_announce_nothing() {
    let mut case =
        super::Case::parse("roster ann bob\n73h ann result \"The vote on Cancel the failed builds passed\"");
    for (post, _) in &mut case.posts {
        post.subject.base = "Cancel the failed builds".to_owned();
    }
    let human = case.decide(super::instant("80h")).human_result.unwrap();
    assert_eq!(human.outcome.as_deref(), Some("passed"));
    assert!(human.by_proposer);
}
