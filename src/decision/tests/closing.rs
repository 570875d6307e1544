//! When an approval rule closes: lingering, as soon as it is decided, by hand.

use super::check;

fn six(rule: &str, text: &str) {
    check(&format!("rule {rule}\nroster ann bob cy dan fay gil\n{text}"));
}

#[test]
fn it_lingers_while_it_stays_approved() {
    let tc = "simple-majority share=1/3_of_roster window=7d linger=72h";
    six(tc, "1h bob +1\n 2h cy +1\n at 3h open why=awaiting-window closes=168h\n at 169h passed closed=168h");
    six(
        tc,
        "1h bob +1\n 150h cy +1\n at 151h open why=awaiting-linger args=plus:2,until:222h closes=222h due=168h\n at 200h open closes=222h due=222h\n at 223h passed closed=222h",
    );
    six(
        tc,
        "1h bob +1\n 200h cy +1\n at 199h open missing=1 closes=336h\n at 201h open closes=272h\n at 271h59m open\n at 272h waiting for=mailbox:272h15m\n at 273h passed closed=272h events=opened,voted,voted,closed",
    );
    // A break begins it anew.
    six(
        tc,
        "1h bob +1\n 200h cy +1\n 210h dan -1\n 211h dan -1\n 220h cy 0\n 221h cy +1\n 222h fay +1\n at 223h open closes=293h\n at 294h passed closed=293h",
    );
    six(
        tc,
        "1h bob +1\n 200h cy +1\n 240h cy withdraw\n at 250h open why=awaiting-votes closes=336h\n at 337h failed closed=336h",
    );
    // A vote on the last instant of it breaks it.
    six(tc, "1h bob +1\n 200h cy +1\n 272h cy 0\n at 273h open missing=1");
    six(tc, "1h bob +1\n 200h cy +1\n 272h1s cy 0\n at 273h passed closed=272h posts=counted,counted,late");
    // Approved shortly before the last instant, it still lingers; broken after it, it fails at once.
    six(tc, "1h bob +1\n 330h cy +1\n at 331h open closes=402h ends=402h\n at 403h passed closed=402h");
    six(tc, "1h bob +1\n 330h cy +1\n 350h cy 0\n at 351h failed closed=350h why=share-short");
    six(tc, "1h bob +1\n 336h cy +1\n at 337h open closes=408h\n at 409h passed closed=408h");
    six(tc, "1h bob +1\n 337h cy +1\n at 338h failed closed=336h");
    // By hand it closes as it stands.
    six(tc, "1h bob +1\n 200h cy +1\n 210h ann command close\n at 211h passed closed=210h");
    // What is open at the end is waited for.
    six(
        "apache-consensus linger=24h",
        "1h bob +1\n 2h cy +1\n 80h dan +1\n 81h fay objects\n at 105h waiting for=held:128h\n at 129h passed closed=128h",
    );
    six(
        "apache-consensus linger=24h",
        "1h bob +1\n 2h cy +1\n 80h dan +1\n 90h fay -1 \"no\"\n at 91h vetoed closed=90h",
    );
}

