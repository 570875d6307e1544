//! What a person announced of a proposal, beside what the engine counts. It changes nothing.

use super::heard::Heard;
use super::standing::Standing;
use super::{
    AnnouncedVoter, AnnouncedVotes, Count, Difference, HumanResult, JudgedPost, Status, Tally, Voter,
};
use crate::ballot::{Announcement, Cast, Claim, Event, Reading, Vote, announcement, folded};
use crate::mail::MessageId;
use std::collections::HashMap;

/// The outcome that a person announced: the last announcement of the proposer's, else the last of anybody's, compared with what became of
/// the posts.
pub(super) fn human_result(standing: &Standing, posts: &[JudgedPost], tally: &Tally) -> Option<HumanResult> {
    let thread = standing.thread;
    let announces = |heard: &Heard| {
        let result = matches!(heard.reading, Reading::Event(Event::Result));
        result && heard.unheard.is_none() && !heard.is_root
            || heard.by_proposer && heard.cancels() && matches!(heard.reading, Reading::Event(Event::Cancel))
    };
    let last = |by_proposer: bool| {
        thread.posts.iter().rposition(|heard| announces(heard) && (heard.by_proposer || !by_proposer))
    };
    let index = last(true).or_else(|| last(false))?;
    let heard = &thread.posts[index];
    let root = thread.posts.iter().find(|post| post.is_root);
    let name = root.map_or("", |root| root.post.subject.base.as_str());
    let announced = announcement(heard.post, name);
    let cancels = matches!(heard.reading, Reading::Event(Event::Cancel));
    let outcome = if cancels { Some("cancelled") } else { announced.outcome.map(|outcome| outcome.as_str()) };
    let (votes, differences) = compare(&announced, posts, tally);
    Some(HumanResult {
        message_id: heard.post.message_id.clone(),
        by: standing.voter(index),
        at: heard.at,
        outcome: outcome.map(str::to_owned),
        by_proposer: heard.by_proposer,
        votes,
        differences,
    })
}

/// The votes that an announcement counts with the people behind its names, and how that differs from what was counted.
fn compare(
    announced: &Announcement,
    posts: &[JudgedPost],
    tally: &Tally,
) -> (Vec<AnnouncedVotes>, Vec<Difference>) {
    let people = people(posts);
    let mut names: Vec<(usize, String)> = Vec::new();
    for (group, votes) in announced.votes.iter().enumerate() {
        names.extend(turned(&votes.names, &people).into_iter().map(|name| (group, name)));
    }
    let found = find(&names, &people);
    let mut differences = Vec::new();
    let mut votes: Vec<AnnouncedVotes> = Vec::new();
    for group in &announced.votes {
        let (vote, claim, count) = (group.vote, group.claim, group.count);
        votes.push(AnnouncedVotes { vote, claim, count, voters: Vec::new() });
    }
    for ((group, name), found) in names.iter().zip(&found) {
        let votes = &mut votes[*group];
        let person = found.as_ref().ok().map(|person| &people[*person]);
        let difference = match (found, person) {
            (Err(Lost::Nobody), _) => Some(Difference::NotFound { name: name.clone() }),
            (Err(Lost::Several), _) => Some(Difference::Ambiguous { name: name.clone() }),
            (_, Some(person)) => differs(name, votes.vote, votes.claim, person),
            _ => None,
        };
        differences.extend(difference);
        votes.voters.push(AnnouncedVoter {
            name: name.clone(),
            who: person.map(|person| person.who.clone()),
            post: person.and_then(|person| Some(person.said.as_ref()?.post.clone())),
        });
    }
    for votes in &votes {
        let listed = u32::try_from(votes.voters.len()).unwrap_or(u32::MAX);
        if let Some(count) = votes.count.filter(|count| listed > 0 && *count != listed) {
            let (vote, claim) = (votes.vote, votes.claim);
            differences.push(Difference::Miscounted { vote, claim, count, listed });
        }
    }
    differences.extend(omitted(&votes, &people, &found));
    differences.extend(counts(&votes, tally));
    (votes, differences)
}

