//! Words drawn together: "I'm" is "I am", "don't" is "do not".

/// Words that are drawn together without an apostrophe.
pub(super) const DRAWN_TOGETHER: [(&str, &str, &str); 8] = [
    ("lets", "let", "us"),
    ("wont", "will", "not"),
    ("cant", "can", "not"),
    ("cannot", "can", "not"),
    ("dont", "do", "not"),
    ("doesnt", "does", "not"),
    ("im", "i", "am"),
    ("ive", "i", "have"),
];

/// The words that a word in lower case is drawn together from by an apostrophe, and whether it ends as a possessive.
pub(super) fn contraction(lower: &str) -> (&str, Option<&'static str>, bool) {
    let Some((stem, ending)) = lower.rsplit_once('\'') else { return (lower, None, false) };
    let (first, second) = match (stem, ending) {
        ("let", "s") => ("let", "us"),
        ("won", "t") => ("will", "not"),
        ("can", "t") => ("can", "not"),
        ("shan", "t") => ("shall", "not"),
        ("it" | "that" | "here" | "there" | "what" | "he" | "she" | "this" | "who" | "where", "s") => {
            (stem, "is")
        }
        (_, "m") => (stem, "am"),
        (_, "re") => (stem, "are"),
        (_, "ve") => (stem, "have"),
        (_, "ll") => (stem, "will"),
        (_, "d") => (stem, "would"),
        (stem, "t") if stem.ends_with('n') && stem.len() > 2 => (&stem[..stem.len() - 1], "not"),
        (_, "s") => return (stem, None, true),
        _ => return (lower, None, false),
    };
    (first, Some(second), false)
}
