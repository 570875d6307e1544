//! A database with a long past: closed proposals, their mails and their notices, as the engine itself writes them.

use crate::list::{self, LIST, Letter};
use chrono::{DateTime, TimeDelta, Utc};
use plusone::config::Config;
use plusone::decision::{Decision, State};
use plusone::mail::MessageId;
use plusone::store::{MailboxCursor, Store};
use rusqlite::{Connection, Statement, params};
use std::path::{Path, PathBuf};

/// One proposal closed every five minutes: a million of them in nine and a half years.
const BETWEEN: TimeDelta = TimeDelta::minutes(5);
/// How long each was open.
const WINDOW: TimeDelta = TimeDelta::hours(72);

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub closed: u32,
    /// Mails in all; there are at least as many as proposals.
    pub mails: u32,
}

/// The database, gone with the value.
pub struct Past {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
    /// The last instant of it, UTC.
    pub ends_at: DateTime<Utc>,
}

impl Past {
    /// Makes one proposal pass in the engine, then writes the same rows over and over with other names and instants, in one transaction.
    pub fn write(size: Size, config: &Config) -> Past {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plusone.db");
        let begins_at: DateTime<Utc> = "2016-01-04T09:00:00Z".parse().unwrap();
        let ends_at = begins_at + BETWEEN * i32::try_from(size.closed).unwrap() + WINDOW + TimeDelta::days(1);
        let pattern = pattern(&path, config, begins_at);
        // The digests of all those years have been sent.
        Store::open(&path).unwrap().set_meta("digest infra", &ends_at.to_rfc3339()).unwrap();
        let db = Connection::open(&path).unwrap();
        let off = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN";
        db.execute_batch(off).unwrap();
        let mut rows = Rows::new(&db);
        let replies = size.mails.saturating_sub(size.closed);
        for number in 2..=size.closed {
            let shift = BETWEEN * i32::try_from(number).unwrap();
            rows.proposal(&pattern, number, shift);
            let share = |number: u64| number * u64::from(replies) / u64::from(size.closed);
            for reply in share(u64::from(number) - 1)..share(u64::from(number)) {
                rows.reply(&pattern, number, reply, shift);
            }
        }
        drop(rows);
        db.execute_batch(
            "UPDATE outbox SET state = 'confirmed', sent_at = queued_at WHERE number = 1; COMMIT",
        )
        .unwrap();
        Past { _folder: folder, path, ends_at }
    }

    pub fn octets(&self) -> u64 {
        self.path.metadata().unwrap().len()
    }
}

/// What one closed proposal leaves in the database.
struct Pattern {
    opened_at: DateTime<Utc>,
    base: String,
    decision: Decision,
    letter: Letter,
    /// Kind and first octets of each notice: what is left out of a million of them tells the queries nothing.
    notices: Vec<(String, Vec<u8>)>,
}

fn pattern(path: &Path, config: &Config, at: DateTime<Utc>) -> Pattern {
    let mut engine = list::engine(Store::open(path).unwrap(), config, at - TimeDelta::hours(1));
    let letter = Letter {
        from: list::member(0),
        id: "past".into(),
        reply_to: None,
        subject: "[PROPOSAL] Renew the certificates".into(),
        words: "The certificates of the mirrors end next month. Let us renew them.".into(),
        at,
    };
    engine.take(&[letter.handed_on(0)], at).unwrap();
    let closed = at + WINDOW + TimeDelta::hours(1);
    let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(closed) };
    engine.read_up_to(cursor, closed).unwrap();
    let stored = engine.store().decision(LIST, 1).unwrap().unwrap();
    assert!(stored.published && stored.decision.state.outcome() == "passed");
    let notices = engine.store().notices_of(LIST, None).unwrap();
    let notices: Vec<_> = notices.into_iter().map(|one| (one.kind, one.raw[..300].to_vec())).collect();
    assert_eq!(notices.len(), 2);
    let base = "renew the certificates".into();
    Pattern { opened_at: at, base, decision: stored.decision, letter, notices }
}

/// The statements that write the rows of one proposal.
struct Rows<'d> {
    message: Statement<'d>,
    post: Statement<'d>,
    parent: Statement<'d>,
    call: Statement<'d>,
    decision: Statement<'d>,
    notice: Statement<'d>,
}

