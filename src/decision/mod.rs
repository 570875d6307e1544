//! Rule, roster, call, tally, verdict and `decide()`: how a mailing list decides.
//!
//! ```text
//! opening     which post opens a proposal, and when its window begins
//! heard       which posts are heard, in which order, and what each says
//! voters      who speaks, and whose vote binds
//! standing    how everybody stands at an instant: vote, reason, doubts
//! silence     ┐ the turns a proposal takes under its rule: open, graced, closed;
//! approval    ┘ by the posts known, however far the mailbox has been read
//! verdict       how it ends
//! progress    how far along those turns it is by what has been read: the state
//! judged, questions, happenings    what became of each post, who is asked what, what happened
//! announced   what a person announced, beside what is counted
//! rule, profile, parameters    what a rule is, the ready ones, how they are read and written
//! linking     which proposal an announcement outside its thread speaks of
//! decide      all of it, from a thread to its decision
//! ```

mod announced;
mod approval;
mod call;
mod decide;
mod decided;
mod happenings;
mod heard;
mod human_result;
mod judged;
mod linking;
mod opening;
mod parameters;
mod profile;
mod progress;
mod questions;
mod roster;
mod rule;
mod settings;
mod share;
mod silence;
mod span;
mod standing;
mod verdict;
mod voters;
mod working_days;
mod written;

#[cfg(test)]
mod tests;

pub use call::{Call, HeaderFault, ListRules, Mode, Nominee, RaisedFrom, Unfollowed};
pub use decide::{Horizon, decide, decide_read};
pub use decided::{
    Asked, Awaited, Count, Decision, Happening, Objection, Question, Refusal, Refused, Revision, State,
    Tally, Voter, Why,
};
pub use human_result::{AnnouncedVoter, AnnouncedVotes, Difference, HumanResult};
pub use judged::{JudgedPost, PostWhy, Status};
pub use linking::{Candidate, LINKED_WITHIN, Linked, MOST_CANDIDATES, link};
pub use opening::open;
pub(crate) use parameters::{PARAMETERS, Parameter, read as read_parameters};
pub use profile::Profile;
pub use roster::{Member, RoleSpan, Roster, RosterHistory, Seat};
pub use rule::{
    Approval, BindingAt, Calendar, Close, Electorate, Minus, Objectors, OnAmend, OnPass, Permissions, Rule,
    Tie,
};
pub use share::{Share, Whole};
pub use span::Span;
pub use working_days::WorkingDays;
pub(crate) use written::{Value, Wrong, is_short_name, kind_of};
