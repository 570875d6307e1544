//! Which post opens a proposal.

use super::{instant, post};
use crate::decision::{Call, ListRules, Mode, Rule, open};
use crate::mail::{Automatic, MessageId, Post, Subject};

fn infra() -> ListRules {
    let tag = |tag: &str, kind: &str| (tag.to_owned(), kind.to_owned());
    let kind = |kind: &str, rule: &str| (kind.to_owned(), Rule::profile(rule).unwrap());
    ListRules {
        name: "infra".to_owned(),
        tags: vec![tag("PROPOSAL", "minor"), tag("VOTE", "substantial")],
        kinds: vec![kind("minor", "ovirt-minor"), kind("substantial", "ovirt-substantial")],
        dialect: super::dialect(),
        mode: Mode::Live,
        zone: chrono_tz::Europe::Prague,
    }
}

fn subject(tags: &[&str]) -> Subject {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Subject { tags, base: "Move it".to_owned(), ..Subject::default() }
}

fn opens(tags: &[&str], change: impl FnOnce(&mut Post), parent: Option<&Subject>) -> Option<Call> {
    let mut root = post("root", "ann", instant("0h"), "Let us move it.");
    root.subject = subject(tags);
    change(&mut root);
    open(&root, parent, &infra())
}

#[test]
fn the_first_tag_names_the_kind() {
    let check = |tags: &[&str], expect: Option<&str>| {
        assert_eq!(opens(tags, |_| (), None).map(|call| call.kind).as_deref(), expect, "{tags:?}");
    };
    check(&["PROPOSAL"], Some("minor"));
    check(&["proposal"], Some("minor"));
    check(&["Vote"], Some("substantial"));
    check(&["VOTE", "LAZY"], Some("substantial"));
    check(&["DISCUSS", "VOTE"], None);
    check(&["RESULT", "VOTE"], None);
    check(&["VOTE", "RESULT"], None);
    check(&["VOTE", "Cancelled"], None);
    check(&[], None);
}

#[test]
fn a_call_holds_what_is_fixed() {
    let call = opens(&["Vote"], |_| (), None).unwrap();
    assert_eq!(call.number, 0);
    assert_eq!(call.subject, "[Vote] Move it");
    assert_eq!(call.opened_at, instant("0h"));
    assert_eq!(call.rule.name, "ovirt-substantial");
    assert_eq!(call.text_sha256.len(), 64);
}

#[test]
fn a_reply_opens_one_only_where_its_parent_has_another_tag() {
    let replies =
        |root: &mut Post| root.parents = MessageId::parse("parent@example.org").into_iter().collect();
    let check = |parent: Option<&Subject>, expect: bool| {
        assert_eq!(opens(&["VOTE"], replies, parent).is_some(), expect, "{parent:?}");
    };
    check(Some(&subject(&["PROPOSAL"])), true);
    check(Some(&subject(&["DISCUSS"])), true);
    check(Some(&subject(&[])), true);
    check(Some(&subject(&["vote"])), false);
    check(None, false);
    let marked = |root: &mut Post| {
        replies(root);
        root.subject.reply = true;
    };
    assert!(opens(&["VOTE"], marked, Some(&subject(&["PROPOSAL"]))).is_none());
    assert!(opens(&["VOTE"], |root| root.subject.reply = true, None).is_none());
    assert!(opens(&["VOTE"], |root| root.subject.forward = true, None).is_none());
}

#[test]
fn no_program_and_no_mail_past_the_list_opens_one() {
    assert!(opens(&["VOTE"], |root| root.automatic = Some(Automatic::Bot), None).is_none());
    assert!(opens(&["VOTE"], |root| root.provenance.through_list = false, None).is_none());
}
