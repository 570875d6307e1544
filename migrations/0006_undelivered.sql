-- How long a mail has been tried, and what became of mails that did not arrive.

ALTER TABLE outbox ADD COLUMN first_try INTEGER; -- the four days are counted from here
ALTER TABLE outbox ADD COLUMN last_try INTEGER;  -- in doubt, the mailbox must have been read through some time after it
CREATE INDEX outbox_kind ON outbox (kind) WHERE state IN ('sent', 'confirmed');

ALTER TABLE problem ADD COLUMN outbox INTEGER;   -- the mail that was not sent or came back
CREATE INDEX problem_outbox ON problem (outbox, code) WHERE outbox IS NOT NULL;

CREATE INDEX decision_outcome ON decision (outcome);
