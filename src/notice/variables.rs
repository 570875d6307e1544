//! What the variables of the templates hold, for people who write templates of their own.

use super::Templates;
use super::samples;

/// What each variable holds. One that differs between templates says so.
const MEANINGS: [(&str, &str); 94] = [
    ("number", "the proposal's number on the list"),
    ("subject", "the proposal's subject; in the digest part of an entry"),
    ("proposer", "the name of who proposed it"),
    ("kind", "the kind of proposal, as the list's tags name it"),
    ("rule", "the name of its rule"),
    ("list", "the list's short name"),
    ("list_address", "the list's posting address"),
    ("silence", "whether silence passes it (lazy consensus)"),
    ("minus", "what a standing -1 does: \"veto\", \"block\" or \"count\""),
    ("reason_required", "whether a -1 needs a reason"),
    ("held_grace", "how long a close waits, once, for an answer"),
    ("closes", "when it closes, under an approval rule at the earliest, in UTC and the list's zone"),
    ("latest", "under an approval rule, when it closes at the latest, where that is later; else none"),
    ("questions", "questions that wait for an answer, each a text: who wrote what"),
    ("rule_sentences", "the rule in sentences, each a text"),
    ("raised_from", "the number of the blocked proposal that it takes up; else none"),
    ("nominee", "whom a membership proposal is about; else none"),
    ("role", "the role that the nominee is to have; else none"),
    (
        "unfollowed",
        "lines at the head of the proposal that were not followed, each with line, why and instead",
    ),
    ("strangers_delay", "whether an objection of somebody who may not stop it holds up the close"),
    ("may_withdraw", "whether the proposer may take it back"),
    ("text_hash", "the first 16 digits of the SHA-256 of the text that is voted on"),
    ("name", "to whom the mail speaks, or who objects"),
    ("line", "the line that it is about, quoted and cut"),
    ("sent", "when the mail that it is about was received"),
    ("about", "what is asked: \"reason\", \"objection\" or \"held\""),
    ("because", "why it is not counted or not followed, as a clause"),
    ("until", "until when an answer changes something"),
    ("grace", "how long the close waits for an answer, where it is still to come; else none"),
    ("header", "whether the line is a pseudo-header and no command"),
    ("instead", "what can be done instead, in sentences"),
    ("when", "when it happened"),
    ("in_words", "whether the objection is made in words, without a -1"),
    ("veto", "whether the objection is a veto"),
    ("override_by", "how many +1 override a veto, as a clause; none where nothing does"),
    ("asked", "whether its author is asked what the words mean"),
    ("raised_to", "the stricter kind that it can be raised to; else none"),
    ("raise_until", "until when it can be raised; else none"),
    ("may_amend", "whether the proposer may still change the text"),
    ("by", "the name of who did it"),
    ("revision", "the number of the text, from 1"),
    ("votes_stand", "whether votes on the earlier text stand"),
    ("void", "how many votes and objections became void"),
    ("tally", "the binding votes, counted in words"),
    ("outcome", "the outcome in words, to stand behind \"Proposal 7\""),
    ("why", "why it is so, as a clause"),
    ("last", "whether this is the reminder before the last instant"),
    ("blocked", "whether an objection is what stops it"),
    ("vetoed", "whether one of the standing objections is a veto"),
    ("objections", "standing objections, each a text: who wrote what"),
    ("missing", "the names of those who have not voted, where the list opted in; else none"),
    ("as_of", "up to when the list's mail has been read"),
    ("opened", "when it opened"),
    ("closed", "when it closed"),
    ("trial", "how long the trial period was; else none"),
    ("announcer", "who announced an outcome; in a result none where nobody announced another one"),
    ("announced", "the outcome that was announced, where it is another one; else none"),
    ("differences", "how an announcement differs from what was counted, each a clause"),
    ("more", "how many more differences there are"),
    ("again", "the outcome that it would have had, in words"),
    ("again_why", "why it would have had that outcome, as a clause"),
    ("same", "whether that is the same outcome"),
    ("surfaced", "the mail that surfaced: rows (each with head, line and note) and more"),
    (
        "state",
        "the outcome as the record names it: \"passed\", \"failed\", \"objected\", \"vetoed\", \"withdrawn\", \"superseded\"",
    ),
    ("rule_words", "the rule in one clause"),
    ("text_from", "when the text that was decided was mailed, where it was changed; else none"),
    ("nominee_silent", "whether whom it is about casts no vote on it"),
    ("no_nominee", "whether it should name whom it is about and does not"),
    ("waits", "whether the close is put off until an answer comes"),
    ("done", "commands that were followed: rows (each with head, line and note) and more"),
    ("plus", "how many binding +1 there are"),
    ("zero", "how many binding 0 there are"),
    ("minuses", "how many binding -1 there are"),
    ("votes", "the votes that counted: rows (each with head, line and note) and more"),
    ("advisory", "votes that do not bind: rows (each with head, line and note) and more"),
    ("uncounted", "what was not counted, and why: rows (each with head, line and note) and more"),
    ("automatic", "how many automatic mails were left out"),
    ("elsewhere", "how many mails were left out that did not come through the list"),
    ("trial_ends", "when the trial period ends; else none"),
    ("attachment", "the file name of the attached record; else none"),
    ("sha256", "the record's own hash; else none"),
    ("archive", "where the list's archive is read; else none"),
    ("from", "the first day that the digest covers"),
    ("to", "its last day"),
    ("zone", "the list's zone"),
    ("decided", "what was decided: entries, each with number, subject and detail"),
    ("open", "what is open: entries, each with by, who proposed it, in brackets"),
    ("waiting", "questions that wait for an answer: entries"),
    ("strangers", "objections of people who cannot stop it: entries"),
    ("overdue", "what should have been decided: entries"),
    ("corrected", "results after which mail surfaced: entries"),
    ("differing", "results that were announced differently: entries"),
    ("undelivered", "notices that did not arrive: entries"),
    ("problems", "how many mails could not be read in full or did not count"),
];

/// The variables that the template of that file name (`en/opened.txt`) may use, each with what it holds, in alphabetical order. Empty for a
/// name that no template has.
pub fn variables(name: &str) -> Vec<(String, &'static str)> {
    if !Templates::sources().any(|(known, _)| known == name) {
        return Vec::new();
    }
    let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".txt");
    let mut names = samples::of(stem).first().map(samples::variables).unwrap_or_default();
    names.sort();
    let meaning = |name: String| {
        let known = MEANINGS.iter().find(|(known, _)| *known == name);
        (name, known.map_or("", |(_, meaning)| *meaning))
    };
    names.into_iter().map(meaning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_variable_is_explained_and_nothing_else() {
        let mut used = BTreeSet::new();
        for (name, _) in Templates::sources() {
            for (variable, meaning) in variables(name) {
                assert!(!meaning.is_empty(), "{name}: {variable}");
                used.insert(variable);
            }
        }
        let idle: Vec<&str> =
            MEANINGS.iter().map(|(name, _)| *name).filter(|name| !used.contains(*name)).collect();
        assert_eq!(idle, Vec::<&str>::new());
        assert!(variables("en/nonesuch.txt").is_empty());
    }

    #[test]
    fn both_languages_have_the_same_templates() {
        let of = |tag: &str| -> BTreeSet<String> {
            let names =
                Templates::sources().filter_map(|(name, _)| name.strip_prefix(tag).map(str::to_owned));
            names.collect()
        };
        assert_eq!(of("en/"), of("nl/"));
    }
}
