-- Instants are microseconds since 1970-01-01T00:00:00Z.

-- Facts: appended, never changed.

CREATE TABLE message (
    id            INTEGER PRIMARY KEY,
    sha256        BLOB NOT NULL UNIQUE,      -- of raw
    raw           BLOB NOT NULL,
    true_size     INTEGER,                   -- where raw was cut: the octets there were
    mailbox       TEXT NOT NULL,             -- where it was read
    internal_date INTEGER,
    from_line     INTEGER,
    archive       INTEGER NOT NULL DEFAULT 0,
    stored_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE call (
    list       TEXT NOT NULL,
    number     INTEGER NOT NULL,
    root       TEXT NOT NULL,                -- Message-ID
    base       TEXT NOT NULL,                -- base subject, lower case
    opened_at  INTEGER NOT NULL,
    body       TEXT NOT NULL,                -- the Call as JSON
    PRIMARY KEY (list, number),
    UNIQUE (list, root)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_base ON call (list, base);

CREATE TABLE roster (
    list       TEXT NOT NULL,
    since      INTEGER NOT NULL,
    body       TEXT NOT NULL,                -- the Roster as JSON
    PRIMARY KEY (list, since)
) STRICT, WITHOUT ROWID;

-- Derived from the facts; can be dropped and derived again while a proposal is open.

CREATE TABLE post (
    message     INTEGER PRIMARY KEY REFERENCES message (id),
    list        TEXT,                        -- NULL: belongs to no configured list
    message_id  TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    base        TEXT NOT NULL,               -- base subject, lower case
    orphan      INTEGER NOT NULL,            -- a reply by its subject: joins by it where it names nothing known
    through     INTEGER NOT NULL,            -- came through the list
    tagged      INTEGER NOT NULL,            -- a reply by its headers that bears a tag without a reply mark: may open a proposal
    body_sha256 BLOB NOT NULL                -- of the own words
) STRICT;
CREATE INDEX post_message_id ON post (message_id);
CREATE INDEX post_orphan ON post (list, base) WHERE orphan = 1;

CREATE TABLE post_name (                     -- further Message-IDs of a post
    message_id TEXT NOT NULL,
    message    INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (message_id, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE post_parent (
    parent  TEXT NOT NULL,                   -- Message-ID it replies to, or names in References
    message INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (parent, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_parent_message ON post_parent (message);

CREATE TABLE problem (
    id      INTEGER PRIMARY KEY,
    message INTEGER REFERENCES message (id),
    list    TEXT,
    at      INTEGER NOT NULL,
    code    TEXT NOT NULL,
    detail  TEXT NOT NULL,
    UNIQUE (message, code, detail)
) STRICT;

CREATE TABLE decision (
    list         TEXT NOT NULL,
    number       INTEGER NOT NULL,
    outcome      TEXT NOT NULL,
    closed_at    INTEGER,
    decided_at   INTEGER,                    -- when the engine found it closed
    next_due     INTEGER,                    -- NULL once closed
    published    INTEGER NOT NULL DEFAULT 0, -- its result is in the outbox: frozen
    engine       TEXT NOT NULL,              -- the version that made it
    body         TEXT NOT NULL,              -- the Decision as JSON
    PRIMARY KEY (list, number),
    FOREIGN KEY (list, number) REFERENCES call (list, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_due ON decision (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX decision_decided ON decision (list, decided_at);

-- What the engine says, and what it has read.

CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    list        TEXT NOT NULL,
    number      INTEGER NOT NULL,            -- 0: a digest
    kind        TEXT NOT NULL,
    recipient   TEXT NOT NULL,               -- 'list' or an address
    revision    INTEGER NOT NULL,
    post        TEXT NOT NULL,               -- Message-ID, '' where none; a digest's period
    ordinal     INTEGER NOT NULL,
    message_id  TEXT NOT NULL UNIQUE,
    envelope_to TEXT NOT NULL,
    raw         BLOB NOT NULL,
    words_sha256 BLOB NOT NULL,              -- of its own words: a copy seen on the list confirms it only if they match
    queued_at   INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'confirmed', 'failed', 'shadow')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try    INTEGER NOT NULL,
    sent_at     INTEGER,
    last_error  TEXT,
    UNIQUE (list, number, kind, recipient, revision, post, ordinal)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_try) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_sent ON outbox (list, sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE cursor (
    mailbox      TEXT PRIMARY KEY,
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL,
    read_through INTEGER                     -- everything that was in the mailbox at this instant has been read
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
