//! Automatic mail (RFC 3834): never a vote, never answered.

use super::field::{self, Section};
use super::{Author, Subject};
use serde::{Deserialize, Serialize};

/// The header every notice of this engine bears: kind, list, number and revision.
pub const OWN_NOTICE: &str = "X-Plusone-Notice";

/// How vacation responders begin their subjects, in lower case, with the language and the mailers that do.
const VACATION: [(&str, &str); 28] = [
    ("automatic reply:", "en, Exchange"),
    ("out of office", "en, Outlook, Gmail"),
    ("out of the office", "en"),
    ("auto-reply", "en"),
    ("autoreply", "en"),
    ("auto response", "en"),
    ("automatische antwort", "de, Exchange"),
    ("abwesenheitsnotiz", "de"),
    ("automatisch antwoord", "nl, Exchange"),
    ("afwezigheidsbericht", "nl"),
    ("réponse automatique", "fr, Exchange"),
    ("respuesta automática", "es, Exchange"),
    ("risposta automatica", "it, Exchange"),
    ("resposta automática", "pt, Exchange"),
    ("automatická odpověď", "cs, Exchange"),
    ("automatická odpoveď", "sk, Exchange"),
    ("automatyczna odpowiedź", "pl, Exchange"),
    ("automatiskt svar", "sv, Exchange"),
    ("automatisk svar", "da, no, Exchange"),
    ("automaattinen vastaus", "fi, Exchange"),
    ("automatikus válasz", "hu, Exchange"),
    ("otomatik yanıt", "tr, Exchange"),
    ("автоматический ответ", "ru, Exchange"),
    ("автоматична відповідь", "uk, Exchange"),
    ("自动答复", "zh, Exchange"),
    ("自動回覆", "zh-TW, Exchange"),
    ("自動応答", "ja, Exchange"),
    ("자동 회신", "ko, Exchange"),
];

/// Why a post counts as automatic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Automatic {
    /// `Auto-Submitted` with a value other than `no` (RFC 3834 §5).
    AutoSubmitted,
    /// A delivery status or disposition notification (RFC 3464, RFC 8098), or a null reverse-path.
    Bounce,
    /// A vacation responder that says so by another header or by its subject.
    Vacation,
    /// A machine's sender: `X-Auto-Response-Suppress`, `mailer-daemon@`, `no-reply` of a bot and the like.
    Bot,
    /// A notice of this engine.
    OwnNotice,
    /// A digest of the list (`multipart/digest`, RFC 2046 §5.1.5, or Mailman's "Today's Topics:").
    Digest,
}

impl Automatic {
    /// One line for the record.
    pub fn as_str(&self) -> &'static str {
        match self {
            Automatic::AutoSubmitted => "Auto-Submitted says that no person sent it",
            Automatic::Bounce => "a bounce or delivery report",
            Automatic::Vacation => "a vacation responder",
            Automatic::Bot => "sent by a program",
            Automatic::OwnNotice => "one of plusone's own notices",
            Automatic::Digest => "a digest of the list",
        }
    }
}

/// Why nobody wrote this message, if nobody did. `Precedence` alone makes nothing automatic: most lists set it.
pub(super) fn automatic(section: &Section<'_>, subject: &Subject, author: &Author) -> Option<Automatic> {
    let value =
        |name: &str| section.first(name).map(|value| field::raw_text(value).trim().to_ascii_lowercase());
    if section.has(OWN_NOTICE) {
        return Some(Automatic::OwnNotice);
    }
    let content_type = value("Content-Type").unwrap_or_default();
    let reported = ["multipart/report", "message/delivery-status", "message/disposition-notification"]
        .iter()
        .any(|kind| content_type.starts_with(kind));
    let no_return = section
        .first_above("Return-Path", "Received")
        .is_some_and(|path| field::raw_text(path).trim() == "<>");
    let daemon = author
        .address
        .as_ref()
        .is_some_and(|address| address.local_part().eq_ignore_ascii_case("mailer-daemon"));
    if reported || no_return || daemon || section.has("X-Failed-Recipients") {
        return Some(Automatic::Bounce);
    }
    if is_digest(&content_type, subject) {
        return Some(Automatic::Digest);
    }
    let text = subject.text.to_lowercase();
    let replies = value("Precedence").is_some_and(|value| value == "auto_reply");
    let marked = replies
        || ["X-Autoreply", "X-Autorespond", "X-Vacation"]
            .iter()
            .any(|name| value(name).is_some_and(|value| value != "no"));
    if marked || VACATION.iter().any(|(begins, _)| text.starts_with(begins)) {
        return Some(Automatic::Vacation);
    }
    if section.all("Auto-Submitted").any(is_submitted_by_itself) {
        return Some(Automatic::AutoSubmitted);
    }
    let suppressed = value("X-Auto-Response-Suppress")
        .is_some_and(|value| value.split(',').any(|part| part.trim() == "all"));
    suppressed.then_some(Automatic::Bot)
}

