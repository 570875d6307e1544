//! Time and memory that something takes.

use plusone::clock::Stopwatch;
use std::process::Command;

/// Runs `body` in a process of its own, so that the peak of its memory is its own: that of the test of this name. Prints what it printed.
pub fn alone(test: &str, body: impl FnOnce()) {
    const CHILD: &str = "PLUSONE_HOSTILE_ALONE";
    if std::env::var(CHILD).is_ok_and(|name| name == test) {
        return body();
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, test)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    println!();
    out.lines()
        .filter(|line| line.contains("  "))
        .for_each(|line| println!("  {}", line.rsplit("...").next().unwrap_or_default().trim()));
    assert!(child.status.success(), "{test}:\n{out}\n{err}");
}

/// A number from the environment, else the usual one.
pub fn set(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// How many rounds a loop is played.
pub fn rounds_played() -> usize {
    set("PLUSONE_ROUNDS", if cfg!(debug_assertions) { 25 } else { 1_000 })
}

/// The most memory that this process has had, in MB; 0 where the system does not tell.
pub fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    peak.trim_end_matches("kB").trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// What something took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let watch = Stopwatch::start();
    let done = work();
    (done, watch.elapsed().as_secs_f64())
}
