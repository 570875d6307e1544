//! One case of the suite: a mail, and what it is expected to be read as.

use plusone::ballot::{
    Announcement, Cast, Claim, Considered, Dialect, Event, Group as Voters, Outcome, Place, Reading, Role,
    WordMeaning, announcement, explain, reading,
};
use plusone::mail::{self, Address, Arrival, ListForm, Munging, Post, Trust};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What the cases are about.
    pub about: String,
    /// The cases.
    pub case: Vec<Case>,
}

/// One mail and its expected reading. `README.md` says what each key means.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    // The mail.
    pub text: Option<String>,
    pub html: Option<String>,
    pub mail: Option<String>,
    pub file: Option<String>,
    #[serde(default)]
    pub flowed: bool,
    #[serde(default)]
    pub delsp: bool,
    #[serde(default)]
    pub proposal: bool,
    pub subject: Option<String>,
    pub from: Option<String>,
    // The list.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    pub list: Option<String>,
    pub munging: Option<String>,
    /// Whether the reading hangs on how the text is laid out, so that it may not be varied.
    #[serde(default)]
    pub as_it_stands: bool,
    // What is expected.
    reading: Option<String>,
    written: Option<String>,
    strength: Option<f64>,
    claim: Option<String>,
    explained: Option<bool>,
    held: Option<String>,
    candidates: Option<Vec<String>>,
    line: Option<u32>,
    rule: Option<String>,
    own: Option<String>,
    removed: Option<Vec<String>>,
    author: Option<String>,
    author_name: Option<String>,
    evidence: Option<String>,
    outcome: Option<String>,
    tally: Option<BTreeMap<String, Vec<String>>>,
    counts: Option<BTreeMap<String, u32>>,
    automatic: Option<String>,
    base: Option<String>,
    tags: Option<Vec<String>>,
    marks: Option<String>,
}

impl Case {
    /// What is expected, by key, as text.
    pub fn expected(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("reading", &self.reading),
            ("written", &self.written),
            ("claim", &self.claim),
            ("held", &self.held),
            ("rule", &self.rule),
            ("own", &self.own),
            ("author", &self.author),
            ("author_name", &self.author_name),
            ("evidence", &self.evidence),
            ("outcome", &self.outcome),
            ("automatic", &self.automatic),
            ("base", &self.base),
            ("marks", &self.marks),
        ];
        let mut expected: Vec<(&str, String)> =
            texts.into_iter().filter_map(|(key, text)| Some((key, text.clone()?))).collect();
        expected.extend(self.strength.map(|value| ("strength", value.to_string())));
        expected.extend(self.explained.map(|value| ("explained", value.to_string())));
        expected.extend(self.line.map(|value| ("line", value.to_string())));
        expected.extend(self.candidates.as_ref().map(|votes| ("candidates", votes.join(" "))));
        expected.extend(self.tags.as_ref().map(|tags| ("tags", tags.join("; "))));
        expected.extend(self.removed.as_ref().map(|regions| ("removed", regions.join("; "))));
        let named = |(votes, names): (&String, &Vec<String>)| format!("{votes}: {}", names.join(", "));
        let tally = |tally: &BTreeMap<String, Vec<String>>| listed(tally.iter().map(named));
        expected.extend(self.tally.as_ref().map(|expected| ("tally", tally(expected))));
        let counted = |(votes, count): (&String, &u32)| format!("{votes}: {count}");
        let counts = |counts: &BTreeMap<String, u32>| listed(counts.iter().map(counted));
        expected.extend(self.counts.as_ref().map(|expected| ("counts", counts(expected))));
        expected.iter_mut().for_each(|(_, value)| *value = value.trim_end().to_owned());
        expected
    }

    /// The mail's octets: as given, or the text or HTML in a plain reply.
    pub fn octets(&self) -> Vec<u8> {
        if let Some(mail) = &self.mail {
            return mail.replace('\n', "\r\n").into_bytes();
        }
        if let Some(file) = &self.file {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/cases");
            return fs::read(folder.join(file)).unwrap();
        }
        let (kind, body) = match (&self.html, &self.text) {
            (Some(html), _) => ("html", html.as_str()),
            (None, text) => ("plain", text.as_deref().unwrap_or_default()),
        };
        let flowed = if self.flowed { "; format=flowed" } else { "" };
        let delsp = if self.delsp { "; delsp=yes" } else { "" };
        let head = format!(
            "Content-Type: text/{kind}; charset=utf-8{flowed}{delsp}\nContent-Transfer-Encoding: 8bit\n"
        );
        self.with_body(&head, body).replace('\n', "\r\n").into_bytes()
    }

    /// A reply, or a proposal, from Ann with these MIME fields and this body.
    pub fn with_body(&self, mime: &str, body: &str) -> String {
        let subject = if self.proposal { "[VOTE] Move the builds" } else { "Re: [VOTE] Move the builds" };
        let subject = self.subject.as_deref().unwrap_or(subject);
        let from = self.from.as_deref().unwrap_or("Ann Smith <ann@example.org>");
        let parent = if self.proposal { "" } else { "In-Reply-To: <proposal@example.org>\n" };
        format!(
            "Message-ID: <reply@example.org>\nFrom: {from}\nTo: Infra <infra@lists.example.org>\nSubject: {subject}\n\
             Date: Mon, 5 Jan 2026 10:00:00 +0000\n{parent}MIME-Version: 1.0\n{mime}\n{body}"
        )
    }

    fn form(&self) -> ListForm {
        let munging = self.munging.as_ref().map_or(Munging::Infer, |name| {
            serde_json::from_value(serde_json::Value::String(name.clone())).unwrap()
        });
        let addresses = self.list.iter().map(|list| Address::parse(list).unwrap()).collect();
        ListForm { addresses, prefixes: Vec::new(), munging }
    }

    fn dialect(&self) -> Dialect {
        let meaning = |name: &String| match name.as_str() {
            "+1" => WordMeaning::Plus,
            "held" => WordMeaning::Held,
            "nothing" => WordMeaning::Nothing,
            other => panic!("{other:?} is no meaning of a word"),
        };
        Dialect { words: self.words.iter().map(|(word, name)| (word.clone(), meaning(name))).collect() }
    }
}

