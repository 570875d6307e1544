//! Who wrote a post (RFC 5598 §2.1.1), also behind a list's DMARC rewrite.

use super::field::{self, Section};
use super::{Address, Mailbox};
use serde::{Deserialize, Serialize};

/// The author of a post, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Author {
    /// The display-name, decoded; the addr-spec's local part where there is none. "via List" is taken off.
    pub name: String,
    /// The author's address; `None` where the mail does not tell it with certainty. A post without one is by an unknown author
    /// and its vote is held.
    pub address: Option<Address>,
    /// Which header names the author, and the form of the list it was read by: `from`, `reply-to (mailman)`, `from (pipermail)`, …
    pub evidence: String,
}

/// What is known of how a list hands mail on: its own addresses and which header it writes when it rewrites From.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListForm {
    /// The list's posting address and its other names; empty where it is to be inferred from the mail (archives).
    pub addresses: Vec<Address>,
    /// The list's name as in its subject prefix, e.g. `infra`; empty where unknown.
    pub prefixes: Vec<String>,
    /// The header that names the author when From is the list's.
    pub munging: Munging,
}

/// Which header names the author when From is the list's own address (`[list.trust] munging`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Munging {
    /// Inferred from the mail: only for archives and for `read` without a configuration.
    #[default]
    Infer,
    /// The list rewrites nothing: a From that is the list's names nobody.
    None,
    /// Mailman 3: the last address of Reply-To or Cc that is not the list's.
    Mailman,
    /// Mailman 2.1: the same headers.
    Mailman2,
    /// ezmlm: `.INVALID` behind the author's domain.
    Ezmlm,
    /// Google Groups: `X-Original-From`.
    Google,
    /// `Author:` (RFC 9057).
    AuthorHeader,
    /// `X-Original-Sender`.
    OriginalSender,
}

/// How many From fields are looked at.
const MOST_FROM: usize = 20;

/// How a list's rewrite says whose mail it is: "Ann via Infra", also translated.
const VIA: [&str; 9] =
    [" via ", " über ", " par ", " vía ", " tramite ", " przez ", " через ", " 経由 ", " 通过 "];

/// Who wrote a message, by its From, or where that is the list's own by the header that the list is known to write.
pub(super) struct Ladder<'a> {
    pub section: &'a Section<'a>,
    pub form: &'a ListForm,
    /// The list's own addresses.
    pub lists: Vec<Address>,
}

impl<'a> Ladder<'a> {
    pub fn of(section: &'a Section<'a>, form: &'a ListForm) -> Self {
        let mut lists = form.addresses.clone();
        if form.munging == Munging::Infer {
            lists.extend(inferred_addresses(section));
        }
        Ladder { section, form, lists }
    }

    /// The mailbox in From (RFC 5322 §3.6.2). Where several addresses stand there, in one field or in several, nothing tells which of
    /// them is the author's, and servers check now the one, now the other: then it holds none.
    fn from(&self) -> Option<Mailbox> {
        let value = self.section.first("From")?;
        if let Some(mailbox) = pipermail(value).filter(|_| self.form.munging == Munging::Infer) {
            return Some(mailbox);
        }
        let mut named = self.section.all("From").take(MOST_FROM).flat_map(field::mailboxes);
        let mut first = named
            .find(|mailbox| mailbox.address.is_some())
            .or_else(|| field::mailboxes(value).into_iter().next())?;
        let address = first.address.as_ref();
        if named
            .filter_map(|other| other.address)
            .any(|other| !address.is_some_and(|one| one.same_as(&other)))
        {
            first.address = None;
        }
        Some(first)
    }

    /// Whether From is the list's own address: a DMARC rewrite.
    pub fn is_rewritten(&self) -> bool {
        self.from().is_some_and(|from| self.is_the_lists(&from))
    }

    fn is_the_lists(&self, mailbox: &Mailbox) -> bool {
        let Some(address) = &mailbox.address else { return false };
        let named_via = VIA.iter().any(|via| mailbox.name.contains(via));
        address.is_among(&self.lists)
            || (self.form.munging == Munging::Infer
                && named_via
                && self.recipients().iter().any(|to| to.same_as(address)))
    }

    fn recipients(&self) -> Vec<Address> {
        ["To", "Cc"]
            .iter()
            .flat_map(|name| self.section.all(name))
            .flat_map(field::mailboxes)
            .filter_map(|to| to.address)
            .collect()
    }

