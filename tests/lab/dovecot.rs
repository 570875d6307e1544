//! Dovecot: IMAP with STARTTLS, IMAPS, LMTP for deliveries, and the password check for Postfix.

use super::accounts::{Account, fill, write};
use super::keeper::Keeper;
use super::ports::Ports;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Starts Dovecot, which runs wholly as `user`, with these people.
pub fn start(keeper: &mut Keeper, dir: &Path, ports: &Ports, user: &Account, people: &[&str]) {
    let home = dir.join("dovecot");
    for folder in [home.clone(), home.join("run"), home.join("state"), dir.join("mail")] {
        user.folder(&folder);
    }
    let accounts = home.join("accounts");
    write(&accounts, "", 0o600);
    user.own(&accounts);
    for person in people {
        add_person(&accounts, person);
    }
    let mut values = ports.values();
    values.push(("dir", dir.display().to_string()));
    values.push(("user", user.name.clone()));
    values.push(("group", user.group.clone()));
    let conf = home.join("dovecot.conf");
    write(&conf, &fill(include_str!("conf/dovecot.conf"), &values), 0o644);
    keeper.start("dovecot", &["/usr/sbin/dovecot", "-F", "-c", &conf.to_string_lossy()], Some(user), &home);
}

/// Waits until Dovecot answers on every port.
pub fn await_ready(keeper: &mut Keeper, ports: &Ports) {
    keeper.await_greeting("dovecot", ports.imap, "* OK");
    keeper.await_greeting("dovecot", ports.dovecot_lmtp, "220 ");
}

fn add_person(accounts: &Path, person: &str) {
    let mut file = File::options().append(true).open(accounts).expect("the password file is there");
    let line = format!("{}:{{PLAIN}}{}::::::\n", super::address(person), super::password(person));
    file.write_all(line.as_bytes()).expect("the password file is writable");
}
