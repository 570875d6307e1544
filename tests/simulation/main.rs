//! Years of a list of two hundred members, thirty proposals a month, in one run: no result is lost, doubled, early or late.
//!
//! The engine is fed through down-times, restarts and jumps of its clock, with mail that comes late, out of order and twice. Beside it
//! a model follows the same mail by the rules in their plainest form. After every step both must have closed the same proposals, with
//! the same outcome, as of the same instant.
//!
//!     PLUSONE_YEARS=10 PLUSONE_SEED=7 cargo test --release --test simulation -- --nocapture

#![allow(clippy::unwrap_used)] // a test fails by panicking

mod chance;
#[path = "../support/list.rs"]
mod list;
mod model;
mod traffic;

use chance::Chance;
use chrono::{DateTime, TimeDelta, Utc};
use list::LIST;
use model::{Close, Heard, SETTLE, WINDOW};
use plusone::clock::Stopwatch;
use plusone::config::Config;
use plusone::mail::Arrival;
use plusone::notice::Kind;
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Told};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use traffic::{Delivery, Proposal, traffic};

#[test]
fn no_result_is_lost_doubled_early_or_late() {
    let set = |name: &str, usual: u64| {
        std::env::var(name)
            .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    let years = set("PLUSONE_YEARS", if cfg!(debug_assertions) { 1 } else { 10 });
    let seed = set("PLUSONE_SEED", 20_260_302);
    println!("PLUSONE_YEARS={years} PLUSONE_SEED={seed}");
    let watch = Stopwatch::start();
    let begin: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
    let end = begin + TimeDelta::days(365) * i32::try_from(years).unwrap();
    let mut chance = Chance(seed);
    let (proposals, deliveries) = traffic(&mut chance, begin, end);
    let mut run = Run::new(&proposals, begin, chance);
    run.to(end + TimeDelta::days(60), deliveries);
    run.check();
    println!("{} in {:.1} s", run.summary(), watch.elapsed().as_secs_f64());
}

/// What the model knows of one proposal.
#[derive(Default)]
struct Known {
    opened: bool,
    /// When the list was told that it is open.
    told: Option<DateTime<Utc>>,
    replies: BTreeMap<String, Heard>,
    result: Option<Close>,
    /// Whether the engine heard of it early enough to say on the list that it is open.
    to_be_announced: bool,
}

struct Run<'p> {
    proposals: &'p [Proposal],
    index: HashMap<String, usize>,
    known: Vec<Known>,
    open: BTreeSet<usize>,
    chance: Chance,
    config: Config,
    _folder: tempfile::TempDir,
    path: PathBuf,
    engine: Option<Engine>,
    /// The true time.
    now: DateTime<Utc>,
    /// What the engine's clock is wrong by, and until when.
    wrong: (TimeDelta, DateTime<Utc>),
    read_through: DateTime<Utc>,
    counts: BTreeMap<&'static str, usize>,
}

impl<'p> Run<'p> {
    fn new(proposals: &'p [Proposal], begin: DateTime<Utc>, chance: Chance) -> Self {
        let folder = folder();
        let path = folder.path().join("plusone.db");
        let config = list::config(model::MEMBERS);
        let engine = list::engine(Store::open(&path).unwrap(), &config, begin);
        Run {
            proposals,
            index: proposals
                .iter()
                .enumerate()
                .map(|(index, one)| (format!("<{}@example.org>", one.root), index))
                .collect(),
            known: proposals.iter().map(|_| Known::default()).collect(),
            open: BTreeSet::new(),
            chance,
            config,
            _folder: folder,
            path,
            engine: Some(engine),
            now: begin,
            wrong: (TimeDelta::zero(), begin),
            read_through: DateTime::UNIX_EPOCH,
            counts: BTreeMap::new(),
        }
    }

    fn engine(&mut self) -> &mut Engine {
        self.engine.as_mut().unwrap()
    }

    fn count(&mut self, what: &'static str, more: usize) {
        *self.counts.entry(what).or_default() += more;
    }

    fn to(&mut self, end: DateTime<Utc>, deliveries: Vec<Delivery>) {
        let mut coming = deliveries.into_iter().peekable();
        while self.now < end {
            self.go_on();
            let mut arrived = Vec::new();
            while let Some(delivery) = coming.next_if(|next| next.at <= self.now) {
                arrived.push(delivery);
            }
            self.poll(arrived);
        }
        assert!(coming.next().is_none());
    }

