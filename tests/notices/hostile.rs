//! What other people's text cannot do to our mail.

use super::case::*;
use plusone::ballot::Vote;
use plusone::decision::{State, Why};
use plusone::mail::{Address, OwnWords};
use plusone::notice::{Kind, RenderError, render};
use proptest::prelude::*;

/// The names of the header fields, and the lines of the text.
fn taken_apart(case: &Case, kind: Kind) -> (Vec<String>, String) {
    let draft = case.draft(kind);
    assert_eq!(words_read(&draft), draft.words, "a copy of it does not confirm it");
    let raw = String::from_utf8(draft.raw.clone()).expect("headers and body are ASCII");
    assert!(raw.is_ascii());
    assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    let head = raw.split("\r\n\r\n").next().unwrap();
    let fields = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    (
        fields.map(|line| line.split(':').next().unwrap().to_owned()).collect(),
        text(&draft).trim_end().to_owned(),
    )
}

fn hostile_case(subject: &str, name: &str, line: &str) -> Case {
    Case::silent(subject).proposer(name).vote(name, 90, Vote::Minus, line).objecting()
}

fn width(line: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(line)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn text_never_becomes_a_header_or_a_long_line(subject in any::<String>(), name in any::<String>(), line in any::<String>()) {
        let plain = hostile_case("[PROPOSAL] x", "Bob", "-1: no");
        let case = hostile_case(&format!("[PROPOSAL] {subject}"), &name, &line);
        let closed = |case: Case| {
            let by = vec![case.decision.objections[0].by.clone()];
            let why = Why::Objection { by: vec![name.clone()], line: line.clone() };
            case.closed(State::Objected { at: hour(72), by }, why)
        };
        for kind in [Kind::Opened, Kind::Objected] {
            let (fields, words) = taken_apart(&case, kind);
            prop_assert_eq!(&fields, &taken_apart(&plain, kind).0);
            for line in words.lines() {
                prop_assert!(width(line) <= 78 && !line.starts_with(['+', '-', '>']) && !line.starts_with("From "), "{:?}", line);
            }
        }
        let (fields, words) = taken_apart(&closed(case), Kind::Result);
        prop_assert_eq!(&fields, &taken_apart(&closed(plain), Kind::Result).0);
        for line in words.lines() {
            prop_assert!(width(line) <= 78 && !line.starts_with(['+', '-', '>']), "{:?}", line);
        }
    }
}

#[test]
fn a_message_id_names_one_notice_and_only_under_the_secret() {
    let case = Case::silent("[PROPOSAL] x");
    let notice = case.owed().remove(0);
    let ours = voice().message_id(&notice, 7).unwrap();
    assert_eq!(case.draft(Kind::Opened).message_id, ours);
    assert!(ours.as_str().ends_with("@example.org>") && ours.as_str().len() > 40);
    let mut others = vec![voice().message_id(&notice, 8).unwrap()];
    for change in 0..4 {
        let (mut notice, mut voice) = (notice.clone(), voice());
        match change {
            0 => notice.revision = 2,
            1 => notice.ordinal = 1,
            2 => notice.post = Some(id("post")),
            _ => voice.secret = b"another".to_vec(),
        }
        others.push(voice.message_id(&notice, 7).unwrap());
    }
    others.sort();
    others.dedup();
    assert_eq!(others.len(), 5);
    assert!(!others.contains(&ours));
    let mut mute = voice();
    mute.secret.clear();
    assert!(matches!(mute.message_id(&notice, 7), Err(RenderError::Secret)));
}

#[test]
fn the_same_notice_has_the_same_bytes() {
    let case = || Case::silent("[PROPOSAL] x").closed(State::Failed { at: hour(72) }, Why::TakenBack);
    assert_eq!(case().draft(Kind::Result), case().draft(Kind::Result));
}

#[test]
fn its_words_are_what_a_reader_of_the_mail_finds() {
    let case = Case::silent("[PROPOSAL] Übersiedlung")
        .vote("Bob", 90, Vote::Minus, "-1: schlecht für uns")
        .objecting();
    let draft = case.draft(Kind::Objected);
    let parsed = mail_parser::MessageParser::default().parse(&draft.raw).unwrap();
    let text = parsed.body_text(0).unwrap();
    assert_eq!(OwnWords::plain(&text).text(), draft.words);
    assert_eq!(parsed.subject().unwrap(), draft.subject);
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let case = Case::silent("[PROPOSAL] x").vote("Bob", 90, Vote::Minus, "-1: no").objecting();
    let result = Case::silent("[PROPOSAL] x").closed(State::Failed { at: hour(72) }, Why::TakenBack);
    let check = |case: &Case,
                 change: &dyn Fn(&mut plusone::notice::Notice, &mut plusone::notice::Voice),
                 record: &str,
                 expect: &str| {
        let (mut notice, mut voice) = (case.owed().pop().unwrap(), voice());
        change(&mut notice, &mut voice);
        let error = render(&notice, &case.matter(Some(record)), &voice, templates(), hour(1));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(&case, &|notice, _| notice.post = Some(id("nobody")), "", "<nobody@example.org>");
    check(&case, &|notice, _| notice.kind = Kind::Digest, "", "a digest");
    check(
        &case,
        &|_, voice| voice.from = Address::parse("a..b@example.org").unwrap(),
        "",
        "a..b@example.org",
    );
    check(&result, &|_, _| (), "{}", "no sha256");
    check(&result, &|_, _| (), "[", "cannot be attached");
}

#[test]
fn an_id_that_no_header_can_hold_is_left_out() {
    let mut case = Case::silent("[PROPOSAL] x");
    case.root.message_id = plusone::mail::MessageId::parse("größe@example.org").unwrap();
    case.root.parents = vec![id("near"), id("far")];
    let mail = case.mail(Kind::Opened);
    assert!(mail.contains("\nReferences: <far@example.org> <near@example.org>\n"), "{mail}");
    assert!(!mail.contains("In-Reply-To"));
}

#[test]
fn what_a_notice_tells_people_to_write_is_understood() {
    use plusone::ballot::{Dialect, Reading, reading};
    let read = |text: &str| {
        let mut answer = post(id("answer"), author("Bob Builder"), minute(60), "Re: [PROPOSAL] x");
        answer.parents = vec![id("root")];
        answer.words = OwnWords::plain(text);
        reading(&answer, &Dialect::default())
    };
    for text in ["I withdraw my -1", "ik trek mijn -1 in", "Ik trek mijn -1 in."] {
        assert!(matches!(read(text), Reading::Withdraw(_)), "{text}: {:?}", read(text));
    }
    for word in ["withdraw", "amend", "extend 48h", "close", "substantial", "status"] {
        let command = read(&format!("Proposal: {word}"));
        assert!(
            matches!(&command, Reading::Command { command, .. } if !matches!(command, plusone::ballot::Command::Unknown(_))),
            "{command:?}"
        );
    }
}