#[test]
fn it_closes_once_nothing_missing_can_change_it() {
    let rule = "simple-majority decided_from=24h";
    six(
        rule,
        "1h bob +1\n 2h cy +1\n 3h dan +1\n at 25h open\n 30h fay +1\n at 29h open due=72h\n at 31h passed closed=30h why=approved",
    );
    six(
        rule,
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay +1\n at 5h open due=24h\n at 24h waiting for=mailbox:24h15m\n at 25h passed closed=24h",
    );
    six(
        rule,
        "1h bob -1\n 2h cy -1\n 3h dan -1\n 4h fay 0\n at 23h open\n at 25h failed closed=24h why=short",
    );
    six(rule, "1h bob -1\n 2h cy -1\n 3h dan -1\n at 25h failed closed=24h why=short");
    six(rule, "1h bob -1\n 2h cy -1\n at 25h open");
    // Half of six: two more could make it four.
    six(
        "simple-majority share=2/3_of_roster decided_from=24h",
        "1h bob 0\n 2h cy 0\n at 25h open\n 30h dan 0\n at 31h failed closed=30h why=short",
    );
    // What is in doubt is missing.
    six(rule, "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay lgtm\n at 25h open\n at 73h passed closed=72h");
    six(rule, "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay +1\n 5h fay condition -1\n at 25h open");
    // A quorum that may not be reached is not.
    six(
        "simple-majority decided_from=24h quorum=all_of_roster",
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay +1\n 5h gil +1\n at 25h open\n 30h ann 0\n at 31h passed closed=30h",
    );
    // Where one may block, everybody must have said what they think.
    six(
        "ovirt-substantial decided_from=24h",
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay +1\n 5h gil 0\n at 25h open\n 30h ann +1\n at 31h passed closed=30h",
    );
    six(
        "ovirt-substantial decided_from=24h objectors=anyone",
        "1h bob +1\n 2h cy +1\n 3h dan +1\n 4h fay +1\n 5h gil 0\n 6h ann +1\n at 25h open\n at 73h passed closed=72h",
    );
    six(
        "ovirt-substantial decided_from=24h",
        "1h bob 0\n 2h cy 0\n 3h dan 0\n at 25h open\n 30h fay 0\n at 31h failed closed=30h",
    );
    six(
        "ovirt-substantial decided_from=24h objectors=anyone",
        "1h bob 0\n 2h cy 0\n 3h dan 0\n 4h fay 0\n at 25h failed closed=24h why=short",
    );
    // A block may be taken back: it has its time.
    six(
        "ovirt-substantial decided_from=24h",
        "1h bob 0\n 2h cy 0\n 3h dan 0\n 4h fay -1 \"no\"\n at 25h open\n at 73h objected closed=72h",
    );
    // So must whoever may veto, in the electorate or not.
    let veto = "rule simple-majority decided_from=24h veto_holder=board\nroster ann:m bob:m cy:m pat:board\nroles m\n1h ann +1\n2h bob +1\n3h cy +1\n";
    check(&format!("{veto}at 25h open\n at 73h passed closed=72h"));
    check(&format!("{veto}4h pat 0\nat 25h passed closed=24h"));
    // After the minimum it is given up early.
    six(
        rule,
        "1h bob +1\n 2h cy -1\n 100h dan -1\n 101h fay -1\n 102h gil 0\n at 100h30m open\n at 103h failed closed=101h why=outvoted posts=counted,counted,counted,counted,late",
    );
    // A tie, all votes in, is the chair's.
    let chair = "rule simple-majority decided_from=24h tie=chair chair=chair\nroster ann bob:chair\n";
    check(&format!("{chair}1h ann -1\n 2h bob +1\n at 25h passed closed=24h why=chair-decided"));
    check(&format!("{chair}1h ann -1\n at 25h open\n at 337h failed"));
    // Nobody knows how many there are.
    check(
        "rule simple-majority decided_from=24h\nelectorate everyone\n1h bob +1\n2h cy +1\nat 25h open\n at 73h passed closed=72h",
    );
}

#[test]
fn its_proposer_closes_it_by_hand() {
    let rule = "ovirt-substantial";
    six(
        rule,
        "1h bob +1\n 100h ann command close\n at 99h open\n at 100h waiting for=mailbox:100h15m\n at 101h failed closed=100h why=closed-by-hand args=needed:3,plus:1 refused= whys=-,followed",
    );
    six(rule, "72h ann command close\n at 73h failed closed=72h why=closed-by-hand");
    six(rule, "71h59m ann command close\n at 73h open refused=ann:too-early:72h");
    six(rule, "100h bob command close\n at 101h open refused=bob:not-proposer");
    six(
        "simple-majority",
        "1h bob +1\n 2h cy -1\n 100h ann command close\n at 101h failed why=closed-by-hand args=needed:2,plus:1",
    );
    six(
        "simple-majority quorum=1/2_of_roster",
        "1h bob +1\n 100h ann command close\n at 101h failed why=no-quorum",
    );
    check("roster ann bob\n5h ann command close\nat 6h open refused=ann:silence\n at 73h passed");
    six("ovirt-substantial may_close=no", "100h ann command close\n at 101h open refused=ann:not-allowed");
    // What could change it is waited for, once.
    six(
        rule,
        "1h bob +1\n 2h cy +1\n 3h dan lgtm\n 100h ann command close\n at 101h waiting for=held:124h of=dan\n at 125h failed closed=124h why=closed-by-hand",
    );
    six(
        rule,
        "1h bob +1\n 2h cy +1\n 3h dan lgtm\n 100h ann command close\n 110h dan +1\n at 111h passed closed=110h",
    );
    six(rule, "1h bob +1\n 3h dan lgtm\n 100h ann command close\n at 101h failed closed=100h");
    six(
        "simple-majority reason_required=yes",
        "1h bob +1\n 71h cy -1\n 72h ann command close\n at 73h waiting for=held:95h\n at 96h passed closed=95h",
    );
    // Once closed, it is closed.
    six(
        rule,
        "100h ann command close\n 101h bob +1\n 102h ann command extend 24h\n at 103h failed posts=ignored,late,ignored refused=ann:closed",
    );
}
