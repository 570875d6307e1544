//! The sentences in Dutch.

mod refusal;
mod why;

use super::{
    Calendar, Deadline, Joint, Joints, Refusing, Sentences, instant_of, late_by, named, window_in_words,
};
use crate::ballot::{Claim, HeldWhy, Reading, Vote};
use crate::decision::{
    Approval, Decision, Difference, Electorate, HeaderFault, JudgedPost, Minus, PostWhy, Rule, Share, State,
    Status, Whole, Why,
};
use crate::mail::MessageId;
use crate::notice::Language::Dutch as SAID;
use crate::notice::language::counted;
use crate::notice::quoting::name;
use crate::notice::rule_words::has_one_end;

/// Dutch.
pub struct Dutch;

const CALENDAR: Calendar = Calendar {
    days: ["ma", "di", "wo", "do", "vr", "za", "zo"],
    months: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    units: [("dag", "dagen"), ("uur", "uur"), ("minuut", "minuten"), ("seconde", "seconden")],
};

const JOINTS: Joints = Joints {
    and: "en",
    or: "of",
    others: "anderen",
    somebody: "iemand",
    nameless: "iemand zonder naam",
    called: "iemand genaamd ",
    no_subject: "(geen onderwerp)",
};

impl Sentences for Dutch {
    fn calendar(&self) -> &'static Calendar {
        &CALENDAR
    }

    fn joints(&self) -> &'static Joints {
        &JOINTS
    }

    fn number(&self, count: u32) -> String {
        const WORDS: [&str; 10] =
            ["geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"];
        let word = WORDS.get(count as usize);
        word.map_or_else(|| count.to_string(), |word| (*word).to_owned())
    }

    fn why(&self, why: &Why, decision: Option<&Decision>) -> String {
        why::open(why, decision).or_else(|| why::closed(why, decision)).unwrap_or_default()
    }

    fn outcome(&self, state: &State) -> &'static str {
        match state {
            State::Open => "is open",
            State::Waiting { .. } => "wacht",
            State::Passed { .. } => "is AANGENOMEN",
            State::Failed { .. } => "is VERWORPEN",
            State::Objected { .. } => "is GEBLOKKEERD",
            State::Vetoed { .. } => "is GEVETOOD",
            State::Withdrawn { .. } => "is INGETROKKEN",
            State::Superseded { .. } => "is VERVANGEN",
        }
    }

    fn announced(&self, outcome: &str) -> Option<&'static str> {
        match outcome {
            "passed" => Some("aangenomen"),
            "failed" => Some("verworpen"),
            "cancelled" => Some("ingetrokken"),
            _ => None,
        }
    }

    fn rule(&self, rule: &Rule) -> String {
        let window = window_in_words(rule.window, rule, SAID);
        let unless = match (rule.minus, rule.reason_required) {
            (Minus::Veto, true) => "geen bindende -1 met een reden",
            (Minus::Veto, false) => "geen bindende -1",
            (Minus::Block, true) => "geen -1 met een reden die blijft staan",
            (Minus::Block, false) => "geen -1 die blijft staan",
            (Minus::Count, _) => "",
        };
        match rule.approval {
            Approval::Silence => format!("aangenomen als niemand binnen {window} bezwaar maakt"),
            Approval::Votes { min_plus, majority, share } => {
                let mut parts = vec![format!("{min_plus} of meer bindende +1")];
                parts.extend(share.map(|share| format!("+1 van {}", self.share(share))));
                parts.extend(majority.then(|| "meer +1 dan -1".to_owned()));
                parts.extend(rule.quorum.map(|share| format!("stemmen van {}", self.share(share))));
                parts.push(unless.to_owned());
                let least = if has_one_end(rule) { "" } else { "ten minste " };
                parts.push(format!("{least}{window} open"));
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn electorate(&self, electorate: &Electorate) -> String {
        match electorate {
            Electorate::Roster { roles } if roles.is_empty() => "iedereen op de ledenlijst".to_owned(),
            Electorate::Roster { roles } => {
                format!("iedereen op de ledenlijst met de rol {}", named(roles, Joint::Or, SAID))
            }
            Electorate::Seats { seats } if seats.is_empty() => "de zetels op de ledenlijst".to_owned(),
            Electorate::Seats { seats } => format!("de zetels {}", named(seats, Joint::And, SAID)),
            Electorate::Everyone => "iedereen die op de lijst schrijft".to_owned(),
            Electorate::Claimed => "iedereen die de eigen stem niet adviserend noemt".to_owned(),
        }
    }

    fn share(&self, share: Share) -> String {
        let of = match share.of {
            Whole::Roster => "stemgerechtigden",
            Whole::Cast => "bindende stemmen",
        };
        let part = match share.fraction() {
            (1, 1) => return format!("alle {of}"),
            (1, 2) => "de helft".to_owned(),
            (numerator, denominator) => format!("{numerator}/{denominator}"),
        };
        let least = if share.is_more_than() { "meer dan" } else { "ten minste" };
        format!("{least} {part} van de {of}")
    }

    fn working(&self, count: i64, is_days: bool) -> String {
        let (one, many) = if is_days { ("werkdag", "werkdagen") } else { ("werkuur", "werkuren") };
        counted(count, one, many)
    }

    fn held(&self, why: HeldWhy) -> &'static str {
        match why {
            HeldWhy::Condition => {
                "ze hangt af van een voorwaarde die niemand anders kan afvinken, of is nog niet uitgebracht"
            }
            HeldWhy::Several => "er staan meerdere stemmen over één vraag in",
            HeldWhy::Agreement => "het kan een stem zijn, of instemming met wat iemand anders schreef",
            HeldWhy::InWords => "het staat er in woorden, en alleen een stem in cijfers telt",
            HeldWhy::Uncertain => {
                "het kunnen woorden van iemand anders zijn die in de mail herhaald worden, of helemaal geen stem"
            }
            HeldWhy::DigestReply => {
                "het is een antwoord op een verzamelmail, zodat niet blijkt over welke mail het gaat"
            }
            HeldWhy::UnknownAuthor => "uit de mail blijkt niet met zekerheid wie hem schreef",
        }
    }

    fn unclear(&self, why: HeldWhy) -> &'static str {
        match why {
            HeldWhy::Condition => "hangt af van een voorwaarde, of is nog niet uitgebracht",
            HeldWhy::Several => "meerdere stemmen over één vraag",
            HeldWhy::Agreement => "een stem, of instemming met een opmerking",
            HeldWhy::InWords => "in woorden, niet in cijfers",
            HeldWhy::Uncertain => "misschien woorden van iemand anders, of geen stem",
            HeldWhy::DigestReply => "een antwoord op een verzamelmail",
            HeldWhy::UnknownAuthor => "wie het schreef staat niet vast",
        }
    }

    fn post(&self, why: &PostWhy, post: &JudgedPost, decision: &Decision) -> String {
        let of =
            |id: &MessageId| instant_of(id, decision, SAID).map_or(String::new(), |at| format!(" van {at}"));
        match why {
            PostWhy::NotElectorate => "niet stemgerechtigd".to_owned(),
            PostWhy::ClaimsNonBinding => "noemt zichzelf niet bindend".to_owned(),
            PostWhy::TakenAsBinding => {
                "als bindend genomen: er staat niets bij en er is geen ledenlijst".to_owned()
            }
            PostWhy::ReplacedBy(id) => format!("vervangen door de latere eigen mail{}", of(id)),
            PostWhy::WithdrawnBy(id) => format!("ingetrokken in de latere eigen mail{}", of(id)),
            PostWhy::AfterClose(close) => format!("kwam {} na de sluiting", late_by(post, *close, SAID)),
            PostWhy::NoReason => {
                "een -1 heeft hier een reden nodig, en die is niet op tijd gekomen".to_owned()
            }
            PostWhy::ReasonIn(id) => format!("de reden staat in de eigen mail{}", of(id)),
            PostWhy::Held(why) => format!("niet duidelijk: {}", self.unclear(*why)),
            PostWhy::AnsweredBy(id) => format!("verduidelijkt in de latere eigen mail{}", of(id)),
            PostWhy::TakesBack(id) => format!("trekt de eigen mail{} in", of(id)),
            PostWhy::Cancels => "trekt het voorstel in".to_owned(),
            PostWhy::NotThroughList => "kwam niet via de lijst".to_owned(),
            PostWhy::Automatic(_) => "automatische mail".to_owned(),
            PostWhy::NotProposer => "dat kan alleen de indiener".to_owned(),
            PostWhy::ProposerDoesNotCount => {
                "de stem van de indiener zelf telt onder deze regel niet".to_owned()
            }
            PostWhy::DuplicateId => "een andere mail met deze Message-ID was eerder".to_owned(),
            PostWhy::Repeated => "dezelfde mail was er eerder met een andere Message-ID".to_owned(),
            PostWhy::Refused(_) => "een opdracht die niet is uitgevoerd".to_owned(),
            PostWhy::Followed => "een opdracht die is uitgevoerd".to_owned(),
            PostWhy::VoidBy(id) => format!("vervallen: de tekst is gewijzigd door de mail{}", of(id)),
            PostWhy::Nominee => "wie wordt voorgedragen, stemt niet mee".to_owned(),
            PostWhy::SeatVotedAgain(id) => {
                format!("vervangen door de latere mail{} van dezelfde zetel", of(id))
            }
            PostWhy::UnknownAuthor => "uit de mail blijkt niet met zekerheid wie hem schreef".to_owned(),
            PostWhy::StrangersObjection => {
                "dit bezwaar kan het niet tegenhouden: het heeft de sluiting één keer uitgesteld".to_owned()
            }
        }
    }

    fn status(&self, status: Status) -> Option<&'static str> {
        match status {
            Status::Counted | Status::Advisory | Status::Ignored => None,
            Status::Superseded => Some("vervangen door een latere mail"),
            Status::Late => Some("kwam na de sluiting"),
            Status::Unexplained => Some("een -1 heeft hier een reden nodig, en die is niet op tijd gekomen"),
            Status::Unverified => Some("wie het schreef kon niet worden vastgesteld"),
            Status::Held => Some("niet duidelijk, en de vraag is niet beantwoord"),
        }
    }

    fn no_vote(&self, reading: &Reading) -> &'static str {
        match reading {
            Reading::Objects(_) => "bezwaar",
            Reading::Withdraw(_) => "trekt in",
            Reading::Held(_) => "?",
            Reading::Command { .. } => "opdracht",
            Reading::Cast(_) | Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => "-",
        }
    }

    fn refusal(&self, refused: &Refusing<'_>) -> (String, String) {
        refusal::refusal(refused)
    }

    fn header(&self, fault: &HeaderFault, rule: &Rule) -> (String, String) {
        refusal::header(fault, rule)
    }

    fn difference(&self, difference: &Difference) -> String {
        let called = |text: &str| name(text, SAID);
        match difference {
            Difference::NotFound { name } => {
                format!("{} is meegeteld, van wie geen stem is gevonden", called(name))
            }
            Difference::Ambiguous { name } => {
                format!("{} is meegeteld, wat hier meer dan één persoon kan zijn", called(name))
            }
            Difference::OtherVote { name, announced, found } => {
                format!("{} is geteld als {announced}, maar stemde {found}", called(name))
            }
            Difference::NotCounted { name, .. } => {
                format!("{} is meegeteld, maar die stem staat niet", called(name))
            }
            Difference::Binds { name, counted: true } => {
                format!("{} is geteld als niet bindend, maar die stem is bindend", called(name))
            }
            Difference::Binds { name, counted: false } => {
                format!("{} is geteld als bindend, maar die stem is dat niet", called(name))
            }
            Difference::Omits { name, vote } => format!("{} ontbreekt, die {vote} stemde", called(name)),
            Difference::Miscounted { vote, claim, count, listed } => {
                format!("er staat {count} {}, en er staan {listed} namen bij", votes(*vote, *claim))
            }
            Difference::Count { vote, claim, announced, counted } => {
                format!("er zijn {announced} {} geteld, hier {counted}", votes(*vote, *claim))
            }
        }
    }

    fn deadline(&self, deadline: Deadline, at: &str, left: &str) -> String {
        match deadline {
            Deadline::Closes => format!("sluit {at} (nog {left})"),
            Deadline::AtLeast => format!("ten minste open tot {at} (nog {left})"),
            Deadline::Waits => format!("wacht tot {at} (nog {left})"),
        }
    }

    fn tally(&self, plus: u32, zero: u32, minus: u32) -> String {
        let abstaining = counted(i64::from(zero), "onthouding", "onthoudingen");
        format!("{plus} voor, {abstaining}, {minus} tegen")
    }

    fn no_vote_yet(&self, names: &str) -> String {
        format!("nog geen stem van {names}")
    }

    fn overdue(&self, at: &str) -> String {
        format!("de tijd was {at} om")
    }

    fn wrote(&self, who: &str, line: &str) -> String {
        format!("{who} schreef {line}")
    }

    fn undelivered(&self, to_list: bool, bounced: bool) -> &'static str {
        match (to_list, bounced) {
            (true, true) => "Een bericht hierover aan de lijst kwam onbezorgd terug.",
            (true, false) => "Een bericht hierover aan de lijst kon niet worden verstuurd.",
            (false, true) => "Een bericht hierover aan één persoon kwam onbezorgd terug.",
            (false, false) => "Een bericht hierover aan één persoon kon niet worden verstuurd.",
        }
    }

    fn a_digest(&self) -> &'static str {
        "Een overzicht"
    }

    fn left_out(&self, more: usize) -> (String, &'static str) {
        (format!("en nog {more}"), "Wie plusone beheert, ziet ze alle met `plusone list`.")
    }

    fn by(&self, who: &str) -> String {
        format!(" (van {who})")
    }

    fn headline(&self, from: &str, to: &str, decided: usize, open: usize) -> String {
        format!("Besluiten {from} tot {to}: {decided} genomen, {open} open")
    }

    fn probe(&self, code: &str) -> String {
        format!("plusone testmail {code}, niets te doen")
    }

    fn corrected(&self, published: (&str, &str), again: (&str, &str)) -> String {
        if published.0 == again.0 {
            return format!("{}: {}; met mail die later opdook: {}", published.0, published.1, again.1);
        }
        format!(
            "{}: {}; met mail die later opdook zou de uitslag {} zijn: {}",
            published.0, published.1, again.0, again.1
        )
    }

    fn differing(&self, who: &str, announced: Option<&str>, outcome: &str, differences: usize) -> String {
        match announced {
            Some(announced) => {
                format!("{who} meldde \"{announced}\"; volgens de getelde stemmen is het {outcome}")
            }
            None => {
                let differences = i64::try_from(differences).unwrap_or(i64::MAX);
                format!(
                    "de stemmen die {who} meldde, wijken op {} af van de getelde",
                    counted(differences, "punt", "punten")
                )
            }
        }
    }
}

fn votes(vote: Vote, claim: Option<Claim>) -> String {
    match claim {
        Some(Claim::Binding) => format!("bindende {vote}"),
        Some(Claim::NonBinding) => format!("niet-bindende {vote}"),
        None => vote.to_string(),
    }
}
