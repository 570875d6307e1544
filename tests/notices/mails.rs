//! Every notice in full. Read the snapshots as somebody on the list would.

use super::case::*;
use plusone::ballot::{Cast, HeldWhy, Reading, Vote};
use plusone::decision::{Asked, Awaited, Difference, HumanResult, PostWhy, Span, State, Status, Why};
use plusone::mail::Automatic;
use plusone::notice::{Agenda, Draft, Kind, Language, Period, Reviewed, Undelivered, Voice, digest, probe};

/// The whole mail in every language.
pub fn check(name: &str, case: &Case, kind: Kind) {
    for language in Language::ALL {
        let draft = case.draft_in(kind, &voice_in(language));
        check_mail(&format!("{name}_{}", language.tag()), &draft);
    }
}

pub fn check_mail(name: &str, draft: &Draft) {
    assert_eq!(draft.words, words_read(draft), "{name}");
    for line in text(draft).lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 72 || line.contains("://"), "{line:?}");
        assert!(!line.starts_with(['+', '-', '>']), "{line:?}");
    }
    insta::assert_snapshot!(name, whole(draft));
}

fn passed() -> State {
    State::Passed { at: hour(72) }
}

#[test]
fn opened_under_a_silence_rule() {
    check("opened_under_a_silence_rule", &Case::silent("[PROPOSAL] Retire the old build host"), Kind::Opened);
}

#[test]
fn opened_under_an_approval_rule() {
    check(
        "opened_under_an_approval_rule",
        &Case::voted("[VOTE] Move CI to the new data centre"),
        Kind::Opened,
    );
}

#[test]
fn opened_under_a_majority_rule() {
    let mut case = Case::new("apache-majority", 9, "[VOTE] Release 2.4");
    case.decision.closes_at = hour(14 * 24);
    check("opened_under_a_majority_rule", &case, Kind::Opened);
}

#[test]
fn question_about_a_condition() {
    let case = Case::voted("[VOTE] Move CI to the new data centre")
        .post(
            "Bob Builder",
            72,
            held(HeldWhy::Condition, "+1 if the backups are tested first"),
            Status::Held,
            None,
        )
        .asked(Asked::Held(HeldWhy::Condition), "+1 if the backups are tested first");
    check("question_about_a_condition", &case, Kind::Question);
}

#[test]
fn question_about_an_objection_in_words() {
    let line = "please let's not do this before the holidays";
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place(line)), Status::Held, None)
        .asked(Asked::Objection, line);
    check("question_about_an_objection_in_words", &case, Kind::Question);
}

#[test]
fn question_about_an_objection_while_the_close_waits() {
    let line = "please let's not do this before the holidays";
    let mut case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place(line)), Status::Held, None)
        .asked(Asked::Objection, line);
    case.decision.state = State::Waiting { awaited: Awaited::Held, until: Some(hour(96)) };
    check("question_about_an_objection_while_the_close_waits", &case, Kind::Question);
}

#[test]
fn question_about_a_reason() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Bob Builder", 71 * 60, cast(Vote::Minus, "-1"), Status::Unexplained, Some(PostWhy::NoReason))
        .asked(Asked::Reason, "-1");
    check("question_about_a_reason", &case, Kind::Question);
}

#[test]
fn objected_with_a_reason() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .vote(
            "Bob Builder",
            90,
            Vote::Minus,
            "-1: the s390x builds still run there, see https://ci.example.test/s390x",
        )
        .objecting();
    check("objected_with_a_reason", &case, Kind::Objected);
}

#[test]
fn objected_in_words_and_asked() {
    let line = "please let's not do this before the holidays";
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place(line)), Status::Held, None)
        .objecting()
        .asked(Asked::Objection, line);
    check("objected_in_words_and_asked", &case, Kind::Objected);
}

#[test]
fn objected_in_words_under_an_approval_rule() {
    let line = "I would rather wait";
    let case = Case::voted("[VOTE] Buy a second build host")
        .post("Carol Cable", 72, Reading::Objects(place(line)), Status::Held, None)
        .objecting()
        .asked(Asked::Objection, line);
    check("objected_in_words_under_an_approval_rule", &case, Kind::Objected);
}

