//! Why a decision is as it is, in Dutch.

use super::{Dutch, SAID};
use crate::decision::{Decision, Why};
use crate::notice::quoting::quoted_line;
use crate::notice::words::{Sentences, is_objected_to, people, person, silence};

/// Why an open or waiting proposal is as it is.
pub(super) fn open(why: &Why, decision: Option<&Decision>) -> Option<String> {
    Some(match why {
        Why::AwaitingSilence => "tot nu toe staat er geen bezwaar".to_owned(),
        Why::AwaitingVotes { missing } => {
            format!(
                "er {} nog {} bindende +1",
                verb(*missing, "ontbreekt", "ontbreken"),
                Dutch.number(*missing)
            )
        }
        Why::AwaitingWindow { plus } => {
            format!("{plus} bindende +1, genoeg om na de minimale tijd te worden aangenomen")
        }
        Why::Blocked { by } => {
            format!("geblokkeerd zolang het bezwaar van {} staat", people(by, decision, SAID))
        }
        Why::AwaitingMailbox => "de tijd is om; de mail van de lijst is nog niet tot daar gelezen".to_owned(),
        Why::AwaitingAnswer { of } if of.is_empty() => {
            "de sluiting is uitgesteld, en er wordt geen antwoord meer verwacht".to_owned()
        }
        Why::AwaitingAnswer { of } => format!("wacht op een antwoord van {}", people(of, decision, SAID)),
        Why::AwaitingMember => "wacht op de +1 van iemand op de ledenlijst".to_owned(),
        Why::AwaitingQuorum { missing } => {
            let (verb, votes) = (verb(*missing, "ontbreekt", "ontbreken"), verb(*missing, "stem", "stemmen"));
            format!("voor een quorum {verb} nog {} {votes}", Dutch.number(*missing))
        }
        Why::AwaitingLinger { plus, .. } => {
            format!("{plus} bindende +1, genoeg om te worden aangenomen als dat zo blijft")
        }
        _ => return None,
    })
}

/// Why a closed proposal is as it is.
pub(super) fn closed(why: &Why, decision: Option<&Decision>) -> Option<String> {
    let by = |by: &[String]| people(by, decision, SAID);
    Some(match why {
        Why::NobodyObjected { window, plus } => {
            let who = if is_objected_to(decision) { "niemand die dat kan" } else { "niemand" };
            let besides = if *plus == 0 { String::new() } else { format!(", daarnaast {plus} +1") };
            format!("{who} heeft in {} bezwaar gemaakt{besides}", silence(*window, decision, SAID))
        }
        Why::Approved { plus, minus: 0 } if is_objected_to(decision) => {
            format!("{plus} bindende +1, geen bezwaar dat het tegenhoudt")
        }
        Why::Approved { plus, minus: 0 } => format!("{plus} bindende +1, geen bezwaar"),
        Why::Approved { plus, minus } => format!("{plus} bindende +1, {minus} bindende -1"),
        Why::Short { plus, needed } => {
            format!(
                "{} bindende +1 te weinig ({plus} van {needed})",
                Dutch.number(needed.saturating_sub(*plus))
            )
        }
        Why::Outvoted { plus, minus } => {
            format!("{plus} bindende +1 en {minus} bindende -1, terwijl er meer +1 dan -1 nodig zijn")
        }
        Why::Objection { by: names, line } => {
            format!("bezwaar van {} ({})", by(names), quoted_line(line))
        }
        Why::UnansweredObjection { by: names, line } => format!(
            "wat {} schreef ({}) kan een bezwaar zijn, en de vraag daarover is niet beantwoord",
            by(names),
            quoted_line(line)
        ),
        Why::Veto { by: names, line } => format!("veto van {} ({})", by(names), quoted_line(line)),
        Why::NeverOpened => "niemand op de ledenlijst steunde het voorstel van een buitenstaander".to_owned(),
        Why::TakenBack => "ingetrokken door de indiener".to_owned(),
        Why::Replaced => "een ander voorstel komt ervoor in de plaats".to_owned(),
        Why::NoQuorum { votes, needed } => {
            format!("geen quorum: {votes} van de {needed} stemmen die nodig zijn")
        }
        Why::ShareShort { plus, needed, share } => {
            format!("{plus} van de {needed} bindende +1 die nodig zijn (+1 van {})", Dutch.share(*share))
        }
        Why::Tied { votes } => format!("de stemmen staken, {votes} bindende +1 en evenveel -1"),
        Why::ChairDecided { votes, chair, passed } => {
            let how = if *passed { "voor" } else { "tegen" };
            let who = person(chair, decision, SAID);
            format!(
                "de stemmen staken, {votes} bindende +1 en evenveel -1, en {who} stemde als voorzitter {how}"
            )
        }
        Why::VetoOverridden { plus, needed, by: names } => {
            format!("{plus} bindende +1, waar {needed} het veto van {} opzijzetten", by(names))
        }
        Why::ClosedByHand { plus, needed } => {
            format!("gesloten door de indiener met {plus} van {needed} bindende +1")
        }
        _ => return None,
    })
}

fn verb(count: u32, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}
