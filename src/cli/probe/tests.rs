//! What is said of copies, and of mail that is none.

use super::came::Came;
use super::inbox::Inbox;
use super::shown;
use super::{Probe, Wish};
use crate::config::{Config, ListConfig};
use crate::decision::Span;
use crate::mail::Address;
use crate::notice::{self, Draft, Language, Templates, Voice};
use crate::source::imap::Fetched;
use std::fs;
use std::time::Duration;

const MX: &str = "Return-Path: <infra-bounces@lists.example.org>\nReceived: from lists.example.org (lists.example.org [192.0.2.25])\n\tby mx.example.org (Postfix) with ESMTPS id 1; Mon, 2 Nov 2026 09:00:05 +0000\n";
const LOCAL: &str = "Return-Path: <infra-bounces@lists.example.org>\nReceived: from mail.example.org (localhost [127.0.0.1])\n\tby mail.example.org (Postfix) with ESMTP id 1; Mon, 2 Nov 2026 09:00:05 +0000\n";

fn config(trust: &str) -> ListConfig {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.toml");
    let text = format!(
        "[[list]]\nname = \"infra\"\naddress = \"infra@lists.example.org\"\nlist_id = \"infra.lists.example.org\"\n[list.trust]\n{trust}"
    );
    fs::write(&path, text).unwrap();
    Config::load(&path).unwrap().lists.remove(0)
}

fn draft() -> Draft {
    let voice = Voice {
        list_name: "infra".to_owned(),
        list_address: Address::parse("infra@lists.example.org").unwrap(),
        from_name: "decisions".to_owned(),
        from: Address::parse("decisions@example.org").unwrap(),
        language: Language::English,
        zone: chrono_tz::UTC,
        archive: None,
        names_missing: false,
        secret: b"a secret of the tests".to_vec(),
    };
    let now = "2026-11-02T09:00:00Z".parse().unwrap();
    notice::probe("4f2a91c0", &voice, &Templates::builtin().unwrap(), now).unwrap()
}

/// The probe as a list passes it on: `added` above, each first text that is found replaced by the second.
fn copy(added: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut raw = added.to_owned() + &String::from_utf8(draft().raw).unwrap().replace("\r\n", "\n");
    for (old, new) in changes {
        assert!(raw.contains(old), "{old}");
        raw = raw.replacen(old, new, 1);
    }
    raw.into_bytes()
}

const MUNGED: [(&str, &str); 2] = [
    ("From: decisions <decisions@example.org>", "From: decisions via Infra <infra@lists.example.org>"),
    (
        "Reply-To: infra@lists.example.org",
        "Reply-To: infra@lists.example.org, decisions <decisions@example.org>",
    ),
];
const MAILMAN: &str = "X-Mailman-Version: 3.3.8\nList-Id: <infra.lists.example.org>\n";

/// What is said of a copy.
fn said(trust: &str, raw: Vec<u8>) -> String {
    let list = config(trust);
    assert_eq!(Came::of(&raw, &list, &draft()), Some(Came::Copy));
    let from = Address::parse("decisions@example.org").unwrap();
    let mail = Fetched { uid: 1, uid_validity: 1, internal_date: None, size: 1, bytes: raw, cut: false };
    let mut out = Vec::new();
    let failed = shown::show(&list, &from, &draft(), &mail, Duration::from_millis(1340), &mut out).unwrap();
    format!("{}({failed} failed)\n", String::from_utf8(out).unwrap())
}

