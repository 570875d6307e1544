//! What loads, what does not, and what is said about it.

use super::*;
use crate::decision::{Approval, Calendar, Minus, Profile, Rule};
use crate::mail::Munging;
use proptest::prelude::*;

const SOUND: &str = r#"database = "db/plusone.db"

[mailbox]
imap = "imaps://bot@mail.example.org/INBOX"
password = { env = "IMAP_PASSWORD" }

[submit]
smtp = "submission+starttls://bot@mail.example.org"
password = { env = "SMTP_PASSWORD" }
from = "decisions <decisions@example.org>"
cap = { list = 20, author = 3 }

[monitor]
listen = "127.0.0.1:9925"

[[list]]
name = "infra"
address = "infra@lists.example.org"
list_id = "infra.lists.example.org"
zone = "Europe/Prague"
mode = "live"
roster = "roster.toml"
digest = "0 9 * * MON"
words = { "LGTM" = "held" }

[list.tags]
"PROPOSAL" = "minor"
"VOTE" = "substantial"

[list.kinds.substantial]
rule = "apache-consensus"
window = "96h"
electorate = ["maintainer"]
min_plus = 2

[list.trust]
list_hosts = ["lists.example.org"]
munging = "mailman"
"#;

const ROSTER: &str = r#"[[member]]
id = "ann"
name = "Ann Example"
addresses = ["ann@example.org"]
roles = [{ role = "maintainer", since = "2026-01-01" }]

[[member]]
id = "bob"
name = "Bob Example"
addresses = ["bob@example.org", "bob@home.example.org"]
roles = [{ role = "maintainer", since = 2026-01-01, until = 2026-07-01T12:00:00+02:00 }]
fingerprint = "0123 4567 89ab CDEF 0123  4567 89AB CDEF 0123 4567"

[[seat]]
id = "web"
name = "Web project"
representatives = ["ann"]
"#;

const HOLIDAYS: &str = "BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261228
END:VEVENT
END:VCALENDAR
";

fn read_both(plusone: &str, roster: &str) -> (Result<Config, ConfigErrors>, BTreeSet<Key>) {
    let files = |path: &Path| match path.file_name().and_then(|name| name.to_str()) {
        Some("roster.toml") => Ok(roster.to_owned()),
        Some("holidays.ics") => Ok(HOLIDAYS.to_owned()),
        Some("broken.ics") => Ok(HOLIDAYS.replace("20261228", "tomorrow")),
        _ => Err(Problem {
            file: path.to_owned(),
            line: 0,
            what: "cannot be read: not found".into(),
            remedy: "name it".into(),
        }),
    };
    Config::read(Path::new("etc/plusone.toml"), plusone, &files)
}

fn read(plusone: &str) -> Result<Config, String> {
    read_both(plusone, ROSTER).0.map_err(|errors| errors.to_string())
}

/// `text` with `from` replaced, and the line on which that happened.
fn edited(text: &str, from: &str, to: &str) -> (String, usize) {
    let at = text.find(from).unwrap_or_else(|| panic!("{from:?} is not in the text"));
    (text.replacen(from, to, 1), 1 + text[..at].matches('\n').count())
}

#[test]
fn a_sound_configuration_is_read_whole() {
    let config = read(SOUND).unwrap();
    assert_eq!(config.database, Path::new("etc/db/plusone.db"));
    assert_eq!(config.shadow, Path::new("etc/shadow"));
    let submit = config.submit.as_ref().unwrap();
    assert_eq!((submit.from.name.as_str(), submit.address.as_str()), ("decisions", "decisions@example.org"));
    let list = config.list("infra").unwrap();
    assert_eq!(list.zone, Tz::Europe__Prague);
    assert_eq!(list.rules.mode, Mode::Live);
    assert_eq!(list.form.prefixes, ["infra"]);
    assert_eq!(list.form.munging, Munging::Mailman);
    assert_eq!(list.rules.dialect.words[0].0, "lgtm");
    let rule = |kind: &str| &list.rules.kinds.iter().find(|(known, _)| known == kind).unwrap().1;
    assert_eq!(rule("minor").name, "ovirt-minor");
    assert_eq!(rule("minor").electorate, Electorate::Roster { roles: Vec::new() });
    let vote = rule("substantial");
    assert_eq!(vote.approval, Approval::Votes { min_plus: 2, majority: false, share: None });
    assert_eq!((vote.window, vote.max_window), (Span::hours(96), Span::days(14)));
    assert_eq!(vote.electorate, Electorate::Roster { roles: vec!["maintainer".into()] });
    assert_eq!(vote.minus, Minus::Veto);
}

