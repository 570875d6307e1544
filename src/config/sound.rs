//! Whether a rule can work at all: parameters that contradict each other, and what of it the roster lacks.

use super::kinds::Team;
use super::problem::quoted;
use super::section::{Section, one_of};
use crate::decision::{
    Approval, Close, Electorate, Minus, Objectors, OnPass, Roster, Rule, Share, Span, Tie, Whole,
};
use chrono::{DateTime, Utc};

/// Nothing is decided for so long after a close, at most.
const LONGEST_SETTLE: Span = Span::hours(24);

/// A rule of the configuration that is looked at.
pub(super) struct Looked<'l> {
    /// The list, which takes the problems.
    pub list: &'l Section<'l>,
    /// As messages name the kind: `[list.kinds.minor]`.
    pub shown: &'l str,
    /// The rule.
    pub rule: &'l Rule,
    /// Where the rule is named.
    pub at: usize,
    /// Where a parameter is written, if it is.
    pub place: &'l dyn Fn(&str) -> Option<usize>,
    /// Parameters that could not be read.
    pub told: &'l [&'static str],
    /// Who could vote.
    pub team: Team<'l>,
    /// Whether the list is live.
    pub live: bool,
}

/// Two parameters that cannot both be meant.
struct Contradiction {
    /// They; the first that is written has the line.
    keys: &'static [&'static str],
    holds: fn(&Rule) -> bool,
    what: &'static str,
    remedy: &'static str,
}

const CONTRADICTIONS: [Contradiction; 8] = [
    Contradiction {
        keys: &["tie", "chair"],
        holds: |rule| rule.tie == Tie::Chair && rule.chair.is_none(),
        what: "a tie goes to the chair, and nothing says who that is",
        remedy: "add chair = \"…\" with the role of whoever chairs, or write tie = \"fails\"",
    },
    Contradiction {
        keys: &["tie", "majority"],
        holds: |rule| rule.tie == Tie::Chair && !rule.is_majority(),
        what: "a tie goes to the chair, but as many -1 as +1 are a tie only where a majority is asked for",
        remedy: "add majority = true, or remove `tie`",
    },
    Contradiction {
        keys: &["veto_override", "minus"],
        holds: |rule| rule.veto_override.is_some() && rule.minus != Minus::Veto && rule.veto_holder.is_none(),
        what: "a veto can be overridden, and nobody has one",
        remedy: "write minus = \"veto\", name a veto_holder, or remove `veto_override`",
    },
    Contradiction {
        keys: &["minus"],
        holds: |rule| rule.is_silence() && rule.minus == Minus::Count && rule.veto_holder.is_none(),
        what: "a -1 only counts, and a silence rule counts nothing: nobody could object",
        remedy: "write minus = \"block\" or minus = \"veto\"",
    },
    Contradiction {
        keys: &["min_wait", "close", "window"],
        holds: |rule| matches!(rule.close, Close::WhenDecided { min_wait } if min_wait > rule.window),
        what: "`min_wait` is longer than `window`: it would never close before its window ends",
        remedy: "write a shorter min_wait, or close = \"at-window\"",
    },
    Contradiction {
        keys: &["linger", "max_window"],
        holds: |rule| rule.linger >= rule.max_window,
        what: "it can never pass: `linger` is as long as `max_window`",
        remedy: "lower linger or raise max_window",
    },
    Contradiction {
        keys: &["quorum"],
        holds: |rule| matches!(rule.quorum, Some(Share { of: Whole::Cast, .. })),
        what: "a quorum of the votes cast is always there",
        remedy: "write it as a share of the roster: quorum = \"1/2 of roster\"",
    },
    Contradiction {
        keys: &["settle"],
        holds: |rule| rule.settle > LONGEST_SETTLE,
        what: "`settle` is longer than a day, and nothing is decided before it is over",
        remedy: "write minutes: settle = \"15m\"",
    },
];

