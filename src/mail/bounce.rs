//! Bounces: what a mail server says of a mail that it could not deliver, as a report (RFC 3462, RFC 3464) or in plain words.

use super::field::{self, Section};
use super::{MessageId, guard};
use mail_parser::{Message, MessagePart, MimeHeaders};

/// How many returned Message-IDs are kept.
const MOST_RETURNED: usize = 20;

/// What a bounce says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounce {
    /// Whether delivery failed; a delay, a receipt or a complaint is no failure.
    pub failed: bool,
    /// The enhanced status code (RFC 3463), such as `5.1.1`, of the first recipient that failed.
    pub status: Option<String>,
    /// The Message-IDs of what was returned, as many as are looked at.
    pub returned: Vec<MessageId>,
}

/// Reads a mail that is a bounce ([`super::Automatic::Bounce`]). Never fails: where nothing can be read nothing is returned.
pub fn bounce(raw: &[u8]) -> Bounce {
    let subject = Section::read(raw).text("Subject").unwrap_or_default();
    let readable = &raw[..raw.len().min(guard::LARGEST_MAIL)];
    guard::parse(readable, |message| read(message, &subject)).map(|(bounce, _)| bounce).unwrap_or_default()
}

fn read(message: &Message<'_>, subject: &str) -> Bounce {
    let mut report = Report::default();
    let (mut enclosed, mut in_words) = (Vec::new(), Vec::new());
    for part in &message.parts {
        let (kind, subtype) = type_of(part);
        match (kind.as_str(), subtype.as_str()) {
            (_, status) if status.ends_with("delivery-status") => report.read(part.contents()),
            ("message", "disposition-notification" | "feedback-report") => report.is_another = true,
            ("message", _) => returned(&Section::read(part.contents()), &mut enclosed),
            ("text", headers) if headers.ends_with("-headers") => {
                returned(&Section::read(part.contents()), &mut enclosed);
            }
            ("text", "plain" | "") => returned_in_words(part.contents(), &mut in_words),
            _ => {}
        }
    }
    let failed = match report.seen {
        true => report.failed,
        false => !report.is_another && !speaks_of_delay(subject),
    };
    let returned = if enclosed.is_empty() { in_words } else { enclosed };
    Bounce { failed, status: report.status, returned }
}

/// What stands in `message/delivery-status` (RFC 3464 §2).
#[derive(Default)]
struct Report {
    seen: bool,
    failed: bool,
    status: Option<String>,
    /// A receipt (RFC 8098) or a complaint (RFC 5965).
    is_another: bool,
}

impl Report {
    fn read(&mut self, fields: &[u8]) {
        self.seen = true;
        let mut group_status = None;
        for line in String::from_utf8_lossy(fields).lines() {
            let Some((name, value)) = line.split_once(':') else {
                // Groups, one a recipient, stand apart.
                group_status = if line.trim().is_empty() { None } else { group_status };
                continue;
            };
            let value = value.trim();
            if name.eq_ignore_ascii_case("Status") {
                group_status = status_code(value);
            } else if name.eq_ignore_ascii_case("Action") {
                self.failed |= value.eq_ignore_ascii_case("failed");
            }
            // Either field may come first.
            if self.failed && self.status.is_none() {
                self.status = group_status.clone();
            }
        }
    }
}

/// The code at the beginning of a Status field: three numbers (RFC 3463 §2).
fn status_code(value: &str) -> Option<String> {
    let code = value.split([' ', '\t', '(']).next().unwrap_or_default();
    let numbers: Vec<&str> = code.split('.').collect();
    let sound = |number: &&str| matches!(number.len(), 1..=3) && number.bytes().all(|b| b.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(sound)).then(|| code.to_owned())
}

fn type_of(part: &MessagePart<'_>) -> (String, String) {
    let content = part.content_type();
    let kind = content.map_or("text", |content| content.ctype()).to_ascii_lowercase();
    let subtype = content.and_then(|content| content.subtype()).unwrap_or_default().to_ascii_lowercase();
    (kind, subtype)
}

fn returned(section: &Section<'_>, into: &mut Vec<MessageId>) {
    for value in section.all("Message-ID") {
        keep(field::message_ids(value), into);
    }
}

/// The Message-ID fields of a mail that was pasted into a text, quoted or not, on one line or folded.
fn returned_in_words(text: &[u8], into: &mut Vec<MessageId>) {
    const NAME: &str = "message-id:";
    let text = String::from_utf8_lossy(text);
    let bare = |line: &'_ str| line.trim_start_matches(['>', '|', ' ', '\t']).trim_end().to_owned();
    let mut lines = text.lines().map(bare).peekable();
    while let Some(line) = lines.next() {
        let Some(value) = line.get(..NAME.len()).filter(|name| name.eq_ignore_ascii_case(NAME)) else {
            continue;
        };
        let mut value = line[value.len()..].trim().to_owned();
        if value.is_empty() {
            value = lines.next().unwrap_or_default();
        }
        keep(field::message_ids(value.as_bytes()), into);
    }
}

