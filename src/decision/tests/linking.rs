//! Announcements outside their thread are linked to the one proposal that they name, or to none.

use super::*;
use std::convert::Infallible;

/// Proposals as "hours after the start | who | subject", an announcement as "hours | who | subject | words", and the index of the proposal it
/// is linked to: `-` for none, `?` for several. A proposal closes after three days; bob has to do with all of them.
fn linked(proposals: &[&str], announcement: &str, expect: &str) {
    let parts = |text: &str| text.split('|').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let opened: Vec<DateTime<Utc>> = proposals.iter().map(|text| instant(&parts(text)[0])).collect();
    let candidates: Vec<Candidate> = proposals
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let mut call = Case::parse("").call;
            let parts = parts(text);
            call.root = MessageId::parse(&format!("proposal-{n}@example.org")).unwrap();
            (call.opened_at, call.proposer, call.subject) = (opened[n], author(&parts[1]), parts[2].clone());
            Candidate::new(&call, Some(&format!("https://lists.example.org/a/{n}")))
        })
        .collect();
    let announced = parts(announcement);
    let mut event =
        post("event", &announced[1], instant(&announced[0]), announced.get(3).map_or("", |words| words));
    event.parents.clear();
    event.subject = Subject::read(&announced[2], &[]);
    let bob = announced[1] == "bob";
    let closed_at = |n: usize| Ok(Some(opened[n] + TimeDelta::hours(72)));
    let found = link::<Infallible>(&event, &candidates, |_| Ok(bob), closed_at).unwrap();
    let found = match found {
        Linked::To(n) => n.to_string(),
        Linked::Several => "?".to_owned(),
        Linked::ToNone => "-".to_owned(),
    };
    assert_eq!(found, expect, "{announcement}\namong {proposals:?}");
}

#[test]
fn a_result_names_its_proposal_by_its_subject() {
    let one = ["0h | ann | [VOTE] Move the builds"];
    linked(&one, "73h | ann | [RESULT] [VOTE] Move the builds", "0");
    linked(&one, "73h | ann | [RESULT] move  the Builds", "0");
    linked(&one, "73h | ann | [VOTE] Move the builds [RESULT]", "0");
    linked(&one, "73h | ann | RESULT: Move the builds", "0");
    linked(&one, "73h | mallory | [RESULT] Move the builds", "0");
    linked(&one, "73h | ann | [RESULT] They are moving (was: [VOTE] Move the builds)", "0");
    linked(&one, "73h | ann | [RESULT] Something else", "-");
    linked(&one, "73h | ann | [RESULT]", "-");
}

#[test]
fn a_result_belongs_to_no_later_and_to_no_old_proposal() {
    let one = ["10h | ann | [VOTE] Move the builds"];
    linked(&one, "9h | ann | [RESULT] Move the builds", "-");
    linked(&one, "10h | ann | [RESULT] Move the builds", "0");
    linked(&one, "2170h | ann | [RESULT] Move the builds", "0");
    linked(&one, "2171h | ann | [RESULT] Move the builds", "-");
}

#[test]
fn a_reworded_result_needs_the_words_the_version_and_somebody_known() {
    let two = [
        "0h | ann | [VOTE] Release Foo Plugin version 1.2.3",
        "1h | ann | [VOTE] Release Foo Plugin version 1.2.4",
    ];
    linked(&two, "73h | ann | [RESULT] Foo Plugin 1.2.3", "0");
    linked(&two, "73h | ann | [RESULT] Foo Plugin 1.2.4 is released", "1");
    linked(&two, "73h | bob | [RESULT] Foo Plugin 1.2.4", "1");
    linked(&two, "73h | mallory | [RESULT] Foo Plugin 1.2.4", "-");
    linked(&two, "73h | ann | [RESULT] Foo Plugin 1.2.5", "-");
    linked(&two, "73h | ann | [RESULT] Foo Plugin 1.2", "-");
    linked(&two, "73h | ann | [RESULT] Bar Plugin 1.2.3", "-");
    linked(&two, "73h | ann | [RESULT] Foo Plugin", "?");
    let alike =
        ["0h | ann | [VOTE] Release Foo PDF Plugin 1.4", "0h | ann | [VOTE] Release Foo Site Plugin 1.4"];
    linked(&alike, "73h | ann | [RESULT] Foo Site Plugin 1.4", "1");
    linked(&alike, "73h | ann | [RESULT] Foo Plugin 1.4", "?");
}

#[test]
fn the_mails_own_words_may_name_the_proposal() {
    let two = ["0h | ann | [VOTE] Move the builds", "1h | ann | [VOTE] Rename the builds"];
    linked(
        &two,
        "73h | mallory | [RESULT] It is decided | See https://lists.example.org/a/1 for the vote.",
        "1",
    );
    linked(
        &two,
        "73h | ann | [RESULT] It is decided | See https://lists.example.org/a/17 for the vote.",
        "-",
    );
    linked(&two, "73h | ann | [RESULT] It is decided | The call was <proposal-0@example.org>.", "0");
    linked(
        &two,
        "73h | ann | [RESULT] It is decided | https://archive.example.org/proposal-0%40example.org",
        "0",
    );
    linked(&two, "73h | ann | [RESULT] It is decided | The call was <another-proposal-0@example.org>.", "-");
    linked(&two, "73h | ann | [RESULT] It is decided | The vote on \"Rename the builds\" has passed.", "1");
    linked(&two, "73h | ann | [RESULT] Two votes | Move the builds passed, Rename the builds failed.", "?");
    let longer = ["0h | ann | [VOTE] Release Foo", "0h | ann | [VOTE] Release Foo Bar 1.2"];
    linked(&longer, "73h | ann | [RESULT] It is decided | The vote to release Foo Bar 1.2 passed.", "1");
    linked(&longer, "73h | ann | [RESULT] It is decided | The vote to release Foo Bar 1.2.1 passed.", "-");
}

#[test]
fn of_several_by_one_name_the_open_one_is_meant() {
    let again = ["0h | ann | [VOTE] Move the builds", "100h | ann | [VOTE] Move the builds"];
    linked(&again, "60h | ann | [RESULT] Move the builds", "0");
    linked(&again, "80h | ann | [RESULT] Move the builds", "0");
    linked(&again, "120h | ann | [RESULT] Move the builds", "1");
    linked(&again, "200h | ann | [RESULT] Move the builds", "1");
    linked(
        &again,
        "200h | ann | [RESULT] Move the builds | The first vote, https://lists.example.org/a/0, stands.",
        "0",
    );
    let both = ["0h | ann | [VOTE] Move the builds", "1h | ann | [VOTE] Move the builds"];
    linked(&both, "60h | ann | [RESULT] Move the builds", "?");
    let theirs = ["0h | ann | [VOTE] Move the builds", "1h | cy | [VOTE] Move the builds"];
    linked(&theirs, "60h | cy | [RESULT] Move the builds", "1");
    let rounds = ["0h | ann | [VOTE] Release Foo 1.2 RC1", "10h | ann | [VOTE] Release Foo 1.2 RC2"];
    linked(&rounds, "60h | ann | [CANCEL] Foo 1.2 RC1", "0");
    linked(&rounds, "60h | ann | [RESULT] Foo 1.2 take 2", "1");
    linked(&rounds, "60h | ann | [RESULT] Foo 1.2", "?");
    linked(&rounds, "80h | ann | [RESULT] Foo 1.2", "1");
}