/// In one line, in alphabetic order.
fn listed(entries: impl Iterator<Item = String>) -> String {
    let mut entries: Vec<String> = entries.collect();
    entries.sort();
    entries.join("; ")
}

/// `+1`, `+1 binding`, `-1 non-binding`.
fn voters(group: &Voters) -> String {
    let claim = match group.claim {
        Some(Claim::Binding) => " binding",
        Some(Claim::NonBinding) => " non-binding",
        None => "",
    };
    format!("{}{claim}", group.vote)
}

/// A mail as it was read.
pub struct Got {
    pub post: Post,
    pub reading: Reading,
}

/// Reads the mail of a case.
pub fn read(case: &Case) -> Got {
    read_octets(case, &case.octets())
}

/// Reads other octets as the case says that its list is.
pub fn read_octets(case: &Case, octets: &[u8]) -> Got {
    let arrival = Arrival::default();
    let trust = Trust { archive: true, ..Trust::default() };
    let post = mail::post(octets, &arrival, &case.form(), &trust);
    let reading = match &post.automatic {
        Some(automatic) => Reading::Automatic { why: automatic.as_str().to_owned() },
        None => reading(&post, &case.dialect()),
    };
    Got { post, reading }
}

impl Got {
    /// What was looked at in its own words, with the rule of each.
    pub fn considered(&self, case: &Case) -> Vec<Considered> {
        let role = if self.post.is_reply() { Role::Reply } else { Role::Root };
        explain(&self.post.words, role, &case.dialect())
    }

