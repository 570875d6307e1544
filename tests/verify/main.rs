//! `plusone verify`: a result that the engine mailed holds against the list's archive however copies came, and fails, each time with its
//! own message, where a counted word, the roster, the rule or the record was altered.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod decided_list;

use decided_list::{DecidedList, Written, mails, roster};
use plusone::record::{Published, canonical_sha256};
use plusone::source::archive::{Archive, Limits};
use plusone::worker::verify::{Means, verify};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Decided once: every test checks the same result.
static LIST: LazyLock<DecidedList> = LazyLock::new(DecidedList::new);

/// What is given to `verify`, in a folder of its own.
struct Case {
    result: String,
    archive: String,
    roster: String,
    arguments: Vec<&'static str>,
}

impl Case {
    fn new() -> Self {
        Case::of(&mails())
    }

    fn of(mails: &[Written]) -> Self {
        let archive = mails.iter().map(Written::in_mbox).collect();
        Case { result: LIST.result(), archive, roster: roster(), arguments: Vec::new() }
    }

    fn with(mut self, arguments: &[&'static str]) -> Self {
        self.arguments = arguments.to_vec();
        self
    }

    /// The exit code and what is said, on one line.
    fn run(&self) -> (i32, String) {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        put("result.eml", &self.result);
        put("list.mbox", &self.archive);
        put("roster.toml", &self.roster);
        fs::copy(LIST.path("plusone.toml"), folder.path().join("plusone.toml")).unwrap();
        let files = if self.arguments.contains(&"--record") {
            &["list.mbox"][..]
        } else {
            &["result.eml", "list.mbox"]
        };
        let ran = Command::new(env!("CARGO_BIN_EXE_plusone"))
            .arg("verify")
            .args(&self.arguments)
            .args(files)
            .env_clear()
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = [ran.stdout, ran.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        (ran.status.code().unwrap_or(-1), told.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn holds(self, why: &str) {
        let (code, told) = self.run();
        assert_eq!(code, 0, "{why}: {told}");
        assert!(told.contains("IT HOLDS"), "{why}: {told}");
    }

    fn fails(self, expect: &[&str]) {
        let (code, told) = self.run();
        assert_eq!(code, 1, "{expect:?}: {told}");
        for expect in expect {
            assert!(told.contains(expect), "{expect:?} in: {told}");
        }
    }
}

/// The vote with one mail changed.
fn changed(id: &str, change: impl Fn(&mut Written)) -> Vec<Written> {
    let mut mails = mails();
    change(mails.iter_mut().find(|mail| mail.id == id).unwrap());
    mails
}

/// The archive where one mail is kept as `written` says.
fn kept_as(id: &str, written: impl Fn(&Written) -> String) -> Case {
    let one = |mail: &Written| if mail.id == id { mail.in_mbox_as(&written(mail)) } else { mail.in_mbox() };
    Case { archive: mails().iter().map(one).collect(), ..Case::new() }
}

/// The result where the record is another; `rehash` makes its hash right again.
fn forged(change: impl Fn(&mut Value), rehash: bool) -> (String, String, String) {
    let mut record = LIST.record();
    let before = record["sha256"].as_str().unwrap().to_owned();
    change(&mut record);
    if rehash {
        record.as_object_mut().unwrap().shift_remove("sha256");
        record["sha256"] = canonical_sha256(&record).into();
    }
    let after = record["sha256"].as_str().unwrap().to_owned();
    (with_record(&LIST.result(), &record), before, after)
}

/// A mail with another attachment in place of its record.
fn with_record(result: &str, record: &Value) -> String {
    let boundary = result.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0;
    let (head, attachment) = result.rsplit_once("Content-Transfer-Encoding: base64\n").unwrap();
    assert!(attachment.contains(boundary));
    format!("{head}Content-Transfer-Encoding: 8bit\n\n{record}\n--{boundary}--\n")
}

#[test]
fn a_result_of_the_engines_holds() {
    let record = LIST.record();
    assert_eq!(
        (&record["outcome"], &record["tally"]["binding"]["plus"]),
        (&json!("passed"), &json!(3)),
        "{record:#}"
    );
    assert_eq!(record["words"], json!({"ship it": "+1"}));
    assert_eq!(record["electorate_size"], 4);
    Case::new().holds("by the archive alone");
    Case::new().with(&["--roster", "roster.toml"]).holds("with the roster");
    Case::new().with(&["--config", "plusone.toml"]).holds("with the configuration");
    let mut with_notices = Case::new();
    with_notices.archive += &LIST.notices_in_mbox();
    with_notices.holds("with the engine's own mails");
}

#[test]
fn what_a_result_says_is_told_with_what_was_not_checked() {
    let (_, told) = Case::new().run();
    for expect in [
        "Proposal 1 on infra: [VOTE] Move CI to the new hall",
        "the record passed on 2026-11-05T09:00:00Z",
        "the archive passed on 2026-11-05T09:00:00Z: 3 binding +1, no objection; 7 messages read",
        "Without --roster",
        "give --config",
        "1 mail of the thread came after the close",
    ] {
        assert!(told.contains(expect), "{expect:?} in: {told}");
    }
    let mut with_notices = Case::new().with(&["--config", "plusone.toml", "--format", "json"]);
    with_notices.archive += &LIST.notices_in_mbox();
    let (code, told) = with_notices.run();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &told["holds"], &told["recomputed_outcome"]), (0, &json!(true), &json!("passed")));
    let remarks: Vec<&Value> =
        told["remarks"].as_array().unwrap().iter().map(|remark| &remark["remark"]).collect();
    assert!(remarks.contains(&&json!("archive-names-it")), "{remarks:?}");
    assert!(
        !remarks.contains(&&json!("no-roster")) && !remarks.contains(&&json!("rule-from-record")),
        "{remarks:?}"
    );
}

#[test]
fn how_a_copy_came_does_not_matter() {
    kept_as("b", Written::in_base64).holds("base64");
    kept_as("b", Written::quoted_printable).holds("quoted-printable");
    kept_as("c", Written::quoted_printable).holds("another charset");
    kept_as("c", |mail| {
        let (head, from) = (mail.head(), "From: ");
        let (first, rest) = head.split_once('\n').unwrap();
        assert!(first.starts_with(from));
        format!("X-Spam-Score: 0\n{rest}{first}\nUser-Agent: mutt\n\n{}\n", mail.body)
    })
    .holds("header order");
    kept_as("b", |mail| {
        format!(
            "{}\n{}\n_______________________________________________\ninfra mailing list -- infra@lists.example.org\n\
             To unsubscribe send an email to infra-leave@lists.example.org, emil has token 17\n",
            mail.head(),
            mail.body
        )
    })
    .holds("a footer for one recipient");
    kept_as("b", |mail| {
        let part = |text: &str| {
            format!("--f\nContent-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\n\n{text}\n")
        };
        let footer =
            "_______________________________________________\ninfra mailing list\ninfra@lists.example.org";
        let (body, footer) = (part(&mail.body), part(footer));
        format!(
            "{}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=f\n\n{body}{footer}--f--\n",
            mail.head()
        )
    })
    .holds("a footer part");
    kept_as("b", |mail| {
        let head = mail.head().replace(
            "From: Bob Example <bob@example.org>\n",
            "From: Bob Example via infra <infra@lists.example.org>\nReply-To: Bob Example <bob@example.org>\n",
        );
        format!("{head}\n{}\n", mail.body)
    })
    .holds("a From that the list rewrote");
    let delivered: String = mails().iter().map(|mail| mail.in_mbox_as(&mail.delivered())).collect();
    Case { archive: delivered, ..Case::new() }.holds("as a member received it");
    let mut backwards = mails();
    backwards.reverse();
    Case::of(&backwards).holds("in another order");
    let mut more = mails();
    more.push(Written { subject: "Lunch", to: None, ..Written::reply("lunch", "emil", 10, "at noon?") });
    Case::of(&more).holds("with other mail beside it");
}

#[test]
fn a_mailed_result_is_understood_however_the_list_dressed_it() {
    let check = |result: String, why: &str| Case { result, ..Case::new() }.holds(why);
    let result = LIST.result();
    let (head, body) = result.split_once("\n\n").unwrap();
    let boundary = head.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0;
    let footer =
        format!("--{boundary}\nContent-Type: text/plain\n\n____\ninfra mailing list\n--{boundary}--\n");
    check(result.replace(&format!("--{boundary}--\n"), &footer), "a footer part");
    check(
        format!(
            "From: decisions via infra <infra@lists.example.org>\nReply-To: decisions <decisions@example.org>\n\
             Message-ID: <wrapped@lists.example.org>\nSubject: {}\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=w\n\n--w\nContent-Type: message/rfc822\n\n{result}\n\
             --w\nContent-Type: text/plain\n\n____\ninfra mailing list\n--w--\n",
            "[RESULT] [VOTE] Move CI to the new hall"
        ),
        "wrapped",
    );
    check(format!("From MAILER-DAEMON Mon Nov  2 09:00:00 2026\n{result}\n"), "saved as an mbox");
    check(result.replace('\n', "\r\n"), "with CRLF");
    check(LIST.record().to_string(), "the record alone");
    check(format!("X-Added: yes\n{head}\n\n{body}"), "a field more");
    let stripped = format!("{}\n--{boundary}--\n", result.rsplit_once(&format!("--{boundary}\n")).unwrap().0);
    let (code, told) = Case { result: stripped, ..Case::new() }.run();
    assert_eq!(code, 1, "{told}");
    assert!(
        told.contains("whose record was stripped") && told.contains("plusone show 1 --format json"),
        "{told}"
    );
    let (code, told) = Case { result: mails()[1].delivered(), ..Case::new() }.run();
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("carries no record") && told.contains("--record"), "{told}");
    let two =
        format!("From a Mon Nov  2 09:00:00 2026\n{result}\nFrom a Mon Nov  2 09:00:00 2026\n{result}\n");
    let (code, told) = Case { result: two, ..Case::new() }.run();
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("holds several records"), "{told}");
}