    /// The author, with the evidence.
    pub fn author(&self) -> Author {
        let Some(from) = self.from() else {
            return Author { name: String::new(), address: None, evidence: "no From".to_owned() };
        };
        if !self.is_the_lists(&from) {
            let value = self.section.first("From").unwrap_or_default();
            let marked = from.address.as_ref().and_then(Address::without_invalid);
            return match marked {
                Some(real) if matches!(self.form.munging, Munging::Ezmlm | Munging::Infer) => {
                    named(Mailbox { address: Some(real), ..from }, "from (ezmlm)")
                }
                _ if !value.contains(&b'@') && from.address.is_some() => named(from, "from (pipermail)"),
                _ if from.address.is_none() => named(from, "from, which names nobody or several"),
                _ => named(from, "from"),
            };
        }
        let told = match self.form.munging {
            Munging::None | Munging::Ezmlm => None,
            Munging::Mailman | Munging::Mailman2 => self.by_mailman(&from),
            Munging::Google => self.by("X-Original-From", "x-original-from (google)"),
            Munging::AuthorHeader => self.by("Author", "author"),
            Munging::OriginalSender => self.by("X-Original-Sender", "x-original-sender"),
            Munging::Infer => self
                .by_mailman(&from)
                .or_else(|| self.by("X-Original-From", "x-original-from (google)"))
                .or_else(|| self.by("Author", "author"))
                .or_else(|| self.by("X-Original-Sender", "x-original-sender")),
        };
        let (mailbox, evidence) =
            told.unwrap_or((Mailbox::default(), "from is the list's, and no header names the author"));
        let mut author = named(mailbox, evidence);
        // The name that the list kept is the author's whole one; Reply-To often has the bare address.
        let kept = without_via(&from.name);
        if author.address.is_none() || (kept.len() < from.name.len() && !kept.is_empty()) {
            author.name = kept.to_owned();
        }
        author
    }

    /// Mailman adds the author behind whatever Reply-To the author set, or to Cc where replies go to the list; but not where the author's
    /// address is there already. So somebody who writes `Reply-To: me, ann` would pass for Ann: live, more than one address that may be
    /// meant names nobody. In an archive the last one is taken.
    fn by_mailman(&self, from: &Mailbox) -> Option<(Mailbox, &'static str)> {
        let read =
            |name: &str| -> Vec<Mailbox> { self.section.all(name).flat_map(field::mailboxes).collect() };
        let strangers = |mailboxes: Vec<Mailbox>| -> Vec<Mailbox> {
            let own = |mailbox: &Mailbox| {
                let same =
                    |address: &Address| from.address.as_ref().is_some_and(|from| from.same_as(address));
                mailbox.address.as_ref().is_none_or(|address| address.is_among(&self.lists) || same(address))
            };
            mailboxes.into_iter().filter(|mailbox| !own(mailbox)).collect()
        };
        let reply_to = strangers(read("Reply-To"));
        let (candidates, evidence) = if reply_to.is_empty() {
            (strangers(read("Cc")), "cc (mailman)")
        } else {
            (reply_to, "reply-to (mailman)")
        };
        let last = candidates.last()?.clone();
        let address = last.address.as_ref()?;
        let one =
            candidates.iter().all(|other| other.address.as_ref().is_some_and(|other| other.same_as(address)));
        (one || self.form.munging == Munging::Infer).then_some((last, evidence))
    }

    /// The one mailbox of a header that this list is known to write. Two such headers are one too many: nothing tells which is the list's.
    fn by(&self, name: &str, evidence: &'static str) -> Option<(Mailbox, &'static str)> {
        let mut values = self.section.all(name);
        let value = values.next().filter(|_| values.next().is_none())?;
        let mailbox = field::mailboxes(value).into_iter().next()?;
        let own = mailbox.address.as_ref().is_some_and(|address| address.is_among(&self.lists));
        (mailbox.address.is_some() && !own).then_some((mailbox, evidence))
    }
}

fn named(mailbox: Mailbox, evidence: &str) -> Author {
    let bare = mailbox.name.trim().trim_matches(['"', '\'']).trim();
    let name = match (bare, &mailbox.address) {
        ("", Some(address)) => address.local_part().to_owned(),
        (bare, _) => bare.to_owned(),
    };
    Author { name, address: mailbox.address, evidence: evidence.to_owned() }
}

fn without_via(name: &str) -> &str {
    let cut = VIA.iter().filter_map(|via| name.rfind(via)).max();
    cut.map_or(name, |at| &name[..at]).trim().trim_matches(['"', '\'']).trim()
}

/// Pipermail's exports write `user at domain (Name)`.
fn pipermail(value: &[u8]) -> Option<Mailbox> {
    let text = field::text(value);
    if text.contains('@') {
        return None;
    }
    let (written, rest) =
        text.split_once(" (").map_or((text.as_str(), ""), |(written, rest)| (written, rest));
    let (local, domain) = written.trim().split_once(" at ")?;
    let address = Address::parse(&format!("{}@{}", local.trim(), domain.trim()))?;
    let name = rest.trim_end().strip_suffix(')').unwrap_or(rest);
    Some(Mailbox { name: name.trim().to_owned(), address: Some(address) })
}

