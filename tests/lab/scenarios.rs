//! Plays scenarios side by side on one lab, and tells which of them failed.

use super::{Lab, say};
use plusone::clock::Stopwatch;
use std::thread;

/// A story that is played on the lab: its name, and what happens.
pub type Scenario = (&'static str, fn(&Lab));

/// Plays every scenario at once, or only those whose name contains what `PLUSONE_SCENARIO` says. Returns the names
/// of those that failed; why stands above, where their threads panicked.
pub fn play(lab: &Lab, scenarios: &[Scenario]) -> Vec<&'static str> {
    let only = std::env::var("PLUSONE_SCENARIO").unwrap_or_default();
    let chosen: Vec<&Scenario> = scenarios.iter().filter(|(name, _)| name.contains(&only)).collect();
    let failed: Vec<&str> = thread::scope(|scope| {
        let running: Vec<_> = chosen
            .into_iter()
            .map(|(name, story)| {
                let play = move || {
                    let watch = Stopwatch::start();
                    story(lab);
                    say(&format!("scenario {name} ... ok ({:.2?})", watch.elapsed()));
                };
                let thread = thread::Builder::new().name((*name).to_owned()).spawn_scoped(scope, play);
                (*name, thread.expect("a thread can be started"))
            })
            .collect();
        running.into_iter().filter_map(|(name, thread)| thread.join().is_err().then_some(name)).collect()
    });
    if !failed.is_empty() {
        say(&lab.logs());
    }
    failed
}
