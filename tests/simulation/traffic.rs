//! The list's mail over the years: who says what when, and when it lies in the engine's mailbox.

use crate::chance::Chance;
use crate::list::{self, Letter};
use crate::model::{Heard, LAST, MEMBERS, Says, WINDOW};
use chrono::{DateTime, TimeDelta, Utc};
use plusone::store::Incoming;

/// A proposal and its replies.
pub struct Proposal {
    pub root: String,
    pub silence: bool,
    pub proposer: usize,
    pub opened: DateTime<Utc>,
}

/// One mail that comes into the mailbox.
pub struct Delivery {
    /// When it lies there.
    pub at: DateTime<Utc>,
    pub mail: Incoming,
    /// Index of its proposal.
    pub proposal: usize,
    /// What it says; `None` for the root.
    pub reply: Option<Heard>,
}

/// All of it, in the order in which it is delivered.
pub fn traffic(
    chance: &mut Chance,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
) -> (Vec<Proposal>, Vec<Delivery>) {
    let (mut proposals, mut deliveries) = (Vec::new(), Vec::new());
    let mut opened = begin + TimeDelta::hours(1);
    while opened < end {
        let proposal = Proposal {
            root: format!("{}.root", proposals.len()),
            silence: chance.percent(60),
            proposer: chance.below(MEMBERS),
            opened,
        };
        thread(chance, &proposal, proposals.len(), &mut deliveries);
        proposals.push(proposal);
        // Some thirty a month.
        opened += chance.between(TimeDelta::minutes(1), TimeDelta::hours(48));
    }
    deliveries.sort_by_key(|delivery| delivery.at);
    (proposals, deliveries)
}

fn thread(chance: &mut Chance, proposal: &Proposal, index: usize, deliveries: &mut Vec<Delivery>) {
    let tag = if proposal.silence { "PROPOSAL" } else { "VOTE" };
    let root = Letter {
        from: list::member(proposal.proposer),
        id: proposal.root.clone(),
        reply_to: None,
        subject: format!("[{tag}] Replace rack {index}"),
        words: "The rack is older than the building. We take the new one from the store.".into(),
        at: proposal.opened,
    };
    deliver(chance, &root, index, None, deliveries);
    let team: Vec<usize> = (0..6).map(|_| chance.below(MEMBERS)).collect();
    let busy = chance.below(if proposal.silence { 7 } else { 10 });
    for number in 0..busy {
        let says = says(chance, proposal.silence);
        let author = match says {
            Says::Withdraw => proposal.proposer,
            Says::Plus if chance.percent(10) => MEMBERS + chance.below(50),
            _ if chance.percent(8) => proposal.proposer,
            _ => team[chance.below(team.len())],
        };
        let heard = Heard { at: instant(chance, proposal), id: format!("{index}.{number}"), author, says };
        let letter = Letter {
            from: list::member(author),
            id: heard.id.clone(),
            reply_to: Some(proposal.root.clone()),
            subject: format!("Re: {}", root.subject),
            words: words(says, chance).into(),
            at: heard.at,
        };
        deliver(chance, &letter, index, Some(heard), deliveries);
    }
}

fn says(chance: &mut Chance, silence: bool) -> Says {
    if silence {
        chance.weighted(&[
            (30, Says::Plus),
            (9, Says::Minus),
            (6, Says::MinusBecause),
            (8, Says::Objects),
            (8, Says::PlusIf),
            (30, Says::Talk),
            (3, Says::Withdraw),
        ])
    } else {
        chance.weighted(&[
            (55, Says::Plus),
            (6, Says::Minus),
            (3, Says::MinusBecause),
            (9, Says::PlusIf),
            (15, Says::Talk),
            (2, Says::Withdraw),
        ])
    }
}

fn words(says: Says, chance: &mut Chance) -> &'static str {
    match says {
        Says::Plus => "+1",
        Says::Minus => "-1",
        Says::MinusBecause => "-1, because the old release cannot be built without it.",
        Says::Objects => "I object to this: the old release cannot be built without it.",
        Says::PlusIf => "+1 if the tests pass.",
        Says::Talk if chance.percent(50) => "Who looks after the mirror today?",
        Says::Talk => "The mirror was moved last week, see the wiki.",
        Says::Withdraw => "Proposal: withdraw",
    }
}

/// When a reply is received: mostly soon, at times right at an instant that matters.
fn instant(chance: &mut Chance, proposal: &Proposal) -> DateTime<Utc> {
    let opened = proposal.opened;
    let edge = |chance: &mut Chance, of: DateTime<Utc>| of + TimeDelta::seconds(chance.below(5) as i64 - 2);
    match chance.below(20) {
        0 => edge(chance, opened + WINDOW),
        1 => edge(chance, opened + WINDOW - TimeDelta::hours(24)),
        2 => edge(chance, opened + WINDOW + TimeDelta::hours(24)),
        3 if !proposal.silence => edge(chance, opened + LAST),
        4..=6 => opened + chance.between(TimeDelta::hours(47), TimeDelta::hours(100)),
        7..=9 if !proposal.silence => opened + chance.between(TimeDelta::hours(72), TimeDelta::days(15)),
        _ => opened + chance.between(TimeDelta::minutes(1), TimeDelta::hours(60)),
    }
}

/// Mostly a mail lies in the mailbox at once; some come hours or days late, some twice, once over another way.
fn deliver(
    chance: &mut Chance,
    letter: &Letter,
    proposal: usize,
    reply: Option<Heard>,
    deliveries: &mut Vec<Delivery>,
) {
    let copies = if chance.percent(4) { 2 } else { 1 };
    for copy in 0..copies {
        let late = match chance.below(100) {
            0 => chance.between(TimeDelta::days(1), TimeDelta::days(5)),
            1..=4 => chance.between(TimeDelta::minutes(10), TimeDelta::hours(20)),
            _ => chance.between(TimeDelta::seconds(1), TimeDelta::seconds(40)),
        };
        let way = if chance.percent(50) { copy } else { 0 };
        deliveries.push(Delivery {
            at: letter.at + late,
            mail: letter.handed_on(way),
            proposal,
            reply: reply.clone(),
        });
    }
}
