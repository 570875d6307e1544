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
//! Instants are `90s`, `5h`, `1d 12h` without the space. What a post can say stands in [`say`], parameters in [`override_parameter`], and what
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
mod permissions;
mod properties;
mod raising;
mod scale;
mod seats;
mod silence;
mod strangers;
mod time;
mod vetoes;
mod votes;

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

fn override_parameter(rule: &mut Rule, key: &str, value: &str) {
    let text = value.replace('_', " ");
    let span = || Span::parse(value).unwrap_or_else(|why| panic!("{why}"));
    let share = || Share::parse(&text).unwrap_or_else(|why| panic!("{why}"));
    let (yes, count) = (value == "yes", || value.parse::<u32>().unwrap());
    if let Approval::Votes { min_plus, majority, share: asked } = &mut rule.approval {
        match key {
            "min_plus" => return *min_plus = count(),
            "majority" => return *majority = yes,
            "share" => return *asked = Some(share()),
            _ => {}
        }
    }
    match key {
        "window" => rule.window = span(),
        "max" => rule.max_window = span(),
        "settle" => rule.settle = span(),
        "reason_grace" => rule.reason_grace = span(),
        "held_grace" => rule.held_grace = span(),
        "linger" => rule.linger = span(),
        "decided_from" => rule.close = Close::WhenDecided { min_wait: span() },
        "proposer_counts" => rule.proposer_counts = yes,
        "reason_required" => rule.reason_required = yes,
        "quorum" => rule.quorum = Some(share()),
        "veto_override" => rule.veto_override = Some(share()),
        "chair" => rule.chair = Some(text),
        "veto_holder" => rule.veto_holder = Some(text),
        "tie" => rule.tie = if value == "chair" { Tie::Chair } else { Tie::Fails },
        "on_amend" => rule.on_amend = if value == "keep" { OnAmend::Keep } else { OnAmend::Restart },
        "binding_at" => rule.binding_at = if value == "vote" { BindingAt::Vote } else { BindingAt::Close },
        "objectors" => {
            rule.who_may_object = match value {
                "roster" => Objectors::Roster,
                "anyone" => Objectors::Anyone,
                _ => Objectors::Electorate,
            }
        }
        // business, business:Europe/Prague, business:UTC:2026-11-04,2026-11-05
        "calendar" => {
            let mut parts = value.split(':').skip(1);
            let zone = parts.next().map_or(chrono_tz::UTC, |zone| zone.parse().unwrap());
            let holidays = parts.next().into_iter().flat_map(|days| days.split(','));
            let holidays = holidays.map(|day| day.parse().unwrap()).collect();
            rule.calendar = Calendar::Business(WorkingDays { zone, holidays, ..WorkingDays::default() });
        }
        "strangers_propose" => rule.permissions.strangers_propose = yes,
        "may_withdraw" => rule.permissions.withdraw = yes,
        "may_close" => rule.permissions.close = yes,
        "may_raise" => rule.permissions.raise = yes,
        "nominee_votes" => rule.permissions.nominee_votes = yes,
        "amendments" => rule.permissions.amendments = count(),
        "extensions" => rule.permissions.extensions = count(),
        "minus" => {
            rule.minus = match value {
                "veto" => Minus::Veto,
                "block" => Minus::Block,
                _ => Minus::Count,
            }
        }
        _ => panic!("no parameter {key}"),
    }
}

