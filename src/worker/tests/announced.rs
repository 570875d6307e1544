//! Results and cancellations that hang in no thread find their proposal, whichever comes first.

use super::*;

fn cancelling(from: &'static str) -> Mail {
    mail(
        "end",
        from,
        hours(5),
        "[CANCEL] CI: the move",
        "The [VOTE] \"Move CI\" is cancelled, see <vote@example.org>.",
    )
}

#[test]
fn a_cancellation_in_a_thread_of_its_own_takes_its_proposal_back() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed(), proposal().listed()]);
    desk.take(&[cancelling("ann").listed()]);
    desk.read_to(hours(6));
    assert_eq!((desk.outcome("vote"), desk.outcome("root")), ("withdrawn", "open"));
    let human = desk.decision("vote").human_result.unwrap();
    assert_eq!(
        (human.message_id.as_str(), human.outcome.as_deref()),
        ("<end@example.org>", Some("cancelled"))
    );
    assert!(desk.problems().is_empty(), "{:?}", desk.problems());
}

#[test]
fn a_strangers_cancellation_takes_nothing_back() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed(), cancelling("mallory").listed()]);
    desk.read_to(hours(6));
    assert_eq!(desk.outcome("vote"), "open");
    assert!(desk.decision("vote").posts.iter().any(|post| post.message_id.as_str() == "<end@example.org>"));
}

#[test]
fn a_result_that_comes_before_its_proposal_is_linked_when_that_comes() {
    let result = mail("end", "ann", hours(5), "[RESULT] Move CI", "Passed.\n\n+1 (binding): bob, cy, dan");
    let mut desk = Desk::set();
    desk.take(&[result.listed()]);
    assert_eq!(desk.problems(), ["unlinked-result"]);
    desk.take(&[ballot().listed()]);
    let human = desk.decision("vote").human_result.unwrap();
    assert_eq!((human.outcome.as_deref(), human.votes[0].voters.len()), (Some("passed"), 3));
    assert_eq!(desk.outcome("vote"), "open", "a result decides nothing");
}

#[test]
fn a_result_of_which_nothing_tells_the_proposal_is_listed() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed(), proposal().listed()]);
    desk.take(&[mail("end", "ann", hours(5), "[RESULT] Lunch", "The vote has passed.").listed()]);
    assert_eq!(desk.problems(), ["unlinked-result"]);
    assert!(desk.decision("vote").human_result.is_none() && desk.decision("root").human_result.is_none());
}

#[test]
fn a_cancellation_by_subject_ends_one_of_two_alike() {
    let vote = |id, subject: &str| mail(id, "ann", start(), subject, "Please vote.").listed();
    let mut desk = Desk::set();
    desk.take(&[vote("one", "[VOTE] Release Foo 1.2.3"), vote("two", "[VOTE] Release Foo 1.2.4")]);
    desk.take(&[mail("end", "ann", hours(5), "[CANCELLED] Foo 1.2.4", "A bug turned up.").listed()]);
    desk.read_to(hours(6));
    assert_eq!((desk.outcome("one"), desk.outcome("two")), ("open", "withdrawn"));
}
