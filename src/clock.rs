//! The only place that asks what time it is.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tells the time: the machine's, or one that a test or the demo moves by hand.
pub trait Clock: Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// How far the machine's clock has jumped ahead, or back, of what this one tells; `None` where they agree, or nobody watches.
    fn jumped(&self) -> Option<TimeDelta> {
        None
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)]
    #[cfg(not(feature = "failpoints"))]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// A test may set the clock: by the seconds in the file that `PLUSONE_CLOCK_AHEAD` names.
    #[allow(clippy::disallowed_methods)]
    #[cfg(feature = "failpoints")]
    fn now(&self) -> DateTime<Utc> {
        let ahead = std::env::var("PLUSONE_CLOCK_AHEAD")
            .and_then(|file| std::fs::read_to_string(file).map_err(|_| std::env::VarError::NotPresent));
        let seconds = ahead.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        Utc::now() + TimeDelta::seconds(seconds)
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

/// How far the machine's clock may move against time itself between two looks: setting it right by hand, or by NTP, moves it less.
const JUMP: TimeDelta = TimeDelta::minutes(2);

/// The machine's clock, watched against the time that the machine has been up. Where it jumps by more than two minutes this clock goes on as
/// if it had not, and says so, until the two agree again.
pub struct SteadyClock {
    wall: Arc<dyn Clock>,
    up: Box<dyn Fn() -> Duration + Send + Sync>,
    agreed: Mutex<Agreed>,
}

/// When the two clocks agreed last.
struct Agreed {
    wall: DateTime<Utc>,
    up: Duration,
    /// How far the machine's clock is ahead since, where it has jumped.
    jumped: Option<TimeDelta>,
}

impl SteadyClock {
    /// Watches `wall` from now on.
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        // Time spent asleep counts in it; the one that the standard library asks leaves it out.
        let known = up();
        let since = Stopwatch::start();
        match known {
            Some(known) => SteadyClock::by(wall, Box::new(move || up().unwrap_or(known + since.elapsed()))),
            None => SteadyClock::by(wall, Box::new(move || since.elapsed())),
        }
    }

    /// Watches `wall` by `up`, which only runs forward.
    pub fn by(wall: Arc<dyn Clock>, up: Box<dyn Fn() -> Duration + Send + Sync>) -> Self {
        let agreed = Mutex::new(Agreed { wall: wall.now(), up: up(), jumped: None });
        SteadyClock { wall, up, agreed }
    }

    fn look(&self) -> (DateTime<Utc>, Option<TimeDelta>) {
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, up) = (self.wall.now(), (self.up)());
        let passed = TimeDelta::from_std(up.saturating_sub(agreed.up)).unwrap_or(TimeDelta::zero());
        let steady = agreed.wall + passed;
        let ahead = wall - steady;
        if ahead.abs() <= JUMP {
            *agreed = Agreed { wall, up, jumped: None };
            return (wall, None);
        }
        agreed.jumped = Some(ahead);
        (steady, agreed.jumped)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> DateTime<Utc> {
        self.look().0
    }

    fn jumped(&self) -> Option<TimeDelta> {
        self.look().1
    }
}

/// How long the machine has been up, asleep or not, where the system tells it (Linux).
fn up() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = told.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_clock_that_jumps_is_not_followed() {
        struct Shown(AtomicI64);
        impl Clock for Shown {
            fn now(&self) -> DateTime<Utc> {
                DateTime::UNIX_EPOCH + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
            }
        }
        let wall = Arc::new(Shown(AtomicI64::new(1_000_000)));
        let up = Arc::new(AtomicI64::new(500));
        let seconds = Arc::clone(&up);
        let read = move || Duration::from_secs(seconds.load(Ordering::SeqCst).unsigned_abs());
        let steady = SteadyClock::by(Arc::clone(&wall) as Arc<dyn Clock>, Box::new(read));
        let check = |wall_is: i64, up_is: i64, now: i64, jumped: Option<i64>| {
            wall.0.store(1_000_000 + wall_is, Ordering::SeqCst);
            up.store(500 + up_is, Ordering::SeqCst);
            let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + now);
            assert_eq!(
                (steady.now(), steady.jumped()),
                (now, jumped.map(TimeDelta::seconds)),
                "{wall_is} {up_is}"
            );
        };
        check(10, 10, 10, None);
        // Set right by a little, again and again.
        check(110, 20, 110, None);
        check(220, 30, 220, None);
        // A day ahead, and on from there.
        check(86_400 + 230, 40, 230, Some(86_400));
        check(86_400 + 290, 100, 290, Some(86_400));
        // Right again.
        check(300, 110, 300, None);
        // An hour back.
        check(300 - 3_600, 110, 300, Some(-3_600));
        check(315, 120, 315, None);
    }
}
