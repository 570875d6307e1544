-- Mails are counted by state and kind within an index: a row of the outbox is a whole mail.

DROP INDEX outbox_kind;
DROP INDEX outbox_state;
CREATE INDEX outbox_state ON outbox (state, kind);