#[test]
fn what_is_left_out_has_its_default() {
    let config = read(
        "[[list]]\nname = \"ops\"\naddress = \"ops-team@example.org\"\nlist_id = \"Ops-Team.example.org\"\n[list.trust]\nlist_hosts = [\"MX.example.org\"]\n",
    )
    .unwrap();
    let list = &config.lists[0];
    assert!(config.mailbox.is_none() && config.submit.is_none() && list.roster.is_none());
    assert_eq!(config.database, Path::new("etc/plusone.db"));
    assert_eq!((list.zone, list.language.as_str(), list.rules.mode), (Tz::UTC, "en", Mode::Shadow));
    assert_eq!(list.digest.as_deref(), Some("0 9 * * MON"));
    assert_eq!(list.list_id, "ops-team.example.org");
    assert_eq!(list.form.prefixes, ["ops", "ops-team"]);
    assert_eq!(list.form.munging, Munging::None);
    assert_eq!(list.trust.list_hosts, ["mx.example.org"]);
    let tags: Vec<_> = list.rules.tags.iter().map(|(tag, kind)| (tag.as_str(), kind.as_str())).collect();
    assert_eq!(tags, [("PROPOSAL", "minor"), ("VOTE", "substantial")]);
    let kinds: Vec<_> = list
        .rules
        .kinds
        .iter()
        .map(|(kind, rule)| (kind.as_str(), rule.name.as_str(), &rule.electorate))
        .collect();
    assert_eq!(
        kinds,
        [
            ("minor", "ovirt-minor", &Electorate::Everyone),
            ("substantial", "ovirt-substantial", &Electorate::Claimed)
        ]
    );
}

