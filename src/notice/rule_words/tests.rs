use super::*;
use crate::decision::{Calendar, Minus, Objectors, OnPass, Share, Tie, WorkingDays};

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

/// A rule that has nothing as others have it.
fn odd() -> Rule {
    Rule {
        approval: Approval::Votes { min_plus: 2, majority: true, share: Some(share("1/3 of roster")) },
        minus: Minus::Veto,
        window: Span::days(2),
        max_window: Span::days(10),
        settle: Span::hours(1),
        reason_grace: Span::hours(48),
        held_grace: Span::hours(12),
        electorate: Electorate::Seats { seats: Vec::new() },
        proposer_counts: false,
        who_may_object: Objectors::Roster,
        quorum: Some(share("half of roster")),
        calendar: Calendar::Business(WorkingDays::default()),
        close: Close::WhenDecided { min_wait: Span::days(1) },
        linger: Span::days(3),
        on_amend: OnAmend::Keep,
        tie: Tie::Chair,
        chair: Some("ptl".to_owned()),
        veto_holder: Some("board".to_owned()),
        veto_override: Some(share("more than 1/2 of roster")),
        follow_up: Some(Span::days(90)),
        on_pass: Some(OnPass::Role { role: "apprentice".to_owned() }),
        permissions: Permissions {
            strangers_propose: true,
            withdraw: false,
            amendments: 1,
            extensions: 2,
            close: false,
            raise: false,
            nominee_votes: true,
        },
        ..Rule::lazy()
    }
}

#[test]
fn every_parameter_is_said_in_every_language() {
    for language in Language::ALL {
        insta::assert_snapshot!(
            format!("odd_{}", language.tag()),
            rule_sentences(&odd(), language).join("\n")
        );
    }
}

#[test]
fn the_ready_rules() {
    for language in Language::ALL {
        let mut text = String::new();
        for profile in crate::decision::Profile::names() {
            let rule = Rule::profile(profile).expect("a profile");
            text.push_str(&format!("{profile}\n  {}\n", rule_sentences(&rule, language).join("\n  ")));
        }
        insta::assert_snapshot!(format!("ready_{}", language.tag()), text);
    }
}

#[test]
fn changing_any_parameter_changes_what_is_said() {
    let changes: [fn(&mut Rule, &Rule); 20] = [
        |rule, odd| rule.approval = odd.approval,
        |rule, odd| rule.minus = odd.minus,
        |rule, _| rule.window = Span::hours(48),
        |rule, odd| rule.settle = odd.settle,
        |rule, odd| rule.reason_grace = odd.reason_grace,
        |rule, _| rule.reason_required = false,
        |rule, odd| rule.held_grace = odd.held_grace,
        |rule, odd| rule.electorate = odd.electorate.clone(),
        |rule, odd| rule.proposer_counts = odd.proposer_counts,
        |rule, odd| rule.who_may_object = odd.who_may_object,
        |rule, odd| rule.quorum = odd.quorum,
        |rule, odd| rule.calendar = odd.calendar.clone(),
        |rule, odd| rule.close = odd.close,
        |rule, odd| rule.on_amend = odd.on_amend,
        |rule, odd| rule.veto_holder = odd.veto_holder.clone(),
        |rule, odd| rule.veto_override = odd.veto_override,
        |rule, _| rule.binding_at = crate::decision::BindingAt::Vote,
        |rule, odd| rule.follow_up = odd.follow_up,
        |rule, odd| rule.on_pass = odd.on_pass.clone(),
        |rule, odd| rule.permissions = odd.permissions.clone(),
    ];
    for language in Language::ALL {
        for (at, change) in changes.iter().enumerate() {
            let mut rule = Rule::lazy();
            rule.electorate = Electorate::Roster { roles: vec!["maintainer".to_owned()] };
            let before = rule_sentences(&rule, language);
            change(&mut rule, &odd());
            assert_ne!(rule_sentences(&rule, language), before, "change {at}");
        }
    }
}
