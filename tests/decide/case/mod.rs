//! The format of the cases: `README.md` beside this folder describes it. One implementation of it serves the cases as data and the
//! unit tests of `decision`.

mod said;
mod shown;
mod written;

use chrono::{DateTime, Utc};
use plusone::ballot::{Cast, Claim, Dialect, Place, Reading, Vote};
use plusone::decision::{
    Call, Decision, Horizon, Mode, Nominee, RaisedFrom, Roster, RosterHistory, Rule, Span, decide_read,
};
use plusone::mail::{
    Address, Author, Instant, InstantSource, MessageId, OwnWords, Post, Provenance, Subject,
};

/// The instant at which a root is received, where the case says no other: a Monday.
pub fn start() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().unwrap()
}

/// The instant so long after the usual start.
pub fn instant(after: &str) -> DateTime<Utc> {
    start() + Span::parse(after).unwrap_or_else(|why| panic!("{why}")).delta()
}

/// An author: `ann` is Ann at ann@example.org, `who?` somebody whose mail tells no address.
pub fn author(name: &str) -> Author {
    let address = if name.contains('@') { name.to_owned() } else { format!("{name}@example.org") };
    let local = name.split('@').next().unwrap_or_default().trim_end_matches('?');
    let unknown = name.ends_with('?');
    Author {
        name: local.to_owned(),
        address: Address::parse(&address).filter(|_| !unknown),
        evidence: "from".to_owned(),
    }
}

/// A post of a thread whose root has the id `root`.
pub fn post(id: &str, who: &str, at: DateTime<Utc>, text: &str) -> Post {
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

/// A vote as it was read.
pub fn cast(vote: Vote, line: &str, claim: Option<Claim>, explained: bool) -> Reading {
    let written = vote.as_str().to_owned();
    let (strength, reason, place) = (None, None, place(line));
    Reading::Cast(Cast { vote, written, strength, claim, explained, reason, place })
}

/// The place of a line.
pub fn place(line: &str) -> Place {
    Place { line: line.to_owned(), line_number: 1, rule: "opening-token".to_owned() }
}

/// The dialect that cases use; readings are made by hand.
pub fn dialect() -> Dialect {
    Dialect::default()
}

/// A case: a proposal with its thread.
pub struct Case {
    pub call: Call,
    pub history: RosterHistory,
    pub posts: Vec<(Post, Reading)>,
    pub told_at: Option<DateTime<Utc>>,
    expectations: Vec<String>,
}

impl Case {
    /// Reads a case.
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
                zone: chrono_tz::UTC,
            },
            history: RosterHistory::default(),
            posts: vec![(root, Reading::Nothing)],
            told_at: None,
            expectations: Vec::new(),
        };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            case.line(line);
        }
        case
    }

    /// The instant so long after the root.
    fn after(&self, text: &str) -> DateTime<Utc> {
        self.call.opened_at + Span::parse(text).unwrap_or_else(|why| panic!("{why}")).delta()
    }

    fn line(&mut self, line: &str) {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rule = &mut self.call.rule;
        match first {
            "rule" => *rule = written::rule(rest),
            "with" => written::parameters(rule, rest),
            "raised-to" => {
                self.call.raised_to = Some(Box::new(("substantial".to_owned(), written::rule(rest))));
            }
            "raised-from" => {
                let root = MessageId::parse("blocked@example.org").unwrap();
                self.call.raised_from = Some(RaisedFrom { number: 1, root: root.clone(), text_in: root });
            }
            "nominee" => {
                let address = Address::parse(rest);
                self.call.nominee = Some(Nominee { name: rest.to_owned(), address, role: None });
            }
            "opens" => {
                self.call.opened_at = rest.parse().unwrap_or_else(|why| panic!("{rest:?}: {why}"));
                self.posts[0].0.received.at = self.call.opened_at;
            }
            "zone" => self.call.zone = rest.parse().unwrap_or_else(|why| panic!("{rest:?}: {why}")),
            "told" => self.told_at = Some(self.after(rest)),
            "seats" => {
                let roster = &mut self.history.versions.last_mut().unwrap().1;
                roster.seats = rest.split(' ').map(written::seat).collect();
            }
            "by" => {
                self.call.proposer = author(rest);
                self.posts[0].0.author = author(rest);
            }
            "root" => {
                let root = &mut self.posts[0];
                root.1 = said::say(&mut root.0, rest);
            }
            "at" => self.expectations.push(rest.to_owned()),
            "roster" => self.roster(DateTime::UNIX_EPOCH, rest),
            _ => match first.strip_prefix("roster@") {
                Some(at) => self.roster(self.after(at), rest),
                None => self.post(first, rest),
            },
        }
    }

    fn roster(&mut self, since: DateTime<Utc>, members: &str) {
        let start = self.call.opened_at;
        let members = members.split(' ').map(|member| written::member(member, start)).collect();
        let version = (since, Roster { members, seats: Vec::new() });
        match self.history.versions.iter_mut().find(|(other, _)| *other == since) {
            Some(same) => *same = version,
            None => self.history.versions.push(version),
        }
    }

    fn post(&mut self, after: &str, rest: &str) {
        let (who, said) = rest.split_once(' ').unwrap_or_else(|| panic!("{after} {rest}: who says what?"));
        let mut post = post(&self.posts.len().to_string(), who, self.after(after), "");
        let reading = said::say(&mut post, said);
        self.posts.push((post, reading));
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

    /// Decides it at every instant it names: whatever is otherwise there than it expects, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for expectation in &self.expectations {
            let mut words = expectation.split_whitespace();
            let decision = self.decide_as_received(self.after(words.next().unwrap_or_default()));
            for word in words {
                let (key, expected) = word.split_once('=').unwrap_or(("state", word));
                let found = shown::shown(&decision, key);
                if found != expected {
                    faults.push(format!("at {expectation}: {key} is {found}"));
                }
            }
        }
        faults
    }

    /// How much it expects.
    pub fn expects(&self) -> usize {
        self.expectations.iter().map(|expectation| expectation.split_whitespace().count() - 1).sum()
    }
}

/// Decides a case at every instant it names and compares what it expects there.
#[track_caller]
pub fn check(text: &str) {
    let case = Case::parse(text);
    assert!(case.expects() > 0, "a case that expects nothing: {text}");
    let faults = case.faults();
    assert!(faults.is_empty(), "{}\nin {text}", faults.join("\n"));
}
