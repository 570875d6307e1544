//! Who wrote a post (RFC 5598 §2.1.1), also behind a list's DMARC rewrite.

use super::field::{self, Section};
use super::{Address, Mailbox, via};
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
    /// Sympa: `X-Original-From`; its Reply-To is the author's own where there was one.
    Sympa,
    /// Groups.io: the author's address, `=` for its `@`, is the local part of an address of the list's domain.
    GroupsIo,
    /// The IETF's Mailman: the same with `=40`, under `dmarc.` before the list's domain.
    Ietf,
    /// Microsoft 365 groups, whose members send on behalf of the group: `Sender`.
    Microsoft,
    /// `Author:` (RFC 9057).
    AuthorHeader,
    /// `X-Original-Sender`.
    OriginalSender,
}

/// How many From fields are looked at.
const MOST_FROM: usize = 20;

/// Services that put the author's address into the local part of one of their own, with what stands for its `@`: known in archives.
const CARRIERS: [(&str, &str, &str); 2] =
    [("groups.io", "=", "from (groups.io)"), ("dmarc.ietf.org", "=40", "from (ietf)")];

/// How archives on the web write the `@` of an address, so that nobody reaps it.
const OBSCURED: [&str; 4] = [" at ", "(a)", "(at)", " AT "];

/// Who wrote a message, by its From, or where that is the list's own by the header that the list is known to write.
pub(super) struct Ladder<'a> {
    section: &'a Section<'a>,
    form: &'a ListForm,
    /// The list's own addresses.
    lists: Vec<Address>,
    /// The mailbox in From, and how it is known.
    from: Option<(Mailbox, &'static str)>,
    rewritten: bool,
}

impl<'a> Ladder<'a> {
    /// `recipients` are To and Cc, `list_ids` the values of List-Id.
    pub fn of(
        section: &'a Section<'a>,
        form: &'a ListForm,
        recipients: &[Mailbox],
        list_ids: &[String],
    ) -> Self {
        let mut lists = form.addresses.clone();
        if form.munging == Munging::Infer {
            lists.extend(inferred_addresses(section, list_ids));
        }
        let mut ladder = Ladder { section, form, lists, from: None, rewritten: false };
        ladder.from = ladder.read_from();
        let from = ladder.from.as_ref().map(|(from, _)| from);
        ladder.rewritten = from.is_some_and(|from| ladder.is_the_lists(from, recipients));
        ladder
    }

    /// Whether From is the list's own address: a DMARC rewrite.
    pub fn is_rewritten(&self) -> bool {
        self.rewritten
    }

    /// The mailbox in From (RFC 5322 §3.6.2). Where several addresses stand there, in one field or in several, or the field can be read in
    /// two ways, nothing tells which of them is the author's, and servers check now the one, now the other: then it holds none.
    fn read_from(&self) -> Option<(Mailbox, &'static str)> {
        let value = self.section.first("From")?;
        if self.form.munging == Munging::Infer
            && let Some(found) = obscured(value)
        {
            return Some(found);
        }
        let mut fields = self.section.all("From").take(MOST_FROM).map(field::mailbox_list);
        let mut list = fields.next()?;
        for other in fields {
            list.sound &= other.sound;
            list.routed |= other.routed;
            list.mailboxes.extend(other.mailboxes);
        }
        // Old archives have routes; what comes today with one was made to pass for another's.
        list.sound &= !list.routed || self.form.munging == Munging::Infer;
        let mut addresses = list.mailboxes.iter().filter_map(|mailbox| mailbox.address.as_ref());
        let one = addresses.next().filter(|one| list.sound && addresses.all(|other| other.same_as(one)));
        if let Some(one) = one.cloned() {
            return Some((Mailbox { name: whole_name(&list.mailboxes, &one), address: Some(one) }, "from"));
        }
        let name = list.mailboxes.iter().find(|mailbox| mailbox.address.is_some()).or(list.mailboxes.first());
        let name = name.map(|mailbox| mailbox.name.clone()).unwrap_or_default();
        Some((Mailbox { name, address: None }, "from, which names nobody or several"))
    }

    fn is_the_lists(&self, from: &Mailbox, recipients: &[Mailbox]) -> bool {
        let Some(address) = &from.address else { return false };
        let among = |recipients: &[Mailbox]| {
            recipients.iter().filter_map(|to| to.address.as_ref()).any(|to| to.same_as(address))
        };
        address.is_among(&self.lists)
            || (self.form.munging == Munging::Infer && via::is_in(&from.name) && among(recipients))
    }

