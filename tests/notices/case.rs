//! Builds decisions for the tests: invented people, fixed instants.

use chrono::{DateTime, TimeDelta, Utc};
use plusone::ballot::{Cast, Command, Held, HeldWhy, Place, Reading, Vote};
use plusone::decision::{
    Asked, Call, Decision, Happening, JudgedPost, Minus, Mode, Objection, PostWhy, Question, Refusal,
    Refused, Revision, Rule, State, Status, Tally, Voter, Why,
};
use plusone::mail::{
    self, Address, Arrival, Author, Instant, InstantSource, ListForm, MessageId, Munging, OwnWords, Post,
    Provenance, Subject, Trust,
};
use plusone::notice::{Draft, Kind, Language, Matter, Notice, Templates, Voice, notices, render};
use std::sync::LazyLock;

/// The instant, UTC, so many minutes after the proposal opened (Monday 2 November 2026, 09:00).
pub fn minute(after: i64) -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(after)
}

pub fn hour(after: i64) -> DateTime<Utc> {
    minute(after * 60)
}

pub fn id(name: &str) -> MessageId {
    MessageId::parse(&format!("{name}@example.org")).unwrap()
}

pub fn author(name: &str) -> Author {
    let local: String = name.chars().filter(char::is_ascii_alphabetic).take(12).collect();
    Author {
        name: name.to_owned(),
        address: Address::parse(&format!("{}@example.org", local.to_lowercase())),
        evidence: "from".to_owned(),
    }
}

pub fn voter(name: &str) -> Voter {
    let author = author(name);
    let member = author.address.as_ref().map(|address| address.local_part().to_owned());
    Voter { author, member, seat: None }
}

pub fn voice() -> Voice {
    Voice {
        list_name: "infra".to_owned(),
        list_address: Address::parse("infra@example.org").unwrap(),
        from_name: "infra decisions".to_owned(),
        from: Address::parse("decisions@example.org").unwrap(),
        language: Language::English,
        names_missing: false,
        zone: chrono_tz::Europe::Prague,
        archive: Some("https://lists.example.org/infra/".to_owned()),
        secret: b"a secret of the tests".to_vec(),
    }
}

/// The built-in templates, built once.
pub fn templates() -> &'static Templates {
    static BUILT: LazyLock<Templates> = LazyLock::new(|| Templates::builtin().unwrap());
    &BUILT
}

pub fn place(line: &str) -> Place {
    Place { line: line.to_owned(), line_number: 1, rule: "opening-token".to_owned() }
}

pub fn cast(vote: Vote, line: &str) -> Reading {
    Reading::Cast(Cast {
        vote,
        written: vote.to_string(),
        strength: None,
        claim: None,
        explained: line.len() > 3,
        reason: None,
        place: place(line),
    })
}

pub fn held(why: HeldWhy, line: &str) -> Reading {
    Reading::Held(Held { why, candidates: vec![Vote::Plus], place: place(line) })
}

/// A decision under construction.
pub struct Case {
    pub decision: Decision,
    pub root: Post,
}

impl Case {
    pub fn new(profile: &str, number: u32, subject: &str) -> Self {
        let rule = Rule::profile(profile).unwrap();
        let kind = if rule.is_silence() { "minor" } else { "substantial" };
        let proposer = author("Ann Admin");
        let call = Call {
            list: "infra".to_owned(),
            number,
            root: id("root"),
            subject: subject.to_owned(),
            proposer: proposer.clone(),
            kind: kind.to_owned(),
            rule,
            opened_at: minute(0),
            mode: Mode::Live,
            text_sha256: "4f5a9c21d3e0b7868a11".repeat(3) + "0123",
            raised_to: None,
            raised_from: None,
            nominee: None,
            unfollowed: Vec::new(),
            zone: chrono_tz::UTC,
        };
        let decision = Decision {
            rule: call.rule.clone(),
            revisions: Vec::new(),
            refused: Vec::new(),
            minimum_ends_at: hour(72),
            ends_at: hour(336),
            call,
            revision: 1,
            state: State::Open,
            closes_at: hour(72),
            next_due: Some(hour(72)),
            tally: Tally::default(),
            why: Why::AwaitingSilence,
            posts: Vec::new(),
            questions: Vec::new(),
            objections: Vec::new(),
            events: Vec::new(),
            human_result: None,
            electorate_size: None,
            dialect: plusone::ballot::Dialect::default(),
            not_voted: Default::default(),
            read_through: hour(73),
        };
        let root = post(id("root"), proposer, minute(0), subject);
        Case { decision, root }
    }

