//! One message's bytes → a Post: author, subject, own words, automatic or not, how it came.
