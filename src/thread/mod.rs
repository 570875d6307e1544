//! Posts → threads, by Message-ID, In-Reply-To and References (RFC 5322 §3.6.4).

mod forest;

pub use forest::Forest;