    /// What was read, under the key of an expectation, as text; empty where there is none.
    pub fn value(&self, key: &str) -> String {
        let cast = match &self.reading {
            Reading::Cast(cast) => Some(cast),
            _ => None,
        };
        let of_cast = |get: fn(&Cast) -> String| cast.map(get).unwrap_or_default();
        match key {
            "reading" => self.reading_named(),
            "written" => of_cast(|cast| cast.written.clone()),
            "strength" => of_cast(|cast| cast.strength.map(|value| value.to_string()).unwrap_or_default()),
            "explained" => of_cast(|cast| cast.explained.to_string()),
            "claim" => of_cast(|cast| match cast.claim {
                Some(Claim::Binding) => "binding".to_owned(),
                Some(Claim::NonBinding) => "non-binding".to_owned(),
                None => "none".to_owned(),
            }),
            "held" => match &self.reading {
                Reading::Held(held) => {
                    serde_json::to_value(held.why).unwrap().as_str().unwrap_or_default().to_owned()
                }
                _ => String::new(),
            },
            "candidates" => match &self.reading {
                Reading::Held(held) => {
                    held.candidates.iter().map(|vote| vote.as_str()).collect::<Vec<_>>().join(" ")
                }
                _ => String::new(),
            },
            "line" => self.place().map(|place| place.line_number.to_string()).unwrap_or_default(),
            "rule" => self.place().map(|place| place.rule.clone()).unwrap_or_default(),
            "own" => self.post.words.text().trim_end().to_owned(),
            "removed" => self.removed(),
            "author" => {
                self.post.author.address.as_ref().map_or("unknown".to_owned(), |a| a.as_str().to_owned())
            }
            "author_name" => self.post.author.name.clone(),
            "evidence" => self.post.author.evidence.clone(),
            "outcome" => self.announced().outcome.map_or("unclear", Outcome::as_str).to_owned(),
            "tally" => {
                let named = |group: &Voters| format!("{}: {}", voters(group), group.names.join(", "));
                listed(self.announced().votes.iter().filter(|group| !group.names.is_empty()).map(named))
            }
            "counts" => {
                let counted = |group: &Voters| Some(format!("{}: {}", voters(group), group.count?));
                listed(self.announced().votes.iter().filter_map(counted))
            }
            "automatic" => self.automatic(),
            "base" => self.post.subject.base.clone(),
            "tags" => self.post.subject.tags.join("; "),
            "marks" => self.marks().to_owned(),
            other => panic!("no key {other:?}"),
        }
    }

    fn announced(&self) -> Announcement {
        announcement(&self.post, "Move the builds")
    }

    /// `+1`, `0`, `-1`, or the reading's name.
    pub fn reading_named(&self) -> String {
        match &self.reading {
            Reading::Cast(cast) => cast.vote.as_str().to_owned(),
            Reading::Withdraw(_) => "withdraw".to_owned(),
            Reading::Objects(_) => "objects".to_owned(),
            Reading::Held(_) => "held".to_owned(),
            Reading::Command { .. } => "command".to_owned(),
            Reading::Automatic { .. } => "automatic".to_owned(),
            Reading::Event(Event::Result) => "result".to_owned(),
            Reading::Event(Event::Cancel) => "cancel".to_owned(),
            Reading::Event(Event::Discuss) => "discuss".to_owned(),
            Reading::Nothing => "nothing".to_owned(),
        }
    }

    /// The name of why the mail is automatic; `no` where a person wrote it.
    fn automatic(&self) -> String {
        let why = self.post.automatic.as_ref().map(|why| serde_json::to_value(why).unwrap());
        why.map_or("no".to_owned(), |why| why.as_str().unwrap().to_owned())
    }

    fn marks(&self) -> &'static str {
        match (self.post.subject.reply, self.post.subject.forward) {
            (true, true) => "reply forward",
            (true, false) => "reply",
            (false, true) => "forward",
            (false, false) => "none",
        }
    }

    fn place(&self) -> Option<&Place> {
        match &self.reading {
            Reading::Cast(cast) => Some(&cast.place),
            Reading::Held(held) => Some(&held.place),
            Reading::Withdraw(place) | Reading::Objects(place) | Reading::Command { place, .. } => {
                Some(place)
            }
            _ => None,
        }
    }

    /// `attribution 3; quote 4-9`.
    fn removed(&self) -> String {
        let part = |removed: &mail::Removed| {
            let what = removed.region.as_str();
            match removed.lines {
                (first, last) if first == last => format!("{what} {first}"),
                (first, last) => format!("{what} {first}-{last}"),
            }
        };
        self.post.words.removed.iter().map(part).collect::<Vec<_>>().join("; ")
    }
}
