//! Who speaks in a thread, and whose vote binds.

use super::heard::Heard;
use super::{Call, Electorate, Member, Roster};
use crate::ballot::Claim;
use crate::mail::{Address, Author};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Everybody who speaks in a thread, one person each, as a roster tells them apart.
pub(super) struct Voters<'a> {
    pub people: Vec<Person<'a>>,
    /// The person behind each post, in the thread's order; `None` for a post that is not heard.
    pub of_post: Vec<Option<usize>>,
    electorate: &'a Electorate,
    roster: Option<&'a Roster>,
}

/// Somebody who speaks: a member with all their addresses, or one address, or an unknown author for one post alone.
pub(super) struct Person<'a> {
    pub member: Option<&'a Member>,
    /// Whether their mail tells an address.
    pub known: bool,
    pub is_proposer: bool,
}

#[derive(PartialEq, Eq, Hash, Clone)]
enum Key {
    Member(usize),
    Address(String),
}

/// Finds the member behind an address without walking the roster each time.
struct Directory<'a> {
    roster: Option<&'a Roster>,
    by_address: HashMap<String, usize>,
}

impl<'a> Directory<'a> {
    fn new(roster: Option<&'a Roster>) -> Self {
        let mut by_address = HashMap::new();
        for (index, member) in roster.iter().flat_map(|roster| roster.members.iter().enumerate()) {
            for address in &member.addresses {
                by_address.entry(fold(address)).or_insert(index);
            }
        }
        Directory { roster, by_address }
    }

    fn key(&self, author: &Author) -> Option<Key> {
        let address = fold(author.address.as_ref()?);
        Some(self.by_address.get(&address).map_or(Key::Address(address), |index| Key::Member(*index)))
    }

    fn member(&self, key: Option<&Key>) -> Option<&'a Member> {
        match key {
            Some(Key::Member(index)) => self.roster.and_then(|roster| roster.members.get(*index)),
            _ => None,
        }
    }
}

/// Addresses name the same mailbox whatever their case.
fn fold(address: &Address) -> String {
    address.as_str().to_lowercase()
}

impl<'a> Voters<'a> {
    /// Tells the authors of a thread apart by that roster.
    pub fn of_thread(call: &'a Call, roster: Option<&'a Roster>, thread: &[Heard<'a>]) -> Self {
        let directory = Directory::new(roster);
        let proposer = directory.key(&call.proposer);
        let mut index: HashMap<Key, usize> = HashMap::new();
        let mut people: Vec<Person> = Vec::new();
        let mut person_of = |heard: &Heard<'a>| {
            if heard.unheard.is_some() {
                return None;
            }
            let author = &heard.post.author;
            let key = directory.key(author);
            let is_proposer = (key.is_some() && key == proposer)
                || (call.rule.electorate == Electorate::Claimed && same_name(author, &call.proposer));
            let mut new = || {
                people.push(Person {
                    member: directory.member(key.as_ref()),
                    known: key.is_some(),
                    is_proposer: false,
                });
                people.len() - 1
            };
            let person = match key.clone() {
                Some(key) => *index.entry(key).or_insert_with(new),
                None => new(),
            };
            if let Some(person) = people.get_mut(person) {
                person.is_proposer |= is_proposer;
            }
            Some(person)
        };
        let of_post = thread.iter().map(&mut person_of).collect();
        Voters { people, of_post, electorate: &call.rule.electorate, roster }
    }

    /// Whether a vote of that person binds at `instant`, or an objection of theirs blocks; `claim` is the last they made.
    pub fn binds(&self, person: usize, claim: Option<Claim>, instant: DateTime<Utc>) -> bool {
        let Some(person) = self.people.get(person).filter(|person| person.known) else { return false };
        match self.electorate {
            Electorate::Roster { roles } => {
                person.member.is_some_and(|member| member.holds_any(roles, instant))
            }
            Electorate::Seats { seats } => person.member.is_some_and(|member| {
                self.roster.is_some_and(|roster| roster.seat_of(member, seats).is_some())
            }),
            Electorate::Everyone => true,
            Electorate::Claimed => claim != Some(Claim::NonBinding),
        }
    }
}

fn same_name(a: &Author, b: &Author) -> bool {
    !a.name.trim().is_empty() && a.name.trim() == b.name.trim()
}
