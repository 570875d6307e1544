//! A mail server on loopback that takes whatever it is given (RFC 5321) and remembers it.

use plusone::delivery::smtp::{Settings, Submission};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A mail that the server took.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The recipient of its envelope.
    pub to: String,
    pub raw: Vec<u8>,
}

impl Sent {
    pub fn text(&self) -> String {
        String::from_utf8(self.raw.clone()).expect("headers and body are ASCII")
    }
}

/// The server, for as long as the test runs.
pub struct Server {
    port: u16,
    taken: Arc<Mutex<Vec<Sent>>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken: Arc<Mutex<Vec<Sent>>> = Arc::default();
        let shared = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                drop(serve(stream, &shared));
            }
        });
        Server { port, taken }
    }

    pub fn submission(&self) -> Submission {
        let settings = Settings::from_url(&format!("smtp://127.0.0.1:{}", self.port), None, None).unwrap();
        Submission::new(settings).unwrap()
    }

    /// What it took since the last time it was asked.
    pub fn taken(&self) -> Vec<Sent> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }
}

fn serve(stream: TcpStream, taken: &Mutex<Vec<Sent>>) -> std::io::Result<()> {
    // Each answer is waited for: without this the system waits for more to send along.
    stream.set_nodelay(true)?;
    let mut answer = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let (mut line, mut to) = (Vec::new(), String::new());
    answer.write_all(b"220 ready\r\n")?;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line).to_uppercase();
        let reply: &[u8] = if command.starts_with("EHLO") {
            b"250-ready\r\n250 8BITMIME\r\n"
        } else if command.starts_with("RCPT") {
            to = String::from_utf8_lossy(&line).split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            b"250 ok\r\n"
        } else if command.starts_with("DATA") {
            answer.write_all(b"354 go on\r\n")?;
            let raw = content(&mut lines)?;
            taken.lock().unwrap().push(Sent { to: to.clone(), raw });
            b"250 taken\r\n"
        } else if command.starts_with("QUIT") {
            return answer.write_all(b"221 bye\r\n");
        } else {
            b"250 ok\r\n"
        };
        answer.write_all(reply)?;
    }
}

/// A mail up to the full stop that ends it.
fn content(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let (mut raw, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(raw);
        }
        raw.extend(line.strip_prefix(b".").unwrap_or(&line));
    }
}
