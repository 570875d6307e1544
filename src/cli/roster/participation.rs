//! What a member has done on a list, month by month.

use crate::ballot::{Reading, Vote};
use crate::decision::{Decision, JudgedPost, Member, PostWhy, Status};
use crate::mail::{Author, MessageId};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// What was done in one month, or in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Posts to the list, whatever they are about.
    pub posts: u64,
    /// Votes, those that were changed or did not count among them.
    pub votes: Votes,
    /// Posts that object in words, without a vote.
    pub objections: u64,
    /// Outcome → proposals of theirs that opened then.
    pub proposals: BTreeMap<&'static str, u64>,
}

/// Votes: by what they say, and by what became of them. Both make up `cast`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Votes {
    /// All of them.
    pub cast: u64,
    /// +1.
    pub plus: u64,
    /// 0.
    pub zero: u64,
    /// -1.
    pub minus: u64,
    /// Those that counted in the outcome, or do so far.
    pub counted: u64,
    /// Those that did not bind.
    pub advisory: u64,
    /// Those that came after the close.
    pub late: u64,
    /// Without the reason that was asked for, or on a text that was changed.
    pub void: u64,
    /// Changed or taken back by a later post.
    pub replaced: u64,
    /// Not counted for another reason, such as on a proposal about themselves.
    pub other: u64,
}

/// One month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Month {
    /// `2026-03`, in the list's zone.
    pub month: String,
    /// What was done.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A proposal of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// Its number.
    pub number: u32,
    /// When it opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// How it stands, in the record's word.
    pub outcome: &'static str,
    /// Its subject.
    pub subject: String,
}

/// The whole report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Participation {
    /// The list's first post of theirs that is kept, UTC.
    pub first_seen: Option<DateTime<Utc>>,
    /// The last one.
    pub last_seen: Option<DateTime<Utc>>,
    /// Ascending; months without anything are left out.
    pub months: Vec<Month>,
    /// All months together.
    pub total: Figures,
    /// Their proposals, by number.
    pub proposals: Vec<Proposed>,
}

impl Participation {
    /// Sums up what `member` has done: `posts` are the instants of all their posts, ascending; of the decisions, what is theirs is taken.
    pub fn of(member: &Member, posts: &[DateTime<Utc>], decisions: &[Decision], zone: Tz) -> Self {
        let mut by_month: BTreeMap<String, Figures> = BTreeMap::new();
        let month = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m").to_string();
        for at in posts {
            by_month.entry(month(*at)).or_default().posts += 1;
        }
        let mut proposals = Vec::new();
        let mut objected: HashSet<&MessageId> = HashSet::new();
        for decision in decisions {
            let call = &decision.call;
            if is_by(member, None, &call.proposer) && call.raised_from.is_none() {
                let outcome = decision.state.outcome();
                *by_month.entry(month(call.opened_at)).or_default().proposals.entry(outcome).or_default() +=
                    1;
                proposals.push(Proposed {
                    number: call.number,
                    opened_at: call.opened_at,
                    outcome,
                    subject: call.subject.clone(),
                });
            }
            for post in decision.posts.iter().filter(|post| is_theirs(member, post)) {
                match &post.reading {
                    Reading::Cast(cast) => {
                        let figures = by_month.entry(month(post.received.at)).or_default();
                        figures.votes.add(cast.vote, post);
                    }
                    Reading::Objects(_) if objected.insert(&post.message_id) => {
                        by_month.entry(month(post.received.at)).or_default().objections += 1;
                    }
                    _ => {}
                }
            }
        }
        let mut total = Figures::default();
        by_month.values().for_each(|figures| total.add(figures));
        let months = by_month.into_iter().map(|(month, figures)| Month { month, figures }).collect();
        let (first_seen, last_seen) = (posts.first().copied(), posts.last().copied());
        Participation { first_seen, last_seen, months, total, proposals }
    }
}

/// Whether they wrote a post that came through the list.
fn is_theirs(member: &Member, post: &JudgedPost) -> bool {
    !matches!(
        post.why,
        Some(PostWhy::NotThroughList | PostWhy::DuplicateId | PostWhy::Repeated | PostWhy::Automatic(_))
    ) && is_by(member, post.member.as_deref(), &post.author)
}

/// Whether an author is that member: by the roster of then, or by an address that they have now.
fn is_by(member: &Member, judged: Option<&str>, author: &Author) -> bool {
    let by_address = author.address.as_ref().is_some_and(|address| address.is_among(&member.addresses));
    judged == Some(member.id.as_str()) || by_address
}

impl Votes {
    fn add(&mut self, vote: Vote, post: &JudgedPost) {
        self.cast += 1;
        *match vote {
            Vote::Plus => &mut self.plus,
            Vote::Zero => &mut self.zero,
            Vote::Minus => &mut self.minus,
        } += 1;
        *match (post.status, &post.why) {
            (Status::Counted, _) => &mut self.counted,
            (Status::Advisory, _) => &mut self.advisory,
            (Status::Late, _) => &mut self.late,
            (Status::Unexplained, _) | (Status::Superseded, Some(PostWhy::VoidBy(_))) => &mut self.void,
            (Status::Superseded, _) => &mut self.replaced,
            (Status::Unverified | Status::Held | Status::Ignored, _) => &mut self.other,
        } += 1;
    }
}

impl Figures {
    /// How many proposals opened.
    pub fn proposed(&self) -> u64 {
        self.proposals.values().sum()
    }

    fn add(&mut self, other: &Figures) {
        self.posts += other.posts;
        self.objections += other.objections;
        let (votes, more) = (&mut self.votes, &other.votes);
        votes.cast += more.cast;
        votes.plus += more.plus;
        votes.zero += more.zero;
        votes.minus += more.minus;
        votes.counted += more.counted;
        votes.advisory += more.advisory;
        votes.late += more.late;
        votes.void += more.void;
        votes.replaced += more.replaced;
        votes.other += more.other;
        for (outcome, count) in &other.proposals {
            *self.proposals.entry(outcome).or_default() += count;
        }
    }
}
