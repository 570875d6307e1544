//! A count on standard error while something takes long.

use crate::clock::Stopwatch;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// How long work runs in silence.
const SILENCE: Duration = Duration::from_secs(2);
/// How many messages pass between two looks at the clock.
const EVERY: u64 = 1_000;

/// Counts messages; shows the count where standard error is a terminal and the work takes over two seconds.
pub struct Progress {
    watch: Stopwatch,
    count: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Nothing counted, nothing shown.
    pub fn start() -> Self {
        Progress { watch: Stopwatch::start(), count: 0, bar: None }
    }

    /// One more message.
    pub fn one_more(&mut self) {
        self.count += 1;
        if !self.count.is_multiple_of(EVERY) {
            return;
        }
        match &self.bar {
            Some(bar) => bar.set_position(self.count),
            None if self.watch.elapsed() > SILENCE => self.bar = Some(bar(self.count, None)),
            None => {}
        }
    }

    /// So much of so much is done.
    pub fn part(&mut self, done: u64, all: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if self.watch.elapsed() > SILENCE => self.bar = Some(bar(done, Some(all))),
            None => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// indicatif draws on standard error, and nothing where that is no terminal.
fn bar(count: u64, all: Option<u64>) -> ProgressBar {
    let (bar, template) = match all {
        None => (ProgressBar::new_spinner(), "{spinner} {human_pos} messages read, {per_sec}"),
        Some(all) => (ProgressBar::new(all), "{bar:40} {percent} %, {eta} left"),
    };
    let bar = bar.with_position(count);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
