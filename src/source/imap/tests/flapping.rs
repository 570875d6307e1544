//! A server that comes and goes, on a clock of the test's own: a day passes in seconds.
//!
//! The watcher, its connections and the server are real; only time is not. It passes where the watcher pauses between tries, and
//! where the server says so: the wait for what comes next during IDLE, and the client's own limits where a network swallows everything.

use super::*;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

/// How a server is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Away {
    /// Connections end, and new ones at once.
    Down,
    /// Connections stay and nothing comes over them; new ones get no greeting.
    Silent,
    /// Connections end; new ones may not log in.
    Locked,
}

/// From when to when (seconds) the server is away, and how.
pub(crate) type Outage = (i64, i64, Away);

/// A mail, and the second in which the server gets it.
pub(crate) type Arriving = (i64, Vec<u8>);

/// What a day was like.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Connections that were tried.
    pub(crate) tries: usize,
    /// Those that logged in.
    pub(crate) logins: usize,
    /// Seconds from a mail's arrival until it was fetched, less those in which the server was away: the longest.
    pub(crate) lag: i64,
}

/// How long the client waits in IDLE, and for an answer, in seconds: its own settings, which a real server would have to sit out.
const IDLE: i64 = 180;
const ANSWER: i64 = 30;
/// What a command takes, in milliseconds.
const ROUND_TRIP: i64 = 40;

struct World {
    millis: AtomicI64,
    mails: Vec<Arriving>,
    outages: Vec<Outage>,
    fetched: Mutex<BTreeMap<u32, i64>>,
    tries: AtomicUsize,
    logins: AtomicUsize,
}

impl Clock for World {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.millis.load(Ordering::SeqCst)).unwrap()
    }
}

impl World {
    fn pass(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    fn until(&self, second: i64) {
        self.millis.fetch_max(second * 1000, Ordering::SeqCst);
    }

    fn second(&self) -> i64 {
        self.millis.load(Ordering::SeqCst) / 1000
    }

    fn away(&self) -> Option<Away> {
        let now = self.second();
        let outage = self.outages.iter().find(|(from, to, _)| (*from..*to).contains(&now));
        outage.map(|(_, _, away)| *away)
    }

    /// How many mails have come.
    fn exists(&self) -> u32 {
        let now = self.second();
        self.mails.iter().filter(|(at, _)| *at <= now).count() as u32
    }

    /// One connection, to its end.
    fn serve(&self, tcp: TcpStream) {
        self.tries.fetch_add(1, Ordering::SeqCst);
        let mut talk = Talk::over(tcp);
        self.pass(ROUND_TRIP);
        match self.away() {
            Some(Away::Down) => return,
            Some(Away::Silent) => return self.pass(ANSWER * 1000),
            Some(Away::Locked) | None => talk.say("* OK ready"),
        }
        loop {
            let line = talk.line();
            let Some((tag, command)) = line.split_once(' ') else { return };
            talk.tag = tag.to_owned();
            self.pass(ROUND_TRIP);
            match self.away() {
                Some(Away::Down) => return,
                Some(Away::Silent) => return self.pass(ANSWER * 1000),
                Some(Away::Locked) if command.starts_with("AUTHENTICATE") => {
                    talk.say("+ ");
                    talk.line();
                    let no = format!("{} NO [UNAVAILABLE] the user data base is away", talk.tag);
                    talk.say(&no);
                    return;
                }
                Some(Away::Locked) if !command.starts_with("CAPABILITY") => return,
                Some(Away::Locked) | None => {}
            }
            if !self.answer(&mut talk, command) {
                return;
            }
        }
    }

    /// Answers one command; `false` when the connection ends.
    fn answer(&self, talk: &mut Talk, command: &str) -> bool {
        let words: Vec<&str> = command.split([' ', ':', '*']).collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<u32>().ok()).unwrap_or(0);
        let exists = self.exists();
        match words.first().copied().unwrap_or_default() {
            "CAPABILITY" => talk.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE"),
            "AUTHENTICATE" => {
                talk.say("+ ");
                talk.line();
                self.logins.fetch_add(1, Ordering::SeqCst);
            }
            "EXAMINE" => talk.say(&format!(
                "* {exists} EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT {}] ok",
                exists + 1
            )),
            "UID" if words[1] == "SEARCH" => {
                let uids: Vec<String> = (number(3)..=exists).map(|uid| uid.to_string()).collect();
                talk.say(&format!("* SEARCH {}", uids.join(" ")));
            }
            "UID" if command.contains("BODY.PEEK[]") => {
                for uid in number(2)..=number(3) {
                    let raw = String::from_utf8(self.mails[uid as usize - 1].1.clone()).unwrap();
                    talk.raw(body(uid, &raw).as_bytes());
                    talk.raw(b"\r\n");
                    self.fetched.lock().unwrap().entry(uid).or_insert(self.second());
                }
            }
            "UID" => {
                for uid in number(2)..=number(3) {
                    talk.say(&sizes(&[uid], self.mails[uid as usize - 1].1.len() as u32));
                }
            }
            "IDLE" => return self.idle(talk, exists),
            other => panic!("heard {other:?}"),
        }
        talk.done();
        true
    }

