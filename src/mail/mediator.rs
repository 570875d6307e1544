//! What the copy of one's own mail shows of the list that passed it on: the mediator of RFC 5598 §5.3.

use super::field::{self, Section};
use super::route::{self, Client};
use super::{Address, Arrival, ListForm, Munging, Post, Trust, post};

/// A list, as one copy of a mail whose author is known shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mediator {
    /// The list software, where its own headers name it.
    pub software: Option<&'static str>,
    /// Who handed the copy over to our mail server; `None` where no `Received` line tells.
    pub hand_over: Option<HandOver>,
    /// The form under which the copy is read as its author's.
    pub munging: Munging,
    /// The header that names the author in that form, as [`super::Author::evidence`] has it; `None` where no form names the author.
    pub evidence: Option<String>,
    /// Whether From is the list's own address.
    pub rewritten: bool,
    /// Its List-Id values (RFC 2919), in lower case.
    pub list_ids: Vec<String>,
    /// What the list put in brackets before the subject, where it did.
    pub prefix: Option<String>,
}

/// How the copy was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The client's name, or its address where it has no name that holds.
    pub client: String,
    /// What to put into `list_hosts` for it.
    pub host: String,
    /// The reverse-path that the list sent the copy with, what differs from recipient to recipient made `*`.
    pub bounce: Option<String>,
    /// Whether the host alone proves nothing, because other mail comes from it as well: it is on our own side, or belongs to a provider of
    /// mailboxes.
    pub shared: bool,
}

/// The domains of providers that send lists' and people's mail from the same hosts, ever others of them.
const SHARED: [&str; 4] =
    [".google.com", ".outbound.protection.outlook.com", ".mail.protection.outlook.com", ".yahoodns.net"];

/// The forms that are tried where the software's own does not name the author, the stricter ones first.
const FORMS: [Munging; 9] = [
    Munging::Mailman,
    Munging::Google,
    Munging::GroupsIo,
    Munging::Ietf,
    Munging::Ezmlm,
    Munging::Sympa,
    Munging::Microsoft,
    Munging::AuthorHeader,
    Munging::OriginalSender,
];

/// Reads a copy of a mail that `author` sent to `list` with that subject. It proves nothing about other mail: what it gives is to be put
/// before a person, who knows the list.
pub fn mediator(raw: &[u8], list: &Address, author: &Address, subject: &str) -> Mediator {
    let section = Section::read(raw);
    let known = software(&section);
    let read = |munging| {
        let form = ListForm { addresses: vec![list.clone()], prefixes: Vec::new(), munging };
        post(raw, &Arrival::default(), &form, &Trust::default())
    };
    let names = |post: &Post| post.author.address.as_ref().is_some_and(|found| found.same_as(author));
    let first = known.map_or(Munging::None, |(_, munging)| munging);
    let plain = read(Munging::None);
    let rewritten = !names(&plain);
    let forms = std::iter::once(first).chain(FORMS.into_iter().filter(|_| rewritten));
    let found = forms.map(|munging| (munging, read(munging))).find(|(_, post)| names(post));
    let (munging, evidence) = match &found {
        Some((munging, post)) => (*munging, Some(post.author.evidence.clone())),
        None => (first, None),
    };
    let seen = found.as_ref().map_or(&plain, |(_, post)| post);
    Mediator {
        software: known.map(|(name, _)| name),
        hand_over: hand_over(&section, list),
        munging,
        evidence,
        rewritten,
        list_ids: field::list_ids(&section),
        prefix: prefix(&seen.subject.text, subject),
    }
}

/// The list software that these headers are of, with its form.
fn software(section: &Section<'_>) -> Option<(&'static str, Munging)> {
    let holds = |name: &str, word: &str| {
        section.all(name).any(|value| field::raw_text(value).to_ascii_lowercase().contains(word))
    };
    let begins = |name: &str, word: &str| {
        section.all(name).any(|value| field::raw_text(value).trim_start().starts_with(word))
    };
    if begins("X-Mailman-Version", "2.") {
        return Some(("Mailman 2", Munging::Mailman2));
    }
    if section.has("X-Mailman-Version") {
        return Some(("Mailman 3", Munging::Mailman));
    }
    if holds("Mailing-List", "run by ezmlm") {
        return Some(("ezmlm", Munging::Ezmlm));
    }
    if section.has("X-Google-Group-Id") {
        return Some(("Google Groups", Munging::Google));
    }
    if holds("List-Id", ".groups.io") {
        return Some(("Groups.io", Munging::GroupsIo));
    }
    let sympa = holds("List-Help", "mailto:sympa@") || holds("List-Unsubscribe", "mailto:sympa@");
    sympa.then_some(("Sympa", Munging::Sympa))
}

fn hand_over(section: &Section<'_>, list: &Address) -> Option<HandOver> {
    let Client { name, ip, inside } = route::client_of(section, list)?;
    let client = name.clone().or(ip.map(|ip| ip.to_string()))?;
    let provider = SHARED.iter().find(|domain| client.ends_with(**domain));
    let host = match (provider, ip) {
        (Some(domain), _) => format!("*{domain}"),
        (None, Some(ip)) if ip.is_loopback() => ip.to_string(),
        _ => client.clone(),
    };
    Some(HandOver {
        client,
        host,
        bounce: route::reverse_path(section).and_then(|path| bounce(&path)),
        shared: inside || provider.is_some(),
    })
}

