//! Bad mail and bad set-ups, told to the whole program: each bad mail lies beside a good proposal and a vote for it, in an archive and in a
//! live mailbox. It is kept and listed, and the good ones are handled in the same run.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod support;

use serde_json::Value;
use std::net::TcpListener;
use support::letter::{Letter, mbox, proposal, vote};
use support::{Place, Ran};

/// By then every window has ended.
const UNTIL: &str = "2024-04-01T00:00:00Z";

/// A problem that is to be listed: how the Message-ID begins, and the problem's kind.
type Listed<'a> = (&'a str, &'a str);

/// Plays bad mail through `read` and `replay`, then through `run --once`. What only a mailbox can tell is in `live`.
fn check(bad: &[Vec<u8>], both: &[Listed<'_>], live: &[Listed<'_>]) {
    in_an_archive(bad, both);
    in_a_mailbox(bad, &[both, live].concat());
}

fn in_an_archive(bad: &[Vec<u8>], listed: &[Listed<'_>]) {
    let place = Place::new();
    let mails = [&[proposal()], bad, &[vote()]].concat();
    place.write("list.mbox", mbox(&mails));
    for (at, mail) in mails.iter().enumerate() {
        place.write(&format!("letters/{at}.eml"), mail);
    }
    for archive in ["list.mbox", "letters"] {
        let read = place.plusone(&["read", archive]);
        assert_eq!(read.code, 0, "{}", read.err);
        let messages: Vec<&str> = read.out.split("\n<").collect();
        assert_eq!(messages.len(), mails.len(), "{archive}: {}", head(&read.out));
        for (id, problem) in listed {
            let named = |text: &&&str| text.trim_start_matches('<').starts_with(&id[1..]);
            let found =
                messages.iter().filter(named).any(|text| text.contains(&format!("Problem   {problem}:")));
            assert!(found, "{archive}: no {problem} of {id} in {}", head(&read.out));
        }
    }
    let replayed = place.plusone(&["replay", "--until", UNTIL, "--format", "json", "list.mbox"]);
    assert_eq!(replayed.code, 0, "{}", replayed.err);
    passed_with_its_vote(&replayed.json());
}

fn in_a_mailbox(bad: &[Vec<u8>], listed: &[Listed<'_>]) {
    let place = Place::new();
    place.write("mail/new/10.good", proposal());
    for (at, mail) in bad.iter().enumerate() {
        place.write(&format!("mail/new/20.bad{at}"), mail);
    }
    place.write("mail/cur/30.good:2,S", vote());
    run_once(&place);
    let first = place.state();
    passed_with_its_vote(&first.0);
    for (id, problem) in listed {
        let named = |one: &Value| one["message_id"].as_str().is_some_and(|name| name.starts_with(id));
        assert!(
            first.1.iter().any(|one| named(one) && one["problem"] == *problem),
            "no {problem} of {id} in {:#?}",
            first.1
        );
    }
    let kept = || {
        let status = place.plusone(&["status", "--format", "json"]);
        assert_eq!(status.code, 0, "{}{}", status.out, status.err);
        status.json()[0]["messages"].as_u64()
    };
    assert_eq!(kept(), Some(bad.len() as u64 + 2));
    run_once(&place);
    assert_eq!(place.state(), first, "a second run changed something");
    assert_eq!(kept(), Some(bad.len() as u64 + 2));
}

fn run_once(place: &Place) {
    let ran = place.plusone(&["run", "--once"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn passed_with_its_vote(records: &[Value]) {
    let record = records.iter().find(|record| record["root"] == "<good@example.org>").expect("the proposal");
    assert_eq!(record["outcome"], "passed", "{record}");
    let posts = record["posts"].as_array().expect("posts");
    let vote = posts.iter().find(|post| post["message_id"] == "<good-vote@example.org>").expect("the vote");
    assert_eq!((&vote["vote"], &vote["status"]), (&"+1".into(), &"counted".into()), "{vote:#}");
}

fn head(text: &str) -> String {
    text.chars().take(3_000).collect()
}

/// A letter that says no more than it must.
fn letter(body: impl Into<Vec<u8>>) -> Letter {
    Letter::new("bad", 4, "Minutes of the call", body)
}

/// A letter with an attachment that makes it longer than `octets`.
fn larger_than(octets: usize) -> Vec<u8> {
    let text = "--b\nContent-Type: text/plain\n\n+1\n\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n";
    let line = format!("{}\n", "QUJD".repeat(250));
    let body = format!("{text}{}--b--\n", line.repeat(octets.div_ceil(line.len())));
    letter(body).with("Content-Type", "multipart/mixed; boundary=b").written()
}

#[test]
fn a_mail_of_50_mb() {
    check(&[larger_than(50_000_000)], &[("<bad@", "too-large")], &[]);
}

/// Its text is read, and the file that lost its end is not taken for text.
#[test]
fn an_attached_file_cut_off() {
    let place = Place::new();
    let mut mail = larger_than(5_000);
    mail.truncate(4_000);
    place.write("mail.eml", mail);
    let read = place.plusone(&["read", "mail.eml"]);
    assert!(
        read.out.contains("Problem   undecodable:") && read.out.contains("own         | +1\n"),
        "{}",
        read.out
    );
    assert!(!read.out.contains("QUJD"), "{}", read.out);
}

#[test]
fn a_mail_of_51_mb() {
    in_a_mailbox(&[larger_than(51 << 20)], &[("<bad@", "too-large")]);
}

#[test]
fn ten_thousand_nested_parts() {
    let mut body = String::new();
    for level in 0..10_000 {
        body += &format!("--b{level}x\nContent-Type: multipart/mixed; boundary=b{}x\n\n", level + 1);
    }
    let mail = letter(body).with("Content-Type", "multipart/mixed; boundary=b0x").written();
    check(&[mail], &[("<bad@", "too-nested")], &[]);
}

#[test]
fn a_hundred_thousand_nested_messages() {
    let body = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let mail = letter(body).with("Content-Type", "message/rfc822").written();
    check(&[mail], &[("<bad@", "too-nested")], &[]);
}

#[test]
fn a_subject_of_a_megabyte() {
    let long = letter("Hello.\n").with("Subject", format!("[PROPOSAL] {}", "again ".repeat(170_000)));
    let encoded = Letter::new("encoded", 4, &"=?utf-8?q?=C3=A9?= ".repeat(55_000), "Hello.\n");
    let problems = [("<bad@", "long-field"), ("<encoded@", "long-field")];
    check(&[long.written(), encoded.written()], &problems, &[]);
}

#[test]
fn charsets_that_nobody_knows() {
    let unknown = letter("caf\u{e9}\n").with("Content-Type", "text/plain; charset=\"x-no-such\"");
    let wrong = Letter::new("wrong", 4, "=?x-no-such?b?w6k=?= =?utf-8?b?/////w==?=", b"caf\xe9 \xff\xfe\n")
        .with("Content-Type", "text/plain; charset=utf-8");
    let problems = [("<bad@", "undecodable"), ("<wrong@", "undecodable")];
    check(&[unknown.written(), wrong.written()], &problems, &[]);
}

#[test]
fn nul_octets() {
    let mail = letter("+1\0\0\n").with("Subject", "Minutes\0 of the call").written();
    check(&[mail], &[("<bad@", "undecodable")], &[]);
    // A file that was never written to its end, as a power cut leaves it.
    in_a_mailbox(&[vec![0; 5_000]], &[("<sha256-", "no-header"), ("<sha256-", "no-list")]);
}

#[test]
fn no_message_id() {
    let none = letter("One.\n").with("Message-ID", "").written();
    let broken = letter("Two.\n").with("Message-ID", "<<two at example>").written();
    check(&[none, broken], &[("<sha256-", "no-message-id")], &[]);
}

#[test]
fn two_posts_with_one_message_id() {
    let one = letter("We meet on Monday.\n").written();
    let other = letter("We meet on Tuesday.\n").written();
    check(&[one, other], &[], &[("<bad@", "same-id")]);
}

#[test]
fn another_vote_under_the_message_id_of_a_vote() {
    let other = Letter::new("good-vote", 6, "Re: [PROPOSAL] Buy a second switch", "Hello.\n");
    let other = other.with("In-Reply-To", "<good@example.org>").written();
    in_a_mailbox(&[other], &[("<good-vote@", "same-id")]);
}

#[test]
fn references_of_ten_thousand_ids() {
    let references: String =
        (0..10_000).map(|n| format!("<long-way-back-to-{n}@mail.example.org>\n ")).collect();
    let mail = letter("Hello.\n").with("References", format!("{references}<good@example.org>")).written();
    check(std::slice::from_ref(&mail), &[("<bad@", "many-references")], &[]);

    // The nearest stands last, and is found.
    let place = Place::new();
    place.write("list.mbox", mbox(&[proposal(), mail]));
    let record =
        place.plusone(&["replay", "--until", UNTIL, "--format", "json", "list.mbox"]).json().remove(0);
    let posts = record["posts"].as_array().expect("posts");
    assert!(posts.iter().any(|post| post["message_id"] == "<bad@example.org>"), "{record:#}");
}

#[test]
fn replies_in_a_ring() {
    let reply = |id: &str, to: &str| {
        Letter::new(id, 4, "Re: [PROPOSAL] Round and round", "+1\n")
            .with("In-Reply-To", format!("<{to}@example.org>"))
            .with("References", format!("<{to}@example.org>"))
            .written()
    };
    let ring = [reply("bad-a", "bad-b"), reply("bad-b", "bad-a"), reply("bad-self", "bad-self")];
    check(&ring, &[], &[("<bad-self@", "reply-loop")]);
    // The one that closes the ring is the one that came last.
    check(&ring[..2], &[], &[("<bad-b@", "reply-loop")]);
}

#[test]
fn dates_in_1970_and_2099() {
    let past = letter("Hello.\n").with("Date", "Thu, 01 Jan 1970 00:00:00 +0000").written();
    let future =
        Letter::new("future", 4, "Hello", "Hello.\n").with("Date", "Thu, 31 Dec 2099 23:59:59 +0000");
    check(&[past, future.written()], &[("<bad@", "odd-date"), ("<future@", "odd-date")], &[]);
}

#[test]
fn a_list_id_that_is_forged() {
    let objection = Letter::new("forged", 5, "Re: [PROPOSAL] Buy a second switch", "-1, because I say so.\n")
        .with("In-Reply-To", "<good@example.org>")
        .handed_over_by("elsewhere.example.net");
    let opening =
        Letter::new("forged-too", 4, "[PROPOSAL] Give me the keys", "Now.\n").handed_over_by("192.0.2.9");
    let mails = [objection.written(), opening.written()];
    in_a_mailbox(&mails, &[("<forged@", "not-through-list"), ("<forged-too@", "not-through-list")]);
}

#[test]
fn mails_cut_off() {
    let mut in_the_header = letter("Hello.\n").with("From", "").with("Subject", "").written();
    in_the_header.truncate(in_the_header.len() - 60);
    in_a_mailbox(&[in_the_header, Vec::new()], &[("<bad@", "no-author"), ("<sha256-", "no-header")]);
}

#[test]
fn an_mbox_cut_off() {
    let whole = mbox(&[letter("Hello.\n").written(), proposal(), vote(), letter("The end.\n").written()]);
    let place = Place::new();
    place.write("cut.mbox", &whole[100..whole.len() - 300]);
    let read = place.plusone(&["read", "cut.mbox"]);
    assert_eq!(read.code, 0, "{}", read.err);
    assert!(read.out.contains("Problem   source: stands before the first From_ line"), "{}", read.out);
    assert!(read.out.contains("Problem   no-author:"), "{}", read.out);
    let replayed = place.plusone(&["replay", "--until", UNTIL, "--format", "json", "cut.mbox"]);
    assert_eq!(replayed.code, 0, "{}", replayed.err);
    assert!(replayed.err.contains("1 entries of the archives are damaged"), "{}", replayed.err);
    passed_with_its_vote(&replayed.json());
}

#[test]
fn a_file_in_the_mailbox_that_cannot_be_read() {
    let place = Place::new();
    place.write("mail/new/10.good", proposal());
    // A link to itself cannot be opened by anybody.
    std::os::unix::fs::symlink("20.loop", place.path("mail/new/20.loop")).expect("a link");
    std::fs::create_dir(place.path("mail/new/25.folder")).expect("a folder");
    place.write("mail/new/30.good", vote());
    let ran = place.plusone(&["run", "--once"]);
    failed_saying(&ran, 1, &["20.loop", "check the path and its permissions"]);
    let proposals = place.state().0;
    // What was not read may hold an objection: the others are taken, and nothing is decided.
    assert_eq!(proposals[0]["outcome"], "open", "{proposals:#?}");
    assert_eq!(proposals[0]["posts"].as_array().map(Vec::len), Some(2), "{proposals:#?}");
    std::fs::remove_file(place.path("mail/new/20.loop")).expect("removed");
    run_once(&place);
    passed_with_its_vote(&place.state().0);
}

fn failed_saying(ran: &Ran, code: i32, parts: &[&str]) {
    let said = format!("{}{}", ran.out, ran.err);
    assert_eq!(ran.code, code, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    for part in parts {
        assert!(said.contains(part), "no {part:?} in:\n{said}");
    }
}

#[test]
fn five_mistakes_in_a_configuration() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path("plusone.toml")).expect("the configuration");
    let mistakes = [
        ("database = ", "databse = ", 1, "database"),
        ("mode = \"shadow\"", "mode = \"loud\"", 10, "shadow"),
        ("rule = \"ovirt-minor\"", "rule = \"ovirt-miner\"", 17, "ovirt-minor"),
        ("window = \"72h\"", "window = \"0h\"", 18, "window"),
        ("munging = \"mailman\"", "munging = \"mailmann\"", 22, "mailman"),
    ];
    let broken = mistakes.iter().fold(config, |config, (right, wrong, ..)| {
        assert!(config.contains(right), "{right}");
        config.replacen(right, wrong, 1)
    });
    place.write("plusone.toml", broken);
    let ran = place.plusone(&["check"]);
    failed_saying(&ran, 2, &["5 problems in the configuration"]);
    for (_, wrong, line, remedy) in mistakes {
        let place = format!("plusone.toml:{line}: ");
        let told = ran.err.lines().find(|told| told.contains(&place)).unwrap_or_default();
        let (_, advice) = told.split_once(" — ").unwrap_or_default();
        assert!(advice.contains(remedy), "line {line} ({wrong}): {}", ran.err);
    }
    assert!(!place.path("plusone.db").exists(), "a broken configuration made a database");
    failed_saying(&place.plusone(&["run", "--once"]), 2, &["5 problems in the configuration"]);
}

#[test]
fn no_configuration() {
    let place = Place::new();
    for command in [&["check"][..], &["run", "--once"], &["status"], &["list"]] {
        let ran = place.plusone(&[&["--config", "missing.toml"], command].concat());
        failed_saying(&ran, 2, &["missing.toml", "plusone init"]);
    }
}

#[test]
fn commands_that_are_none() {
    let place = Place::new();
    for (args, said) in [
        (&["decide"][..], "unrecognized subcommand"),
        (&["run", "--twice"], "unexpected argument"),
        (&["show"], "<NUMBER>"),
        (&["show", "seven"], "seven"),
        (&["list", "--format", "xml"], "json"),
        (&["replay", "--profile", "no-such", "plusone.toml"], "ovirt-minor"),
        (&[], "Usage"),
    ] {
        failed_saying(&place.plusone(args), 2, &[said]);
    }
}

#[test]
fn connections_that_are_refused() {
    let place = Place::new();
    // Ports that were free a moment ago, and that nobody listens on.
    let [imap, smtp] = [0; 2]
        .map(|_| TcpListener::bind("127.0.0.1:0").expect("a port"))
        .map(|listener| listener.local_addr().expect("its address").port());
    let config = std::fs::read_to_string(place.path("plusone.toml")).expect("the configuration");
    let servers = format!(
        "imap = \"imap://bot@127.0.0.1:{imap}/INBOX\"\npassword = {{ file = \"password\" }}\n\n\
         [submit]\nsmtp = \"smtp://127.0.0.1:{smtp}\"\nfrom = \"decisions@example.org\"\n"
    );
    place.write("plusone.toml", config.replace("maildir = \"mail\"\n", &servers));
    place.write("password", "no secret\n");
    let ran = place.plusone(&["check"]);
    failed_saying(&ran, 1, &["2 checks failed"]);
    for (which, port) in [("mailbox", imap), ("submission", smtp)] {
        let failed = format!("FAIL  {which}: ");
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with(&failed)).collect();
        let [line] = lines.as_slice() else { panic!("not one line on {which}: {}", ran.out) };
        assert!(line.contains(&format!("127.0.0.1:{port}")), "{line}");
        assert!(line.contains("refused") && line.contains("check the host and port"), "{line}");
    }
    let once = place.plusone(&["run", "--once"]);
    failed_saying(&once, 1, &[&format!("127.0.0.1:{imap}"), "check the host and port"]);
}

#[test]
fn a_check_makes_nothing() {
    let place = Place::new();
    let ran = place.plusone(&["check"]);
    assert!(ran.out.contains("is not there yet: `plusone run` makes it"), "{}", ran.out);
    assert!(!place.path("plusone.db").exists() && !place.path("plusone.db-wal").exists());
}

#[test]
fn files_that_are_no_mail() {
    let place = Place::new();
    place.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    std::fs::create_dir(place.path("empty")).expect("a folder");
    place.write("notes/plan.txt", "one\ntwo\n");
    for (archive, said) in [
        ("picture.png", "neither an mbox"),
        ("missing.mbox", "check that the path is right"),
        ("notes", "neither cur or new"),
    ] {
        for command in ["read", "replay"] {
            failed_saying(&place.plusone(&[command, archive]), 1, &[archive, said]);
        }
    }
}

#[test]
fn databases_that_cannot_be_used() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path("plusone.toml")).expect("the configuration");
    let other = "this is a shopping list\n".repeat(200);
    place.write("list.txt", &other);
    for (database, said) in [
        ("no/such/folder/plusone.db", "check that the folder exists and that this user may write there"),
        ("mail", "check that the folder exists and that this user may write there"),
        ("/proc/plusone.db", "check that the folder exists and that this user may write there"),
        ("list.txt", "is not a plusone database"),
    ] {
        place.write("plusone.toml", config.replace("plusone.db", database));
        for command in [&["check"][..], &["run", "--once"], &["status"]] {
            // What only looks makes nothing, and so does not find out that it could not.
            let looks = command == ["status"] && database.starts_with("/proc");
            let said = if looks { "there is no database" } else { said };
            failed_saying(&place.plusone(command), 1, &[database, said]);
        }
    }
    place.write("plusone.toml", config.replace("plusone.db", "new.db"));
    for command in [&["status"][..], &["list"], &["show", "1"]] {
        failed_saying(&place.plusone(command), 1, &["there is no database", "new.db", "plusone run"]);
    }
    assert!(!place.path("new.db").exists());
    assert_eq!(std::fs::read_to_string(place.path("list.txt")).expect("the file"), other);
}
