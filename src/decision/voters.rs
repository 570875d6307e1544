//! Who speaks in a thread, and whose vote binds.

use super::heard::Heard;
use super::thread::nominated;
use super::{Call, Electorate, JudgedPost, Member, Roster, Rule, Seat, Status};
use crate::ballot::{Claim, Reading};
use crate::mail::Author;
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

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Key {
    Seat(usize),
    Member(usize),
    /// An address that no member has, by its place among the thread's.
    Address(usize),
}

/// The addresses that a thread was written from, each with its place among them.
pub(super) struct Addresses {
    places: HashMap<String, usize>,
    of_post: Vec<Option<usize>>,
    proposer: Option<usize>,
}

impl Addresses {
    /// Those of the authors of a thread and of its proposer.
    pub fn of(call: &Call, thread: &[Heard]) -> Self {
        let mut places = HashMap::new();
        let mut place = |author: &Author| {
            let address = author.address.as_ref()?.folded();
            let next = places.len();
            Some(*places.entry(address.into_owned()).or_insert(next))
        };
        let proposer = place(&call.proposer);
        let of_post = thread.iter().map(|heard| place(&heard.post.author)).collect();
        Addresses { places, of_post, proposer }
    }
}

/// The members behind the addresses of a thread, by one version of the roster.
pub(super) struct Directory<'a> {
    pub roster: Option<&'a Roster>,
    /// By the address's place: the member's place on the roster.
    members: Vec<Option<usize>>,
}

impl<'a> Directory<'a> {
    /// Walks the roster once.
    pub fn new(roster: Option<&'a Roster>, addresses: &Addresses) -> Self {
        let mut members = vec![None; addresses.places.len()];
        for (index, member) in roster.iter().flat_map(|roster| &roster.members).enumerate() {
            for address in &member.addresses {
                if let Some(place) = addresses.places.get(address.folded().as_ref()) {
                    members[*place].get_or_insert(index);
                }
            }
        }
        Directory { roster, members }
    }

    /// Whoever writes from the address at that place.
    fn key(&self, place: usize) -> Key {
        self.members[place].map_or(Key::Address(place), Key::Member)
    }

    fn member(&self, key: Key) -> Option<&'a Member> {
        match key {
            Key::Member(index) => self.roster.and_then(|roster| roster.members.get(index)),
            _ => None,
        }
    }

    fn seat(&self, key: Key) -> Option<&'a Seat> {
        match key {
            Key::Seat(place) => self.roster.and_then(|roster| roster.seats.get(place)),
            _ => None,
        }
    }

    /// Whose vote is whose: the place of each representative's seat on the roster, by the member's own place.
    fn seating(&self, electorate: &Electorate) -> HashMap<usize, usize> {
        let mut seating = HashMap::new();
        let (Some(roster), Electorate::Seats { seats }) = (self.roster, electorate) else { return seating };
        let mut ids = HashMap::new();
        for (index, member) in roster.members.iter().enumerate() {
            ids.entry(member.id.as_str()).or_insert(index);
        }
        let voting = roster.seats.iter().enumerate();
        for (place, seat) in voting.filter(|(_, seat)| seats.is_empty() || seats.contains(&seat.id)) {
            for index in seat.representatives.iter().filter_map(|id| ids.get(id.as_str())) {
                seating.entry(*index).or_insert(place);
            }
        }
        seating
    }
}

impl<'a> Voters<'a> {
    /// Tells the authors of a thread apart by the directory of its addresses.
    pub fn of_thread(
        call: &Call,
        electorate: &Electorate,
        addresses: &Addresses,
        directory: &Directory<'a>,
        thread: &[Heard<'a>],
    ) -> Self {
        let seating = directory.seating(electorate);
        let voting = |key: Key| match key {
            Key::Member(index) => seating.get(&index).map_or(key, |place| Key::Seat(*place)),
            _ => key,
        };
        let proposer = addresses.proposer.map(|place| directory.key(place));
        let mut index: HashMap<Key, usize> = HashMap::new();
        let mut people: Vec<Person> = Vec::new();
        let mut speaker = |(post, heard): (usize, &Heard<'a>)| {
            if heard.unheard.is_some() {
                return None;
            }
            let author = &heard.post.author;
            let key = addresses.of_post[post].map(|place| directory.key(place));
            let is_proposer = (key.is_some() && key == proposer)
                || (*electorate == Electorate::Claimed && same_name(author, &call.proposer));
            let member = key.and_then(|key| directory.member(key));
            let mut new = |seat, known| {
                people.push(Person { seat, known });
                people.len() - 1
            };
            let person = match key.map(voting) {
                Some(key) => *index.entry(key).or_insert_with(|| new(directory.seat(key), true)),
                None => new(None, false),
            };
            Some(Speaker { person, member, is_proposer })
        };
        let of_post = thread.iter().enumerate().map(&mut speaker).collect();
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

/// The names of those whose vote would bind at `instant` and who have cast none, in the roster's order; of seats, the seats' names. An
/// unexplained -1 is cast, though it does not count.
pub(super) fn not_voted<'r>(
    call: &Call,
    rule: &'r Rule,
    roster: Option<&'r Roster>,
    instant: DateTime<Utc>,
    posts: &[JudgedPost],
) -> Vec<&'r str> {
    let Some(roster) = roster else { return Vec::new() };
    let cast = |post: &&JudgedPost| {
        matches!(post.status, Status::Counted | Status::Unexplained)
            && matches!(post.reading, Reading::Cast(_))
    };
    let cast = |who: fn(&JudgedPost) -> Option<&String>| -> Vec<&String> {
        let mut cast: Vec<&String> = posts.iter().filter(cast).filter_map(who).collect();
        cast.sort_unstable();
        cast
    };
    let has = |cast: &[&String], id: &String| cast.binary_search(&id).is_ok();
    match &rule.electorate {
        Electorate::Roster { roles } => {
            let nominee = nominated(call, Some(roster)).map(|member| &member.id);
            let proposer = call.proposer.address.as_ref().filter(|_| !rule.proposer_counts);
            let proposer = proposer.and_then(|address| roster.member(address)).map(|member| &member.id);
            let binds = |member: &&Member| {
                member.holds_any(roles, instant)
                    && Some(&member.id) != nominee
                    && Some(&member.id) != proposer
            };
            let cast = cast(|post| post.member.as_ref());
            let missing = roster.members.iter().filter(|member| binds(member) && !has(&cast, &member.id));
            missing.map(|member| member.name.as_str()).collect()
        }
        Electorate::Seats { seats } => {
            let cast = cast(|post| post.seat.as_ref());
            let missing = roster.voting_seats(seats).filter(|seat| !has(&cast, &seat.id));
            missing.map(|seat| seat.name.as_str()).collect()
        }
        Electorate::Everyone | Electorate::Claimed => Vec::new(),
    }
}

fn same_name(a: &Author, b: &Author) -> bool {
    !a.name.trim().is_empty() && a.name.trim() == b.name.trim()
}
