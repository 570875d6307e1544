//! Why a command was not followed, and what can be done instead, in Dutch.

use super::{Dutch, SAID};
use crate::ballot::Command;
use crate::decision::{HeaderFault, Refusal, Rule};
use crate::notice::moment;
use crate::notice::quoting::name_of;
use crate::notice::words::{Refusing, Sentences, window_in_words};

/// Why a command was not followed, and what can be done.
pub(super) fn refusal(refused: &Refusing<'_>) -> (String, String) {
    let (why, instead) = match refused.why {
        Refusal::NotProposer | Refusal::NotChair | Refusal::NotElectorate => return not_theirs(refused),
        Refusal::TooEarly { .. } | Refusal::TooOften { .. } | Refusal::TooLong { .. } => {
            return not_so(refused);
        }
        Refusal::Header(fault) => return header(fault, &refused.decision.rule),
        Refusal::NotAllowed => (
            "de regel van deze lijst staat het niet toe",
            "Als de regel anders zou moeten zijn, kan dat op de lijst worden besproken.",
        ),
        Refusal::Closed => ("het voorstel is gesloten", "Een nieuw voorstel kan veranderen wat besloten is."),
        Refusal::Silence => (
            "onder deze regel beslist stilte, en iedereen heeft tot de sluiting om bezwaar te maken",
            "Het voorstel sluit vanzelf.",
        ),
        Refusal::NothingStricter => (
            "er is geen strengere regel voor",
            "Wie vindt dat het zo niet aangenomen moet worden, antwoordt met -1 en de reden.",
        ),
        Refusal::NoText => (
            "er staat geen nieuwe tekst in de mail",
            "Stuur de regel \"Proposal: amend\" opnieuw, met daaronder de hele nieuwe tekst, niet als citaat.",
        ),
        Refusal::Unknown => (
            "de opdracht is hier niet bekend",
            "Bekend zijn achter \"Proposal:\" de woorden withdraw, amend, extend 48h, close, substantial en status.",
        ),
    };
    (why.to_owned(), instead.to_owned())
}

/// Who may.
fn not_theirs(refused: &Refusing<'_>) -> (String, String) {
    let proposer = name_of(&refused.decision.call.proposer, SAID);
    match refused.why {
        Refusal::NotChair if refused.decision.rule.chair.is_some() => (
            format!("dat kan alleen {proposer}, de indiener, of de voorzitter van de lijst"),
            "Het kan op de lijst aan een van beiden worden gevraagd.".to_owned(),
        ),
        Refusal::NotElectorate => (
            "dat kan alleen wie stemgerechtigd is".to_owned(),
            "Het kan op de lijst worden gevraagd, met de reden erbij.".to_owned(),
        ),
        _ => {
            let instead = match refused.command {
                Some(Command::Amend) => "Wat er anders moet, kan op de lijst worden gezegd.",
                Some(Command::Extend(_) | Command::Close) => "Het kan op de lijst worden gevraagd.",
                _ => "Wie vindt dat het niet aangenomen moet worden, antwoordt met -1 en de reden.",
            };
            (format!("dat kan alleen {proposer}, de indiener"), instead.to_owned())
        }
    }
}

/// When, how often and how long one may.
fn not_so(refused: &Refusing<'_>) -> (String, String) {
    let again =
        "De indiener kan het voorstel intrekken met de regel \"Proposal: withdraw\" en opnieuw indienen.";
    match refused.why {
        Refusal::TooEarly { until } => (
            "de minimale tijd is nog niet om".to_owned(),
            format!(
                "Dezelfde regel sluit het voorstel na {}.",
                moment::in_both_zones(*until, refused.voice.zone, SAID)
            ),
        ),
        Refusal::TooOften { most: 0 } => {
            ("de regel van deze lijst staat het niet toe".to_owned(), again.to_owned())
        }
        Refusal::TooOften { most } => {
            (format!("het kan {} keer, en dat is gebeurd", Dutch.number(*most)), again.to_owned())
        }
        Refusal::TooLong { most } => (
            "het is meer dan de regel per keer toestaat".to_owned(),
            format!("Mogelijk is {} of minder.", window_in_words(*most, &refused.decision.rule, SAID)),
        ),
        _ => (String::new(), String::new()),
    }
}

/// Why a pseudo-header was not followed, and what can be done.
pub(super) fn header(fault: &HeaderFault, rule: &Rule) -> (String, String) {
    let own = "De eigen termijn van de regel geldt.";
    match fault {
        HeaderFault::NotUnderstood => (
            "niet te begrijpen".to_owned(),
            "Begrepen wordt bijvoorbeeld \"Closes: 2026-12-01 12:00 UTC\" of \"Open-For: 5 business days\"."
                .to_owned(),
        ),
        HeaderFault::TooShort { least } => (
            format!("de regel geeft iedereen ten minste {}", window_in_words(*least, rule, SAID)),
            own.to_owned(),
        ),
        HeaderFault::TooLong { most } => {
            (format!("de regel staat ten hoogste {} toe", window_in_words(*most, rule, SAID)), own.to_owned())
        }
        HeaderFault::Kind => (
            "een soort kan alleen strenger worden, en moet op de lijst bestaan".to_owned(),
            "De soort waar het onderwerp voor staat, geldt.".to_owned(),
        ),
        HeaderFault::Twice => ("de termijn staat er meer dan eens".to_owned(), own.to_owned()),
    }
}
