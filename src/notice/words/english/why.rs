//! Why a decision is as it is, in English.

use super::{English, SAID};
use crate::decision::{Decision, Why};
use crate::notice::quoting::quoted_line;
use crate::notice::words::{Sentences, is_objected_to, people, person, silence};

/// Why an open or waiting proposal is as it is.
pub(super) fn open(why: &Why, decision: Option<&Decision>) -> Option<String> {
    Some(match why {
        Why::AwaitingSilence => "no objection stands so far".to_owned(),
        Why::AwaitingVotes { missing } => format!("{} binding +1 missing so far", English.number(*missing)),
        Why::AwaitingWindow { plus } => {
            format!("{plus} binding +1, enough to pass when the minimum time is over")
        }
        Why::Blocked { by } => {
            format!("blocked while the objection of {} stands", people(by, decision, SAID))
        }
        Why::AwaitingMailbox => "its time is over; the list's mail has not been read that far yet".to_owned(),
        Why::AwaitingAnswer { of } if of.is_empty() => {
            "the close was put off, and no answer is awaited any more".to_owned()
        }
        Why::AwaitingAnswer { of } => format!("waiting for an answer of {}", people(of, decision, SAID)),
        Why::AwaitingMember => "waiting for the +1 of somebody on the roster".to_owned(),
        Why::AwaitingQuorum { missing: 1 } => "one vote missing for a quorum so far".to_owned(),
        Why::AwaitingQuorum { missing } => {
            format!("{} votes missing for a quorum so far", English.number(*missing))
        }
        Why::AwaitingLinger { plus, .. } => format!("{plus} binding +1, enough to pass if that stays so"),
        _ => return None,
    })
}

/// Why a closed proposal is as it is.
pub(super) fn closed(why: &Why, decision: Option<&Decision>) -> Option<String> {
    let by = |by: &[String]| people(by, decision, SAID);
    Some(match why {
        Why::NobodyObjected { window, plus } => {
            let who =
                if is_objected_to(decision) { "nobody who may object did so" } else { "nobody objected" };
            let besides = if *plus == 0 { String::new() } else { format!(", {plus} +1 besides") };
            format!("{who} in {}{besides}", silence(*window, decision, SAID))
        }
        Why::Approved { plus, minus: 0 } if is_objected_to(decision) => {
            format!("{plus} binding +1, no objection that stops it")
        }
        Why::Approved { plus, minus: 0 } => format!("{plus} binding +1, no objection"),
        Why::Approved { plus, minus } => format!("{plus} binding +1, {minus} binding -1"),
        Why::Short { plus, needed } => {
            format!("{} binding +1 short ({plus} of {needed})", English.number(needed.saturating_sub(*plus)))
        }
        Why::Outvoted { plus, minus } => {
            format!("{plus} binding +1 and {minus} binding -1, where more +1 than -1 are needed")
        }
        Why::Objection { by: names, line } => format!("{} objected ({})", by(names), quoted_line(line)),
        Why::UnansweredObjection { by: names, line } => format!(
            "what {} wrote ({}) may be an objection, and the question about it was not answered",
            by(names),
            quoted_line(line)
        ),
        Why::Veto { by: names, line } => format!("{} vetoed it ({})", by(names), quoted_line(line)),
        Why::NeverOpened => "nobody on the roster supported a stranger's proposal".to_owned(),
        Why::TakenBack => "taken back by its proposer".to_owned(),
        Why::Replaced => "another proposal replaces it".to_owned(),
        Why::NoQuorum { votes, needed } => format!("no quorum: {votes} of the {needed} votes that it takes"),
        Why::ShareShort { plus, needed, share } => {
            format!("{plus} binding +1 of the {needed} that it takes (+1 from {})", English.share(*share))
        }
        Why::Tied { votes } => format!("a tie, {votes} binding +1 and as many -1"),
        Why::ChairDecided { votes, chair, passed } => {
            let how = if *passed { "for" } else { "against" };
            let who = person(chair, decision, SAID);
            format!("a tie, {votes} binding +1 and as many -1, and {who}, who chairs, voted {how} it")
        }
        Why::VetoOverridden { plus, needed, by: names } => {
            format!("{plus} binding +1, where {needed} override the veto of {}", by(names))
        }
        Why::ClosedByHand { plus, needed } => {
            format!("closed by its proposer with {plus} of {needed} binding +1")
        }
        _ => return None,
    })
}
