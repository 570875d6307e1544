//! What is said of a proposal that is stopped, put off or changed.

use super::case::*;
use super::mails::check;
use plusone::ballot::{Command, Reading, Vote};
use plusone::decision::{Asked, Awaited, State, Status, Why};
use plusone::notice::Kind;

#[test]
fn objected_with_a_veto_of_a_role() {
    let case = Case::new("winterscale-council", 9, "[COUNCIL] One login for everything")
        .vote("Bob Builder", 90, Vote::Minus, "-1")
        .objecting()
        .with(|decision| (decision.objections[0].vetoes, decision.objections[0].explained) = (true, false));
    check("objected_with_a_veto_of_a_role", &case, Kind::Objected);
    let overridden = Case::new("gdal-psc", 9, "[PSC] Adopt the library")
        .vote("Bob Builder", 90, Vote::Minus, "-1: nobody maintains it")
        .objecting();
    check("objected_with_a_veto_that_can_be_overridden", &overridden, Kind::Objected);
}

#[test]
fn reminder_of_an_objection_that_ends_a_vote() {
    let case = |profile| {
        Case::new(profile, 9, "[VOTE] Adopt the new licence header")
            .vote("Bob Builder", 90, Vote::Minus, "-1 the header drops two copyright holders")
            .objecting()
            .why(Why::Blocked { by: vec!["Bob Builder".into()] })
            .with(|decision| decision.read_through = hour(49))
    };
    check("reminder_of_a_veto", &case("apache-consensus"), Kind::Reminder);
    check("reminder_of_a_block_under_an_approval_rule", &case("ovirt-substantial"), Kind::Reminder);
    let one_end = Case::new("winterscale-council", 9, "[COUNCIL] One login for everything")
        .why(Why::AwaitingVotes { missing: 1 })
        .with(|decision| {
            (decision.minimum_ends_at, decision.ends_at) = (hour(168), hour(168));
            (decision.closes_at, decision.read_through) = (hour(168), hour(145));
        });
    let mail = one_end.mail(Kind::Reminder);
    assert!(mail.contains("If nothing changes, it fails at the close."), "{mail}");
}

#[test]
fn what_is_asked_about_is_no_standing_objection() {
    let mail = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place("please don't")), Status::Counted, None)
        .objecting()
        .asked(Asked::Objection, "please don't")
        .why(Why::Blocked { by: vec!["Carol Cable".into()] })
        .with(|decision| decision.read_through = hour(49))
        .mail(Kind::Reminder);
    assert_eq!(mail.matches("Carol Cable wrote").count(), 1, "{mail}");
    assert!(mail.contains("Open questions") && !mail.contains("Standing objections"), "{mail}");
    assert!(mail.contains("Without an answer the close waits for one"), "{mail}");
}

#[test]
fn the_close_is_put_off_for_an_answer() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place("please don't")), Status::Counted, None)
        .asked(Asked::Objection, "please don't")
        .closed(
            State::Waiting { awaited: Awaited::Held, until: Some(hour(96)) },
            Why::AwaitingAnswer { of: vec!["Carol Cable".into()] },
        )
        .with(|decision| decision.closes_at = hour(96));
    check("extended_for_an_answer", &case, Kind::Extended);
}

#[test]
fn result_of_a_text_that_was_changed_by_seats() {
    let mut case = Case::voted("[VOTE] Buy a second build host")
        .command("Ann Admin", 600, Command::Amend, "Proposal: amend")
        .happened("amended")
        .amended()
        .command("Eve Ether", 620, Command::Status, "Proposal: status")
        .command("Ann Admin", 640, Command::Extend("24h".into()), "Proposal: extend 24h")
        .vote("Bob Builder", 700, Vote::Plus, "+1")
        .closed(State::Passed { at: hour(72) }, Why::Approved { plus: 1, minus: 0 });
    case.decision.posts[3].seat = Some("web".into());
    check("result_of_a_text_that_was_changed", &case, Kind::Result);
}

#[test]
fn a_membership_proposal_that_names_nobody_says_so() {
    let case = Case::new("ovirt-membership", 12, "[APPRENTICE] Somebody new");
    let mail = case.mail(Kind::Opened);
    assert!(mail.contains("It names nobody, so it can give nobody a role."), "{mail}");
}
