//! Who speaks in a thread, and whose vote binds.

use super::heard::Heard;
use super::{Call, Electorate, Member, Roster, Seat};
use crate::ballot::Claim;
use crate::mail::{Address, Author};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Everybody who speaks in a thread, one person each, as a roster tells them apart; the representatives of a seat are one.
pub(super) struct Voters<'a> {
    pub people: Vec<Person<'a>>,
    /// Who speaks in each post, in the thread's order; `None` for a post that is not heard.
    pub of_post: Vec<Option<Speaker<'a>>>,
}

/// Whoever has one vote: a seat, a member with all their addresses, one address, or an unknown author for one post alone.
pub(super) struct Person<'a> {
    pub seat: Option<&'a Seat>,
    /// Whether their mail tells an address.
    pub known: bool,
}

/// The author of a post.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'a> {
    /// Whose vote theirs is, by place among the people.
    pub person: usize,
    pub member: Option<&'a Member>,
    pub is_proposer: bool,
}

#[derive(PartialEq, Eq, Hash, Clone)]
enum Key {
    Seat(usize),
    Member(usize),
    Address(String),
}

/// Finds the member behind an address, and their seat, without walking the roster each time.
struct Directory<'a> {
    roster: Option<&'a Roster>,
    by_address: HashMap<String, usize>,
    /// The place of a member's seat among the seats of the roster.
    seats: HashMap<usize, usize>,
}

impl<'a> Directory<'a> {
    fn new(roster: Option<&'a Roster>, electorate: &Electorate) -> Self {
        let mut directory = Directory { roster, by_address: HashMap::new(), seats: HashMap::new() };
        let Some(roster) = roster else { return directory };
        let mut ids = HashMap::new();
        for (index, member) in roster.members.iter().enumerate() {
            ids.entry(member.id.as_str()).or_insert(index);
            for address in &member.addresses {
                directory.by_address.entry(fold(address)).or_insert(index);
            }
        }
        if let Electorate::Seats { seats } = electorate {
            let voting = roster.seats.iter().enumerate();
            for (place, seat) in voting.filter(|(_, seat)| seats.is_empty() || seats.contains(&seat.id)) {
                for index in seat.representatives.iter().filter_map(|id| ids.get(id.as_str())) {
                    directory.seats.entry(*index).or_insert(place);
                }
            }
        }
        directory
    }

    /// The author themselves.
    fn key(&self, author: &Author) -> Option<Key> {
        let address = fold(author.address.as_ref()?);
        Some(self.by_address.get(&address).map_or(Key::Address(address), |index| Key::Member(*index)))
    }

    /// Whose vote is theirs.
    fn voting(&self, key: Key) -> Key {
        match &key {
            Key::Member(index) => self.seats.get(index).map_or(key, |place| Key::Seat(*place)),
            _ => key,
        }
    }

    fn member(&self, key: Option<&Key>) -> Option<&'a Member> {
        match key {
            Some(Key::Member(index)) => self.roster.and_then(|roster| roster.members.get(*index)),
            _ => None,
        }
    }

    fn seat(&self, key: &Key) -> Option<&'a Seat> {
        match key {
            Key::Seat(place) => self.roster.and_then(|roster| roster.seats.get(*place)),
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
    pub fn of_thread(
        call: &Call,
        electorate: &Electorate,
        roster: Option<&'a Roster>,
        thread: &[Heard<'a>],
    ) -> Self {
        let directory = Directory::new(roster, electorate);
        let proposer = directory.key(&call.proposer);
        let mut index: HashMap<Key, usize> = HashMap::new();
        let mut people: Vec<Person> = Vec::new();
        let mut speaker = |heard: &Heard<'a>| {
            if heard.unheard.is_some() {
                return None;
            }
            let author = &heard.post.author;
            let key = directory.key(author);
            let is_proposer = (key.is_some() && key == proposer)
                || (*electorate == Electorate::Claimed && same_name(author, &call.proposer));
            let member = directory.member(key.as_ref());
            let mut new = |seat, known| {
                people.push(Person { seat, known });
                people.len() - 1
            };
            let person = match key.map(|key| directory.voting(key)) {
                Some(key) => {
                    let seat = directory.seat(&key);
                    *index.entry(key).or_insert_with(|| new(seat, true))
                }
                None => new(None, false),
            };
            Some(Speaker { person, member, is_proposer })
        };
        let of_post = thread.iter().map(&mut speaker).collect();
        Voters { people, of_post }
    }

    /// Whether the vote of a post binds at `instant`; `claim` is the last its author made.
    pub fn binds(
        &self,
        electorate: &Electorate,
        post: usize,
        claim: Option<Claim>,
        instant: DateTime<Utc>,
    ) -> bool {
        let Some(speaker) = self.of_post.get(post).copied().flatten() else { return false };
        let Some(person) = self.people.get(speaker.person).filter(|person| person.known) else {
            return false;
        };
        match electorate {
            Electorate::Roster { roles } => {
                speaker.member.is_some_and(|member| member.holds_any(roles, instant))
            }
            Electorate::Seats { .. } => person.seat.is_some(),
            Electorate::Everyone => true,
            Electorate::Claimed => claim != Some(Claim::NonBinding),
        }
    }
}

impl Electorate {
    /// How many may cast a binding vote at `instant`, but for somebody who may not though they are on the roster; `None` where no
    /// roster says so.
    pub(super) fn size(
        &self,
        roster: Option<&Roster>,
        but_for: Option<&Member>,
        instant: DateTime<Utc>,
    ) -> Option<usize> {
        let roster = roster?;
        match self {
            Electorate::Roster { roles } => {
                let size = roster.electorate_size(roles, instant);
                Some(size - usize::from(but_for.is_some_and(|member| member.holds_any(roles, instant))))
            }
            Electorate::Seats { seats } => Some(roster.voting_seats(seats).count()),
            Electorate::Everyone | Electorate::Claimed => None,
        }
    }
}

fn same_name(a: &Author, b: &Author) -> bool {
    !a.name.trim().is_empty() && a.name.trim() == b.name.trim()
}
