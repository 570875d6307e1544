//! Only the IMAP servers: Dovecot, and Cyrus where a test asks for it. Nothing is delivered; tests put the mail there themselves.

use super::accounts::Account;
use super::cyrus::Cyrus;
use super::keeper::Keeper;
use super::program::Program;
use super::{Ports, accounts, certs, dovecot, insist_on, new_folder};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Dovecot and a place for Cyrus; dropping it stops every server.
pub struct ImapServers {
    /// Where Dovecot listens.
    pub ports: Ports,
    dir: PathBuf,
    user: Account,
    keeper: Keeper,
}

impl ImapServers {
    /// Starts Dovecot for `people`, and returns when it answers.
    pub fn up(people: &[&str]) -> ImapServers {
        insist_on(&[
            ("/usr/sbin/dovecot", "dovecot-imapd"),
            ("/usr/lib/dovecot/imap", "dovecot-imapd"),
            ("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
            ("/usr/lib/cyrus/bin/master", "cyrus-common"),
            ("/usr/sbin/saslpasswd2", "sasl2-bin"),
            ("/usr/bin/openssl", "openssl"),
        ]);
        let imapd = super::cyrus::imapd();
        assert!(imapd.exists(), "there is no {}: run ./test once, which unpacks it", imapd.display());
        let dir = new_folder();
        let ports = Ports::free();
        let mut keeper = Keeper::of(&dir);
        let user = Account::of("dovecot");
        fs::create_dir(dir.join("log")).expect("the lab's folder is new");
        accounts::permit(&dir.join("log"), 0o777);
        certs::make(&dir.join("tls"), &user);
        dovecot::start(&mut keeper, &dir, &ports, &user, people);
        dovecot::await_ready(&mut keeper, &ports);
        ImapServers { ports, dir, user, keeper }
    }

    /// Starts Cyrus beside it.
    pub fn cyrus(&self, people: &[&str]) -> Cyrus<'_> {
        Cyrus::up(&self.keeper, &self.dir, people)
    }

    /// A person's Maildir for Dovecot, made where it is missing: its `cur`. Who writes there gives the files to Dovecot by
    /// [`ImapServers::hand_over`].
    pub fn maildir(&self, person: &str) -> PathBuf {
        let home = self.dir.join("mail").join(super::address(person));
        let maildir = home.join("Maildir");
        for folder in [&home, &maildir, &maildir.join("cur"), &maildir.join("new"), &maildir.join("tmp")] {
            self.user.folder(folder);
        }
        maildir.join("cur")
    }

    /// Dovecot's configuration, for `doveadm`.
    pub fn dovecot_config(&self) -> PathBuf {
        self.dir.join("dovecot/dovecot.conf")
    }

    /// Gives a file to Dovecot's user.
    pub fn hand_over(&self, file: &Path) {
        self.user.own(file);
    }

    /// The certificate authority that signed the servers' certificate.
    pub fn ca_path(&self) -> PathBuf {
        self.dir.join("tls/ca.pem")
    }

    /// A new folder for a test's own files.
    pub fn scratch(&self, name: &str) -> PathBuf {
        let folder = self.dir.join("scratch").join(name);
        fs::create_dir_all(&folder).expect("the lab's folder is writable");
        folder
    }

    /// Starts a program that does not outlive the lab.
    pub fn run(&self, program: &str, dress: impl FnOnce(&mut Command)) -> Program<'_> {
        Program::start(&self.keeper, program, dress)
    }

    /// Stops the servers; what it returns should be empty.
    pub fn down(mut self) -> Vec<String> {
        self.keeper.stop()
    }
}