impl Looked<'_> {
    /// Reports everything.
    pub(super) fn check(&self) {
        let rule = self.rule;
        for contradiction in &CONTRADICTIONS {
            if (contradiction.holds)(rule) && !contradiction.keys.iter().any(|key| self.told.contains(key)) {
                let what = format!("{}: {}", self.shown, contradiction.what);
                self.list.problem(self.at_one_of(contradiction.keys), what, contradiction.remedy);
            }
        }
        if rule.max_window < rule.window {
            let what = format!(
                "`max_window` in {} ({}) is shorter than its `window` ({})",
                self.shown, rule.max_window, rule.window
            );
            let at = self.at_one_of(&["max_window", "window"]);
            self.list.problem(at, what, "raise max_window or lower window");
        }
        match self.team {
            Team::None => self.check_without_roster(),
            Team::Read(roster) => {
                if self.check_roles(roster) & self.check_seats(roster) {
                    self.check_passable(roster);
                }
            }
            Team::Unread => {}
        }
    }

    /// Where the first of these parameters is written, else where the rule is named.
    fn at_one_of(&self, keys: &[&str]) -> usize {
        keys.iter().find_map(|key| (self.place)(key)).unwrap_or(self.at)
    }

    fn check_without_roster(&self) {
        let rule = self.rule;
        if self.live && (!rule.is_silence() || rule.minus == Minus::Veto) {
            let what = format!(
                "{} uses {}: a live list without a roster may only use silence rules, without a veto",
                self.shown, rule.name
            );
            let remedy = "add roster = \"roster.toml\" to the [[list]], or keep to tags and kinds with a rule such as \"ovirt-minor\"";
            self.list.problem(self.at, what, remedy);
            return;
        }
        let needing: Vec<&str> = needs_roster(rule).collect();
        if needing.is_empty() {
            return;
        }
        let keys: Vec<String> = needing.iter().map(|key| format!("`{key}`")).collect();
        let what =
            format!("{}: {} can only work with a roster, and the list has none", self.shown, keys.join(", "));
        let remedy =
            format!("add roster = \"roster.toml\" to the [[list]], or do without {}", keys.join(", "));
        self.list.problem(self.at_one_of(&needing), what, remedy);
    }

    /// Whether every role that the rule names is somebody's.
    fn check_roles(&self, roster: &Roster) -> bool {
        let mut known: Vec<&str> =
            roster.members.iter().flat_map(|member| &member.roles).map(|span| span.role.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        let mut unknown: Vec<(&str, Vec<&str>)> = Vec::new();
        for (key, role) in roles_named(self.rule) {
            match unknown.iter_mut().find(|(other, _)| *other == role) {
                _ if known.contains(&role) => {}
                Some((_, keys)) => keys.push(key),
                None => unknown.push((role, vec![key])),
            }
        }
        for (role, keys) in &unknown {
            let what = match (self.place)(keys[0]) {
                Some(_) => format!("nobody on the roster has the role {}", quoted(role)),
                None => format!(
                    "{} uses {}: nobody on the roster has the role {}, its `{}`",
                    self.shown,
                    self.rule.name,
                    quoted(role),
                    keys.join("` and `")
                ),
            };
            let remedy = if known.is_empty() {
                "give members their roles in the roster".to_owned()
            } else {
                let one = one_of(role, known.iter().copied());
                if (self.place)(keys[0]).is_some() { one } else { format!("{one}; or give it to a member") }
            };
            self.list.problem(self.at_one_of(keys), what, remedy);
        }
        unknown.is_empty()
    }

    /// Whether the seats that vote are there.
    fn check_seats(&self, roster: &Roster) -> bool {
        let Electorate::Seats { seats } = &self.rule.electorate else { return true };
        let at = self.at_one_of(&["electorate"]);
        if roster.seats.is_empty() {
            let what = format!("in {} seats vote, and the roster has none", self.shown);
            self.list.problem(
                at,
                what,
                "add a [[seat]] with id, name and representatives for each to the roster",
            );
            return false;
        }
        let known = || roster.seats.iter().map(|seat| seat.id.as_str());
        let unknown: Vec<&String> = seats.iter().filter(|seat| !known().any(|id| id == *seat)).collect();
        for seat in &unknown {
            let what = format!("the roster has no seat {}, which {} names", quoted(seat), self.shown);
            let remedy = one_of(seat, known().collect::<Vec<_>>().into_iter());
            self.list.problem(at, what, remedy);
        }
        let mut voting: Vec<(&str, &str)> = Vec::new();
        for seat in roster.voting_seats(seats) {
            for member in &seat.representatives {
                if let Some((_, other)) = voting.iter().find(|(known, _)| known == member) {
                    let what = format!(
                        "in {} the seats {other} and {} vote, and {member} represents both",
                        self.shown, seat.id
                    );
                    let remedy = "let a member represent one of them, or name the seats that vote: electorate = { seats = [\"…\"] }";
                    self.list.problem(at, what, remedy);
                }
                voting.push((member, &seat.id));
            }
        }
        unknown.is_empty()
    }

    fn check_passable(&self, roster: &Roster) {
        let asked = self.rule.min_plus();
        let (most, who) = match &self.rule.electorate {
            Electorate::Roster { roles } => {
                let who = if roles.is_empty() {
                    "members of the roster".to_owned()
                } else {
                    format!("holders of {}", roles.join(", "))
                };
                (most_voters(roster, roles, asked), who)
            }
            Electorate::Seats { seats } => {
                let seats = roster.voting_seats(seats).count();
                (u32::try_from(seats).unwrap_or(u32::MAX), "seats".to_owned())
            }
            Electorate::Everyone | Electorate::Claimed => return,
        };
        if most < asked {
            let what = format!(
                "{} can never pass: it asks for {asked} binding +1, and there are at most {most} {who} at a time",
                self.shown
            );
            let remedy = "lower min_plus, let more vote by `electorate`, or add members to the roster";
            self.list.problem(self.at_one_of(&["min_plus", "electorate"]), what, remedy);
        }
    }
}

