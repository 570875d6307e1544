//! Plays scenarios side by side on one lab, and tells which of them failed.

use super::{Lab, say};
use plusone::clock::Stopwatch;
use std::thread;

/// A story that is played on the lab: its name, and what happens.
pub type Scenario = (&'static str, fn(&Lab));

/// Plays the scenarios of each group at once, and one group after the other; only those whose name contains what
/// `PLUSONE_SCENARIO` says, if it is set. Returns the names of those that failed; why stands above, where their
/// threads panicked.
pub fn play(lab: &Lab, groups: &[&[Scenario]]) -> Vec<&'static str> {
    let only = std::env::var("PLUSONE_SCENARIO").unwrap_or_default();
    let chosen = |group: &[Scenario]| -> Vec<Scenario> {
        group.iter().filter(|(name, _)| name.contains(&only)).copied().collect()
    };
    let groups: Vec<Vec<Scenario>> = groups.iter().map(|group| chosen(group)).collect();
    assert!(groups.iter().any(|group| !group.is_empty()), "no scenario's name contains {only:?}");
    let failed: Vec<&str> = groups.iter().flat_map(|group| play_together(lab, group)).collect();
    if !failed.is_empty() {
        say(&lab.logs());
    }
    failed
}

fn play_together(lab: &Lab, group: &[Scenario]) -> Vec<&'static str> {
    thread::scope(|scope| {
        let begin = |&(name, story): &Scenario| {
            let play = move || {
                let watch = Stopwatch::start();
                story(lab);
                say(&format!("scenario {name} ... ok ({:.2?})", watch.elapsed()));
            };
            let thread = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, play);
            (name, thread.expect("a thread can be started"))
        };
        let running: Vec<_> = group.iter().map(begin).collect();
        running.into_iter().filter_map(|(name, thread)| thread.join().is_err().then_some(name)).collect()
    })
}
