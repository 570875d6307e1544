//! A rule in Dutch sentences.

use super::{RuleSentences, has_one_end, has_roster, usual, votes};
use crate::decision::{BindingAt, Electorate, Minus, Objectors, OnPass, Rule, Share, Span, Tie, WorkingDays};
use crate::notice::Language::Dutch as SAID;
use crate::notice::moment;
use crate::notice::quoting::name;
use crate::notice::words::{Joint, joined, window_in_words};

pub(super) struct Dutch;

impl RuleSentences for Dutch {
    fn approval(&self, rule: &Rule) -> String {
        let Some((min_plus, majority, share)) = votes(rule) else {
            let window = window_in_words(rule.window, rule, SAID);
            return format!(
                "Het is aangenomen als niemand binnen {window} bezwaar maakt: wie zwijgt, stemt toe, en stemmen hoeft niet."
            );
        };
        let mut asked = vec![format!("{min_plus} of meer bindende +1")];
        if min_plus == 1 && (majority || share.is_some()) {
            asked.clear();
        }
        asked.extend(share.map(|share| format!("+1 van {}", SAID.says().share(share))));
        asked.extend(majority.then(|| "meer +1 dan -1".to_owned()));
        format!("Nodig: {}.", asked.join(", en "))
    }

    fn quorum(&self, share: Share) -> String {
        format!("Er moeten stemmen van {} zijn uitgebracht; een 0 is er ook een.", SAID.says().share(share))
    }

    fn time(&self, rule: &Rule) -> Option<String> {
        if rule.is_silence() {
            return None;
        }
        let (least, most) =
            (window_in_words(rule.window, rule, SAID), window_in_words(rule.max_window, rule, SAID));
        Some(if has_one_end(rule) {
            format!("Het is {least} open en wordt dan beslist.")
        } else {
            format!(
                "Het is ten minste {least} open. Is er dan wat nodig is, dan is het aangenomen; zo niet, dan blijft het open tot het er wel is, en na {most} is het verworpen."
            )
        })
    }

    fn working_days(&self, days: &WorkingDays) -> String {
        let mut but: Vec<String> = days
            .weekend
            .iter()
            .filter_map(|day| NAMES.get(day.num_days_from_monday() as usize))
            .map(|day| (*day).to_owned())
            .collect();
        if !days.holidays.is_empty() {
            but.push("de feestdagen van de kalender van de lijst".to_owned());
        }
        let but = if but.is_empty() {
            String::new()
        } else {
            format!(" behalve {}", joined(&but, Joint::And, SAID))
        };
        format!("Werkdagen zijn alle dagen{but}, van middernacht tot middernacht in {}.", days.zone)
    }

    fn when_decided(&self, min_wait: Span, rule: &Rule) -> String {
        let wait = window_in_words(min_wait, rule, SAID);
        format!(
            "Het sluit eerder zodra geen ontbrekende stem de uitslag nog kan veranderen, maar op zijn vroegst na {wait}."
        )
    }

    fn linger(&self, span: Span) -> String {
        format!("Het sluit pas als er {} onafgebroken is wat nodig is.", moment::span(span, SAID))
    }

    fn minus(&self, rule: &Rule) -> String {
        let reason = if rule.reason_required { " met een reden" } else { "" };
        match rule.minus {
            Minus::Veto => {
                format!(
                    "Een bindende -1{reason} is een veto: zolang die staat wordt het niet aangenomen, en bij de sluiting is een veto definitief."
                )
            }
            Minus::Block => format!("Een bindende -1{reason} houdt het tegen zolang die staat."),
            Minus::Count if rule.is_silence() => {
                "Een -1 wordt vastgelegd en houdt het niet tegen.".to_owned()
            }
            Minus::Count => "Een -1 telt als tegenstem en houdt het op zichzelf niet tegen.".to_owned(),
        }
    }

    fn reason(&self, grace: Span) -> String {
        format!(
            "Een -1 zonder reden vervalt. De reden mag in een andere mail komen, tot de sluiting of {} na de -1 als dat later is.",
            moment::span(grace, SAID)
        )
    }

    fn veto_holder(&self, role: &str, reason_required: bool) -> String {
        let reason = if reason_required { " met een reden" } else { "" };
        format!("Een -1{reason} van wie de rol {} heeft, is een veto.", name(role, SAID))
    }

    fn veto_override(&self, share: Share) -> String {
        format!("Een +1 van {} zet een veto opzij.", SAID.says().share(share))
    }

