//! What the mail servers' connections share: addresses as URLs, TLS, and how a server's words are shown.

pub mod probe_step;
pub mod reply;
pub mod server_url;
pub mod tls;
