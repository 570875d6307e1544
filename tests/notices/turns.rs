//! Notices of what happens on the way and afterwards, in full.

use super::case::*;
use super::mails::{announcement, check, check_mail};
use plusone::ballot::{Command, HeldWhy, Reading, Vote};
use plusone::decision::{
    Asked, Difference, HeaderFault, Nominee, OnAmend, OnPass, PostWhy, RaisedFrom, Refusal, Rule, Share,
    Span, State, Status, Unfollowed, Why, WorkingDays,
};
use plusone::notice::{Kind, Language, Matter, Voice, correction, render};

fn passed() -> State {
    State::Passed { at: hour(72) }
}

fn approved() -> Why {
    Why::Approved { plus: 3, minus: 0 }
}

/// A vote that is two +1 short, read up to so many hours after the opening.
fn short(read_through: i64) -> Case {
    Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .why(Why::AwaitingVotes { missing: 2 })
        .with(|decision| {
            decision.read_through = hour(read_through);
            decision.not_voted = ["Bob Builder", "Gil Gateway"].map(str::to_owned).to_vec().into();
        })
}

#[test]
fn opened_with_lines_at_its_head() {
    let unfollowed = |line: &str, why| Unfollowed { line: line.to_owned(), why };
    let case = Case::new("ovirt-substantial", 12, "[VOTE] Dana Doe as maintainer").with(|decision| {
        decision.call.nominee =
            Some(Nominee { name: "Dana Doe".to_owned(), address: None, role: Some("maintainer".to_owned()) });
        decision.call.unfollowed = vec![
            unfollowed("Open-For: 2h", HeaderFault::TooShort { least: Span::hours(72) }),
            unfollowed("Closes: next week", HeaderFault::NotUnderstood),
        ];
    });
    check("opened_with_lines_at_its_head", &case, Kind::Opened);
}

#[test]
fn opened_again_after_a_block() {
    let case = Case::voted("[PROPOSAL] Retire the old build host").with(|decision| {
        decision.call.raised_from = Some(RaisedFrom { number: 7, root: id("root"), text_in: id("root") });
    });
    check("opened_again_after_a_block", &case, Kind::Opened);
}

#[test]
fn opened_under_a_rule_with_everything() {
    let share = |text: &str| Some(Share::parse(text).unwrap());
    let rule = Rule {
        name: "council".to_owned(),
        approval: plusone::decision::Approval::Votes { min_plus: 1, majority: true, share: None },
        minus: plusone::decision::Minus::Count,
        reason_required: false,
        quorum: share("half of roster"),
        window: Span::days(7),
        max_window: Span::days(7),
        electorate: plusone::decision::Electorate::Seats { seats: Vec::new() },
        calendar: plusone::decision::Calendar::Business(WorkingDays::default()),
        close: plusone::decision::Close::WhenDecided { min_wait: Span::days(2) },
        tie: plusone::decision::Tie::Chair,
        chair: Some("ptl".to_owned()),
        veto_holder: Some("ptl".to_owned()),
        ..Rule::lazy()
    };
    let case = Case::voted("[VOTE] Share one mirror").with(|decision| {
        decision.call.rule = rule.clone();
        decision.rule = rule;
        decision.closes_at = hour(11 * 24);
        decision.ends_at = hour(11 * 24);
    });
    check("opened_under_a_rule_with_everything", &case, Kind::Opened);
}

#[test]
fn question_about_a_command() {
    let case = |name: &str, command: Command, line: &str, why: Refusal| {
        let reading = Reading::Command { command, place: place(line) };
        let refused = Some(PostWhy::Refused(why.clone()));
        Case::voted("[VOTE] Buy a second build host")
            .post(name, 3000, reading, Status::Ignored, refused)
            .refused(line, why)
    };
    let withdraw = case("Bob Builder", Command::Withdraw, "Proposal: withdraw", Refusal::NotProposer);
    check("refused_withdraw", &withdraw, Kind::Question);
    let close = case("Ann Admin", Command::Close, "Proposal: close", Refusal::TooEarly { until: hour(72) });
    check("refused_close", &close, Kind::Question);
    let unknown =
        case("Ann Admin", Command::Unknown("postpone".to_owned()), "Proposal: postpone", Refusal::Unknown);
    check("refused_unknown", &unknown, Kind::Question);
    let header = Case::voted("[VOTE] Buy a second build host")
        .post("Ann Admin", 1, Reading::Nothing, Status::Ignored, None)
        .refused("Open-For: 60 days", Refusal::Header(HeaderFault::TooLong { most: Span::days(14) }));
    check("refused_header", &header, Kind::Question);
}

