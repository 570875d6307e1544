//! Cyrus: the second IMAP server, unlike Dovecot in everything that the standard leaves open.

use super::accounts::{Account, fill, write};
use super::keeper::Keeper;
use super::program::Program;
use super::{DOMAIN, password, ports};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use plusone::clock::Deadline;

/// How long it may take to answer, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Cyrus that runs wholly as its own user, with its files in one folder; dropping it kills it.
pub struct Cyrus<'lab> {
    /// IMAP, plain text allowed.
    pub imap: u16,
    /// IMAP over TLS.
    pub imaps: u16,
    keeper: &'lab Keeper,
    dir: PathBuf,
    user: Account,
    master: Option<Program<'lab>>,
}

impl<'lab> Cyrus<'lab> {
    /// Starts it with these people.
    pub fn up(keeper: &'lab Keeper, dir: &Path, people: &[&str]) -> Cyrus<'lab> {
        let user = Account::of("cyrus");
        let home = dir.join("cyrus");
        user.folder(&home);
        user.folder(&home.join("spool"));
        for folder in ["", "db", "socket", "proc", "log", "lock", "ptclient"] {
            user.folder(&home.join("conf").join(folder));
        }
        // Copied, since the project's folder need not be open to Cyrus' user.
        fs::copy(imapd(), home.join("imapd")).expect("it has been looked for");
        let key = home.join("leaf.key");
        fs::copy(dir.join("tls/leaf.key"), &key).expect("the lab has made its certificate");
        user.own(&key);
        for person in people {
            add_person(&home.join("sasldb"), person);
        }
        user.own(&home.join("sasldb"));
        let (imap, imaps) = (ports::free(), ports::free());
        let mut cyrus = Cyrus { imap, imaps, keeper, dir: dir.to_owned(), user, master: None };
        cyrus.start(true);
        cyrus
    }

    /// Starts it, with IDLE or without, and waits until it answers.
    pub fn start(&mut self, idle: bool) {
        let values = [
            ("dir", self.dir.display().to_string()),
            ("user", self.user.name.clone()),
            ("realm", DOMAIN.to_owned()),
            ("idle", u8::from(idle).to_string()),
            ("imap", self.imap.to_string()),
            ("imaps", self.imaps.to_string()),
        ];
        let home = self.dir.join("cyrus");
        let (imapd, services) = (home.join("imapd.conf"), home.join("cyrus.conf"));
        write(&imapd, &fill(include_str!("conf/imapd.conf"), &values), 0o644);
        write(&services, &fill(include_str!("conf/cyrus.conf"), &values), 0o644);
        let log = fs::File::options().create(true).append(true).open(self.dir.join("log/cyrus.out"));
        let log = log.expect("the lab's log folder is writable");
        let (uid, gid) = (self.user.uid, self.user.gid);
        self.master = Some(Program::start(self.keeper, "/usr/lib/cyrus/bin/master", |command| {
            command.args(["-D".as_ref(), "-C".as_ref(), imapd.as_os_str(), "-M".as_ref()]).arg(&services);
            command.arg("-p").arg(home.join("master.pid"));
            command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").current_dir(&home);
            command.stdin(Stdio::null()).stdout(log.try_clone().expect("a file handle can be doubled"));
            command.stderr(log).uid(uid).gid(gid);
        }));
        let deadline = Deadline::after(PATIENCE);
        while !self.answers() {
            assert!(!deadline.is_past(), "Cyrus does not answer");
            std::thread::sleep(super::LOOK);
        }
    }

    /// Ends it as a restart would: every connection with it.
    pub fn stop(&mut self) {
        if let Some(mut master) = self.master.take() {
            master.terminate();
            master.ended(PATIENCE);
        }
    }

    fn answers(&self) -> bool {
        let greets = |port: u16| -> std::io::Result<bool> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let mut start = [0; 4];
            stream.read_exact(&mut start)?;
            Ok(&start == b"* OK")
        };
        greets(self.imap).unwrap_or(false) && TcpStream::connect((Ipv4Addr::LOCALHOST, self.imaps)).is_ok()
    }
}

/// The server's program, which `./test` unpacks: only one IMAP server can be installed on Debian.
pub fn imapd() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    target.join("cyrus/usr/lib/cyrus/bin/imapd")
}

fn add_person(passwords: &Path, person: &str) {
    let mut program = Command::new("/usr/sbin/saslpasswd2")
        .args(["-p", "-c", "-u", DOMAIN, "-f"])
        .arg(passwords)
        .arg(person)
        .stdin(Stdio::piped())
        .spawn()
        .expect("saslpasswd2 runs: it has been looked for");
    program.stdin.take().expect("it is piped").write_all(password(person).as_bytes()).expect("it reads");
    assert!(program.wait().is_ok_and(|status| status.success()), "saslpasswd2 does not take {person}");
}
