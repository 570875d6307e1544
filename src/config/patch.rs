//! Two versions of a text that differ in one place, line by line.

/// Lines of context that a diff shows.
const CONTEXT: usize = 3;

/// Where the second version differs from the first.
struct Difference<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    /// How many lines both begin with.
    before: usize,
    /// How many lines both end with.
    after: usize,
}

impl<'t> Difference<'t> {
    /// Line endings are left out of account.
    fn between(old: &'t str, new: &'t str) -> Self {
        let (old, new) = (lines(old), lines(new));
        let same = |(one, other): &(&&str, &&str)| bare(one) == bare(other);
        let before = old.iter().zip(&new).take_while(same).count();
        let most = old.len().min(new.len()) - before;
        let after = old.iter().rev().zip(new.iter().rev()).take(most).take_while(same).count();
        Difference { old, new, before, after }
    }

    fn removed(&self) -> &[&'t str] {
        self.old.get(self.before..self.old.len() - self.after).unwrap_or_default()
    }

    fn added(&self) -> &[&'t str] {
        self.new.get(self.before..self.new.len() - self.after).unwrap_or_default()
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn bare(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// `original` with what `edited` changes; every other line keeps its very bytes, and new ones end as the original's do.
pub(super) fn applied(original: &str, edited: &str) -> String {
    let change = Difference::between(original, edited);
    let ending = if original.contains("\r\n") { "\r\n" } else { "\n" };
    let (kept, rest) = (&change.old[..change.before], &change.old[change.old.len() - change.after..]);
    let added: Vec<String> = change.added().iter().map(|line| bare(line).to_owned() + ending).collect();
    let mut text = kept.concat();
    // The last line of a file may lack its ending.
    if !text.is_empty() && !text.ends_with('\n') {
        text += ending;
    }
    text += &added.concat();
    text += &rest.concat();
    if !text.ends_with('\n') {
        text += ending;
    }
    text
}

/// The unified diff, as `patch` reads it; empty where nothing differs.
pub fn unified(file: &str, old: &str, new: &str) -> String {
    let mut change = Difference::between(old, new);
    // A last line that gets its ending is a changed one.
    let ends = |line: Option<&&str>| line.is_some_and(|line| line.ends_with('\n'));
    if change.after == 0 && change.before == change.old.len() && change.before > 0 && !ends(change.old.last())
    {
        change.before -= 1;
    }
    let (removed, added) = (change.removed(), change.added());
    if removed.is_empty() && added.is_empty() {
        return String::new();
    }
    let first = change.before.saturating_sub(CONTEXT);
    let above = change.old.get(first..change.before).unwrap_or_default();
    let below: Vec<&str> =
        change.old.iter().skip(change.old.len() - change.after).take(CONTEXT).copied().collect();
    let size = |middle: &[&str]| above.len() + middle.len() + below.len();
    let start = |size: usize| if size == 0 { first } else { first + 1 };
    let (before, after) = (size(removed), size(added));
    let mut text =
        format!("--- {file}\n+++ {file}\n@@ -{},{before} +{},{after} @@\n", start(before), start(after));
    for (mark, lines) in [(' ', above), ('-', removed), ('+', added), (' ', &below)] {
        for line in lines {
            text.push(mark);
            text += line;
            if !line.ends_with('\n') {
                text += "\n\\ No newline at end of file\n";
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_keeps_its_bytes() {
        let check =
            |original: &str, edited: &str, expect: &str| assert_eq!(applied(original, edited), expect);
        check("a\nb\n", "a\nx\nb\n", "a\nx\nb\n");
        check("a\r\nb\r\n", "a\nx\nb\n", "a\r\nx\r\nb\r\n");
        check("a\r\nb\n", "a\nb\nx\n", "a\r\nb\nx\r\n");
        check("a\nb", "a\nb\nx\n", "a\nb\nx\n");
        check("a\nb", "a\nx\n", "a\nx\n");
        check("", "x\n", "x\n");
        check("a\r\nb", "a\nx\n\ny\nb\n", "a\r\nx\r\n\r\ny\r\nb\r\n");
        check("a", "a\n\nx\n", "a\n\nx\n");
    }

    #[test]
    fn a_diff_shows_the_place_and_three_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(unified("f", old, old), "");
        assert_eq!(
            unified("f", old, &old.replace("5\n", "five\n")),
            "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
        assert_eq!(
            unified("f", old, &format!("{old}10\n")),
            "--- f\n+++ f\n@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10\n"
        );
        assert_eq!(
            unified("f", "1\n2", "1\n2\n3\n"),
            "--- f\n+++ f\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n"
        );
        assert_eq!(unified("f", "", "1\n"), "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+1\n");
    }
}
