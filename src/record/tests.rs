use super::*;
use crate::ballot::{Cast, Claim, HeldWhy, Reading, Vote};
use crate::decision::{RosterHistory, Why, decide_read};
use crate::decision::{Rule, Span};
use crate::mail::{Author, OwnWords, Post, Region, Removed};

fn author(name: &str) -> Author {
    let address = crate::mail::Address::parse(&format!("{}@example.org", name.to_lowercase()));
    Author { name: name.to_owned(), address, evidence: "from".to_owned() }
}

fn at(hours: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-02T09:00:00Z".parse().unwrap();
    start + chrono::TimeDelta::hours(hours)
}

fn post(id: &str, who: &str, hours: i64, text: &str) -> Post {
    Post {
        message_id: MessageId::parse(&format!("{id}@example.org")).unwrap(),
        other_ids: Vec::new(),
        parents: Vec::new(),
        subject: crate::mail::Subject {
            text: "[VOTE] Move CI".to_owned(),
            base: "Move CI".to_owned(),
            tags: vec!["VOTE".to_owned()],
            ..Default::default()
        },
        author: author(who),
        received: crate::mail::Instant { at: at(hours), source: crate::mail::InstantSource::Received },
        provenance: crate::mail::Provenance { through_list: true, ..Default::default() },
        automatic: None,
        words: OwnWords::plain(text),
        reaction: None,
        raw_sha256: Some([0; 32]),
        problems: Vec::new(),
    }
}

fn plus(line: &str, claim: Option<Claim>) -> Reading {
    let place =
        crate::ballot::Place { line: line.to_owned(), line_number: 1, rule: "opening-token".to_owned() };
    Reading::Cast(Cast {
        vote: Vote::Plus,
        written: "+1".to_owned(),
        strength: None,
        claim,
        explained: false,
        reason: None,
        place,
    })
}

fn roster() -> Roster {
    let member = |name: &str| crate::decision::Member {
        id: name.to_lowercase(),
        name: name.to_owned(),
        addresses: author(name).address.into_iter().collect(),
        roles: Vec::new(),
        fingerprint: None,
    };
    Roster { members: ["Ann", "Bob", "Cy"].into_iter().map(member).collect(), seats: Vec::new() }
}

fn decided(posts: &[(Post, Reading)], electorate: Electorate, until: i64) -> Decision {
    let root = post("a", "Ann", 0, "Let us move CI to the new data centre.");
    let mut rule = Rule::profile("ovirt-substantial").unwrap();
    rule.electorate = electorate;
    let call = crate::decision::Call {
        list: "infra".to_owned(),
        number: 7,
        root: root.message_id.clone(),
        subject: root.subject.text.clone(),
        proposer: root.author.clone(),
        kind: "substantial".to_owned(),
        rule,
        opened_at: at(0),
        mode: crate::decision::Mode::Live,
        text_sha256: "00".to_owned(),
        raised_to: None,
        raised_from: None,
        nominee: None,
        unfollowed: Vec::new(),
        zone: chrono_tz::UTC,
    };
    let mut read: Vec<(&Post, Reading)> = vec![(&root, Reading::Nothing)];
    read.extend(posts.iter().map(|(post, reading)| (post, reading.clone())));
    decide_read(&call, &RosterHistory::always(roster()), &read, at(until))
}

fn team() -> Electorate {
    Electorate::Roster { roles: Vec::new() }
}

fn three() -> Vec<(Post, Reading)> {
    vec![
        (
            post("b", "Bob", 1, "+1 (binding), tested it"),
            plus("+1 (binding), tested it", Some(Claim::Binding)),
        ),
        (post("c", "Cy", 2, "+1"), plus("+1", None)),
        (post("d", "Ann", 3, "+1"), plus("+1", None)),
        (post("e", "Eve", 4, "+1"), plus("+1", None)),
    ]
}

#[test]
fn a_record_has_its_keys_in_their_order() {
    let decision = decided(&three(), team(), 80);
    let record = record(&decision, Some(&roster()), false);
    let bob = &record.posts[1];
    assert_eq!((bob.reading(), bob.vote(), bob.status()), ("cast", Some("+1"), "counted"));
    let parsed: Value = serde_json::from_str(&record.to_json()).unwrap();
    assert_eq!(parsed, serde_json::to_value(&record).unwrap());
    insta::assert_snapshot!(serde_json::to_string_pretty(&record).unwrap());
}