fn keep(ids: Vec<MessageId>, into: &mut Vec<MessageId>) {
    for id in ids {
        if into.len() < MOST_RETURNED && !into.contains(&id) {
            into.push(id);
        }
    }
}

/// Whether a bounce in plain words is about a mail that is still being tried.
fn speaks_of_delay(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    ["delayed", "delivery delay", "will retry", "could not send message for past"]
        .iter()
        .any(|words| subject.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report with one delivery status and one returned part.
    fn report(status: &str, returned: &str) -> String {
        format!(
            "From: Mail Delivery System <MAILER-DAEMON@mx.example.test>\nSubject: Undelivered mail\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nIt could not be delivered. Message-ID: <words@example.test>\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.test\n\n{status}\n\
             --b\n{returned}\n--b--\n"
        )
    }

    const RETURNED: &str =
        "Content-Type: message/rfc822\n\nMessage-ID: <n1@example.org>\nSubject: Result\n\nPassed.\n";

    fn check(raw: &str, failed: bool, status: Option<&str>, returned: &[&str]) {
        let bounce = bounce(raw.as_bytes());
        assert_eq!(bounce.failed, failed, "{raw}");
        assert_eq!(bounce.status.as_deref(), status, "{raw}");
        assert_eq!(bounce.returned.iter().map(MessageId::as_str).collect::<Vec<_>>(), returned, "{raw}");
    }

    #[test]
    fn a_report_says_what_failed() {
        let failed = "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1 (unknown)";
        check(&report(failed, RETURNED), true, Some("5.1.1"), &["<n1@example.org>"]);
        let swapped = "Status: 5.2.2\nAction: FAILED";
        check(&report(swapped, RETURNED), true, Some("5.2.2"), &["<n1@example.org>"]);
        let second = "Action: delayed\nStatus: 4.4.1\n\nAction: failed\nStatus: 5.7.1";
        check(&report(second, RETURNED), true, Some("5.7.1"), &["<n1@example.org>"]);
        let headers =
            "Content-Type: text/rfc822-headers\n\nSubject: Result\nMessage-ID:\n <n1@example.org>\n";
        check(&report(failed, headers), true, Some("5.1.1"), &["<n1@example.org>"]);
        let global = "Content-Type: message/global-headers\n\nMessage-Id: <n1@example.org>\n";
        check(&report(failed, global), true, Some("5.1.1"), &["<n1@example.org>"]);
    }

    #[test]
    fn a_delay_a_success_and_a_receipt_are_no_failure() {
        for action in ["delayed", "delivered", "relayed", "expanded"] {
            let status = format!("Action: {action}\nStatus: 4.4.7");
            check(&report(&status, RETURNED), false, None, &["<n1@example.org>"]);
        }
        for kind in ["disposition-notification", "feedback-report"] {
            let raw = report("", RETURNED).replace("message/delivery-status", &format!("message/{kind}"));
            check(&raw, false, None, &["<n1@example.org>"]);
        }
        let warned = "From: MAILER-DAEMON@x.test\nSubject: Warning: message 1x2 delayed 24 hours\n\nMessage-ID: <n1@example.org>\n";
        check(warned, false, None, &["<n1@example.org>"]);
    }

    #[test]
    fn a_bounce_in_plain_words_has_the_mail_in_it() {
        let plain = |body: &str| {
            format!("From: MAILER-DAEMON@mx.example.test\nSubject: failure notice\n\nSorry.\n\n{body}")
        };
        for body in [
            "Return-Path: <decisions@example.org>\nMessage-ID: <n1@example.org>\nSubject: Result\n",
            "> Message-Id: <n1@example.org>\n",
            "  | MESSAGE-ID:\n  |   <n1@example.org>\n",
        ] {
            check(&plain(body), true, None, &["<n1@example.org>"]);
        }
        check(&plain("We never saw <n1@example.org>.\n"), true, None, &[]);
    }

    #[test]
    fn what_is_no_bounce_at_all_returns_nothing_and_is_bounded() {
        assert_eq!(bounce(b"").returned, []);
        assert_eq!(bounce(b"\0\x01\n\nStatus: x").returned, []);
        let status = "Action: failed\nStatus: 5.1.1.1.1";
        check(&report(status, RETURNED), true, None, &["<n1@example.org>"]);
        let many: String = (0..1000).map(|n| format!("Message-ID: <n{n}@example.org>\n")).collect();
        let raw = format!("From: MAILER-DAEMON@x.test\n\n{many}");
        assert_eq!(bounce(raw.as_bytes()).returned.len(), MOST_RETURNED);
    }
}