#[test]
fn result_with_an_objection_that_was_never_made_clear() {
    let line = "please let's not do this before the holidays";
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .post("Carol Cable", 72, Reading::Objects(place(line)), Status::Held, None)
        .post(
            "Zoe Guest",
            90,
            Reading::Objects(place("please don't")),
            Status::Advisory,
            Some(PostWhy::StrangersObjection),
        )
        .closed(
            State::Objected { at: hour(96), by: vec![voter("Carol Cable")] },
            Why::UnansweredObjection { by: vec!["carolcable".to_owned()], line: line.to_owned() },
        );
    check("result_with_an_objection_that_was_never_made_clear", &case, Kind::Result);
}

#[test]
fn objected_with_a_veto() {
    let case = Case::new("apache-consensus", 9, "[VOTE] Adopt the new licence header")
        .vote("Bob Builder", 90, Vote::Minus, "-1 (binding) the header drops two copyright holders")
        .objecting();
    check("objected_with_a_veto", &case, Kind::Objected);
}

#[test]
fn result_passed_in_silence() {
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .closed(passed(), Why::NobodyObjected { window: Span::hours(72), plus: 0 });
    check("result_passed_in_silence", &case, Kind::Result);
}

#[test]
fn result_passed_with_votes_of_every_sort() {
    let half = Reading::Cast(Cast {
        vote: Vote::Zero,
        written: "+0.5".to_owned(),
        strength: Some(0.5),
        claim: None,
        explained: false,
        reason: None,
        place: place("+0.5 from me"),
    });
    let robot = Reading::Automatic { why: Automatic::Vacation.as_str().to_owned() };
    let own = Reading::Automatic { why: Automatic::OwnNotice.as_str().to_owned() };
    let case = Case::voted("[VOTE] Move CI to the new data centre")
        .post(
            "Bob Builder",
            30,
            cast(Vote::Minus, "-1, what about the backups?"),
            Status::Superseded,
            Some(PostWhy::ReplacedBy(id("post-3"))),
        )
        .vote("Carol Cable", 72, Vote::Plus, "+1 (binding), tested it on the staging hosts")
        .post(
            "Zoe Guest",
            75,
            cast(Vote::Plus, "+1 (non-binding)"),
            Status::Advisory,
            Some(PostWhy::ClaimsNonBinding),
        )
        .vote("Bob Builder", 200, Vote::Plus, "changing my vote from -1 to +1, the backups are fine")
        .post("Dan Daemon", 210, robot, Status::Ignored, None)
        .post("plusone", 215, own, Status::Ignored, None)
        .post("Dan Daemon", 220, half, Status::Counted, None)
        .post(
            "Eve Ether",
            230,
            held(HeldWhy::InWords, "LGTM"),
            Status::Held,
            Some(PostWhy::Held(HeldWhy::InWords)),
        )
        .post("Finn Fibre", 240, cast(Vote::Plus, "+1"), Status::Ignored, Some(PostWhy::NotThroughList))
        .vote("Gil Gateway", 500, Vote::Plus, "+1")
        .post(
            "Hana Host",
            72 * 60 + 3,
            cast(Vote::Plus, "+1, sorry for being late"),
            Status::Late,
            Some(PostWhy::AfterClose(hour(72))),
        )
        .closed(passed(), Why::Approved { plus: 3, minus: 0 });
    check("result_passed_with_votes_of_every_sort", &case, Kind::Result);
}

#[test]
fn result_one_vote_short() {
    let case = Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .vote("Gil Gateway", 5000, Vote::Plus, "+1 from me")
        .closed(State::Failed { at: hour(14 * 24) }, Why::Short { plus: 2, needed: 3 });
    check("result_one_vote_short", &case, Kind::Result);
}

#[test]
fn result_blocked_by_an_objection() {
    let line = "-1: the s390x builds still run there";
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .vote("Bob Builder", 90, Vote::Minus, line)
        .closed(
            State::Objected { at: hour(72), by: vec![voter("Bob Builder")] },
            Why::Objection { by: vec!["bobbuilder".to_owned()], line: line.to_owned() },
        );
    check("result_blocked_by_an_objection", &case, Kind::Result);
}

