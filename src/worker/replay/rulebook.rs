//! By whose rules the proposals of an archive are judged: a profile's, a configuration's, or the shipped ones.

use crate::ballot::Dialect;
use crate::config::{Config, ListConfig};
use crate::decision::{Electorate, ListRules, Mode, Roster, RosterHistory, Rule};
use crate::mail::{self, Arrival, Head, ListForm, Post, Problem, Trust};
use crate::source::raw_mail::{RawMail, RawMailRef};

/// The name of a list whose mail bears no List-Id.
const NAMELESS: &str = "archive";

/// The lists of an archive, and what they decide by.
#[derive(Debug, Clone)]
pub struct Rulebook {
    lists: Vec<ListOfArchive>,
    /// There is one entry, which holds for every list; each is named by its List-Id.
    alike: bool,
    /// The prefix on the subjects of mail that does not name its list.
    prefix: Option<String>,
}

/// One list as an archive is read and judged for it.
#[derive(Debug, Clone)]
pub(super) struct ListOfArchive {
    /// What is decided by.
    pub rules: ListRules,
    /// Who is on the team; empty without a roster.
    pub rosters: RosterHistory,
    list_id: String,
    form: ListForm,
    trust: Trust,
}

/// How a list hands mail on; by default that is inferred from each mail.
#[derive(Debug, Clone, Default)]
pub struct HandedOn {
    /// Which header names the author, and what is no tag.
    pub form: ListForm,
    /// Whose `Received` lines tell when.
    pub trust: Trust,
}

impl Rulebook {
    /// `[PROPOSAL]` by the profile `minor`, `[VOTE]` by the profile `substantial`, on every list. Without a roster whoever does not say
    /// "non-binding" binds. `None` where there is no profile of such a name.
    pub fn by_profiles(minor: &str, substantial: &str, roster: Option<Roster>) -> Option<Self> {
        let electorate = match roster {
            Some(_) => Electorate::Roster { roles: Vec::new() },
            None => Electorate::Claimed,
        };
        let rule = |name| Some(Rule { electorate: electorate.clone(), ..Rule::profile(name)? });
        let kinds = [("minor", rule(minor)?), ("substantial", rule(substantial)?)];
        let tags = [("PROPOSAL", "minor"), ("VOTE", "substantial")];
        let rules = ListRules {
            name: NAMELESS.to_owned(),
            tags: tags.map(|(tag, kind)| (tag.to_owned(), kind.to_owned())).to_vec(),
            kinds: kinds.map(|(kind, rule)| (kind.to_owned(), rule)).to_vec(),
            dialect: Dialect::default(),
            mode: Mode::Recorded,
            zone: chrono_tz::UTC,
        };
        let rosters = history(roster.as_ref());
        let form = ListForm::default();
        let list =
            ListOfArchive { rules, rosters, list_id: String::new(), form, trust: listed(Trust::default()) };
        Some(Rulebook { lists: vec![list], alike: true, prefix: None })
    }

    /// One rule for every list and each of these tags, for mail that is read and threaded and not judged by it.
    pub fn by_rule(tags: &[&str], kind: &str, rule: &Rule, dialect: &Dialect, handed_on: HandedOn) -> Self {
        let rules = ListRules {
            name: NAMELESS.to_owned(),
            tags: tags.iter().map(|tag| ((*tag).to_owned(), kind.to_owned())).collect(),
            kinds: vec![(kind.to_owned(), rule.clone())],
            dialect: dialect.clone(),
            mode: Mode::Recorded,
            zone: chrono_tz::UTC,
        };
        let HandedOn { form, trust } = handed_on;
        let (rosters, list_id) = (RosterHistory::default(), String::new());
        let list = ListOfArchive { rules, rosters, list_id, form, trust: listed(trust) };
        Rulebook { lists: vec![list], alike: true, prefix: None }
    }

