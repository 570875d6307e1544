//! A rule in English sentences.

use super::{RuleSentences, has_one_end, has_roster, usual, votes};
use crate::decision::{BindingAt, Electorate, Minus, Objectors, OnPass, Rule, Share, Span, Tie, WorkingDays};
use crate::notice::Language::English as SAID;
use crate::notice::language::counted;
use crate::notice::moment;
use crate::notice::quoting::name;
use crate::notice::words::{Joint, joined, window_in_words};

pub(super) struct English;

impl RuleSentences for English {
    fn approval(&self, rule: &Rule) -> String {
        let Some((min_plus, majority, share)) = votes(rule) else {
            let window = window_in_words(rule.window, rule, SAID);
            return format!(
                "It passes if nobody objects within {window}: silence is consent, and no vote is needed."
            );
        };
        let mut asked = vec![format!("{min_plus} binding +1 or more")];
        if min_plus == 1 && (majority || share.is_some()) {
            asked.clear();
        }
        asked.extend(share.map(|share| format!("+1 from {}", SAID.says().share(share))));
        asked.extend(majority.then(|| "more +1 than -1".to_owned()));
        format!("It needs {}.", asked.join(", and "))
    }

    fn quorum(&self, share: Share) -> String {
        format!("Votes of {} must have been cast; a 0 is one of them.", SAID.says().share(share))
    }

    fn time(&self, rule: &Rule) -> Option<String> {
        if rule.is_silence() {
            return None;
        }
        let (least, most) =
            (window_in_words(rule.window, rule, SAID), window_in_words(rule.max_window, rule, SAID));
        Some(if has_one_end(rule) {
            format!("It is open for {least}, and is decided then.")
        } else {
            format!(
                "It is open for at least {least}. If it has what it needs then, it passes; if not, it stays open until it does, and fails after {most}."
            )
        })
    }

    fn working_days(&self, days: &WorkingDays) -> String {
        let free: Vec<String> = days
            .weekend
            .iter()
            .filter_map(|day| NAMES.get(day.num_days_from_monday() as usize))
            .map(|day| (*day).to_owned())
            .collect();
        let mut but = Vec::new();
        if !free.is_empty() {
            but.push(joined(&free, Joint::And, SAID));
        }
        if !days.holidays.is_empty() {
            but.push("the holidays of the list's calendar".to_owned());
        }
        let but = if but.is_empty() { String::new() } else { format!(" but {}", but.join(" and ")) };
        format!("Working days are all{but}, from midnight to midnight in {}.", days.zone)
    }

    fn when_decided(&self, min_wait: Span, rule: &Rule) -> String {
        let wait = window_in_words(min_wait, rule, SAID);
        format!(
            "It closes early once no missing vote can change the outcome, but after {wait} at the earliest."
        )
    }

    fn linger(&self, span: Span) -> String {
        format!(
            "It closes only when it has had what it needs for {} without a break.",
            moment::span(span, SAID)
        )
    }

    fn minus(&self, rule: &Rule) -> String {
        let reason = if rule.reason_required { " with a reason" } else { "" };
        match rule.minus {
            Minus::Veto => {
                format!(
                    "A binding -1{reason} is a veto: it cannot pass while that stands, and at the close a veto is final."
                )
            }
            Minus::Block => format!("A binding -1{reason} stops it for as long as it stands."),
            Minus::Count if rule.is_silence() => "A -1 is recorded and does not stop it.".to_owned(),
            Minus::Count => "A -1 counts against it and does not stop it alone.".to_owned(),
        }
    }

    fn reason(&self, grace: Span) -> String {
        format!(
            "A -1 without a reason is void. The reason may come in another mail, until the close or {} after the -1, whichever is later.",
            moment::span(grace, SAID)
        )
    }

    fn veto_holder(&self, role: &str, reason_required: bool) -> String {
        let reason = if reason_required { " with a reason" } else { "" };
        format!("A -1{reason} of whoever holds the role {} is a veto.", name(role, SAID))
    }

    fn veto_override(&self, share: Share) -> String {
        format!("A +1 from {} overrides a veto.", SAID.says().share(share))
    }

