//! One message's bytes → a [`Post`]: author, subject, own words, automatic or not, how it came.
//!
//! [`post`] reads a whole message, [`head`] only its header section (for indexing an archive). Neither can fail:
//! what cannot be read is named in [`Post::problems`].

pub mod address;
pub mod attachment;
pub mod author;
pub mod automatic;
pub mod instant;
pub mod message_id;
pub mod own_words;
pub mod subject;

mod bounce;
mod content_fields;
mod damage;
mod encoded_word;
mod field;
mod guard;
mod mailbox_list;
mod mediator;
mod parse;
mod post;
mod reply_mark;
mod route;
mod via;

pub use address::{Address, Mailbox};
pub use attachment::json_files;
pub use author::{Author, ListForm, Munging};
pub use automatic::{Automatic, OWN_NOTICE, names_a_digest};
pub use bounce::{Bounce, bounce};
pub use guard::LARGEST_MAIL;
pub use instant::{Arrival, Instant, InstantSource};
pub use mediator::{HandOver, Mediator, mediator};
pub use message_id::{MessageId, hex};
pub use own_words::{
    Flowed, Line, MarkedLine, OwnWords, Region, Removed, own_words, own_words_of_html, own_words_of_text,
};
pub use parse::{head, post, post_hashed, post_to_show};
pub use post::{Head, Post, Problem, Provenance, Trust};
pub use subject::{SharedPrefix, Subject};
