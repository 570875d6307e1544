//! Whom the engine asks what, and which objections stand.

use super::heard::{Doubt, Says};
use super::standing::{Fate, Standing};
use super::verdict::names;
use super::votes::{Stop, favour};
use super::{Asked, Objection, Question, Tie};
use crate::ballot::{HeldWhy, Reading, Vote};
use crate::mail::MessageId;
use chrono::{DateTime, Utc};

/// Every question that the posts up to `close` raise, in their order; once the proposal is closed no answer matters.
pub(super) fn questions(standing: &Standing, close: DateTime<Utc>, closed: bool) -> Vec<Question> {
    let raised = standing.thread.posts.iter().enumerate().filter(|(_, heard)| heard.at <= close);
    raised
        .filter_map(|(index, heard)| {
            let person = standing.person(index)?;
            let has_effect = standing.has_effect(index);
            let (about, answered, matters) = match heard.says() {
                Says::Vote(cast) if cast.vote == Vote::Minus && has_effect => {
                    let reason = standing.stands[person].reason;
                    if !standing.rule.reason_required || reason.is_some_and(|post| post <= index) {
                        return None;
                    }
                    let moved_on = answer(standing.fates[index]);
                    let answered = [reason, moved_on].into_iter().flatten().min();
                    (Asked::Reason, answered, minus_matters(standing, index))
                }
                Says::Doubt(doubt) => {
                    let about = match heard.reading {
                        Reading::Objects(_) => Asked::Objection,
                        Reading::Held(held) => Asked::Held(held.why),
                        _ => Asked::Held(HeldWhy::UnknownAuthor),
                    };
                    let matters = doubt_matters(standing, index, doubt);
                    (about, answer(standing.fates[index]), matters)
                }
                _ => return None,
            };
            Some(Question {
                post: heard.post.message_id.clone(),
                of: standing.voter(index),
                about,
                line: heard.line().to_owned(),
                since: heard.at,
                answered_by: answered.map(|post| message_id(standing, post)),
                matters: matters && answered.is_none() && !closed,
            })
        })
        .collect()
}

fn message_id(standing: &Standing, index: usize) -> MessageId {
    standing.thread.posts[index].post.message_id.clone()
}

fn answer(fate: Fate) -> Option<usize> {
    match fate {
        Fate::Answered(by) | Fate::TakenBack(by) | Fate::Void(by) => Some(by),
        Fate::Stands | Fate::TakesBack(_) => None,
    }
}

/// Whether a -1 of a post's author could change the outcome.
fn minus_matters(standing: &Standing, index: usize) -> bool {
    standing.stop_of(index).is_some() || standing.binds(index) && standing.rule.counts_minus()
}

/// Whether the outcome could change by what a post turns out to be.
fn doubt_matters(standing: &Standing, index: usize, doubt: Doubt) -> bool {
    let (rule, Some(person)) = (standing.rule, standing.person(index)) else { return false };
    let now = standing.vote(person).filter(|_| !standing.is_bare(person)).map(|cast| cast.vote);
    let against = doubt.worst == Some(Vote::Minus) && now != Some(Vote::Minus);
    if against && minus_matters(standing, index) {
        return true;
    }
    let breaks_ties = rule.tie == Tie::Chair && standing.holds(index, rule.chair.as_ref());
    if rule.is_silence() || !standing.binds(index) && !breaks_ties {
        return false;
    }
    let less = doubt.worst.is_some_and(|worst| favour(Some(worst)) < favour(now)) && now == Some(Vote::Plus);
    let more = doubt
        .best
        .is_some_and(|best| favour(Some(best)) > favour(now) || rule.quorum.is_some() && now.is_none());
    less || (more && !standing.is_approved())
}

/// Who is waited for while the close is postponed.
pub(super) fn awaited_names(standing: &Standing) -> Vec<String> {
    let silence = standing.rule.is_silence();
    let mut posts: Vec<usize> =
        standing.bare.iter().filter_map(|(_, person)| standing.stands[*person].vote).collect();
    if silence {
        posts.extend(super::silence::may_be_objections(standing));
        posts.extend(super::silence::strangers_objections(standing));
    } else {
        posts.extend(standing.posts_of(|standing, person| {
            let stand = &standing.stands[person];
            let matters =
                |post: &usize| stand.doubt.is_some_and(|doubt| doubt_matters(standing, *post, doubt));
            stand.open.first().copied().filter(matters)
        }));
    }
    posts.sort_unstable();
    names(&standing.voters_of(&posts))
}

/// The objections that stand by the posts up to `close`, in the order in which they were made.
pub(super) fn objections(standing: &Standing, close: DateTime<Utc>) -> Vec<Objection> {
    let made = standing.thread.posts.iter().enumerate().filter(|(_, heard)| heard.at <= close);
    made.filter_map(|(index, heard)| {
        let person = standing.person(index)?;
        if heard.by_nominee || standing.fates[index] != Fate::Stands {
            return None;
        }
        let unknown = !standing.voters.people[person].known;
        let (vote, explained) = match heard.reading {
            Reading::Cast(cast) if cast.vote == Vote::Minus => {
                (Some(cast.vote), standing.stands[person].reason.is_some() || (unknown && cast.explained))
            }
            Reading::Objects(_) if !heard.is_root => (None, true),
            _ => return None,
        };
        let stop = standing.stop_of(index);
        let (post, at) = (heard.post.message_id.clone(), heard.at);
        Some(Objection {
            post,
            by: standing.voter(index),
            line: standing.objection_line(index),
            at,
            vote,
            explained,
            blocks: stop.is_some(),
            vetoes: stop == Some(Stop::Veto),
        })
    })
    .collect()
}
