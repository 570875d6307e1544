-- Mails whose subject calls them a result or a cancellation, so that one outside its proposal's thread is found.

ALTER TABLE post ADD COLUMN event INTEGER NOT NULL DEFAULT 0;
CREATE INDEX post_event ON post (list, received_at) WHERE event = 1;
CREATE INDEX call_opened ON call (list, opened_at);
