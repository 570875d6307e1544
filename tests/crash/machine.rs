//! The machine below the engine: a full disk, a file that may not be written, a page gone bad, a clock that is wrong.

use crate::engine::{Engine, asked, program};
use crate::town::Town;
use plusone::clock::Deadline;
use plusone::store::Store;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

/// A town with a proposal that was read.
fn begun() -> Town {
    let mut town = Town::new(3);
    once(&town);
    town.write();
    once(&town);
    town
}

fn once(town: &Town) {
    let (code, _, err) = asked(&mut program(&town.path(""), &["run", "--once"]));
    assert_eq!(code, Some(0), "{err}");
}

fn messages(town: &Town) -> u64 {
    Store::open(&town.path("plusone.db")).unwrap().message_count().unwrap()
}

/// How many mails lie in the mailbox.
fn mails(town: &Town) -> u64 {
    fs::read_dir(town.path("mail/new")).unwrap().count() as u64
}

/// Waits until something is so.
fn await_that(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Deadline::after(SOON);
    while !is_so() {
        assert!(!deadline.is_past(), "not within {SOON:?}: {what}");
        sleep(Duration::from_millis(50));
    }
}

/// Mails too large for the room there is. All of them are in the mailbox, and those that the database took are taken once.
fn large(town: &mut Town, mails: usize) {
    for number in 0..mails {
        town.large(number, 400_000);
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let mut town = begun();
    let before = messages(&town);
    let disk = town.path("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&disk)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("skipped: no small disk can be mounted here");
        return;
    }
    let small = Mounted(&disk);
    large(&mut town, 5);
    let copied = fs::copy(town.path("plusone.db"), disk.join("plusone.db")).unwrap();
    assert!(copied > 0);
    let config = fs::read_to_string(town.path("plusone.toml")).unwrap();
    fs::write(town.path("small.toml"), config.replace("\"plusone.db\"", "\"disk/plusone.db\"")).unwrap();
    let run = || asked(&mut program(&town.path(""), &["--config", "small.toml", "run", "--once"]));
    let (code, _, err) = run();
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("cannot grow") && err.contains("make room"), "{err}");
    let store = Store::open(&disk.join("plusone.db")).unwrap();
    store.examine().unwrap();
    assert!(store.message_count().unwrap() >= before);
    drop(store);
    // Room is made.
    let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&disk).status().unwrap();
    assert!(grown.success());
    let there = mails(&town);
    let (code, _, err) = run();
    assert_eq!(code, Some(0), "{err}");
    let store = Store::open(&disk.join("plusone.db")).unwrap();
    store.examine().unwrap();
    assert!(store.message_count().unwrap() >= there);
    drop(store);
    drop(small);
}

/// A disk of its own, for as long as the test runs.
struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_file_that_may_grow_no_more_loses_nothing() {
    let mut town = begun();
    large(&mut town, 5);
    // The limit counts blocks of 1 KiB; a process that ignores the signal is told of it.
    let script = format!("trap '' XFSZ; ulimit -f 1000; exec {} run --once", env!("CARGO_BIN_EXE_plusone"));
    let (code, _, err) = asked(Command::new("bash").args(["-c", &script]).current_dir(town.path("")));
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("database") && err.contains("nothing was lost"), "{err}");
    Store::open(&town.path("plusone.db")).unwrap().examine().unwrap();
    let there = mails(&town);
    once(&town);
    assert!(messages(&town) >= there);
}

#[test]
fn a_database_that_may_not_be_written_is_named() {
    let mut town = begun();
    let before = messages(&town);
    town.write();
    // Nobody may write there, not even who may do everything: it runs as nobody.
    let nobody = |program: &mut Command| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program.get_program()).args(program.get_args()).current_dir(town.path(""));
        asked(&mut command)
    };
    let mode = |path: &str, mode| {
        fs::set_permissions(town.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("plusone.db", 0o644);
    let lock = fs::read_dir(town.path("")).unwrap().flatten().map(|entry| entry.path());
    for file in lock.filter(|path| {
        path.to_string_lossy().contains("plusone.db") && path.extension() != Some("db".as_ref())
    }) {
        fs::set_permissions(file, fs::Permissions::from_mode(0o666)).unwrap();
    }
    mode("shadow", 0o777);
    let (code, _, err) = nobody(&mut program(&town.path(""), &["run", "--once"]));
    if err.contains("setpriv") {
        eprintln!("skipped: only root can run as nobody: {err}");
        return;
    }
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("plusone.db") || err.contains("read"), "{err}");
    assert!(err.contains("may write") || err.contains("leave to write"), "{err}");
    assert_eq!(messages(&town), before);
    let there = mails(&town);
    once(&town);
    assert!(messages(&town) >= there);
}