#[test]
fn what_was_tampered_with_in_the_archive_is_named() {
    let another = "<b@example.org>: Bob Example's own words are not the ones that were recorded";
    Case::of(&changed("b", |mail| mail.body = mail.body.replace("week", "weed"))).fails(&[
        another,
        "\"+1 (binding), I have tried the new hall for a week\"",
        "the archive has \"+1 (binding), I have tried the new hall for a weed\"",
    ]);
    Case::of(&changed("c", |mail| mail.body = mail.body.replace("better", "bettor"))).fails(&[
        "<c@example.org>: Cleo Example's own words",
        "the line it was read from, \"+1\", is the same",
    ]);
    Case::of(&changed("b", |mail| mail.body = mail.body.replace("+1", "-1"))).fails(&[
        another,
        "Bob Example's vote is +1 by the record and -1 by the archive",
        "the tally is 3 +1, 0 0, 0 -1 binding",
        "the outcome is passed by the record",
    ]);
    Case::of(&changed("d", |mail| mail.body = "Ship them!".into())).fails(&[
        "Dora Example's reading is cast by the record",
        "the outcome is passed by the record and open",
    ]);
    Case::of(&changed("talk", |mail| mail.body += " Days?"))
        .fails(&["<talk@example.org>: Bob Example's own words"]);
    Case::of(&changed("root", |mail| mail.body += " No.")).fails(&["the text that was voted on is another"]);
    Case::of(&changed("d", |mail| mail.from = "emil"))
        .fails(&["its author is Dora Example (member dora) by the record and Emil Example"]);
    Case::of(&changed("d", |mail| mail.at = 73))
        .with(&[])
        .fails(&["the outcome is passed by the record and open"]);
    let removed: Vec<Written> = mails().into_iter().filter(|mail| mail.id != "c").collect();
    Case::of(&removed).fails(&[
        "<c@example.org>: the mail of Cleo Example, whose +1 the record has as counted, is not in the archive",
        "the outcome is passed by the record and open by the archive",
    ]);
    let mut added = mails();
    added.push(Written::reply("x", "dora", 50, "-1: the new hall leaks"));
    Case::of(&added).fails(&[
        "<x@example.org>: the archive has a mail of Dora Example's in this thread",
        "it votes -1: \"-1: the new hall leaks\"",
        "Dora Example's status is counted by the record and superseded by the archive",
    ]);
    let cut: Vec<Written> = mails().into_iter().filter(|mail| mail.id != "root").collect();
    Case::of(&cut)
        .fails(&["hold no mail <root@example.org> that opens a proposal", "the archive of November 2026"]);
    let mut unthreaded = mails();
    unthreaded[2].to = None;
    unthreaded[2].subject = "Something else";
    Case::of(&unthreaded)
        .fails(&["<c@example.org>: the mail of Cleo Example", "not in this proposal's thread"]);
}

