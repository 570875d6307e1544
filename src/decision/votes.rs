//! What binding votes add up to under a rule.

use super::{Approval, Minus, Rule, Share, Tie, Whole};
use crate::ballot::Vote;

/// Binding votes, counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Votes {
    pub plus: u32,
    pub zero: u32,
    pub minus: u32,
    /// -1 that block: by whoever may object, in the electorate or not.
    pub blocks: u32,
    /// -1 that are vetoes.
    pub vetoes: u32,
}

/// What one person adds to the votes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The vote, where it binds.
    pub vote: Option<Vote>,
    /// What their -1 does, where it stops a proposal.
    pub stop: Option<Stop>,
}

/// How a -1 stops a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Block,
    Veto,
}

/// What votes add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Approved,
    /// Too few +1.
    Short {
        needed: u32,
    },
    /// Too few have voted.
    NoQuorum {
        votes: u32,
        needed: u32,
    },
    /// Too small a share.
    ShareShort {
        needed: u32,
        share: Share,
    },
    /// As many +1 as -1, and whatever else is asked for but the majority.
    Tied,
    /// Not more +1 than -1.
    Outvoted,
}

impl Votes {
    /// How many have voted.
    pub fn cast(self) -> u32 {
        self.plus + self.zero + self.minus
    }

    pub fn add(&mut self, part: Part) {
        self.change(part, |count| *count += 1);
    }

    pub fn take(&mut self, part: Part) {
        self.change(part, |count| *count -= 1);
    }

    fn change(&mut self, part: Part, change: impl Fn(&mut u32)) {
        match part.vote {
            Some(Vote::Plus) => change(&mut self.plus),
            Some(Vote::Zero) => change(&mut self.zero),
            Some(Vote::Minus) => change(&mut self.minus),
            None => {}
        }
        match part.stop {
            Some(Stop::Block) => change(&mut self.blocks),
            Some(Stop::Veto) => change(&mut self.vetoes),
            None => {}
        }
    }
}

impl Rule {
    /// What votes add up to, of an electorate so large: 0 where nobody knows, and then no share of it is ever reached.
    pub(super) fn finding(&self, votes: Votes, electorate: u32) -> Finding {
        let (min_plus, majority, share) = match self.approval {
            Approval::Silence => (0, false, None),
            Approval::Votes { min_plus, majority, share } => (min_plus, majority, share),
        };
        let (plus, minus, cast) = (votes.plus, votes.minus, votes.cast());
        if plus < min_plus {
            return Finding::Short { needed: min_plus };
        }
        if let Some(quorum) = self.quorum.filter(|quorum| !quorum.is_reached(cast, electorate)) {
            return Finding::NoQuorum { votes: cast, needed: quorum.least(electorate).max(cast + 1) };
        }
        let tied = majority && plus == minus && plus > 0;
        if let Some(share) = share {
            // A tie is broken by one vote more, which has its part in the share.
            let casting = u32::from(tied && self.tie == Tie::Chair);
            let (part, whole) = match share.of {
                Whole::Roster => (plus, electorate),
                Whole::Cast => (plus + casting, cast + casting),
            };
            if !share.is_reached(part, whole) {
                let needed = match share.of {
                    Whole::Roster => share.least(electorate),
                    Whole::Cast => plus + share.missing(plus, cast),
                };
                return Finding::ShareShort { needed: needed.max(plus + 1), share };
            }
        }
        match () {
            () if tied => Finding::Tied,
            () if majority && plus <= minus => Finding::Outvoted,
            () => Finding::Approved,
        }
    }

    /// Whether so many votes override every veto.
    pub(super) fn overrides(&self, votes: Votes, electorate: u32) -> bool {
        self.veto_override.is_some_and(|share| match share.of {
            Whole::Roster => share.is_reached(votes.plus, electorate),
            Whole::Cast => share.is_reached(votes.plus, votes.cast()),
        })
    }

    /// Whether a -1 among these stops the proposal.
    pub(super) fn is_stopped(&self, votes: Votes, electorate: u32) -> bool {
        votes.blocks > 0 || votes.vetoes > 0 && !self.overrides(votes, electorate)
    }

    /// Whether a single -1 can stop a proposal. Silence that somebody breaks is no consent, whatever else the rule says.
    pub(super) fn lets_one_block(&self) -> bool {
        self.minus != Minus::Count || self.is_silence()
    }

    /// Whether one more -1 can make a difference by being counted.
    pub(super) fn counts_minus(&self) -> bool {
        match self.approval {
            Approval::Silence => false,
            Approval::Votes { majority, share, .. } => {
                majority || share.is_some_and(|share| share.of == Whole::Cast)
            }
        }
    }
}

/// How much a vote, or none, is in favour: an abstention and no vote are the same.
pub(super) fn favour(vote: Option<Vote>) -> u8 {
    match vote {
        Some(Vote::Minus) => 0,
        Some(Vote::Zero) | None => 1,
        Some(Vote::Plus) => 2,
    }
}
