//! How mails are read, as tables of cases.

mod explained;
mod limits;
mod mentioned;
mod objections;
mod occasions;
mod recorded;
mod votes;

use super::{Cast, Claim, Dialect, HeldWhy, Reading, Role, Vote, read};
use crate::mail::{OwnWords, Region, Removed};

/// Own words from a mail as it is written: lines that begin with `>` are quotations, with `?` own words in doubt.
pub(super) fn own_words(mail: &str) -> OwnWords {
    let mut words = OwnWords::plain(mail);
    let quoted: Vec<u32> =
        words.lines.iter().filter(|line| line.text.starts_with('>')).map(|line| line.number).collect();
    for number in quoted {
        match words.removed.last_mut() {
            Some(last) if last.lines.1 + 1 == number => last.lines.1 = number,
            _ => words.removed.push(Removed { lines: (number, number), region: Region::Quote }),
        }
    }
    words.lines.retain(|line| !line.text.starts_with('>'));
    for line in &mut words.lines {
        if let Some(rest) = line.text.strip_prefix('?') {
            (line.text, line.certain) = (rest.to_owned(), false);
        }
    }
    words
}

/// A reading in short: `+1`, `-1 binding`, `0 (0.9)`, `held condition`, `objects`, `withdraw`, `nothing`.
pub(super) fn short(reading: &Reading) -> String {
    match reading {
        Reading::Cast(Cast { vote, strength, claim, .. }) => {
            let strength = strength.map(|strength| format!(" ({strength})")).unwrap_or_default();
            let claim = match claim {
                Some(Claim::Binding) => " binding",
                Some(Claim::NonBinding) => " non-binding",
                None => "",
            };
            format!("{vote}{strength}{claim}")
        }
        Reading::Held(held) => {
            let why = match held.why {
                HeldWhy::Condition => "condition",
                HeldWhy::Several => "several",
                HeldWhy::Agreement => "agreement",
                HeldWhy::InWords => "in-words",
                HeldWhy::Uncertain => "uncertain",
                HeldWhy::DigestReply => "digest",
                HeldWhy::UnknownAuthor => "unknown-author",
            };
            format!("held {why}")
        }
        Reading::Objects(_) => "objects".to_owned(),
        Reading::Withdraw(_) => "withdraw".to_owned(),
        Reading::Command { command, .. } => format!("command {command:?}"),
        Reading::Automatic { .. } => "automatic".to_owned(),
        Reading::Event(event) => format!("event {event:?}"),
        Reading::Nothing => "nothing".to_owned(),
    }
}

/// Reads a reply and compares it with what is expected, in short.
#[track_caller]
pub(super) fn check(mail: &str, expect: &str) {
    let reading = read(&own_words(mail), Role::Reply, &Dialect::default());
    assert_eq!(short(&reading), expect, "{mail:?}\n{reading:#?}");
}

/// Checks many mails that are read alike, and names every one that is not.
#[track_caller]
pub(super) fn check_all(expect: &str, mails: &[&str]) {
    let wrong: Vec<String> = mails
        .iter()
        .filter_map(|mail| {
            let reading = read(&own_words(mail), Role::Reply, &Dialect::default());
            let got = short(&reading);
            (got != expect).then(|| format!("  {got:16} {mail:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "expected {expect}, got\n{}", wrong.join("\n"));
}

/// The rule that a reply was read by.
pub(super) fn rule(mail: &str) -> String {
    match read(&own_words(mail), Role::Reply, &Dialect::default()) {
        Reading::Cast(cast) => cast.place.rule,
        Reading::Held(held) => held.place.rule,
        Reading::Objects(place) | Reading::Withdraw(place) => place.rule,
        _ => String::new(),
    }
}

/// The vote a reply casts, with whether it is explained.
#[track_caller]
pub(super) fn cast(mail: &str) -> Cast {
    match read(&own_words(mail), Role::Reply, &Dialect::default()) {
        Reading::Cast(cast) => cast,
        other => panic!("no vote in {mail:?}: {other:?}"),
    }
}

/// What a proposal's own words cast.
#[track_caller]
pub(super) fn check_root(mail: &str, expect: &str) {
    let reading = read(&own_words(mail), Role::Root, &Dialect::default());
    assert_eq!(short(&reading), expect, "{mail:?}\n{reading:#?}");
}

/// The vote of a value.
pub(super) const PLUS: Vote = Vote::Plus;