#[test]
fn another_roster_or_rule_is_named() {
    let with_roster = |roster: String| Case { roster, ..Case::new() }.with(&["--roster", "roster.toml"]);
    with_roster(roster().replace("cleo@example.org", "cleo@example.test")).fails(&[
        "<c@example.org>: its author is Cleo Example (member cleo) by the record and Cleo Example (no member) by the archive",
        "the outcome is passed by the record and open",
    ]);
    with_roster(roster() + "[[member]]\nid = \"fay\"\nname = \"Fay\"\naddresses = [\"fay@example.org\"]\n")
        .fails(&["the electorate is another", "the size of the electorate is 4 by the record and 5"]);
    with_roster(roster().replace("\"dora\"", "\"dodo\""))
        .fails(&["the electorate is another", "(member dora) by the record and Dora Example (member dodo)"]);
    let forge = |change: &dyn Fn(&mut Value)| {
        let (result, before, after) = forged(change, true);
        // The mail's own text names the record's hash: whoever forges one forges both.
        Case { result: result.replace(&before, &after), ..Case::new() }
    };
    forge(&|record| record["electorate_size"] = 9.into())
        .with(&["--roster", "roster.toml"])
        .fails(&["the size of the electorate is 9 by the record and 4 by the archive"]);
    let fewer = |record: &mut Value| record["rule_parameters"]["min_plus"] = 2.into();
    forge(&fewer).holds("the archive cannot know the rule, and says so");
    let (_, told) = forge(&fewer).run();
    assert!(told.contains("That the rule in the record is the list's own is not checked"), "{told}");
    forge(&fewer)
        .with(&["--config", "plusone.toml"])
        .fails(&["the rule is not the one that the list is configured with; they differ in: approval"]);
    let mut with_notices = forge(&fewer);
    with_notices.archive += &LIST.notices_in_mbox();
    with_notices.fails(&["the result that the list received names another record, of sha256"]);
    forge(&|record| record["rule_parameters"]["min_plus"] = 4.into())
        .fails(&["the outcome is passed by the record and open by the archive"]);
    forge(&|record| record["rule_parameters"]["window"] = "48h".into())
        .fails(&["the close is 2026-11-05T09:00:00Z by the record and 2026-11-04T09:00:00Z"]);
}

