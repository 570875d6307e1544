//! Work done by several threads, its results taken in the order in which the work was given out.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many loads a thread may be ahead of the one whose results are taken next: what bounds the results in memory.
const LEAD: u64 = 4;

/// Fills loads from `source` one after another until it says `false`, turns each into results with `work` on `threads`
/// threads, and gives the results to `each` on the calling thread in the order of the loads. Each thread has one load, which
/// it fills again and again. One thread is the calling one.
///
/// # Panics
/// Where one of the three panics, so does this.
pub(crate) fn in_order<L: Default, T: Send>(
    threads: usize,
    source: impl FnMut(&mut L) -> bool + Send,
    work: impl Fn(&mut L, &mut Vec<T>) + Sync,
    mut each: impl FnMut(T),
) {
    if threads <= 1 {
        return one_by_one(source, work, each);
    }
    let gate = Gate { lead: LEAD * threads as u64, ..Gate::default() };
    let source = Mutex::new((0, source));
    let (results, taken) = channel();
    std::thread::scope(|scope| {
        let _stop = StopOnDrop(&gate);
        for _ in 0..threads {
            let results = results.clone();
            scope.spawn(|| run(&source, &gate, &work, results));
        }
        drop(results);
        let mut early = BTreeMap::new();
        let mut next = 0;
        // Owned by this scope, so that a panic in `each` closes the channel before the threads are waited for.
        let taken = taken;
        for (number, results) in &taken {
            early.insert(number, results);
            while let Some(results) = early.remove(&next) {
                results.into_iter().for_each(&mut each);
                next += 1;
                gate.pass(next);
            }
        }
    });
}

/// How many threads `most` are where the process may use fewer processors.
pub(crate) fn processors(most: usize) -> usize {
    std::thread::available_parallelism().map_or(most, |here| here.get().min(most))
}

/// The whole work on the calling thread.
fn one_by_one<L: Default, T>(
    mut source: impl FnMut(&mut L) -> bool,
    work: impl Fn(&mut L, &mut Vec<T>),
    mut each: impl FnMut(T),
) {
    let mut load = L::default();
    let mut done = Vec::new();
    while source(&mut load) {
        work(&mut load, &mut done);
        done.drain(..).for_each(&mut each);
    }
}

/// One thread's part: take the next load, work on it, hand its results over.
fn run<L: Default, T>(
    source: &Mutex<(u64, impl FnMut(&mut L) -> bool)>,
    gate: &Gate,
    work: &impl Fn(&mut L, &mut Vec<T>),
    results: Sender<(u64, Vec<T>)>,
) {
    let _stop = StopOnPanic(gate);
    let mut load = L::default();
    loop {
        let number = {
            let mut source = locked(source);
            let number = source.0;
            if !gate.wait(number) || !source.1(&mut load) {
                return;
            }
            source.0 += 1;
            number
        };
        let mut done = Vec::new();
        work(&mut load, &mut done);
        if results.send((number, done)).is_err() {
            return;
        }
    }
}

/// Holds back whoever would get too far ahead.
#[derive(Default)]
struct Gate {
    lead: u64,
    state: Mutex<GateState>,
    moved: Condvar,
}

#[derive(Default)]
struct GateState {
    taken: u64,
    stopped: bool,
}

impl Gate {
    /// Waits until load `number` may be taken; `false` once everything is to stop.
    fn wait(&self, number: u64) -> bool {
        let held = |state: &mut GateState| !state.stopped && number >= state.taken + self.lead;
        let state = self.moved.wait_while(locked(&self.state), held).unwrap_or_else(PoisonError::into_inner);
        !state.stopped
    }

    /// Says that the results of `taken` loads have been taken.
    fn pass(&self, taken: u64) {
        locked(&self.state).taken = taken;
        self.moved.notify_all();
    }

    fn stop(&self) {
        locked(&self.state).stopped = true;
        self.moved.notify_all();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct StopOnDrop<'a>(&'a Gate);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

struct StopOnPanic<'a>(&'a Gate);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Loads are the numbers 0..loads; each gives two results.
    fn count(threads: usize, loads: u64, work: impl Fn(u64) + Sync, mut each: impl FnMut(u64)) -> Vec<u64> {
        let mut given = 0;
        let source = |load: &mut u64| {
            *load = given;
            given += 1;
            *load < loads
        };
        let mut seen = Vec::new();
        in_order(
            threads,
            source,
            |load, done| {
                work(*load);
                done.extend([*load * 2, *load * 2 + 1]);
            },
            |result| {
                each(result);
                seen.push(result);
            },
        );
        seen
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [0, 1, 2, 5] {
            for loads in [0, 1, 7, 500] {
                let expect: Vec<u64> = (0..loads * 2).collect();
                assert_eq!(count(threads, loads, |_| {}, |_| {}), expect, "{threads} threads, {loads} loads");
            }
        }
    }

    #[test]
    fn nobody_runs_far_ahead_of_what_was_taken() {
        let (begun, taken) = (AtomicU64::new(0), AtomicU64::new(0));
        let work = |_| {
            let ahead = begun.fetch_add(1, Ordering::SeqCst) + 1 - taken.load(Ordering::SeqCst) / 2;
            assert!(ahead <= LEAD * 3 + 1, "{ahead} loads ahead");
        };
        count(3, 400, work, |_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
    }

    #[test]
    fn a_panic_ends_it_instead_of_hanging() {
        let in_work = catch_unwind(|| count(2, 1_000, |load| assert!(load != 10, "in work"), |_| {}));
        assert!(in_work.is_err());
        let each = AssertUnwindSafe(|| count(2, 1_000, |_| {}, |result| assert!(result != 10, "in each")));
        assert!(catch_unwind(each).is_err());
    }
}
