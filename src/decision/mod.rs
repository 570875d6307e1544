//! Rule, roster, call, tally, verdict and `decide()`: how a mailing list decides.

mod call;
mod decided;
mod roster;
mod rule;
mod span;

pub use call::{Call, ListRules, Mode};
pub use decided::{
    Asked, Awaited, Count, Decision, Happening, HumanResult, JudgedPost, Objection, PostWhy, Question, State,
    Status, Tally, Voter, Why,
};
pub use roster::{Member, RoleSpan, Roster, RosterHistory};
pub use rule::{Approval, Electorate, Minus, Rule};
pub use span::Span;