    /// Lets time pass until the next poll.
    fn go_on(&mut self) {
        let hours = TimeDelta::hours;
        let rest = match self.chance.below(1000) {
            0 => self.chance.between(hours(24 * 7), hours(24 * 30)),
            1..=4 => self.chance.between(hours(24), hours(24 * 7)),
            5..=100 => self.chance.between(TimeDelta::minutes(1), hours(1)),
            // Right before, at and after an instant at which something falls due.
            101..=400 => {
                let due = self.engine().store().next_due().unwrap().unwrap_or(self.now);
                let until =
                    due - self.now + TimeDelta::seconds(i64::try_from(self.chance.below(3)).unwrap() - 1);
                until.clamp(TimeDelta::seconds(1), hours(12))
            }
            _ => self.chance.between(hours(1), hours(10)),
        };
        if rest > hours(24) {
            self.count("down-times", 1);
        }
        self.now += rest;
        if self.now >= self.wrong.1 {
            self.wrong = (TimeDelta::zero(), self.now);
            if self.chance.below(700) == 0 {
                let (by, until) =
                    if self.chance.percent(50) { (hours(-1), hours(30)) } else { (hours(24), hours(5)) };
                self.wrong = (by, self.now + until);
                self.count("clock jumps", 1);
            }
        }
        if rest > hours(24) || self.chance.percent(5) {
            self.engine = None;
            let store = Store::open(&self.path).unwrap();
            self.engine = Some(list::engine(store, &self.config, self.now + self.wrong.0));
            self.count("restarts", 1);
        }
    }

