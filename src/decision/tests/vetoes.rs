//! Who may stop a proposal: vetoes by a role, their override, objections by whom the rule names.

use super::check;

const BOARD: &str = "rule ovirt-minor veto_holder=board\nroster ann:m bob:m cy:m pat:board\nroles m\n";

#[test]
fn the_holder_of_a_role_vetoes_under_every_rule() {
    // Under silence, whoever else objects blocks.
    check(&format!(
        "{BOARD}5h pat -1 \"no budget\"\n at 6h open why=blocked of=pat objections=pat\n at 73h vetoed closed=72h by=pat why=veto args=by:pat,line:-1_no_budget"
    ));
    check(&format!("{BOARD}5h bob -1 \"no budget\"\n at 73h objected by=bob"));
    check(&format!("{BOARD}5h bob -1 \"no budget\"\n 6h pat -1 \"nor space\"\n at 73h vetoed by=pat"));
    check(&format!("{BOARD}5h pat -1 \"no budget\"\n 6h pat +1\n at 73h passed tally=0/0/0 advisory=1/0/0"));
    // Without a reason it is asked about, waited for, and void.
    check(&format!("{BOARD}5h pat -1\n at 6h asked=pat posts=unexplained\n at 73h passed"));
    check(&format!("{BOARD}70h pat -1\n at 73h waiting for=held:94h of=pat\n at 95h passed"));
    check(&format!(
        "{BOARD}70h pat -1\n 80h pat says \"No budget.\"\n at 95h vetoed closed=94h by=pat tally=0/0/1"
    ));
    check(&format!(
        "{BOARD}70h pat objects\n at 73h waiting for=held:96h\n at 97h objected by=pat why=unanswered-objection"
    ));
    // Where -1 only count.
    let council = "rule simple-majority veto_holder=chair\nroster ann bob cy dan pat:chair\n";
    check(&format!(
        "{council}1h bob +1\n 2h cy +1\n 3h pat -1\n at 73h vetoed closed=72h by=pat tally=2/0/1"
    ));
    check(&format!("{council}1h bob +1\n 2h cy +1\n 3h dan -1\n at 73h passed"));
    check(&format!("{council}1h bob +1\n 2h cy +1\n 3h pat 0\n at 73h passed"));
    check(&format!(
        "{council}1h bob +1\n 2h cy +1\n 3h pat objects\n at 4h asked=pat\n at 73h waiting for=held:96h\n at 97h passed"
    ));
    // A bare veto is waited for where reasons are asked for, though a -1 of anybody else's would change nothing.
    let reasons = council.replace("veto_holder", "reason_required=yes veto_holder");
    check(&format!(
        "{reasons}1h bob +1\n 2h cy +1\n 3h dan +1\n 70h pat -1\n at 73h waiting for=held:94h\n at 95h passed"
    ));
    check(&format!("{reasons}1h bob +1\n 2h cy +1\n 3h dan +1\n 70h ann -1\n at 73h passed closed=72h"));
    // Whoever does not hold the role at the close vetoes nothing.
    check(
        "rule ovirt-minor veto_holder=board\nroster ann:m bob:m pat:board@..60h\nroles m\n5h pat -1 \"no\"\nat 59h why=blocked\n at 61h why=awaiting-silence\n at 73h waiting for=held:96h\n at 97h passed",
    );
}

