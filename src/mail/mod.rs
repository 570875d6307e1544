//! One message's bytes → a [`Post`]: author, subject, own words, automatic or not, how it came.
//!
//! [`post`] reads a whole message, [`head`] only its header section (for indexing an archive). Neither can fail:
//! what cannot be read is named in [`Post::problems`].

pub mod address;
pub mod author;
pub mod automatic;
pub mod instant;
pub mod message_id;
pub mod own_words;
pub mod subject;

mod post;

pub use address::{Address, Mailbox};
pub use author::{Author, ListForm, Munging};
pub use automatic::Automatic;
pub use instant::{Arrival, Instant, InstantSource};
pub use message_id::MessageId;
pub use own_words::{
    Flowed, Line, OwnWords, Region, Removed, own_words, own_words_of_html, own_words_of_text,
};
pub use post::{Head, Post, Problem, Provenance, Trust};
pub use subject::Subject;
mod stub;
pub use stub::{head, post};
