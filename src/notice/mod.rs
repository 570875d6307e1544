//! Decision → outgoing mail and digest, rendered from `templates/`.
