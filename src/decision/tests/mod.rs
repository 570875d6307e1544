//! Decisions tested as data. A case is a text: a rule, a roster, posts, and what is expected at instants.
//!
//! ```text
//! rule ovirt-substantial window=24h      a profile, with parameters overridden beside it; in a value, _ stands for a space
//! raised_to apache-consensus             what `Proposal: substantial` raises it to, with parameters
//! roster ann bob=bob@example.org,bob@example.test cy:maintainer@10h..90h+chair
//! roster@50h ann bob                     another version from that instant on
//! seats infra=ann,bob docs=cy            the seats of the roster above, with their representatives
//! electorate everyone | claimed | seats [infra docs]
//! roles maintainer                       whose votes bind, of the roster
//! by zoe                                 the proposer; ann where it is not said
//! nominee bob@example.org | Bob          whom it is about
//! told 20h                               when the list got the notice that it is open
//! raised_from                            it was raised after another was blocked
//! root +1                                what the root says besides
//! 5h bob -1 "breaks the build"           instant after the root, author, what the post says
//! 6h ann amend "the text as it is now"   the same as: command amend, with words beside it
//! 7h ann command extend 48h              a line `Proposal: …`
//! at 72h15m passed closed=72h            the state expected there, and whatever else is named
//! ```
//!
//! Instants are `90s`, `5h`, `1d 12h` without the space. What a post can say stands in [`say`], parameters in [`parameters`], and what
//! can be expected in [`shown`]. The root is received on Monday, 2026-11-02, at 09:00 UTC. At an instant, what was received by then is known.

mod announced;
mod announcements;
mod approval;
mod closing;
mod commands;
mod counting;
mod headers;
mod linking;
mod opening;
mod parameters;
mod permissions;
mod properties;
mod raising;
mod scale;
mod seats;
mod shown;
mod silence;
mod strangers;
mod time;
mod vetoes;
mod votes;

use self::parameters::rule_of;
use self::shown::shown;
use super::*;
use crate::ballot::{Cast, Claim, Command, Dialect, Event, Held, HeldWhy, Place, Reading, Vote};
use crate::mail::{
    Address, Author, Automatic, Instant, InstantSource, MessageId, OwnWords, Post, Provenance, Subject,
};
use chrono::{DateTime, TimeDelta, Utc};

/// The instant of every root.
pub(super) fn start() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

pub(super) fn instant(after: &str) -> DateTime<Utc> {
    start() + Span::parse(after).unwrap_or_else(|why| panic!("{why}")).delta()
}

pub(super) fn author(name: &str) -> Author {
    let address = if name.contains('@') { name.to_owned() } else { format!("{name}@example.org") };
    let local = name.split('@').next().unwrap_or_default().trim_end_matches('?');
    let unknown = name.ends_with('?');
    Author {
        name: local.to_owned(),
        address: Address::parse(&address).filter(|_| !unknown),
        evidence: "from".to_owned(),
    }
}

pub(super) fn post(id: &str, who: &str, at: DateTime<Utc>, text: &str) -> Post {
    Post {
        message_id: MessageId::parse(&format!("{id}@example.org")).unwrap(),
        other_ids: Vec::new(),
        parents: MessageId::parse("root@example.org").into_iter().filter(|_| id != "root").collect(),
        subject: Subject {
            text: "[PROPOSAL] Move the mirrors".to_owned(),
            base: "Move the mirrors".to_owned(),
            tags: vec!["PROPOSAL".to_owned()],
            reply: id != "root",
            forward: false,
        },
        author: author(who),
        received: Instant { at, source: InstantSource::Received },
        provenance: Provenance { through_list: true, ..Provenance::default() },
        automatic: None,
        words: OwnWords::plain(text),
        reaction: None,
        raw_sha256: Some([0; 32]),
        problems: Vec::new(),
    }
}

pub(super) fn cast(vote: Vote, line: &str, claim: Option<Claim>, explained: bool) -> Reading {
    let written = vote.as_str().to_owned();
    Reading::Cast(Cast { vote, written, strength: None, claim, explained, place: place(line) })
}

pub(super) fn place(line: &str) -> Place {
    Place { line: line.to_owned(), line_number: 1, rule: "opening-token".to_owned() }
}

fn held(why: HeldWhy, line: &str, candidates: &[Vote]) -> Reading {
    Reading::Held(Held { why, candidates: candidates.to_vec(), place: place(line) })
}

