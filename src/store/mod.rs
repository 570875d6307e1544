//! SQLite: posts, calls, decisions, outbox, mailbox cursors.
