//! What a tick and a start cost beside a long past: what is due, not what exists.
//!
//! The normal run compares a small past with a larger one. The design's figures are measured by
//!
//!     PLUSONE_CLOSED=1000000 PLUSONE_MAILS=1000000 cargo test --release --test scale -- --nocapture
//!
//! which needs some 10 GB in the folder for temporary files (`TMPDIR`) and a few minutes.

#![allow(clippy::unwrap_used)] // a test fails by panicking

#[path = "../support/list.rs"]
mod list;
mod past;

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use chrono::{DateTime, TimeDelta, Utc};
use list::{LIST, Letter, MAILBOX};
use past::{Past, Size};
use plusone::clock::Stopwatch;
use plusone::config::Config;
use plusone::delivery::folder::Folder;
use plusone::store::{Incoming, MailboxCursor, Store};
use plusone::worker::{Engine, Told, write_shadow};
use std::time::Duration;

/// Proposals open at a time, with so many replies each.
const OPEN: usize = if cfg!(debug_assertions) { 20 } else { 100 };
const REPLIES: usize = 9;
/// How often everything is measured; the least time counts, since a busy machine only ever adds.
const ROUNDS: usize = 10;

/// Processor time, which a busy machine hardly changes, where the system tells it; else time.
struct Watch {
    clock: Stopwatch,
    processor: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Watch { processor: processor(), clock: Stopwatch::start() }
    }

    fn elapsed(&self) -> Duration {
        let clock = self.clock.elapsed();
        match (self.processor, processor()) {
            // The system counts it by its ticks: of no use for less than some of them.
            (Some(before), Some(after)) if clock > Duration::from_millis(20) => clock.min(after - before),
            _ => clock,
        }
    }
}

/// What this thread has had of a processor so far.
fn processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split(' ').next()?.parse().ok()?))
}

/// The least that each took.
#[derive(Debug)]
struct Figures {
    start: Duration,
    none_due: Duration,
    all_due_at_start: Duration,
    all_due: Duration,
}