/// Whether an Auto-Submitted value says so (RFC 3834 §5): any keyword but `no`, comments and parameters left out of account.
fn is_submitted_by_itself(value: &[u8]) -> bool {
    let value = field::raw_text(value);
    let mut depth = 0_usize;
    let bare: String = value
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    let keyword = bare.split([';', ' ', '\t', '\r', '\n']).find(|word| !word.is_empty());
    keyword.is_some_and(|keyword| !keyword.eq_ignore_ascii_case("no"))
}

/// A digest of the list, not a reply to one.
fn is_digest(content_type: &str, subject: &Subject) -> bool {
    content_type.starts_with("multipart/digest") || (!subject.reply && names_a_digest(&subject.text))
}

/// Whether a subject is that of a digest: "Infra Digest, Vol 12, Issue 3" (Mailman), "infra Digest 2 Mar 2026 09:00:00 -0000 Issue 7" (ezmlm),
/// "Digest of list infra" (Sympa), "Digest for infra@example.org - 3 updates in 2 topics" (Google Groups).
pub fn names_a_digest(subject: &str) -> bool {
    let begins_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if let Some(rest) = subject.strip_prefix("Digest ") {
        let google = |rest: &str| {
            rest.split_once(" - ").is_some_and(|(list, count)| list.contains('@') && begins_with_digit(count))
        };
        return rest.starts_with("of list ") || rest.strip_prefix("for ").is_some_and(google);
    }
    subject.split_once(" Digest").is_some_and(|(_, rest)| match rest.strip_prefix(", Vol ") {
        Some(rest) => begins_with_digit(rest),
        None => rest.strip_prefix(' ').is_some_and(begins_with_digit) && rest.contains(" Issue "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Address;

    #[test]
    fn nobody_wrote_these() {
        let check = |head: &str, expect: Option<Automatic>| {
            let raw = format!("{head}\n\n");
            let section = Section::read(raw.as_bytes());
            let subject = Subject::read(&section.text("Subject").unwrap_or_default(), &[]);
            let from = section
                .first("From")
                .and_then(|from| field::mailboxes(from).into_iter().next())
                .and_then(|from| from.address);
            let author =
                Author { address: from.or_else(|| Address::parse("ann@example.org")), ..Author::default() };
            assert_eq!(automatic(&section, &subject, &author), expect, "{head}");
        };
        use Automatic::*;
        check("Auto-Submitted: auto-generated", Some(AutoSubmitted));
        check("Auto-Submitted: auto-replied; owner=\"x\"", Some(AutoSubmitted));
        check("Auto-Submitted: no", None);
        check("Auto-Submitted: No (a person)", None);
        check("Precedence: bulk", None);
        check("Precedence: list\nList-Id: <x.example.org>", None);
        check("X-Plusone-Notice: result infra 7 1\nAuto-Submitted: auto-generated", Some(OwnNotice));
        check("Content-Type: multipart/report; report-type=delivery-status", Some(Bounce));
        check("Return-Path: <>\nReceived: by x; Mon, 2 Mar 2026 09:00:00 +0000", Some(Bounce));
        check("Return-Path: <infra-bounces@example.org>", None);
        check("From: MAILER-DAEMON@example.org", Some(Bounce));
        check("Subject: Automatic reply: [VOTE] x", Some(Vacation));
        check("Subject: Automatische Antwort: x", Some(Vacation));
        check("Subject: Re: Out of office hours for the team", None);
        check("X-Autoreply: yes", Some(Vacation));
        check("X-Auto-Response-Suppress: All", Some(Bot));
        check("X-Auto-Response-Suppress: OOF", None);
        check("Subject: Infra Digest, Vol 12, Issue 3", Some(Digest));
        check("Subject: Re: Infra Digest, Vol 12, Issue 3", None);
        check("Subject: infra Digest 2 Mar 2026 09:00:00 -0000 Issue 7", Some(Digest));
        check("Subject: Digest of list infra", Some(Digest));
        check("Subject: Digest for infra@example.org - 3 updates in 2 topics", Some(Digest));
        check("Subject: Digest for the board - 3 points", None);
        check("Subject: The Digest 2 things to read", None);
        check("Content-Type: multipart/digest; boundary=x", Some(Digest));
        check("Subject: Re: [VOTE] x", None);
    }
}