    /// Idles until something happens; `false` when the connection ends by it.
    fn idle(&self, talk: &mut Talk, known: u32) -> bool {
        talk.say("+ idling");
        let now = self.second();
        let mail = self.mails.get(known as usize).map(|(at, _)| *at);
        let outage = self.outages.iter().find(|(from, _, _)| *from > now);
        match (mail, outage) {
            (Some(mail), None) => self.until(mail),
            (Some(mail), Some((from, _, _))) if mail < *from => self.until(mail),
            (_, Some((from, _, away))) => {
                self.until(*from);
                if *away == Away::Silent {
                    self.pass((IDLE + ANSWER) * 1000);
                }
                return false;
            }
            (None, None) => {
                talk.until_stopped();
                return false;
            }
        }
        let exists = format!("* {} EXISTS", self.exists());
        talk.say(&exists);
        talk.end_of_idle();
        true
    }

    /// Seconds between a mail's arrival and its being fetched in which the server was there.
    fn lag(&self, uid: u32, fetched: i64) -> i64 {
        let (arrived, _) = self.mails[uid as usize - 1];
        let away: i64 =
            self.outages.iter().map(|(from, to, _)| ((*to).min(fetched) - (*from).max(arrived)).max(0)).sum();
        fetched - arrived - away
    }
}

/// Watches such a server from the first mail to the last, which must come when the server is there to stay; `each` gets every event
/// with the instant at which it came.
pub(crate) fn watch(
    begin: i64,
    mails: Vec<Arriving>,
    outages: Vec<Outage>,
    mut each: impl FnMut(MailboxEvent, DateTime<Utc>),
) -> Report {
    let last = mails.len() as u32;
    let world = Arc::new(World {
        millis: AtomicI64::new(begin * 1000),
        mails,
        outages,
        fetched: Mutex::default(),
        tries: AtomicUsize::new(0),
        logins: AtomicUsize::new(0),
    });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("imap://engine%40example.test@{}/INBOX", listener.local_addr().unwrap());
    let server = {
        let world = Arc::clone(&world);
        std::thread::spawn(move || {
            while world.fetched.lock().unwrap().len() < last as usize {
                world.serve(listener.accept().unwrap().0);
            }
        })
    };
    let settings = Settings { timeout: SOON, ..Settings::from_url(&url, password(PASSWORD), None).unwrap() };
    assert_eq!(settings.poll_every.min(Pace::USUAL.longest_idle).as_secs() as i64, IDLE);
    let passing = Arc::clone(&world);
    let pass = move |wait: Duration| passing.pass(wait.as_millis() as i64);
    let pace = Pace { pass: Some(Arc::new(pass)), ..Pace::USUAL };
    let clock: Arc<dyn Clock> = Arc::clone(&world) as Arc<dyn Clock>;
    let (watcher, events) = Watcher::spawn_with(settings, None, clock, pace);
    let mut watched = Watched { watcher: Some(watcher), events };
    loop {
        let event = watched.next();
        let through = matches!(&event, MailboxEvent::ReadThrough { cursor, .. } if cursor.last_uid == last);
        each(event, world.now());
        if through {
            break;
        }
    }
    watched.stop();
    server.join().expect("the client kept to the protocol");
    let fetched = world.fetched.lock().unwrap();
    Report {
        tries: world.tries.load(Ordering::SeqCst),
        logins: world.logins.load(Ordering::SeqCst),
        lag: fetched.iter().map(|(uid, at)| world.lag(*uid, *at)).max().unwrap_or(0),
    }
}
