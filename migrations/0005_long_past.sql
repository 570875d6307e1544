-- What is looked for at every tick is found beside however many closed proposals and sent mails.

CREATE INDEX decision_open ON decision (list) WHERE closed_at IS NULL;
CREATE INDEX outbox_shadow ON outbox (queued_at) WHERE state = 'shadow' AND sent_at IS NULL;
CREATE INDEX outbox_state ON outbox (state);
CREATE INDEX problem_noted ON problem (list, at);
CREATE INDEX post_name_message ON post_name (message);
