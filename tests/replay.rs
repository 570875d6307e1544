//! `plusone replay` and `plusone read` on archives written here, by the command as people run it.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of archives, and the command run in it with nothing of this machine's environment.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Desk(tempfile::tempdir().unwrap())
    }

    fn with(archive: &[u8]) -> Self {
        let desk = Desk::new();
        desk.put("list.mbox", archive);
        desk
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plusone"));
        command.args(arguments).env_clear().current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The JSON objects that a command prints; it must have succeeded.
    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// One mail of November 2026; `day` and `time` say when the list received it.
#[derive(Clone)]
struct Mail {
    id: &'static str,
    from: &'static str,
    day: u32,
    time: &'static str,
    subject: &'static str,
    fields: String,
    body: &'static str,
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

fn mail(
    id: &'static str,
    from: &'static str,
    day: u32,
    time: &'static str,
    subject: &'static str,
    body: &'static str,
) -> Mail {
    Mail { id, from, day, time, subject, fields: String::new(), body }
}

impl Mail {
    fn to(mut self, id: &str) -> Self {
        self.fields += &format!("In-Reply-To: <{id}@example.org>\nReferences: <{id}@example.org>\n");
        self
    }

    fn on(mut self, list: &str) -> Self {
        self.fields += &format!("List-Id: <{list}>\n");
        self
    }

    fn eml(&self) -> String {
        let Mail { id, from, day, time, subject, fields, body } = self;
        let name = format!("{}{}", from[..1].to_uppercase(), &from[1..]);
        let weekday = WEEKDAYS[*day as usize % 7];
        format!(
            "From: {name} Example <{from}@example.org>\nTo: infra@lists.example.org\nDate: {weekday}, {day} Nov 2026 {time} +0000\n\
             Message-ID: <{id}@example.org>\nSubject: {subject}\n{fields}\n{body}\n"
        )
    }

    fn in_mbox(&self) -> String {
        let weekday = WEEKDAYS[self.day as usize % 7];
        format!(
            "From {}@example.org {weekday} Nov {:2} {} 2026\n{}\n",
            self.from,
            self.day,
            self.time,
            self.eml()
        )
    }
}

fn mbox(mails: &[Mail]) -> Vec<u8> {
    mails.iter().map(Mail::in_mbox).collect::<String>().into_bytes()
}

/// A [VOTE] of the 2nd that three people approve and one does not bind in, and unrelated mail until the 20th.
fn vote() -> Vec<Mail> {
    vec![
        mail("root", "ann", 2, "09:00:00", "[VOTE] Move CI to the new hall", "Shall we?"),
        mail("b", "bob", 2, "10:00:00", "Re: [VOTE] Move CI to the new hall", "+1 (binding)").to("root"),
        mail("c", "cleo", 3, "10:00:00", "Re: [VOTE] Move CI to the new hall", "+1 (binding)\n\n> Shall we?")
            .to("root"),
        mail(
            "d",
            "dora",
            3,
            "11:00:00",
            "Re: [VOTE] Move CI to the new hall",
            "> +1 (binding)\n\n+1 (non-binding)",
        )
        .to("c"),
        mail("e", "emil", 4, "10:00:00", "Re: [VOTE] Move CI to the new hall", "+1 from me").to("b"),
        mail("lunch", "emil", 20, "12:00:00", "Lunch", "at noon?"),
    ]
}

fn outcomes(proposals: &[Value]) -> Vec<&str> {
    proposals.iter().map(|proposal| proposal["outcome"].as_str().unwrap()).collect()
}

fn message_ids(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|post| post["message_id"].as_str().unwrap()).collect()
}

#[test]
fn a_vote_is_judged_as_if_plusone_had_been_there() {
    let desk = Desk::with(&mbox(&vote()));
    let proposals = desk.json(&["replay", "list.mbox"]);
    let [proposal] = proposals.as_slice() else { panic!("{proposals:?}") };
    let keys: Vec<&str> = proposal.as_object().unwrap().keys().map(String::as_str).collect();
    let expect = "schema engine list number revision root subject proposer kind rule rule_parameters electorate_sha256 electorate_size words text_sha256 opened_at \
        closes_at closed_at outcome why_code why_args why tally posts events human_result sha256";
    assert_eq!(keys.join(" "), expect);
    assert_eq!(proposal["root"], "<root@example.org>");
    assert_eq!(proposal["subject"], "[VOTE] Move CI to the new hall");
    assert_eq!(proposal["opened_at"], "2026-11-02T09:00:00Z");
    assert_eq!(proposal["closed_at"], "2026-11-05T09:00:00Z");
    assert_eq!(proposal["outcome"], "passed");
    assert_eq!((&proposal["kind"], &proposal["rule"]), (&"substantial".into(), &"ovirt-substantial".into()));
    assert_eq!(proposal["tally"]["binding"], serde_json::json!({"plus": 3, "zero": 0, "minus": 0}));
    assert_eq!(proposal["tally"]["advisory"], serde_json::json!({"plus": 1, "zero": 0, "minus": 0}));
    assert_eq!(
        message_ids(&proposal["posts"]),
        ["<root@example.org>", "<b@example.org>", "<c@example.org>", "<d@example.org>", "<e@example.org>"]
    );
    let keys: Vec<&str> = proposal["posts"][1].as_object().unwrap().keys().map(String::as_str).collect();
    let expect = "message_id author received_at instant_from own_words_sha256 reading rule vote written strength claim explained line line_number \
        status binding why";
    assert_eq!(keys.join(" "), expect);
}

#[test]
fn an_archive_is_judged_as_of_its_last_instant_or_the_one_asked_for() {
    let check = |mails: &[Mail], until: Option<&str>, outcome: &str, posts: usize| {
        let desk = Desk::with(&mbox(mails));
        let arguments =
            until.map_or(vec!["replay", "list.mbox"], |until| vec!["replay", "list.mbox", "--until", until]);
        let proposals = desk.json(&arguments);
        assert_eq!(outcomes(&proposals), [outcome], "{until:?}");
        assert_eq!(proposals[0]["posts"].as_array().unwrap().len(), posts, "{until:?}");
    };
    let mails = vote();
    check(&mails, None, "passed", 5);
    check(&mails[..5], None, "open", 5); // ends on the 4th
    check(&mails, Some("2026-11-03T10:30:00Z"), "open", 3);
    check(&mails, Some("2026-11-05T08:59:59Z"), "open", 5);
    check(&mails, Some("2026-11-05T09:00:00Z"), "passed", 5); // the archive has ended: nothing is waited for
    check(&mails[..5], Some("2026-12-01T00:00:00Z"), "passed", 5);
    let mut ends_at_once = mails.clone();
    ends_at_once[5] = mail("lunch", "emil", 5, "09:00:01", "Lunch", "at noon?");
    check(&ends_at_once, None, "passed", 5);
}

#[test]
fn mail_from_the_future_does_not_close_what_is_open() {
    let archive = String::from_utf8(mbox(&vote()[..5])).unwrap();
    let late = mail("late", "emil", 20, "12:00:00", "Lunch", "at noon?").in_mbox().replace("2026", "9098");
    let desk = Desk::with((archive + &late).as_bytes());
    assert_eq!(outcomes(&desk.json(&["replay", "list.mbox"])), ["open"]);
}

#[test]
fn lists_in_one_archive_are_numbered_apart_in_the_order_received() {
    let desk = Desk::with(&mbox(&[
        mail("3", "ann", 4, "09:00:00", "[PROPOSAL] Third", "Let us.").on("infra.example.org"),
        mail("1", "ann", 2, "09:00:00", "[Proposal] First", "Let us.").on("infra.example.org"),
        mail("2", "ann", 3, "09:00:00", "[PROPOSAL] Second", "Let us.").on("web.example.org"),
        mail("x", "bob", 5, "09:00:00", "Re: [PROPOSAL] Nobody saw the root", "+1")
            .to("gone")
            .on("web.example.org"),
        mail("y", "bob", 20, "09:00:00", "[RESULT] [VOTE] Something else", "passed").on("web.example.org"),
    ]));
    let told: Vec<(Value, Value, Value)> = desk
        .json(&["replay", "list.mbox"])
        .into_iter()
        .map(|proposal| (proposal["list"].clone(), proposal["number"].clone(), proposal["root"].clone()))
        .collect();
    let expect = [
        ("infra.example.org", 1, "<1@example.org>"),
        ("web.example.org", 1, "<2@example.org>"),
        ("infra.example.org", 2, "<3@example.org>"),
    ];
    let expect: Vec<_> =
        expect.into_iter().map(|(list, number, root)| (list.into(), number.into(), root.into())).collect();
    assert_eq!(told, expect);
}

#[test]
fn the_first_of_two_messages_with_one_id_wins_and_read_shows_both() {
    let mut mails = vote();
    let mut other = mails[1].clone();
    other.body = "-1: no";
    mails.insert(3, other);
    mails.push(vote()[2].clone());
    let desk = Desk::with(&mbox(&mails));
    let proposals = desk.json(&["replay", "list.mbox"]);
    assert_eq!(proposals[0]["tally"]["binding"], serde_json::json!({"plus": 3, "zero": 0, "minus": 0}));
    assert_eq!(proposals[0]["posts"].as_array().unwrap().len(), 5);
    let read = desk.json(&["read", "list.mbox"]);
    assert_eq!(read.len(), 8);
    assert_eq!((&read[1]["message_id"], &read[1]["vote"]), (&"<b@example.org>".into(), &"+1".into()));
    assert_eq!((&read[3]["message_id"], &read[3]["vote"]), (&"<b@example.org>".into(), &"-1".into()));
}

#[test]
fn every_kind_of_archive_gives_the_same() {
    let mails = vote();
    let desk = Desk::with(&mbox(&mails));
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&mbox(&mails)).unwrap();
    desk.put("list.mbox.gz", &packed.finish().unwrap());
    for (at, mail) in mails.iter().enumerate() {
        desk.put(&format!("maildir/cur/{}.host:2,S", 9 - at), mail.eml().as_bytes());
        desk.put(&format!("folder/{at}.eml"), mail.eml().replace('\n', "\r\n").as_bytes());
    }
    fs::create_dir_all(desk.0.path().join("maildir/new")).unwrap();
    desk.put("first.mbox", &mbox(&mails[..3]));
    desk.put("second.mbox", &mbox(&mails[3..]));
    let expect = desk.json(&["replay", "list.mbox"]);
    let told = |proposals: &[Value]| {
        let posts = proposals[0]["posts"].as_array().unwrap().iter();
        let posts: Vec<Value> =
            posts.map(|post| serde_json::json!([post["message_id"], post["vote"], post["status"]])).collect();
        (proposals.len(), proposals[0]["closed_at"].clone(), proposals[0]["why"].clone(), posts)
    };
    for archive in [
        &["list.mbox.gz"][..],
        &["maildir"],
        &["folder"],
        &["first.mbox", "second.mbox"],
        &["second.mbox", "first.mbox"],
    ] {
        assert_eq!(told(&desk.json(&[&["replay"], archive].concat())), told(&expect), "{archive:?}");
    }
    let mut piped = desk
        .command(&["replay", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(&mbox(&mails)).unwrap();
    let output = piped.wait_with_output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), expect[0]);
}

