//! What votes add up to: number, majority, share, quorum, tie.

use super::check;

/// Five voters and a proposer.
fn six(rule: &str, text: &str) {
    check(&format!("rule {rule}\nroster ann bob cy dan fay gil\n{text}"));
}

/// So many +1, 0 and -1, all within the minimum.
fn votes(plus: usize, zero: usize, minus: usize) -> String {
    let values = [(plus, "+1"), (zero, "0"), (minus, "-1 \"no\"")];
    let values = values.iter().flat_map(|(count, vote)| std::iter::repeat_n(*vote, *count));
    let who = ["bob", "cy", "dan", "fay", "gil", "ann"].iter().zip(1..);
    who.zip(values).map(|((who, hour), vote)| format!("{hour}h {who} {vote}\n")).collect()
}

#[test]
fn a_share_of_the_roster_counts_everybody_who_could_vote() {
    let rule = "simple-majority majority=no share=2/3_of_roster";
    six(
        rule,
        &format!(
            "{}at 73h open missing=1\n at 337h failed why=share-short args=needed:4,plus:3,share:2/3_of_roster",
            votes(3, 0, 0)
        ),
    );
    six(rule, &format!("{}at 73h passed closed=72h why=approved", votes(4, 0, 0)));
    // Abstentions and -1 change nothing.
    six(rule, &format!("{}at 73h passed closed=72h", votes(4, 1, 1)));
    six(rule, &format!("{}at 73h open missing=1", votes(3, 3, 0)));
    let more = "simple-majority majority=no share=more_than_1/2_of_roster";
    six(more, &format!("{}at 337h failed why=share-short", votes(3, 0, 0)));
    six(more, &format!("{}at 73h passed", votes(4, 0, 0)));
    // Whoever joins the roster makes the share larger, whoever leaves it smaller.
    check(
        "rule simple-majority majority=no share=2/3_of_roster\nroster ann:m bob:m cy:m@..100h\nroles m\n1h bob +1\nat 73h open missing=1\n at 101h open\n at 337h failed why=share-short args=needed:2,plus:1,share:2/3_of_roster",
    );
    check(
        "rule simple-majority majority=no share=1/2_of_roster\nroster ann:m bob:m cy:m@..100h\nroles m\n1h bob +1\nat 73h open missing=1 electorate=3\n at 101h passed closed=100h electorate=2",
    );
    // Where nobody knows how many there are, no share is ever reached.
    check(
        "rule simple-majority share=1/3_of_roster\nelectorate everyone\n1h bob +1\n 2h cy +1\nat 73h open\n at 337h failed why=share-short",
    );
}

#[test]
fn a_share_of_the_votes_cast_counts_abstentions_among_them() {
    let two_thirds = "simple-majority majority=no share=2/3_of_votes_cast";
    six(two_thirds, &format!("{}at 73h passed", votes(2, 0, 1)));
    six(two_thirds, &format!("{}at 73h open missing=2", votes(2, 1, 1)));
    six(two_thirds, &format!("{}at 73h passed", votes(2, 1, 0)));
    six(
        two_thirds,
        &format!("{}at 73h open missing=1 at 337h failed", votes(1, 1, 0)).replace(" at 337h", "\n at 337h"),
    );
    let half = "simple-majority majority=no share=more_than_half_of_votes_cast";
    six(half, &format!("{}at 73h open missing=1", votes(2, 1, 1)));
    six(half, &format!("{}at 73h passed", votes(3, 1, 1)));
    let all = "simple-majority majority=no min_plus=3 share=all_of_votes_cast minus=veto reason_required=yes";
    six(all, &format!("{}at 73h passed", votes(3, 0, 0)));
    six(all, &format!("{}at 73h open missing=1\n at 337h failed why=share-short", votes(4, 1, 0)));
    six(all, &format!("{}at 73h vetoed", votes(4, 0, 1)));
    // An abstention that is taken back is none.
    six(all, &format!("{}100h gil withdraw\n at 101h passed closed=100h", votes(4, 1, 0)));
}

#[test]
fn a_quorum_counts_whoever_has_voted() {
    let rule = "simple-majority quorum=1/2_of_roster";
    six(
        rule,
        &format!(
            "{}at 73h open why=awaiting-quorum args=missing:1\n at 337h failed why=no-quorum args=needed:3,votes:2",
            votes(2, 0, 0)
        ),
    );
    six(rule, &format!("{}at 73h passed", votes(2, 1, 0)));
    six(rule, &format!("{}at 73h passed", votes(2, 0, 1)));
    six(
        rule,
        &format!("{}100h fay 0\n at 99h open\n at 101h passed closed=100h tally=2/1/0", votes(2, 0, 0)),
    );
    // A vote that is taken back, or by a stranger, or without its reason, makes none.
    six(rule, &format!("{}4h dan 0\n 5h dan withdraw\n at 73h open why=awaiting-quorum", votes(2, 0, 0)));
    six(rule, &format!("{}4h eve 0\n at 73h open why=awaiting-quorum", votes(2, 0, 0)));
    six(
        "simple-majority quorum=1/2_of_roster reason_required=yes",
        "1h bob +1\n2h cy +1\n4h dan -1\nat 73h open why=awaiting-quorum",
    );
    // Too few +1 is told first.
    six(
        "apache-majority quorum=1/2_of_roster",
        &format!("{}at 73h why=awaiting-votes missing=2\n at 337h failed why=short", votes(1, 0, 0)),
    );
    // What may be an abstention is waited for at the last instant, if it would make the quorum.
    six(
        rule,
        &format!(
            "{}4h dan held 0\n at 5h asked=dan\n at 337h waiting for=held:360h\n at 361h failed",
            votes(2, 0, 0)
        ),
    );
    six(rule, &format!("{}4h dan held 0\n 340h dan 0\n at 341h passed closed=340h", votes(2, 0, 0)));
    // Silence without its quorum is no consent.
    check(
        "rule ovirt-minor quorum=1/2_of_roster\nroster ann bob cy dan\n1h bob +1\nat 73h failed why=no-quorum args=needed:2,votes:1",
    );
    check("rule ovirt-minor quorum=1/2_of_roster\nroster ann bob cy dan\n1h bob +1\n2h cy 0\nat 73h passed");
}