/// The list's reverse-path as a pattern. What follows a `+` or `-return-` names the recipient (VERP), and some lists do that now and then
/// alone.
fn bounce(path: &str) -> Option<String> {
    let (local, domain) = path.rsplit_once('@')?;
    let kept = match (local.find('+'), local.find("-return-")) {
        (_, Some(at)) => &local[..at + "-return-".len()],
        (Some(at), None) if local[..at].ends_with("-bounces") || local[..at].ends_with("-owner") => {
            &local[..at]
        }
        (Some(at), None) => &local[..=at],
        (None, None) => return Some(path.to_owned()),
    };
    Some(format!("{kept}*@{domain}"))
}

/// What the list put before the subject, without its brackets.
fn prefix(seen: &str, sent: &str) -> Option<String> {
    let before = seen[..seen.find(sent)?].trim();
    let inner = before.strip_prefix('[')?.split(']').next()?.trim();
    (!inner.is_empty()).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(head: &str) -> Mediator {
        let [list, author] =
            ["infra@lists.example.org", "bot@example.org"].map(|address| Address::parse(address).unwrap());
        let from = if head.contains("From:") { "" } else { "From: bot@example.org\n" };
        mediator(format!("{head}{from}\n").as_bytes(), &list, &author, "a test")
    }

    #[test]
    fn what_differs_by_recipient_is_left_out_of_the_reverse_path() {
        let check = |path: &str, expect: &str| assert_eq!(bounce(path).as_deref(), Some(expect), "{path}");
        check("infra-bounces@lists.example.org", "infra-bounces@lists.example.org");
        check("infra-bounces+bot=example.org@lists.example.org", "infra-bounces*@lists.example.org");
        check("infra-owner+bot==example.org@lists.example.org", "infra-owner*@lists.example.org");
        check("infra-return-17-bot=example.org@lists.example.org", "infra-return-*@lists.example.org");
        check("infra+bncbd1@groups.example.org", "infra+*@groups.example.org");
        assert_eq!(bounce(""), None);
    }

    #[test]
    fn the_list_is_the_first_client_from_outside_or_the_last_on_our_own_side() {
        let check = |lines: &[&str], expect: Option<(&str, bool)>| {
            let head: String = lines
                .iter()
                .map(|line| format!("Received: {line}; Mon, 2 Mar 2026 09:00:00 +0000\n"))
                .collect();
            let hand_over = seen(&head).hand_over;
            let got = hand_over.as_ref().map(|hand_over| (hand_over.host.as_str(), hand_over.shared));
            assert_eq!(got, expect, "{lines:?}");
        };
        let delivery = "from mx.example.org ([127.0.0.1]) by mx.example.org with LMTP id 0";
        let relay = "from mx.example.org (mx.example.org [10.0.0.2]) by imap.example.org with ESMTPS id 1";
        let from_list =
            "from lists.example.org (lists.example.org [192.0.2.25]) by mx.example.org with ESMTPS id 2";
        let near = "from lists.example.org (lists.example.org [10.0.0.7]) by mx.example.org with ESMTP id 2";
        let expansion = "from lists.example.org (localhost [127.0.0.1]) by lists.example.org with ESMTP id 3";
        let to_list = "from mail.example.org (mail.example.org [203.0.113.5]) by lists.example.org with ESMTPS id 4 for <infra@lists.example.org>";
        let submitted = "from here (unknown [203.0.113.9]) by mail.example.org with ESMTPSA id 5";
        let nameless = "from lists.example.org (unknown [192.0.2.25]) by mx.example.org with ESMTPS id 2";
        let google = "from x (mail-lf1-x13c.google.com [198.51.100.9]) by mx.example.org with ESMTPS id 2";
        check(&[delivery, relay, from_list, expansion, to_list], Some(("lists.example.org", false)));
        check(&[delivery, relay, near, expansion, to_list, submitted], Some(("lists.example.org", true)));
        check(&[delivery, expansion, submitted], Some(("127.0.0.1", true)));
        check(&[nameless], Some(("192.0.2.25", false)));
        check(&[google], Some(("*.google.com", true)));
        check(&[delivery, submitted], None);
        check(&[], None);
    }

    #[test]
    fn a_form_is_proposed_only_where_it_names_the_author() {
        let check = |head: &str, munging: Munging, rewritten: bool, named: bool| {
            let seen = seen(head);
            assert_eq!(
                (seen.munging, seen.rewritten, seen.evidence.is_some()),
                (munging, rewritten, named),
                "{head}"
            );
        };
        let via = "From: bot via Infra <infra@lists.example.org>\n";
        check("", Munging::None, false, true);
        check("X-Mailman-Version: 3.3.8\n", Munging::Mailman, false, true);
        check("X-Mailman-Version: 2.1.39\n", Munging::Mailman2, false, true);
        check(&format!("{via}Reply-To: bot@example.org\n"), Munging::Mailman, true, true);
        check(&format!("{via}Author: bot@example.org\n"), Munging::AuthorHeader, true, true);
        check(&format!("{via}X-Original-Sender: bot@example.org\n"), Munging::OriginalSender, true, true);
        check(
            &format!("{via}X-Mailman-Version: 3.3.8\nX-Original-From: bot@example.org\n"),
            Munging::Google,
            true,
            true,
        );
        check(&format!("{via}Reply-To: eve@example.net\n"), Munging::None, true, false);
        check(
            "From: bot@example.org.INVALID\nMailing-List: contact x; run by ezmlm\n",
            Munging::Ezmlm,
            true,
            true,
        );
    }

    #[test]
    fn the_prefix_is_what_stands_before_the_subject() {
        let check = |subject: &str, expect: Option<&str>| {
            assert_eq!(seen(&format!("Subject: {subject}\n")).prefix.as_deref(), expect, "{subject}");
        };
        check("[Engine Room] a test", Some("Engine Room"));
        check("a test", None);
        check("Infra: a test", None);
        check("another", None);
        check("[] a test", None);
    }
}
