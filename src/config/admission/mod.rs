//! `roster.toml` with what a passed proposal gives: one more member, or one more role of a member. Everything else in the file stays
//! as it is, comments and layout too.

mod edit;

use super::list::roster_from;
use super::patch;
use super::roster::first_valid;
use super::{ConfigErrors, ListConfig};
use crate::decision::{Member, Nominee, RoleSpan, Roster, is_short_name};
use crate::mail::Address;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::path::Path;

/// Who gets which role, and from which day on.
#[derive(Debug, Clone, Copy)]
pub struct Admitted<'a> {
    /// Whom the proposal is about.
    pub nominee: &'a Nominee,
    /// The role, as the proposal or its rule writes it.
    pub role: &'a str,
    /// From the beginning of this day on, in the list's zone.
    pub since: NaiveDate,
    /// Ids that records know: a new member gets none of them.
    pub known_ids: &'a [String],
}

/// The changed roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The file's new text.
    pub text: String,
    /// The id of who gets the role.
    pub member: String,
    /// The role, as the file writes it.
    pub role: String,
    /// Whether they were not on the roster before.
    pub is_new: bool,
    /// Whether they were a plain member before, without any role: from now on they are one only while a role of theirs lasts.
    pub was_plain: bool,
}

/// Why a roster is not changed, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// It has problems already.
    #[error("{0}")]
    Roster(ConfigErrors),
    /// They hold that role already.
    #[error("{id} holds the role {role} on the roster already{until}: there is nothing to change")]
    Held {
        /// Who.
        id: String,
        /// Which role.
        role: String,
        /// Until when, as a clause; empty where it has no end.
        until: String,
    },
    /// No address is known.
    #[error(
        "the proposal gives no address for {0}, and nobody of that name is on the roster: ask {0} for the address, and add a [[member]] with id, name and addresses to the roster by hand"
    )]
    NoAddress(String),
    /// A member has that name, and another address.
    #[error(
        "{address} is not on the roster, but {id} has the same name: if that is the same person, add the address to the `addresses` of {id} and run this again; else add a [[member]] by hand"
    )]
    SameName {
        /// The nominee's address.
        address: Address,
        /// The member.
        id: String,
    },
    /// Several members have that name.
    #[error(
        "several members are called {0}, and the proposal gives no address: add the role to the right one by hand"
    )]
    SeveralNamed(String),
    /// The address is the list's.
    #[error("{0} is the list's own address, not a person's: edit the roster by hand")]
    ListAddress(Address),
    /// The role cannot stand on a roster.
    #[error(
        "{0:?} cannot be a role on the roster (letters, digits, - _ or . are meant): give the role by hand, under a name that can"
    )]
    Role(String),
    /// The file writes its members in a way that is not changed by program.
    #[error(
        "the roster does not write its members as [[member]] tables, or writes their roles otherwise than as a list of tables: add the role {role} for {who}, since = \"{since}\", by hand"
    )]
    ByHand {
        /// Which role.
        role: String,
        /// For whom.
        who: String,
        /// From which day on.
        since: NaiveDate,
    },
}

/// What is to be written.
enum Change<'a> {
    /// A new `[[member]]`.
    Member { id: String, name: &'a str, address: &'a Address },
    /// A new role of the member of that id.
    Role { id: String },
}

/// The roster `text`, read from `file`, with the role for the nominee. Nothing is written.
///
/// # Errors
/// Where the roster has problems, the nominee holds the role already or cannot be told, or the file is laid out in a way that cannot be
/// kept.
pub fn admit(
    file: &Path,
    text: &str,
    list: &ListConfig,
    admitted: &Admitted<'_>,
) -> Result<Admission, AdmissionError> {
    let read = |text: &str| {
        let (roster, problems, _) = roster_from(file, text, list.zone, &list.form.addresses);
        if problems.is_empty() { Ok(roster) } else { Err(ConfigErrors::in_order(problems, file)) }
    };
    let roster = read(text).map_err(AdmissionError::Roster)?;
    let role = role(&roster, admitted.role)?;
    let since = first_valid(admitted.since.and_time(NaiveTime::MIN), list.zone).unwrap_or_default();
    let known = member(&roster, admitted.nominee, &list.form.addresses)?;
    let (change, was_plain) = match known {
        Some(known) => {
            check_not_held(known, &role, since)?;
            (Change::Role { id: known.id.clone() }, known.roles.is_empty())
        }
        None => (newcomer(&roster, admitted)?, false),
    };
    let (id, is_new) = match &change {
        Change::Member { id, .. } => (id.clone(), true),
        Change::Role { id } => (id.clone(), false),
    };
    let expected = changed(roster, &change, RoleSpan { role: role.clone(), since: Some(since), until: None });
    let by_hand = || AdmissionError::ByHand { role: role.clone(), who: id.clone(), since: admitted.since };
    let edited = edit::edited(text, &change, &role, admitted.since).ok_or_else(by_hand)?;
    let new = patch::applied(text, &edited);
    // Whatever the layout did to it: what is written holds this change and no other.
    if read(&new).ok() != Some(expected) {
        return Err(by_hand());
    }
    Ok(Admission { text: new, member: id, role, is_new, was_plain })
}

