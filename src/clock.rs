//! The only place that asks what time it is.

use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

/// Tells the time: the machine's, or one that a test or the demo moves by hand.
pub trait Clock: Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A monotonic point in the future: what a bounded wait ends at.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// The point `after` from now.
    #[allow(clippy::disallowed_methods)]
    pub fn after(after: Duration) -> Self {
        Deadline(Instant::now() + after)
    }

    /// What is left until the point; zero once it is past.
    #[allow(clippy::disallowed_methods)]
    pub fn left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether the point is past.
    pub fn is_past(&self) -> bool {
        self.left().is_zero()
    }
}

/// Measures how long something took.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[allow(clippy::disallowed_methods)]
    pub fn start() -> Self {
        Stopwatch(Instant::now())
    }

    /// Time since the start.
    #[allow(clippy::disallowed_methods)]
    pub fn elapsed(&self) -> Duration {
        Instant::now().saturating_duration_since(self.0)
    }
}

/// Measures the processor's time that the calling thread uses, where the system tells it (Linux); else the time that goes by. What other
/// programs do meanwhile does not count. The system's count may go on in steps of some milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    wall: Stopwatch,
    used: Option<u64>,
}

impl Effort {
    /// Starts measuring.
    pub fn start() -> Self {
        Effort { wall: Stopwatch::start(), used: Self::used() }
    }

    /// Time used since the start.
    pub fn so_far(&self) -> Duration {
        match (self.used, Self::used()) {
            (Some(before), Some(now)) => Duration::from_nanos(now.saturating_sub(before)),
            _ => self.wall.elapsed(),
        }
    }

    /// Time that one call of `work` takes, in seconds: the mean of as many calls as use up `least`.
    pub fn of(least: Duration, mut work: impl FnMut()) -> f64 {
        let effort = Effort::start();
        let mut calls = 0_u32;
        loop {
            work();
            calls += 1;
            let used = effort.so_far();
            if used >= least {
                return used.as_secs_f64() / f64::from(calls);
            }
        }
    }

    /// Nanoseconds, of which the first number of the file tells.
    fn used() -> Option<u64> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split_whitespace().next()?.parse().ok().filter(|used| *used > 0)
    }
}