#[test]
fn every_refusal_says_who_may_and_what_can_be_done() {
    let refusals = [
        (Command::Amend, Refusal::NotProposer),
        (Command::Close, Refusal::NotProposer),
        (Command::Extend("48h".to_owned()), Refusal::NotChair),
        (Command::Substantial, Refusal::NotElectorate),
        (Command::Close, Refusal::NotAllowed),
        (Command::Withdraw, Refusal::Closed),
        (Command::Extend("48h".to_owned()), Refusal::TooOften { most: 1 }),
        (Command::Amend, Refusal::TooOften { most: 3 }),
        (Command::Amend, Refusal::TooOften { most: 0 }),
        (Command::Extend("60d".to_owned()), Refusal::TooLong { most: Span::hours(72) }),
        (Command::Close, Refusal::Silence),
        (Command::Substantial, Refusal::NothingStricter),
        (Command::Amend, Refusal::NoText),
        (Command::Unknown("open".to_owned()), Refusal::Header(HeaderFault::Kind)),
        (Command::Unknown("open".to_owned()), Refusal::Header(HeaderFault::Twice)),
    ];
    for language in Language::ALL {
        let mut said = String::new();
        for (command, why) in &refusals {
            let reading = Reading::Command { command: command.clone(), place: place("Proposal: …") };
            let case = Case::silent("[PROPOSAL] x")
                .post("Bob Builder", 90, reading, Status::Ignored, None)
                .refused("Proposal: …", why.clone());
            let text = case.draft_in(Kind::Question, &voice_in(language)).words;
            let paragraphs: Vec<&str> = text.split("\n\n").collect();
            said.push_str(&format!("{why:?}\n{}\n{}\n\n", paragraphs[1], paragraphs[3]));
        }
        insta::assert_snapshot!(format!("refusals_{}", language.tag()), said);
    }
}

#[test]
fn reminder_before_the_minimum_ends() {
    check("reminder_before_the_minimum_ends", &short(50), Kind::Reminder);
    let names = Voice { names_missing: true, ..voice() };
    check_mail("reminder_with_names", &short(50).draft_in(Kind::Reminder, &names));
}

#[test]
fn reminder_before_the_last_instant() {
    let case = short(13 * 24 + 1)
        .post("Eve Ether", 90, held(HeldWhy::InWords, "LGTM"), Status::Held, None)
        .asked(Asked::Held(HeldWhy::InWords), "LGTM")
        .with(|decision| decision.closes_at = hour(14 * 24));
    check("reminder_before_the_last_instant", &case, Kind::Reminder);
}

#[test]
fn reminder_of_an_objection_under_a_silence_rule() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .vote("Bob Builder", 90, Vote::Minus, "-1: the s390x builds still run there")
        .objecting()
        .why(Why::Blocked { by: vec!["bobbuilder".to_owned()] })
        .with(|decision| {
            decision.read_through = hour(50);
            decision.ends_at = hour(72);
        });
    check("reminder_of_an_objection_under_a_silence_rule", &case, Kind::Reminder);
}

#[test]
fn extended_by_the_proposer() {
    let case = short(30)
        .command("Ann Admin", 600, Command::Extend("48h".to_owned()), "Proposal: extend 48h")
        .happened("extended")
        .with(|decision| decision.closes_at = hour(120));
    check("extended_by_the_proposer", &case, Kind::Extended);
}

#[test]
fn amended_with_void_votes() {
    let case = Case::voted("[VOTE] Buy a second build host")
        .post(
            "Carol Cable",
            72,
            cast(Vote::Plus, "+1"),
            Status::Superseded,
            Some(PostWhy::VoidBy(id("post-2"))),
        )
        .post(
            "Gil Gateway",
            80,
            cast(Vote::Minus, "-1, too dear"),
            Status::Superseded,
            Some(PostWhy::VoidBy(id("post-2"))),
        )
        .command("Ann Admin", 600, Command::Amend, "Proposal: amend")
        .amended()
        .with(|decision| decision.closes_at = hour(82));
    check("amended_with_void_votes", &case, Kind::Amended);
}

#[test]
fn amended_before_anybody_voted_under_a_silence_rule() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .command("Ann Admin", 600, Command::Amend, "Proposal: amend")
        .amended()
        .with(|decision| decision.closes_at = hour(82));
    check("amended_before_anybody_voted_under_a_silence_rule", &case, Kind::Amended);
}

