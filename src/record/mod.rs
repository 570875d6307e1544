//! The published form of a decision: the JSON that every output shares.
