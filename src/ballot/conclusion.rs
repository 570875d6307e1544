//! All findings of a post → its one reading.

use super::explanation;
use super::in_words::{self, Against, InWords};
use super::paper::{self, Paper};
use super::phrase::{Match, Meaning};
use super::reading::{Cast, Dialect, Held, HeldWhy, Place, Reading, Vote, WITHDRAWN_OBJECTION};
use super::sentence::{End, Sentence, Text};
use super::standing::{self, Finding, Standing};
use super::{Role, lexicon::Class};

/// What was found in a text.
pub(super) struct Findings {
    /// Of every vote token, in order.
    pub(super) votes: Vec<Finding>,
    /// The phrases of each sentence.
    pub(super) phrases: Vec<Vec<Match>>,
    /// The ballot papers.
    pub(super) paper: Paper,
}

impl Findings {
    /// Looks at every sentence.
    pub(super) fn of(text: &Text) -> Self {
        let paper = paper::papers(text);
        let mut votes = Vec::new();
        let mut phrases = Vec::new();
        for number in 0..text.sentences.len() {
            let (found, matched) = standing::findings(text, number, &paper);
            votes.extend(found);
            phrases.push(matched);
        }
        pass_on_further(text, &mut votes);
        Findings { votes, phrases, paper }
    }
}

/// Votes that stand below a passed-on one in the same place are passed on as well: a list of them has one heading.
fn pass_on_further(text: &Text, votes: &mut [Finding]) {
    let mut place = None;
    for vote in votes {
        let here = Some(text.row(vote.at).quotes_above);
        if vote.rule == "passed-on" {
            place = here;
        } else if place == here && vote.rule == "opening-token" {
            (vote.standing, vote.rule) = (Standing::Mentioned, "passed-on");
        }
    }
}

/// Concludes what the post says on the question.
pub(super) fn conclude(text: &Text, findings: &Findings, role: Role, dialect: &Dialect) -> Reading {
    let votes: Vec<&Finding> =
        findings.votes.iter().filter(|finding| role == Role::Reply || finding.first_person).collect();
    let casts = |finding: &&&Finding| matches!(finding.standing, Standing::Casts | Standing::Changes);
    let certain: Vec<&Finding> =
        votes.iter().filter(casts).filter(|finding| text.row(finding.at).line.certain).copied().collect();
    if !certain.is_empty() {
        return cast(text, findings, &certain);
    }
    if role == Role::Reply
        && let Some((at, rule)) = withdrawal(text, findings)
    {
        return Reading::Withdraw(place(text, at, rule));
    }
    if let Some(first) = votes.iter().find(casts) {
        let candidates = values(votes.iter().filter(casts).copied());
        let place = place(text, first.at, first.rule);
        return Reading::Held(Held { why: HeldWhy::Uncertain, candidates, place });
    }
    let against = (role == Role::Reply).then(|| in_words::against(text, findings)).flatten();
    if let Some(Against::Said(at)) = against {
        let place = place(text, at, "objection-in-words");
        return match text.row(at).line.certain {
            true => Reading::Objects(place),
            false => Reading::Held(Held { why: HeldWhy::Uncertain, candidates: vec![Vote::Minus], place }),
        };
    }
    let held = votes.iter().filter(|finding| matches!(finding.standing, Standing::Held(_)));
    if let Some(first) = held.clone().next()
        && let Standing::Held(why) = first.standing
    {
        let candidates = values(held.copied());
        return Reading::Held(Held { why, candidates, place: place(text, first.at, first.rule) });
    }
    let maybe = match against {
        Some(Against::Supposed(at)) => Some((HeldWhy::Condition, place(text, at, "objection-supposed"))),
        Some(Against::Refused(at)) => Some((HeldWhy::InWords, place(text, at, "refusal-in-words"))),
        _ => None,
    };
    if let Some((why, place)) = maybe {
        return Reading::Held(Held { why, candidates: vec![Vote::Minus], place });
    }
    match (role == Role::Reply).then(|| in_words::support(text, findings, dialect)).flatten() {
        Some(InWords { vote, at, counts: true, written }) => Reading::Cast(Cast {
            vote,
            written,
            strength: None,
            claim: None,
            explained: true,
            place: place(text, at, "list-words"),
        }),
        Some(InWords { vote, at, .. }) => Reading::Held(Held {
            why: HeldWhy::InWords,
            candidates: vec![vote],
            place: place(text, at, "support-in-words"),
        }),
        None => Reading::Nothing,
    }
}