#[test]
fn a_forged_record_is_named() {
    let set = |pointer: &'static str, value: Value| {
        move |record: &mut Value| *record.pointer_mut(pointer).expect("it is there") = value.clone()
    };
    let (result, before, after) = forged(set("/rule_parameters/min_plus", 2.into()), false);
    assert_eq!(before, after);
    Case { result, ..Case::new() }.fails(&["the record was altered after it was made: its sha256 is"]);
    let (result, before, _) = forged(set("/rule_parameters/min_plus", 2.into()), true);
    Case { result, ..Case::new() }.fails(&[&format!("the mail's text names a record of sha256 {before}")]);
    let check = |pointer: &'static str, value: Value, expect: &str| {
        let (result, before, after) = forged(set(pointer, value), true);
        Case { result: result.replace(&before, &after), ..Case::new() }.fails(&[expect]);
    };
    check("/outcome", "failed".into(), "the outcome is failed by the record and passed by the archive");
    check("/why_code", "short".into(), "the reason of the outcome is short by the record and approved");
    check("/why", "because".into(), "the reason in words is because by the record");
    check("/tally/binding/plus", 4.into(), "the tally is 4 +1, 0 0, 0 -1 binding");
    check("/closed_at", "2026-11-05T08:00:00Z".into(), "the close is 2026-11-05T08:00:00Z by the record");
    check("/closes_at", "2026-11-05T08:00:00Z".into(), "the end of the window is 2026-11-05T08:00:00Z");
    check("/opened_at", "2026-11-02T08:00:00Z".into(), "the opening is 2026-11-02T08:00:00Z by the record");
    check("/text_sha256", "00".into(), "the text that was voted on is another");
    check("/events/0/event", "asked".into(), "what happened is another: the record goes on with asked");
    check("/words", json!({}), "the outcome is passed by the record and open by the archive");
    let of_bob = |key: &'static str, value: Value, expect: &str| {
        let change = |record: &mut Value| {
            let posts = record["posts"].as_array_mut().unwrap();
            let bob = posts.iter_mut().find(|post| post["message_id"] == "<b@example.org>").unwrap();
            bob[key] = value.clone();
        };
        let (result, before, after) = forged(change, true);
        Case { result: result.replace(&before, &after), ..Case::new() }.fails(&["<b@example.org>", expect]);
    };
    of_bob("own_words_sha256", "00".into(), "own words are not the ones that were recorded");
    of_bob(
        "received_at",
        "2026-11-04T13:00:00Z".into(),
        "it was received at 2026-11-04T13:00:00Z by the record",
    );
    of_bob("vote", "-1".into(), "Bob Example's vote is -1 by the record and +1 by the archive");
    of_bob("status", "late".into(), "Bob Example's status is late by the record and counted by the archive");
    of_bob("binding", false.into(), "Bob Example's binding is no by the record and yes by the archive");
    of_bob("line", "+1".into(), "Bob Example's line is +1 by the record");
    of_bob("claim", Value::Null, "Bob Example's claim is none by the record and binding by the archive");
    of_bob("author", json!({"name": "Eve", "member": "bob"}), "its author is Eve (member bob) by the record");
    of_bob(
        "author",
        json!({"name": "Bob Example", "member": "dora"}),
        "and of another mail from the same address",
    );
    let (result, before, after) = forged(|record| record["extra"] = 1.into(), true);
    let result = result.replace(&before, &after);
    Case { result, ..Case::new() }.fails(&["extra is 1 by the record and none by the archive"]);
}

