//! The worker as a service manager sees it: it says when it is ready and that it is alive, answers on its port, lets no second one run, and
//! ends when it is asked to.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

#[allow(dead_code)]
mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::Place;

const SOON: Duration = Duration::from_secs(60);

/// A process that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the service manager is told next.
fn told(manager: &UnixDatagram) -> String {
    let mut bytes = [0; 512];
    let count = manager.recv(&mut bytes).expect("the worker says something in time");
    String::from_utf8_lossy(&bytes[..count]).trim().to_owned()
}

fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_tells_that_it_is_ready_and_alive() {
    let place = Place::new();
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = std::fs::read_to_string(place.path("plusone.toml")).unwrap();
    place.write("plusone.toml", format!("{config}\n[monitor]\nlisten = \"127.0.0.1:{port}\"\n"));
    let manager = UnixDatagram::bind(place.path("notify")).unwrap();
    manager.set_read_timeout(Some(SOON)).unwrap();
    let mut worker = Running(
        Command::new(env!("CARGO_BIN_EXE_plusone"))
            .arg("run")
            .current_dir(place.path(""))
            .env("NOTIFY_SOCKET", place.path("notify"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    assert_eq!(told(&manager), "READY=1");
    // The first is of the start, the others of what the mailbox tells.
    for _ in 0..3 {
        assert_eq!(told(&manager), "WATCHDOG=1");
    }
    assert!(get(port, "/healthz").starts_with("HTTP/1.1 200"), "{}", get(port, "/healthz"));
    assert!(get(port, "/metrics").contains("plusone_needs_a_person 0"));
    assert_eq!(place.plusone(&["status"]).code, 0);

    let second = place.plusone(&["run"]);
    assert_eq!(second.code, 1);
    assert!(
        second.err.contains(&format!("in use by another engine (process {}", worker.0.id())),
        "{}",
        second.err
    );

    assert!(Command::new("kill").arg(worker.0.id().to_string()).status().unwrap().success());
    assert!(worker.0.wait().unwrap().success());
}
