//! All findings of a post → its one reading.

use super::explanation;
use super::in_words::{self, Against, InWords};
use super::mood::{self, Mood};
use super::paper::{self, Paper};
use super::passed_on;
use super::phrase::{Match, Meaning};
use super::reading::{Cast, Dialect, Held, HeldWhy, Place, Reading, Vote, kept};
use super::rule::Rule;
use super::sentence::{End, Text};
use super::standing::{self, Finding, Standing};
use super::{Role, lexicon::Class};
use std::cell::OnceCell;

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
        let mut phrases = Vec::with_capacity(text.sentences.len());
        for number in 0..text.sentences.len() {
            let (found, matched) = standing::findings(text, number, &paper);
            votes.extend(found);
            phrases.push(matched);
        }
        pass_on_further(text, &mut votes);
        passed_on::spoken_by_others(text, &mut votes);
        Findings { votes, phrases, paper }
    }
}

/// Votes that stand below a passed-on one in the same place are passed on as well: a list of them has one heading.
fn pass_on_further(text: &Text, votes: &mut [Finding]) {
    let mut place = None;
    for vote in votes {
        let here = Some(text.row(vote.at).quotes_above);
        if vote.rule == Rule::PassedOn {
            place = here;
        } else if place == here && matches!(vote.rule, Rule::OpeningToken | Rule::UnclearForm) {
            (vote.standing, vote.rule) = (Standing::Mentioned, Rule::PassedOn);
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
        let cast = cast(text, findings, &certain);
        return if role == Role::Reply { weighed(text, findings, &certain, cast) } else { cast };
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
        let place = place(text, at, Rule::ObjectionInWords);
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
        Some(Against::Supposed(at)) => Some((HeldWhy::Condition, place(text, at, Rule::ObjectionSupposed))),
        Some(Against::Refused(at)) => Some((HeldWhy::InWords, place(text, at, Rule::RefusalInWords))),
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
            reason: None,
            place: place(text, at, Rule::ListWords),
        }),
        Some(InWords { vote, at, .. }) => {
            let ticked = findings.paper.ticked_words.first() == Some(&at);
            let rule = if ticked { Rule::TickedWords } else { Rule::SupportInWords };
            let place = place(text, at, rule);
            Reading::Held(Held { why: HeldWhy::InWords, candidates: vec![vote], place })
        }
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
        return Reading::Held(Held { why, candidates, place: place(text, chosen.at, Rule::SeveralVotes) });
    }
    let claim = match change {
        Some(change) => change.complement.claim,
        None => casts.iter().find_map(|finding| finding.complement.claim),
    };
    let place = place(text, chosen.at, chosen.rule);
    let reason = explanation::reason(text, findings, chosen);
    let explained = reason.is_some();
    // A +1 needs no reason to be quoted.
    let reason = reason.filter(|_| chosen.token.vote == Vote::Minus).map(|at| kept(&text.row(at).line.text));
    let reason = reason.filter(|line| *line != place.line);
    Reading::Cast(Cast {
        vote: chosen.token.vote,
        written: written(text, chosen),
        strength: chosen.token.strength,
        claim,
        explained,
        reason,
        place,
    })
}

/// A vote weighed against what else the author says: a vote for with an objection cannot be told, and one that abstains leaves the
/// objection standing.
fn weighed(text: &Text, findings: &Findings, casts: &[&Finding], reading: Reading) -> Reading {
    let Reading::Cast(Cast { vote, strength: None, .. }) = &reading else { return reading };
    let changes = casts.iter().any(|finding| finding.standing == Standing::Changes);
    if *vote == Vote::Minus || changes {
        return reading;
    }
    let otherwise = |finding: &&Finding| {
        finding.sentence == casts[0].sentence
            && matches!(finding.standing, Standing::Held(_))
            && finding.token.vote != *vote
    };
    if let Some(other) = findings.votes.iter().find(otherwise) {
        let candidates = values([casts[0], other].into_iter());
        let place = place(text, other.at, Rule::SeveralVotes);
        return Reading::Held(Held { why: HeldWhy::Several, candidates, place });
    }
    let Some(at) = in_words::contradiction(text, findings, casts[0].at) else { return reading };
    if *vote == Vote::Zero {
        return Reading::Objects(place(text, at, Rule::ObjectionInWords));
    }
    let candidates = vec![Vote::Plus, Vote::Minus];
    Reading::Held(Held { why: HeldWhy::Several, candidates, place: place(text, at, Rule::SeveralVotes) })
}

/// The vote and its claim as they are written, white space folded; `+1!!` is an emphatic form, a single mark ends the sentence.
fn written(text: &Text, finding: &Finding) -> String {
    let first = &text.tokens[finding.at];
    let last = &text.tokens[finding.complement.written_to.max(finding.at + 1) - 1];
    let line = &text.lines[first.line].line.text;
    // A claim that was wrapped onto the next line belongs to what is written.
    if last.line == first.line + 1 {
        let (above, below) = (line.get(first.start..), &text.lines[last.line].line.text);
        let below = below.get(..last.start + last.text.len());
        let joined = format!("{} {}", above.unwrap_or_default(), below.unwrap_or_default());
        return joined.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let end =
        if last.line == first.line { last.start + last.text.len() } else { first.start + first.text.len() };
    let marks = line.get(end..).unwrap_or_default().bytes().take_while(|byte| *byte == b'!').count();
    let end = if marks > 1 { end + marks } else { end };
    line.get(first.start..end).unwrap_or(first.text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the author takes a vote or an objection back.
fn withdrawal(text: &Text, findings: &Findings) -> Option<(usize, Rule)> {
    let mut taken = taken_back(text, findings);
    let (phrase, rule) = taken.find(|(_, rule)| *rule != Rule::WithdrawalNotMeant)?;
    Some((phrase.from, rule))
}

/// Every phrase that takes a vote or an objection back, in order, with the rule that lets it or does not: it must be
/// said of the author's own, not denied, without condition, not asked, and not outweighed by an objection that follows.
pub(super) fn taken_back<'f>(
    text: &'f Text,
    findings: &'f Findings,
) -> impl Iterator<Item = (&'f Match, Rule)> {
    let last_objection = OnceCell::new();
    let all = findings
        .phrases
        .iter()
        .enumerate()
        .flat_map(|(number, found)| found.iter().map(move |m| (number, m)));
    all.filter_map(move |(number, m)| {
        let rule = match m.meaning {
            Meaning::Withdrawn => Rule::WithdrawnVote,
            Meaning::Settled => Rule::WithdrawnObjection,
            _ => return None,
        };
        let sentence = &text.sentences[number];
        let outweighed =
            || *last_objection.get_or_init(|| in_words::last_objection(text, findings)) > Some(m.from);
        let meant = text.row(m.from).line.certain
            && sentence.end != End::Asked
            && !text.of(sentence).iter().any(|token| token.is(Class::Condition))
            && !in_words::denied(text, sentence, m)
            && mood::mood(text, sentence, m) == Mood::Asserted
            && !outweighed();
        Some((m, if meant { rule } else { Rule::WithdrawalNotMeant }))
    })
}

fn values<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Vote> {
    let mut votes: Vec<Vote> = findings.map(|finding| finding.token.vote).collect();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    votes.dedup();
    votes
}

/// Where token `at` stands.
pub(super) fn place(text: &Text, at: usize, rule: Rule) -> Place {
    let line = text.row(at).line;
    Place { line: kept(&line.text), line_number: line.number, rule: rule.name().to_owned() }
}
