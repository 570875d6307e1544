//! A rule in plain English sentences: what `rules show` prints and the notice of a new proposal says.

use crate::decision::{
    Approval, BindingAt, Calendar, Close, Electorate, Minus, Objectors, OnAmend, OnPass, Permissions, Rule,
    Share, Span, Tie, Whole,
};

/// What it takes under a rule for a proposal to pass, who may do what, and by when: whole sentences, in the order in which one asks. What is
/// as under every rule, and matters to few, is left out.
pub fn rule_sentences(rule: &Rule) -> Vec<String> {
    let mut said = vec![passing(rule)];
    said.extend(quorum(rule));
    said.extend(windows(rule));
    said.extend(voters(rule));
    said.extend(against(rule));
    said.extend(tie(rule));
    said.extend(acts(rule));
    said.extend(waiting(rule));
    said.extend(afterwards(rule));
    said
}

fn passing(rule: &Rule) -> String {
    let Approval::Votes { min_plus, majority, share } = rule.approval else {
        return format!(
            "It passes unless somebody objects within {}: silence is consent.",
            window(rule, rule.window)
        );
    };
    let mut needs = Vec::new();
    // A majority or a share is at least one vote.
    if min_plus > 1 || !majority && share.is_none() {
        needs.push(match min_plus {
            1 => "one binding +1".to_owned(),
            many => format!("at least {many} binding +1"),
        });
    }
    if majority {
        needs.push("more binding +1 than binding -1".to_owned());
    }
    let mut all = "";
    match share {
        Some(share) if share.to_string() == "all of votes cast" => {
            all = ", if every binding vote is a +1: an abstention is not";
        }
        Some(share) if share.of == Whole::Cast => needs.push(format!("+1 in {}", part(share, rule))),
        Some(share) => needs.push(format!("the +1 of {}", part(share, rule))),
        None => {}
    }
    if needs.is_empty() {
        needs.push("one binding +1".to_owned());
    }
    format!("It passes with {}{all}.", joined(&needs, "and"))
}

fn quorum(rule: &Rule) -> Option<String> {
    let quorum = rule.quorum?;
    let who = part(quorum, rule);
    Some(format!("{} must have voted, as a quorum; an abstention counts for that.", capital(&who)))
}

fn windows(rule: &Rule) -> Vec<String> {
    let (least, most) = (window(rule, rule.window), window(rule, rule.max_window));
    let mut said = Vec::new();
    if rule.is_silence() {
        if rule.max_window != Span::days(14) && rule.max_window > rule.window {
            said.push(format!("The proposer may give it more time, up to {most}."));
        }
    } else if rule.max_window > rule.window {
        let stops = rule.minus != Minus::Count || rule.veto_holder.is_some();
        let stopped = if stops && rule.veto_override.is_none() { " or a -1 stops it" } else { "" };
        said.push(format!("It stays open for at least {least}."));
        let has = if rule.linger.is_zero() {
            "as soon as it has what it needs".to_owned()
        } else {
            format!("once it has had what it needs for {} without a break", span(rule.linger))
        };
        said.push(format!(
            "From then on it closes {has}{stopped}; if it still lacks that {most} after it opened, it fails."
        ));
    } else {
        said.push(format!("It stays open for {least}, and the votes at the end of that time decide."));
    }
    if let Close::WhenDecided { min_wait } = rule.close {
        said.push(format!(
            "It closes earlier, though not within the first {}, once no vote that is missing can change the outcome.",
            window(rule, min_wait)
        ));
    }
    if !rule.linger.is_zero() && rule.max_window <= rule.window {
        said.push(format!(
            "It passes once it has had what it needs for {} without a break, even where that takes longer.",
            span(rule.linger)
        ));
    }
    if matches!(rule.calendar, Calendar::Business(_)) {
        said.push("Weekends and holidays do not count as business days.".to_owned());
    }
    said
}

fn voters(rule: &Rule) -> Vec<String> {
    let votes = match &rule.electorate {
        Electorate::Roster { roles } if roles.is_empty() => {
            "The votes of everybody on the list's roster are binding; other people's are listed as advice.".to_owned()
        }
        Electorate::Roster { roles } => format!(
            "The votes of those who hold the role {} are binding; other people's are listed as advice.",
            joined(roles, "or")
        ),
        Electorate::Seats { seats } if seats.is_empty() => {
            "Every seat on the list's roster has one vote: the latest of its representatives'. Other people's votes are listed as advice.".to_owned()
        }
        Electorate::Seats { seats } => format!(
            "The seats {} have one vote each: the latest of their representatives'. Other people's votes are listed as advice.",
            joined(seats, "and")
        ),
        Electorate::Everyone => "Everybody who writes to the list may vote and object.".to_owned(),
        Electorate::Claimed => {
            "The votes of everybody who does not call theirs non-binding are binding.".to_owned()
        }
    };
    let mut said = vec![votes];
    if rule.binding_at == BindingAt::Vote {
        said.push("Whether a vote is binding depends on who its author is when the list receives it, not at the close.".to_owned());
    }
    if !rule.proposer_counts {
        said.push("The proposer's own vote does not count.".to_owned());
    } else if !rule.is_silence() {
        said.push("The proposer's own vote counts if they write one.".to_owned());
    }
    if rule.permissions.nominee_votes {
        said.push("The person whom a proposal is about may vote on it.".to_owned());
    }
    said
}

