//! "Did you mean": the known word nearest to a mistyped one.

use std::cmp::Reverse;

/// Longer words are not compared.
const LONGEST: usize = 64;

/// The word of `known` that `said` most likely stands for: at most a third of its letters differ, case does not count.
pub(super) fn nearest<'a>(said: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let said: Vec<char> = said.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if said.is_empty() || said.len() > LONGEST {
        return None;
    }
    let limit = (said.len() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(&said, word), word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, word)| (*distance, Reverse(common_start(&said, word))))
        .map(|(_, word)| word)
}

/// How many letters both begin with.
fn common_start(said: &[char], word: &str) -> usize {
    said.iter().zip(word.chars().flat_map(char::to_lowercase)).take_while(|(a, b)| *a == b).count()
}

/// How many letters must be put in, taken out, changed or swapped with the next to get from one to the other (Damerau's distance).
fn distance(said: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=word.len()).collect()];
    for (i, a) in said.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in word.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(row[j] + 1).min(rows[i][j + 1] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && said[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[said.len()][word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let known = ["address", "list_id", "window", "max_window", "zone"];
        let check = |said: &str, expect: Option<&str>| assert_eq!(nearest(said, known), expect, "{said}");
        check("adress", Some("address"));
        check("Address", Some("address"));
        check("list-id", Some("list_id"));
        check("widnow", Some("window"));
        check("zoen", Some("zone"));
        check("maxwindow", Some("max_window"));
        check("colour", None);
        check("", None);
        check(&"z".repeat(10_000), None);
    }
}