/// The vote that several tokens amount to.
fn cast(text: &Text, findings: &Findings, casts: &[&Finding]) -> Reading {
    let change = casts.iter().rev().find(|finding| finding.standing == Standing::Changes);
    let chosen = change.unwrap_or(&casts[0]);
    let candidates = values(casts.iter().copied());
    let differ = casts.iter().any(|finding| finding.token.strength != chosen.token.strength);
    if change.is_none() && (candidates.len() > 1 || differ) {
        let why = HeldWhy::Several;
        return Reading::Held(Held { why, candidates, place: place(text, chosen.at, "several-votes") });
    }
    let claim = match change {
        Some(change) => change.complement.claim,
        None => casts.iter().find_map(|finding| finding.complement.claim),
    };
    Reading::Cast(Cast {
        vote: chosen.token.vote,
        written: written(text, chosen),
        strength: chosen.token.strength,
        claim,
        explained: explanation::is_explained(text, findings, chosen),
        place: place(text, chosen.at, chosen.rule),
    })
}

/// The vote and its claim as they are written, white space folded; `+1!!` is an emphatic form, a single mark ends the sentence.
fn written(text: &Text, finding: &Finding) -> String {
    let first = &text.tokens[finding.at];
    let last = &text.tokens[finding.complement.written_to.max(finding.at + 1) - 1];
    let line = &text.lines[first.line].line.text;
    let end =
        if last.line == first.line { last.start + last.text.len() } else { first.start + first.text.len() };
    let marks = line.get(end..).unwrap_or_default().bytes().take_while(|byte| *byte == b'!').count();
    let end = if marks > 1 { end + marks } else { end };
    line.get(first.start..end).unwrap_or(first.text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the author takes a vote or an objection back: said of his own, not denied, without condition, not asked, and not outweighed by
/// an objection that follows.
fn withdrawal(text: &Text, findings: &Findings) -> Option<(usize, &'static str)> {
    let meant = |(sentence, phrases): (&Sentence, &Vec<Match>)| {
        let limited = text.of(sentence).iter().any(|token| token.is(Class::Condition));
        let takes_back = |m: &&Match| {
            matches!(m.meaning, Meaning::Withdrawn | Meaning::Settled)
                && text.row(m.from).line.certain
                && !in_words::denied(text, sentence, m)
        };
        let said = sentence.end != End::Asked && !limited;
        phrases.iter().filter(takes_back).filter(|_| said).copied().collect::<Vec<_>>()
    };
    let mut found = text.sentences.iter().zip(&findings.phrases).flat_map(meant).peekable();
    found.peek()?;
    let objection = in_words::last_objection(text, findings);
    let phrase = found.find(|m| objection.is_none_or(|at| at <= m.from))?;
    let settled = phrase.meaning == Meaning::Settled;
    Some((phrase.from, if settled { WITHDRAWN_OBJECTION } else { "withdrawn-vote" }))
}

fn values<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Vote> {
    let mut votes: Vec<Vote> = findings.map(|finding| finding.token.vote).collect();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    votes.dedup();
    votes
}

/// Where token `at` stands.
pub(super) fn place(text: &Text, at: usize, rule: &str) -> Place {
    let line = text.row(at).line;
    Place { line: line.text.trim().to_owned(), line_number: line.number, rule: rule.to_owned() }
}
