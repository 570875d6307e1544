//! Quoted lines of a ballot paper: what an author writes below one answers it.

/// Marks of quotation and the space around them.
fn dress(c: char) -> bool {
    c.is_whitespace() || matches!(c, '>' | '|' | '*' | '-')
}

/// Whether a quoted line says anything.
pub(super) fn has_words(line: &str) -> bool {
    !line.trim_matches(dress).is_empty()
}

/// Whether a quoted line is a ballot's: an empty box and a vote, `[ ] +1 approve`, `( ) -1`.
pub(super) fn is_ballot(line: &str) -> bool {
    let line = line.trim_start_matches(dress);
    let close = match line.chars().next() {
        Some('[') => ']',
        Some('(') => ')',
        _ => return false,
    };
    let Some((inside, vote)) = line[1..].split_once(close) else { return false };
    let empty = inside.len() <= 8 && inside.chars().all(|c| c.is_whitespace() || matches!(c, '_' | '.'));
    let vote = vote.trim_start();
    empty && (vote.starts_with(['+', '-', '±', '−']) && vote.contains(['0', '1']) || vote.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_box_and_a_vote_make_a_ballot() {
        for line in ["> [ ] +1 approve", "> > ( ) -1", ">[_] 0 no opinion", "> [] +0", "> * [ ] -1 because"] {
            assert!(is_ballot(line), "{line}");
        }
        for line in ["> [x] +1", "> +1", "> [1] +1", "> [ ] docs", "> see [ ] +1", ">", "> [ ", "> (a) +1"] {
            assert!(!is_ballot(line), "{line}");
        }
    }
}