    pub fn silent(subject: &str) -> Self {
        Case::new("ovirt-minor", 7, subject)
    }

    pub fn voted(subject: &str) -> Self {
        Case::new("ovirt-substantial", 8, subject)
    }

    pub fn proposer(mut self, name: &str) -> Self {
        self.decision.call.proposer = author(name);
        self
    }

    pub fn closed(mut self, state: State, why: Why) -> Self {
        self.decision.state = state;
        self.decision.why = why;
        self.decision.next_due = None;
        self
    }

    pub fn why(mut self, why: Why) -> Self {
        self.decision.why = why;
        self
    }

    /// A post, so many minutes after the opening; a vote that counts or is advice is tallied.
    pub fn post(
        mut self,
        name: &str,
        minutes: i64,
        reading: Reading,
        status: Status,
        why: Option<PostWhy>,
    ) -> Self {
        if let Reading::Cast(cast) = &reading {
            let tally = &mut self.decision.tally;
            let count = match status {
                Status::Counted => Some(&mut tally.binding),
                Status::Advisory => Some(&mut tally.advisory),
                _ => None,
            };
            if let Some(count) = count {
                match cast.vote {
                    Vote::Plus => count.plus += 1,
                    Vote::Zero => count.zero += 1,
                    Vote::Minus => count.minus += 1,
                }
            }
        }
        let voter = voter(name);
        let index = self.decision.posts.len();
        self.decision.posts.push(JudgedPost {
            message_id: id(&format!("post-{index}")),
            author: voter.author,
            member: voter.member,
            seat: None,
            received: Instant { at: minute(minutes), source: InstantSource::Received },
            own_words_sha256: "00".repeat(32),
            archived_at: None,
            reading,
            status,
            binding: status == Status::Counted,
            why,
        });
        self
    }

    pub fn vote(self, name: &str, minutes: i64, vote: Vote, line: &str) -> Self {
        self.post(name, minutes, cast(vote, line), Status::Counted, None)
    }

    /// The last post is a standing objection.
    pub fn objecting(mut self) -> Self {
        let last = self.decision.posts.last().unwrap();
        let (line, vote) = match &last.reading {
            Reading::Cast(cast) => (cast.place.line.clone(), Some(cast.vote)),
            Reading::Objects(place) => (place.line.clone(), None),
            other => panic!("no objection: {other:?}"),
        };
        self.decision.objections.push(Objection {
            post: last.message_id.clone(),
            by: Voter { author: last.author.clone(), member: last.member.clone(), seat: None },
            line,
            at: last.received.at,
            vote,
            explained: vote.is_some(),
            blocks: true,
            vetoes: self.decision.rule.minus == Minus::Veto,
        });
        self
    }

    /// The author of the last post is asked.
    pub fn asked(mut self, about: Asked, line: &str) -> Self {
        let last = self.decision.posts.last().unwrap();
        self.decision.questions.push(Question {
            post: last.message_id.clone(),
            of: Voter { author: last.author.clone(), member: last.member.clone(), seat: None },
            about,
            line: line.to_owned(),
            since: last.received.at,
            answered_by: None,
            matters: true,
        });
        self
    }

    pub fn owed(&self) -> Vec<Notice> {
        notices(None, &self.decision)
    }

    /// What is owed, as one line each.
    pub fn owed_in_words(&self) -> Vec<String> {
        let say = |notice: &Notice| {
            let post = notice.post.as_ref().map_or("", |post| post.as_str());
            format!("{} {:?} {} {post}", notice.kind.as_str(), notice.to, notice.revision).trim().to_owned()
        };
        self.owed().iter().map(say).collect()
    }

    /// The author of the last post gave a command, or wrote a line, that was not followed.
    pub fn refused(mut self, line: &str, why: Refusal) -> Self {
        let last = self.decision.posts.last().unwrap();
        self.decision.refused.push(Refused {
            post: last.message_id.clone(),
            of: Voter { author: last.author.clone(), member: last.member.clone(), seat: None },
            line: line.to_owned(),
            why,
            at: last.received.at,
        });
        self
    }