    /// By the lists of a configuration, with `roster` in place of theirs where it is given.
    pub fn configured(config: &Config, roster: Option<&Roster>) -> Self {
        let list = |list: &ListConfig| {
            let mut rules = list.rules.clone();
            if roster.is_some() {
                rules.kinds.iter_mut().for_each(|(_, rule)| ask_the_roster(rule));
            }
            ListOfArchive {
                rules,
                rosters: history(roster.or(list.roster.as_ref())),
                list_id: list.list_id.clone(),
                form: list.form.clone(),
                trust: listed(list.trust.clone()),
            }
        };
        Rulebook { lists: config.lists.iter().map(list).collect(), alike: false, prefix: None }
    }

    /// The same where mail that does not name its list bears that prefix on its subjects. A configuration knows its lists' prefixes.
    pub(super) fn with_prefix(&self, prefix: Option<&str>) -> Self {
        let prefix = prefix.filter(|_| self.alike).map(str::to_owned);
        Rulebook { prefix, ..self.clone() }
    }

    /// The list that mail with these List-Ids (RFC 2919) belongs to. `None` where there are several and none of them is named.
    fn list_of(&self, list_ids: &[String]) -> Option<&ListOfArchive> {
        match self.lists.as_slice() {
            [only] => Some(only),
            lists => lists.iter().find(|list| list_ids.contains(&list.list_id)),
        }
    }

    /// The name of a list whose mail bears these List-Ids.
    pub(super) fn name_of<'a>(&self, list: &'a ListOfArchive, list_ids: &'a [String]) -> &'a str {
        let named = list_ids.first().filter(|_| self.alike);
        named.unwrap_or(&list.rules.name)
    }

    /// A message's header section, and the list that it belongs to.
    pub(super) fn head(&self, mail: &RawMailRef<'_>) -> (Head, Option<&ListOfArchive>) {
        let arrival = arrival(mail);
        let read = |form: &ListForm, trust: &Trust| mail::head(mail.bytes, &arrival, form, trust);
        if let [only] = self.lists.as_slice() {
            return (read(&only.form, &only.trust), Some(only));
        }
        let head = read(&ListForm::default(), &listed(Trust::default()));
        match self.list_of(&head.list_ids) {
            Some(list) => (read(&list.form, &list.trust), Some(list)),
            None => (head, None),
        }
    }

    /// A whole message, and the list that it belongs to.
    pub(super) fn post(&self, mail: &RawMail) -> (Post, Option<&ListOfArchive>) {
        let view = mail.view();
        let (head, list) = self.head(&view);
        let arrival = arrival(&view);
        let read = |form: &ListForm, trust: &Trust| mail::post(&mail.bytes, &arrival, form, trust);
        let mut post = match (list, &self.prefix) {
            (Some(list), Some(prefix)) if head.list_ids.is_empty() => {
                read(&ListForm { prefixes: vec![prefix.clone()], ..list.form.clone() }, &list.trust)
            }
            (Some(list), _) => read(&list.form, &list.trust),
            (None, _) => read(&ListForm::default(), &listed(Trust::default())),
        };
        post.problems.extend(mail.cut.map(Problem::TooLarge));
        post.problems.extend(mail.problem.as_ref().map(|problem| Problem::Source(problem.to_string())));
        (post, list)
    }

    /// Whether a subject tag opens proposals on some list; case is left out of account.
    pub(super) fn is_a_tag(&self, tag: &str) -> bool {
        let mut tags = self.lists.iter().flat_map(|list| &list.rules.tags);
        tags.any(|(known, _)| known.to_lowercase() == tag.trim().to_lowercase())
    }
}

/// What an archive knows of a message's arrival.
pub(crate) fn arrival(mail: &RawMailRef<'_>) -> Arrival {
    Arrival { internal_date: None, from_line: mail.from_line, archive: true }
}

/// An archive is the list's own record: everything in it came through the list.
fn listed(trust: Trust) -> Trust {
    Trust { archive: true, ..trust }
}

/// There is a roster now: a rule that asked for none asks it.
fn ask_the_roster(rule: &mut Rule) {
    if !matches!(rule.electorate, Electorate::Roster { .. }) {
        rule.electorate = Electorate::Roster { roles: Vec::new() };
    }
}

fn history(roster: Option<&Roster>) -> RosterHistory {
    roster.cloned().map(RosterHistory::always).unwrap_or_default()
}
