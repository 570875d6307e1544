//! Which vote of whom counts, and what becomes of every post.

use super::check;

fn team(text: &str) {
    check(&format!("rule ovirt-substantial\nroster ann bob=bob@example.org,bob@example.test cy dan\n{text}"));
}

#[test]
fn the_last_vote_of_a_person_stands_under_whichever_address() {
    team("1h bob +1\n 2h bob@example.test 0\n at 3h tally=0/1/0 posts=superseded,counted whys=replaced-by,-");
    team("1h bob +1\n 2h BOB@example.org -1 \"no\"\n at 3h tally=0/0/1");
    team("1h eve +1\n 2h eve@example.test +1\n at 3h advisory=2/0/0");
    team("1h bob +1\n 2h bob +1\n 3h bob withdraw\n at 4h tally=0/0/0 posts=superseded,superseded,ignored");
    team("1h bob withdraw\n at 4h posts=ignored whys=-");
    // An objection taken back is no vote taken back.
    team("1h bob +1\n 2h bob settled\n at 4h tally=1/0/0 posts=counted,ignored");
    team(
        "1h bob -1 \"no\"\n 2h bob settled\n at 4h tally=0/0/0 posts=superseded,ignored whys=withdrawn-by,takes-back",
    );
    team("1h bob objects\n 2h bob settled\n at 4h tally=0/0/0 asked=");
    team("1h bob +1\n 2h bob says \"and thanks\"\n at 4h tally=1/0/0");
    team("1h bob +1\n 2h cy 0\n 3h dan -1 \"x\"\n 4h eve 0\n at 5h tally=1/1/1 advisory=0/1/0");
    // Arrival does not follow the receive instants.
    team("9h bob -1 \"no\"\n 1h bob +1\n at 10h tally=0/0/1");
}

#[test]
fn the_proposer_votes_explicitly_or_not_at_all() {
    team("1h bob +1\n at 2h tally=1/0/0");
    team("root +1\n at 2h tally=1/0/0");
    team("root +1\n 1h ann 0\n at 2h tally=0/1/0");
    let aside = "rule ovirt-substantial proposer_counts=no\nroster ann bob cy dan\n";
    check(&format!("{aside}root +1\n 1h bob +1\n at 2h tally=1/0/0 advisory=1/0/0"));
    check(&format!("{aside}1h ann +1\n at 2h tally=0/0/0 posts=advisory whys=proposer-does-not-count"));
    check(&format!("{aside}1h ann -1 \"I was wrong\"\n at 2h tally=0/0/1 why=blocked"));
    // What the root says in words is the proposal, no objection and no question.
    team("root objects \"please do not use the old one\"\n at 2h asked= objections=");
    team("root lgtm\n at 2h asked= listed=");
}

#[test]
fn claims_decide_only_where_there_is_no_roster() {
    team("1h eve +1 binding\n 2h bob +1 non-binding\n at 3h tally=1/0/0 advisory=1/0/0");
    let replay = "rule apache-majority\nelectorate claimed\nby zoe\n";
    check(&format!(
        "{replay}1h eve +1 binding\n 2h bob +1\n 3h cy +1 non-binding
         at 4h open tally=2/0/0 advisory=1/0/0 whys=-,taken-as-binding,claims-non-binding"
    ));
    check(&format!("{replay}1h cy +1 non-binding\n 2h cy -1\n at 4h tally=0/0/0 advisory=0/0/1"));
    check(&format!("{replay}1h eve +1\n 2h bob +1\n 3h cy +1\n at 73h passed tally=3/0/0"));
}

#[test]
fn what_no_person_said_on_the_list_is_never_read() {
    team("1h bob vacation\n at 2h tally=0/0/0 posts=ignored whys=automatic");
    team("1h bob direct\n at 2h tally=0/0/0 posts=ignored whys=not-through-list asked=");
}

#[test]
fn only_the_proposer_takes_a_proposal_back() {
    team(
        "5h ann cancel\n at 4h open\n at 5h waiting for=mailbox:5h15m\n at 6h withdrawn closed=5h why=taken-back posts=ignored whys=cancels",
    );
    team("5h ann command withdraw\n at 6h withdrawn closed=5h events=opened,withdrawn");
    team("5h bob cancel\n at 6h open posts=ignored whys=not-proposer");
    team("5h bob command withdraw\n at 6h open whys=refused refused=bob:not-proposer");
    team("5h ann command close\n at 6h open posts=ignored whys=refused refused=ann:too-early:72h");
    team("1h bob +1\n 5h ann cancel\n 6h cy +1\n at 7h withdrawn tally=1/0/0 posts=counted,ignored,late");
    team("5h ann cancel\n 6h ann cancel\n at 7h withdrawn closed=5h whys=cancels,after-close");
    let lazy = "roster ann=ann@example.org,ann@example.test bob\n";
    check(&format!("{lazy}72h ann@example.test cancel\n at 73h withdrawn closed=72h"));
    check(&format!("{lazy}72h1m ann cancel\n at 73h passed human=cancelled whys=after-close"));
    check(&format!("{lazy}70h bob -1\n 80h ann cancel\n at 73h waiting\n at 81h withdrawn closed=80h"));
    // In an archive, the same name under another address.
    check("electorate claimed\n 5h ann@example.test cancel\n at 6h withdrawn");
    check("electorate everyone\n 5h ann@example.test cancel\n at 6h open");
}
