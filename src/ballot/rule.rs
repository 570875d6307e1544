//! The rules of the grammar by name: which of them counted a token, held it or passed it over, and what each one says.

use std::fmt;

/// Declares the rules once: variant, stable name, explanation.
macro_rules! rules {
    ($($rule:ident $name:literal $explanation:literal)*) => {
        /// A rule that decides on a token, a box, a phrase or a whole post.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Rule {
            $(#[doc = $explanation] $rule,)*
        }

        /// Every rule with its explanation, in the order of the enumeration.
        const RULES: &[(&str, &str)] = &[$(($name, $explanation),)*];
    };
}

rules! {
    // A vote is cast.
    OpeningToken "opening-token" "The vote opens a sentence of the author's own: \"+1\", \"Hi all, +1\"."
    FirstPerson "first-person" "The author says it of this vote: \"I'm +1\", \"my vote: +1\", \"+1 from me\"."
    TickedBox "ticked-box" "The vote stands in or beside a ticked box: \"[x] +1\"."
    Labelled "labelled" "The vote stands behind a label: \"Vote: +1\", \"PS: +1\"."
    AfterGreeting "after-greeting" "The vote follows a greeting or a name: \"Dear Ann and Bob, +1\"."
    AfterPraise "after-praise" "The vote follows praise or a report of checks: \"Great work, +1\"."
    AfterClause "after-clause" "The vote ends a sentence that leads to it: \"The build is green, +1\"."
    Conclusion "conclusion" "The vote is concluded: \"nothing went wrong, so +1\"."
    Coordinated "coordinated" "The vote is the second of two in one sentence: \"+1 on the wiki and +0 on the forum\"."
    ChangedVote "changed-vote" "The author's vote becomes another: \"changing my vote from -1 to +1\"."
    ListWords "list-words" "Words that this list counts as a vote."
    Reaction "reaction" "An emoji reaction to a mail."
    // A vote or an objection is taken back, an objection is made, a command is given.
    WithdrawnVote "withdrawn-vote" "A vote is taken back: \"I withdraw my -1\"."
    WithdrawnObjection "withdrawn-objection" "An objection is taken back or met: \"my concerns are resolved\"."
    ObjectionInWords "objection-in-words" "The author objects without a vote: \"please don't do this\"."
    CommandLine "command-line" "A line of its own commands the engine: \"Proposal: withdraw\"."
    // The author is asked.
    Condition "condition" "The vote hangs on a condition that nobody else can check off: \"+1 if the tests pass\"."
    Tentative "tentative" "The vote is said of a case that is not so, or not yet: \"I'd be +1\"."
    Agreement "agreement" "The vote may agree with a remark only: \"+1 to what Ann said\"."
    BetweenQuotes "between-quotes" "A bare vote between quotations may agree with the passage above it only."
    OnBehalf "on-behalf" "The vote is cast for somebody else: \"+1 on behalf of Ann\"."
    BetweenVotes "between-votes" "The author is torn between votes: \"somewhere between +0 and +1\"."
    SeveralVotes "several-votes" "Several values are cast on one question."
    UnclearForm "unclear-form" "It is written as a vote may be, and as other things are: \"- 1 no\"."
    ObjectionSupposed "objection-supposed" "An objection in a case that may come: \"I'd object if it broke\"."
    RefusalInWords "refusal-in-words" "A \"no\" that is all the mail says."
    SupportInWords "support-in-words" "Support without a vote: \"LGTM\", a thumb, \"yes from me\"."
    TickedWords "ticked-words" "A ticked box beside words: \"[x] Approve\"."
    // It says nothing on the question.
    UntickedBox "unticked-box" "The box is empty: \"[ ] +1\"."
    BoxAlone "box-alone" "A box with no vote beside it, and no ballot's words."
    BallotLegend "ballot-legend" "It explains what a vote means: \"+1 = approve\"."
    CountOfVotes "count-of-votes" "It counts how others voted: \"+1 (binding): Ann, Bob\"."
    ChangedFrom "changed-from" "The vote that the author leaves: the -1 of \"from -1 to +1\"."
    NotCast "not-cast" "The vote is denied or was not cast: \"I'm not going to -1 this\"."
    ListOfNumbers "list-of-numbers" "One of several values, or part of a larger number: \"+1, 0 or -1\", \"+1 650 555 0100\"."
    TalkOfVotes "talk-of-votes" "The vote is spoken of: \"+1 votes\", \"-1 means a veto\"."
    Question "question" "The sentence asks: \"Why -1?\""
    OthersVote "others-vote" "The vote is somebody else's: \"+1 from Ann\"."
    PassedOn "passed-on" "The vote is passed on or quoted: \"He wrote: +1\"."
    InPassing "in-passing" "Nothing in its sentence makes it a vote of the author's."
    NotFirstPerson "not-first-person" "The mail that proposes casts only what it says in the first person: \"Here is my +1\"."
    ObjectionNotMeant "objection-not-meant" "It sounds like an objection, but is denied, asked, quoted, somebody else's or supposed."
    WithdrawalNotMeant "withdrawal-not-meant" "It sounds like a withdrawal, but is denied, asked, conditional or outweighed."
    SupportNotMeant "support-not-meant" "It sounds like support, but is denied, asked, conditional or nothing by this list's words."
}

impl Rule {
    /// Its stable name, as `read` and the record show it.
    pub(super) fn name(self) -> &'static str {
        RULES[self as usize].0
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Every rule that a reading can name, with one line that says what it sees.
pub fn rules() -> &'static [(&'static str, &'static str)] {
    RULES
}

/// What the rule of that name sees, in one line; `None` where there is no such rule.
pub fn meaning_of(rule: &str) -> Option<&'static str> {
    RULES.iter().find(|(name, _)| *name == rule).map(|(_, explanation)| *explanation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_an_explanation() {
        let names: HashSet<&str> = rules().iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), rules().len());
        for (name, explanation) in rules() {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
            assert!(explanation.ends_with(['.', '"']) && explanation.len() <= 110, "{name}: {explanation}");
        }
        assert_eq!(Rule::OpeningToken.name(), "opening-token");
        assert_eq!(Rule::SupportNotMeant.name(), "support-not-meant");
    }
}