#[test]
fn amended_with_votes_that_stand() {
    let case = short(30).command("Ann Admin", 600, Command::Amend, "Proposal: amend").amended();
    let case = case.with(|decision| decision.rule.on_amend = OnAmend::Keep);
    check("amended_with_votes_that_stand", &case, Kind::Amended);
}

#[test]
fn raised_while_it_was_open() {
    let stricter = Rule::profile("ovirt-substantial").unwrap();
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .command("Bob Builder", 600, Command::Substantial, "Proposal: substantial")
        .happened("raised")
        .with(|decision| {
            decision.call.raised_to = Some(Box::new(("substantial".to_owned(), stricter.clone())));
            decision.rule = stricter;
            decision.closes_at = hour(82);
        });
    check("raised_while_it_was_open", &case, Kind::Raised);
}

#[test]
fn objected_where_it_can_be_amended_or_raised() {
    let stricter = Rule::profile("ovirt-substantial").unwrap();
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Eve Ether", 80, held(HeldWhy::Condition, "+1 if it is kept until May"), Status::Held, None)
        .asked(Asked::Held(HeldWhy::Condition), "+1 if it is kept until May")
        .vote("Bob Builder", 90, Vote::Minus, "-1: the s390x builds still run there")
        .objecting()
        .with(|decision| decision.call.raised_to = Some(Box::new(("substantial".to_owned(), stricter))));
    check("objected_where_it_can_be_amended_or_raised", &case, Kind::Objected);
}

#[test]
fn withdrawn_by_a_command() {
    let case = Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .command("Ann Admin", 600, Command::Withdraw, "Proposal: withdraw")
        .closed(State::Withdrawn { at: hour(10), post: id("post-1") }, Why::TakenBack);
    check("withdrawn_by_a_command", &case, Kind::Withdrawn);
}

#[test]
fn status_of_a_blocked_proposal() {
    let case = Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .vote("Bob Builder", 90, Vote::Minus, "-1: the old one is not paid for")
        .objecting()
        .command("Gil Gateway", 72 * 60, Command::Status, "Proposal: status")
        .why(Why::Blocked { by: vec!["bobbuilder".to_owned()] });
    check("status_of_a_blocked_proposal", &case, Kind::Status);
}

#[test]
fn differs_in_the_outcome() {
    let of = |name: &str| name.to_owned();
    let differences = vec![
        Difference::NotFound { name: of("Finn Fibre") },
        Difference::OtherVote { name: of("Gil Gateway"), announced: Vote::Plus, found: Vote::Zero },
        Difference::Omits { name: of("Bob Builder"), vote: Vote::Minus },
        Difference::Binds { name: of("Zoe Guest"), counted: false },
        Difference::NotCounted { name: of("Hana Host"), status: Status::Late },
        Difference::Count { vote: Vote::Plus, claim: None, announced: 4, counted: 2 },
    ];
    let case = Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .vote("Gil Gateway", 80, Vote::Zero, "0")
        .closed(State::Failed { at: hour(72) }, Why::Short { plus: 1, needed: 3 })
        .with(|decision| decision.human_result = Some(announcement("passed", differences)));
    check("differs_in_the_outcome", &case, Kind::Differs);
}

#[test]
fn differs_in_the_count_alone() {
    let differences = vec![Difference::Omits { name: "Bob Builder".to_owned(), vote: Vote::Plus }];
    let case = Case::voted("[VOTE] Buy a second build host")
        .closed(passed(), approved())
        .with(|decision| decision.human_result = Some(announcement("passed", differences)));
    assert_eq!(case.owed_in_words(), ["differs List 1 <human@example.org>"]);
    check("differs_in_the_count_alone", &case, Kind::Differs);
}