/// Reads what a post of a case says: `+1`, `-1 "reason"`, `objects`, `held +1 -1`, `lgtm`, `says "text"` …
fn say(post: &mut Post, said: &str) -> Reading {
    let (verb, rest) = said.split_once(' ').unwrap_or((said, ""));
    let quoted = rest.split('"').nth(1).unwrap_or_default().to_owned();
    let claim = match rest {
        rest if rest.contains("non-binding") => Some(Claim::NonBinding),
        rest if rest.contains("binding") => Some(Claim::Binding),
        _ => None,
    };
    let line = if quoted.is_empty() { verb.to_owned() } else { format!("{verb} {quoted}") };
    post.words = OwnWords::plain(&line);
    let explained = !quoted.is_empty();
    let votes = || {
        let vote = |word| match word {
            "+1" => Some(Vote::Plus),
            "0" => Some(Vote::Zero),
            "-1" => Some(Vote::Minus),
            _ => None,
        };
        rest.split(' ').filter_map(vote).collect::<Vec<_>>()
    };
    match verb {
        "+1" => cast(Vote::Plus, &line, claim, explained),
        "0" => cast(Vote::Zero, &line, claim, explained),
        "-1" => cast(Vote::Minus, &line, claim, explained),
        "withdraw" => Reading::Withdraw(place(&line)),
        "settled" => Reading::Withdraw(Place { rule: "withdrawn-objection".to_owned(), ..place(&line) }),
        "objects" => Reading::Objects(place(&line)),
        "condition" => held(HeldWhy::Condition, &line, &votes()),
        "held" => held(HeldWhy::Several, &line, &votes()),
        "lgtm" => held(HeldWhy::InWords, &line, &[]),
        "unsure" => held(HeldWhy::Uncertain, &line, &[]),
        "cancel" => Reading::Event(Event::Cancel),
        "result" => {
            post.words = OwnWords::plain(&quoted);
            Reading::Event(Event::Result)
        }
        "command" => {
            let line = format!("Proposal: {rest}");
            post.words = OwnWords::plain(&line);
            let command = match rest.split_once(' ').unwrap_or((rest, "")) {
                ("withdraw", _) => Command::Withdraw,
                ("close", _) => Command::Close,
                ("amend", _) => Command::Amend,
                ("extend", length) => Command::Extend(length.to_owned()),
                ("substantial", _) => Command::Substantial,
                ("status", _) => Command::Status,
                _ => Command::Unknown(rest.to_owned()),
            };
            Reading::Command { command, place: place(&line) }
        }
        "amend" => {
            post.words = OwnWords::plain(&format!("Proposal: amend\n\n{quoted}"));
            Reading::Command { command: Command::Amend, place: place("Proposal: amend") }
        }
        "says" => {
            post.words = OwnWords::plain(&quoted);
            Reading::Nothing
        }
        "silent" => {
            post.words = OwnWords::default();
            Reading::Nothing
        }
        "vacation" => {
            post.automatic = Some(Automatic::Vacation);
            cast(Vote::Minus, "-1", None, true)
        }
        "direct" => {
            post.provenance.through_list = false;
            cast(Vote::Minus, "-1", None, true)
        }
        _ => panic!("a post cannot say {said:?}"),
    }
}

/// `id`, `id:role`, `id:role@10h..90h+role`, with addresses behind `=`.
fn member(text: &str) -> Member {
    let (text, addresses) = text.split_once('=').unwrap_or((text, ""));
    let (id, roles) = text.split_once(':').unwrap_or((text, ""));
    let addresses = if addresses.is_empty() { format!("{id}@example.org") } else { addresses.to_owned() };
    let at = |text: &str| if text.is_empty() { None } else { Some(instant(text)) };
    let role = |text: &str| {
        let (role, span) = text.split_once('@').unwrap_or((text, ".."));
        let (since, until) = span.split_once("..").unwrap_or((span, ""));
        RoleSpan { role: role.to_owned(), since: at(since), until: at(until) }
    };
    Member {
        id: id.to_owned(),
        name: id.to_owned(),
        addresses: addresses.split(',').filter_map(Address::parse).collect(),
        roles: roles.split('+').filter(|role| !role.is_empty()).map(role).collect(),
        fingerprint: None,
    }
}

/// A case: a proposal with its thread.
pub(super) struct Case {
    pub call: Call,
    pub history: RosterHistory,
    pub posts: Vec<(Post, Reading)>,
    pub told_at: Option<DateTime<Utc>>,
    expectations: Vec<String>,
}