#[test]
fn a_tick_costs_what_is_due_not_what_exists() {
    let set = |name: &str, usual: u32| {
        std::env::var(name)
            .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    let closed = set("PLUSONE_CLOSED", 6_000);
    let large = Size { closed, mails: set("PLUSONE_MAILS", closed) };
    let small = measure(Size { closed: 100, mails: 100 });
    let large = measure(large);
    let check = |what: &str, small: Duration, large: Duration, slack: Duration| {
        // In proportion to the past it would be sixty times and more.
        assert!(
            large < small * 3 + slack,
            "{what}: {small:?} beside a small past, {large:?} beside a large one"
        );
    };
    check("start", small.start, large.start, Duration::from_millis(5));
    check("tick with none due", small.none_due, large.none_due, Duration::from_micros(300));
    check("tick with all due", small.all_due, large.all_due, Duration::from_millis(5));
    if !cfg!(debug_assertions) {
        let bar = |what: &str, took: Duration, most: u64| {
            assert!(took < Duration::from_micros(most), "{what} took {took:?}");
        };
        bar("start", large.start, 50_000);
        bar("tick with none due", large.none_due, 1_000);
        bar("tick with all due", large.all_due, 60_000);
        bar("tick with all due right after the start", large.all_due_at_start, 60_000);
    }
}

fn measure(size: Size) -> Figures {
    let mut config = list::config(200);
    // Digests are looked for at every tick; none falls due here.
    config.lists[0].digest = Some("0 9 31 12 *".into());
    let watch = Stopwatch::start();
    let past = Past::write(size, &config);
    println!(
        "{} closed proposals, {} mails: {} MB, written in {:.1} s",
        size.closed,
        size.mails,
        past.octets() >> 20,
        watch.elapsed().as_secs_f64()
    );
    let shadow = tempfile::tempdir().unwrap();
    let mut desk =
        Desk { past: &past, config: &config, shadow: Folder::new(shadow.path()).unwrap(), now: past.ends_at };
    let mut figures = Figures {
        start: Duration::MAX,
        none_due: Duration::MAX,
        all_due_at_start: Duration::MAX,
        all_due: Duration::MAX,
    };
    let least = |least: &mut Duration, took: Duration| *least = (*least).min(took);
    for round in 0..ROUNDS {
        let (mut engine, took) = desk.start();
        least(&mut figures.start, took);
        desk.open(&mut engine, round);
        for _ in 0..50 {
            desk.now += TimeDelta::seconds(30);
            let (took, results) = desk.tick(&mut engine);
            assert_eq!(results, 0);
            least(&mut figures.none_due, took);
        }
        let again = round % 2 == 0;
        if again {
            drop(engine);
            let (started, took) = desk.start();
            least(&mut figures.start, took);
            engine = started;
        }
        desk.now += TimeDelta::days(5);
        let (took, results) = desk.tick(&mut engine);
        assert_eq!(results, OPEN);
        least(if again { &mut figures.all_due_at_start } else { &mut figures.all_due }, took);
    }
    println!("{figures:?}");
    figures
}

struct Desk<'p> {
    past: &'p Past,
    config: &'p Config,
    shadow: Folder,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Everything that `run` does with the database before it looks at the mailbox.
    fn start(&mut self) -> (Engine, Duration) {
        let watch = Watch::start();
        let mut engine = list::engine(Store::open(&self.past.path).unwrap(), self.config, self.now);
        let _sender = Store::open(&self.past.path).unwrap();
        engine.store().cursor(MAILBOX).unwrap();
        engine.digests(self.now).unwrap();
        write_shadow(engine.store_mut(), &self.shadow, self.now).unwrap();
        (engine, watch.elapsed())
    }

    /// Everything that `run` does with the database when the mailbox has been read and nothing was in it; and how many results it queued.
    fn tick(&mut self, engine: &mut Engine) -> (Duration, usize) {
        let watch = Watch::start();
        let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(self.now) };
        let told = engine.read_up_to(cursor, self.now).unwrap();
        engine.store_mut().set_meta("mailbox trouble", "").unwrap();
        write_shadow(engine.store_mut(), &self.shadow, self.now).unwrap();
        engine.digests(self.now).unwrap();
        let took = watch.elapsed();
        let is_result = |told: &&Told| matches!(told, Told::Queued { kind, .. } if kind.as_str() == "result");
        (took, told.iter().filter(is_result).count())
    }

    /// Opens proposals that all fall due together, each with its replies.
    fn open(&mut self, engine: &mut Engine, round: usize) {
        let mut batch = Vec::new();
        for number in 0..OPEN {
            batch.extend(self.thread(&format!("{round}.{number}"), number));
        }
        self.now += TimeDelta::hours(1);
        engine.take(&batch, self.now).unwrap();
        let open = engine.store().open_count().unwrap();
        assert_eq!(open, OPEN);
        assert!(engine.store().decision(LIST, 1).unwrap().is_some());
        // A digest that is due has nothing to do with the ticks that are measured.
        engine.digests(self.now).unwrap();
    }

    fn thread(&self, id: &str, number: usize) -> Vec<Incoming> {
        let tag = if number.is_multiple_of(2) { "PROPOSAL" } else { "VOTE" };
        let root = Letter {
            from: list::member(number),
            id: format!("{id}.root"),
            reply_to: None,
            subject: format!("[{tag}] Move the builders of site {id}"),
            words: "The builders stand in a room that is closed in summer. Let us move them to the new one.\n\nThe move takes a day.".into(),
            at: self.now,
        };
        let words = [
            "+1",
            "Who looks after the network there?",
            "+1, I can help on that day.",
            "The network is the same as here.\n\nWe have asked about power as well, and there is enough.",
            "0",
        ];
        let mut thread = vec![root.handed_on(0)];
        for reply in 0..REPLIES {
            let letter = Letter {
                from: list::member((number + 1 + reply) % 200),
                id: format!("{id}.{reply}"),
                reply_to: Some(root.id.clone()),
                subject: format!("Re: {}", root.subject),
                words: format!(
                    "On Monday {} wrote:\n> The builders stand in a room\n> that is closed in summer.\n\n{}\n\n-- \n{}",
                    root.from,
                    words[reply % words.len()],
                    list::member(reply)
                ),
                at: self.now + TimeDelta::minutes(i64::try_from(reply).unwrap()),
            };
            thread.push(letter.handed_on(0));
        }
        thread
    }
}