/// The roles that a rule asks for, each with its parameter. The role that `on_pass` gives may be new.
fn roles_named(rule: &Rule) -> impl Iterator<Item = (&'static str, &str)> {
    let electorate = match &rule.electorate {
        Electorate::Roster { roles } => roles.as_slice(),
        _ => &[],
    };
    let voters = electorate.iter().map(|role| ("electorate", role.as_str()));
    let chair = rule.chair.iter().map(|role| ("chair", role.as_str()));
    let holder = rule.veto_holder.iter().map(|role| ("veto_holder", role.as_str()));
    voters.chain(chair).chain(holder)
}

/// The parameters of a rule that cannot work without a roster.
fn needs_roster(rule: &Rule) -> impl Iterator<Item = &'static str> {
    let of_roster = |share: Option<Share>| matches!(share, Some(Share { of: Whole::Roster, .. }));
    let share = match rule.approval {
        Approval::Votes { share, .. } => share,
        Approval::Silence => None,
    };
    let roles = match &rule.electorate {
        Electorate::Roster { .. } | Electorate::Seats { .. } => true,
        Electorate::Everyone | Electorate::Claimed => false,
    };
    let needs = [
        ("electorate", roles),
        ("share", of_roster(share)),
        ("quorum", rule.quorum.is_some()),
        ("chair", rule.chair.is_some()),
        ("veto_holder", rule.veto_holder.is_some()),
        ("veto_override", of_roster(rule.veto_override)),
        ("who_may_object", rule.who_may_object == Objectors::Roster),
        ("close", rule.close != Close::Window),
        ("on_pass", matches!(rule.on_pass, Some(OnPass::Role { .. }))),
    ];
    needs.into_iter().filter(|(_, needed)| *needed).map(|(key, _)| key)
}

/// How many may vote at once, at most, at any time; counting stops at `enough`.
fn most_voters(roster: &Roster, roles: &[String], enough: u32) -> u32 {
    let spans = roster.members.iter().flat_map(|member| &member.roles);
    let mut instants: Vec<DateTime<Utc>> = spans.flat_map(|span| span.since).collect();
    // Whoever votes at some time votes at a beginning, or has always done so.
    instants.push(DateTime::<Utc>::MIN_UTC);
    instants.sort_unstable();
    instants.dedup();
    let mut most = 0;
    for instant in instants {
        most = most.max(u32::try_from(roster.electorate_size(roles, instant)).unwrap_or(u32::MAX));
        if most >= enough {
            break;
        }
    }
    most
}