#[test]
fn a_published_record_holds_no_address() {
    let decision = decided(&three(), team(), 80);
    let text = serde_json::to_string(&record(&decision, Some(&roster()), true)).unwrap();
    for name in ["ann", "bob", "cy", "eve"] {
        assert!(!text.contains(&format!("{name}@example.org")), "{text}");
    }
    assert!(text.contains(r#""author":{"name":"Bob","member":"bob","evidence":"from"}"#), "{text}");
    assert!(text.contains(r#""author":{"name":"Eve","member":null,"evidence":"from"}"#), "{text}");
}

#[test]
fn the_digest_is_over_everything_else() {
    let decision = decided(&three(), team(), 80);
    let first = record(&decision, Some(&roster()), false);
    let mut value = serde_json::to_value(&first).unwrap();
    let said = value.as_object_mut().unwrap().shift_remove("sha256").unwrap();
    assert_eq!(said.as_str(), Some(canonical_sha256(&value).as_str()));
    // The order of keys does not matter, a changed vote does.
    let reversed: Map<String, Value> =
        value.as_object().unwrap().iter().rev().map(|(key, value)| (key.clone(), value.clone())).collect();
    assert_eq!(canonical_sha256(&Value::Object(reversed)), first.sha256);
    value["posts"][1]["vote"] = "-1".into();
    assert_ne!(canonical_sha256(&value), first.sha256);
    let fewer = Roster { members: roster().members.into_iter().skip(1).collect(), seats: Vec::new() };
    assert_ne!(record(&decision, Some(&fewer), false).electorate_sha256, first.electorate_sha256);
}

#[test]
fn every_reason_has_its_sentence() {
    let mut decision = decided(&three(), team(), 80);
    let mut check = |why: Why, expect: &str| {
        decision.why = why;
        assert_eq!(sentence(&decision), expect);
    };
    let bob = || vec!["Bob".to_owned()];
    let window = Span::hours(72);
    check(Why::Approved { plus: 3, minus: 0 }, "3 binding +1, no objection");
    check(Why::Approved { plus: 3, minus: 1 }, "3 binding +1, 1 binding -1");
    check(Why::Short { plus: 2, needed: 3 }, "one binding +1 short");
    check(Why::Short { plus: 0, needed: 3 }, "three binding +1 short");
    check(Why::Outvoted { plus: 2, minus: 2 }, "2 binding +1 against 2 binding -1");
    check(Why::NobodyObjected { window, plus: 0 }, "nobody objected for 72h");
    check(Why::NobodyObjected { window, plus: 2 }, "nobody objected for 72h, 2 binding +1");
    check(Why::AwaitingVotes { missing: 1 }, "one binding +1 short so far");
    check(Why::Objection { by: bob(), line: "-1: no".to_owned() }, "blocked by Bob: \"-1: no\"");
    check(Why::Veto { by: bob(), line: "x".repeat(80) }, &format!("vetoed by Bob: \"{}…\"", "x".repeat(60)));
    check(Why::TakenBack, "its proposer took it back");
}

#[test]
fn without_a_roster_the_sentence_says_how_claims_are_taken() {
    let decision = decided(&three(), Electorate::Claimed, 80);
    let text = record(&decision, None, false).why;
    assert!(text.starts_with("4 binding +1, no objection; without a roster every claim"), "{text}");
}

#[test]
fn a_message_by_itself_is_read_with_the_same_keys() {
    let mut alone = post("b", "Bob", 1, "LGTM   \n");
    alone.words.removed.push(Removed { lines: (3, 9), region: Region::Quote });
    let place = crate::ballot::Place { line: "LGTM".to_owned(), line_number: 1, rule: "in-words".to_owned() };
    let held = crate::ballot::Held { why: HeldWhy::InWords, candidates: Vec::new(), place };
    let entry = serde_json::to_string(&read_entry(&alone, &Reading::Held(held))).unwrap();
    let expect = r#"{"message_id":"<b@example.org>","author":{"name":"Bob","address":"bob@example.org","member":null,"evidence":"from"},"archive":"","received_at":"2026-11-02T10:00:00Z","instant_from":"received","reading":"held","rule":"in-words","vote":null,"written":null,"strength":null,"claim":null,"explained":false,"line":"LGTM","line_number":1,"candidates":[],"why":"an answer in words, without a vote","problems":[],"subject":"[VOTE] Move CI","tags":["VOTE"],"own_words":"LGTM","removed":[{"lines":[3,9],"as":"quote"}],"tokens":[]}"#;
    assert_eq!(entry, expect);
}

#[test]
fn what_a_person_announced_stands_beside_what_is_counted() {
    let mut posts = three();
    let words = "The vote has passed.\n\n+1 (binding): Bob, cy@example.org, Dora\n-1: none";
    posts.push((post("f", "Ann", 73, words), Reading::Event(crate::ballot::Event::Result)));
    let decision = decided(&posts, team(), 80);
    let record = record(&decision, Some(&roster()), true);
    let human = serde_json::to_string_pretty(&record.human_result).unwrap();
    assert!(!human.contains("cy@"), "{human}");
    insta::assert_snapshot!(human);
}
