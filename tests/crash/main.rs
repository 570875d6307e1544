//! The engine killed at every point and at any moment, and what else can go wrong with the machine below it. Afterwards every vote is counted
//! once, every notice has come once, the database is whole, and all of it can be derived again.
//!
//! `PLUSONE_KILLS=1000` says how often it is killed, `PLUSONE_SEED=7` which votes and moments are drawn.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

#[allow(dead_code)]
#[path = "../simulation/chance.rs"]
mod chance;
#[path = "../stories/desk.rs"]
mod desk;
mod engine;
mod judged;
#[path = "../lab/mod.rs"]
mod lab;
mod machine;
mod servers;
mod sink;
mod town;

use chance::Chance;
use engine::Engine;
use plusone::clock::{Deadline, Stopwatch};
use plusone::failpoint::POINTS;
use plusone::store::{OutboxState, Store};
use std::collections::BTreeSet;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;
use town::Town;

/// How long real servers may take for anything.
const SOON: Duration = Duration::from_secs(90);
/// How long a point may take to be reached, on a machine that has other things to do.
const REACHED_WITHIN: Duration = Duration::from_secs(40);
/// When a point drawn by chance, which may never be reached, is given up for a kill.
const GIVEN_UP_AFTER: Duration = Duration::from_millis(1500);
/// How many proposals there are in all, at most: fewer results than may be mailed to a list in a day.
const PROPOSALS: usize = 150;
/// How often somebody writes.
const PACE: Duration = Duration::from_millis(60);

/// How the process ends.
enum End {
    /// By itself, at a fail point.
    At(&'static str, usize),
    /// Between the end of a mail and the answer to it.
    AtTheFullStop,
    /// At any moment.
    After(Duration),
}

#[test]
fn killed_at_every_point_and_at_any_moment() {
    let kills: usize = number("PLUSONE_KILLS", POINTS.len() + 8);
    let seed: usize = number("PLUSONE_SEED", 1);
    let mut chance = Chance(seed as u64);
    let mut town = Town::new(seed as u64);
    let mut reached = BTreeSet::new();
    let watch = Stopwatch::start();
    for kill in 0..kills {
        town.most = 2 + PROPOSALS.min(kills) * (kill + 1) / kills;
        let end = match POINTS.get(kill) {
            Some(point) => End::At(point, 1),
            None => drawn(&mut chance),
        };
        let within = if kill < POINTS.len() { REACHED_WITHIN } else { GIVEN_UP_AFTER };
        reached.extend(run(&mut town, &end, within));
    }
    let killing = watch.elapsed();
    settle(&mut town);
    let figures = judged::judge(&town);
    println!(
        "{kills} kills in {killing:.0?} and {:.0?} in all, seed {seed}: {} points reached, {} mails of people's; {figures:?}; lost 0, doubled 0",
        watch.elapsed(),
        reached.len(),
        town.mails()
    );
    assert!(figures.folded <= kills / 10, "more than died in the middle of sending");
    let missed: Vec<&str> = POINTS.into_iter().filter(|point| !reached.contains(point)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
}

fn drawn(chance: &mut Chance) -> End {
    match chance.below(8) {
        0 | 1 => End::At(POINTS[chance.below(POINTS.len())], 1 + chance.below(3)),
        2 => End::AtTheFullStop,
        3 => End::After(Duration::from_millis(chance.below(2_500) as u64)),
        _ => End::After(Duration::from_millis(chance.below(400) as u64)),
    }
}

/// Runs the engine until its end, while people write; gives the point at which it ended by itself.
fn run(town: &mut Town, end: &End, within: Duration) -> Option<&'static str> {
    let armed = match end {
        End::At(point, hit) => Some(format!("{point}:{hit}")),
        _ => None,
    };
    town.sink.put_off(matches!(end, End::At("send put off", _)));
    let mut engine = Engine::start(&town.path(""), armed.as_deref());
    if let End::AtTheFullStop = end {
        town.sink.kill_at_the_full_stop(engine.pid());
    }
    let deadline = Deadline::after(if let End::After(moment) = end { *moment } else { within });
    while !deadline.is_past() && engine.ended().is_none() {
        town.write();
        sleep(deadline.left().min(PACE));
    }
    let by_itself = engine.ended().is_some();
    engine.kill();
    town.sink.kill_at_the_full_stop(0);
    if let End::At("send put off", _) = end {
        not_put_off(town);
    }
    match end {
        End::At(point, _) if by_itself => Some(point),
        _ => None,
    }
}

/// Lets what was put off by minutes be tried at once.
fn not_put_off(town: &Town) {
    town.sink.put_off(false);
    let db = rusqlite::Connection::open(town.path("plusone.db")).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    db.execute("UPDATE outbox SET next_try = 0 WHERE state = 'queued' AND attempts > 0", []).unwrap();
}

/// Lets the engine come to rest: everything closed, mailed and seen on the list.
fn settle(town: &mut Town) {
    town.finish();
    not_put_off(town);
    let store = Store::open(&town.path("plusone.db")).unwrap();
    let all = Deadline::after(Duration::from_secs(900));
    // A digest may fall due while it stops.
    while !waits(&store, town.asked.len()).is_empty() {
        let mut engine = Engine::start(&town.path(""), None);
        // As long as something changes, a busy machine may take its time.
        let patience = || Deadline::after(Duration::from_secs(90));
        let (mut deadline, mut before) = (patience(), Vec::new());
        loop {
            let waits = waits(&store, town.asked.len());
            if waits.is_empty() {
                break;
            }
            if waits != before {
                (deadline, before) = (patience(), waits.clone());
            }
            let ended = engine.ended();
            assert!(ended.is_none(), "it ended, {ended:?}: {}", town.log());
            let over = deadline.is_past() || all.is_past();
            assert!(!over, "it does not come to rest: {waits:#?}\n{}", town.log());
            sleep(Duration::from_millis(200));
        }
        assert!(engine.stop().success());
    }
}

fn waits(store: &Store, asked: usize) -> Vec<String> {
    let decisions = store.decisions(None).unwrap();
    let mut waits: Vec<String> = decisions
        .iter()
        .filter(|stored| !stored.published)
        .map(|stored| format!("{} {}", stored.decision.call.list, stored.decision.call.number))
        .collect();
    if decisions.len() < asked {
        waits.push(format!("{} of {asked} are open or closed", decisions.len()));
    }
    for entry in store.notices_of("infra", None).unwrap() {
        let rests = match entry.state {
            OutboxState::Sent => entry.recipient != "list",
            OutboxState::Queued | OutboxState::Sending => false,
            _ => true,
        };
        if !rests {
            waits.push(format!("{} {}: {:?} {:?}", entry.number, entry.kind, entry.state, entry.last_error));
        }
    }
    waits
}

fn has(mail: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(mail).contains(words)
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// SIGKILL.
fn kill(pid: u32) {
    let killed = Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
    assert!(killed.success(), "{pid} has ended by itself");
}
