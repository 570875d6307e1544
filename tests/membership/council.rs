//! Seats, the chair's tie-break and veto, and two electorates on one list.

use super::story::Story;
use plusone::decision::{Status, Why};

#[test]
fn each_kind_is_decided_by_its_own_electorate() {
    let check = |tag: &str, votes: &[(&str, &str)], outcome: &str| {
        let mut list = Story::of("council.md", "council");
        let root = list.post("finn", &format!("[{tag}] Move the wiki"), None, "Shall we?");
        list.votes(&root, votes);
        list.wait_days(8);
        assert_eq!(list.outcome(&root), outcome, "{tag} {votes:?}: {:?}", list.decision(&root).why);
        list
    };
    let (yes, no, abstain) = ("+1", "-1, too soon", "0");
    // The council: one vote a seat, its latest.
    check("COUNCIL", &[("ben", yes), ("cor", yes)], "passed");
    check("COUNCIL", &[("cor", yes), ("dirk", yes), ("ben", no)], "passed");
    check("COUNCIL", &[("cor", yes), ("dirk", no), ("ben", yes)], "passed");
    check("COUNCIL", &[("cor", no), ("dirk", no), ("ben", yes)], "failed");
    check("COUNCIL", &[("ben", yes), ("ada", abstain), ("dirk", no)], "failed");
    // Half of the seats must vote, whoever else does.
    check("COUNCIL", &[("ada", yes), ("ben", yes), ("eva", yes), ("finn", yes)], "failed");
    // The chair decides a tie by the vote that the chair cast, and can veto.
    check("COUNCIL", &[("cor", no), ("ada", yes)], "passed");
    check("COUNCIL", &[("cor", no), ("ben", yes)], "failed");
    check("COUNCIL", &[("cor", yes), ("dirk", yes), ("ada", "-1")], "vetoed");
    // Operations: three operators, and none of the council unless they are one.
    check("OPERATIONS", &[("dirk", yes), ("eva", yes), ("finn", yes)], "passed");
    check("OPERATIONS", &[("dirk", yes), ("eva", yes), ("cor", yes), ("ben", yes)], "open");
    check("OPERATIONS", &[("dirk", yes), ("eva", yes), ("finn", yes), ("ada", no)], "passed");
    check("OPERATIONS", &[("dirk", yes), ("finn", yes), ("eva", no)], "objected");
}

#[test]
fn the_result_says_whose_vote_decided_and_whose_did_not_bind() {
    let mut list = Story::of("council.md", "council");
    let root = list.post("finn", "[COUNCIL] Move the wiki", None, "Shall we?");
    list.votes(&root, &[("cor", "-1, too soon"), ("eva", "+1"), ("ben", "0"), ("ada", "+1")]);
    list.wait_days(8);
    let decision = list.decision(&root);
    let why = Why::ChairDecided { votes: 1, chair: "Ada Example".to_owned(), passed: true };
    assert_eq!(decision.why, why);
    assert_eq!(list.last_of(&root, "eva").status, Status::Advisory);
    assert_eq!(list.last_of(&root, "ben").status, Status::Superseded);
    assert_eq!(list.last_of(&root, "ada").seat.as_deref(), Some("web"));
}

/// An archive in which two of Web vote, and Mail.
fn archive(list: &Story) {
    let mail = |id: &str, from: &str, subject: &str, to: &str, words: &str| {
        format!(
            "From {from}@example.org Mon Mar  2 09:00:00 2026\nFrom: {from} <{from}@example.org>\nMessage-ID: <{id}@example.org>\n\
             Date: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: {subject}\n{to}\n{words}\n\n"
        )
    };
    let to = "In-Reply-To: <root@example.org>\n";
    let mbox = [
        mail("root", "finn", "[VOTE] Move the wiki", "", "Shall we?"),
        mail("v1", "ada", "Re: [VOTE] Move the wiki", to, "+1"),
        mail("v2", "ben", "Re: [VOTE] Move the wiki", to, "+1"),
        mail("v3", "cor", "Re: [VOTE] Move the wiki", to, "+1"),
        mail("v4", "eva", "Re: [VOTE] Move the wiki", to, "+1"),
        mail("end", "eva", "Lunch", "", "Who is in?")
            .replace("2 Mar", "20 Mar")
            .replace("Mar  2", "Mar 20")
            .replace("Mon", "Fri"),
    ];
    std::fs::write(list.path("list.mbox"), mbox.concat()).unwrap();
}

#[test]
fn an_archive_is_judged_by_the_seats_of_a_roster() {
    let list = Story::of("council.md", "council");
    archive(&list);
    let arguments =
        ["replay", "--profile", "winterscale-council", "--format", "json", "list.mbox", "--roster"];
    let ran = list.plusone(&[&arguments[..], &["roster.toml"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said);
    let record: serde_json::Value = serde_json::from_str(&ran.said).unwrap();
    assert_eq!(
        (&record["outcome"], &record["tally"]["binding"]["plus"]),
        (&"passed".into(), &2.into()),
        "{record}"
    );
    let seatless = list.roster().split("[[seat]]").next().unwrap().to_owned();
    std::fs::write(list.path("seatless.toml"), seatless).unwrap();
    let ran = list.plusone(&[&arguments[..], &["seatless.toml"]].concat());
    assert_eq!(ran.code, 2);
    assert!(
        ran.said.contains("seats vote under winterscale-council, and seatless.toml has none: add a [[seat]]"),
        "{}",
        ran.said
    );
}
