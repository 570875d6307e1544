//! What a decision owes.

use super::case::*;
use plusone::ballot::{HeldWhy, Reading, Vote};
use plusone::decision::{Asked, Awaited, Decision, HumanResult, Mode, State, Status, Why};
use plusone::notice::{Kind, notices};

fn waiting(awaited: Awaited) -> State {
    State::Waiting { awaited, until: Some(hour(96)) }
}

fn check(case: &Case, expect: &[&str]) {
    assert_eq!(case.owed_in_words(), expect);
}

#[test]
fn an_open_proposal_is_announced_once_a_revision() {
    let mut case = Case::silent("[PROPOSAL] Retire the old host");
    check(&case, &["opened List 1"]);
    let first = case.owed();
    assert_eq!(
        first,
        notices(Some(&case.decision), &case.decision),
        "the same notice, whatever was known before"
    );
    case.decision.revision = 2;
    check(&case, &["opened List 2"]);
    assert_ne!(case.owed(), first);
}

#[test]
fn what_is_not_open_is_not_announced() {
    let of = |state: State| Case::silent("[PROPOSAL] x").closed(state, Why::AwaitingMailbox);
    check(&of(waiting(Awaited::Approval)), &[]);
    check(&of(waiting(Awaited::Mailbox)), &[]);
    check(&of(waiting(Awaited::Held)), &["opened List 1"]);
    check(&of(State::Passed { at: hour(72) }), &["result List 1"]);
    let mut recorded = of(State::Passed { at: hour(72) });
    recorded.decision.call.mode = Mode::Recorded;
    check(&recorded, &[]);
}

#[test]
fn a_question_goes_to_its_author_while_it_matters() {
    let case = || {
        Case::silent("[PROPOSAL] x")
            .post("Bob Builder", 60, held(HeldWhy::Condition, "+1 if tested"), Status::Held, None)
            .asked(Asked::Held(HeldWhy::Condition), "+1 if tested")
    };
    let asked =
        ["opened List 1", "question Author(Address(\"bobbuilder@example.org\")) 1 <post-0@example.org>"];
    check(&case(), &asked);
    let with = |change: fn(&mut Decision)| {
        let mut case = case();
        change(&mut case.decision);
        case
    };
    check(&with(|decision| decision.questions[0].answered_by = Some(id("answer"))), &asked[..1]);
    check(&with(|decision| decision.questions[0].matters = false), &asked[..1]);
    check(&with(|decision| decision.questions[0].of.author.address = None), &asked[..1]);
    check(&with(|decision| decision.questions[0].of.member = None), &asked[..1]);
}

#[test]
fn an_objection_is_announced_when_it_has_its_reason_or_is_made_in_words() {
    let minus = || {
        Case::silent("[PROPOSAL] x")
            .vote("Bob Builder", 60, Vote::Minus, "-1: it breaks the build")
            .objecting()
    };
    check(&minus(), &["opened List 1", "objected List 1 <post-0@example.org>"]);
    let mut unexplained = minus();
    unexplained.decision.objections[0].explained = false;
    check(&unexplained, &["opened List 1"]);
    let mut strangers = minus();
    strangers.decision.objections[0].blocks = false;
    check(&strangers, &["opened List 1"]);
    let words = Case::silent("[PROPOSAL] x")
        .post("Bob Builder", 60, Reading::Objects(place("please don't")), Status::Counted, None)
        .objecting();
    check(&words, &["opened List 1", "objected List 1 <post-0@example.org>"]);
}

#[test]
fn an_objection_that_is_repeated_is_one_objection() {
    let minus = |case: Case, at| case.vote("Bob Builder", at, Vote::Minus, "-1: it breaks the build");
    let first = minus(Case::silent("[PROPOSAL] x"), 60);
    let again = minus(first, 120).objecting();
    check(&again, &["opened List 1", "objected List 1 <post-0@example.org>"]);
    assert!(again.mail(Kind::Objected).contains("Bob Builder objects"));

    let first = minus(Case::silent("[PROPOSAL] x"), 60);
    let changed = minus(first.vote("Bob Builder", 90, Vote::Plus, "+1"), 120).objecting();
    check(&changed, &["opened List 1", "objected List 1 <post-2@example.org>"]);
}

#[test]
fn a_result_that_the_proposer_announced_is_not_repeated() {
    let announced = |outcome: &str, by_proposer| {
        let mut case = Case::silent("[PROPOSAL] x").closed(State::Failed { at: hour(72) }, Why::TakenBack);
        case.decision.human_result = Some(HumanResult {
            message_id: id("human"),
            by: voter("Ann Admin"),
            at: hour(73),
            outcome: Some(outcome.to_owned()),
            by_proposer,
            votes: Vec::new(),
            differences: Vec::new(),
        });
        case
    };
    check(&announced("failed", true), &[]);
    check(&announced("failed", false), &["result List 1"]);
    check(&announced("passed", true), &["result List 1"]);
    let mail = announced("passed", true).mail(Kind::Result);
    assert!(mail.contains("Ann Admin announced \"passed\"."), "{mail}");
}

#[test]
fn a_strangers_proposal_that_nobody_took_up_is_passed_over_in_silence() {
    check(&Case::silent("[PROPOSAL] x").closed(State::Failed { at: hour(72) }, Why::AwaitingMember), &[]);
}