    /// The author, with the evidence.
    pub fn author(&self) -> Author {
        let Some((from, evidence)) = &self.from else {
            return Author { name: String::new(), address: None, evidence: "no From".to_owned() };
        };
        if !self.rewritten {
            return match from.address.as_ref().and_then(|address| self.carried(address)) {
                Some((real, evidence)) => {
                    let name = via::author_in(&from.name).into_owned();
                    named(Mailbox { name, address: Some(real) }, evidence)
                }
                None => named(from.clone(), evidence),
            };
        }
        let nobody = "from is the list's, and no header names the author";
        let (mailbox, evidence) = self.told(from).unwrap_or((Mailbox::default(), nobody));
        let mut author = named(mailbox, evidence);
        // The name that the list kept is the author's whole one; Reply-To often has the bare address.
        let kept = via::author_in(&from.name);
        if author.address.is_none() || (kept.len() < from.name.len() && !kept.is_empty()) {
            author.name = kept.into_owned();
        }
        author
    }

    /// The author's address, where the list put it into the one in From.
    fn carried(&self, from: &Address) -> Option<(Address, &'static str)> {
        let of_the_lists = |host: &str| {
            self.lists.iter().any(|list| {
                list.domain().strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        match self.form.munging {
            Munging::Ezmlm => Some((from.without_invalid()?, "from (ezmlm)")),
            Munging::GroupsIo if of_the_lists(from.domain()) => {
                Some((inside(from, "=")?, "from (groups.io)"))
            }
            Munging::Ietf if from.domain().strip_prefix("dmarc.").is_some_and(of_the_lists) => {
                Some((inside(from, "=40")?, "from (ietf)"))
            }
            Munging::Infer => match from.without_invalid() {
                Some(real) => Some((real, "from (ezmlm)")),
                None => {
                    let (_, mark, evidence) = CARRIERS.iter().find(|(host, ..)| from.domain() == *host)?;
                    Some((inside(from, mark)?, evidence))
                }
            },
            _ => None,
        }
    }

    /// Whom the header names that the list is known to write.
    fn told(&self, from: &Mailbox) -> Option<(Mailbox, &'static str)> {
        let original_from = |evidence| self.by("X-Original-From", evidence);
        match self.form.munging {
            Munging::None | Munging::Ezmlm | Munging::GroupsIo | Munging::Ietf => None,
            Munging::Mailman | Munging::Mailman2 => self.by_mailman(from),
            Munging::Google => original_from("x-original-from (google)"),
            Munging::Sympa => original_from("x-original-from (sympa)"),
            Munging::Microsoft => self.by("Sender", "sender (microsoft)"),
            Munging::AuthorHeader => self.by("Author", "author"),
            Munging::OriginalSender => self.by("X-Original-Sender", "x-original-sender"),
            Munging::Infer => {
                let google = self.section.has("X-Google-Group-Id") || self.section.has("X-Original-Sender");
                original_from(if google { "x-original-from (google)" } else { "x-original-from (sympa)" })
                    .or_else(|| self.by_mailman(from))
                    .or_else(|| self.by("Author", "author"))
                    .or_else(|| self.by("X-Original-Sender", "x-original-sender"))
                    .or_else(|| {
                        let exchange = self.section.has_beginning(b"X-MS-Exchange-");
                        if exchange { self.by("Sender", "sender (microsoft)") } else { None }
                    })
            }
        }
    }

    /// Mailman adds the author behind whatever Reply-To the author set, or to Cc where replies go to the list; but not where the author's
    /// address is there already. So somebody who writes `Reply-To: me, ann` would pass for Ann: live, more than one address that may be
    /// meant names nobody. In an archive the last one is taken.
    fn by_mailman(&self, from: &Mailbox) -> Option<(Mailbox, &'static str)> {
        let archive = self.form.munging == Munging::Infer;
        let own = |mailbox: &Mailbox| {
            let same = |address: &Address| from.address.as_ref().is_some_and(|from| from.same_as(address));
            mailbox.address.as_ref().is_none_or(|address| address.is_among(&self.lists) || same(address))
        };
        let strangers = |name: &str| -> (Vec<Mailbox>, bool) {
            let mut sound = true;
            let mut mailboxes = Vec::new();
            for list in self.section.all(name).map(field::mailbox_list) {
                sound &= list.sound;
                mailboxes.extend(list.mailboxes.into_iter().filter(|mailbox| !own(mailbox)));
            }
            (mailboxes, sound)
        };
        let (reply_to, sound) = strangers("Reply-To");
        let (candidates, sound, evidence) = if reply_to.is_empty() && sound {
            let (cc, sound) = strangers("Cc");
            (cc, sound, "cc (mailman)")
        } else {
            (reply_to, sound, "reply-to (mailman)")
        };
        let last = candidates.last()?.clone();
        let address = last.address.as_ref()?;
        let one = sound
            && candidates
                .iter()
                .all(|other| other.address.as_ref().is_some_and(|other| other.same_as(address)));
        (one || archive).then_some((last, evidence))
    }

    /// The one mailbox of a header that this list is known to write. Two such headers, or two mailboxes in it, are one too many: nothing
    /// tells which is the list's.
    fn by(&self, name: &str, evidence: &'static str) -> Option<(Mailbox, &'static str)> {
        let mut values = self.section.all(name);
        let value = values.next().filter(|_| values.next().is_none())?;
        let list = field::mailbox_list(value);
        let mut mailboxes = list.mailboxes.iter().filter_map(|mailbox| mailbox.address.as_ref());
        let address = mailboxes.next().filter(|_| list.sound)?;
        let only = mailboxes.all(|other| other.same_as(address)) && !address.is_among(&self.lists);
        only.then(|| {
            (Mailbox { name: whole_name(&list.mailboxes, address), address: Some(address.clone()) }, evidence)
        })
    }
}

/// The name of the mailbox with this address. What stands before it without an address of its own is the beginning of a name whose comma
/// is not quoted: `Lee, Ann <ann@example.org>`.
fn whole_name(mailboxes: &[Mailbox], address: &Address) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for mailbox in mailboxes.iter().take(5) {
        if !mailbox.name.is_empty() {
            parts.push(&mailbox.name);
        }
        if mailbox.address.as_ref().is_some_and(|found| found.same_as(address)) {
            break;
        }
    }
    parts.join(", ")
}

fn named(mailbox: Mailbox, evidence: &str) -> Author {
    let bare = mailbox.name.trim().trim_matches(['"', '\'']).trim();
    let name = match (bare, &mailbox.address) {
        ("", Some(address)) => address.local_part().to_owned(),
        (bare, _) => bare.to_owned(),
    };
    Author { name, address: mailbox.address, evidence: evidence.to_owned() }
}

/// The address that stands in the local part of another, `mark` for its `@`.
fn inside(carrier: &Address, mark: &str) -> Option<Address> {
    let (local, domain) = carrier.local_part().rsplit_once(mark)?;
    domain.contains('.').then(|| Address::parse(&format!("{local}@{domain}")))?
}

/// An address whose `@` an archive has put into words: Pipermail's `user at domain (Name)`, HyperKitty's `Name <user(a)domain>`.
fn obscured(value: &[u8]) -> Option<(Mailbox, &'static str)> {
    let text = field::raw_text(value);
    let address = |written: &str| {
        if written.contains('@') {
            return None;
        }
        let (local, domain) = OBSCURED.iter().find_map(|mark| written.trim().split_once(mark))?;
        let address = || Address::parse(&format!("{}@{}", local.trim(), domain.trim()));
        domain.contains('.').then(address)?
    };
    let name = |written: &str| field::text(written.trim().trim_matches('"').as_bytes());
    if let Some((before, rest)) = text.split_once('<') {
        let address = address(rest.split_once('>')?.0).filter(|_| !before.contains('@'))?;
        return Some((Mailbox { name: name(before), address: Some(address) }, "from (hyperkitty)"));
    }
    let (written, rest) = text.split_once(" (").unwrap_or((&text, ""));
    let named = rest.trim_end().strip_suffix(')').or(rest.is_empty().then_some(rest))?;
    let address = address(written)?;
    Some((Mailbox { name: name(named), address: Some(address) }, "from (pipermail)"))
}

/// The list's addresses as its own headers tell them (RFC 2369 List-Post, RFC 2919 List-Id): for archives alone.
fn inferred_addresses(section: &Section<'_>, list_ids: &[String]) -> Vec<Address> {
    let mut found = Vec::new();
    for value in section.all("List-Post").take(5) {
        let text = field::raw_text(value);
        let address = text
            .split_once("mailto:")
            .map(|(_, rest)| rest.split(['>', '?', ' ']).next().unwrap_or_default());
        found.extend(address.and_then(Address::parse));
    }
    for id in list_ids {
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
        let recipients: Vec<Mailbox> =
            ["To", "Cc"].iter().flat_map(|name| section.all(name)).flat_map(field::mailboxes).collect();
        let author = Ladder::of(&section, &form, &recipients, &field::list_ids(&section)).author();
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
        check("From: ann at example.org (Ann Lee)", Mailman, "ann at example.org", Option::None, unsure);
        check("From: ann@example.org, Eve <eve@example.net>", Mailman, "", Option::None, unsure);
        check("From: Eve <eve@example.net>\nFrom: ann@example.org", Mailman, "Eve", Option::None, unsure);
        check("From: team: ann@example.org, eve@example.net;", None, "", Option::None, unsure);
        check("From: Ann <ann@example.org>\nFrom: ann@Example.org", None, "Ann", ann, "from");
        check("From: Lee, Ann <ann@example.org>", None, "Lee, Ann", ann, "from");
        check("Subject: x", Mailman, "", Option::None, "no From");
        check("From: \"Lee, Ann\" <ann@example.org>", None, "Lee, Ann", ann, "from");
    }
}
