//! What must become of a proposal, by the rules in the plainest form: everything known is gone through anew each time.

use chrono::{DateTime, TimeDelta, Utc};

/// Both kinds of proposal are open for so long at least.
pub const WINDOW: TimeDelta = TimeDelta::hours(72);
/// A `[VOTE]` that is short of votes stays open for so long.
pub const LAST: TimeDelta = TimeDelta::days(14);
/// How far past a close the mailbox must have been read.
pub const SETTLE: TimeDelta = TimeDelta::minutes(15);
/// How long a reason, or an answer, is waited for.
pub const GRACE: TimeDelta = TimeDelta::hours(24);
/// Members have the numbers below this; everybody else is a stranger.
pub const MEMBERS: usize = 200;

/// What a reply says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Plus,
    Minus,
    MinusBecause,
    Objects,
    /// A vote under a condition: it may be a +1, once its author says so.
    PlusIf,
    /// Nothing on the question. By somebody who votes -1 it may be the reason.
    Talk,
    /// The whole proposal is taken back; the proposer alone says so.
    Withdraw,
}

/// A reply, as far as the rules care.
#[derive(Debug, Clone)]
pub struct Heard {
    pub at: DateTime<Utc>,
    pub id: String,
    pub author: usize,
    pub says: Says,
}

/// How and when a proposal closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    pub at: DateTime<Utc>,
    pub outcome: &'static str,
}

#[derive(Clone, Default)]
struct Person {
    number: usize,
    /// For or against, since when.
    vote: Option<(bool, DateTime<Utc>)>,
    reason: bool,
    objects: bool,
    hopeful: bool,
}

#[derive(Debug, Default)]
struct Standing {
    plus: usize,
    /// Members without a +1 who may yet turn out to have given one.
    hopeful: usize,
    blocked: bool,
    objects: bool,
    /// Since when each -1 stands that lacks its reason.
    bare: Vec<DateTime<Utc>>,
}

fn standing(replies: &[Heard], proposer: usize, until: DateTime<Utc>) -> Standing {
    // Whoever proposes has given their reasons, whichever way they vote.
    let mut people = vec![Person { number: proposer, reason: true, ..Person::default() }];
    for reply in replies.iter().filter(|reply| reply.at <= until && reply.author < MEMBERS) {
        let known = people.iter().position(|person| person.number == reply.author);
        let index = known.unwrap_or_else(|| {
            people.push(Person { number: reply.author, ..Person::default() });
            people.len() - 1
        });
        let person = &mut people[index];
        match reply.says {
            Says::Plus | Says::Minus | Says::MinusBecause => {
                person.vote = Some((reply.says == Says::Plus, reply.at));
                (person.objects, person.hopeful) = (false, false);
                person.reason |= reply.says == Says::MinusBecause;
            }
            Says::Objects => (person.objects, person.reason) = (true, true),
            Says::PlusIf => (person.hopeful, person.reason) = (true, true),
            Says::Talk => person.reason = true,
            Says::Withdraw => {}
        }
    }
    let mut standing = Standing::default();
    for person in people {
        match person.vote {
            Some((true, _)) => standing.plus += 1,
            Some((false, _)) if person.reason => standing.blocked = true,
            Some((false, since)) => standing.bare.push(since),
            None => {}
        }
        standing.hopeful += usize::from(person.hopeful && !matches!(person.vote, Some((true, _))));
        standing.objects |= person.objects;
    }
    standing
}

/// How a proposal that was opened at `opened`, and of which the list was told at `told`, closes if nothing more comes than `replies`, in
/// whatever order they came.
pub fn close(
    silence: bool,
    (opened, told): (DateTime<Utc>, Option<DateTime<Utc>>),
    proposer: usize,
    replies: &[Heard],
) -> Close {
    let mut replies = replies.to_vec();
    replies.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    // Silence begins when people have been told of it.
    let late = told.filter(|told| silence && *told > opened + TimeDelta::hours(12));
    let begins = late.unwrap_or(opened);
    let by_rule = if silence { by_silence } else { by_votes }(begins, proposer, &replies);
    let withdrawn = replies.iter().find(|reply| reply.says == Says::Withdraw && reply.author == proposer);
    match withdrawn {
        Some(reply) if reply.at <= by_rule.at => Close { at: reply.at, outcome: "withdrawn" },
        _ => by_rule,
    }
}

fn by_silence(opened: DateTime<Utc>, proposer: usize, replies: &[Heard]) -> Close {
    let close = opened + WINDOW;
    let now = standing(replies, proposer, close);
    if now.blocked {
        return Close { at: close, outcome: "objected" };
    }
    let reasons = now.bare.iter().map(|since| *since + GRACE);
    let answers = now.objects.then(|| close + GRACE);
    let Some(moved) = reasons.chain(answers).filter(|until| *until > close).max() else {
        return Close { at: close, outcome: "passed" };
    };
    let now = standing(replies, proposer, moved);
    let may_still_be = now.bare.iter().any(|since| *since + GRACE > moved);
    let passes = !now.blocked && !now.objects && !may_still_be;
    Close { at: moved, outcome: if passes { "passed" } else { "objected" } }
}

fn by_votes(opened: DateTime<Utc>, proposer: usize, replies: &[Heard]) -> Close {
    let (minimum, last) = (opened + WINDOW, opened + LAST);
    let changes = replies.iter().flat_map(|reply| [reply.at, reply.at + GRACE]);
    let mut instants: Vec<_> = changes.chain([minimum, last, last + GRACE]).collect();
    instants.retain(|at| *at >= minimum && *at <= last + GRACE);
    instants.sort();
    for at in instants {
        let now = standing(replies, proposer, at);
        let reason_may_come = now.bare.iter().any(|since| *since <= last && *since + GRACE > at);
        let approved = now.plus >= 3;
        let answer_may_come = now.plus + now.hopeful >= 3 && at < last + GRACE;
        if now.blocked {
            return Close { at, outcome: "objected" };
        } else if approved && !reason_may_come {
            return Close { at, outcome: "passed" };
        } else if !approved && at >= last && !answer_may_come {
            return Close { at, outcome: "failed" };
        }
    }
    unreachable!("a day after the last instant nothing is waited for")
}
