//! What a decision owes.

use super::case::*;
use plusone::ballot::{Command, HeldWhy, Reading, Vote};
use plusone::decision::{
    Asked, Awaited, Decision, HeaderFault, HumanResult, Mode, Refusal, Refused, Span, State, Status,
    Unfollowed, Why,
};
use plusone::notice::{Kind, next_notice, notices};

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
    check(&case, &["amended List 2"]);
    assert_ne!(case.owed(), first);
}

#[test]
fn what_is_not_open_is_not_announced() {
    let of = |state: State| Case::silent("[PROPOSAL] x").closed(state, Why::AwaitingMailbox);
    check(&of(waiting(Awaited::Approval)), &[]);
    check(&of(waiting(Awaited::Mailbox)), &[]);
    check(&of(waiting(Awaited::Held)), &["opened List 1", "extended List 1"]);
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
fn a_bare_minus_is_announced_where_no_reason_is_asked_for() {
    let case = Case::new("hackalot-admission", 7, "[ADMISSION] x")
        .vote("Bob Builder", 60, Vote::Minus, "-1")
        .objecting()
        .with(|decision| decision.objections[0].explained = false);
    check(&case, &["opened List 1", "objected List 1 <post-0@example.org>"]);
}

#[test]
fn what_was_said_before_the_text_changed_is_owed_once() {
    let before = Case::voted("[VOTE] x")
        .post("Bob Builder", 60, held(HeldWhy::Condition, "+1 if tested"), Status::Held, None)
        .asked(Asked::Held(HeldWhy::Condition), "+1 if tested")
        .command("Carol Cable", 70, Command::Withdraw, "Proposal: withdraw")
        .refused("Proposal: withdraw", Refusal::NotProposer)
        .vote("Dora Disk", 80, Vote::Minus, "-1: too early")
        .objecting()
        .command("Ann Admin", 90, Command::Extend("48h".into()), "Proposal: extend 48h")
        .happened("extended")
        .with(|decision| decision.read_through = hour(2));
    let owed = before.owed();
    assert_eq!(owed.len(), 5, "{owed:?}");
    let after = before.command("Ann Admin", 100, Command::Amend, "Proposal: amend").amended();
    let again = after.owed();
    assert!(owed[1..].iter().all(|notice| again.contains(notice)), "{owed:?}\n{again:?}");
    assert_eq!(again[0].kind, Kind::Amended);
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
    check(&announced("passed", true), &["result List 1", "differs List 1 <human@example.org>"]);
    let mail = announced("passed", false).mail(Kind::Result);
    assert!(mail.contains("Ann Admin announced \"passed\"."), "{mail}");
}

#[test]
fn a_strangers_proposal_that_nobody_took_up_is_passed_over_in_silence() {
    check(&Case::silent("[PROPOSAL] x").closed(State::Failed { at: hour(72) }, Why::AwaitingMember), &[]);
}

/// A vote that is short, whose minimum ends after 72 hours and which fails after 14 days.
fn short(read_through: i64) -> Case {
    Case::voted("[VOTE] x").why(Why::AwaitingVotes { missing: 2 }).with(|decision| {
        decision.read_through = hour(read_through);
    })
}

#[test]
fn a_reminder_is_owed_in_the_day_before_an_end_where_it_would_not_pass() {
    let last = 14 * 24;
    let reminded = |case: &Case| -> Vec<u32> {
        let owed = case.owed();
        owed.iter().filter(|notice| notice.kind == Kind::Reminder).map(|notice| notice.ordinal).collect()
    };
    let check =
        |case: &Case, expect: &[u32]| assert_eq!(reminded(case), expect, "{}", case.decision.read_through);
    for (hours, expect) in [
        (47, &[][..]),
        (48, &[0]),
        (71, &[0]),
        (72, &[]),
        (last - 25, &[]),
        (last - 24, &[1]),
        (last - 1, &[1]),
        (last, &[]),
    ] {
        check(&short(hours), expect);
    }
    check(&short(50).why(Why::AwaitingWindow { plus: 3 }), &[]);
    check(&short(50).closed(State::Failed { at: hour(50) }, Why::Short { plus: 1, needed: 3 }), &[]);
    // Nobody needs a reminder of what was announced a day ago.
    check(&short(10).with(|decision| decision.minimum_ends_at = hour(24)), &[]);
    check(&short(50).with(|decision| decision.ends_at = hour(73)), &[0]);
    check(&short(71).with(|decision| decision.ends_at = hour(80)), &[0]);
    // Under a silence rule there is one end.
    let silent =
        |why: Why| Case::silent("[PROPOSAL] x").why(why).with(|decision| decision.read_through = hour(50));
    check(&silent(Why::AwaitingSilence), &[]);
    check(&silent(Why::Blocked { by: vec!["bob".to_owned()] }), &[0]);
    // What was objected in the last day is news by itself.
    let objected = |minutes: i64| {
        Case::silent("[PROPOSAL] x")
            .vote("Bob Builder", minutes, Vote::Minus, "-1: it breaks the build")
            .objecting()
            .why(Why::Blocked { by: vec!["bobbuilder".to_owned()] })
            .with(|decision| decision.read_through = hour(50))
    };
    check(&objected(60), &[0]);
    check(&objected(49 * 60), &[]);
    // Raised after a reminder, it is reminded of again.
    let raised = short(50)
        .command("Bob Builder", 600, Command::Substantial, "Proposal: substantial")
        .happened("raised")
        .with(|decision| decision.minimum_ends_at = hour(72 + 10));
    check(&raised, &[]);
    let raised = raised.with(|decision| decision.read_through = hour(60));
    assert!(
        raised.owed().iter().any(|notice| notice.kind == Kind::Reminder && notice.post == Some(id("post-0")))
    );
}

#[test]
fn time_alone_makes_reminders_and_follow_ups_due() {
    assert_eq!(next_notice(&short(10).decision), Some(hour(48)));
    assert_eq!(next_notice(&short(48).decision), Some(hour(13 * 24)));
    assert_eq!(next_notice(&short(14 * 24).decision), None);
    let passed = short(80).closed(State::Passed { at: hour(72) }, Why::Approved { plus: 3, minus: 0 });
    assert_eq!(next_notice(&passed.decision), None);
    let trial = passed.with(|decision| decision.rule.follow_up = Some(Span::days(90)));
    assert_eq!(next_notice(&trial.decision), Some(hour(93 * 24)));
    check(&trial, &["result List 1"]);
    let over = trial.with(|decision| decision.read_through = hour(93 * 24));
    check(&over, &["result List 1", "follow-up List 1"]);
}

#[test]
fn what_was_not_followed_is_answered_once_and_only_to_whom_may_be_asked() {
    let refused = || {
        Case::silent("[PROPOSAL] x")
            .post("Bob Builder", 60, Reading::Nothing, Status::Ignored, None)
            .refused("Proposal: withdraw", Refusal::NotProposer)
    };
    let answer = "question Author(Address(\"bobbuilder@example.org\")) 1 <post-0@example.org>";
    check(&refused(), &["opened List 1", answer]);
    let closed = refused().closed(State::Passed { at: hour(72) }, Why::Approved { plus: 3, minus: 0 });
    check(&closed, &["result List 1", answer]);
    check(&refused().with(|decision| decision.refused[0].of.member = None), &["opened List 1"]);
    check(&refused().with(|decision| decision.read_through = hour(10 * 24)), &["opened List 1"]);
    let waiting = refused().with(|decision| decision.state = waiting(Awaited::Approval));
    check(&waiting, &[]);
    // `opened` tells of the lines at the head of the proposal.
    let head = Case::silent("[PROPOSAL] x").with(|decision| {
        let why = HeaderFault::Twice;
        decision.call.unfollowed = vec![Unfollowed { line: "Closes: soon".to_owned(), why: why.clone() }];
        decision.refused = vec![Refused {
            post: decision.call.root.clone(),
            of: voter("Ann Admin"),
            line: "Closes: soon".to_owned(),
            why: Refusal::Header(why),
            at: hour(0),
        }];
    });
    check(&head, &["opened List 1"]);
}

#[test]
fn status_is_answered_once_a_day() {
    let asked = |hours: i64| {
        Case::voted("[VOTE] x")
            .command("Bob Builder", 60, Command::Status, "Proposal: status")
            .command("Gil Gateway", 180, Command::Status, "Proposal: status")
            .with(|decision| decision.read_through = hour(hours))
    };
    let case = asked(10);
    let notice = case.owed().pop().unwrap();
    assert_eq!((notice.kind, notice.post.as_ref()), (Kind::Status, None));
    let mail = case.mail(Kind::Status);
    assert!(mail.contains("In-Reply-To: <post-0@example.org>") && mail.contains("auto-replied"), "{mail}");
    assert_eq!(asked(30).owed_in_words(), ["opened List 1"]);
    let next_day = asked(30).command("Bob Builder", 24 * 60, Command::Status, "Proposal: status");
    assert_eq!(next_day.owed().pop().unwrap().ordinal, notice.ordinal + 1);
}

#[test]
fn every_kind_of_notice_has_a_template_in_every_language() {
    let names: Vec<&str> = plusone::notice::Templates::sources().map(|(name, _)| name).collect();
    for kind in Kind::ALL {
        for language in ["en", "nl"] {
            assert!(names.contains(&format!("{language}/{}.txt", kind.as_str()).as_str()), "{kind:?}");
        }
    }
}
