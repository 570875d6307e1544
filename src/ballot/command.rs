//! Commands: a line `Proposal: withdraw` of the author's own.

use super::patch::Patch;
use super::reading::{Command, Place};
use super::rule::Rule;
use crate::mail::{Line, OwnWords};

/// What a command begins with, at the left margin; indented, it is an example or a part of something else.
const KEYWORD: &str = "proposal";
/// How many words an unknown command may have; longer lines are prose that happens to begin with "Proposal:".
const UNKNOWN_WORDS: usize = 2;
/// How many lines are looked at.
const MOST_LINES: usize = 5_000;

/// The first command in own words.
pub(super) fn command(words: &OwnWords) -> Option<(Command, Place)> {
    let commands = |line: &Line| line.certain && read(line).is_some();
    if !words.lines.iter().take(MOST_LINES).any(commands) {
        return None;
    }
    let mut patch = Patch::before(&words.lines);
    let own = |line: &&Line| !patch.holds(&line.text) && line.certain;
    words.lines.iter().take(MOST_LINES).filter(own).find_map(read)
}

fn read(line: &Line) -> Option<(Command, Place)> {
    let keyword = line.text.get(..KEYWORD.len()).filter(|word| word.eq_ignore_ascii_case(KEYWORD))?;
    let text = line.text.trim_end();
    let argument =
        text[keyword.len()..].trim_start().strip_prefix(':').filter(|argument| argument.len() <= 80)?;
    let said = argument.trim().trim_end_matches(['.', '!']).trim_end();
    let lower = said.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let command = match words.as_slice() {
        ["withdraw"] => Command::Withdraw,
        ["amend"] => Command::Amend,
        ["close"] => Command::Close,
        ["substantial"] => Command::Substantial,
        ["status"] => Command::Status,
        ["extend", window @ ..] if !window.is_empty() && window.len() <= 4 => {
            Command::Extend(window.join(" "))
        }
        [_, ..] if words.len() <= UNKNOWN_WORDS => Command::Unknown(said.to_owned()),
        _ => return None,
    };
    let place =
        Place { line: text.to_owned(), line_number: line.number, rule: Rule::CommandLine.name().to_owned() };
    Some((command, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_a_line_to_itself() {
        let check = |text: &str, expect: Option<Command>| {
            assert_eq!(command(&OwnWords::plain(text)).map(|(command, _)| command), expect, "{text}");
        };
        check("Proposal: withdraw", Some(Command::Withdraw));
        check("Hi all,\n\nproposal: WITHDRAW.\n\nAnn", Some(Command::Withdraw));
        check("PROPOSAL:amend", Some(Command::Amend));
        check("Proposal: extend 48h", Some(Command::Extend("48h".into())));
        check("Proposal: extend 2 business days", Some(Command::Extend("2 business days".into())));
        check("Proposal: close", Some(Command::Close));
        check("Proposal: substantial", Some(Command::Substantial));
        check("Proposal: status", Some(Command::Status));
        check("Proposal: extend", Some(Command::Unknown("extend".into())));
        check("Proposal: cancel it", Some(Command::Unknown("cancel it".into())));
        check("Proposal: move the builds to the new host", None);
        check("The proposal: withdraw", None);
        check("  Proposal: withdraw", None);
        check("Write Proposal: withdraw", None);
        check("Proposal withdraw", None);
        check("Proposal:", None);
    }

    #[test]
    fn a_command_on_an_uncertain_line_is_none() {
        let mut words = OwnWords::plain("Proposal: withdraw");
        words.lines[0].certain = false;
        assert_eq!(command(&words), None);
    }
}