#[test]
fn correction_of_an_outcome_and_of_a_count() {
    let published = || {
        Case::voted("[VOTE] Buy a second build host")
            .vote("Carol Cable", 72, Vote::Plus, "+1")
            .vote("Gil Gateway", 80, Vote::Plus, "+1")
            .closed(State::Failed { at: hour(72) }, Why::Short { plus: 2, needed: 3 })
    };
    let again = |state: State, why: Why, vote: Vote| {
        published().vote("Hana Host", 4300, vote, &format!("{vote}, sent from the train")).closed(state, why)
    };
    let passes = again(passed(), approved(), Vote::Plus);
    let fails = again(State::Failed { at: hour(72) }, Why::Short { plus: 2, needed: 3 }, Vote::Zero);
    for (name, again) in [("correction_of_an_outcome", passes), ("correction_of_a_count", fails)] {
        let published = published();
        let notice = correction(&published.decision, &again.decision).unwrap();
        assert_eq!((notice.kind, notice.ordinal, notice.revision), (Kind::Correction, 1, 1));
        for language in Language::ALL {
            let matter = Matter { again: Some(&again.decision), ..published.matter(None) };
            let draft = render(&notice, &matter, &voice_in(language), templates(), hour(90)).unwrap();
            check_mail(&format!("{name}_{}", language.tag()), &draft);
        }
    }
    assert_eq!(correction(&published().decision, &published().decision), None);
}

/// A membership vote that passed, with its trial period.
fn admitted() -> Case {
    Case::new("ovirt-substantial", 12, "[VOTE] Dana Doe as apprentice").closed(passed(), approved()).with(
        |decision| {
            decision.call.nominee = Some(Nominee { name: "Dana Doe".to_owned(), address: None, role: None });
            decision.rule.follow_up = Some(Span::days(90));
            decision.rule.on_pass = Some(OnPass::Role { role: "apprentice".to_owned() });
        },
    )
}

#[test]
fn result_with_a_trial_period() {
    check("result_with_a_trial_period", &admitted(), Kind::Result);
}

#[test]
fn result_of_a_block_that_can_be_raised() {
    let line = "-1: the s390x builds still run there";
    let stricter = Rule::profile("ovirt-substantial").unwrap();
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .vote("Bob Builder", 90, Vote::Minus, line)
        .closed(
            State::Objected { at: hour(72), by: vec![voter("Bob Builder")] },
            Why::Objection { by: vec!["bobbuilder".to_owned()], line: line.to_owned() },
        )
        .with(|decision| decision.call.raised_to = Some(Box::new(("substantial".to_owned(), stricter))));
    check("result_of_a_block_that_can_be_raised", &case, Kind::Result);
}

#[test]
fn follow_up_when_the_trial_is_over() {
    let case = admitted().with(|decision| decision.read_through = hour(93 * 24));
    check("follow_up_when_the_trial_is_over", &case, Kind::FollowUp);
}

#[test]
fn why_is_said_in_the_first_line_of_every_result() {
    let by = || vec!["bobbuilder".to_owned()];
    let line = || "-1: no".to_owned();
    let failed = || State::Failed { at: hour(72) };
    let objected = || State::Objected { at: hour(72), by: vec![voter("Bob Builder")] };
    let vetoed = || State::Vetoed { at: hour(72), by: vec![voter("Bob Builder")] };
    let share = Share::parse("2/3 of roster").unwrap();
    let chair = |passed| Why::ChairDecided { votes: 2, chair: "bobbuilder".to_owned(), passed };
    let all = [
        (passed(), Why::NobodyObjected { window: Span::hours(72), plus: 1 }),
        (passed(), approved()),
        (passed(), chair(true)),
        (passed(), Why::VetoOverridden { plus: 6, needed: 5, by: by() }),
        (failed(), chair(false)),
        (failed(), Why::Short { plus: 0, needed: 3 }),
        (failed(), Why::Outvoted { plus: 3, minus: 4 }),
        (failed(), Why::NoQuorum { votes: 1, needed: 4 }),
        (failed(), Why::ShareShort { plus: 3, needed: 6, share }),
        (failed(), Why::Tied { votes: 2 }),
        (failed(), Why::ClosedByHand { plus: 1, needed: 3 }),
        (objected(), Why::Objection { by: by(), line: line() }),
        (objected(), Why::UnansweredObjection { by: by(), line: "please don't".to_owned() }),
        (vetoed(), Why::Veto { by: by(), line: line() }),
        (State::Superseded { at: hour(72), by: id("other") }, Why::Replaced),
    ];
    for language in Language::ALL {
        let mut said = String::new();
        for (state, why) in &all {
            let case = Case::voted("[VOTE] x")
                .post("Bob Builder", 90, Reading::Nothing, Status::Ignored, None)
                .closed(state.clone(), why.clone());
            let text = case.draft_in(Kind::Result, &voice_in(language)).words;
            said.push_str(&format!("{}\n\n", text.split("\n\n").next().unwrap()));
        }
        insta::assert_snapshot!(format!("why_{}", language.tag()), said);
    }
}