#[test]
fn a_tie_fails_or_is_the_chairs_to_break() {
    let tied = votes(2, 0, 2);
    six("simple-majority", &format!("{tied}at 73h open missing=1\n at 337h failed closed=336h why=outvoted"));
    let chair = |text: &str| {
        check(&format!(
            "rule simple-majority tie=chair chair=chair\nroster ann bob cy dan fay pat:chair\n{text}"
        ));
    };
    // Who sits in the chair breaks a tie that their own vote is part of.
    chair(
        "1h pat +1\n 2h bob -1\n at 73h open\n at 337h passed closed=336h why=chair-decided args=chair:pat,passed:true,votes:1",
    );
    chair("1h pat -1\n 2h bob +1\n at 337h failed why=chair-decided args=chair:pat,passed:false,votes:1");
    chair(
        "1h cy -1\n 2h bob +1\n 3h pat 0\n at 337h failed why=chair-decided args=chair:pat,passed:false,votes:1",
    );
    chair("1h cy -1\n 2h bob +1\n at 337h failed why=tied args=votes:1");
    chair("1h cy -1\n 2h bob +1\n 3h pat +1\n at 73h passed closed=72h why=approved");
    chair("at 337h failed why=short");
    // The last vote of theirs, and only while they sit there.
    chair("1h pat -1\n 2h bob +1\n 3h pat +1\n 4h cy -1\n 5h dan -1\n at 337h passed why=chair-decided");
    chair("1h pat +1\n 2h bob +1\n 4h cy -1\n 5h dan -1\n 6h fay -1\n at 337h failed why=outvoted");
    check(
        "rule simple-majority tie=chair chair=chair\nroster ann bob pat:chair@..300h+m\n1h pat +1\n2h bob -1\nat 337h failed why=tied",
    );
    // A chair in doubt is asked and waited for, once.
    chair(
        "1h cy -1\n 2h bob +1\n 3h pat lgtm\n at 4h asked=pat\n at 337h waiting for=held:360h\n at 361h failed why=tied",
    );
    chair("1h cy -1\n 2h pat +1\n 3h pat condition +1\n at 337h passed");
    // A chair who has no vote of their own.
    let outside = "rule simple-majority tie=chair chair=chair\nroster ann:m bob:m cy:m pat:chair\nroles m\n";
    check(&format!(
        "{outside}1h bob +1\n 2h cy -1\n 3h pat +1\n at 73h open tally=1/0/1 advisory=1/0/0\n at 337h passed why=chair-decided"
    ));
    check(&format!(
        "{outside}1h bob +1\n 2h cy -1\n 3h pat lgtm\n at 4h asked=pat\n at 337h waiting for=held:360h\n at 361h failed"
    ));
    check(&format!(
        "{outside}1h bob +1\n 2h cy -1\n 3h pat lgtm\n 340h pat +1\n at 341h passed closed=340h why=chair-decided"
    ));
    // The chair makes up for nothing but the majority.
    check(&format!(
        "{}1h bob +1\n 2h cy -1\n 3h pat +1\n at 337h failed why=no-quorum",
        outside.replace("tie=chair", "tie=chair quorum=all_of_roster")
    ));
    check(&format!(
        "{}1h bob +1\n 2h cy -1\n 3h pat +1\n at 337h failed why=short",
        outside.replace("tie=chair", "tie=chair min_plus=2")
    ));
    check(&format!(
        "{}1h bob +1\n 2h cy -1\n 3h pat +1\n at 337h passed",
        outside.replace("tie=chair", "tie=chair share=more_than_1/2_of_votes_cast")
    ));
    check(&format!(
        "{}1h bob +1\n 2h cy -1\n 3h pat +1\n at 337h failed why=share-short",
        outside.replace("tie=chair", "tie=chair share=2/3_of_roster")
    ));
    // It is broken at the last instant, not before, or when the proposer closes.
    check(&format!("{outside}1h bob +1\n 2h cy -1\n 3h pat +1\n 100h ann -1\n at 337h failed why=outvoted"));
    check(&format!(
        "{outside}1h bob +1\n 2h cy -1\n 3h pat +1\n 100h ann command close\n at 101h passed closed=100h why=chair-decided"
    ));
}