#[test]
fn a_reply_without_references_joins_by_subject_where_one_proposal_was_open() {
    let orphan =
        mail("o", "dora", 3, "12:00:00", "RE: [VOTE] move ci to the new hall", "-1: the hall has no power");
    let answer = mail("p", "emil", 3, "13:00:00", "Re: [VOTE] Move CI to the new hall", "+1 from me").to("o");
    let result =
        mail("r", "ann", 6, "12:00:00", "[RESULT] [VOTE] Move CI to the new hall", "It passed with 3 +1.");
    let second = mail("root2", "bob", 3, "09:00:00", "[VOTE] Move CI to the new hall", "Or was this asked?");
    let check = |more: &[&Mail], expect: &[&[&str]]| {
        let mut mails = vec![vote()[0].clone(), vote()[5].clone()];
        mails.extend(more.iter().map(|mail| (*mail).clone()));
        let desk = Desk::with(&mbox(&mails));
        let proposals = desk.json(&["replay", "list.mbox"]);
        let joined: Vec<Vec<&str>> =
            proposals.iter().map(|proposal| message_ids(&proposal["posts"])).collect();
        assert_eq!(joined, expect);
    };
    let [root, root2] = ["<root@example.org>", "<root2@example.org>"];
    check(&[&orphan, &answer], &[&[root, "<o@example.org>", "<p@example.org>"]]);
    check(&[&orphan, &answer, &second], &[&[root], &[root2]]);
    check(&[&result], &[&[root, "<r@example.org>"]]);
    let mut early = orphan.clone();
    early.day = 1;
    check(&[&early], &[&[root]]);
    let mut late = orphan.clone();
    late.day = 19; // a vote that is short gives up after 14 days
    check(&[&late], &[&[root]]);
    let mut no_reply = orphan;
    no_reply.subject = "Move CI to the new hall";
    check(&[&no_reply], &[&[root]]);
}