/// Somebody who wrote in the thread.
struct Person<'p> {
    who: Voter,
    /// Their names, each as its words, folded.
    names: Vec<Vec<String>>,
    /// Addresses and the id on the roster, folded.
    handles: Vec<String>,
    said: Option<Said<'p>>,
}

/// The vote of theirs that stands, or else the last one that does not.
struct Said<'p> {
    post: &'p MessageId,
    vote: Vote,
    status: Status,
}

impl Said<'_> {
    fn counts(&self) -> bool {
        matches!(self.status, Status::Counted | Status::Advisory)
    }
}

fn words(name: &str) -> Vec<String> {
    let folded = folded(name);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Everybody who wrote in the thread, each once.
fn people(posts: &[JudgedPost]) -> Vec<Person<'_>> {
    let mut people: Vec<Person> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for post in posts {
        if matches!(post.reading, Reading::Automatic { .. }) {
            continue;
        }
        let address = post.author.address.as_ref().map(|address| address.folded().into_owned());
        let key = post.member.clone().map(|id| format!("member {id}")).or_else(|| address.clone());
        let key = key.unwrap_or_else(|| format!("name {}", post.author.name));
        let at = *index.entry(key).or_insert_with(|| {
            let who = Voter { author: post.author.clone(), member: post.member.clone(), seat: None };
            let handles = post.member.iter().map(|id| folded(id)).collect();
            people.push(Person { who, names: Vec::new(), handles, said: None });
            people.len() - 1
        });
        let person = &mut people[at];
        let name = words(&post.author.name);
        if !name.is_empty() && !person.names.contains(&name) {
            person.names.push(name);
        }
        if let Some(address) = address.filter(|address| !person.handles.contains(address)) {
            person.handles.push(address);
        }
        if let Reading::Cast(Cast { vote, .. }) = &post.reading
            && (person.said.as_ref().is_none_or(|said| !said.counts())
                || matches!(post.status, Status::Counted | Status::Advisory))
        {
            person.said = Some(Said { post: &post.message_id, vote: *vote, status: post.status });
        }
    }
    people
}

/// A list's names, "Last, First" joined where somebody of that name wrote in the thread.
fn turned(names: &[String], people: &[Person]) -> Vec<String> {
    let mut turned = Vec::new();
    let mut at = 0;
    while let Some(name) = names.get(at) {
        at += 1;
        let both = names.get(at).map(|first| [words(first), words(name)].concat());
        let one =
            |both: &Vec<String>| both.len() == 2 && people.iter().any(|person| person.names.contains(both));
        if both.as_ref().is_some_and(one) {
            turned.push(format!("{name}, {}", names[at]));
            at += 1;
        } else {
            turned.push(name.clone());
        }
    }
    turned
}

/// Why nobody is found behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Nobody,
    Several,
}

/// How surely a name means a person; the surest first.
const LEVELS: [fn(&Named, &Person) -> bool; 4] = [
    // The whole name, an address, the id on the roster.
    |name, person| person.names.contains(&name.words) || person.handles.contains(&name.folded),
    // The same words in another order.
    |name, person| person.names.iter().any(|own| same_words(&name.words, own)),
    // A first name, a last name, initials; or more of the name than the mail shows.
    |name, person| person.names.iter().any(|own| is_part(&name.words, own) || is_part(own, &name.words)),
    // The part of the address before the @.
    |name, person| {
        let locals = person.handles.iter().filter_map(|handle| handle.split_once('@'));
        locals.into_iter().any(|(local, _)| words(local).concat() == name.words.concat())
    },
];

struct Named {
    words: Vec<String>,
    folded: String,
}

