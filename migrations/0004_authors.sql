-- Who wrote each post, so that what one person posted is found without reading every mail.

ALTER TABLE post ADD COLUMN author TEXT;      -- address, lower case; '' where nobody can be told or the mail is automatic; NULL: not looked at yet
CREATE INDEX post_author ON post (author, list, received_at) WHERE author IS NOT NULL;
