use super::*;
use crate::clock::SystemClock;
use crate::store::MailboxCursor;
use std::io::{Read, Write};
use std::net::Shutdown;

const CONFIG: &str = "database = \"plusone.db\"\n[mailbox]\nmaildir = \"Maildir\"\n[[list]]\nname = \"infra\"\naddress = \"infra@example.org\"\n\
    list_id = \"infra.example.org\"\n[list.tags]\n\"PROPOSAL\" = \"minor\"\n[list.kinds.minor]\nrule = \"apache-lazy-consensus\"\n\
    [list.trust]\nlist_hosts = [\"lists.example.org\"]\n";

/// What the port answers to these bytes, status line and body.
fn asked(address: SocketAddr, request: &str) -> (String, String) {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let _ = stream.shutdown(Shutdown::Both);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

fn get(address: SocketAddr, path: &str) -> (String, String) {
    asked(address, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
}

#[test]
fn health_and_metrics_are_answered_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.toml");
    std::fs::write(&path, CONFIG).unwrap();
    let config = Arc::new(Config::load(&path).unwrap());
    let mut store = Store::open(&config.database).unwrap();
    let events = Arc::new(Events::default());
    let monitor = Monitor {
        config: Arc::clone(&config),
        mailbox: "inbox".into(),
        events: Arc::clone(&events),
        clock: Arc::new(SystemClock),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let address = runtime.block_on(monitor.serve("127.0.0.1:0".parse().unwrap())).unwrap();

    let (status, body) = get(address, "/healthz");
    assert!(status.contains("503") && body.contains("never been read"), "{status} {body}");
    let now = SystemClock.now();
    let cursor = MailboxCursor { uid_validity: 1, last_uid: 1, read_through: Some(now) };
    store.set_cursor("inbox", cursor).unwrap();
    let (status, body) = get(address, "/healthz");
    assert!(status.contains("200") && body == "ok\n", "{status} {body}");

    events.connected();
    events.connected();
    events.send_failed(now);
    let (status, body) = get(address, "/metrics");
    assert!(status.contains("200"), "{status}");
    for line in [
        "plusone_mailbox_reconnects_total 1",
        "plusone_send_errors_total 1",
        "plusone_open_proposals 0",
        "plusone_needs_a_person 0",
        "# TYPE plusone_outbox_mails gauge",
        "plusone_outbox_mails{state=\"failed\"} 0",
        "# EOF",
    ] {
        assert!(body.lines().any(|one| one == line), "{line} is missing from\n{body}");
    }
    assert!(body.contains(&format!("plusone_mailbox_read_through_timestamp_seconds {}", now.timestamp())));
    assert!(!body.contains('@'));

    let (status, body) = asked(address, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(status.contains("200") && body.is_empty(), "{status} {body}");

    assert!(get(address, "/").0.contains("404"));
    assert!(
        asked(address, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").0.contains("405")
    );
    assert!(asked(address, "what is this?\r\n\r\n").0.contains("400"));
    assert!(get(address, "/healthz").0.contains("200"), "nothing of that did it harm");
}
