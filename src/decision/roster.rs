//! The roster: who is on the team, under which addresses, in which roles, and since when.

use crate::mail::Address;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Everybody on the team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// The members, in the file's order.
    pub members: Vec<Member>,
    /// The seats, in the file's order; none where every member votes for themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<Seat>,
}

/// What casts one vote on a council: a body with one or several representatives, of whom the latest vote counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// A short name that records carry.
    pub id: String,
    /// The name to print.
    pub name: String,
    /// Ids of the members who vote for it.
    pub representatives: Vec<String>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// A short name that published records carry instead of the address.
    pub id: String,
    /// The name to print.
    pub name: String,
    /// Every address the person writes from.
    pub addresses: Vec<Address>,
    /// Roles with their spans; a member without any is a plain member.
    pub roles: Vec<RoleSpan>,
    /// The fingerprint of their OpenPGP key: hexadecimal digits in upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// A role held for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSpan {
    /// The role's name, e.g. `maintainer`.
    pub role: String,
    /// From this instant on, UTC; always where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// Up to this instant, exclusive, UTC; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl RoleSpan {
    /// Whether it holds at `instant`.
    pub fn holds_at(&self, instant: DateTime<Utc>) -> bool {
        self.since.is_none_or(|since| since <= instant) && self.until.is_none_or(|until| instant < until)
    }
}

impl Member {
    /// Whether the member holds one of `roles` at `instant`; with no roles named, whether they are a member then: somebody
    /// whose every role has ended, or not begun, is none.
    pub fn holds_any(&self, roles: &[String], instant: DateTime<Utc>) -> bool {
        if roles.is_empty() {
            return self.roles.is_empty() || self.roles.iter().any(|span| span.holds_at(instant));
        }
        self.roles.iter().any(|span| span.holds_at(instant) && roles.contains(&span.role))
    }
}

impl Roster {
    /// Whose address that is.
    pub fn member(&self, address: &Address) -> Option<&Member> {
        self.members.iter().find(|member| address.is_among(&member.addresses))
    }

    /// The member of that id.
    pub fn member_named(&self, id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// The seats among `named` that vote; every seat where none is named.
    pub fn voting_seats<'a>(&'a self, named: &'a [String]) -> impl Iterator<Item = &'a Seat> {
        self.seats.iter().filter(move |seat| named.is_empty() || named.contains(&seat.id))
    }

    /// The seat among `named` that a member votes for: the first, where there are several.
    pub fn seat_of<'a>(&'a self, member: &Member, named: &'a [String]) -> Option<&'a Seat> {
        self.voting_seats(named).find(|seat| seat.representatives.contains(&member.id))
    }

    /// Whether a seat has a representative on the roster at `instant`, whose vote can be the seat's.
    pub fn represents(&self, seat: &Seat, instant: DateTime<Utc>) -> bool {
        let members = seat.representatives.iter().filter_map(|id| self.member_named(id));
        members.into_iter().any(|member| member.holds_any(&[], instant))
    }

    /// How many hold one of `roles` at `instant`.
    pub fn electorate_size(&self, roles: &[String], instant: DateTime<Utc>) -> usize {
        self.members.iter().filter(|member| member.holds_any(roles, instant)).count()
    }
}

/// The roster as it was over time: each version from the instant it was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterHistory {
    /// Ascending by instant (UTC).
    pub versions: Vec<(DateTime<Utc>, Roster)>,
}

impl RosterHistory {
    /// One roster that has always been so.
    pub fn always(roster: Roster) -> Self {
        RosterHistory { versions: vec![(DateTime::UNIX_EPOCH, roster)] }
    }

    /// The version in force at `instant`; before the first one, the first one.
    pub fn at(&self, instant: DateTime<Utc>) -> Option<&Roster> {
        let upto = self.versions.iter().rev().find(|(since, _)| *since <= instant);
        upto.or(self.versions.first()).map(|(_, roster)| roster)
    }
}
