//! Postfix: port 25 for Mailman's hand-over, submission with STARTTLS, submissions with TLS from the first byte.

use super::accounts::{Account, fill, group, permit, write};
use super::keeper::Keeper;
use super::ports::Ports;
use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Starts Postfix: mail to one of `people`, or to a local part that starts with `extra`, goes to Dovecot; all
/// other mail goes to Mailman.
pub fn start(keeper: &mut Keeper, dir: &Path, ports: &Ports, people: &[&str], extra: &str) {
    let home = dir.join("postfix");
    let conf = home.join("conf");
    fs::create_dir_all(&conf).expect("the lab's folder is writable");
    spool(&home);

    let person = format!(r"/^({}|{extra}[a-z0-9-]+)(\+[^@]*)?@example\.test$/", people.join("|"));
    let list = r"/@example\.test$/";
    let transport = format!(
        "{person} lmtp:inet:127.0.0.1:{}\n{list} lmtp:inet:127.0.0.1:{}\n",
        ports.dovecot_lmtp, ports.mailman_lmtp
    );
    let mut values = ports.values();
    values.push(("dir", dir.display().to_string()));
    write(&conf.join("transport"), &transport, 0o644);
    write(&conf.join("recipients"), &format!("{person} known\n{list} known\n"), 0o644);
    write(&conf.join("main.cf"), &fill(include_str!("conf/main.cf"), &values), 0o644);
    write(&conf.join("master.cf"), &fill(include_str!("conf/master.cf"), &values), 0o644);
    for file in ["transport", "recipients", "main.cf", "master.cf"] {
        backdate(&conf.join(file));
    }
    // `-d` keeps the master in the foreground: the pid that is held is the one that stops everything.
    let conf = conf.to_string_lossy();
    keeper.start("postfix", &["/usr/lib/postfix/sbin/master", "-c", &conf, "-d"], None, &home);
}

/// Waits until Postfix answers.
pub fn await_ready(keeper: &mut Keeper, ports: &Ports) {
    for port in [ports.smtp, ports.submission] {
        keeper.await_greeting("postfix", port, "220 ");
    }
}

/// The queue folders, made by hand: `postfix check` would take three seconds for them.
fn spool(home: &Path) {
    let (postfix, postdrop) = (Account::of("postfix"), group("postdrop"));
    let spool = home.join("spool");
    for queue in [
        "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
        "trace",
    ] {
        postfix.folder(&spool.join(queue));
        permit(&spool.join(queue), 0o700);
    }
    for (queue, mode) in [("maildrop", 0o730), ("public", 0o710)] {
        postfix.folder(&spool.join(queue));
        chown(spool.join(queue), None, Some(postdrop)).expect("the lab runs as root");
        permit(&spool.join(queue), mode);
    }
    fs::create_dir_all(spool.join("pid")).expect("the lab's folder is writable");
    postfix.folder(&home.join("data"));
}

/// Makes a file look an hour old: Postfix naps while a configuration file is only seconds old.
fn backdate(path: &Path) {
    #[allow(clippy::disallowed_methods)] // a file's age is the machine's business, not the engine's
    let now = SystemTime::now();
    File::options()
        .write(true)
        .open(path)
        .and_then(|file| file.set_modified(now - Duration::from_secs(3600)))
        .unwrap_or_else(|e| panic!("utimes {}: {e}", path.display()));
}