impl Case {
    pub fn parse(text: &str) -> Case {
        let root = post("root", "ann", start(), "Let us move the mirrors.");
        let mut case = Case {
            call: Call {
                list: "infra".to_owned(),
                number: 1,
                root: root.message_id.clone(),
                subject: root.subject.text.clone(),
                proposer: root.author.clone(),
                kind: "minor".to_owned(),
                rule: Rule::profile("ovirt-minor").unwrap(),
                opened_at: start(),
                mode: Mode::Live,
                text_sha256: String::new(),
                raised_to: None,
                raised_from: None,
                nominee: None,
                unfollowed: Vec::new(),
            },
            history: RosterHistory::default(),
            posts: vec![(root, Reading::Nothing)],
            told_at: None,
            expectations: Vec::new(),
        };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            case.line(line);
        }
        case
    }

    fn line(&mut self, line: &str) {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rule = &mut self.call.rule;
        match first {
            "rule" => *rule = rule_of(rest),
            "raised_to" => self.call.raised_to = Some(Box::new(("substantial".to_owned(), rule_of(rest)))),
            "raised_from" => {
                let root = MessageId::parse("blocked@example.org").unwrap();
                self.call.raised_from = Some(RaisedFrom { number: 1, root: root.clone(), text_in: root });
            }
            "nominee" => {
                let address = Address::parse(rest);
                self.call.nominee = Some(Nominee { name: rest.to_owned(), address, role: None });
            }
            "told" => self.told_at = Some(instant(rest)),
            "seats" => {
                let roster = &mut self.history.versions.last_mut().unwrap().1;
                roster.seats = rest.split(' ').map(seat).collect();
            }
            "electorate" => {
                let mut words = rest.split(' ');
                rule.electorate = match words.next() {
                    Some("everyone") => Electorate::Everyone,
                    Some("seats") => Electorate::Seats { seats: words.map(str::to_owned).collect() },
                    _ => Electorate::Claimed,
                };
            }
            "roles" => {
                rule.electorate = Electorate::Roster { roles: rest.split(' ').map(str::to_owned).collect() };
            }
            "by" => {
                self.call.proposer = author(rest);
                self.posts[0].0.author = author(rest);
            }
            "root" => {
                let root = &mut self.posts[0];
                root.1 = say(&mut root.0, rest);
            }
            "at" => self.expectations.push(rest.to_owned()),
            _ if first.starts_with("roster") => {
                let since = first.split_once('@').map_or(DateTime::UNIX_EPOCH, |(_, at)| instant(at));
                let members = rest.split(' ').map(member).collect();
                self.history.versions.push((since, Roster { members, seats: Vec::new() }));
            }
            _ => {
                let (who, said) = rest.split_once(' ').unwrap_or_else(|| panic!("{line:?}"));
                let mut post = post(&self.posts.len().to_string(), who, instant(first), "");
                let reading = say(&mut post, said);
                self.posts.push((post, reading));
            }
        }
    }

    /// Decides by the posts that had been received by then.
    pub fn decide_as_received(&self, at: DateTime<Utc>) -> Decision {
        let known = self.posts.iter().filter(|(post, _)| post.received.at <= at);
        let known: Vec<(&Post, Reading)> = known.map(|(post, reading)| (post, reading.clone())).collect();
        let told_at = self.told_at.filter(|told| *told <= at);
        decide_read(&self.call, &self.history, &known, Horizon { read_through: at, told_at })
    }

    /// Decides by all its posts.
    pub fn decide(&self, read_through: DateTime<Utc>) -> Decision {
        let read: Vec<(&Post, Reading)> =
            self.posts.iter().map(|(post, reading)| (post, reading.clone())).collect();
        decide_read(&self.call, &self.history, &read, Horizon { read_through, told_at: self.told_at })
    }
}

/// `infra=ann,bob`
fn seat(text: &str) -> Seat {
    let (id, representatives) = text.split_once('=').unwrap_or_else(|| panic!("{text:?} is no seat"));
    let representatives = representatives.split(',').map(str::to_owned).collect();
    Seat { id: id.to_owned(), name: id.to_owned(), representatives }
}

/// Decides a case at every instant it names and compares what it expects there.
pub(super) fn check(text: &str) {
    let case = Case::parse(text);
    assert!(!case.expectations.is_empty(), "a case that expects nothing: {text}");
    for expectation in &case.expectations {
        let mut words = expectation.split(' ');
        let at = instant(words.next().unwrap_or_default());
        let decision = case.decide_as_received(at);
        for word in words {
            let (key, expected) = word.split_once('=').unwrap_or(("state", word));
            let found = shown(&decision, key);
            assert_eq!(found, expected, "{key} at {expectation}\nin {text}\n{decision:#?}");
        }
    }
}

/// The dialect that cases use; readings are made by hand.
pub(super) fn dialect() -> Dialect {
    Dialect::default()
}