/// What a -1 does.
fn against(rule: &Rule) -> Vec<String> {
    let whose = match (rule.who_may_object, &rule.electorate) {
        (Objectors::Anyone, _) | (_, Electorate::Everyone) => "",
        (Objectors::Roster, _) => " of anybody on the roster",
        (Objectors::Electorate, _) => " of somebody whose vote is binding",
    };
    let minus = match (whose, rule.reason_required) {
        (whose, false) => format!("A -1{whose}"),
        ("", true) => "A -1 with a reason".to_owned(),
        (whose, true) => format!("A -1{whose}, with a reason,"),
    };
    let mut said = vec![match rule.minus {
        Minus::Veto => {
            format!("{minus} is a veto: if it stands at the close, the proposal is rejected for good.")
        }
        Minus::Block => format!("{minus} blocks the proposal: it cannot pass while that stands."),
        Minus::Count if rule.is_silence() => "A -1 is listed, and does not stop the proposal.".to_owned(),
        Minus::Count => "A -1 counts against the proposal and does not stop it alone.".to_owned(),
    }];
    if let Some(role) = &rule.veto_holder {
        let reason = if rule.reason_required { ", with a reason," } else { "" };
        said.push(format!("A -1 of whoever holds the role {role}{reason} is a veto: if it stands at the close, the proposal is rejected for good."));
    }
    if rule.reason_required {
        said.push(format!(
            "A -1 without a reason is void; the reason may follow in a later mail, up to the close or to {} after the -1, whichever is later.",
            span(rule.reason_grace)
        ));
    }
    if let Some(share) = rule.veto_override {
        said.push(format!(
            "A veto is overridden by {} {}.",
            if share.of == Whole::Cast { "+1 in" } else { "the +1 of" },
            part(share, rule)
        ));
    }
    if rule.is_silence() && rule.minus != Minus::Count {
        said.push(
            "What may be an objection, without a -1, is asked about; if no answer comes, it blocks as well."
                .to_owned(),
        );
        if rule.who_may_object != Objectors::Anyone
            && rule.electorate != Electorate::Everyone
            && !rule.held_grace.is_zero()
        {
            said.push(format!(
                "An objection of anybody else holds up the close once, for {}.",
                span(rule.held_grace)
            ));
        }
    }
    said
}

fn tie(rule: &Rule) -> Vec<String> {
    let mut said = Vec::new();
    match (&rule.chair, rule.tie) {
        (Some(role), Tie::Chair) => said.push(format!(
            "If there are as many +1 as -1 at the end, the vote of whoever holds the role {role} decides; if they have not voted, it fails."
        )),
        (None, Tie::Chair) => said.push("If there are as many +1 as -1 at the end, it fails.".to_owned()),
        (_, Tie::Fails) => {}
    }
    if let Some(role) = &rule.chair
        && rule.permissions.extensions > 0
    {
        said.push(format!("Whoever holds the role {role} may extend its time, as the proposer may."));
    }
    said
}

/// Who may do what, where that is not as under every rule.
fn acts(rule: &Rule) -> Vec<String> {
    let usual = Permissions::default();
    let Permissions { strangers_propose, withdraw, amendments, extensions, close, raise, .. } =
        rule.permissions.clone();
    let times = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let mut said = Vec::new();
    let mut say = |differs: bool, sentence: String| {
        if differs {
            said.push(sentence);
        }
    };
    say(
        strangers_propose != usual.strangers_propose,
        "Somebody who is not on the roster may propose too, without anybody's support.".to_owned(),
    );
    say(withdraw != usual.withdraw, "The proposer cannot take it back.".to_owned());
    say(
        amendments != usual.amendments && amendments > 0,
        format!("The proposer may change the text {}.", times(amendments)),
    );
    say(amendments == 0, "The text cannot be changed.".to_owned());
    say(
        rule.on_amend == OnAmend::Keep && amendments > 0,
        "If the proposer changes the text, the votes cast stand and the time runs on.".to_owned(),
    );
    say(
        extensions != usual.extensions && extensions > 0,
        format!("It may be extended {}, by its window at most each time.", times(extensions)),
    );
    say(extensions == 0, "Its time cannot be extended.".to_owned());
    say(close != usual.close && !rule.is_silence(), "The proposer cannot close it by hand.".to_owned());
    say(raise != usual.raise, "It cannot be raised to a stricter kind.".to_owned());
    said
}

