//! Lines of a mail that a program wrote: patches, code, what stands below a prompt. They say nothing.

use super::sentence::MOST_LINES;
use crate::mail::Line;

/// Follows patches, code and what a program printed through a mail. A hunk header says how many lines are its own (POSIX `diff -u`).
#[derive(Debug, Default)]
pub(super) struct Patch {
    old: u32,
    new: u32,
    fenced: bool,
    fences_left: usize,
    /// Below a shell's or an interpreter's prompt: what it printed, up to a blank line.
    prompted: bool,
    /// In a difference without context ("3c3", "< old", "---", "> new").
    contextless: bool,
}

impl Patch {
    /// At the top of these lines.
    pub(super) fn before(lines: &[Line]) -> Self {
        let fences = lines.iter().take(MOST_LINES).filter(|line| is_fence(&line.text)).count();
        Patch { fences_left: fences, ..Patch::default() }
    }

    /// Whether the next line belongs to a patch or to code.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        if is_fence(line) {
            // A fence that nothing closes opens nothing.
            self.fences_left = self.fences_left.saturating_sub(1);
            self.fenced = !self.fenced && self.fences_left > 0;
            return true;
        }
        if let Some((old, new)) = hunk(line) {
            (self.old, self.new) = (old, new);
            return true;
        }
        if self.old > 0 || self.new > 0 {
            match line.chars().next() {
                Some('+') => self.new = self.new.saturating_sub(1),
                Some('-') => self.old = self.old.saturating_sub(1),
                Some(' ' | '\t') | None => {
                    self.old = self.old.saturating_sub(1);
                    self.new = self.new.saturating_sub(1);
                }
                Some('\\') => {}
                Some(_) => {
                    // Cut off or wrapped by a mail program: what is left of the hunk cannot be told any more.
                    (self.old, self.new) = (0, 0);
                    return false;
                }
            }
            return true;
        }
        self.prompted = is_prompt(line) || is_table_rule(line) || self.prompted && !line.trim().is_empty();
        self.contextless =
            is_contextless_head(line) || self.contextless && line.starts_with(['<', '>', '-', '\\']);
        self.fenced
            || self.contextless
            || self.prompted
            || ["diff --git ", "--- a/", "+++ b/", "index ", "Index: "]
                .iter()
                .any(|start| line.starts_with(start))
    }
}

/// "```", and the marks of issue trackers that do the same: "{code}", "{code:rust}", "{noformat}".
fn is_fence(line: &str) -> bool {
    let begun = line.trim_ascii_start();
    if !begun.starts_with(['`', '{']) {
        return false;
    }
    let line = begun.trim_ascii_end();
    line.starts_with("```")
        || line.ends_with('}') && ["{code", "{noformat"].iter().any(|mark| line.starts_with(mark))
}

/// Whether a line is a command behind a prompt: "$ make", "root@host:~# make", "irb> f", "C:\\> dir".
fn is_prompt(line: &str) -> bool {
    let begun = line.trim_ascii_start();
    let Some(end) = begun.bytes().position(|byte| byte == b' ') else { return false };
    let (prompt, said) = (&begun[..end], &begun[end + 1..]);
    if !prompt.ends_with(['$', '#', '%', '>']) {
        return false;
    }
    // "# Verdict" is a heading, and "% of the votes" a sentence cut in two.
    let command = || said.contains(['$', ';', '/', '|', '=', '(', '<']) || said.contains(" -");
    let named =
        |end: &[char]| prompt.strip_suffix(end).is_some_and(|name| name.contains(['@', '~', '-', ':', ']']));
    match prompt {
        "$" => line.starts_with('$'),
        "#" | "%" => command(),
        _ if prompt.ends_with('>') => {
            let name = prompt.trim_end_matches('>');
            let drive =
                name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name[1..].starts_with(":\\");
            let program = name.len() > 1
                && name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_=:().-".contains(c))
                && !name.ends_with('-');
            drive || program
        }
        _ => prompt.len() > 2 && named(&['$', '#', '%']),
    }
}

/// "+-----+----+": the rule of a table that a program printed.
fn is_table_rule(line: &str) -> bool {
    let begun = line.trim_ascii_start();
    if !begun.starts_with("+-") {
        return false;
    }
    let line = begun.trim_ascii_end();
    line.len() > 4 && line.ends_with("-+") && line.bytes().all(|b| b == b'+' || b == b'-')
}

/// "3c3", "10,12d9", "0a1,4".
fn is_contextless_head(line: &str) -> bool {
    let lines = |part: &str| {
        !part.is_empty()
            && part.split(',').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    line.len() < 30
        && line.starts_with(|c: char| c.is_ascii_digit())
        && line
            .trim_ascii_end()
            .split_once(['a', 'c', 'd'])
            .is_some_and(|(old, new)| lines(old) && lines(new))
}

/// The line counts of `@@ -1,5 +1,12 @@`.
fn hunk(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.strip_prefix("@@ -")?.split(' ');
    let count = |part: &str| part.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok());
    let old = count(parts.next()?)?;
    let new = count(parts.next()?.strip_prefix('+')?)?;
    (parts.next()?.starts_with("@@")).then_some((old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_told_from_a_heading() {
        let check = |line: &str, expect: bool| assert_eq!(is_prompt(line), expect, "{line}");
        for prompt in [
            "$ make",
            "# ./run.sh; echo $?",
            "% perl -e 'print 1'",
            "root@host:~# ls",
            "[ann@host]$ ls",
            "irb> f",
            "mysql> select 1;",
            "C:\\> dir",
            "C:\\src> dir",
            "bash-5.2$ make",
        ] {
            check(prompt, true);
        }
        for other in [
            "# Verdict",
            "% of the votes",
            "-> see",
            "Costs 5$ each",
            "$5 is",
            "A > b",
            "A> quoted",
            "-1 for it",
        ] {
            check(other, false);
        }
    }

    #[test]
    fn a_difference_without_context_has_a_head() {
        let check = |line: &str, expect: bool| assert_eq!(is_contextless_head(line), expect, "{line}");
        check("1c1", true);
        check("10,12d9", true);
        check("0a1,4", true);
        check("a", false);
        check("1 c 1", false);
        check("+1c", false);
    }
}
