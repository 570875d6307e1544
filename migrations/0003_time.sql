-- The outbox, with a state for what is no longer of use, until when a notice is of use, and when the list received the copy that
-- confirms it.

CREATE TABLE outbox_anew (
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
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'confirmed', 'failed', 'shadow', 'dropped')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try    INTEGER NOT NULL,
    sent_at     INTEGER,
    last_error  TEXT,
    useful_until INTEGER,                    -- NULL: for ever
    received_at INTEGER,                     -- when the list received the copy that confirmed it
    UNIQUE (list, number, kind, recipient, revision, post, ordinal)
) STRICT;
INSERT INTO outbox_anew (id, list, number, kind, recipient, revision, post, ordinal, message_id, envelope_to, raw, words_sha256,
                         queued_at, state, attempts, next_try, sent_at, last_error)
    SELECT id, list, number, kind, recipient, revision, post, ordinal, message_id, envelope_to, raw, words_sha256,
           queued_at, state, attempts, next_try, sent_at, last_error FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_anew RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (next_try) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_sent ON outbox (list, sent_at) WHERE sent_at IS NOT NULL;

-- The proposal that was blocked and raised to this one: its thread goes on as this one's.

ALTER TABLE call ADD COLUMN raised_from INTEGER;
CREATE INDEX call_raised ON call (list, raised_from) WHERE raised_from IS NOT NULL;

-- Published decisions on which something came since, decided again with it. The published one stays as it is.

CREATE TABLE review (
    list      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    found_at  INTEGER NOT NULL,              -- when the last of it came
    differs   INTEGER NOT NULL,              -- whether the outcome would be another
    body      TEXT NOT NULL,                 -- the Decision as JSON
    PRIMARY KEY (list, number),
    FOREIGN KEY (list, number) REFERENCES decision (list, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_found ON review (list, found_at);