    fn objectors(&self, rule: &Rule) -> Option<String> {
        match rule.who_may_object {
            Objectors::Electorate => None,
            Objectors::Roster => Some("Everybody on the list's roster may object.".to_owned()),
            Objectors::Anyone => Some("Everybody who writes to the list may object.".to_owned()),
        }
    }

    fn electorate(&self, rule: &Rule) -> String {
        let who = SAID.says().electorate(&rule.electorate);
        if !has_roster(rule) {
            return format!("The votes of {who} count.");
        }
        let seat = if matches!(rule.electorate, Electorate::Seats { .. }) {
            ", one vote a seat, the last that any of its representatives cast"
        } else {
            ""
        };
        let when = match rule.binding_at {
            BindingAt::Close => "",
            BindingAt::Vote => " if they hold it when they vote",
        };
        let when = if seat.is_empty() { when } else { "" };
        format!("The votes of {who}{when} are binding{seat}; everybody else's are advice.")
    }

    fn proposer_does_not_count(&self) -> String {
        "The proposer's own vote does not count.".to_owned()
    }

    fn tie(&self, rule: &Rule) -> String {
        match (rule.tie, &rule.chair) {
            (Tie::Chair, Some(role)) => format!(
                "On a tie the vote of whoever holds the role {} decides; if they cast none, it fails.",
                name(role, SAID)
            ),
            _ => "On a tie it fails.".to_owned(),
        }
    }

    fn amendments(&self, most: u32, restart: bool) -> String {
        if most == 0 {
            return "Its text cannot be changed once it is open.".to_owned();
        }
        let times = if most == 1 { "once".to_owned() } else { format!("{} times", SAID.says().number(most)) };
        let then = if restart {
            "all votes on the earlier text are then void and the time begins anew"
        } else {
            "the votes cast so far stand and the time runs on"
        };
        format!("The proposer can change the text, {times} at most; {then}.")
    }

    fn permissions(&self, rule: &Rule) -> Vec<String> {
        let (has, usual) = (&rule.permissions, usual());
        let mut said = Vec::new();
        let mut say = |differs: bool, sentence: String| {
            if differs {
                said.push(sentence);
            }
        };
        let strangers = "Anybody may propose; the +1 of somebody on the roster is not needed to open it.";
        say(has.strangers_propose != usual.strangers_propose, strangers.to_owned());
        say(has.withdraw != usual.withdraw, "The proposer cannot take it back.".to_owned());
        let extended = match has.extensions {
            0 => "Its time cannot be extended.".to_owned(),
            many => format!(
                "The proposer{} can extend its time, {} at most, each by no more than {}.",
                if rule.chair.is_some() { " or the chair" } else { "" },
                counted(i64::from(many), "time", "times"),
                window_in_words(rule.window, rule, SAID)
            ),
        };
        say(has.extensions != usual.extensions, extended);
        let close = "The proposer cannot close it by hand.";
        say(has.close != usual.close && !rule.is_silence(), close.to_owned());
        say(has.raise != usual.raise, "It cannot be raised to a stricter rule.".to_owned());
        say(has.nominee_votes != usual.nominee_votes, "Whom it is about may vote.".to_owned());
        said
    }

    fn held_grace(&self, span: Span) -> String {
        if span.is_zero() {
            return "The close does not wait for answers to open questions.".to_owned();
        }
        format!(
            "If an open question could change the outcome, the close waits for the answer, once, for {}.",
            moment::span(span, SAID)
        )
    }

    fn settle(&self, span: Span) -> String {
        format!(
            "It is decided when the list's mail has been read until {} after the close.",
            moment::span(span, SAID)
        )
    }

    fn follow_up(&self, span: Span) -> String {
        format!(
            "If it passes, a trial period of {} follows; the list is told when that is over.",
            moment::span(span, SAID)
        )
    }

    fn on_pass(&self, on_pass: &OnPass) -> String {
        let OnPass::Role { role } = on_pass;
        format!(
            "If it passes, the list's administrator is asked to give the role {} to whom it is about, unless the proposal names another role.",
            name(role, SAID)
        )
    }
}

const NAMES: [&str; 7] =
    ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