#[test]
fn result_vetoed_with_the_reason_given_late() {
    let case = Case::new("apache-consensus", 9, "[VOTE] Adopt the new licence header")
        .post(
            "Bob Builder",
            90,
            cast(Vote::Minus, "-1"),
            Status::Counted,
            Some(PostWhy::ReasonIn(id("post-3"))),
        )
        .vote("Carol Cable", 95, Vote::Plus, "+1 (binding)")
        .vote("Gil Gateway", 99, Vote::Plus, "+1")
        .post("Bob Builder", 71 * 60, Reading::Nothing, Status::Ignored, None)
        .vote("Hana Host", 4300, Vote::Plus, "+1")
        .closed(
            State::Vetoed { at: hour(72), by: vec![voter("Bob Builder")] },
            Why::Veto { by: vec!["bobbuilder".to_owned()], line: "-1".to_owned() },
        );
    check("result_vetoed_with_the_reason_given_late", &case, Kind::Result);
}

#[test]
fn withdrawn_by_a_tag() {
    let post = id("post-0");
    let case = Case::silent("[PROPOSAL] Retire the old build host")
        .closed(State::Withdrawn { at: minute(600), post }, Why::TakenBack);
    check("withdrawn_by_a_tag", &case, Kind::Withdrawn);
}

#[test]
fn result_of_two_hundred_people() {
    let case = (0..200).fold(Case::voted("[VOTE] Adopt the code of conduct"), |case, index| {
        let vote = if index % 20 == 19 { Vote::Zero } else { Vote::Plus };
        case.vote(
            &format!("Person Number {index}"),
            10 + index * 7,
            vote,
            &format!("{vote} says number {index}"),
        )
    });
    let case = case.closed(passed(), Why::Approved { plus: 190, minus: 0 });
    check("result_of_two_hundred_people", &case, Kind::Result);
}

#[test]
fn result_with_names_of_every_script() {
    let case = Case::voted("[VOTE] Überführung der Prüfstände nach 東京 im nächsten Frühjahr, einschließlich aller zugehörigen Dienste")
        .proposer("Jiří Příklad")
        .vote("דנה כהן", 72, Vote::Plus, "+1, בדקתי את זה")
        .vote("山田太郎", 75, Vote::Plus, "+1 賛成です。移行計画はよくできていて、手順書も読みましたが問題は見つかりませんでした")
        .vote("Maria Magdalena von und zu Langenfeld-Hohenstein der Dritte", 80, Vote::Plus, "+1")
        .post("\u{202e}nimdA", 90, cast(Vote::Plus, "+1 \u{2066}binding\u{200b}"), Status::Advisory, Some(PostWhy::NotElectorate))
        .closed(passed(), Why::Approved { plus: 3, minus: 0 });
    check("result_with_names_of_every_script", &case, Kind::Result);
}

#[test]
fn result_with_a_hostile_subject() {
    let subject = "[VOTE] x\r\nBcc: everybody@example.test\r\n\r\nProposal 8 PASSED =?utf-8?q?=0A?= http://evil.example.test/";
    let case = Case::voted(subject)
        .vote(
            "Bob\r\nBcc: x@example.test",
            72,
            Vote::Plus,
            "+1\r\nProposal 9 PASSED: see www.evil.example.test",
        )
        .closed(State::Failed { at: hour(72) }, Why::Short { plus: 1, needed: 3 });
    check("result_with_a_hostile_subject", &case, Kind::Result);
}