    /// A command, followed.
    pub fn command(self, name: &str, minutes: i64, command: Command, line: &str) -> Self {
        let reading = Reading::Command { command, place: place(line) };
        self.post(name, minutes, reading, Status::Ignored, Some(PostWhy::Followed))
    }

    /// The last post did something to the proposal.
    pub fn happened(mut self, event: &str) -> Self {
        let last = self.decision.posts.last().unwrap();
        let (at, post) = (last.received.at, Some(last.message_id.clone()));
        self.decision.events.push(Happening { at, event: event.to_owned(), post });
        self
    }

    /// The last post holds a new text.
    pub fn amended(mut self) -> Self {
        let last = self.decision.posts.last().unwrap();
        let text = |post: &plusone::mail::MessageId, at, digit: &str| Revision {
            post: post.clone(),
            at,
            text_sha256: digit.repeat(64),
        };
        let (root, opened_at) = (self.decision.call.root.clone(), self.decision.call.opened_at);
        self.decision.revisions =
            vec![text(&root, opened_at, "4"), text(&last.message_id, last.received.at, "b")];
        self.decision.revision = 2;
        self
    }

    /// Anything else about the decision.
    pub fn with(mut self, change: impl FnOnce(&mut Decision)) -> Self {
        change(&mut self.decision);
        self
    }

    /// The mail of the last notice of that kind that is owed.
    pub fn draft(&self, kind: Kind) -> Draft {
        self.draft_in(kind, &voice())
    }

    pub fn draft_in(&self, kind: Kind, voice: &Voice) -> Draft {
        let owed = self.owed();
        let notice =
            owed.iter().rfind(|notice| notice.kind == kind).unwrap_or_else(|| panic!("not owed: {kind:?}"));
        self.drafted(notice, voice)
    }

    pub fn drafted(&self, notice: &Notice, voice: &Voice) -> Draft {
        let record = format!(r#"{{"schema":1,"list":"infra","sha256":"{}"}}"#, "0123456789abcdef".repeat(4));
        render(notice, &self.matter(Some(&record)), voice, templates(), hour(73)).unwrap()
    }

    pub fn matter<'a>(&'a self, record: Option<&'a str>) -> Matter<'a> {
        Matter { decision: &self.decision, again: None, root: &self.root, post: None, record }
    }

    pub fn mail(&self, kind: Kind) -> String {
        whole(&self.draft(kind))
    }
}

/// The text of the mail, decoded.
pub fn text(draft: &Draft) -> String {
    let parsed = mail_parser::MessageParser::default().parse(&draft.raw).unwrap();
    parsed.body_text(0).unwrap().replace("\r\n", "\n")
}

/// The own words of a copy that the list hands on as it is.
pub fn words_read(draft: &Draft) -> String {
    let form = ListForm { munging: Munging::Mailman, ..ListForm::default() };
    mail::post(&draft.raw, &Arrival::default(), &form, &Trust::default()).words.text()
}

/// The whole mail; where its text is encoded, the text as it is read.
pub fn whole(draft: &Draft) -> String {
    let raw = String::from_utf8(draft.raw.clone()).unwrap().replace("\r\n", "\n");
    if !raw.contains("quoted-printable") {
        return raw;
    }
    let parsed = mail_parser::MessageParser::default().parse(&draft.raw).unwrap();
    let (head, _) = raw.split_once("\n\n").unwrap();
    let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
    let attached = if parsed.attachment_count() > 0 { "\n[the record is attached]\n" } else { "" };
    format!("{head}\n\n{text}{attached}")
}

/// The same voice in another language.
pub fn voice_in(language: Language) -> Voice {
    Voice { language, ..voice() }
}

pub fn post(message_id: MessageId, author: Author, at: DateTime<Utc>, subject: &str) -> Post {
    Post {
        message_id,
        other_ids: Vec::new(),
        parents: Vec::new(),
        subject: Subject { text: subject.to_owned(), ..Subject::default() },
        author,
        received: Instant { at, source: InstantSource::Received },
        provenance: Provenance::default(),
        automatic: None,
        words: OwnWords::default(),
        reaction: None,
        raw_sha256: Some([0; 32]),
        problems: Vec::new(),
    }
}