impl<'d> Rows<'d> {
    fn new(db: &'d Connection) -> Self {
        let prepare = |sql: &str| db.prepare(sql).unwrap();
        Rows {
            message: prepare(
                "INSERT INTO message (id, sha256, raw, mailbox, internal_date, stored_at) VALUES (?1, randomblob(32), ?2, 'inbox', ?3, ?3)",
            ),
            post: prepare(
                "INSERT INTO post (message, list, message_id, received_at, base, orphan, through, tagged, body_sha256)
                 VALUES (?1, 'infra', ?2, ?3, ?4, ?5, 1, 0, randomblob(32))",
            ),
            parent: prepare("INSERT INTO post_parent (parent, message) VALUES (?1, ?2)"),
            call: prepare(
                "INSERT INTO call (list, number, root, base, opened_at, body) VALUES ('infra', ?1, ?2, ?3, ?4, ?5)",
            ),
            decision: prepare(
                "INSERT INTO decision (list, number, outcome, closed_at, decided_at, published, engine, body)
                 VALUES ('infra', ?1, 'passed', ?2, ?2, 1, '0', ?3)",
            ),
            notice: prepare(
                "INSERT INTO outbox (list, number, kind, recipient, revision, post, ordinal, message_id, envelope_to, raw, words_sha256,
                   queued_at, state, next_try, sent_at)
                 VALUES ('infra', ?1, ?2, 'list', 1, '', 0, ?3, 'infra@lists.example.org', ?4, randomblob(32), ?5, 'confirmed', ?5, ?5)",
            ),
        }
    }

    fn proposal(&mut self, pattern: &Pattern, number: u32, shift: TimeDelta) {
        let (root, base) = (root(number), format!("{} {number}", pattern.base));
        let opened_at = pattern.opened_at + shift;
        let letter = Letter { id: root.clone(), at: opened_at, ..pattern.letter.clone() };
        let id = self.mail(&letter, &base, opened_at);
        let mut decision = pattern.decision.clone();
        let named = MessageId::parse(&format!("{root}@example.org")).unwrap();
        decision.call.number = number;
        decision.call.root = named.clone();
        decision.call.opened_at = opened_at;
        decision.closes_at = opened_at + WINDOW;
        decision.state = State::Passed { at: decision.closes_at };
        decision.posts[0].message_id = named;
        decision.posts[0].received.at = opened_at;
        let call = serde_json::to_string(&decision.call).unwrap();
        self.call.execute(params![number, id, base, opened_at.timestamp_micros(), call]).unwrap();
        let closed_at = decision.closes_at.timestamp_micros();
        let body = serde_json::to_string(&decision).unwrap();
        self.decision.execute(params![number, closed_at, body]).unwrap();
        for (kind, raw) in &pattern.notices {
            let id = format!("<{kind}.{root}@example.org>");
            self.notice.execute(params![number, kind, id, raw, closed_at]).unwrap();
        }
    }

    fn reply(&mut self, pattern: &Pattern, number: u32, reply: u64, shift: TimeDelta) {
        let root = root(number);
        let base = format!("{} {number}", pattern.base);
        let letter = Letter {
            id: format!("{reply}.{root}"),
            subject: format!("Re: {}", pattern.letter.subject),
            reply_to: Some(root),
            words: "+1".into(),
            ..pattern.letter.clone()
        };
        self.mail(&letter, &base, pattern.opened_at + shift + TimeDelta::hours(1));
    }

    /// Writes a mail and its post; gives its Message-ID.
    fn mail(&mut self, letter: &Letter, base: &str, at: DateTime<Utc>) -> String {
        let incoming = Letter { at, ..letter.clone() }.handed_on(0);
        let id = format!("<{}@example.org>", letter.id);
        let at = at.timestamp_micros();
        let message = self.message.insert(params![None::<i64>, incoming.raw, at]).unwrap();
        self.post.execute(params![message, id, at, base, letter.reply_to.is_some()]).unwrap();
        if let Some(parent) = &letter.reply_to {
            self.parent.execute(params![format!("<{parent}@example.org>"), message]).unwrap();
        }
        id
    }
}

/// Message-IDs come in no order.
fn root(number: u32) -> String {
    format!("{:08x}.past", number.wrapping_mul(0x9E37_79B1))
}