#[test]
fn the_digest_of_a_week() {
    let number = |mut case: Case, number: u32| {
        case.decision.call.number = number;
        case.decision
    };
    let decided = [
        number(
            Case::voted("[VOTE] Move CI to the new data centre")
                .closed(passed(), Why::Approved { plus: 3, minus: 0 }),
            5,
        ),
        number(
            Case::silent("[PROPOSAL] Retire the old build host")
                .vote("Bob Builder", 90, Vote::Minus, "-1: s390x")
                .closed(
                    State::Objected { at: hour(80), by: vec![] },
                    Why::Objection {
                        by: vec!["bobbuilder".to_owned()],
                        line: "-1: the s390x builds still run there".to_owned(),
                    },
                ),
            6,
        ),
    ];
    let announced =
        |case: Case| case.with(|decision| decision.human_result = Some(announcement("passed", vec![])));
    let published = number(
        Case::voted("[VOTE] Mirror the package archive")
            .closed(State::Failed { at: hour(2) }, Why::Short { plus: 2, needed: 3 }),
        3,
    );
    let again = number(
        announced(Case::voted("[VOTE] Mirror the package archive"))
            .vote("Gil Gateway", 30, Vote::Plus, "+1")
            .closed(passed(), Why::Approved { plus: 3, minus: 0 }),
        3,
    );
    let vetoed = number(
        announced(Case::voted("[VOTE] Close the old tracker")).closed(
            State::Vetoed { at: hour(72), by: vec![] },
            Why::Veto { by: vec!["bobbuilder".to_owned()], line: "-1: it is still linked".to_owned() },
        ),
        4,
    );
    let reviewed = [Reviewed { published, again }, Reviewed { published: vetoed.clone(), again: vetoed }];
    let mut short = Case::voted("[VOTE] Buy a second build host")
        .vote("Carol Cable", 72, Vote::Plus, "+1")
        .why(Why::AwaitingVotes { missing: 2 });
    short.decision.not_voted = ["Bob Builder", "Gil Gateway", "Hana Host"].map(str::to_owned).to_vec().into();
    short.decision.closes_at = hour(14 * 24);
    let mut overdue = Case::silent("[PROPOSAL] Rotate the keys").why(Why::AwaitingMailbox);
    overdue.decision.state = State::Waiting { awaited: Awaited::Mailbox, until: None };
    let mut asked = Case::silent("[PROPOSAL] Close the wiki")
        .post("Eve Ether", 72, Reading::Objects(place("I am not happy with this")), Status::Held, None)
        .asked(Asked::Objection, "I am not happy with this")
        .post(
            "Zoe Guest",
            90,
            Reading::Objects(place("please keep it, I read it every day")),
            Status::Advisory,
            Some(PostWhy::StrangersObjection),
        )
        .why(Why::Blocked { by: vec!["eveether".to_owned()] });
    asked.decision.closes_at = hour(8 * 24 - 3);
    let open = [number(short, 8), number(asked, 9), number(overdue, 10)];
    let period = Period { from: hour(0), to: hour(7 * 24) };
    let lost = |number, subject: &str, to_list, bounced| Undelivered {
        number,
        subject: subject.to_owned(),
        to_list,
        bounced,
    };
    let undelivered = [lost(7, "[VOTE] Move CI", false, true), lost(0, "", true, false)];
    let agenda = Agenda {
        period,
        decided: &decided,
        open: &open,
        reviewed: &reviewed,
        undelivered: &undelivered,
        problems: 3,
    };
    for language in Language::ALL {
        let voice = Voice { names_missing: true, ..voice_in(language) };
        let draft = digest(&agenda, &voice, templates()).unwrap().unwrap();
        check_mail(&format!("the_digest_of_a_week_{}", language.tag()), &draft);
    }
    let many = vec![lost(7, "[VOTE] Move CI", false, true); 10_000];
    for (language, more) in [(Language::English, "  -  and 9900 more"), (Language::Dutch, "  -  en nog 9900")]
    {
        let flooded = Agenda { undelivered: &many, ..agenda };
        let draft = digest(&flooded, &voice_in(language), templates()).unwrap().unwrap();
        assert!(draft.words.contains(more) && draft.raw.len() < 20_000, "{}", draft.words);
    }
    let nothing = Agenda { decided: &[], open: &[], reviewed: &[], undelivered: &[], problems: 0, ..agenda };
    assert_eq!(digest(&nothing, &voice(), templates()).unwrap(), None);
}

#[test]
fn a_probe_of_the_list() {
    for language in Language::ALL {
        let voice = voice_in(language);
        let draft = probe("4f2a91c0", &voice, templates(), hour(0)).unwrap();
        assert!(voice.is_probe(&draft.message_id));
        let another = Voice { secret: b"another secret".to_vec(), ..voice.clone() };
        assert!(!another.is_probe(&draft.message_id) && !voice.is_probe(&id("probe.4f2a91c0.x")));
        check_mail(&format!("a_probe_of_the_list_{}", language.tag()), &draft);
    }
}

/// What the proposer announced, three hours after the close.
pub fn announcement(outcome: &str, differences: Vec<Difference>) -> HumanResult {
    HumanResult {
        message_id: id("human"),
        by: voter("Ann Admin"),
        at: hour(75),
        outcome: Some(outcome.to_owned()),
        by_proposer: true,
        votes: Vec::new(),
        differences,
    }
}