/// One mistake: what is replaced in the sound configuration, by what, and what is said of it on that line, or on the line of `at`.
#[track_caller]
fn check_at(from: &str, to: &str, at: Option<&str>, says: &str) {
    let (text, mut line) = edited(SOUND, from, to);
    if let Some(at) = at {
        line = edited(&text, at, "").1;
    }
    let said = read(&text).err().unwrap_or_else(|| panic!("{to:?} loads"));
    assert!(said.starts_with(&format!("etc/plusone.toml:{line}: ")), "line {line}: {said}");
    assert!(said.contains(says) && said.contains(" — "), "{says:?} is not in {said}");
    assert!(!said.contains('\n'), "one mistake, one problem: {said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[track_caller]
fn check(from: &str, to: &str, says: &str) {
    check_at(from, to, None, says);
}

#[test]
fn a_token_stands_in_for_the_mailboxs_password() {
    let from = "password = { env = \"IMAP_PASSWORD\" }";
    let (text, _) = edited(SOUND, from, "token = { command = [\"oauth-token\", \"imap\"] }");
    let config = read(&text).unwrap();
    let Some(MailboxConfig::Imap { password: None, token: Some(token), .. }) = config.mailbox else {
        panic!("{:?}", config.mailbox)
    };
    assert_eq!(token.to_string(), "command oauth-token");
}

#[test]
fn a_provider_of_many_hosts_is_trusted_with_the_lists_reverse_path() {
    let (from, path) = ("list_hosts = [\"lists.example.org\"]", "infra+*@lists.example.org");
    let (text, _) = edited(SOUND, from, &format!("list_hosts = [\"*.Google.com\"]\nbounce = [\"{path}\"]"));
    let trust = read(&text).unwrap().lists[0].trust.clone();
    assert_eq!((trust.list_hosts, trust.bounce_paths), (vec!["*.google.com".into()], vec![path.into()]));
}

#[test]
fn a_mistake_about_the_servers_is_told_on_its_line() {
    check("database = ", "databse = ", "did you mean `database`?");
    check_at(
        "name = \"infra\"",
        "name = \"infra\"\ncolour = 3",
        Some("colour"),
        "remove it; known here: address, ",
    );
    check("\"db/plusone.db\"", "\"~/plusone.db\"", "~");
    check("\"db/plusone.db\"", "7", "must be text in quotes");
    check("\"db/plusone.db\"", "\"db", "not TOML");
    check("[[list]]", "[list]", "must be a list of tables");
    check("imaps://bot@", "imap://bot@", "this machine only");
    check("imaps://bot@", "imaps://", "names no user");
    check("imaps://bot@", "pop3://bot@", "imaps://");
    check_at("password = { env = \"IMAP_PASSWORD\" }", "", Some("[mailbox]"), "lacks `password`");
    check("{ env = \"IMAP_PASSWORD\" }", "{ env = \"IMAP\", file = \"x\" }", "names several places");
    check("{ env = \"IMAP_PASSWORD\" }", "{}", "names no places");
    let password = "password = { env = \"IMAP_PASSWORD\" }";
    check(password, "token = \"hunter2\"", "`token` in [mailbox] must not stand in the file itself");
    let both = format!("{password}\ntoken = {{ command = [\"oauth-token\"] }}");
    check_at(password, &both, Some("[mailbox]"), "names both `password` and `token`");
    check("{ env = \"IMAP_PASSWORD\" }", "{ env = \"IMAP PASSWORD\" }", "environment variable");
    check("{ env = \"IMAP_PASSWORD\" }", "{ command = [] }", "no program");
    check_at("imap = \"imaps", "maildir = \"Mail\"\nimap = \"imaps", Some("imap = "), "names both");
    check("imap = \"imaps", "iamp = \"imaps", "did you mean `imap`?");
    check("smtp = ", "sntp = ", "did you mean `smtp`?");
    check("[list.trust]", "[list.turst]", "did you mean `trust`?");
    check("submission+starttls://bot@mail", "smtp://bot@mail", "this machine only");
    check("starttls://bot@mail", "starttls://mail", "names no user");
    check("decisions <decisions@example.org>", "decisions", "no address to send from");
    check("decisions <decisions@example.org>", "Infra@lists.example.org", "the list's own address");
    check("author = 3 }", "author = -3 }", "not negative");
    check("author = 3 }", "autor = 3 }", "did you mean `author`?");
    check("imaps://bot@", "imaps://bot:hunter2@", "holds a password");
    check("{ env = \"IMAP_PASSWORD\" }", "\"hunter2\"", "must not stand in the file");
    check("{ env = \"IMAP_PASSWORD\" }", "\"hunter2", "not TOML");
    check("{ env = \"IMAP_PASSWORD\" }", "{ env = \"hunter2!\" }", "environment variable");
}

#[test]
fn a_mistake_about_a_list_is_told_on_its_line() {
    check("name = \"infra\"", "name = \"our infra\"", "short name");
    check("\"infra@lists.example.org\"", "\"infra at lists.example.org\"", "no mail address");
    check("\"infra.lists.example.org\"", "\"<infra.lists.example.org>\"", "no List-Id");
    check_at("list_id = \"infra.lists.example.org\"\n", "", Some("[[list]]"), "lacks `list_id`");
    check("Europe/Prague", "Europe/Praha", "did you mean \"Europe/Prague\"?");
    check("Europe/Prague", "CEST Prague", "IANA");
    check("mode = \"live\"", "mode = \"Live\"", "did you mean \"live\"?");
    check("zone = ", "language = \"xx\"\nzone = ", "`language`");
    check("\"0 9 * * MON\"", "\"0 9 * * MOON\"", "no schedule");
    check("\"LGTM\" = \"held\"", "\"LGTM\" = \"hold\"", "did you mean \"held\"?");
    check("\"LGTM\" = \"held\"", "\"LGTM\" = \"held\", \"lgtm\" = \"+1\"", "twice");
    check("roster.toml", "rooster.toml", "cannot be read");
}

#[test]
fn a_mistake_about_rules_and_trust_is_told_on_its_line() {
    check("= \"minor\"", "= \"mino\"", "did you mean \"minor\"?");
    check("\"PROPOSAL\"", "\"[PROPOSAL]\"", "no tag");
    check_at("\"PROPOSAL\"", "\"vote\"", Some("\"VOTE\""), "stands twice");
    check("apache-consensus", "apache-concensus", "did you mean \"apache-consensus\"?");
    check(
        "[list.kinds.substantial]",
        "[list.kinds.other]\nwindow = \"1h\"\n[list.kinds.substantial]",
        "lacks `rule`",
    );
    check("\"96h\"", "\"0h\"", "no time at all");
    check("\"96h\"", "\"four days\"", "no length of time");
    check("\"96h\"", "\"15d\"", "shorter than its `window`");
    check("min_plus = 2", "min_plus = 3", "can never pass");
    check("min_plus = 2", "min_plus = 0", "pass in silence");
    check("electorate = [\"maintainer\"]", "minus = \"vetoes\"", "did you mean \"veto\"?");
    check("electorate = [\"maintainer\"]", "reason_required = \"yes\"", "must be true or false");
    check("\"maintainer\"", "\"maintaner\"", "did you mean \"maintainer\"?");
    check("[\"lists.example.org\"]", "[]", "is empty");
    check("[\"lists.example.org\"]", "[\"*.google.com\"]", "nothing tells the list's mail");
    check("[\"lists.example.org\"]", "[\"*.com\"]", "is no host");
    check("[\"lists.example.org\"]", "[\"mail.*.com\"]", "is no host");
    check("[\"lists.example.org\"]", "[\"lists example\"]", "no host");
    check("\"mailman\"", "\"mailmen\"", "did you mean \"mailman\"?");
    check("munging = ", "authors = \"signed\"\nmunging = ", "not supported in this version");
    check("munging = ", "authors = \"authenticated\"\nmunging = ", "not supported in this version");
    check("munging = ", "bounce = [\"bounces\"]\nmunging = ", "no mail address");
}

/// The same where the mistake is made by writing other parameters in place of the sound kind's.
#[track_caller]
fn check_kind(parameters: &str, line: usize, says: &str) {
    let sound =
        "rule = \"apache-consensus\"\nwindow = \"96h\"\nelectorate = [\"maintainer\"]\nmin_plus = 2\n";
    let (text, first) = edited(SOUND, sound, &format!("{}\n", parameters.replace(" | ", "\n")));
    let said = read(&text).err().unwrap_or_else(|| panic!("{parameters} loads"));
    // Line 0 is the kind's own.
    assert!(said.starts_with(&format!("etc/plusone.toml:{}: ", first + line - 1)), "{parameters}: {said}");
    assert!(said.contains(says) && said.contains(" — "), "{says:?} is not in {said}");
    assert!(!said.contains('\n'), "one mistake, one problem: {said}");
}

#[test]
fn a_value_that_a_parameter_cannot_have_is_told_on_its_line() {
    let check =
        |parameter: &str, says: &str| check_kind(&format!("rule = \"gdal-psc\" | {parameter}"), 2, says);
    check("approval = \"vote\"", "did you mean \"votes\"?");
    check("min_plus = \"two\"", "must be a whole number");
    check("majority = 1", "must be true or false");
    check("share = \"most of roster\"", "no share");
    check("share = 2", "must be text in quotes");
    check("quorum = \"3/2 of roster\"", "no share");
    check("quorum = \"1/2 of votes cast\"", "is always there");
    check("electorate = \"seat\"", "did you mean \"seats\"?");
    check("electorate = 3", "must be a list of roles");
    check("electorate = { seat = [\"web\"] }", "unknown key \"seat\" in `electorate`");
    check("electorate = { seats = [\"wed\"] }", "did you mean \"web\"?");
    check("electorate = \"seats\"", "asks for 2 binding +1, and there are at most 1 seats");
    check("minus = \"stop\"", "is \"stop\" — write one of");
    check("who_may_object = \"everyone\"", "is \"everyone\" — write one of");
    check("binding_at = \"votes\"", "did you mean \"vote\"?");
    check("window = \"6 busy days\"", "or \"6 business days\"");
    check("window = \"0 business days\"", "no time at all");
    check("window = \"15 business days\"", "shorter than its `window`");
    check("calendar = \"bussiness\"", "did you mean \"business\"?");
    check("close = \"decided\"", "is \"decided\" — write one of");
    check("min_wait = \"1h\"", "add close = \"when-decided\"");
    check("linger = \"long\"", "no length of time");
    check("linger = \"14d\"", "can never pass");
    check("settle = \"2d\"", "longer than a day");
    check("on_amend = \"void\"", "is \"void\"");
    check("tie = \"chair\" | majority = true", "nothing says who that is");
    check("chair = \"the chair\"", "no short name");
    check("chair = \"maintaner\"", "did you mean \"maintainer\"?");
    check("veto_holder = \"board\"", "nobody on the roster has the role \"board\"");
    check("minus = \"count\"", "a veto can be overridden, and nobody has one");
    check("follow_up = \"0d\"", "no time at all");
    check("on_pass = \"role\"", "must be a table");
    check("on_pass = { propose = \"role\" }", "a table without both");
    check("on_pass = { propose = \"mail\", role = \"x\" }", "is \"mail\"");
    check("amendments = -1", "not negative");
    check("raise = \"no\"", "must be true or false");
    check("colour = \"red\"", "unknown key");
    check("min_pluss = 3", "did you mean `min_plus`?");
}

#[test]
fn a_rule_that_contradicts_itself_is_told_on_its_line() {
    let silent =
        |parameter: &str, says: &str| check_kind(&format!("rule = \"ovirt-minor\" | {parameter}"), 2, says);
    for parameter in [
        "min_plus = 3",
        "majority = true",
        "share = \"2/3 of roster\"",
        "quorum = \"1/2 of roster\"",
        "linger = \"1d\"",
        "close = \"when-decided\"",
        "tie = \"chair\"",
    ] {
        silent(parameter, "ovirt-minor passes in silence and counts no +1");
    }
    silent("minus = \"count\"", "nobody could object");
    silent("veto_override = \"1/2 of roster\"", "nobody has one");
    let check = check_kind;
    check(
        "rule = \"simple-majority\" | calendar = \"hours\" | window = \"3 business days\"",
        2,
        "told in business days",
    );
    check(
        "rule = \"ovirt-substantial\" | min_plus = 2 | tie = \"chair\" | chair = \"maintainer\"",
        3,
        "only where a majority is asked for",
    );
    check(
        "rule = \"simple-majority\" | close = \"when-decided\" | min_wait = \"4d\"",
        3,
        "`min_wait` is longer than `window`",
    );
    check(
        "rule = \"simple-majority\" | window = \"12h\" | close = \"when-decided\"",
        3,
        "`min_wait` is longer than `window`",
    );
    check(
        "rule = \"winterscale-council\"",
        1,
        "nobody on the roster has the role \"ptl\", its `chair` and `veto_holder`",
    );
    check("approval = \"silence\" | window = \"72h\"", 0, "lacks `minus`");
    check("approval = \"silence\" | minus = \"block\"", 0, "lacks `window`");
    check("approval = \"votes\" | window = \"72h\" | minus = \"count\"", 0, "does not say how many votes");
}

#[test]
fn what_a_list_says_of_its_days_is_read_or_told() {
    check("zone = ", "weekend = [\"fri\", \"sta\"]\nzone = ", "did you mean \"sat\"?");
    check("zone = ", "weekend = \"sun\"\nzone = ", "must be a list");
    check(
        "zone = ",
        "weekend = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\nzone = ",
        "no working day",
    );
    check("zone = ", "holidays = \"none.ics\"\nzone = ", "cannot be read");
    let broken = SOUND.replace("zone = ", "holidays = \"broken.ics\"\nzone = ");
    assert!(
        read(&broken).unwrap_err().starts_with("etc/broken.ics:3: is no whole day: \"tomorrow\" — write")
    );
    let days = SOUND
        .replace("zone = ", "weekend = [\"fri\", \"sat\"]\nholidays = \"holidays.ics\"\nzone = ")
        .replace("\"96h\"", "\"6 business days\"");
    let config = read(&days).unwrap();
    let rules = &config.lists[0].rules;
    assert_eq!(rules.zone, Tz::Europe__Prague);
    let Calendar::Business(days) = &rules.kinds[0].1.calendar else { panic!("{:?}", rules.kinds[0].1) };
    assert_eq!(days.zone, Tz::Europe__Prague);
    assert_eq!(days.weekend, [chrono::Weekday::Fri, chrono::Weekday::Sat]);
    assert_eq!(days.holidays.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-12-28"]);
}

#[test]
fn a_rule_of_its_own_is_named_as_its_kind() {
    let own = "approval = \"votes\"\nwindow = \"2d\"\nminus = \"count\"\nshare = \"more than 1/2 of votes cast\"\nelectorate = { seats = [\"web\"] }\nextensions = 0";
    let rule = read(&SOUND.replace(
        "rule = \"apache-consensus\"\nwindow = \"96h\"\nelectorate = [\"maintainer\"]\nmin_plus = 2",
        own,
    ))
    .unwrap();
    let rule = &rule.lists[0].rules.kinds[0].1;
    assert_eq!((rule.name.as_str(), rule.window, rule.minus), ("substantial", Span::hours(48), Minus::Count));
    let share = crate::decision::Share::parse("more than 1/2 of votes cast").ok();
    assert_eq!(rule.approval, Approval::Votes { min_plus: 1, majority: false, share });
    assert_eq!(rule.electorate, Electorate::Seats { seats: vec!["web".to_owned()] });
    assert_eq!(rule.permissions.extensions, 0);
}

#[test]
fn what_needs_a_roster_is_told_where_there_is_none() {
    let rosterless = SOUND.replace("roster = \"roster.toml\"\n", "").replace("\"live\"", "\"shadow\"");
    let check = |parameters: &str, says: &str| {
        let sound =
            "rule = \"apache-consensus\"\nwindow = \"96h\"\nelectorate = [\"maintainer\"]\nmin_plus = 2";
        let said = read(&rosterless.replace(sound, parameters))
            .err()
            .unwrap_or_else(|| panic!("{parameters} loads"));
        assert!(said.contains(says) && said.contains("the list has none — add roster = "), "{said}");
        assert!(!said.contains('\n'), "{said}");
    };
    check("rule = \"two-thirds\"", "`share` can only work with a roster");
    check("rule = \"openstack-tc\"", "`share` can only work with a roster");
    check(
        "rule = \"winterscale-council\"",
        "`electorate`, `quorum`, `chair`, `veto_holder` can only work with a roster",
    );
    check(
        "rule = \"ovirt-minor\"\nwho_may_object = \"roster\"",
        "`who_may_object` can only work with a roster",
    );
    check(
        "rule = \"ovirt-minor\"\nelectorate = [\"maintainer\"]",
        "`electorate` can only work with a roster",
    );
    check("rule = \"ovirt-substantial\"\nclose = \"when-decided\"", "`close` can only work with a roster");
    check("rule = \"ovirt-membership\"", "`on_pass` can only work with a roster");
}

#[test]
fn five_mistakes_are_reported_at_once() {
    let text = SOUND
        .replace("zone = \"Europe/Prague\"", "zone = \"Europe/Praha\"")
        .replace("password = { env = \"SMTP_PASSWORD\" }", "password = \"hunter2\"")
        .replace("munging = ", "mungling = ")
        .replace("window = \"96h\"", "window = \"0h\"")
        .replace("\"VOTE\" = \"substantial\"", "\"VOTE\" = \"substancial\"");
    let said = read(&text).unwrap_err();
    assert!(!said.contains("hunter2"), "{said}");
    insta::assert_snapshot!(said, @r#"
    5 problems in the configuration
      etc/plusone.toml:9: `password` in [submit] must not stand in the file itself — name where it is: password = { env = "SMTP_PASSWORD" }, or { file = … } or { command = ["pass", "show", "imap"] }
      etc/plusone.toml:20: `zone` in [[list]] "infra" is no time zone: "Europe/Praha" — did you mean "Europe/Prague"?
      etc/plusone.toml:28: the tag "VOTE" names the kind "substancial", which there is not — did you mean "substantial"? Otherwise add [list.kinds.substancial] with its rule
      etc/plusone.toml:32: `window` in [list.kinds.substantial] is no time at all — write for example window = "72h"
      etc/plusone.toml:38: unknown key "mungling" in [list.trust] — did you mean `munging`?
    "#);
}

#[test]
fn what_is_no_toml_is_told_beside_the_other_mistakes() {
    let text = SOUND.replace("mode = \"live\"", "mode = live").replace("Europe/Prague", "Europe/Praha");
    insta::assert_snapshot!(read(&text).unwrap_err(), @r#"
    2 problems in the configuration
      etc/plusone.toml:20: `zone` in [[list]] "infra" is no time zone: "Europe/Praha" — did you mean "Europe/Prague"?
      etc/plusone.toml:21: not TOML: string values must be quoted, expected literal string — correct this line; text stands in double quotes, tables in [brackets]
    "#);
}

#[test]
fn a_mistake_in_the_roster_is_told_on_its_own_line() {
    let check = |from: &str, to: &str, says: &str| {
        let (roster, line) = edited(ROSTER, from, to);
        let said = read_both(SOUND, &roster).0.map_err(|errors| errors.to_string()).err();
        let said = said.unwrap_or_else(|| panic!("{to:?} loads"));
        assert!(said.starts_with(&format!("etc/roster.toml:{line}: ")), "line {line}: {said}");
        assert!(said.contains(says) && said.contains(" — "), "{says:?} is not in {said}");
        assert!(!said.contains('\n'), "one mistake, one problem: {said}");
    };
    check("id = \"bob\"", "id = \"Ann\"", "line 2 has it");
    check("id = \"bob\"", "id = \"bob example\"", "short name");
    check("bob@home.example.org", "ANN@example.org", "line 4 has it");
    check("bob@home.example.org", "infra@lists.example.org", "the list's own address");
    check("bob@home.example.org", "bob", "no mail address");
    check("[\"ann@example.org\"]", "[]", "has no address");
    check("[\"ann@example.org\"]", "\"ann@example.org\"", "must be a list");
    check("\"2026-01-01\"", "\"1 January\"", "no date");
    check("\"2026-01-01\"", "2026-01", "not TOML");
    check("\"2026-01-01\"", "12:00:00", "no date");
    check("2026-07-01T", "2025-07-01T", "ends before it begins");
    check("until = ", "untill = ", "did you mean `until`?");
    check("name = \"Ann Example\"", "name = \"\"", "no name");
    check("name = \"Ann Example\"", "nmae = \"Ann Example\"", "did you mean `name`?");
    check("\"0123 4567", "\"0123", "none of an OpenPGP key");
    check("id = \"web\"", "id = \"the web\"", "short name");
    check("name = \"Web project\"", "name = \"\"", "no name");
    check("representatives = [\"ann\"]", "representatives = []", "has no representative");
    check("representatives = [\"ann\"]", "representatives = [\"anna\"]", "did you mean \"ann\"?");
    check("representatives = [\"ann\"]", "representatives = [\"ann\", \"ann\"]", "twice");
    check("representatives = [\"ann\"]", "representative = [\"ann\"]", "did you mean `representatives`?");
}

#[test]
fn roster_days_begin_in_the_lists_zone() {
    let config = read(SOUND).unwrap();
    let members = &config.lists[0].roster.as_ref().unwrap().members;
    let since = |at: usize| members[at].roles[0].since.map(|at| at.to_rfc3339());
    assert_eq!(since(0).as_deref(), Some("2025-12-31T23:00:00+00:00"));
    assert_eq!(since(1), since(0));
    assert_eq!(
        members[1].roles[0].until.map(|at| at.to_rfc3339()).as_deref(),
        Some("2026-07-01T10:00:00+00:00")
    );
}

#[test]
fn a_day_whose_midnight_is_left_out_begins_when_the_clock_goes_on() {
    // Beirut's clocks went from 24:00 to 01:00 that night.
    let roster = ROSTER.replace("2026-01-01\" }", "2021-03-28\" }");
    let plusone = SOUND.replace("Europe/Prague", "Asia/Beirut");
    let config = read_both(&plusone, &roster).0.unwrap();
    let since = config.lists[0].roster.as_ref().unwrap().members[0].roles[0].since;
    assert_eq!(since.map(|at| at.to_rfc3339()).as_deref(), Some("2021-03-27T22:00:00+00:00"));
}

#[test]
fn a_live_list_without_a_roster_keeps_to_silence() {
    let rosterless =
        SOUND.replace("roster = \"roster.toml\"\n", "").replace("electorate = [\"maintainer\"]\n", "");
    let said = read(&rosterless).unwrap_err();
    assert!(said.contains("a live list without a roster may only use silence rules"), "{said}");
    assert!(!said.contains('\n'), "{said}");
    let (start, _) = rosterless.split_once("[list.tags]").unwrap();
    let silent = format!(
        "{start}[list.tags]\nPROPOSAL = \"minor\"\n[list.trust]\nlist_hosts = [\"lists.example.org\"]\n"
    );
    assert_eq!(read(&silent).unwrap().lists[0].rules.kinds[0].1.electorate, Electorate::Everyone);
    let veto = silent.replace("[list.trust]", "[list.kinds.minor]\nminus = \"veto\"\n[list.trust]");
    assert!(read(&veto).unwrap_err().contains("without a veto"));
}

#[test]
fn the_monitor_listens_on_this_machine_only() {
    let from = "listen = \"127.0.0.1:9925\"";
    assert_eq!(read(SOUND).unwrap().monitor, "127.0.0.1:9925".parse().ok());
    let (six, _) = edited(SOUND, from, "listen = \"[::1]:80\"");
    assert_eq!(read(&six).unwrap().monitor, "[::1]:80".parse().ok());
    for other in ["0.0.0.0:9925", "192.0.2.7:9925", "[::]:9925", "[2001:db8::1]:1"] {
        check(from, &format!("listen = \"{other}\""), "which others can reach");
    }
    check(from, "listen = \"localhost\"", "is no address and port");
    check(from, "listen = \"127.0.0.1:99999\"", "is no address and port");
    check_at(from, "", Some("[monitor]"), "lacks `listen`");
}

#[test]
fn a_live_list_needs_a_way_out() {
    let (before, rest) = SOUND.split_once("[submit]").unwrap();
    let (_, after) = rest.split_once("[[list]]").unwrap();
    let said = read(&format!("{before}[[list]]{after}")).unwrap_err();
    assert!(said.contains("nothing says how to send mail"), "{said}");
}

#[test]
fn two_lists_share_nothing() {
    let (_, list) = SOUND.split_once("[[list]]").unwrap();
    let said = read(&format!("{SOUND}\n[[list]]{list}")).unwrap_err();
    assert_eq!(said.matches("is taken: line").count(), 3, "{said}");
    let other =
        list.replace("infra@", "ops@").replace("\"infra\"", "\"ops\"").replace("infra.lists", "ops.lists");
    assert_eq!(read(&format!("{SOUND}\n[[list]]{other}")).unwrap().lists.len(), 2);
}

#[test]
fn a_rule_that_lost_its_voters_is_told_apart() {
    let config = read(SOUND).unwrap();
    let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    assert!(config.short_of_voters(at("2026-03-01T00:00:00Z")).is_empty());
    let said = config.short_of_voters(at("2026-08-01T00:00:00Z"));
    assert!(said.len() == 1 && said[0].contains("needs 2 binding +1, and 1 may"), "{said:?}");

    let silent = "[list.kinds.minor]\nrule = \"ovirt-minor\"\nelectorate = [\"maintainer\"]\n\n[list.trust]";
    let lapsed =
        ROSTER.replace("since = \"2026-01-01\" }", "since = \"2026-01-01\", until = \"2026-07-01\" }");
    let config = read_both(&SOUND.replace("[list.trust]", silent), &lapsed).0.unwrap();
    let said = config.short_of_voters(at("2026-08-01T00:00:00Z"));
    assert!(said.iter().any(|line| line.contains("nobody may object to a minor proposal")), "{said:?}");
}

#[test]
fn a_seat_that_nobody_represents_casts_no_vote() {
    let mut config = read(SOUND).unwrap();
    let now = DateTime::parse_from_rfc3339("2026-03-01T00:00:00Z").unwrap().to_utc();
    let list = &mut config.lists[0];
    let mut rule = Rule::profile("ovirt-substantial").unwrap();
    rule.electorate = Electorate::Seats { seats: Vec::new() };
    list.rules.kinds = vec![("council".to_owned(), rule)];
    let roster = list.roster.as_mut().unwrap();
    let members: Vec<String> = roster.members.iter().map(|member| member.id.clone()).collect();
    let seat = |id: &str, representatives: &[String]| crate::decision::Seat {
        id: id.to_owned(),
        name: id.to_owned(),
        representatives: representatives.to_vec(),
    };
    roster.seats = vec![seat("a", &members[..1]), seat("b", &members[1..2]), seat("c", &[])];
    let said = config.short_of_voters(now);
    assert!(said.len() == 1 && said[0].contains("needs 3 binding +1, and 2 may"), "{said:?}");
    config.lists[0].roster.as_mut().unwrap().seats[2].representatives = members[..1].to_vec();
    assert_eq!(config.short_of_voters(now), Vec::<String>::new());
}

#[test]
fn what_can_be_raised_to_nothing_is_told() {
    let check = |kinds: &[(&str, &str)], raise: bool, expect: Option<&str>| {
        let mut config = read(SOUND).unwrap();
        let rule = |name: &str| {
            let mut rule = Rule::profile(name).unwrap();
            rule.permissions.raise = raise;
            rule
        };
        config.lists[0].rules.kinds =
            kinds.iter().map(|(kind, name)| ((*kind).to_owned(), rule(name))).collect();
        let said = config.nothing_to_raise_to();
        assert_eq!(said.len(), usize::from(expect.is_some()), "{said:?}");
        assert!(expect.is_none_or(|expect| said[0].contains(expect)), "{said:?}");
    };
    check(&[("minor", "ovirt-minor"), ("substantial", "ovirt-substantial")], true, None);
    check(&[("minor", "ovirt-minor"), ("big", "ovirt-substantial")], true, None);
    check(&[("minor", "ovirt-minor")], true, Some("nothing is stricter than minor,"));
    check(&[("minor", "ovirt-minor")], false, None);
    check(&[("vote", "ovirt-substantial")], true, None);
}

#[test]
fn a_file_that_cannot_be_read_is_one_problem() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.toml");
    let said = || Config::load(&path).map(|_| ()).unwrap_err().to_string();
    assert!(said().contains("plusone init"), "{}", said());
    std::fs::write(&path, b"# fine\n# \xff\n").unwrap();
    assert!(said().contains("plusone.toml:2: is not UTF-8 text"), "{}", said());
    std::fs::write(&path, vec![b'#'; LONGEST as usize + 1]).unwrap();
    assert!(said().contains("longer than 1 MiB"), "{}", said());
    std::fs::write(&path, "").unwrap();
    assert!(said().contains("no list is configured"), "{}", said());
    std::fs::write(&path, SOUND.replace("zone = ", "holidays = \"none.ics\"\nzone = ")).unwrap();
    assert!(said().contains("leave `holidays` out"), "{}", said());
}

#[test]
fn the_sample_list_loads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/infra");
    let config = Config::load(&folder.join("plusone.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let list = config.list("infra").unwrap();
    assert_eq!(list.rules.mode, Mode::Live);
    assert_eq!(list.roster.as_ref().map(|roster| roster.members.len()), Some(10));
    let roster = load_roster(&folder.join("roster.toml"), list.zone).unwrap();
    assert_eq!(Some(&roster), list.roster.as_ref());
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_read() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap();
    let mut documented: BTreeSet<(String, String)> = BTreeSet::new();
    let mut section = String::new();
    for line in text.lines() {
        let code = |text: &str| {
            text.trim().strip_prefix('`').and_then(|text| text.split('`').next()).map(str::to_owned)
        };
        if let Some(heading) = line.strip_prefix("## ") {
            section = code(heading).unwrap_or_default();
        } else if let Some(key) = line.strip_prefix('|').and_then(code) {
            documented.insert((section.clone(), key));
        }
    }
    let (config, asked) = read_both(SOUND, ROSTER);
    assert!(config.is_ok());
    let asked: BTreeSet<(String, String)> =
        asked.into_iter().map(|(section, key)| (section.into(), key.into())).collect();
    let undocumented: Vec<_> = asked.difference(&documented).collect();
    let unread: Vec<_> = documented.difference(&asked).collect();
    assert!(
        undocumented.is_empty() && unread.is_empty(),
        "not documented: {undocumented:?}; not read: {unread:?}"
    );
}

#[test]
fn the_documented_defaults_are_those_of_the_rules() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap();
    for name in Profile::names() {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
    let rule = Rule::lazy();
    let spans = [
        ("max_window", rule.max_window),
        ("settle", rule.settle),
        ("reason_grace", rule.reason_grace),
        ("held_grace", rule.held_grace),
    ];
    for (key, span) in spans {
        assert!(text.contains(&format!("| `{key}` | `\"{span}\"` |")), "{key} = {span}");
    }
}

/// Pieces of configurations, true and false, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = SOUND
        .lines()
        .chain(ROSTER.lines())
        .map(|line| format!("{line}\n"))
        .chain(
            [
                "[",
                "]",
                "=",
                "\"",
                "'''",
                "{",
                "}",
                ",",
                "\n",
                "\r",
                "\0",
                "7",
                "-1",
                "1e9",
                "🦀",
                "window = ",
                "0xffffffffff",
                "password = ",
            ]
            .map(String::from),
        )
        .collect();
    proptest::collection::vec(proptest::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

fn check_any(text: &str) {
    for (plusone, roster) in [(text, ROSTER), (SOUND, text), (text, text)] {
        if let Err(errors) = read_both(plusone, roster).0 {
            assert!(!errors.problems.is_empty());
            for problem in errors.problems {
                let file = if problem.file.ends_with("roster.toml") { roster } else { plusone };
                let lines = 1 + file.matches('\n').count();
                assert!((1..=lines).contains(&(problem.line as usize)), "{problem} in {lines} lines");
                assert!(!problem.what.is_empty() && !problem.remedy.is_empty());
                assert!(!problem.to_string().contains(['\n', '\0']), "{problem}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
        check_any(&text);
    }

    #[test]
    fn any_mixture_of_lines_is_read_without_panic(text in soup()) {
        check_any(&text);
    }

    #[test]
    fn one_byte_changed_is_read_without_panic(at in 0..SOUND.len(), byte in 0u8..128) {
        let mut bytes = SOUND.as_bytes().to_vec();
        bytes[at] = byte;
        check_any(std::str::from_utf8(&bytes).unwrap());
    }
}
