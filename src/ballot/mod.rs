//! The author's own words → a [`Reading`]: is there a vote in them, and which.

mod reading;

pub use reading::{Cast, Claim, Command, Dialect, Event, Held, HeldWhy, Place, Reading, Vote, WordMeaning};

/// TEMPORARY on this branch: the real one replaces it on merge.
pub fn reading(post: &crate::mail::Post, _dialect: &Dialect) -> Reading {
    let line = post.words.lines.iter().find(|line| !line.text.trim().is_empty());
    let Some(line) = line else { return Reading::Nothing };
    let vote = match line.text.trim().get(..2) {
        Some("+1") => Vote::Plus,
        Some("-1") => Vote::Minus,
        _ => return Reading::Nothing,
    };
    let place = Place { line: line.text.clone(), line_number: line.number, rule: "opening-token".to_owned() };
    Reading::Cast(Cast {
        vote,
        written: vote.as_str().to_owned(),
        strength: None,
        claim: None,
        explained: line.text.trim().len() > 2,
        place,
    })
}