    /// One poll of the mailbox, which hands mail over in up to three batches, in no order.
    fn poll(&mut self, mut arrived: Vec<Delivery>) {
        let clock = self.now + self.wrong.0;
        self.count("polls", 1);
        self.count("mails", arrived.len());
        if self.chance.percent(30) {
            self.chance.shuffle(&mut arrived);
        }
        let batches = 1 + self.chance.below(3);
        let size = arrived.len().div_ceil(batches).max(1);
        for batch in arrived.chunks(size) {
            let mails: Vec<_> = batch.iter().map(|delivery| delivery.mail.clone()).collect();
            let told = self.engine().take(&mails, clock).unwrap();
            self.learn(batch);
            self.hear_back(&told, clock);
            self.compare(&told);
        }
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(clock) };
        let told = self.engine().read_up_to(cursor, clock).unwrap();
        self.read_through = self.read_through.max(clock);
        self.compare(&told);
        let told = self.engine().digests(clock).unwrap();
        self.count("digests", told.len());
        assert!(told.len() <= 1, "one list has one digest at a time");
    }

    /// The list hands on at once that a proposal is open.
    fn hear_back(&mut self, told: &[Told], clock: DateTime<Utc>) {
        for told in told {
            let Told::Queued { number, kind: Kind::Opened, raw, .. } = told else { continue };
            let call = self.engine().store().call(LIST, *number).unwrap().unwrap();
            let copy = handed_on(raw, self.now);
            let told = self.engine().take(&[copy], clock).unwrap();
            let closes =
                |told: &Told| matches!(told, Told::Decided(after) if after.state.closed_at().is_some());
            assert!(!told.iter().any(closes), "a notice of {number} closes it");
            self.known[self.index[call.root.as_str()]].told = Some(self.now);
        }
    }

    fn learn(&mut self, batch: &[Delivery]) {
        for delivery in batch {
            let known = &mut self.known[delivery.proposal];
            match &delivery.reply {
                Some(reply) => drop(known.replies.insert(reply.id.clone(), reply.clone())),
                None if known.opened => {}
                None => {
                    known.opened = true;
                    let opened = self.proposals[delivery.proposal].opened;
                    known.to_be_announced =
                        self.now < opened + TimeDelta::hours(12) && self.read_through < opened + WINDOW;
                    self.open.insert(delivery.proposal);
                }
            }
        }
    }

    /// What the engine says it closed in a step is what the model closes in it.
    fn compare(&mut self, told: &[Told]) {
        let mut expected = BTreeMap::new();
        for index in self.open.clone() {
            let proposal = &self.proposals[index];
            let known = &mut self.known[index];
            let replies: Vec<Heard> = known.replies.values().cloned().collect();
            let close =
                model::close(proposal.silence, (proposal.opened, known.told), proposal.proposer, &replies);
            if close.at + SETTLE <= self.read_through {
                known.result = Some(close);
                self.open.remove(&index);
                expected.insert(index, (close.outcome, close.at));
            }
        }
        let (mut closed, mut results) = (BTreeMap::new(), BTreeSet::new());
        for told in told {
            match told {
                Told::Decided(after) => {
                    let Some(at) = after.state.closed_at() else { continue };
                    let index = self.index[after.call.root.as_str()];
                    let before = closed.insert(index, (after.state.outcome(), at));
                    assert_eq!(before, None, "closed twice in one step");
                }
                Told::Queued { kind, number, .. } if tells_the_outcome(kind.as_str()) => {
                    assert!(results.insert(*number), "two results for {number}");
                }
                _ => {}
            }
        }
        if closed != expected {
            let differs = |index: &&usize| closed.get(index) != expected.get(index);
            let all: BTreeSet<&usize> = closed.keys().chain(expected.keys()).collect();
            let first = **all.iter().find(|index| differs(index)).unwrap();
            panic!(
                "proposal {first} (silence: {}, by {}, opened {}), read through {}: the engine has {:?}, expected {:?}\n{:#?}",
                self.proposals[first].silence,
                self.proposals[first].proposer,
                self.proposals[first].opened,
                self.read_through,
                closed.get(&first),
                expected.get(&first),
                self.known[first].replies
            );
        }
        assert_eq!(results.len(), closed.len(), "every close has its result");
        self.count("results", results.len());
    }

    /// At the end nothing is left over.
    fn check(&mut self) {
        assert_eq!(self.open, BTreeSet::new());
        let store = Store::open(&self.path).unwrap();
        let decisions = store.decisions(Some(LIST)).unwrap();
        assert_eq!(decisions.len(), self.proposals.len());
        let mut of_kind: BTreeMap<(u32, String), usize> = BTreeMap::new();
        for notice in store.notices_of(LIST, None).unwrap() {
            if notice.recipient == "list" && notice.number > 0 {
                *of_kind.entry((notice.number, notice.kind)).or_default() += 1;
            }
        }
        for stored in decisions {
            let call = &stored.decision.call;
            let index = self.index[call.root.as_str()];
            let close = self.known[index].result.unwrap();
            let state = &stored.decision.state;
            assert_eq!(
                (state.outcome(), state.closed_at()),
                (close.outcome, Some(close.at)),
                "{}",
                call.number
            );
            let said = |kind: &str| of_kind.get(&(call.number, kind.to_owned())).copied().unwrap_or(0);
            let kinds = if close.outcome == "withdrawn" { [0, 1] } else { [1, 0] };
            assert_eq!(["result", "withdrawn"].map(&said), kinds, "results of {}", call.number);
            assert!(
                said("opened") <= 1 && said("opened") >= usize::from(self.known[index].to_be_announced),
                "{}",
                call.number
            );
            self.count(close.outcome, 1);
        }
    }

    fn summary(&self) -> String {
        let parts = self.counts.iter().map(|(what, count)| format!("{count} {what}"));
        format!("{} proposals: {}", self.proposals.len(), parts.collect::<Vec<_>>().join(", "))
    }
}

/// A mail of the engine's as the list hands it on at an instant.
fn handed_on(raw: &[u8], at: DateTime<Utc>) -> Incoming {
    let head = format!(
        "Return-Path: <infra-bounces@lists.example.org>\r\n\
         Received: from lists.example.org (lists.example.org [192.0.2.25])\r\n\tby mx.example.org (Postfix) with ESMTPS; {}\r\n\
         List-Id: <infra.lists.example.org>\r\n",
        at.to_rfc2822()
    );
    let arrival = Arrival { internal_date: Some(at), ..Arrival::default() };
    Incoming { raw: [head.as_bytes(), raw].concat(), true_size: None, mailbox: list::MAILBOX.into(), arrival }
}

/// Whether a notice of that kind tells how a proposal ended.
fn tells_the_outcome(kind: &str) -> bool {
    matches!(kind, "result" | "withdrawn")
}

/// In memory where the system has a place for that: what is tested here is not the disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}
