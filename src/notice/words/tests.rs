use super::*;

fn by(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_reason_is_a_clause_of_its_own() {
    let check = |why: Why, english: &str, dutch: &str| {
        assert_eq!(why_in_words(&why, None, Language::English), english);
        assert_eq!(why_in_words(&why, None, Language::Dutch), dutch);
    };
    check(Why::AwaitingSilence, "no objection stands so far", "tot nu toe staat er geen bezwaar");
    check(
        Why::AwaitingVotes { missing: 1 },
        "one binding +1 missing so far",
        "er ontbreekt nog één bindende +1",
    );
    check(
        Why::AwaitingVotes { missing: 12 },
        "12 binding +1 missing so far",
        "er ontbreken nog 12 bindende +1",
    );
    check(
        Why::AwaitingQuorum { missing: 1 },
        "one vote missing for a quorum so far",
        "voor een quorum ontbreekt nog één stem",
    );
    check(Why::Approved { plus: 3, minus: 0 }, "3 binding +1, no objection", "3 bindende +1, geen bezwaar");
    check(Why::Approved { plus: 5, minus: 2 }, "5 binding +1, 2 binding -1", "5 bindende +1, 2 bindende -1");
    check(
        Why::Short { plus: 2, needed: 3 },
        "one binding +1 short (2 of 3)",
        "één bindende +1 te weinig (2 van 3)",
    );
    check(
        Why::NobodyObjected { window: Span::hours(72), plus: 0 },
        "nobody objected in 72 hours",
        "niemand heeft in 72 uur bezwaar gemaakt",
    );
    check(
        Why::NobodyObjected { window: Span::days(7), plus: 2 },
        "nobody objected in 7 days, 2 +1 besides",
        "niemand heeft in 7 dagen bezwaar gemaakt, daarnaast 2 +1",
    );
    check(
        Why::Blocked { by: by(&["bob", "carol"]) },
        "blocked while the objection of bob and carol stands",
        "geblokkeerd zolang het bezwaar van bob en carol staat",
    );
    check(
        Why::Veto { by: by(&["a", "b", "c", "d"]), line: "-1: no".into() },
        "a, b and 2 others vetoed it (\"-1: no\")",
        "veto van a, b en 2 anderen (\"-1: no\")",
    );
    check(
        Why::Objection { by: by(&["bob@example.org"]), line: "-1: no".into() },
        "bob objected (\"-1: no\")",
        "bezwaar van bob (\"-1: no\")",
    );
}

#[test]
fn a_rule_is_said_in_one_clause() {
    let check = |profile: &str, english: &str, dutch: &str| {
        let rule = Rule::profile(profile).expect("a profile");
        assert_eq!(rule_in_words(&rule, Language::English), english);
        assert_eq!(rule_in_words(&rule, Language::Dutch), dutch);
    };
    check(
        "ovirt-minor",
        "passes unless somebody objects within 72 hours",
        "aangenomen als niemand binnen 72 uur bezwaar maakt",
    );
    check(
        "ovirt-substantial",
        "3 binding +1 or more, no standing -1 with a reason, open for at least 72 hours",
        "3 of meer bindende +1, geen -1 met een reden die blijft staan, ten minste 72 uur open",
    );
    check(
        "apache-majority",
        "3 binding +1 or more, more +1 than -1, open for at least 72 hours",
        "3 of meer bindende +1, meer +1 dan -1, ten minste 72 uur open",
    );
}

#[test]
fn working_time_is_called_so() {
    let mut rule = Rule::lazy();
    rule.calendar = Counting::Business(crate::decision::WorkingDays::default());
    let check = |span: Span, language: Language, expect: &str| {
        assert_eq!(window_in_words(span, &rule, language), expect);
    };
    check(Span::days(1), Language::English, "1 working day");
    check(Span::days(6), Language::Dutch, "6 werkdagen");
    check(Span::hours(36), Language::English, "36 working hours");
    assert_eq!(window_in_words(Span::hours(48), &Rule::lazy(), Language::English), "48 hours");
}
