//! What a post of a case says, and how that is read.

use super::{cast, place};
use plusone::ballot::{Claim, Command, Event, Held, HeldWhy, Place, Reading, Vote};
use plusone::mail::{Automatic, OwnWords, Post};

fn held(why: HeldWhy, line: &str, candidates: &[Vote]) -> Reading {
    Reading::Held(Held { why, candidates: candidates.to_vec(), place: place(line) })
}

/// Reads what a post of a case says: `+1`, `-1 "reason"`, `objects`, `held +1 -1`, `lgtm`, `says "text"` …
pub fn say(post: &mut Post, said: &str) -> Reading {
    let (verb, rest) = said.split_once(' ').unwrap_or((said, ""));
    let quoted = rest.split('"').nth(1).unwrap_or_default().to_owned();
    let claim = match rest {
        rest if rest.contains("non-binding") => Some(Claim::NonBinding),
        rest if rest.contains("binding") => Some(Claim::Binding),
        _ => None,
    };
    let line = if quoted.is_empty() { verb.to_owned() } else { format!("{verb} {quoted}") };
    post.words = OwnWords::plain(&line);
    let explained = !quoted.is_empty();
    let votes = || {
        let vote = |word| match word {
            "+1" => Some(Vote::Plus),
            "0" => Some(Vote::Zero),
            "-1" => Some(Vote::Minus),
            _ => None,
        };
        rest.split(' ').filter_map(vote).collect::<Vec<_>>()
    };
    match verb {
        "+1" => cast(Vote::Plus, &line, claim, explained),
        "0" => cast(Vote::Zero, &line, claim, explained),
        "-1" => cast(Vote::Minus, &line, claim, explained),
        "withdraw" => Reading::Withdraw(place(&line)),
        "settled" => Reading::Withdraw(Place { rule: "withdrawn-objection".to_owned(), ..place(&line) }),
        "objects" => Reading::Objects(place(&line)),
        "condition" => held(HeldWhy::Condition, &line, &votes()),
        "held" => held(HeldWhy::Several, &line, &votes()),
        "lgtm" => held(HeldWhy::InWords, &line, &[]),
        "unsure" => held(HeldWhy::Uncertain, &line, &[]),
        "cancel" => Reading::Event(Event::Cancel),
        "result" => {
            post.words = OwnWords::plain(&quoted);
            Reading::Event(Event::Result)
        }
        "command" => {
            let line = format!("Proposal: {rest}");
            post.words = OwnWords::plain(&line);
            let command = match rest.split_once(' ').unwrap_or((rest, "")) {
                ("withdraw", _) => Command::Withdraw,
                ("close", _) => Command::Close,
                ("amend", _) => Command::Amend,
                ("extend", length) => Command::Extend(length.to_owned()),
                ("substantial", _) => Command::Substantial,
                ("status", _) => Command::Status,
                _ => Command::Unknown(rest.to_owned()),
            };
            Reading::Command { command, place: place(&line) }
        }
        "amend" => {
            post.words = OwnWords::plain(&format!("Proposal: amend\n\n{quoted}"));
            Reading::Command { command: Command::Amend, place: place("Proposal: amend") }
        }
        "says" => {
            post.words = OwnWords::plain(&quoted);
            Reading::Nothing
        }
        "silent" => {
            post.words = OwnWords::default();
            Reading::Nothing
        }
        "vacation" => {
            post.automatic = Some(Automatic::Vacation);
            cast(Vote::Minus, "-1", None, true)
        }
        "direct" => {
            post.provenance.through_list = false;
            cast(Vote::Minus, "-1", None, true)
        }
        _ => panic!("a post cannot say {said:?}"),
    }
}
