//! The tally that a person announces is compared with the engine's; it changes nothing.

use super::{Case, instant};
use crate::ballot::{Claim, Vote};
use crate::mail::OwnWords;

/// A vote of three with two more voices; the result says `words`.
fn announced(words: &str) -> Case {
    let mut case = Case::parse(
        "rule ovirt-substantial\nroster ann bob cleo dan\n\
         1h bob +1\n2h cleo +1\n3h dan +1\n4h eve +1\n73h ann result \"\"",
    );
    let names = [
        ("ann", "Ann Admin"),
        ("bob", "Bob Brown"),
        ("cleo", "Cléo Carr"),
        ("dan", "Dan Dole"),
        ("eve", "Eve Eddy"),
    ];
    for (post, _) in &mut case.posts {
        for (id, name) in names {
            if post.author.name == id {
                post.author.name = name.to_owned();
            }
        }
    }
    if let Some((post, _)) = case.posts.last_mut() {
        post.words = OwnWords::plain(words);
    }
    case
}

/// How an announcement differs, as codes with names.
fn differs(words: &str, expect: &[&str]) {
    let decision = announced(words).decide(instant("80h"));
    assert_eq!(decision.state.outcome(), "passed", "an announcement changes nothing");
    let human = decision.human_result.unwrap();
    let word = |difference| {
        let value = serde_json::to_value(difference).unwrap();
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let number = |key: &str| value[key].as_u64().map(|number| number.to_string());
        let parts = ["code", "name", "vote", "claim", "status"].iter().filter_map(|key| text(key));
        parts
            .chain(["count", "listed", "announced", "counted"].iter().filter_map(|key| number(key)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let found: Vec<String> = human.differences.iter().map(word).collect();
    assert_eq!(found, expect, "{words}\n{human:#?}");
}

#[test]
fn an_announced_tally_is_compared_name_by_name() {
    differs("Passed.\n+1 (binding): Bob Brown, Cleo Carr, Dan Dole\n+1 (non-binding): Eve Eddy", &[]);
    differs("+1 binding: Bob, Cléo and Dan. +1 non-binding: Eve", &[]);
    differs("+1 binding:\n- Brown, Bob\n- Carr, Cleo\n- D. Dole\n+1 non-binding:\n- eve@example.org", &[]);
    differs("+1: Bob, Cleo, Dan, Eve", &[]);
    differs("+1: BOB, cleo, Dan E. Dole, Eve", &[]);
    differs("3 binding +1, 1 non-binding +1", &[]);
    differs("+1: 4", &[]);
    differs("+1: 3", &[]);
    differs("Thanks everybody, it passed", &[]);
}

#[test]
fn what_differs_is_named() {
    differs("+1: Bob, Cleo, Dan, Eve, Fred", &["not-found Fred", "count +1 5 4"]);
    differs("+1 binding: Bob, Cleo\n+1 non-binding: Eve", &["omits Dan Dole +1", "count +1 binding 2 3"]);
    differs("+1 binding: Bob, Cleo, Dan, Eve", &["binds Eve", "count +1 binding 4 3"]);
    differs(
        "+1 binding: Bob, Cleo\n+1 non-binding: Eve\n-1: Dan",
        &["other-vote Dan", "count +1 binding 2 3", "count -1 1 0"],
    );
    differs(
        "4 binding +1: Bob, Cleo, Dan\n1 non-binding +1: Eve",
        &["miscounted +1 binding 4 3", "count +1 binding 4 3"],
    );
    differs("2 binding +1, 2 non-binding +1", &["count +1 binding 2 3", "count +1 non-binding 2 1"]);
    differs("+1: Bob, Cleo, Dan, Eve, Ann", &["not-found Ann", "count +1 5 4"]);
}

#[test]
fn a_first_name_that_two_bear_is_ambiguous() {
    let mut case = announced("+1: Zed, Cleo, Dan");
    for (post, _) in &mut case.posts {
        for (before, name) in [("Eve Eddy", "Zed Eddy"), ("Bob Brown", "Zed Brown")] {
            if post.author.name == before {
                post.author.name = name.to_owned();
            }
        }
    }
    let human = case.decide(instant("80h")).human_result.unwrap();
    let codes: Vec<_> =
        human.differences.iter().map(|one| serde_json::to_value(one).unwrap()["code"].clone()).collect();
    assert_eq!(codes, ["ambiguous"]);
    // The whole name of one leaves the first name to the other.
    if let Some((post, _)) = case.posts.last_mut() {
        post.words = OwnWords::plain("+1: Zed Eddy, Zed, Cleo, Dan");
    }
    let human = case.decide(instant("80h")).human_result.unwrap();
    assert_eq!(human.differences, []);
    let behind = |at: usize| human.votes[0].voters[at].who.as_ref().unwrap().author.name.clone();
    assert_eq!((behind(0), behind(1)), ("Zed Eddy".to_owned(), "Zed Brown".to_owned()));
}

#[test]
fn names_lead_to_votes() {
    let human = announced("+1 (binding): Bob, Cleo, Dan").decide(instant("80h")).human_result.unwrap();
    let votes = &human.votes[0];
    assert_eq!((votes.vote, votes.claim, votes.count), (Vote::Plus, Some(Claim::Binding), None));
    let posts: Vec<_> = votes.voters.iter().map(|voter| voter.post.as_ref().unwrap().as_str()).collect();
    assert_eq!(posts, ["<1@example.org>", "<2@example.org>", "<3@example.org>"]);
    assert_eq!(votes.voters[0].who.as_ref().unwrap().member.as_deref(), Some("bob"));
}

#[test]
fn words_of_the_proposals_own_name_announce_nothing() {
    let mut case =
        Case::parse("roster ann bob\n73h ann result \"The vote on Cancel the failed builds passed\"");
    for (post, _) in &mut case.posts {
        post.subject.base = "Cancel the failed builds".to_owned();
    }
    let human = case.decide(instant("80h")).human_result.unwrap();
    assert_eq!(human.outcome.as_deref(), Some("passed"));
    assert!(human.by_proposer);
}

#[test]
fn an_answer_to_a_cancellation_cancels_nothing() {
    let answered = |words: &str| {
        let mut case = Case::parse("roster ann bob\n5h mallory cancel\n6h ann cancel");
        case.posts[1].0.subject.tags.insert(0, "CANCEL".to_owned());
        let (forged, answer) = (case.posts[1].0.message_id.clone(), &mut case.posts[2].0);
        answer.subject.tags.insert(0, "CANCEL".to_owned());
        answer.parents.insert(0, forged);
        answer.words = OwnWords::plain(words);
        case.decide(instant("74h")).state.outcome()
    };
    assert_eq!(answered("Who did that, and why?"), "passed");
    assert_eq!(answered("Yes, let us do without. The proposal is withdrawn."), "withdrawn");
}
