//! Rule, roster, call, tally, verdict and `decide()`: how a mailing list decides.
//!
//! ```text
//! opening     which post opens a proposal; pseudo_headers, what its first lines ask for
//! raising     which post opens a blocked proposal anew, under a stricter rule
//! thread      a proposal's posts in their order, each as it was heard (heard)
//! voters      who speaks: people and seats
//! standing    how everybody stands at an instant: vote, reason, doubts
//! effect, addition, votes    whose word has which effect, and what all of it adds up to
//! course      instant by instant, what is in force: rule, window, text; acts change it
//! silence     ┐ which phase that makes under its rule:
//! approval    ┘ open, graced, closed
//! verdict     how it ends
//! progress    how far along those turns it is by what has been read: the state
//! judged, refusals, questions, happenings    what became of each post, what is refused, who is asked what, what happened
//! announced   what a person announced, beside what is counted
//! rule, profile, parameters    what a rule is, the ready ones, how they are read and written
//! linking     which proposal an announcement outside its thread speaks of
//! decide      all of it, from a thread to its decision
//! ```

mod acts;
mod addition;
mod announced;
mod approval;
mod asked;
mod call;
mod course;
mod decide;
mod decided;
mod effect;
mod happenings;
mod heard;
mod human_result;
mod judged;
mod length;
mod linking;
mod opening;
mod parameters;
mod profile;
mod progress;
mod pseudo_headers;
mod questions;
mod raising;
mod refusal;
mod refusals;
mod repeated;
mod roster;
mod rule;
mod settings;
mod share;
mod silence;
mod span;
mod standing;
mod thread;
mod verdict;
mod voters;
mod votes;
mod window;
mod working_days;
mod written;

#[cfg(test)]
mod tests;

pub use asked::{Asked, Question};
pub use call::{Call, HeaderFault, ListRules, Mode, Nominee, RaisedFrom, Unfollowed};
pub use decide::{Horizon, Proceeding, decide, decide_read, readings};
pub use decided::{Awaited, Count, Decision, Happening, Objection, Revision, State, Tally, Voter, Why};
pub use human_result::{AnnouncedVoter, AnnouncedVotes, Difference, HumanResult};
pub use judged::{JudgedPost, PostWhy, Status};
pub use linking::{Candidate, LINKED_WITHIN, Linked, MOST_CANDIDATES, link};
pub use opening::{may_open, open};
pub(crate) use parameters::{PARAMETERS, Parameter, read as read_parameters};
pub use profile::Profile;
pub(crate) use raising::stricter_kind;
pub use raising::{RAISABLE_FOR, open_raised};
pub use refusal::{Refusal, Refused};
pub use roster::{Member, RoleSpan, Roster, RosterHistory, Seat};
pub use rule::{
    Approval, BindingAt, Calendar, Close, Electorate, Minus, Objectors, OnAmend, OnPass, Permissions, Rule,
    Tie,
};
pub use share::{Share, Whole};
pub use span::Span;
pub use working_days::WorkingDays;
pub(crate) use written::{Value, Wrong, is_short_name, kind_of};