/// Graces that are not as under every rule.
fn waiting(rule: &Rule) -> Vec<String> {
    let usual = Rule::lazy();
    let mut said = Vec::new();
    if rule.held_grace != usual.held_grace {
        said.push(if rule.held_grace.is_zero() {
            "The close does not wait for an answer to an open question.".to_owned()
        } else {
            format!(
                "If the answer to an open question could change the outcome, the close waits for it once, for {}.",
                span(rule.held_grace)
            )
        });
    }
    if rule.settle != usual.settle {
        said.push(if rule.settle.is_zero() {
            "It is decided as soon as all mail up to the close has been read.".to_owned()
        } else {
            format!("It is decided once all mail up to {} after the close has been read.", span(rule.settle))
        });
    }
    said
}

fn afterwards(rule: &Rule) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(OnPass::Role { role }) = &rule.on_pass {
        said.push(format!(
            "If it passes, the administrator is asked to give the nominee the role that the proposal names, or the role {role} if it names none."
        ));
    }
    if let Some(trial) = rule.follow_up {
        said.push(format!(
            "The list is reminded of it {} after it passed: the trial period is over then.",
            span(trial)
        ));
    }
    said
}

/// A share of those who may vote, or of the votes: `at least 2/3 of the roster`.
fn part(share: Share, rule: &Rule) -> String {
    let text = share.to_string();
    let amount = text.strip_suffix(" of roster").or(text.strip_suffix(" of votes cast")).unwrap_or(&text);
    let of = match (share.of, &rule.electorate) {
        (Whole::Cast, _) => "the binding votes, abstentions counted",
        (Whole::Roster, Electorate::Seats { .. }) => "the seats",
        (Whole::Roster, Electorate::Roster { roles }) if roles.is_empty() => "the roster",
        (Whole::Roster, _) => "all whose votes are binding",
    };
    let amount = amount
        .replace("1/2", "half")
        .replace("1/3", "one third")
        .replace("2/3", "two thirds")
        .replace("3/4", "three quarters");
    match amount.as_str() {
        "all" => format!("all of {of}"),
        more if more.starts_with("more than ") => format!("{more} of {of}"),
        amount => format!("at least {amount} of {of}"),
    }
}

/// A window as the rule counts it: `72 hours`, `6 business days`.
fn window(rule: &Rule, of: Span) -> String {
    let seconds = of.delta().num_seconds();
    match rule.calendar {
        Calendar::Hours => span(of),
        Calendar::Business(_) if seconds % 86_400 == 0 => counted(seconds / 86_400, "business day"),
        Calendar::Business(_) => format!("{} on business days", span(of)),
    }
}

/// A length of time as one says it: days from a week on.
fn span(of: Span) -> String {
    match of.delta().num_seconds() {
        s if s % 86_400 == 0 && s >= 7 * 86_400 => counted(s / 86_400, "day"),
        s if s % 3600 == 0 => counted(s / 3600, "hour"),
        s if s % 60 == 0 => counted(s / 60, "minute"),
        s => counted(s, "second"),
    }
}