#[test]
fn a_page_gone_bad_is_named_and_a_backup_put_back() {
    let mut town = begun();
    let (code, _, err) = asked(&mut program(&town.path(""), &["backup", "copy.db"]));
    assert_eq!(code, Some(0), "{err}");
    for _ in 0..5 {
        town.write();
    }
    once(&town);
    // Every page but the first few.
    let db = rusqlite::Connection::open(town.path("plusone.db")).unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(db);
    let mut file = fs::OpenOptions::new().write(true).open(town.path("plusone.db")).unwrap();
    let size = file.metadata().unwrap().len();
    for page in 3..size / 4096 {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xA5; 1024]).unwrap();
    }
    drop(file);
    for command in [&["run", "--once"][..], &["rebuild"], &["backup", "other.db"]] {
        let (code, _, err) = asked(&mut program(&town.path(""), command));
        assert_eq!(code, Some(1), "{command:?}: {err}");
        assert!(err.contains("damaged"), "{command:?}: {err}");
        assert!(command[0] == "backup" || err.contains("plusone restore"), "{command:?}: {err}");
    }
    let (code, _, err) = asked(&mut program(&town.path(""), &["restore", "copy.db"]));
    assert_eq!(code, Some(0), "{err}");
    let there = mails(&town);
    once(&town);
    assert!(messages(&town) >= there);
    let (code, out, err) = asked(&mut program(&town.path(""), &["rebuild"]));
    assert_eq!(code, Some(0), "{out}{err}");
}

/// A day ahead, in a running engine: nothing is decided by it, and `status` says so. Right again, it goes on. An hour back at a start: nothing
/// is decided early, nothing is lost.
#[test]
fn a_clock_that_is_wrong_decides_nothing_early() {
    let mut town = Town::new(4);
    let ahead = town.path("ahead");
    fs::write(&ahead, "0").unwrap();
    once(&town);
    // One that has its votes, and one that passes in silence.
    await_that("two are asked", || {
        town.write();
        town.asked.len() == 2
    });
    let mut engine = Engine::start_by(&town.path(""), &ahead);
    let path = town.path("plusone.db");
    let store = || Store::open(&path).unwrap();
    let read_through = || -> i64 {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.query_row("SELECT read_through FROM cursor", [], |row| row.get(0)).unwrap()
    };
    let open = || store().open_count().unwrap();
    await_that("both are open", || store().decisions(None).unwrap().len() == 2);
    fs::write(&ahead, "86400").unwrap();
    await_that("it is seen", || !store().meta("clock trouble").unwrap().unwrap_or_default().is_empty());
    let before = read_through();
    // Past the window by its clock, and past the true one.
    sleep(Duration::from_secs(crate::town::WINDOW as u64 + 2));
    assert_eq!(open(), 2, "nothing is decided");
    assert_eq!(read_through(), before);
    let (code, out, _) = asked(&mut program(&town.path(""), &["status"]));
    assert!(code == Some(1) && out.contains("24 h ahead: nothing is decided"), "{out}");
    assert!(engine.ended().is_none());
    let (code, _, err) = asked(&mut program(&town.path(""), &["rebuild"]));
    assert!(code == Some(1) && err.contains("in use by another engine"), "{err}");
    fs::write(&ahead, "0").unwrap();
    await_that("it is right again", || store().meta("clock trouble").unwrap().unwrap_or_default().is_empty());
    await_that("both close", || open() == 0);
    assert!(engine.stop().success());

    // Read by a clock that was a day ahead from the start, then by a right one.
    fs::write(&ahead, "86400").unwrap();
    let (code, _, err) =
        asked(program(&town.path(""), &["run", "--once"]).env("PLUSONE_CLOCK_AHEAD", &ahead));
    assert_eq!(code, Some(0), "{err}");
    fs::write(&ahead, "0").unwrap();
    let asked_before = town.asked.len();
    town.most = asked_before + 1;
    await_that("one more is asked", || {
        town.write();
        town.asked.len() > asked_before
    });
    once(&town);
    assert!(open() >= 1, "what opened now is not closed by the day that has not been");
    let problems = store().problems().unwrap();
    assert!(problems.iter().any(|one| one.code == "clock"), "{problems:?}");
}