/// The list's addresses as its own headers tell them (RFC 2369 List-Post, RFC 2919 List-Id): for archives alone.
fn inferred_addresses(section: &Section<'_>) -> Vec<Address> {
    let mut found = Vec::new();
    for value in section.all("List-Post").take(5) {
        let text = field::raw_text(value).into_owned();
        let address = text
            .split_once("mailto:")
            .map(|(_, rest)| rest.split(['>', '?', ' ']).next().unwrap_or_default());
        found.extend(address.and_then(Address::parse));
    }
    for id in field::list_ids(section) {
        found.extend(
            id.split_once('.').and_then(|(local, domain)| Address::parse(&format!("{local}@{domain}"))),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(head: &str, munging: Munging) -> (String, Option<String>, String) {
        let raw = format!("{head}\n\n");
        let section = Section::read(raw.as_bytes());
        let addresses = if munging == Munging::Infer {
            vec![]
        } else {
            vec![Address::parse("infra@lists.example.org").unwrap()]
        };
        let form = ListForm { addresses, prefixes: vec![], munging };
        let author = Ladder::of(&section, &form).author();
        (author.name, author.address.map(|address| address.to_string()), author.evidence)
    }

    #[test]
    fn the_ladder() {
        let check = |head: &str, munging: Munging, name: &str, address: Option<&str>, evidence: &str| {
            assert_eq!(
                author(head, munging),
                (name.to_owned(), address.map(str::to_owned), evidence.to_owned()),
                "{head}"
            );
        };
        let nobody = "from is the list's, and no header names the author";
        use Munging::*;
        const VIA: &str = "From: Ann Lee via Infra <infra@lists.example.org>\nTo: infra@lists.example.org\n";
        let ann = Some("ann@example.org");
        check("From: Ann Lee <Ann@Example.org>", Mailman, "Ann Lee", Some("Ann@example.org"), "from");
        check("From: ann@example.org", Infer, "ann", ann, "from");
        check("From: =?utf-8?q?Ren=C3=A9?= <ann@example.org>", None, "René", ann, "from");
        check("From: ann at example.org (Ann Lee)", Infer, "Ann Lee", ann, "from (pipermail)");
        check("From: Ann <ann@example.org.INVALID>", Ezmlm, "Ann", ann, "from (ezmlm)");
        check(
            &format!("{VIA}Reply-To: Ann Lee <ann@example.org>"),
            Mailman,
            "Ann Lee",
            ann,
            "reply-to (mailman)",
        );
        check(&format!("{VIA}Reply-To: ann@example.org"), Infer, "Ann Lee", ann, "reply-to (mailman)");
        // Mailman does not add an address that is there already: whoever names two may be either.
        let two = format!("{VIA}Reply-To: eve@example.net, ann@example.org, infra@lists.example.org");
        check(&two, Mailman, "Ann Lee", Option::None, nobody);
        check(&two, Infer, "Ann Lee", ann, "reply-to (mailman)");
        let copied = format!("{VIA}Reply-To: infra@lists.example.org\nCc: ann@example.org");
        check(&copied, Mailman, "Ann Lee", ann, "cc (mailman)");
        check(&copied.replace("Cc: ", "Cc: bob@example.org, "), Mailman, "Ann Lee", Option::None, nobody);
        check(
            &format!("{VIA}X-Original-From: Ann Lee <ann@example.org>"),
            Google,
            "Ann Lee",
            ann,
            "x-original-from (google)",
        );
        check(&format!("{VIA}Author: Ann Lee <ann@example.org>"), AuthorHeader, "Ann Lee", ann, "author");
        check(
            &format!("{VIA}X-Original-Sender: ann@example.org"),
            OriginalSender,
            "Ann Lee",
            ann,
            "x-original-sender",
        );
        check(VIA, Mailman, "Ann Lee", Option::None, nobody);
        check(VIA, None, "Ann Lee", Option::None, nobody);
        // A header that this list neither writes nor strips proves nothing.
        check(&format!("{VIA}Author: Eve <eve@example.net>"), Mailman, "Ann Lee", Option::None, nobody);
        check(
            &format!("{VIA}X-Original-From: a@example.org\nX-Original-From: b@example.org"),
            Google,
            "Ann Lee",
            Option::None,
            nobody,
        );
        // And a From of one's own is one's own, whatever else is claimed.
        check(
            "From: Eve <eve@example.net>\nReply-To: ann@example.org\nAuthor: ann@example.org",
            Mailman,
            "Eve",
            Some("eve@example.net"),
            "from",
        );
        // What no list of this kind writes is no mark of the list's.
        check("From: Ann <ann@example.org.INVALID>", Mailman, "Ann", Some("ann@example.org.invalid"), "from");
        let unsure = "from, which names nobody or several";
        check(
            "From: ann at example.org (Ann Lee)",
            Mailman,
            "ann at example.org (Ann Lee)",
            Option::None,
            unsure,
        );
        check("From: ann@example.org, Eve <eve@example.net>", Mailman, "", Option::None, unsure);
        check("From: Eve <eve@example.net>\nFrom: ann@example.org", Mailman, "Eve", Option::None, unsure);
        check("From: team: ann@example.org, eve@example.net;", None, "", Option::None, unsure);
        check("From: Ann <ann@example.org>\nFrom: ann@Example.org", None, "Ann", ann, "from");
        check("From: Lee, Ann <ann@example.org>", None, "Ann", ann, "from");
        check("Subject: x", Mailman, "", Option::None, "no From");
        check("From: \"Lee, Ann\" <ann@example.org>", None, "Lee, Ann", ann, "from");
    }
}
