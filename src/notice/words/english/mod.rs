//! The sentences in English.

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
use crate::notice::Language::English as SAID;
use crate::notice::language::counted;
use crate::notice::quoting::name;
use crate::notice::rule_words::has_one_end;

/// English.
pub struct English;

const CALENDAR: Calendar = Calendar {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    units: [("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")],
};

const JOINTS: Joints = Joints {
    and: "and",
    or: "or",
    others: "others",
    somebody: "somebody",
    nameless: "somebody without a name",
    called: "somebody called ",
    no_subject: "(no subject)",
};

impl Sentences for English {
    fn calendar(&self) -> &'static Calendar {
        &CALENDAR
    }

    fn joints(&self) -> &'static Joints {
        &JOINTS
    }

    fn number(&self, count: u32) -> String {
        const WORDS: [&str; 10] =
            ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        let word = WORDS.get(count as usize);
        word.map_or_else(|| count.to_string(), |word| (*word).to_owned())
    }

    fn why(&self, why: &Why, decision: Option<&Decision>) -> String {
        why::open(why, decision).or_else(|| why::closed(why, decision)).unwrap_or_default()
    }

    fn outcome(&self, state: &State) -> &'static str {
        match state {
            State::Open => "is open",
            State::Waiting { .. } => "is waiting",
            State::Passed { .. } => "PASSED",
            State::Failed { .. } => "FAILED",
            State::Objected { .. } => "was BLOCKED",
            State::Vetoed { .. } => "was VETOED",
            State::Withdrawn { .. } => "was WITHDRAWN",
            State::Superseded { .. } => "was REPLACED",
        }
    }

    fn announced(&self, outcome: &str) -> Option<&'static str> {
        match outcome {
            "passed" => Some("passed"),
            "failed" => Some("failed"),
            "cancelled" => Some("taken back"),
            _ => None,
        }
    }

    fn rule(&self, rule: &Rule) -> String {
        let window = window_in_words(rule.window, rule, SAID);
        let unless = match (rule.minus, rule.reason_required) {
            (Minus::Veto, true) => "no binding -1 with a reason",
            (Minus::Veto, false) => "no binding -1",
            (Minus::Block, true) => "no standing -1 with a reason",
            (Minus::Block, false) => "no standing -1",
            (Minus::Count, _) => "",
        };
        match rule.approval {
            Approval::Silence => format!("passes unless somebody objects within {window}"),
            Approval::Votes { min_plus, majority, share } => {
                let mut parts = vec![format!("{min_plus} binding +1 or more")];
                parts.extend(share.map(|share| format!("+1 from {}", self.share(share))));
                parts.extend(majority.then(|| "more +1 than -1".to_owned()));
                parts.extend(rule.quorum.map(|share| format!("votes from {}", self.share(share))));
                parts.push(unless.to_owned());
                let least = if has_one_end(rule) { "" } else { "at least " };
                parts.push(format!("open for {least}{window}"));
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn electorate(&self, electorate: &Electorate) -> String {
        match electorate {
            Electorate::Roster { roles } if roles.is_empty() => "the people on the list's roster".to_owned(),
            Electorate::Roster { roles } => {
                format!("the people on the list's roster with the role {}", named(roles, Joint::Or, SAID))
            }
            Electorate::Seats { seats } if seats.is_empty() => "the seats on the list's roster".to_owned(),
            Electorate::Seats { seats } => format!("the seats {}", named(seats, Joint::And, SAID)),
            Electorate::Everyone => "everybody who writes to the list".to_owned(),
            Electorate::Claimed => "everybody who does not call their vote non-binding".to_owned(),
        }
    }

    fn share(&self, share: Share) -> String {
        let of = match share.of {
            Whole::Roster => "those whose votes bind",
            Whole::Cast => "the binding votes",
        };
        let part = match share.fraction() {
            (1, 1) => return format!("all of {of}"),
            (1, 2) => "half".to_owned(),
            (numerator, denominator) => format!("{numerator}/{denominator}"),
        };
        let least = if share.is_more_than() { "more than" } else { "at least" };
        format!("{least} {part} of {of}")
    }

    fn working(&self, count: i64, is_days: bool) -> String {
        let (one, many) =
            if is_days { ("working day", "working days") } else { ("working hour", "working hours") };
        counted(count, one, many)
    }

    fn held(&self, why: HeldWhy) -> &'static str {
        match why {
            HeldWhy::Condition => {
                "it depends on a condition that nobody else can check off, or is not cast yet"
            }
            HeldWhy::Several => "it gives several votes on one question",
            HeldWhy::Agreement => "it may be a vote, or agreement with what somebody else wrote",
            HeldWhy::InWords => "it says so in words, and only a vote in figures is counted",
            HeldWhy::Uncertain => "it may be somebody else's words that your mail repeats, or no vote at all",
            HeldWhy::DigestReply => "it answers a digest, so it does not say which mail it is about",
            HeldWhy::UnknownAuthor => "the mail does not say with certainty who wrote it",
        }
    }

    fn unclear(&self, why: HeldWhy) -> &'static str {
        match why {
            HeldWhy::Condition => "it depends on a condition, or is not cast yet",
            HeldWhy::Several => "it gives several votes on one question",
            HeldWhy::Agreement => "it may be a vote or agreement with a remark",
            HeldWhy::InWords => "it speaks in words, not in figures",
            HeldWhy::Uncertain => "it may be somebody else's words, or no vote",
            HeldWhy::DigestReply => "it answers a digest",
            HeldWhy::UnknownAuthor => "the author cannot be told",
        }
    }

    fn post(&self, why: &PostWhy, post: &JudgedPost, decision: &Decision) -> String {
        let of =
            |id: &MessageId| instant_of(id, decision, SAID).map_or(String::new(), |at| format!(" of {at}"));
        match why {
            PostWhy::NotElectorate => "not among those whose votes bind".to_owned(),
            PostWhy::ClaimsNonBinding => "says that it is non-binding".to_owned(),
            PostWhy::TakenAsBinding => {
                "taken as binding: no claim was made and there is no roster".to_owned()
            }
            PostWhy::ReplacedBy(id) => format!("replaced by their later mail{}", of(id)),
            PostWhy::WithdrawnBy(id) => format!("taken back by their later mail{}", of(id)),
            PostWhy::AfterClose(close) => format!("came {} after the close", late_by(post, *close, SAID)),
            PostWhy::NoReason => "a -1 needs a reason here, and none came in time".to_owned(),
            PostWhy::ReasonIn(id) => format!("the reason is in their mail{}", of(id)),
            PostWhy::Held(why) => format!("not clear: {}", self.unclear(*why)),
            PostWhy::AnsweredBy(id) => format!("made clear by their later mail{}", of(id)),
            PostWhy::TakesBack(id) => format!("takes back their mail{}", of(id)),
            PostWhy::Cancels => "takes the proposal back".to_owned(),
            PostWhy::NotThroughList => "did not come through the list".to_owned(),
            PostWhy::Automatic(_) => "automatic mail".to_owned(),
            PostWhy::NotProposer => "only the proposer may do that".to_owned(),
            PostWhy::ProposerDoesNotCount => {
                "the proposer's own vote does not count under this rule".to_owned()
            }
            PostWhy::DuplicateId => "another mail with this Message-ID came first".to_owned(),
            PostWhy::Repeated => "the same mail came before under another Message-ID".to_owned(),
            PostWhy::Refused(_) => "a command that was not followed".to_owned(),
            PostWhy::Followed => "a command that was followed".to_owned(),
            PostWhy::VoidBy(id) => format!("void: the text was changed by the mail{}", of(id)),
            PostWhy::Nominee => "whom the proposal is about casts no vote".to_owned(),
            PostWhy::SeatVotedAgain(id) => format!("replaced by the same seat's later mail{}", of(id)),
            PostWhy::UnknownAuthor => "the mail does not say with certainty who wrote it".to_owned(),
            PostWhy::StrangersObjection => {
                "their objection cannot stop it: it held up the close, once, and is on record".to_owned()
            }
        }
    }

    fn status(&self, status: Status) -> Option<&'static str> {
        match status {
            Status::Counted | Status::Advisory | Status::Ignored => None,
            Status::Superseded => Some("replaced by a later mail"),
            Status::Late => Some("came after the close"),
            Status::Unexplained => Some("a -1 needs a reason here, and none came in time"),
            Status::Unverified => Some("it could not be verified who wrote it"),
            Status::Held => Some("not clear, and the question was not answered"),
        }
    }

    fn no_vote(&self, reading: &Reading) -> &'static str {
        match reading {
            Reading::Objects(_) => "objects",
            Reading::Withdraw(_) => "takes back",
            Reading::Held(_) => "?",
            Reading::Command { .. } => "command",
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
            Difference::NotFound { name } => format!("it counts {}, of whom no vote was found", called(name)),
            Difference::Ambiguous { name } => {
                format!("it counts {}, who may be more than one person here", called(name))
            }
            Difference::OtherVote { name, announced, found } => {
                format!("it counts {} as {}, who voted {}", called(name), announced, found)
            }
            Difference::NotCounted { name, .. } => {
                format!("it counts {}, whose vote does not stand", called(name))
            }
            Difference::Binds { name, counted: true } => {
                format!("it counts {} as non-binding, whose vote binds", called(name))
            }
            Difference::Binds { name, counted: false } => {
                format!("it counts {} as binding, whose vote does not bind", called(name))
            }
            Difference::Omits { name, vote } => {
                format!("it leaves out {}, who voted {}", called(name), vote)
            }
            Difference::Miscounted { vote, claim, count, listed } => {
                format!("it says {count} {} and names {listed}", votes(*vote, *claim))
            }
            Difference::Count { vote, claim, announced, counted } => {
                format!("it counts {announced} {}, and {counted} were counted here", votes(*vote, *claim))
            }
        }
    }

    fn deadline(&self, deadline: Deadline, at: &str, left: &str) -> String {
        match deadline {
            Deadline::Closes => format!("closes {at} ({left} left)"),
            Deadline::AtLeast => format!("open at least until {at} ({left} left)"),
            Deadline::Waits => format!("waits until {at} ({left} left)"),
        }
    }

    fn tally(&self, plus: u32, zero: u32, minus: u32) -> String {
        format!("{plus} for, {zero} abstaining, {minus} against")
    }

    fn no_vote_yet(&self, names: &str) -> String {
        format!("no vote yet of {names}")
    }

    fn overdue(&self, at: &str) -> String {
        format!("its time was over {at}")
    }

    fn wrote(&self, who: &str, line: &str) -> String {
        format!("{who} wrote {line}")
    }

    fn undelivered(&self, to_list: bool, bounced: bool) -> &'static str {
        match (to_list, bounced) {
            (true, true) => "A notice of it to the list came back undelivered.",
            (true, false) => "A notice of it to the list could not be sent.",
            (false, true) => "A notice of it to one person came back undelivered.",
            (false, false) => "A notice of it to one person could not be sent.",
        }
    }

    fn a_digest(&self) -> &'static str {
        "A digest"
    }

    fn left_out(&self, more: usize) -> (String, &'static str) {
        (format!("and {more} more"), "Whoever runs plusone sees all of them with `plusone list`.")
    }

    fn by(&self, who: &str) -> String {
        format!(" (by {who})")
    }

    fn headline(&self, from: &str, to: &str, decided: usize, open: usize) -> String {
        format!("Decisions {from} to {to}: {decided} decided, {open} open")
    }

    fn probe(&self, code: &str) -> String {
        format!("plusone test mail {code}, nothing to do")
    }

    fn corrected(&self, published: (&str, &str), again: (&str, &str)) -> String {
        if published.0 == again.0 {
            return format!("{}: {}; with mail that surfaced since: {}", published.0, published.1, again.1);
        }
        format!(
            "{}: {}; with mail that surfaced since, the outcome would be {}: {}",
            published.0, published.1, again.0, again.1
        )
    }

    fn differing(&self, who: &str, announced: Option<&str>, outcome: &str, differences: usize) -> String {
        match announced {
            Some(announced) => {
                format!("{who} announced \"{announced}\"; by the votes counted it is {outcome}")
            }
            None => {
                let differences = i64::try_from(differences).unwrap_or(i64::MAX);
                format!(
                    "the votes that {who} announced differ from those counted in {}",
                    counted(differences, "place", "places")
                )
            }
        }
    }
}

fn votes(vote: Vote, claim: Option<Claim>) -> String {
    match claim {
        Some(Claim::Binding) => format!("binding {vote}"),
        Some(Claim::NonBinding) => format!("non-binding {vote}"),
        None => vote.to_string(),
    }
}
