//! Header fields made to break out of their line, or to have no end: into what the engine mails and notes nothing gets but plain text of
//! bounded length.

use crate::desk::{Desk, replying, written};
use base64::Engine as _;
use chrono::TimeDelta;
use plusone::mail::own_words_of_text;

/// The fields of a notice and of its parts, and no other.
const FIELDS: [&str; 14] = [
    "Message-ID",
    "In-Reply-To",
    "References",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "MIME-Version",
    "Auto-Submitted",
    "X-Plusone-Notice",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
];
/// No notice of these stories is longer, in octets.
const LONGEST: usize = 64 << 10;

const EVIL: &str =
    "x\r\nBcc: eve@example.net\r\nX-Evil: yes\r\n\r\n+1\r\n.\r\nMAIL FROM:<eve@example.net>\r\n";

/// Ways to write text that holds line ends, NUL or other controls into a field.
fn written_in_ways(text: &str) -> Vec<String> {
    let quoted: String = text.bytes().map(|octet| format!("={octet:02X}")).collect();
    let mut ways = vec![
        format!("=?utf-8?Q?{quoted}?="),
        format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(text)),
        format!(
            "=?utf-16be?B?{}?=",
            base64::engine::general_purpose::STANDARD
                .encode(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
        ),
        text.replace("\r\n", "\r\n "),
        text.replace("\r\n", "\r"),
        text.replace("\r\n", "\n "),
        text.replace("\r\n", "\0"),
        text.replace("\r\n", "\u{2028}\u{85}\u{b}\u{c}"),
        text.replace("\r\n", "\u{1b}[2J\u{202e}\u{7}"),
        "A".repeat(100_000),
        "=?utf-8?Q?=41?= ".repeat(6_000),
        format!("{}+1", " ".repeat(100_000)),
        "\u{1f600}".repeat(25_000),
    ];
    ways.extend(ways.clone().iter().map(|way| format!("\"{way}\"")));
    // A build that is not optimised takes every fifth.
    let every = if cfg!(debug_assertions) { 5 } else { 1 };
    ways.into_iter().step_by(every).collect()
}

fn check_mail(raw: &[u8], of: &str) {
    let shown: String = of.chars().take(60).collect();
    assert!(raw.is_ascii(), "{shown:?}");
    assert!(raw.len() < LONGEST, "{} octets: {shown:?}", raw.len());
    let text = std::str::from_utf8(raw).unwrap();
    assert!(
        text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0', '\u{1b}'])),
        "{shown:?}"
    );
    let head = text.split("\r\n\r\n").next().unwrap();
    for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let name = line.split(':').next().unwrap();
        assert!(FIELDS.contains(&name), "{name} in {shown:?}");
    }
    let mail = mail_parser::MessageParser::default().parse(raw).expect("a mail");
    assert!(mail.bcc().is_none() && mail.header("X-Evil").is_none(), "{shown:?}");
    assert_eq!(mail.from().map(|from| from.iter().count()), Some(1), "{shown:?}");
    assert_eq!(mail.to().map(|to| to.iter().count()), Some(1), "{shown:?}");
    let body = mail.body_text(0).expect("a text");
    assert!(own_words_of_text(&body, None).lines.iter().all(|line| line.text.len() <= 998), "{shown:?}");
}

/// What the engine notes of a mail stands in its log, in `status` and in the digest.
fn check_notes(desk: &Desk, of: &str) {
    for problem in desk.engine.store().problems().unwrap() {
        let shown: String = of.chars().take(60).collect();
        assert!(
            problem.detail.len() <= 1_000,
            "{}: {} octets: {shown:?}",
            problem.code,
            problem.detail.len()
        );
        assert!(!problem.detail.chars().any(char::is_control), "{}: {:?}", problem.code, problem.detail);
        let id = problem.message_id.unwrap_or_default();
        assert!(id.len() <= 998 && !id.chars().any(char::is_control), "{id:?}");
    }
}

/// Plays a proposal by somebody with these fields, an objection and a question about it, and looks at all that is mailed and noted.
fn play(of: &str, head_of: impl Fn(&str) -> (String, String, String)) -> (usize, usize) {
    let mut desk = Desk::set();
    let (from, id, subject) = head_of("root");
    let root = written(&from, &id, &subject, "", "Nobody needs them.");
    desk.hand_on(&root);
    let parent =
        plusone::mail::post(&root, &Default::default(), &Default::default(), &Default::default()).message_id;
    let thread = replying(parent.as_str().trim_matches(['<', '>']));
    for (number, words) in
        ["-1", "-1: I restored from them in May.", "Proposal: dance", "+1 if it fits"].iter().enumerate()
    {
        desk.pass(TimeDelta::minutes(10));
        let (from, id, subject) = head_of(&format!("reply{number}"));
        desk.hand_on(&written(&from, &id, &format!("Re: {subject}"), &thread, words));
    }
    let sent = desk.work_until(80);
    sent.iter().for_each(|mail| check_mail(&mail.raw, of));
    check_notes(&desk, of);
    if desk.proposals() > 0 {
        let kept = serde_json::to_string(&desk.decision(1)).unwrap().len();
        assert!(kept < LONGEST, "a decision of {kept} octets: {:?}", of.chars().take(60).collect::<String>());
    }
    (sent.len(), sent.iter().map(|mail| mail.raw.len()).max().unwrap_or(0))
}

#[test]
fn fields_that_break_out() {
    let (mut mails, mut longest) = (0, 0);
    let member = "member1@example.org";
    let mut note = |(sent, octets): (usize, usize)| {
        mails += sent;
        longest = longest.max(octets);
    };
    for way in written_in_ways(EVIL) {
        note(play(&way, |id| {
            (format!("Bob <{member}>"), format!("{id}@example.org"), format!("[PROPOSAL] {way}"))
        }));
        note(play(&way, |id| {
            (format!("{way} <{member}>"), format!("{id}@example.org"), "[PROPOSAL] Backups".into())
        }));
        note(play(&way, |id| {
            (format!("Bob <{member}> ({way})"), format!("{id}@example.org"), "[PROPOSAL] Backups".into())
        }));
        note(play(&way, |id| {
            (format!("Bob <{way}@example.org>"), format!("{id}@example.org"), "[PROPOSAL] Backups".into())
        }));
        note(play(&way, |id| {
            (format!("Bob <{member}>"), format!("{id}{way}@example.org"), "[PROPOSAL] Backups".into())
        }));
    }
    println!(
        "  {} kinds of hostile fields: {mails} mails, the longest of {longest} octets, no field of theirs",
        5 * written_in_ways(EVIL).len()
    );
    assert!(mails > 60, "{mails}");
}

/// Pseudo-headers at the head of a proposal, and names of attachments (RFC 2231).
#[test]
fn text_that_breaks_out() {
    for way in written_in_ways(EVIL) {
        let mut desk = Desk::set();
        let head = format!(
            "Content-Disposition: attachment; filename*=utf-8''{}\r\n",
            way.replace("\r\n ", "%0D%0A")
        );
        let words = format!(
            "Kind: {way}\r\nCloses: {way}\r\nNominee: {way} <{way}@example.org>\r\nRole: {way}\r\n\r\nNobody needs them."
        );
        desk.hand_on(&written(
            "Bob <member1@example.org>",
            "root@example.org",
            "[PROPOSAL] Backups",
            &head,
            &words,
        ));
        desk.work_until(80).iter().for_each(|mail| check_mail(&mail.raw, &way));
        check_notes(&desk, &way);
    }
}