    fn objectors(&self, rule: &Rule) -> Option<String> {
        match rule.who_may_object {
            Objectors::Electorate => None,
            Objectors::Roster => Some("Iedereen op de ledenlijst kan bezwaar maken.".to_owned()),
            Objectors::Anyone => Some("Iedereen die op de lijst schrijft, kan bezwaar maken.".to_owned()),
        }
    }

    fn electorate(&self, rule: &Rule) -> String {
        let who = SAID.says().electorate(&rule.electorate);
        if !has_roster(rule) {
            return format!("Geteld worden de stemmen van {who}.");
        }
        let (seat, when) = match (&rule.electorate, rule.binding_at) {
            (Electorate::Seats { .. }, _) => {
                (", één stem per zetel, de laatste van wie de zetel vertegenwoordigt", "")
            }
            (_, BindingAt::Vote) => ("", " bij het stemmen"),
            _ => ("", ""),
        };
        format!("De stemmen van {who}{when} zijn bindend{seat}; alle andere zijn advies.")
    }

    fn proposer_does_not_count(&self) -> String {
        "De stem van de indiener zelf telt niet.".to_owned()
    }

    fn tie(&self, rule: &Rule) -> String {
        match (rule.tie, &rule.chair) {
            (Tie::Chair, Some(role)) => format!(
                "Staken de stemmen, dan beslist de stem van wie de rol {} heeft; is die er niet, dan is het verworpen.",
                name(role, SAID)
            ),
            _ => "Staken de stemmen, dan is het verworpen.".to_owned(),
        }
    }

    fn amendments(&self, most: u32, restart: bool) -> String {
        if most == 0 {
            return "De tekst kan niet meer worden gewijzigd als het voorstel open is.".to_owned();
        }
        let then = if restart {
            "alle stemmen over de eerdere tekst vervallen dan en de tijd begint opnieuw"
        } else {
            "de uitgebrachte stemmen blijven staan en de tijd loopt door"
        };
        format!("De indiener kan de tekst ten hoogste {} keer wijzigen; {then}.", SAID.says().number(most))
    }

    fn permissions(&self, rule: &Rule) -> Vec<String> {
        let (has, usual) = (&rule.permissions, usual());
        let mut said = Vec::new();
        let mut say = |differs: bool, sentence: String| {
            if differs {
                said.push(sentence);
            }
        };
        let strangers = "Iedereen kan een voorstel doen; een +1 van iemand op de ledenlijst is niet nodig om het te openen.";
        say(has.strangers_propose != usual.strangers_propose, strangers.to_owned());
        say(has.withdraw != usual.withdraw, "De indiener kan het niet intrekken.".to_owned());
        let extended = match has.extensions {
            0 => "De tijd kan niet worden verlengd.".to_owned(),
            many => format!(
                "De indiener{} kan de tijd ten hoogste {} keer verlengen, telkens met ten hoogste {}.",
                if rule.chair.is_some() { " of de voorzitter" } else { "" },
                SAID.says().number(many),
                window_in_words(rule.window, rule, SAID)
            ),
        };
        say(has.extensions != usual.extensions, extended);
        let close = "De indiener kan het niet zelf sluiten.";
        say(has.close != usual.close && !rule.is_silence(), close.to_owned());
        say(has.raise != usual.raise, "Het kan niet onder een strengere regel worden gebracht.".to_owned());
        say(has.nominee_votes != usual.nominee_votes, "Wie wordt voorgedragen, mag meestemmen.".to_owned());
        said
    }

    fn held_grace(&self, span: Span) -> String {
        if span.is_zero() {
            return "De sluiting wacht niet op antwoorden op open vragen.".to_owned();
        }
        format!(
            "Kan een open vraag de uitslag veranderen, dan wacht de sluiting één keer {} op het antwoord.",
            moment::span(span, SAID)
        )
    }

    fn settle(&self, span: Span) -> String {
        format!(
            "Er wordt beslist als de mail van de lijst tot {} na de sluiting is gelezen.",
            moment::span(span, SAID)
        )
    }

    fn follow_up(&self, span: Span) -> String {
        format!(
            "Na aanneming volgt een proeftijd van {}; als die om is, krijgt de lijst bericht.",
            moment::span(span, SAID)
        )
    }

    fn on_pass(&self, on_pass: &OnPass) -> String {
        let OnPass::Role { role } = on_pass;
        format!(
            "Na aanneming wordt de beheerder van de lijst gevraagd wie is voorgedragen de rol {} te geven, tenzij het voorstel een andere rol noemt.",
            name(role, SAID)
        )
    }
}

const NAMES: [&str; 7] =
    ["maandagen", "dinsdagen", "woensdagen", "donderdagen", "vrijdagen", "zaterdagen", "zondagen"];