#[test]
fn a_record_that_cannot_be_checked_is_refused_with_the_remedy() {
    let check = |change: &dyn Fn(&mut Value), expect: &str| {
        let (result, ..) = forged(change, true);
        Case { result, ..Case::new() }.fails(&[expect]);
    };
    check(&|record| record["schema"] = 2.into(), "this plusone reads schema 1");
    check(&|record| record["posts"][1] = json!({}), "no whole record of plusone's");
    check(&|record| record["closed_at"] = Value::Null, "only a closed one can be checked");
    check(&|record| record["rule_parameters"]["dice"] = 6.into(), "none that this plusone knows");
    check(
        &|record| record["rule_parameters"]["electorate"] = json!({"who": "seats", "seats": []}),
        "give it with --roster",
    );
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record.json");
    fs::write(&record, LIST.record().to_string()).unwrap();
    let path: &'static str = Box::leak(record.display().to_string().into_boxed_str());
    Case::new().with(&["--record", path]).holds("a record in a file of its own");
    fs::write(&record, "[1").unwrap();
    Case::new().with(&["--record", path]).fails(&["it is not JSON"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever byte of a counted vote's own words is another, the result does not hold.
    #[test]
    fn any_changed_byte_of_a_counted_vote_fails(which in 0..3usize, at in any::<prop::sample::Index>(), to in 0x21..=0xffu8) {
        let id = ["b", "c", "d"][which];
        let mails = mails();
        let mail = mails.iter().find(|mail| mail.id == id).unwrap();
        let own = mail.body.split("\n\n>").next().unwrap();
        let seen: Vec<usize> = (0..own.len()).filter(|at| !own.as_bytes()[*at].is_ascii_whitespace()).collect();
        let place = *at.get(&seen);
        prop_assume!(own.as_bytes()[place] != to && to != 0x7f);
        let archive: Vec<u8> = mails.iter().flat_map(|mail| {
            let mut raw = mail.in_mbox().into_bytes();
            if mail.id == id {
                let begins = raw.windows(own.len()).position(|window| window == own.as_bytes()).unwrap();
                raw[begins + place] = to;
            }
            raw
        }).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.mbox");
        fs::write(&path, &archive).unwrap();
        let archive = Archive::open(&[path], Limits::default()).unwrap();
        let published = Published::read(LIST.record().to_string().as_bytes()).unwrap();
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        let checked = verify(&archive, &published, Means::default(), now, || {}).unwrap();
        prop_assert!(checked.discrepancies.iter().any(|one| one.code == "own-words"), "{:?}", checked.discrepancies);
    }
}
