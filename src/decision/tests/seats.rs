//! Seats: one vote each, the latest of its representatives'.

use super::check;

const COUNCIL: &str = "rule simple-majority quorum=1/2_of_roster tie=chair chair=chair veto_holder=chair
roster ann bob cy dan fay gil pat:chair zed
seats infra=ann,bob docs=cy web=dan,fay games=pat
electorate seats
";

fn council(text: &str) {
    check(&format!("{COUNCIL}{text}"));
}

#[test]
fn a_seat_casts_one_vote() {
    council(
        "1h ann +1\n 2h bob +1\n at 3h tally=1/0/0 electorate=4 posts=superseded,counted whys=seat-voted-again,- seats=infra,infra",
    );
    council("1h ann +1\n 2h bob -1\n at 3h tally=0/0/1");
    council("1h ann +1\n 2h ann 0\n at 3h tally=0/1/0 whys=replaced-by,-");
    council("1h ann +1\n 2h gil +1\n at 3h tally=1/0/0 advisory=1/0/0 whys=-,not-electorate seats=infra,-");
    council("1h ann +1\n 2h eve -1\n at 3h tally=1/0/0 advisory=0/0/1");
    // A representative takes back what another said for the seat.
    council(
        "1h ann +1\n 2h bob withdraw\n at 3h tally=0/0/0 posts=superseded,ignored whys=withdrawn-by,takes-back",
    );
    council("1h ann lgtm\n 2h bob +1\n at 3h tally=1/0/0 posts=superseded,counted asked=");
    council("1h ann +1\n 2h cy +1\n 3h dan 0\n at 73h passed closed=72h tally=2/1/0");
}

#[test]
fn a_quorum_counts_seats() {
    council(
        "1h ann +1\n 2h bob +1\n at 73h open why=awaiting-quorum args=missing:1\n at 337h failed why=no-quorum",
    );
    council("1h ann +1\n 2h cy 0\n at 73h passed");
    council("1h ann +1\n 100h fay 0\n at 101h passed closed=100h");
}

#[test]
fn the_chairs_vote_breaks_a_tie_and_vetoes() {
    council("1h ann +1\n 2h cy -1\n at 337h failed why=tied");
    council(
        "1h ann +1\n 2h cy -1\n 3h dan -1\n 4h pat +1\n at 337h passed why=chair-decided args=chair:pat,passed:true,votes:2",
    );
    council("1h ann +1\n 2h cy -1\n 3h pat 0\n at 337h failed why=chair-decided");
    council("1h ann +1\n 2h cy +1\n 3h pat -1\n at 73h vetoed by=pat");
    // The role is the person's: another who speaks for the seat neither vetoes nor decides.
    let shared = COUNCIL.replace("games=pat", "games=pat,zed");
    check(&format!("{shared}1h ann +1\n 2h cy +1\n 3h zed -1\n at 73h passed tally=2/0/1"));
    check(&format!(
        "{shared}1h ann +1\n 2h cy +1\n 3h pat -1\n 4h zed +1\n at 73h passed tally=3/0/0 whys=-,-,seat-voted-again,-"
    ));
    check(&format!("{shared}1h ann -1\n 3h zed +1\n at 337h failed why=tied"));
}

#[test]
fn only_seats_that_are_named_vote() {
    let two = COUNCIL.replace("electorate seats", "electorate seats infra docs");
    check(&format!("{two}1h ann +1\n 2h dan +1\n at 73h passed tally=1/0/0 advisory=1/0/0 electorate=2"));
    // Whoever sits for two votes for the first.
    let both = COUNCIL.replace("docs=cy", "docs=cy,ann");
    check(&format!("{both}1h ann +1\n 2h cy +1\n at 3h tally=2/0/0 seats=infra,docs"));
}

#[test]
fn a_seat_changes_hands() {
    let changes = format!(
        "{COUNCIL}roster@50h ann bob cy dan fay gil pat:chair\nseats infra=gil docs=cy web=dan games=pat\n"
    );
    check(&format!("{changes}1h ann +1\n 2h cy +1\n at 40h tally=2/0/0\n at 60h tally=1/0/0 advisory=1/0/0"));
    check(&format!(
        "{changes}1h ann +1\n 2h cy +1\n 55h gil -1\n 56h dan +1\n at 73h passed tally=2/0/1 advisory=1/0/0"
    ));
    let kept = changes.replace("tie=chair", "tie=chair binding_at=vote");
    check(&format!("{kept}1h ann +1\n 2h cy +1\n at 73h passed tally=2/0/0"));
}

#[test]
fn whoever_is_on_no_roster_needs_a_member() {
    council("by eve\n at 1h waiting for=approval:336h\n 5h gil +1\n at 6h open minimum=77h");
    council("by gil\n at 1h open");
}