#[test]
fn what_a_copy_shows() {
    let sound = "list_hosts = [\"lists.example.org\"]\nmunging = \"mailman\"\n";
    let prefix = ("Subject: plusone", "Subject: [Engine Room] plusone");
    let cases = [
        ("as configured", said(sound, copy(&[MX, MAILMAN].concat(), &MUNGED))),
        ("another host, another form, another prefix", {
            let raw = copy(&[MX, MAILMAN].concat(), &[MUNGED[0], MUNGED[1], prefix]);
            said("list_hosts = [\"mx.example.net\"]\nmunging = \"google\"\n", raw)
        }),
        ("the list on our own machine, From as it was", {
            let added = [LOCAL, "List-Id: <Infra.example.org>\n"].concat();
            said("list_hosts = [\"127.0.0.1\"]\n", copy(&added, &[]))
        }),
        ("a provider of many hosts, and no Return-Path", {
            let google = MX.replace("lists.example.org (lists.example.org", "x (mail-lf1-x13c.google.com");
            let google = google.split_once('\n').unwrap().1;
            said(sound, copy(&[google, "X-Google-Group-Id: 1\n"].concat(), &[]))
        }),
        ("nobody named, nothing shown", said(sound, copy("", &[MUNGED[0]]))),
    ];
    let all: Vec<String> = cases.into_iter().map(|(what, said)| format!("== {what}\n{said}")).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_no_copy() {
    let list = config("list_hosts = [\"lists.example.org\"]\n");
    let check = |raw: &[u8], expect: &str| {
        let came = match Came::of(raw, &list, &draft()) {
            None => "nothing to do with it".to_owned(),
            Some(Came::Copy) => "copy".to_owned(),
            Some(Came::Lost(why)) => format!("lost: {why}"),
            Some(Came::About(what)) => format!("about: {what}"),
        };
        assert!(came.starts_with(expect), "{came}");
    };
    let wrapped = format!(
        "From: decisions via Infra <infra@lists.example.org>\nReply-To: decisions@example.org\nMessage-ID: <outer@lists.example.org>\nContent-Type: message/rfc822\n\n{}",
        String::from_utf8(copy("", &[])).unwrap()
    );
    check(wrapped.as_bytes(), "copy");
    check(b"From: ann@example.org\nMessage-ID: <a@example.org>\nSubject: x\n\nhello\n", "nothing");
    let subject = draft().subject;
    let other = |head: &str, body: &str| {
        format!("From: infra-owner@lists.example.org\nMessage-ID: <n@lists.example.org>\n{head}\n\n{body}\n")
    };
    let held =
        other(&format!("Subject: Your message to Infra awaits moderator approval: {subject}"), "Held.");
    check(held.as_bytes(), "about: \"Your message to Infra awaits");
    let digest = other("Subject: Infra Digest, Vol 1, Issue 2", &subject);
    check(digest.as_bytes(), "lost: it came back in a digest");
    let bounce = other(
        "Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\nSubject: Undelivered",
        &format!(
            "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; infra@lists.example.org\nAction: failed\nStatus: 5.7.1\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: {}\n\n--b--",
            draft().message_id.as_str()
        ),
    );
    check(bounce.as_bytes(), "lost: the mail server returned it");
    let renamed =
        other(&format!("List-Id: <infra.lists.example.org>\nSubject: {subject}"), "This is a test mail.");
    check(renamed.as_bytes(), "lost: the list passed it on under another Message-ID");
}

#[tokio::test]
async fn a_maildir_is_read_from_now_on() {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.path().join("mail").join(sub)).unwrap();
    }
    fs::write(folder.path().join("mail/cur/1.old:2,S"), "Subject: old\n\n").unwrap();
    let path = folder.path().join("plusone.toml");
    fs::write(&path, "[mailbox]\nmaildir = \"mail\"\n[[list]]\nname = \"infra\"\naddress = \"infra@lists.example.org\"\nlist_id = \"infra.lists.example.org\"\n[list.trust]\nlist_hosts = [\"lists.example.org\"]\n").unwrap();
    let mut inbox = Inbox::open(&Config::load(&path).unwrap()).unwrap();
    assert!(inbox.next(Duration::ZERO).await.unwrap().is_empty());
    fs::write(folder.path().join("mail/new/2.new"), "Subject: new\n\n").unwrap();
    let came = inbox.next(Duration::ZERO).await.unwrap();
    assert_eq!(came.iter().map(|mail| mail.bytes.as_slice()).collect::<Vec<_>>(), [b"Subject: new\n\n"]);
    assert!(inbox.next(Duration::ZERO).await.unwrap().is_empty());
    assert_eq!(inbox.trouble(), None);
}

#[test]
fn a_probe_that_cannot_come_back_is_not_mailed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.toml");
    let list = |name: &str| {
        format!(
            "[[list]]\nname = \"{name}\"\naddress = \"{name}@lists.example.org\"\nlist_id = \"{name}.lists.example.org\"\n[list.trust]\nlist_hosts = [\"lists.example.org\"]\n"
        )
    };
    let (mailbox, submit) = (
        "[mailbox]\nmaildir = \"mail\"\n",
        "[submit]\nsmtp = \"smtp://127.0.0.1:25\"\nfrom = \"d@example.org\"\n",
    );
    let check = |text: String, name: Option<&str>, hours: u32, says: Option<&str>| {
        fs::write(&path, text).unwrap();
        let config = Config::load(&path).unwrap();
        let wish = Wish { list: name.map(str::to_owned), wait: Span::hours(hours) };
        let refused = Probe::of(&config, wish).err().map(|error| error.to_string());
        let fits = match (&refused, says) {
            (Some(refused), Some(says)) => refused.contains(says),
            (refused, says) => refused.is_none() && says.is_none(),
        };
        assert!(fits, "{says:?}: {refused:?}");
    };
    let whole = || format!("{mailbox}{submit}{}", list("infra"));
    check(whole(), None, 1, None);
    check(whole(), Some("infra"), 1, None);
    check(whole(), Some("ops"), 1, Some("no list \"ops\" is configured; name one: --probe infra"));
    check(
        whole() + &list("ops"),
        None,
        1,
        Some("several lists are configured; name one: --probe infra, or --probe ops"),
    );
    check(format!("{submit}{}", list("infra")), None, 1, Some("needs [mailbox]"));
    check(format!("{mailbox}{}", list("infra")), None, 1, Some("needs [submit]"));
    check(whole(), None, 0, Some("--wait 0"));
}
