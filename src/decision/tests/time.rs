//! Windows by the calendar, silence that nobody was told of, and when something is due.

use super::check;

#[test]
fn a_window_of_working_days_leaves_out_the_others() {
    // The root is received on a Monday at nine; a working day is 24 hours.
    let days = |window: &str, calendar: &str, text: &str| {
        check(&format!("rule ovirt-minor window={window} calendar={calendar}\nroster ann bob\n{text}"));
    };
    days("4d", "business", "at 1h closes=96h\n at 97h passed closed=96h");
    days("5d", "business", "at 1h closes=168h ends=168h\n at 167h open\n at 169h passed closed=168h");
    days("2d", "business:UTC:2026-11-03", "at 1h closes=72h");
    days("2d", "business:UTC:2026-11-03,2026-11-04", "at 1h closes=96h");
    days("12h", "business:UTC:2026-11-02", "at 1h closes=27h");
    // Monday is over an hour earlier in Prague.
    days("1d", "business:Europe/Prague:2026-11-02", "at 1h closes=38h");
    // Graces and settling are real time.
    days("5d", "business", "167h bob -1\n at 169h waiting for=held:191h\n at 192h passed closed=191h");
    check(
        "rule ovirt-substantial window=2d max=6d calendar=business\nroster ann bob\nat 1h minimum=48h ends=192h\n at 193h failed closed=192h",
    );
    check(
        "rule simple-majority window=6d decided_from=5d calendar=business\nroster ann bob\n1h ann +1\n2h bob +1\nat 100h open due=168h\n at 169h passed closed=168h",
    );
    // An amendment and an extension count as the window does.
    days("1d", "business", "96h ann amend \"half\"\n at 25h passed");
    days("5d", "business", "90h ann amend \"half\"\n at 91h closes=258h");
    days("4d", "business", "1h ann command extend 24h\n at 2h closes=168h");
    days("4d", "business", "1h ann command extend 1 business day\n at 2h closes=168h");
}

#[test]
fn silence_begins_anew_when_people_are_told_late() {
    let team = "roster ann bob\n";
    check(&format!("{team}told 12h\nat 13h closes=72h events=opened\n at 73h passed closed=72h"));
    check(&format!(
        "{team}told 12h1s\nat 12h closes=72h\n at 13h open closes=84h1s minimum=84h1s ends=84h1s events=opened,told\n at 85h passed closed=84h1s"
    ));
    check(&format!(
        "{team}told 60h\n5h bob -1 \"no\"\nat 73h open why=blocked\n at 133h objected closed=132h"
    ));
    // On the last instant; after it, it is decided.
    check(&format!("{team}told 72h\nat 73h open closes=144h"));
    check(&format!("{team}told 72h1s\nat 73h passed closed=72h"));
    // While an answer is awaited it is open still.
    check(&format!(
        "{team}told 80h\n70h bob objects\nat 81h open closes=152h\n at 153h waiting for=held:176h"
    ));
    // A longer window that was asked for stays.
    check(
        "rule ovirt-minor extensions=2 window=24h\nroster ann bob\ntold 13h\n1h ann command extend 24h\n2h ann command extend 24h\nat 14h closes=72h",
    );
    // Under an approval rule nobody consents by silence.
    check("rule ovirt-substantial\nroster ann bob\ntold 60h\nat 61h closes=72h events=opened");
    // A stranger's proposal was opened by whoever reads the list.
    check("by eve\nroster ann bob\ntold 13h\n10h ann +1\nat 14h open closes=82h");
    check("by eve\nroster ann bob\ntold 30h\n10h ann +1\nat 31h open closes=102h");
    // Raised in between, it asks for votes.
    check(
        "raised_to ovirt-substantial\nroster ann bob\ntold 60h\n10h bob command substantial\nat 61h minimum=82h",
    );
}

#[test]
fn what_is_due_next_is_known_to_the_second() {
    check(
        "rule ovirt-substantial\nroster ann bob cy dan\nat 1h due=72h closes=72h minimum=72h ends=336h\n at 72h due=336h closes=336h\n at 336h due=336h15m\n at 336h15m failed due=-",
    );
    check(
        "rule ovirt-substantial\nroster ann bob cy dan\n10h ann amend \"half\"\nat 11h due=82h\n at 83h due=346h",
    );
    check(
        "rule simple-majority linger=24h\nroster ann bob cy dan\n60h bob +1\nat 61h due=72h closes=84h\n at 72h due=84h\n at 84h due=84h15m",
    );
    check("roster ann bob\n72h ann command extend 1s\nat 72h open due=72h1s closes=72h1s");
    check("roster ann bob\n71h59m59s bob -1 \"no\"\nat 73h objected");
    check("roster ann bob\n72h1s bob -1 \"no\"\nat 73h passed posts=late");
}