/// A profile with parameters.
fn rule_of(text: &str) -> Rule {
    let mut words = text.split(' ');
    let mut rule = Rule::profile(words.next().unwrap_or_default()).unwrap();
    for (key, value) in words.filter_map(|word| word.split_once('=')) {
        override_parameter(&mut rule, key, value);
    }
    rule
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

/// What a case may name of a decision.
fn shown(decision: &Decision, key: &str) -> String {
    let after = |at: DateTime<Utc>| short(at - start());
    let names =
        |voters: &[Voter]| voters.iter().map(|voter| voter.author.name.clone()).collect::<Vec<_>>().join(",");
    let counts = |count: Count| format!("{}/{}/{}", count.plus, count.zero, count.minus);
    let code = |value: serde_json::Value| value["code"].as_str().unwrap_or_default().to_owned();
    let option = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    match key {
        "state" => decision.state.outcome().to_owned(),
        "closed" => option(decision.state.closed_at().map(after)),
        "closes" => after(decision.closes_at),
        "due" => option(decision.next_due.map(after)),
        "for" | "until" => match &decision.state {
            State::Waiting { awaited, until } if key == "for" => {
                let awaited = serde_json::to_value(awaited).unwrap();
                format!("{}:{}", awaited.as_str().unwrap(), option(until.map(after)))
            }
            State::Waiting { until, .. } => option(until.map(after)),
            _ => "-".to_owned(),
        },
        "by" => match &decision.state {
            State::Objected { by, .. } | State::Vetoed { by, .. } => names(by),
            _ => "-".to_owned(),
        },
        "why" => code(serde_json::to_value(&decision.why).unwrap()),
        "of" => match &decision.why {
            Why::AwaitingAnswer { of } => of.join(","),
            Why::Blocked { by } => by.join(","),
            _ => "-".to_owned(),
        },
        "missing" => match &decision.why {
            Why::AwaitingVotes { missing } => missing.to_string(),
            _ => "-".to_owned(),
        },
        // The arguments of the reason, in the order of their names.
        "args" => {
            let value = serde_json::to_value(&decision.why).unwrap();
            let args = value.as_object().unwrap().iter().filter(|(key, _)| *key != "code");
            let mut args: Vec<String> =
                args.map(|(key, value)| format!("{key}:{}", argument(value))).collect();
            args.sort_unstable();
            args.join(",")
        }
        "minimum" => after(decision.minimum_ends_at),
        "ends" => after(decision.ends_at),
        "not_voted" => decision.not_voted.join(","),
        "revision" => decision.revision.to_string(),
        "rule" => decision.rule.name.clone(),
        "refused" => {
            let refused = decision.refused.iter();
            let word = |refused: &Refused| {
                format!(
                    "{}:{}",
                    refused.of.author.name,
                    refusal(&serde_json::to_value(&refused.why).unwrap())
                )
            };
            refused.map(word).collect::<Vec<_>>().join(",")
        }
        "seats" => {
            let seats = decision.posts.iter().skip(1).map(|post| option(post.seat.clone()));
            seats.collect::<Vec<_>>().join(",")
        }
        "tally" => counts(decision.tally.binding),
        "advisory" => counts(decision.tally.advisory),
        "electorate" => option(decision.electorate_size.map(|size| size.to_string())),
        "asked" => {
            let asked = decision.questions.iter().filter(|question| question.matters);
            asked.map(|question| question.of.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "listed" => {
            let listed = decision.questions.iter().filter(|question| !question.matters);
            listed.map(|question| question.of.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "objections" => {
            let standing = decision.objections.iter();
            standing.map(|objection| objection.by.author.name.clone()).collect::<Vec<_>>().join(",")
        }
        "events" => {
            decision.events.iter().map(|happening| happening.event.clone()).collect::<Vec<_>>().join(",")
        }
        "differs" => {
            let human = decision.human_result.iter().flat_map(|result| &result.differences);
            let word = |difference: &Difference| {
                let value = serde_json::to_value(difference).unwrap();
                let of = ["name", "vote"].iter().find_map(|key| value[key].as_str()).unwrap_or_default();
                format!("{}:{of}", value["code"].as_str().unwrap())
            };
            human.map(word).collect::<Vec<_>>().join(",")
        }
        "human" => option(decision.human_result.as_ref().and_then(|result| result.outcome.clone())),
        // The root is left out.
        "posts" => {
            let word =
                |post: &JudgedPost| serde_json::to_value(post.status).unwrap().as_str().unwrap().to_owned();
            decision.posts.iter().skip(1).map(word).collect::<Vec<_>>().join(",")
        }
        "whys" => {
            let word = |post: &JudgedPost| {
                option(post.why.as_ref().map(|why| code(serde_json::to_value(why).unwrap())))
            };
            decision.posts.iter().skip(1).map(word).collect::<Vec<_>>().join(",")
        }
        _ => panic!("a case cannot expect {key}"),
    }
}

/// An argument of a reason: instants as the time since the root, lists with a `+` between, spaces as `_`.
fn argument(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => short(at - start()),
            Err(_) => text.replace(' ', "_"),
        },
        serde_json::Value::Array(values) => values.iter().map(argument).collect::<Vec<_>>().join("+"),
        value => value.to_string(),
    }
}

/// A refusal with its argument: `too-often:3`.
fn refusal(value: &serde_json::Value) -> String {
    let word = value["refusal"].as_str().unwrap_or_default().to_owned();
    let argument = ["until", "most", "fault", "least"].iter().filter_map(|key| value.get(key)).map(argument);
    std::iter::once(word).chain(argument).collect::<Vec<_>>().join(":")
}

fn short(span: TimeDelta) -> String {
    match (span.num_minutes() / 60, span.num_minutes() % 60, span.num_seconds() % 60) {
        (hours, 0, 0) => format!("{hours}h"),
        (hours, 0, seconds) => format!("{hours}h{seconds}s"),
        (hours, minutes, 0) => format!("{hours}h{minutes}m"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// The dialect that cases use; readings are made by hand.
pub(super) fn dialect() -> Dialect {
    Dialect::default()
}
