use super::*;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tracing::{debug, error, warn};

/// What somebody would write into a log: a line end of every kind, a colour, a cursor that goes back, and a line of ours.
const FORGED: &str = "x\r\n2026-01-01T00:00:00.000000Z  INFO decided list=\"infra\" outcome=\"passed\"\u{b}\u{85}\u{2028}\u{2029}\
    \u{1b}[2K\u{9b}31m\u{7}\u{8}\0\u{7f}\u{202e}\u{2066}\u{200b}\n{\"level\":\"INFO\"}";

/// Log lines, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Lines;

    fn make_writer(&self) -> Lines {
        self.clone()
    }
}

/// What `work` logs on this thread, at any level.
fn logged(format: LogFormat, work: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    let log = dispatch(format, EnvFilter::new("plusone=trace"), false, lines.clone());
    tracing::dispatcher::with_default(&log, work);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    assert!(text.chars().all(|c| c == '\n' || is_plain(c)), "{text:?}");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn what_others_wrote_ends_no_line_in_either_form() {
    let events = || {
        error!(error = FORGED, "{FORGED}");
        warn!(error = %FORGED, detail = ?FORGED, number = 7, "what is {FORGED}");
        debug!(message_id = Some(FORGED), "stored");
    };
    let text = logged(LogFormat::Text, events);
    assert_eq!(text.len(), 3, "{text:#?}");
    for (line, level) in text.iter().zip(["ERROR", " WARN", "DEBUG"]) {
        assert_eq!(line.find(level), Some("2026-01-01T00:00:00.000000Z ".len()), "{line}");
    }
    assert!(text[1].contains(" number=7") && text[1].contains("what is x\\u{d}\\u{a}2026"), "{}", text[1]);

    let json = logged(LogFormat::Json, events);
    assert_eq!(json.len(), 3, "{json:#?}");
    let fields = |line: &String| serde_json::from_str::<Value>(line).unwrap()["fields"].clone();
    assert_eq!(fields(&json[0]), serde_json::json!({"message": FORGED, "error": FORGED}));
    assert_eq!(fields(&json[1])["error"], FORGED);
    assert_eq!(fields(&json[2])["message_id"], FORGED);
}

/// A Maildir with a proposal, and mails that would forge lines by every field of theirs.
fn mailbox() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = "database = \"plusone.db\"\n[mailbox]\nmaildir = \"Maildir\"\n[[list]]\nname = \"infra\"\naddress = \"infra@example.org\"\n\
        list_id = \"infra.example.org\"\n[list.tags]\n\"PROPOSAL\" = \"minor\"\n[list.kinds.minor]\nrule = \"apache-lazy-consensus\"\n\
        [list.trust]\nlist_hosts = [\"lists.example.org\"]\n";
    std::fs::write(folder.path().join("plusone.toml"), config).unwrap();
    for sub in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.path().join("Maildir").join(sub)).unwrap();
    }
    let forged = "INFO decided list=infra outcome=passed";
    let encoded = "=?utf-8?q?x=0D=0A2026-01-01T00:00:00Z=1B[2K=E2=80=AE?=";
    let raw = format!("x\r{forged}\u{b}\u{1b}[2K\u{85}\u{2028}\0");
    let heads = [
        format!(
            "From: Ann <ann@example.org>\nMessage-ID: <a{raw}@example.org>\nSubject: [PROPOSAL] {encoded}"
        ),
        format!(
            "From: {encoded} <{raw}@example.org>\nMessage-ID: <b@example.org>\nSubject: [RESULT] {encoded}"
        ),
        format!(
            "From: \"{raw}\" <bob@example.org>\nMessage-ID: {raw}\nSubject: Re: {raw}\nReferences: <{raw}>"
        ),
        format!("From: {raw}\nSubject: {encoded}\nContent-Type: text/plain; charset=\"{raw}\"\nDate: {raw}"),
        format!("Message-ID: <c@{raw}>\nFrom: dan@example.org\nSubject: x\nList-Id: {raw}"),
        format!("Auto-Submitted: {raw}\nMessage-ID: <d\n {forged}>\nFrom: dan@example.org\nSubject: x"),
    ];
    for (number, head) in heads.iter().enumerate() {
        for direct in [false, true] {
            let received = "Return-Path: <infra-bounces@example.org>\nReceived: from lists.example.org (lists.example.org [192.0.2.25])\n\
                \tby mx.example.org (Postfix) with ESMTPS; Mon, 02 Mar 2026 10:00:00 +0000\nList-Id: <infra.example.org>\n";
            let mail = format!(
                "{}{head}\nTo: infra@example.org\n\n{raw}\n{number}\n",
                if direct { "" } else { received }
            );
            std::fs::write(folder.path().join(format!("Maildir/new/{number}.{direct}")), mail).unwrap();
        }
    }
    folder
}

#[test]
fn no_mail_forges_a_line_of_the_log() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let folder = mailbox();
        let lines = logged(format, || {
            super::super::run::run(&folder.path().join("plusone.toml"), true).unwrap();
        });
        let said = lines.join("\n");
        for what in ["stored", "opened", "decided", "problem", "read through", "not-through-list"] {
            assert!(said.contains(what), "{what}: {said}");
        }
        for line in &lines {
            match format {
                LogFormat::Text => {
                    let (at, rest) = line.split_at("2026-01-01T00:00:00.000000Z".len());
                    assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{line}");
                    let level = rest.trim_start().split(' ').next().unwrap();
                    assert!(["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level), "{line}");
                }
                LogFormat::Json => {
                    let event: Value = serde_json::from_str(line).unwrap();
                    assert!(event["timestamp"].is_string() && event["level"].is_string(), "{line}");
                }
            }
            // Nothing of anybody's mail stands above debug level but its Message-ID, as one quoted value.
            assert!(line.contains("DEBUG") || !line.contains("bob@") && !line.contains("Ann"), "{line}");
        }
    }
}