fn counted(count: i64, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn joined<S: AsRef<str>>(parts: &[S], and: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [some @ .., last] => format!("{} {and} {last}", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::WorkingDays;

    /// What is said of lazy consensus with one thing changed, beyond what is said of it as it is.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Rule), expect: &[&str]) {
        let mut rule = Rule::lazy();
        change(&mut rule);
        let usual = rule_sentences(&Rule::lazy());
        let said: Vec<String> =
            rule_sentences(&rule).into_iter().filter(|sentence| !usual.contains(sentence)).collect();
        assert_eq!(said, expect);
    }

    #[test]
    fn what_is_not_as_usual_is_said() {
        check(|_| {}, &[]);
        check(
            |rule| (rule.window, rule.calendar) = (Span::days(3), Calendar::Business(WorkingDays::default())),
            &[
                "It passes unless somebody objects within 3 business days: silence is consent.",
                "Weekends and holidays do not count as business days.",
            ],
        );
        check(
            |rule| rule.max_window = Span::days(30),
            &["The proposer may give it more time, up to 30 days."],
        );
        check(
            |rule| rule.electorate = Electorate::Roster { roles: vec!["admin".into(), "lead".into()] },
            &[
                "The votes of those who hold the role admin or lead are binding; other people's are listed as advice.",
            ],
        );
        check(
            |rule| rule.electorate = Electorate::Seats { seats: vec!["web".into(), "mail".into()] },
            &[
                "The seats web and mail have one vote each: the latest of their representatives'. Other people's votes are listed as advice.",
            ],
        );
        check(
            |rule| (rule.electorate, rule.who_may_object) = (Electorate::Everyone, Objectors::Electorate),
            &[
                "Everybody who writes to the list may vote and object.",
                "A -1 with a reason blocks the proposal: it cannot pass while that stands.",
            ],
        );
        check(
            |rule| rule.who_may_object = Objectors::Roster,
            &[
                "A -1 of anybody on the roster, with a reason, blocks the proposal: it cannot pass while that stands.",
            ],
        );
        check(
            |rule| rule.binding_at = BindingAt::Vote,
            &[
                "Whether a vote is binding depends on who its author is when the list receives it, not at the close.",
            ],
        );
        check(|rule| rule.proposer_counts = false, &["The proposer's own vote does not count."]);
        check(
            |rule| (rule.minus, rule.veto_override) = (Minus::Veto, Share::parse("2/3 of votes cast").ok()),
            &[
                "A -1 of somebody whose vote is binding, with a reason, is a veto: if it stands at the close, the proposal is rejected for good.",
                "A veto is overridden by +1 in at least two thirds of the binding votes, abstentions counted.",
            ],
        );
        check(
            |rule| rule.chair = Some("lead".into()),
            &["Whoever holds the role lead may extend its time, as the proposer may."],
        );
        check(
            |rule| rule.on_amend = OnAmend::Keep,
            &["If the proposer changes the text, the votes cast stand and the time runs on."],
        );
        check(
            |rule| {
                rule.permissions = Permissions {
                    strangers_propose: true,
                    withdraw: false,
                    amendments: 1,
                    extensions: 2,
                    close: false,
                    raise: false,
                    nominee_votes: true,
                }
            },
            &[
                "The person whom a proposal is about may vote on it.",
                "Somebody who is not on the roster may propose too, without anybody's support.",
                "The proposer cannot take it back.",
                "The proposer may change the text once.",
                "It may be extended 2 times, by its window at most each time.",
                "It cannot be raised to a stricter kind.",
            ],
        );
        check(
            |rule| (rule.permissions.amendments, rule.permissions.extensions) = (0, 0),
            &["The text cannot be changed.", "Its time cannot be extended."],
        );
        check(
            |rule| (rule.held_grace, rule.settle) = (Span::hours(48), Span::hours(1)),
            &[
                "An objection of anybody else holds up the close once, for 48 hours.",
                "If the answer to an open question could change the outcome, the close waits for it once, for 48 hours.",
                "It is decided once all mail up to 1 hour after the close has been read.",
            ],
        );
    }

    #[test]
    fn what_votes_must_be_is_said() {
        let check = |min_plus: u32, majority: bool, share: &str, expect: &str| {
            let approval = Approval::Votes { min_plus, majority, share: Share::parse(share).ok() };
            let said = rule_sentences(&Rule { approval, ..Rule::lazy() });
            assert_eq!(said.first().map(String::as_str), Some(expect));
        };
        check(1, false, "", "It passes with one binding +1.");
        check(2, false, "", "It passes with at least 2 binding +1.");
        check(1, true, "", "It passes with more binding +1 than binding -1.");
        check(
            1,
            false,
            "all of votes cast",
            "It passes with one binding +1, if every binding vote is a +1: an abstention is not.",
        );
        check(
            1,
            false,
            "more than half of votes cast",
            "It passes with +1 in more than half of the binding votes, abstentions counted.",
        );
        check(
            3,
            true,
            "4/5 of roster",
            "It passes with at least 3 binding +1, more binding +1 than binding -1 and the +1 of at least 4/5 of the roster.",
        );
    }

    #[test]
    fn when_an_approval_rule_closes_is_said() {
        let approval = Approval::Votes { min_plus: 2, majority: false, share: None };
        let close = Close::WhenDecided { min_wait: Span::hours(24) };
        let permissions = Permissions { close: false, ..Permissions::default() };
        let said =
            rule_sentences(&Rule { approval, close, permissions, linger: Span::days(2), ..Rule::lazy() });
        let expect = [
            "It stays open for at least 72 hours.",
            "From then on it closes once it has had what it needs for 48 hours without a break or a -1 stops it; if it still lacks that 14 days after it opened, it fails.",
            "It closes earlier, though not within the first 24 hours, once no vote that is missing can change the outcome.",
            "The proposer cannot close it by hand.",
        ];
        expect.iter().for_each(|sentence| assert!(said.iter().any(|said| said == sentence), "{said:#?}"));
    }
}