#[test]
fn an_announcement_outside_its_thread_finds_its_proposal() {
    let check = |more: &[Mail], linked: Option<&str>, outcome: &str, said: &str| {
        let mut mails = vote();
        mails.extend(more.iter().cloned());
        let desk = Desk::with(&mbox(&mails));
        let output = desk.run(&["replay", "--format", "json", "list.mbox"]);
        let first: Value =
            serde_json::from_slice(output.stdout.split(|b| *b == b'\n').next().unwrap()).unwrap();
        let human = &first["human_result"];
        assert_eq!(human["message_id"].as_str(), linked, "{human}");
        assert_eq!(first["outcome"], outcome, "{human}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains(said) && (!said.is_empty() || !errors.contains("announces")), "{errors}");
        first
    };
    let words = "It passed with 3 +1.";
    let by = |who, subject| mail("r", who, 6, "12:00:00", subject, words);
    check(&[by("ann", "[RESULT] CI moves to the new hall")], None, "passed", "<r@example.org> announces");
    check(&[by("ann", "[RESULT] CI: move to the new hall, at last")], Some("<r@example.org>"), "passed", "");
    check(&[by("bob", "[RESULT] Move CI")], Some("<r@example.org>"), "passed", "");
    check(&[by("mallory", "[RESULT] Move CI")], None, "passed", "<r@example.org> announces");
    check(&[by("mallory", "[CANCEL] Move CI to the new hall")], None, "passed", "");
    let early = mail("r", "ann", 3, "12:00:00", "[CANCELED] Move CI", "We have no hall.");
    check(&[early], Some("<r@example.org>"), "withdrawn", "");
    // It replies to a mail that is not there, or to one of another thread.
    check(
        &[by("ann", "[RESULT] [VOTE] Move CI to the new hall").to("gone")],
        Some("<r@example.org>"),
        "passed",
        "",
    );
    check(
        &[by("ann", "[RESULT] [VOTE] Move CI to the new hall").to("lunch")],
        Some("<r@example.org>"),
        "passed",
        "",
    );
    let listed = "The vote has passed.\n\n+1 (binding): Bob, Cleo, Fred\n+1 (non-binding): Dora";
    let first = check(
        &[mail("r", "ann", 6, "12:00:00", "[RESULT] Move CI", listed)],
        Some("<r@example.org>"),
        "passed",
        "",
    );
    let why: Vec<&str> = first["human_result"]["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["why"].as_str().unwrap())
        .collect();
    assert_eq!(why, ["counts Fred, of whom no vote is found", "omits Emil Example, who voted +1"]);
}

#[test]
fn a_prefix_on_every_subject_is_no_tag() {
    let mut mails: Vec<Mail> = vote();
    mails.push(mail("o", "finn", 3, "12:00:00", "Re: [VOTE] Move CI to the new hall", "+1 (binding)"));
    for mail in &mut mails {
        let (mark, subject) =
            mail.subject.split_once("Re: ").map_or(("", mail.subject), |(_, subject)| ("Re: ", subject));
        mail.subject = Box::leak(format!("[Infra-Talk] {mark}{subject}").into_boxed_str());
    }
    let talk: Vec<Mail> = (0..20)
        .map(|at| {
            let id = Box::leak(format!("talk{at}").into_boxed_str());
            mail(id, "emil", 6, "12:00:00", "[Infra-Talk] Hello", "Hello.")
        })
        .collect();
    let desk = Desk::with(&mbox(&[talk, mails].concat()));
    let proposals = desk.json(&["replay", "list.mbox"]);
    assert_eq!(outcomes(&proposals), ["passed"]);
    assert_eq!(proposals[0]["subject"], "[VOTE] Move CI to the new hall");
    assert_eq!(proposals[0]["tally"]["binding"]["plus"], 4);
}

#[test]
fn a_vote_made_by_replying_to_its_proposal_owns_its_subtree() {
    let desk = Desk::with(&mbox(&[
        mail("p", "ann", 2, "09:00:00", "[PROPOSAL] Move CI", "Let us."),
        mail("a", "bob", 2, "10:00:00", "Re: [PROPOSAL] Move CI", "+1").to("p"),
        mail("v", "ann", 2, "11:00:00", "[VOTE] Move CI", "Now with votes.").to("a"),
        mail("b", "bob", 2, "12:00:00", "Re: [VOTE] Move CI", "-1: too early").to("v"),
        mail("z", "bob", 20, "12:00:00", "Lunch", "at noon?"),
    ]));
    let proposals = desk.json(&["replay", "list.mbox"]);
    assert_eq!(message_ids(&proposals[0]["posts"]), ["<p@example.org>", "<a@example.org>"]);
    assert_eq!(message_ids(&proposals[1]["posts"]), ["<v@example.org>", "<b@example.org>"]);
    assert_eq!(proposals[0]["outcome"], "passed");
}

#[test]
fn a_blocked_proposal_that_was_raised_goes_on_as_another() {
    let re = "Re: [PROPOSAL] Move CI";
    let mut mails = vec![
        mail("p", "ann", 2, "09:00:00", "[PROPOSAL] Move CI", "Let us."),
        mail("other", "ann", 2, "10:00:00", "[PROPOSAL] Paint the hall", "Let us."),
        mail("a", "bob", 3, "10:00:00", re, "-1: it costs too much").to("p"),
        mail("r", "cleo", 6, "09:00:00", re, "Proposal: substantial").to("p"),
        mail("x", "ann", 6, "10:00:00", re, "+1").to("p"),
        mail("y", "cleo", 6, "11:00:00", re, "+1").to("r"),
        mail("z", "dora", 6, "12:00:00", re, "+1").to("a"),
        mail("lunch", "bob", 20, "12:00:00", "Lunch", "at noon?"),
    ];
    let judged = |mails: &[Mail]| Desk::with(&mbox(mails)).json(&["replay", "list.mbox"]);
    let proposals = judged(&mails);
    assert_eq!(outcomes(&proposals), ["objected", "passed", "passed"]);
    let numbers: Vec<u64> = proposals.iter().map(|one| one["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let raised = &proposals[2];
    assert_eq!((&raised["root"], &raised["raised_from"]["number"]), (&"<r@example.org>".into(), &1.into()));
    assert_eq!(raised["subject"], "[PROPOSAL] Move CI");
    assert_eq!(raised["closed_at"], "2026-11-09T09:00:00Z");
    assert_eq!(
        message_ids(&raised["posts"]),
        ["<r@example.org>", "<x@example.org>", "<y@example.org>", "<z@example.org>"]
    );
    assert_eq!(
        message_ids(&proposals[0]["posts"]),
        ["<p@example.org>", "<a@example.org>", "<r@example.org>"]
    );
    // On the eighth day nobody raises it.
    mails[3].day = 13;
    assert_eq!(outcomes(&judged(&mails)), ["objected", "passed"]);
}

#[test]
fn a_loop_of_replies_ends() {
    let mut mails = vote();
    mails.push(mail("m", "bob", 3, "10:00:00", "Re: Lunch", "+1").to("n"));
    mails.push(mail("n", "bob", 3, "10:00:00", "Re: Lunch", "+1").to("m"));
    mails.push(mail("s", "bob", 3, "10:00:00", "[PROPOSAL] Answer yourself", "Let us.").to("s"));
    mails.push(mail("t", "bob", 3, "10:00:00", "[VOTE] Ask each other", "Let us.").to("u"));
    mails.push(mail("u", "cleo", 3, "11:00:00", "Re: [VOTE] Ask each other", "+1").to("t"));
    let proposals = Desk::with(&mbox(&mails)).json(&["replay", "list.mbox"]);
    assert_eq!(proposals[0]["root"], "<root@example.org>");
    assert_eq!(proposals[0]["posts"].as_array().unwrap().len(), 5);
    assert_eq!(outcomes(&proposals)[0], "passed");
}

#[test]
fn a_profile_judges_every_tag_and_an_unknown_one_is_named() {
    let mut mails = vote();
    mails.push(mail("q", "ann", 2, "09:30:00", "[Proposal] Paint it", "Blue."));
    let desk = Desk::with(&mbox(&mails));
    let proposals = desk.json(&["replay", "--profile", "apache-majority", "list.mbox"]);
    assert_eq!(outcomes(&proposals), ["passed", "failed"]);
    assert!(proposals.iter().all(|proposal| proposal["rule"] == "apache-majority"));
    let output = desk.run(&["replay", "--profile", "apache", "list.mbox"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("\"apache\"") && said.contains("simple-majority"), "{said}");
    let output = desk.run(&["replay", "gone.mbox"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("gone.mbox"));
}

#[test]
fn a_truncated_archive_is_judged_as_far_as_it_goes() {
    let archive = mbox(&vote());
    let at = archive.windows(9).rposition(|window| window == b"+1 from m").unwrap();
    let desk = Desk::with(&archive[..at + 4]);
    let proposals = desk.json(&["replay", "list.mbox"]);
    assert_eq!(proposals[0]["posts"].as_array().unwrap().len(), 5);
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(&archive).unwrap();
    let packed = packed.finish().unwrap();
    desk.put("cut.mbox.gz", &packed[..at]);
    let output = desk.run(&["replay", "cut.mbox.gz"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("1 proposal in"));
    assert!(String::from_utf8(output.stderr).unwrap().contains("damaged"));
    desk.put("empty.mbox", b"");
    assert_eq!(desk.json(&["replay", "empty.mbox"]), Vec::<Value>::new());
}

#[test]
fn read_shows_how_every_message_is_read() {
    let desk = Desk::with(&mbox(&vote()));
    let read = desk.json(&["read", "list.mbox"]);
    assert_eq!(read.len(), 6);
    let keys = "message_id author received_at reading vote written strength claim explained line line_number rule why subject tags own_words removed";
    for post in &read {
        for key in keys.split(' ') {
            assert!(post.get(key).is_some(), "{key} in {post}");
        }
    }
    assert_eq!(read[3]["vote"], "+1");
    assert_eq!(read[3]["claim"], "non-binding");
    assert_eq!(read[3]["line_number"], 3);
    assert_eq!(read[3]["own_words"], "+1 (non-binding)");
    assert_eq!(read[3]["removed"], serde_json::json!([{"lines": [1, 1], "as": "quote"}]));
    assert_eq!(read[5]["reading"], "nothing");
}

#[test]
fn read_tells_people_the_line_and_the_rule() {
    let desk = Desk::new();
    let mut mail = vote()[3].clone();
    mail.body = "\x1b[31mHello\n\n> +1 (binding)\n> or not\n\n+1 (non-binding)\n\n-- \nDora";
    desk.put("mail.eml", mail.eml().as_bytes());
    insta::assert_snapshot!(desk.text(&["read", "mail.eml"]));
}

#[test]
fn a_proposal_is_shown_to_people_with_its_votes() {
    let text = Desk::with(&mbox(&vote())).text(&["replay", "list.mbox"]);
    let shown: Vec<&str> = text.lines().filter(|line| !line.contains("sha256")).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mails: Vec<Mail> = std::iter::repeat_n(vote(), 2_000).flatten().collect();
    let desk = Desk::with(&mbox(&mails));
    for command in ["read", "replay"] {
        let mut child = desk
            .command(&[command, "list.mbox", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with('{'));
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_message_without_an_id_is_named_by_its_bytes() {
    let mut mail = vote()[1].clone();
    mail.id = "";
    let eml = mail.eml().replace("Message-ID: <@example.org>\n", "");
    let desk = Desk::new();
    desk.put("mail.eml", eml.as_bytes());
    let read = desk.json(&["read", "mail.eml"]);
    let id = read[0]["message_id"].as_str().unwrap();
    assert!(id.starts_with("<sha256-") && id.ends_with("@no-message-id.invalid>"), "{id}");
}