fn same_words(a: &[String], b: &[String]) -> bool {
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// Whether every word of a name is a word of the whole one, in their order, or its initial; one of them is no initial.
fn is_part(part: &[String], whole: &[String]) -> bool {
    let mut left = whole.iter();
    let fits = |word: &String| {
        left.any(|own| own == word || word.chars().count() == 1 && own.starts_with(word.as_str()))
    };
    part.len() <= whole.len() && part.iter().any(|word| word.chars().count() > 1) && part.iter().all(fits)
}

/// The people behind names, nobody behind two.
fn find(names: &[(usize, String)], people: &[Person]) -> Vec<Result<usize, Lost>> {
    let named: Vec<Named> =
        names.iter().map(|(_, name)| Named { words: words(name), folded: folded(name) }).collect();
    let mut found = vec![Err(Lost::Nobody); names.len()];
    let mut taken = vec![false; people.len()];
    for is_meant in LEVELS {
        for (name, found) in named.iter().zip(&mut found) {
            if found.is_ok() || name.words.is_empty() {
                continue;
            }
            let fits = |at: &usize| !taken[*at] && is_meant(name, &people[*at]);
            let mut meant: Vec<usize> = (0..people.len()).filter(fits).collect();
            if meant.len() > 1 && meant.iter().any(|at| people[*at].said.is_some()) {
                meant.retain(|at| people[*at].said.is_some());
            }
            match meant.as_slice() {
                [only] => {
                    taken[*only] = true;
                    *found = Ok(*only);
                }
                [] => {}
                _ => *found = Err(Lost::Several),
            }
        }
    }
    found
}

/// How a vote that is announced differs from the one that was found.
fn differs(name: &str, vote: Vote, claim: Option<Claim>, person: &Person) -> Option<Difference> {
    let name = name.to_owned();
    let Some(said) = &person.said else { return Some(Difference::NotFound { name }) };
    if said.vote != vote {
        return Some(Difference::OtherVote { name, announced: vote, found: said.vote });
    }
    match (said.status, claim) {
        (Status::Counted, Some(Claim::NonBinding)) => Some(Difference::Binds { name, counted: true }),
        (Status::Advisory, Some(Claim::Binding)) => Some(Difference::Binds { name, counted: false }),
        (Status::Counted | Status::Advisory, _) => None,
        (status, _) => Some(Difference::NotCounted { name, status }),
    }
}

/// Voters whose vote counts and whom the lists leave out: where votes of that value are listed by name, or where that value is not
/// mentioned beside others that are.
fn omitted(votes: &[AnnouncedVotes], people: &[Person], found: &[Result<usize, Lost>]) -> Vec<Difference> {
    let named: Vec<usize> = found.iter().flatten().copied().collect();
    // Somebody may be among those whom a name does not tell apart.
    if found.contains(&Err(Lost::Several)) || votes.iter().all(|votes| votes.voters.is_empty()) {
        return Vec::new();
    }
    let left_out = |(at, person): (usize, &Person)| {
        let said = person.said.as_ref().filter(|said| said.counts() && !named.contains(&at))?;
        let of_value = votes.iter().filter(|votes| votes.vote == said.vote);
        let by_name = of_value.clone().any(|votes| !votes.voters.is_empty());
        let omitted = by_name || of_value.count() == 0;
        omitted.then(|| Difference::Omits { name: person.who.author.name.clone(), vote: said.vote })
    };
    people.iter().enumerate().filter_map(left_out).collect()
}

/// Where a count that is announced is another than the one that was counted.
fn counts(votes: &[AnnouncedVotes], tally: &Tally) -> Vec<Difference> {
    let of = |count: &Count, vote| match vote {
        Vote::Plus => count.plus,
        Vote::Zero => count.zero,
        Vote::Minus => count.minus,
    };
    let differing = |votes: &AnnouncedVotes| {
        let (vote, claim) = (votes.vote, votes.claim);
        let announced = votes.count.unwrap_or_else(|| u32::try_from(votes.voters.len()).unwrap_or(u32::MAX));
        let (binding, advisory) = (of(&tally.binding, vote), of(&tally.advisory, vote));
        let counted = match claim {
            Some(Claim::Binding) => binding,
            Some(Claim::NonBinding) => advisory,
            None => binding + advisory,
        };
        let binding_alone = claim.is_none() && announced == binding;
        (announced != counted && !binding_alone).then_some(Difference::Count {
            vote,
            claim,
            announced,
            counted,
        })
    };
    // What stands beside groups by claim and has no claim is the rest, or the total: neither can be compared.
    let told_apart = |one: &&AnnouncedVotes| {
        one.claim.is_some()
            || one.count.is_some()
            || !votes.iter().any(|other| other.vote == one.vote && other.claim.is_some())
    };
    votes.iter().filter(told_apart).filter_map(differing).collect()
}
