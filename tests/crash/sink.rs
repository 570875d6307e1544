//! A mail server of the test's own on loopback: takes mail (RFC 5321), remembers every copy, and hands what is for the list to it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail that was taken: its octets between DATA and the full stop.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub raw: Vec<u8>,
}

#[derive(Default)]
struct State {
    taken: Mutex<Vec<Taken>>,
    /// The process that is to be killed once it has given a whole mail, before it hears that it was taken; 0: none.
    victim: AtomicU32,
    /// The next recipient is put off.
    puts_off: AtomicBool,
}

/// The server, for as long as the test runs.
pub struct Sink {
    pub port: u16,
    state: Arc<State>,
}

impl Sink {
    /// Starts it; `deliver` gets every mail that it takes, before the sender hears of that.
    pub fn up(deliver: impl Fn(&Taken) + Send + Sync + 'static) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let deliver = Arc::new(deliver);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, deliver) = (Arc::clone(&shared), Arc::clone(&deliver));
                // A client that dies ends its own connection.
                thread::spawn(move || drop(serve(stream, &state, &*deliver)));
            }
        });
        Sink { port, state }
    }

    /// Everything taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.taken.lock().unwrap().clone()
    }

    /// Kills that process between the end of its next mail and the answer to it.
    pub fn kill_at_the_full_stop(&self, pid: u32) {
        self.state.victim.store(pid, Ordering::SeqCst);
    }

    /// Puts the next recipient off with a transient failure, or does so no more.
    pub fn put_off(&self, puts_off: bool) {
        self.state.puts_off.store(puts_off, Ordering::SeqCst);
    }
}

fn serve(stream: TcpStream, state: &State, deliver: &dyn Fn(&Taken)) -> std::io::Result<()> {
    let mut answer = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    let mut to = String::new();
    answer.write_all(b"220 sink\r\n")?;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb: String = command.chars().take(4).collect::<String>().to_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "RCPT" if state.puts_off.swap(false, Ordering::SeqCst) => b"451 later\r\n",
            "RCPT" => {
                to = command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                answer.write_all(b"354 go on\r\n")?;
                let Some(raw) = content(&mut lines)? else { return Ok(()) };
                let taken = Taken { to: to.clone(), raw };
                deliver(&taken);
                state.taken.lock().unwrap().push(taken);
                let victim = state.victim.swap(0, Ordering::SeqCst);
                if victim != 0 {
                    crate::kill(victim);
                }
                b"250 taken\r\n"
            }
            "QUIT" => return answer.write_all(b"221 bye\r\n"),
            _ => b"250 ok\r\n",
        };
        answer.write_all(reply)?;
    }
}

/// A mail up to the full stop that ends it; `None` where the connection ends before.
fn content(lines: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let (mut raw, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 || !line.ends_with(b"\n") {
            return Ok(None);
        }
        match line.as_slice() {
            b".\r\n" => return Ok(Some(raw)),
            dotted if dotted.starts_with(b".") => raw.extend(&dotted[1..]),
            plain => raw.extend(plain),
        }
    }
}