#[test]
fn enough_votes_override_a_veto() {
    let psc = |text: &str| {
        check(&format!(
            "rule apache-consensus min_plus=2 veto_override=more_than_1/2_of_roster\nroster ann bob cy dan fay\n{text}"
        ));
    };
    psc(
        "1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n at 73h open why=blocked of=dan\n at 337h vetoed closed=336h by=dan",
    );
    psc(
        "1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n 4h fay +1\n at 73h passed closed=72h why=veto-overridden args=by:dan,needed:3,plus:3 tally=3/0/1",
    );
    psc(
        "1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n 100h fay +1\n at 99h open why=blocked\n at 101h passed closed=100h why=veto-overridden",
    );
    psc("1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n 4h fay -1 \"nor I\"\n at 337h vetoed by=dan,fay");
    psc("1h bob +1\n 2h cy +1\n 3h dan +1\n at 73h passed why=approved");
    psc(
        "1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n 4h fay lgtm\n at 5h asked=fay\n at 337h waiting for=held:360h\n at 361h vetoed",
    );
    psc("1h bob +1\n 2h cy +1\n 3h dan -1 \"no\"\n 100h ann command close\n at 101h vetoed closed=100h");
    // A block is no veto: nothing overrides it.
    check(
        "rule ovirt-substantial veto_override=1/2_of_roster\nroster ann bob cy dan fay\n1h bob +1\n2h cy +1\n3h fay +1\n4h dan -1 \"no\"\nat 73h objected by=dan",
    );
    // The board's veto of a silent proposal.
    let board =
        "rule ovirt-minor veto_holder=board veto_override=2/3_of_roster\nroster ann bob cy pat:board\n";
    check(&format!("{board}1h pat -1 \"no\"\n 2h ann +1\n 3h bob +1\n at 73h vetoed"));
    check(&format!(
        "{board}1h pat -1 \"no\"\n 2h ann +1\n 3h bob +1\n 4h cy +1\n at 73h passed why=veto-overridden"
    ));
    // Of the votes cast.
    let cast = "rule apache-consensus veto_override=3/4_of_votes_cast\nroster ann bob cy dan fay\n1h bob +1\n2h cy +1\n3h dan +1\n4h fay -1 \"no\"\n";
    check(&format!("{cast}at 73h passed why=veto-overridden"));
    check(&format!("{cast}5h ann 0\nat 73h open\n at 337h vetoed"));
}

#[test]
fn the_rule_says_who_may_object() {
    let plain = "roster ann:m bob:m eve:guest\nroles m\n5h eve -1 \"no\"\n";
    let with = |objectors: &str| format!("rule ovirt-minor objectors={objectors}\n{plain}");
    check(&format!("{}at 73h waiting for=held:96h\n at 97h passed advisory=0/0/1", with("electorate")));
    check(&format!("{}at 6h why=blocked\n at 73h objected by=eve tally=0/0/1", with("roster")));
    check(&format!("{}at 73h objected by=eve", with("anyone")));
    let stranger = |objectors: &str| with(objectors).replace("eve -1", "zoe -1");
    check(&format!("{}at 73h waiting\n at 97h passed", stranger("roster")));
    check(&format!("{}at 73h objected by=zoe", stranger("anyone")));
    let words = |objectors: &str| with(objectors).replace("eve -1 \"no\"", "zoe objects");
    check(&format!("{}at 73h waiting\n at 97h passed", words("roster")));
    check(&format!(
        "{}at 6h asked=zoe\n at 73h waiting\n at 97h objected by=zoe why=unanswered-objection",
        words("anyone")
    ));
    // Their +1 binds no more than before.
    check(
        "rule ovirt-substantial objectors=anyone\nroster ann bob cy\n1h bob +1\n2h cy +1\n3h zoe +1\nat 73h open missing=1 advisory=1/0/0",
    );
    check(
        "rule ovirt-substantial objectors=anyone\nroster ann bob cy\n1h bob +1\n2h cy +1\n3h ann +1\n4h zoe -1 \"no\"\nat 73h objected by=zoe",
    );
    // An author nobody can tell objects to nothing, and is waited for.
    check(
        "rule ovirt-minor objectors=anyone\nroster ann bob\n5h who? -1 \"no\"\nat 73h waiting\n at 97h passed",
    );
    // Where -1 only count, those of the electorate do.
    check(
        "rule simple-majority objectors=anyone\nroster ann bob cy\n1h bob +1\n2h zoe -1\nat 73h passed advisory=0/0/1",
    );
    // What is asked for is a reason of theirs too.
    check(
        "rule ovirt-minor objectors=anyone\nroster ann bob\n70h zoe -1\nat 71h asked=zoe\n at 73h waiting for=held:94h of=zoe\n at 95h passed",
    );
}