/// The role as the roster writes it: in the case that it has there, words joined by hyphens.
fn role(roster: &Roster, written: &str) -> Result<String, AdmissionError> {
    let role = written.split_whitespace().collect::<Vec<_>>().join("-");
    if !is_short_name(&role) {
        return Err(AdmissionError::Role(written.to_owned()));
    }
    let mut known = roster.members.iter().flat_map(|member| &member.roles).map(|span| &span.role);
    let same = known.find(|known| known.eq_ignore_ascii_case(&role)).cloned();
    Ok(same.unwrap_or(role))
}

/// The member whom the proposal is about, where they are on the roster.
fn member<'r>(
    roster: &'r Roster,
    nominee: &Nominee,
    list: &[Address],
) -> Result<Option<&'r Member>, AdmissionError> {
    let name = nominee.name.trim().to_lowercase();
    let named: Vec<&Member> =
        roster.members.iter().filter(|member| member.name.trim().to_lowercase() == name).collect();
    match (&nominee.address, named.as_slice()) {
        (Some(address), _) if address.is_among(list) => Err(AdmissionError::ListAddress(address.clone())),
        (Some(address), named) => match (roster.member(address), named) {
            (Some(known), _) => Ok(Some(known)),
            (None, [namesake, ..]) => {
                Err(AdmissionError::SameName { address: address.clone(), id: namesake.id.clone() })
            }
            (None, []) => Ok(None),
        },
        (None, [only]) => Ok(Some(only)),
        (None, []) => Err(AdmissionError::NoAddress(nominee.name.clone())),
        (None, _) => Err(AdmissionError::SeveralNamed(nominee.name.clone())),
    }
}

fn check_not_held(member: &Member, role: &str, since: DateTime<Utc>) -> Result<(), AdmissionError> {
    let overlaps = |span: &&RoleSpan| span.role == role && span.until.is_none_or(|until| until > since);
    let Some(span) = member.roles.iter().find(overlaps) else { return Ok(()) };
    let until = span.until.map_or(String::new(), |until| format!(", until {until}"));
    Err(AdmissionError::Held { id: member.id.clone(), role: role.to_owned(), until })
}

fn newcomer<'a>(roster: &Roster, admitted: &Admitted<'a>) -> Result<Change<'a>, AdmissionError> {
    let name = admitted.nominee.name.trim();
    let address =
        admitted.nominee.address.as_ref().ok_or_else(|| AdmissionError::NoAddress(name.to_owned()))?;
    let on_roster = roster.members.iter().map(|member| member.id.as_str());
    let taken: Vec<String> =
        on_roster.chain(admitted.known_ids.iter().map(String::as_str)).map(str::to_lowercase).collect();
    Ok(Change::Member { id: id(name, address, &taken), name, address })
}

/// An id that nobody has: the first name, the whole name, what stands before the address's `@`, or that with a number.
fn id(name: &str, address: &Address, taken: &[String]) -> String {
    let short = |text: &str| {
        let letters = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' };
        let id: String = text.to_lowercase().chars().map(letters).take(48).collect();
        id.trim_matches(['-', '.']).to_owned()
    };
    let plain = |text: &str| text.chars().all(|c| c.is_ascii() && c != '@');
    let first = name.split_whitespace().next().filter(|first| plain(first)).map(&short);
    let whole = Some(name).filter(|name| plain(name)).map(&short);
    let local = Some(short(address.local_part())).filter(|id| !id.is_empty());
    let base = local.clone().unwrap_or_else(|| "member".to_owned());
    let numbered = (2..).map(|number: u32| format!("{base}-{number}"));
    let is_free = |id: &String| is_short_name(id) && !taken.contains(id);
    let wanted = [first, whole, local, Some("member".to_owned())].into_iter().flatten();
    wanted.chain(numbered).find(is_free).unwrap_or_default()
}

/// The roster as it must read afterwards.
fn changed(mut roster: Roster, change: &Change<'_>, span: RoleSpan) -> Roster {
    match change {
        Change::Member { id, name, address } => roster.members.push(Member {
            id: id.clone(),
            name: (*name).to_owned(),
            addresses: vec![(*address).clone()],
            roles: vec![span],
            fingerprint: None,
        }),
        Change::Role { id } => {
            let member = roster.members.iter_mut().find(|member| member.id == *id);
            if let Some(member) = member {
                member.roles.push(span);
            }
        }
    }
    roster
}

#[cfg(test)]
mod tests;
